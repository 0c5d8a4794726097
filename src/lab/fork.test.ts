/** A fork is a lab of its own; what was typed is remembered, and undo takes it back. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { decodeUtf8 } from "../base/utf8.ts";
import { machines } from "../distros/index.ts";
import { loadCatalogue } from "../image/catalogue.ts";
import { exportMachine } from "../machine/checkpoint-export.ts";
import { Lab, type LabOptions } from "./lab.ts";
import { runScript } from "./script.ts";
import { atOnce, Budget, settling } from "./settle.ts";

const entry = machines["debian"];
if (!entry) throw new Error("no debian");
const catalogue = loadCatalogue(JSON.parse(readFileSync(new URL(`../image/${entry.manifest}`, import.meta.url), "utf8")));
const options: LabOptions = { distro: entry.distro, catalogue };

function booted(): Lab {
  const lab = new Lab(options);
  rest(lab);
  return lab;
}

function rest(lab: Lab): void {
  atOnce(settling(lab, (machine) => machine.idle && machine.atPrompt, new Budget(1_000_000)));
}

function type(lab: Lab, line: string): void {
  lab.send({ kind: "keys", tty: 0, text: `${line}\r` });
  lab.run(1);
  rest(lab);
}

/** All that a machine at rest is, to the byte. */
function whole(lab: Lab): string {
  const checkpoint = lab.machine.checkpoint();
  if (!checkpoint) throw new Error("not at rest");
  return JSON.stringify([exportMachine(checkpoint), lab.log(), decodeUtf8(lab.screen(0)), lab.commandsSince(START)]);
}

const START = { tick: 0, commands: 0, shown: 0, logins: 0 };

describe("fork", () => {
  test.each(["ec", "\x1b", "some words \x1b[D", "ls\t"])("what is typed and not entered is not in it: %j", (text) => {
    const lab = booted();
    type(lab, "echo one > f");
    const before = whole(lab);
    for (const key of text) {
      lab.send({ kind: "keys", tty: 0, text: key });
      lab.run(1000);
    }
    const fork = lab.fork();
    if (!fork) throw new Error("no fork");
    expect(whole(fork)).toBe(before);
    type(fork, "cat f");
    expect(decodeUtf8(fork.screen(0))).toContain("$ cat f\r\n");
  });

  test("whatever is done to it, the first lab does not know, and the other way round", () => {
    const lab = booted();
    type(lab, "echo one > f");
    const before = whole(lab);
    const fork = lab.fork();
    if (!fork) throw new Error("no fork");
    expect(whole(lab)).toBe(before);
    expect(whole(fork)).toBe(before);
    type(fork, "echo two > f; sudo rm -r /etc; cat f");
    fork.send({ kind: "reboot" });
    fork.run(1);
    rest(fork);
    expect(whole(lab)).toBe(before);
    type(lab, "cat f");
    expect(decodeUtf8(lab.screen(0))).toContain("cat f\r\n");
    expect(decodeUtf8(lab.screen(0))).toContain("one\r\n");
  });

  test("goes on as the first one would have", () => {
    const lab = booted();
    type(lab, "echo $RANDOM > f");
    const fork = lab.fork();
    if (!fork) throw new Error("no fork");
    for (const each of [lab, fork]) type(each, "echo $RANDOM $$; date; cat f");
    expect(whole(fork)).toBe(whole(lab));
  });

  test("has the log behind it", () => {
    const lab = booted();
    type(lab, "echo one > f");
    const fork = lab.fork();
    if (!fork) throw new Error("no fork");
    type(fork, "cat f");
    const again = Lab.replay(options, fork.log());
    expect(whole(again)).toBe(whole(fork));
  });

  test("only at rest at a prompt", () => {
    const lab = booted();
    lab.send({ kind: "keys", tty: 0, text: "cat\r" });
    expect(lab.fork()).toBeUndefined();
    lab.run(1000);
    expect(lab.machine.idle).toBe(true);
    expect(lab.fork()).toBeUndefined();
  });

  test("by doing it again where somebody lives behind the prompt", () => {
    const lab = booted();
    type(lab, "mkfifo p; (cat p > got &)");
    expect(lab.machine.checkpoint()).toBeUndefined();
    const fork = lab.fork();
    if (!fork) throw new Error("no fork");
    expect([fork.tick, decodeUtf8(fork.screen(0)), fork.log()]).toEqual([lab.tick, decodeUtf8(lab.screen(0)), lab.log()]);
    type(fork, "echo one > p");
    type(fork, "cat got");
    expect(decodeUtf8(fork.screen(0))).toContain("one\r\n");
    type(lab, "cat got");
    expect(decodeUtf8(lab.screen(0))).not.toContain("one");
  });

  test("has nothing to undo", () => {
    const lab = booted();
    type(lab, "echo one > f");
    const fork = lab.fork();
    expect(lab.view().canUndo).toBe(true);
    expect(fork?.view().canUndo).toBe(false);
  });
});

describe("what was typed", () => {
  test("with its status, the boot and in inner shells, in order", () => {
    const lab = booted();
    type(lab, "false");
    type(lab, " ls /nowhere");
    type(lab, "for i in 1 2\ndo true; done");
    lab.send({ kind: "keys", tty: 0, text: "bash\rfalse\rexit\rtrue\r" });
    lab.run(1);
    rest(lab);
    type(lab, "sudo systemctl reboot");
    type(lab, "true");
    expect(lab.commandsSince(START).map(({ line, exit, boot }) => [line, exit, boot])).toEqual([
      ["false", 1, 1],
      [" ls /nowhere", 2, 1],
      ["for i in 1 2\ndo true; done", 0, 1],
      ["bash", 1, 1],
      ["false", 1, 1],
      ["exit", undefined, 1],
      ["true", 0, 1],
      ["sudo systemctl reboot", undefined, 1],
      ["true", 0, 2],
    ]);
    expect(lab.mark()).toMatchObject({ commands: 9, logins: 2 });
  });

  test("undo takes it back, redo brings it again", () => {
    const lab = booted();
    type(lab, "echo one");
    const mark = lab.mark();
    type(lab, "echo two");
    const lines = (): string[] => lab.commandsSince(START).map(({ line }) => line);
    lab.undo();
    expect(lines()).toEqual(["echo one"]);
    expect(lab.mark()).toEqual({ ...mark });
    lab.redo();
    expect(lines()).toEqual(["echo one", "echo two"]);
    expect(decodeUtf8(lab.shownSince(mark))).toMatch(/^echo two\r\n.*\rtwo\r\n/);
  });
});

describe("scripts from outside", () => {
  const run = (
    text: string,
    user = "learner",
    ticks = 100_000,
  ): ReturnType<typeof runScript> extends Generator<unknown, infer R> ? R : never => {
    const lab = booted();
    return atOnce(runScript(lab.machine, { text, user, notes: [9], functions: { "say-so": '{ echo "$*" >&9; }' } }, new Budget(ticks)));
  };

  test("output, errors, notes and status are apart", () => {
    expect(run("whoami; say-so not yet; pwd >&2; bash -c 'say-so inner'; exit 3")).toEqual({
      stdout: "learner\n",
      stderr: "/home/learner\n",
      exit: 3,
      notes: new Map([[9, "not yet\ninner\n"]]),
    });
  });

  test("as another user, or as nobody", () => {
    expect(run("whoami", "root")?.stdout).toBe("root\n");
    expect(run("whoami", "nobody-here")).toBeUndefined();
  });

  test("one without end is given up", () => {
    expect(run("while true; do :; done", "learner", 20_000)?.exit).toBeUndefined();
  });
});
