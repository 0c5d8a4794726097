/** One transactional-update at a time: a file with the number of its process, made by a hard link, which succeeds once. */
import { overwrite } from "../../engines/snapper/files.ts";
import type { Process } from "../../machine/process.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import { isSysError } from "../../vfs/errno.ts";

export const LOCK_FILE = "/var/run/transactional-update.pid";

/** Whether it could be had. Throws what refuses even the attempt. */
export function takeLock(proc: Process): boolean {
  const { sys } = proc;
  const own = `${LOCK_FILE}.${proc.pid}`;
  overwrite(sys, own, `${proc.pid}\n`, 0o644);
  try {
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        sys.link(own, LOCK_FILE);
        return true;
      } catch (error) {
        if (!isSysError(error)) throw error;
      }
      const holder = Number(readTextIfThere(sys, LOCK_FILE)?.split("\n")[0] ?? "");
      if (holder > 0 && lives(proc, holder)) return false;
      releaseLock(proc);
    }
    return false;
  } finally {
    sys.unlink(own);
  }
}

export function releaseLock({ sys }: Process): void {
  try {
    sys.unlink(LOCK_FILE);
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
}

function lives(proc: Process, pid: number): boolean {
  try {
    proc.kill(pid, 0);
    return true;
  } catch (error) {
    if (!isSysError(error)) throw error;
    return false;
  }
}
