/**
 * File operations through the whole path (walk, mount, permission, overlay) against plain memfs, and against the real overlayfs
 * as measured from C on two cores like these (PERFORMANCE.md's table).
 */
import { fs as memfs, vol } from "memfs";
import { timestamp } from "../../src/base/timestamp.ts";
import { memfsBytes } from "../../src/vfs/memfs-bytes.ts";
import type { Sys } from "../../src/vfs/sys.ts";
import { TreeFs } from "../../src/vfs/tree-fs.ts";
import { O } from "../../src/vfs/types.ts";
import { Vfs } from "../../src/vfs/vfs.ts";
import { report } from "./ratio.ts";

const ROUNDS = 15;
const DIRECTORIES = 10;
const FILES = 1000;
const CONTENTS = new Uint8Array(64).fill(0x61);

/** Operations per second of the real overlayfs, measured once on another day: a fixed figure, so these ratios drift with the machine. */
const OVERLAYFS = {
  create: 133_000,
  stat: 846_000,
  read: 452_000,
  list: 1640,
  "copy-up": 141_000,
  rename: 151_000,
  whiteout: 242_000,
} as const;

type Operation = keyof typeof OVERLAYFS;

/** One file system under test: what each operation does to one path. `list` gets a directory. */
type Subject = Readonly<Record<Operation, (path: string) => void>>;

function paths(prefix: string): string[] {
  return Array.from({ length: DIRECTORIES * FILES }, (_, at) => `${prefix}/d${at % DIRECTORIES}/file${at}`);
}

/** Merged at /m: a lower tree in RAM with 10,000 files, an empty upper. */
function ours(): Subject {
  const now = timestamp(1_750_000_000);
  const tree = (): TreeFs =>
    TreeFs.make({ type: "tmpfs", dev: 1, capacity: 1 << 30, bytes: memfsBytes, lifetime: "boot" }, { mode: 0o755, uid: 0, gid: 0 }, now);
  const vfs = new Vfs({
    now: () => now,
    openDevice: () => {
      throw new Error("no devices");
    },
    blockDevice: () => undefined,
    generated: () => undefined,
    trace: () => {},
    tracing: () => false,
  });
  const sys: Sys = vfs.firstTask({ pid: 1, rootFs: tree() });
  for (const directory of ["/l", "/u", "/u/up", "/u/work", "/m"]) sys.mkdir(directory);
  for (let at = 0; at < DIRECTORIES; at++) sys.mkdir(`/l/d${at}`);
  const put = (path: string): void => {
    const fd = sys.open(path, O.WRONLY | O.CREAT | O.TRUNC, 0o644);
    sys.write(fd, CONTENTS);
    sys.close(fd);
  };
  for (const path of paths("/l")) put(path);
  sys.mount({ source: "overlay", target: "/m", fstype: "overlay", flags: [], data: "lowerdir=/l,upperdir=/u/up,workdir=/u/work" });
  return {
    stat: (path) => void sys.stat(`/m${path}`),
    read: (path) => {
      const fd = sys.open(`/m${path}`, O.RDONLY);
      sys.read(fd, 4096);
      sys.close(fd);
    },
    list: (path) => void sys.readdir(`/m${path}`),
    "copy-up": (path) => put(`/m${path}`),
    create: (path) => put(`/m${path}.new`),
    rename: (path) => sys.rename(`/m${path}.new`, `/m${path}.moved`),
    whiteout: (path) => sys.unlink(`/m${path}`),
  };
}

/** memfs as it is, without an overlay: its nearest operation. */
function plainMemfs(): Subject {
  vol.reset();
  for (let at = 0; at < DIRECTORIES; at++) memfs.mkdirSync(`/m/d${at}`, { recursive: true });
  const put = (path: string): void => memfs.writeFileSync(path, CONTENTS);
  for (const path of paths("/m")) put(path);
  return {
    stat: (path) => void memfs.statSync(`/m${path}`),
    read: (path) => void memfs.readFileSync(`/m${path}`),
    list: (path) => void memfs.readdirSync(`/m${path}`),
    "copy-up": (path) => put(`/m${path}`),
    create: (path) => put(`/m${path}.new`),
    rename: (path) => memfs.renameSync(`/m${path}.new`, `/m${path}.moved`),
    whiteout: (path) => memfs.unlinkSync(`/m${path}`),
  };
}

const ORDER: readonly Operation[] = ["stat", "read", "list", "copy-up", "create", "rename", "whiteout"];

/** Microseconds per operation, each over all paths. */
function time(subject: Subject): Record<Operation, number> {
  const all = paths("");
  const directories = Array.from({ length: DIRECTORIES }, (_, at) => `/d${at}`);
  const result = {} as Record<Operation, number>;
  for (const operation of ORDER) {
    const targets = operation === "list" ? directories : all;
    const run = subject[operation];
    const began = process.hrtime.bigint();
    for (const path of targets) run(path);
    result[operation] = Number(process.hrtime.bigint() - began) / 1e3 / targets.length;
  }
  return result;
}

export function files(): void {
  const mine: Record<Operation, number>[] = [];
  const theirs: Record<Operation, number>[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const [a, b] = [time(ours()), time(plainMemfs())];
    if (round === 0) continue; // the compiler warms up
    mine.push(a);
    theirs.push(b);
  }
  for (const operation of ORDER) {
    const times = mine.map((row) => row[operation]);
    const goal = operation === "stat" || operation === "read" ? "2" : "none";
    report(
      `${operation}, against memfs`,
      times,
      theirs.map((row) => row[operation]),
      { unit: "µs", goal },
    );
    const real = 1e6 / OVERLAYFS[operation];
    report(
      `${operation}, against a fixed earlier figure of the real overlayfs`,
      times,
      times.map(() => real),
      { unit: "µs", goal: "1" },
    );
  }
}
