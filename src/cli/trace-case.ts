/** One recorded case of kernel calls (e2e/oracle/traces/README.md has the format), and its replay on our VFS. */
import { createHash } from "node:crypto";
import { encodeUtf8 } from "../base/utf8.ts";
import { NANOSECONDS, timestamp } from "../base/timestamp.ts";
import type { Timestamp } from "../base/timestamp.ts";
import { SysError } from "../vfs/errno.ts";
import { memfsBytes } from "../vfs/memfs-bytes.ts";
import type { Task } from "../vfs/task.ts";
import { TreeFs } from "../vfs/tree-fs.ts";
import type { TreeSnapshot } from "../vfs/tree-fs.ts";
import { O, rootCredentials } from "../vfs/types.ts";
import type { Stat } from "../vfs/types.ts";
import { Vfs } from "../vfs/vfs.ts";

/** `[path, type, mode, uid, gid, payload]` */
type LayerRow = readonly [path: string, type: string, mode: string, uid: number, gid: number, payload: unknown];
export type DumpRow = readonly unknown[];
export type Op = readonly [name: string, ...args: (string | number)[]];

export interface Step {
  readonly op: Op;
  readonly r?: unknown;
  readonly e?: string;
}

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

/** Layers' times are before it, the replay's clock after. */
const RECENT = 1_700_000_000;
const CLOCK = timestamp(1_800_000_000);
/** Every entry of layer k has this time plus k seconds. */
const LAYER_TIME = 1_500_000_000;
/** Contents up to this many bytes are recorded whole. */
const SHOWN = 200;

/** A machine made of the case's layers: they lie beside each other on one tmpfs, and what is mounted from them is below /root. */
class TraceMachine {
  readonly #case: Case;
  readonly #vfs: Vfs;
  readonly #root: Task;
  readonly #mounted: string[] = [];

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
        let data = `redirect_dir=off,index=off,metacopy=off,xino=off,lowerdir=${lower.join(":")}`;
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
      this.#mounted.push(target);
    });
  }

  unmountAll(): void {
    for (const target of this.#mounted.splice(0).reverse()) this.#root.umount(target, { lazy: true });
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
    }
    if ("dfl".includes(type)) task.lchown(to, uid, gid);
    if ("df".includes(type)) task.chmod(to, parseInt(mode, 8));
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
    else {
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

const BAD_DESCRIPTOR = 901;

function replayOp(task: Task, slots: Map<number, number>, op: Op): Step {
  try {
    return { op, r: call(task, slots, op) ?? null };
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    // Python's name for the same number.
    return { op, e: error.errno === "EOPNOTSUPP" ? "ENOTSUP" : error.errno };
  }
}

function call(task: Task, slots: Map<number, number>, [name, ...args]: Op): unknown {
  const text = (at: number): string => String(args[at]);
  const number = (at: number): number => Number(args[at]);
  const octal = (at: number): number => parseInt(text(at), 8);
  const fd = (): number => slots.get(number(0)) ?? BAD_DESCRIPTOR;
  switch (name) {
    case "su": {
      const uid = number(0);
      task.credentials = uid === 0 ? rootCredentials() : { uid, gid: uid, groups: [1000, 2000], privileged: false };
      return null;
    }
    case "open": {
      const old = slots.get(number(0));
      if (old !== undefined) {
        slots.delete(number(0));
        task.close(old);
      }
      const flags = text(2)
        .split("|")
        .reduce((bits, flag) => bits | O[flag as keyof typeof O], 0);
      slots.set(number(0), task.open(text(1), flags, args[3] === undefined ? 0o644 : octal(3)));
      return null;
    }
    case "close": {
      const old = fd();
      slots.delete(number(0));
      return task.close(old);
    }
    case "read":
      return show(task.read(fd(), number(1)) ?? new Uint8Array(0));
    case "pread":
      return show(task.pread(fd(), number(1), number(2)));
    case "write":
      return task.write(fd(), latin1(text(1)));
    case "pwrite":
      return task.pwrite(fd(), latin1(text(1)), number(2));
    case "lseek":
      return task.lseek(fd(), number(1), text(2) as "SET");
    case "ftruncate":
      return task.ftruncate(fd(), number(1));
    case "fstat":
      return statRow(task.fstat(fd()));
    case "fchmod":
      return task.fchmod(fd(), octal(1));
    case "fchown":
      return task.fchown(fd(), number(1), number(2));
    case "flistdir":
      return byBytes(task.freaddir(fd()).map((entry) => entry.name));
    case "fchdir":
      return task.fchdir(fd());
    case "mkdir":
      return task.mkdir(text(0), octal(1));
    case "rmdir":
      return task.rmdir(text(0));
    case "unlink":
      return task.unlink(text(0));
    case "rename":
      return task.rename(text(0), text(1));
    case "renameat2":
      return task.renameat2(text(0), text(1), text(2) as "EXCHANGE");
    case "link":
      return task.link(text(0), text(1));
    case "symlink":
      return task.symlink(text(0), text(1));
    case "readlink":
      return task.readlink(text(0));
    case "chmod":
      return task.chmod(text(0), octal(1));
    case "chown":
      return task.chown(text(0), number(1), number(2));
    case "lchown":
      return task.lchown(text(0), number(1), number(2));
    case "utime": {
      const time = text(1) === "now" ? "now" : parseTime(text(1));
      return task.utimens(text(0), time, time);
    }
    case "truncate":
      return task.truncate(text(0), number(1));
    case "stat":
      return statRow(task.stat(text(0)));
    case "lstat":
      return statRow(task.lstat(text(0)));
    case "access":
      return task.access(text(0), text(1));
    case "listdir":
      return byBytes(task.readdir(text(0)).map((entry) => entry.name));
    case "realpath":
      return task.realpath(text(0));
    case "chdir":
      return task.chdir(text(0));
    case "getcwd":
      return task.getcwd();
    case "umask":
      return octalText(task.umask(octal(0)));
    case "readonly":
      return task.statfs(text(0)).readOnly;
    case "setxattr":
      return task.setxattr(text(0), text(1), latin1(text(2)), args[3] === undefined || args[3] === "" ? {} : { flag: text(3) as "CREATE" });
    case "getxattr":
      return fromLatin1(task.getxattr(text(0), text(1)));
    case "removexattr":
      return task.removexattr(text(0), text(1));
    case "listxattr":
      return task
        .listxattr(text(0))
        .filter((each) => each.startsWith("user."))
        .sort();
    case "chattr": {
      const flags = task.getFlags(text(0));
      const letter = text(1).slice(1);
      return task.setFlags(text(0), text(1).startsWith("+") ? flags.replace(letter, "") + letter : flags.replace(letter, ""));
    }
    case "lsattr":
      return letters(task.getFlags(text(0)));
    default:
      throw new Error(`the trace has a call that nobody knows: ${name}`);
  }
}

function statRow(stat: Stat): unknown[] {
  const type = stat.type === "dir" ? "d" : stat.type === "file" ? "f" : stat.type === "symlink" ? "l" : "?";
  return [type, octalText(stat.mode), stat.uid, stat.gid, stat.nlink, type === "d" ? null : stat.size, stamp(stat.mtime)];
}

function octalText(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}

function stamp({ sec, nsec }: Timestamp): string {
  return sec >= RECENT ? "now" : `${sec}.${String(nsec).padStart(9, "0")}`;
}

function parseTime(text: string): Timestamp {
  const total = BigInt(text.replace(".", ""));
  const sec = total / BigInt(NANOSECONDS);
  return timestamp(Number(sec), Number(total - sec * BigInt(NANOSECONDS)));
}

function letters(flags: string): string {
  return (flags.includes("i") ? "i" : "") + (flags.includes("a") ? "a" : "");
}

function show(data: Uint8Array): unknown {
  return data.length <= SHOWN ? fromLatin1(data) : { sha256: createHash("sha256").update(data).digest("hex") };
}

function latin1(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "latin1"));
}

function fromLatin1(data: Uint8Array): string {
  return Buffer.from(data).toString("latin1");
}

/** Names in the order of their bytes. */
function byBytes(names: readonly string[]): string[] {
  // Code units are in the order of bytes but for surrogates.
  if (!names.some((name) => /[\ud800-\udfff]/.test(name))) return names.toSorted();
  return names.toSorted((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
}
