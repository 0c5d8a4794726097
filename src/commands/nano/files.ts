/** Reads and writes the files that nano edits, and says in nano's words what went wrong. */
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Message } from "./messages.ts";
import { splitLines, TextBuffer } from "./buffer.ts";

export interface Opened {
  /** "" when there is no file behind the buffer. */
  readonly name: string;
  readonly buffer: TextBuffer;
  readonly message: Message;
  /** Whether there was such a file. */
  readonly isExisting: boolean;
}

/** Opens `path` for editing; a path that cannot be read gives an empty buffer. */
export function* openFile(proc: Process, path: string): Run<Opened> {
  const refused = (text: string, name = ""): Opened => ({
    name,
    buffer: new TextBuffer(),
    message: { text, isAlert: true },
    isExisting: false,
  });
  try {
    const { type } = proc.sys.stat(path);
    if (type === "dir") return refused(`"${path}" is a directory`);
    if (type !== "file") return refused(`"${path}" is a device file`);
    const buffer = TextBuffer.of(yield* proc.readFile(path));
    if (!isWritable(proc, path))
      return { name: path, buffer, message: { text: `File '${path}' is unwritable`, isAlert: true }, isExisting: true };
    return { name: path, buffer, message: { text: `Read ${lines(buffer.lineCount)}`, isAlert: false }, isExisting: true };
  } catch (error) {
    if (!isSysError(error)) throw error;
    if (error.errno !== "ENOENT") return refused(`Error reading ${path}: ${error.text}`);
    const slash = path.lastIndexOf("/");
    const directory = slash > 0 ? path.slice(0, slash) : "/";
    if (slash > 0 && !isThere(proc, directory)) return refused(`Directory '${directory}' does not exist`, path);
    return { name: path, buffer: new TextBuffer(), message: { text: "New File", isAlert: false }, isExisting: false };
  }
}

/** The text of a file that is inserted, or why not. */
export function* readForInsertion(
  proc: Process,
  path: string,
): Run<{ readonly text: string; readonly message: Message } | { readonly text: undefined; readonly message: Message }> {
  const refused = (text: string) => ({ text: undefined, message: { text, isAlert: true } });
  try {
    const { type } = proc.sys.stat(path);
    if (type === "dir") return refused(`"${path}" is a directory`);
    if (type !== "file") return refused(`"${path}" is a device file`);
    const read = splitLines(yield* proc.readFile(path));
    return { text: read.join("\n"), message: { text: `Read ${lines(read.length - 1)}`, isAlert: false } };
  } catch (error) {
    if (!isSysError(error)) throw error;
    return refused(error.errno === "ENOENT" ? `File "${path}" not found` : `Error reading ${path}: ${error.text}`);
  }
}

/** Writes the buffer, and says so; `isAlert` when it failed. */
export function* saveFile(proc: Process, path: string, buffer: TextBuffer): Run<Message> {
  try {
    yield* proc.writeFile(path, buffer.bytes(), 0o666);
  } catch (error) {
    if (!isSysError(error)) throw error;
    return { text: `Error writing ${path}: ${error.text}`, isAlert: true };
  }
  return { text: `Wrote ${lines(buffer.lineCount)}`, isAlert: false };
}

export function isThere(proc: Process, path: string): boolean {
  try {
    proc.sys.stat(path);
    return true;
  } catch (error) {
    if (isSysError(error)) return false;
    throw error;
  }
}

function isWritable(proc: Process, path: string): boolean {
  try {
    proc.sys.access(path, "W");
    return true;
  } catch (error) {
    if (isSysError(error)) return false;
    throw error;
  }
}

function lines(count: number): string {
  return count === 1 ? "1 line" : `${count} lines`;
}
