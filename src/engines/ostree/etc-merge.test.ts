/** The three-way merge of /etc on a real tree: each line of the rules (reference: what `ostree admin upgrade` was recorded doing). */
import { describe, expect, test } from "vitest";
import { encodeUtf8, decodeUtf8 } from "../../base/utf8.ts";
import { plainBytes } from "../../vfs/plain-bytes.ts";
import type { Sys } from "../../vfs/sys.ts";
import { SysError } from "../../vfs/errno.ts";
import { TreeFs } from "../../vfs/tree-fs.ts";
import { Vfs } from "../../vfs/vfs.ts";
import { applyConfig, copyTree, diffConfig, mergeSummary } from "./etc-merge.ts";
import { makeDirectories, parentOf, readBytes, writeNewFile } from "./files.ts";

const NOW = { sec: 1_700_000_000, nsec: 0 };

/** Root's system calls on an empty tree. */
function emptySystem(): Sys {
  const vfs = new Vfs({
    now: () => NOW,
    openDevice: () => {
      throw new SysError("ENXIO", "open");
    },
    blockDevice: () => undefined,
    generated: () => undefined,
    trace: () => {},
  });
  const options = { type: "btrfs", dev: 1, bytes: plainBytes, capacity: 1e9, lifetime: "machine" } as const;
  return vfs.firstTask({ pid: 1, rootFs: TreeFs.make(options, { mode: 0o755, uid: 0, gid: 0 }, NOW) });
}

/** "text" is a file, "text|600" with a mode, "text|600|5" with an owner, "-> target" a link, "/" a directory, "/|700". */
type Tree = Readonly<Record<string, string>>;

function make(sys: Sys, root: string, tree: Tree): void {
  makeDirectories(sys, root);
  for (const [name, what] of Object.entries(tree)) {
    const path = `${root}/${name}`;
    makeDirectories(sys, parentOf(path));
    const [text = "", mode, uid] = what.split("|");
    if (text === "/") makeDirectories(sys, path);
    else if (text.startsWith("-> ")) sys.symlink(text.slice(3), path);
    else if (text === "fifo") sys.mknod(path, "fifo", 0o644);
    else writeNewFile(sys, path, encodeUtf8(text));
    if (uid !== undefined) sys.chown(path, Number(uid), 0);
    if (mode !== undefined) sys.chmod(path, Number.parseInt(mode, 8));
  }
}

function read(sys: Sys, root: string, below = ""): Tree {
  const found: Record<string, string> = {};
  for (const { name, type } of sys.readdir(root + below)) {
    const relative = `${below}/${name}`;
    const stat = sys.lstat(root + relative);
    const suffix =
      stat.uid !== 0
        ? `|${stat.mode.toString(8)}|${stat.uid}`
        : stat.mode === (type === "dir" ? 0o755 : 0o644)
          ? ""
          : `|${stat.mode.toString(8)}`;
    const key = relative.slice(1);
    if (type === "symlink") found[key] = `-> ${sys.readlink(root + relative)}`;
    else if (type === "file") found[key] = decodeUtf8(readBytes(sys, root + relative)) + suffix;
    else if (type === "dir") {
      const inside = read(sys, root, relative);
      if (Object.keys(inside).length === 0 || suffix !== "") found[key] = `/${suffix}`;
      Object.assign(found, inside);
    }
  }
  return found;
}

interface Case {
  readonly name: string;
  readonly base: Tree;
  readonly mine: Tree;
  readonly theirs: Tree;
  readonly merged?: Tree;
  readonly summary: readonly [modified: number, removed: number, added: number];
  readonly error?: string;
  readonly notes?: readonly string[];
}

const CASES: readonly Case[] = [
  { name: "nothing changed", base: { a: "1" }, mine: { a: "1" }, theirs: { a: "1" }, merged: { a: "1" }, summary: [0, 0, 0] },
  { name: "default changed", base: { a: "1" }, mine: { a: "1" }, theirs: { a: "2" }, merged: { a: "2" }, summary: [0, 0, 0] },
  { name: "changed here", base: { a: "1" }, mine: { a: "x" }, theirs: { a: "1" }, merged: { a: "x" }, summary: [1, 0, 0] },
  {
    name: "both changed: mine wins, whole",
    base: { a: "1" },
    mine: { a: "x" },
    theirs: { a: "2" },
    merged: { a: "x" },
    summary: [1, 0, 0],
  },
  { name: "mode changed here", base: { a: "1" }, mine: { a: "1|600" }, theirs: { a: "2" }, merged: { a: "1|600" }, summary: [1, 0, 0] },
  {
    name: "owner changed here",
    base: { a: "1" },
    mine: { a: "1|644|5" },
    theirs: { a: "2" },
    merged: { a: "1|644|5" },
    summary: [1, 0, 0],
  },
  { name: "removed here, changed there: stays removed", base: { a: "1" }, mine: {}, theirs: { a: "2" }, merged: {}, summary: [0, 1, 0] },
  { name: "added here", base: {}, mine: { "d/a": "x" }, theirs: { b: "1" }, merged: { "d/a": "x", b: "1" }, summary: [0, 0, 2] },
  { name: "added on both sides: mine", base: {}, mine: { a: "x" }, theirs: { a: "1" }, merged: { a: "x" }, summary: [0, 0, 1] },
  { name: "new default", base: {}, mine: {}, theirs: { a: "1" }, merged: { a: "1" }, summary: [0, 0, 0] },
  { name: "default gone", base: { a: "1" }, mine: { a: "1" }, theirs: {}, merged: {}, summary: [0, 0, 0] },
  { name: "default gone, changed here: stays", base: { a: "1" }, mine: { a: "x" }, theirs: {}, merged: { a: "x" }, summary: [1, 0, 0] },
  {
    name: "directory removed here counts once",
    base: { "d/a": "1", "d/b": "1" },
    mine: {},
    theirs: { "d/a": "2" },
    merged: {},
    summary: [0, 1, 0],
  },
  {
    name: "changed file in a directory that went",
    base: { "d/a": "1" },
    mine: { "d/a": "x" },
    theirs: {},
    merged: { "d/a": "x" },
    summary: [1, 0, 0],
  },
  // As recorded (os-etc-three-ways): a directory that the release has, too, is as the release has it.
  { name: "directory's mode", base: { d: "/" }, mine: { d: "/|700" }, theirs: { d: "/" }, merged: { d: "/" }, summary: [1, 0, 0] },
  { name: "link changed here", base: { l: "-> a" }, mine: { l: "-> b" }, theirs: { l: "-> c" }, merged: { l: "-> b" }, summary: [1, 0, 0] },
  { name: "file made a link here", base: { a: "1" }, mine: { a: "-> b" }, theirs: { a: "2" }, merged: { a: "-> b" }, summary: [1, 0, 0] },
  {
    name: "unchanged file becomes a directory",
    base: { a: "1" },
    mine: { a: "1" },
    theirs: { "a/b": "1" },
    merged: { "a/b": "1" },
    summary: [0, 0, 0],
  },
  {
    name: "changed file becomes a directory",
    base: { a: "1" },
    mine: { a: "x" },
    theirs: { "a/b": "1" },
    summary: [1, 0, 0],
    error: "Modified config file newly defaults to directory 'a', cannot merge",
  },
  {
    name: "a pipe is passed over",
    base: {},
    mine: { p: "fifo" },
    theirs: {},
    merged: {},
    summary: [0, 0, 1],
    notes: ["Ignoring non-regular/non-symlink file found during /etc merge: p"],
  },
];

describe.each(CASES)("$name", ({ base, mine, theirs, merged, summary, error, notes = [] }) => {
  test("merge", () => {
    const sys = emptySystem();
    make(sys, "/base", base);
    make(sys, "/mine", mine);
    make(sys, "/theirs", theirs);
    for (const _ of copyTree(sys, "/theirs", "/etc"));
    const diff = diffConfig(sys, "/base", "/mine");
    const [modified, removed, added] = summary;
    expect(mergeSummary(diff)).toBe(`Copying /etc changes: ${modified} modified, ${removed} removed, ${added} added`);
    const run = (): string[] => {
      const steps = applyConfig(sys, diff, "/mine", "/etc");
      for (;;) {
        const next = steps.next();
        if (next.done === true) return next.value;
      }
    };
    if (error !== undefined) {
      expect(run).toThrow(error);
      return;
    }
    expect(run()).toEqual(notes);
    expect(read(sys, "/etc")).toEqual(merged);
  });
});

test("a copy has inodes of its own", () => {
  const sys = emptySystem();
  make(sys, "/theirs", { a: "1|4755", "d/l": "-> a" });
  for (const _ of copyTree(sys, "/theirs", "/etc"));
  expect(read(sys, "/etc")).toEqual({ a: "1|4755", "d/l": "-> a" });
  expect(sys.stat("/etc/a").ino).not.toBe(sys.stat("/theirs/a").ino);
});
