/** What moves on the terminal while a transaction runs; elsewhere the same as plain lines. Source: coreos/rpm-ostree:rust/src/console_progress.rs. */
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";

const FRAMES = ["⠁", "⠂", "⠄", "⡀", "⢀", "⠠", "⠐", "⠈"];
const CLEAR = "\r\x1b[2K";

export class Progress {
  readonly #proc: Process;
  readonly #isTerminal: boolean;
  #task: string | undefined;
  #isDrawn = false;
  #frame = 0;

  constructor(proc: Process) {
    this.#proc = proc;
    this.#isTerminal = proc.sys.isatty(1);
  }

  /** A line that stays. */
  *line(text: string): Run<void> {
    if (this.#isDrawn) yield* this.#proc.print(CLEAR);
    this.#isDrawn = false;
    yield* this.#proc.print(`${text}\n`);
    if (this.#task !== undefined) yield* this.#spin();
  }

  /** "Staging deployment...": with a spinner before it on a terminal. */
  *begin(text: string): Run<void> {
    this.#task = text;
    if (this.#isTerminal) yield* this.#spin();
    else yield* this.#proc.print(`${text}...`);
  }

  *end(): Run<void> {
    if (this.#task === undefined) return;
    if (this.#isTerminal) yield* this.#proc.print(`${CLEAR}${this.#task}... done\n`);
    else yield* this.#proc.print("done\n");
    this.#task = undefined;
    this.#isDrawn = false;
  }

  /** A line that the next one replaces; not shown where nothing can be drawn over. An empty one turns the spinner. */
  *draw(text: string): Run<void> {
    if (!this.#isTerminal) return;
    if (text === "") {
      if (this.#task !== undefined) yield* this.#spin();
      return;
    }
    yield* this.#proc.print(CLEAR + text);
    this.#isDrawn = true;
  }

  /** Leaves nothing half drawn. */
  *abandon(): Run<void> {
    if (this.#isTerminal && this.#isDrawn) yield* this.#proc.print(CLEAR);
    else if (!this.#isTerminal && this.#task !== undefined) yield* this.#proc.print("\n");
    this.#isDrawn = false;
    this.#task = undefined;
  }

  *#spin(): Run<void> {
    if (!this.#isTerminal || this.#task === undefined) return;
    this.#frame = (this.#frame + 1) % FRAMES.length;
    yield* this.#proc.print(`${CLEAR}${FRAMES[this.#frame] ?? ""} ${this.#task}...`);
    this.#isDrawn = true;
  }
}
