/** A parsed pattern in RE2's syntax. */
import type { CharacterClass, Node } from "./posix-pattern-parse.ts";

export interface Engine {
  /** Undefined: RE2 cannot say this. */
  readonly source: string | undefined;
  readonly asciiOnly: boolean;
}

export interface EmitOptions {
  readonly multiline?: boolean;
  readonly cover?: "any" | "start" | "whole";
  readonly bytes?: boolean;
  readonly word?: boolean;
}

/** Inside brackets; letters beyond ASCII count as in a UTF-8 locale. */
export const CLASS_SOURCE: Readonly<Record<CharacterClass, string>> = {
  alpha: "\\p{L}",
  digit: "0-9",
  alnum: "\\p{L}\\p{N}",
  upper: "\\p{Lu}",
  lower: "\\p{Ll}",
  space: " \\t\\n\\v\\f\\r",
  blank: " \\t",
  punct: "!-\\/:-@\\[-`{-~\\p{P}\\p{S}",
  print: " -~\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}\\p{Zs}",
  graph: "!-~\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}",
  cntrl: "\\p{Cc}",
  xdigit: "0-9A-Fa-f",
  word: "_\\p{L}\\p{N}",
};

/** Bytes that are no UTF-8, as utf8.ts keeps them: no character, so that nothing but themselves matches them. */
const BAD_BYTES = "\\x{DC80}-\\x{DCFF}";

/** What no engine without lookaround can express. */
class Inexpressible extends Error {}

export function emit(node: Node, options: EmitOptions): Engine {
  const state = { asciiOnly: false };
  try {
    let source = text(node, options, state);
    const cover = options.cover ?? "any";
    if (options.word) source = `(?:\\A|[^_\\p{L}\\p{N}])(${source})(?:[^_\\p{L}\\p{N}]|\\z)`;
    if (cover === "start") source = `\\A(?:${source})`;
    if (cover === "whole") source = `\\A(?:${source})\\z`;
    return { source, asciiOnly: state.asciiOnly };
  } catch (error) {
    if (error instanceof Inexpressible) return { source: undefined, asciiOnly: false };
    throw error;
  }
}

function text(node: Node, options: EmitOptions, state: { asciiOnly: boolean }): string {
  const bytes = options.bytes === true;
  switch (node.kind) {
    case "character":
      return character(node.character);
    case "any":
      return bytes ? "(?s:.)" : `[^${BAD_BYTES}]`;
    case "set": {
      const items = node.items.map((item) => (item.from === item.to ? inSet(item.from) : `${inSet(item.from)}-${inSet(item.to)}`));
      return `[${node.negated ? (bytes ? "^" : `^${BAD_BYTES}`) : ""}${items.join("")}${node.classes.map((name) => CLASS_SOURCE[name]).join("")}]`;
    }
    case "assertion":
      switch (node.what) {
        case "line start":
          return options.multiline ? "(?m:^)" : "\\A";
        case "line end":
          return options.multiline ? "(?m:$)" : "\\z";
        case "text start":
          return "\\A";
        case "text end":
          return "\\z";
        case "word edge":
        case "not word edge":
          state.asciiOnly = true;
          return node.what === "word edge" ? "\\b" : "\\B";
        default:
          // Without a neighbour that settles it, RE2 cannot tell the start of a word from its end.
          throw new Inexpressible();
      }
    case "group":
      return `(${text(node.node, options, state)})`;
    case "back reference":
      throw new Inexpressible();
    case "repeat": {
      const inner = `(?:${text(node.node, options, state)})`;
      if (node.min === 0 && node.max === Infinity) return inner + "*";
      if (node.min === 1 && node.max === Infinity) return inner + "+";
      if (node.min === 0 && node.max === 1) return inner + "?";
      return `${inner}{${node.min},${node.max === Infinity ? "" : node.max}}`;
    }
    case "sequence":
      return node.nodes.map((part, index) => inSequence(part, node.nodes[index - 1], node.nodes[index + 1], options, state)).join("");
    case "alternatives":
      return `(?:${node.nodes.map((part) => text(part, options, state)).join("|")})`;
  }
}

/** `\<` before a word character and `\>` behind one are both `\b`. */
function inSequence(
  node: Node,
  before: Node | undefined,
  after: Node | undefined,
  options: EmitOptions,
  state: { asciiOnly: boolean },
): string {
  if (node.kind === "assertion") {
    if ((node.what === "word start" && isWord(after)) || (node.what === "word end" && isWord(before))) {
      state.asciiOnly = true;
      return "\\b";
    }
  }
  return text(node, options, state);
}

function isWord(node: Node | undefined): boolean {
  if (node === undefined) return false;
  if (node.kind === "character") return /[A-Za-z0-9_]/.test(node.character);
  if (node.kind === "repeat") return node.min > 0 && isWord(node.node);
  if (node.kind !== "set" || node.negated) return false;
  return (
    node.classes.every(
      (name) =>
        name === "alpha" ||
        name === "digit" ||
        name === "alnum" ||
        name === "upper" ||
        name === "lower" ||
        name === "word" ||
        name === "xdigit",
    ) && node.items.every((item) => /^(?:[0-9]{2}|[a-z]{2}|[A-Z]{2}|__)$/.test(item.from + item.to))
  );
}

function character(literal: string): string {
  return /^[A-Za-z0-9 _,:;=@%&<>"'#!~-]$/.test(literal) ? literal : `\\x{${(literal.codePointAt(0) ?? 0).toString(16)}}`;
}

function inSet(literal: string): string {
  return /^[A-Za-z0-9]$/.test(literal) ? literal : `\\x{${(literal.codePointAt(0) ?? 0).toString(16)}}`;
}
