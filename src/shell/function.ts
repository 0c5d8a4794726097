/** Calling functions. */
import type { Run } from "../machine/program.ts";
import { ExitShell, ReturnJump, ShellError } from "./errors.ts";
import type { Shell } from "./shell.ts";
import type { ShellFunction } from "./state.ts";
import { crash } from "./subshell.ts";
import { runReturnTrap } from "./traps.ts";

/** Deeper than this, bash itself has run out of stack and dies of SIGSEGV. @simplified The real limit is some thousands, by the size of the stack. */
const DEEPEST_CALL = 300;

/** Runs `called` with `args` as its positional parameters. */
export function* callFunction(shell: Shell, called: ShellFunction, args: readonly string[]): Run<number> {
  const limit = Number(shell.variables.scalar("FUNCNEST") ?? 0);
  if (limit > 0 && shell.callDepth >= limit) {
    throw new ShellError(`${called.name}: maximum function nesting level exceeded (${limit})`, "line");
  }
  if (shell.callDepth >= DEEPEST_CALL) {
    yield* crash(shell.proc);
  }
  const { state, frames, source, line, loopDepth, optionsBefore } = shell;
  const { positional } = state;
  state.positional = args;
  shell.frames = [...frames, { kind: "function", name: called.name, file: called.file, callLine: line }];
  shell.source = called.source;
  shell.loopDepth = 0;
  shell.callDepth++;
  shell.optionsBefore = undefined;
  state.variables.pushFunction();
  const trap = called.traced ? undefined : hideReturnTrap(shell);
  let ends = false;
  try {
    yield* shell.interpreter.runNode(shell, called.node.body);
    yield* runReturnTrap(shell);
  } catch (error) {
    if (error instanceof ShellError) error.prefix ??= shell.errorPrefix();
    // The EXIT trap still sees the function that called exit.
    ends = error instanceof ExitShell;
    if (!(error instanceof ReturnJump)) throw error;
    state.status = error.status;
    yield* runReturnTrap(shell);
  } finally {
    if (!ends) leave();
  }
  return state.status;

  function leave(): void {
    if (shell.optionsBefore !== undefined) state.options = shell.optionsBefore;
    if (trap !== undefined && !state.traps.has("RETURN")) state.traps.set("RETURN", trap);
    state.variables.pop();
    state.positional = positional;
    shell.frames = frames;
    shell.source = source;
    shell.line = line;
    shell.loopDepth = loopDepth;
    shell.callDepth--;
    shell.optionsBefore = optionsBefore;
  }
}

/** Functions do not inherit RETURN traps, except under `set -T`. Takes the trap away and gives it back. */
function hideReturnTrap(shell: Shell): string | undefined {
  if (shell.options.has("functrace")) return undefined;
  const trap = shell.state.traps.get("RETURN");
  shell.state.traps.delete("RETURN");
  return trap;
}
