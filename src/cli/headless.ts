/**
 * `import { … } from "immutable-lab"`: the machine without a page.
 *
 *     const lab = new Lab(optionsFor("silverblue"));
 *     bootToPrompt(lab);
 *     for (const { cmd, exit } of new ScriptRunner(lab, false).run("touch /usr/bin/x")) console.log(cmd, exit);
 */
import { machines } from "../distros/index.ts";
import type { LabOptions } from "../lab/lab.ts";
import { labOptions } from "./labs.ts";

export type { LabChunk, LabEvent } from "../lab/events.ts";
export { Lab, type LabOptions } from "../lab/lab.ts";
export type { LabLog } from "../lab/log.ts";
export type { View } from "../lab/view.ts";
export { bootToPrompt, settle } from "./labs.ts";
export { ScriptRunner } from "./run.ts";
export { completeCommands, type CommandResult } from "./session.ts";

/** The machines that there are. */
export const machineNames: readonly string[] = Object.keys(machines);

/** What a lab of this machine is made of. Throws an error that lists what there is for a name that is not known. */
export function optionsFor(machine: string, { flavour, seed }: { readonly flavour?: string; readonly seed?: number } = {}): LabOptions {
  const values = new Map([["machine", machine]]);
  if (flavour !== undefined) values.set("flavour", flavour);
  if (seed !== undefined) values.set("seed", String(seed));
  return labOptions({ flags: new Set(), values, operands: [] });
}
