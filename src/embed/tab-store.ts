/** Keeps a run as long as the tab lives, where the browser lets a frame keep anything. */
import type { SavedRun } from "../ui/hosted-lab.ts";
import type { Store } from "../ui/open-page.ts";

export class TabStore implements Store {
  readonly #key: string;

  constructor(name: string) {
    this.#key = `immutable-lab/${name}`;
  }

  get mayHaveRun(): boolean {
    return this.#read() !== null;
  }

  load(): Promise<SavedRun | undefined> {
    return Promise.resolve((JSON.parse(this.#read() ?? "null") as SavedRun | null) ?? undefined);
  }

  save(run: SavedRun): void {
    try {
      sessionStorage.setItem(this.#key, JSON.stringify(run));
    } catch {
      // Blocked or full: it goes on without.
    }
  }

  available(): Promise<boolean> {
    try {
      return Promise.resolve(sessionStorage.length >= 0);
    } catch {
      return Promise.resolve(false);
    }
  }

  #read(): string | null {
    try {
      return sessionStorage.getItem(this.#key);
    } catch {
      return null;
    }
  }
}
