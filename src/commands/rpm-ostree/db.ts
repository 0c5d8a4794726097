import { encodeUtf8 } from "../../base/utf8.ts";
import { baseCommit, packagesOf } from "../../engines/ostree/commit-packages.ts";
import type { Deployment } from "../../engines/ostree/deployment.ts";
import { queryDeployments } from "../../engines/ostree/deployment-list.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { renderPackageDiff, renderPackageDiffLines } from "../../engines/ostree/render.ts";
import { isEmptyDiff, packageDiff } from "../../engines/ostree/status.ts";
import { Sysroot } from "../../engines/ostree/sysroot.ts";
import { databaseOf } from "../../engines/ostree/layering.ts";
import { latestChange, renderChange } from "../../image/changelog.ts";
import { checksumBytes } from "../../image/ostree-objects.ts";
import { compareEvr, evr, nevra, nvra, type Package, type PackageChange, type PackageDiff, type PackageId } from "../../image/package.ts";
import { Misuse, type Verb } from "../ostree/goption.ts";
import type { Json } from "./deployment-variant.ts";
import { GLOBAL_OPTIONS } from "./options.ts";
import { printJson } from "./status-json.ts";
import { requireBootedSystem } from "./transaction.ts";

/** `rpm-ostree db VERB`. @simplified No commit here names the advisories of its packages, so there are none to show. */
export function dbVerbs(host: OstreeHost): readonly Verb[] {
  return [
    {
      name: "diff",
      operands: "[FROM_REV] [TO_REV]",
      about: "Show package changes between two commits",
      options: [
        {
          name: "format",
          short: "F",
          argument: "FORMAT",
          help: 'Output format: "diff" or "json" or (default) "block"',
          values: ["block", "diff", "json"],
        },
        { name: "changelogs", short: "c", help: "Also output RPM changelogs", fidelity: "simplified" },
        { name: "advisories", short: "a", help: "Also output new advisories", fidelity: "simplified" },
        { name: "base", help: "Diff against deployments' base, not layered commits" },
        ...GLOBAL_OPTIONS,
      ],
      *run(call) {
        const { proc, options } = call;
        requireBootedSystem(proc);
        const sysroot = new Sysroot(proc.sys);
        const repo = sysroot.openRepository();
        const [from, to, ...more] = options.operands;
        const format = options.value("format") ?? "block";
        if (more.length > 0) throw new Misuse('usage error: "rpm-ostree db diff" takes at most 2 arguments', false);
        if (format === "json" && options.has("changelogs"))
          throw new Misuse("usage error: json format and --changelogs not supported", false);
        if (format === "diff" && options.has("advisories"))
          throw new Misuse("usage error: diff format and --advisories not supported", false);
        if (!["block", "diff", "json"].includes(format)) {
          throw new Misuse("usage error: Format argument is invalid, pick one of: diff, block, json", false);
        }
        const sides = from === undefined ? deploymentSides(sysroot) : givenSides(sysroot, from, to);
        const commitOf = (side: Side): string => {
          if ("rev" in side) return repo.resolve(side.rev);
          return options.has("base") ? baseCommit(repo, side.commit) : side.commit;
        };
        const [left, right] = [commitOf(sides.left), commitOf(sides.right)];
        if (format === "json") {
          const found = packageDiff(host, repo, left, right);
          if (!found) throw new OstreeError("Only commits of the distribution have their packages in Immutable Lab");
          const value = { "ostree-commit-from": left, "ostree-commit-to": right, pkgdiff: diffVariant(found), advisories: [] };
          yield* proc.print(printJson(value));
          return 0;
        }
        const names = [describe(sides.left, left), describe(sides.right, right)];
        yield* proc.print(`ostree diff commit from: ${names[0] ?? ""}\nostree diff commit to:   ${names[1] ?? ""}\n`);
        const diff = packageDiff(host, repo, left, right);
        if (!diff) throw new OstreeError("Only commits of the distribution have their packages in Immutable Lab");
        if (format === "diff") yield* proc.print(renderPackageDiffLines(diff));
        else if (options.has("changelogs")) yield* proc.print(changelogText(diff, databaseOf(repo, left), databaseOf(repo, right)));
        else if (!isEmptyDiff(diff)) yield* proc.print(renderPackageDiff(diff));
        if (options.has("advisories")) yield* proc.print("\n");
        return 0;
      },
    },
    {
      name: "list",
      operands: "REV... [PREFIX-PKGNAME...]",
      about: "List packages within commits",
      options: [{ name: "advisories", short: "a", help: "Also list advisories", fidelity: "simplified" }, ...GLOBAL_OPTIONS],
      *run(call) {
        const { proc } = call;
        requireBootedSystem(proc);
        const [rev, ...patterns] = call.options.operands;
        if (rev === undefined) throw new Misuse("usage error: REV must be specified", false);
        const repo = new Sysroot(proc.sys).openRepository();
        const commit = repo.resolve(rev);
        const packages = packagesOf(host, repo, commit);
        if (!packages) throw new OstreeError("Only commits of the distribution have their packages in Immutable Lab");
        yield* proc.print(`ostree commit: ${rev}${rev === commit ? "" : ` (${commit})`}\n`);
        const shown = patterns.length === 0 ? packages : packages.filter((pkg) => patterns.some((pattern) => matches(pattern, pkg.name)));
        yield* proc.print(shown.map((pkg) => ` ${nevra(pkg)}\n`).join(""));
        return 0;
      },
    },
    {
      name: "version",
      operands: "COMMIT...",
      about: "Show rpmdb version of packages within the commits",
      options: [...GLOBAL_OPTIONS],
      *run(call) {
        const { proc } = call;
        requireBootedSystem(proc);
        const repo = new Sysroot(proc.sys).openRepository();
        for (const rev of call.options.operands) {
          const commit = repo.resolve(rev);
          const version = databaseVersion(databaseOf(repo, commit));
          yield* proc.print(`ostree commit: ${describe({ rev }, commit)}\n  rpmdbv is: ${version}\n`);
        }
        return 0;
      },
    },
  ];
}

/** Number of packages and the SHA-256 of their names put end to end, an epoch before each that has one. */
function databaseVersion(rows: readonly PackageId[]): string {
  const names = [...rows]
    .sort((left, right) => (left.name < right.name ? -1 : left.name > right.name ? 1 : compareEvr(left, right)))
    .map((pkg) => `${pkg.epoch ? `${pkg.epoch}:` : ""}${nvra(pkg)}`);
  return `${rows.length}:${checksumBytes(encodeUtf8(names.join("")))}`;
}

/** `-c`: under each upgraded package what its newer build says that the older does not, once for builds of one source. */
function changelogText(diff: PackageDiff, before: readonly Package[], after: readonly Package[]): string {
  const build = (rows: readonly Package[], id: PackageId): Package | undefined =>
    rows.find(({ name, arch }) => name === id.name && arch === id.arch);
  const source = (change: PackageChange | undefined): string => {
    const found = change && build(before, change.from);
    return found ? `${evr(found)} ${found.buildTime}` : "";
  };
  const upgraded = [...diff.upgraded].sort((left, right) => (left.to.name < right.to.name ? -1 : 1));
  const blocks = upgraded.map((change, i) => {
    const line = `  ${change.to.name} ${evr(change.from)} -> ${evr(change.to)}\n`;
    const next = build(after, change.to);
    if (source(change) === source(upgraded[i + 1]) || !next) return line;
    return `${line}${renderChange(latestChange(next), "    ")}\n`;
  });
  return (blocks.length === 0 ? "" : `Upgraded:\n${blocks.join("")}`) + renderPackageDiff({ ...diff, upgraded: [] });
}

/** `a(sua{sv})`: name, what happened to it, and the builds: 0 added, 1 removed, 2 upgraded, 3 downgraded. */
function diffVariant(diff: PackageDiff): Json {
  const build = (pkg: PackageId): Json => [pkg.name, evr(pkg), pkg.arch];
  const rows: (readonly [string, number, Json])[] = [
    ...diff.added.map((pkg) => [pkg.name, 0, { NewPackage: build(pkg) }] as const),
    ...diff.removed.map((pkg) => [pkg.name, 1, { PreviousPackage: build(pkg) }] as const),
    ...diff.upgraded.map(({ from, to }) => [to.name, 2, { PreviousPackage: build(from), NewPackage: build(to) }] as const),
    ...diff.downgraded.map(({ from, to }) => [to.name, 3, { PreviousPackage: build(from), NewPackage: build(to) }] as const),
  ];
  return rows.sort(([left], [right]) => (left < right ? -1 : 1));
}

type Side = { readonly rev: string } | { readonly commit: string; readonly what: string };

function describe(side: Side, commit: string): string {
  return "commit" in side ? `${side.what} (${commit})` : side.rev === commit ? commit : `${side.rev} (${commit})`;
}

function givenSides(sysroot: Sysroot, from: string, to: string | undefined): { readonly left: Side; readonly right: Side } {
  if (to !== undefined) return { left: { rev: from }, right: { rev: to } };
  const booted = sysroot.requireBooted();
  return { left: { commit: booted.checksum, what: "booted deployment" }, right: { rev: from } };
}

/** Booted to pending; else rollback to booted. */
function deploymentSides(sysroot: Sysroot): { readonly left: Side; readonly right: Side } {
  const state = sysroot.load();
  const booted = sysroot.requireBooted(state);
  const { pending, rollback } = queryDeployments(state.deployments, booted);
  const side = (deployment: Deployment, what: string): Side => ({ commit: deployment.checksum, what: `${what} deployment` });
  if (pending) return { left: side(booted, "booted"), right: side(pending, "pending") };
  if (rollback) return { left: side(rollback, "rollback"), right: side(booted, "booted") };
  throw new OstreeError("No pending or rollback deployment to diff against");
}

/** fnmatch(3) with `*` and `?`. */
function matches(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`).test(name);
}
