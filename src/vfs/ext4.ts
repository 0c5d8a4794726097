/**
 * What Ext4 does with the last of its room.
 * Sources: torvalds/linux:fs/ext4/super.c (ext4_calculate_resv_clusters, ext4_statfs), balloc.c (ext4_has_free_clusters), mke2fs(8); full
 * disks filled by dd on Linux 6.18.
 */
import { BLOCK } from "./file-bytes.ts";

/** Bytes that are free and yet not to be had. */
export interface Reserve {
  /** For the kernel, which may need blocks for its bookkeeping when it can no longer fail. */
  readonly kernel: number;
  /**
   * For root, kept by mkfs.
   * @simplified Only statfs(2) tells it from what is for all: others than root may use it, too.
   */
  readonly root: number;
}

const MOST_KERNEL_BLOCKS = 4096;
const KERNEL_SHARE = 0.02;

/** `rootPercent` is mkfs's `-m`. */
export function ext4Reserve(capacity: number, rootPercent: number): Reserve {
  const blocks = Math.floor(capacity / BLOCK);
  return {
    kernel: Math.min(MOST_KERNEL_BLOCKS, Math.floor(blocks * KERNEL_SHARE)) * BLOCK,
    root: Math.floor((blocks * rootPercent) / 100) * BLOCK,
  };
}

/** Pages of the largest folio. */
const LARGEST_FOLIO = 512;

/** How many of `count` bytes that are written at `offset` go into the page cache, and so get their blocks, together: all of them or none. */
export function folioPiece(offset: number, count: number): number {
  const page = Math.floor(offset / BLOCK);
  let pages = 1;
  while (pages < LARGEST_FOLIO && pages * 2 * BLOCK <= count && page % (pages * 2) === 0) pages *= 2;
  return Math.min(count, (page + pages) * BLOCK - offset);
}
