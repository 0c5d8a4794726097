import { describe, expect, test, vi } from "vitest";
import { Random } from "../base/random.ts";
import { LargeBytes } from "./large-bytes.ts";
import { memfsBytes } from "./memfs-bytes.ts";
import { plainBytes } from "./plain-bytes.ts";
import type { FileBytes } from "./file-bytes.ts";

const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);
const all = (file: FileBytes): number[] => [...file.read(0, 1 << 20)];

describe.each([
  ["memfs", memfsBytes],
  ["plain", plainBytes],
  ["blocks", { create: (initial?: Uint8Array): FileBytes => LargeBytes.of(plainBytes.create(initial)) }],
])("contents in %s", (_, store) => {
  test("a gap before what is written is zeros", () => {
    const file = store.create();
    file.write(3, bytes(7));
    expect(all(file)).toEqual([0, 0, 0, 7]);
    expect(file.size).toBe(4);
  });

  test("what was cut off does not come back", () => {
    const file = store.create(bytes(1, 2, 3, 4));
    file.truncate(2);
    file.truncate(4);
    expect(all(file)).toEqual([1, 2, 0, 0]);
    file.truncate(1);
    file.write(3, bytes(9));
    expect(all(file)).toEqual([1, 0, 0, 9]);
  });

  test("initial contents are shared and never changed", () => {
    const initial = bytes(1, 2, 3);
    const file = store.create(initial);
    file.write(0, bytes(9));
    file.truncate(1);
    expect([...initial]).toEqual([1, 2, 3]);
  });

  test("what was read does not change with the file", () => {
    const file = store.create(bytes(1, 2, 3));
    const read = file.read(0, 3);
    file.write(0, bytes(9, 9, 9));
    expect([...read]).toEqual([1, 2, 3]);
  });

  test("reads beyond the end are short", () => {
    const file = store.create(bytes(1, 2, 3));
    expect([...file.read(2, 10)]).toEqual([3]);
    expect([...file.read(5, 10)]).toEqual([]);
  });

  test.each([1, 2, 3, 4, 5])("like an array, and clones are independent (seed %i)", (seed) => {
    const random = new Random(seed);
    let file = store.create();
    let model: number[] = [];
    const clones: { file: FileBytes; model: number[] }[] = [];
    for (let step = 0; step < 300; step++) {
      const offset = random.below(200);
      switch (random.below(4)) {
        case 0:
        case 1: {
          const data = random.bytes(random.below(50));
          if (data.length === 0) break;
          file.write(offset, data);
          while (model.length < offset) model.push(0);
          model.splice(offset, data.length, ...data);
          break;
        }
        case 2:
          file.truncate(offset);
          model = Array.from({ length: offset }, (_unused, at) => model[at] ?? 0);
          break;
        case 3:
          clones.push({ file, model: model.slice() });
          file = file.clone();
      }
      expect(all(file)).toEqual(model);
    }
    for (const clone of clones) expect(all(clone.file)).toEqual(clone.model);
  });

  test("no wall clock, no chance", () => {
    const forbidden = (): never => {
      throw new Error("forbidden in the core");
    };
    vi.stubGlobal("Date", new Proxy(Date, { construct: forbidden, apply: forbidden }));
    const random = vi.spyOn(Math, "random").mockImplementation(forbidden);
    try {
      const file = store.create(bytes(1, 2));
      file.write(1, bytes(3, 4));
      file.truncate(10);
      file.truncate(0);
      expect(all(file.clone())).toEqual([]);
    } finally {
      vi.unstubAllGlobals();
      random.mockRestore();
    }
  });
});

describe("large files", () => {
  const KiB = 1024;
  const filled = (value: number, length: number): Uint8Array => new Uint8Array(length).fill(value);

  test("a hole takes no space and reads as zeros", () => {
    const file = new LargeBytes();
    file.truncate(2 ** 40);
    expect(file.allocated).toBe(0);
    expect(file.growth(2 ** 39 + 4000, 200)).toBe(8 * KiB);
    file.write(2 ** 39 + 4000, filled(7, 200));
    expect(file.allocated).toBe(8 * KiB);
    expect([...file.read(2 ** 39 + 3999, 3)]).toEqual([0, 7, 7]);
    expect(file.size).toBe(2 ** 40);
    file.truncate(2 ** 39);
    expect(file.allocated).toBe(0);
  });

  test("what is written again takes no more", () => {
    const file = new LargeBytes();
    file.write(0, filled(1, 100 * KiB));
    expect(file.allocated).toBe(100 * KiB);
    expect(file.growth(50 * KiB, 60 * KiB)).toBe(12 * KiB);
    file.write(50 * KiB, filled(2, 60 * KiB));
    expect(file.allocated).toBe(112 * KiB);
  });

  test("blocks that are alike stay independent", () => {
    const file = new LargeBytes();
    for (let at = 0; at < 8; at++) file.write(at * 64 * KiB, filled(at < 4 ? 5 : 0, 64 * KiB));
    expect(file.allocated).toBe(512 * KiB);
    for (const at of [1, 2, 6]) file.write(at * 64 * KiB + 10, filled(9, 1));
    for (let at = 0; at < 8; at++)
      expect([...file.read(at * 64 * KiB + 9, 3)]).toEqual([at < 4 ? 5 : 0, [1, 2, 6].includes(at) ? 9 : at < 4 ? 5 : 0, at < 4 ? 5 : 0]);
  });

  test.each([1, 2, 3, 4])("like an array across blocks (seed %i)", (seed) => {
    const random = new Random(seed);
    const length = 400 * KiB;
    let file: FileBytes = new LargeBytes();
    let model = new Uint8Array(length);
    let size = 0;
    const clones: { readonly file: FileBytes; readonly model: Uint8Array; readonly size: number }[] = [];
    for (let step = 0; step < 60; step++) {
      const offset = random.below(length - 140 * KiB);
      const count = random.below(140 * KiB);
      if (random.below(4) === 0) {
        file.truncate(offset);
        if (offset < size) model.fill(0, offset);
        size = offset;
      } else if (random.below(6) === 0) {
        clones.push({ file, model, size });
        file = file.clone();
        model = model.slice();
      } else {
        const data = filled(random.below(3), count);
        const before = file.allocated;
        const growth = file.growth(offset, count);
        file.write(offset, data);
        expect(file.allocated - before).toBe(growth);
        model.set(data, offset);
        if (count > 0) size = Math.max(size, offset + count);
      }
      clones.push({ file: file.clone(), model: model.slice(), size });
    }
    for (const each of clones.slice(-20).concat(clones.slice(0, 20))) {
      expect(each.file.size).toBe(each.size);
      expect(Buffer.from(each.file.read(0, length)).equals(Buffer.from(each.model.subarray(0, each.size)))).toBe(true);
    }
  });
});
