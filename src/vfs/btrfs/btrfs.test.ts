import { describe, expect, test } from "vitest";
import { timestamp } from "../../base/timestamp.ts";
import { Disk } from "../disk.ts";
import type { DiskWrite } from "../disk-types.ts";
import type { SealedTree } from "../sealed.ts";
import type { Sys } from "../sys.ts";
import { rootCredentials } from "../types.ts";
import type { Task } from "../task.ts";
import { Vfs } from "../vfs.ts";
import { Rig, dump, errnoOf, readFile, sealedTree, writeFile } from "../vfs-rig.ts";
import { btrfsDriver, makeBtrfs } from "./btrfs-volume.ts";
import * as btrfs from "./calls.ts";

const START = timestamp(1_800_000_000);
const TREE = sealedTree("image", { "usr/bin/ls": "ls", "usr/bin/dir": "ls", "usr/lib/a": "a", "bin@": "usr/bin" }, new Map());

function newDisk(options: readonly string[] = []): Disk {
  const disk = new Disk();
  disk.install(
    "root",
    makeBtrfs({ uuid: "0f9a1f6e-5d0c-4b43-9e0d-0d5f2b6f8d11", dev: 42, capacity: 2 ** 30, lifetime: "machine", options }, START),
  );
  return disk;
}

/** A rig whose disk is mounted at /disk. */
function mounted(disk = newDisk(), data = ""): Rig {
  const rig = new Rig(disk);
  rig.task.mkdir("/disk");
  mountAt(rig.task, "/disk", data);
  return rig;
}

function mountAt(sys: Sys, target: string, data: string, flags: readonly string[] = []): void {
  sys.mount({ source: "/dev/vda3", target, fstype: "btrfs", flags, data });
}

function asLearner(task: Task): Task {
  const learner = task.fork(2);
  learner.credentials = { uid: 1000, gid: 1000, groups: [1000], privileged: false };
  return learner;
}

describe("subvolumes", () => {
  test("each has its own device and inode numbers, from 256 on", () => {
    const { task } = mounted();
    btrfs.createSubvolume(task, "/disk/a");
    btrfs.createSubvolume(task, "/disk/b");
    writeFile(task, "/disk/a/f", "one");
    writeFile(task, "/disk/b/f", "two");
    const [top, a, b] = ["/disk", "/disk/a", "/disk/b"].map((path) => task.stat(path));
    expect([top?.ino, a?.ino, b?.ino]).toEqual([256, 256, 256]);
    expect(new Set([top?.dev, a?.dev, b?.dev]).size).toBe(3);
    expect([task.stat("/disk/a/f").ino, task.stat("/disk/b/f").ino]).toEqual([257, 257]);
    expect(task.readdir("/disk").map(({ name, ino }) => `${name} ${ino}`)).toEqual(["a 256", "b 257"]);
    expect(btrfs.listSubvolumes(task, "/disk").map(({ id, path }) => `${id} ${path ?? ""}`)).toEqual(["256 a", "257 b"]);
  });

  test("nothing but a subvolume goes from one to another", () => {
    const { task } = mounted();
    btrfs.createSubvolume(task, "/disk/a");
    btrfs.createSubvolume(task, "/disk/b");
    writeFile(task, "/disk/a/f", "one");
    task.mkdir("/disk/a/d");
    btrfs.createSubvolume(task, "/disk/a/s");
    writeFile(task, "/disk/a/s/g", "deep");
    expect(errnoOf(() => task.link("/disk/a/f", "/disk/b/f"))).toBe("EXDEV");
    expect(errnoOf(() => task.rename("/disk/a/f", "/disk/b/f"))).toBe("EXDEV");
    expect(errnoOf(() => task.rename("/disk/a/d", "/disk/b/d"))).toBe("EXDEV");
    task.rename("/disk/a/s", "/disk/b/t");
    expect(readFile(task, "/disk/b/t/g")).toBe("deep");
    expect(task.realpath("/disk/b/t")).toBe("/disk/b/t");
    task.chdir("/disk/b/t");
    expect(task.getcwd()).toBe("/disk/b/t");
    expect(task.stat("..").ino).toBe(256);
    expect(errnoOf(() => task.rename("/disk/a", "/disk/b/t/a"))).toBe("ok");
  });

  test("a snapshot shares and does not follow; what is nested is left out", () => {
    const { task } = mounted();
    btrfs.createSubvolume(task, "/disk/a");
    writeFile(task, "/disk/a/f", "one");
    task.graft("/disk/a/image", TREE);
    btrfs.createSubvolume(task, "/disk/a/nested");
    writeFile(task, "/disk/a/nested/g", "mine");
    const before = dump(task, "/disk/a/image");
    btrfs.snapshotSubvolume(task, "/disk/a", "/disk/b");
    writeFile(task, "/disk/a/f", "two");
    task.unlink("/disk/a/image/usr/bin/ls");
    expect(readFile(task, "/disk/b/f")).toBe("one");
    expect(dump(task, "/disk/b/image").map((line) => line.replace("/disk/b", "/disk/a"))).toEqual(before);
    const left = task.stat("/disk/b/nested");
    expect([left.ino, left.type, left.size]).toEqual([2, "dir", 0]);
    expect(task.readdir("/disk/b/nested")).toEqual([]);
    expect(errnoOf(() => writeFile(task, "/disk/b/nested/x", ""))).toBe("EACCES");
    task.rmdir("/disk/b/nested");
    expect(errnoOf(() => task.stat("/disk/b/nested"))).toBe("ENOENT");
    expect(readFile(task, "/disk/a/nested/g")).toBe("mine");
  });

  test("a read-only one refuses everybody before it looks at permission, and remounting does not help", () => {
    const { task } = mounted();
    btrfs.createSubvolume(task, "/disk/a");
    writeFile(task, "/disk/a/f", "one");
    btrfs.snapshotSubvolume(task, "/disk/a", "/disk/r", { readOnly: true });
    const learner = asLearner(task);
    task.mount({ source: "", target: "/disk", flags: ["remount", "rw"] });
    for (const sys of [task, learner]) {
      expect(errnoOf(() => writeFile(sys, "/disk/r/f", "x"))).toBe("EROFS");
      expect(errnoOf(() => writeFile(sys, "/disk/r/g", "x"))).toBe("EROFS");
      expect(errnoOf(() => sys.unlink("/disk/r/f"))).toBe("EROFS");
      expect(errnoOf(() => sys.chmod("/disk/r/f", 0o600))).toBe("EROFS");
      expect(errnoOf(() => sys.utimens("/disk/r/f", START, START))).toBe("EROFS");
      expect(errnoOf(() => sys.access("/disk/r/f", "W"))).toBe("EROFS");
    }
    expect(errnoOf(() => btrfs.setReadOnly(learner, "/disk/r", false))).toBe("EPERM");
    btrfs.setReadOnly(task, "/disk/r", false);
    writeFile(task, "/disk/r/f", "x");
    expect(readFile(task, "/disk/a/f")).toBe("one");
  });

  test("deletion: only by root, not of the default one, not with another one in it; an empty one by rmdir", () => {
    const { task } = mounted();
    const learner = asLearner(task);
    task.chmod("/disk", 0o777);
    btrfs.createSubvolume(learner, "/disk/a");
    btrfs.createSubvolume(learner, "/disk/a/b");
    expect(errnoOf(() => btrfs.destroySubvolume(learner, "/disk/a/b"))).toBe("EPERM");
    expect(errnoOf(() => btrfs.destroySubvolume(task, "/disk/a"))).toBe("ENOTEMPTY");
    learner.rmdir("/disk/a/b");
    btrfs.setDefaultSubvolume(task, "/disk", btrfs.subvolumeAt(task, "/disk/a").id);
    expect(errnoOf(() => btrfs.destroySubvolume(task, "/disk/a"))).toBe("EPERM");
    btrfs.setDefaultSubvolume(task, "/disk", 0);
    btrfs.destroySubvolume(task, "/disk/a");
    expect(btrfs.listSubvolumes(task, "/disk")).toEqual([]);
    task.mkdir("/disk/plain");
    expect(errnoOf(() => btrfs.destroySubvolume(task, "/disk/plain"))).toBe("EINVAL");
  });

  test("mounts by name, by number and by default, with options of their own", () => {
    const rig = mounted();
    const { task } = rig;
    btrfs.createSubvolume(task, "/disk/@");
    btrfs.createSubvolume(task, "/disk/@/home");
    const { id } = btrfs.subvolumeAt(task, "/disk/@/home");
    for (const name of ["1", "2", "3", "4"]) task.mkdir(`/${name}`);
    mountAt(task, "/1", "subvol=@/home");
    mountAt(task, "/2", `subvolid=${id}`);
    btrfs.setDefaultSubvolume(task, "/disk", id);
    mountAt(task, "/3", "", ["ro"]);
    expect(errnoOf(() => mountAt(task, "/4", "subvol=nowhere"))).toBe("ENOENT");
    const shown = task.mounts().filter(({ target }) => /^\/\d$/.test(target));
    for (const { source, root, superOptions } of shown)
      expect([source, root, superOptions]).toEqual(["/dev/vda3[/@/home]", "/@/home", ["rw", `subvolid=${id}`, "subvol=/@/home"]]);
    writeFile(task, "/1/f", "text");
    expect(readFile(task, "/3/f")).toBe("text");
    expect(errnoOf(() => writeFile(task, "/3/f", ""))).toBe("EROFS");
  });
});

describe("the disk", () => {
  test("each change of the forest is one write", () => {
    const { disk, task } = mounted();
    const writes: DiskWrite[] = [];
    const stop = disk.listen((write) => writes.push(write));
    btrfs.createSubvolume(task, "/disk/a");
    writeFile(task, "/disk/a/f", "one");
    btrfs.snapshotSubvolume(task, "/disk/a", "/disk/b", { readOnly: true });
    btrfs.setReadOnly(task, "/disk/b", false);
    btrfs.setDefaultSubvolume(task, "/disk", 257);
    btrfs.destroySubvolume(task, "/disk/a");
    stop();
    expect(writes.map(({ op, path }) => `${op} ${path}`)).toEqual([
      "subvolume root:/a",
      "create root:/a/f",
      "write root:/a/f",
      "snapshot root:/b",
      "property root:/b",
      "set-default root:/b",
      "destroy root:/a",
    ]);
  });

  test("a snapshot is durable with everything before it; after it there is a moment up to which all is there", () => {
    for (let seed = 0; seed < 50; seed++) {
      const rig = mounted();
      const { disk, task } = rig;
      btrfs.createSubvolume(task, "/disk/a");
      writeFile(task, "/disk/a/f", "one");
      btrfs.snapshotSubvolume(task, "/disk/a", "/disk/b");
      for (const name of ["1", "2", "3", "4"]) writeFile(task, `/disk/a/${name}`, "late");
      disk.powerCut({ seed });
      const after = mounted(disk).task;
      expect(readFile(after, "/disk/b/f")).toBe("one");
      const names = after.readdir("/disk/a").map(({ name }) => name);
      expect(["f", "1", "2", "3", "4"].slice(0, names.length)).toEqual(names);
    }
  });

  test("forks, exports and checkpoints are equal and independent", () => {
    const rig = mounted();
    const { disk, task } = rig;
    btrfs.createSubvolume(task, "/disk/a");
    task.graft("/disk/a/image", TREE);
    btrfs.createSubvolume(task, "/disk/a/nested");
    btrfs.snapshotSubvolume(task, "/disk/a", "/disk/b", { readOnly: true });
    writeFile(task, "/disk/a/f", "one");
    const all = (sys: Sys): unknown => [dump(sys, "/disk"), btrfs.listSubvolumes(sys, "/disk"), btrfs.btrfsInfo(sys, "/disk")];
    const before = all(task);
    const fork = disk.fork();
    const resolve = (id: string): SealedTree | undefined => (id === TREE.id ? TREE : undefined);
    const copy = Disk.import(JSON.parse(JSON.stringify(disk.export())) as ReturnType<Disk["export"]>, resolve, { btrfs: btrfsDriver });
    const vfs = Vfs.restore({ ...rig.environment, blockDevice: () => copy.partition("root") }, rig.vfs.checkpoint());
    const restored = vfs.task({ pid: 9, credentials: rootCredentials(), umask: 0o022, root: "/", cwd: "/" });
    writeFile(task, "/disk/a/f", "two");
    expect(all(mounted(fork).task)).toEqual(before);
    expect(all(mounted(copy).task)).toEqual(before);
    expect(all(restored)).toEqual(before);
  });

  test("a subvolume that is deleted while it is mounted goes on until nobody uses it, and not over a power cut", () => {
    const rig = mounted();
    const { disk, task } = rig;
    btrfs.createSubvolume(task, "/disk/a");
    writeFile(task, "/disk/a/f", "one");
    task.mkdir("/m");
    mountAt(task, "/m", "subvol=a");
    btrfs.destroySubvolume(task, "/disk/a");
    expect(readFile(task, "/m/f")).toBe("one");
    const deleted = (sys: Sys): number => btrfs.listSubvolumes(sys, "/disk").filter(({ path }) => path === undefined).length;
    expect(deleted(task)).toBe(1);
    const copy = disk.fork();
    const vfs = Vfs.restore({ ...rig.environment, blockDevice: () => copy.partition("root") }, rig.vfs.checkpoint());
    expect(readFile(vfs.task({ pid: 9, credentials: rootCredentials(), umask: 0o022, root: "/", cwd: "/" }), "/m/f")).toBe("one");
    task.umount("/m");
    expect(deleted(task)).toBe(0);
    copy.powerCut();
    expect(deleted(mounted(copy).task)).toBe(0);
  });

  test("a snapshot takes no room, and what only a deleted one had comes back", () => {
    const { task } = mounted();
    const used = (): number => btrfs.btrfsInfo(task, "/disk").space.data.used;
    btrfs.createSubvolume(task, "/disk/a");
    writeFile(task, "/disk/a/f", "x".repeat(40_000));
    const before = used();
    btrfs.snapshotSubvolume(task, "/disk/a", "/disk/b");
    expect(used()).toBe(before);
    task.unlink("/disk/a/f");
    expect(used()).toBe(before);
    btrfs.destroySubvolume(task, "/disk/b");
    expect(used()).toBeLessThan(before);
  });
});
