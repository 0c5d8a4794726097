/** A machine at rest as plain data, fit for JSON, and back: what a page may start from instead of booting. */
import { Disk, type ExportedDisk } from "../vfs/disk.ts";
import { exportVfs, importVfs, type ExportedVfs } from "../vfs/checkpoint-export.ts";
import type { SealedTree } from "../vfs/sealed.ts";
import type { VolumeDrivers } from "../vfs/volume.ts";
import type { MachineCheckpoint } from "./machine.ts";

export interface ExportedMachine extends Omit<MachineCheckpoint, "disk" | "vfs" | "units"> {
  readonly disk: ExportedDisk;
  readonly vfs: ExportedVfs;
  /** Names of units that had been read, besides those that have a state. */
  readonly units: readonly string[];
}

/** @simplified A unit file that was changed between being read and the checkpoint, without `daemon-reload`, counts as it is now. */
export function exportMachine(checkpoint: MachineCheckpoint): ExportedMachine {
  const { units, unread } = checkpoint.units;
  const names = new Set([...units.keys(), ...unread]);
  for (const [name] of checkpoint.init.manager.units) names.delete(name);
  return { ...checkpoint, disk: Disk.open(checkpoint.disk).export(), vfs: exportVfs(checkpoint.vfs), units: [...names].sort() };
}

/** Throws when `resolve` does not know a sealed tree: then the data is of another build. `drivers` as in `MachineSpec`. */
export function importMachine(
  exported: ExportedMachine,
  resolve: (id: string) => SealedTree | undefined,
  drivers?: VolumeDrivers,
): MachineCheckpoint {
  const unread = new Set([...exported.init.manager.units.map(([name]) => name), ...exported.units]);
  return {
    ...exported,
    disk: Disk.import(exported.disk, resolve, drivers).snapshot(),
    vfs: importVfs(exported.vfs, resolve),
    units: { units: new Map(), unread },
  };
}
