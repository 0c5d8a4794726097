/** Where a lesson's run is kept: as any run, but for the lesson itself, which the page has and which may have been mended meanwhile. */
import type { Lesson } from "../../course/lesson.ts";
import { BrowserStore } from "../browser-store.ts";
import type { SavedRun } from "../hosted-lab.ts";
import type { Store } from "../open-page.ts";

export class LessonStore implements Store {
  /** Another one while its author writes it. */
  lesson: Lesson;
  readonly #store: Store;
  /** The run as it is now. */
  latest: SavedRun | undefined;

  /** `store`: where it is kept, unless in the browser under the lesson's id. */
  constructor(lesson: Lesson, store: Store = new BrowserStore(`lesson/${lesson.id}`)) {
    this.lesson = lesson;
    this.#store = store;
  }

  get mayHaveRun(): boolean {
    return this.#store.mayHaveRun;
  }

  available(): Promise<boolean> {
    return this.#store.available();
  }

  async load(): Promise<SavedRun | undefined> {
    const run = await this.#store.load();
    return run && this.#taught(run);
  }

  save(run: SavedRun): void {
    this.latest = run;
    this.#store.save(untaught(run));
  }

  #taught(run: SavedRun): SavedRun {
    return { ...run, setup: { ...run.setup, lesson: this.lesson } };
  }

  /** The run as a file's text; undefined before there is one. */
  text(): string | undefined {
    const run = this.latest;
    return run && JSON.stringify({ format: FORMAT, lesson: this.lesson.id, run: untaught(run) });
  }

  /** Reads such a text. Throws with a sentence for the learner. */
  read(text: string): SavedRun {
    let file: { readonly format?: unknown; readonly lesson?: unknown; readonly run?: SavedRun } | null;
    try {
      file = JSON.parse(text) as typeof file;
    } catch {
      file = null;
    }
    if (file?.format !== FORMAT || file.run?.setup === undefined) throw new Error("This is not a run that was saved here.");
    if (file.lesson !== this.lesson.id) throw new Error(`This is a run of another lesson: ${String(file.lesson)}.`);
    return this.#taught(file.run);
  }
}

const FORMAT = "immutable-lab run 1";

function untaught({ setup: { lesson: _lesson, ...setup }, log }: SavedRun): SavedRun {
  return { setup, log };
}
