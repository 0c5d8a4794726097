/** What people do to a machine besides looking: typed at its prompt, or with its buttons. */
import type { Machine } from "../machine/machine.ts";
import type { FaultName } from "../machine/world.ts";
import type { Lab } from "./lab.ts";
import { Budget, settling, type Paced } from "./settle.ts";

export type Act =
  | { readonly kind: "type"; readonly line: string }
  /** Keys without Enter, e.g. for a menu or a program that reads keys. */
  | { readonly kind: "keys"; readonly text: string }
  /** `entry` counts from the top of the boot menu (0), or is a part of its title; without one nothing is chosen. */
  | { readonly kind: "reboot"; readonly entry?: string }
  /** The plug, now or before the write after so many more; the machine is switched on again. */
  | { readonly kind: "power-cut"; readonly afterWrites?: number }
  /** `write`, of a power cut: as in `LabEvent`. */
  | { readonly kind: "fault"; readonly name: FaultName; readonly on: boolean; readonly write?: number };

/** The first entry of the boot menu, whichever is chosen, and one further down. */
const HOME = "\u001b[H";
const DOWN = "\u001b[B";
/** Ticks for what goes on behind the prompt; each wait counts as some. */
const SLEEPERS_TICKS = 20_000;

/**
 * Does them one after the other, each until the machine is at rest at a prompt, or waits for a key, or is off. They are events in the
 * lab's log like any others. Stops in the middle when `budget` is spent.
 */
export function* perform(lab: Lab, acts: readonly Act[], budget = new Budget()): Paced<void> {
  for (const act of acts) yield* performOne(lab, act, budget);
}

function* performOne(lab: Lab, act: Act, budget: Budget): Paced<void> {
  switch (act.kind) {
    case "type":
      lab.send({ kind: "keys", tty: 0, text: `${act.line}\r` });
      break;
    case "keys":
      lab.send({ kind: "keys", tty: 0, text: act.text });
      break;
    case "reboot":
      yield* restart(lab, act.entry, budget);
      break;
    case "power-cut":
      if (act.afterWrites === undefined) {
        lab.send({ kind: "power-cut" });
        lab.run(0);
        lab.send({ kind: "power-on" });
      } else lab.send({ kind: "fault", name: "power-cut", on: true, write: act.afterWrites + 1 });
      break;
    case "fault":
      lab.send(act.write === undefined ? { kind: "fault", name: act.name, on: act.on } : act);
      break;
  }
  yield* arrive(lab, budget);
}

function* restart(lab: Lab, entry: string | undefined, budget: Budget): Paced<void> {
  lab.send(lab.machine.power === "off" ? { kind: "power-on" } : { kind: "reboot" });
  if (entry === undefined) return;
  yield* settling(lab, (machine) => machine.power === "menu", budget);
  lab.send({ kind: "keys", tty: 0, text: `${HOME}${DOWN.repeat(rowOf(lab, entry))}\r` });
}

function rowOf(lab: Lab, entry: string): number {
  if (/^[0-9]+$/.test(entry)) return Number(entry);
  return Math.max(
    0,
    lab.view().bootEntries.findIndex(({ title }) => title.includes(entry)),
  );
}

/** Lets a machine that is on its way come to rest, and when an armed power cut stops it on the way, once more. */
export function* arrive(lab: Lab, budget = new Budget()): Paced<void> {
  yield* comeUp(lab, budget);
  if (lab.machine.hasLostPower) {
    lab.send({ kind: "power-on" });
    yield* comeUp(lab, budget);
  }
  if (lab.machine.atPrompt) yield* waitForSleepers(lab);
}

/** A machine that is off stays so; one that ends in emergency mode is given the Enter that it waits for. */
function* comeUp(lab: Lab, budget: Budget): Paced<void> {
  lab.run(0);
  yield* settling(lab, hasArrived, budget);
  if (lab.machine.power !== "emergency" || lab.machine.atPrompt) return;
  lab.send({ kind: "keys", tty: 0, text: "\r" });
  lab.run(1);
  yield* settling(lab, hasArrived, budget);
}

/** Who still sleeps when the prompt is there, e.g. a service that is about to end, is waited for, but not for ever. */
function* waitForSleepers(lab: Lab): Paced<void> {
  yield* settling(lab, (machine) => machine.idle && machine.sleepsFor === undefined, new Budget(SLEEPERS_TICKS));
}

function hasArrived(machine: Machine): boolean {
  return machine.idle && !machine.isGoingDown && (machine.atPrompt || machine.power === "off" || machine.power === "emergency");
}
