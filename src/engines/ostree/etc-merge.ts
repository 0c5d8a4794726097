/**
 * The three-way merge of /etc: base is the old release's /usr/etc, mine the old deployment's /etc, theirs the new release's
 * /usr/etc. Whole files only: what was changed here wins, what was not follows the new release.
 * Source: ostreedev/ostree:src/libostree/ostree-sysroot-deploy.c (merge_configuration_from), ostree-diff.c.
 */
import type { Sys } from "../../vfs/sys.ts";
import type { Stat } from "../../vfs/types.ts";
import { OstreeError } from "./errors.ts";
import { listDirectory, lstat, parentOf, readBytes, removeTree, writeNewFile } from "./files.ts";

/** Paths relative to /etc, in the order in which the directories list them. */
export interface ConfigDiff {
  readonly modified: readonly string[];
  /** A directory that is gone is one path. */
  readonly removed: readonly string[];
  /** A new directory and everything in it. */
  readonly added: readonly string[];
}

/** What `mine` has changed since `base`: content, mode or owner; extended attributes do not count. */
export function diffConfig(sys: Sys, base: string, mine: string): ConfigDiff {
  const modified: string[] = [];
  const removed: string[] = [];
  const added: string[] = [];
  const addAll = (relative: string): void => {
    added.push(relative);
    if (lstat(sys, `${mine}/${relative}`)?.type !== "dir") return;
    for (const entry of sys.readdir(`${mine}/${relative}`)) addAll(`${relative}/${entry.name}`);
  };
  const walk = (below: string): void => {
    const ours = listDirectory(sys, mine + below);
    const names = new Set(ours.map((entry) => entry.name));
    const defaults = listDirectory(sys, base + below);
    for (const { name } of defaults) {
      const relative = `${below}/${name}`;
      if (!names.has(name)) {
        removed.push(relative.slice(1));
        continue;
      }
      const before = sys.lstat(base + relative);
      const now = sys.lstat(mine + relative);
      if (!isSame(sys, base + relative, before, mine + relative, now)) modified.push(relative.slice(1));
      if (before.type === "dir" && now.type === "dir") walk(relative);
    }
    const known = new Set(defaults.map((entry) => entry.name));
    for (const { name } of ours) if (!known.has(name)) addAll(`${below}/${name}`.slice(1));
  };
  walk("");
  return { modified, removed, added };
}

function isSame(sys: Sys, left: string, a: Stat, right: string, b: Stat): boolean {
  if (a.type !== b.type || a.mode !== b.mode || a.uid !== b.uid || a.gid !== b.gid) return false;
  if (a.type === "symlink") return sys.readlink(left) === sys.readlink(right);
  if (a.type !== "file") return true;
  if (a.size !== b.size) return false;
  const one = readBytes(sys, left);
  const two = readBytes(sys, right);
  return one.every((byte, i) => byte === two[i]);
}

/** One line, as libostree says it at every merge. */
export function mergeSummary(diff: ConfigDiff): string {
  return `Copying /etc changes: ${diff.modified.length} modified, ${diff.removed.length} removed, ${diff.added.length} added`;
}

/** Makes `target` a fresh copy of `source` (a release's /usr/etc): new inodes, so that nobody writes into an object. */
export function* copyTree(sys: Sys, source: string, target: string): Generator<void, void, void> {
  yield;
  const found = sys.lstat(source);
  copyEntry(sys, source, target, found);
  if (found.type !== "dir") return;
  for (const entry of sys.readdir(source)) yield* copyTree(sys, `${source}/${entry.name}`, `${target}/${entry.name}`);
}

/**
 * Carries the changes in `diff` from `mine` into `target`, which holds the new release's defaults.
 * Throws `OstreeError` when a changed file is a directory by default now. Returns what was passed over, one message each.
 */
export function* applyConfig(sys: Sys, diff: ConfigDiff, mine: string, target: string): Generator<void, string[], void> {
  const notes: string[] = [];
  for (const path of diff.removed) {
    yield;
    removeTree(sys, `${target}/${path}`);
  }
  for (const path of [...diff.modified, ...diff.added]) {
    yield;
    const source = `${mine}/${path}`;
    const found = sys.lstat(source);
    const there = lstat(sys, `${target}/${path}`);
    if (found.type !== "dir" && there?.type === "dir") {
      throw new OstreeError(`Modified config file newly defaults to directory '${path}', cannot merge`);
    }
    if (found.type !== "dir" && found.type !== "file" && found.type !== "symlink") {
      notes.push(`Ignoring non-regular/non-symlink file found during /etc merge: ${path}`);
      continue;
    }
    makeParents(sys, parentOf(path), mine, target);
    // A directory that is there stays as the release has it, whoever changed its mode.
    if (found.type === "dir" && there?.type === "dir") continue;
    if (there) sys.unlink(`${target}/${path}`);
    copyEntry(sys, source, `${target}/${path}`, found);
  }
  return notes;
}

/** Directories that the new release no longer has and a changed file still needs, made like mine. */
function makeParents(sys: Sys, relative: string, mine: string, target: string): void {
  if (relative === "." || lstat(sys, `${target}/${relative}`)?.type === "dir") return;
  makeParents(sys, parentOf(relative), mine, target);
  if (lstat(sys, `${target}/${relative}`)) sys.unlink(`${target}/${relative}`);
  copyEntry(sys, `${mine}/${relative}`, `${target}/${relative}`, sys.lstat(`${mine}/${relative}`));
}

/** One new name: a directory without its contents, a link, a file. Nothing reads it before the deployment it belongs to counts. */
function copyEntry(sys: Sys, source: string, target: string, found: Stat): void {
  if (found.type === "dir") {
    sys.mkdir(target, 0o700);
    if (found.uid !== 0 || found.gid !== 0) sys.chown(target, found.uid, found.gid);
    sys.chmod(target, found.mode);
  } else if (found.type === "symlink") {
    sys.symlink(sys.readlink(source), target);
    if (found.uid !== 0 || found.gid !== 0) sys.lchown(target, found.uid, found.gid);
  } else if (found.type === "file") {
    const owner = found.uid === 0 && found.gid === 0 ? {} : { owner: found };
    writeNewFile(sys, target, readBytes(sys, source), { mode: found.mode, ...owner });
  }
}
