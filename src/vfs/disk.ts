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
import { ext4Reserve } from "./ext4.ts";
import { plainBytes } from "./plain-bytes.ts";
import type { SealedTree } from "./sealed.ts";
import { TreeFs } from "./tree-fs.ts";
import { importTreeVolume, treeVolume } from "./tree-volume.ts";
import type { Lifetime } from "./types.ts";
import type { DiskFileSystem, DiskGate, ExportedVolume, FrozenVolume, Volume, VolumeDrivers, WriteTarget } from "./volume.ts";

export interface PartitionOptions {
  /** "ext4", "btrfs", "vfat". */
  readonly type: string;
  /** st_dev of its file system. */
  readonly dev: number;
  /** Bytes. */
  readonly capacity: number;
  /** How much of an Ext4 is root's (`mkfs.ext4 -m`), in per cent; 5 unless said. */
  readonly rootPercent?: number;
  readonly lifetime?: Lifetime;
  /** Superblock options as mount(8) shows them. */
  readonly options?: readonly string[];
  /** When its file system was made (mkfs). */
  readonly made: Timestamp;
}

/** The whole disk at one moment, unsynced writes included. Constant time to take and to open. */
export interface DiskSnapshot {
  readonly writes: number;
  readonly partitions: ReadonlyMap<string, FrozenVolume>;
}

/** The disk as plain data, fit for JSON. */
export interface ExportedDisk {
  readonly writes: number;
  readonly partitions: Readonly<Record<string, ExportedVolume>>;
}

export class Disk {
  readonly #partitions = new Map<string, Volume>();
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
    const { type, dev, capacity, rootPercent = 5, made } = options;
    const reserve = type === "ext4" ? { reserve: ext4Reserve(capacity, rootPercent) } : {};
    const fs = TreeFs.make(
      { type, dev, capacity, ...reserve, bytes: plainBytes, lifetime: options.lifetime ?? "machine", options: options.options ?? [] },
      { mode: 0o755, uid: 0, gid: 0 },
      made,
    );
    return this.install(name, treeVolume(fs.snapshot()));
  }

  /** Makes a partition that holds `volume`. */
  install<Fs extends DiskFileSystem>(name: string, volume: FrozenVolume<Fs>): Fs {
    const opened = volume.open(this.#gateOf(name));
    this.#partitions.set(name, opened);
    return opened.fs;
  }

  /** The file system on a partition; a new object after each power cut. */
  partition(name: string): DiskFileSystem | undefined {
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
    for (const [name, volume] of this.#partitions) this.install(name, volume.afterPowerCut(random));
    this.#powered = true;
  }

  /** Everything is durable (sync(2), a clean shutdown). */
  sync(): void {
    for (const volume of this.#partitions.values()) volume.commit();
  }

  snapshot(): DiskSnapshot {
    const partitions = new Map<string, FrozenVolume>();
    for (const [name, volume] of this.#partitions) partitions.set(name, volume.snapshot());
    return { writes: this.#writes, partitions };
  }

  static open(snapshot: DiskSnapshot): Disk {
    const disk = new Disk();
    disk.#writes = snapshot.writes;
    for (const [name, volume] of snapshot.partitions) disk.install(name, volume);
    return disk;
  }

  /** An independent disk with the same contents; listeners stay behind. */
  fork(): Disk {
    return Disk.open(this.snapshot());
  }

  /** Sealed trees are exported by their id, everything else whole. */
  export(): ExportedDisk {
    const partitions: Record<string, ExportedVolume> = {};
    for (const [name, volume] of this.#partitions) partitions[name] = volume.export();
    return { writes: this.#writes, partitions };
  }

  /** `resolve` gives the sealed tree with an id, or undefined, which is an error; so is a file system that is not among the `drivers`. */
  static import(exported: ExportedDisk, resolve: (id: string) => SealedTree | undefined, drivers: VolumeDrivers = {}): Disk {
    const disk = new Disk();
    disk.#writes = exported.writes;
    for (const [name, volume] of Object.entries(exported.partitions)) disk.install(name, importVolume(volume, resolve, drivers));
    return disk;
  }

  /** What the volume on a partition writes through, until the power goes. */
  #gateOf(name: string): DiskGate {
    const generation = this.#generation;
    const check = (): void => {
      if (generation !== this.#generation || !this.#powered) throw new PowerLoss();
    };
    return {
      check,
      pass: (target) => {
        check();
        this.#pass(name, target);
      },
    };
  }

  #pass(name: string, target: () => WriteTarget): void {
    if (this.lastsUntil !== undefined && this.#writes + 1 >= this.lastsUntil) {
      this.#powered = false;
      throw new PowerLoss();
    }
    if (this.onBeforeWrite !== undefined || this.#listeners.size > 0) {
      const { verb, path } = target();
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
  }
}

function importVolume(exported: ExportedVolume, resolve: (id: string) => SealedTree | undefined, drivers: VolumeDrivers): FrozenVolume {
  if (!("driver" in exported)) return importTreeVolume(exported, resolve);
  const driver = drivers[exported.driver];
  if (driver === undefined) throw new Error(`internal error: no driver for ${exported.driver}`);
  return driver(exported.data, resolve);
}
