import { describe, expect, test, vi } from "vitest";
import { Random } from "../base/random.ts";
import { memfsBytes } from "./memfs-bytes.ts";
import { plainBytes } from "./plain-bytes.ts";
import type { FileBytes } from "./file-bytes.ts";

const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);
const all = (file: FileBytes): number[] => [...file.read(0, 1 << 20)];

describe.each([
  ["memfs", memfsBytes],
  ["plain", plainBytes],
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
