/** The machine that a page starts from, booted in Node: what the build puts into the page. */
import { readFileSync } from "node:fs";
import { machines } from "../distros/index.ts";
import { loadCatalogue } from "../image/catalogue.ts";
import { prebuild } from "../lab/prebuilt.ts";

/** A `Prebuilt` as JSON: machine `name` in its first flavour, which is what a page shows unless it is asked for another. */
export function prebuiltText(name: string): string {
  const entry = machines[name];
  if (entry === undefined) throw new Error(`no machine ${name}`);
  const catalogue = loadCatalogue(readFileSync(new URL(`../image/${entry.manifest}`, import.meta.url)));
  return JSON.stringify(prebuild({ distro: entry.distro, catalogue }));
}
