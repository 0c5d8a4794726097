/** Makes labs of the machines that this site has. */
import { machines } from "../distros/index.ts";
import { loadCatalogue } from "../image/catalogue.ts";
import silverblueManifest from "../image/silverblue.manifest.json?raw";
import { Lab, type LabLog, type LabOptions } from "../lab/lab.ts";
import type { Prebuilt } from "../lab/prebuilt.ts";
import silverblueBooted from "virtual:prebuilt/silverblue";
import type { LabFactory, LabSetup } from "./hosted-lab.ts";

const MANIFESTS: Readonly<Record<string, string>> = { "silverblue.manifest.json": silverblueManifest };
/** Booted machines, each in its first flavour; the others boot when they are wanted. */
const BOOTED: Readonly<Record<string, string>> = { silverblue: silverblueBooted };

function options({ machine, flavour }: LabSetup): LabOptions {
  const entry = machines[machine];
  const manifest = MANIFESTS[entry?.manifest ?? ""];
  if (entry === undefined || manifest === undefined) throw new Error(`internal error: no machine ${machine}`);
  const booted = BOOTED[machine];
  const prebuilt = booted === undefined || flavour !== entry.distro.flavours[0].id ? undefined : (JSON.parse(booted) as Prebuilt);
  return { distro: entry.distro, catalogue: loadCatalogue(manifest), flavour, prebuilt };
}

export const labFactory: LabFactory = {
  create: (setup) => new Lab(options(setup)),
  replay: (setup, log) => Lab.replay(options(setup), log as LabLog),
};
