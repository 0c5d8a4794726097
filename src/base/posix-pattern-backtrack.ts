/** A matcher for what RE2 cannot do: back-references, and word edges whose side matters. Bounded. */
import { CLASS_SOURCE } from "./posix-pattern-emit.ts";
import { PatternError } from "./pattern-error.ts";
import type { Node } from "./posix-pattern-parse.ts";
import type { Match, PatternOptions, Span } from "./posix-pattern.ts";

/** Steps of one search before it is given up. */
const MOST_STEPS = 2_000_000;

type Next = (at: number) => boolean;

/** The first match from `from` on. Throws `PatternError` when the search grows too large. */
export function backtrack(node: Node, options: PatternOptions, groupCount: number, text: string, from: number): Match | undefined {
  const search = new Search(text, options, groupCount);
  const last = options.cover === "start" || options.cover === "whole" ? 0 : text.length;
  for (let start = from; start <= last; start++) {
    const match = search.at(node, start);
    if (match !== undefined) return match;
  }
  return undefined;
}

class Search {
  readonly #text: string;
  readonly #options: PatternOptions;
  readonly #groups: (Span | undefined)[];
  readonly #sets = new Map<Node, RegExp>();
  #steps = 0;

  constructor(text: string, options: PatternOptions, groupCount: number) {
    this.#text = text;
    this.#options = options;
    this.#groups = new Array<Span | undefined>(groupCount + 1).fill(undefined);
  }

  at(node: Node, start: number): Match | undefined {
    this.#groups.fill(undefined);
    if (this.#options.word && this.#isWord(start - 1)) return undefined;
    let found: number | undefined;
    this.#match(node, start, (end) => {
      if (this.#options.cover === "whole" && end !== this.#text.length) return false;
      if (this.#options.word && this.#isWord(end)) return false;
      found = end;
      return true;
    });
    if (found === undefined) return undefined;
    const whole = { start, end: found };
    return { ...whole, groups: [whole, ...this.#groups.slice(1)] };
  }

  #match(node: Node, at: number, next: Next): boolean {
    if (++this.#steps > MOST_STEPS) throw new PatternError("Regular expression too big");
    switch (node.kind) {
      case "character":
        return this.#sameText(at, node.character) && next(at + node.character.length);
      case "any":
        return at < this.#text.length && !this.#isBadByte(at) && next(at + this.#lengthAt(at));
      case "set": {
        if (at >= this.#text.length || (node.negated && this.#isBadByte(at))) return false;
        const length = this.#lengthAt(at);
        return this.#setOf(node).test(this.#text.slice(at, at + length)) && next(at + length);
      }
      case "assertion":
        return this.#holds(node.what, at) && next(at);
      case "group": {
        const before = this.#groups[node.index];
        const matched = this.#match(node.node, at, (end) => {
          const inside = this.#groups[node.index];
          this.#groups[node.index] = { start: at, end };
          if (next(end)) return true;
          this.#groups[node.index] = inside;
          return false;
        });
        if (!matched) this.#groups[node.index] = before;
        return matched;
      }
      case "back reference": {
        const span = this.#groups[node.index];
        if (span === undefined) return false;
        const text = this.#text.slice(span.start, span.end);
        return this.#sameText(at, text) && next(at + text.length);
      }
      case "repeat":
        return this.#repeat(node.node, node.min, node.max, at, next);
      case "sequence":
        return this.#sequence(node.nodes, 0, at, next);
      case "alternatives":
        return node.nodes.some((part) => this.#match(part, at, next));
    }
  }

  #sequence(nodes: readonly Node[], index: number, at: number, next: Next): boolean {
    const node = nodes[index];
    return node === undefined ? next(at) : this.#match(node, at, (end) => this.#sequence(nodes, index + 1, end, next));
  }

  #repeat(node: Node, min: number, max: number, at: number, next: Next): boolean {
    if (node.kind === "character" || node.kind === "any" || node.kind === "set") return this.#repeatSingle(node, min, max, at, next);
    if (max > 0) {
      const more = this.#match(node, at, (end) => (end === at && min <= 0 ? false : this.#repeat(node, min - 1, max - 1, end, next)));
      if (more) return true;
    }
    return min <= 0 && next(at);
  }

  /** One character at a time needs no recursion: long lines would overflow the stack. */
  #repeatSingle(node: Node, min: number, max: number, at: number, next: Next): boolean {
    const ends = [at];
    while (ends.length <= max) {
      let end: number | undefined;
      this.#match(node, ends.at(-1) ?? at, (found) => {
        end = found;
        return true;
      });
      if (end === undefined) break;
      ends.push(end);
    }
    for (let count = ends.length - 1; count >= min; count--) if (next(ends[count] ?? at)) return true;
    return false;
  }

  #lengthAt(at: number): number {
    return (this.#text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  }

  /** A byte that is no UTF-8 (utf8.ts). */
  #isBadByte(at: number): boolean {
    const unit = this.#text.charCodeAt(at);
    return this.#options.bytes !== true && unit >= 0xdc80 && unit <= 0xdcff;
  }

  #sameText(at: number, text: string): boolean {
    if (!this.#options.ignoreCase) return this.#text.startsWith(text, at);
    return this.#text.slice(at, at + text.length).toLowerCase() === text.toLowerCase();
  }

  #setOf(node: Node & { readonly kind: "set" }): RegExp {
    let set = this.#sets.get(node);
    if (set === undefined) {
      const literal = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
      const items = node.items.map((item) => `${literal(item.from)}-${literal(item.to)}`).join("");
      const classes = node.classes.map((name) => CLASS_SOURCE[name]).join("");
      set = new RegExp(`^[${node.negated ? "^" : ""}${items}${classes}]$`, this.#options.ignoreCase ? "iu" : "u");
      this.#sets.set(node, set);
    }
    return set;
  }

  #isWord(at: number): boolean {
    return at >= 0 && at < this.#text.length && /[_\p{L}\p{N}]/u.test(this.#text.slice(at, at + this.#lengthAt(at)));
  }

  #holds(what: (Node & { readonly kind: "assertion" })["what"], at: number): boolean {
    const before = this.#isWord(at - 1);
    const after = this.#isWord(at);
    switch (what) {
      case "line start":
        return at === 0 || (this.#options.multiline === true && this.#text[at - 1] === "\n");
      case "line end":
        return at === this.#text.length || (this.#options.multiline === true && this.#text[at] === "\n");
      case "text start":
        return at === 0;
      case "text end":
        return at === this.#text.length;
      case "word start":
        return !before && after;
      case "word end":
        return before && !after;
      case "word edge":
        return before !== after;
      case "not word edge":
        return before === after;
    }
  }
}
