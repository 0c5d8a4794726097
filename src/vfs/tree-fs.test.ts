import { describe, expect, test } from "vitest";
import { Random } from "../base/random.ts";
import { SysError } from "./errno.ts";
import type { Sys } from "./sys.ts";
import type { SealedTree } from "./sealed.ts";
import { FILE_BASE } from "./tree-grafts.ts";
import { O } from "./types.ts";
import { diskTree, dump, errnoOf, looker, ramTree, readFile, sealedTree, writeFile } from "./vfs-rig.ts";

const objects = new Map<string, number>();
const TREES: readonly SealedTree[] = [
  sealedTree(
    "one",
    { "usr/bin/ls": "ls", "usr/bin/dir": "ls", "usr/lib/a": "a", "usr/lib/deep/b": "b", "etc/x": "x", "bin@": "usr/bin" },
    objects,
  ),
  sealedTree("two", { "usr/bin/ls": "ls", "usr/lib/a": "a2", "usr/lib/deep/b": "b", "bin@": "usr/bin" }, objects),
];
const NAMES = ["a", "b", "usr", "bin", "lib", "deep", "ls", "x"];

/** One random call, most of which fail; what it did is not interesting. */
function randomCall(sys: Sys, random: Random, step: number): void {
  const path = (): string => Array.from({ length: 1 + random.below(5) }, () => `/${random.pick(NAMES)}`).join("");
  try {
    switch (random.below(14)) {
      case 0:
        return sys.mkdir(path());
      case 1:
      case 2:
        return writeFile(sys, path(), `step ${step} ${"y".repeat(random.below(100))}`);
      case 3:
        return sys.unlink(path());
      case 4:
        return sys.rmdir(path());
      case 5:
      case 6:
        return sys.rename(path(), path());
      case 7:
      case 8:
        return sys.link(path(), path());
      case 9:
        return sys.symlink(random.pick(NAMES), path());
      case 10:
        return sys.chmod(path(), random.below(0o10000));
      case 11:
        return random.below(4) === 0 ? sys.dropTree(path()) : sys.renameat2(path(), path(), "EXCHANGE");
      case 12:
        return sys.graft(path(), random.pick(TREES));
      case 13:
        return sys.setxattr(path(), "user.n", new Uint8Array([65 + random.below(26)]));
    }
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
}

/** The number of names below "/" of each inode that is not a directory. */
function countNames(sys: Sys): Map<number, { nlink: number; names: number }> {
  const counts = new Map<number, { nlink: number; names: number }>();
  const walk = (path: string): void => {
    for (const { name } of sys.readdir(path === "" ? "/" : path)) {
      const stat = sys.lstat(`${path}/${name}`);
      if (stat.type === "dir") walk(`${path}/${name}`);
      else counts.set(stat.ino, { nlink: stat.nlink, names: (counts.get(stat.ino)?.names ?? 0) + 1 });
    }
  };
  walk("");
  return counts;
}

describe.each([
  ["in RAM", ramTree],
  ["of the disk", diskTree],
])("a tree %s", (_, make) => {
  test.each([1, 2, 3, 4, 5, 6])("a fork never alters its parent, nor the other way round (seed %i)", (seed) => {
    const random = new Random(seed);
    const fs = make();
    const sys = looker(fs);
    const forks: { sys: Sys; before: string[] }[] = [];
    for (let step = 0; step < 600; step++) {
      randomCall(sys, random, step);
      if (step % 100 !== 99) continue;
      const fork = looker(fs.fork());
      const before = dump(sys, "/");
      expect(dump(fork, "/")).toEqual(before);
      for (let more = 0; more < 50; more++) randomCall(fork, random, more);
      expect(dump(sys, "/")).toEqual(before);
      forks.push({ sys: fork, before: dump(fork, "/") });
    }
    for (const fork of forks) expect(dump(fork.sys, "/")).toEqual(fork.before);
  });

  test.each([11, 12, 13, 14, 15, 16, 17, 18])("nlink is the number of names (seed %i)", (seed) => {
    const random = new Random(seed);
    const sys = looker(make());
    for (let step = 0; step < 800; step++) {
      randomCall(sys, random, step);
      if (step % 40 === 0) for (const { nlink, names } of countNames(sys).values()) expect(nlink).toBe(names);
    }
    expect(countNames(sys).size).toBeGreaterThan(0);
  });

  test("a directory counts its subdirectories", () => {
    const sys = looker(make());
    sys.mkdir("/d");
    sys.mkdir("/d/a");
    sys.mkdir("/d/b");
    sys.rename("/d/b", "/b");
    expect(sys.stat("/d").nlink).toBe(3);
    sys.graft("/d/g", TREES[0] as SealedTree);
    expect(sys.stat("/d").nlink).toBe(4);
    expect(sys.stat("/d/g/usr").nlink).toBe(4);
    sys.mkdir("/d/g/usr/more");
    expect(sys.stat("/d/g/usr").nlink).toBe(5);
  });

  test("an unlinked file lives while it is open, and its space is given back", () => {
    const sys = looker(make());
    const free = sys.statfs("/").free;
    writeFile(sys, "/f", "x".repeat(10_000));
    expect(sys.statfs("/").free).toBe(free - 3 * 4096);
    const fd = sys.open("/f", O.RDWR);
    sys.unlink("/f");
    expect(sys.fstat(fd).nlink).toBe(0);
    expect(sys.pread(fd, 3, 9_999)).toHaveLength(1);
    expect(sys.statfs("/").free).toBe(free - 3 * 4096);
    sys.close(fd);
    expect(sys.statfs("/").free).toBe(free);
  });

  test("a snapshot shares everything, however many files there are", () => {
    for (const count of [1_000, 100_000]) {
      const fs = make();
      const now = { sec: 1, nsec: 0 };
      for (let at = 0; at < count; at++) fs.create(fs.root, `f${at}`, { type: "file", mode: 0o644, uid: 0, gid: 0 }, now);
      const one = fs.snapshot();
      const other = fs.snapshot();
      expect(other.inodes.root).toBe(one.inodes.root);
      // A microsecond or so each; walking 100,000 files would take a thousand times as long. The best of many, since others work here, too.
      const batches = Array.from({ length: 20 }, () => {
        const start = process.hrtime.bigint();
        for (let at = 0; at < 50; at++) fs.snapshot();
        return Number(process.hrtime.bigint() - start) / 1000;
      });
      expect(Math.min(...batches)).toBeLessThan(5000);
    }
  });

  test("ENOSPC when it is full, and a short write before", () => {
    const rig = looker(make());
    rig.mkdir("/m");
    rig.mount({ source: "tmpfs", target: "/m", fstype: "tmpfs", flags: [], data: "size=8k" });
    const fd = rig.open("/m/f", O.WRONLY | O.CREAT);
    expect(rig.write(fd, new Uint8Array(10_000))).toBe(8192);
    expect(errnoOf(() => rig.write(fd, new Uint8Array(1)))).toBe("ENOSPC");
    expect(rig.fstat(fd).size).toBe(8192);
  });
});

describe("grafts", () => {
  const fresh = (): Sys => {
    const sys = looker(diskTree());
    sys.graft("/one", TREES[0] as SealedTree);
    sys.graft("/two", TREES[1] as SealedTree);
    return sys;
  };

  test("equal objects are one inode with all its names", () => {
    const sys = fresh();
    const ls = sys.stat("/one/usr/bin/ls");
    expect(ls.nlink).toBe(3);
    expect(sys.stat("/one/usr/bin/dir").ino).toBe(ls.ino);
    expect(sys.stat("/two/usr/bin/ls").ino).toBe(ls.ino);
    expect(sys.stat("/one/usr/lib/a").nlink).toBe(1);
  });

  test("writing to one name changes the others, and nothing else", () => {
    const sys = fresh();
    writeFile(sys, "/two/usr/bin/ls", "changed");
    expect(readFile(sys, "/one/usr/bin/dir")).toBe("changed");
    expect(sys.stat("/one/usr/bin/ls").nlink).toBe(3);
    expect(readFile(sys, "/one/usr/lib/a")).toBe("a");
    expect(readFile(fresh(), "/one/usr/bin/ls")).toBe("ls");
  });

  test("replacing a name leaves the others", () => {
    const sys = fresh();
    writeFile(sys, "/new", "new");
    sys.rename("/new", "/one/usr/bin/ls");
    expect(readFile(sys, "/one/usr/bin/ls")).toBe("new");
    expect(readFile(sys, "/two/usr/bin/ls")).toBe("ls");
    expect(sys.stat("/two/usr/bin/ls").nlink).toBe(2);
  });

  test("a file that was moved out survives its tree", () => {
    const sys = fresh();
    sys.rename("/one/usr/lib/a", "/kept");
    sys.dropTree("/one");
    expect(readFile(sys, "/kept")).toBe("a");
    expect(sys.stat("/kept").nlink).toBe(1);
    expect(sys.stat("/two/usr/bin/ls").nlink).toBe(1);
    expect(errnoOf(() => sys.stat("/one"))).toBe("ENOENT");
  });

  test("a directory that was moved out survives its tree", () => {
    const sys = fresh();
    const { ino } = sys.stat("/one/usr/lib");
    sys.rename("/one/usr/lib", "/kept");
    sys.dropTree("/one");
    expect(sys.stat("/kept").ino).toBe(ino);
    expect(readFile(sys, "/kept/deep/b")).toBe("b");
    expect(sys.stat("/kept/deep/b").nlink).toBe(2);
  });

  test("renaming the whole keeps every inode number", () => {
    const sys = fresh();
    const before = dump(sys, "/one").map((line) => line.replaceAll("/one", "/x"));
    sys.rename("/one", "/x");
    expect(dump(sys, "/x")).toEqual(before);
  });

  test("looking changes nothing", () => {
    const fs = diskTree();
    const sys = looker(fs);
    sys.graft("/one", TREES[0] as SealedTree);
    const before = fs.snapshot();
    dump(sys, "/");
    const after = fs.snapshot();
    expect(after.inodes.root).toBe(before.inodes.root);
    expect(after.next).toBe(before.next);
  });

  test("what was changed in it goes with it, and the objects are whole in the next one", () => {
    const sys = fresh();
    sys.dropTree("/two");
    writeFile(sys, "/one/usr/bin/ls", "broken");
    writeFile(sys, "/one/usr/lib/deep/more", "more");
    sys.dropTree("/one");
    sys.graft("/one", TREES[0] as SealedTree);
    expect(readFile(sys, "/one/usr/bin/ls")).toBe("ls");
    expect(sys.readdir("/one/usr/lib/deep").map(({ name }) => name)).toEqual(["b"]);
  });

  test("says what has become of it", () => {
    const sys = fresh();
    const object = (path: string): number => sys.stat(path).ino - FILE_BASE;
    const [ls, b] = [object("/one/usr/bin/ls"), object("/one/usr/lib/deep/b")];
    expect(sys.sealedTreeAt("/one")?.id).toBe("one");
    expect(sys.sealedTreeAt("/")).toBeUndefined();
    expect(sys.sealedChanges("/")).toBeUndefined();
    sys.link("/one/usr/bin/ls", "/elsewhere");
    sys.chmod("/one/usr/bin", 0o700);
    expect(sys.sealedChanges("/one")).toEqual({ removed: new Set(), added: [], altered: new Set() });
    writeFile(sys, "/elsewhere", "through another name");
    sys.link("/one/usr/bin/ls", "/one/usr/bin/more");
    sys.mkdir("/one/usr/lib/new", 0o755);
    sys.unlink("/one/usr/lib/deep/b");
    sys.link("/one/usr/bin/ls", "/one/usr/lib/deep/b");
    expect(sys.sealedChanges("/one")).toEqual({
      removed: new Set([b]),
      added: [
        { path: "usr/bin/more", object: ls },
        { path: "usr/lib/new", object: undefined },
        { path: "usr/lib/deep/b", object: ls },
      ],
      altered: new Set([ls]),
    });
  });

  test("a name that is taken and given back is listed last, and counted once", () => {
    const sys = fresh();
    const names = (path: string): string[] => sys.readdir(path).map(({ name }) => name);
    const before = names("/one/usr");
    const first = before[0] ?? "";
    const size = sys.stat("/one/usr").nlink;
    sys.rename(`/one/usr/${first}`, "/aside");
    expect(names("/one/usr")).toEqual(before.slice(1));
    sys.rename("/aside", `/one/usr/${first}`);
    expect(names("/one/usr")).toEqual([...before.slice(1), first]);
    expect(sys.stat("/one/usr").nlink).toBe(size);
    for (const name of names("/one/usr")) sys.dropTree(`/one/usr/${name}`);
    expect(names("/one/usr")).toEqual([]);
    sys.rmdir("/one/usr");
  });

  test("a name for a sealed object is a link to it", () => {
    const sys = fresh();
    const ls = TREES[0]?.root.entries.get("usr");
    const bin = ls?.kind === "dir" ? ls.entries.get("bin") : undefined;
    const file = bin?.kind === "dir" ? bin.entries.get("ls") : undefined;
    if (file?.kind !== "file") throw new Error("the tree has usr/bin/ls");
    sys.linkSealed("/object", file);
    expect(sys.stat("/object").ino).toBe(sys.stat("/one/usr/bin/ls").ino);
    expect(sys.stat("/object").nlink).toBe(4);
    expect(errnoOf(() => sys.linkSealed("/object", file))).toBe("EEXIST");
    sys.dropTree("/one");
    sys.dropTree("/two");
    expect(readFile(sys, "/object")).toBe("ls");
  });
});
