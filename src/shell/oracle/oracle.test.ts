/** What the real bash printed for each case (record-shell.ts), and what ours prints. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { SmallMachine } from "../../../e2e/harness/small-machine.ts";

interface Case {
  readonly mode: "command" | "script" | "input" | "interactive";
  readonly args?: readonly string[];
  readonly text: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

const PLACE = "/tmp/sh-oracle";
const folder = new URL(".", import.meta.url).pathname;

function argvOf({ mode, args = [], text }: Case): string[] {
  switch (mode) {
    case "command":
      return ["bash", "-c", text];
    case "script":
      return ["bash", "t.sh", ...args];
    case "input":
      return ["bash"];
    case "interactive":
      return ["bash", "--norc", "-i"];
  }
}

/** Without a terminal readline shows what it reads, ours does not: prompts and lines that were typed are left out. */
function withoutPrompts(text: string, typed: string): string {
  const lines = new Set(typed.split("\n"));
  return text
    .split("\n")
    .map((line) => line.replace(/^(?:[$>] )+/, ""))
    .filter((line) => line !== "" && !lines.has(line))
    .join("\n");
}

/** What differs between two runs of the same bash: process ids. */
function settle(text: string): string {
  return text
    .replace(/\d+(?= (Killed|Terminated|Segmentation))/g, "PID")
    .replace(/(?<=\[\d\] )\d+/g, "PID")
    .replace(/\d+(?= is not a child)/g, "PID")
    .replace(/ +(?=PID)/g, " ");
}

for (const file of readdirSync(folder).filter((name) => name.endsWith(".jsonl") && name !== "sessions.jsonl")) {
  const cases = readFileSync(folder + file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Case);
  describe(file.slice(0, -6), () => {
    test.each(cases.map((each) => [each.text, each] as const))("%s", (_text, each) => {
      const machine = new SmallMachine();
      const outcome = machine.run({
        argv: argvOf(each),
        input: each.mode === "command" || each.mode === "script" ? "" : each.text,
        cwd: PLACE,
        env: { PATH: "/usr/bin:/bin", HOME: PLACE, LC_ALL: "C.UTF-8", TERM: "dumb", PS1: "$ " },
        files: each.mode === "script" ? { [`${PLACE}/t.sh`]: each.text } : {},
      });
      expect(machine.faults).toEqual([]);
      const shown = (text: string) => settle(each.mode === "interactive" ? withoutPrompts(text, each.text) : text);
      expect({ stdout: settle(outcome.stdout), stderr: shown(outcome.stderr), status: outcome.status }).toEqual({
        stdout: settle(each.stdout),
        stderr: shown(each.stderr),
        status: each.status,
      });
    });
  });
}
