import { expect, test } from "vitest";
import { simplifications } from "./simplifications.ts";

test.each([
  ["one line", "/** Copies. @simplified no holes */", ["No holes."]],
  [
    "several lines",
    "/**\n * Copies.\n *\n * @simplified The first half\n * and the second.\n *\n * More.\n */",
    ["The first half and the second."],
  ],
  ["two tags", "/**\n * @simplified One.\n * @simplified Two.\n */", ["One.", "Two."]],
  ["ends at another tag", "/** @simplified One. @see two */", ["One."]],
  ["a line comment", "const a = 1;\n  // @simplified steps are\n  // counted\nconst b = 2;\n", ["Steps are counted."]],
  ["not in code", 'const tag = "@simplified nothing";\n', []],
])("%s", (_name, source, texts) => {
  expect(simplifications("x.ts", source).map(({ text }) => text)).toEqual(texts);
});
