import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Screen } from "../../../e2e/harness/screen.ts";
import { runUntilBlocked, TerminalProcess } from "../../../e2e/harness/terminal-process.ts";
import { Random } from "../../base/random.ts";
import type { Run } from "../../machine/program.ts";
import type { Completer } from "./completer.ts";
import { History } from "./history.ts";
import { createLineReader, type LineResult } from "./line-reader.ts";

interface Recording {
  readonly name: string;
  readonly columns: number;
  readonly rows: number;
  readonly prompt: string;
  readonly history: readonly string[];
  readonly keys: readonly string[];
  readonly outputs: readonly string[];
}

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));
const noCompletion: Completer = (_line, point) => ({ start: point, candidates: [] });

/** A shell of nothing but prompts; `isOpen` says whether the line just entered is to be continued. */
class Session {
  readonly terminal: TerminalProcess;
  readonly history: History;
  readonly lines: LineResult[] = [];
  isOpen = false;
  readonly #run: Run<void>;

  constructor(columns: number, rows: number, prompt: string, history: readonly string[], complete: Completer = noCompletion) {
    this.terminal = new TerminalProcess(columns, rows);
    this.history = new History((name) => (name === "HISTCONTROL" ? "ignoredups" : undefined));
    this.history.restore({ lines: history, base: 1, added: 0 });
    const reader = createLineReader(this.terminal.process, { history: this.history, complete });
    const lines = this.lines;
    // eslint-disable-next-line @typescript-eslint/no-this-alias
    const self = this;
    this.#run = (function* (): Run<void> {
      for (let continuation = false; ; continuation = self.isOpen) {
        const result = yield* reader.readLine(continuation ? "> " : prompt, { continuation });
        lines.push(result);
        if (result.kind === "interrupt") self.isOpen = false;
        if (result.kind === "eof") return;
      }
    })();
    runUntilBlocked(this.#run);
  }

  type(keys: string): void {
    this.terminal.tty.input(bytes(keys));
    runUntilBlocked(this.#run);
  }

  resize(columns: number, rows: number): void {
    this.terminal.tty.resize(columns, rows);
    runUntilBlocked(this.#run);
  }
}

/** The shell's prompt escapes as the shell hands them over. */
function prompted(ps1: string): string {
  return ps1.replaceAll("\\[", "\x01").replaceAll("\\]", "\x02").replaceAll("\\n", "\n");
}

const recordings = readFileSync(new URL("../../../e2e/recordings/readline.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Recording);

describe("the screen is as bash's own readline leaves it (e2e/recordings/record-readline.py)", () => {
  test.each(recordings.filter(({ name }) => !name.startsWith("complete ")))("$name", async ({ columns, rows, prompt, history, keys, outputs }) => {
    const session = new Session(columns, rows, prompted(prompt), history);
    const ours = new Screen(columns, rows);
    const theirs = new Screen(columns, rows);
    await theirs.write(bytes(outputs[0] ?? ""));
    await ours.write(session.terminal.takeOutput());
    for (const [index, step] of keys.entries()) {
      const output = outputs[index + 1] ?? "";
      session.isOpen = /\r/.test(step) && output.endsWith("> ") && !output.endsWith(prompt.slice(-4));
      session.type(step);
      await ours.write(session.terminal.takeOutput());
      await theirs.write(bytes(output));
      expect([`after ${JSON.stringify(step)}`, ...ours.picture]).toEqual([`after ${JSON.stringify(step)}`, ...theirs.picture]);
    }
  });
});
