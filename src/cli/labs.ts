/** The labs that the Node command can make, and how it drives them: as fast as it goes, the virtual clock jumping over every wait. */
import { readFileSync } from "node:fs";
import { machines } from "../distros/index.ts";
import { loadCatalogue, type Catalogue } from "../image/catalogue.ts";
import { basisOf, withBasis } from "../image/derived-manifest.ts";
import type { LabOptions } from "../lab/lab.ts";
import { atOnce, Budget, settling, type Runner } from "../lab/settle.ts";
import type { Machine } from "../machine/machine.ts";
import { numberOption, UsageError, type Words } from "./usage.ts";

/** Options of every verb that makes a machine. */
export const MACHINE_OPTIONS = ["machine", "flavour", "seed"] as const;

/** Ticks between two looks at the machine. */
const SLICE = 100_000;

/** The lab that the words ask for. Throws `UsageError` for a machine or flavour that does not exist. */
export function labOptions(words: Words): LabOptions {
  const name = words.values.get("machine") ?? "silverblue";
  const entry = machines[name];
  if (!entry) throw new UsageError(`no machine ${JSON.stringify(name)}; there are: ${Object.keys(machines).join(" ")}`);
  const flavour = words.values.get("flavour") ?? entry.distro.flavours[0].id;
  if (!entry.distro.flavours.some(({ id }) => id === flavour))
    throw new UsageError(`no flavour ${JSON.stringify(flavour)}; there are: ${entry.distro.flavours.map(({ id }) => id).join(" ")}`);
  return { distro: entry.distro, catalogue: catalogueOf(entry.manifest), flavour, seed: numberOption(words, "seed", 1) };
}

/** The releases in a file of `image/`, with those of the file that it is made of. */
export function catalogueOf(file: string): Catalogue {
  const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`../image/${name}`, import.meta.url), "utf8"));
  const manifest = read(file);
  const basis = basisOf(manifest);
  return loadCatalogue(basis === undefined ? manifest : withBasis(manifest, read(basis)));
}

/** Runs until `done`, jumping over every wait; false when the machine came to rest, or ran very long, without it. */
export function settle(runner: Runner, done: (machine: Machine) => boolean): boolean {
  return atOnce(settling(runner, done, new Budget(), SLICE));
}

/** Lets the machine start up, choosing nothing; it may stop before the prompt if something is wrong. */
export function bootToPrompt(runner: Runner): boolean {
  return settle(runner, (machine) => machine.idle && machine.atPrompt);
}
