/** Packages as the solver is to see them: those of a database, and what a word on a command line means. */
import { evr, nevra, nvra, type Package } from "../../image/package.ts";
import { parseCapability } from "../../image/rpm-md/capability.ts";
import { provides, providedBy, solvableOf, type RpmPackage, type Solvable } from "../../image/rpm-md/rpm-package.ts";
import type { PackageServers } from "../../image/rpm-md/servers.ts";
import type { InstalledPackage } from "../../image/rpmdb.ts";
import { byPreference } from "./solver.ts";

export const SYSTEM = "@System";
export const COMMAND_LINE = "@commandline";

/** `servers` know what the packages of an image say, whose database does not. */
export function installedSolvable(pkg: InstalledPackage, servers: PackageServers | undefined): Solvable {
  const said = pkg.details;
  const list = (texts: readonly string[] | undefined) => (texts ?? []).map(parseCapability);
  const fromImage = said === undefined ? servers?.imageDependencies(pkg) : undefined;
  return {
    pkg,
    repo: SYSTEM,
    provides: providedBy(pkg, pkg.files, fromImage?.provides ?? list(said?.provides)),
    requires: fromImage?.requires ?? list(said?.requires),
    conflicts: list(said?.conflicts),
    obsoletes: list(said?.obsoletes),
    recommends: [],
    paths: new Set(pkg.files),
  };
}

const known = new WeakMap<RpmPackage, Map<string, Solvable>>();

/** The same for the same package: packages of a repository never change. */
export function availableSolvable(pkg: RpmPackage, repo: string): Solvable {
  const byRepo = known.get(pkg) ?? new Map<string, Solvable>();
  known.set(pkg, byRepo);
  let solvable = byRepo.get(repo);
  if (solvable === undefined) byRepo.set(repo, (solvable = solvableOf(pkg, repo)));
  return solvable;
}

/** What `word` may stand for among `packages`, the best first: a name (with version, with architecture), a file, or something provided. */
export function matching(word: string, packages: readonly Solvable[]): Solvable[] {
  const named = packages.filter(({ pkg }) => namesOf(pkg).includes(word));
  const found = named.length > 0 ? named : packages.filter((it) => provides(it, parseCapability(word)));
  return found.sort(byPreference(word));
}

/** Every way in which a package may be named. */
export function namesOf(pkg: Package): string[] {
  return [
    pkg.name,
    `${pkg.name}.${pkg.arch}`,
    `${pkg.name}-${pkg.version}`,
    `${pkg.name}-${pkg.version}-${pkg.release}`,
    nvra(pkg),
    `${pkg.name}-${evr(pkg)}`,
    nevra(pkg),
  ];
}
