/** The package database of the system that a process runs on, and its lock. */
import { decodeRpmdb, encodeRpmdb, type InstalledPackage } from "../../image/rpmdb.ts";
import { isSysError, type SysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import { O } from "../../vfs/types.ts";
import { lstat, makeDirectories, readBytes, replaceFile } from "../ostree/files.ts";

/** Where an image has it, and where any other system has. */
const OF_IMAGE = "/usr/share/rpm";
const ELSEWHERE = "/usr/lib/sysimage/rpm";

/** Nothing where there is no database. Throws `RangeError` when it cannot be read as one. */
export function readDatabase(sys: Sys): InstalledPackage[] {
  try {
    return decodeRpmdb(readBytes(sys, `${directoryOf(sys)}/rpmdb.sqlite`));
  } catch (error) {
    if (isSysError(error, "ENOENT")) return [];
    throw error;
  }
}

/** Replaces it in one step. */
export function writeDatabase(sys: Sys, packages: readonly InstalledPackage[]): void {
  makeDirectories(sys, directoryOf(sys));
  const sorted = [...packages].sort((left, right) => (left.name < right.name ? -1 : left.name > right.name ? 1 : 0));
  replaceFile(sys, `${directoryOf(sys)}/rpmdb.sqlite`, encodeRpmdb(sorted), { sync: true });
}

/** Where the database lies. */
export function directoryOf(sys: Sys): string {
  return lstat(sys, OF_IMAGE)?.type === "dir" ? OF_IMAGE : ELSEWHERE;
}

/** Why the database cannot be locked for a change, with the lock's path; undefined when it can. */
export function lockFailure(sys: Sys): { readonly path: string; readonly error: SysError } | undefined {
  const path = `${directoryOf(sys)}/.rpm.lock`;
  try {
    sys.close(sys.open(path, O.RDWR | O.CREAT, 0o644));
    return undefined;
  } catch (error) {
    if (isSysError(error)) return { path, error };
    throw error;
  }
}
