/** The fault "disk-nearly-full" as it happens in life: a core dump takes nearly all that is free. */
import { makeDirectories, parentOf } from "../engines/ostree/files.ts";
import type { Program } from "../machine/program.ts";
import { ext4Reserve } from "../vfs/ext4.ts";
import { isSysError } from "../vfs/errno.ts";
import type { Sys } from "../vfs/sys.ts";
import { O } from "../vfs/types.ts";

const CORE_DUMP = "/var/lib/systemd/coredump/core.gnome-shell.1000.9f1c24be0d6a4b7b8c52a8d1e07a63c4.1873.1768550400000000.zst";

/** Too little for an update, enough for a shell. */
const LEFT_FREE = 0.002;

/** Leaves so much (a part of 1) of the file system of /var, or takes the dump away again. What the system refuses stays undone. */
export function fillDisk(sys: Sys, on: boolean, leftFree = LEFT_FREE): void {
  try {
    if (!on) return sys.unlink(CORE_DUMP);
    makeDirectories(sys, parentOf(CORE_DUMP));
    const { type, free, total } = sys.statfs("/var");
    const fd = sys.open(CORE_DUMP, O.WRONLY | O.CREAT, 0o640);
    const kept = type === "ext4" ? ext4Reserve(total, 0).kernel : 0;
    const size = Math.floor(free - kept - leftFree * total);
    if (size > 0) sys.fallocate(fd, size);
    sys.close(fd);
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
}

/** What an instructor's faults do to a machine to which only this can be done; arguments: a fault and `on` or `off`. */
export const diskFiller: Program = function* (proc) {
  const [, fault, state] = proc.argv;
  if (fault === "disk-nearly-full") fillDisk(proc.sys, state === "on", LEFT_FREE);
  yield* proc.tick();
  return 0;
};
