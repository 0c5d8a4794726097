/** What happens to an overlay whose layers are changed behind its back. Linux calls it undefined, and promises that nothing breaks. */
import { describe, expect, test } from "vitest";
import { Random } from "../base/random.ts";
import { SysError } from "./errno.ts";
import type { Task } from "./task.ts";
import { O } from "./types.ts";
import { errnoOf, readFile, Rig, writeFile } from "./vfs-rig.ts";

function mounted(): Task {
  const { task } = new Rig();
  for (const dir of ["/l", "/l/d", "/l2", "/u", "/w", "/m", "/m2"]) task.mkdir(dir);
  writeFile(task, "/l/f", "f");
  writeFile(task, "/l/d/g", "g");
  task.mount({ source: "o", target: "/m", fstype: "overlay", flags: [], data: "lowerdir=/l:/l2,upperdir=/u,workdir=/w" });
  return task;
}

const names = (task: Task, path: string): string[] => task.readdir(path).map(({ name }) => name);

// Seen on Linux 6.18, all on one tmpfs.
describe("as Linux", () => {
  test("without its upper directory nothing is listed and nothing can be made", () => {
    const task = mounted();
    task.dropTree("/u");
    expect(names(task, "/m")).toEqual([]);
    expect(errnoOf(() => writeFile(task, "/m/n", ""))).toBe("ENOENT");
    expect(errnoOf(() => writeFile(task, "/m/f", ""))).toBe("ENOENT");
    expect(errnoOf(() => task.mkdir("/m/k"))).toBe("ENOENT");
    expect(errnoOf(() => task.unlink("/m/f"))).toBe("ENOENT");
    task.umount("/m");
  });

  test("without its work directory nothing is copied up or hidden, but new things are made", () => {
    const task = mounted();
    task.dropTree("/w");
    expect(errnoOf(() => task.unlink("/m/f"))).toBe("ENOENT");
    expect(errnoOf(() => task.open("/m/d/g", O.WRONLY))).toBe("ENOENT");
    task.mkdir("/m/k");
    expect(names(task, "/m").sort()).toEqual(["d", "f", "k"]);
  });

  test("without a lower layer nothing is listed", () => {
    const task = mounted();
    task.dropTree("/l");
    expect(names(task, "/m")).toEqual([]);
    expect(errnoOf(() => readFile(task, "/m/f"))).toBe("ENOENT");
    writeFile(task, "/m/n", "n");
  });

  test("what is put into the upper directory is seen", () => {
    const task = mounted();
    writeFile(task, "/u/n", "n");
    expect(readFile(task, "/m/n")).toBe("n");
  });

  test("what was begun in the work directory and not finished is gone at the next mount, which makes it anew", () => {
    const task = mounted();
    const again = (): void => {
      task.umount("/m");
      task.mount({ source: "o", target: "/m", fstype: "overlay", flags: [], data: "lowerdir=/l:/l2,upperdir=/u,workdir=/w" });
    };
    const made = task.stat("/w/work").ino;
    again();
    expect(task.stat("/w/work").ino).not.toBe(made);
    task.mkdir("/w/work/#1");
    task.mkdir("/w/work/#1/b");
    writeFile(task, "/w/work/#1/f", "");
    writeFile(task, "/w/work/#2", "");
    again();
    expect(names(task, "/w/work")).toEqual([]);
    // Deeper it does not look, and nothing can be written then.
    task.mkdir("/w/work/a");
    task.mkdir("/w/work/a/b");
    task.mkdir("/w/work/a/b/c");
    again();
    expect(names(task, "/w/work")).toEqual(["a"]);
    expect(errnoOf(() => task.mkdir("/m/k"))).toBe("EROFS");
    expect(errnoOf(() => task.mount({ source: "none", target: "/m", flags: ["remount", "rw"] }))).toBe("EROFS");
    expect(readFile(task, "/m/f")).toBe("f");
  });

  test("a removed layer is given back when the overlay is unmounted", () => {
    const task = mounted();
    for (const layer of ["/u", "/l", "/w"]) task.dropTree(layer);
    expect(errnoOf(() => task.mount({ source: "none", target: "/", flags: ["remount", "ro"] }))).toBe("EBUSY");
    task.umount("/m");
    expect(errnoOf(() => task.mount({ source: "none", target: "/", flags: ["remount", "ro"] }))).toBe("ok");
  });
});

test("whatever is done to layers, below and above, an errno is the worst that comes of it", () => {
  for (let seed = 1; seed <= 40; seed++) {
    const task = mounted();
    const random = new Random(seed);
    const path = (): string => {
      let text = random.pick(["/l", "/l2", "/u", "/m", "/m", "/m2", "/w/work"]);
      for (let depth = random.below(3); depth >= 0; depth--) text += `/${random.pick(["d", "f", "g"])}`;
      return text;
    };
    // The first is none.
    const open = [99];
    const calls: readonly (() => unknown)[] = [
      () => task.mount({ source: "o", target: "/m2", fstype: "overlay", flags: [], data: "lowerdir=/m:/l2" }),
      () => task.mount({ source: path(), target: path(), flags: [random.pick(["bind", "rbind", "move"])] }),
      () => task.umount(random.pick(["/m2", path()]), { lazy: random.below(2) === 0 }),
      () => task.mkdir(path()),
      () => task.mkdir(path()),
      () => writeFile(task, path(), "x"),
      () => writeFile(task, path(), "x"),
      () => task.unlink(path()),
      () => task.rmdir(path()),
      () => task.rename(path(), path()),
      () => task.renameat2(path(), path(), "EXCHANGE"),
      () => task.link(path(), path()),
      () => open.push(task.open(path(), random.pick([O.RDONLY, O.RDWR, O.RDWR | O.CREAT]))),
      () => task.freaddir(random.pick(open)),
      () => task.write(random.pick(open), new Uint8Array(1)),
      () => task.fchmod(random.pick(open), 0o700),
      () => task.fchdir(random.pick(open)),
      () => task.close(open.length > 1 ? (open.pop() ?? 99) : 99),
      () => task.chmod(path(), 0o700),
      () => task.stat(path()),
      () => names(task, path()),
      () => names(task, random.pick(["/m", "/m2"])),
      () => task.dropTree(random.pick(["/u", "/l", "/w", path()])),
    ];
    for (let turn = 0; turn < 120; turn++) {
      try {
        random.pick(calls)();
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
      }
    }
  }
});
