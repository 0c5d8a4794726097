import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { KnownGaps } from "./known-gaps.ts";
import { firstDifference, mask, readTranscript } from "./transcript-format.ts";
import { missingMachine } from "./transcript-replay.ts";
import { KNOWN_GAPS, replayTranscripts, transcriptFiles } from "./transcript.ts";

const files = transcriptFiles([fileURLToPath(new URL("../../e2e/oracle/transcripts/", import.meta.url))]);
const topics = [...new Set(files.map((file) => readTranscript(file).topic))].map(
  (topic) => [topic, files.filter((file) => readTranscript(file).topic === topic)] as const,
);

/** Made smaller when a gap closes, in the same change that takes its lines out of the list; grows only with a recording that is new. */
const MOST_GAPS = 56;

describe("recorded command sessions", () => {
  const gaps = KnownGaps.read(KNOWN_GAPS);
  let known = 0;

  test("there are recordings of every topic", () => {
    expect(files.length).toBeGreaterThan(130);
  });

  test.each(topics)("%s: every step comes out as recorded, or is a known gap", { timeout: 300_000 }, (_, recordings) => {
    const lines: string[] = [];
    const counts = replayTranscripts(recordings, gaps, (line) => lines.push(line));
    expect(lines.filter((line) => line.startsWith("FAILED") || line.startsWith("  ")).join("\n")).toBe("");
    expect(counts.failed).toBe(0);
    known += counts.gaps;
  });

  test("a recording of a machine that is missing is in the list", () => {
    for (const file of files) {
      if (missingMachine(readTranscript(file)) === undefined) continue;
      const name = /([^/]+)\.json/.exec(file)?.[1] ?? "";
      expect(gaps.reason(name, "all"), `${name} all`).toBeDefined();
    }
  });

  test("the list of known gaps has no line for nothing and does not grow", () => {
    expect(gaps.unused).toEqual([]);
    console.log(`${known} known gaps in recorded command sessions`);
    expect(known).toBeLessThanOrEqual(MOST_GAPS);
  });
});

describe("what is compared", () => {
  const step = { user: "root", cwd: "/", cmd: "x", stdout: "", stderr: "", exit: 0 };

  test("volatile parts count as one word, and their bytes are counted", () => {
    const volatile = [{ what: "size", re: String.raw`(?m)^\d+(?=\s)` }];
    expect(mask("12 a\n345 b\n", volatile)).toEqual({ text: "<size> a\n<size> b\n", matched: 5 });
    expect(firstDifference({ ...step, stdout: "12 a\n", volatile }, { stdout: "9 a\n", stderr: "", exit: 0 })).toBeUndefined();
    expect(firstDifference({ ...step, stdout: "12 a\n", volatile }, { stdout: "9 b\n", stderr: "", exit: 0 })?.part).toBe("stdout");
  });

  test("lines in any order are a set of lines, in no other step", () => {
    const answer = { stdout: "b\na\n", stderr: "", exit: 0 };
    expect(firstDifference({ ...step, stdout: "a\nb\n", lines_in_any_order: true }, answer)).toBeUndefined();
    expect(firstDifference({ ...step, stdout: "a\nb\n" }, answer)?.part).toBe("stdout");
  });

  test("status and standard error count", () => {
    expect(firstDifference(step, { stdout: "", stderr: "", exit: 1 })?.part).toBe("exit");
    expect(firstDifference(step, { stdout: "", stderr: "x", exit: 0 })?.part).toBe("stderr");
  });
});

describe("the list of known gaps", () => {
  test("gives reasons, and knows what nobody asked for", () => {
    const gaps = new KnownGaps("# why\n\nos-a 3 no such verb\nos-b all no machine\n");
    expect(gaps.reason("os-a", 3)).toBe("no such verb");
    expect(gaps.reason("os-a", 4)).toBeUndefined();
    expect(gaps.unused).toEqual(["os-b all"]);
  });

  test.each(["os-a 3", "os-a x why", "os-a 1 why\nos-a 1 again"])("%j is no list", (text) => {
    expect(() => new KnownGaps(text)).toThrow();
  });

  test("a gap that has closed fails until its line is gone", () => {
    const [file = ""] = files.filter((path) => path.endsWith("/ro-learner-dirs.json.gz"));
    const lines: string[] = [];
    const counts = replayTranscripts([file], new KnownGaps("ro-learner-dirs 0 it used to differ"), (line) => lines.push(line));
    expect(counts.failed).toBe(1);
    expect(lines[0]).toBe("FAILED ro-learner-dirs, step 0: mkdir /usr/share/lab/new");
  });

  test("its file says what a line is", () => {
    expect(readFileSync(KNOWN_GAPS, "utf8")).toContain("RECORDING STEP reason");
  });
});
