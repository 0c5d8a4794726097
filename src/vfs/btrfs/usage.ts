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

/** What `trees` take together. Costs what differs between them, not what they hold. */
export function usageOf(trees: readonly { readonly id: number; readonly tree: TreeSnapshot }[]): Usage {
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
  const metadata = trees.length * LEAF + Math.ceil(((inodes.size + directories) * INODE_BYTES) / LEAF) * LEAF;
  return { data, metadata, total: data + metadata };
}

function recordsOf(table: FrozenTable, seen: Set<object>): Iterable<Inode> {
  return new RadixTable<Inode>(newOwner(), table).values(seen);
}
