/** The machine that a page starts from, booted in Node: what the build puts into the page. */
import { FAMILIES } from "../commands/index.ts";
import { namesIn } from "../commands/programs.ts";
import { machines } from "../distros/index.ts";
import { firstSight, prebuild } from "../lab/prebuilt.ts";
import { catalogueOf } from "./labs.ts";

export interface PrebuiltTexts {
  /** A `Prebuilt`. */
  readonly machine: string;
  /** Its `FirstSight`. */
  readonly sight: string;
  /** The names of the programs in each family. */
  readonly families: string;
}

/** All as JSON: machine `name` in its first flavour, which is what a page shows unless it is asked for another. */
export function prebuiltTexts(name: string): PrebuiltTexts {
  const entry = machines[name];
  if (entry === undefined) throw new Error(`no machine ${name}`);
  const options = { distro: entry.distro, catalogue: catalogueOf(entry.manifest) };
  const prebuilt = prebuild(options);
  const families = Object.entries(FAMILIES).map(([family, programs]) => [family, [...namesIn(programs)]] as const);
  return {
    machine: JSON.stringify(prebuilt),
    sight: JSON.stringify(firstSight({ ...options, prebuilt })),
    families: JSON.stringify(Object.fromEntries(families)),
  };
}
