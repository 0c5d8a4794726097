import { expect, test } from "vitest";
import { Random } from "../base/random.ts";
import { RadixTable, newOwner } from "./radix-table.ts";

test.each([1, 2, 3, 4])("like a Map, and what was frozen stays (seed %i)", (seed) => {
  const random = new Random(seed);
  const table = new RadixTable<number>(newOwner());
  const model = new Map<number, number>();
  const frozen: { table: RadixTable<number>; model: Map<number, number> }[] = [];
  for (let step = 0; step < 2000; step++) {
    const key = random.below(3) === 0 ? random.below(2 ** 29) : random.below(500);
    if (random.below(5) === 0) {
      table.set(key, undefined);
      model.delete(key);
    } else {
      table.set(key, step);
      model.set(key, step);
    }
    if (step % 400 === 0) frozen.push({ table: new RadixTable(newOwner(), table.freeze(newOwner())), model: new Map(model) });
    expect(table.get(key)).toBe(model.get(key));
  }
  frozen.push({ table, model });
  for (const each of frozen) {
    for (const [key, value] of each.model) expect(each.table.get(key)).toBe(value);
    expect([...each.table.values()].sort()).toEqual([...each.model.values()].sort());
  }
});

test("writes after freezing copy only their way", () => {
  const table = new RadixTable<number>(newOwner());
  for (let key = 0; key < 1024; key++) table.set(key, key);
  const before = table.freeze(newOwner());
  table.set(5, -1);
  const after = table.freeze(newOwner());
  const branches = (from: typeof before): unknown[] => (from.root?.slots ?? []).filter((slot) => slot !== undefined);
  const shared = branches(after).filter((branch) => branches(before).includes(branch));
  expect(shared).toHaveLength(31);
});
