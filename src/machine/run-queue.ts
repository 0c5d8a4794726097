/**
 * Who runs next, and who wakes when.
 *
 * Round robin by pid among those that may be able to run; who waits for a moment, or for what will be announced to him, costs nothing.
 * The terminal where keys were pressed last is in front: after a turn of anybody else its foreground group gets one, so that however
 * many are busy behind, a shell answers. @simplified It stands for what a Linux scheduler does with sleepers and with sessions
 * (autogroups, sched(7)).
 */
import { OrderedSet } from "../base/ordered-set.ts";
import { compareTimestamps, type Timestamp } from "../base/timestamp.ts";
import type { KernelProcess } from "./kernel-process.ts";

const EPOCH: Timestamp = { sec: 0, nsec: 0 };

export class RunQueue {
  /** Those to be looked at. Who turns out to have nothing to do leaves. */
  readonly #awake = new OrderedSet<KernelProcess>((a, b) => a.pid - b.pid);
  readonly #sleepers = new OrderedSet<KernelProcess>((a, b) => compareTimestamps(a.wakesAt ?? EPOCH, b.wakesAt ?? EPOCH) || a.pid - b.pid);
  /** Whose turn was last, in the round of all and in that of the group in front. */
  #last: KernelProcess | undefined;
  #lastInFront: KernelProcess | undefined;

  /** Something has happened to `process`: it may be able to run. */
  awake(process: KernelProcess): void {
    this.#awake.add(process);
  }

  /** It wakes at its `wakesAt`, which does not change until `forgetTimer`. */
  setTimer(process: KernelProcess): void {
    this.#sleepers.add(process);
  }

  forgetTimer(process: KernelProcess): void {
    this.#sleepers.delete(process);
  }

  /** When the next sleeper wakes. */
  get nextWake(): Timestamp | undefined {
    return this.#sleepers.at(0)?.wakesAt;
  }

  /** Wakes those whose moment has come. */
  wakeSleepers(now: Timestamp): void {
    for (let first = this.#sleepers.at(0); first?.wakesAt && compareTimestamps(first.wakesAt, now) <= 0; first = this.#sleepers.at(0)) {
      this.#sleepers.delete(first);
      this.#awake.add(first);
    }
  }

  /**
   * Whose turn it is after `current`, who has had his: somebody of `front`, unless `current` was one of them, else the next by pid.
   * Who misses something has not had it then.
   */
  choose(current: KernelProcess | undefined, front: OrderedSet<KernelProcess>, now: Timestamp): KernelProcess | undefined {
    if (current !== undefined && front.at(0)?.processGroup !== current.processGroup) {
      const chosen = nextOf(front, this.#lastInFront, (process) => process.isRunnable(now));
      if (chosen !== undefined) {
        if (chosen.missing === undefined) this.#lastInFront = chosen;
        return chosen;
      }
    }
    const chosen = nextOf(this.#awake, this.#last, (process) => this.#isRunnable(process, now));
    if (chosen !== undefined && chosen.missing === undefined) this.#last = chosen;
    return chosen;
  }

  isIdle(now: Timestamp): boolean {
    this.wakeSleepers(now);
    for (const process of this.#awake) if (process.isRunnable(now)) return false;
    return true;
  }

  #isRunnable(process: KernelProcess, now: Timestamp): boolean {
    if (process.isRunnable(now)) return true;
    if (!process.isPolled) this.#awake.delete(process);
    return false;
  }
}

/** The first after `last` that `isGood`, from the beginning again after the end. A member that `isGood` refuses may be gone thereafter. */
function nextOf(
  members: OrderedSet<KernelProcess>,
  last: KernelProcess | undefined,
  isGood: (process: KernelProcess) => boolean,
): KernelProcess | undefined {
  const start = last === undefined ? 0 : members.indexAfter(last);
  let index = start;
  let left = members.size;
  for (; left > 0; left--) {
    let process = members.at(index);
    if (process === undefined) process = members.at((index = 0));
    if (process === undefined) return undefined;
    if (isGood(process)) return process;
    if (members.at(index) === process) index++;
  }
  return undefined;
}
