/** sed scripts: text to commands. Errors are in GNU sed's words. */
import { Pattern, PatternError } from "../../base/posix-pattern.ts";
import { replacementParts, withEscapes, type ReplacementPart } from "../substitution.ts";

export type Address =
  | { readonly kind: "line"; readonly line: number }
  | { readonly kind: "step"; readonly first: number; readonly step: number }
  | { readonly kind: "last" }
  /** Undefined: the pattern used last. */
  | { readonly kind: "pattern"; readonly pattern: Pattern | undefined; readonly source: string; readonly flags: string };

export type RangeEnd = Address | { readonly kind: "plus"; readonly count: number } | { readonly kind: "multiple"; readonly of: number };

export interface Substitution {
  readonly pattern: Pattern | undefined;
  /** The pattern as it was written, with characters for their escapes. */
  readonly source: string;
  /** The letters behind it, I and M as capitals. */
  readonly flags: string;
  readonly parts: readonly ReplacementPart[];
  readonly global: boolean;
  /** Replace from this match on (or only this one). */
  readonly number: number;
  readonly print: boolean;
  readonly evaluate: boolean;
  readonly file: string | undefined;
}

export interface SedCommand {
  readonly from: Address | undefined;
  readonly to: RangeEnd | undefined;
  readonly negated: boolean;
  readonly letter: string;
  /** Text of a, i, c; file of r, R, w, W; label of b, t, T, `:`; number of q, Q, l, L. */
  readonly argument: string;
  readonly substitution: Substitution | undefined;
  readonly translation: ReadonlyMap<string, string> | undefined;
  /** For `{`: where the block ends; for b, t, T: where to go. An index into the command list. */
  target: number;
}

/** Something is wrong with a script; the message follows "sed: ". */
export class ScriptError extends Error {
  readonly status: number;

  constructor(message: string, status = 1) {
    super(message);
    this.name = "ScriptError";
    this.status = status;
  }
}

export interface ScriptPart {
  readonly text: string;
  /** "-e expression #1" or a file's name. */
  readonly name: string;
  readonly isFile: boolean;
}

interface Reader {
  readonly text: string;
  readonly part: ScriptPart;
  at: number;
}

export interface Dialect {
  readonly extended: boolean;
  /** The locale's characters are bytes. */
  readonly bytes: boolean;
  /** Nothing but POSIX has: GNU's operators with a backslash are characters. */
  readonly posix: boolean;
  /** Commands that run programs or touch files are refused. */
  readonly sandbox: boolean;
}

/** Parses the parts of a script in their order, with labels resolved. */
export function parseScript(parts: readonly ScriptPart[], dialect: Dialect): readonly SedCommand[] {
  return new ScriptParser(dialect).parse(parts);
}

/** The release whose scripts are understood. */
const RELEASE = "4.9";

class ScriptParser {
  readonly #dialect: Dialect;
  readonly #commands: SedCommand[] = [];
  readonly #blocks: number[] = [];
  readonly #labels = new Map<string, number>();
  #reader: Reader = { text: "", part: { text: "", name: "", isFile: false }, at: 0 };

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  parse(parts: readonly ScriptPart[]): readonly SedCommand[] {
    parts.forEach((part, index) => {
      // `a\` at the end of one -e takes its text from the next.
      let { text } = part;
      if (/(?:^|[;{}\n!0-9$/ ])[aic]\\$/.test(text) && parts[index + 1] !== undefined) text += `\n${parts[index + 1]?.text ?? ""}`;
      else if (index > 0 && /(?:^|[;{}\n!0-9$/ ])[aic]\\$/.test(parts[index - 1]?.text ?? "")) return;
      this.#reader = { text, part, at: 0 };
      this.#part();
    });
    if (this.#blocks.length > 0) this.#fail("unmatched `{'", 0);
    for (const command of this.#commands) {
      if (!"btT".includes(command.letter)) continue;
      if (command.argument === "") command.target = this.#commands.length;
      else {
        const target = this.#labels.get(command.argument);
        if (target === undefined) throw new ScriptError(`can't find label for jump to \`${command.argument}'`, 4);
        command.target = target;
      }
    }
    return this.#commands;
  }

  #fail(message: string, position = this.#reader.at): never {
    const { part, text } = this.#reader;
    const where = part.isFile
      ? `file ${part.name} line ${String(text.slice(0, position).split("\n").length)}:`
      : `${part.name}, char ${String(position)}:`;
    throw new ScriptError(`${where} ${message}`);
  }

  #peek(): string | undefined {
    return this.#reader.text[this.#reader.at];
  }

  #take(): string | undefined {
    const character = this.#peek();
    if (character !== undefined) this.#reader.at++;
    return character;
  }

  #skip(pattern: RegExp): void {
    while (pattern.test(this.#peek() ?? "")) this.#reader.at++;
  }

  #part(): void {
    for (;;) {
      this.#skip(/[\s;]/);
      if (this.#peek() === undefined) return;
      if (this.#peek() === "#") {
        while (this.#peek() !== undefined && this.#peek() !== "\n") this.#reader.at++;
        continue;
      }
      this.#command();
    }
  }

  #command(): void {
    const from = this.#address();
    let to: RangeEnd | undefined;
    this.#skip(/[ \t]/);
    if (this.#peek() === ",") {
      if (from === undefined) {
        this.#reader.at++;
        this.#fail("unexpected `,'");
      }
      this.#reader.at++;
      this.#skip(/[ \t]/);
      to = this.#rangeEnd();
      if (to === undefined) this.#fail("unexpected `,'", this.#reader.at + 1);
    }
    if (from?.kind === "line" && from.line === 0 && to?.kind !== "pattern")
      this.#fail("invalid usage of line address 0", this.#reader.at + 1);
    this.#skip(/[ \t]/);
    let negated = false;
    while (this.#peek() === "!") {
      if (negated) {
        this.#reader.at++;
        this.#fail("multiple `!'s");
      }
      negated = true;
      this.#reader.at++;
      this.#skip(/[ \t]/);
    }
    const letter = this.#take();
    if (letter === undefined) this.#fail("missing command");
    const add = (more: Partial<SedCommand>): void => {
      this.#commands.push({ from, to, negated, letter, argument: "", substitution: undefined, translation: undefined, target: 0, ...more });
    };
    if (this.#dialect.sandbox && "erwRW".includes(letter)) this.#refuse();
    switch (letter) {
      case "{":
        this.#blocks.push(this.#commands.length);
        add({});
        return;
      case "}": {
        const start = this.#blocks.pop();
        if (start === undefined) this.#fail("unexpected `}'");
        if (from !== undefined) this.#fail("} doesn't want any addresses");
        const open = this.#commands[start];
        if (open !== undefined) open.target = this.#commands.length;
        add({});
        this.#end();
        return;
      }
      case "s":
        add({ substitution: this.#substitution() });
        return;
      case "y":
        add({ translation: this.#translation() });
        this.#end();
        return;
      case "a":
      case "i":
      case "c":
        add({ argument: this.#text(letter) });
        return;
      case ":": {
        if (from !== undefined) this.#fail(": doesn't want any addresses");
        const label = this.#label(true);
        if (label === "") this.#fail('":" lacks a label');
        this.#labels.set(label, this.#commands.length);
        add({ argument: label });
        return;
      }
      case "b":
      case "t":
      case "T":
        add({ argument: this.#label(false) });
        return;
      case "r":
      case "R":
      case "w":
      case "W": {
        const file = this.#fileName();
        if (file === "") this.#fail("missing filename in r/R/w/W commands");
        add({ argument: file });
        return;
      }
      case "q":
      case "Q":
      case "l":
      case "L": {
        if ((letter === "q" || letter === "Q") && to !== undefined) this.#fail("command only uses one address");
        this.#skip(/[ \t]/);
        let digits = "";
        while (/[0-9]/.test(this.#peek() ?? "")) digits += this.#take() ?? "";
        add({ argument: digits });
        this.#end();
        return;
      }
      case "e":
        add({ argument: this.#fileName() });
        return;
      case "v":
        if (isLater(this.#label(false))) this.#fail("expected newer version of sed");
        return;
      case "=":
      case "d":
      case "D":
      case "F":
      case "g":
      case "G":
      case "h":
      case "H":
      case "n":
      case "N":
      case "p":
      case "P":
      case "x":
      case "z":
        add({});
        this.#end();
        return;
      default:
        this.#fail(`unknown command: \`${letter}'`);
    }
  }

  #refuse(): never {
    this.#fail("e/r/w commands disabled in sandbox mode");
  }

  /** Only blanks, `;`, `}`, a comment or a new line may follow. */
  #end(): void {
    this.#skip(/[ \t]/);
    const next = this.#peek();
    if (next === undefined || next === "}" || next === "#") return;
    if (next === ";" || next === "\n") {
      this.#reader.at++;
      return;
    }
    this.#reader.at++;
    this.#fail("extra characters after command");
  }

  #number(): number {
    let digits = "";
    while (/[0-9]/.test(this.#peek() ?? "")) digits += this.#take() ?? "";
    return Number(digits);
  }

  #address(): Address | undefined {
    const next = this.#peek() ?? "";
    if (/[0-9]/.test(next)) {
      const line = this.#number();
      this.#skip(/[ \t]/);
      if (this.#peek() !== "~") return { kind: "line", line };
      this.#reader.at++;
      const step = this.#number();
      return step === 0 ? { kind: "line", line } : { kind: "step", first: line, step };
    }
    if (next === "$") {
      this.#reader.at++;
      return { kind: "last" };
    }
    if (next !== "/" && next !== "\\") return undefined;
    this.#reader.at++;
    const delimiter = next === "\\" ? (this.#take() ?? "") : "/";
    const source = this.#delimited(delimiter, true);
    if (source === undefined) this.#fail("unterminated address regex");
    let flags = "";
    while (/[IM]/.test(this.#peek() ?? "")) flags += this.#take() ?? "";
    return { kind: "pattern", pattern: this.#pattern(source, flags), source: withEscapes(source, true), flags };
  }

  #rangeEnd(): RangeEnd | undefined {
    const next = this.#peek();
    if (next === "+" || next === "~") {
      this.#reader.at++;
      if (!/[0-9]/.test(this.#peek() ?? "")) this.#fail("expected number after +/~");
      const number = this.#number();
      return next === "+" ? { kind: "plus", count: number } : { kind: "multiple", of: number };
    }
    return this.#address();
  }

  /** Text up to the delimiter, which a backslash hides; undefined when it never comes. */
  #delimited(delimiter: string, isPattern: boolean): string | undefined {
    let text = "";
    for (;;) {
      const opensSet = isPattern && this.#peek() === "[" && delimiter !== "[";
      const set = opensSet
        ? /^\[\^?(?:\]|(?!\]))(?:\[[:.=][^\n]*?[:.=]\]|[^\]\n])*\]/.exec(this.#reader.text.slice(this.#reader.at))?.[0]
        : undefined;
      if (opensSet && set === undefined) {
        // A bracket that is never closed hides all that follows.
        while (this.#peek() !== undefined && this.#peek() !== "\n") this.#reader.at++;
        return undefined;
      }
      if (set !== undefined) {
        // Between brackets the delimiter is a character like any other.
        text += set;
        this.#reader.at += set.length;
        continue;
      }
      if (isPattern && this.#peek() === "\n") return undefined;
      const character = this.#take();
      if (character === undefined) return undefined;
      if (character === delimiter) return text;
      if (character === "\\") {
        const next = this.#take();
        if (next === undefined) return undefined;
        if (next === delimiter) text += this.#hidden(delimiter, isPattern);
        else text += `\\${next}`;
        continue;
      }
      text += character;
    }
  }

  /** What a delimiter behind a backslash stands for: itself, however special it is elsewhere. */
  #hidden(delimiter: string, isPattern: boolean): string {
    const special = isPattern ? (this.#dialect.extended ? /[.*[\]^$+?(){}|]/ : /[.*[\]^$]/) : /&/;
    return special.test(delimiter) || delimiter === "n" ? `\\${delimiter}` : delimiter;
  }

  #pattern(source: string, flags: string): Pattern | undefined {
    if (source === "") return undefined;
    try {
      const text = withEscapes(source, true);
      return Pattern.compile(this.#dialect.posix && !this.#dialect.extended ? withoutOperators(text) : text, {
        syntax: this.#dialect.extended ? "extended" : "basic",
        dialect: "sed",
        ignoreCase: flags.includes("I"),
        bytes: this.#dialect.bytes,
        multiline: flags.includes("M"),
      });
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      // This one comes from the matcher, which knows of no script.
      if (error.message.startsWith("character class syntax")) throw new ScriptError(error.message, 4);
      this.#fail(error.message);
    }
  }

  #substitution(): Substitution {
    const delimiter = this.#take();
    if (delimiter === undefined || delimiter === "\n" || delimiter === "\\") this.#fail("unterminated `s' command");
    const source = this.#delimited(delimiter, true);
    const replacement = source === undefined ? undefined : this.#delimited(delimiter, false);
    if (source === undefined || replacement === undefined) this.#fail("unterminated `s' command");
    let flags = "";
    let number = 0;
    let file: string | undefined;
    for (;;) {
      const next = this.#peek();
      if (next === undefined || next === "}" || next === "#") break;
      if (next === ";" || next === "\n") {
        this.#reader.at++;
        break;
      }
      this.#reader.at++;
      if (next === " " || next === "\t" || next === "\r") continue;
      if (/[0-9]/.test(next)) {
        if (number > 0) this.#fail("multiple number options to `s' command");
        this.#reader.at--;
        number = this.#number();
        if (number === 0) this.#fail("number option to `s' command may not be zero");
      } else if (next === "w") {
        if (this.#dialect.sandbox) this.#refuse();
        file = this.#fileName();
        if (file === "") this.#fail("missing filename in r/R/w/W commands");
        break;
      } else if (/[gpiIMme]/.test(next)) {
        if (next === "g" && flags.includes("g")) this.#fail("multiple `g' options to `s' command");
        if (next === "e" && this.#dialect.sandbox) this.#refuse();
        if (next === "p" && flags.includes("p")) this.#fail("multiple `p' options to `s' command");
        flags += /[im]/.test(next) ? next.toUpperCase() : next;
      } else this.#fail("unknown option to `s'");
    }
    const pattern = this.#pattern(source, flags);
    const parts = replacementParts(replacement);
    const highest = Math.max(0, ...parts.map((part) => ("group" in part ? part.group : 0)));
    if (pattern !== undefined && highest > pattern.groupCount) this.#fail(`invalid reference \\${String(highest)} on \`s' command's RHS`);
    return {
      pattern,
      source: withEscapes(source, true),
      flags,
      parts,
      global: flags.includes("g"),
      number: Math.max(1, number),
      print: flags.includes("p"),
      evaluate: flags.includes("e"),
      file,
    };
  }

  #translation(): ReadonlyMap<string, string> {
    const delimiter = this.#take();
    if (delimiter === undefined) this.#fail("unterminated `y' command");
    const read = (): string[] => {
      const text = this.#delimited(delimiter, false);
      if (text === undefined) this.#fail("unterminated `y' command");
      return [...withEscapes(text, false).replace(/\\(.)/gs, "$1")];
    };
    const from = read();
    const to = read();
    if (from.length !== to.length) this.#fail("strings for `y' command are different lengths", this.#reader.at);
    return new Map(from.map((character, index) => [character, to[index] ?? ""]));
  }

  #text(letter: string): string {
    this.#skip(/[ \t]/);
    if (this.#peek() === undefined) this.#fail("expected \\ after `a', `c' or `i'");
    if (this.#peek() === "\\") {
      this.#reader.at++;
      const before = this.#reader.at;
      this.#skip(/[ \t]/);
      if (this.#peek() === "\n") this.#reader.at++;
      else this.#reader.at = before;
      if (this.#peek() === undefined && letter !== "") return "";
    }
    let text = "";
    for (;;) {
      const character = this.#take();
      if (character === undefined || character === "\n") break;
      if (character === "\\") {
        const next = this.#take();
        if (next === undefined) break;
        text += /[afnrtv]/.test(next) ? withEscapes(`\\${next}`, false) : next;
      } else text += character;
    }
    return letter === "" ? text : text + "\n";
  }

  #label(isDefinition: boolean): string {
    this.#skip(/[ \t]/);
    let label = "";
    for (;;) {
      const next = this.#peek();
      if (
        next === undefined ||
        next === "\n" ||
        (next === ";" && !isDefinition) ||
        (next === "}" && !isDefinition) ||
        (isDefinition && next === ";")
      )
        break;
      label += next;
      this.#reader.at++;
    }
    return label.trim();
  }

  #fileName(): string {
    this.#skip(/[ \t]/);
    let name = "";
    for (let next = this.#take(); next !== undefined && next !== "\n"; next = this.#take()) name += next;
    return name;
  }
}

/** A pattern whose GNU operators, `\+`, `\?` and `\|`, are characters. */
function withoutOperators(source: string): string {
  return source.replace(/\[\^?\]?(?:\[[:.=][^\n]*?[:.=]\]|[^\]\n])*\]|\\([^])/g, (whole, character?: string) =>
    character !== undefined && "+?|".includes(character) ? character : whole,
  );
}

/** Whether a release, in numbers with dots, came after the one that this is. */
function isLater(release: string): boolean {
  if (release === "") return false;
  const [wanted, own] = [release, RELEASE].map((text) => text.split(".").map(Number));
  const at = wanted?.findIndex((number, index) => number !== (own?.[index] ?? 0)) ?? -1;
  return at >= 0 && !((wanted?.[at] ?? 0) < (own?.[at] ?? 0));
}
