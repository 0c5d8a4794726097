/**
 * `ostree/lock`: who changes deployments has it, everybody else waits.
 *
 * @simplified Who holds it stands in a file of /run where the real one is under flock(2); what a dead process left behind counts for
 * nothing.
 */
import { exists, readTextIfThere } from "../../machine/read-text.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import { makeDirectories, parentOf, replaceFile } from "./files.ts";
import type { Sysroot } from "./sysroot.ts";

const WAIT_SECONDS = 3;
/** Beside nothing else: nobody but root sees into the directory that the initramfs leaves there. */
const HOLDER = "/run/ostree/.private/lock-holder";

/** Whether somebody has it now. */
export function isSysrootLocked(proc: Process, sysroot: Sysroot): boolean {
  if (!exists(proc.sys, sysroot.path("ostree/lock"))) return false;
  const pid = readTextIfThere(proc.sys, HOLDER)?.trim();
  return pid !== undefined && exists(proc.sys, `/proc/${pid}`);
}

/** Waits for the lock, says so meanwhile, and takes it. Throws what open(2) says to those who may not. */
export function* lockSysroot(proc: Process, sysroot: Sysroot): Run<void> {
  const { sys } = proc;
  const path = sysroot.path("ostree/lock");
  while (isSysrootLocked(proc, sysroot)) {
    yield* proc.printError("Waiting for sysroot lock...\n");
    yield* proc.sleep(WAIT_SECONDS);
  }
  sys.close(sys.open(path, O.RDWR | O.CREAT | O.TRUNC | O.NOFOLLOW | O.CLOEXEC, 0o600));
  makeDirectories(sys, parentOf(parentOf(HOLDER)));
  if (!exists(sys, parentOf(HOLDER))) sys.mkdir(parentOf(HOLDER), 0);
  replaceFile(sys, HOLDER, `${proc.pid}\n`);
}

export function unlockSysroot(proc: Process, sysroot: Sysroot): void {
  try {
    proc.sys.unlink(sysroot.path("ostree/lock"));
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
}
