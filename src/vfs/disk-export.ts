/** A tree as plain data, fit for JSON, and back. Grafts go by the id of their sealed tree, with only what was changed in them. */
import { decodeLatin1, encodeLatin1 } from "../base/latin1.ts";
import type { ByteStore } from "./file-bytes.ts";
import { exportInodes, importInodes, type FindOriginals, type InodeColumns, type InodeSources } from "./inode-columns.ts";
import { newOwner, RadixTable } from "./radix-table.ts";
import type { FrozenTable } from "./radix-table.ts";
import type { SealedFile, SealedNode, SealedSymlink, SealedTree } from "./sealed.ts";
import { SealedIndex, sealedLeaves } from "./sealed-index.ts";
import { TreeFs } from "./tree-fs.ts";
import type { TreeOptions, TreeSnapshot } from "./tree-fs.ts";
import { NO_NODE } from "./file-system.ts";
import { FILE_BASE } from "./tree-grafts.ts";
import type { Graft } from "./tree-grafts.ts";
import type { Inode } from "./tree-inode.ts";

/** Bytes as text: each byte one code unit (Latin-1), which JSON keeps. */
type Bytes = string;

interface ExportedLeaf {
  readonly object: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  readonly bytes?: Bytes;
  readonly target?: string;
}

interface ExportedGraft {
  readonly base: number;
  readonly tree: string;
  readonly removed: readonly (readonly [number, number])[];
  readonly real: readonly number[];
}

export interface ExportedTree {
  readonly options: Omit<TreeOptions, "bytes">;
  readonly readOnly: boolean;
  readonly inodes: InodeColumns;
  /** Sealed objects that were changed. */
  readonly objects: InodeColumns;
  readonly grafts: readonly ExportedGraft[];
  readonly extra: readonly (readonly [number, number])[];
  /** Sealed objects in use that are in none of the grafts any more. */
  readonly loose: readonly ExportedLeaf[];
  readonly next: number;
  readonly used: number;
}

export function exportTree(snapshot: TreeSnapshot): ExportedTree {
  const { bytes: _, ...options } = snapshot.options;
  return {
    options,
    readOnly: snapshot.readOnly,
    inodes: exportInodes([...valuesOf(snapshot.inodes)], (parent, name) => possibleOriginals(snapshot, parent, name)),
    objects: exportInodes([...valuesOf(snapshot.objects)], () => []),
    grafts: snapshot.grafts.list.map(({ base, tree, removed, real }) => ({ base, tree: tree.id, removed: [...removed], real: [...real] })),
    extra: [...snapshot.grafts.extra],
    loose: looseObjects(snapshot),
    next: snapshot.next,
    used: snapshot.used,
  };
}

function looseObjects({ grafts, objects }: TreeSnapshot): ExportedLeaf[] {
  const wanted = new Set([...grafts.extra.keys(), ...[...valuesOf(objects)].map(({ ino }) => ino - FILE_BASE)]);
  const loose: ExportedLeaf[] = [];
  for (const object of wanted) {
    if (grafts.list.some(({ tree }) => tree.linksTo(object) > 0)) continue;
    const leaf = grafts.objects.get(object);
    if (leaf === undefined) continue;
    const { mode, uid, gid, mtime } = leaf;
    loose.push({
      object,
      mode,
      uid,
      gid,
      mtime,
      ...(leaf.kind === "file" ? { bytes: decodeLatin1(leaf.bytes()) } : { target: leaf.target }),
    });
  }
  return loose;
}

function* valuesOf(table: FrozenTable): Generator<Inode> {
  yield* new RadixTable<Inode>(newOwner(), table).values();
}

/** Directories called `name` near the top of the sealed tree that `parent` is the root of: /etc was copied from /usr/etc. */
function* possibleOriginals({ grafts }: TreeSnapshot, parent: number, name: string): ReturnType<FindOriginals> {
  const graft = grafts.list.find(({ base }) => base === parent);
  if (graft === undefined) return;
  for (const [above, top] of graft.tree.root.entries) {
    if (top.kind !== "dir") continue;
    if (above === name) yield { base: graft.base, path: above, dir: top };
    const below = top.entries.get(name);
    if (below?.kind === "dir") yield { base: graft.base, path: `${above}/${name}`, dir: below };
  }
}

export function importTree(exported: ExportedTree, store: ByteStore, resolve: (id: string) => SealedTree | undefined): TreeFs {
  const owner = newOwner();
  const list: Graft[] = exported.grafts.map(({ base, tree: id, removed, real }) => {
    const tree = resolve(id);
    if (tree === undefined) throw new Error(`internal error: nobody has the sealed tree ${id}`);
    return { owner, base, tree, index: SealedIndex.of(tree), removed: new Map(removed), real: new Set(real) };
  });
  const known = new Map<number, SealedFile | SealedSymlink>();
  for (const leaf of exported.loose) known.set(leaf.object, importLeaf(leaf));
  const graftOf = (ino: number): Graft | undefined => list.findLast(({ base }) => base <= ino);
  const sources: InodeSources = {
    bytes: store,
    sealedDir: (ino, index) => {
      const graft = graftOf(ino);
      if (graft === undefined) throw new Error(`internal error: inode ${ino} is in no graft`);
      return graft.index.place(index).dir;
    },
    original: (base, path) => {
      let dir: SealedNode | undefined = graftOf(base)?.tree.root;
      for (const name of path.split("/")) dir = dir?.kind === "dir" ? dir.entries.get(name) : undefined;
      return dir?.kind === "dir" ? dir : undefined;
    },
  };
  const inodes = new RadixTable<Inode>(owner);
  const records = importInodes(exported.inodes, sources);
  for (const inode of records) inodes.set(inode.ino, inode);
  const isDir = (ino: number): boolean => ino < FILE_BASE && (inodes.get(ino)?.type ?? "dir") === "dir";
  for (const inode of records) countEntries(inode, isDir);
  const objects = new RadixTable<Inode>(owner);
  const changed = importInodes(exported.objects, sources);
  const wanted = new Set(changed.map(({ ino }) => ino - FILE_BASE).filter((object) => !known.has(object)));
  for (const { tree } of list) {
    if (wanted.size === 0) break;
    for (const leaf of sealedLeaves(tree.root)) if (wanted.delete(leaf.object)) known.set(leaf.object, leaf);
  }
  for (const inode of changed) {
    const leaf = known.get(inode.ino - FILE_BASE);
    if (leaf?.kind === "file") {
      inode.sealedFile = leaf;
      if (inode.bytes === undefined) inode.size = leaf.size;
    }
    objects.set(inode.ino - FILE_BASE, inode);
  }
  return TreeFs.open({
    options: { ...exported.options, bytes: store },
    readOnly: exported.readOnly,
    inodes: inodes.freeze(newOwner()),
    objects: objects.freeze(newOwner()),
    grafts: { list, extra: new Map(exported.extra), objects: known },
    orphans: records.filter(({ names }) => names === 0).map(({ ino }) => ino),
    next: exported.next,
    used: exported.used,
    count: records.length + changed.length,
  });
}

/** The figures that a directory keeps of its entries. A number without a record is a sealed directory's. */
function countEntries(inode: Inode, isDir: (ino: number) => boolean): void {
  const { sealed, entries } = inode;
  if (sealed !== undefined) inode.setSealed(sealed);
  for (const [name, ino] of entries ?? []) {
    const original = sealed?.entries.get(name);
    if (original !== undefined) inode.countName(name, original.kind === "dir", -1);
    if (ino !== NO_NODE) inode.countName(name, isDir(ino), 1);
  }
}

function importLeaf(leaf: ExportedLeaf): SealedFile | SealedSymlink {
  const { object, mode, uid, gid, mtime } = leaf;
  if (leaf.target !== undefined) return { kind: "symlink", object, mode, uid, gid, mtime, target: leaf.target };
  const bytes = encodeLatin1(leaf.bytes ?? "");
  return { kind: "file", object, mode, uid, gid, mtime, size: bytes.length, bytes: () => bytes };
}
