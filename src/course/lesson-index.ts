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
