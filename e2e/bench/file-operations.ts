/**
 * The same file operations on three subjects: our overlay through the whole path (walk, mount, permission, layers), plain memfs, and a
 * plain `Map`, which is the most that JavaScript could do. Runs in Node and in a browser.
 *
 * Every tree is directories of 1,000 small files; only their number changes.
 */
import { Volume } from "memfs";
import { timestamp } from "../../src/base/timestamp.ts";
import { memfsBytes } from "../../src/vfs/memfs-bytes.ts";
import type { Sys } from "../../src/vfs/sys.ts";
import { TreeFs } from "../../src/vfs/tree-fs.ts";
import { O } from "../../src/vfs/types.ts";
import { Vfs } from "../../src/vfs/vfs.ts";

/** In the order in which they are done. `list` is of a directory with 1,000 entries, merged on the overlay; its cost is per entry. */
export const OPERATIONS = ["stat", "read", "list", "overwrite", "create", "rename", "unlink"] as const;
export type Operation = (typeof OPERATIONS)[number];

/** Microseconds per file. */
export type Times = Readonly<Record<Operation, number>>;

export const SUBJECTS = ["ours", "memfs", "map"] as const;
export type SubjectName = (typeof SUBJECTS)[number];

/** What each operation does to one path; `list` gets a directory. */
type Subject = Readonly<Record<Operation, (path: string) => void>>;

export const PER_DIRECTORY = 1000;
const CONTENTS = new Uint8Array(64).fill(0x61);
const NOW = timestamp(1_750_000_000);

/** The paths of one tree. */
interface Paths {
  readonly directories: readonly string[];
  /** Directory by directory, as programs that go through a tree do. */
  readonly files: readonly string[];
}

/** Every tree has names of its own: equal strings would be in the cache already. */
function pathsOf(directories: number, tree: number): Paths {
  const names = Array.from({ length: directories }, (_, at) => `/d${tree * directories + at}`);
  const files = names.flatMap((name) => Array.from({ length: PER_DIRECTORY }, (_, at) => `${name}/file${tree}-${at}`));
  return { directories: names, files };
}

/** Merged at /m: a lower tree in RAM, an empty upper. */
function ours(paths: Paths): Subject {
  const rootFs = TreeFs.make(
    { type: "tmpfs", dev: 1, capacity: 2 ** 31, bytes: memfsBytes, lifetime: "boot" },
    { mode: 0o755, uid: 0, gid: 0 },
    NOW,
  );
  const vfs = new Vfs({
    now: () => NOW,
    openDevice: () => {
      throw new Error("no devices");
    },
    blockDevice: () => undefined,
    generated: () => undefined,
    trace: () => {},
    tracing: () => false,
  });
  const sys: Sys = vfs.firstTask({ pid: 1, rootFs });
  for (const directory of ["/l", "/u", "/u/up", "/u/work", "/m"]) sys.mkdir(directory);
  for (const directory of paths.directories) sys.mkdir(`/l${directory}`);
  const put = (path: string): void => {
    const fd = sys.open(path, O.WRONLY | O.CREAT | O.TRUNC, 0o644);
    sys.write(fd, CONTENTS);
    sys.close(fd);
  };
  for (const path of paths.files) put(`/l${path}`);
  sys.mount({ source: "overlay", target: "/m", fstype: "overlay", flags: [], data: "lowerdir=/l,upperdir=/u/up,workdir=/u/work" });
  return {
    stat: (path) => void sys.stat(`/m${path}`),
    read: (path) => {
      const fd = sys.open(`/m${path}`, O.RDONLY);
      sys.read(fd, 4096);
      sys.close(fd);
    },
    list: (path) => void sys.readdir(`/m${path}`),
    overwrite: (path) => put(`/m${path}`),
    create: (path) => put(`/m${path}.new`),
    rename: (path) => sys.rename(`/m${path}.new`, `/m${path}.moved`),
    unlink: (path) => sys.unlink(`/m${path}`),
  };
}

/** memfs as it is, without an overlay: its nearest operation. */
function plainMemfs(paths: Paths): Subject {
  const memfs = new Volume();
  for (const directory of paths.directories) memfs.mkdirSync(`/m${directory}`, { recursive: true });
  const put = (path: string): void => memfs.writeFileSync(path, CONTENTS);
  for (const path of paths.files) put(`/m${path}`);
  return {
    stat: (path) => void memfs.statSync(`/m${path}`),
    read: (path) => void memfs.readFileSync(`/m${path}`),
    list: (path) => void memfs.readdirSync(`/m${path}`),
    overwrite: (path) => put(`/m${path}`),
    create: (path) => put(`/m${path}.new`),
    rename: (path) => memfs.renameSync(`/m${path}.new`, `/m${path}.moved`),
    unlink: (path) => memfs.unlinkSync(`/m${path}`),
  };
}

/** One `Map` of whole paths, and one of names for each directory. No permissions, no links, no layers. */
function plainMap(paths: Paths): Subject {
  interface Entry {
    bytes: Uint8Array;
    readonly mode: number;
  }
  const files = new Map<string, Entry>();
  const names = new Map<string, Map<string, Entry>>();
  for (const directory of paths.directories) names.set(`/m${directory}`, new Map());
  const split = (path: string): readonly [dir: Map<string, Entry>, name: string] => {
    const at = path.lastIndexOf("/");
    return [names.get(path.slice(0, at)) ?? new Map<string, Entry>(), path.slice(at + 1)];
  };
  const put = (path: string): void => {
    const entry = { bytes: CONTENTS.slice(), mode: 0o644 };
    files.set(path, entry);
    const [dir, name] = split(path);
    dir.set(name, entry);
  };
  const take = (path: string): Entry => {
    const entry = files.get(path);
    if (entry === undefined) throw new Error("ENOENT");
    files.delete(path);
    const [dir, name] = split(path);
    dir.delete(name);
    return entry;
  };
  for (const path of paths.files) put(`/m${path}`);
  return {
    stat: (path) => {
      const entry = files.get(`/m${path}`);
      if (entry === undefined) throw new Error("ENOENT");
      keep({ size: entry.bytes.length, mode: entry.mode });
    },
    read: (path) => keep(files.get(`/m${path}`)?.bytes.slice()),
    list: (path) => keep([...(names.get(`/m${path}`)?.keys() ?? [])]),
    overwrite: (path) => put(`/m${path}`),
    create: (path) => put(`/m${path}.new`),
    rename: (path) => {
      const entry = take(`/m${path}.new`);
      files.set(`/m${path}.moved`, entry);
      const [dir, name] = split(`/m${path}.moved`);
      dir.set(name, entry);
    },
    unlink: (path) => void take(`/m${path}`),
  };
}

let kept: unknown;
/** What is only looked at must not be optimised away. */
function keep(value: unknown): void {
  kept = value;
}
void kept;

const MAKERS: Readonly<Record<SubjectName, (paths: Paths) => Subject>> = { ours, memfs: plainMemfs, map: plainMap };

/**
 * Makes so many trees of so many directories, and times each operation over all files of all trees. That many small trees take as much
 * memory as one large one tells what the size of a tree costs from what it costs to touch memory that is in no cache.
 */
function timeOperations(name: SubjectName, directories: number, trees = 1): Times {
  const each = Array.from({ length: trees }, (_, tree) => {
    const paths = pathsOf(directories, tree);
    return { paths, subject: MAKERS[name](paths) };
  });
  const files = directories * PER_DIRECTORY * trees;
  const times = {} as Record<Operation, number>;
  for (const operation of OPERATIONS) {
    const began = performance.now();
    for (const { paths, subject } of each) {
      const run = subject[operation];
      for (const path of operation === "list" ? paths.directories : paths.files) run(path);
    }
    times[operation] = ((performance.now() - began) * 1000) / files;
  }
  return times;
}

/** So many trees of so many thousands of files. */
export interface Round {
  readonly directories: number;
  readonly trees: number;
}

/** Each subject once, one after the other, so that a slow moment of the computer hits all. */
export function measure({ directories, trees }: Round): Readonly<Record<SubjectName, Times>> {
  return {
    ours: timeOperations("ours", directories, trees),
    memfs: timeOperations("memfs", directories, trees),
    map: timeOperations("map", directories, trees),
  };
}
