/** Mounts and the devices that they wait for. */
import type { KernelProcess } from "../kernel-process.ts";
import type { Run } from "../program.ts";
import { exists, readTextIfThere } from "../read-text.ts";
import { mountUnit } from "./mounts.ts";
import { CLEAR_WAITING, waitingLine } from "./status-line.ts";
import { displayName, type Unit } from "./unit.ts";
import type { UnitControl } from "./unit-control.ts";
import { unitPath } from "./unit-name.ts";
import type { JobResult } from "./unit-state.ts";

/** Mounts what the unit says; the mount point is made if need be. */
export function* startMount(control: UnitControl, unit: Unit): Run<JobResult> {
  if (control.init.sys.mounts().some((mount) => mount.target === mountPoint(unit))) {
    control.set(unit.name, "active", "mounted", {});
    return "done";
  }
  control.console.starting("Mounting", displayName(unit));
  yield* control.console.pause(8);
  const refusal = mountUnit(control.init, unit);
  if (refusal === undefined) {
    control.set(unit.name, "active", "mounted", {});
    control.told("Mounted", unit);
    return "done";
  }
  control.say(unit.name, `mount: ${mountPoint(unit)}: ${refusal}`, 3);
  control.say(unit.name, `${unit.name}: Mount process exited, code=exited, status=32/n/a`, 5);
  control.say(unit.name, `${unit.name}: Failed with result 'exit-code'.`, 4);
  control.set(unit.name, "failed", "failed", { result: "exit-code", exit: { kind: "exited", status: 32 } });
  control.say(unit.name, `Failed to mount ${displayName(unit)}.`, 3);
  control.console.status("failed", "Failed to mount", displayName(unit));
  control.console.write(`See 'systemctl status ${unit.name}' for details.\n`);
  return "failed";
}

/** A device that udev has announced is there at once; one that is not is waited for, visibly, as long as DefaultDeviceTimeoutSec= says. */
export function* waitForDevice(control: UnitControl, unit: Unit): Run<JobResult> {
  const path = unitPath(unit.name);
  if (exists(control.init.sys, path)) {
    control.set(unit.name, "active", "plugged", {});
    return "done";
  }
  const limit = deviceTimeout(control.init);
  control.set(unit.name, "activating", "tentative", {});
  for (let second = 0; second < limit && !control.console.hurry; second++) {
    control.console.write(waitingLine(second, `A start job is running for ${path} (${second}s / ${limit}s)`));
    yield* control.console.pause(1000);
    if (exists(control.init.sys, path)) break;
  }
  control.console.write(CLEAR_WAITING);
  if (exists(control.init.sys, path)) {
    control.set(unit.name, "active", "plugged", {});
    control.told("Found device", unit);
    return "done";
  }
  control.set(unit.name, "inactive", "dead", {});
  control.say(unit.name, `${unit.name}: Job ${unit.name}/start timed out.`, 4);
  control.say(unit.name, `Timed out waiting for device ${displayName(unit)}.`, 3);
  control.console.status("time", "Timed out waiting for device", displayName(unit));
  return "timeout";
}

/**
 * Seconds. systemd waits for 90; a lesson need not.
 * @simplified 10 where the image's system.conf says nothing.
 */
function deviceTimeout(init: KernelProcess): number {
  for (const file of ["/etc/systemd/system.conf", "/usr/lib/systemd/system.conf"]) {
    const value = /^DefaultDeviceTimeoutSec=(\d+)(?:s|sec)?$/m.exec(readTextIfThere(init.sys, file) ?? "")?.[1];
    if (value !== undefined) return Number(value);
  }
  return 10;
}

/** Where a mount unit mounts. */
export function mountPoint(unit: Unit): string {
  return unit.sections.last("Mount", "Where") ?? unitPath(unit.name);
}
