/** What looking at a predicate gives. */

export interface Verdict {
  readonly ok: boolean;
  /** What was seen, and where, in plain words. */
  readonly evidence: string;
  /** Where it was nearly so, and what is missing. */
  readonly nearest?: string;
}

/** The look itself failed: there is no verdict, and it is not the learner's doing. */
export class CouldNotRun extends Error {}

/** There is no such version on the machine. The message is evidence. */
export class NoSuchVersion extends Error {}
