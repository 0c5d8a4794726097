/** A package as a repository publishes it: what rpm keeps in a header, and the files that come with it. */
import { evr, type Package } from "../package.ts";
import { satisfies, type Capability } from "./capability.ts";

/** What one package says of others. */
export interface Dependencies {
  /** What was written down; what follows from name and files is in `providedBy`. */
  readonly provides: readonly Capability[];
  readonly requires: readonly Capability[];
  readonly conflicts: readonly Capability[];
  readonly obsoletes: readonly Capability[];
  readonly recommends: readonly Capability[];
}

export const SCRIPTS = ["pre", "post", "preun", "postun", "pretrans", "posttrans"] as const;
export type ScriptName = (typeof SCRIPTS)[number];

/** A name in a package. Owners are names: the numbers are those of the system that it is installed on. */
export interface RpmFile {
  /** Absolute, as in the package: /etc is /etc. */
  readonly path: string;
  readonly kind: "file" | "dir" | "symlink";
  readonly mode: number;
  readonly user: string;
  readonly group: string;
  /** Of a symbolic link; "" otherwise. */
  readonly target: string;
  /** Of a file; empty otherwise. */
  bytes(): Uint8Array;
}

export interface RpmPackage extends Package, Dependencies {
  readonly description: string;
  readonly vendor: string;
  /** Bytes of the .rpm, as the real one has them. */
  readonly downloadSize: number;
  /** In the order of paths. */
  readonly files: readonly RpmFile[];
  readonly scripts: ReadonlyMap<ScriptName, string>;
}

/** A package as the solver sees it, wherever it is. */
export interface Solvable {
  readonly pkg: Package;
  /** The same with its files, unless it is installed already. */
  readonly rpm?: RpmPackage;
  /** "updates"; "@System" where it is installed, "@commandline" for a file. */
  readonly repo: string;
  /** All of it: `providedBy`. */
  readonly provides: readonly Capability[];
  readonly requires: readonly Capability[];
  readonly conflicts: readonly Capability[];
  readonly obsoletes: readonly Capability[];
  readonly recommends: readonly Capability[];
  readonly paths: ReadonlySet<string>;
}

/** What a package provides: itself, the libraries among its files, and what it says. */
export function providedBy(pkg: Package, paths: Iterable<string>, said: readonly Capability[] = []): Capability[] {
  const own = { relation: "=", evr: evr(pkg) } as const;
  const provided: Capability[] = [{ name: pkg.name, ...own }];
  if (pkg.arch === "x86_64") provided.push({ name: `${pkg.name}(x86-64)`, ...own });
  for (const path of paths) {
    const [, soname] = /^\/usr\/lib64\/(lib[^/]*\.so(?:\.[0-9]+)+)$/.exec(path) ?? [];
    if (soname !== undefined) provided.push({ name: `${soname}()(64bit)`, relation: "", evr: "" });
  }
  return [...provided, ...said];
}

export function solvableOf(pkg: RpmPackage, repo: string): Solvable {
  const paths = new Set(pkg.files.map(({ path }) => path));
  const { requires, conflicts, obsoletes, recommends } = pkg;
  return { pkg, rpm: pkg, repo, provides: providedBy(pkg, paths, pkg.provides), requires, conflicts, obsoletes, recommends, paths };
}

/** Whether `solvable` has what is wanted; a path is had by whoever has that file. */
export function provides(solvable: Solvable, wanted: Capability): boolean {
  if (wanted.name.startsWith("/") && solvable.paths.has(wanted.name)) return true;
  return solvable.provides.some((offered) => satisfies(offered, wanted));
}
