/** fallocate(2) on a disk: bytes of a file get their place before anybody writes them. */
import { expect, test } from "vitest";
import { Disk } from "./disk.ts";
import type { TreeFs } from "./tree-fs.ts";

const NOW = { sec: 1, nsec: 0 };
const MiB = 1024 * 1024;

function file(): { readonly disk: Disk; readonly fs: TreeFs; readonly node: number } {
  const disk = new Disk();
  const fs = disk.format("root", { type: "ext4", dev: 1, capacity: 16 * MiB, made: NOW });
  const node = fs.create(fs.root, "f", { type: "file", mode: 0o644, uid: 0, gid: 0 }, NOW);
  return { disk, fs, node };
}

test("it takes the room and reads as zeros, and what was written stays", () => {
  const { fs, node } = file();
  const { free } = fs.statfs();
  fs.write(node, 0, new Uint8Array([1, 2, 3]), NOW);
  fs.allocate(node, 9 * MiB, NOW);
  expect(free - fs.statfs().free).toBe(9 * MiB);
  expect(fs.stat(node).size).toBe(9 * MiB);
  expect([...fs.read(node, 0, 5)]).toEqual([1, 2, 3, 0, 0]);
  // A hole that has its place takes no more when it is written.
  fs.write(node, 5 * MiB, new Uint8Array([7]), NOW);
  expect(free - fs.statfs().free).toBe(9 * MiB);
  expect([...fs.read(node, 5 * MiB - 1, 3)]).toEqual([0, 7, 0]);
});

test("all of it or none", () => {
  const { fs, node } = file();
  const before = fs.statfs().free;
  expect(() => fs.allocate(node, 17 * MiB, NOW)).toThrow("ENOSPC");
  expect(fs.statfs().free).toBe(before);
  expect(fs.stat(node).size).toBe(0);
});

test("the file gives the room back, and a shorter one keeps its length", () => {
  const { fs, node } = file();
  const before = fs.statfs().free;
  fs.allocate(node, 4 * MiB, NOW);
  fs.allocate(node, MiB, NOW);
  expect(fs.stat(node).size).toBe(4 * MiB);
  fs.unlink(fs.root, "f", NOW);
  expect(fs.statfs().free).toBe(before);
});

test("a power cut after it was not synced may lose it, whole", () => {
  for (let seed = 0; seed < 8; seed++) {
    const { disk, fs, node } = file();
    disk.sync();
    fs.allocate(node, 4 * MiB, NOW);
    disk.powerCut({ seed });
    const after = disk.partition("root");
    expect([0, 4 * MiB]).toContain(after?.stat(node).size);
  }
});
