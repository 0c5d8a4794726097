/** How far a learner has come in a lesson: plain data, kept beside the log of the run. */
import type { LoggedDeed, PredictState } from "./lesson-view.ts";
import type { Mark } from "./marks.ts";

export interface Progress {
  readonly version: 1;
  readonly lesson: string;
  readonly step: number;
  /** The moment after the setup. */
  readonly start: Mark;
  /** When each step was first shown at rest, by its id. */
  readonly begun: Readonly<Record<string, Mark>>;
  /** Indices of steps. */
  readonly passed: readonly number[];
  /** Ids of checks that were met once. */
  readonly met: readonly string[];
  readonly predictions: Readonly<Record<string, PredictState>>;
  readonly quizzes: Readonly<Record<string, readonly number[]>>;
  readonly hints: Readonly<Record<string, number>>;
  /** Coach rules that have spoken, and those of them that are still shown. */
  readonly spoken: readonly string[];
  readonly coach: readonly string[];
  /** Everything that the learner did in the lesson, in order. */
  readonly deeds: readonly LoggedDeed[];
}
