import { expect, test } from "vitest";
import { Random } from "../base/random.ts";
import { differingKeys, RadixTable, newOwner, type FrozenTable } from "./radix-table.ts";

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

test.each([1, 2, 3, 4])("the keys that differ between two tables, of whatever heights (seed %i)", (seed) => {
  const random = new Random(seed);
  const table = new RadixTable<object>(newOwner());
  const model = new Map<number, object>();
  const states: { frozen: FrozenTable; model: Map<number, object> }[] = [];
  for (let step = 0; step < 600; step++) {
    const key = step > 300 && random.below(3) === 0 ? random.below(2 ** 29) : random.below(200);
    if (random.below(4) === 0) {
      table.set(key, undefined);
      model.delete(key);
    } else {
      const value = { step };
      table.set(key, value);
      model.set(key, value);
    }
    if (step % 50 === 0) states.push({ frozen: table.freeze(newOwner()), model: new Map(model) });
  }
  for (const left of states)
    for (const right of states) {
      const keys = [...new Set([...left.model.keys(), ...right.model.keys()])].filter(
        (key) => left.model.get(key) !== right.model.get(key),
      );
      expect([...differingKeys(left.frozen, right.frozen)]).toEqual(keys.sort((one, other) => one - other));
    }
});
