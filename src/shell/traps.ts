/** Traps: commands that run when a signal came, at exit, after a failure. */
import type { ExitStatus, Run } from "../machine/program.ts";
import { SIGNALS, type Signal } from "../machine/signals.ts";
import { AbandonLine, ExitShell } from "./errors.ts";
import type { Shell } from "./shell.ts";

/** Names that `trap` takes besides signals. */
export const PSEUDO_SIGNALS = ["EXIT", "DEBUG", "RETURN", "ERR"] as const;

/** Signals that end a shell, which with an EXIT trap it does not without running that. */
const FATAL: readonly Signal[] = ["HUP", "INT", "TERM"];

/** The name under which a trap is kept, from a name (with or without SIG) or a number; undefined when there is none. */
export function trapName(text: string): string | undefined {
  const upper = text.toUpperCase().replace(/^SIG/, "");
  if (upper === "0" || upper === "EXIT") return "EXIT";
  if ((PSEUDO_SIGNALS as readonly string[]).includes(upper) || upper in SIGNALS) return upper;
  return /^\d+$/.test(text) ? Object.entries(SIGNALS).find(([, number]) => number === Number(text))?.[0] : undefined;
}

/** As `trap -p` and `trap` print it. */
export function fullTrapName(name: string): string {
  return name in SIGNALS ? `SIG${name}` : name;
}

/** Makes the process listen to what `state.traps` says about `name`. */
export function armTrap(shell: Shell, name: string): void {
  if (name === "EXIT") {
    for (const signal of FATAL) if (!shell.state.traps.has(signal)) shell.proc.onSignal(signal, shell.defaultDisposition(signal));
    return;
  }
  if (!(name in SIGNALS) || name === "KILL" || name === "STOP") return;
  const signal = name as Signal;
  const command = shell.state.traps.get(name);
  if (command === undefined) shell.proc.onSignal(signal, shell.defaultDisposition(signal));
  else if (command === "") shell.proc.onSignal(signal, "ignore");
  else shell.proc.onSignal(signal, (caught) => void shell.pendingSignals.push(caught));
}

/** Runs what is due for signals that came. At an interactive shell, SIGINT without a trap gives up the line. */
export function* handleSignals(shell: Shell): Run<void> {
  while (shell.pendingSignals.length > 0) {
    const signal = shell.pendingSignals.shift();
    if (signal === undefined) return;
    const command = shell.state.traps.get(signal);
    if (command !== undefined) yield* runTrap(shell, command, 1);
    else if (!shell.interactive || shell.subshellLevel > 0) yield* dieOf(shell, signal);
    else if (signal === "INT") {
      yield* shell.writeError("\n");
      throw new AbandonLine(130, "INT");
    }
  }
}

/** Within a builtin that takes long: it ends with the line when a signal ends that; traps wait until it is done. */
export function* endOnSignal(shell: Shell): Run<void> {
  if (shell.pendingSignals.some((signal) => !shell.state.traps.has(signal))) yield* handleSignals(shell);
}

/** Runs a trap's command, its lines counted from `firstLine`; `$?` is kept across it. */
export function* runTrap(shell: Shell, command: string, firstLine = shell.line): Run<void> {
  const status = shell.state.status;
  const wasInTrap = shell.inTrap;
  const pipeStatus = shell.pipeStatus;
  shell.inTrap = true;
  try {
    yield* shell.interpreter.runText(shell, command, { firstLine, label: shell.inExitTrap ? "exit trap" : "trap" });
  } finally {
    shell.inTrap = wasInTrap;
    shell.state.status = status;
    shell.pipeStatus = pipeStatus;
  }
}

/** After a command failed where `set -e` would count it. */
export function* runErrorTrap(shell: Shell): Run<void> {
  const command = shell.state.traps.get("ERR");
  if (command === undefined || command === "" || shell.inTrap) return;
  if (shell.variables.inFunction && !shell.options.has("errtrace")) return;
  yield* runTrap(shell, command);
}

/** When a function or a sourced file is done. */
export function* runReturnTrap(shell: Shell): Run<void> {
  const command = shell.state.traps.get("RETURN");
  if (command !== undefined && command !== "" && !shell.inTrap) yield* runTrap(shell, command);
}

/** Before each simple command, and before the heads of loops and the like. */
export function* runDebugTrap(shell: Shell): Run<void> {
  const command = shell.state.traps.get("DEBUG");
  if (command === undefined || command === "" || shell.inTrap) return;
  if (shell.variables.inFunction && !shell.options.has("functrace")) return;
  yield* runTrap(shell, command);
}

/** Dies of `signal`, which was caught only because there is an EXIT trap to run first. */
function* dieOf(shell: Shell, signal: Signal): Run<void> {
  yield* runExitTrap(shell, shell.state.status);
  shell.proc.onSignal(signal, "default");
  shell.proc.kill(shell.proc.pid, signal);
  yield* shell.proc.tick();
}

/** The last thing a shell does. Returns its status, which `exit` in the trap may change. */
export function* runExitTrap(shell: Shell, status: ExitStatus): Run<ExitStatus> {
  const command = shell.state.traps.get("EXIT");
  if (command === undefined || command === "") return status;
  shell.state.traps.delete("EXIT");
  shell.state.status = status;
  shell.inExitTrap = true;
  shell.traceDepth = 0;
  try {
    yield* runTrap(shell, command, 1);
  } catch (error) {
    if (error instanceof ExitShell || error instanceof AbandonLine) return error.status;
    throw error;
  }
  return status;
}
