/** How far a learner has come in a lesson: plain data, kept beside the log of the run. */
import type { LabMark } from "../lab/records.ts";
import type { LoggedDeed, PredictState } from "./lesson-view.ts";

/** A moment that predicates count from. */
export interface Mark extends LabMark {
  /** The versions that were on the disk, and which of them ran and would start; see `versions.ts`. */
  readonly versions: readonly string[];
  readonly booted: string;
  readonly preset: string;
}

export interface Progress {
  readonly version: 1;
  readonly lesson: string;
  readonly step: number;
  readonly start: Mark;
  /** When each step was first shown at rest, by its id. */
  readonly begun: Readonly<Record<string, Mark>>;
  /** Ids of checks that were met once. */
  readonly met: readonly string[];
  readonly predictions: Readonly<Record<string, PredictState>>;
  readonly quizzes: Readonly<Record<string, readonly number[]>>;
  readonly hints: Readonly<Record<string, number>>;
  /** Coach rules that have spoken, and those of them that are still shown. */
  readonly spoken: readonly string[];
  readonly coach: readonly string[];
  readonly solution: string | undefined;
  /** Everything that the learner did in the lesson, in order. */
  readonly deeds: readonly LoggedDeed[];
}
