/**
 * Standard output as a C program has it: text gathers in a buffer and leaves it in blocks, or, on a terminal, before
 * anything else is shown or waited for. One write per line would drown the scheduler.
 */
import { encodeUtf8 } from "../base/utf8.ts";
import type { Process } from "../machine/process.ts";
import type { Run } from "../machine/program.ts";

/** Characters gathered before they are written: st_blksize of a pipe. */
const BLOCK = 4096;

export class Output {
  readonly #proc: Process;
  readonly #fd: number;
  #parts: (string | Uint8Array)[] = [];
  #length = 0;
  #toTerminal: boolean | undefined;

  constructor(proc: Process, fd = 1) {
    this.#proc = proc;
    this.#fd = fd;
  }

  /** Gathers `text`; call `flush` when `full` says so. */
  add(text: string | Uint8Array): void {
    this.#parts.push(text);
    this.#length += text.length;
  }

  get full(): boolean {
    return this.#length >= BLOCK;
  }

  /** Whether what is printed is seen at once. */
  get toTerminal(): boolean {
    this.#toTerminal ??= this.#proc.sys.isatty(this.#fd);
    return this.#toTerminal;
  }

  /** Gathers `text`, and writes if the buffer is full. */
  *print(text: string | Uint8Array): Run<void> {
    this.add(text);
    if (this.full) yield* this.flush();
  }

  /** Writes what was gathered. A failing write loses it, as stdio does. */
  *flush(): Run<void> {
    if (this.#length === 0) return;
    const parts = this.#parts;
    this.#parts = [];
    this.#length = 0;
    yield* this.#proc.write(this.#fd, joined(parts));
  }
}

function joined(parts: readonly (string | Uint8Array)[]): string | Uint8Array {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  if (parts.every((part) => typeof part === "string")) return parts.join("");
  const bytes = parts.map((part) => (typeof part === "string" ? encodeUtf8(part) : part));
  const out = new Uint8Array(bytes.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of bytes) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** One buffer per process, as stdio's `stdout`: `programOf` empties it when the program ends. */
const OUTPUTS = new WeakMap<Process, Output>();

export function stdout(proc: Process): Output {
  let output = OUTPUTS.get(proc);
  if (output === undefined) OUTPUTS.set(proc, (output = new Output(proc)));
  return output;
}

/** Writes what is buffered, before the process waits, runs another program or says something on stderr. */
export function* flushBefore(proc: Process): Run<void> {
  yield* stdout(proc).flush();
}
