/** `snapper undochange`: makes files what they were. Source: openSUSE/snapper:snapper/File.cc. */
import { TICK, type Run } from "../../machine/program.ts";
import { isSysError, type SysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import { O, type Stat } from "../../vfs/types.ts";
import type { FileChange } from "./compare.ts";
import { errnoText } from "./errors.ts";
import { below, lstat, readBytes, writeAll } from "./files.ts";

export interface UndoStep {
  readonly action: "create" | "modify" | "delete";
  readonly name: string;
}

/** First what is to go, from the leaves; then the rest, directories before what is in them. */
export function undoSteps(changes: readonly FileChange[]): UndoStep[] {
  const steps = changes.map(({ name, status }): UndoStep => ({
    name,
    action: status.startsWith("+") ? "delete" : status.startsWith("-") ? "create" : "modify",
  }));
  return [...steps.filter(({ action }) => action === "delete").reverse(), ...steps.filter(({ action }) => action !== "delete")];
}

/** One step: the file of `source` (the older tree) comes to `target`. What went wrong, in libsnapper's lines; empty when it was done. */
export function* undo(sys: Sys, step: UndoStep, source: string, target: string, status: string): Run<string[]> {
  const [from, to] = [below(source, step.name), below(target, step.name)];
  const errors: string[] = [];
  try {
    if (step.action === "delete") remove(sys, to);
    else if (step.action === "create" || /^[ct]/.test(status)) {
      if (step.action === "modify" && sys.lstat(from).type !== "dir") remove(sys, to);
      else if (step.action === "modify" && status.startsWith("t")) remove(sys, to);
      if (isSpecial(sys, from)) return noSuchFile(step.action, to);
      copy(sys, from, to);
    } else setMeta(sys, sys.lstat(from), to);
    if (step.action !== "delete") copyAttributes(sys, from, to);
  } catch (error) {
    if (!isSysError(error)) throw error;
    errors.push(callText(error, to), `failed to ${step.action} ${to}`);
  }
  yield TICK;
  return errors;
}

const isSpecial = (sys: Sys, path: string): boolean => !["dir", "symlink", "file"].includes(sys.lstat(path).type);

/** Pipes, sockets and devices are not made anew: what comes next finds nothing. */
function noSuchFile(action: UndoStep["action"], path: string): string[] {
  const reason = "No such file or directory";
  return [
    `chmod failed path:${path} errno:2 (${reason})`,
    `Couldn't get xattributes names-list size. link: ${path}, error: ${reason}`,
    `acl_set_file failed errno: 2 (${reason})`,
    `failed to ${action} ${path}`,
  ];
}

const callText = (error: SysError, path: string): string => `${error.syscall} failed path:${path} ${errnoText(error)}`;

/** What is neither file, link nor directory stays, as with the real one. */
function remove(sys: Sys, path: string): void {
  const stat = lstat(sys, path);
  if (stat === undefined) return;
  if (stat.type === "dir") sys.rmdir(path);
  else if (stat.type === "file" || stat.type === "symlink") sys.unlink(path);
}

function copy(sys: Sys, from: string, to: string): void {
  const stat = sys.lstat(from);
  const there = lstat(sys, to);
  switch (stat.type) {
    case "dir":
      if (there?.type !== "dir") sys.mkdir(to, 0);
      break;
    case "symlink":
      if (there !== undefined) remove(sys, to);
      sys.symlink(sys.readlink(from), to);
      break;
    case "file":
      copyFile(sys, from, to, stat.mode);
      break;
  }
  setMeta(sys, stat, to);
}

/** @simplified The real one shares the extents (FICLONE); here bytes are shared anyway once they are equal. */
function copyFile(sys: Sys, from: string, to: string, mode: number): void {
  const bytes = readBytes(sys, from);
  const fd = sys.open(to, O.WRONLY | O.CREAT | O.TRUNC | O.CLOEXEC, mode);
  try {
    writeAll(sys, fd, bytes);
  } finally {
    sys.close(fd);
  }
}

function setMeta(sys: Sys, stat: Stat, to: string): void {
  sys.lchown(to, stat.uid, stat.gid);
  if (stat.type !== "symlink") sys.chmod(to, stat.mode);
}

function copyAttributes(sys: Sys, from: string, to: string): void {
  const wanted = sys.listxattr(from, { follow: false });
  for (const name of sys.listxattr(to, { follow: false })) if (!wanted.includes(name)) sys.removexattr(to, name, { follow: false });
  for (const name of wanted) sys.setxattr(to, name, sys.getxattr(from, name, { follow: false }), { follow: false });
}
