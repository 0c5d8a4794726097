/** base64, base32 and basenc: bytes as letters. */
import { encodeUtf8 } from "../../base/utf8.ts";
import type { Command, Option, ParsedOptions } from "../command.ts";
import { Failure, reason, warn } from "../complain.ts";
import { extraOperand } from "../operands.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { curly, quoteFile } from "../quote.ts";
import { closeInput, openInput, readBlock } from "../text-io.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";

interface Alphabet {
  readonly letters: string;
  /** Letters that stand for a whole number of bytes; less are filled up with "=". */
  readonly group: number;
  /** The lowest bit of a byte comes first (base2lsbf). */
  readonly isReversed?: true;
}

const CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const WORD = `${CAPITALS}abcdefghijklmnopqrstuvwxyz0123456789`;

const ALPHABETS = {
  base64: { letters: `${WORD}+/`, group: 4 },
  base64url: { letters: `${WORD}-_`, group: 4 },
  base32: { letters: `${CAPITALS}234567`, group: 8 },
  base32hex: { letters: "0123456789ABCDEFGHIJKLMNOPQRSTUV", group: 8 },
  base16: { letters: "0123456789ABCDEF", group: 2 },
  base2msbf: { letters: "01", group: 8 },
  base2lsbf: { letters: "01", group: 8, isReversed: true },
} as const satisfies Readonly<Record<string, Alphabet>>;

const OPTIONS: readonly Option[] = [
  { name: "decode", short: "d", alsoShort: ["D"], help: "decode data" },
  { name: "ignore-garbage", short: "i", help: "when decoding, ignore non-alphabet characters" },
  {
    name: "wrap",
    short: "w",
    argument: "COLS",
    help: "wrap encoded lines after COLS character (default 76). Use 0 to disable line wrapping",
  },
];

/** base64(1). */
export const base64 = command("base64", ALPHABETS.base64);
/** base32(1). */
export const base32 = command("base32", ALPHABETS.base32);

function command(name: string, alphabet: Alphabet): Command {
  return {
    name,
    package: "coreutils",
    style: "gnu",
    usage: [`${name} [OPTION]... [FILE]`],
    about: `Base${name.slice(4)} encode or decode FILE, or standard input, to standard output.`,
    options: OPTIONS,
    completes: "files",
    run: (proc, options) => convert(proc, options, alphabet),
  };
}

/** basenc(1). */
export const basenc: Command = {
  name: "basenc",
  package: "coreutils",
  style: "gnu",
  usage: ["basenc [OPTION]... [FILE]"],
  about: "Encode or decode FILE, or standard input, to standard output.",
  options: [
    { name: "base64", help: "same as 'base64' program (RFC4648 section 4)" },
    { name: "base64url", help: "file- and url-safe base64 (RFC4648 section 5)" },
    { name: "base32", help: "same as 'base32' program (RFC4648 section 6)" },
    { name: "base32hex", help: "extended hex alphabet base32 (RFC4648 section 7)" },
    { name: "base16", help: "hex encoding (RFC4648 section 8)" },
    { name: "base2msbf", help: "bit string with most significant bit (msb) first" },
    { name: "base2lsbf", help: "bit string with least significant bit (lsb) first" },
    { name: "z85", help: "ascii85-like encoding (ZeroMQ spec:32/Z85)", fidelity: "unbuilt" },
    ...OPTIONS,
  ],
  completes: "files",
  *run(proc, options) {
    const chosen = options.order.findLast(({ name }) => name in ALPHABETS)?.name;
    if (chosen === undefined) throw new UsageError("missing encoding type");
    return yield* convert(proc, options, ALPHABETS[chosen as keyof typeof ALPHABETS]);
  },
};

function* convert(proc: Process, options: ParsedOptions, alphabet: Alphabet): Run<ExitStatus> {
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
  const isDecoding = options.has("decode");
  const encoder = new Encoder(alphabet, Number(wrap));
  const decoder = new Decoder(alphabet, options.has("ignore-garbage"));
  try {
    for (;;) {
      let block: Uint8Array;
      try {
        block = yield* readBlock(proc, fd);
      } catch (error) {
        throw new Failure(`read error: ${reason(error)}`);
      }
      if (block.length === 0) break;
      yield* out.print(isDecoding ? decoder.add(block) : encoder.add(block));
      if (decoder.isInvalid) break;
    }
  } finally {
    closeInput(proc, fd);
  }
  if (!isDecoding) yield* out.print(encoder.end());
  else if (!decoder.isComplete) {
    yield* out.flush();
    yield* warn(proc, "invalid input");
    return 1;
  }
  return 0;
}

function bitsOf({ letters }: Alphabet): number {
  return Math.log2(letters.length);
}

/** The bits of a byte in the other order. */
function reversed(byte: number): number {
  let out = 0;
  for (let bit = 0; bit < 8; bit++) out |= ((byte >> bit) & 1) << (7 - bit);
  return out;
}

class Encoder {
  readonly #alphabet: Alphabet;
  readonly #bits: number;
  readonly #wrap: number;
  #held = 0;
  #heldBits = 0;
  #count = 0;
  #column = 0;

  constructor(alphabet: Alphabet, wrap: number) {
    this.#alphabet = alphabet;
    this.#bits = bitsOf(alphabet);
    this.#wrap = wrap;
  }

  add(block: Uint8Array): string {
    const { letters, isReversed } = this.#alphabet;
    const parts: string[] = [];
    for (const byte of block) {
      this.#held = ((this.#held << 8) | (isReversed === true ? reversed(byte) : byte)) & 0xffff;
      this.#heldBits += 8;
      while (this.#heldBits >= this.#bits) {
        this.#heldBits -= this.#bits;
        parts.push(letters[(this.#held >> this.#heldBits) & (letters.length - 1)] ?? "");
      }
    }
    this.#count += parts.length;
    return this.#wrapped(parts.join(""));
  }

  /** What is left, filled up to a group. */
  end(): string {
    const { letters, group } = this.#alphabet;
    let text = "";
    if (this.#heldBits > 0) text = letters[(this.#held << (this.#bits - this.#heldBits)) & (letters.length - 1)] ?? "";
    const count = this.#count + text.length;
    text = this.#wrapped(text + "=".repeat((group - (count % group)) % group));
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

class Decoder {
  readonly #alphabet: Alphabet;
  readonly #bits: number;
  readonly #ignoreGarbage: boolean;
  #held = 0;
  #heldBits = 0;
  #count = 0;
  #padding = 0;
  isInvalid = false;

  constructor(alphabet: Alphabet, ignoreGarbage: boolean) {
    this.#alphabet = alphabet;
    this.#bits = bitsOf(alphabet);
    this.#ignoreGarbage = ignoreGarbage;
  }

  /** Whether the input may end here. What is left of a group without its padding is given, and taken for no error unless it is a letter alone. */
  get isComplete(): boolean {
    return !this.isInvalid && this.#padding === 0 && (this.#alphabet.group === 4 ? this.#count !== 1 : this.#count === 0);
  }

  /** The bytes that a block completes; it ends where the input is not as it should be. */
  add(block: Uint8Array): Uint8Array {
    const { letters, group, isReversed } = this.#alphabet;
    const out: number[] = [];
    for (const byte of block) {
      if (byte === 10) continue;
      const value = byte > 127 ? -1 : letters.indexOf(String.fromCharCode(byte));
      if (byte === 61 && this.#count >= 2 && group !== 2) this.#padding++;
      else if (value < 0) {
        if (this.#ignoreGarbage) continue;
        this.isInvalid = true;
        break;
      } else if (this.#padding > 0) {
        this.isInvalid = true;
        break;
      } else {
        this.#held = ((this.#held << this.#bits) | value) & 0xffff;
        this.#heldBits += this.#bits;
        this.#count++;
        if (this.#heldBits >= 8) {
          this.#heldBits -= 8;
          const whole = (this.#held >> this.#heldBits) & 255;
          out.push(isReversed === true ? reversed(whole) : whole);
        }
      }
      if (this.#count + this.#padding === group) this.#count = this.#padding = this.#heldBits = 0;
    }
    return Uint8Array.from(out);
  }
}

/** Base64 on one line. */
export function encodeBase64(bytes: Uint8Array): string {
  const encoder = new Encoder(ALPHABETS.base64, 0);
  return encoder.add(bytes) + encoder.end();
}

/** What base64 stands for; undefined when it is none. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const decoder = new Decoder(ALPHABETS.base64, false);
  const bytes = decoder.add(encodeUtf8(text));
  return decoder.isComplete ? bytes : undefined;
}
