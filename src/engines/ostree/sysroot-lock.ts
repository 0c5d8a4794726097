/**
 * `ostree/lock`: who changes deployments has it, everybody else waits.
 *
 * @simplified Kept by a file with the owner's boot and pid where the real one is an empty file under flock(2); one that a dead
 * process or the last boot left behind counts for nothing.
 */
import { exists, readTextIfThere } from "../../machine/read-text.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import { encodeUtf8 } from "../../base/utf8.ts";
import { writeAll } from "./files.ts";
import { bootId } from "./process.ts";
import type { Sysroot } from "./sysroot.ts";

const WAIT_SECONDS = 3;

/** Whether somebody has it now. */
export function isSysrootLocked(proc: Process, sysroot: Sysroot): boolean {
  const text = readTextIfThere(proc.sys, sysroot.path("ostree/lock"));
  if (text === undefined) return false;
  const [boot, pid] = text.trim().split(" ");
  return boot === bootId(proc.sys) && exists(proc.sys, `/proc/${pid ?? "0"}`);
}

/** Waits for the lock, says so meanwhile, and takes it. Throws what open(2) says to those who may not. */
export function* lockSysroot(proc: Process, sysroot: Sysroot): Run<void> {
  const { sys } = proc;
  const path = sysroot.path("ostree/lock");
  while (isSysrootLocked(proc, sysroot)) {
    yield* proc.printError("Waiting for sysroot lock...\n");
    yield* proc.sleep(WAIT_SECONDS);
  }
  const fd = sys.open(path, O.RDWR | O.CREAT | O.TRUNC | O.NOFOLLOW | O.CLOEXEC, 0o600);
  try {
    writeAll(sys, fd, encodeUtf8(`${bootId(sys)} ${proc.pid}\n`));
  } finally {
    sys.close(fd);
  }
}

export function unlockSysroot(proc: Process, sysroot: Sysroot): void {
  try {
    proc.sys.unlink(sysroot.path("ostree/lock"));
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
}
