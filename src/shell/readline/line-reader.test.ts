import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Screen } from "../../../e2e/harness/screen.ts";
import { smallFiles } from "../../../e2e/harness/small-files.ts";
import { runUntilBlocked, TerminalProcess } from "../../../e2e/harness/terminal-process.ts";
import type { Run } from "../../machine/program.ts";
import type { Completer } from "./completer.ts";
import { createCompleter } from "./completion.ts";
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
const noCompletion: Completer = function* (_line, point) {
  return { start: point, candidates: [] };
};

/** What bash had in the recorded sessions. */
const recordedCompletion = createCompleter({
  sys: smallFiles(
    "/home/me",
    ["alpha.txt", "alpine.txt", "beta dir/", "gamma", "sub/inner.txt", "sub/inside.txt"].map((name) => `/home/me/${name}`),
  ),
  builtins: () => ["compgen", "complete", "history"],
  functions: () => [],
  aliases: () => [],
  alias: () => undefined,
  variables: () => ["HISTCMD", "HISTCONTROL", "HISTFILE", "HISTFILESIZE", "HISTSIZE", "HOME"],
  variable: (name) => (name === "HOME" ? "/home/me" : undefined),
  users: () => [{ name: "root", home: "/root" }],
  *command() {
    return undefined;
  },
});

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
  test.each(recordings)("$name", async ({ columns, rows, prompt, history, keys, outputs }) => {
    const session = new Session(columns, rows, prompted(prompt), history, recordedCompletion);
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

describe("reading", () => {
  const decoded = (data: Uint8Array): string => String.fromCharCode(...data);

  test("the terminal is canonical again while a command runs, and what is typed ahead is read afterwards", () => {
    const session = new Session(40, 10, "$ ", []);
    const { tty } = session.terminal;
    expect(tty.getAttributes().icanon).toBe(false);
    session.type("sleep 9\recho next\rpart");
    expect(session.lines).toEqual([
      { kind: "line", text: "sleep 9" },
      { kind: "line", text: "echo next" },
    ]);
    expect(decoded(session.terminal.takeOutput())).toContain("$ part");
  });

  test("^D ends the input on an empty line only", () => {
    const session = new Session(40, 10, "$ ", []);
    session.type("x\x04\x7f\x04");
    expect(session.lines).toEqual([{ kind: "eof" }]);
    expect(session.terminal.tty.getAttributes().icanon).toBe(true);
  });

  test("^C gives the line up, and what was typed behind it", () => {
    const session = new Session(40, 10, "$ ", []);
    session.type("echo no");
    session.type("\x03");
    session.type("echo yes\r");
    expect(session.lines).toEqual([{ kind: "interrupt" }, { kind: "line", text: "echo yes" }]);
    expect(session.history.lines).toEqual(["echo yes"]);
  });

  test("pasted lines run only after Enter, one by one", () => {
    const session = new Session(40, 10, "$ ", []);
    session.type("\x1b[200~one\rtwo\r\x1b[201~");
    expect(session.lines).toEqual([]);
    session.type("\r");
    expect(session.lines.map((line) => line.kind === "line" && line.text)).toEqual(["one", "two", ""]);
    expect(session.history.lines).toEqual(["one", "two"]);
  });

  test("more than a hundred candidates are listed only when asked for", () => {
    const many: Completer = function* () {
      return { start: 0, candidates: Array.from({ length: 101 }, (_, n) => ({ text: `n${n}`, display: `n${n}`, suffix: " " })) };
    };
    const session = new Session(40, 10, "$ ", [], many);
    session.type("\t\t");
    session.terminal.takeOutput();
    session.type("\t");
    expect(decoded(session.terminal.takeOutput())).toContain("Display all 101 possibilities? (y or n)");
    session.type("n");
    expect(decoded(session.terminal.takeOutput())).toBe("\r\n$ n");
    session.type("\x15\t\t\ty");
    expect(decoded(session.terminal.takeOutput())).toContain("n100");
  });

  test.each([
    [40, 20],
    [20, 40],
    [40, 7],
  ])("a resize from %i to %i columns paints the line anew", async (before, after) => {
    const session = new Session(before, 10, "$ ", []);
    const screen = new Screen(before, 10);
    session.type(`${"x".repeat(50)}\x1b[D\x1b[D`);
    await screen.write(session.terminal.takeOutput());
    screen.resize(after, 10);
    session.resize(after, 10);
    await screen.write(session.terminal.takeOutput());
    session.type("y");
    await screen.write(session.terminal.takeOutput());
    const afresh = new Screen(after, 10);
    await afresh.write(`$ ${"x".repeat(48)}yxx`);
    expect(screen.rows).toEqual(afresh.rows);
  });
});
