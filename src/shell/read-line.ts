/** Reading lines byte by byte, so that nothing after the newline is taken from whoever reads next. */
import { decodeUtf8 } from "../base/utf8.ts";
import type { Process } from "../machine/process.ts";
import type { Run } from "../machine/program.ts";
import { isSysError } from "../vfs/errno.ts";

const NEWLINE = 10;
/** How much is read at once where what was too much can be given back by seeking. */
const BLOCK = 4096;

/** The next line from `fd` without its newline; undefined at the end. A last line without newline counts. */
export function* readLineFrom(proc: Process, fd: number): Run<string | undefined> {
  const bytes = yield* readBytesUpTo(proc, fd, NEWLINE);
  if (bytes.length === 0) return undefined;
  return decodeUtf8(bytes.at(-1) === NEWLINE ? bytes.subarray(0, -1) : bytes);
}

/** Bytes up to and with `delimiter`, or to the end. */
export function* readBytesUpTo(proc: Process, fd: number, delimiter: number): Run<Uint8Array> {
  return isSeekable(proc, fd) ? yield* readSeekable(proc, fd, delimiter) : yield* readSingly(proc, fd, delimiter);
}

function isSeekable(proc: Process, fd: number): boolean {
  try {
    if (proc.sys.fstat(fd).type !== "file") return false;
    proc.sys.lseek(fd, 0, "CUR");
    return true;
  } catch (error) {
    if (isSysError(error)) return false;
    throw error;
  }
}

function* readSeekable(proc: Process, fd: number, delimiter: number): Run<Uint8Array> {
  const parts: number[] = [];
  for (;;) {
    const block = yield* proc.read(fd, BLOCK);
    if (block.length === 0) return Uint8Array.from(parts);
    const at = block.indexOf(delimiter);
    for (const byte of at < 0 ? block : block.subarray(0, at + 1)) parts.push(byte);
    if (at < 0) continue;
    proc.sys.lseek(fd, at + 1 - block.length, "CUR");
    return Uint8Array.from(parts);
  }
}

function* readSingly(proc: Process, fd: number, delimiter: number): Run<Uint8Array> {
  const parts: number[] = [];
  for (;;) {
    const next = yield* proc.read(fd, 1);
    const byte = next[0];
    if (byte === undefined) break;
    parts.push(byte);
    if (byte === delimiter) break;
  }
  return Uint8Array.from(parts);
}
