/** From text to syntax tree: unbash parses, this file says what is whole, what is unfinished and what is wrong. */
import { forEachChild, parse, type HereDoc, type ParsedScript, type Statement, type SyntaxNode, type WordPart } from "unbash";
import { diagnose, wrong, type SyntaxProblem } from "./syntax-errors.ts";

export type { SyntaxProblem };

/** Statements that bash reads before it runs any of them: those of one line, or of one construct over several. */
export type Unit = readonly Statement[];

export interface ParsedText {
  readonly script: ParsedScript;
  /** What can run, in order; with a problem, only what comes before it. */
  readonly units: readonly Unit[];
  readonly problem: SyntaxProblem | undefined;
}

/** The tree alone, for text that is known to be whole. */
export function parseScript(text: string): ParsedScript {
  return parse(text);
}

/** Parses `text` as bash would read it from a file, with its extended patterns or without. */
export function parseText(text: string, extglob = true): ParsedText {
  const script = parse(text);
  const wrongGlob = extglob ? undefined : unknownGlob(text, script);
  const other = diagnose(text, script) ?? nestedProblem(text, script);
  const problem = wrongGlob !== undefined && (other === undefined || wrongGlob.pos < other.pos) ? wrongGlob : other;
  const all = unitsOf(text, script.commands);
  return { script, units: problem === undefined ? all : unitsBefore(text, all, problem.pos), problem };
}

/** An error inside `$(…)`, which bash reads together with what is around it. */
function nestedProblem(text: string, script: ParsedScript): SyntaxProblem | undefined {
  if (!text.includes("$(")) return undefined;
  let problem: SyntaxProblem | undefined;
  const visit = (node: SyntaxNode): void => {
    if (problem !== undefined) return;
    if (
      node.type === "CommandExpansion" &&
      node.text.startsWith("$(") &&
      node.script?.source === undefined &&
      node.script?.errors !== undefined
    ) {
      const found = diagnose(text.slice(0, node.end - 1), node.script);
      if (found !== undefined)
        problem = { ...(found.isUnfinished ? wrong(node.end - 1, "syntax error near unexpected token `)'") : found), isFatal: true };
    }
    forEachChild(node, visit);
  };
  visit(script);
  return problem;
}

/** `@(…)` and its like are no words where bash is not told to know them; within `[[` they always are. */
function unknownGlob(text: string, script: ParsedScript): SyntaxProblem | undefined {
  if (!/[?*+@!]\(/.test(text)) return undefined;
  let first: number | undefined;
  const visit = (node: SyntaxNode): void => {
    if (node.type === "TestCommand") return;
    if (node.type === "Word") {
      const found = "parts" in node ? node.parts?.find((part) => part.type === "ExtendedGlob") : undefined;
      const at = found === undefined ? -1 : text.indexOf(found.text, node.pos);
      if (at >= 0) first = Math.min(first ?? at, at);
    }
    forEachChild(node, visit);
  };
  visit(script);
  return first === undefined ? undefined : wrong(first + 1, "syntax error near unexpected token `('");
}

/** What keeps `text` from being whole, for which an interactive shell asks for another line (PS2). */
export function whatIsMissing(text: string): "command" | "here-document" | undefined {
  const script = parse(text);
  if (openHereDoc(text, script) !== undefined) return "here-document";
  return diagnose(text, script)?.isUnfinished === true || endsInContinuation(text, script) ? "command" : undefined;
}

/** A backslash before the last newline joins the next line, except in a comment. */
function endsInContinuation(text: string, script: ParsedScript): boolean {
  const tail = /(\\+)\n?$/.exec(text);
  if (tail === null || (tail[1]?.length ?? 0) % 2 === 0) return false;
  const after = text.slice(script.commands.at(-1)?.end ?? 0);
  return !/(^|\s)#/.test(after);
}

/** The first here-document of `script` whose closing line is missing. */
export function openHereDoc(text: string, script: ParsedScript): HereDoc | undefined {
  if (!text.includes("<<")) return undefined;
  let open: HereDoc | undefined;
  const visit = (node: SyntaxNode): void => {
    if (node.type === "HereDoc" && node.closing === undefined) open ??= node;
    forEachChild(node, visit);
  };
  visit(script);
  return open;
}

function unitsOf(text: string, statements: readonly Statement[]): Statement[][] {
  const units: Statement[][] = [];
  let end = 0;
  for (const statement of statements) {
    const current = units.at(-1);
    if (current !== undefined && !hasNewline(text, end, statement.pos)) current.push(statement);
    else units.push([statement]);
    end = statement.end;
  }
  return units;
}

/**
 * What bash runs before it meets an error at `pos`: all units of the lines before the unit that the error is in. Where that begins
 * is found by trying: the longest beginning that is right by itself, up to the error's line or up to a unit.
 */
function unitsBefore(text: string, units: readonly Unit[], pos: number): Unit[] {
  const cuts = [text.lastIndexOf("\n", pos - 1) + 1, ...units.map((unit) => unit[0]?.pos ?? 0).reverse()];
  for (const cut of cuts) {
    if (cut > pos || (cut > 0 && !/\n[ \t]*$/.test(text.slice(0, cut)))) continue;
    const head = text.slice(0, cut);
    const script = parse(head);
    if (diagnose(head, script) === undefined) return unitsOf(head, script.commands);
  }
  return [];
}

function hasNewline(text: string, from: number, to: number): boolean {
  return text.slice(from, to).replaceAll("\\\n", "").includes("\n");
}

/** Parts whose positions point into a text of their own. */
export interface ParsedFragment {
  readonly parts: readonly WordPart[];
  /** Its second line is where the fragment begins. */
  readonly text: string;
}

/** The parts of `text` as a here-document's body has them: `$` and backquotes are active, quotes are not. */
export function parseAsHereDoc(text: string): ParsedFragment {
  let mark = "END_OF_TEXT";
  while (text.includes(mark)) mark += "_";
  const whole = `:<<${mark}\n${text}\n${mark}\n`;
  const command = parse(whole).commands[0]?.command;
  const redirect = command?.type === "Command" ? command.redirects[0] : undefined;
  if (redirect?.type !== "HereDoc") return { parts: [], text: whole };
  const parts = [...(redirect.body.parts ?? [literal(redirect.body.text)])];
  // The newline before the mark is ours.
  const last = parts.at(-1);
  if (last?.type === "Literal") parts[parts.length - 1] = literal(last.text.slice(0, -1));
  return { parts, text: whole };
}

function literal(text: string): WordPart {
  return { type: "Literal", pos: 0, end: text.length, value: text, text };
}
