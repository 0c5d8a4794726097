/** awk source as words. Whether a slash divides or begins a pattern is for the parser to say, which then asks for `regex`. */

export interface Token {
  readonly kind: "number" | "string" | "name" | "function name" | "word" | "operator" | "newline" | "end";
  /** The operator, keyword or name; a string's value with its escapes read. */
  readonly text: string;
  /** Where it begins and ends in the source. */
  readonly at: number;
  readonly end: number;
}

/** One source of the program: a -f file, or what stands on the command line. */
export interface Source {
  /** "cmd. line", or the file's name. */
  readonly name: string;
  readonly text: string;
}

/** The program is refused; the message has gawk's form without the program's name. */
export class AwkSyntaxError extends Error {}

/** Words that no variable may be called. */
const WORDS = new Set(
  "BEGIN BEGINFILE END ENDFILE break case continue default delete do else exit for func function getline if in next nextfile print printf return switch while".split(
    " ",
  ),
);

const OPERATORS = [
  ["**="],
  ["**", "^=", "+=", "-=", "*=", "/=", "%=", "==", "<=", ">=", "!=", "!~", "++", "--", "&&", "||", ">>", "|&"],
  [..."+-*/%^!<>|?:~$=,;(){}[]@"],
] as const;

const SAME = new Map([
  ["**", "^"],
  ["**=", "^="],
  ["func", "function"],
]);

const ESCAPES: Readonly<Record<string, string>> = { a: "\x07", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };

export class Lexer {
  readonly #source: Source;
  readonly #warnings: string[];
  readonly #blank = /(?:[ \t\r\f]|\\\r?\n|#.*)*/y;
  readonly #number = /(?:0[xX][0-9a-fA-F]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)?/y;
  readonly #name = /(?:[A-Za-z_][A-Za-z_0-9]*)?/y;

  constructor(source: Source, warnings: string[]) {
    this.#source = source;
    this.#warnings = warnings;
  }

  /** The word that begins at `from` or after blanks, comments and continued lines. */
  token(from: number): Token {
    const { text } = this.#source;
    const at = from + this.#match(this.#blank, from).length;
    const character = text[at];
    if (character === undefined) return { kind: "end", text: "", at, end: at };
    if (character === "\n") return { kind: "newline", text: "\n", at, end: at + 1 };
    if (character === '"') return this.#string(at);
    const number = this.#match(this.#number, at);
    if (number !== "") return { kind: "number", text: number, at, end: at + number.length };
    const name = this.#match(this.#name, at);
    if (name !== "") {
      const end = at + name.length;
      if (WORDS.has(name)) return { kind: "word", text: SAME.get(name) ?? name, at, end };
      return { kind: text[end] === "(" ? "function name" : "name", text: name, at, end };
    }
    for (const operators of OPERATORS) {
      const found = operators.find((operator) => text.startsWith(operator, at));
      if (found !== undefined) return { kind: "operator", text: SAME.get(found) ?? found, at, end: at + found.length };
    }
    if (character === "\\") throw this.error(at, "backslash not last character on line");
    throw this.error(at, `invalid char '${character}' in expression`);
  }

  /** What a sticky pattern that may be empty finds at `at`. */
  #match(pattern: RegExp, at: number): string {
    pattern.lastIndex = at;
    return pattern.exec(this.#source.text)?.[0] ?? "";
  }

  /** The pattern that begins at a slash. */
  regex(at: number): Token {
    const { text } = this.#source;
    let inSet = false;
    for (let end = at + 1; ; end++) {
      const character = text[end];
      if (character === undefined) throw this.error(at + 1, "unterminated regexp");
      if (character === "\n") throw this.error(at + 1, "unterminated regexp");
      if (character === "\\") end++;
      else if (inSet) {
        const first = text[end - 1] === "[" || (text[end - 1] === "^" && text[end - 2] === "[");
        if (character === "[" && text[end + 1] === ":") end = Math.max(end, text.indexOf(":]", end + 2) + 1);
        else if (character === "]" && !first) inSet = false;
      } else if (character === "[")
        inSet =
          text
            .slice(end + 1)
            .split("\n", 1)[0]
            ?.includes("]") ?? false;
      else if (character === "/") return { kind: "string", text: text.slice(at + 1, end), at, end: end + 1 };
    }
  }

  #string(at: number): Token {
    const { text } = this.#source;
    let end = at + 1;
    while (text[end] !== '"') {
      if (text[end] === undefined || text[end] === "\n") throw this.error(at, "unterminated string");
      end += text[end] === "\\" ? 2 : 1;
    }
    const value = unescapeString(text.slice(at + 1, end), (letter) =>
      this.#warnings.push(`${this.where(at)}: warning: escape sequence \`\\${letter}' treated as plain \`${letter}'`),
    );
    return { kind: "string", text: value, at, end: end + 1 };
  }

  /** The line, from 1, on which `at` stands. */
  #line(at: number): number {
    let line = 1;
    for (let from = this.#source.text.indexOf("\n"); from >= 0 && from < at; from = this.#source.text.indexOf("\n", from + 1)) line++;
    return line;
  }

  /** "cmd. line:1" */
  where(at: number): string {
    return `${this.#source.name}:${String(this.#line(at))}`;
  }

  /** The line with a mark under `at`, and what is wrong there. */
  error(at: number, what: string): AwkSyntaxError {
    const { text, name } = this.#source;
    let place = Math.min(at, text.length);
    // The end of the program is said to be where its last line ends.
    if (place === text.length) place = text.replace(/\n+$/, "").length;
    const start = text.lastIndexOf("\n", place - 1) + 1;
    const stop = text.indexOf("\n", place);
    const atNewline = text[at] === "\n";
    const prefix = `${name}:${String(this.#line(place) + (atNewline ? 1 : 0))}: `;
    const line = text.slice(start, stop < 0 ? text.length : stop);
    const before = text.slice(start, place).replace(/[^\t]/g, " ");
    return new AwkSyntaxError(`${prefix}${line}\n${prefix}${before}^ ${what}`);
  }
}

/** A string's escapes, as between quotes and in assignments on the command line. `unknown` hears of a letter that means nothing. */
export function unescapeString(text: string, unknown: (letter: string) => void = () => {}): string {
  if (!text.includes("\\")) return text;
  return text.replace(/\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|(\r?\n)|([^])|$)/gu, (whole, octal, hex, newline, letter) => {
    if (octal !== undefined) return String.fromCharCode(parseInt(octal as string, 8) & 255);
    if (hex !== undefined) return String.fromCharCode(parseInt(hex as string, 16));
    if (newline !== undefined) return "";
    if (letter === undefined) return whole;
    const known = ESCAPES[letter as string];
    if (known !== undefined) return known;
    if (letter === '"' || letter === "\\") return letter as string;
    // In a replacement text the backslash before & counts.
    if (letter === "&") return whole;
    unknown(letter as string);
    return letter as string;
  });
}
