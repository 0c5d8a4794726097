/** How a product that is not Fedora's calls and places what packages.tsv and the tables beside it have: its names.tsv and what its plan says. */
import type { ProductPlan } from "./product-plan.ts";
import { hash, ownFiles, ownPackages, readTable } from "./tables.ts";

export interface Naming {
  /** What the package of that name in the tables is called; undefined where the product does not take it. */
  nameOf(name: string): string | undefined;
  /** The first build, where the product says one. */
  buildOf(name: string): string | undefined;
  /** The first build of a package that the tables have as `evr`. */
  firstBuild(name: string, evr: string): string;
  /** All builds end in it. */
  readonly suffix: string;
}

export function namingOf(product: ProductPlan): Naming {
  const files = ownFiles(product, "names.tsv");
  if (files.length === 0) return asWritten(product);
  const own = new Set(ownPackages(product).map(([name = ""]) => name));
  const table = files.flatMap(readTable);
  const called = new Map([
    ...[...own].map((name) => [name, name] as const),
    ...table.map(([name = "", here = ""]) => [name, here] as const),
  ]);
  const builds = new Map(table.map(([name = "", , build]) => [name, build]));
  return {
    nameOf: (name) => (name === "" ? "" : called.get(name)),
    buildOf: (name) => builds.get(name),
    // Counted by the build service: how often the sources changed, and how often that was built.
    firstBuild: (name, evr) =>
      own.has(name) ? evr : `${evr.replace(/^\d+:/, "").replace(/-[^-]*$/, "")}-${1 + (hash(name) % 4)}.${1 + (hash(`${name}-build`) % 7)}`,
    suffix: "",
  };
}

/** Of Fedora: everything as the tables say. */
function asWritten({ sets }: ProductPlan): Naming {
  const left = new Set(
    readTable("packages.tsv").flatMap(([name = "", , , , , set]) => (set === undefined || sets.includes(set) ? [] : [name])),
  );
  return { nameOf: (name) => (left.has(name) ? undefined : name), buildOf: () => undefined, firstBuild: (_, evr) => evr, suffix: ".fc43" };
}
