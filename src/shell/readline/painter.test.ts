import { describe, expect, test } from "vitest";
import { Screen } from "../../../e2e/harness/screen.ts";
import { Random } from "../../base/random.ts";
import { layOut, Painter } from "./painter.ts";

/** The terminal's own output processing. */
const processed = (text: string): string => text.replaceAll("\n", "\r\n");

const ALPHABET = ["a", "b", " ", "中", "e\u0301", "😀", "word", "\n", "\t", "\x01", "\udcff", "x".repeat(30)];
const PROMPTS = ["$ ", "\x01\x1b[1m\x02p中\x01\x1b[0m\x02> ", "", "(reverse-i-search)`it': "];

function visibleRows(prompt: string, text: string, columns: number): string[] {
  return layOut(prompt, text, 0, columns).rows.map((row) =>
    row.cells
      .map((cell) => cell.text.replace(/\x1b\[\d*m/g, ""))
      .join("")
      .trimEnd(),
  );
}

describe("after any changes the screen is what the layout says, and nothing else is on it", () => {
  test.each(Array.from({ length: 24 }, (_, seed) => seed))("seed %i", async (seed) => {
    const random = new Random(seed);
    const columns = 8 + random.below(30);
    const rows = 3 + random.below(8);
    const screen = new Screen(columns, rows);
    const painter = new Painter();
    let text = "";
    const states: string[] = [];
    for (let step = 0; step < 40; step++) {
      const characters = [...text];
      const at = random.below(characters.length + 1);
      const cut = random.below(3) === 0 ? random.below(characters.length - at + 1) : 0;
      const added = random.below(4) === 0 ? "" : Array.from({ length: random.below(4) }, () => random.pick(ALPHABET)).join("");
      text = characters.slice(0, at).join("") + added + characters.slice(at + cut).join("");
      // A mark that combines with nothing on the line is the prompt's affair; bash does not know it either.
      text = text.replace(/(^|[\n\t\x01\udcff])\u0301/g, "$1");
      const point = [...text].slice(0, random.below([...text].length + 1)).join("").length;
      const prompt = PROMPTS[random.below(8) === 0 ? random.below(PROMPTS.length) : 0] ?? "";
      states.push(JSON.stringify([prompt, text, point]));
      await screen.write(processed(painter.paint(prompt, text, point, { columns, rows })));

      const layout = layOut(prompt, text, point, columns);
      const { row, column } = screen.cursor;
      const all = visibleRows(prompt, text, columns);
      const shown = screen.rows;
      const expected = all.slice(Math.max(0, layout.cursor.row - row), layout.cursor.row - row + rows);
      while (shown.length < expected.length) shown.push("");
      while (expected.length < shown.length && shown.length - expected.length === shown.findIndex((line) => line !== "")) shown.shift();
      while (expected.at(-1) === "" && shown.length < expected.length) expected.pop();
      while (shown.length > 0 && expected.length > 0 && shown.at(-1) === "" && expected.at(-1) === "") {
        shown.pop();
        expected.pop();
      }
      expect({ states: states.slice(-2), shown, column }).toEqual({
        states: states.slice(-2),
        shown: expected,
        column: layout.cursor.column,
      });
    }
  });
});

test.each(["", "abc", "x".repeat(38), "x".repeat(78), `${"a".repeat(37)}中`, "中".repeat(30), "a\nb", "e\u0301".repeat(50)])(
  "the terminal wraps %j as the layout does",
  async (text) => {
    const screen = new Screen(40, 10);
    await screen.write(processed(`$ ${text}`));
    const rows = visibleRows("$ ", text, 40);
    while (rows.at(-1) === "") rows.pop();
    expect(screen.rows).toEqual(rows);
  },
);

test("one more character at the end costs one character", () => {
  const painter = new Painter();
  const size = { columns: 40, rows: 10 };
  painter.paint("$ ", "ech", 3, size);
  expect(painter.paint("$ ", "echo", 4, size)).toBe("o");
  expect(painter.paint("$ ", "echo", 2, size)).toBe("\b\b");
  expect(painter.paint("$ ", "echo", 4, size)).toBe("\x1b[7G");
});
