/** What the real bash printed for each case of the tables (`lab differ shell --record`), and what ours prints. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { runOurs } from "../../../e2e/harness/shell-case.ts";
import { comparable, parseTable, type RecordedCase, type ShellCase } from "./table.ts";

const folder = new URL(".", import.meta.url).pathname;
const tables = readdirSync(folder).filter((name) => name.endsWith(".sh"));

function recorded(table: string): RecordedCase[] {
  const text = readFileSync(folder + table.replace(/\.sh$/, ".jsonl"), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as RecordedCase);
}

for (const table of tables) {
  describe(table, () => {
    const cases = recorded(table);
    test("the recording is of this table", () => {
      const asked = ({ mode, args, text }: ShellCase) => JSON.stringify([mode, args, text]);
      expect(cases.map(asked)).toEqual(parseTable(readFileSync(folder + table, "utf8")).map(asked));
    });
    for (const each of cases) {
      (each.gap === undefined ? test : test.fails)(each.text, () => {
        expect(comparable(each, runOurs(each))).toEqual(comparable(each, each));
      });
    }
  });
}
