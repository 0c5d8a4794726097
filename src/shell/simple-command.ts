/** Simple commands: words, assignments and redirections; functions, builtins and files. */
import type { Assignment, Command, Word } from "unbash";
import { append } from "../base/append.ts";
import { isSysError } from "../vfs/errno.ts";
import type { Run } from "../machine/program.ts";
import { TICK } from "../machine/program.ts";
import { applyAssignment, assignmentWord, prepareAssignment, type PreparedAssignment } from "./assignment.ts";
import { runBuiltin, type Builtin, type DeclarationArgument } from "./builtin.ts";
import { ReadonlyError, ShellError } from "./errors.ts";
import { expandToText, expandWords } from "./expand/expand.ts";
import { closeSubstitutions } from "./expand/process.ts";
import { templateOf } from "./expand/template.ts";
import { runExternal } from "./external.ts";
import { callFunction } from "./function.ts";
import { keep, redirect, restore, type SavedDescriptors } from "./redirect.ts";
import type { RunOptions, RunWordsOptions, Shell } from "./shell.ts";
import { endOnSignal, runDebugTrap } from "./traps.ts";
import { trace, traceWord, traceWords } from "./xtrace.ts";

/** Commands whose arguments may be assignments. */
const DECLARATIONS = new Set(["declare", "typeset", "local", "export", "readonly"]);

/** Runs `node` and returns its status. */
export function* runSimple(shell: Shell, node: Command, options: RunOptions): Run<number> {
  shell.line = shell.source.lineAt(node.pos);
  shell.commandEnd = node.end;
  shell.startCommand(node);
  if (shell.state.traps.has("DEBUG")) yield* runDebugTrap(shell);
  yield TICK;
  // ^C that came before there was a child to take it.
  if (shell.pendingSignals.length > 0) yield* endOnSignal(shell);
  const substitutions = shell.substitutions.length;
  const saved: SavedDescriptors = [];
  shell.substitutionStatus = undefined;
  try {
    return yield* runPrepared(shell, node, options, saved);
  } catch (error) {
    if (!(error instanceof ShellError) || error.ends !== "command") throw error;
    yield* shell.complainOf(error);
    return error.status;
  } finally {
    restore(shell, saved);
    closeSubstitutions(shell, substitutions);
  }
}

function* runPrepared(shell: Shell, node: Command, options: RunOptions, saved: SavedDescriptors): Run<number> {
  const assignments = node.prefix.length === 0 ? [] : node.prefix.filter((part) => part.type === "Assignment");
  if (node.name === undefined) return yield* runAssignments(shell, node, assignments, saved);
  const declaration = declarationBuiltin(shell, node.name);
  if (declaration !== undefined) return yield* runDeclaration(shell, node, declaration, assignments, saved);
  const words = yield* expandArguments(shell, node, node.name);
  if (words.length === 0) return yield* runAssignments(shell, node, assignments, saved);
  const temporary = yield* temporaryEnvironment(shell, assignments);
  if (shell.options.has("xtrace")) {
    yield* traceTemporary(shell, temporary);
    yield* trace(shell, traceWords(words));
  }
  yield* redirect(shell, node.redirects, saved);
  if (words[0] === "exec" && !shell.state.functions.has("exec")) keep(shell, saved);
  const run = () =>
    dispatch(shell, words, {
      functions: true,
      builtins: true,
      external: true,
      ...(options.last === undefined ? {} : { last: options.last }),
    });
  if (temporary.size === 0) return yield* run();
  if (
    shell.options.has("posix") &&
    shell.interpreter.builtins.get(words[0] ?? "")?.special === true &&
    !shell.state.functions.has(words[0] ?? "")
  ) {
    // What is assigned before a special builtin stays.
    for (const [name, value] of temporary) shell.variables.assign(name, value);
    return yield* run();
  }
  shell.variables.pushTemporary(temporary);
  try {
    return yield* run();
  } finally {
    shell.variables.pop();
  }
}

function* expandArguments(shell: Shell, node: Command, name: Word): Run<string[]> {
  if (!node.suffix.some((part) => part.type === "Assignment")) return yield* expandWords(shell, [name, ...(node.args as Word[])]);
  const words = yield* expandWords(shell, [name]);
  for (const argument of node.args) {
    if (argument.type === "Word") append(words, yield* expandWords(shell, [argument]));
    else words.push(yield* assignmentWord(shell, argument));
  }
  return words;
}

/** `x=1` alone, or redirections alone. */
function* runAssignments(shell: Shell, node: Command, assignments: readonly Assignment[], saved: SavedDescriptors): Run<number> {
  try {
    for (const assignment of assignments) {
      const prepared = yield* prepareAssignment(shell, assignment);
      if (shell.options.has("xtrace")) yield* trace(shell, assignmentText(prepared));
      yield* applyAssignment(shell, prepared);
    }
  } catch (error) {
    // A failed assignment gives up the line.
    if (error instanceof ShellError && error.ends === "command") throw new ShellError(error.message, "line");
    throw error;
  }
  yield* redirect(shell, node.redirects, saved);
  shell.lastArgument = "";
  return shell.substitutionStatus ?? 0;
}

function assignmentText({ name, subscript, append, value, source }: PreparedAssignment): string {
  if (typeof value !== "string") return source;
  return `${name}${subscript === undefined ? "" : `[${subscript}]`}${append ? "+=" : "="}${value === "" ? "" : traceWord(value)}`;
}

/** An assignment as a word among others. */
function wholeAssignment(each: PreparedAssignment): string {
  const { name, subscript, append, value } = each;
  if (typeof value !== "string") return assignmentText(each);
  return traceWord(`${name}${subscript === undefined ? "" : `[${subscript}]`}${append ? "+=" : "="}${value}`);
}

/** `x=1 y=$x` before a command: each sees those before it. */
function* temporaryEnvironment(shell: Shell, assignments: readonly Assignment[]): Run<ReadonlyMap<string, string>> {
  const values = new Map<string, string>();
  if (assignments.length === 0) return values;
  const { variables } = shell;
  variables.pushTemporary(values);
  try {
    for (const node of assignments) {
      if (variables.own(node.name)?.readonly === true) {
        yield* shell.complain(new ReadonlyError(node.name).message);
        continue;
      }
      const value = yield* temporaryValue(shell, node);
      values.set(node.name, value);
      variables.addTemporary(node.name, value);
    }
  } finally {
    variables.pop();
  }
  return values;
}

function* temporaryValue(shell: Shell, node: Assignment): Run<string> {
  if (node.value.type === "ArrayValue") return node.text.slice(node.text.indexOf("=") + 1);
  const value = yield* expandToText(shell, node.value, "assignment");
  return node.append === true ? (shell.variables.scalar(node.name) ?? "") + value : value;
}

function declarationBuiltin(shell: Shell, name: Word): Extract<Builtin, { declare: unknown }> | undefined {
  const text = templateOf(name, "argument").constant;
  if (text === undefined || !DECLARATIONS.has(text) || shell.state.functions.has(text) || shell.state.disabledBuiltins.has(text))
    return undefined;
  const builtin = shell.interpreter.builtins.get(text);
  return builtin !== undefined && "declare" in builtin ? builtin : undefined;
}

function* runDeclaration(
  shell: Shell,
  node: Command,
  builtin: Extract<Builtin, { declare: unknown }>,
  assignments: readonly Assignment[],
  saved: SavedDescriptors,
): Run<number> {
  const args: DeclarationArgument[] = [];
  for (const argument of node.args) {
    if (argument.type === "Assignment") args.push(yield* prepareAssignment(shell, argument));
    else append(args, yield* expandWords(shell, [argument]));
  }
  const temporary = yield* temporaryEnvironment(shell, assignments);
  if (shell.options.has("xtrace")) {
    yield* traceTemporary(shell, temporary);
    const texts = args.map((each) => (typeof each === "string" ? traceWord(each) : wholeAssignment(each)));
    yield* trace(shell, [builtin.name, ...texts].join(" "));
    if (builtin.special === true) for (const each of args) if (typeof each !== "string") yield* trace(shell, assignmentText(each));
  }
  yield* redirect(shell, node.redirects, saved);
  const last = args.at(-1);
  shell.lastArgument = last === undefined ? builtin.name : typeof last === "string" ? last : last.name;
  if (temporary.size > 0 && builtin.name !== "local") for (const [name, value] of temporary) shell.variables.assign(name, value);
  return yield* guardOutput(shell, builtin.name, () => runBuiltin(shell, builtin, args));
}

function* traceTemporary(shell: Shell, temporary: ReadonlyMap<string, string>): Run<void> {
  for (const [name, value] of temporary) yield* trace(shell, `${name}=${value === "" ? "" : traceWord(value)}`);
}

/** Runs words that are fully expanded. */
export function* dispatch(shell: Shell, words: readonly string[], options: RunWordsOptions): Run<number> {
  const [name = "", ...args] = words;
  if (options.functions) {
    const found = shell.state.functions.get(name);
    if (found !== undefined) {
      const status = yield* callFunction(shell, found, args);
      shell.lastArgument = words.at(-1) ?? "";
      return status;
    }
  }
  if (options.builtins && !shell.state.disabledBuiltins.has(name)) {
    const builtin = shell.interpreter.builtins.get(name);
    if (builtin !== undefined) {
      const status = yield* guardOutput(shell, name, () => runBuiltin(shell, builtin, args));
      shell.lastArgument = words.at(-1) ?? "";
      return status;
    }
  }
  if (!options.external) {
    yield* shell.complain(`builtin: ${name}: not a shell builtin`);
    return 1;
  }
  const status = yield* runExternal(shell, words, options);
  shell.lastArgument = words.at(-1) ?? "";
  return status;
}

/** A builtin whose output cannot be written says so and fails; errors that it throws carry its name. */
function* guardOutput(shell: Shell, name: string, body: () => Run<number>): Run<number> {
  try {
    return yield* body();
  } catch (error) {
    if (isSysError(error) && (error.syscall === "write" || error.errno === "EPIPE")) {
      yield* shell.complain(`${name}: write error: ${error.text}`);
      return 1;
    }
    if (error instanceof ShellError && error.ends === "command") {
      yield* shell.complain(error instanceof ReadonlyError ? error.message : `${name}: ${error.message}`);
      return error.status;
    }
    throw error;
  }
}
