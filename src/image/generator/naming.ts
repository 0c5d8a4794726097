/** How a product that is not Fedora's calls and places what packages.tsv and the tables beside it have: products/NAME.tsv and what its plan says. */
import { existsSync } from "node:fs";
import { lineage, type ProductPlan } from "./products.ts";
import { hash, here, packageRows, readTable } from "./tables.ts";

export interface Naming {
  /** What the package of packages.tsv is called; undefined where the product does not take it. */
  nameOf(name: string): string | undefined;
  /** The first build, where the product says one. */
  buildOf(name: string): string | undefined;
  /** The first build of a package that packages.tsv has as `evr`. */
  firstBuild(name: string, evr: string): string;
  /** All builds end in it. */
  readonly suffix: string;
}

/** Of Fedora: everything as the tables say. */
const AS_WRITTEN: Naming = { nameOf: (name) => name, buildOf: () => undefined, firstBuild: (_, evr) => evr, suffix: ".fc43" };

export function namingOf(product: ProductPlan): Naming {
  const names = lineage(product);
  const files = names.map((name) => `products/${name}.tsv`).filter((file) => existsSync(here(file)));
  if (files.length === 0) return AS_WRITTEN;
  const own = packageRows(names).filter((row) => row[5] !== undefined);
  const table = files.flatMap(readTable);
  const called = new Map([
    ...own.map(([name = ""]) => [name, name] as const),
    ...table.map(([name = "", here = ""]) => [name, here] as const),
  ]);
  const builds = new Map(table.map(([name = "", , build]) => [name, build]));
  return {
    nameOf: (name) => (name === "" ? "" : called.get(name)),
    buildOf: (name) => builds.get(name),
    // Counted by the build service: how often the sources changed, and how often that was built.
    firstBuild: (name, evr) =>
      own.some(([it]) => it === name)
        ? evr
        : `${evr.replace(/^\d+:/, "").replace(/-[^-]*$/, "")}-${1 + (hash(name) % 4)}.${1 + (hash(`${name}-build`) % 7)}`,
    suffix: "",
  };
}
