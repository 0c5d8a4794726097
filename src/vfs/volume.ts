/**
 * What lies on a partition of the disk: a file system as it is, what of it is on the platter for sure, and what was written since.
 *
 * The disk numbers writes and takes the power away; a volume knows what its kind of file system promises then.
 */
import type { Random } from "../base/random.ts";
import type { ExportedTree } from "./disk-export.ts";
import type { FileSystem } from "./file-system.ts";
import type { SealedTree } from "./sealed.ts";

/** A file system that can be mounted from a partition, for reading or for writing. */
export interface DiskFileSystem extends FileSystem {
  readOnly: boolean;
}

/** How a write is listed: the system call's name and the path within the file system. */
export interface WriteTarget {
  readonly verb: string;
  readonly path: string;
}

/** Where a volume's writes go through. Both throw `PowerLoss` once the power is gone. */
export interface DiskGate {
  /** Whether anything can be written at all. */
  check(): void;
  /** One write, which happens unless this throws; `target` is asked only when somebody listens. */
  pass(target: () => WriteTarget): void;
}

export interface Volume<Fs extends DiskFileSystem = DiskFileSystem> {
  readonly fs: Fs;
  /** Everything written is on the platter from now on. */
  commit(): void;
  /** Constant time, whatever the size of what is in it. */
  snapshot(): FrozenVolume;
  /** What the next power cycle finds: everything written, or with `random` what is durable and a selection of the rest. */
  afterPowerCut(random: Random | undefined): FrozenVolume;
  export(): ExportedVolume;
}

/** A volume at one moment; immutable. */
export interface FrozenVolume<Fs extends DiskFileSystem = DiskFileSystem> {
  open(gate: DiskGate): Volume<Fs>;
}

/** A volume as plain data, fit for JSON: a tree, or what the driver with that name makes of it. */
export type ExportedVolume = ExportedTree | ForeignVolume;

export interface ForeignVolume {
  readonly driver: string;
  readonly data: unknown;
}

/** File systems that only some machines have, by the name of their driver; each opens what a volume of it exported. */
export type VolumeDrivers = Readonly<Record<string, VolumeDriver>>;

export type VolumeDriver = (data: unknown, resolve: (id: string) => SealedTree | undefined) => FrozenVolume;
