import { decodeUtf8, encodeUtf8 } from "../../base/utf8.ts";
import type { Command } from "../command.ts";
import { Failure, warn } from "../complain.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { curly } from "../quote.ts";
import { readBlock } from "../text-io.ts";

/** tr(1). Works on bytes, as the real one does. */
export const tr: Command = {
  name: "tr",
  package: "coreutils",
  style: "gnu-posix",
  usage: ["tr [OPTION]... STRING1 [STRING2]"],
  about: "Translate, squeeze, and/or delete characters from standard input, writing to standard output.",
  options: [
    { name: "complement", short: "c", alsoShort: ["C"], help: "use the complement of STRING1" },
    { name: "delete", short: "d", help: "delete characters in STRING1, do not translate" },
    {
      name: "squeeze-repeats",
      short: "s",
      help: "replace each sequence of a repeated character that is listed in the last specified ARRAY, with a single occurrence of that character",
    },
    { name: "truncate-set1", short: "t", help: "first truncate STRING1 to length of STRING2" },
  ],
  *run(proc, options) {
    const [first, second, extra] = options.operands;
    const remove = options.has("delete");
    const squeeze = options.has("squeeze-repeats");
    if (first === undefined) throw new UsageError("missing operand");
    const twoNeeded = remove === squeeze;
    if (second === undefined && twoNeeded) {
      throw new UsageError(
        `missing operand after ${curly(first)}\n${remove ? "Two strings must be given when both deleting and squeezing repeats." : "Two strings must be given when translating."}`,
      );
    }
    if (second !== undefined && remove && !squeeze)
      throw new UsageError(`extra operand ${curly(second)}\nOnly one string may be given when deleting without squeezing repeats.`);
    if (extra !== undefined) throw new UsageError(`extra operand ${curly(extra)}`);
    for (const set of [first, second ?? ""])
      if (/^(?:[^\\]|\\[^])*\\$/.test(set)) yield* warn(proc, "warning: an unescaped backslash at end of string is not portable");
    let from = expandSet(first, undefined);
    const classes = classNames(first);
    if (options.has("complement")) {
      const given = new Set(from);
      from = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => !given.has(byte));
    }
    const translate = !remove && second !== undefined;
    let to = second === undefined ? [] : expandSet(second, translate ? from.length : undefined);
    if (translate) {
      for (const name of classNames(second)) {
        if (name !== "upper" && name !== "lower")
          throw new Failure("when translating, the only character classes that may appear in\nstring2 are 'upper' and 'lower'");
        if (!classes.includes("upper") && !classes.includes("lower")) throw new Failure("misaligned [:upper:] and/or [:lower:] construct");
      }
      if (to.length === 0) throw new Failure("when not truncating set1, string2 must be non-empty");
      if (options.has("truncate-set1")) from = from.slice(0, to.length);
      else while (to.length < from.length) to.push(to.at(-1) ?? 0);
    }
    const map = Array.from({ length: 256 }, (_, byte) => byte);
    if (translate) from.forEach((byte, index) => (map[byte] = to[index] ?? byte));
    const deleted = new Uint8Array(256);
    if (remove) for (const byte of from) deleted[byte] = 1;
    const squeezed = new Uint8Array(256);
    if (squeeze) for (const byte of second === undefined ? from : to) squeezed[byte] = 1;
    to = [];
    let last = -1;
    for (;;) {
      const block = yield* readBlock(proc, 0);
      if (block.length === 0) return 0;
      const result = new Uint8Array(block.length);
      let length = 0;
      for (const byte of block) {
        if (deleted[byte] === 1) continue;
        const changed = map[byte] ?? byte;
        if (squeezed[changed] === 1 && changed === last) continue;
        last = changed;
        result[length++] = changed;
      }
      yield* stdout(proc).print(result.subarray(0, length));
    }
  },
};

function classNames(set: string): string[] {
  return [...set.matchAll(/\[:([a-z]+):\]/g)].map((found) => found[1] ?? "");
}

const CLASSES: Readonly<Record<string, (byte: number) => boolean>> = {
  alnum: (byte) => /[A-Za-z0-9]/.test(ascii(byte)),
  alpha: (byte) => /[A-Za-z]/.test(ascii(byte)),
  blank: (byte) => byte === 32 || byte === 9,
  cntrl: (byte) => byte < 32 || byte === 127,
  digit: (byte) => byte >= 48 && byte <= 57,
  graph: (byte) => byte > 32 && byte < 127,
  lower: (byte) => byte >= 97 && byte <= 122,
  print: (byte) => byte >= 32 && byte < 127,
  punct: (byte) => byte > 32 && byte < 127 && !/[A-Za-z0-9]/.test(ascii(byte)),
  space: (byte) => byte === 32 || (byte >= 9 && byte <= 13),
  upper: (byte) => byte >= 65 && byte <= 90,
  xdigit: (byte) => /[0-9A-Fa-f]/.test(ascii(byte)),
};

function ascii(byte: number): string {
  return byte < 128 ? String.fromCharCode(byte) : "";
}

const ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, "\\": 92 };

interface Token {
  readonly byte: number;
  readonly escaped: boolean;
}

/** The bytes that a SET names. `length`: how many are wanted, for `[c*]`. */
function expandSet(set: string, length: number | undefined): number[] {
  const tokens = tokenize(set);
  const out: number[] = [];
  let fill: { readonly at: number; readonly byte: number } | undefined;
  const plain = (index: number, character: string): boolean => tokens[index]?.byte === character.charCodeAt(0) && !tokens[index].escaped;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    if (plain(i, "[") && (plain(i + 1, ":") || plain(i + 1, "="))) {
      const mark = plain(i + 1, ":") ? ":" : "=";
      let end = i + 2;
      while (end < tokens.length && !(plain(end, mark) && plain(end + 1, "]"))) end++;
      if (end < tokens.length && end > i + 2) {
        const name = decodeUtf8(Uint8Array.from(tokens.slice(i + 2, end).map((inside) => inside.byte)));
        if (mark === "=") {
          if (end !== i + 3) throw new Failure(`${name}: equivalence class operand must be a single character`);
          out.push(tokens[i + 2]?.byte ?? 0);
        } else {
          const holds = CLASSES[name];
          if (holds === undefined) throw new Failure(`invalid character class ${curly(name)}`);
          for (let byte = 0; byte < 256; byte++) if (holds(byte)) out.push(byte);
        }
        i = end + 1;
        continue;
      }
    }
    if (plain(i, "[") && plain(i + 2, "*")) {
      let end = i + 3;
      while (end < tokens.length && /[0-9]/.test(ascii(tokens[end]?.byte ?? 0))) end++;
      if (!plain(end, "]")) {
        let close = end;
        while (close < tokens.length && !plain(close, "]")) close++;
        if (close < tokens.length) {
          const count = decodeUtf8(Uint8Array.from(tokens.slice(i + 3, close).map((inside) => inside.byte)));
          throw new Failure(`invalid repeat count ${curly(count)} in [c*n] construct`);
        }
      } else {
        const digits = tokens
          .slice(i + 3, end)
          .map((inside) => ascii(inside.byte))
          .join("");
        const count = digits === "" ? 0 : parseInt(digits, digits.startsWith("0") ? 8 : 10);
        const byte = tokens[i + 1]?.byte ?? 0;
        if (count === 0) fill = { at: out.length, byte };
        else for (let k = 0; k < count; k++) out.push(byte);
        i = end;
        continue;
      }
    }
    if (plain(i + 1, "-") && i + 2 < tokens.length) {
      const to = tokens[i + 2]?.byte ?? 0;
      if (to < token.byte)
        throw new Failure(`range-endpoints of '${ascii(token.byte)}-${ascii(to)}' are in reverse collating sequence order`);
      for (let byte = token.byte; byte <= to; byte++) out.push(byte);
      i += 2;
      continue;
    }
    out.push(token.byte);
  }
  if (fill !== undefined) out.splice(fill.at, 0, ...new Array<number>(Math.max(0, (length ?? 0) - out.length)).fill(fill.byte));
  return out;
}

function tokenize(set: string): readonly Token[] {
  const bytes = [...encodeUtf8(set)];
  const tokens: Token[] = [];
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    if (byte !== 92 || i + 1 >= bytes.length) {
      tokens.push({ byte, escaped: false });
      continue;
    }
    const octal = /^[0-7]{1,3}/.exec(decodeUtf8(Uint8Array.from(bytes.slice(i + 1, i + 4))))?.[0];
    if (octal !== undefined) {
      const digits = parseInt(octal, 8) > 255 ? octal.slice(0, 2) : octal;
      tokens.push({ byte: parseInt(digits, 8), escaped: true });
      i += digits.length;
    } else {
      const letter = bytes[++i] ?? 0;
      tokens.push({ byte: ESCAPES[ascii(letter)] ?? letter, escaped: true });
    }
  }
  return tokens;
}
