/** Syntax of POSIX regular expressions as glibc's regcomp(3) and GNU grep read it. */
import { PatternError } from "./pattern-error.ts";

export interface PatternSyntax {
  readonly syntax: "basic" | "extended";
  /**
   * Whose reading of what POSIX leaves open. "posix": regcomp(3); "sed": regcomp, but a lone `)` is an error; "grep": lenient,
   * a `{` or `*` out of place is itself. "posix" unless said.
   */
  readonly dialect?: "posix" | "sed" | "grep";
}

export interface SetItem {
  readonly from: string;
  readonly to: string;
}

export type CharacterClass =
  "alpha" | "digit" | "alnum" | "upper" | "lower" | "space" | "blank" | "punct" | "print" | "graph" | "cntrl" | "xdigit" | "word";

export type Assertion = "line start" | "line end" | "word start" | "word end" | "word edge" | "not word edge" | "text start" | "text end";

export type Node =
  | { readonly kind: "character"; readonly character: string }
  | { readonly kind: "any" }
  | { readonly kind: "set"; readonly negated: boolean; readonly items: readonly SetItem[]; readonly classes: readonly CharacterClass[] }
  | { readonly kind: "assertion"; readonly what: Assertion }
  | { readonly kind: "group"; readonly index: number; readonly node: Node }
  | { readonly kind: "back reference"; readonly index: number }
  | { readonly kind: "repeat"; readonly node: Node; readonly min: number; readonly max: number }
  | { readonly kind: "sequence"; readonly nodes: readonly Node[] }
  | { readonly kind: "alternatives"; readonly nodes: readonly Node[] };

export interface ParsedPattern {
  readonly node: Node;
  readonly groupCount: number;
  readonly warnings: readonly string[];
}

const CLASSES: readonly string[] = [
  "alpha",
  "digit",
  "alnum",
  "upper",
  "lower",
  "space",
  "blank",
  "punct",
  "print",
  "graph",
  "cntrl",
  "xdigit",
];
/** RE_DUP_MAX of glibc. */
const MOST_REPEATS = 32767;

/** Groups are numbered from `firstGroup` + 1; back-references in `source` count from 1 of their own. */
export function parsePattern(source: string, syntax: PatternSyntax, firstGroup = 0): ParsedPattern {
  return new Parser(source, syntax, firstGroup).parse();
}

class Parser {
  readonly #source: readonly string[];
  readonly #extended: boolean;
  readonly #dialect: "posix" | "sed" | "grep";
  readonly #firstGroup: number;
  readonly #warnings: string[] = [];
  readonly #closed = new Set<number>();
  #at = 0;
  #groups = 0;
  #depth = 0;

  constructor(source: string, syntax: PatternSyntax, firstGroup: number) {
    this.#source = [...source];
    this.#extended = syntax.syntax === "extended";
    this.#dialect = syntax.dialect ?? "posix";
    this.#firstGroup = firstGroup;
  }

  parse(): ParsedPattern {
    const node = this.#alternatives();
    if (this.#at < this.#source.length) throw new PatternError("Unmatched ) or \\)");
    return { node, groupCount: this.#groups, warnings: this.#warnings };
  }

  #alternatives(): Node {
    const nodes = [this.#sequence()];
    while (this.#atOperator("|")) {
      this.#at += this.#extended ? 1 : 2;
      nodes.push(this.#sequence());
    }
    const [only] = nodes;
    return nodes.length === 1 && only !== undefined ? only : { kind: "alternatives", nodes };
  }

  /** Whether `(`, `)`, `|`, `{` stand here as operators: bare when extended, behind a backslash when basic. */
  #atOperator(operator: string): boolean {
    if (this.#extended) return this.#source[this.#at] === operator;
    return this.#source[this.#at] === "\\" && this.#source[this.#at + 1] === operator;
  }

  #sequence(): Node {
    const nodes: Node[] = [];
    const start = this.#at;
    while (this.#at < this.#source.length && !this.#atOperator("|")) {
      if (this.#atOperator(")")) {
        if (this.#depth > 0) break;
        if (!this.#extended || this.#dialect === "sed") throw new PatternError("Unmatched ) or \\)");
      }
      nodes.push(this.#repeated(this.#atom(start, nodes)));
    }
    const [only] = nodes;
    return nodes.length === 1 && only !== undefined ? only : { kind: "sequence", nodes };
  }

  /** What may follow an atom: `*`, `+`, `?`, `{m,n}`, any number of them. */
  #repeated(atom: Node): Node {
    let node = atom;
    if (!this.#extended && atom.kind === "assertion" && atom.what === "line start") return atom;
    for (;;) {
      const character = this.#source[this.#at];
      const next = this.#source[this.#at + 1];
      if (character === "*") {
        this.#at++;
        node = { kind: "repeat", node, min: 0, max: Infinity };
      } else if (this.#extended ? character === "+" || character === "?" : character === "\\" && (next === "+" || next === "?")) {
        const operator = this.#extended ? character : next;
        this.#at += this.#extended ? 1 : 2;
        node = operator === "+" ? { kind: "repeat", node, min: 1, max: Infinity } : { kind: "repeat", node, min: 0, max: 1 };
      } else if (this.#atOperator("{")) {
        const bounds = this.#bounds();
        if (bounds === undefined) return node;
        node = { kind: "repeat", node, ...bounds };
      } else return node;
    }
  }

  /** `{m}`, `{m,}`, `{,n}`, `{m,n}`; undefined when grep takes the brace as itself. */
  #bounds(): { readonly min: number; readonly max: number } | undefined {
    const lenient = this.#extended && this.#dialect === "grep";
    const close = this.#extended ? "}" : "\\}";
    const rest = this.#source.slice(this.#at + (this.#extended ? 1 : 2)).join("");
    const found = /^([0-9]*)(,?)([0-9]*)/.exec(rest);
    const [inside = "", min = "", comma = "", max = ""] = found ?? [];
    if (!rest.slice(inside.length).startsWith(close) || inside === "") {
      if (lenient) return undefined;
      if (rest.length === inside.length || (inside !== "" && !rest.includes(close))) throw new PatternError("Unmatched \\{");
      throw new PatternError("Invalid content of \\{\\}");
    }
    const low = min === "" ? 0 : Number(min);
    const high = comma === "" ? low : max === "" ? Infinity : Number(max);
    if (low > high) throw new PatternError("Invalid content of \\{\\}");
    if (low > MOST_REPEATS || (high !== Infinity && high > MOST_REPEATS)) throw new PatternError("Regular expression too big");
    this.#at += (this.#extended ? 1 : 2) + [...inside].length + close.length;
    return { min: low, max: high };
  }

  #atom(start: number, before: readonly Node[]): Node {
    const character = this.#source[this.#at] ?? "";
    const first = this.#at === start;
    if (this.#atOperator("(")) return this.#group();
    switch (character) {
      case ".":
        this.#at++;
        return { kind: "any" };
      case "[":
        return this.#set();
      case "^":
        if (this.#extended || first) return this.#assertion("line start", 1);
        break;
      case "$":
        if (this.#extended || this.#endsSequence()) return this.#assertion("line end", 1);
        break;
      case "*":
      case "+":
      case "?":
        if (!this.#extended) break;
        if (this.#dialect !== "grep") throw new PatternError("Invalid preceding regular expression");
        // grep repeats the nothing before it.
        this.#warnings.push(`${character} at start of expression`);
        this.#at++;
        return { kind: "sequence", nodes: [] };
      case "{":
        if (this.#extended && this.#dialect !== "grep") throw new PatternError("Invalid preceding regular expression");
        break;
      case "\\":
        return this.#escape(before);
    }
    this.#at++;
    return { kind: "character", character };
  }

  #endsSequence(): boolean {
    const next = this.#source[this.#at + 1];
    if (next === undefined) return true;
    const after = this.#source[this.#at + 2];
    return next === "\\" && (after === ")" || after === "|");
  }

  #assertion(what: Assertion, length: number): Node {
    this.#at += length;
    return { kind: "assertion", what };
  }

  #group(): Node {
    this.#at += this.#extended ? 1 : 2;
    const index = ++this.#groups;
    this.#depth++;
    const node = this.#alternatives();
    this.#depth--;
    if (!this.#atOperator(")")) throw new PatternError("Unmatched ( or \\(");
    this.#at += this.#extended ? 1 : 2;
    this.#closed.add(index);
    return { kind: "group", index: this.#firstGroup + index, node };
  }

  #escape(before: readonly Node[]): Node {
    const letter = this.#source[this.#at + 1];
    if (letter === undefined) throw new PatternError("Trailing backslash");
    const assertions: Readonly<Record<string, Assertion>> = {
      "<": "word start",
      ">": "word end",
      b: "word edge",
      B: "not word edge",
      "`": "text start",
      "'": "text end",
    };
    const assertion = assertions[letter];
    if (assertion !== undefined) return this.#assertion(assertion, 2);
    if (!this.#extended && letter === "{" && before.length === 0) {
      throw new PatternError("Invalid preceding regular expression");
    }
    this.#at += 2;
    switch (letter) {
      case "w":
      case "W":
        return { kind: "set", negated: letter === "W", items: [], classes: ["word"] };
      case "s":
      case "S":
        return { kind: "set", negated: letter === "S", items: [], classes: ["space"] };
    }
    if (letter >= "1" && letter <= "9") {
      const index = Number(letter);
      if (!this.#closed.has(index)) throw new PatternError("Invalid back reference");
      return { kind: "back reference", index: this.#firstGroup + index };
    }
    if (/[A-Za-z]/.test(letter)) this.#warnings.push(`stray \\ before ${letter}`);
    return { kind: "character", character: letter };
  }

  #set(): Node {
    const unmatched = "Unmatched [, [^, [:, [., or [=";
    if (this.#at + 1 >= this.#source.length && this.#dialect === "grep") throw new PatternError("Invalid regular expression");
    this.#at++;
    const negated = this.#source[this.#at] === "^";
    if (negated) this.#at++;
    const items: SetItem[] = [];
    const classes: CharacterClass[] = [];
    const start = this.#at;
    for (;;) {
      const character = this.#source[this.#at];
      if (character === undefined) throw new PatternError(unmatched);
      if (character === "]" && this.#at > start) break;
      const kind = this.#source[this.#at + 1];
      if (character === "[" && kind === ":") {
        const name = this.#named(":", unmatched);
        if (!CLASSES.includes(name)) throw new PatternError("Invalid character class name");
        classes.push(name as CharacterClass);
        continue;
      }
      const from = this.#element(unmatched);
      if (this.#source[this.#at] === "-" && this.#source[this.#at + 1] !== "]" && this.#source[this.#at + 1] !== undefined) {
        this.#at++;
        const to = this.#element(unmatched);
        if ((from.codePointAt(0) ?? 0) > (to.codePointAt(0) ?? 0)) throw new PatternError("Invalid range end");
        items.push({ from, to });
      } else items.push({ from, to: from });
    }
    const inside = this.#source.slice(start, this.#at);
    if (this.#dialect !== "posix" && !negated && inside.length > 2 && inside[0] === ":" && inside.at(-1) === ":") {
      throw new PatternError("character class syntax is [[:space:]], not [:space:]");
    }
    this.#at++;
    return { kind: "set", negated, items, classes };
  }

  /** One member of a set: a character, `[.x.]` or `[=x=]`. */
  #element(unmatched: string): string {
    const character = this.#source[this.#at] ?? "";
    const kind = this.#source[this.#at + 1];
    if (character === "[" && (kind === "." || kind === "=")) {
      const name = this.#named(kind, unmatched);
      if ([...name].length !== 1) throw new PatternError("Invalid collation character");
      return name;
    }
    this.#at++;
    return character;
  }

  /** The text in `[:…:]` and its like. */
  #named(mark: string, unmatched: string): string {
    let end = this.#at + 2;
    while (end + 1 < this.#source.length && !(this.#source[end] === mark && this.#source[end + 1] === "]")) end++;
    if (end + 1 >= this.#source.length) throw new PatternError(unmatched);
    const name = this.#source.slice(this.#at + 2, end).join("");
    this.#at = end + 2;
    return name;
  }
}
