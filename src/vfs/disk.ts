/**
 * The machine's one disk: named partitions, each with a copy-on-write tree, behind one counter of writes.
 *
 * Every mutation of a partition is a numbered write; the power may go before any of them. What was not synced may be lost or land in
 * another order, within what a journalling file system promises (disk-replay.ts).
 */
import { Random } from "../base/random.ts";
import type { Timestamp } from "../base/timestamp.ts";
import { PowerLoss } from "./disk-types.ts";
import type { DiskWrite } from "./disk-types.ts";
import { exportTree, importTree } from "./disk-export.ts";
import type { ExportedTree } from "./disk-export.ts";
import { land, landDurable, opTarget } from "./disk-replay.ts";
import { plainBytes } from "./plain-bytes.ts";
import type { SealedTree } from "./sealed.ts";
import { TreeFs } from "./tree-fs.ts";
import type { TreeSnapshot } from "./tree-fs.ts";
import type { TreeOp } from "./tree-ops.ts";
import type { Lifetime } from "./types.ts";

export interface PartitionOptions {
  /** "ext4", "btrfs", "vfat". */
  readonly type: string;
  /** st_dev of its file system. */
  readonly dev: number;
  /** Bytes. */
  readonly capacity: number;
  readonly lifetime?: Lifetime;
  /** Superblock options as mount(8) shows them. */
  readonly options?: readonly string[];
  /** When its file system was made (mkfs). */
  readonly made: Timestamp;
}

/** The whole disk at one moment, unsynced writes included. Constant time to take and to open. */
export interface DiskSnapshot {
  readonly writes: number;
  readonly partitions: ReadonlyMap<string, PartitionSnapshot>;
}

interface PartitionSnapshot {
  readonly now: TreeSnapshot;
  readonly durable: TreeSnapshot;
  readonly pending: readonly TreeOp[];
}

/** The disk as plain data, fit for JSON. */
export interface ExportedDisk {
  readonly writes: number;
  readonly partitions: Readonly<Record<string, ExportedTree>>;
}

interface Partition {
  readonly fs: TreeFs;
  /** What is on the platter for sure. */
  durable: TreeSnapshot;
  /** Writes since, in order. */
  pending: TreeOp[];
  /** What they carry. */
  pendingBytes: number;
  /** Whether a snapshot holds `pending`, too: then it is copied before it is changed. */
  shared: boolean;
}

/** A journal this long is committed though nobody asked, as a real one is after some seconds, or when too much of memory is dirty. */
const JOURNAL_LENGTH = 20_000;
const JOURNAL_BYTES = 16 * 1024 * 1024;

export class Disk {
  readonly #partitions = new Map<string, Partition>();
  readonly #listeners = new Set<(write: DiskWrite) => void>();
  /** Called before each write; may throw PowerLoss: then this write and everything after it does not happen. */
  onBeforeWrite: ((write: DiskWrite) => void) | undefined = undefined;
  /** The power goes before the write of this number. */
  lastsUntil: number | undefined = undefined;
  #writes = 0;
  /** Partitions of an earlier power cycle are dead; writes to them throw PowerLoss. */
  #powered = true;
  #generation = 0;

  /** How many writes there were. */
  get writes(): number {
    return this.#writes;
  }

  /** Makes a partition with an empty file system. */
  format(name: string, options: PartitionOptions): TreeFs {
    const { type, dev, capacity, made } = options;
    const fs = TreeFs.make(
      { type, dev, capacity, bytes: plainBytes, lifetime: options.lifetime ?? "machine", options: options.options ?? [] },
      { mode: 0o755, uid: 0, gid: 0 },
      made,
    );
    this.#adopt(name, fs, fs.snapshot(), []);
    return fs;
  }

  /** The file system on a partition; a new object after each power cut. */
  partition(name: string): TreeFs | undefined {
    return this.#partitions.get(name)?.fs;
  }

  partitions(): string[] {
    return [...this.#partitions.keys()];
  }

  /** Tells `listener` of each write after it was let through; gives what ends that. */
  listen(listener: (write: DiskWrite) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Whether the power is on. */
  get powered(): boolean {
    return this.#powered;
  }

  /**
   * The power goes, and comes back: file systems that are in use now are dead for good, `partition` gives their successors.
   * Without a seed everything written so far is there. With one, each partition is at its last durable state, and of the writes since
   * a selection landed, in an order and to an extent that the seed decides.
   */
  powerCut(options: { readonly seed?: number } = {}): void {
    const random = options.seed === undefined ? undefined : new Random(options.seed);
    this.#generation++;
    for (const [name, { fs, durable, pending }] of this.#partitions) {
      let next: TreeFs;
      if (random === undefined) next = fs.fork();
      else {
        next = TreeFs.open(durable);
        land(next, pending, random);
      }
      next.readOnly = false;
      this.#adopt(name, next, next.snapshot(), []);
    }
    this.#powered = true;
  }

  /** Everything is durable (sync(2), a clean shutdown). */
  sync(): void {
    for (const partition of this.#partitions.values()) this.#commit(partition);
  }

  snapshot(): DiskSnapshot {
    const partitions = new Map<string, PartitionSnapshot>();
    for (const [name, partition] of this.#partitions) {
      const { fs, durable, pending } = partition;
      partition.shared = true;
      partitions.set(name, { now: fs.snapshot(), durable, pending });
    }
    return { writes: this.#writes, partitions };
  }

  static open(snapshot: DiskSnapshot): Disk {
    const disk = new Disk();
    disk.#writes = snapshot.writes;
    for (const [name, { now, durable, pending }] of snapshot.partitions) disk.#adopt(name, TreeFs.open(now), durable, pending, true);
    return disk;
  }

  /** An independent disk with the same contents; listeners stay behind. */
  fork(): Disk {
    return Disk.open(this.snapshot());
  }

  /** Sealed trees are exported by their id, everything else whole. */
  export(): ExportedDisk {
    const partitions: Record<string, ExportedTree> = {};
    for (const [name, { fs }] of this.#partitions) partitions[name] = exportTree(fs.snapshot());
    return { writes: this.#writes, partitions };
  }

  /** `resolve` gives the sealed tree with an id, or undefined, which is an error. */
  static import(exported: ExportedDisk, resolve: (id: string) => SealedTree | undefined): Disk {
    const disk = new Disk();
    disk.#writes = exported.writes;
    for (const [name, tree] of Object.entries(exported.partitions)) {
      const fs = importTree(tree, plainBytes, resolve);
      disk.#adopt(name, fs, fs.snapshot(), []);
    }
    return disk;
  }

  #adopt(name: string, fs: TreeFs, durable: TreeSnapshot, pending: readonly TreeOp[], shared = false): void {
    const partition: Partition = { fs, durable, pending: pending as TreeOp[], pendingBytes: bytesOf(pending), shared };
    const generation = this.#generation;
    fs.journal = {
      before: (op) => this.#write(name, partition, generation, op),
      fsync: (ino) => {
        if (generation !== this.#generation || !this.#powered) throw new PowerLoss();
        const { landed, left } = landDurable(partition.durable, partition.pending, ino);
        partition.durable = landed;
        partition.pending = left;
        partition.pendingBytes = bytesOf(left);
        partition.shared = false;
      },
      sync: () => {
        if (generation !== this.#generation || !this.#powered) throw new PowerLoss();
        this.#commit(partition);
      },
    };
    this.#partitions.set(name, partition);
  }

  #write(name: string, partition: Partition, generation: number, op: TreeOp): void {
    if (generation !== this.#generation || !this.#powered) throw new PowerLoss();
    if (this.lastsUntil !== undefined && this.#writes + 1 >= this.lastsUntil) {
      this.#powered = false;
      throw new PowerLoss();
    }
    if (this.onBeforeWrite !== undefined || this.#listeners.size > 0) {
      const { verb, path } = opTarget(partition.fs, op);
      const write: DiskWrite = { n: this.#writes + 1, op: verb, path: `${name}:${path}` };
      try {
        this.onBeforeWrite?.(write);
      } catch (error) {
        if (error instanceof PowerLoss) this.#powered = false;
        throw error;
      }
      for (const listener of this.#listeners) listener(write);
    }
    this.#writes++;
    if (partition.shared) {
      partition.pending = partition.pending.slice();
      partition.shared = false;
    }
    partition.pending.push(op.kind === "write" ? { ...op, data: op.data.slice() } : op);
    partition.pendingBytes += bytesOf([op]);
    // Everything before this write: it has not happened yet.
    if (partition.pending.length > JOURNAL_LENGTH || partition.pendingBytes > JOURNAL_BYTES) {
      partition.durable = partition.fs.snapshot();
      partition.pending = partition.pending.slice(-1);
      partition.pendingBytes = bytesOf(partition.pending);
    }
  }

  #commit(partition: Partition): void {
    if (partition.pending.length === 0) return;
    partition.durable = partition.fs.snapshot();
    partition.pending = [];
    partition.pendingBytes = 0;
    partition.shared = false;
  }
}

function bytesOf(ops: readonly TreeOp[]): number {
  return ops.reduce((sum, op) => sum + (op.kind === "write" ? op.data.length : 0), 0);
}
