/**
 * A lesson under way: a lab, a lesson and how far the learner has come.
 *
 * Whoever hosts it sends keys to `lab` as always, tells `do` what the learner does in the lesson, and runs `settle` to its end after each
 * of them and whenever the machine has come to rest. What `settle` yields is to be fetched when it is not there; when it is, it is only a
 * place to stop at: the host lets its event loop turn and goes on, or gives the generator up (`return()`) and starts a new one at the next
 * rest. After a `settle`, `lab` may be another one (`show()` it), and `view()` has a higher `revision` when there is news.
 */
import { arrive, perform } from "../lab/acts.ts";
import { Lab, type LabOptions } from "../lab/lab.ts";
import type { LabLog } from "../lab/log.ts";
import type { Paced } from "../lab/settle.ts";
import type { Answer, LessonEvent, LessonView, LoggedDeed, PredictState } from "./lesson-view.ts";
import type { Check, Lesson, Predict, Step } from "./lesson.ts";
import { answerOf, holds, outcomeOf, usesRecords } from "./look.ts";
import { markOf, type Mark } from "./marks.ts";
import { checksOf, predictionsOf, quizzesOf } from "./pieces.ts";
import type { Progress } from "./progress.ts";
import { Scene, type Marks } from "./scene.ts";

/** Typed after the setup: the learner's history and screen begin empty. */
const TIDY_UP = { kind: "type", line: "history -c; clear" } as const;

interface KnownAnswer {
  readonly scene: Scene;
  readonly records: string;
  readonly answer: Answer;
}

export class CourseRun {
  readonly lesson: Lesson;
  readonly #options: LabOptions;
  #lab: Lab;
  #start: Mark;
  #step = 0;
  #begun = new Map<string, Mark>();
  #passed = new Set<number>();
  #met = new Set<string>();
  #predictions = new Map<string, PredictState>();
  #quizzes = new Map<string, readonly number[]>();
  #hints = new Map<string, number>();
  #spoken = new Set<string>();
  #coach: readonly string[] = [];
  #solution: LessonView["solution"];
  #deeds: LoggedDeed[] = [];
  #revision = 0;
  #scene: Scene | undefined;
  #answers = new Map<string, KnownAnswer>();
  /** The state in which the coach looked last. */
  #coached: { readonly scene: Scene; readonly records: string } | undefined;
  /** The machine as it was when the step was first shown: what predictions are about. */
  #beginning: { readonly step: string; readonly lab: Lab } | undefined;
  /** The learner has pressed the button. */
  #isAsked = false;
  #jump: number | undefined;

  private constructor(options: LabOptions, lesson: Lesson, lab: Lab, start: Mark) {
    this.#options = options;
    this.lesson = lesson;
    this.#lab = lab;
    this.#start = start;
  }

  /** The lesson's beginning, or its step `step` with a machine as it is when all steps before were done by their first solutions. */
  static *starting(options: LabOptions, lesson: Lesson, step = 0): Paced<CourseRun> {
    const lab = yield* machineAtStart(options, lesson);
    const run = new CourseRun(options, lesson, lab, markOf(lab, options));
    if (step > 0) yield* run.#advance(step);
    return run;
  }

  /** A run that was kept: `log` is its lab's, `progress` its own. */
  static *resuming(options: LabOptions, lesson: Lesson, log: LabLog, progress: Progress): Paced<CourseRun> {
    const run = new CourseRun(options, lesson, yield* Lab.replaying(options, log), progress.start);
    run.#step = Math.min(progress.step, lesson.steps.length);
    run.#begun = new Map(Object.entries(progress.begun));
    run.#passed = new Set(progress.passed);
    run.#met = new Set(progress.met);
    run.#predictions = new Map(Object.entries(progress.predictions));
    run.#quizzes = new Map(Object.entries(progress.quizzes));
    run.#hints = new Map(Object.entries(progress.hints));
    run.#spoken = new Set(progress.spoken);
    run.#coach = progress.coach;
    run.#deeds = [...progress.deeds];
    return run;
  }

  /** The machine of the learner. Another one after a jump. */
  get lab(): Lab {
    return this.#lab;
  }

  /** Something that the learner did in the lesson; what follows from it comes with the next `settle`. */
  do(event: LessonEvent): void {
    this.#deeds.push({ tick: this.#lab.tick, event });
    this.#revision++;
    switch (event.kind) {
      case "go":
        this.#step = Math.min(Math.max(0, event.step), this.lesson.steps.length);
        this.#solution = undefined;
        break;
      case "jump":
        this.#jump = Math.min(Math.max(0, event.step), this.lesson.steps.length);
        break;
      case "check":
        this.#isAsked = true;
        break;
      case "predict":
        if (this.#predictions.get(event.id)?.right === undefined) this.#predictions.set(event.id, { chosen: event.option });
        break;
      case "answer":
        this.#quizzes.set(event.id, event.options);
        break;
      case "hint": {
        const most = this.lesson.steps.find(({ id }) => id === event.step)?.hints.length ?? 0;
        this.#hints.set(event.step, Math.min(most, (this.#hints.get(event.step) ?? 0) + 1));
        break;
      }
      case "put away":
        this.#coach = this.#coach.filter((id) => id !== event.coach);
        break;
      case "solution": {
        const isShown = this.#solution?.id === event.id && event.isTyping !== true;
        this.#solution = isShown ? undefined : { id: event.id, isTyping: event.isTyping === true };
        break;
      }
      default:
        event satisfies never;
    }
    this.#lookForPassed();
  }

  /** Looks, where the machine is at rest: goals of the step, coach, predictions; does the jump that was asked for. */
  *settle(): Paced<void> {
    if (this.#jump !== undefined) yield* this.#startAgain(this.#jump);
    const step = this.lesson.steps[this.#step];
    const lab = this.#lab;
    if (!step || !isAtRest(lab)) return;
    const marks = this.#marksOf(step);
    if (this.#scene?.isOf(lab) !== true) this.#scene = new Scene(lab, this.#options);
    const scene = this.#scene;
    const records = recordsOf(lab);
    yield* this.#predict(step);
    for (const check of checksOf(step)) yield* this.#look(check, scene, records, marks);
    this.#isAsked = false;
    yield* this.#listen(scene, records, marks);
    this.#lookForPassed();
  }

  *#look(check: Check, scene: Scene, records: string, marks: Marks): Paced<void> {
    const known = this.#answers.get(check.id);
    const isStale = known?.scene !== scene || (known.records !== records && [check.goal, ...conditionsOf(check)].some(usesRecords));
    if (!isStale) return;
    if (check.when === "button" && !this.#isAsked) {
      if (this.#answers.delete(check.id)) this.#revision++;
      return;
    }
    const answer = yield* answerOf(scene, marks, check);
    this.#answers.set(check.id, { scene, records, answer });
    if (answer.kind === "passed") this.#met.add(check.id);
    this.#revision++;
  }

  *#listen(scene: Scene, records: string, marks: Marks): Paced<void> {
    if (this.#coached?.scene === scene && this.#coached.records === records) return;
    for (const { id, if: condition } of this.lesson.coach) {
      if (this.#spoken.has(id) || !(yield* holds(scene, marks, condition))) continue;
      this.#spoken.add(id);
      this.#coach = [...this.#coach, id];
      this.#revision++;
    }
    this.#coached = { scene, records };
  }

  *#predict(step: Step): Paced<void> {
    for (const predict of predictionsOf(step)) {
      const state = this.#predictions.get(predict.id);
      if (state === undefined || state.right !== undefined || state.couldNotRun !== undefined) continue;
      const lab = this.#beginning?.step === step.id ? this.#beginning.lab : this.#lab;
      this.#predictions.set(predict.id, yield* resolved(lab, this.#options, this.#start, predict, state));
      this.#revision++;
    }
  }

  /** Moments that the step's predicates count from. After an undo nothing that was taken back lies behind them. */
  #marksOf(step: Step): Marks {
    let mark = this.#begun.get(step.id);
    if (!mark) {
      mark = markOf(this.#lab, this.#options);
      const fork = predictionsOf(step).length > 0 ? this.#lab.fork() : undefined;
      this.#beginning = fork && { step: step.id, lab: fork };
    }
    const now = this.#lab.mark();
    const notAhead = (past: Mark): Mark => ({
      ...past,
      tick: Math.min(past.tick, now.tick),
      commands: Math.min(past.commands, now.commands),
      shown: Math.min(past.shown, now.shown),
      logins: Math.min(past.logins, now.logins),
    });
    mark = notAhead(mark);
    this.#begun.set(step.id, mark);
    this.#start = notAhead(this.#start);
    return { start: this.#start, step: mark };
  }

  /** A step passes when each of its goals was met once and each of its questions was answered. */
  #lookForPassed(): void {
    for (const [index, step] of this.lesson.steps.entries()) {
      if (this.#passed.has(index) || !this.#begun.has(step.id)) continue;
      const isPassed =
        checksOf(step).every(({ id, isOptional }) => isOptional || this.#met.has(id)) &&
        predictionsOf(step).every(({ id }) => this.#predictions.has(id)) &&
        quizzesOf(step).every(({ id }) => this.#quizzes.has(id));
      if (!isPassed) continue;
      this.#passed.add(index);
      this.#revision++;
    }
  }

  *#startAgain(step: number): Paced<void> {
    const lab = yield* machineAtStart(this.#options, this.lesson);
    this.#jump = undefined;
    this.#lab = lab;
    this.#start = markOf(lab, this.#options);
    this.#step = 0;
    this.#begun.clear();
    this.#answers.clear();
    this.#beginning = undefined;
    this.#solution = undefined;
    yield* this.#advance(step);
    this.#revision++;
  }

  /** Does the steps before `step` by their first solutions. */
  *#advance(step: number): Paced<void> {
    for (const [index, each] of this.lesson.steps.slice(0, step).entries()) {
      this.#begun.set(each.id, markOf(this.#lab, this.#options));
      yield* perform(this.#lab, each.solutions[0]?.acts ?? []);
      this.#passed.add(index);
    }
    this.#lab = this.#lab.fork() ?? this.#lab;
    this.#step = step;
  }

  view(): LessonView {
    const checks = this.lesson.steps.flatMap(checksOf);
    return {
      revision: this.#revision,
      lesson: this.lesson.id,
      step: this.#step,
      passed: [...this.#passed].sort((left, right) => left - right),
      checks: Object.fromEntries(checks.map(({ id }) => [id, this.#answers.get(id)?.answer ?? { kind: "open" }])),
      met: [...this.#met],
      predictions: Object.fromEntries(this.#predictions),
      quizzes: Object.fromEntries(this.#quizzes),
      hints: Object.fromEntries(this.#hints),
      coach: this.#coach,
      ...(this.#solution && { solution: this.#solution }),
    };
  }

  /** To be kept with `lab.log()`. */
  progress(): Progress {
    return {
      version: 1,
      lesson: this.lesson.id,
      step: this.#step,
      start: this.#start,
      begun: Object.fromEntries(this.#begun),
      passed: [...this.#passed],
      met: [...this.#met],
      predictions: Object.fromEntries(this.#predictions),
      quizzes: Object.fromEntries(this.#quizzes),
      hints: Object.fromEntries(this.#hints),
      spoken: [...this.#spoken],
      coach: this.#coach,
      deeds: [...this.#deeds],
    };
  }
}

/** A fresh machine to which what the lesson tells of has happened; nobody can undo that. */
export function* machineAtStart(options: LabOptions, { setup }: Pick<Lesson, "setup">): Paced<Lab> {
  const lab = yield* Lab.starting(options);
  yield* arrive(lab);
  if (setup.length === 0) return lab;
  yield* perform(lab, [...setup, TIDY_UP]);
  return lab.fork() ?? lab;
}

function* resolved(lab: Lab, options: LabOptions, start: Mark, predict: Predict, { chosen }: PredictState): Paced<PredictState> {
  try {
    const [right, ...others] = yield* outcomeOf(lab, options, start, predict);
    if (right === undefined || others.length > 0) return { chosen, couldNotRun: "not exactly one of the answers holds" };
    const because = predict.options[chosen]?.because ?? predict.options[right]?.because;
    return { chosen, right, ...(because === undefined ? {} : { because }) };
  } catch (error) {
    return { chosen, couldNotRun: error instanceof Error ? error.message : String(error) };
  }
}

function conditionsOf({ otherwise }: Check): readonly NonNullable<Check["otherwise"][number]["if"]>[] {
  return otherwise.flatMap(({ if: condition }) => condition ?? []);
}

function isAtRest(lab: Lab): boolean {
  return lab.isAtRest && lab.sleepsFor === undefined;
}

/** Changes whenever something was typed or shown. */
function recordsOf(lab: Lab): string {
  const { commands, shown, logins } = lab.mark();
  return `${commands} ${shown} ${logins}`;
}
