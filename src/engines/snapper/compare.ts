/**
 * What differs between two trees, as `snapper status` shows it. Two read-only snapshots are compared by Btrfs itself, anything else by
 * walking both trees, which gives the same answer. Sources: snapper(8), openSUSE/snapper:snapper/Compare.cc, snapper/FileUtils.cc.
 */
import { TICK, type Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import type { Stat } from "../../vfs/types.ts";
import { below, lstat, readBytes } from "./files.ts";

export interface FileChange {
  /** Below the subvolume, e.g. "/etc/passwd". */
  readonly name: string;
  /** Six characters: one of `+-ct.`, then `p`, `u`, `g`, `x`, `a` or dots. */
  readonly status: string;
}

/** A subvolume that is mounted in another one leaves an empty directory in snapshots, with this inode number. */
const EMPTY_SUBVOLUME = 2;
const ACL = /^system\.posix_acl_/;

/** In the order of their names. */
export function* compareTrees(sys: Sys, before: string, after: string, isIgnored: (name: string) => boolean): Run<FileChange[]> {
  const changes: FileChange[] = [];
  const old = new Side(sys, before);
  const young = new Side(sys, after);
  const found = (name: string, status: string): void => {
    if (!isIgnored(name)) changes.push({ name, status });
  };
  const waiting = [""];
  /** Of a file with several names one is told of, as Btrfs does. */
  const told = new Set<number>();
  for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
    const [was, is] = [old.entries(directory), young.entries(directory)];
    for (const name of [...new Set([...was, ...is])].sort()) {
      const path = `${directory}/${name}`;
      const [a, b] = [was.has(name) ? old.stat(path) : undefined, is.has(name) ? young.stat(path) : undefined];
      if (a === undefined && b !== undefined) found(path, "+.....");
      else if (a !== undefined && b === undefined) found(path, "-.....");
      else if (a !== undefined && b !== undefined) {
        const status = statusOf(sys, old.path(path), a, young.path(path), b);
        if (status !== "......" && !(b.nlink > 1 && b.type !== "dir" && told.has(b.ino))) found(path, status);
        told.add(b.ino);
      }
      if (a?.type === "dir" || b?.type === "dir") waiting.push(path);
    }
    yield TICK;
  }
  return changes.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The same changes, seen from the other side. */
export function inverted(changes: readonly FileChange[]): FileChange[] {
  const mirror: Readonly<Record<string, string>> = { "+": "-", "-": "+" };
  return changes.map(({ name, status }) => ({ name, status: (mirror[status[0] ?? ""] ?? status[0] ?? ".") + status.slice(1) }));
}

class Side {
  readonly #sys: Sys;
  readonly #root: string;
  readonly #dev: number;

  constructor(sys: Sys, root: string) {
    this.#sys = sys;
    this.#root = root;
    this.#dev = sys.stat(root).dev;
  }

  path(name: string): string {
    return below(this.#root, name);
  }

  /** Of this subvolume only. */
  stat(name: string): Stat | undefined {
    const stat = lstat(this.#sys, this.path(name));
    return stat === undefined || stat.dev !== this.#dev || stat.ino === EMPTY_SUBVOLUME ? undefined : stat;
  }

  /** The names in a directory of it; none when it is no directory here. */
  entries(directory: string): ReadonlySet<string> {
    if (directory !== "" && this.stat(directory)?.type !== "dir") return new Set();
    return new Set(this.#sys.readdir(this.path(directory)).map(({ name }) => name));
  }
}

function statusOf(sys: Sys, before: string, a: Stat, after: string, b: Stat): string {
  const first = a.type !== b.type ? "t" : sameContent(sys, before, a, after, b) ? "." : "c";
  const attributes = changedAttributes(sys, before, after);
  return [
    first,
    a.mode === b.mode ? "." : "p",
    a.uid === b.uid ? "." : "u",
    a.gid === b.gid ? "." : "g",
    attributes.some((name) => !ACL.test(name)) ? "x" : ".",
    attributes.some((name) => ACL.test(name)) ? "a" : ".",
  ].join("");
}

function sameContent(sys: Sys, before: string, a: Stat, after: string, b: Stat): boolean {
  switch (a.type) {
    case "file": {
      if (a.size !== b.size) return false;
      const [was, is] = [readBytes(sys, before), readBytes(sys, after)];
      return was.length === is.length && was.every((byte, index) => byte === is[index]);
    }
    case "symlink":
      return sys.readlink(before) === sys.readlink(after);
    case "char":
    case "block":
      return a.rdev.major === b.rdev.major && a.rdev.minor === b.rdev.minor;
    default:
      return true;
  }
}

/** Extended attributes by name, as text that compares. */
export function attributesOf(sys: Sys, path: string): ReadonlyMap<string, string> {
  try {
    return new Map(sys.listxattr(path, { follow: false }).map((name) => [name, sys.getxattr(path, name, { follow: false }).join()]));
  } catch (error) {
    if (isSysError(error)) return new Map();
    throw error;
  }
}

function changedAttributes(sys: Sys, before: string, after: string): string[] {
  const [was, is] = [attributesOf(sys, before), attributesOf(sys, after)];
  return [...new Set([...was.keys(), ...is.keys()])].filter((name) => was.get(name) !== is.get(name));
}
