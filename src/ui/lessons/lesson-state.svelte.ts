/** What the page knows of the lesson that it shows, and what a learner does in it. One object per page. */
import type { Lesson } from "../../course/lesson.ts";
import type { LessonEvent, LessonView } from "../../course/lesson-view.ts";

/** Where a lesson is told of what the learner does. */
export interface LessonDeeds {
  learn(event: LessonEvent): void;
  /** A fresh machine, brought to where step `step` begins. */
  beginAt(step: number): void;
  /** Types a line at the prompt and enters it; `interrupt` ends what runs first. */
  run(line: string, options: { readonly interrupt: boolean; readonly focus: boolean }): void;
  /** Types a line and leaves it there. */
  type(line: string): void;
  /** Takes back all that the last solution did. */
  takeBack(): void;
  /** Hands out the run, with what was done in the lesson, as a file. */
  exportRun(): void;
  /** Goes on with a run from such a file. */
  importRun(file: File): Promise<void>;
  /** Goes on with the run that `beginAt` put aside. */
  comeBack(): void;
  /** Sizes have changed. */
  restyle(): void;
}

/** A lesson of which nothing has been done. */
function untouched(lesson: Lesson): LessonView {
  return { revision: 0, lesson: lesson.id, step: 0, passed: [], checks: {}, predictions: {}, quizzes: {}, met: [], hints: {}, coach: [] };
}

export class LessonState {
  /** Replaced while its author writes it. */
  lesson = $state.raw<Lesson>() as Lesson;
  view = $state.raw<LessonView>() as LessonView;
  /** Said politely to whoever does not see the list change. */
  said = $state("");
  isCollapsed = $state(false);
  /** The solution that was typed last, while it can be taken back in one. */
  typed = $state<string>();
  /** There is a run that a fresh beginning took the place of. */
  hasAside = $state(false);
  /** What its author wrote that cannot be read, each with file, line and remedy. */
  problems = $state.raw<readonly string[]>([]);

  constructor(lesson: Lesson) {
    this.lesson = lesson;
    this.view = untouched(lesson);
  }

  /** The step that is shown; undefined when the lesson is done. */
  readonly step = $derived(this.lesson.steps[this.view.step]);

  show(view: LessonView): void {
    if (view.lesson !== this.lesson.id) return;
    this.said = this.#news(view) || this.said;
    const { solution } = this.view;
    if (solution?.isTyping === true && view.solution?.isTyping !== true) this.typed = solution.id;
    if (view.step !== this.view.step) this.typed = undefined;
    this.view = view;
  }

  forget(): void {
    this.view = untouched(this.lesson);
    this.said = "";
  }

  /** What has come about since the last view, as sentences. */
  #news(view: LessonView): string {
    const before = this.view;
    const goals = this.lesson.steps.flatMap(({ body }) => body).flatMap((piece) => (piece.kind === "check" ? [piece.check] : []));
    const met = goals.filter(({ id }) => view.checks[id]?.kind === "passed" && before.checks[id]?.kind !== "passed");
    const sentences = met.map(({ title }) => `Done: ${plain(title)}.`);
    if (view.passed.length > before.passed.length && view.step < this.lesson.steps.length) sentences.push("This step is done.");
    for (const id of view.coach.filter((each) => !before.coach.includes(each)))
      sentences.push(plain(this.lesson.coach.find((rule) => rule.id === id)?.say ?? ""));
    return sentences.join(" ");
  }
}

export interface Problem {
  readonly line: number;
  readonly message: string;
}

/** What a reader hears of a line of HTML. */
export function plain(html: string): string {
  const element = document.createElement("template");
  element.innerHTML = html;
  return (element.content.textContent ?? "").trim().replace(/\s+/g, " ").replace(/\.$/, "");
}
