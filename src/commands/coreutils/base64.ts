import type { Command } from "../command.ts";
import { complain, Failure, reason } from "../complain.ts";
import { extraOperand } from "../operands.ts";
import { stdout } from "../output.ts";
import { curly, quoteFile } from "../quote.ts";
import { closeInput, openInput, readBlock } from "../text-io.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** base64(1). */
export const base64: Command = {
  name: "base64",
  package: "coreutils",
  style: "gnu",
  usage: ["base64 [OPTION]... [FILE]"],
  about: "Base64 encode or decode FILE, or standard input, to standard output.",
  options: [
    { name: "decode", short: "d", alsoShort: ["D"], help: "decode data" },
    { name: "ignore-garbage", short: "i", help: "when decoding, ignore non-alphabet characters" },
    {
      name: "wrap",
      short: "w",
      argument: "COLS",
      help: "wrap encoded lines after COLS character (default 76). Use 0 to disable line wrapping",
    },
  ],
  completes: "files",
  *run(proc, options) {
    const [name = "-", extra] = options.operands;
    if (extra !== undefined) throw extraOperand(extra);
    const wrap = options.value("wrap") ?? "76";
    if (!/^[0-9]+$/.test(wrap)) throw new Failure(`invalid wrap size: ${curly(wrap)}`);
    let fd: number;
    try {
      fd = openInput(proc, name);
    } catch (error) {
      throw new Failure(`${quoteFile(name)}: ${reason(error)}`);
    }
    const out = stdout(proc);
    const encoder = new Encoder(Number(wrap));
    const decoder = new Decoder(options.has("ignore-garbage"));
    try {
      for (;;) {
        let block: Uint8Array;
        try {
          block = yield* readBlock(proc, fd);
        } catch (error) {
          throw new Failure(`read error: ${reason(error)}`);
        }
        if (block.length === 0) break;
        if (!options.has("decode")) yield* out.print(encoder.add(block));
        else {
          const bytes = decoder.add(block);
          yield* out.print(bytes);
          if (decoder.isInvalid) break;
        }
      }
    } finally {
      closeInput(proc, fd);
    }
    if (!options.has("decode")) yield* out.print(encoder.end());
    else {
      if (!decoder.isInvalid) yield* out.print(decoder.end());
      if (decoder.isInvalid) {
        yield* out.flush();
        yield* complain(proc, "invalid input");
        return 1;
      }
    }
    return 0;
  },
};

class Encoder {
  readonly #wrap: number;
  #rest: number[] = [];
  #column = 0;

  constructor(wrap: number) {
    this.#wrap = wrap;
  }

  add(block: Uint8Array): string {
    const bytes = this.#rest.length === 0 ? block : Uint8Array.from([...this.#rest, ...block]);
    const whole = bytes.length - (bytes.length % 3);
    this.#rest = [...bytes.subarray(whole)];
    const parts: string[] = [];
    for (let i = 0; i < whole; i += 3) parts.push(encoded(bytes[i] ?? 0, bytes[i + 1] ?? 0, bytes[i + 2] ?? 0));
    return this.#wrapped(parts.join(""));
  }

  end(): string {
    const [a, b] = this.#rest;
    let text = "";
    if (a !== undefined) {
      const last = encoded(a, b ?? 0, 0);
      text = this.#wrapped(b === undefined ? last.slice(0, 2) + "==" : last.slice(0, 3) + "=");
    }
    return this.#wrap > 0 && this.#column > 0 ? text + "\n" : text;
  }

  #wrapped(text: string): string {
    if (this.#wrap === 0) return text;
    let out = "";
    let at = 0;
    while (at < text.length) {
      const take = Math.min(this.#wrap - this.#column, text.length - at);
      out += text.slice(at, at + take);
      at += take;
      this.#column += take;
      if (this.#column === this.#wrap) {
        out += "\n";
        this.#column = 0;
      }
    }
    return out;
  }
}

function encoded(a: number, b: number, c: number): string {
  return (
    (ALPHABET[a >> 2] ?? "") +
    (ALPHABET[((a & 3) << 4) | (b >> 4)] ?? "") +
    (ALPHABET[((b & 15) << 2) | (c >> 6)] ?? "") +
    (ALPHABET[c & 63] ?? "")
  );
}

class Decoder {
  readonly #ignoreGarbage: boolean;
  #quad: number[] = [];
  #padding = 0;
  isInvalid = false;

  constructor(ignoreGarbage: boolean) {
    this.#ignoreGarbage = ignoreGarbage;
  }

  add(block: Uint8Array): Uint8Array {
    const out: number[] = [];
    for (const byte of block) {
      if (byte === 10) continue;
      const value = ALPHABET.indexOf(String.fromCharCode(byte));
      if (byte === 61 && this.#quad.length >= 2) this.#padding++;
      else if (value < 0 || byte > 127) {
        if (this.#ignoreGarbage) continue;
        this.isInvalid = true;
        break;
      } else if (this.#padding > 0) {
        this.isInvalid = true;
        break;
      } else this.#quad.push(value);
      if (this.#quad.length + this.#padding === 4) {
        this.#emit(out);
        this.#quad = [];
        this.#padding = 0;
      }
    }
    if (this.isInvalid) this.#emit(out);
    return Uint8Array.from(out);
  }

  /** What is left without padding is given, and is an error (coreutils before 9.5 complains of it). */
  end(): Uint8Array {
    if (this.#quad.length === 0) return new Uint8Array(0);
    const out: number[] = [];
    this.#emit(out);
    if (this.#quad.length === 1 || this.#padding > 0) this.isInvalid = true;
    return Uint8Array.from(out);
  }

  #emit(out: number[]): void {
    const [a = 0, b = 0, c = 0, d = 0] = this.#quad;
    if (this.#quad.length > 1) out.push((a << 2) | (b >> 4));
    if (this.#quad.length > 2) out.push(((b & 15) << 4) | (c >> 2));
    if (this.#quad.length > 3) out.push(((c & 3) << 6) | d);
  }
}
