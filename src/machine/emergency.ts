/** When a boot cannot go on: a shell for root on the console, in the initramfs or in the system. */
import { newJournal, newManager, type BootContext } from "./boot-context.ts";
import { installPrograms } from "./initramfs.ts";
import type { KernelProcess } from "./kernel-process.ts";
import { sulogin } from "./login.ts";
import { shutDown } from "./power.ts";
import type { Run } from "./program.ts";
import { exists } from "./read-text.ts";
import type { SystemManager } from "./systemd/manager.ts";

const INITRAMFS_HELP = `
Generating "/run/initramfs/rdsosreport.txt"

Entering emergency mode. Exit the shell to continue.
Type "journalctl" to view system logs.
You might want to save "/run/initramfs/rdsosreport.txt" to a USB stick or /boot
after mounting them and attach it to a bug report.

`;

const EMERGENCY_HELP = `You are in emergency mode. After logging in, type "journalctl -xb" to view
system logs, "systemctl reboot" to reboot, or "exit"
to continue bootup.

`;

const MAINTENANCE = "Press Enter for maintenance\n(or press Control-D to continue): ";

/** Prints why, and lets somebody look around. False when the power shall go rather than the boot go on. */
export function* initramfsShell(context: BootContext, init: KernelProcess, failure: string | undefined): Run<boolean> {
  const { console, spec } = context;
  if (failure !== undefined) console.write(`${failure}\n`);
  console.write(failure === undefined ? "\n" : INITRAMFS_HELP);
  if (!exists(init.sys, "/usr/bin/bash")) installPrograms(init);
  const journal = newJournal(context, init);
  if (failure !== undefined) journal.log({ identifier: "systemd", pid: 1, message: failure, priority: 3 });
  journal.open("initramfs");
  const manager = newManager(context, init, journal);
  manager.isUp = true;
  context.setPower("emergency");
  const program = sulogin(context.consoleName, spec.loginShell, `\n${MAINTENANCE}`);
  const shell = init.spawn({ argv: ["sulogin"], program, newSession: true, fds: new Map() });
  yield* manager.serve(() => init.kernel.process(shell.pid) !== shell);
  if (manager.power) {
    context.setPower("stopping");
    const force = manager.power.force === 2 ? 2 : 1;
    const verb = manager.power.verb === "soft-reboot" ? "reboot" : manager.power.verb;
    const down = yield* shutDown(manager, spec.engine, { ...manager.power, verb, force });
    if (down) context.powerDown(down);
    return false;
  }
  context.setPower("booting");
  return true;
}

/** Makes way for the one shell and starts it. `manager.emergency` says which mode it is. */
export function* enterEmergency(context: BootContext, manager: SystemManager): Run<void> {
  const { console, spec, consoleName } = context;
  const isRescue = manager.emergency === "rescue.target";
  const mode = isRescue ? "rescue" : "emergency";
  manager.emergency = undefined;
  if (isRescue) yield* manager.start("sysinit.target");
  manager.isUp = true;
  console.muted = false;
  yield* manager.stop(manager.activeUnits().filter((unit) => unit.type === "service" && unit.name.includes("getty@")));
  manager.adopt(`${mode}.service`, "running");
  manager.adopt(`${mode}.target`, "active");
  const reached = `${mode}.target - ${isRescue ? "Rescue" : "Emergency"} Mode`;
  console.status("ok", "Reached target", reached, { milestone: true });
  manager.journal.log({ identifier: "systemd", pid: 1, unit: `${mode}.target`, message: `Reached target ${reached}.` });
  manager.journal.commit();
  console.hurry = false;
  console.muted = true;
  const program = sulogin(consoleName, spec.loginShell, EMERGENCY_HELP.replace("emergency", mode) + MAINTENANCE);
  manager.emergencyShell = manager.init.spawn({ argv: ["sulogin", "--force"], program, newSession: true, fds: new Map() }).pid;
  context.setPower("emergency");
}

/** Serves until the shell has ended, which means: go on with the boot. False when the power shall go instead. */
export function* waitInEmergency(context: BootContext, manager: SystemManager): Run<boolean> {
  const { kernel } = manager.init;
  yield* manager.serve(() => kernel.process(manager.emergencyShell) === undefined);
  if (manager.power || manager.emergency !== undefined) return false;
  manager.emergencyShell = 0;
  for (const mode of ["rescue", "emergency"]) for (const kind of ["service", "target"]) manager.markStopped(`${mode}.${kind}`);
  context.setPower("booting");
  context.console.muted = false;
  context.console.write("\n");
  manager.isUp = false;
  manager.reload();
  return true;
}
