/** What the page sees of a lesson under way, and what it may say to it. Plain data: both cross to a worker. */

export type Answer =
  /** Not looked at since something changed. */
  | { readonly kind: "open" }
  /** `evidence`: what was seen, where. */
  | { readonly kind: "passed"; readonly evidence: string }
  /** `say`: what the author says about it, HTML. */
  | { readonly kind: "not yet"; readonly evidence: string; readonly say?: string }
  /** Ours, never the learner's: no verdict. */
  | { readonly kind: "could not run"; readonly because: string };

export interface PredictState {
  readonly chosen: number;
  /** Once computed. */
  readonly right?: number;
  readonly because?: string;
  /** Why there is no right one. */
  readonly couldNotRun?: string;
}

export interface LessonView {
  /** Counts up. */
  readonly revision: number;
  readonly lesson: string;
  /** Index of the step that is shown; the number of steps when the lesson is done. */
  readonly step: number;
  /** Steps of which every goal was met once. */
  readonly passed: readonly number[];
  readonly checks: Readonly<Record<string, Answer>>;
  /** Ids of checks that passed once, whatever they say at present. */
  readonly met: readonly string[];
  readonly predictions: Readonly<Record<string, PredictState>>;
  /** Options chosen, by quiz. */
  readonly quizzes: Readonly<Record<string, readonly number[]>>;
  /** How many hints of each step are open. */
  readonly hints: Readonly<Record<string, number>>;
  /** Ids of coach rules that have spoken and were not put away, newest last. */
  readonly coach: readonly string[];
  /** A solution that is shown or is being typed. */
  readonly solution?: { readonly id: string; readonly isTyping: boolean };
}

/** Deeds of the learner in the lesson; logged with the tick at which they came, so that a run can be replayed with its lesson. */
export type LessonEvent =
  /** Shows a step; the machine stays as it is. */
  | { readonly kind: "go"; readonly step: number }
  /** Begins at a step with a fresh machine, on which the steps before were done by their first solutions. */
  | { readonly kind: "jump"; readonly step: number }
  /** Looks at a step's checks now. */
  | { readonly kind: "check" }
  | { readonly kind: "predict"; readonly id: string; readonly option: number }
  | { readonly kind: "answer"; readonly id: string; readonly options: readonly number[] }
  /** Opens the next one of a step, by the step's id. */
  | { readonly kind: "hint"; readonly step: string }
  | { readonly kind: "put away"; readonly coach: string }
  /** Shows one; once more, or another: puts it away. `isTyping`: the page types it. */
  | { readonly kind: "solution"; readonly id: string; readonly isTyping?: boolean };

export interface LoggedDeed {
  /** The lab's tick. */
  readonly tick: number;
  readonly event: LessonEvent;
}
