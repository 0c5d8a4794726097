/**
 * A piece of a program made ready to run.
 *
 * Most of awk never waits, and generators cost ten times a plain call: a step that cannot wait has `now`, and what is
 * put together of such steps has it, too. Everything has `run`.
 */
import type { Run } from "../../machine/program.ts";

export interface Step<T> {
  readonly now: (() => T) | undefined;
  readonly run: () => Run<T>;
}

/** A step that never waits. */
export function immediate<T>(now: () => T): Step<T> {
  return {
    now,
    *run() {
      return now();
    },
  };
}

/** A step that may wait. */
export function waiting<T>(run: () => Run<T>): Step<T> {
  return { now: undefined, run };
}

/** `f` of what `step` gives. */
export function map<A, T>(step: Step<A>, f: (value: A) => T): Step<T> {
  const { now, run } = step;
  if (now !== undefined) return immediate(() => f(now()));
  return waiting(function* () {
    return f(yield* run());
  });
}

/** `f` of what two steps give, the left one first. */
export function map2<A, B, T>(left: Step<A>, right: Step<B>, f: (left: A, right: B) => T): Step<T> {
  const a = left.now;
  const b = right.now;
  if (a !== undefined && b !== undefined) return immediate(() => f(a(), b()));
  return waiting(function* () {
    const first = a === undefined ? yield* left.run() : a();
    return f(first, b === undefined ? yield* right.run() : b());
  });
}

/** What all steps give, in order. */
export function all<T>(steps: readonly Step<T>[]): Step<T[]> {
  const nows = steps.map(({ now }) => now);
  if (nows.every((now) => now !== undefined)) return immediate(() => nows.map((now) => now()));
  return waiting(function* () {
    const values: T[] = [];
    for (const step of steps) values.push(step.now === undefined ? yield* step.run() : step.now());
    return values;
  });
}

/** `test`, then one of the others. */
export function choose<T>(test: Step<boolean>, yes: Step<T>, no: Step<T>): Step<T> {
  const [a, b, c] = [test.now, yes.now, no.now];
  if (a !== undefined && b !== undefined && c !== undefined) return immediate(() => (a() ? b() : c()));
  return waiting(function* () {
    const { now, run } = (a === undefined ? yield* test.run() : a()) ? yes : no;
    return now === undefined ? yield* run() : now();
  });
}
