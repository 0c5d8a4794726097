/**
 * What a computation asks of a disk, so that another disk can be shown to make it come out the same.
 *
 * Everything that a machine or an examiner learns of a disk it learns through the methods of its file systems. They are watched while it
 * is at work; another disk on which every question has the same answer leads it to the same end, by induction over its steps. What it
 * made itself is left out of the questions: a new inode's number is a name that nobody reads anything into.
 */
import { isDeepStrictEqual } from "node:util";
import { differingKeys, newOwner, RadixTable } from "../vfs/radix-table.ts";
import type { Disk } from "../vfs/disk.ts";
import { BLOCK } from "../vfs/file-bytes.ts";
import { NO_NODE, type Attributes } from "../vfs/file-system.ts";
import type { SealedTree } from "../vfs/sealed.ts";
import { FILE_BASE, Grafts, type Graft } from "../vfs/tree-grafts.ts";
import { TreeFs, type TreeSnapshot } from "../vfs/tree-fs.ts";
import type { Inode } from "../vfs/tree-inode.ts";
import type { TreeOp } from "../vfs/tree-ops.ts";

/** The methods of a file system that tell something of what is in it, their first argument a node. */
const ABOUT_NODES = [
  "attributes",
  "has",
  "nlink",
  "size",
  "stat",
  "lookup",
  "parent",
  "name",
  "readdir",
  "readlink",
  "read",
  "getxattr",
  "listxattr",
  "path",
  "sealedTreeAt",
  "sealedChanges",
] as const;

/** Whose answers depend on more than the node's own record, its graft and its names. */
const FAR_REACHING: ReadonlySet<string> = new Set(["path", "sealedChanges", "statfs"]);
/** Whose answers depend on how many names there are. */
const COUNTING: ReadonlySet<string> = new Set(["nlink", "stat", "path"]);

interface Question {
  readonly method: string;
  ask(fs: TreeFs): unknown;
}

/** The questions of one computation to one file system. */
class Watch {
  readonly #before: TreeSnapshot;
  readonly #questions = new Map<number, Map<string, Question>>();
  /** Something was done to the file system whose outcome these questions do not tell. */
  #isOpaque = false;
  #isSyncing = false;
  /** At most so many bytes and inodes were taken. */
  #bytes = 0;
  #inodes = 0;
  /** The last file system that agreed, which the next one is most like. */
  #latest: TreeSnapshot;
  readonly #farReaching = new Set<number>();

  constructor(fs: TreeFs) {
    this.#latest = this.#before = fs.snapshot();
    for (const method of ABOUT_NODES) {
      const original = fs[method].bind(fs) as (...args: unknown[]) => unknown;
      const watched = (node: number, ...rest: unknown[]): unknown => {
        this.#note(node, method, rest, (other) => (other[method] as (...args: unknown[]) => unknown)(node, ...rest));
        return original(node, ...rest);
      };
      Object.assign(fs, { [method]: watched });
    }
    const { readSealed, statfs, apply, snapshot } = fs;
    fs.readSealed = (sealed, ...range) => {
      this.#note(FILE_BASE + sealed.object, "readSealed", range, (other) => other.readSealed(sealed, ...range));
      return readSealed.call(fs, sealed, ...range);
    };
    fs.statfs = () => {
      this.#note(NO_NODE, "statfs", [], (other) => other.statfs());
      return statfs.call(fs);
    };
    fs.apply = (op) => {
      this.#change(fs, op);
      apply.call(fs, op);
    };
    // Whoever looks at a copy is not watched. What the file system keeps at a sync, nobody looks at before the power goes.
    fs.snapshot = () => {
      if (!this.#isSyncing) this.#isOpaque = true;
      return snapshot.call(fs);
    };
    const { journal } = fs;
    if (journal !== undefined)
      fs.journal = {
        ...journal,
        sync: () => {
          this.#isSyncing = true;
          journal.sync();
          this.#isSyncing = false;
        },
      };
  }

  #note(node: number, method: string, rest: readonly unknown[], ask: (fs: TreeFs) => unknown): void {
    if (node >= this.#before.next && node < FILE_BASE) return;
    let asked = this.#questions.get(node);
    if (!asked) this.#questions.set(node, (asked = new Map<string, Question>()));
    const key = rest.length === 0 ? method : `${method} ${rest.join(" ")}`;
    if (FAR_REACHING.has(method)) this.#farReaching.add(node);
    if (!asked.has(key)) asked.set(key, { method, ask });
  }

  /** A change is no question, but for what the file system looks at by itself to allow it. */
  #change(fs: TreeFs, op: TreeOp): void {
    this.#inodes++;
    this.#bytes += 2 * BLOCK + (op.kind === "write" ? op.data.length : op.kind === "allocate" || op.kind === "truncate" ? op.size : 0);
    if (op.kind === "drop") this.#isOpaque = true;
    const replaced = op.kind === "rmdir" ? fs.lookup(op.dir, op.name) : op.kind === "rename" ? fs.lookup(op.toDir, op.toName) : NO_NODE;
    if (replaced !== NO_NODE && fs.attributes(replaced).type === "dir") fs.readdir(replaced);
  }

  /** Whether `other` would have given all the same answers, and had room for what was written. */
  agrees(other: TreeSnapshot): boolean {
    if (this.#isOpaque) return false;
    const mine = new Comparand(this.#latest);
    const theirs = new Comparand(other);
    // Btrfs has no table of inodes, and says that there are none.
    for (const { free, files, filesFree } of [mine.fs.statfs(), theirs.fs.statfs()])
      if (free < this.#bytes || (files > 0 && filesFree < this.#inodes)) return false;
    for (const node of this.#doubtful(mine, theirs)) {
      const asked = this.#questions.get(node);
      if (asked && !alike(mine, theirs, node, asked)) return false;
    }
    this.#latest = other;
    return true;
  }

  /** The nodes that may not be the same on both. */
  *#doubtful(mine: Comparand, theirs: Comparand): Generator<number> {
    const [left, right] = [mine.snapshot, theirs.snapshot];
    yield* this.#farReaching;
    yield* differingKeys(left.inodes, right.inodes);
    for (const object of differingKeys(left.objects, right.objects)) yield FILE_BASE + object;
    if (left.grafts.list !== right.grafts.list) {
      if (!isDeepStrictEqual(left.grafts.list.map(placed), right.grafts.list.map(placed))) return yield* this.#questions.keys();
      for (const [at, { removed }] of left.grafts.list.entries()) yield* differingCounts(removed, right.grafts.list[at]?.removed);
    }
    yield* differingCounts(left.grafts.extra, right.grafts.extra);
  }
}

/** Where which tree is: with that all its nodes are the same, as far as they have no records of their own. */
function placed({ base, tree }: Graft): unknown {
  return [base, tree.id];
}

/** The nodes of objects that have more names in one. */
function* differingCounts(left: ReadonlyMap<number, number>, right: ReadonlyMap<number, number> = new Map()): Generator<number> {
  if (left === right) return;
  for (const [object, count] of left) if (right.get(object) !== count) yield FILE_BASE + object;
  for (const object of right.keys()) if (!left.has(object)) yield FILE_BASE + object;
}

/** A file system as it was, with its tables at hand: what is the same record there is the same in every respect. */
class Comparand {
  readonly fs: TreeFs;
  readonly grafts: Grafts;
  readonly snapshot: TreeSnapshot;
  readonly #inodes: RadixTable<Inode>;
  readonly #objects: RadixTable<Inode>;

  constructor(snapshot: TreeSnapshot) {
    this.snapshot = snapshot;
    this.fs = TreeFs.open(snapshot);
    this.grafts = new Grafts(newOwner(), snapshot.grafts);
    this.#inodes = new RadixTable(newOwner(), snapshot.inodes);
    this.#objects = new RadixTable(newOwner(), snapshot.objects);
  }

  record(node: number): Inode | undefined {
    return node >= FILE_BASE ? this.#objects.get(node - FILE_BASE) : this.#inodes.get(node);
  }
}

function alike(mine: Comparand, theirs: Comparand, node: number, asked: ReadonlyMap<string, Question>): boolean {
  const isSame = isSameNode(mine, theirs, node, asked);
  for (const { method, ask } of asked.values()) {
    if (isSame && !FAR_REACHING.has(method)) continue;
    if (!isDeepStrictEqual(answer(mine.fs, method, ask), answer(theirs.fs, method, ask))) return false;
  }
  return true;
}

/** Whether the node has the same record on both, or lies at the same place of the same sealed tree, and has as many names. */
function isSameNode(mine: Comparand, theirs: Comparand, node: number, asked: ReadonlyMap<string, Question>): boolean {
  const record = mine.record(node);
  if (record !== theirs.record(node)) return false;
  const [left, right] = [mine.snapshot.grafts, theirs.snapshot.grafts];
  if (left.list === right.list && left.extra === right.extra) return true;
  if (node < FILE_BASE) {
    if (record !== undefined && record.sealed === undefined) return true;
    const [here, there] = [mine.grafts.at(node), theirs.grafts.at(node)];
    return here !== undefined && here.base === there?.base && here.tree === there.tree;
  }
  const isCounted = [...asked.values()].some(({ method }) => COUNTING.has(method));
  const object = node - FILE_BASE;
  return isCounted
    ? mine.grafts.names(object) === theirs.grafts.names(object)
    : mine.grafts.isNamed(object) === theirs.grafts.isNamed(object);
}

/** What a method gives, without what it only happens to carry along. */
function answer(fs: TreeFs, method: string, ask: Question["ask"]): unknown {
  try {
    const given = ask(fs);
    if (method === "attributes") {
      const { type, mode, uid, gid, rdev, mtime, atime, ctime, flags } = given as Attributes;
      return { type, mode, uid, gid, rdev, mtime, atime, ctime, flags };
    }
    // By identity: sealed trees never change, and are long.
    return method === "sealedTreeAt" ? (given as SealedTree | undefined)?.id : given;
  } catch (error) {
    return String(error);
  }
}

/** What one computation asked of one disk. One with a file system of another kind is like no other. */
export class DiskQuestions {
  readonly #watches = new Map<string, Watch | undefined>();

  /** From now on all that is asked of the disk is noted. Nothing may have been mounted from it yet. */
  constructor(disk: Disk) {
    for (const name of disk.partitions()) {
      const fs = disk.partition(name);
      this.#watches.set(name, fs instanceof TreeFs ? new Watch(fs) : undefined);
    }
  }

  /** Whether the computation would come to the same end with the other disk. */
  agree(disk: Disk): boolean {
    const names = disk.partitions();
    return (
      names.length === this.#watches.size &&
      names.every((name) => {
        const fs = disk.partition(name);
        return fs instanceof TreeFs && this.#watches.get(name)?.agrees(fs.snapshot()) === true;
      })
    );
  }
}
