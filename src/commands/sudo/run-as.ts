/** What sudo and su share: a password asked for, and a child that runs as somebody else. */
import { decodeUtf8 } from "../../base/utf8.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { SIGNALS, type Signal } from "../../machine/signals.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Credentials } from "../../vfs/types.ts";
import { stdout } from "../output.ts";

/** Asks on the terminal, without echo. Undefined when there is nobody to ask. */
export function* askPassword(proc: Process, prompt: string): Run<string | undefined> {
  const { tty } = proc;
  if (tty === undefined || !proc.sys.isatty(0)) return undefined;
  yield* proc.printError(prompt);
  const settings = tty.getAttributes();
  tty.setAttributes({ ...settings, echo: false }, { flush: true });
  try {
    const line = decodeUtf8(yield* proc.read(0, 1024)).replace(/\n$/, "");
    yield* proc.printError("\n");
    return line;
  } finally {
    tty.setAttributes(settings);
  }
}

export interface Errand {
  readonly path: string;
  readonly argv: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  readonly credentials: Credentials;
  readonly cwd: string | undefined;
  /** Who starts it instead of the caller. */
  readonly startedBy?: Process;
}

/**
 * Runs a child and waits. A signal that ends the child ends the caller alike, or is told of by `tell`, which gives the status.
 * Throws SysError when it cannot start.
 */
export function* runAs(proc: Process, errand: Errand, tell?: (signal: Signal) => Run<number>): Run<number> {
  yield* stdout(proc).flush();
  const child = proc.spawn({
    argv: errand.argv,
    program: { path: errand.path },
    env: errand.env,
    credentials: errand.credentials,
    ...(errand.cwd === undefined ? {} : { cwd: errand.cwd }),
    ...(errand.startedBy && { startedBy: errand.startedBy }),
  });
  // Keys reach the whole group; the child decides what they do.
  for (const signal of ["INT", "QUIT"] as const) proc.onSignal(signal, () => undefined);
  for (const signal of ["TERM", "HUP", "USR1", "USR2"] as const)
    proc.onSignal(signal, (received: Signal) => proc.kill(child.pid, received));
  for (;;) {
    try {
      const ended = yield* proc.wait(child.pid);
      if (ended?.ending.kind === "exited") return ended.ending.status;
      if (ended?.ending.kind === "killed") {
        const { signal } = ended.ending;
        if (tell !== undefined) return yield* tell(signal);
        if (signal !== "KILL") proc.onSignal(signal, "default");
        proc.kill(proc.pid, signal);
        yield* proc.tick();
        return 128 + SIGNALS[signal];
      }
    } catch (error) {
      if (!isSysError(error, "EINTR")) throw error;
    }
  }
}
