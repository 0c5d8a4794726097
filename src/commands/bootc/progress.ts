/** What moves on the terminal while layers are fetched; where stderr is none, nothing does. As the library indicatif draws it. */
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";

const BAR = 20;

export class FetchProgress {
  readonly #proc: Process;
  readonly #isShown: boolean;
  readonly #layers: number;
  readonly #bytes: number;
  readonly #began: number;
  #isDrawn = false;

  constructor(proc: Process, quiet: boolean, layers: number, bytes: number) {
    this.#proc = proc;
    this.#isShown = !quiet && proc.sys.isatty(2);
    this.#layers = layers;
    this.#bytes = bytes;
    this.#began = proc.now().sec;
  }

  /** So many layers and bytes are there. */
  *layer(done: number, bytes: number): Run<void> {
    if (!this.#isShown) return;
    yield* this.#clear();
    const rate = binaryBytes(bytes / Math.max(1, this.#proc.now().sec - this.#began));
    yield* this.#proc.printError(
      `Fetching layers ${bar(done, this.#layers)} ${done}/${this.#layers} \n` +
        ` └ Fetching ${bar(bytes, this.#bytes)} ${binaryBytes(bytes)}/${binaryBytes(this.#bytes)} (${rate}/s) `,
    );
    this.#isDrawn = true;
  }

  *end(): Run<void> {
    if (!this.#isShown) return;
    yield* this.#clear();
    const seconds = this.#proc.now().sec - this.#began;
    const rate = binaryBytes(this.#bytes / Math.max(1, seconds));
    yield* this.#proc.printError(`Fetched layers: ${binaryBytes(this.#bytes)} in ${humanDuration(seconds)} (${rate}/s)\n`);
  }

  *#clear(): Run<void> {
    if (this.#isDrawn) yield* this.#proc.printError("\r\x1b[2K\x1b[1A\r\x1b[2K");
    this.#isDrawn = false;
  }
}

function bar(done: number, total: number): string {
  const full = total === 0 ? BAR : Math.floor((done * BAR) / total);
  return "█".repeat(full) + "░".repeat(BAR - full);
}

/** "76.30 MiB". */
function binaryBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB"];
  const power = bytes < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return power === 0 ? `${Math.floor(bytes)} B` : `${(bytes / 1024 ** power).toFixed(2)} ${units[power] ?? ""}`;
}

/** "4 seconds". */
export function humanDuration(seconds: number): string {
  const [count, unit] = seconds < 90 ? [Math.round(seconds), "second"] : [Math.round(seconds / 60), "minute"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
