/** A lesson on a page: what the learner does in the column goes to the machine and to the lesson beside it. */
import type { Lesson } from "../../course/lesson.ts";
import type { LessonEvent } from "../../course/lesson-view.ts";
import type { SavedRun } from "../hosted-lab.ts";
import type { LabClient } from "../lab-client.ts";
import type { Page } from "../page.ts";
import { LessonState, type LessonDeeds } from "./lesson-state.svelte.ts";
import type { LessonStore } from "./lesson-store.ts";
import { saveMark } from "./marks.ts";
import { CLEAR_LINE } from "./typist.ts";

const INTERRUPT = "\x03";

/** Below this width the parts of the page are tabs; see App.svelte. */
const NARROW = "(max-width: 47.49rem)";

export class Study implements LessonDeeds {
  readonly page: Page;
  readonly state: LessonState;
  readonly #client: LabClient;
  readonly #store: LessonStore;
  /** The run that a fresh beginning took the place of. */
  #aside: SavedRun | undefined;

  constructor(page: Page, client: LabClient, store: LessonStore, lesson: Lesson) {
    this.page = page;
    this.#client = client;
    this.#store = store;
    this.state = new LessonState(lesson);
    page.onLesson = (view) => {
      this.state.show(view);
      const steps = this.state.lesson.steps.length;
      saveMark(lesson.id, { step: view.step, steps, isDone: view.step >= steps });
    };
  }

  learn(event: LessonEvent): void {
    this.#client.learn(event);
  }

  beginAt(step: number): void {
    this.#aside = this.#store.latest;
    this.state.hasAside = this.#aside !== undefined;
    this.learn({ kind: "jump", step });
  }

  run(line: string, { interrupt, focus }: { readonly interrupt: boolean; readonly focus: boolean }): void {
    if (interrupt) this.page.type(INTERRUPT);
    this.#enter(`${line}\n`, interrupt);
    this.#turnToTerminal(focus);
  }

  type(line: string): void {
    this.#enter(line, false);
    this.#turnToTerminal(true);
  }

  #enter(text: string, isFree: boolean): void {
    const clear = !isFree && this.page.state.view?.atPrompt === true ? CLEAR_LINE : "";
    this.page.type(`${clear}${text.replaceAll("\n", "\r")}`);
  }

  #turnToTerminal(focus: boolean): void {
    if (matchMedia(NARROW).matches) this.page.state.tab = "terminal";
    else if (focus) this.page.focusTerminal();
  }

  /** The machine's own undo: it knows how much the solution did. */
  takeBack(): void {
    this.state.typed = undefined;
    this.page.undo();
  }

  exportRun(): void {
    const text = this.#store.text();
    if (text === undefined) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = `${this.state.lesson.id}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  async importRun(file: File): Promise<void> {
    try {
      this.#goOn(this.#store.read(await file.text()));
    } catch (error) {
      this.page.state.notice = error instanceof Error ? error.message : String(error);
    }
  }

  comeBack(): void {
    if (this.#aside !== undefined) this.#goOn(this.#aside);
  }

  #goOn(run: SavedRun): void {
    this.state.hasAside = false;
    this.state.forget();
    this.page.goOn(run);
  }

  restyle(): void {
    this.page.restyle();
  }

  /**
   * Its author has written it anew. The text changes at once; where goals, hints, solutions or the coach did, what was done so far is
   * done again and looked at with the new ones.
   */
  rewrite(lesson: Lesson | undefined, errors: readonly string[]): void {
    this.state.problems = errors;
    if (lesson === undefined) return;
    const isAsked = asked(lesson) !== asked(this.state.lesson);
    this.state.lesson = this.#store.lesson = lesson;
    const run = this.#store.latest;
    if (isAsked && run !== undefined) this.page.goOn({ ...run, setup: { ...run.setup, lesson } });
  }
}

/** What of a lesson is more than words on the page. */
function asked({ coach, steps }: Lesson): string {
  return JSON.stringify([
    coach,
    steps.map(({ id, body, hints, solutions }) => [id, body.filter(({ kind }) => kind !== "prose"), hints.length, solutions]),
  ]);
}
