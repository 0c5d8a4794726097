/** What the real bash showed at a terminal for each key (record-sessions.py), and what ours shows. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { SmallMachine } from "../../../e2e/harness/small-machine.ts";
import { makeBash } from "../bash.ts";
import { patterns } from "../compile-pattern.ts";

type Step = readonly [keys: string, output: string];

const sessions = readFileSync(new URL("sessions.jsonl", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as Step[]);

const ESCAPES = /\x1b\[\?2004[hl]\r?|\x1b\[[0-9;]*[A-Za-z]|\x07/g;
const NOTICE = /^\[\d+\][ +-] {2}.*(Terminated|Killed|Done|Exit|Stopped \(signal\))/;

/** Notices come at one prompt or the next, as the scheduler has it; all else has its place. */
function shown(output: string): { readonly lines: string[]; readonly notices: string[] } {
  const lines = output
    .replaceAll(ESCAPES, "")
    .replaceAll("\r", "")
    .replace(/(\[\d+\][ +-]? {0,2})\d{2,}|(?<=^\[\d+\] )\d+$/gm, "$1PID")
    .replace(/^(\[\d+\][ +-]) +(?:\d+|PID) (?=Running|Stopped)/gm, "$1 PID ")
    .split("\n")
    .filter((line) => line !== "" && line !== "$ ");
  return { lines: lines.filter((line) => !NOTICE.test(line)), notices: lines.filter((line) => NOTICE.test(line)).sort() };
}

describe("at a terminal", () => {
  test.each(sessions.map((steps) => [steps.map(([keys]) => JSON.stringify(keys)).join(" "), steps] as const))("%s", (_title, steps) => {
    const machine = new SmallMachine({ terminal: true });
    const env = { PATH: "/usr/bin:/bin", HOME: "/root", PS1: "$ ", TERM: "xterm", LC_ALL: "C.UTF-8", HISTFILE: "" };
    machine.startSession(makeBash({ patterns }), ["bash", "--norc", "-i"], env, "/");
    machine.screen = "";
    for (const [keys] of steps) {
      const seconds = /^wait ([\d.]+)$/.exec(keys)?.[1];
      if (seconds === undefined) machine.type(keys);
      else machine.pass(Number(seconds));
    }
    expect(machine.faults).toEqual([]);
    expect(shown(machine.screen)).toEqual(shown(steps.map(([, output]) => output).join("")));
  });
});
