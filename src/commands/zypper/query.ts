/** What zypper answers without changing anything. */
import { compareEvr, evr } from "../../image/package.ts";
import type { Solvable } from "../../image/rpm-md/rpm-package.ts";
import { newest } from "../dnf5/queries.ts";
import { globToPattern } from "../glob.ts";
import type { ZyppSystem } from "./system.ts";
import { byteSize, table } from "./text.ts";

/** By name, each once: the installed one and the newest that can be had. */
interface Known {
  readonly installed: Solvable | undefined;
  readonly offered: Solvable | undefined;
}

function knownPackages({ installed, available }: ZyppSystem): Map<string, Known> {
  const found = new Map<string, Known>();
  for (const it of installed) found.set(it.pkg.name, { installed: it, offered: undefined });
  for (const it of newest(available)) found.set(it.pkg.name, { installed: found.get(it.pkg.name)?.installed, offered: it });
  return found;
}

/** "i" what came with something else, "i+" what was asked for, "v" what can be had in another version. */
function mark({ installed, offered }: Known): string {
  if (installed === undefined) return "";
  const isOther = offered !== undefined && compareEvr(installed.pkg, offered.pkg) !== 0;
  return isOther ? "v" : "i";
}

export interface SearchOptions {
  readonly exact: boolean;
  readonly descriptions: boolean;
  readonly installedOnly: boolean;
  readonly availableOnly: boolean;
  readonly details: boolean;
  readonly nameOf: (id: string) => string;
}

/** The table of a search; undefined when nothing matches. */
export function searchTable(system: ZyppSystem, words: readonly string[], options: SearchOptions): string | undefined {
  const patterns = words.map((word) => globToPattern(options.exact || /[*?]/.test(word) ? word : `*${word}*`, { ignoreCase: true }));
  const matches = (it: Solvable): boolean => {
    const texts = [it.pkg.name, ...(options.descriptions ? [it.pkg.summary, it.rpm?.description ?? ""] : [])];
    return patterns.length === 0 || patterns.some((pattern) => texts.some((text) => pattern.test(text)));
  };
  const found = [...knownPackages(system).values()]
    .filter(({ installed, offered }) => matches((offered ?? installed) as Solvable))
    .filter(({ installed }) => (!options.installedOnly || installed !== undefined) && (!options.availableOnly || installed === undefined))
    .sort((left, right) => (nameOf(left) < nameOf(right) ? -1 : 1));
  if (found.length === 0) return undefined;
  if (!options.details) {
    const rows = found.map((it) => [mark(it).padEnd(2), nameOf(it), (it.offered ?? it.installed)?.pkg.summary ?? "", "package"]);
    return table(["S ", "Name", "Summary", "Type"], rows);
  }
  const rows = found.flatMap((it) =>
    [it.offered, it.offered === undefined || mark(it) === "v" ? it.installed : undefined].flatMap((one) => {
      if (one === undefined) return [];
      const repository = one.repo === "@System" ? "(System Packages)" : options.nameOf(one.repo);
      const sign = one === it.installed || mark(it) === "i" ? "i" : mark(it);
      return [[sign.padEnd(2), one.pkg.name, "package", evr(one.pkg), one.pkg.arch, repository]];
    }),
  );
  return table(["S ", "Name", "Type", "Version", "Arch", "Repository"], rows);
}

function nameOf({ installed, offered }: Known): string {
  return (offered ?? installed)?.pkg.name ?? "";
}

/** `zypper info`; undefined when there is no such package. */
export function infoText(system: ZyppSystem, word: string, repositoryName: (id: string) => string): string | undefined {
  const found = knownPackages(system).get(word);
  if (found === undefined) return undefined;
  const { pkg, repo, rpm } = (found.offered ?? found.installed) as Solvable;
  const { installed, offered } = found;
  const isOther = installed !== undefined && offered !== undefined && compareEvr(installed.pkg, offered.pkg) !== 0;
  const status =
    installed === undefined ? "not installed" : isOther ? `out-of-date (version ${evr(installed.pkg)} installed)` : "up-to-date";
  const title = `Information for package ${pkg.name}:`;
  const fields: (readonly [string, string])[] = [
    ["Repository", repo === "@System" ? "(System Packages)" : repositoryName(repo)],
    ["Name", pkg.name],
    ["Version", evr(pkg)],
    ["Arch", pkg.arch],
    ["Vendor", rpm?.vendor ?? "openSUSE"],
    ["Installed Size", byteSize(pkg.size)],
    ["Installed", installed === undefined ? "No" : "Yes"],
    ["Status", status],
    ["Source package", `${pkg.name}-${evr(pkg)}.src`],
    ["Upstream URL", pkg.url ?? ""],
    ["Summary", pkg.summary],
  ];
  const text = fields.map(([key, value]) => `${key.padEnd(15)}: ${value}\n`).join("");
  return `\n\n${title}\n${"-".repeat(title.length)}\n${text}${"Description".padEnd(15)}: \n    ${rpm?.description ?? `${pkg.summary}.`}\n`;
}

/** What could be newer: rows of list-updates, by name. */
export function updates(system: ZyppSystem): { readonly installed: Solvable; readonly offered: Solvable }[] {
  return [...knownPackages(system).values()]
    .flatMap(({ installed, offered }) =>
      installed && offered && compareEvr(offered.pkg, installed.pkg) > 0 ? [{ installed, offered }] : [],
    )
    .sort((left, right) => (left.offered.pkg.name < right.offered.pkg.name ? -1 : 1));
}

export function updatesTable(system: ZyppSystem, repositoryName: (id: string) => string): string {
  const rows = updates(system).map(({ installed, offered }) => [
    "v",
    repositoryName(offered.repo),
    offered.pkg.name,
    evr(installed.pkg),
    evr(offered.pkg),
    offered.pkg.arch,
  ]);
  return rows.length === 0
    ? "No updates found.\n"
    : table(["S", "Repository", "Name", "Current Version", "Available Version", "Arch"], rows);
}

/** `zypper repos`. */
export function repositoriesTable({ repositories }: Pick<ZyppSystem, "repositories">, withUris: boolean): string {
  const rows = repositories.map(({ id, name, enabled, url }, i) => [
    String(i + 1).padStart(2),
    id,
    name,
    enabled ? "Yes" : "No",
    enabled ? "(r ) Yes" : "----",
    enabled ? "Yes" : "----",
    ...(withUris ? ["99", "rpm-md", url] : []),
  ]);
  const heads = ["# ", "Alias", "Name", "Enabled", "GPG Check", "Refresh", ...(withUris ? ["Priority", "Type", "URI"] : [])];
  return `Repository priorities are without effect. All enabled repositories share the same priority.\n\n${table(heads, rows)}`;
}
