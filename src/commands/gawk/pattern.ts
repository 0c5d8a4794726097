/** awk's regular expressions as the ones of POSIX that base/ runs. */
import { Pattern, PatternError } from "../../base/posix-pattern.ts";
import { Fatal } from "./values.ts";

/** Patterns kept compiled: a program has few, but a dynamic one may be another each time. */
const KEPT = 200;

/** Operators that keep their backslash. */
const OPERATORS = "BwWsS<>`'";
const ESCAPES: Readonly<Record<string, string>> = { a: "\x07", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };
const SPECIAL = "\\^$.[]|()*+?{}";

export class Patterns {
  readonly #kept = new Map<string, Pattern>();
  readonly #warn: (message: string) => void;
  readonly #bytes: boolean;
  ignoreCase = false;

  /** `warn` hears of escapes that mean nothing; with `bytes` every byte is a character. */
  constructor(warn: (message: string) => void, bytes: boolean) {
    this.#warn = warn;
    this.#bytes = bytes;
  }

  /** Throws `Fatal`. */
  get(source: string): Pattern {
    const key = this.ignoreCase ? `i${source}` : `c${source}`;
    let pattern = this.#kept.get(key);
    if (pattern === undefined) {
      try {
        pattern = Pattern.compile(posix(source, this.#warn), {
          syntax: "extended",
          dialect: "grep",
          ignoreCase: this.ignoreCase,
          bytes: this.#bytes,
        });
      } catch (error) {
        if (error instanceof PatternError) throw new Fatal(`invalid regexp: ${error.message}: /${source}/`);
        throw error;
      }
      if (this.#kept.size >= KEPT) this.#kept.clear();
      this.#kept.set(key, pattern);
    }
    return pattern;
  }
}

/** The pattern with the escapes that only awk reads turned into what they stand for. */
function posix(source: string, warn: (message: string) => void): string {
  let out = "";
  for (let at = 0; at < source.length; at++) {
    const character = source[at] ?? "";
    if (character === "[") {
      const set = bracket(source, at);
      out += set.text;
      at = set.end - 1;
    } else if (/[*+?]/.test(character) && (out === "" || /(?:^|[^\\])(?:\\\\)*[(|^]$/.test(out))) out += `\\${character}`;
    else if (character !== "\\") out += character;
    else {
      const escape = escaped(source, at);
      at = escape.end - 1;
      if (escape.operator === "y") out += "\\b";
      else if (escape.operator !== undefined) out += `\\${escape.operator}`;
      else {
        if (escape.unknown) warn(`regexp escape sequence \`\\${escape.character}' is not a known regexp operator`);
        out += SPECIAL.includes(escape.character) && escape.character !== "" ? `\\${escape.character}` : escape.character;
      }
    }
  }
  return out;
}

interface Escape {
  readonly end: number;
  readonly operator?: string;
  readonly character: string;
  readonly unknown: boolean;
}

/** What the backslash at `at` and what follows stand for. */
function escaped(source: string, at: number): Escape {
  const letter = String.fromCodePoint(source.codePointAt(at + 1) ?? 0x5c);
  const end = at + 1 + (at + 1 < source.length ? letter.length : 0);
  if (letter === "y" || OPERATORS.includes(letter)) return { end, operator: letter, character: "", unknown: false };
  const octal = /^[0-7]{1,3}/.exec(source.slice(at + 1, at + 4))?.[0];
  if (octal !== undefined) return { end: at + 1 + octal.length, character: String.fromCharCode(parseInt(octal, 8) & 255), unknown: false };
  const hex = /^x([0-9a-fA-F]{1,2})/.exec(source.slice(at + 1, at + 4))?.[1];
  if (hex !== undefined) return { end: at + 2 + hex.length, character: String.fromCharCode(parseInt(hex, 16)), unknown: false };
  const known = ESCAPES[letter];
  return { end, character: known ?? letter, unknown: known === undefined && /[A-Za-z0-9]/.test(letter) };
}

/** A set in brackets, in which awk, unlike POSIX, reads backslashes. */
function bracket(source: string, at: number): { readonly text: string; readonly end: number } {
  let out = "[";
  let end = at + 1;
  if (source[end] === "^") {
    out += "^";
    end++;
  }
  const first = end;
  while (end < source.length && (source[end] !== "]" || end === first)) {
    const named = /^\[([:.=])[^\]]*?\1\]/.exec(source.slice(end, end + 40))?.[0];
    if (named !== undefined) {
      out += named;
      end += named.length;
    } else if (source[end] === "\\") {
      const escape = escaped(source, end);
      const character = escape.operator ?? escape.character;
      // A collating element is itself, whatever it is.
      out += /[\]\\^[-]/.test(character) ? `[.${character}.]` : character;
      end = escape.end;
    } else out += source[end++] ?? "";
  }
  return { text: out + (source[end] ?? ""), end: end + 1 };
}
