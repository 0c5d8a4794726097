/** `lab run` where the machine does not simply go on: a boot that fails, a power cut on the way down. */
import { describe, expect, test } from "vitest";
import { Lab } from "../lab/lab.ts";
import { labOptions } from "./labs.ts";
import { ScriptRunner } from "./run.ts";
import { readWords } from "./usage.ts";

function outputs(...script: string[]): string[] {
  const runner = new ScriptRunner(new Lab(labOptions(readWords([], { flags: [], values: [] }))), false);
  const results = [...runner.run(script.join("\n"))].map(
    ({ stdout, stderr }) => Buffer.from(stdout).toString() + Buffer.from(stderr).toString(),
  );
  expect(runner.faults).toEqual([]);
  return results;
}

/** The version that runs. */
const VERSION = "sed -n 's/^OSTREE_VERSION=//p' /etc/os-release";

describe("a script goes on", () => {
  test("in the shell of emergency mode, which is root's, and in the older entry", () => {
    const upgrade = "rpm-ostree upgrade > /dev/null";
    const answers = outputs(upgrade, ":reboot", upgrade, ":reboot", `whoami; ${VERSION}`, ":reboot 1", `whoami; ${VERSION}`);
    expect(answers.slice(2)).toEqual(["root\n'43.20260115.0'\n", "learner\n'43.20260112.0'\n"]);
  }, 30_000);

  test("though nothing can be started any more", () => {
    const runner = new ScriptRunner(new Lab(labOptions(readWords([], { flags: [], values: [] }))), false);
    const results = [...runner.run("sudo rm /boot/loader\n:reboot\nwhoami\n")];
    expect(results.map(({ exit }) => exit)).toEqual([0, undefined]);
    expect(runner.faults).toEqual(["the machine is not running (firmware): whoami"]);
  }, 30_000);

  test("after a power cut on the way down, whoever asked for the reboot", () => {
    const cut = ["rpm-ostree upgrade > /dev/null", ":power-cut after 2 writes"];
    const answers = outputs(...cut, ":reboot", VERSION, ...cut, "systemctl reboot", VERSION);
    expect(answers.filter((text) => text !== "")).toEqual(["'43.20260110.0'\n", "'43.20260110.0'\n"]);
  }, 30_000);
});
