import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Screen } from "../../../e2e/harness/screen.ts";
import { runUntilBlocked, TerminalProcess } from "../../../e2e/harness/terminal-process.ts";
import { encodeUtf8 } from "../../base/utf8.ts";
import { programOf } from "../program.ts";
import { less } from "./less.ts";

interface Recording {
  readonly name: string;
  readonly columns: number;
  readonly rows: number;
  readonly args: readonly string[];
  readonly pipe: boolean;
  readonly env: Readonly<Record<string, string>>;
  readonly text: string;
  readonly keys: readonly string[];
  readonly outputs: readonly string[];
}

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));

const recordings = readFileSync(new URL("../../../e2e/recordings/less.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Recording);

/** Steps after which the screen is our own affair: the help's words. */
const OURS: Readonly<Record<string, readonly number[]>> = { help: [1, 2] };

describe("the screen is as less leaves it (e2e/recordings/record-less.py)", () => {
  test.each(recordings)("$name", async ({ name, columns, rows, args, pipe, env, text, keys, outputs }) => {
    const terminal = new TerminalProcess(columns, rows);
    terminal.argv = ["less", ...args];
    terminal.files = {
      contents: new Map([
        ["/tmp", null],
        ["f", encodeUtf8(text)],
        ["g", encodeUtf8("other\n")],
      ]),
      isReadOnly: false,
    };
    for (const [key, value] of Object.entries(env)) terminal.env.set(key, value);
    if (pipe) terminal.input = encodeUtf8(text);
    const run = programOf(less)(terminal.process);
    const ours = new Screen(columns, rows);
    const theirs = new Screen(columns, rows);
    let isOver = false;
    for (const [index, output] of outputs.entries()) {
      const step = index === 0 ? "start" : JSON.stringify(keys[index - 1]);
      if (isOver) break;
      if (index > 0) terminal.tty.input(bytes(keys[index - 1] ?? ""));
      isOver = runUntilBlocked(run).done;
      await ours.write(terminal.takeOutput());
      await theirs.write(bytes(output));
      if (OURS[name]?.includes(index)) continue;
      expect([`after ${step}`, ...ours.picture]).toEqual([`after ${step}`, ...theirs.picture]);
    }
    expect(terminal.tty.getAttributes().icanon).toBe(isOver);
  });
});
