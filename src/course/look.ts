/** What a check, a prediction and the coach say, from what their predicates give. */
import { perform } from "../lab/acts.ts";
import type { Lab, LabOptions } from "../lab/lab.ts";
import { Budget, type Paced } from "../lab/settle.ts";
import type { Answer } from "./lesson-view.ts";
import type { Check, Predicate, Predict } from "./lesson.ts";
import { markOf, type Mark } from "./marks.ts";
import { evaluate } from "./predicates/index.ts";
import { Scene, type Marks } from "./scene.ts";
import { CouldNotRun } from "./verdict.ts";

/** Ticks that the acts of a prediction may take. */
const ACTS_TICKS = 5_000_000;

export function* answerOf(scene: Scene, marks: Marks, check: Check): Paced<Answer> {
  try {
    const { ok, evidence, nearest } = yield* evaluate(scene, marks, check.goal);
    if (ok) return { kind: "passed", evidence };
    const say = yield* firstSaying(scene, marks, check);
    return {
      kind: "not yet",
      evidence: nearest === undefined ? evidence : `${evidence} ${nearest}`,
      ...(say === undefined ? {} : { say }),
    };
  } catch (error) {
    // Whatever went wrong, it was not the learner.
    return { kind: "could not run", because: error instanceof Error ? error.message : String(error) };
  }
}

function* firstSaying(scene: Scene, marks: Marks, { otherwise }: Check): Paced<string | undefined> {
  for (const { if: condition, say } of otherwise) if (condition === undefined || (yield* holds(scene, marks, condition))) return say;
  return undefined;
}

/** False where there is no verdict. */
export function* holds(scene: Scene, marks: Marks, predicate: Predicate): Paced<boolean> {
  try {
    return (yield* evaluate(scene, marks, predicate)).ok;
  } catch (error) {
    if (error instanceof CouldNotRun) return false;
    throw error;
  }
}

/** Indices of the options that hold after the acts, which are done on a copy of `lab`. Throws `CouldNotRun`. */
export function* outcomeOf(lab: Lab, options: LabOptions, start: Mark, { acts, options: choices }: Predict): Paced<readonly number[]> {
  const fork = lab.fork();
  if (!fork) throw new CouldNotRun("the machine is not at rest at a prompt");
  const marks = { start, step: markOf(fork, options) };
  const budget = new Budget(ACTS_TICKS);
  yield* perform(fork, acts, budget);
  if (budget.isSpent) throw new CouldNotRun("it took too long");
  const scene = new Scene(fork, options);
  const held: number[] = [];
  for (const [index, choice] of choices.entries()) if ((yield* evaluate(scene, marks, choice.holds)).ok) held.push(index);
  return held;
}

/** Whether what a predicate says may change while the machine does not. */
export function usesRecords(predicate: Predicate): boolean {
  if ("all" in predicate) return predicate.all.some(usesRecords);
  if ("any" in predicate) return predicate.any.some(usesRecords);
  if ("not" in predicate) return usesRecords(predicate.not);
  return "command" in predicate || "output" in predicate;
}
