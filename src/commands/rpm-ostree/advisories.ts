/**
 * Why new packages are wanted soon, as the daemon keeps it and as it is told.
 * Sources: coreos/rpm-ostree:src/app/rpmostree-clientlib.cxx (rpmostree_print_advisories), src/libpriv/rpmostree-rpm-util.cxx.
 */
import { readRepoConfigs } from "../../engines/rpm/repositories.ts";
import type { ReachedServers } from "../../engines/rpm/reach.ts";
import { advisoriesFor, SEVERITIES, type Advisory } from "../../image/rpm-md/advisories.ts";
import { nevra, type PackageId } from "../../image/package.ts";
import type { Sys } from "../../vfs/sys.ts";

/** `(suuasa{sv})`: libdnf's kind, severity, the new packages, and the bugs with their addresses. */
export type AdvisoryVariant = readonly [
  id: string,
  kind: number,
  severity: number,
  packages: readonly string[],
  info: { readonly cve_references: readonly (readonly [url: string, title: string])[] },
];

/** DNF_ADVISORY_KIND_SECURITY: no others are told of. */
const SECURITY = 1;

/** Those of the enabled repositories that are about `packages`; undefined when there are none. */
export function advisoryVariants(
  sys: Sys,
  servers: ReachedServers | undefined,
  packages: readonly PackageId[],
): readonly AdvisoryVariant[] | undefined {
  const published = readRepoConfigs(sys).flatMap(({ enabled, url }) => (enabled ? (servers?.kept(url)?.advisories ?? []) : []));
  const found = advisoriesFor(published, packages).filter(({ kind }) => kind === "security");
  const builds = packages.map((pkg) => nevra(pkg));
  return found.length === 0 ? undefined : found.map((advisory) => variantOf(advisory, builds));
}

function variantOf({ id, severity, packages, references }: Advisory, builds: readonly string[]): AdvisoryVariant {
  const bugs = references.map(({ url, title }) => [url, title] as const).sort(([left], [right]) => (left < right ? -1 : 1));
  return [id, SECURITY, SEVERITIES.indexOf(severity), packages.filter((name) => builds.includes(name)), { cve_references: bugs }];
}

/** "1 low, 2 moderate". */
export function advisoryCounts(advisories: readonly AdvisoryVariant[]): string {
  return SEVERITIES.flatMap((name, severity) => {
    const many = advisories.filter((advisory) => advisory[2] === severity).length;
    return many === 0 ? [] : [`${many} ${severity === 0 ? "unknown severity" : name}`];
  }).join(", ");
}

/** One line for each package, the bugs below, two columns further in. The least severe come first. */
export function advisoryLines(advisories: readonly AdvisoryVariant[]): string[] {
  const sorted = [...advisories].sort((left, right) => left[2] - right[2] || (left[0] < right[0] ? -1 : 1));
  const width = Math.max(...advisories.map(([id]) => id.length));
  return sorted.flatMap(([id, , severity, packages, info]) => {
    const word = SEVERITIES[severity] ?? "unknown";
    const label = (word.slice(0, 1).toUpperCase() + word.slice(1)).padEnd("Important".length);
    return [
      ...packages.map((name) => `${id.padEnd(width)}  ${label}  ${name}`),
      ...info.cve_references.flatMap(([url, title]) => [`  ${title}`, `  ${url}`]),
    ];
  });
}
