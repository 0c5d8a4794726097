/** Pipelines, subshells and background jobs: what makes processes. */
import type { Coproc, Pipeline, PipelineNode, Statement } from "unbash";
import { IndexedArray } from "./arrays.ts";
import type { Run } from "../machine/program.ts";
import { closeSubstitutions } from "./expand/process.ts";
import { waitInForeground } from "./foreground.ts";
import type { Job } from "./jobs.ts";
import { commandText } from "./print.ts";
import { duplicateTo, restore, type SavedDescriptors } from "./redirect.ts";
import type { RunOptions, Shell } from "./shell.ts";
import { startSubshell } from "./subshell.ts";
import { runDebugTrap } from "./traps.ts";
import { reportTime, type Stopwatch } from "./time.ts";

type RunNode = (shell: Shell, node: Pipeline["commands"][number] | Statement["command"], options: RunOptions) => Run<number>;

/** Runs a pipeline, without its `!`. `run` runs one node. */
export function* runPipeline(shell: Shell, node: Pipeline, options: RunOptions, run: RunNode): Run<number> {
  const time = node.prefixes.find((prefix) => prefix.type === "Time");
  const watch: Stopwatch | undefined = time?.type === "Time" ? { started: shell.proc.now(), posix: time.posix !== undefined } : undefined;
  const only = node.commands.length === 1 ? node.commands[0] : undefined;
  let status = 0;
  if (only !== undefined) status = yield* run(shell, only, watch === undefined && node.prefixes.length === 0 ? options : {});
  else if (runsLastHere(shell, node)) status = yield* runWithLastHere(shell, node, run);
  else if (node.commands.length > 1)
    status = yield* waitInForeground(shell, yield* startStages(shell, node, commandText(node, shell.source), false));
  if (watch !== undefined) yield* reportTime(shell, watch);
  return status;
}

/** `shopt -s lastpipe`, which acts only without job control. */
function runsLastHere(shell: Shell, node: Pipeline): boolean {
  return node.commands.length > 1 && shell.options.shopt("lastpipe") && !shell.options.has("monitor");
}

/** Runs the last command of a pipeline in this shell, with the others feeding its standard input. */
function* runWithLastHere(shell: Shell, node: Pipeline, run: RunNode): Run<number> {
  const last = node.commands.at(-1);
  const [reader, writer] = shell.proc.sys.pipe();
  const feeding = { ...node, commands: node.commands.slice(0, -1), operators: node.operators.slice(0, -1) };
  const job = yield* startStages(shell, feeding, commandText(node, shell.source), false, { writer, reader });
  shell.proc.sys.close(writer);
  const saved: SavedDescriptors = [];
  duplicateTo(shell, reader, 0, saved);
  shell.proc.sys.close(reader);
  let status = 0;
  try {
    if (last !== undefined) status = yield* run(shell, last, {});
  } finally {
    restore(shell, saved);
  }
  yield* waitInForeground(shell, job);
  shell.pipeStatus = [...shell.pipeStatus, status];
  return shell.options.has("pipefail") ? (shell.pipeStatus.findLast((each) => each !== 0) ?? 0) : status;
}

/** Starts every command of a pipeline, joined by pipes; with `end` the last writes into a pipe of the caller's. */
function* startStages(
  shell: Shell,
  node: Pipeline,
  text: string,
  isBackground: boolean,
  end?: { readonly reader: number; readonly writer: number },
): Run<Job> {
  const { sys } = shell.proc;
  const pids: number[] = [];
  const isJob = shell.options.has("monitor");
  let input: number | undefined;
  for (const [i, command] of node.commands.entries()) {
    const operator = node.operators[i];
    const pipe = operator === undefined ? undefined : sys.pipe();
    const fds = shell.descriptorsForChild();
    for (const each of [...(pipe ?? []), ...(end === undefined ? [] : [end.reader, end.writer])]) fds.delete(each);
    if (input !== undefined) {
      fds.delete(input);
      fds.set(0, input);
    }
    if (pipe === undefined && end !== undefined) fds.set(1, end.writer);
    if (pipe !== undefined) {
      fds.set(1, pipe[1]);
      if (operator === "|&") fds.set(2, pipe[1]);
    }
    if (command.type === "Command") {
      shell.startCommand(command);
      yield* runDebugTrap(shell);
    }
    const child = yield* startSubshell(
      shell,
      { fds, background: isBackground, ...(isJob ? { processGroup: pids[0] ?? 0 } : {}) },
      (inner) => {
        inner.isStage = true;
        return inner.interpreter.runNode(inner, command, { last: true });
      },
    );
    pids.push(child.pid);
    if (input !== undefined) sys.close(input);
    if (pipe !== undefined) sys.close(pipe[1]);
    input = pipe?.[0];
  }
  return shell.jobs.add({ group: isJob ? (pids[0] ?? 0) : 0, pids, text, directory: shell.state.directory, isBackground });
}

/** `statement &`. */
export function* runInBackground(shell: Shell, statement: Statement): Run<number> {
  const node = statement.command;
  const text = commandText(node, shell.source);
  shell.line = shell.source.lineAt(statement.pos);
  const job =
    node.type === "Pipeline" && node.prefixes.length === 0 && node.commands.length > 1
      ? yield* startStages(shell, node, text, true)
      : yield* startOne(shell, node, text);
  shell.state.lastBackground = job.processes.at(-1)?.pid;
  if (shell.interactive && shell.subshellLevel === 0) yield* shell.writeError(`[${job.number}] ${job.processes.at(-1)?.pid ?? 0}\n`);
  return (shell.state.status = 0);
}

function* startOne(shell: Shell, node: PipelineNode | Statement["command"], text: string): Run<Job> {
  const isJob = shell.options.has("monitor");
  const child = yield* startSubshell(shell, { background: true, ...(isJob ? { processGroup: 0 } : {}) }, (inner) =>
    inner.interpreter.runNode(inner, node, { last: true }),
  );
  return shell.jobs.add({ group: isJob ? child.pid : 0, pids: [child.pid], text, directory: shell.state.directory, isBackground: true });
}

/** `( … )`. In a subshell whose last command it is, no further process is made. */
export function* runSubshell(shell: Shell, text: string, body: (inner: Shell) => Run<number>, options: RunOptions): Run<number> {
  void options;
  const isJob = shell.options.has("monitor");
  const child = yield* startSubshell(shell, { background: false, ...(isJob ? { processGroup: 0 } : {}) }, body);
  return yield* waitInForeground(
    shell,
    shell.jobs.add({ group: isJob ? child.pid : 0, pids: [child.pid], text, directory: shell.state.directory, isBackground: false }),
  );
}

/** `coproc NAME command`: NAME[0] reads from it, NAME[1] writes to it. */
export function* runCoprocess(shell: Shell, node: Coproc): Run<number> {
  const { sys } = shell.proc;
  const name = node.name?.value ?? "COPROC";
  const [input, toChild] = sys.pipe();
  const [fromChild, output] = sys.pipe();
  const fds = shell.descriptorsForChild();
  for (const fd of [toChild, fromChild, input, output]) fds.delete(fd);
  fds.set(0, input);
  fds.set(1, output);
  const isJob = shell.options.has("monitor");
  const child = yield* startSubshell(shell, { fds, background: true, ...(isJob ? { processGroup: 0 } : {}) }, (inner) =>
    inner.interpreter.runNode(inner, node.body, { last: true }),
  );
  sys.close(input);
  sys.close(output);
  const ends = [fromChild, toChild].map((fd) => {
    const high = sys.dup(fd, 60);
    sys.close(fd);
    return String(high);
  });
  shell.variables.assignArray(name, IndexedArray.of(ends));
  shell.variables.assign(`${name}_PID`, String(child.pid));
  shell.coprocess = { pid: child.pid, name, descriptors: ends.map(Number) };
  shell.state.lastBackground = child.pid;
  const job = shell.jobs.add({
    group: isJob ? child.pid : 0,
    pids: [child.pid],
    text: commandText(node, shell.source),
    directory: shell.state.directory,
    isBackground: true,
  });
  if (shell.interactive) yield* shell.writeError(`[${job.number}] ${child.pid}\n`);
  closeSubstitutions(shell, shell.substitutions.length);
  return (shell.state.status = 0);
}
