/**
 * Random cases for `lab differ kernel`: a small machine and some forty calls, all from one seed.
 *
 * Names are few, so that layers meet and calls hit what other calls left. What is asked after a call (a stat, a listing) is drawn like any
 * other call; the dumps at the end see the rest.
 */
import { Random } from "../base/random.ts";
import type { Op } from "./trace-calls.ts";
import type { LayerRow } from "./trace-case.ts";

/** A case that nobody has answered yet. */
export interface Question {
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
  readonly ops: readonly { readonly op: Op }[];
}

const NAMES = ["a", "b", "c", "d", ".h", "é"];
/** As long as a name may be, a byte longer, and what is no UTF-8. */
const ODD_NAMES = ["n".repeat(255), "é".repeat(127), "n".repeat(256), "é".repeat(128), "x\udcff", "E", "e\u0301", " ", "a\nb"];
const OWNERS: readonly (readonly [uid: number, gid: number])[] = [
  [0, 0],
  [0, 0],
  [1000, 1000],
  [1000, 2000],
  [1001, 1001],
  [0, 2000],
  [2000, 0],
];
const USERS: readonly Op[] = [
  ["su", 1000],
  ["su", 1000, 1000, "2000"],
  ["su", 1001, 1001, ""],
  ["su", 1001, 2000, "1001"],
  ["su", 2000, 1000, "0"],
  ["su", 0],
  ["su", 0],
];
const DIRECTORY_MODES = ["0755", "0755", "0755", "0777", "1777", "2775", "3777", "0700", "0555", "0711", "0333"];
const FILE_MODES = ["0644", "0644", "0600", "0666", "0444", "0755", "4755", "2755", "2745", "6777", "0000", "0020"];
const ACCESS = ["RDONLY", "WRONLY", "RDWR"];
const OPEN_FLAGS = ["CREAT", "CREAT", "TRUNC", "APPEND", "EXCL", "DIRECTORY", "NOFOLLOW", "PATH", "CLOEXEC"];
const TIMES = ["now", "omit", "omit", "1234567890.000000001", "1.999999999", "0.000000000"];
const ATTRIBUTES = [
  "user.a",
  "user.b",
  "trusted.t",
  "trusted.overlay.opaque",
  "trusted.overlay.x",
  "security.s",
  "user.",
  "other.x",
  "system.y",
];

/** What is drawn from: the tree's paths as far as the case knows them. */
class Draw {
  readonly random: Random;
  readonly paths: string[] = ["/"];
  /** A case either moves descriptors or lists by them: where a directory's descriptor stands is no number that we have. */
  readonly seeks: boolean;
  /** Set once the trees are made: only calls are given names and paths that nothing can have. */
  odd = false;

  constructor(seed: number) {
    this.random = new Random(seed);
    this.seeks = this.chance(0.5);
  }

  chance(share: number): boolean {
    return this.random.next() < share * 2 ** 32;
  }

  pick<T>(list: readonly T[]): T {
    return this.random.pick(list);
  }

  /** Mostly something that is or was there, now and then written in an odd way. */
  path(): string {
    let path = this.chance(0.75) ? this.pick(this.paths) : this.below(this.pick(this.paths));
    if (this.chance(0.06)) path += "/";
    if (this.chance(0.03)) path += "/.";
    if (this.chance(0.03)) path += "/..";
    if (this.chance(0.02)) path = path.replace("/", "//");
    if (this.chance(0.03)) path = `${this.pick(this.paths)}/../${path}`;
    if (this.chance(0.08)) path = path.replace(/^\/+/, "") || ".";
    if (this.odd && this.chance(0.01)) path = "/".repeat(this.pick([3, 4095 - path.length, 4096 - path.length, 4100])) + path;
    return path;
  }

  /** A path that need not exist, remembered as one that may from now on. */
  fresh(): string {
    const path = this.below(this.pick(this.paths));
    if (this.chance(0.1)) return this.path();
    this.paths.push(path);
    return path;
  }

  below(dir: string): string {
    return `${dir === "/" ? "" : dir}/${this.odd && this.chance(0.02) ? this.pick(ODD_NAMES) : this.pick(NAMES)}`;
  }

  words(): string {
    return "abc def\nghi".slice(0, this.random.below(12)).repeat(this.chance(0.05) ? 900 : 1);
  }
}

/** The case of a seed; the same on every computer. */
export function questionOf(seed: number): Question {
  const draw = new Draw(seed);
  const { shape, trees, mounts } = machineOf(draw);
  const layers = Array.from({ length: trees }, (_, at) => layerOf(draw, at, shape, mounts)).map(withMeaning);
  draw.odd = true;
  const ops = Array.from({ length: 25 + draw.random.below(30) }, () => ({ op: opOf(draw) }));
  return { id: `seed-${seed}`, shape, layers, mounts, ops };
}

function machineOf(draw: Draw): { shape: string; trees: number; mounts: Question["mounts"] } {
  const shape = draw.pick(["tmpfs", "robind", "overlay", "overlay", "overlay2", "overlay2", "overlay-ro", "split", "unlocked"]);
  const dir = (at: string, layer: number, ro: boolean): Question["mounts"][number] => ({ at, kind: "dir", ro, layers: [layer] });
  switch (shape) {
    case "tmpfs":
    case "robind":
      return { shape, trees: 1, mounts: [dir("/", 0, shape === "robind")] };
    case "split":
      return { shape, trees: 3, mounts: [dir("/", 0, draw.chance(0.5)), dir("/a", 1, draw.chance(0.5)), dir("/b", 2, false)] };
    case "unlocked":
      return {
        shape,
        trees: 3,
        mounts: [dir("/", 0, true), { at: "/a", kind: "overlay", ro: false, layers: [1], upper: true }, dir("/b", 2, false)],
      };
    default: {
      const count = shape === "overlay" ? 1 : 2 + draw.random.below(3);
      const layers = Array.from({ length: count }, (_, at) => at);
      return {
        shape,
        trees: count,
        mounts: [{ at: "/", kind: "overlay", ro: shape === "overlay-ro", layers, upper: shape !== "overlay-ro" }],
      };
    }
  }
}

function layerOf(draw: Draw, layer: number, shape: string, mounts: Question["mounts"]): LayerRow[] {
  const rows: LayerRow[] = [["/", "d", draw.pick(DIRECTORY_MODES), ...draw.pick(OWNERS), null]];
  const dirs = ["/"];
  const leaves: string[] = [];
  const taken = new Set<string>();
  const at = mounts.find(({ layers }) => layers.includes(layer))?.at ?? "/";
  const remember = (path: string): void => {
    const full = at === "/" ? path : at + path;
    if (!draw.paths.includes(full)) draw.paths.push(full);
  };
  // What is mounted on must be there.
  for (const mount of layer === 0 ? mounts.slice(1) : []) {
    rows.push([mount.at, "d", "0755", 0, 0, null]);
    taken.add(mount.at);
    dirs.push(mount.at);
  }
  const count = 5 + draw.random.below(14);
  for (let turn = 0; turn < count; turn++) {
    const path = draw.below(draw.pick(dirs));
    if (taken.has(path)) continue;
    taken.add(path);
    remember(path);
    const type = draw.pick(["d", "d", "d", "f", "f", "f", "l", "h", "w", "p", "c"]);
    const [uid, gid] = draw.pick(OWNERS);
    switch (type) {
      case "d":
        rows.push([path, "d", draw.pick(DIRECTORY_MODES), uid, gid, !draw.chance(layer > 0 ? 0.1 : 0.05) ? null : { opaque: true }]);
        dirs.push(path);
        break;
      case "l":
        rows.push([path, "l", "0777", uid, gid, targetOf(draw)]);
        break;
      case "h": {
        const other = leaves.length === 0 ? undefined : draw.pick(leaves);
        if (other !== undefined) rows.push([path, "h", "0000", 0, 0, other]);
        break;
      }
      case "w":
        if (shape.startsWith("overlay")) rows.push([path, "w", "0000", 0, 0, null]);
        break;
      case "p":
        rows.push([path, "p", draw.pick(FILE_MODES), uid, gid, null]);
        break;
      case "c":
        if (draw.chance(0.3)) rows.push([path, "c", draw.pick(FILE_MODES), uid, gid, [250, 77]]);
        break;
      default:
        rows.push([path, "f", draw.pick(FILE_MODES), uid, gid, draw.words()]);
        leaves.push(path);
    }
  }
  return rows;
}

/** Keeps only whiteouts that hide something: in a directory that is not merged the kernel lists them, and then cannot find them. */
function withMeaning(rows: readonly LayerRow[], layer: number, layers: readonly (readonly LayerRow[])[]): readonly LayerRow[] {
  const dirs = (list: readonly LayerRow[]): Set<string> => new Set(list.filter((row) => row[1] === "d").map((row) => row[0]));
  const opaque = rows.filter((row) => row[5] !== null && row[1] === "d").map((row) => row[0]);
  const below = dirs(layers[layer + 1] ?? []);
  return rows.filter(([path, type]) => {
    if (type !== "w") return true;
    const above = path
      .split("/")
      .slice(1, -1)
      .map((_, at, parts) => `/${parts.slice(0, at + 1).join("/")}`);
    return layer + 1 < layers.length && above.every((dir) => below.has(dir) && !opaque.includes(dir));
  });
}

function targetOf(draw: Draw): string {
  return draw.pick([
    () => draw.pick(NAMES),
    () => `../${draw.pick(NAMES)}`,
    () => `${draw.pick(NAMES)}/${draw.pick(NAMES)}`,
    () => draw.path(),
    () => `${draw.path()}/`,
    () => draw.pick(["..", ".", "/", "../..", "a/.."]),
  ])();
}

/** Weighted by repetition. */
const KINDS: readonly (readonly [weight: number, make: (draw: Draw) => Op])[] = [
  [12, openOf],
  [5, (draw) => ["write", slot(draw), draw.words()]],
  [3, (draw) => ["pwrite", slot(draw), draw.words(), draw.pick([0, 3, 5000, 70_000, -1])]],
  [4, (draw) => ["read", slot(draw), draw.pick([0, 5, 100])]],
  [2, (draw) => ["pread", slot(draw), 50, draw.pick([0, 2, 4090, 69_990, -1])]],
  [3, (draw) => (draw.seeks ? lseekOf(draw) : ["flistdir", slot(draw)])],
  [3, (draw) => ["ftruncate", slot(draw), draw.pick([0, 3, 6000, 140_000, -1])]],
  [3, (draw) => ["fstat", slot(draw)]],
  [2, (draw) => ["fchmod", slot(draw), draw.pick(FILE_MODES)]],
  [2, (draw) => ["fchown", slot(draw), draw.pick([0, 1000, -1]), draw.pick([0, 1000, 2000, -1])]],
  [1, (draw) => ["futimens", slot(draw), draw.pick(TIMES), draw.pick(TIMES)]],
  [1, (draw) => ["fchdir", slot(draw)]],
  [1, (draw) => ["fsync", slot(draw)]],
  [3, (draw) => ["dup", slot(draw), slot(draw)]],
  [1, (draw) => ["pipe", slot(draw), slot(draw)]],
  [2, (draw) => ["close", slot(draw)]],
  [5, (draw) => ["mkdir", draw.fresh(), draw.pick(DIRECTORY_MODES)]],
  [4, (draw) => ["rmdir", draw.path()]],
  [6, (draw) => ["unlink", draw.path()]],
  [7, (draw) => ["rename", draw.path(), draw.chance(0.5) ? draw.fresh() : draw.path()]],
  [
    4,
    (draw) => ["renameat2", draw.path(), draw.chance(0.3) ? draw.fresh() : draw.path(), draw.pick(["NOREPLACE", "EXCHANGE", "EXCHANGE"])],
  ],
  [5, (draw) => ["link", draw.path(), draw.fresh()]],
  [3, (draw) => ["symlink", targetOf(draw), draw.fresh()]],
  [2, (draw) => ["readlink", draw.path()]],
  [3, mknodOf],
  [5, (draw) => ["chmod", draw.path(), draw.chance(0.5) ? draw.pick(FILE_MODES) : draw.pick(DIRECTORY_MODES)]],
  [3, (draw) => ["chown", draw.path(), draw.pick([0, 1000, 1001, -1]), draw.pick([0, 1000, 2000, -1])]],
  [2, (draw) => ["lchown", draw.path(), draw.pick([0, 1000, -1]), draw.pick([0, 1000, 2000, -1])]],
  [4, (draw) => ["utimens", draw.path(), draw.pick(TIMES), draw.pick(TIMES), draw.pick([0, 1])]],
  [3, (draw) => ["truncate", draw.path(), draw.pick([0, 3, 6000, 140_000, -1])]],
  [5, (draw) => ["stat", draw.path()]],
  [6, (draw) => ["lstat", draw.path()]],
  [4, (draw) => ["access", draw.path(), draw.pick(["F", "R", "W", "X", "RW", "RX"])]],
  [4, (draw) => ["listdir", draw.path()]],
  [3, (draw) => ["types", draw.path()]],
  [2, (draw) => ["realpath", draw.path()]],
  [3, (draw) => ["same", draw.path(), draw.path()]],
  [3, (draw) => ["chdir", draw.path()]],
  [1, () => ["getcwd"]],
  [1, (draw) => (draw.chance(0.2) ? ["chroot", draw.path()] : ["getcwd"])],
  [2, (draw) => ["umask", draw.pick(["0000", "0022", "0027", "0077", "0777"])]],
  [1, (draw) => ["readonly", draw.path()]],
  [2, (draw) => ["statfs", draw.path()]],
  [
    4,
    (draw) => [
      "setxattr",
      draw.path(),
      draw.pick(ATTRIBUTES),
      draw.pick(["", "1", "y", "long value"]),
      draw.pick(["", "", "CREATE", "REPLACE"]),
    ],
  ],
  [2, (draw) => ["getxattr", draw.path(), draw.pick(ATTRIBUTES)]],
  [1, (draw) => ["lsetxattr", draw.path(), draw.pick(ATTRIBUTES), draw.pick(["", "1"])]],
  [1, (draw) => ["lgetxattr", draw.path(), draw.pick(ATTRIBUTES)]],
  [2, (draw) => ["removexattr", draw.path(), draw.pick(ATTRIBUTES)]],
  [3, (draw) => ["xattrs", draw.path()]],
  [4, (draw) => ["chattr", draw.path(), draw.pick(["+i", "-i", "-i", "+a", "-a", "-a"])]],
  [1, (draw) => ["lsattr", draw.path()]],
  [9, (draw) => draw.pick(USERS)],
  [5, mountOf],
];

const DEALT: readonly ((draw: Draw) => Op)[] = KINDS.flatMap(([weight, make]) => Array.from({ length: weight }, () => make));

function opOf(draw: Draw): Op {
  return draw.pick(DEALT)(draw);
}

function slot(draw: Draw): number {
  return draw.random.below(4);
}

/** Always with O_NONBLOCK, or a named pipe would wait for its other end. */
function openOf(draw: Draw): Op {
  const flags = [draw.pick(ACCESS), "NONBLOCK"];
  for (let more = draw.random.below(3); more > 0; more--) {
    const flag = draw.pick(OPEN_FLAGS);
    if (!flags.includes(flag)) flags.push(flag);
  }
  const path = flags.includes("CREAT") && draw.chance(0.6) ? draw.fresh() : draw.path();
  return ["open", slot(draw), path, flags.join("|"), draw.pick(FILE_MODES)];
}

function lseekOf(draw: Draw): Op {
  return ["lseek", slot(draw), draw.pick([0, 1, 5000, -2]), draw.pick(["SET", "CUR", "END"])];
}

function mknodOf(draw: Draw): Op {
  const [type, major, minor] = draw.pick([
    ["p", 0, 0],
    ["p", 0, 0],
    ["f", 0, 0],
    ["s", 0, 0],
    ["c", 250, 77],
    ["c", 0, 0],
    ["b", 250, 77],
    ["d", 0, 0],
  ] as const);
  return ["mknod", draw.fresh(), type, draw.pick(FILE_MODES), major, minor];
}

function mountOf(draw: Draw): Op {
  const at = draw.path();
  switch (draw.random.below(9)) {
    case 0:
      return [
        "mount",
        "tmpfs",
        at,
        "tmpfs",
        draw.pick(["", "ro", "nodev", "noexec,nosuid"]),
        draw.pick(["", "mode=0755", "mode=0700,uid=1000,gid=2000", "size=16k", "nr_inodes=4"]),
      ];
    case 1:
    case 2:
      return ["mount", draw.path(), at, "", draw.pick(["bind", "bind", "bind,rec"])];
    case 3:
      return ["mount", "none", at, "", draw.pick(["remount,bind,ro", "remount,bind", "remount,bind,noexec", "remount,bind,nodev,ro"])];
    case 4:
      return ["mount", "none", at, "", draw.pick(["remount,ro", "remount"])];
    case 5:
      return ["mount", draw.path(), at, "", "move"];
    default:
      return ["umount", at, draw.pick(["", "", "lazy"])];
  }
}
