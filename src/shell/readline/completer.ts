/** What completion is asked and answers; completion.ts makes a completer for bash's language. */
import type { Run } from "../../machine/program.ts";

export interface Candidate {
  /** What replaces the word, quoted as it has to be. */
  readonly text: string;
  /** What the list shows, e.g. only the last part of a path. */
  readonly display: string;
  /** What follows when it is the only one: a blank, "" after a directory, or a closing quote and a blank. */
  readonly suffix: string;
}

export interface Completion {
  /** The word that is completed: from here to the cursor. */
  readonly start: number;
  /** Sorted, without duplicates. */
  readonly candidates: readonly Candidate[];
}

/** The candidates for the word that ends at `point` of `line`. What it knows of a command may have to be waited for. */
export type Completer = (line: string, point: number) => Run<Completion>;
