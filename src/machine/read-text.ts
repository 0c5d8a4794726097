import { decodeUtf8 } from "../base/utf8.ts";
import { isSysError } from "../vfs/errno.ts";
import type { Sys } from "../vfs/sys.ts";
import { O } from "../vfs/types.ts";

/** A regular file's whole contents as text. Throws as open(2) does. */
export function readText(sys: Sys, path: string): string {
  const fd = sys.open(path, O.RDONLY | O.CLOEXEC);
  try {
    const parts: Uint8Array[] = [];
    let length = 0;
    for (;;) {
      const part = sys.read(fd, 0x10000);
      if (part === undefined || part.length === 0) break;
      parts.push(part);
      length += part.length;
    }
    const whole = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return decodeUtf8(whole);
  } finally {
    sys.close(fd);
  }
}

/** As `readText`, but undefined when the file cannot be read, for what may well be missing. */
export function readTextIfThere(sys: Sys, path: string): string | undefined {
  try {
    return readText(sys, path);
  } catch (error) {
    if (isSysError(error)) return undefined;
    throw error;
  }
}

/** Whether stat(2) finds `path`. */
export function exists(sys: Sys, path: string): boolean {
  try {
    sys.stat(path);
    return true;
  } catch (error) {
    if (isSysError(error)) return false;
    throw error;
  }
}
