/** Records of a descriptor, cut at RS. */
import type { Pattern } from "../../base/posix-pattern.ts";
import { bytewise, decodeUtf8 } from "../../base/utf8.ts";
import { knowsAsciiOnly } from "../complain.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { SysError } from "../../vfs/errno.ts";
import { concat, MOST_HELD, readBlock } from "../text-io.ts";

/** One character, blank lines (paragraph mode), or a pattern. */
export type RecordSeparator =
  | { readonly kind: "character"; readonly text: string }
  | { readonly kind: "paragraph" }
  | { readonly kind: "pattern"; readonly pattern: Pattern };

export interface AwkRecord {
  readonly text: string;
  /** What ended it: RT. */
  readonly terminator: string;
}

export class RecordReader {
  readonly fd: number;
  readonly #proc: Process;
  #text = "";
  #at = 0;
  /** The beginning of a character that the next block completes. */
  #rest: Uint8Array = new Uint8Array(0);
  #ended = false;
  #decode: (bytes: Uint8Array) => string = decodeUtf8;

  constructor(proc: Process, fd: number) {
    this.#proc = proc;
    this.fd = fd;
    if (knowsAsciiOnly(proc)) this.#decode = (bytes) => bytewise(decodeUtf8(bytes));
  }

  /** The next record, or undefined at the end. Throws SysError. */
  *next(separator: RecordSeparator): Run<AwkRecord | undefined> {
    if (separator.kind === "paragraph") yield* this.#skipNewlines();
    for (let from = this.#at; ;) {
      const found = this.#find(separator, from);
      if (found !== undefined) {
        const text = this.#text.slice(this.#at, found.start);
        const terminator = this.#text.slice(found.start, found.end);
        this.#at = found.end;
        return { text, terminator };
      }
      if (this.#ended) break;
      // A separator of one character is not in what was looked through.
      const searched = separator.kind === "character" ? this.#text.length - this.#at : 0;
      yield* this.#fill();
      from = this.#at + searched;
    }
    if (this.#at >= this.#text.length) return undefined;
    let text = this.#text.slice(this.#at);
    let terminator = "";
    this.#at = this.#text.length;
    if (separator.kind === "paragraph" && text.endsWith("\n")) {
      terminator = "\n";
      text = text.slice(0, -1);
    }
    return { text, terminator };
  }

  *#skipNewlines(): Run<void> {
    for (;;) {
      while (this.#text[this.#at] === "\n") this.#at++;
      if (this.#at < this.#text.length || this.#ended) return;
      yield* this.#fill();
    }
  }

  /** The separator from `from` on; undefined too when more input might make it longer. */
  #find(separator: RecordSeparator, from: number): { readonly start: number; readonly end: number } | undefined {
    const text = this.#text;
    if (separator.kind === "character") {
      const start = text.indexOf(separator.text, from);
      return start < 0 ? undefined : { start, end: start + separator.text.length };
    }
    if (separator.kind === "paragraph") {
      const start = text.indexOf("\n\n", from);
      if (start < 0) return undefined;
      let end = start + 2;
      while (text[end] === "\n") end++;
      return end === text.length && !this.#ended ? undefined : { start, end };
    }
    for (let at = from; at <= text.length;) {
      const match = separator.pattern.find(text, at);
      if (match === undefined) return undefined;
      if (match.end > match.start) return match.end === text.length && !this.#ended ? undefined : match;
      at = match.end + 1;
    }
    return undefined;
  }

  *#fill(): Run<void> {
    const block = yield* readBlock(this.#proc, this.fd);
    this.#ended = block.length === 0;
    const bytes = this.#rest.length === 0 ? block : concat([this.#rest, block]);
    const whole = this.#ended ? bytes.length : wholeCharacters(bytes);
    this.#rest = bytes.slice(whole);
    this.#text = this.#text.slice(this.#at) + this.#decode(bytes.subarray(0, whole));
    this.#at = 0;
    if (this.#text.length > MOST_HELD) throw new SysError("ENOMEM", "read");
  }
}

/** How many bytes at the beginning hold no cut character. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >= 0xc0) return byte >= 0xf0 || back < (byte >= 0xe0 ? 3 : 2) ? bytes.length - back : bytes.length;
    if (byte < 0x80) break;
  }
  return bytes.length;
}
