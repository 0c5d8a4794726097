import { expect, test } from "vitest";
import { preparedActs } from "./beats.ts";
import type { Act, Step } from "./lesson.ts";

/** A step whose text has these commands, and whose solution types those lines. */
function step(told: readonly string[], solution: readonly string[]): Step {
  const html = told.map(
    (line) => `<button type="button" data-do="run" data-command="${line.replaceAll('"', "&quot;")}"><code>x</code></button>`,
  );
  const acts: Act[] = solution.map((line) => ({ kind: "type", line }));
  return {
    id: "step",
    title: "Step",
    body: html.map((each) => ({ kind: "prose", html: each })),
    hints: [],
    solutions: [{ id: "main", title: "", acts }],
    tries: [],
  };
}

test.each([
  ["a text without commands", [], ["a", "b"], ["a", "b"]],
  ["the solution alone", ["a", "b"], ["a", "b"], ["a", "b"]],
  ["looking first, where none is part of the solution", ["look"], ["a"], ["look", "a"]],
  ["a look between two commands of the solution", ["a", "look", "b"], ["a", "b"], ["a", "look", "b"]],
  ["a look afterwards", ["a", "look"], ["a"], ["a", "look"]],
  ["a look before and a command that the text leaves open", ["look", "b"], ["a", "b"], ["a", "look", "b"]],
  ["a command that the solution needs twice", ["a"], ["a", "b", "a"], ["a", "b", "a"]],
  ["a text in another order", ["b", "a"], ["a", "b"], ["a", "b"]],
  ["a quoted word", ['echo "x"'], ["a"], ['echo "x"', "a"]],
])("%s", (_, told, solution, wanted) => {
  expect(preparedActs(step(told, solution)).map((act) => (act.kind === "type" ? act.line : act.kind))).toEqual(wanted);
});
