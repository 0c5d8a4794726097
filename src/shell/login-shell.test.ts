/** A login shell kept at its prompt and restored elsewhere goes on as if nothing had happened. */
import { expect, test } from "vitest";
import { SmallMachine } from "../../e2e/harness/small-machine.ts";
import type { ShellCheckpoint } from "../machine/ports.ts";
import { BashLoginShell } from "./login-shell.ts";
import { patterns } from "./compile-pattern.ts";

const ENV = { HOME: "/root", PATH: "/usr/bin", USER: "root", TERM: "xterm" };

function start(saved: ShellCheckpoint | undefined): { machine: SmallMachine; checkpoint(): ShellCheckpoint | undefined } {
  const machine = new SmallMachine({ terminal: true });
  machine.write("/root/.bash_profile", "PS1='\\w\\$ '\nalias hi='echo hello'\n");
  machine.write("/root/.bash_logout", "echo left\n");
  const shell = new BashLoginShell({ patterns });
  const pid = machine.startSession(shell.start(saved), ["-bash"], ENV, "/root");
  return {
    machine,
    checkpoint() {
      const process = machine.kernel.process(pid);
      return process === undefined ? undefined : shell.checkpoint(process);
    },
  };
}

const BEFORE = ["x=5 a=(1 2); export E=1\r", 'f() { echo "$1 $x"; }\r', "cd /usr/bin\r", "set -C; trap 'echo caught' USR1\r", "false\r"];
const AFTER = [
  "echo $? $x ${a[1]} $PWD $- $#\r",
  "f f; hi; cd -\r",
  "kill -USR1 $$; env | grep ^E=\r",
  "RANDOM=1; echo $LINENO $RANDOM\r",
  "history | tail -2\r",
  "exit\r",
];

test("state at the prompt is all there is", () => {
  const one = start(undefined);
  for (const keys of BEFORE) one.machine.type(keys);
  const saved = one.checkpoint();
  expect(saved).toBeDefined();
  const other = start(JSON.parse(JSON.stringify(saved)) as ShellCheckpoint);
  expect(other.checkpoint()).toEqual(saved);
  for (const { machine } of [one, other]) machine.screen = "";
  for (const { machine } of [one, other]) for (const keys of AFTER) machine.type(keys);
  expect(other.machine.screen).toBe(one.machine.screen);
  expect(one.machine.screen).toContain("left");
  expect([...one.machine.faults, ...other.machine.faults]).toEqual([]);
});

test("nothing is kept while something is typed, runs or waits", () => {
  const { machine, checkpoint } = start(undefined);
  expect(checkpoint()).toBeDefined();
  machine.type("ec");
  expect(checkpoint()).toBeUndefined();
  machine.type("ho hi\r");
  expect(checkpoint()).toBeDefined();
  machine.type("sleep 5\r");
  expect(checkpoint()).toBeUndefined();
  machine.type("\x1a");
  expect(checkpoint()).toBeUndefined();
  machine.type("kill %1\r");
  machine.type("\r");
  expect(checkpoint()).toBeDefined();
  machine.type("if true; then\r");
  expect(checkpoint()).toBeUndefined();
});
