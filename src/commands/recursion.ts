/**
 * Recursion into trees of any depth. A generator that delegates to itself (`yield*`) is resumed through all of its levels, and ends
 * with the stack of whatever runs the machine; here the levels lie in a list, and only the innermost is resumed.
 */
import type { Run, Wait } from "../machine/program.ts";

/** A level below, on its way through `yield` to `recursive`. */
class Descent {
  readonly run: Run<unknown>;

  constructor(run: Run<unknown>) {
    this.run = run;
  }
}

/** Runs `level`, which `recursive` runs, too: in place of `yield* level`. */
export function* below<T>(level: Run<T>): Run<T> {
  return (yield new Descent(level) as unknown as Wait) as unknown as T;
}

/** Runs `top` and everything that goes `below` it. */
export function* recursive<T>(top: Run<T>): Run<T> {
  const levels: Run<unknown>[] = [top];
  let outcome: { readonly value: unknown } | { readonly error: unknown } = { value: undefined };
  try {
    for (;;) {
      const level = levels.at(-1) as Generator<Wait | Descent, unknown, unknown>;
      try {
        const step: IteratorResult<Wait | Descent, unknown> = "error" in outcome ? level.throw(outcome.error) : level.next(outcome.value);
        outcome = { value: undefined };
        if (step.done !== true) {
          if (step.value instanceof Descent) levels.push(step.value.run);
          else yield step.value;
          continue;
        }
        outcome = { value: step.value };
      } catch (error) {
        outcome = { error };
      }
      levels.pop();
      if (levels.length > 0) continue;
      if ("error" in outcome) throw outcome.error;
      return outcome.value as T;
    }
  } finally {
    // When the program was ended on the way.
    for (const level of levels.reverse()) level.return(undefined);
  }
}
