/** What a page knows of lessons before it has fetched one. */
import type { Lesson, LessonMachine } from "./lesson.ts";

export interface LessonSummary {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly minutes: number;
  readonly level: Lesson["level"];
  readonly machine: LessonMachine;
  readonly requires: readonly string[];
  /** The first is the one that it was written in. */
  readonly languages: readonly [string, ...string[]];
  /** Its handout, from the page's own address: `lessons/ideas/try-to-break-it/`. */
  readonly handout: string;
}

export interface TrackSummary {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  /** In their order. */
  readonly lessons: readonly LessonSummary[];
}

export interface LessonIndex {
  readonly title: string;
  readonly tracks: readonly TrackSummary[];
}

/** What an author's page hears when files of lessons have changed. */
export interface Rewritten {
  /** By id; those that were changed, and maybe others. One that cannot be read is not among them. */
  readonly lessons: Readonly<Record<string, Lesson>>;
  /** What is wrong, each with file, line and remedy; none when all is well again. */
  readonly errors: readonly string[];
}
