import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";

/** `systemctl reboot`, as the tools with `-r` ask logind for it. */
export function* rebootSystem(proc: Process): Run<void> {
  const child = proc.spawn({ argv: ["systemctl", "reboot"], program: { path: "/usr/bin/systemctl" } });
  yield* proc.wait(child.pid);
}
