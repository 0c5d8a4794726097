/**
 * An update as a sequence of named steps, whatever the family.
 *
 * The engine's generator yields a step when it begins it and again for each piece of work within it; whoever drives the
 * generator shows progress, lets other processes run, and may stop it between two pieces (its `finally` blocks tidy up).
 */

export interface UpdateStep {
  /** What is being done, in the tool's own terms: "pull-objects", "checkout", "boot-entries", … */
  readonly name: string;
  /** Exactly one step of an update has this: before it the next boot is the old system, after it the new one. */
  readonly commitPoint: boolean;
  /** Pieces of work done and in all, where they can be counted. */
  readonly done?: number;
  readonly total?: number;
  /** Bytes moved by now in this step. */
  readonly bytes?: number;
  /** A line that the tool says at this point. */
  readonly message?: string;
  /** The line goes to the journal alone: who runs the tool by hand does not see it. */
  readonly isForJournal?: true;
}

/** Runs between yields without waiting for anything; the value is what the update came to. */
export type Update<T> = Generator<UpdateStep, T, void>;

export function step(name: string, more: Omit<UpdateStep, "name" | "commitPoint"> = {}): UpdateStep {
  return { name, commitPoint: false, ...more };
}

/** The one step after which the new system boots. */
export function commitPoint(name: string): UpdateStep {
  return { name, commitPoint: true };
}

/** Runs an update to its end with nobody watching. */
export function complete<T>(update: Update<T>, watch: (step: UpdateStep) => void = () => {}): T {
  for (;;) {
    const next = update.next();
    if (next.done === true) return next.value;
    watch(next.value);
  }
}
