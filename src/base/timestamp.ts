/** A moment on the machine's own clock, as the kernel keeps it: whole seconds since 1970 and nanoseconds below. */
export interface Timestamp {
  readonly sec: number;
  readonly nsec: number;
}

/** Nanoseconds of virtual time; exact in a number for the first 104 days of a run, which is why moments are `Timestamp`. */
export const NANOSECONDS = 1_000_000_000;

export function timestamp(sec: number, nsec = 0): Timestamp {
  return { sec, nsec };
}

/** `moment` later by `nanoseconds`, which may be negative. */
export function addNanoseconds(moment: Timestamp, nanoseconds: number): Timestamp {
  const total = moment.nsec + nanoseconds;
  const carry = Math.floor(total / NANOSECONDS);
  return { sec: moment.sec + carry, nsec: total - carry * NANOSECONDS };
}

/** Negative, zero or positive, as `left` is before, at or after `right`. */
export function compareTimestamps(left: Timestamp, right: Timestamp): number {
  return left.sec - right.sec || left.nsec - right.nsec;
}
