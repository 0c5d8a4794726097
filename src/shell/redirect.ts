/** Redirections: done in the shell's own descriptors around a command, and undone after it. */
import type { HereDoc, Redirect, Redirection, Word } from "unbash";
import { encodeUtf8 } from "../base/utf8.ts";
import type { Run } from "../machine/program.ts";
import { isSysError, SysError } from "../vfs/errno.ts";
import { O } from "../vfs/types.ts";
import { ShellError } from "./errors.ts";
import { expandHereDoc, expandText, expandToText, expandWords } from "./expand/expand.ts";
import type { Shell } from "./shell.ts";

/** What to put back: a descriptor, and where it was kept (undefined: it was closed). */
export type SavedDescriptors = { readonly fd: number; readonly kept: number | undefined }[];

/** Where the shell keeps its own descriptors, out of the way of scripts. */
const PRIVATE_FROM = 10;
/** A here-document up to this many bytes goes through a pipe, a longer one through a file. */
const PIPE_BYTES = 4096;

/** Does `redirects` in order. With `saved` they can be undone; without, they stay (`exec`). Throws ShellError when one fails. */
export function* redirect(shell: Shell, redirects: readonly Redirection[], saved: SavedDescriptors | undefined): Run<void> {
  for (const each of redirects) yield* redirectOne(shell, each, saved);
}

/** Undoes what `redirect` did, last first. */
export function restore(shell: Shell, saved: SavedDescriptors): void {
  if (shell.isReplaced) return;
  const { sys } = shell.proc;
  for (const { fd, kept } of saved.reverse()) {
    if (kept === undefined) closeIfOpen(shell, fd);
    else {
      sys.dup2(kept, fd);
      sys.close(kept);
      shell.privateDescriptors.delete(kept);
    }
  }
  saved.length = 0;
}

/** The redirections stay: what was kept for undoing them is given up (`exec`). */
export function keep(shell: Shell, saved: SavedDescriptors): void {
  for (const { kept } of saved) {
    if (kept === undefined) continue;
    shell.proc.sys.close(kept);
    shell.privateDescriptors.delete(kept);
  }
  saved.length = 0;
}

function* redirectOne(shell: Shell, node: Redirection, saved: SavedDescriptors | undefined): Run<void> {
  const standard = node.type === "Redirect" && (node.operator.startsWith(">") || node.operator.startsWith("&")) ? 1 : 0;
  const variable = node.descriptor?.type === "FileDescriptorVariable" ? node.descriptor.name : undefined;
  const fd = node.descriptor?.type === "FileDescriptor" ? node.descriptor.value : standard;
  if (node.type === "HereDoc") return place(shell, yield* hereDocument(shell, yield* hereDocText(shell, node)), fd, variable, saved);
  if (node.target === undefined) return;
  if (node.type === "HereString") {
    return place(shell, yield* hereDocument(shell, (yield* expandToText(shell, node.target)) + "\n"), fd, variable, saved);
  }
  const target = yield* targetOf(shell, node.target);
  if (node.operator === ">&" || node.operator === "<&") return duplicate(shell, node, target, fd, variable, saved);
  const opened = open(shell, node.operator, target);
  if (node.operator === "&>" || node.operator === "&>>") {
    save(shell, 2, saved);
    shell.proc.sys.dup2(opened, 2);
    if (opened === 2) return duplicateTo(shell, 2, 1, saved);
  }
  place(shell, opened, fd, variable, saved);
}

/** The target as one word, which it must be. */
function* targetOf(shell: Shell, word: Word): Run<string> {
  const fields = yield* expandWords(shell, [word]);
  if (fields.length !== 1) throw new ShellError(`${word.text}: ambiguous redirect`);
  return fields[0] ?? "";
}

function open(shell: Shell, operator: Redirect["operator"], path: string): number {
  const { sys } = shell.proc;
  try {
    switch (operator) {
      case "<":
        return sys.open(path, O.RDONLY);
      case "<>":
        return sys.open(path, O.RDWR | O.CREAT, 0o666);
      case ">>":
      case "&>>":
        return sys.open(path, O.WRONLY | O.CREAT | O.APPEND, 0o666);
      default:
        if (shell.options.has("noclobber") && operator !== ">|") return openNew(shell, path);
        return sys.open(path, O.WRONLY | O.CREAT | O.TRUNC, 0o666);
    }
  } catch (error) {
    if (isSysError(error)) throw new ShellError(`${path}: ${error.text}`);
    throw error;
  }
}

/** `set -C`: an existing regular file is not written over; devices and pipes are. */
function openNew(shell: Shell, path: string): number {
  const { sys } = shell.proc;
  let exists = true;
  try {
    if (sys.stat(path).type === "file") throw new ShellError(`${path}: cannot overwrite existing file`);
  } catch (error) {
    if (!isSysError(error, "ENOENT")) throw error;
    exists = false;
  }
  return sys.open(path, O.WRONLY | O.TRUNC | (exists ? 0 : O.CREAT | O.EXCL), 0o666);
}

/** `n>&m`, `n>&-`, `n>&m-`, and `>&file`. */
function duplicate(
  shell: Shell,
  node: Redirect,
  target: string,
  fd: number,
  variable: string | undefined,
  saved: SavedDescriptors | undefined,
): void {
  const { sys } = shell.proc;
  if (target === "-") {
    if (variable !== undefined) {
      closeIfOpen(shell, Number(shell.variables.scalar(variable)));
      return;
    }
    save(shell, fd, saved);
    closeIfOpen(shell, fd);
    return;
  }
  const digits = /^(\d+)(-?)$/.exec(target);
  if (digits === null) {
    if (node.operator !== ">&" || fd !== 1 || variable !== undefined) throw new ShellError(`${target}: ambiguous redirect`);
    const opened = open(shell, ">", target);
    save(shell, 2, saved);
    sys.dup2(opened, 2);
    place(shell, opened, 1, undefined, saved);
    return;
  }
  const from = Number(digits[1]);
  try {
    sys.fstat(from);
    if (shell.privateDescriptors.has(from)) throw new SysError("EBADF", "dup");
  } catch (error) {
    if (isSysError(error)) throw new ShellError(`${node.target?.text ?? target}: ${error.text}`);
    throw error;
  }
  if (variable !== undefined) place(shell, sys.dup(from), fd, variable, saved);
  else duplicateTo(shell, from, fd, saved);
  if (digits[2] === "-" && from !== fd) {
    save(shell, from, saved);
    sys.close(from);
  }
}

/** Makes `to` the same as `from`. */
export function duplicateTo(shell: Shell, from: number, to: number, saved: SavedDescriptors | undefined): void {
  if (from === to) return;
  save(shell, to, saved);
  shell.proc.sys.dup2(from, to);
}

/** Moves a descriptor that was just opened to where it belongs; with `variable` to a free one of 10 or more, whose number is assigned. */
function place(shell: Shell, opened: number, fd: number, variable: string | undefined, saved: SavedDescriptors | undefined): void {
  const { sys } = shell.proc;
  if (variable !== undefined) {
    const high = duplicateHigh(shell, opened);
    sys.close(opened);
    shell.variables.assign(variable, String(high));
    return;
  }
  if (opened === fd) {
    // The descriptor was free, and is to be so again.
    saved?.push({ fd, kept: undefined });
    return;
  }
  save(shell, fd, saved);
  sys.dup2(opened, fd);
  sys.close(opened);
}

/** A second descriptor of `fd` that is out of the way. */
function duplicateHigh(shell: Shell, fd: number): number {
  try {
    return shell.proc.sys.dup(fd, PRIVATE_FROM);
  } catch (error) {
    if (isSysError(error, "EMFILE")) throw new ShellError(`redirection error: cannot duplicate fd: ${error.text}`);
    throw error;
  }
}

/** Keeps what `fd` is now, the first time that it is changed. */
function save(shell: Shell, fd: number, saved: SavedDescriptors | undefined): void {
  if (saved === undefined || saved.some((each) => each.fd === fd)) return;
  const { sys } = shell.proc;
  try {
    const kept = duplicateHigh(shell, fd);
    sys.setCloseOnExec(kept, true);
    shell.privateDescriptors.add(kept);
    saved.push({ fd, kept });
  } catch (error) {
    if (!isSysError(error, "EBADF")) throw error;
    saved.push({ fd, kept: undefined });
  }
}

function closeIfOpen(shell: Shell, fd: number): void {
  try {
    shell.proc.sys.close(fd);
  } catch (error) {
    if (!isSysError(error, "EBADF")) throw error;
  }
}

function* hereDocText(shell: Shell, node: HereDoc): Run<string> {
  const { body } = node;
  const isQuoted = node.delimiter?.quoted === true;
  // Cut off by the end of the text, it still ends in a newline.
  const end = node.closing === undefined && body.text !== "" && !body.text.endsWith("\n") ? "\n" : "";
  if (node.operator === "<<-") {
    const text = body.text.replace(/^\t+/gm, "");
    return (isQuoted ? text : yield* expandText(shell, text)) + end;
  }
  const text = isQuoted
    ? body.text
    : body.parts === undefined
      ? yield* expandText(shell, body.text)
      : yield* expandHereDoc(shell, body.parts);
  return text + end;
}

/** A descriptor from which `text` can be read. */
function* hereDocument(shell: Shell, text: string): Run<number> {
  const { sys } = shell.proc;
  const bytes = encodeUtf8(text);
  if (bytes.length <= PIPE_BYTES) {
    const [reader, writer] = sys.pipe();
    yield* shell.proc.write(writer, bytes);
    sys.close(writer);
    return reader;
  }
  const path = `${shell.variables.scalar("TMPDIR") ?? "/tmp"}/sh-thd.${String(shell.proc.kernel.random.next())}`;
  try {
    const writer = sys.open(path, O.WRONLY | O.CREAT | O.EXCL, 0o600);
    const reader = sys.open(path, O.RDONLY);
    sys.unlink(path);
    yield* shell.proc.write(writer, bytes);
    sys.close(writer);
    return reader;
  } catch (error) {
    if (isSysError(error)) throw new ShellError(`cannot create temp file for here-document: ${error.text}`);
    throw error;
  }
}
