/**
 * A lesson under way: a lab, a lesson and how far the learner has come.
 *
 * Whoever hosts it sends keys to `lab` as always, tells `do` what the learner does in the lesson, and runs `settle` to its end after each
 * of them and whenever the machine has come to rest. What `settle` yields is to be fetched when it is not there; when it is, it is only a
 * place to stop at: the host lets its event loop turn and goes on, or gives the generator up (`return()`) and starts a new one at the next rest.
 * After a `settle`, `lab` may be another one (`show()` it), and `view()` has a higher `revision` when there is news.
 */
import { Lab, type LabLog, type LabOptions } from "../lab/lab.ts";
import type { Missable } from "../machine/program.ts";
import type { LessonEvent, LessonView } from "./lesson-view.ts";
import type { Lesson } from "./lesson.ts";
import type { Progress } from "./progress.ts";

export class CourseRun {
  readonly lesson: Lesson;
  #lab: Lab;

  private constructor(lesson: Lesson, lab: Lab) {
    this.lesson = lesson;
    this.#lab = lab;
  }

  /** The lesson's beginning, or its step `step` with a machine as it is when all steps before were done by their first solutions. */
  static *starting(options: LabOptions, lesson: Lesson, step = 0): Generator<Missable, CourseRun> {
    const lab = yield* Lab.starting(options);
    void step;
    return new CourseRun(lesson, lab);
  }

  /** A run that was kept: `log` is its lab's, `progress` its own. */
  static *resuming(options: LabOptions, lesson: Lesson, log: LabLog, progress: Progress): Generator<Missable, CourseRun> {
    void progress;
    return new CourseRun(lesson, yield* Lab.replaying(options, log));
  }

  /** The machine of the learner. Another one after a jump. */
  get lab(): Lab {
    return this.#lab;
  }

  /** Something that the learner did in the lesson; what follows from it comes with the next `settle`. */
  do(event: LessonEvent): void {
    void event;
  }

  /** Looks, where the machine is at rest: goals of the step, coach, predictions; does the jump that was asked for. */
  *settle(): Generator<Missable, void> {}

  view(): LessonView {
    throw new Error("not yet");
  }

  /** To be kept with `lab.log()`. */
  progress(): Progress {
    throw new Error("not yet");
  }
}
