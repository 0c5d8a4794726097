/**
 * A lesson and its machine behind the interface of a lab, so that whoever hosts labs need not know of lessons.
 *
 * It looks at goals and types solutions while the machine rests: the looking is cut into slices as the machine's own work is, and
 * the pause between two keys is a nap.
 */
import { CourseRun } from "../../course/course-run.ts";
import type { Act, Lesson } from "../../course/lesson.ts";
import type { LessonEvent } from "../../course/lesson-view.ts";
import type { Progress } from "../../course/progress.ts";
import type { LabChunk, LabEvent } from "../../lab/events.ts";
import type { Lab, LabOptions } from "../../lab/lab.ts";
import type { LabLog } from "../../lab/log.ts";
import type { Missable } from "../../machine/program.ts";
import type { HostedChunk, HostedLab } from "../hosted-lab.ts";
import { PAUSES, Typist, type Typewriter } from "./typist.ts";

/** What makes a lab: a fresh one or one that was kept. */
export interface LabMakers {
  starting(options: LabOptions): Generator<Missable, HostedLab>;
  replaying(options: LabOptions, log: LabLog): Generator<Missable, HostedLab>;
}

export type LessonLabs = (lesson: Lesson) => LabMakers;

/** A run of a lesson as it is kept. */
export interface LessonLog {
  readonly lab: LabLog;
  readonly progress: Progress;
}

const NANOSECONDS = 1_000_000;

export const lessonLabs: LessonLabs = (lesson) => ({
  *starting(options) {
    return new HostedLesson(yield* CourseRun.starting(options, lesson));
  },
  *replaying(options, log) {
    const { lab, progress } = log as unknown as LessonLog;
    return new HostedLesson(yield* CourseRun.resuming(options, lesson, lab, progress));
  },
});

/** What a typed solution did, to be taken back in one. */
interface Typed {
  readonly from: number;
  /** Undefined while it goes on. */
  to: number | undefined;
}

class HostedLesson implements HostedLab {
  readonly #run: CourseRun;
  #lab: Lab;
  #looking: Generator<Missable, void> | undefined;
  #missing: Missable | undefined;
  /** Something happened that the goals have not been asked about. */
  #isNews = true;
  /** The tick at which they were asked last: a command may end long after the key that began it. */
  #lookedAt = -1;
  #shown = -1;
  #chunks: HostedChunk[] = [];
  #typist: Typist | undefined;
  #typed: Typed | undefined;
  /** How many undos the last undo was. */
  #undone = 0;

  constructor(run: CourseRun) {
    this.#run = run;
    this.#lab = run.lab;
  }

  get beneath(): Lab {
    return this.#lab;
  }

  get tick(): number {
    return this.#lab.tick;
  }

  get isMachineIdle(): boolean {
    return this.#lab.idle;
  }

  get idle(): boolean {
    return this.#lab.idle && !this.#isLookDue && this.#looking === undefined && this.#chunks.length === 0;
  }

  get #isLookDue(): boolean {
    return this.#isNews || this.#lab.tick !== this.#lookedAt;
  }

  get missing(): Missable | undefined {
    return this.#lab.missing ?? this.#missing;
  }

  get sleepsFor(): number | undefined {
    const asleep = this.#lab.sleepsFor;
    const typing = this.#typist?.pause(typewriter(this.#lab));
    return typing === undefined ? asleep : Math.min(PAUSES[typing] * NANOSECONDS, asleep ?? Infinity);
  }

  wake(): void {
    const event = this.#typist?.next(typewriter(this.#lab));
    if (event === undefined) return this.#lab.wake();
    this.#lab.send(event);
    this.#isNews = true;
  }

  prepare(): boolean {
    return this.#lab.prepare();
  }

  send(event: LabEvent): void {
    if (event.kind !== "resize") {
      this.#stopTyping();
      this.#isNews = true;
      this.#undone = 0;
    }
    this.#lab.send(event);
    this.#dropLook();
  }

  run(ticks: number, isOver?: () => boolean): readonly HostedChunk[] {
    const chunks: HostedChunk[] = [...this.#chunks, ...this.#lab.run(ticks, isOver)];
    this.#chunks = [];
    // What answers a key goes out before anything is looked at.
    if (this.#lab.idle && chunks.length === 0 && this.#lab.missing === undefined) {
      this.#look(isOver);
      chunks.push(...this.#chunks);
      this.#chunks = [];
    }
    return chunks;
  }

  /** A slice of it. */
  #look(isOver: (() => boolean) | undefined): void {
    if (this.#typist !== undefined && this.#typist.isDone(typewriter(this.#lab))) this.#stopTyping();
    if (this.#isLookDue) this.#looking = this.#run.settle();
    this.#isNews = false;
    this.#lookedAt = this.#lab.tick;
    this.#missing = undefined;
    while (this.#looking !== undefined) {
      const { done, value } = this.#looking.next();
      if (done === true) this.#looking = undefined;
      else if (!value.isThere) {
        this.#missing = value;
        break;
      }
      if (isOver?.() === true) break;
    }
    if (this.#run.lab !== this.#lab) this.#change();
    this.#tell();
  }

  /** After a jump it is another machine. */
  #change(): void {
    this.#lab = this.#run.lab;
    this.#typist = undefined;
    this.#typed = undefined;
    this.#chunks.push(...this.#lab.show());
  }

  #tell(): void {
    const view = this.#run.view();
    if (view.revision === this.#shown) return;
    this.#shown = view.revision;
    this.#chunks.push({ kind: "lesson", view });
  }

  #dropLook(): void {
    if (this.#looking === undefined) return;
    this.#looking.return();
    this.#looking = undefined;
    this.#isNews = true;
  }

  show(): readonly HostedChunk[] {
    this.#shown = this.#run.view().revision;
    return [...this.#lab.show(), { kind: "lesson", view: this.#run.view() }];
  }

  learn(event: LessonEvent): void {
    this.#dropLook();
    this.#stopTyping();
    this.#run.do(event);
    this.#isNews = true;
    if (event.kind === "solution" && event.isTyping === true) this.#type(actsOf(this.#run.lesson, event.id));
  }

  #type(acts: readonly Act[]): void {
    this.#typed = { from: this.#lab.tick, to: undefined };
    this.#typist = new Typist(acts);
  }

  #stopTyping(): void {
    if (this.#typist === undefined) return;
    this.#typist = undefined;
    if (this.#typed !== undefined) this.#typed.to = this.#lab.tick;
    const { solution } = this.#run.view();
    if (solution?.isTyping === true) this.#run.do({ kind: "solution", id: solution.id, isTyping: false });
    this.#isNews = true;
  }

  /** What a solution did is taken back in one, as long as nothing came after it. */
  undo(): readonly HostedChunk[] {
    this.#dropLook();
    this.#stopTyping();
    this.#isNews = true;
    const typed = this.#typed;
    this.#typed = undefined;
    const until = typed?.to === this.#lab.tick ? typed.from : Infinity;
    let last: readonly LabChunk[] = [];
    this.#undone = 0;
    do {
      const chunks = this.#lab.undo();
      if (chunks.length === 0) break;
      last = chunks;
      this.#undone++;
    } while (this.#lab.tick > until);
    return last;
  }

  redo(): readonly HostedChunk[] {
    this.#dropLook();
    this.#isNews = true;
    let last: readonly LabChunk[] = [];
    for (let times = Math.max(1, this.#undone); times > 0; times--) last = this.#lab.redo();
    this.#undone = 0;
    return last;
  }

  log(): LessonLog {
    return { lab: this.#lab.log(), progress: this.#run.progress() };
  }
}

function actsOf({ steps }: Lesson, id: string): readonly Act[] {
  return steps.flatMap(({ solutions }) => solutions).find((solution) => solution.id === id)?.acts ?? [];
}

function typewriter(lab: Lab): Typewriter {
  const { power, atPrompt } = lab.machine;
  return { idle: lab.idle, power, atPrompt, titles: () => lab.view().bootEntries.map(({ title }) => title) };
}
