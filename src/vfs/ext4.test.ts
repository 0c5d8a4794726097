/** A full Ext4, against one of 900 MiB that dd filled on Linux 6.18 (mkfs.ext4 -m 1): all numbers are blocks of 4 KiB unless said. */
import { expect, test } from "vitest";
import { Disk } from "./disk.ts";
import { ext4Reserve, folioPiece } from "./ext4.ts";
import { isSysError } from "./errno.ts";
import { BLOCK } from "./file-bytes.ts";
import type { NodeId } from "./file-system.ts";
import type { TreeFs } from "./tree-fs.ts";

const NOW = { sec: 1, nsec: 0 };
const MiB = 1024 * 1024;
const RECORDED = { total: 222_118, free: 197_979, afterLarge: 4186, megabytes: 757, afterSmall: 4096, kilobytes: 360 };

function recordedDisk(): TreeFs {
  const fs = new Disk().format("root", { type: "ext4", dev: 1, capacity: RECORDED.total * BLOCK, rootPercent: 1, made: NOW });
  fs.allocate(newFile(fs, "system"), fs.statfs().free - RECORDED.free * BLOCK, NOW);
  return fs;
}

function newFile(fs: TreeFs, name: string): NodeId {
  return fs.create(fs.root, name, { type: "file", mode: 0o644, uid: 0, gid: 0 }, NOW);
}

/** Writes at the end until that fails; how long the file is then. */
function fill(fs: TreeFs, node: NodeId, bytes: number): number {
  const block = new Uint8Array(bytes);
  try {
    for (;;) fs.write(node, fs.size(node), block, NOW);
  } catch (error) {
    if (!isSysError(error, "ENOSPC")) throw error;
  }
  return fs.size(node);
}

test("large writes leave what is less than one of them, small ones take that, and the kernel's reserve stays", () => {
  const fs = recordedDisk();
  const free = (): number => fs.statfs().free / BLOCK;
  expect(free()).toBe(RECORDED.free);
  const large = newFile(fs, "fill");
  // Most of it without a byte being kept anywhere.
  fs.allocate(large, (RECORDED.megabytes - 7) * MiB, NOW);
  expect(fill(fs, large, MiB)).toBe(RECORDED.megabytes * MiB);
  // The real one put one block of its own bookkeeping down meanwhile.
  expect(free()).toBe(RECORDED.afterLarge + 1);
  const small = newFile(fs, "fill2");
  expect(fill(fs, small, 1024)).toBe(RECORDED.kilobytes * 1024 + BLOCK);
  expect(free()).toBe(RECORDED.afterSmall);
  expect(() => fs.create(fs.root, "d", { type: "dir", mode: 0o755, uid: 0, gid: 0 }, NOW)).toThrow("ENOSPC");
  // A file needs no block for being there.
  expect(fs.size(newFile(fs, "empty"))).toBe(0);
  expect(fs.statfs().available).toBe(0);
});

test.each([
  ["of 900 MiB, 1 % root's", 222_118 * BLOCK, 1, 4096 + 2221],
  ["of 16 MiB, the kernel has 2 %", 16 * MiB, 5, 81 + 204],
])("what is kept back of one %s", (_, capacity, percent, blocks) => {
  const { kernel, root } = ext4Reserve(capacity, percent);
  expect((kernel + root) / BLOCK).toBe(blocks);
});

test("a directory takes a block and gives it back", () => {
  const fs = recordedDisk();
  const before = fs.statfs().free;
  fs.create(fs.root, "d", { type: "dir", mode: 0o755, uid: 0, gid: 0 }, NOW);
  expect(before - fs.statfs().free).toBe(BLOCK);
  fs.rmdir(fs.root, "d", NOW);
  expect(fs.statfs().free).toBe(before);
});

test.each([
  [0, 1024, 1024],
  [0, MiB, MiB],
  [0, 8 * MiB, 2 * MiB],
  [0, MiB + 5, MiB],
  [5, MiB, MiB - 5],
  [16 * BLOCK, MiB, 16 * BLOCK],
  [3 * BLOCK, 2 * BLOCK, BLOCK],
])("pages that get their blocks together: at %d, of %d bytes, %d", (offset, count, piece) => {
  expect(folioPiece(offset, count)).toBe(piece);
});
