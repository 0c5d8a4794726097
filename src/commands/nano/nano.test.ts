import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Screen } from "../../../e2e/harness/screen.ts";
import { runUntilBlocked, TerminalProcess } from "../../../e2e/harness/terminal-process.ts";
import { decodeUtf8, encodeUtf8 } from "../../base/utf8.ts";
import { programOf } from "../program.ts";
import { nano } from "./nano.ts";

interface Recording {
  readonly name: string;
  readonly columns: number;
  readonly rows: number;
  readonly args: readonly string[];
  readonly readonly: boolean;
  readonly files: Readonly<Record<string, string>>;
  readonly after: Readonly<Record<string, string>>;
  readonly keys: readonly string[];
  readonly outputs: readonly string[];
}

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));

function start(columns: number, rows: number, args: readonly string[], files: Readonly<Record<string, string>>, isReadOnly = false) {
  const terminal = new TerminalProcess(columns, rows);
  terminal.argv = ["nano", ...args];
  terminal.files = {
    contents: new Map([["/tmp", null], ...Object.entries(files).map(([name, text]): [string, Uint8Array] => [name, encodeUtf8(text)])]),
    isReadOnly,
  };
  const run = programOf(nano)(terminal.process);
  return { terminal, turn: () => runUntilBlocked(run) };
}

/** What differs between the recorded 7.2 and 8.3, which we show: the number, and the key that stands for searching. */
function sameVersion(picture: readonly string[]): string[] {
  return picture.map((row) => row.replace(/GNU nano [\d.]+/, "GNU nano").replace(/\^[WF] Where I(.*)\^K Cut/, "^W Where I$1^K Cut"));
}

const recordings = readFileSync(new URL("../../../e2e/recordings/nano.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Recording);

describe("the screen is as GNU nano leaves it (e2e/recordings/record-nano.py)", () => {
  test.each(recordings)("$name", async (recording) => {
    const { columns, rows, keys, outputs } = recording;
    const session = start(columns, rows, recording.args, recording.files, recording.readonly);
    const ours = new Screen(columns, rows);
    const theirs = new Screen(columns, rows);
    for (const [index, output] of outputs.entries()) {
      const step = index === 0 ? "start" : JSON.stringify(keys[index - 1]);
      if (index > 0) session.terminal.tty.input(bytes(keys[index - 1] ?? ""));
      const { done, value } = session.turn();
      await ours.write(session.terminal.takeOutput());
      await theirs.write(bytes(output));
      if (recording.name === "help" && index === 1) continue; // the text is our own
      expect([`after ${step}`, ...sameVersion(ours.picture)]).toEqual([`after ${step}`, ...sameVersion(theirs.picture)]);
      if (done) expect(value).toBe(0);
    }
    const after = [...session.terminal.files.contents].flatMap(([name, data]) => (data ? [[name, decodeUtf8(data)]] : []));
    expect(Object.fromEntries(after)).toEqual(recording.after);
  });
});
