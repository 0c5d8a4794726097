/** A machine at rest as plain data, fit for JSON, and back: what a page may start from instead of booting. */
import { Disk, type ExportedDisk } from "../vfs/disk.ts";
import { exportVfs, importVfs, type ExportedVfs } from "../vfs/checkpoint-export.ts";
import type { SealedTree } from "../vfs/sealed.ts";
import type { MachineCheckpoint } from "./machine.ts";

export interface ExportedMachine extends Omit<MachineCheckpoint, "disk" | "vfs"> {
  readonly disk: ExportedDisk;
  readonly vfs: ExportedVfs;
}

export function exportMachine(checkpoint: MachineCheckpoint): ExportedMachine {
  return { ...checkpoint, disk: Disk.open(checkpoint.disk).export(), vfs: exportVfs(checkpoint.vfs) };
}

/** Throws when `resolve` does not know a sealed tree: then the data is of another build. */
export function importMachine(exported: ExportedMachine, resolve: (id: string) => SealedTree | undefined): MachineCheckpoint {
  return { ...exported, disk: Disk.import(exported.disk, resolve).snapshot(), vfs: importVfs(exported.vfs, resolve) };
}
