/** How control leaves a command other than by its status. */
import type { Signal } from "../machine/signals.ts";

/**
 * An error that the shell itself finds, e.g. a readonly variable. `message` has no prefix. What it ends follows bash:
 * - "command": the command only (the default for builtins);
 * - "line": everything up to the next line that is read (DISCARD in bash's source), e.g. arithmetic errors;
 * - "input": likewise, and what `eval` or a file had it read, too; text that came with -c is given up whole;
 * - "shell": a shell that is not interactive; the line of one that is, e.g. `${x:?}` and `set -u`.
 */
export class ShellError extends Error {
  readonly ends: "command" | "line" | "input" | "shell";
  readonly status: number;
  /** What goes before the message, once the error has left the function or file in which it arose. */
  prefix: string | undefined;

  constructor(message: string, ends: ShellError["ends"] = "command", status = 1) {
    super(message);
    this.name = "ShellError";
    this.ends = ends;
    this.status = status;
  }
}

/** An assignment to a readonly variable. Most builtins report it without their own name. */
export class ReadonlyError extends ShellError {
  constructor(name: string, status = 1) {
    super(`${name}: readonly variable`, "command", status);
    this.name = "ReadonlyError";
  }
}

/** `break` and `continue`, on their way to the loop they name. `levels` counts down. */
export class LoopJump extends Error {
  readonly kind: "break" | "continue";
  levels: number;
  /** What the loop ends with. */
  readonly status: number;

  constructor(kind: "break" | "continue", levels: number, status = 0) {
    super(kind);
    this.kind = kind;
    this.levels = levels;
    this.status = status;
  }
}

/** `return`, on its way to the function or sourced file. */
export class ReturnJump extends Error {
  readonly status: number;

  constructor(status: number) {
    super("return");
    this.status = status;
  }
}

/** The end of the shell process: `exit`, `set -e`, a fatal error. */
export class ExitShell extends Error {
  readonly status: number;

  constructor(status: number) {
    super("exit");
    this.status = status;
  }
}

/** The rest of the line is given up, silently: Ctrl-C at an interactive shell, or an error that was reported already. */
export class AbandonLine extends Error {
  readonly status: number;
  readonly signal: Signal | undefined;

  constructor(status: number, signal?: Signal) {
    super("abandon");
    this.status = status;
    this.signal = signal;
  }
}
