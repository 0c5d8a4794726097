/** How much of a Btrfs is in use, where trees share most of what they hold. */
import type { FileBytes } from "../file-bytes.ts";
import { RadixTable, newOwner } from "../radix-table.ts";
import type { FrozenTable } from "../radix-table.ts";
import type { SealedTree } from "../sealed.ts";
import type { Inode } from "../tree-inode.ts";
import type { TreeSnapshot } from "../tree-fs.ts";

export interface Usage {
  /** Bytes of contents, each counted once however many trees have it. */
  readonly data: number;
  /** Bytes of inodes and names. */
  readonly metadata: number;
  readonly total: number;
}

/** An inode item with its name, and what a leaf wastes. */
const INODE_BYTES = 512;
/** The least that a tree takes: one leaf. */
const LEAF = 16384;
/** The trees of roots, extents, checksums, free space, UUIDs and what relocation needs. */
const OTHER_TREES = 7;

type Trees = readonly { readonly id: number; readonly tree: TreeSnapshot }[];

/** What `trees` take together. Costs what differs between them, not what they hold. */
export function usageOf(trees: Trees): Usage {
  const { data, inodes } = contentsOf(trees);
  const metadata = (OTHER_TREES + trees.length) * LEAF + inLeaves(inodes);
  return { data, metadata, total: data + metadata };
}

function inLeaves(inodes: number): number {
  return Math.ceil((inodes * INODE_BYTES) / LEAF) * LEAF;
}

/** What some of the `trees` hold, all of it and what the others have not; as quotas count, each tree takes a leaf at least. */
export function shareOf(trees: Trees, isOne: (id: number) => boolean): { readonly referenced: number; readonly exclusive: number } {
  const own = trees.filter(({ id }) => isOne(id));
  const count = (from: Contents, without?: Contents): number =>
    from.data - (without?.data ?? 0) + Math.max(own.length * LEAF, inLeaves(from.inodes - (without?.inodes ?? 0)));
  if (own.length === 0) return { referenced: 0, exclusive: 0 };
  const others = contentsOf(trees.filter(({ id }) => !isOne(id)));
  return { referenced: count(contentsOf(own)), exclusive: count(contentsOf(trees), others) };
}

interface Contents {
  readonly data: number;
  /** Directories of sealed trees among them. */
  readonly inodes: number;
}

function contentsOf(trees: Trees): Contents {
  const branches = new Set<object>();
  const inodes = new Set<Inode>();
  const contents = new Set<FileBytes>();
  const grafts = new Set<SealedTree>();
  let data = 0;
  let directories = 0;
  for (const { tree } of trees) {
    for (const { tree: sealed } of tree.grafts.list) {
      if (grafts.has(sealed)) continue;
      grafts.add(sealed);
      data += sealed.bytes ?? 0;
      directories += sealed.directories;
    }
    for (const inode of recordsOf(tree.inodes, branches)) inodes.add(inode);
    for (const inode of recordsOf(tree.objects, branches)) inodes.add(inode);
  }
  for (const { bytes } of inodes) {
    if (bytes === undefined || contents.has(bytes)) continue;
    contents.add(bytes);
    data += bytes.allocated;
  }
  return { data, inodes: inodes.size + directories };
}

/** One kind of block group: how much of the disk is set aside for it, and how much of that is in use; both once, however often it is kept. */
export interface BlockGroups {
  readonly total: number;
  readonly used: number;
}

/** How the disk is divided: one copy of the data, two of everything else, as mkfs.btrfs(8) does on one device. */
export interface Space {
  readonly total: number;
  readonly data: BlockGroups;
  readonly system: BlockGroups;
  readonly metadata: BlockGroups;
  /** Of the metadata, what is kept back for emergencies. */
  readonly reserve: number;
  readonly unallocated: number;
  /** As statfs(2) counts. */
  readonly free: number;
  readonly available: number;
}

const MIB = 1024 * 1024;

/**
 * @simplified Space is set aside as it is needed, and given back when it is not; in life a balance does the latter.
 */
export function spaceOf(total: number, usage: Usage): Space {
  const chunk = Math.min(1024 * MIB, Math.floor(total / 10 / MIB) * MIB);
  const inChunks = (first: number, used: number, each: number): number => first + Math.ceil(Math.max(0, used - first) / each) * each;
  const data = { total: inChunks(8 * MIB, usage.data, chunk), used: usage.data };
  const system = { total: 8 * MIB, used: LEAF };
  const initial = Math.min(256 * MIB, Math.max(32 * MIB, Math.floor(total / 20 / MIB) * MIB));
  const metadata = { total: inChunks(initial, usage.metadata, Math.min(256 * MIB, chunk)), used: usage.metadata };
  const reserve = 5.5 * MIB;
  const unallocated = Math.max(0, total - data.total - 2 * (system.total + metadata.total));
  return {
    total,
    data,
    system,
    metadata,
    reserve,
    unallocated,
    free: Math.max(0, total - data.used - 2 * (system.used + metadata.used) - reserve),
    available: Math.max(0, unallocated + data.total - data.used - MIB),
  };
}

function recordsOf(table: FrozenTable, seen: Set<object>): Iterable<Inode> {
  return new RadixTable<Inode>(newOwner(), table).values(seen);
}
