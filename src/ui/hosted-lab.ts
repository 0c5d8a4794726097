/** What the page needs of a lab; `Lab` of lab/lab.ts has it, so has one with a lesson beside it, and the stand-in of the tests. */
import type { Lesson } from "../course/lesson.ts";
import type { LessonEvent, LessonView } from "../course/lesson-view.ts";
import type { LabChunk, LabEvent } from "../lab/events.ts";
import type { Answers, Question } from "./answers.ts";

/** What comes out of a lab, or of the lesson beside it. */
export type HostedChunk = LabChunk | { readonly kind: "lesson"; readonly view: LessonView };

/** Which machine a page shows. Plain data: it crosses to the worker and is kept beside the log. */
export interface LabSetup {
  readonly machine: string;
  /** Which mechanism keeps the core read-only, e.g. "composefs" or "classic". */
  readonly flavour: string;
  readonly seed?: number;
  /** What is taught on it. */
  readonly lesson?: Lesson;
}

/** A run as it is kept: the log and what it is a log of. Plain data. */
export interface SavedRun {
  readonly setup: LabSetup;
  readonly log: unknown;
  /** What it looked like at its end, where that was written down; see lab/packed-run.ts. */
  readonly proof?: string;
}

export interface HostedLab {
  send(event: LabEvent): void;
  /** Runs at most `ticks`, or until `isOver`, which is asked before each. */
  run(ticks: number, isOver?: () => boolean): readonly HostedChunk[];
  /** How far it has come. */
  readonly tick: number;
  /** Nothing will happen until an event comes or a sleeper wakes. */
  readonly idle: boolean;
  /** The machine is idle, though the lab is not: what is being done, e.g. looking at goals, is no part of the run, which may be kept. */
  readonly isMachineIdle?: boolean;
  /** What must be fetched before the run can go on, as of the last `run`. */
  readonly missing?: { readonly name: string } | undefined;
  /** When idle: nanoseconds of virtual time until the next sleeper wakes; undefined when nobody sleeps. */
  readonly sleepsFor: number | undefined;
  /** Lets the virtual clock jump to that moment. */
  wake(): void;
  /** Does a few milliseconds of what will be wanted later; false when nothing is left. */
  prepare?(): boolean;
  /** All that must be shown of a lab of which nothing was shown yet. */
  show(): readonly HostedChunk[];
  undo(): readonly HostedChunk[];
  redo(): readonly HostedChunk[];
  /** What the learner does in the lesson. */
  learn?(event: LessonEvent): void;
  log(): unknown;
  /** The machine's own lab, of one that has a lesson beside it. */
  readonly beneath?: HostedLab;
}

/** Settles when the part of that name is there, however long it takes. */
export type FetchPart = (name: string) => Promise<void>;

export interface LabFactory {
  /** A machine that was switched on just now, or one that has come up. What it needs first it asks of `fetch`. */
  create(setup: LabSetup, fetch: FetchPart): HostedLab | Promise<HostedLab>;
  /** Rejects or throws when the log is not one of this build. What the run needs it asks of `fetch`, too. */
  replay(setup: LabSetup, log: unknown, fetch: FetchPart): HostedLab | Promise<HostedLab>;
  /** Fetches what a lab misses. Rejects when it cannot be had, and may be asked again. */
  fetch?(name: string): Promise<void>;
  /** Fetches all that a lab may ever miss; likewise. */
  complete?(): Promise<void>;
  /** What a page asks now and then about a lab of this factory. Rejects where there is no answer. */
  answer?<Q extends Question>(setup: LabSetup, lab: HostedLab, question: Q, fetch: FetchPart): Promise<Answers[Q]>;
}
