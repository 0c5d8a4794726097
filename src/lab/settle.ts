/** Lets a machine run until something has happened, as fast as it goes, the virtual clock jumping over every wait. */
import type { Machine } from "../machine/machine.ts";
import type { Missable } from "../machine/program.ts";

/** Something with a machine that runs: a lab, or the machine alone. */
export interface Runner {
  readonly machine: Machine;
  run?(ticks: number): unknown;
}

/** Ticks that may still be spent. */
export class Budget {
  left: number;

  constructor(ticks = PATIENCE) {
    this.left = ticks;
  }

  get isSpent(): boolean {
    return this.left <= 0;
  }
}

/** Who needs more is taken for one that never ends. */
const PATIENCE = 2_000_000_000;
/** Ticks between two looks at the machine: a tick of a boot takes a third of a millisecond, one of a loop in the shell a microsecond. */
const SLICE = 32;

/** What is there: a place to stop at for who has other things to do. */
const PAUSE: Missable = { name: "", isThere: true };

/** Work that stops now and then: for what is missing until it is there, and where its host may do something else. */
export type Paced<T> = Generator<Missable, T>;

/**
 * Runs until `done`; false when the machine came to rest without it, or `budget` is spent. Yields what the machine cannot go on without,
 * and now and then something that is there.
 */
export function* settling(runner: Runner, done: (machine: Machine) => boolean, budget = new Budget(), slice = SLICE): Paced<boolean> {
  while (!budget.isSpent) {
    const ticks = Math.min(slice, budget.left);
    if (runner.run) runner.run(ticks);
    else runner.machine.run(ticks);
    budget.left -= ticks;
    const { machine } = runner;
    if (machine.missing) {
      yield machine.missing;
      continue;
    }
    if (done(machine)) return true;
    yield PAUSE;
    if (!machine.idle) continue;
    if (machine.sleepsFor === undefined) return false;
    machine.skipToNextWake();
  }
  return false;
}

/** Runs to the end what would wait on a page, where nothing is missing. */
export function atOnce<T>(work: Paced<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
    if (!value.isThere) throw new Error(`internal error: ${value.name} is not there`);
  }
}
