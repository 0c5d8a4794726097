/** What sudo changes, it changes for one process: typed in the machine, with the answers that any system gives. */
import { expect, test } from "vitest";
import { Lab } from "../lab/lab.ts";
import { labOptions } from "./labs.ts";
import { ScriptRunner } from "./run.ts";
import { readWords } from "./usage.ts";

test("neither credentials nor place, mask or variables of a sudo reach the next command", () => {
  const runner = new ScriptRunner(new Lab(labOptions(readWords([], { flags: [], values: [] }))), false);
  const script = [
    ["id -u", "1000\n"],
    ["sudo id -u", "0\n"],
    ["id -u; id -g; id -Gn | wc -w", "1000\n1000\n2\n"],
    ["sudo id -un | cat; whoami", "root\nlearner\n"],
    ["sudo nosuch 2>/dev/null; id -u", "1000\n"],
    ["sudo -u nobody id -un; id -un", "nobody\nlearner\n"],
    ["cd /tmp; umask 022; sudo sh -c 'cd /; umask 077; x=1'; pwd; umask; echo \"[$x]\"", "/tmp\n0022\n[]\n"],
    ["sudo true; echo made > /etc/made 2>/dev/null || echo refused", "refused\n"],
    ["sudo sh -c 'id -u; exit 3'; echo $?; id -u", "0\n3\n1000\n"],
    ["sudo sleep 0 & wait; id -u", "1000\n"],
  ] as const;
  const answers = [...runner.run(script.map(([line]) => line).join("\n"))].map(({ stdout }) => Buffer.from(stdout).toString());
  expect(runner.faults).toEqual([]);
  expect(answers).toEqual(script.map(([, answer]) => answer));
}, 30_000);
