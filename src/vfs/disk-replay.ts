/**
 * What is on the platter when the power goes: the last durable state, and of the writes since a selection.
 *
 * A journalling file system promises that each operation is whole or absent, that a rename is atomic, and that what was fsynced is
 * there. It does not promise that the contents of a file that nobody synced are.
 *
 * @simplified Harsher than life: a real journal keeps the order of all metadata, and commits by itself every few seconds.
 */
import type { Random } from "../base/random.ts";
import { NO_NODE } from "./file-system.ts";
import type { NewNode } from "./file-system.ts";
import { TreeFs } from "./tree-fs.ts";
import type { TreeSnapshot } from "./tree-fs.ts";
import { FILE_BASE } from "./tree-grafts.ts";
import type { TreeOp } from "./tree-ops.ts";
import type { WriteTarget } from "./volume.ts";

/** How a write is listed: the system call's name and the path within the partition. */
export function opTarget(fs: TreeFs, op: TreeOp): WriteTarget {
  const named = (dir: number, name: string): string => {
    const above = fs.path(dir) ?? "?";
    return above === "/" ? `/${name}` : `${above}/${name}`;
  };
  switch (op.kind) {
    case "create":
      return { verb: CREATE_VERBS[op.what.type], path: named(op.dir, op.name) };
    case "rename":
      return { verb: op.exchange ? "exchange" : "rename", path: `${named(op.dir, op.name)} -> ${named(op.toDir, op.toName)}` };
    case "link":
    case "unlink":
    case "rmdir":
    case "graft":
    case "drop":
      return { verb: op.kind, path: named(op.dir, op.name) };
    default:
      return { verb: op.kind, path: fs.path(op.ino) ?? `inode ${op.ino}` };
  }
}

const CREATE_VERBS: Readonly<Record<NewNode["type"], string>> = {
  file: "create",
  dir: "mkdir",
  symlink: "symlink",
  char: "mknod",
  block: "mknod",
  fifo: "mkfifo",
  socket: "mknod",
};

/** What an operation reads and changes: two that share something keep their order. */
function touched(op: TreeOp): string[] {
  switch (op.kind) {
    case "create":
    case "link":
      return [`${op.dir}/${op.name}`, `${op.ino}`, `in ${op.dir}`];
    case "unlink":
    case "rmdir":
    case "drop":
      return [`${op.dir}/${op.name}`, `in ${op.dir}`];
    case "graft":
      return [`${op.dir}/${op.name}`, `${op.base}`, `in ${op.dir}`];
    case "rename":
      return [`${op.dir}/${op.name}`, `${op.toDir}/${op.toName}`, `in ${op.dir}`, `in ${op.toDir}`];
    default:
      return [`${op.ino}`];
  }
}

/** Makes `ino` durable: its data, its metadata and its names, and what those need. Gives the new durable state and what is still pending. */
export function landDurable(
  durable: TreeSnapshot,
  pending: readonly TreeOp[],
  ino: number,
): { readonly landed: TreeSnapshot; readonly left: TreeOp[] } {
  const needed = new Set<string>([`${ino}`, `in ${ino}`]);
  const landing: TreeOp[] = [];
  const left: TreeOp[] = [];
  for (const op of pending.slice().reverse()) {
    const keys = touched(op);
    if (!keys.some((key) => needed.has(key))) {
      left.push(op);
      continue;
    }
    landing.push(op);
    // What it needs: the names it touches as they were, and the directories that they are in.
    for (const key of keys) if (!key.startsWith("in ")) needed.add(key);
    if ("dir" in op) needed.add(`${op.dir}`);
    if ("toDir" in op) needed.add(`${op.toDir}`);
  }
  left.reverse();
  if (landing.length === 0) return { landed: durable, left };
  const fs = TreeFs.open(durable);
  for (const op of landing.reverse()) applyIfPossible(fs, op);
  return { landed: fs.snapshot(), left };
}

/** Lands a random selection of `pending` on `fs`, independent operations in a random order, contents perhaps short. */
export function land(fs: TreeFs, pending: readonly TreeOp[], random: Random): void {
  // From nothing at all to everything, so that both ends are met often.
  const quarters = random.below(5);
  for (const op of shuffled(pending, random)) {
    if (random.below(4) >= quarters) continue;
    applyIfPossible(
      fs,
      op.kind === "write" && random.below(4) === 0 ? { ...op, data: op.data.slice(0, random.below(op.data.length + 1)) } : op,
    );
  }
}

/** A random order in which operations that touch the same inode or the same name keep theirs. */
function shuffled(pending: readonly TreeOp[], random: Random): TreeOp[] {
  // Each operation gets a random moment, but none before the last one that it shares something with.
  const moments = new Map<string, number>();
  const timed = pending.map((op, at) => {
    const keys = touched(op).filter((key) => !key.startsWith("in "));
    let moment = random.next();
    for (const key of keys) moment = Math.max(moment, moments.get(key) ?? 0);
    for (const key of keys) moments.set(key, moment);
    return { op, at, moment };
  });
  timed.sort((left, right) => left.moment - right.moment || left.at - right.at);
  return timed.map(({ op }) => op);
}

/** Does `op` if what it works on is there; else it is void. */
export function applyIfPossible(fs: TreeFs, op: TreeOp): void {
  if (possible(fs, op)) fs.apply(op);
}

function possible(fs: TreeFs, op: TreeOp): boolean {
  const isDir = (ino: number): boolean => ino < FILE_BASE && fs.has(ino) && fs.attributes(ino).type === "dir" && fs.name(ino) !== undefined;
  switch (op.kind) {
    case "create":
      return isDir(op.dir) && fs.lookup(op.dir, op.name) === NO_NODE && !fs.has(op.ino);
    case "link":
      return isDir(op.dir) && fs.lookup(op.dir, op.name) === NO_NODE && (op.sealed !== undefined || fs.has(op.ino));
    case "graft":
      return isDir(op.dir) && fs.lookup(op.dir, op.name) === NO_NODE && !fs.has(op.base);
    case "drop":
      return isDir(op.dir) && fs.lookup(op.dir, op.name) !== NO_NODE;
    case "unlink":
    case "rmdir": {
      const victim = isDir(op.dir) ? fs.lookup(op.dir, op.name) : NO_NODE;
      if (victim === NO_NODE || isDir(victim) !== (op.kind === "rmdir")) return false;
      return op.kind === "unlink" || fs.readdir(victim).length === 0;
    }
    case "rename":
      return renamePossible(fs, op, isDir);
    default:
      return fs.has(op.ino);
  }
}

function renamePossible(fs: TreeFs, op: Extract<TreeOp, { kind: "rename" }>, isDir: (ino: number) => boolean): boolean {
  if (!isDir(op.dir) || !isDir(op.toDir)) return false;
  const source = fs.lookup(op.dir, op.name);
  const target = fs.lookup(op.toDir, op.toName);
  if (source === NO_NODE || source === target) return false;
  const within = (dir: number, node: number): boolean => {
    for (let at = node; isDir(dir); at = fs.parent(at)) {
      if (at === dir) return true;
      if (at === fs.root) break;
    }
    return false;
  };
  if (op.exchange) return target !== NO_NODE && !within(source, op.toDir) && !within(target, op.dir);
  // A directory that had to be emptied first, and was not.
  if (target !== NO_NODE && isDir(target) && (!isDir(source) || fs.readdir(target).length > 0)) return false;
  if (target !== NO_NODE && !isDir(target) && isDir(source)) return false;
  return !within(source, op.toDir);
}
