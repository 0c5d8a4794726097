import { expect, test } from "vitest";
import { bsdiff, bspatch } from "./bsdiff.ts";

function run<T>(work: Generator<void, T, void>): T {
  for (;;) {
    const next = work.next();
    if (next.done === true) return next.value;
  }
}

/** Texts that are alike: the second one is made of pieces of the first, with bytes between them. */
function* pairs(): Generator<readonly [Uint8Array, Uint8Array], void, void> {
  let state = 7;
  const next = (limit: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 16) % limit;
  };
  for (let i = 0; i < 60; i++) {
    const old = Uint8Array.from({ length: next(700) }, () => next(i % 2 === 0 ? 3 : 256));
    const fresh: number[] = [];
    for (let pieces = next(6); pieces > 0; pieces--) {
      const start = next(old.length + 1);
      fresh.push(...old.subarray(start, start + next(200)), ...Array.from({ length: next(9) }, () => next(256)));
    }
    yield [old, Uint8Array.from(fresh)];
  }
}

test("a patch makes the new bytes of the old ones", () => {
  for (const [old, fresh] of pairs()) expect(bspatch(old, run(bsdiff(old, fresh)), fresh.length)).toEqual(fresh);
});

test("what is alike is not in the patch: numbers, zeros and the byte that is new", () => {
  const old = Uint8Array.from({ length: 300 }, (_, i) => (i * 7) & 255);
  const patch = run(bsdiff(old, old.with(150, 1)));
  expect(patch.length).toBe(24 + 300);
  expect([...patch.subarray(24)].filter((byte) => byte !== 0)).toEqual([(1 - 150 * 7) & 255]);
});

test("a patch that says more than there is is none", () => {
  const old = Uint8Array.of(1, 2, 3);
  const patch = run(bsdiff(old, Uint8Array.of(1, 2, 3, 4)));
  expect(bspatch(old, patch.subarray(0, -1), 4)).toBeUndefined();
  expect(bspatch(old, patch, 3)).toBeUndefined();
  expect(bspatch(old, new Uint8Array(0), 4)).toBeUndefined();
});
