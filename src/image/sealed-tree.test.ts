import { expect, test } from "vitest";
import { encodeUtf8 } from "../base/utf8.ts";
import type { SealedFile, SealedTree } from "../vfs/sealed.ts";
import { decodePathList, encodePathList, type PathEntry } from "./path-list.ts";
import { TreeBuilder } from "./sealed-tree.ts";
import { treeDiff } from "./tree-diff.ts";

const PLAIN = { mode: 0o755, uid: 0, gid: 0 } as const;

function file(object: number): SealedFile {
  return { kind: "file", mode: 0o644, uid: 0, gid: 0, mtime: 0, object, size: 1, bytes: () => encodeUtf8("x") };
}

function tree(files: { readonly [path: string]: number }, directories: { readonly [path: string]: number } = {}): SealedTree {
  const builder = new TreeBuilder();
  for (const [path, object] of Object.entries(files)) builder.add(path, file(object));
  for (const [path, mode] of Object.entries(directories)) builder.addDirectory(path, { ...PLAIN, mode });
  return builder.seal("t");
}

/** The two trees, and what `ostree diff` 2022.7 printed for them. */
test("differences come in ostree's words and order", () => {
  const from = tree({ "/d/f": 1, "/gone/x/y": 2, "/m": 3 }, { "/d/e": 0o755 });
  const to = tree({ "/d/f/g": 1, "/m": 4, "/new/k/z": 5 }, { "/d": 0o700, "/d/e": 0o755, "/tt": 0o755 });
  expect(treeDiff(from, to)).toEqual({
    modified: ["/m", "/d", "/d/f"],
    removed: ["/gone"],
    added: ["/new", "/new/k", "/new/k/z", "/tt"],
  });
});

test("a tree lists names in order and numbers directories from the root on", () => {
  const built = tree({ "/b/x": 1, "/a/y": 1, "/a/c/z": 2 });
  expect([...built.root.entries.keys()]).toEqual(["a", "b"]);
  const a = built.root.entries.get("a");
  expect(a?.kind === "dir" && [a.index, [...a.entries.keys()]]).toEqual([1, ["c", "y"]]);
  expect(built.directories).toBe(4);
  expect([built.linksTo(1), built.linksTo(2), built.linksTo(3)]).toEqual([2, 1, 0]);
});

test("a path is named once", () => {
  expect(() => tree({ "/a": 1, "/a/b": 2 }).root.entries).toThrow(/two entries/);
});

test("a list of paths reads back as it was written", () => {
  const entries: PathEntry[] = [
    { path: "/etc/shadow", kind: "file", mode: 0, uid: 0, gid: 0, target: "" },
    { path: "/usr/bin/sh", kind: "symlink", mode: 0o777, uid: 0, gid: 0, target: "bash" },
    { path: "/usr/bin/sudo", kind: "file", mode: 0o4111, uid: 0, gid: 0, target: "" },
    { path: "/usr/bin/with space", kind: "file", mode: 0o755, uid: 0, gid: 0, target: "" },
    { path: "/usr/lib/data", kind: "file", mode: 0o755, uid: 0, gid: 0, target: "" },
    { path: "/usr/lib64/libc.so.6", kind: "file", mode: 0o755, uid: 0, gid: 0, target: "" },
    { path: "/usr/libexec/helper", kind: "file", mode: 0o4750, uid: 0, gid: 81, target: "" },
    { path: "/var", kind: "dir", mode: 0o755, uid: 0, gid: 0, target: "" },
    { path: "/var/tmp", kind: "dir", mode: 0o1777, uid: 3, gid: 4, target: "" },
  ];
  const byPath = (left: PathEntry, right: PathEntry) => (left.path < right.path ? -1 : 1);
  expect(decodePathList(encodePathList(entries)).sort(byPath)).toEqual([...entries].sort(byPath));
  expect(decodePathList("")).toEqual([]);
  expect(() => decodePathList("/a/\nb\t9x")).toThrow(RangeError);
});
