/** The shell that a login gives, and how it is kept in a checkpoint. */
import type { LoginShell, ShellCheckpoint } from "../machine/ports.ts";
import type { Process } from "../machine/process.ts";
import type { Program, Run } from "../machine/program.ts";
import { becomeInteractive, makeBash, makeLoginShell, makeReader, runAtTerminal, startLogin, type BashOptions } from "./bash.ts";
import { CommandLoop } from "./interactive.ts";
import { makeInterpreter } from "./interpreter.ts";
import { JobTable } from "./jobs.ts";
import { Shell } from "./shell.ts";
import { SourceText } from "./source.ts";
import { installSpecialVariables } from "./special-variables.ts";
import { loadState, saveState } from "./state.ts";
import { runToEnd } from "./subshell.ts";
import { armTrap } from "./traps.ts";

/** bash as login shells run it. Each instance knows the shells that it started. */
export class BashLoginShell implements LoginShell {
  readonly #options: BashOptions;
  readonly #loops = new WeakMap<Process, CommandLoop>();

  constructor(options: BashOptions) {
    this.#options = options;
  }

  start(saved: ShellCheckpoint | undefined): Program {
    const options = this.#options;
    const loops = this.#loops;
    const program = makeBash(options);
    return function* (proc) {
      const shell = saved === undefined ? makeLoginShell(proc, program, options) : restore(proc, program, saved, options);
      const loop = new CommandLoop(shell, makeReader(shell, options), saved?.["line"] as number | undefined);
      loops.set(proc, loop);
      return yield* runToEnd(shell, life(shell, loop, saved !== undefined));
    };
  }

  checkpoint(proc: Process): ShellCheckpoint | undefined {
    const loop = this.#loops.get(proc);
    return loop?.isAtRest === true ? { ...saveState(loop.shell.state), ...savePlace(loop.shell), line: loop.line } : undefined;
  }
}

function* life(shell: Shell, loop: CommandLoop, isRestored: boolean): Run<number> {
  if (!isRestored) yield* startLogin(shell);
  return yield* runAtTerminal(shell, loop);
}

/** What a shell at its prompt has besides its state. */
function savePlace(shell: Shell): ShellCheckpoint {
  return { pipeStatus: shell.pipeStatus, lastArgument: shell.lastArgument, commandNumber: shell.commandNumber };
}

function restore(proc: Process, program: Program, saved: ShellCheckpoint, { patterns }: BashOptions): Shell {
  const shell = new Shell(proc, loadState(saved), makeInterpreter(program, patterns), new JobTable(), new SourceText(""));
  shell.interactive = true;
  shell.isLogin = true;
  shell.pipeStatus = saved["pipeStatus"] as readonly number[];
  shell.lastArgument = saved["lastArgument"] as string;
  shell.commandNumber = saved["commandNumber"] as number;
  installSpecialVariables(shell);
  becomeInteractive(shell);
  for (const name of shell.state.traps.keys()) armTrap(shell, name);
  return shell;
}
