import { describe, expect, test } from "vitest";
import { Random } from "../../base/random.ts";
import { agrees, compare, corrected } from "./elision.ts";

describe("what is shown and what was printed", () => {
  test.each([
    ["the same", ["a", "b"], ["a", "b"], true],
    ["another letter", ["a"], ["b"], false],
    ["fewer lines", ["a"], ["a", "b"], false],
    ["more lines", ["a", "b"], ["a"], false],
    ["nothing where nothing is shown", [], [], true],
    ["something where nothing is shown", [], ["a"], false],
    ["blanks at the ends of lines", ["a  "], ["a"], true],
    ["empty lines at the end", ["a", ""], ["a"], true],
    ["an empty line in between", ["a", "", "b"], ["a", "b"], false],
    ["a tab", ["a\tb"], ["a       b"], true],
    ["any lines", ["a", "…", "z"], ["a", "b", "c", "z"], true],
    ["no line where any may be", ["a", "...", "z"], ["a", "z"], true],
    ["any lines, but the last", ["…", "z"], ["a", "z", "b"], false],
    ["any lines, with another that comes twice", ["[…]", "z"], ["z", "a", "z"], true],
    ["any text in a line", ["a … z"], ["a bcd z"], true],
    ["three points are themselves in a line", ["a ... z"], ["a bcd z"], false],
    ["three points printed", ["Writing... done"], ["Writing... done"], true],
    ["an elision does not cross lines", ["a…z"], ["a", "z"], false],
    ["two elisions", ["…b…"], ["abc"], true],
  ])("%s", (_name, shown, printed, expected) => {
    expect(agrees(shown, printed)).toBe(expected);
  });

  test("elisions in random lines mean what a regular expression says", () => {
    const random = new Random(7);
    const word = (letters: string): string => Array.from({ length: random.below(7) }, () => letters[random.below(letters.length)]).join("");
    let hits = 0;
    for (let round = 0; round < 5000; round++) {
      const [pattern, line] = [`x${word("ab…")}`, `x${word("ab")}`];
      const expected = new RegExp(`^${pattern.replaceAll("…", ".*")}$`).test(line);
      if (expected) hits++;
      expect({ pattern, line, agrees: agrees([pattern], [line]) }).toEqual({ pattern, line, agrees: expected });
    }
    expect(hits).toBeGreaterThan(100);
  });
});

describe("corrections", () => {
  test.each([
    ["what holds stays, elisions included", ["a …", "…", "x"], ["a 1", "b", "c", "x"], ["a …", "…", "x"]],
    ["a line is replaced", ["a …", "b", "c"], ["a 1", "B", "c"], ["a …", "B", "c"]],
    ["a line goes", ["a", "b"], ["a"], ["a"]],
    ["a line comes", ["a"], ["a", "b"], ["a", "b"]],
    ["beside an elision nothing comes", ["a", "…", "x", "z"], ["a", "b", "c", "z"], ["a", "…", "z"]],
    ["nothing to keep", ["…", "x"], ["a"], ["…"]],
  ])("%s", (_name, shown, printed, expected) => {
    expect(corrected(shown, printed)).toEqual(expected);
  });

  test("are always right", () => {
    const random = new Random(11);
    const lines = (words: readonly string[]): string[] =>
      Array.from({ length: random.below(6) }, () => words[random.below(words.length)] ?? "");
    for (let round = 0; round < 3000; round++) {
      const [shown, printed] = [lines(["a", "b", "a…", "…", ""]), lines(["a", "ab", "b", ""])];
      expect({ shown, printed, isRight: agrees(corrected(shown, printed), printed) }).toEqual({ shown, printed, isRight: true });
    }
  });
});

test("a difference is told line by line", () => {
  expect(compare(["State: …", "x", "end"], ["State: idle", "y", "end"])).toEqual([
    { kind: "same", line: "State: …" },
    { kind: "shown", line: "x" },
    { kind: "printed", line: "y" },
    { kind: "same", line: "end" },
  ]);
});
