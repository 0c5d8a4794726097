/** User namespaces, private roots and who may mount there: what unshare(1), newuidmap(1) and mount(8) of Linux 6 let a user do. */
import { describe, expect, test } from "vitest";
import { O } from "./types.ts";
import type { IdRange } from "./user-namespace.ts";
import { Rig, errnoOf } from "./vfs-rig.ts";
import type { Task } from "./task.ts";

const MAP: readonly IdRange[] = [
  { inside: 0, outside: 1000, count: 1 },
  { inside: 1, outside: 524288, count: 65536 },
];

function learner(): { readonly root: Task; readonly task: Task } {
  const root = new Rig().task;
  root.mkdir("/home", 0o755);
  root.mkdir("/home/learner", 0o700);
  root.chown("/home/learner", 1000, 1000);
  root.mkdir("/etc", 0o755);
  root.close(root.open("/etc/shadow", O.WRONLY | O.CREAT, 0o600));
  const task = root.fork(100);
  task.credentials = { uid: 1000, gid: 1000, groups: [1000], privileged: false };
  return { root, task };
}

describe("a user namespace", () => {
  test("makes its maker root of their own files, and shows others as nobody's", () => {
    const { root, task } = learner();
    task.unshareUser(MAP, MAP);
    expect(task.credentials).toMatchObject({ uid: 0, gid: 0, privileged: true });
    expect(task.stat("/home/learner")).toMatchObject({ uid: 0, gid: 0 });
    expect(task.stat("/etc")).toMatchObject({ uid: 65534, gid: 65534 });
    expect(errnoOf(() => task.open("/etc/shadow", O.RDONLY))).toBe("EACCES");
    expect(errnoOf(() => task.mkdir("/etc/new"))).toBe("EACCES");
    expect(errnoOf(() => task.chown("/etc/shadow", 0, 0))).toBe("EPERM");
    task.mkdir("/home/learner/made", 0o755);
    expect(root.stat("/home/learner/made")).toMatchObject({ uid: 1000, gid: 1000 });
  });

  test("lends numbers: what is given away inside has a lent owner outside", () => {
    const { root, task } = learner();
    task.unshareUser(MAP, MAP);
    task.mkdir("/home/learner/made", 0o755);
    task.chown("/home/learner/made", 2, 3);
    expect(root.stat("/home/learner/made")).toMatchObject({ uid: 524289, gid: 524290 });
    expect(task.stat("/home/learner/made")).toMatchObject({ uid: 2, gid: 3 });
    expect(errnoOf(() => task.chown("/home/learner/made", 70000, 0))).toBe("EINVAL");
  });

  test("is left by nobody: other credentials are still inside", () => {
    const { task } = learner();
    task.unshareUser(MAP, MAP);
    task.credentials = { uid: 2, gid: 2, groups: [2], privileged: false };
    expect(errnoOf(() => task.mkdir("/home/learner/x"))).toBe("EACCES");
    const child = task.fork(101);
    child.credentials = { uid: 0, gid: 0, groups: [0], privileged: true };
    expect(errnoOf(() => child.mkdir("/etc/x"))).toBe("EACCES");
    expect(errnoOf(() => child.unshareUser(MAP, MAP))).toBe("EPERM");
  });

  test("has no power over the machine: devices, its mounts, trusted attributes", () => {
    const { task } = learner();
    task.unshareUser(MAP, MAP);
    expect(errnoOf(() => task.mount({ source: "tmpfs", target: "/etc", fstype: "tmpfs", flags: [] }))).toBe("EPERM");
    task.unshareMounts();
    task.mount({ source: "tmpfs", target: "/home/learner", fstype: "tmpfs", flags: [] });
    expect(task.stat("/home/learner")).toMatchObject({ uid: 0, gid: 0 });
    expect(errnoOf(() => task.mount({ source: "/dev/vda3", target: "/etc", fstype: "ext4", flags: [] }))).toBe("EPERM");
    expect(errnoOf(() => task.mknod("/home/learner/disk", "block", 0o600, { major: 252, minor: 3 }))).toBe("EPERM");
    expect(errnoOf(() => task.setxattr("/home/learner", "trusted.x", new Uint8Array([1])))).toBe("EPERM");
    task.mkdir("/home/learner/mnt", 0o755);
    task.mount({ source: "/etc", target: "/home/learner/mnt", flags: ["bind"] });
    expect(errnoOf(() => task.mkdir("/home/learner/mnt/x"))).toBe("EACCES");
  });
});

describe("a private root", () => {
  function inside(): { readonly root: Task; readonly task: Task } {
    const { root, task } = learner();
    task.unshareUser(MAP, MAP);
    task.unshareMounts();
    task.mkdir("/home/learner/new", 0o755);
    task.mount({ source: "tmpfs", target: "/home/learner/new", fstype: "tmpfs", flags: [] });
    task.mkdir("/home/learner/new/deep", 0o755);
    task.pivotRoot("/home/learner/new");
    return { root, task };
  }

  test("is all there is: .. at its root leads nowhere, and chroot does not lead out", () => {
    const { task } = inside();
    expect(task.getcwd()).toBe("/");
    expect(task.readdir("/").map(({ name }) => name)).toEqual(["deep"]);
    expect(task.readdir("/../../..").map(({ name }) => name)).toEqual(["deep"]);
    task.chroot("/deep");
    for (let i = 0; i < 10; i++) task.chdir("..");
    task.chroot(".");
    expect(task.readdir("/").map(({ name }) => name)).toEqual(["deep"]);
    expect(task.mounts()).toMatchObject([{ target: "/", fstype: "tmpfs" }]);
  });

  test("is not seen from outside, and ends with its last process", () => {
    const { root, task } = inside();
    expect(root.readdir("/home/learner/new")).toEqual([]);
    const { fs } = task.root.mount;
    const child = task.fork(102);
    task.exit();
    expect(root.vfs.isMounted(fs)).toBe(true);
    child.exit();
    expect(root.vfs.isMounted(fs)).toBe(false);
    root.rmdir("/home/learner/new");
  });

  test("is entered by its owner, and by nobody else", () => {
    const { root, task } = inside();
    const own = root.fork(103);
    own.credentials = { uid: 1000, gid: 1000, groups: [1000], privileged: false };
    own.setns(task);
    expect(own.readdir("/").map(({ name }) => name)).toEqual(["deep"]);
    expect(own.credentials).toMatchObject({ uid: 0, privileged: true });
    const other = root.fork(104);
    other.credentials = { uid: 1001, gid: 1001, groups: [1001], privileged: false };
    expect(errnoOf(() => other.setns(task))).toBe("EPERM");
  });

  test("keeps what came along: it is neither taken away nor made writable", () => {
    const { root, task } = learner();
    root.mkdir("/ro", 0o755);
    root.mount({ source: "tmpfs", target: "/ro", fstype: "tmpfs", flags: [] });
    root.mount({ source: "tmpfs", target: "/ro", flags: ["remount", "bind", "ro"] });
    task.unshareUser(MAP, MAP);
    task.unshareMounts();
    expect(errnoOf(() => task.umount("/ro"))).toBe("EINVAL");
    expect(errnoOf(() => task.mount({ source: "tmpfs", target: "/ro", flags: ["remount", "bind", "rw"] }))).toBe("EPERM");
    expect(errnoOf(() => task.mount({ source: "tmpfs", target: "/ro", flags: ["remount", "rw"] }))).toBe("EPERM");
  });
});
