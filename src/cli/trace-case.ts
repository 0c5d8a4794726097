/** One recorded case of kernel calls (e2e/oracle/traces/README.md has the format), and its replay on our VFS. */
import { timestamp } from "../base/timestamp.ts";
import { encodeUtf8 } from "../base/utf8.ts";
import { SysError } from "../vfs/errno.ts";
import { memfsBytes } from "../vfs/memfs-bytes.ts";
import type { Task } from "../vfs/task.ts";
import { TreeFs } from "../vfs/tree-fs.ts";
import type { TreeSnapshot } from "../vfs/tree-fs.ts";
import { O, rootCredentials } from "../vfs/types.ts";
import type { FileType } from "../vfs/types.ts";
import { Vfs } from "../vfs/vfs.ts";
import { OVERLAY_OPTIONS, byBytes, fromLatin1, latin1, letters, replayOp, show, statRow } from "./trace-calls.ts";
import type { Step } from "./trace-calls.ts";

/** `[path, type, mode, uid, gid, payload]` */
export type LayerRow = readonly [path: string, type: string, mode: string, uid: number, gid: number, payload: unknown];
export type DumpRow = readonly unknown[];

export interface Case {
  readonly id: string;
  readonly shape: string;
  readonly layers: readonly (readonly LayerRow[])[];
  readonly mounts: readonly {
    readonly at: string;
    readonly kind: "dir" | "overlay";
    readonly ro: boolean;
    readonly layers: readonly number[];
    readonly upper?: boolean;
  }[];
  readonly start: readonly DumpRow[];
  readonly ops: readonly Step[];
  readonly final: readonly DumpRow[] | "start";
  readonly upper?: Readonly<Record<string, readonly DumpRow[]>>;
  readonly remount: readonly DumpRow[] | "start" | "final";
  readonly reboot: readonly DumpRow[] | "start" | "final";
}

/** What a replay gave, in the shape of a case with all names of dumps resolved. */
export interface Outcome {
  readonly start: readonly DumpRow[];
  readonly ops: readonly Step[];
  readonly final: readonly DumpRow[];
  readonly upper: Readonly<Record<string, readonly DumpRow[]>>;
  readonly remount: readonly DumpRow[];
  readonly reboot: readonly DumpRow[];
}

const CLOCK = timestamp(1_800_000_000);
/** Every entry of layer k has this time plus k seconds. */
const LAYER_TIME = 1_500_000_000;

const SPECIAL: Readonly<Record<"p" | "c" | "s", FileType>> = { p: "fifo", c: "char", s: "socket" };

/** A machine made of the case's layers: they lie beside each other on one tmpfs, and what is mounted from them is below /root. */
class TraceMachine {
  readonly #case: Case;
  readonly #vfs: Vfs;
  readonly #root: Task;

  constructor(recorded: Case, layers: TreeSnapshot) {
    this.#case = recorded;
    this.#vfs = newVfs();
    this.#root = this.#vfs.firstTask({ pid: 1, rootFs: TreeFs.open(layers) });
    this.#root.umask(0);
    this.#root.mkdir("/root", 0o755);
  }

  mountAll(turn: number, fresh: boolean): void {
    this.#case.mounts.forEach((mount, number) => {
      const target = `/root${mount.at === "/" ? "" : mount.at}`;
      const lower = mount.layers.map((layer) => `/l${layer}`);
      if (mount.kind === "dir") {
        this.#root.mount({ source: lower[0] ?? "", target, flags: ["bind"] });
        if (mount.ro) this.#root.mount({ source: "none", target, flags: ["remount", "bind", "ro"] });
      } else {
        let data = `${OVERLAY_OPTIONS},lowerdir=${lower.join(":")}`;
        if (mount.upper === true) {
          const upper = upperPath(number, turn);
          const work = `/w${number}-${turn}`;
          if (fresh) {
            const top = mount.layers[0] ?? 0;
            const row = this.#case.layers[top]?.[0];
            if (row !== undefined) makeTree(this.#root, upper, [["/", "d", row[2], row[3], row[4], null]], LAYER_TIME + top);
            this.#root.mkdir(work, 0o755);
          }
          data += `,upperdir=${upper},workdir=${work}`;
        }
        this.#root.mount({ source: "overlay", target, fstype: "overlay", flags: [], data });
      }
    });
  }

  unmountAll(): void {
    // What is mounted below goes with it; the calls may have mounted something on top.
    while (this.#root.mounts().some(({ target }) => target === "/root")) this.#root.umount("/root", { lazy: true });
  }

  /** The calls may have made the whole file system read-only. */
  makeWritable(): void {
    this.#root.mount({ source: "none", target: "/", flags: ["remount", "rw"] });
  }

  dump(): DumpRow[] {
    return dumpTree(this.#root, "/root", false);
  }

  dumpUppers(turn: number): Record<string, DumpRow[]> {
    const uppers: Record<string, DumpRow[]> = {};
    this.#case.mounts.forEach(({ at, kind, upper }, number) => {
      if (kind === "overlay" && upper === true) uppers[at] = dumpTree(this.#root, upperPath(number, turn), true);
    });
    return uppers;
  }

  /** The process of the trace, in its chroot. */
  process(): Task {
    return this.#vfs.task({ pid: 2, credentials: rootCredentials(), umask: 0o022, root: "/root", cwd: "/" });
  }
}

function upperPath(number: number, turn: number): string {
  return `/u${number}-${turn}`;
}

/** Trees made of a case's layers. Cases that follow each other often have the same: the last one is kept. */
export class LayerTrees {
  #key = "";
  #tree: TreeSnapshot | undefined;

  of(layers: Case["layers"]): TreeSnapshot {
    const key = JSON.stringify(layers);
    if (this.#tree === undefined || key !== this.#key) {
      this.#key = key;
      this.#tree = makeLayers(layers);
    }
    return this.#tree;
  }
}

function makeLayers(layers: Case["layers"]): TreeSnapshot {
  const rootFs = TreeFs.make(
    { type: "tmpfs", dev: 30, bytes: memfsBytes, capacity: 2 ** 30, lifetime: "boot" },
    { mode: 0o755, uid: 0, gid: 0 },
    CLOCK,
  );
  const task = newVfs().firstTask({ pid: 1, rootFs });
  task.umask(0);
  layers.forEach((rows, layer) => makeTree(task, `/l${layer}`, rows, LAYER_TIME + layer));
  return rootFs.snapshot();
}

function newVfs(): Vfs {
  return new Vfs({
    now: () => CLOCK,
    openDevice: () => {
      throw new SysError("ENXIO");
    },
    blockDevice: () => undefined,
    generated: () => undefined,
    trace: () => undefined,
    tracing: () => false,
    protections: { symlinks: false, regular: 0, fifos: 0 },
  });
}

export function replayCase(recorded: Case, trees: LayerTrees): Outcome {
  const machine = new TraceMachine(recorded, trees.of(recorded.layers));
  machine.mountAll(0, true);
  const start = machine.dump();
  const process = machine.process();
  const slots = new Map<number, number>();
  const ops = recorded.ops.map(({ op }) => replayOp(process, slots, op));
  process.exit();
  const final = machine.dump();
  const upper = machine.dumpUppers(0);
  machine.makeWritable();
  machine.unmountAll();
  machine.mountAll(0, false);
  const remount = machine.dump();
  machine.unmountAll();
  machine.mountAll(1, true);
  const reboot = machine.dump();
  return { start, ops, final, upper, remount, reboot };
}

function makeTree(task: Task, root: string, rows: readonly LayerRow[], seconds: number): void {
  const full = (path: string): string => (path === "/" ? root : root + path);
  task.mkdir(root, 0o777);
  for (const [path, type, mode, uid, gid, payload] of rows) {
    const to = full(path);
    switch (type) {
      case "d":
        if (path !== "/") task.mkdir(to);
        if ((payload as { opaque?: boolean } | null)?.opaque === true) task.setxattr(to, "trusted.overlay.opaque", encodeUtf8("y"));
        break;
      case "f": {
        const fd = task.open(to, O.WRONLY | O.CREAT | O.EXCL, 0o600);
        task.write(fd, latin1(String(payload)));
        task.close(fd);
        break;
      }
      case "l":
        task.symlink(String(payload), to);
        break;
      case "h":
        task.link(full(String(payload)), to);
        break;
      case "w":
        task.mknod(to, "char", 0);
        break;
      case "p":
      case "c":
      case "s": {
        const [major = 0, minor = 0] = (payload as [number, number] | null) ?? [];
        task.mknod(to, SPECIAL[type], 0o600, { major, minor });
        break;
      }
    }
    if (type !== "h" && type !== "w") task.lchown(to, uid, gid);
    if (!"hwl".includes(type)) task.chmod(to, parseInt(mode, 8));
  }
  const time = timestamp(seconds);
  for (const [path] of rows.toReversed()) task.utimens(full(path), time, time, { follow: false });
}

function dumpTree(task: Task, root: string, raw: boolean): DumpRow[] {
  const rows: DumpRow[] = [];
  const walk = (path: string, name: string): void => {
    const stat = task.lstat(path);
    if (stat.type === "char" && stat.rdev.major === 0 && stat.rdev.minor === 0) {
      rows.push([name, "w"]);
      return;
    }
    const row: unknown[] = [name, ...statRow(stat), null];
    if (raw && stat.type === "dir") row[5] = null;
    if (stat.type === "file") row[8] = show(readWhole(task, path));
    if (stat.type === "symlink") row[8] = task.readlink(path);
    if (stat.type === "file" || stat.type === "dir") {
      const extra = dumpExtra(task, path, raw && stat.type === "dir");
      if (Object.keys(extra).length > 0) row.push(extra);
    }
    rows.push(row);
    if (stat.type !== "dir") return;
    for (const child of byBytes(task.readdir(path).map((entry) => entry.name)))
      walk(`${path}/${child}`, `${name === "/" ? "" : name}/${child}`);
  };
  walk(root, "/");
  return rows;
}

function dumpExtra(task: Task, path: string, rawDirectory: boolean): Record<string, unknown> {
  const extra: Record<string, unknown> = {};
  const names = task.listxattr(path);
  if (rawDirectory && names.includes("trusted.overlay.opaque") && fromLatin1(task.getxattr(path, "trusted.overlay.opaque")) === "y") {
    extra["opaque"] = true;
  }
  const attr = letters(task.getFlags(path));
  if (attr !== "") extra["attr"] = attr;
  const users = names.filter((name) => name.startsWith("user.")).sort();
  if (users.length > 0) extra["xattr"] = Object.fromEntries(users.map((name) => [name, fromLatin1(task.getxattr(path, name))]));
  return extra;
}

function readWhole(task: Task, path: string): Uint8Array {
  const fd = task.open(path, O.RDONLY);
  const data = task.pread(fd, task.fstat(fd).size, 0);
  task.close(fd);
  return data;
}
