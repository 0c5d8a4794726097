/**
 * /var/lib/dpkg/lock-frontend and lock: one at a time.
 *
 * @simplified The real ones are under fcntl(2) locks; here the holder's number stands in a file of /run, and what a dead process left
 * behind counts for nothing.
 */
import type { Process } from "../../machine/process.ts";
import { isSysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import { isDirectory, lstat, makeDirectories, readText, unlinkIfThere, writeWhole } from "./files.ts";

const HOLDERS = "/run/dpkg-locks";

function holderFile(path: string): string {
  return `${HOLDERS}/${path.slice(1).replaceAll("/", "-")}`;
}

/** The number of the process that has the lock `path`, if another than `proc` has it. */
export function lockHolder(proc: Process, path: string): number | undefined {
  const pid = Number(readText(proc.sys, holderFile(path))?.trim() ?? "0");
  return pid !== 0 && pid !== proc.pid && lstat(proc.sys, `/proc/${pid}`) ? pid : undefined;
}

/** Takes it; throws what open(2) says to those who may not. Call `lockHolder` first. */
export function takeLock(proc: Process, path: string): void {
  const { sys } = proc;
  sys.close(sys.open(path, O.RDWR | O.CREAT | O.NOFOLLOW | O.CLOEXEC, 0o640));
  try {
    if (!isDirectory(sys, HOLDERS)) makeDirectories(sys, HOLDERS);
    writeWhole(sys, holderFile(path), `${proc.pid}\n`);
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
}

export function releaseLock(proc: Process, path: string): void {
  try {
    unlinkIfThere(proc.sys, holderFile(path));
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
}
