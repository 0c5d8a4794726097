/** The tables beside this file: lines of tab-separated fields, comments after "#". */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ProductPlan } from "./product-plan.ts";

/** The path of a file of this folder. */
export function here(name: string): string {
  return join(dirname(fileURLToPath(import.meta.url)), name);
}

/** Of this folder by its name, or anywhere. */
export function readTable(file: string | URL): string[][] {
  return readFileSync(typeof file === "string" ? here(file) : file, "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split("\t"));
}

/** The product's files of that name, its basis's first. */
export function ownFiles({ basis, folder }: ProductPlan, name: string): URL[] {
  const file = new URL(name, folder);
  return [...(basis === undefined ? [] : ownFiles(basis, name)), ...(existsSync(file) ? [file] : [])];
}

/** Packages that only such products have. */
export function ownPackages(product: ProductPlan): string[][] {
  return ownFiles(product, "packages.tsv").flatMap(readTable);
}

/** The lines of packages.tsv, and after them the product's own. */
export function packageRows(product: ProductPlan): string[][] {
  return [...readTable("packages.tsv"), ...ownPackages(product)];
}

/** Where a package of packages.tsv has its paths from. */
export interface PathSource {
  readonly deb: string;
  /** A pattern that the paths must match whole; undefined: all paths. */
  readonly pattern: RegExp | undefined;
}

/** The sources in the fifth field of a line of packages.tsv. */
export function sourcesOf(row: readonly string[]): PathSource[] {
  const field = row[4] ?? "-";
  if (field === "-") return [];
  return field.split(" ").map((source) => {
    const colon = source.indexOf(":");
    if (colon < 0) return { deb: source, pattern: undefined };
    return { deb: source.slice(0, colon), pattern: glob(source.slice(colon + 1)) };
  });
}

/** `*` stands for anything, slashes included; `[…]` for one of some characters. */
function glob(text: string): RegExp {
  const source = text.replace(/[.+?^${}()|\\]/g, "\\$&").replaceAll("*", ".*");
  return new RegExp(`^${source}$`);
}

/** A number that looks random and depends on `text` alone (FNV-1a). */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
