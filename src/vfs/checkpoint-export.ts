/** A checkpoint's mounts and RAM trees as plain data, fit for JSON, and back. Sealed trees go by their id, as in disk-export.ts. */
import type { VfsCheckpoint } from "./checkpoint.ts";
import { exportTree, importTree, type ExportedTree } from "./disk-export.ts";
import { memfsBytes } from "./memfs-bytes.ts";
import type { SealedTree } from "./sealed.ts";

type SavedFileSystem = VfsCheckpoint["fileSystems"][number];
type Plain = Exclude<SavedFileSystem, { readonly kind: "ram" | "composefs" }>;

type ExportedFileSystem =
  | Plain
  | { readonly kind: "ram"; readonly tree: ExportedTree }
  | { readonly kind: "composefs"; readonly tree: string; readonly objects: number; readonly dev: number };

export interface ExportedVfs {
  readonly counters: VfsCheckpoint["counters"];
  readonly mounts: VfsCheckpoint["mounts"];
  readonly fileSystems: readonly ExportedFileSystem[];
}

export function exportVfs(checkpoint: VfsCheckpoint): ExportedVfs {
  const { counters, mounts } = checkpoint;
  return { counters, mounts, fileSystems: checkpoint.fileSystems.map(exportFileSystem) };
}

function exportFileSystem(saved: SavedFileSystem): ExportedFileSystem {
  switch (saved.kind) {
    case "ram":
      return { kind: "ram", tree: exportTree(saved.tree) };
    case "composefs":
      return { ...saved, tree: saved.tree.id };
    default:
      return saved;
  }
}

/** Throws when `resolve` does not know a sealed tree. */
export function importVfs(exported: ExportedVfs, resolve: (id: string) => SealedTree | undefined): VfsCheckpoint {
  const { counters, mounts } = exported;
  return { counters, mounts, fileSystems: exported.fileSystems.map((saved) => importFileSystem(saved, resolve)) };
}

function importFileSystem(exported: ExportedFileSystem, resolve: (id: string) => SealedTree | undefined): SavedFileSystem {
  switch (exported.kind) {
    case "ram":
      return { kind: "ram", tree: importTree(exported.tree, memfsBytes, resolve).snapshot() };
    case "composefs": {
      const tree = resolve(exported.tree);
      if (tree === undefined) throw new Error(`internal error: nobody has the sealed tree ${exported.tree}`);
      return { ...exported, tree };
    }
    default:
      return exported;
  }
}
