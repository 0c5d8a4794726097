/** ^C, whenever it comes after Enter, ends what was typed. */
import { describe, expect, test } from "vitest";
import { SmallMachine } from "../../e2e/harness/small-machine.ts";
import { makeBash } from "./bash.ts";
import { patterns } from "./compile-pattern.ts";

const ENV = { PATH: "/usr/bin:/bin", HOME: "/root", PS1: "$ ", TERM: "xterm", LC_ALL: "C.UTF-8", HISTFILE: "" };
/** In more ticks than any of these lines needs until its programs run. */
const LATEST = 40;

/** What never ends by itself. */
const LINES = [
  "yes",
  "yes >/dev/null",
  "x=1 yes",
  "yes | cat >/dev/null",
  "(yes)",
  "{ yes; }",
  "f() { yes; }; f",
  "true && yes",
  "! yes",
  "for i in 1 2 3; do yes; done",
  "while :; do :; done",
  "until false; do :; done",
  "if yes; then yes; fi",
  "case x in x) yes;; esac",
  "echo $(yes >/dev/null)",
  "cat <(sleep 1000)",
  "sleep 1000",
  "cat",
  "read x",
  "eval yes",
  "bash -c yes",
  "time yes",
  "sleep 1000 & wait",
];

function started(): SmallMachine {
  const machine = new SmallMachine({ terminal: true });
  machine.startSession(makeBash({ patterns }), ["bash", "--norc", "-i"], ENV, "/");
  machine.settle();
  return machine;
}

describe("^C after Enter", () => {
  test.each(LINES)("%s", (line) => {
    const late: number[] = [];
    for (let ticks = 0; ticks <= LATEST; ticks++) {
      const machine = started();
      machine.type(line);
      machine.tty?.input("\r");
      machine.kernel.run(ticks);
      machine.type("\x03");
      machine.screen = "";
      machine.type("echo $((6 * 7))\r");
      if (!machine.screen.includes("42")) late.push(ticks);
      expect(machine.faults).toEqual([]);
    }
    expect(late).toEqual([]);
  });
});
