import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { rootCredentials } from "../../vfs/types.ts";

/** The reboot after `-r`: asked of systemd by the daemon, so with root's rights. */
export function* rebootSystem(proc: Process): Run<void> {
  const child = proc.spawn({ argv: ["systemctl", "reboot"], program: { path: "/usr/bin/systemctl" }, credentials: rootCredentials() });
  yield* proc.wait(child.pid);
}
