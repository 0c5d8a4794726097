/** Runs the nodes of the syntax tree. Simple commands and pipelines have files of their own. */
import type {
  AndOr,
  ArithmeticFor,
  Case,
  CompoundList,
  For,
  Function as FunctionNode,
  If,
  Pipeline,
  Redirected,
  Select,
  Statement,
  Subshell,
  While,
  Word,
} from "unbash";
import type { Run } from "../machine/program.ts";
import { inLocale } from "./characters.ts";
import { TICK } from "../machine/program.ts";
import { evaluateExpanded, expandArithmetic } from "./arithmetic-expansion.ts";
import { testStatus } from "./conditional.ts";
import { ExitShell, LoopJump, ReadonlyError, ShellError } from "./errors.ts";
import { closeSubstitutions } from "./expand/process.ts";
import { expandToPattern, expandToText, expandWords } from "./expand/expand.ts";
import { runCoprocess, runInBackground, runPipeline, runSubshell } from "./pipeline.ts";
import { commandText } from "./print.ts";
import { redirect, restore, type SavedDescriptors } from "./redirect.ts";
import { select } from "./select.ts";
import type { RunOptions, Shell } from "./shell.ts";
import { runSimple } from "./simple-command.ts";
import { handleSignals, runDebugTrap, runErrorTrap } from "./traps.ts";
import { trace } from "./xtrace.ts";

type Node = Statement["command"] | CompoundList;

/** Statements in order; the status of the last. */
export function* runList(shell: Shell, statements: readonly Statement[], options: RunOptions = {}): Run<number> {
  const last = statements.length - 1;
  for (const [i, statement] of statements.entries()) {
    yield* runStatement(shell, statement, { last: options.last === true && i === last });
  }
  return shell.state.status;
}

export function* runStatement(shell: Shell, statement: Statement, options: RunOptions = {}): Run<number> {
  if (shell.pendingSignals.length > 0) yield* handleSignals(shell);
  if (shell.options.has("noexec") && !shell.interactive) return 0;
  const status = statement.background === true ? yield* runInBackground(shell, statement) : yield* run(shell, statement.command, options);
  if (shell.pendingSignals.length > 0) yield* handleSignals(shell);
  return status;
}

/** Runs one node and leaves its status in `$?`. */
export function* run(shell: Shell, node: Node, options: RunOptions = {}): Run<number> {
  switch (node.type) {
    case "Command":
      return yield* settle(shell, yield* runSimple(shell, node, options));
    case "CompoundList":
      return yield* runList(shell, node.commands, options);
    case "AndOr":
      return yield* runAndOr(shell, node, options);
    case "Pipeline":
      return yield* settlePipeline(shell, node, options);
    case "BraceGroup":
      return yield* runList(shell, node.body.commands, options);
    case "If":
      return yield* runIf(shell, node, options);
    case "For":
      return yield* runFor(shell, node);
    case "While":
      return yield* runWhile(shell, node);
    case "ArithmeticFor":
      return yield* runArithmeticFor(shell, node);
    case "Select":
      return yield* runSelect(shell, node);
    case "Case":
      return yield* runCase(shell, node, options);
    case "Subshell":
      return yield* settle(shell, yield* subshell(shell, node, options));
    case "ArithmeticCommand":
      return yield* settle(shell, yield* runArithmetic(shell, node.pos, node.body));
    case "TestCommand": {
      shell.line = shell.source.lineAt(node.pos);
      yield TICK;
      yield* beforeHead(shell, () => commandText(node, shell.source));
      return yield* settle(shell, yield* testStatus(shell, node.expression));
    }
    case "Function":
      return yield* define(shell, node);
    case "Redirected":
      return yield* runRedirected(shell, node, options);
    case "Coproc":
      return yield* runCoprocess(shell, node);
  }
}

/** `$BASH_COMMAND` and the DEBUG trap before the head of a compound command. */
function* beforeHead(shell: Shell, text: () => string): Run<void> {
  if (!shell.state.traps.has("DEBUG")) return;
  shell.command = text();
  yield* runDebugTrap(shell);
}

/** After a command by itself: `$?`, `$PIPESTATUS`, and what a failure causes. */
function* settle(shell: Shell, status: number): Run<number> {
  shell.state.status = status;
  if (shell.pipeStatus.length !== 1 || shell.pipeStatus[0] !== status) shell.pipeStatus = [status];
  if (status !== 0 && shell.testing === 0) yield* afterFailure(shell, status);
  return status;
}

function* afterFailure(shell: Shell, status: number): Run<void> {
  if (shell.state.traps.has("ERR")) yield* runErrorTrap(shell);
  if (shell.options.has("errexit")) throw new ExitShell(status);
}

function* settlePipeline(shell: Shell, node: Pipeline, options: RunOptions): Run<number> {
  const negated = node.prefixes.filter((prefix) => prefix.type === "Negation").length % 2 === 1;
  if (negated) shell.testing++;
  let status: number;
  try {
    status = yield* runPipeline(shell, node, options, run);
  } finally {
    if (negated) shell.testing--;
  }
  if (negated) status = status === 0 ? 1 : 0;
  shell.state.status = status;
  // A pipeline of one command has met errexit already.
  if (status !== 0 && shell.testing === 0 && !negated && node.commands.length > 1) yield* afterFailure(shell, status);
  return status;
}

/** All but the last of `a && b || c` are tested. */
function* runAndOr(shell: Shell, node: AndOr, options: RunOptions): Run<number> {
  let status = 0;
  for (const [i, command] of node.commands.entries()) {
    const operator = node.operators[i - 1];
    if (operator !== undefined && (operator === "&&") !== (status === 0)) continue;
    const isLast = i === node.commands.length - 1;
    if (!isLast) shell.testing++;
    try {
      status = yield* run(shell, command, isLast ? options : {});
    } finally {
      if (!isLast) shell.testing--;
    }
  }
  return status;
}

/** A condition: its failure is no error. */
function* holds(shell: Shell, clause: CompoundList): Run<boolean> {
  shell.testing++;
  try {
    return (yield* runList(shell, clause.commands)) === 0;
  } finally {
    shell.testing--;
  }
}

function* runIf(shell: Shell, node: If, options: RunOptions): Run<number> {
  if (yield* holds(shell, node.clause)) return yield* runList(shell, node.then.commands, options);
  for (const branch of node.elif) if (yield* holds(shell, branch.clause)) return yield* runList(shell, branch.then.commands, options);
  if (node.else !== undefined) return yield* runList(shell, node.else.commands, options);
  return (shell.state.status = 0);
}

/** One turn of a loop's body. False: the loop ends. */
function* turn(shell: Shell, body: CompoundList): Run<boolean> {
  yield TICK;
  if (shell.pendingSignals.length > 0) yield* handleSignals(shell);
  try {
    yield* runList(shell, body.commands);
    return true;
  } catch (error) {
    if (!(error instanceof LoopJump)) throw error;
    if (error.levels > 1 && shell.loopDepth > 1) {
      error.levels--;
      throw error;
    }
    shell.state.status = error.status;
    return error.kind === "continue";
  }
}

/** Runs `loop` as a loop for `break` and `continue`. Its status is that of the last body, 0 when there was none. */
function* looping(shell: Shell, loop: () => Run<boolean>): Run<number> {
  shell.loopDepth++;
  try {
    const ran = yield* loop();
    if (!ran) shell.state.status = 0;
    return shell.state.status;
  } finally {
    shell.loopDepth--;
  }
}

function* runFor(shell: Shell, node: For): Run<number> {
  shell.line = shell.source.lineAt(node.pos);
  const name = node.name.value;
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    yield* shell.complain(`\`${node.name.text}': not a valid identifier`);
    return yield* settle(shell, 1);
  }
  const words = node.wordlist === undefined ? shell.state.positional : yield* expandWords(shell, node.wordlist);
  return yield* looping(shell, function* () {
    for (const word of words) {
      const head = () => `for ${name} in ${wordsText(shell, node.wordlist)}`;
      yield* beforeHead(shell, head);
      if (shell.options.has("xtrace")) yield* trace(shell, head());
      if (!(yield* assignLoopVariable(shell, name, word))) {
        shell.state.status = 1;
        return true;
      }
      if (!(yield* turn(shell, node.body))) return true;
    }
    return words.length > 0;
  });
}

/** The words of `for` and `select` as they were written. */
function wordsText(shell: Shell, words: readonly Word[] | undefined): string {
  return words?.map((each) => shell.source.slice(each)).join(" ") ?? '"$@"';
}

/** Whether it could be assigned; a readonly variable ends the loop. */
function* assignLoopVariable(shell: Shell, name: string, word: string): Run<boolean> {
  const variable = shell.variables.own(name);
  try {
    if (variable?.reference === true) variable.value = word;
    else shell.variables.assign(name, word);
    return true;
  } catch (error) {
    if (!(error instanceof ReadonlyError)) throw error;
    yield* shell.complainOf(error);
    return false;
  }
}

function* runWhile(shell: Shell, node: While): Run<number> {
  let status = 0;
  return yield* looping(shell, function* () {
    let ran = false;
    for (;;) {
      let condition: boolean;
      try {
        condition = yield* holds(shell, node.clause);
      } catch (error) {
        // `while break; do …`
        if (!(error instanceof LoopJump)) throw error;
        if (error.levels > 1 && shell.loopDepth > 1) {
          error.levels--;
          throw error;
        }
        if (error.kind === "continue") continue;
        shell.state.status = error.status;
        return true;
      }
      if (condition === (node.kind === "until")) break;
      ran = true;
      if (!(yield* turn(shell, node.body))) return true;
      ({ status } = shell.state);
    }
    shell.state.status = status;
    return ran;
  });
}

function* runArithmeticFor(shell: Shell, node: ArithmeticFor): Run<number> {
  shell.line = shell.source.lineAt(node.pos);
  const part = function* (expression: ArithmeticFor["test"]): Run<bigint> {
    if (expression === undefined) return 1n;
    const text = shell.source.slice(expression);
    yield* beforeHead(shell, () => `((${text}))`);
    if (shell.options.has("xtrace")) yield* trace(shell, `(( ${text} ))`);
    return evaluateExpanded(shell, yield* expandArithmetic(shell, text), "((");
  };
  return yield* guarded(shell, () =>
    looping(shell, function* () {
      let ran = false;
      yield* part(node.initialize);
      while ((yield* part(node.test)) !== 0n) {
        ran = true;
        if (!(yield* turn(shell, node.body))) return true;
        yield* part(node.update);
      }
      return ran;
    }),
  );
}

/** An arithmetic error ends the command, not the line. */
function* guarded(shell: Shell, body: () => Run<number>): Run<number> {
  try {
    return yield* body();
  } catch (error) {
    if (!(error instanceof ShellError) || error.ends !== "line" || !error.message.startsWith("((: ")) throw error;
    yield* shell.complainOf(error);
    return yield* settle(shell, 1);
  }
}

function* runArithmetic(shell: Shell, pos: number, body: string): Run<number> {
  shell.line = shell.source.lineAt(pos);
  yield TICK;
  yield* beforeHead(shell, () => `((${body}))`);
  if (shell.options.has("xtrace")) yield* trace(shell, `(( ${body} ))`);
  try {
    return evaluateExpanded(shell, yield* expandArithmetic(shell, body), "((") === 0n ? 1 : 0;
  } catch (error) {
    if (!(error instanceof ShellError) || error.ends !== "line") throw error;
    yield* shell.complainOf(error);
    return 1;
  }
}

function* runSelect(shell: Shell, node: Select): Run<number> {
  shell.line = shell.source.lineAt(node.pos);
  const words = node.wordlist === undefined ? shell.state.positional : yield* expandWords(shell, node.wordlist);
  const head = () => `select ${node.name.value} in ${wordsText(shell, node.wordlist)}`;
  yield* beforeHead(shell, head);
  if (shell.options.has("xtrace")) yield* trace(shell, head());
  return yield* looping(shell, () => select(shell, node.name.value, words, () => turn(shell, node.body)));
}

function* runCase(shell: Shell, node: Case, options: RunOptions): Run<number> {
  shell.line = shell.source.lineAt(node.pos);
  const head = () => `case ${shell.source.slice(node.word)} in`;
  yield* beforeHead(shell, () => `${head()} `);
  const subject = yield* expandToText(shell, node.word);
  if (shell.options.has("xtrace")) yield* trace(shell, head());
  let falls = false;
  let status = 0;
  for (const item of node.items) {
    let chosen = falls;
    for (const word of item.pattern) {
      if (chosen) break;
      chosen = (yield* expandToPattern(shell, word)).matches(inLocale(shell, subject));
    }
    if (!chosen) continue;
    shell.state.status = 0;
    status = yield* runList(shell, item.body.commands, item.terminator === ";;" ? options : {});
    if (item.terminator === ";;" || item.terminator === undefined) return status;
    falls = item.terminator === ";&";
  }
  return (shell.state.status = status);
}

function subshell(shell: Shell, node: Subshell, options: RunOptions): Run<number> {
  shell.line = shell.source.lineAt(node.pos);
  shell.startCommand(node);
  return runSubshell(shell, commandText(node, shell.source), (inner) => runList(inner, node.body.commands, { last: true }), options);
}

function* define(shell: Shell, node: FunctionNode): Run<number> {
  shell.line = shell.source.lineAt(node.pos);
  const name = node.name.value;
  if (node.name.text !== name || node.name.parts !== undefined) {
    yield* shell.complain(`\`${node.name.text}': not a valid identifier`);
    return yield* settle(shell, 1);
  }
  const file = shell.frames.at(-1)?.file ?? "";
  const origin = file !== "" ? file : shell.commandsFrom === "string" ? "environment" : "main";
  shell.state.functions.set(name, { name, node, source: shell.source, file: origin, exported: false, traced: false });
  return (shell.state.status = 0);
}

function* runRedirected(shell: Shell, node: Redirected, options: RunOptions): Run<number> {
  const saved: SavedDescriptors = [];
  const substitutions = shell.substitutions.length;
  try {
    try {
      shell.line = shell.source.lineAt(node.pos);
      yield* redirect(shell, node.redirects, saved);
    } catch (error) {
      if (!(error instanceof ShellError) || error.ends !== "command") throw error;
      yield* shell.complainOf(error);
      restore(shell, saved);
      return yield* settle(shell, 1);
    }
    return yield* run(shell, node.command, options.last === true ? { last: true } : {});
  } finally {
    restore(shell, saved);
    closeSubstitutions(shell, substitutions);
  }
}
