/** From the bytes that a terminal sends to keys with names. */
import { isSysError } from "../../vfs/errno.ts";
import { decodeLatin1, encodeLatin1 } from "../../base/latin1.ts";
import { decodeUtf8 } from "../../base/utf8.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";

export interface Key {
  /**
   * Modifiers `M-` (Alt, or Escape before), `C-` and `S-` in this order, then the key: a character, or one of up down left right home end
   * insert delete pageup pagedown tab enter backspace escape f1 … f12, paste-start, paste-end, unknown.
   * Keys that a terminal cannot tell apart have one name: Enter is `enter`, ^J is `C-j`, ^I is `tab`, ^H is `C-h`.
   */
  readonly name: string;
  /** What it inserts, if it is a character without modifiers. */
  readonly text: string;
}

const FINALS: Readonly<Record<string, string>> = {
  A: "up",
  B: "down",
  C: "right",
  D: "left",
  E: "begin",
  F: "end",
  H: "home",
  P: "f1",
  Q: "f2",
  R: "f3",
  S: "f4",
  Z: "S-tab",
  M: "enter",
};

const TILDES: Readonly<Record<string, string>> = {
  1: "home",
  2: "insert",
  3: "delete",
  4: "end",
  5: "pageup",
  6: "pagedown",
  7: "home",
  8: "end",
  11: "f1",
  12: "f2",
  13: "f3",
  14: "f4",
  15: "f5",
  17: "f6",
  18: "f7",
  19: "f8",
  20: "f9",
  21: "f10",
  23: "f11",
  24: "f12",
  200: "paste-start",
  201: "paste-end",
};

const ESCAPE = 0x1b;
const PASTE_END = "\x1b[201~";
/** Bytes of a paste that are read at once. */
const PASTED_AT_ONCE = 16384;

/** The first key of `bytes` and how many bytes it is, or undefined when more must come. */
export function decodeKey(bytes: readonly number[]): { readonly key: Key; readonly length: number } | undefined {
  const first = bytes[0];
  if (first === undefined) return undefined;
  if (first !== ESCAPE) return plainKey(bytes, 0);
  const second = bytes[1];
  if (second === undefined) return undefined;
  if (second === 0x5b) return csiKey(bytes);
  if (second === 0x4f) {
    const third = bytes[2];
    if (third === undefined) return undefined;
    return { key: { name: FINALS[String.fromCharCode(third)] ?? "unknown", text: "" }, length: 3 };
  }
  if (second === ESCAPE) return { key: { name: "M-escape", text: "" }, length: 2 };
  const plain = plainKey(bytes, 1);
  return plain && { key: { name: `M-${plain.key.name}`, text: "" }, length: plain.length + 1 };
}

function plainKey(bytes: readonly number[], at: number): { key: Key; length: number } | undefined {
  const byte = bytes[at] ?? 0;
  if (byte === 0x7f) return { key: { name: "backspace", text: "" }, length: 1 };
  if (byte === 0x0d) return { key: { name: "enter", text: "" }, length: 1 };
  if (byte === 0x09) return { key: { name: "tab", text: "" }, length: 1 };
  if (byte < 0x20) return { key: { name: `C-${String.fromCharCode(byte + 0x40).toLowerCase()}`, text: "" }, length: 1 };
  const wanted = byte >= 0xc2 && byte < 0xe0 ? 2 : byte >= 0xe0 && byte < 0xf0 ? 3 : byte >= 0xf0 && byte < 0xf5 ? 4 : 1;
  let length = 1;
  while (length < wanted) {
    const next = bytes[at + length];
    if (next === undefined) return undefined;
    if ((next & 0xc0) !== 0x80) break;
    length++;
  }
  if (length < wanted) length = 1;
  const text = decodeUtf8(Uint8Array.from(bytes.slice(at, at + length)));
  return { key: { name: text, text }, length };
}

/** ESC [ parameters final; ESC [ [ x is how the Linux console names its first function keys. */
function csiKey(bytes: readonly number[]): { key: Key; length: number } | undefined {
  if (bytes[2] === 0x5b) {
    if (bytes[3] === undefined) return undefined;
    const number = bytes[3] - 0x40;
    return { key: { name: number >= 1 && number <= 5 ? `f${number}` : "unknown", text: "" }, length: 4 };
  }
  let parameters = "";
  for (let at = 2; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x20 && byte < 0x40) {
      parameters += String.fromCharCode(byte);
      continue;
    }
    if (byte < 0x40 || byte > 0x7e) return { key: { name: "unknown", text: "" }, length: at };
    const [number = "", modifier = "1"] = parameters.split(";");
    const final = String.fromCharCode(byte);
    const name = (final === "~" ? TILDES[number] : FINALS[final]) ?? "unknown";
    const bits = Number(modifier) - 1;
    const prefix = `${bits & 2 ? "M-" : ""}${bits & 4 ? "C-" : ""}${bits & 1 ? "S-" : ""}`;
    return { key: { name: name === "unknown" ? name : prefix + name, text: "" }, length: at + 1 };
  }
  return undefined;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Reads keys from a descriptor, byte by byte, so that what is typed ahead stays in the terminal for the next program. */
export class KeyReader {
  readonly #proc: Process;
  readonly #fd: number;
  #bytes: number[] = [];

  constructor(proc: Process, fd: number) {
    this.#proc = proc;
    this.#fd = fd;
  }

  /** Whether more has been typed already. */
  isPending(): boolean {
    return this.#bytes.length > 0 || (this.#proc.tty?.readable() ?? false);
  }

  /**
   * The next key; undefined at end of file. Throws EINTR when a signal came; half a key is kept for the next call.
   * With `escapeIsAKey` an Escape that nothing follows at once is the key `escape`; otherwise it waits for the key that it modifies.
   */
  *next(options: { readonly escapeIsAKey?: boolean } = {}): Run<Key | undefined> {
    for (;;) {
      const found = decodeKey(this.#bytes);
      if (found) {
        this.#bytes.splice(0, found.length);
        return found.key;
      }
      if (options.escapeIsAKey && this.#bytes.length === 1 && !this.#proc.tty?.readable()) {
        this.#bytes = [];
        return { name: "escape", text: "" };
      }
      if (!(yield* this.#read())) return undefined;
    }
  }

  /** The next byte as it is; undefined at end of file. */
  *nextByte(): Run<number | undefined> {
    if (this.#bytes.length === 0 && !(yield* this.#read())) return undefined;
    return this.#bytes.shift();
  }

  /** Puts a byte back. */
  unread(byte: number): void {
    this.#bytes.unshift(byte);
  }

  /**
   * After `paste-start`: everything up to `paste-end`, which is taken too. Carriage returns are newlines.
   * Nothing when `isInterrupted` says so after a signal: with Ctrl-C the terminal has thrown away what was to come.
   */
  *paste(isInterrupted: () => boolean = () => false): Run<string> {
    const parts: Uint8Array[] = [];
    /** As much of the end as has come. */
    let end = "";
    while (end !== PASTE_END) {
      let bytes: Uint8Array;
      try {
        bytes = yield* this.#pastedPart(end !== "");
      } catch (error) {
        if (!isSysError(error, "EINTR")) throw error;
        if (isInterrupted()) return "";
        continue;
      }
      if (bytes.length === 0) break;
      const key = bytes.length === 1 ? decodeLatin1(bytes) : "";
      if (key !== "" && PASTE_END.startsWith(end + key)) end += key;
      else {
        if (end !== "") parts.push(encodeLatin1(end));
        end = key === "\x1b" ? key : "";
        if (end === "") parts.push(bytes);
      }
    }
    if (end !== PASTE_END) parts.push(encodeLatin1(end));
    return decodeUtf8(joined(parts)).replaceAll("\r\n", "\n").replaceAll("\r", "\n");
  }

  /** Many bytes at once, but nothing of what may be the end but for its next byte: what comes after it stays in the terminal. */
  *#pastedPart(isInEnd: boolean): Run<Uint8Array> {
    if (this.#bytes.length > 0) return Uint8Array.from(this.#bytes.splice(0, 1));
    const before = isInEnd ? 0 : (this.#proc.tty?.pendingBefore(ESCAPE, PASTED_AT_ONCE) ?? 0);
    return yield* this.#proc.read(this.#fd, Math.max(1, before));
  }

  *#read(): Run<boolean> {
    const got = yield* this.#proc.read(this.#fd, 1);
    this.#bytes.push(...got);
    return got.length > 0;
  }
}
