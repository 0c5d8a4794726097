/** What an origin asks for, found among base, repositories and what has been downloaded: the plan of a layered commit. */
import { OstreeError, prefixed } from "../../engines/ostree/errors.ts";
import { formatSize } from "../../engines/ostree/format-size.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import type { KeyFile } from "../../engines/ostree/keyfile.ts";
import { databaseOf, type LayerPlan } from "../../engines/ostree/layering.ts";
import { isEmptyLayering, layeringOf, remoteReplacements, type Layering, type LocalPackage } from "../../engines/ostree/layer-origin.ts";
import { cachedPackage, importPackage, packageRef, packageRefs } from "../../engines/ostree/pkgcache.ts";
import { bootId } from "../../engines/ostree/process.ts";
import type { Repository } from "../../engines/ostree/repo.ts";
import { packageServersFor } from "../../engines/rpm/reach.ts";
import { COMMAND_LINE, installedSolvable, matching, namesOf } from "../../engines/rpm/solvables.ts";
import { solve } from "../../engines/rpm/solver.ts";
import type { Checksum } from "../../image/ostree-objects.ts";
import { compareEvr, nevra } from "../../image/package.ts";
import { parseCapability } from "../../image/rpm-md/capability.ts";
import { solvableOf, type RpmPackage, type Solvable } from "../../image/rpm-md/rpm-package.ts";
import type { InstalledPackage } from "../../image/rpmdb.ts";
import type { Run } from "../../machine/program.ts";
import { loadMetadata, type MetadataOptions } from "./repo-metadata.ts";
import type { Transaction } from "./transaction.ts";

export interface Resolved {
  readonly plan: LayerPlan;
  /** What comes, with where it is from. */
  readonly added: readonly Solvable[];
  readonly overrides: number;
}

const isPackage = (rows: readonly InstalledPackage[], name: string): boolean => rows.some((row) => namesOf(row).includes(name));

/** What is asked for and is there already, with what has it. */
export function inactiveRequests(
  layering: Layering,
  rows: readonly InstalledPackage[],
): { readonly request: string; readonly by: InstalledPackage }[] {
  const remaining = rows.filter((row) => !layering.removed.includes(row.name)).map((row) => installedSolvable(row, undefined));
  return layering.requested.flatMap((request) => {
    const [found] = matching(request, remaining);
    return found === undefined ? [] : [{ request, by: found.pkg as InstalledPackage }];
  });
}

/** Finds the packages for `origin` on `base`. Undefined when nothing is to be layered. Throws `OstreeError`. */
export function* resolveLayers(
  transaction: Transaction,
  host: OstreeHost,
  base: Checksum,
  origin: KeyFile,
  options: MetadataOptions,
): Run<Resolved | undefined> {
  const { proc, sysroot } = transaction;
  const layering = layeringOf(origin);
  if (isEmptyLayering(layering)) return undefined;
  const repo = sysroot.openRepository();
  transaction.begin(`Checking out tree ${base.slice(0, 7)}`);
  yield* proc.sleep(0.3);
  transaction.end();
  const rows = databaseOf(repo, base);
  const inactive = inactiveRequests(layering, rows);
  if (inactive.length > 0) {
    transaction.say(
      `Inactive requests:\n${inactive.map(({ request, by }) => `  ${request} (already provided by ${nevra(by)})`).join("\n")}`,
    );
  }
  const wanted = layering.requested.filter((request) => !inactive.some((other) => other.request === request));
  const locals = [...layering.requestedLocal, ...layering.forcedLocal].filter(({ nevra: id }) => !rows.some((row) => nevra(row) === id));
  const replacements = layering.replacedLocal.filter(({ nevra: id }) => !rows.some((row) => nevra(row) === id));
  const removed = layering.removed.filter((name) => isPackage(rows, name));
  const remote = remoteReplacements(layering);
  if (wanted.length + locals.length + replacements.length + removed.length + remote.length === 0) return undefined;

  const servers = yield* packageServersFor(proc, host);
  const isOnline = wanted.length + locals.length + remote.length > 0;
  const metadata = isOnline ? yield* loadMetadata(transaction, servers, options) : { available: [], repositories: [] };
  transaction.begin("Resolving dependencies");
  yield* proc.sleep(0.4);
  transaction.check();
  const cached = packageRefs(repo).flatMap((ref) => cachedPackage(repo, ref) ?? []);
  const local = (asked: readonly LocalPackage[]): Solvable[] =>
    asked.map(({ nevra: id }) => {
      const found = cached.find(({ pkg }) => nevra(pkg) === id);
      if (found === undefined) throw new OstreeError(`Failed to find package '${id}' in pkgcache`);
      return solvableOf(found.pkg, COMMAND_LINE);
    });
  const offline =
    options.cacheOnly === true ? cached.filter(({ from }) => from !== COMMAND_LINE).map(({ pkg, from }) => solvableOf(pkg, from)) : [];
  const known = new Set(metadata.available.map((it) => nevra(it.pkg)));
  const offered = [...metadata.available, ...offline.filter((it) => !known.has(nevra(it.pkg)))];
  const available = offered.filter((it) => !layering.removed.includes(it.pkg.name));
  const installed = rows.map((row) => installedSolvable(row, servers));
  const jobs = [...local(locals), ...local(replacements)].map((it) => ({ candidates: [it] as readonly Solvable[] }));
  const missing: string[] = [];
  for (const request of wanted) {
    const candidates = matching(request, available);
    if (candidates.length === 0) missing.push(request);
    else jobs.push({ candidates: proc.kernel.world.has("dependency-conflict") ? candidates.map(contradicting) : candidates });
  }
  const builds = remote.flatMap(({ repository, names }) => names.map((name) => newestFrom(offered, repository, name)));
  // What the image has in that very build is no override now.
  const active = builds.filter((it) => !rows.some((row) => nevra(row) === nevra(it.pkg)));
  jobs.push(...active.map((it) => ({ candidates: [it] })));
  const replaced = [...local(replacements), ...active];
  const unknown = replaced.filter((it) => !rows.some((row) => row.name === it.pkg.name));
  if (unknown[0] !== undefined) throw new OstreeError(`Package "${unknown[0].pkg.name}" not found`);
  if (missing.length > 0) throw new OstreeError(`Packages not found: ${missing.join(", ")}`);
  const erase = installed.filter((it) => removed.includes(it.pkg.name) || replaced.some(({ pkg }) => pkg.name === it.pkg.name));
  const solution = solve({
    installed,
    available: [...available, ...jobs.flatMap(({ candidates }) => candidates.filter(({ repo: from }) => from === COMMAND_LINE))],
    install: jobs,
    erase,
    locked: true,
    recommends: recommends(transaction),
  });
  if (solution.kind === "problems") throw new OstreeError(problemText(solution.problems));
  transaction.end();

  const forced = new Set(layering.forcedLocal.map(({ nevra: id }) => id));
  yield* fetchPackages(transaction, repo, solution.install, servers !== undefined && !proc.kernel.world.isOffline);
  const added = solution.install.flatMap((it) => {
    const found = cachedPackage(repo, packageRef(it.pkg));
    return found === undefined ? [] : [{ ...found, from: it.repo, replacesFiles: forced.has(nevra(it.pkg)) }];
  });
  const erased = new Set(solution.erase.map((it) => nevra(it.pkg)));
  return {
    plan: {
      base,
      added,
      removed: rows.filter((row) => erased.has(nevra(row))),
      requested: [...wanted, ...locals.map(({ nevra: id }) => id)],
      repositories: metadata.repositories,
    },
    added: solution.install,
    overrides: removed.length + replacements.length + active.length,
  };
}

function newestFrom(offered: readonly Solvable[], repository: string, name: string): Solvable {
  const [newest] = offered
    .filter((it) => it.repo === repository && it.pkg.name === name)
    .sort((left, right) => compareEvr(right.pkg, left.pkg));
  if (newest === undefined) throw new OstreeError(`No matches for '${name}' in repo '${repository}'`);
  return newest;
}

/** What an instructor's fault makes of a package: it needs a newer C library than any image has. */
function contradicting(it: Solvable): Solvable {
  return { ...it, requires: [...it.requires, parseCapability("glibc >= 2.43")] };
}

function recommends(transaction: Transaction): boolean {
  return !isRecommendsOff(transaction);
}

function isRecommendsOff({ proc }: Transaction): boolean {
  try {
    const fd = proc.sys.open("/etc/rpm-ostreed.conf", 0);
    const bytes = proc.sys.read(fd, 65536) ?? new Uint8Array();
    proc.sys.close(fd);
    return /^\s*Recommends\s*=\s*(false|0)/m.test(String.fromCharCode(...bytes));
  } catch {
    return false;
  }
}

export function problemText(problems: readonly (readonly string[])[]): string {
  const many = problems.length > 1;
  const blocks = problems.map(([head = "", ...rest], i) =>
    [` Problem${many ? ` ${i + 1}` : ""}: ${head}`, ...rest.map((line) => `  - ${line}`)].join("\n"),
  );
  return `Could not depsolve transaction; ${problems.length} problem${many ? "s" : ""} detected:\n${blocks.join("\n")}`;
}

/** Downloads and imports what the cache has not. */
function* fetchPackages(transaction: Transaction, repo: Repository, packages: readonly Solvable[], isUp: boolean): Run<void> {
  const { proc } = transaction;
  const missing = packages.flatMap((it) =>
    it.rpm === undefined || it.repo === COMMAND_LINE || repo.resolveIfThere(packageRef(it.pkg)) !== undefined
      ? []
      : [{ pkg: it.rpm, from: it.repo }],
  );
  if (missing.length === 0) return;
  const bytes = missing.reduce((sum, { pkg }) => sum + pkg.downloadSize, 0);
  transaction.say(`Will download: ${missing.length} package${missing.length === 1 ? "" : "s"} (${formatSize(bytes)})`);
  for (const from of new Set(missing.map((it) => it.from))) {
    transaction.begin(`Downloading from '${from}'`);
    for (const { pkg } of missing.filter((it) => it.from === from)) {
      yield* proc.sleep(0.1 + pkg.downloadSize / 20_000_000);
      transaction.check();
      transaction.draw("");
      if (!isUp)
        throw new OstreeError(
          `Downloading from '${from}': Cannot download Packages/${pkg.name[0] ?? ""}/${nevra(pkg)}.rpm: All mirrors were tried`,
        );
    }
    transaction.end();
  }
  transaction.begin("Importing packages");
  for (const { pkg, from } of missing) yield* importOne(transaction, repo, pkg, from);
  transaction.end();
}

/** Puts a package into the cache. */
export function* importOne(transaction: Transaction, repo: Repository, pkg: RpmPackage, from: string): Run<void> {
  const { proc } = transaction;
  try {
    yield* transaction.run(importPackage(repo, pkg, from, bootId(proc.sys), proc.now().sec));
  } catch (error) {
    throw prefixed("Importing packages", error);
  }
}
