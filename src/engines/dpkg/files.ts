/** The few file idioms that dpkg builds from: read whole, write whole, make the directories that lead to a file. */
import { decodeUtf8, encodeUtf8 } from "../../base/utf8.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import { O, type Stat } from "../../vfs/types.ts";

const CHUNK = 0x10000;

/** A regular file's contents. Throws as open(2) does. */
export function readBytes(sys: Sys, path: string): Uint8Array {
  const fd = sys.open(path, O.RDONLY | O.CLOEXEC);
  try {
    const parts: number[] = [];
    let only: Uint8Array | undefined;
    for (;;) {
      const part = sys.read(fd, CHUNK);
      if (part === undefined || part.length === 0) break;
      if (only === undefined && parts.length === 0) only = part;
      else {
        if (only !== undefined) for (const byte of only) parts.push(byte);
        only = undefined;
        for (const byte of part) parts.push(byte);
      }
    }
    return only ?? new Uint8Array(parts);
  } finally {
    sys.close(fd);
  }
}

/** The text of a file; undefined when it is not there. */
export function readText(sys: Sys, path: string): string | undefined {
  try {
    return decodeUtf8(readBytes(sys, path));
  } catch (error) {
    if (isSysError(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}

/** Creates or truncates `path` and writes all of `data`; `sync`: fsync(2) before it is closed. */
export function writeWhole(
  sys: Sys,
  path: string,
  data: Uint8Array | string,
  options: { readonly mode?: number; readonly sync?: boolean } = {},
): void {
  const bytes = typeof data === "string" ? encodeUtf8(data) : data;
  const fd = sys.open(path, O.WRONLY | O.CREAT | O.TRUNC | O.CLOEXEC, options.mode ?? 0o644);
  try {
    for (let at = 0; at < bytes.length;) at += sys.write(fd, bytes.subarray(at, at + CHUNK)) ?? 0;
    if (options.sync === true) sys.fsync(fd);
  } finally {
    sys.close(fd);
  }
}

export function lstat(sys: Sys, path: string): Stat | undefined {
  try {
    return sys.lstat(path);
  } catch (error) {
    if (isSysError(error, "ENOENT", "ENOTDIR", "ELOOP")) return undefined;
    throw error;
  }
}

/** unlink(2); no complaint when it is not there. */
export function unlinkIfThere(sys: Sys, path: string): void {
  try {
    sys.unlink(path);
  } catch (error) {
    if (!isSysError(error, "ENOENT", "ENOTDIR")) throw error;
  }
}

/** `rm -rf`, as dpkg calls it. */
export function removeTree(sys: Sys, directory: string): void {
  for (const { name, type } of sys.readdir(directory)) {
    if (type === "dir") removeTree(sys, `${directory}/${name}`);
    else sys.unlink(`${directory}/${name}`);
  }
  sys.rmdir(directory);
}

/** mkdir -p. */
export function makeDirectories(sys: Sys, path: string, mode = 0o755): void {
  if (path === "" || path === "/" || isDirectory(sys, path)) return;
  makeDirectories(sys, parentOf(path), mode);
  try {
    sys.mkdir(path, mode);
  } catch (error) {
    if (!isSysError(error, "EEXIST")) throw error;
  }
}

/** Links followed. */
export function isDirectory(sys: Sys, path: string): boolean {
  try {
    return sys.stat(path).type === "dir";
  } catch (error) {
    if (isSysError(error, "ENOENT", "ENOTDIR", "ELOOP")) return false;
    throw error;
  }
}

export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/"))) || "/";
}
