/** Child shells: what fork(2) without execve(2) is to bash. */
import type { Process } from "../machine/process.ts";
import type { ExitStatus, Program, Run } from "../machine/program.ts";
import { isSysError } from "../vfs/errno.ts";
import { O } from "../vfs/types.ts";
import { AbandonLine, ExitShell, LoopJump, ReturnJump, ShellError } from "./errors.ts";
import { fork } from "./fork.ts";
import { Shell } from "./shell.ts";
import { installSpecialVariables } from "./special-variables.ts";
import { runExitTrap } from "./traps.ts";

export interface SubshellOptions {
  /** The child's descriptors in terms of ours; ours when left out. */
  readonly fds?: ReadonlyMap<number, number>;
  /** Started with `&`: without job control it does not hear Ctrl-C and reads nothing. */
  readonly background: boolean;
  /** Goes on reading our standard input all the same, as a process substitution does. */
  readonly keepsInput?: true;
  readonly processGroup?: number;
}

/** Starts a copy of `shell` that runs `body` and ends. */
export function* startSubshell(shell: Shell, options: SubshellOptions, body: (inner: Shell) => Run<ExitStatus>): Run<Process> {
  const snapshot = shell.state.clone();
  const monitor = shell.options.has("monitor");
  const detached = options.background && !monitor;
  const program: Program = function* (proc) {
    const inner = forkShell(shell, proc, snapshot);
    if (detached) detach(proc, options);
    return yield* runToEnd(inner, body(inner));
  };
  return yield* fork(shell, {
    argv: shell.proc.argv,
    program,
    fds: options.fds ?? shell.descriptorsForChild(),
    ...(options.processGroup === undefined ? {} : { processGroup: options.processGroup }),
  });
}

function detach(proc: Process, { fds, keepsInput }: SubshellOptions): void {
  proc.onSignal("INT", "ignore");
  proc.onSignal("QUIT", "ignore");
  if (keepsInput === true || (fds !== undefined && fds.get(0) !== 0)) return;
  try {
    const fd = proc.sys.open("/dev/null", O.RDONLY);
    if (fd !== 0) {
      proc.sys.dup2(fd, 0);
      proc.sys.close(fd);
    }
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
}

function forkShell(shell: Shell, proc: Process, state: Shell["state"]): Shell {
  const inner = new Shell(proc, state, shell.interpreter, shell.jobs.fork(), shell.source);
  inner.heldForVariables = shell.heldForVariables;
  inner.interactive = shell.interactive;
  inner.commandsFrom = shell.commandsFrom;
  inner.subshellLevel = shell.subshellLevel + 1;
  inner.traceDepth = shell.traceDepth;
  inner.line = shell.line;
  inner.frames = shell.frames;
  inner.pipeStatus = shell.pipeStatus;
  inner.lastArgument = shell.lastArgument;
  inner.testing = shell.testing;
  inner.loopDepth = shell.loopDepth;
  inner.mainPid = shell.mainPid;
  inner.callDepth = shell.callDepth;
  inner.options.set("monitor", false);
  // Traps do not pass to subshells, except what is ignored; ERR does under `set -E`.
  state.outerTraps ??= new Map(state.traps);
  for (const [name, command] of state.traps) {
    if (command !== "" && !(name === "ERR" && inner.options.has("errtrace"))) state.traps.delete(name);
  }
  installSpecialVariables(inner);
  return inner;
}

/** Runs `body` as all that `shell` will ever do: what leaves it becomes a status, and the EXIT trap runs. */
export function* runToEnd(shell: Shell, body: Run<ExitStatus>): Run<ExitStatus> {
  let status: ExitStatus;
  try {
    status = yield* body;
  } catch (error) {
    // Recursion without end: bash runs out of stack, too, and the kernel ends it.
    if (error instanceof RangeError) yield* crash(shell.proc);
    status = yield* statusOfError(shell, error);
  }
  return yield* runExitTrap(shell, status);
}

/** Dies of SIGSEGV. */
export function* crash(proc: Process): Run<void> {
  proc.onSignal("SEGV", "default");
  proc.kill(proc.pid, "SEGV");
  yield* proc.tick();
}

/** The status with which an exception ends a shell; messages are printed. Others are passed on. */
export function* statusOfError(shell: Shell, error: unknown): Run<ExitStatus> {
  if (error instanceof ExitShell || error instanceof ReturnJump || error instanceof AbandonLine) return error.status;
  if (error instanceof LoopJump) return 0;
  if (error instanceof ShellError) {
    yield* shell.complainOf(error);
    return error.status;
  }
  throw error;
}
