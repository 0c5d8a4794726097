/** Makes the root that runs the default again, after it was chosen in the menu. Source: Vanilla-OS/ABRoot:core/system.go. */
import { readTextIfThere } from "../../machine/read-text.ts";
import type { Sys } from "../../vfs/sys.ts";
import { AbrootError } from "./error.ts";
import { makeDirectories } from "./files.ts";
import { exchangeMenus, grubRoles, type GrubRoles } from "./grub.ts";
import { isFinished, lock, unlock } from "./operation.ts";
import { bootDevice, findRoots, unmountDevice } from "./roots.ts";

export type RollbackAnswer = "possible" | "impossible" | "unnecessary" | "done";

/** `check`: looks only. Throws AbrootError. */
export function rollback(sys: Sys, pid: number, check: boolean): RollbackAnswer {
  if (isFinished(sys)) {
    if (check) return "impossible";
    throw new AbrootError("an operation finished successfully, can't roll back until reboot");
  }
  if (!check) {
    try {
      lock(sys, pid);
    } catch (error) {
      throw error instanceof AbrootError ? new AbrootError(`can't lock operation: ${error.message}`) : error;
    }
  }
  return withBootMenu(sys, "/run/abroot/tmp-boot-mount-2", (directory, roles) => {
    const isDefault = roles.current === findRoots(sys).present.label;
    if (check) return isDefault ? "impossible" : "possible";
    // As the real one, which keeps its lock; the next operation finds that its owner is gone.
    if (isDefault) return "unnecessary";
    exchangeMenus(sys, directory, roles);
    unlock(sys);
    return "done";
  });
}

/** Whether the root that runs is what GRUB calls the current state. */
export function isBootedIntoCurrent(sys: Sys): boolean {
  return withBootMenu(sys, "/run/abroot/tmp-boot-mount-status", (_, { current }) => current === findRoots(sys).present.label);
}

function withBootMenu<T>(sys: Sys, target: string, use: (directory: string, roles: GrubRoles) => T): T {
  const device = bootDevice(sys);
  makeDirectories(sys, target);
  sys.mount({ source: device, target, fstype: "auto", flags: ["rw"] });
  try {
    return use(target, grubRoles(readTextIfThere(sys, `${target}/grub/grub.cfg`) ?? ""));
  } finally {
    unmountDevice(sys, device);
  }
}
