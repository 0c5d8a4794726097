import { addNanoseconds, compareTimestamps, NANOSECONDS, type Timestamp } from "../base/timestamp.ts";

/** The machine's only clock. It moves when work is done and when everybody sleeps, never by itself. */
export class Clock {
  #now: Timestamp;
  /** When the kernel that runs now was started; /proc/uptime counts from here. */
  bootedAt: Timestamp;

  constructor(now: Timestamp, bootedAt: Timestamp = now) {
    this.#now = now;
    this.bootedAt = bootedAt;
  }

  get now(): Timestamp {
    return this.#now;
  }

  advance(nanoseconds: number): void {
    this.#now = addNanoseconds(this.#now, nanoseconds);
  }

  /** Jumps forward to `moment`; a moment that has passed changes nothing. */
  advanceTo(moment: Timestamp): void {
    if (compareTimestamps(moment, this.#now) > 0) this.#now = moment;
  }

  /** Back to a moment that was kept, in a machine restored from a checkpoint. */
  restore(now: Timestamp, bootedAt: Timestamp): void {
    this.#now = now;
    this.bootedAt = bootedAt;
  }

  /** Seconds since boot, with fraction. */
  get uptime(): number {
    return this.#now.sec - this.bootedAt.sec + (this.#now.nsec - this.bootedAt.nsec) / NANOSECONDS;
  }
}
