/** Scriptlets of packages: shell text that really runs, in the root of the process that starts it. */
import type { ScriptName } from "../../image/rpm-md/rpm-package.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";

export interface ScriptletRequest {
  readonly name: ScriptName;
  readonly text: string;
  /** `$1`: how many packages of the name there will be afterwards. */
  readonly instances: number;
  /** Descriptors of what it says; the process's own unless given. */
  readonly output?: number;
}

const PATH = "/sbin:/bin:/usr/sbin:/usr/bin";

/** Its exit status; 128 and the signal's number when it was killed. */
export function* runScriptlet(proc: Process, request: ScriptletRequest): Run<number> {
  const { text, instances, output } = request;
  const child = proc.spawn({
    argv: ["/bin/sh", "-c", text, "/bin/sh", String(instances)],
    program: { path: "/bin/sh" },
    env: new Map([
      ["PATH", PATH],
      ["HOME", "/root"],
    ]),
    cwd: "/",
    ...(output === undefined ? {} : { fds: new Map([[1, output], [2, output]]) }),
  }); // prettier-ignore
  for (;;) {
    const ended = yield* proc.wait(child.pid);
    if (ended === undefined || ended.ending.kind === "stopped") continue;
    return ended.ending.kind === "exited" ? ended.ending.status : 128;
  }
}
