/**
 * Words made ready for expansion: quoting resolved, braces expanded, tildes found.
 *
 * What does not depend on the moment is done once per word of the syntax tree and kept.
 */
import { parse } from "unbash";
import type { ParameterOperation, ScriptExpansion, Word, WordPart } from "./nodes.ts";
import { decodeEscapes } from "../escapes.ts";
import { expandBraces } from "./braces.ts";
import { hasPatternCharacters } from "../pattern.ts";

/** A piece of a word. */
export type Piece =
  /** Unquoted text of the script: active in patterns, never split. */
  | { readonly kind: "literal"; readonly text: string }
  /** Text that stands for itself. */
  | { readonly kind: "quoted"; readonly text: string }
  | { readonly kind: "double"; readonly pieces: readonly Piece[] }
  | ParameterPiece
  | { readonly kind: "command"; readonly node: ScriptExpansion }
  | { readonly kind: "arithmetic"; readonly text: string }
  | { readonly kind: "process"; readonly operator: "<" | ">"; readonly node: ScriptExpansion }
  /** `~` or `~user`; `user` is what follows the tilde. */
  | { readonly kind: "tilde"; readonly user: string };

export interface ParameterPiece {
  readonly kind: "parameter";
  readonly name: string;
  readonly prefix: "!" | "#" | undefined;
  readonly index: Word | undefined;
  readonly operation: ParameterOperation | undefined;
  /** As written, for "bad substitution". */
  readonly text: string;
}

/** One word after brace expansion. */
export interface Template {
  readonly pieces: readonly Piece[];
  /** The result, when nothing in it can vary. */
  readonly constant: string | undefined;
}

/**
 * How a word is read:
 * - "argument": braces, a tilde at the start, and after `name=` as in an assignment;
 * - "assignment": tildes at the start and after colons;
 * - "word": a tilde at the start (patterns, redirections);
 * - "bare": neither;
 * - "operand": as the word of `${x:-word}` inside double quotes.
 */
export type Reading = "argument" | "assignment" | "word" | "bare" | "operand";

/** Of one word. */
const MOST_KEPT = 1000;

const cache = new WeakMap<Word, Map<Reading, Iterable<Template>>>();

/** The templates of `word`: one, except where braces make several (only for "argument"). */
export function templatesOf(word: Word, reading: Reading): Iterable<Template> {
  let byReading = cache.get(word);
  if (byReading === undefined) cache.set(word, (byReading = new Map()));
  let templates = byReading.get(reading);
  if (templates === undefined) byReading.set(reading, (templates = makeTemplates(word, reading)));
  return templates;
}

/** The one template of a word that is not an argument, the first of one that is. */
export function templateOf(word: Word, reading: Reading): Template {
  for (const template of templatesOf(word, reading)) return template;
  return { pieces: [], constant: "" };
}

/** The same word without brace expansion (`set +B`). */
export function templateWithoutBraces(word: Word): Template {
  return finish(withTildes(merge(piecesOfWord(word, "argument")), "argument"));
}

/** The pieces of a here-document's body. */
export function piecesOfHereDoc(parts: readonly WordPart[]): readonly Piece[] {
  return merge(parts.flatMap((part) => piecesOf(part, "heredoc")));
}

function makeTemplates(word: Word, reading: Reading): Iterable<Template> {
  const pieces = merge(piecesOfWord(word, reading));
  const made = (each: readonly Piece[]): Template => finish(withTildes(merge(each), reading));
  if (reading !== "argument" || !/\{.*(?:,|\.\.).*\}/s.test(word.text)) return [made(pieces)];
  const templates: Template[] = [];
  for (const each of expandBraces(pieces)) {
    // Too many to keep: they are made each time.
    if (templates.length === MOST_KEPT) return { [Symbol.iterator]: () => mapped(expandBraces(pieces), made) };
    templates.push(made(each));
  }
  return templates;
}

function* mapped(words: Iterable<readonly Piece[]>, made: (word: readonly Piece[]) => Template): Generator<Template> {
  for (const word of words) yield made(word);
}

function finish(pieces: readonly Piece[]): Template {
  return { pieces, constant: constantOf(pieces) };
}

function constantOf(pieces: readonly Piece[]): string | undefined {
  let text = "";
  for (const piece of pieces) {
    if (piece.kind === "quoted" || (piece.kind === "literal" && !hasPatternCharacters(piece.text, true))) text += piece.text;
    else if (piece.kind === "double") {
      const inner = constantOf(piece.pieces);
      if (inner === undefined) return undefined;
      text += inner;
    } else return undefined;
  }
  return text;
}

type Quoting = Reading | "double" | "heredoc";

function piecesOfWord(word: Word, reading: Reading): Piece[] {
  if (word.parts === undefined || word.parts.length === 0) return literalPieces(word.text, reading);
  return word.parts.flatMap((part) => piecesOf(part, reading));
}

/** The inside of `$'…'`, whose escapes may name bytes that are no characters. A NUL ends it. */
function bytesOf(text: string): string {
  return decodeEscapes(text, "ansi-c").text.split("\0", 1)[0] ?? "";
}

function piecesOf(part: WordPart, quoting: Quoting): Piece[] {
  switch (part.type) {
    case "Literal":
      return literalPieces(part.text, quoting);
    case "SingleQuoted":
      return [{ kind: "quoted", text: part.value }];
    case "AnsiCQuoted":
      return [{ kind: "quoted", text: /\\(?:x|[1-7])/.test(part.text) ? bytesOf(part.text.slice(2, -1)) : part.value }];
    case "DoubleQuoted":
    case "LocaleString":
      return [{ kind: "double", pieces: merge(part.parts.flatMap((inner) => piecesOf(inner, "double"))) }];
    case "SimpleExpansion":
      return [{ kind: "parameter", name: part.text.slice(1), prefix: undefined, index: undefined, operation: undefined, text: part.text }];
    case "ParameterExpansion":
      // `${!-word}` is about `$!`.
      if (/^\$\{!:?[-=?+]/.test(part.text)) return [lastBackgroundOr(part.text)];
      return [
        { kind: "parameter", name: part.parameter, prefix: part.prefix, index: part.index, operation: part.operation, text: part.text },
      ];
    case "CommandExpansion":
      return [{ kind: "command", node: part }];
    case "ArithmeticExpansion":
      return [{ kind: "arithmetic", text: part.text.startsWith("$[") ? part.text.slice(2, -1) : part.text.slice(3, -2) }];
    case "ProcessSubstitution":
      return [{ kind: "process", operator: part.operator, node: part }];
    case "Glob":
      return part.parts === undefined ? literalPieces(part.text, quoting) : around("[", part.parts, "]", part.text, quoting);
    case "ExtendedGlob":
      return part.parts === undefined
        ? literalPieces(part.text, quoting)
        : around(`${part.operator}(`, part.parts, ")", part.text, quoting);
    case "BraceExpansion":
      return part.parts === undefined ? literalPieces(part.text, quoting) : around("{", part.parts, "}", part.text, quoting);
  }
}

/** `${!-word}`, which unbash takes for an indirect `$-`. */
function lastBackgroundOr(text: string): Piece {
  const command = parse(`: \${_${text.slice(3)}`).commands[0]?.command;
  const part = command?.type === "Command" && command.args[0]?.type === "Word" ? command.args[0].parts?.[0] : undefined;
  return {
    kind: "parameter",
    name: "!",
    prefix: undefined,
    index: undefined,
    operation: part?.type === "ParameterExpansion" ? part.operation : undefined,
    text,
  };
}

/** Parts of a bracketed construct with its brackets, unless they hold them already. */
function around(open: string, parts: readonly WordPart[], close: string, text: string, quoting: Quoting): Piece[] {
  const inner = parts.flatMap((part) => piecesOf(part, quoting));
  const covered = parts.reduce((sum, part) => sum + (part.end - part.pos), 0);
  if (covered >= text.length) return inner;
  return [{ kind: "literal", text: open }, ...inner, { kind: "literal", text: close }];
}

const ESCAPABLE: Readonly<Record<"double" | "operand" | "heredoc", string>> = { double: '$`"\\\n', operand: '$`"\\\n}', heredoc: "$`\\\n" };

/** Text of the script with its backslashes resolved. */
function literalPieces(text: string, quoting: Quoting): Piece[] {
  const isQuoting = quoting === "double" || quoting === "operand" || quoting === "heredoc";
  if (!text.includes("\\")) return text === "" ? [] : [{ kind: isQuoting ? "quoted" : "literal", text }];
  const pieces: Piece[] = [];
  let plain = "";
  const flush = () => {
    if (plain !== "") pieces.push({ kind: isQuoting ? "quoted" : "literal", text: plain });
    plain = "";
  };
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (char !== "\\" || i + 1 >= text.length) {
      plain += char;
      continue;
    }
    const next = text.charAt(i + 1);
    if (isQuoting && !ESCAPABLE[quoting].includes(next)) {
      plain += char;
      continue;
    }
    i++;
    if (next === "\n") continue;
    if (isQuoting) plain += next;
    else {
      flush();
      pieces.push({ kind: "quoted", text: next });
    }
  }
  flush();
  return pieces;
}

/** Neighbouring pieces of the same plain kind become one. */
function merge(pieces: readonly Piece[]): Piece[] {
  const out: Piece[] = [];
  for (const piece of pieces) {
    const last = out.at(-1);
    if ((piece.kind === "literal" || piece.kind === "quoted") && last?.kind === piece.kind)
      out[out.length - 1] = { kind: piece.kind, text: last.text + piece.text };
    else out.push(piece);
  }
  return out;
}

/** Splits tilde prefixes off the literal text in which they may stand. */
function withTildes(pieces: readonly Piece[], reading: Reading): readonly Piece[] {
  if (reading === "bare" || reading === "operand") return pieces;
  const first = pieces[0];
  if (first?.kind !== "literal" && reading !== "assignment") return pieces;
  const assigned = reading === "argument" && first?.kind === "literal" ? /^[A-Za-z_][A-Za-z0-9_]*\+?=/.exec(first.text)?.[0] : undefined;
  if (!pieces.some((piece) => piece.kind === "literal" && piece.text.includes("~"))) return pieces;
  const colons = reading === "assignment" || assigned !== undefined;
  return pieces.flatMap((piece, i): Piece[] => {
    if (piece.kind !== "literal" || (i > 0 && !colons)) return [piece];
    return splitTildes(piece.text, {
      atStart: i === 0 && assigned === undefined,
      after: colons ? (assigned ?? "") : undefined,
      isLast: i === pieces.length - 1,
    });
  });
}

/** `after` is undefined when only the start counts, else the `name=` after which (and after colons) a tilde counts, too. */
function splitTildes(
  text: string,
  where: { readonly atStart: boolean; readonly after: string | undefined; readonly isLast: boolean },
): Piece[] {
  const out: Piece[] = [];
  let from = 0;
  const pattern = /~([A-Za-z0-9_.+-]*)(?=[/:]|$)/g;
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    const { index } = found;
    const end = index + found[0].length;
    const starts =
      (index === 0 && where.atStart) ||
      (where.after !== undefined && (text[index - 1] === ":" || (where.after !== "" && index === where.after.length)));
    const ends = end < text.length ? text[end] === "/" || where.after !== undefined : where.isLast;
    if (!starts || !ends) continue;
    if (index > from) out.push({ kind: "literal", text: text.slice(from, index) });
    out.push({ kind: "tilde", user: found[1] ?? "" });
    from = end;
  }
  if (from < text.length || out.length === 0) out.push({ kind: "literal", text: text.slice(from) });
  return out;
}
