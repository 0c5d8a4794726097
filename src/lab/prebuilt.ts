/**
 * A machine that has booted, as plain data: a page may start from it instead of booting, since it is what a boot leaves.
 * `lab.test.ts` proves that a run from it and a run from the power button are the same run.
 */
import { decodeLatin1, encodeLatin1 } from "../base/latin1.ts";
import { exportMachine, type ExportedMachine } from "../machine/checkpoint-export.ts";
import { DISALLOCATE } from "../machine/login.ts";
import type { FirstSight } from "./first-sight.ts";
import { Lab, type LabOptions } from "./lab.ts";

export interface Prebuilt {
  readonly flavour: string;
  readonly seed: number;
  readonly machine: ExportedMachine;
  /** The tick that the boot ended at. */
  readonly tick: number;
  /** What each terminal has shown, a byte a character. */
  readonly screens: readonly string[];
}

/** Boots a machine to its first prompt, jumping over every wait. Throws when it does not get there. */
export function prebuild(options: LabOptions): Prebuilt {
  const lab = new Lab({ ...options, prebuilt: undefined });
  const isThere = (): boolean => lab.machine.idle && lab.machine.atPrompt;
  while (!isThere()) {
    const before = lab.tick;
    lab.run(100_000);
    if (lab.machine.idle && !lab.machine.atPrompt) lab.wake();
    if (lab.tick === before && !isThere()) throw new Error(`internal error: the boot stopped in state ${lab.machine.power}`);
  }
  const checkpoint = lab.machine.checkpoint();
  if (!checkpoint) throw new Error("internal error: no checkpoint at the first prompt");
  const { flavour, seed, tick } = lab;
  return { flavour, seed, machine: exportMachine(checkpoint), tick, screens: [0, 1].map((tty) => decodeLatin1(lab.screen(tty))) };
}

export function screensOf(prebuilt: Prebuilt): Uint8Array[] {
  return prebuilt.screens.map(encodeLatin1);
}

/** What a lab that starts from `prebuilt` shows at first; what was wiped on the way is left out. */
export function firstSight(options: LabOptions & { readonly prebuilt: Prebuilt }): FirstSight {
  const screens = options.prebuilt.screens.map((screen) => screen.split(DISALLOCATE).at(-1) ?? "");
  return { screens, view: { ...new Lab(options).view(), revision: 0 } };
}
