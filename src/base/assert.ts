/** Our own mistakes, as opposed to a learner's or the machine's: state the numbers, never guess on. */

/** Throws when `condition` does not hold. `message` names the values that were found. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`internal error: ${message}`);
}
