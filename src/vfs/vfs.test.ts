import { describe, expect, test } from "vitest";
import { decodeUtf8, encodeUtf8 } from "../base/utf8.ts";
import { GeneratedFs, generatedDir, generatedFile } from "./generated-fs.ts";
import type { Sys } from "./sys.ts";
import { O } from "./types.ts";
import { Vfs } from "./vfs.ts";
import { Rig, dump, errnoOf, ramTree, readFile, sealedTree, writeFile } from "./vfs-rig.ts";

const objects = new Map<string, number>();
const IMAGE = sealedTree("image", { "usr/bin/ls": "ls", "usr/bin/dir": "ls", "usr/lib/a": "a", "bin@": "usr/bin" }, objects);
const USER = { uid: 1000, gid: 1000, groups: [1000], privileged: false };

describe("mounts", () => {
  const targets = (sys: Sys): string[] => sys.mounts().map(({ target, source }) => `${source} on ${target}`);

  test("a bind shows a directory again, and says of what", () => {
    const rig = new Rig();
    rig.mountDisk();
    rig.task.mkdir("/disk/home");
    rig.task.mkdir("/home");
    rig.task.mount({ source: "/disk/home", target: "/home", flags: ["bind"] });
    writeFile(rig.task, "/home/f", "text");
    expect(readFile(rig.task, "/disk/home/f")).toBe("text");
    expect(targets(rig.task)).toEqual(["rootfs on /", "/dev/vda3 on /disk", "/dev/vda3[/home] on /home"]);
    expect(errnoOf(() => rig.task.rename("/home/f", "/disk/f"))).toBe("EXDEV");
  });

  test("read-only is of one mount, or of the superblock", () => {
    const rig = new Rig();
    rig.mountDisk();
    rig.task.mkdir("/ro");
    rig.task.mount({ source: "/disk", target: "/ro", flags: ["bind", "ro"] });
    expect(errnoOf(() => rig.task.mkdir("/ro/d"))).toBe("EROFS");
    expect(errnoOf(() => rig.task.mkdir("/disk/d"))).toBe("ok");
    rig.task.mount({ source: "none", target: "/disk", flags: ["remount", "ro"] });
    expect(errnoOf(() => rig.task.mkdir("/disk/e"))).toBe("EROFS");
    rig.task.mount({ source: "none", target: "/ro", flags: ["remount", "bind", "rw"] });
    expect(errnoOf(() => rig.task.mkdir("/ro/e"))).toBe("EROFS");
    rig.task.mount({ source: "none", target: "/disk", flags: ["remount", "rw"] });
    expect(errnoOf(() => rig.task.mkdir("/ro/e"))).toBe("ok");
  });

  test("busy: open for writing, a working directory, a mount below", () => {
    const { task } = new Rig();
    task.mkdir("/m");
    task.mount({ source: "tmpfs", target: "/m", fstype: "tmpfs", flags: [] });
    const fd = task.open("/m/f", O.WRONLY | O.CREAT);
    expect(errnoOf(() => task.mount({ source: "none", target: "/m", flags: ["remount", "ro"] }))).toBe("EBUSY");
    expect(errnoOf(() => task.umount("/m"))).toBe("EBUSY");
    task.close(fd);
    task.chdir("/m");
    expect(errnoOf(() => task.umount("/m"))).toBe("EBUSY");
    task.chdir("/");
    task.mkdir("/m/below");
    task.mount({ source: "tmpfs", target: "/m/below", fstype: "tmpfs", flags: [] });
    expect(errnoOf(() => task.umount("/m"))).toBe("EBUSY");
    expect(errnoOf(() => task.rmdir("/m/below"))).toBe("EBUSY");
    task.umount("/m/below");
    task.umount("/m");
    expect(errnoOf(() => task.umount("/m"))).toBe("EINVAL");
    expect(errnoOf(() => task.stat("/m/f"))).toBe("ENOENT");
  });

  test("a recursive bind takes what is mounted below; moving takes it along", () => {
    const { task } = new Rig();
    for (const path of ["/a", "/b", "/c"]) task.mkdir(path);
    task.mount({ source: "tmpfs", target: "/a", fstype: "tmpfs", flags: [] });
    task.mkdir("/a/sub");
    task.mount({ source: "tmpfs", target: "/a/sub", fstype: "tmpfs", flags: [] });
    writeFile(task, "/a/sub/f", "text");
    task.mount({ source: "/a", target: "/b", flags: ["rbind"] });
    expect(readFile(task, "/b/sub/f")).toBe("text");
    task.mount({ source: "/b", target: "/c", flags: ["move"] });
    expect(readFile(task, "/c/sub/f")).toBe("text");
    expect(targets(task)).toEqual(["rootfs on /", "tmpfs on /a", "tmpfs on /a/sub", "tmpfs on /c", "tmpfs on /c/sub"]);
    expect(errnoOf(() => task.stat("/b/sub"))).toBe("ENOENT");
  });

  test("a namespace of its own: what is mounted there is not seen elsewhere", () => {
    const { task } = new Rig();
    task.mkdir("/m");
    const child = task.fork(2);
    child.unshareMounts();
    child.mount({ source: "tmpfs", target: "/m", fstype: "tmpfs", flags: [] });
    writeFile(child, "/m/f", "text");
    expect(errnoOf(() => task.stat("/m/f"))).toBe("ENOENT");
    expect(targets(task)).toEqual(["rootfs on /"]);
    expect(targets(child)).toEqual(["rootfs on /", "tmpfs on /m"]);
  });

  test("switching root: the new root is moved over the old one", () => {
    const rig = new Rig();
    const { task } = rig;
    rig.mountDisk("/sysroot");
    task.mkdir("/sysroot/usr");
    task.mkdir("/sysroot/run");
    task.mount({ source: "tmpfs", target: "/sysroot/run", fstype: "tmpfs", flags: [] });
    task.chdir("/sysroot");
    task.mount({ source: "/sysroot", target: "/", flags: ["move"] });
    task.chroot(".");
    task.chdir("/");
    expect(targets(task)).toEqual(["/dev/vda3 on /", "tmpfs on /run"]);
    expect(task.readdir("/").map(({ name }) => name)).toEqual(["usr", "run"]);
    const other = rig.vfs.task({ pid: 2, credentials: USER, umask: 0o022, root: "/", cwd: "/run" });
    expect(other.getcwd()).toBe("/run");
    expect(other.realpath("..")).toBe("/");
  });

  test("only root mounts", () => {
    const { task } = new Rig();
    task.mkdir("/m");
    task.credentials = USER;
    expect(errnoOf(() => task.mount({ source: "tmpfs", target: "/m", fstype: "tmpfs", flags: [] }))).toBe("EPERM");
  });
});

describe("composefs", () => {
  const rig = (): Rig => {
    const made = new Rig();
    made.mountDisk();
    made.task.mkdir("/disk/repo");
    made.task.graft("/disk/repo/image", IMAGE);
    made.task.mkdir("/new");
    made.task.mount({
      source: "composefs",
      target: "/new",
      fstype: "composefs",
      flags: ["ro"],
      composefs: { tree: IMAGE, objects: "/disk/repo" },
    });
    return made;
  };

  test("every write is EROFS, before permission is asked", () => {
    const { task } = rig();
    task.credentials = USER;
    expect(errnoOf(() => writeFile(task, "/new/usr/bin/ls", "x"))).toBe("EROFS");
    expect(errnoOf(() => task.mkdir("/new/d"))).toBe("EROFS");
    expect(errnoOf(() => task.unlink("/new/usr/bin/ls"))).toBe("EROFS");
    expect(errnoOf(() => task.chmod("/new", 0))).toBe("EROFS");
    expect(errnoOf(() => task.mkdir("/new/usr"))).toBe("EEXIST");
  });

  test("it cannot be made writable", () => {
    const { task } = rig();
    expect(errnoOf(() => task.mount({ source: "none", target: "/new", flags: ["remount", "rw"] }))).toBe("EROFS");
  });

  test("equal files are two inodes; what happens to their object is seen in both", () => {
    const { task } = rig();
    expect(task.stat("/new/usr/bin/ls").ino).not.toBe(task.stat("/new/usr/bin/dir").ino);
    expect(task.stat("/new/usr/bin/ls").nlink).toBe(1);
    expect(task.stat("/disk/repo/image/usr/bin/ls").nlink).toBe(2);
    writeFile(task, "/disk/repo/image/usr/bin/ls", "xx");
    expect(readFile(task, "/new/usr/bin/dir")).toBe("xx");
    task.dropTree("/disk/repo/image");
    expect(errnoOf(() => readFile(task, "/new/usr/bin/ls"))).toBe("EIO");
  });

  test("unlocked by an overlay, which a restart forgets", () => {
    const { task } = rig();
    task.mkdir("/u");
    task.mkdir("/w");
    task.mount({ source: "overlay", target: "/new/usr", fstype: "overlay", flags: [], data: "lowerdir=/new/usr,upperdir=/u,workdir=/w" });
    const ino = task.stat("/new/usr/bin/ls").ino;
    writeFile(task, "/new/usr/bin/ls", "mine");
    expect(task.stat("/new/usr/bin/ls").ino).toBe(ino);
    task.unlink("/new/usr/lib/a");
    expect(readFile(task, "/new/usr/bin/ls")).toBe("mine");
    expect(task.lstat("/u/lib/a").type).toBe("char");
    expect(task.readdir("/new/usr/lib")).toEqual([]);
    task.umount("/new/usr");
    expect(readFile(task, "/new/usr/bin/ls")).toBe("ls");
    expect(readFile(task, "/new/usr/lib/a")).toBe("a");
  });
});

describe("checkpoints", () => {
  test("a restored machine is the same and independent, overlay and namespaces included", () => {
    const rig = new Rig();
    const { task } = rig;
    rig.mountDisk();
    task.graft("/disk/image", IMAGE);
    for (const path of ["/new", "/u", "/w", "/run"]) task.mkdir(path);
    task.mount({ source: "composefs", target: "/new", fstype: "composefs", flags: ["ro"], composefs: { tree: IMAGE, objects: "/disk" } });
    task.mount({ source: "overlay", target: "/new/usr", fstype: "overlay", flags: [], data: "lowerdir=/new/usr,upperdir=/u,workdir=/w" });
    task.mount({ source: "tmpfs", target: "/run", fstype: "tmpfs", flags: [], data: "size=1m,mode=755" });
    writeFile(task, "/new/usr/bin/ls", "mine");
    task.unlink("/new/usr/lib/a");
    writeFile(task, "/run/f", "text");
    const before = dump(task, "/");
    const mounts = task.mounts();

    const disk = rig.disk.fork();
    const restored = Vfs.restore({ ...rig.environment, blockDevice: () => disk.partition("root") }, rig.vfs.checkpoint());
    const other = restored.task({ pid: 1, credentials: task.credentials, umask: 0o022, root: "/", cwd: "/run" });
    expect(dump(other, "/")).toEqual(before);
    expect(other.mounts()).toEqual(mounts);
    for (const path of ["/run/f", "/new/usr/bin/ls", "/disk/image/usr/lib/a"]) writeFile(other, path, "other");
    other.mount({ source: "tmpfs", target: "/u", fstype: "tmpfs", flags: [] });
    expect(dump(task, "/")).toEqual(before);
    expect(task.mounts()).toEqual(mounts);
    writeFile(task, "/run/f", "first");
    expect(readFile(other, "/run/f")).toBe("other");
    task.mkdir("/run/d");
    task.mount({ source: "tmpfs", target: "/run/d", fstype: "tmpfs", flags: [] });
    expect(task.mounts().at(-1)?.id).toBe(other.mounts().find(({ target }) => target === "/u")?.id);
  });

  test("what was open and unlinked is gone", () => {
    const rig = new Rig();
    const fd = rig.task.open("/f", O.RDWR | O.CREAT);
    rig.task.write(fd, new Uint8Array(10_000));
    rig.task.unlink("/f");
    const restored = Vfs.restore(rig.environment, rig.vfs.checkpoint());
    const task = restored.task({ pid: 1, credentials: rig.task.credentials, umask: 0, root: "/", cwd: "/" });
    expect(task.statfs("/").free).toBe(rig.task.statfs("/").free + 3 * 4096);
    expect(rig.task.pread(fd, 10_000, 0)).toHaveLength(10_000);
  });
});

describe("descriptors", () => {
  test("duplicates share the offset, new ones do not", () => {
    const { task } = new Rig();
    writeFile(task, "/f", "abcdef");
    const one = task.open("/f", O.RDONLY);
    const two = task.dup(one);
    const three = task.open("/f", O.RDONLY);
    const child = task.fork(2);
    expect(decodeUtf8(task.read(one, 2) ?? new Uint8Array(0))).toBe("ab");
    expect(decodeUtf8(task.read(two, 2) ?? new Uint8Array(0))).toBe("cd");
    expect(decodeUtf8(child.read(one, 2) ?? new Uint8Array(0))).toBe("ef");
    expect(decodeUtf8(task.read(three, 2) ?? new Uint8Array(0))).toBe("ab");
    task.close(one);
    expect(task.descriptors()).toEqual([1, 2]);
    expect(errnoOf(() => task.read(one, 1))).toBe("EBADF");
    expect(task.open("/f", O.RDONLY)).toBe(0);
  });

  test("close-on-exec", () => {
    const { task } = new Rig();
    const [reader, writer] = task.pipe();
    task.setCloseOnExec(reader, true);
    task.close(task.open("/program", O.WRONLY | O.CREAT, 0o755));
    task.becomeProgram("/program");
    expect(task.descriptors()).toEqual([writer]);
  });

  test("a superblock stays writable while something is open for writing through any mount of it", () => {
    const { task } = new Rig();
    for (const at of ["/m", "/n"]) task.mkdir(at);
    task.mount({ source: "tmpfs", target: "/m", fstype: "tmpfs", flags: [] });
    task.mount({ source: "/m", target: "/n", flags: ["bind"] });
    const fd = task.open("/n/f", O.WRONLY | O.CREAT);
    expect(errnoOf(() => task.mount({ source: "none", target: "/m", flags: ["remount", "ro"] }))).toBe("EBUSY");
    task.mount({ source: "none", target: "/m", flags: ["remount", "bind", "ro"] });
    task.close(fd);
    task.mount({ source: "none", target: "/m", flags: ["remount", "ro"] });
    expect(errnoOf(() => task.open("/n/f", O.WRONLY))).toBe("EROFS");
  });

  test("a program that runs keeps its mount busy", () => {
    const { task } = new Rig();
    task.mkdir("/m");
    task.mount({ source: "tmpfs", target: "/m", fstype: "tmpfs", flags: [] });
    task.close(task.open("/m/program", O.WRONLY | O.CREAT, 0o755));
    const child = task.fork(2);
    child.becomeProgram("/m/program");
    const grandchild = child.fork(3);
    child.exit();
    expect(errnoOf(() => task.umount("/m"))).toBe("EBUSY");
    grandchild.exit();
    task.umount("/m");
  });

  test("who runs is not written, and who is written is not run (ETXTBSY)", () => {
    const { task } = new Rig();
    const writer = task.open("/program", O.WRONLY | O.CREAT, 0o755);
    task.link("/program", "/second");
    expect(errnoOf(() => task.openProgram("/second", 4))).toBe("ETXTBSY");
    task.close(writer);
    task.openProgram("/second", 4);
    const child = task.fork(2);
    child.becomeProgram("/program");
    const grandchild = child.fork(3);
    child.exit();
    for (const path of ["/program", "/second"]) {
      expect(errnoOf(() => task.open(path, O.WRONLY))).toBe("ETXTBSY");
      expect(errnoOf(() => task.open(path, O.RDONLY | O.TRUNC))).toBe("ETXTBSY");
      expect(errnoOf(() => task.truncate(path, 0))).toBe("ETXTBSY");
    }
    task.close(task.open("/program", O.RDONLY));
    task.unlink("/program");
    task.close(task.open("/program", O.WRONLY | O.CREAT));
    grandchild.exit();
    task.close(task.open("/second", O.WRONLY));
  });

  // As touch, mkdir, ln, mv and rm are answered on Linux.
  test("nothing can be made in what the kernel generates: proc does not find the name, sysfs refuses", () => {
    const root = generatedDir({ a: generatedFile(() => "") });
    const { environment } = new Rig();
    const generated = (type: string): GeneratedFs => new GeneratedFs({ type, dev: 5, root });
    const task = new Vfs({ ...environment, generated }).firstTask({ pid: 1, rootFs: ramTree() });
    const answers = (fstype: string): string[] => {
      task.mkdir(`/${fstype}`);
      task.mount({ source: fstype, target: `/${fstype}`, fstype, flags: [] });
      return [
        () => task.open(`/${fstype}/x`, O.WRONLY | O.CREAT),
        () => task.mkdir(`/${fstype}/x`),
        () => task.symlink("a", `/${fstype}/x`),
        () => task.rename(`/${fstype}/a`, `/${fstype}/x`),
        () => task.unlink(`/${fstype}/x`),
        () => task.unlink(`/${fstype}/a`),
      ].map(errnoOf);
    };
    expect(answers("proc")).toEqual(["ENOENT", "ENOENT", "ENOENT", "ENOENT", "ENOENT", "EPERM"]);
    expect(answers("sysfs")).toEqual(["EACCES", "EPERM", "EPERM", "EPERM", "ENOENT", "EPERM"]);
  });

  test("noexec refuses to run, nosuid forgets set-ids", () => {
    const { task } = new Rig();
    task.close(task.open("/program", O.WRONLY | O.CREAT, 0o755));
    task.chmod("/program", 0o4755);
    task.mkdir("/m");
    task.mount({ source: "/", target: "/m", flags: ["bind"] });
    expect(task.openProgram("/m/program", 4).mode).toBe(0o4755);
    task.mount({ source: "none", target: "/m", flags: ["remount", "bind", "nosuid"] });
    expect(task.openProgram("/m/program", 4).mode).toBe(0o755);
    task.mount({ source: "none", target: "/m", flags: ["remount", "bind", "noexec"] });
    expect(errnoOf(() => task.openProgram("/m/program", 4))).toBe("EACCES");
    expect(errnoOf(() => task.openProgram("/m", 4))).toBe("EACCES");
    task.openProgram("/program", 4);
  });

  test("a pipe: waits when empty and when full, ends when nobody writes, breaks when nobody reads", () => {
    const { task } = new Rig();
    const [reader, writer] = task.pipe();
    expect(task.read(reader, 10)).toBeUndefined();
    expect(task.file(reader).readable()).toBe(false);
    expect(task.write(writer, new Uint8Array(100_000))).toBe(65_536);
    expect(task.write(writer, new Uint8Array(1))).toBeUndefined();
    expect(task.file(writer).writable()).toBe(false);
    expect(task.read(reader, 5_000)).toHaveLength(5_000);
    expect(task.write(writer, new Uint8Array(10_000))).toBe(5_000);
    const child = task.fork(2);
    task.close(writer);
    while ((task.read(reader, 65_536)?.length ?? 0) > 0);
    expect(task.read(reader, 10)).toBeUndefined();
    child.write(writer, encodeUtf8("last"));
    child.exit();
    expect(decodeUtf8(task.read(reader, 10) ?? new Uint8Array(0))).toBe("last");
    expect(task.read(reader, 10)).toHaveLength(0);
    const [, alone] = [task.close(reader), task.pipe()];
    task.close(alone[0]);
    expect(errnoOf(() => task.write(alone[1], new Uint8Array(1)))).toBe("EPIPE");
  });

  test("a working directory that was removed, and its parents", () => {
    const { task } = new Rig();
    task.mkdir("/a");
    task.mkdir("/a/b");
    task.chdir("/a/b");
    task.rmdir("/a/b");
    task.rmdir("/a");
    expect(errnoOf(() => task.getcwd())).toBe("ENOENT");
    expect(errnoOf(() => task.mkdir("c"))).toBe("ENOENT");
    expect(task.readdir(".")).toEqual([]);
    task.chdir("../..");
    expect(task.getcwd()).toBe("/");
  });
});

describe("the trace", () => {
  test("refusals name the mount and the rule, writes name the path", () => {
    const rig = new Rig();
    const { task, events } = rig;
    rig.mountDisk();
    task.mkdir("/disk/usr");
    task.mkdir("/usr");
    task.mount({ source: "/disk/usr", target: "/usr", flags: ["bind", "ro"], lifetime: "image" });
    events.length = 0;
    task.chdir("/usr");
    errnoOf(() => task.mkdir("d"));
    errnoOf(() => task.rename("/disk/usr", "/x"));
    task.symlink("x", "/disk/usr/link");
    task.quiet = true;
    task.mkdir("/unseen");
    task.quiet = false;
    task.credentials = USER;
    errnoOf(() => task.open("/new", O.WRONLY | O.CREAT));
    task.stat("/usr/link/..".slice(0, 4));
    expect(events).toEqual([
      { op: "mkdir", path: "/usr/d", mount: "/usr", lifetime: "image", verdict: "EROFS", because: "mount is read-only", pid: 1 },
      { op: "rename", path: "/x", mount: "/", lifetime: "boot", verdict: "EXDEV", because: "different mounts", pid: 1 },
      { op: "symlink", path: "/disk/usr/link", mount: "/disk", lifetime: "machine", verdict: "ok", because: "", pid: 1 },
      { op: "open", path: "/new", mount: "/", lifetime: "boot", verdict: "EACCES", because: "permission bits", pid: 1 },
    ]);
  });

  test("copy-up and whiteout are said", () => {
    const { task, events } = new Rig();
    for (const path of ["/l", "/u", "/w", "/m"]) task.mkdir(path);
    writeFile(task, "/l/f", "text");
    task.mount({ source: "overlay", target: "/m", fstype: "overlay", flags: [], data: "lowerdir=/l,upperdir=/u,workdir=/w" });
    events.length = 0;
    task.chmod("/m/f", 0o600);
    task.unlink("/m/f");
    expect(events.map(({ op, path, because }) => `${op} ${path} ${because}`)).toEqual(["chmod /m/f copy-up", "unlink /m/f whiteout"]);
  });
});

test("generated files are made when they are opened, and may be written", () => {
  const rig = new Rig();
  let value = "1";
  const fs = new GeneratedFs({
    type: "proc",
    dev: 4,
    root: generatedDir({
      version: generatedFile(() => "Linux\n"),
      sys: generatedDir({ knob: { kind: "file", mode: 0o644, text: () => value, write: (data) => void (value = data.trim()) } }),
      self: { kind: "symlink", target: () => "sys" },
    }),
  });
  const vfs = new Vfs({ ...rig.environment, generated: () => fs });
  const task = vfs.firstTask({ pid: 1, rootFs: fs });
  expect(readFile(task, "/version")).toBe("Linux\n");
  const fd = task.open("/sys/knob", O.WRONLY | O.TRUNC);
  task.write(fd, encodeUtf8("2\n"));
  expect(readFile(task, "/self/knob")).toBe("2");
  expect(task.stat("/version").size).toBe(0);
  expect(task.readdir("/").map(({ name }) => name)).toEqual(["version", "sys", "self"]);
  expect(errnoOf(() => task.unlink("/version"))).toBe("EPERM");
  expect(errnoOf(() => task.open("/version", O.WRONLY))).toBe("ok");
  task.credentials = USER;
  expect(errnoOf(() => task.open("/sys/knob", O.WRONLY))).toBe("EACCES");
});
