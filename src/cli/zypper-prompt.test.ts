/** What zypper asks is answered at the terminal; without one nobody answers. */
import { beforeEach, expect, test } from "vitest";
import { decodeUtf8 } from "../base/utf8.ts";
import { Lab } from "../lab/lab.ts";
import { bootToPrompt, labOptions, settle } from "./labs.ts";
import { typist } from "./typist.fixture.ts";
import { readWords } from "./usage.ts";

let lab: Lab;
beforeEach(() => {
  lab = new Lab(labOptions(readWords(["--machine", "microos"], { flags: [], values: ["machine"] })));
  bootToPrompt(lab);
});

/** Types the line and Return; what is on the screen since then, when the machine waits again. */
function type(line: string): string {
  const before = lab.screen(0).length;
  lab.send({ kind: "keys", tty: 0, text: `${line}\r` });
  const said = (): string => decodeUtf8(lab.screen(0).slice(before)).replaceAll("\r", "");
  settle(lab, ({ idle, atPrompt }) => idle && (atPrompt || said().endsWith("): ")));
  return said();
}

const INSTALL = "sudo transactional-update pkg install tmux";
const ASKED = "Continue? [y/n/v/...? shows all options] (y): ";

test("the answers are explained, what is shown changes, and Return goes on", () => {
  expect(type(INSTALL)).toMatch(
    /\n {2}libevent_core-2_1-7 libutempter0 tmux\n[^]*Continue\? \[y\/n\/v\/\.\.\.\? shows all options\] \(y\): $/,
  );
  expect(type("?")).toMatch(
    /\ny - Yes, accept the summary [^]*\nn - No, cancel the operation\.\nv - [^]*\ng - View the summary in pager\.\n\n\[y\/n\/v\/[^]*: $/,
  );
  expect(type("v")).toMatch(/\n {2}libutempter0 +[\d.]+-[\d.]+\n {2}tmux +\S+\n[^]*: $/);
  expect(type("d")).toMatch(/\n {2}tmux +\S+ +x86_64 {2}\S.* {2}openSUSE\n[^]*: $/);
  expect(type("d")).toMatch(/\n {2}libevent_core-2_1-7 libutempter0 tmux\n/);
  expect(type("perhaps")).toContain(`Invalid answer 'perhaps'. ${ASKED.slice("Continue? ".length)}`);
  expect(type("")).toContain("New default snapshot is #2");
});

test("no is status 4, and the snapshot goes", () => {
  type(INSTALL);
  expect(type("n")).toMatch(/ERROR: zypper install on \/\.snapshots\/2\/snapshot failed with exit code 4!\n[^]*Removing snapshot #2/);
});

test("it asks the terminal, whatever standard input is", () => {
  expect(type(`yes n | ${INSTALL}`)).toMatch(/\(y\): $/);
  expect(type("y")).toContain("New default snapshot is #2");
});

test("without a terminal there is no answer", () => {
  expect(typist("microos")(INSTALL)).toContain("Cannot read input: bad stream or EOF.\n");
});

test("of what cannot be had the rest is installed when told so", () => {
  lab.send({ kind: "fault", name: "dependency-conflict", on: true });
  const asked = type(INSTALL);
  expect(asked).toMatch(
    / Solution 2: break tmux-\S+ by ignoring some of its dependencies\n\nChoose from above solutions by number or cancel \[1\/2\/c\/d\/\?\] \(c\): $/,
  );
  expect(type("1")).toContain("Nothing to do.\n");
});
