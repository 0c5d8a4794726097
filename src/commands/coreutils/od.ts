import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import type { Command } from "../command.ts";
import { Failure, reason, warn } from "../complain.ts";
import { stdout } from "../output.ts";
import { curly, quote, quoteInput } from "../quote.ts";
import { parseSize } from "../sizes.ts";
import { closeInput, concat, openInput, readBlock } from "../text-io.ts";

interface Format {
  readonly size: number;
  /** Cells of one value, with the blank before it. */
  readonly width: number;
  readonly withText: boolean;
  show(bytes: Uint8Array): string;
}

/** Old letters for types. */
const ALIASES = { a: "a", b: "o1", c: "c", d: "u2", i: "dI", l: "dL", o: "o2", s: "d2", x: "x2" } as const;

/** od(1). */
export const od: Command = {
  name: "od",
  package: "coreutils",
  closesInput: "standard input",
  style: "gnu",
  usage: ["od [OPTION]... [FILE]..."],
  about: "Write an unambiguous representation, octal bytes by default, of FILE to standard output.",
  options: [
    {
      name: "address-radix",
      short: "A",
      argument: "RADIX",
      help: "output format for file offsets; RADIX is one of [doxn], for Decimal, Octal, Hex or None",
      values: ["d", "o", "x", "n"],
    },
    { name: "endian", argument: "{big|little}", help: "swap input bytes according the specified order", values: ["big", "little"] },
    { name: "skip-bytes", short: "j", argument: "BYTES", help: "skip BYTES input bytes first" },
    { name: "read-bytes", short: "N", argument: "BYTES", help: "limit dump to BYTES input bytes" },
    {
      name: "strings",
      short: "S",
      argument: "BYTES",
      optional: true,
      help: "show only NUL terminated strings of at least BYTES printable characters",
      fidelity: "unbuilt",
    },
    { name: "format", short: "t", argument: "TYPE", help: "select output format or formats" },
    { name: "output-duplicates", short: "v", help: "do not use * to mark line suppression" },
    {
      name: "width",
      short: "w",
      argument: "BYTES",
      optional: true,
      help: "output BYTES bytes per output line; 32 is implied when BYTES is not specified",
    },
    ...(["a", "b", "c", "d", "i", "l", "o", "s", "x"] as const).map((letter) => ({
      name: letter,
      short: letter,
      long: false as const,
      help: `same as -t ${ALIASES[letter]}`,
    })),
  ],
  completes: "files",
  *run(proc, options) {
    const types: string[] = [];
    for (const { name, value } of options.order) {
      if (name === "format") types.push(value ?? "");
      else if (name in ALIASES) types.push(ALIASES[name as keyof typeof ALIASES]);
    }
    const big = options.value("endian") === "big";
    const formats = (types.length === 0 ? ["o2"] : types).flatMap((type) => parseTypes(type, big));
    const number = (name: string): number | undefined => {
      const text = options.value(name);
      if (text === undefined) return undefined;
      const value = /^0x[0-9a-f]+$/i.test(text) ? Number(text) : parseSize(text);
      if (value === undefined)
        throw new Failure(`invalid -${name === "width" ? "w" : name === "skip-bytes" ? "j" : "N"} argument ${quote(text)}`);
      return value;
    };
    const radix = options.value("address-radix") ?? "o";
    if (!/^[doxn]/.test(radix)) throw new Failure(`invalid output address radix '${radix[0] ?? ""}'; it must be one character from [doxn]`);
    const width = options.has("width") ? (number("width") ?? 32) : 16;
    const skip = number("skip-bytes") ?? 0;
    const address = (at: number): string =>
      radix[0] === "n"
        ? ""
        : radix[0] === "x"
          ? at.toString(16).padStart(6, "0")
          : radix[0] === "d"
            ? String(at).padStart(7, "0")
            : at.toString(8).padStart(7, "0");
    const input = new Input(proc, options.operands, skip, number("read-bytes") ?? Infinity);
    const out = stdout(proc);
    let last: string | undefined;
    let starred = false;
    let at = skip;
    for (let row = yield* input.row(width); row.length > 0; row = yield* input.row(width)) {
      const text = row.join(" ");
      const repeats = text === last && row.length === width && !options.has("output-duplicates");
      if (!repeats) yield* out.print(rowText(row, formats, width, address(at)));
      else if (!starred) yield* out.print("*\n");
      starred = repeats;
      last = text;
      at += row.length;
    }
    if (!input.hasOpened) return input.status;
    if (radix[0] !== "n") yield* out.print(`${address(at)}\n`);
    return input.status;
  },
};

const SIZES: Readonly<Record<string, number>> = { C: 1, S: 2, I: 4, L: 8 };
const NAMES = "nul soh stx etx eot enq ack bel bs ht nl vt ff cr so si dle dc1 dc2 dc3 dc4 nak syn etb can em sub esc fs gs rs us sp".split(
  " ",
);
const ESCAPES: Readonly<Record<number, string>> = { 0: "\\0", 7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r" };

function parseTypes(text: string, big: boolean): Format[] {
  const formats: Format[] = [];
  for (let rest = text; rest !== "";) {
    const found = /^(?:([ac])|([douxf])([0-9]+|[CSIL])?)(z?)/.exec(rest);
    if (found === null || found[0] === "" || found[2] === "f")
      throw new Failure(
        /^[acdouxf]/.test(rest)
          ? `invalid type string ${curly(text)}`
          : `invalid character '${rest[0] ?? ""}' in type string ${curly(text)}`,
      );
    const [whole, letter, kind = "", sizeText, z] = found;
    rest = rest.slice(whole.length);
    if (letter === "a")
      formats.push({
        size: 1,
        width: 4,
        withText: z === "z",
        show: ([byte = 0]) => ((byte & 127) === 127 ? "del" : (NAMES[byte & 127] ?? String.fromCharCode(byte & 127))),
      });
    else if (letter === "c") {
      formats.push({
        size: 1,
        width: 4,
        withText: z === "z",
        show: ([byte = 0]) => ESCAPES[byte] ?? (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : byte.toString(8).padStart(3, "0")),
      });
    } else {
      const size = sizeText === undefined ? 4 : (SIZES[sizeText] ?? Number(sizeText));
      if (![1, 2, 4, 8].includes(size))
        throw new Failure(`invalid type string ${curly(text)};\nthis system doesn't provide a ${String(size)}-byte integral type`);
      const bits = size * 8;
      const digits =
        kind === "x"
          ? size * 2
          : kind === "o"
            ? Math.ceil(bits / 3)
            : { 1: 3, 2: 5, 4: 10, 8: 20 }[size as 1] + (kind === "d" ? (size === 8 ? 0 : 1) : 0);
      formats.push({
        size,
        width: digits + 1,
        withText: z === "z",
        show: (bytes) => {
          const value = [...(big ? bytes : bytes.toReversed())].reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
          if (kind === "d") return String(BigInt.asIntN(bits, value));
          if (kind === "u") return String(value);
          return value.toString(kind === "x" ? 16 : 8).padStart(digits, "0");
        },
      });
    }
  }
  return formats;
}

/** The row once in each format; values of different sizes line up. */
function rowText(row: Uint8Array, formats: readonly Format[], width: number, address: string): string {
  const cell = Math.max(...formats.map((format) => format.width / format.size));
  return formats
    .map((format, index) => {
      let text = index === 0 ? address : " ".repeat(address.length);
      const one = Math.ceil(cell * format.size);
      for (let at = 0; at < row.length; at += format.size) {
        const bytes = new Uint8Array(format.size);
        bytes.set(row.subarray(at, at + format.size));
        text += format.show(bytes).padStart(one);
      }
      if (format.withText) {
        const missing = Math.floor((width - row.length) / format.size) * one;
        text += `${" ".repeat(missing)}  >${[...row].map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".")).join("")}<`;
      }
      return `${text}\n`;
    })
    .join("");
}

/** The operands as one stream, after what is skipped and up to what is wanted. */
class Input {
  readonly #proc: Process;
  readonly #names: readonly string[];
  #toSkip: number;
  #left: number;
  #next = 0;
  #fd: number | undefined;
  #held: Uint8Array = new Uint8Array(0);
  status = 0;
  /** Whether any operand could be opened. */
  hasOpened = false;

  constructor(proc: Process, operands: readonly string[], skip: number, most: number) {
    this.#proc = proc;
    this.#names = operands.length === 0 ? ["-"] : operands;
    this.#toSkip = skip;
    this.#left = most;
  }

  /** As many bytes as a row has; fewer at the end. */
  *row(width: number): Run<Uint8Array> {
    while (this.#held.length < width && (yield* this.#fill()));
    const row = this.#held.subarray(0, Math.min(width, this.#left));
    this.#held = this.#held.subarray(row.length);
    this.#left -= row.length;
    if (this.#toSkip > 0) throw new Failure("cannot skip past end of combined input");
    return row;
  }

  /** Reads on, in the next operand where one is at its end; false when nothing is left. */
  *#fill(): Run<boolean> {
    if (this.#left <= this.#held.length) return false;
    for (;;) {
      const name = this.#names[this.#next - (this.#fd === undefined ? 0 : 1)];
      if (name === undefined) return false;
      try {
        if (this.#fd === undefined) {
          this.#next++;
          this.#fd = openInput(this.#proc, name);
          this.hasOpened = true;
        }
        const block = yield* readBlock(this.#proc, this.#fd, Math.min(4096 + this.#toSkip, 65536));
        if (block.length === 0) {
          closeInput(this.#proc, this.#fd);
          this.#fd = undefined;
          continue;
        }
        const cut = Math.min(this.#toSkip, block.length);
        this.#toSkip -= cut;
        this.#held = concat([this.#held, block.subarray(cut)]);
        return true;
      } catch (error) {
        yield* warn(this.#proc, `${quoteInput(name)}: ${reason(error)}`);
        this.status = 1;
        if (this.#fd !== undefined) closeInput(this.#proc, this.#fd);
        this.#fd = undefined;
      }
    }
  }
}
