/** The text that a pager shows, read from a descriptor no further than it has to be. */
import { decodeUtf8 } from "../../base/utf8.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";

const CHUNK = 16_384;

export class PagedText {
  /** As the prompt names it; "" for standard input. */
  readonly name: string;
  readonly #proc: Process;
  readonly #fd: number;
  readonly #lines: string[] = [];
  /** Byte offset of the end of each line. */
  readonly #ends: number[] = [];
  #rest: number[] = [];
  #bytes = 0;
  #isComplete = false;

  constructor(proc: Process, name: string, fd: number) {
    this.#proc = proc;
    this.name = name;
    this.#fd = fd;
  }

  /** A text that is there already. */
  static of(proc: Process, name: string, lines: readonly string[]): PagedText {
    const text = new PagedText(proc, name, -1);
    for (const line of lines) {
      text.#lines.push(line);
      text.#bytes += line.length + 1;
      text.#ends.push(text.#bytes);
    }
    text.#isComplete = true;
    return text;
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Whether everything was read; only then are the numbers of lines and bytes known. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Where a line ends, in bytes. */
  endOf(line: number): number {
    return this.#ends[Math.min(line, this.#ends.length - 1)] ?? 0;
  }

  /** The line at a byte offset. */
  lineAt(offset: number): number {
    const found = this.#ends.findIndex((end) => end > offset);
    return found < 0 ? Math.max(0, this.#ends.length - 1) : found;
  }

  /** Reads until there are `count` lines, or no more. EINTR comes through. */
  *ensure(count: number): Run<void> {
    while (!this.#isComplete && this.#lines.length < count) yield* this.readMore();
  }

  /** Reads once. */
  *readMore(): Run<void> {
    const chunk = yield* this.#proc.read(this.#fd, CHUNK);
    if (chunk.length === 0) {
      if (this.#rest.length > 0) this.#endLine(0);
      this.#isComplete = true;
      return;
    }
    for (const byte of chunk) {
      if (byte === 0x0a) this.#endLine(1);
      else this.#rest.push(byte);
    }
    yield* this.#proc.tick(Math.max(1, Math.floor(chunk.length / 4096)));
  }

  /** Whether the start of the text has so many control characters that it is hardly one to read. */
  *looksBinary(isRaw: boolean): Run<boolean> {
    yield* this.ensure(1);
    const head = this.#lines.slice(0, 30).join("\n").slice(0, 256);
    const allowed = isRaw ? /[\x00-\x07\x0b\x0e-\x1a\x1c-\x1f\x7f\udc80-\udcff]/g : /[\x00-\x07\x0b\x0e-\x1f\x7f\udc80-\udcff]/g;
    return (head.match(allowed)?.length ?? 0) > 5;
  }

  /** What was the end may have more behind it (`F`). */
  reopen(): void {
    this.#isComplete = this.#fd < 0;
  }

  #endLine(newline: number): void {
    this.#bytes += this.#rest.length + newline;
    this.#lines.push(decodeUtf8(Uint8Array.from(this.#rest)));
    this.#ends.push(this.#bytes);
    this.#rest = [];
  }
}
