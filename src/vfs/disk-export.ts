/** A tree as plain data, fit for JSON, and back. Grafts go by the id of their sealed tree, with only what was changed in them. */
import type { Timestamp } from "../base/timestamp.ts";
import { utf8Length } from "../base/utf8.ts";
import type { ByteStore } from "./file-bytes.ts";
import { newOwner, RadixTable } from "./radix-table.ts";
import type { FrozenTable } from "./radix-table.ts";
import type { SealedDir, SealedFile, SealedSymlink, SealedTree } from "./sealed.ts";
import { SealedIndex, sealedFigures, sealedLeaves } from "./sealed-index.ts";
import { TreeFs } from "./tree-fs.ts";
import type { TreeOptions, TreeSnapshot } from "./tree-fs.ts";
import { FILE_BASE } from "./tree-grafts.ts";
import type { Graft } from "./tree-grafts.ts";
import { Inode } from "./tree-inode.ts";
import type { FileType } from "./types.ts";

/** Bytes as text: each byte one code unit (Latin-1), which JSON keeps. */
type Bytes = string;

interface ExportedInode {
  readonly ino: number;
  readonly type: FileType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly rdev?: readonly [number, number];
  /** Seconds and nanoseconds of atime, mtime, ctime. */
  readonly times: readonly [number, number, number, number, number, number];
  readonly flags?: string;
  readonly names: number;
  readonly parent: number;
  readonly name: string;
  readonly xattrs?: readonly (readonly [string, Bytes])[];
  /** Names in their order; left out: as in the sealed tree. */
  readonly entries?: readonly (readonly [string, number])[];
  /** Number of the sealed directory in the graft that this one is in. */
  readonly sealed?: number;
  readonly bytes?: Bytes;
  readonly target?: string;
}

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
  readonly inodes: readonly ExportedInode[];
  readonly objects: readonly ExportedInode[];
  readonly grafts: readonly ExportedGraft[];
  readonly extra: readonly (readonly [number, number])[];
  /** Sealed objects in use that are in none of the grafts any more. */
  readonly loose: readonly ExportedLeaf[];
  readonly next: number;
  readonly used: number;
}

export function exportTree(snapshot: TreeSnapshot): ExportedTree {
  const { bytes: _, ...options } = snapshot.options;
  const inodes = [...valuesOf(snapshot.inodes)].map(exportInode);
  const objects = [...valuesOf(snapshot.objects)].map(exportInode);
  return {
    options,
    readOnly: snapshot.readOnly,
    inodes,
    objects,
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
    loose.push({ object, mode, uid, gid, mtime, ...(leaf.kind === "file" ? { bytes: toText(leaf.bytes()) } : { target: leaf.target }) });
  }
  return loose;
}

function* valuesOf(table: FrozenTable): Generator<Inode> {
  yield* new RadixTable<Inode>(newOwner(), table).values();
}

function exportInode(inode: Inode): ExportedInode {
  const { ino, type, mode, uid, gid, rdev, atime, mtime, ctime, flags, names, parent, name, xattrs, entries, sealed, bytes, target } =
    inode;
  return {
    ino,
    type,
    mode,
    uid,
    gid,
    ...(type === "char" || type === "block" ? { rdev: [rdev.major, rdev.minor] as const } : {}),
    times: [atime.sec, atime.nsec, mtime.sec, mtime.nsec, ctime.sec, ctime.nsec],
    ...(flags === "" ? {} : { flags }),
    names,
    parent,
    name,
    ...(xattrs === undefined ? {} : { xattrs: [...xattrs].map(([key, value]) => [key, toText(value)] as const) }),
    ...(entries === undefined ? {} : { entries: [...entries] }),
    ...(sealed === undefined ? {} : { sealed: sealed.index }),
    ...(bytes === undefined ? {} : { bytes: toText(bytes.read(0, bytes.size)) }),
    ...(type === "symlink" ? { target } : {}),
  };
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
  const wanted = new Set(exported.objects.map(({ ino }) => ino - FILE_BASE).filter((object) => !known.has(object)));
  for (const { tree } of list) {
    if (wanted.size === 0) break;
    for (const leaf of sealedLeaves(tree.root)) if (wanted.delete(leaf.object)) known.set(leaf.object, leaf);
  }
  const sealedDir = (ino: number): SealedDir | undefined => {
    const graft = list.findLast(({ base }) => base <= ino);
    return graft === undefined ? undefined : graft.index.place(ino - graft.base).dir;
  };
  const inodes = new RadixTable<Inode>(owner);
  for (const each of exported.inodes)
    inodes.set(each.ino, importInode(each, store, each.sealed === undefined ? undefined : sealedDir(each.ino)));
  const isDir = (ino: number): boolean => ino < FILE_BASE && (inodes.get(ino)?.type ?? "dir") === "dir";
  for (const inode of inodes.values()) countEntries(inode, isDir);
  const objects = new RadixTable<Inode>(owner);
  for (const each of exported.objects) {
    const inode = importInode(each, store, undefined);
    const leaf = known.get(each.ino - FILE_BASE);
    if (leaf?.kind === "file") {
      inode.sealedFile = leaf;
      if (inode.bytes === undefined) inode.size = leaf.size;
    }
    objects.set(each.ino - FILE_BASE, inode);
  }
  return TreeFs.open({
    options: { ...exported.options, bytes: store },
    readOnly: exported.readOnly,
    inodes: inodes.freeze(newOwner()),
    objects: objects.freeze(newOwner()),
    grafts: { list, extra: new Map(exported.extra), objects: known },
    orphans: exported.inodes.filter(({ names }) => names === 0).map(({ ino }) => ino),
    next: exported.next,
    used: exported.used,
  });
}

/** The figures that a directory keeps of its entries. A number without a record is a sealed directory's. */
function countEntries(inode: Inode, isDir: (ino: number) => boolean): void {
  const { sealed, entries } = inode;
  if (entries === undefined) {
    if (sealed !== undefined) Object.assign(inode, sealedFigures(sealed));
    return;
  }
  for (const [name, ino] of entries) {
    inode.nameBytes += utf8Length(name);
    if (isDir(ino)) inode.subdirs++;
  }
}

function importLeaf(leaf: ExportedLeaf): SealedFile | SealedSymlink {
  const { object, mode, uid, gid, mtime } = leaf;
  if (leaf.target !== undefined) return { kind: "symlink", object, mode, uid, gid, mtime, target: leaf.target };
  const bytes = toBytes(leaf.bytes ?? "");
  return { kind: "file", object, mode, uid, gid, mtime, size: bytes.length, bytes: () => bytes };
}

function importInode(exported: ExportedInode, store: ByteStore, sealed: SealedDir | undefined): Inode {
  const { ino, type, mode, uid, gid, rdev, times, target } = exported;
  const time = (at: 0 | 2 | 4): Timestamp => ({ sec: times[at], nsec: times[at + 1] ?? 0 });
  const inode = new Inode(
    newOwner(),
    ino,
    {
      type,
      mode,
      uid,
      gid,
      ...(rdev === undefined ? {} : { rdev: { major: rdev[0], minor: rdev[1] } }),
      ...(target === undefined ? {} : { target }),
    },
    time(2),
  );
  inode.atime = time(0);
  inode.ctime = time(4);
  inode.flags = exported.flags ?? "";
  inode.names = exported.names;
  inode.parent = exported.parent;
  inode.name = exported.name;
  if (exported.xattrs !== undefined) inode.xattrs = new Map(exported.xattrs.map(([key, value]) => [key, toBytes(value)]));
  inode.sealed = sealed;
  if (exported.entries !== undefined) inode.entries = new Map(exported.entries);
  if (exported.bytes !== undefined) {
    const bytes = toBytes(exported.bytes);
    inode.bytes = store.create(bytes);
    inode.size = bytes.length;
  } else if (target !== undefined) inode.size = utf8Length(target);
  return inode;
}

function toText(bytes: Uint8Array): Bytes {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}

function toBytes(text: Bytes): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}
