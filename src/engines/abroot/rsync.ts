/**
 * `rsync -avxHAX --delete --delete-before --checksum FROM/ TO`: what TO has and FROM has not goes first, then every file that differs
 * is written beside its place and renamed into it, in the order of names. In between TO is neither the one nor the other.
 */
import type { Sys } from "../../vfs/sys.ts";
import type { Stat } from "../../vfs/types.ts";
import { step, type Update } from "../update-step.ts";
import { copyAttributes, isSameFile, lstat, readFile, removeAll, writeFile } from "./files.ts";

/** Gives how many entries were changed. */
export function* rsync(sys: Sys, from: string, to: string): Update<number> {
  yield* deleteFirst(sys, from, to);
  return yield* copy(sys, from, to);
}

function* deleteFirst(sys: Sys, from: string, to: string): Update<void> {
  for (const { name, type } of sys.readdir(to)) {
    const source = lstat(sys, `${from}/${name}`);
    if (source === undefined || (type === "dir") !== (source.type === "dir")) {
      yield step("sync", { message: `deleting ${name}` });
      removeAll(sys, `${to}/${name}`);
    } else if (type === "dir" && sys.lstat(`${to}/${name}`).dev === sys.lstat(to).dev)
      yield* deleteFirst(sys, `${from}/${name}`, `${to}/${name}`);
  }
}

function* copy(sys: Sys, from: string, to: string): Update<number> {
  let changed = 0;
  const names = sys.readdir(from).map(({ name }) => name);
  for (const name of names.sort()) {
    const [source, target] = [`${from}/${name}`, `${to}/${name}`];
    const wanted = sys.lstat(source);
    const there = lstat(sys, target);
    if (wanted.type === "dir") {
      if (wanted.dev !== sys.lstat(from).dev) continue; // -x
      if (there === undefined) sys.mkdir(target, 0o700);
      changed += yield* copy(sys, source, target);
      if (!hasSameAttributes(wanted, sys.lstat(target))) copyAttributes(sys, source, target);
    } else if (there === undefined || !isSame(sys, source, wanted, target, there)) {
      yield step("sync", { message: name, done: ++changed });
      replace(sys, source, wanted, target);
    } else if (!hasSameAttributes(wanted, there)) copyAttributes(sys, source, target);
  }
  return changed;
}

function isSame(sys: Sys, source: string, wanted: Stat, target: string, there: Stat): boolean {
  if (wanted.type !== there.type) return false;
  if (wanted.type === "symlink") return sys.readlink(source) === sys.readlink(target);
  return wanted.size === there.size && isSameFile(sys, source, target);
}

function hasSameAttributes(wanted: Stat, there: Stat): boolean {
  return (
    wanted.mode === there.mode &&
    wanted.uid === there.uid &&
    wanted.gid === there.gid &&
    wanted.mtime.sec === there.mtime.sec &&
    wanted.mtime.nsec === there.mtime.nsec
  );
}

/** @simplified The name beside its place always ends in the same six letters. */
function replace(sys: Sys, source: string, wanted: Stat, target: string): void {
  const cut = target.lastIndexOf("/") + 1;
  const beside = `${target.slice(0, cut)}.${target.slice(cut)}.aBr00t`;
  if (wanted.type === "symlink") sys.symlink(sys.readlink(source), beside);
  else writeFile(sys, beside, readFile(sys, source), 0o600);
  copyAttributes(sys, source, beside);
  sys.rename(beside, target);
}
