/** What the scripts of e2e/scripts printed, returned and left with the real bash and tools (`lab differ scripts --record`), and what they do here. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { callsOf, runOurCalls, type ScriptRecord } from "../../e2e/harness/script-calls.ts";

const folder = new URL("../../e2e/scripts/", import.meta.url);
const records = readFileSync(new URL("recorded.jsonl", folder), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as ScriptRecord);

test("every script is recorded", () => {
  const scripts = readdirSync(folder).filter((name) => name.endsWith(".sh"));
  expect(records.map(({ script }) => script).sort()).toEqual(scripts.sort());
});

test.each(records.map((record) => [record.script, record] as const))("%s", (script, record) => {
  const text = readFileSync(new URL(script, folder), "utf8");
  expect(record.calls.map(({ call }) => call)).toEqual(callsOf(text));
  const ours = runOurCalls(script, text);
  ours.calls.forEach((call, i) => expect(call).toEqual(record.calls[i]));
  expect(ours.tree).toEqual(record.tree);
});
