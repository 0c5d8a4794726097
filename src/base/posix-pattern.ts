/**
 * POSIX regular expressions, basic and extended, with GNU's additions: what grep, sed, find, expr and bash's `=~` read.
 *
 * They are parsed here and run on RE2, whose time is linear in the text, so that no pattern can freeze a machine.
 * The match is the leftmost, and among those the longest.
 * @simplified Which text a group holds follows RE2 (as a backtracking search would find it first), not POSIX's rule of the longest first group.
 * @simplified Back-references run on a backtracking matcher of ours that gives up after a bounded number of steps and takes the first match, not the longest.
 */
import { RE2JS } from "re2js";
import { emit, type Engine } from "./posix-pattern-emit.ts";
import { backtrack } from "./posix-pattern-backtrack.ts";
import { PatternError } from "./pattern-error.ts";
import { parsePattern, type Node, type PatternSyntax } from "./posix-pattern-parse.ts";

export { PatternError };

export interface PatternOptions extends PatternSyntax {
  readonly ignoreCase?: boolean;
  /** `^` and `$` match at newlines inside the text, too (sed's M). */
  readonly multiline?: boolean;
  /** What the match must cover: anything, what starts at the beginning, or the whole text. */
  readonly cover?: "any" | "start" | "whole";
  /** The locale's characters are bytes: those that are no UTF-8 are characters like any other. */
  readonly bytes?: boolean;
  /** Only where no word character stands before or after (grep -w). */
  readonly word?: boolean;
}

/** Where something stands in the text, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Match extends Span {
  /** The parenthesised groups, from 1; index 0 is the whole match. Undefined where a group took no part. */
  readonly groups: readonly (Span | undefined)[];
}

/** A compiled pattern. It keeps no state between searches. */
export class Pattern {
  readonly groupCount: number;
  /** What grep warns of, e.g. "stray \ before d". */
  readonly warnings: readonly string[];
  readonly #node: Node;
  readonly #options: PatternOptions;
  readonly #engine: RE2JS | undefined;
  readonly #literal: string | undefined;
  /** Assertions about words are ASCII-only in RE2. */
  readonly #asciiOnly: boolean;

  private constructor(node: Node, groupCount: number, warnings: readonly string[], options: PatternOptions) {
    this.#node = node;
    this.#options = options;
    this.groupCount = groupCount;
    this.warnings = warnings;
    const cover = options.cover ?? "any";
    this.#literal = options.ignoreCase || options.word || cover !== "any" ? undefined : literalOf(node);
    const engine: Engine = this.#literal === undefined ? emit(node, options) : { source: undefined, asciiOnly: false };
    this.#asciiOnly = engine.asciiOnly;
    this.#engine = engine.source === undefined ? undefined : compileRe2(engine.source, options.ignoreCase ?? false);
  }

  /** Throws `PatternError` with glibc's words. */
  static compile(source: string, options: PatternOptions): Pattern {
    return Pattern.compileAny([source], options);
  }

  /** One pattern that matches where any of `sources` does. */
  static compileAny(sources: readonly string[], options: PatternOptions): Pattern {
    const warnings: string[] = [];
    let groups = 0;
    const nodes = sources.map((source) => {
      const parsed = parsePattern(source, options, groups);
      groups += parsed.groupCount;
      warnings.push(...parsed.warnings);
      return parsed.node;
    });
    const [only] = nodes;
    return new Pattern(nodes.length === 1 && only !== undefined ? only : { kind: "alternatives", nodes }, groups, warnings, options);
  }

  test(text: string): boolean {
    if (this.#literal !== undefined) return text.includes(this.#literal);
    if (this.#engine !== undefined && !(this.#asciiOnly && !isAscii(text))) return this.#engine.matcher(text).find();
    return this.find(text) !== undefined;
  }

  /** The leftmost match that starts at `from` or later. */
  find(text: string, from = 0): Match | undefined {
    if (this.#literal !== undefined) {
      const start = text.indexOf(this.#literal, from);
      if (start < 0) return undefined;
      const whole = { start, end: start + this.#literal.length };
      return { ...whole, groups: [whole] };
    }
    if (this.#engine === undefined || (this.#asciiOnly && !isAscii(text)))
      return backtrack(this.#node, this.#options, this.groupCount, text, from);
    const matcher = this.#engine.matcher(text);
    if (!matcher.find(from)) return undefined;
    const shift = this.#options.word ? 1 : 0;
    const groups: (Span | undefined)[] = [];
    for (let group = shift; group <= this.groupCount + shift; group++) {
      const start = matcher.start(group);
      groups.push(start < 0 ? undefined : { start, end: matcher.end(group) });
    }
    const whole = groups[0];
    return whole === undefined ? undefined : { ...whole, groups };
  }
}

function isAscii(text: string): boolean {
  return /^[\x00-\x7f]*$/.test(text);
}

/** The plain text that a pattern stands for, if it is nothing else. */
function literalOf(node: Node): string | undefined {
  if (node.kind === "character") return node.character;
  if (node.kind !== "sequence" || node.nodes.length === 0) return undefined;
  let text = "";
  for (const part of node.nodes) {
    if (part.kind !== "character") return undefined;
    text += part.character;
  }
  return text;
}

/** Undefined when RE2 finds the pattern too large: the backtracking matcher takes it then. */
function compileRe2(source: string, ignoreCase: boolean): RE2JS | undefined {
  try {
    return RE2JS.compile(source, RE2JS.DOTALL | RE2JS.LONGEST_MATCH | (ignoreCase ? RE2JS.CASE_INSENSITIVE : 0));
  } catch {
    return undefined;
  }
}
