/** Running text: parsing it unit by unit, and what ends a unit. */
import type { ParsedScript, Script } from "unbash";
import type { Run } from "../machine/program.ts";
import { expandAliases } from "./aliases.ts";
import { AbandonLine, ExitShell, ShellError } from "./errors.ts";
import { runList } from "./execute.ts";
import type { RunOptions, RunTextOptions, Shell } from "./shell.ts";
import { SourceText } from "./source.ts";
import { openHereDoc, parseText, type SyntaxProblem, type Unit } from "./syntax.ts";

/** Runs a parsed script, all of it, as one unit. */
export function* runScript(shell: Shell, script: Script, source: SourceText, options: RunOptions = {}): Run<number> {
  const outer = shell.source;
  shell.source = source;
  try {
    if (script.commands.length === 0) shell.state.status = 0;
    return yield* runList(shell, script.commands, options);
  } finally {
    shell.source = outer;
  }
}

/** What the owner of a text does about an error that ended a unit; it may throw the error on. The message is printed and the status set. */
type AfterError = (error: ShellError | AbandonLine) => "go on" | "stop" | "exit";

/** `eval`, `source`, traps: an error that ends a line ends one of theirs; what ends more is passed on. */
export function* runText(shell: Shell, text: string, options: RunTextOptions = {}): Run<number> {
  const outer = shell.source;
  const { line } = shell;
  shell.traceDepth++;
  try {
    return yield* runUnits(shell, text, options, (error) => {
      if (error instanceof ShellError && error.ends === "line") return "go on";
      throw error;
    });
  } finally {
    shell.traceDepth--;
    shell.source = outer;
    shell.line = line;
  }
}

/** The text of a whole shell: an error ends the unit or, where bash says so, the shell, with `fatalStatus`. */
export function* runWholeText(shell: Shell, text: string, options: RunTextOptions, fatalStatus: number): Run<number> {
  return yield* runUnits(
    shell,
    text,
    options,
    (error) => {
      resetNesting(shell);
      if (!(error instanceof ShellError)) return "go on";
      return error.ends === "shell" ? "exit" : error.ends === "input" && shell.commandsFrom === "string" ? "stop" : "go on";
    },
    fatalStatus,
  );
}

/** What was typed at a prompt: an error ends all of it. */
export function* runTyped(shell: Shell, text: string, firstLine: number): Run<number> {
  return yield* runUnits(shell, text, { firstLine }, () => {
    resetNesting(shell);
    return "stop";
  });
}

function* runUnits(shell: Shell, text: string, options: RunTextOptions, afterError: AfterError, fatalStatus = 1): Run<number> {
  let rest: SourceText | undefined = new SourceText(text, options.firstLine ?? 1);
  if (text.trim() === "") shell.state.status = 0;
  const echo = new LineEcho(shell, rest);
  while (rest !== undefined) rest = yield* runUntilReadOtherwise(shell, rest, options, afterError, fatalStatus, echo);
  return shell.state.status;
}

/** Runs units of `raw`. Returns what is left when a unit changed the aliases, or whether there are extended patterns, by which the rest must be read anew. */
function* runUntilReadOtherwise(
  shell: Shell,
  raw: SourceText,
  options: RunTextOptions,
  afterError: AfterError,
  fatalStatus: number,
  echo: LineEcho,
): Run<SourceText | undefined> {
  const source = usesAliases(shell) ? new SourceText(expandAliases(raw.text, shell.state.aliases), raw.firstLine) : raw;
  const { script, units, problem } = parseText(source.text, shell.options.shopt("extglob"));
  shell.source = source;
  if (problem === undefined) yield* warnOfHereDoc(shell, script, source);
  const before = readingKey(shell);
  if (units.length === 0 && problem === undefined) shell.state.status = 0;
  for (const [i, unit] of units.entries()) {
    const next = units[i + 1];
    yield* echo.upTo(next?.[0] === undefined ? undefined : source.lineAt(next[0].pos) - 1);
    const outcome = yield* runUnit(
      shell,
      unit,
      { last: options.last === true && next === undefined && problem === undefined },
      afterError,
      fatalStatus,
    );
    if (outcome === "stop") return undefined;
    shell.source = source;
    if (readingKey(shell) === before || (next === undefined && problem === undefined)) continue;
    const line = next === undefined ? source.lineAt(unit.at(-1)?.end ?? 0) + 1 : source.lineAt(next[0]?.pos ?? 0);
    return new SourceText(
      raw.text
        .split("\n")
        .slice(line - raw.firstLine)
        .join("\n"),
      line,
    );
  }
  if (units.length === 0) yield* echo.upTo(undefined);
  if (problem !== undefined) yield* reportSyntax(shell, source, problem, options.label);
  return undefined;
}

/** `set -v`: lines as they are read, which is before what stands on them runs. */
class LineEcho {
  readonly #shell: Shell;
  readonly #whole: SourceText;
  #next: number;

  constructor(shell: Shell, whole: SourceText) {
    this.#shell = shell;
    this.#whole = whole;
    this.#next = whole.firstLine;
  }

  /** All lines up to `last`, or to the end. */
  *upTo(last: number | undefined): Run<void> {
    const from = this.#next - this.#whole.firstLine;
    const to = last === undefined ? undefined : last - this.#whole.firstLine + 1;
    if (last !== undefined) this.#next = Math.max(this.#next, last + 1);
    if (!this.#shell.options.has("verbose") || this.#shell.interactive) return;
    const lines = this.#whole.text.replace(/\n$/, "").split("\n").slice(from, to);
    for (const line of lines) yield* this.#shell.writeError(`${line}\n`);
  }
}

function* runUnit(shell: Shell, unit: Unit, options: RunOptions, afterError: AfterError, fatalStatus: number): Run<"go on" | "stop"> {
  try {
    yield* runList(shell, unit, options);
    return "go on";
  } catch (error) {
    if (!(error instanceof ShellError || error instanceof AbandonLine)) throw error;
    const next = afterError(error);
    if (error instanceof ShellError) yield* shell.complainOf(error);
    if (next === "exit") throw new ExitShell(fatalStatus);
    shell.state.status = error.status;
    return next;
  }
}

/** After an error that left everything at once. */
export function resetNesting(shell: Shell): void {
  shell.testing = 0;
  shell.loopDepth = 0;
}

function usesAliases(shell: Shell): boolean {
  return shell.state.aliases.size > 0 && shell.options.shopt("expand_aliases");
}

/** By what the text that follows is read. */
function readingKey(shell: Shell): string {
  return `${shell.options.shopt("extglob")}${shell.options.shopt("expand_aliases") ? JSON.stringify([...shell.state.aliases]) : ""}`;
}

/** A here-document that ends with the text is taken as it is, with a warning. */
function* warnOfHereDoc(shell: Shell, script: ParsedScript, source: SourceText): Run<void> {
  const open = openHereDoc(source.text, script);
  if (open === undefined) return;
  const end = source.lineAt(source.text.length) + (source.text.endsWith("\n") ? -1 : 0);
  shell.line = end;
  const where = `here-document at line ${source.lineAt(open.pos)} delimited by end-of-file (wanted \`${open.delimiter?.value ?? ""}')`;
  yield* shell.complain(`warning: ${where}`);
}

/** Prints a syntax error as bash does; status 2. */
export function* reportSyntax(shell: Shell, source: SourceText, problem: SyntaxProblem, label: string | undefined): Run<number> {
  const line =
    problem.countedAt === "position"
      ? source.lineAt(problem.pos)
      : source.lineAt(source.text.length) + (source.text.endsWith("\n") ? 0 : 1);
  shell.line = line;
  // What an interactive shell reads from a file is read as by one that is not.
  const frame = shell.frames.at(-1);
  const file = shell.interactive && label === undefined && frame?.kind === "source" ? frame.file : undefined;
  const isTyped = shell.interactive && file === undefined;
  const prefix = isTyped
    ? shell.errorPrefix()
    : file !== undefined
      ? `${shell.errorPrefix()}${file}: line ${line}: `
      : `${shell.scriptName()}: ${label === undefined ? "" : `${label}: `}line ${line}: `;
  const [first = "", ...more] = problem.message.split("\n");
  if (first !== "") yield* shell.writeError(`${prefix}${first}\n`);
  for (const each of more) yield* shell.writeError(`${prefix}${each}\n`);
  if (problem.showsLine && !isTyped) yield* shell.writeError(`${prefix}\`${source.lineText(problem.pos)}'\n`);
  // At a prompt the reader of `$(…)` gives the line up, and the reader of the line says that it did.
  if (problem.isFatal === true && isTyped) yield* shell.writeError(`${prefix}syntax error\n`);
  if (problem.isFatal === true && !shell.interactive) throw new ExitShell(shell.commandsFrom === "string" ? 127 : 2);
  return (shell.state.status = problem.status);
}
