/** Reading files and standard input, block by block, as bytes or as lines. */
import { bytewise, decodeUtf8 } from "../base/utf8.ts";
import { O } from "../vfs/types.ts";
import type { Process } from "../machine/process.ts";
import type { Run } from "../machine/program.ts";
import { allocate, knowsAsciiOnly } from "./complain.ts";
import { stdout } from "./output.ts";

/** Bytes asked for at once. */
export const BLOCK = 65536;

/** The descriptor of an operand; "-" is standard input. Throws SysError. */
export function openInput(proc: Process, name: string): number {
  if (name === "-") inputReaders.add(proc);
  return name === "-" ? 0 : proc.sys.open(name, O.RDONLY);
}

/** Who has asked for standard input. */
const inputReaders = new WeakSet<Process>();

/** Whether the program has read standard input as an operand. */
export function hasReadInput(proc: Process): boolean {
  return inputReaders.has(proc);
}

export function closeInput(proc: Process, fd: number): void {
  if (fd !== 0) proc.sys.close(fd);
}

/** The next block, empty at the end. What was printed is shown before the program waits for a terminal. */
export function* readBlock(proc: Process, fd: number, count = BLOCK): Run<Uint8Array> {
  if (fd === 0) yield* stdout(proc).flush();
  const block = yield* proc.read(fd, count);
  yield* proc.tick();
  return block;
}

/** What one program may hold of its input. */
export const MOST_HELD = 64 * 1024 * 1024;

/** A buffer that grows by doubling is there twice while it grows, and once more as text. */
export const COPIES = 4;

/** Everything in the operand. */
export function* readWhole(proc: Process, name: string): Run<Uint8Array> {
  const fd = openInput(proc, name);
  try {
    return yield* readRest(proc, fd);
  } finally {
    closeInput(proc, fd);
  }
}

/** Everything that is left on `fd`. */
export function* readRest(proc: Process, fd: number): Run<Uint8Array> {
  const blocks: Uint8Array[] = [];
  let held = 0;
  try {
    for (;;) {
      const block = yield* readBlock(proc, fd);
      if (block.length === 0) return concat(blocks);
      allocate(proc, COPIES * block.length);
      held += COPIES * block.length;
      blocks.push(block);
    }
  } finally {
    proc.hold(-held);
  }
}

export function concat(blocks: readonly Uint8Array[]): Uint8Array {
  if (blocks.length === 1 && blocks[0] !== undefined) return blocks[0];
  const out = new Uint8Array(blocks.reduce((sum, block) => sum + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    out.set(block, at);
    at += block.length;
  }
  return out;
}

/** Lines of a descriptor, a block's worth at a time. */
export class LineReader {
  readonly #proc: Process;
  readonly #fd: number;
  readonly #delimiter: number;
  readonly #decode: (block: Uint8Array) => string;
  #rest: Uint8Array[] = [];
  #restLength = 0;
  #ended = false;
  #queue: readonly string[] = [];
  #at = 0;
  /** Once the end was reached: the last line had no newline. */
  missingNewline = false;

  /** With `bytes` each byte of a line is a character where the locale knows ASCII only. */
  constructor(proc: Process, fd: number, delimiter: "\n" | "\0" = "\n", how: { readonly bytes?: boolean } = {}) {
    this.#decode = how.bytes === true && knowsAsciiOnly(proc) ? (block) => bytewise(decodeUtf8(block)) : decodeUtf8;
    this.#proc = proc;
    this.#fd = fd;
    this.#delimiter = delimiter.charCodeAt(0);
  }

  /** The lines of one block without their newlines, perhaps none; undefined at the end. */
  *batch(): Run<readonly string[] | undefined> {
    if (this.#ended) return undefined;
    const block = yield* readBlock(this.#proc, this.#fd);
    if (block.length === 0) {
      this.#ended = true;
      const last = concat(this.#rest);
      this.#rest = [];
      if (last.length === 0) return undefined;
      this.missingNewline = true;
      return [this.#decode(last)];
    }
    const end = block.lastIndexOf(this.#delimiter);
    if (end < 0) {
      this.#rest.push(block);
      this.#keep(this.#restLength + block.length);
      return [];
    }
    const whole = concat([...this.#rest, block.subarray(0, end)]);
    this.#rest = end + 1 < block.length ? [block.subarray(end + 1)] : [];
    this.#keep(block.length - end - 1);
    return this.#decode(whole).split(String.fromCharCode(this.#delimiter));
  }

  /** A line that is not whole yet is so long now. */
  #keep(length: number): void {
    // Short ones fit into what every program has.
    const held = (bytes: number): number => (bytes > BLOCK ? COPIES * bytes : 0);
    allocate(this.#proc, held(length) - held(this.#restLength));
    this.#restLength = length;
  }

  /** One line, or undefined at the end. */
  *next(): Run<string | undefined> {
    while (this.#at >= this.#queue.length) {
      const batch = yield* this.batch();
      if (batch === undefined) return undefined;
      this.#queue = batch;
      this.#at = 0;
    }
    return this.#queue[this.#at++];
  }

  /** Whether a line is there without reading, so that a `next` would not wait. */
  get buffered(): boolean {
    return this.#at < this.#queue.length;
  }

  /** Whether `next` would give nothing more; reads ahead to know. */
  *atEnd(): Run<boolean> {
    while (this.#at >= this.#queue.length) {
      const batch = yield* this.batch();
      if (batch === undefined) return true;
      this.#queue = batch;
      this.#at = 0;
    }
    return false;
  }

  /** Whether the line that `next` gave last was the last one and had no newline. */
  get lastWasUnterminated(): boolean {
    return this.missingNewline && this.#at >= this.#queue.length;
  }
}

/** Text as lines and whether its last line lacks a newline; an empty text has no lines. */
export function splitLines(text: string, delimiter = "\n"): { readonly lines: string[]; readonly missingNewline: boolean } {
  if (text === "") return { lines: [], missingNewline: false };
  const lines = text.split(delimiter);
  const missingNewline = lines.at(-1) !== "";
  if (!missingNewline) lines.pop();
  return { lines, missingNewline };
}
