/** What programs say when something goes wrong, in the shape of error(3): `name: what: why`. */
import { isSysError } from "../vfs/errno.ts";
import type { Process } from "../machine/process.ts";
import type { ExitStatus, Run } from "../machine/program.ts";
import { stdout } from "./output.ts";

/** Ends the program with `name: message` and a status; `programOf` catches it. */
export class Failure extends Error {
  readonly status: ExitStatus;

  constructor(message: string, status: ExitStatus = 1) {
    super(message);
    this.name = "Failure";
    this.status = status;
  }
}

/** The name a GNU program gives itself: argv[0] as it was called. */
export function ownName(proc: Process): string {
  return proc.argv[0] ?? proc.name;
}

/** Prints `name: message` on stderr. On a terminal what was printed before stands before it. */
export function* complain(proc: Process, message: string): Run<void> {
  const out = stdout(proc);
  if (out.toTerminal) yield* out.flush();
  yield* proc.printError(`${ownName(proc)}: ${message}\n`);
}

/** `complain` of util-linux, whose programs give the last part of their name. */
export function* warn(proc: Process, message: string): Run<void> {
  const out = stdout(proc);
  if (out.toTerminal) yield* out.flush();
  yield* proc.printError(`${proc.name}: ${message}\n`);
}

/** strerror(3) of what a system call threw; anything else is a mistake of ours and goes on. */
export function reason(error: unknown): string {
  if (isSysError(error)) return error.text;
  throw error;
}

/** The value of `call`, or undefined if the kernel refuses: for questions whose answer may be no. */
export function orUndefined<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    reason(error);
    return undefined;
  }
}
