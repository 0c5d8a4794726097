/** The few file idioms that libostree builds everything from (libglnx): read whole, replace whole, remove a tree. */
import { encodeUtf8 } from "../../base/utf8.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import { O, type DirEntry, type Stat } from "../../vfs/types.ts";

const CHUNK = 0x10000;
const TEMPORARY_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** A regular file's contents. Throws as open(2) does. */
export function readBytes(sys: Sys, path: string): Uint8Array {
  const fd = sys.open(path, O.RDONLY | O.CLOEXEC);
  try {
    const parts: Uint8Array[] = [];
    let length = 0;
    for (;;) {
      const part = sys.read(fd, CHUNK);
      if (part === undefined || part.length === 0) break;
      parts.push(part);
      length += part.length;
    }
    if (parts.length === 1) return parts[0] ?? new Uint8Array();
    const whole = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  } finally {
    sys.close(fd);
  }
}

export function writeAll(sys: Sys, fd: number, data: Uint8Array): void {
  for (let at = 0; at < data.length;) at += sys.write(fd, data.subarray(at, at + CHUNK)) ?? 0;
}

export interface WriteOptions {
  /** Permission bits; 0644 unless said. */
  readonly mode?: number;
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** fdatasync(2) before the new file gets its name. */
  readonly sync?: boolean;
}

/** A new file under a temporary name beside `path`, complete, then renamed over it: nobody ever sees half of it. */
export function replaceFile(sys: Sys, path: string, data: Uint8Array | string, options: WriteOptions = {}): void {
  const bytes = typeof data === "string" ? encodeUtf8(data) : data;
  const temporary = temporaryName(sys, `${parentOf(path)}/tmp.`);
  writeNewFile(sys, temporary, bytes, options);
  sys.rename(temporary, path);
}

/** Creates `path`, which must not exist, with exactly these contents, owner and mode. */
export function writeNewFile(sys: Sys, path: string, bytes: Uint8Array, options: WriteOptions = {}): void {
  const mode = options.mode ?? 0o644;
  // The umask must not matter, so what it could take away is given afterwards; most files need no second call.
  const fd = sys.open(path, O.WRONLY | O.CREAT | O.EXCL | O.CLOEXEC, options.owner ? 0o600 : mode);
  try {
    writeAll(sys, fd, bytes);
    if (options.owner) sys.fchown(fd, options.owner.uid, options.owner.gid);
    if (sys.fstat(fd).mode !== mode) sys.fchmod(fd, mode);
    if (options.sync === true) sys.fsync(fd);
  } finally {
    sys.close(fd);
  }
}

/** A name with `prefix` and six letters that is not taken. @simplified The letters are counted through and not random. */
export function temporaryName(sys: Sys, prefix: string): string {
  const start = sys.now();
  for (let n = start.sec + start.nsec; ; n++) {
    let letters = "";
    for (let rest = n * 2654435761, i = 0; i < 6; i++) {
      letters += TEMPORARY_LETTERS[rest % TEMPORARY_LETTERS.length] ?? "";
      rest = Math.floor(rest / TEMPORARY_LETTERS.length);
    }
    if (lstat(sys, prefix + letters) === undefined) return prefix + letters;
  }
}

export function lstat(sys: Sys, path: string): Stat | undefined {
  try {
    return sys.lstat(path);
  } catch (error) {
    if (isSysError(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}

/** The names in `path`, none when it is not there. */
export function listDirectory(sys: Sys, path: string): DirEntry[] {
  try {
    return sys.readdir(path);
  } catch (error) {
    if (isSysError(error, "ENOENT", "ENOTDIR")) return [];
    throw error;
  }
}

/** mkdir -p. */
export function makeDirectories(sys: Sys, path: string, mode = 0o755): void {
  if (path === "" || path === "/" || lstat(sys, path)?.type === "dir") return;
  makeDirectories(sys, parentOf(path), mode);
  try {
    sys.mkdir(path, mode);
  } catch (error) {
    if (!isSysError(error, "EEXIST")) throw error;
  }
}

/** rm -rf, one call for each name (glnx_shutil_rm_rf_at). For whole deployments there is `Sys.dropTree`. */
export function removeTree(sys: Sys, path: string): void {
  const found = lstat(sys, path);
  if (!found) return;
  if (found.type !== "dir") {
    sys.unlink(path);
    return;
  }
  for (const entry of sys.readdir(path)) removeTree(sys, `${path}/${entry.name}`);
  sys.rmdir(path);
}

/** fsync(2) on a directory: its names are on the disk. */
export function syncDirectory(sys: Sys, path: string): void {
  const fd = sys.open(path, O.RDONLY | O.DIRECTORY | O.CLOEXEC);
  try {
    sys.fsync(fd);
  } finally {
    sys.close(fd);
  }
}

/** Makes `path` a symbolic link to `target`, replacing what was there in one step (`NAME.tmp`, then rename). */
export function replaceSymlink(sys: Sys, target: string, path: string): void {
  const temporary = `${path}.tmp`;
  if (lstat(sys, temporary)) sys.unlink(temporary);
  sys.symlink(target, temporary);
  sys.rename(temporary, path);
}

/** readlink(2); undefined when `path` is no symbolic link. */
export function readLink(sys: Sys, path: string): string | undefined {
  try {
    return sys.readlink(path);
  } catch (error) {
    if (isSysError(error, "ENOENT", "EINVAL", "ENOTDIR")) return undefined;
    throw error;
  }
}

export function parentOf(path: string): string {
  const at = path.lastIndexOf("/");
  return at < 0 ? "." : at === 0 ? "/" : path.slice(0, at);
}

export function baseOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
