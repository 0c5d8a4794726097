/** What the tests of this folder stand on: a VFS with a clock that only they move, and sealed trees from a few lines. */
import { timestamp } from "../base/timestamp.ts";
import type { Timestamp } from "../base/timestamp.ts";
import { decodeUtf8, encodeUtf8 } from "../base/utf8.ts";
import { Disk } from "./disk.ts";
import { SysError } from "./errno.ts";
import type { FileSystem } from "./file-system.ts";
import { memfsBytes } from "./memfs-bytes.ts";
import { plainBytes } from "./plain-bytes.ts";
import type { SealedDir, SealedNode, SealedTree } from "./sealed.ts";
import { sealedLeaves } from "./sealed-index.ts";
import type { Sys } from "./sys.ts";
import type { Task } from "./task.ts";
import { TreeFs } from "./tree-fs.ts";
import { O } from "./types.ts";
import type { TraceEvent } from "./types.ts";
import { Vfs } from "./vfs.ts";
import type { VfsEnvironment } from "./vfs.ts";

const START = timestamp(1_800_000_000);

export function ramTree(): TreeFs {
  return TreeFs.make(
    { type: "tmpfs", dev: 30, bytes: memfsBytes, capacity: 2 ** 30, lifetime: "boot" },
    { mode: 0o755, uid: 0, gid: 0 },
    START,
  );
}

export function diskTree(): TreeFs {
  return TreeFs.make(
    { type: "ext4", dev: 64512, bytes: plainBytes, capacity: 2 ** 30, lifetime: "machine" },
    { mode: 0o755, uid: 0, gid: 0 },
    START,
  );
}

export class Rig {
  readonly events: TraceEvent[] = [];
  readonly disk: Disk;
  readonly environment: VfsEnvironment;
  readonly vfs: Vfs;
  readonly task: Task;
  now: Timestamp = START;

  /** The root is in RAM; the disk's partition "root" is /dev/vda3. */
  constructor(disk = newDisk(), rootFs: FileSystem = ramTree()) {
    this.disk = disk;
    this.environment = {
      now: () => this.now,
      openDevice: () => {
        throw new SysError("ENXIO");
      },
      blockDevice: (source) => (source === "/dev/vda3" ? disk.partition("root") : undefined),
      generated: () => undefined,
      trace: (event) => this.events.push(event),
    };
    this.vfs = new Vfs(this.environment);
    this.task = this.vfs.firstTask({ pid: 1, rootFs });
  }

  mountDisk(target = "/disk"): void {
    this.task.mkdir(target);
    this.task.mount({ source: "/dev/vda3", target, fstype: "ext4", flags: ["rw"] });
  }
}

export function newDisk(): Disk {
  const disk = new Disk();
  disk.format("root", { type: "ext4", dev: 64515, capacity: 2 ** 30, made: START });
  return disk;
}

export function writeFile(sys: Sys, path: string, text: string): void {
  const fd = sys.open(path, O.WRONLY | O.CREAT | O.TRUNC, 0o644);
  sys.write(fd, encodeUtf8(text));
  sys.close(fd);
}

export function readFile(sys: Sys, path: string): string {
  const fd = sys.open(path, O.RDONLY);
  const text = decodeUtf8(sys.pread(fd, 1 << 20, 0));
  sys.close(fd);
  return text;
}

/** The errno that `call` throws; "ok" when it does not. */
export function errnoOf(call: () => unknown): string {
  try {
    call();
    return "ok";
  } catch (error) {
    if (error instanceof SysError) return error.errno;
    throw error;
  }
}

/** Everything that can be seen below a path, one line each, times included. */
export function dump(sys: Sys, path: string): string[] {
  const lines: string[] = [];
  const walk = (at: string): void => {
    const { type, mode, uid, gid, nlink, ino, size, mtime } = sys.lstat(at);
    const contents = type === "file" ? readFile(sys, at) : type === "symlink" ? sys.readlink(at) : "";
    const xattrs =
      type === "symlink"
        ? ""
        : sys
            .listxattr(at)
            .map((name) => `${name}=${decodeUtf8(sys.getxattr(at, name))}`)
            .join(",");
    lines.push(
      [at, type, mode.toString(8), uid, gid, nlink, ino, size, `${mtime.sec}.${mtime.nsec}`, JSON.stringify(contents), xattrs].join(" "),
    );
    if (type === "dir") for (const { name } of sys.readdir(at)) walk(at === "/" ? `/${name}` : `${at}/${name}`);
  };
  walk(path);
  return lines;
}

/** A task that looks at a tree of its own. */
export function looker(fs: FileSystem): Task {
  const rig = new Rig(newDisk(), fs);
  rig.task.quiet = true;
  return rig.task;
}

/** Files by path ("usr/bin/ls": "contents"); "name@": "target" is a link. Equal contents are one object, also between trees. */
export function sealedTree(id: string, files: Readonly<Record<string, string>>, objects: Map<string, number>): SealedTree {
  interface Draft {
    readonly entries: Map<string, Draft | string>;
  }
  const top: Draft = { entries: new Map() };
  for (const [path, contents] of Object.entries(files)) {
    const parts = path.split("/");
    const name = parts.pop() ?? "";
    let dir = top;
    for (const part of parts) {
      const next = dir.entries.get(part);
      const child: Draft = typeof next === "object" ? next : { entries: new Map() };
      dir.entries.set(part, child);
      dir = child;
    }
    dir.entries.set(name, contents);
  }
  let directories = 0;
  const number = (key: string): number => {
    if (!objects.has(key)) objects.set(key, objects.size + 1);
    return objects.get(key) ?? 0;
  };
  const seal = (draft: Draft): SealedDir => {
    const index = directories++;
    const entries = new Map<string, SealedNode>();
    const common = { uid: 0, gid: 0, mtime: 0 };
    for (const [name, child] of draft.entries) {
      if (typeof child === "object") entries.set(name, seal(child));
      else if (name.endsWith("@"))
        entries.set(name.slice(0, -1), { kind: "symlink", mode: 0o777, ...common, object: number(`@${child}`), target: child });
      else {
        const bytes = encodeUtf8(child);
        entries.set(name, { kind: "file", mode: 0o644, ...common, object: number(child), size: bytes.length, bytes: () => bytes });
      }
    }
    return { kind: "dir", mode: 0o755, ...common, index, entries };
  };
  const root = seal(top);
  const links = new Map<number, number>();
  for (const { object } of sealedLeaves(root)) links.set(object, (links.get(object) ?? 0) + 1);
  return { id, root, directories, linksTo: (object) => links.get(object) ?? 0 };
}
