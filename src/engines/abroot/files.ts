/** The few file idioms of Go's standard library that ABRoot is written with. */
import { encodeUtf8 } from "../../base/utf8.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import { O, type Stat } from "../../vfs/types.ts";

const CHUNK = 0x10000;

/** os.WriteFile: created or truncated in place. */
export function writeFile(sys: Sys, path: string, data: string | Uint8Array, mode = 0o644): void {
  const bytes = typeof data === "string" ? encodeUtf8(data) : data;
  const fd = sys.open(path, O.WRONLY | O.CREAT | O.TRUNC | O.CLOEXEC, mode);
  try {
    for (let at = 0; at < bytes.length;) at += sys.write(fd, bytes.subarray(at, at + CHUNK)) ?? 0;
  } finally {
    sys.close(fd);
  }
}

/** `sync -f`. */
export function syncFileSystem(sys: Sys, path: string): void {
  const fd = sys.open(path, O.RDONLY | O.NONBLOCK | O.CLOEXEC);
  try {
    sys.syncfs(fd);
  } finally {
    sys.close(fd);
  }
}

/** A regular file's contents. */
export function readFile(sys: Sys, path: string): Uint8Array {
  const { size } = sys.stat(path);
  const fd = sys.open(path, O.RDONLY | O.CLOEXEC);
  try {
    return sys.pread(fd, size, 0);
  } finally {
    sys.close(fd);
  }
}

/** os.Lstat; undefined when there is nothing. */
export function lstat(sys: Sys, path: string): Stat | undefined {
  try {
    return sys.lstat(path);
  } catch (error) {
    if (isSysError(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}

/** os.MkdirAll. */
export function makeDirectories(sys: Sys, path: string, mode = 0o755): void {
  const parts = path.split("/").filter((part) => part !== "");
  for (let at = 1; at <= parts.length; at++) {
    const directory = `/${parts.slice(0, at).join("/")}`;
    if (lstat(sys, directory) === undefined) sys.mkdir(directory, mode);
  }
}

/** os.RemoveAll: an entry at a time, nothing said when there is none. */
export function removeAll(sys: Sys, path: string): void {
  const found = lstat(sys, path);
  if (found === undefined) return;
  if (found.type !== "dir") return sys.unlink(path);
  for (const { name } of sys.readdir(path)) removeAll(sys, `${path}/${name}`);
  sys.rmdir(path);
}

/** Whether two files hold the same. */
export function isSameFile(sys: Sys, left: string, right: string): boolean {
  const [one, other] = [readFile(sys, left), readFile(sys, right)];
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

/** Owner, mode, extended attributes and times of what is at `from`, given to what is at `to`. */
export function copyAttributes(sys: Sys, from: string, to: string): void {
  const { uid, gid, mode, mtime, type } = sys.lstat(from);
  const there = sys.lstat(to);
  if (there.uid !== uid || there.gid !== gid) sys.lchown(to, uid, gid);
  if (type !== "symlink" && sys.lstat(to).mode !== mode) sys.chmod(to, mode);
  for (const name of sys.listxattr(from, { follow: false }))
    if (!name.startsWith("trusted.overlay.")) sys.setxattr(to, name, sys.getxattr(from, name, { follow: false }), { follow: false });
  sys.utimens(to, "omit", mtime, { follow: false });
}
