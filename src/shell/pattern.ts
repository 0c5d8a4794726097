/**
 * Shell patterns: `*`, `?`, `[…]` and, with extglob, `?(…) *(…) +(…) @(…) !(…)`.
 *
 * A pattern's text has every literal special character escaped by a backslash (that is what quoting becomes).
 * Matching never backtracks: it carries the set of positions at which the pattern so far may end, so its time is
 * bounded by pattern times text.
 */

/** How a pattern is read and compared. */
export interface PatternOptions {
  readonly extglob?: boolean;
  readonly ignoreCase?: boolean;
}

type Element =
  | { readonly kind: "char"; readonly char: string }
  | { readonly kind: "any" }
  | { readonly kind: "star" }
  | { readonly kind: "set"; readonly negated: boolean; readonly tests: readonly SetTest[] }
  | { readonly kind: "group"; readonly operator: string; readonly alternatives: readonly (readonly Element[])[] };

type SetTest = (char: string) => boolean;

/** Characters that mean something in a pattern; `escapePattern` puts a backslash before them. */
const SPECIAL = /[\\*?[\]!^+@()|-]/g;

/** `text` as a pattern that matches only itself. */
export function escapePattern(text: string): string {
  return text.replace(SPECIAL, "\\$&");
}

/** Whether unquoted `text` holds anything that makes it a pattern (so that pathname expansion is tried). A backslash that an expansion brought takes the meaning away. */
export function hasPatternCharacters(text: string, extglob: boolean): boolean {
  const active = text.includes("\\") ? text.replace(/\\[\s\S]/g, "") : text;
  return /[*?[]/.test(active) || (extglob && /[?*+@!]\(/.test(active));
}

/** The text that a pattern without active specials stands for. */
export function unescapePattern(pattern: string): string {
  return pattern.replace(/\\([\s\S])/g, "$1");
}

export class Pattern {
  readonly #elements: readonly Element[];
  readonly #reversed: readonly Element[];
  readonly #simple: boolean;
  readonly #ignoreCase: boolean;
  /** The text that it is, when nothing in it is special. */
  readonly #literal: string | undefined;
  /** Whether it is one character, of several. */
  readonly #isOneCharacter: boolean;

  constructor(text: string, options: PatternOptions = {}) {
    this.#ignoreCase = options.ignoreCase === true;
    const parser = new PatternParser(this.#ignoreCase ? text.toLowerCase() : text, options.extglob !== false);
    this.#elements = parser.sequence("");
    this.#reversed = reverse(this.#elements);
    this.#simple = this.#elements.every((element) => element.kind !== "group");
    const chars = this.#elements.map((element) => (element.kind === "char" ? element.char : undefined));
    // A byte that is no character must not be found within one.
    const isPlain = !this.#ignoreCase && chars.every((char) => char !== undefined && !/^[\ud800-\udfff]$/.test(char));
    this.#literal = isPlain ? chars.join("") : undefined;
    const [first] = this.#elements;
    this.#isOneCharacter = !this.#ignoreCase && this.#elements.length === 1 && (first?.kind === "set" || first?.kind === "any");
  }

  /** Whether all of `text` matches. */
  matches(text: string): boolean {
    const chars = this.#chars(text);
    return this.#simple ? matchSimple(this.#elements, chars) : step(this.#elements, chars, startAt(chars, 0))[chars.length] === 1;
  }

  /** Length in UTF-16 units of the shortest or longest prefix of `text` that matches, or undefined. */
  prefix(text: string, which: "shortest" | "longest"): number | undefined {
    return this.#endFrom(this.#elements, this.#chars(text), 0, which);
  }

  /** Length of the shortest or longest suffix that matches, or undefined. */
  suffix(text: string, which: "shortest" | "longest"): number | undefined {
    return this.#endFrom(this.#reversed, this.#chars(text).reverse(), 0, which);
  }

  /** The longest match in `text` that starts at or after `from` (leftmost first), as a range, or undefined. */
  find(text: string, from: number): { readonly start: number; readonly end: number } | undefined {
    if (this.#literal !== undefined) {
      const start = text.indexOf(this.#literal, from);
      return start < 0 ? undefined : { start, end: start + this.#literal.length };
    }
    if (this.#isOneCharacter) {
      for (let start = from; start < text.length;) {
        const char = String.fromCodePoint(text.codePointAt(start) ?? 0);
        if (matchSimple(this.#elements, [char])) return { start, end: start + char.length };
        start += char.length;
      }
      return undefined;
    }
    const head = text.slice(0, from);
    const chars = this.#chars(text.slice(from));
    let at = head.length;
    for (let i = 0; i <= chars.length; i++) {
      if (this.#mayStart(chars[i])) {
        const length = this.#endFrom(this.#elements, chars, i, "longest");
        if (length !== undefined) return { start: at, end: at + length };
      }
      at += chars[i]?.length ?? 0;
    }
    return undefined;
  }

  #mayStart(char: string | undefined): boolean {
    const first = this.#elements[0];
    return first?.kind !== "char" || first.char === char;
  }

  #chars(text: string): string[] {
    return Array.from(this.#ignoreCase ? text.toLowerCase() : text);
  }

  #endFrom(elements: readonly Element[], chars: readonly string[], start: number, which: "shortest" | "longest"): number | undefined {
    const ends = step(elements, chars, startAt(chars, start));
    const end = which === "shortest" ? ends.indexOf(1) : ends.lastIndexOf(1);
    if (end < 0) return undefined;
    let length = 0;
    for (let i = start; i < end; i++) length += chars[i]?.length ?? 0;
    return length;
  }
}

function startAt(chars: readonly string[], position: number): Uint8Array {
  const set = new Uint8Array(chars.length + 1);
  set[position] = 1;
  return set;
}

/** The positions reachable from `from` by matching all of `elements`. */
function step(elements: readonly Element[], chars: readonly string[], from: Uint8Array): Uint8Array {
  let positions = from;
  for (const element of elements) positions = stepOne(element, chars, positions);
  return positions;
}

function stepOne(element: Element, chars: readonly string[], from: Uint8Array): Uint8Array {
  const out = new Uint8Array(from.length);
  if (element.kind === "star") {
    const first = from.indexOf(1);
    if (first >= 0) out.fill(1, first);
    return out;
  }
  if (element.kind === "group") return stepGroup(element.operator, element.alternatives, chars, from);
  for (let i = 0; i < chars.length; i++) if (from[i] === 1 && matchesChar(element, chars[i] ?? "")) out[i + 1] = 1;
  return out;
}

function stepGroup(
  operator: string,
  alternatives: readonly (readonly Element[])[],
  chars: readonly string[],
  from: Uint8Array,
): Uint8Array {
  const once = (start: Uint8Array) =>
    union(
      alternatives.map((alternative) => step(alternative, chars, start)),
      start.length,
    );
  switch (operator) {
    case "@":
      return once(from);
    case "?":
      return union([from, once(from)], from.length);
    case "!": {
      const out = new Uint8Array(from.length);
      for (let i = 0; i < from.length; i++) {
        if (from[i] !== 1) continue;
        const excluded = once(startAt(chars, i));
        for (let end = i; end < out.length; end++) if (excluded[end] !== 1) out[end] = 1;
      }
      return out;
    }
    default: {
      // * and +: close over repetition; each round adds positions or ends.
      let reached = once(from);
      for (;;) {
        const more = union([reached, once(reached)], from.length);
        if (more.every((bit, i) => bit === reached[i])) break;
        reached = more;
      }
      return operator === "*" ? union([from, reached], from.length) : reached;
    }
  }
}

function union(sets: readonly Uint8Array[], size: number): Uint8Array {
  const out = new Uint8Array(size);
  for (const set of sets) for (let i = 0; i < size; i++) if (set[i] === 1) out[i] = 1;
  return out;
}

function matchesChar(element: Element, char: string): boolean {
  switch (element.kind) {
    case "char":
      return element.char === char;
    case "set":
      return element.tests.some((test) => test(char)) !== element.negated;
    default:
      return true;
  }
}

/** Greedy matching with one restart point: enough without groups, and quick. */
function matchSimple(elements: readonly Element[], chars: readonly string[]): boolean {
  let at = 0;
  let element = 0;
  let starElement = -1;
  let starAt = 0;
  while (at < chars.length) {
    const current = elements[element];
    if (current?.kind === "star") {
      starElement = element++;
      starAt = at;
    } else if (current !== undefined && matchesChar(current, chars[at] ?? "")) {
      element++;
      at++;
    } else if (starElement >= 0) {
      element = starElement + 1;
      at = ++starAt;
    } else return false;
  }
  while (elements[element]?.kind === "star") element++;
  return element === elements.length;
}

function reverse(elements: readonly Element[]): Element[] {
  return elements
    .map((element) => (element.kind === "group" ? { ...element, alternatives: element.alternatives.map(reverse) } : element))
    .reverse();
}

class PatternParser {
  readonly #text: string;
  readonly #extglob: boolean;
  #at = 0;

  constructor(text: string, extglob: boolean) {
    this.#text = text;
    this.#extglob = extglob;
  }

  /** Elements up to one of `stops` (left unread) or the end. */
  sequence(stops: string): Element[] {
    const out: Element[] = [];
    while (this.#at < this.#text.length) {
      const char = this.#text[this.#at] ?? "";
      if (stops.includes(char) && stops !== "") break;
      out.push(this.#element(char));
    }
    return out;
  }

  #element(char: string): Element {
    if (this.#extglob && "?*+@!".includes(char) && this.#text[this.#at + 1] === "(") {
      const group = this.#group(char);
      if (group !== undefined) return group;
    }
    if (char === "*") {
      this.#at++;
      return { kind: "star" };
    }
    if (char === "?") {
      this.#at++;
      return { kind: "any" };
    }
    if (char === "[") {
      const set = this.#set();
      if (set !== undefined) return set;
    }
    if (char === "\\" && this.#at + 1 < this.#text.length) this.#at++;
    return { kind: "char", char: this.#take() };
  }

  #take(): string {
    const point = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0);
    this.#at += point.length;
    return point;
  }

  #group(operator: string): Element | undefined {
    const begin = this.#at;
    this.#at += 2;
    const alternatives: Element[][] = [];
    for (;;) {
      alternatives.push(this.sequence("|)"));
      const end = this.#text[this.#at];
      if (end === undefined) {
        this.#at = begin;
        return undefined;
      }
      this.#at++;
      if (end === ")") return { kind: "group", operator, alternatives };
    }
  }

  #set(): Element | undefined {
    const begin = this.#at++;
    const negated = this.#text[this.#at] === "!" || this.#text[this.#at] === "^";
    if (negated) this.#at++;
    const tests: SetTest[] = [];
    for (let first = true; ; first = false) {
      const char = this.#text[this.#at];
      if (char === undefined) {
        this.#at = begin;
        return undefined;
      }
      if (char === "]" && !first) {
        this.#at++;
        return { kind: "set", negated, tests };
      }
      tests.push(this.#setItem());
    }
  }

  #setItem(): SetTest {
    const named = /^\[(:|\.|=)(.*?)\1\]/s.exec(this.#text.slice(this.#at));
    if (named !== null) {
      const [whole, kind, name = ""] = named;
      const test = kind === ":" ? CLASSES.get(name) : (char: string) => char === name;
      if (test !== undefined) {
        this.#at += whole.length;
        return test;
      }
    }
    const low = this.#setChar();
    if (this.#text[this.#at] === "-" && this.#text[this.#at + 1] !== undefined && this.#text[this.#at + 1] !== "]") {
      this.#at++;
      const high = this.#setChar();
      return (char) => codePoint(char) >= codePoint(low) && codePoint(char) <= codePoint(high);
    }
    return (char) => char === low;
  }

  #setChar(): string {
    if (this.#text[this.#at] === "\\" && this.#at + 1 < this.#text.length) this.#at++;
    return this.#take();
  }
}

function codePoint(char: string): number {
  return char.codePointAt(0) ?? -1;
}

/** The classes of `[[:name:]]`, as C.UTF-8 has them. */
const CLASSES: ReadonlyMap<string, SetTest> = new Map([
  ["alnum", (c) => /[\p{L}\p{N}]/u.test(c)],
  ["alpha", (c) => /\p{L}/u.test(c)],
  ["ascii", (c) => codePoint(c) < 128],
  ["blank", (c) => c === " " || c === "\t"],
  ["cntrl", (c) => /\p{Cc}/u.test(c)],
  ["digit", (c) => /[0-9]/.test(c)],
  ["graph", (c) => /[^\s\p{Cc}]/u.test(c)],
  ["lower", (c) => /\p{Ll}/u.test(c)],
  ["print", (c) => /[^\p{Cc}]/u.test(c)],
  ["punct", (c) => /[\p{P}\p{S}]/u.test(c)],
  ["space", (c) => /\s/.test(c)],
  ["upper", (c) => /\p{Lu}/u.test(c)],
  ["word", (c) => /[\p{L}\p{N}_]/u.test(c)],
  ["xdigit", (c) => /[0-9A-Fa-f]/.test(c)],
]);
