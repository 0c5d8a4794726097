import { describe, expect, test } from "vitest";
import { encodeUtf8 } from "../base/utf8.ts";
import { Disk } from "./disk.ts";
import { PowerLoss } from "./disk-types.ts";
import type { DiskWrite } from "./disk-types.ts";
import type { SealedTree } from "./sealed.ts";
import type { Sys } from "./sys.ts";
import { O } from "./types.ts";
import { Rig, dump, errnoOf, looker, newDisk, readFile, sealedTree, writeFile } from "./vfs-rig.ts";

const objects = new Map<string, number>();
const TREE = sealedTree("image", { "usr/bin/ls": "ls", "usr/bin/dir": "ls", "usr/lib/a": "a", "bin@": "usr/bin" }, objects);
const SEEDS = Array.from({ length: 200 }, (_, at) => at);

/** A rig whose disk is mounted at /disk. */
function mounted(disk = newDisk()): Rig {
  const rig = new Rig(disk);
  rig.mountDisk();
  return rig;
}

/** What is on the disk's partition now, seen from a fresh start. */
function afterCut(disk: Disk, seed?: number): Sys {
  disk.powerCut(seed === undefined ? {} : { seed });
  return mounted(disk).task;
}

function writeAndSync(sys: Sys, path: string, text: string): void {
  const fd = sys.open(path, O.WRONLY | O.CREAT | O.TRUNC, 0o644);
  sys.write(fd, encodeUtf8(text));
  sys.fsync(fd);
  sys.close(fd);
}

test("every mutation is a numbered write with its path", () => {
  const { disk, task } = mounted();
  const writes: DiskWrite[] = [];
  const stop = disk.listen((write) => writes.push(write));
  task.mkdir("/disk/d");
  writeFile(task, "/disk/d/f", "text");
  task.rename("/disk/d/f", "/disk/g");
  task.graft("/disk/image", TREE);
  task.chmod("/disk/image/usr/lib", 0o700);
  task.unlink("/disk/g");
  writeFile(task, "/in-ram", "not on the disk");
  stop();
  task.rmdir("/disk/d");
  expect(writes.map(({ n, op, path }) => `${n} ${op} ${path}`)).toEqual([
    "1 mkdir root:/d",
    "2 create root:/d/f",
    "3 write root:/d/f",
    "4 rename root:/d/f -> /g",
    "5 graft root:/image",
    "6 setattr root:/image/usr/lib",
    "7 unlink root:/g",
  ]);
  expect(disk.writes).toBe(8);
});

test("power lost before a write: it and everything after it does not happen", () => {
  const rig = mounted();
  const { disk, task } = rig;
  disk.onBeforeWrite = ({ n }) => {
    if (n === 3) throw new PowerLoss();
  };
  task.mkdir("/disk/a");
  task.mkdir("/disk/b");
  expect(() => task.mkdir("/disk/c")).toThrow(PowerLoss);
  expect(() => task.mkdir("/disk/d")).toThrow(PowerLoss);
  expect(() => task.sync()).toThrow(PowerLoss);
  expect(disk.powered).toBe(false);
  disk.onBeforeWrite = undefined;
  const sys = afterCut(disk);
  expect(sys.readdir("/disk").map(({ name }) => name)).toEqual(["a", "b"]);
  sys.mkdir("/disk/e");
  expect(() => task.mkdir("/disk/f")).toThrow(PowerLoss);
});

describe("what was not synced may be lost", () => {
  test("without a seed everything written is there", () => {
    const { disk, task } = mounted();
    writeFile(task, "/disk/f", "text");
    expect(readFile(afterCut(disk), "/disk/f")).toBe("text");
  });

  test("after sync nothing is lost", () => {
    for (const seed of SEEDS.slice(0, 20)) {
      const { disk, task } = mounted();
      task.mkdir("/disk/d");
      writeFile(task, "/disk/d/f", "text");
      task.sync();
      expect(readFile(afterCut(disk, seed), "/disk/d/f")).toBe("text");
    }
  });

  test("contents of a new file may be missing, short or whole", () => {
    const seen = new Set(
      SEEDS.map((seed) => {
        const { disk, task } = mounted();
        writeFile(task, "/disk/f", "0123456789");
        const sys = afterCut(disk, seed);
        if (errnoOf(() => sys.stat("/disk/f")) === "ENOENT") return "no file";
        const { size } = sys.stat("/disk/f");
        return size === 0 ? "empty" : size === 10 ? "whole" : "short";
      }),
    );
    expect([...seen].sort()).toEqual(["empty", "no file", "short", "whole"]);
  });

  /** What is called /disk/f after a cut of "write a new file, rename it over the old one", over all seeds. */
  const replaced = (write: (sys: Sys, path: string, text: string) => void): Set<string> =>
    new Set(
      SEEDS.map((seed) => {
        const { disk, task } = mounted();
        writeAndSync(task, "/disk/f", "old");
        write(task, "/disk/f.new", "new");
        task.rename("/disk/f.new", "/disk/f");
        return readFile(afterCut(disk, seed), "/disk/f");
      }),
    );

  test("a synced file renamed over the old one is the old or the new one, whole", () => {
    expect([...replaced(writeAndSync)].sort()).toEqual(["new", "old"]);
  });

  test("without fsync it may be empty", () => {
    expect(replaced(writeFile)).toContain("");
  });

  test("independent writes land in any order", () => {
    const seen = new Set(
      SEEDS.map((seed) => {
        const { disk, task } = mounted();
        task.mkdir("/disk/a");
        task.mkdir("/disk/b");
        const sys = afterCut(disk, seed);
        return sys
          .readdir("/disk")
          .map(({ name }) => name)
          .join("");
      }),
    );
    expect([...seen].sort()).toEqual(["", "a", "ab", "b", "ba"]);
  });

  test("fsync makes the name durable, too, and the directories above", () => {
    for (const seed of SEEDS.slice(0, 40)) {
      const { disk, task } = mounted();
      task.mkdir("/disk/d");
      task.mkdir("/disk/d/e");
      writeFile(task, "/disk/d/other", "other");
      writeAndSync(task, "/disk/d/e/f", "text");
      expect(readFile(afterCut(disk, seed), "/disk/d/e/f")).toBe("text");
    }
  });

  test("fsync of one file does not save another", () => {
    const kept = SEEDS.filter((seed) => {
      const { disk, task } = mounted();
      writeFile(task, "/disk/other", "other");
      writeAndSync(task, "/disk/f", "text");
      return errnoOf(() => afterCut(disk, seed).stat("/disk/other")) === "ok";
    });
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan(SEEDS.length);
  });

  test("syncfs saves all that is on the file system", () => {
    for (const seed of SEEDS.slice(0, 40)) {
      const { disk, task } = mounted();
      writeFile(task, "/disk/other", "other");
      writeFile(task, "/disk/f", "text");
      task.syncfs(task.open("/disk/f", O.RDONLY));
      expect(readFile(afterCut(disk, seed), "/disk/other")).toBe("other");
    }
  });

  test("the same seed gives the same disk", () => {
    const once = (): string[] => {
      const { disk, task } = mounted();
      for (let at = 0; at < 20; at++) writeFile(task, `/disk/f${at}`, `${at}`);
      return dump(afterCut(disk, 7), "/disk");
    };
    expect(once()).toEqual(once());
  });
});

describe("copies", () => {
  const busy = (): Rig => {
    const rig = mounted();
    const { task } = rig;
    task.graft("/disk/image", TREE);
    writeFile(task, "/disk/image/usr/lib/a", "changed");
    writeFile(task, "/disk/image/usr/lib/more", "more");
    task.link("/disk/image/usr/bin/ls", "/disk/ls");
    task.symlink("target", "/disk/link");
    task.setxattr("/disk/link", "trusted.x", encodeUtf8("x"), { follow: false });
    task.mknod("/disk/null", "char", 0o666, { major: 1, minor: 3 });
    task.setFlags("/disk/image", "i");
    task.graft("/disk/gone", sealedTree("gone", { only: "only here" }, objects));
    task.rename("/disk/gone/only", "/disk/kept");
    task.dropTree("/disk/gone");
    return rig;
  };
  const resolve = (id: string): SealedTree | undefined => (id === "image" ? TREE : undefined);

  test("an exported disk imports as it was, through JSON", () => {
    const { disk, task } = busy();
    const exported: unknown = JSON.parse(JSON.stringify(disk.export()));
    const copy = Disk.import(exported as ReturnType<Disk["export"]>, resolve);
    const before = dump(task, "/disk");
    const sys = mounted(copy).task;
    expect(dump(sys, "/disk")).toEqual(before);
    expect(sys.getFlags("/disk/image")).toBe("ie");
    expect(sys.statfs("/disk").free).toBe(task.statfs("/disk").free);
    expect(copy.export()).toEqual(disk.export());
    for (const each of [task, sys]) {
      each.setFlags("/disk/image", "");
      each.mkdir("/disk/image/new");
      each.dropTree("/disk/image/usr");
    }
    expect(dump(sys, "/disk")).toEqual(dump(task, "/disk"));
  });

  test("a tree that nobody has is an error", () => {
    expect(() => Disk.import(busy().disk.export(), () => undefined)).toThrow(/image/);
  });

  test("a fork of the disk is independent, and loses what its parent could lose", () => {
    const { disk, task } = mounted();
    writeFile(task, "/disk/f", "text");
    const fork = disk.fork();
    const before = dump(task, "/disk");
    const sys = mounted(fork).task;
    expect(dump(sys, "/disk")).toEqual(before);
    sys.unlink("/disk/f");
    writeFile(sys, "/disk/g", "g");
    expect(dump(task, "/disk")).toEqual(before);
    const lost = SEEDS.filter((seed) => errnoOf(() => afterCut(disk.fork(), seed).stat("/disk/f")) === "ENOENT");
    expect(lost.length).toBeGreaterThan(0);
  });
});

test("looking at the disk is no write", () => {
  const { disk, task } = mounted();
  task.graft("/disk/image", TREE);
  const { writes } = disk;
  dump(task, "/disk");
  const copy = disk.fork().partition("root");
  if (copy !== undefined) dump(looker(copy), "/");
  expect(disk.writes).toBe(writes);
});
