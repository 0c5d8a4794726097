/** Where a program is in a tree that it goes through, as fts(3) keeps it: names cost the same at any depth. */
import type { Process } from "../machine/process.ts";
import { O } from "../vfs/types.ts";

/** Directories kept open; further up ".." leads. */
const MOST_OPEN = 4;

export class TreePosition {
  readonly #proc: Process;
  /** Descriptors of the innermost directories. */
  readonly #open: number[] = [];
  /** Levels below the working directory. */
  #depth = 0;

  constructor(proc: Process) {
    this.#proc = proc;
  }

  /** What `call` does with relative paths is done from here. */
  at<T>(call: () => T): T {
    const directory = this.#open.at(-1);
    return directory === undefined ? call() : this.#proc.sys.at(directory, call);
  }

  /** Goes down. As open(2) fails. */
  enter(path: string): void {
    const { sys } = this.#proc;
    this.#open.push(this.at(() => sys.open(path, O.RDONLY | O.DIRECTORY | O.NOFOLLOW | O.CLOEXEC)));
    this.#depth++;
    if (this.#open.length > MOST_OPEN) sys.close(this.#open.shift() ?? -1);
  }

  /** Goes up again. */
  leave(): void {
    const { sys } = this.#proc;
    this.#depth--;
    if (this.#open.length === 1 && this.#depth > 0) this.#open.unshift(this.at(() => sys.open("..", O.RDONLY | O.DIRECTORY | O.CLOEXEC)));
    sys.close(this.#open.pop() ?? -1);
  }
}
