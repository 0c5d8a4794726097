import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { replayTraces } from "./trace.ts";

const folder = fileURLToPath(new URL("../../e2e/oracle/traces/", import.meta.url));
const files = readdirSync(folder).filter((name) => /\.jsonl(\.gz)?$/.test(name));

test("there are recordings", () => {
  expect(files.length).toBeGreaterThan(0);
});

test.each(files)("every case of %s is answered as Linux answered it", { timeout: 240_000 }, (file) => {
  const lines: string[] = [];
  const { passed, failed } = replayTraces([folder + file], (line) => lines.push(line));
  expect(lines.join("\n")).toBe("");
  expect(failed).toBe(0);
  expect(passed).toBeGreaterThan(file.endsWith(".gz") ? 900 : 15);
});
