/** How libsnapper writes: whole files, either in place or under a temporary name that is then renamed. */
import { encodeUtf8 } from "../../base/utf8.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import { O, type Stat } from "../../vfs/types.ts";

const CHUNK = 0x10000;

export function readBytes(sys: Sys, path: string): Uint8Array {
  const fd = sys.open(path, O.RDONLY | O.CLOEXEC);
  try {
    const whole = new Uint8Array(sys.fstat(fd).size);
    for (let at = 0; at < whole.length;) {
      const part = sys.read(fd, CHUNK);
      if (part === undefined || part.length === 0) return whole.subarray(0, at);
      whole.set(part.subarray(0, whole.length - at), at);
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

/** Truncates and writes in place, as snapper does with its configurations. */
export function overwrite(sys: Sys, path: string, text: string, mode = 0o666): void {
  const fd = sys.open(path, O.WRONLY | O.CREAT | O.TRUNC | O.CLOEXEC, mode);
  try {
    writeAll(sys, fd, encodeUtf8(text));
  } finally {
    sys.close(fd);
  }
}

/** Under a temporary name, complete and if asked on the platter, then renamed over `path`. */
export function replace(sys: Sys, path: string, data: Uint8Array, options: { readonly sync: boolean }): void {
  const temporary = freeName(sys, `${path}.tmp-`);
  const fd = sys.open(temporary, O.RDWR | O.CREAT | O.EXCL | O.CLOEXEC, 0o600);
  try {
    sys.fchmod(fd, 0o644);
    writeAll(sys, fd, data);
    if (options.sync) sys.fsync(fd);
  } finally {
    sys.close(fd);
  }
  sys.rename(temporary, path);
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** `prefix` and six letters, as mkstemp(3) makes them. @simplified The letters come from the clock. */
export function freeName(sys: Sys, prefix: string): string {
  const { sec, nsec } = sys.now();
  for (let seed = sec + nsec; ; seed++) {
    let letters = "";
    for (let rest = seed * 2654435761, i = 0; i < 6; i++, rest = Math.floor(rest / LETTERS.length))
      letters += LETTERS[rest % LETTERS.length] ?? "";
    if (lstat(sys, prefix + letters) === undefined) return prefix + letters;
  }
}

/** lstat(2), or undefined where there is nothing. */
export function lstat(sys: Sys, path: string): Stat | undefined {
  try {
    return sys.lstat(path);
  } catch (error) {
    if (isSysError(error, "ENOENT") || isSysError(error, "ENOTDIR")) return undefined;
    throw error;
  }
}

/** `path` below `directory`, with one slash between them. */
export function below(directory: string, path: string): string {
  return directory.endsWith("/") ? directory + path.replace(/^\/+/, "") : `${directory}/${path.replace(/^\/+/, "")}`;
}
