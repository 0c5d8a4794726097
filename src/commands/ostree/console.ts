/** A line of progress as libglnx draws it (glnx-console.c): on a terminal over and over in one place, elsewhere a line each time. */
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";

const SAVE_CURSOR = "\x1b7";
const RESTORE_CURSOR = "\x1b8";
const COLUMNS = 80;
/** The bar with its brackets and the percentage behind it. */
const BAR_COLUMNS = 20;
const LEAST_COLUMNS = 10;
/** On a terminal it is drawn five times a second at most. */
const SECONDS_BETWEEN = 0.2;

export class Console {
  readonly #proc: Process;
  readonly isTerminal: boolean;
  #isOpen = false;
  #drawn = 0;

  constructor(proc: Process) {
    this.#proc = proc;
    this.isTerminal = proc.sys.isatty(1);
  }

  *begin(): Run<void> {
    this.#isOpen = true;
    if (this.isTerminal) yield* this.#proc.print(SAVE_CURSOR);
  }

  /** A text alone; `always`: however short a time ago something was drawn. */
  *text(text: string, always = true): Run<void> {
    if (!this.isTerminal) return yield* this.#proc.print(`${text}\n`);
    if (!this.#mayDraw(always)) return;
    const length = this.#bytes(text);
    yield* this.#proc.print(`${RESTORE_CURSOR}${text}${" ".repeat(Math.max(0, this.#columns - length))}`);
  }

  /** `text (done/total)` with a bar. Elsewhere than on a terminal the first and the last one show. */
  *items(text: string, done: number, total: number): Run<void> {
    const percent = done === total ? 100 : Math.trunc((done / total) * 100);
    const line = `${text} (${done}/${total})`;
    if (!this.isTerminal) {
      if (done === 1 || done === total) yield* this.#proc.print(`${line} ${percent}%\n`);
      return;
    }
    if (!this.#mayDraw(done === 1 || percent === 100)) return;
    const shown = line.slice(0, this.#columns - LEAST_COLUMNS);
    const inside = Math.min(BAR_COLUMNS, this.#columns - (shown.length + 1)) - 7;
    const filled = Math.floor(inside * (percent / 100));
    const bar = `[${"=".repeat(filled)}${" ".repeat(inside - filled)}]`;
    yield* this.#proc.print(`${RESTORE_CURSOR}${shown} ${bar} ${String(percent).padStart(3)}%`);
  }

  *end(): Run<void> {
    if (this.#isOpen && this.isTerminal) yield* this.#proc.print("\n");
    this.#isOpen = false;
  }

  get #columns(): number {
    return this.#proc.tty?.columns ?? COLUMNS;
  }

  /** strlen(3): a no-break space counts two. */
  #bytes(text: string): number {
    return [...text].reduce((sum, letter) => sum + ((letter.codePointAt(0) ?? 0) < 0x80 ? 1 : 2), 0);
  }

  #mayDraw(always: boolean): boolean {
    const { sec, nsec } = this.#proc.now();
    const now = sec + nsec / 1e9;
    if (!always && now - this.#drawn < SECONDS_BETWEEN) return false;
    this.#drawn = now;
    return true;
  }
}
