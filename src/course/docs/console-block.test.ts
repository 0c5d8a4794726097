import { describe, expect, test } from "vitest";
import { around, labAttributes, machineOf, readAttributes, readConsole } from "./console-block.ts";

/** Each command of a block with what it printed. */
function read(...lines: readonly string[]): readonly (readonly string[])[] {
  return readConsole(lines).steps.map(({ command, printed }) => [command, ...printed]);
}

describe("what is typed and what is printed", () => {
  test.each([
    ["a bare prompt", ["$ id -un", "learner", "$ true"], [["id -un", "learner"], ["true"]]],
    [
      "a comment in what a learner's command prints",
      ["$ cat /etc/fstab", "# <file system>", "#"],
      [["cat /etc/fstab", "# <file system>", "#"]],
    ],
    ["root's prompt", ["# id -un", "root", "$ no prompt here"], [["id -un", "root", "$ no prompt here"]]],
    [
      "more lines of a command",
      ["$ for i in 1", "> do echo $i", "> done", "1", "> not typed"],
      [["for i in 1\ndo echo $i\ndone", "1", "> not typed"]],
    ],
    [
      "whole prompts, of several shells",
      ["[learner@silverblue ~]$ toolbox enter", "⬢ [learner@toolbx ~]$ exit", "logout", "[root@silverblue ~]# id"],
      [["toolbox enter"], ["exit", "logout"], ["id"]],
    ],
    ["openSUSE's prompts", ["learner@microos:~> sudo -i", "microos:~ # id", "uid=0 > x"], [["sudo -i"], ["id", "uid=0 > x"]]],
    ["Debian's prompts", ["learner@debian:~$ su", "root@debian:/home/learner# id", "$ x"], [["su"], ["id", "$ x"]]],
    ["an empty prompt", ["$ ", "$"], [[""], [""]]],
    ["no prompt", ["sudo touch /x"], []],
  ])("%s", (_name, lines, expected) => {
    expect(read(...lines)).toEqual(expected);
  });

  test("steps say where they stand", () => {
    expect(readConsole(["$ a \\", "> b", "out", "$ c"]).steps.map(({ line, height }) => [line, height])).toEqual([
      [0, 2],
      [3, 1],
    ]);
  });
});

describe("attributes", () => {
  test.each([
    ['immutable="silverblue" session="page"', { immutable: "silverblue", session: "page" }],
    ["immutable=microos title='a b' readonly", { immutable: "microos", title: "a b", readonly: "true" }],
    ['source,console,immutable=debian,run="cd /etc"', { source: "true", console: "true", immutable: "debian", run: "cd /etc" }],
    ["{1,3} showLineNumbers", { "1": "true", "3": "true", showLineNumbers: "true" }],
  ])("%s", (text, expected) => {
    expect(Object.fromEntries(readAttributes(text))).toEqual(expected);
  });

  test("which machine", () => {
    expect(machineOf(readAttributes("immutable"))).toBe("silverblue");
    expect(machineOf(readAttributes("immutable=kinoite"))).toBe("kinoite");
    expect(machineOf(readAttributes("title=immutable"))).toBeUndefined();
  });
});

describe("what the component is told", () => {
  test("the parameters, and all that is typed", () => {
    const attributes = readAttributes('immutable="microos" view="terminal" run="cd /etc"');
    expect(labAttributes(attributes, "# ls\nfstab\n# pwd\n")).toEqual({
      machine: "microos",
      view: "terminal",
      run: "cd /etc\nsudo -i\nls\npwd\nexit",
    });
  });

  test("a block that names no machine is left alone", () => {
    expect(labAttributes(readAttributes("title=x"), "$ ls")).toBeUndefined();
  });

  test("what is typed around a block is what the test types", () => {
    expect(around(readConsole(["$ ls"]), new Map())).toEqual({ before: [], after: [] });
    expect(around(readConsole(["# ls"]), new Map([["run", "a"]]))).toEqual({ before: ["a", "sudo -i"], after: ["exit"] });
  });
});
