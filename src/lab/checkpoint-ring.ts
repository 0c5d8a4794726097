/** The prompts that a run can be taken back to: the last ones, as far as they do not keep too much. */
import type { MachineCheckpoint } from "../machine/machine-checkpoint.ts";
import { isSubstantial } from "./events.ts";
import type { LoggedEvent } from "./log.ts";

/** How many prompts back undo goes. */
const RING = 200;
/** What they may keep of files that are not there any more. */
const RING_BYTES = 256 * 1024 * 1024;

/** A run at a prompt. */
export interface Checkpoint {
  readonly machine: MachineCheckpoint;
  readonly events: number;
  readonly tick: number;
  readonly transcripts: readonly SavedTranscript[];
  readonly commands: number;
  readonly logins: Logins;
  /** At most so many bytes are kept for its sake. */
  readonly weight: number;
}

interface SavedTranscript {
  readonly bytes: Uint8Array;
  readonly dropped: number;
}

/** How many starts ended at a login, and which was the last. */
export interface Logins {
  readonly count: number;
  readonly boot: number;
}

export class CheckpointRing {
  readonly #kept: Checkpoint[] = [];
  /** The weight of all of them. */
  #bytes = 0;

  constructor(first?: Checkpoint) {
    if (first) this.push(first);
  }

  get last(): Checkpoint | undefined {
    return this.#kept.at(-1);
  }

  push(checkpoint: Checkpoint): void {
    this.#kept.push(checkpoint);
    this.#bytes += checkpoint.weight;
    while (this.#kept.length > RING || (this.#bytes > RING_BYTES && this.#kept.length > 1)) this.#bytes -= this.#kept.shift()?.weight ?? 0;
  }

  /** Forgets the last `count`. */
  drop(count: number): void {
    for (const { weight } of this.#kept.splice(this.#kept.length - count)) this.#bytes -= weight;
  }

  /** The checkpoint that undo goes back to: the last one, or the one before when nothing has happened since. */
  undoTarget(events: readonly LoggedEvent[]): { readonly checkpoint: Checkpoint; readonly dropped: number } | undefined {
    for (let back = 1; back <= this.#kept.length; back++) {
      const checkpoint = this.#kept[this.#kept.length - back];
      if (checkpoint && events.slice(checkpoint.events).some(({ event }) => isSubstantial(event))) return { checkpoint, dropped: back - 1 };
    }
    return undefined;
  }
}
