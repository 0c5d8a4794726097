/** What a command prints, as popen(3) gives it to a program. */
import type { Process } from "../machine/process.ts";
import type { Run } from "../machine/program.ts";
import { stdout } from "./output.ts";
import { readRest } from "./text-io.ts";

/** Runs `command` in a shell until it ends; all that it printed. What it says of trouble, and how it ends, is its own affair. */
export function* shellOutput(proc: Process, command: string): Run<Uint8Array> {
  yield* stdout(proc).flush();
  const [reader, writer] = proc.sys.pipe();
  const fds = new Map([
    [0, 0],
    [1, writer],
    [2, 2],
  ]);
  const { pid } = proc.spawn({ argv: ["sh", "-c", command], program: { path: "/bin/sh" }, fds });
  proc.sys.close(writer);
  const printed = yield* readRest(proc, reader);
  proc.sys.close(reader);
  yield* proc.wait(pid);
  return printed;
}
