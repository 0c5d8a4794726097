/** Makes labs of the machines that this site has. */
import { machines } from "../distros/index.ts";
import { loadCatalogue } from "../image/catalogue.ts";
import silverblueManifest from "../image/silverblue.manifest.json?raw";
import { Lab, type LabLog, type LabOptions } from "../lab/lab.ts";
import type { LabFactory, LabSetup } from "./hosted-lab.ts";

const MANIFESTS: Readonly<Record<string, string>> = { "silverblue.manifest.json": silverblueManifest };

function options({ machine, flavour }: LabSetup): LabOptions {
  const entry = machines[machine];
  const manifest = MANIFESTS[entry?.manifest ?? ""];
  if (entry === undefined || manifest === undefined) throw new Error(`internal error: no machine ${machine}`);
  return { distro: entry.distro, catalogue: loadCatalogue(manifest), flavour };
}

export const labFactory: LabFactory = {
  create: (setup) => new Lab(options(setup)),
  replay: (setup, log) => Lab.replay(options(setup), log as LabLog),
};
