/** Programs that are run for a stage, and what becomes of their output. */
import { decodeUtf8 } from "../../base/utf8.ts";
import type { Ending, Process } from "../../machine/process.ts";
import type { ExitStatus, Program, Run } from "../../machine/program.ts";
import { SIGNALS } from "../../machine/signals.ts";
import { isSysError } from "../../vfs/errno.ts";
import { findProgram } from "../find-program.ts";
import { stdout } from "../output.ts";

const NOT_FOUND = 127;
const CHUNK = 0x10000;

export interface ChildOptions {
  readonly env?: ReadonlyMap<string, string>;
  /** Hears standard output as it comes; without it the child writes where its parent does. */
  readonly onOutput?: (bytes: Uint8Array) => Run<void>;
  /** What is heard has standard error in it. */
  readonly joinsErrors?: boolean;
  /** What runs instead of the program that $PATH has under the name. */
  readonly program?: Program;
}

/** Runs a program to its end. 127 when there is none. Waits on whatever signal comes meanwhile. */
export function* runChild(proc: Process, argv: readonly string[], options: ChildOptions = {}): Run<ExitStatus> {
  const ending = yield* childEnding(proc, argv, options);
  return ending.kind === "exited" ? ending.status : 128 + SIGNALS[ending.signal];
}

/** As `runChild`, and tells an exit from a signal. */
export function* childEnding(proc: Process, argv: readonly string[], options: ChildOptions = {}): Run<Ending> {
  yield* stdout(proc).flush();
  const name = argv[0] ?? "";
  const path = findProgram(proc, name);
  if (path === undefined && options.program === undefined) return { kind: "exited", status: NOT_FOUND };
  const program = options.program ?? { path: path ?? "" };
  const { onOutput, joinsErrors = false } = options;
  if (onOutput === undefined) return yield* ended(proc, proc.spawn({ argv, program, ...(options.env ? { env: options.env } : {}) }).pid);
  const [reader, writer] = proc.sys.pipe();
  proc.sys.setCloseOnExec(reader, true);
  const fds = new Map([
    [0, 0],
    [1, writer],
    [2, joinsErrors ? writer : 2],
  ]);
  const { pid } = proc.spawn({ argv, program, fds, ...(options.env ? { env: options.env } : {}) });
  proc.sys.close(writer);
  for (;;) {
    const bytes = yield* undisturbed(() => proc.read(reader, CHUNK));
    if (bytes.length === 0) break;
    yield* onOutput(bytes);
  }
  proc.sys.close(reader);
  return yield* ended(proc, pid);
}

/** Runs a program and gives what it printed. */
export function* captured(proc: Process, argv: readonly string[]): Run<{ readonly status: ExitStatus; readonly output: string }> {
  let output = "";
  const status = yield* runChild(proc, argv, {
    *onOutput(bytes) {
      output += decodeUtf8(bytes);
    },
  });
  return { status, output };
}

function* ended(proc: Process, pid: number): Run<Ending> {
  return (yield* undisturbed(() => proc.wait(pid)))?.ending ?? { kind: "exited", status: 1 };
}

/** Again after each signal that was caught. */
function* undisturbed<T>(wait: () => Run<T>): Run<T> {
  for (;;) {
    try {
      return yield* wait();
    } catch (error) {
      if (!isSysError(error, "EINTR")) throw error;
    }
  }
}
