/** Reading commands from standard input, at a prompt or without. */
import { account } from "./allocation.ts";
import type { Process } from "../machine/process.ts";
import type { Run } from "../machine/program.ts";
import { expandAliases } from "./aliases.ts";
import { announceJobs } from "./jobs.ts";
import { promptText } from "./prompt.ts";
import { readLineFrom } from "./read-line.ts";
import type { LineReader, LineResult } from "./readline/line-reader.ts";
import { reportSyntax, resetNesting, runTyped, runWholeText } from "./run.ts";
import type { Shell } from "./shell.ts";
import { SourceText } from "./source.ts";
import { noticeWindowSize } from "./window-size.ts";
import { parseText, whatIsMissing } from "./syntax.ts";

/** The loop of one shell that reads its commands; what a checkpoint asks. */
export class CommandLoop {
  readonly shell: Shell;
  readonly #reader: LineReader;
  /** Number of the next line, for errors and LINENO. */
  #line: number;
  #isAtPrompt = false;

  constructor(shell: Shell, reader: LineReader, line = 1) {
    this.shell = shell;
    this.#reader = reader;
    this.#line = line;
  }

  get line(): number {
    return this.#line;
  }

  /** Waits at PS1 with nothing typed, and no jobs. */
  get isAtRest(): boolean {
    return this.#isAtPrompt && this.#reader.isAtRest && this.shell.jobs.all.length === 0;
  }

  /** Reads and runs commands to the end of input. Returns the last status. */
  *run(): Run<number> {
    const { shell } = this;
    for (;;) {
      const text = yield* this.#readCommand();
      if (text === "interrupt") {
        shell.state.status = 130;
        continue;
      }
      if (text === undefined) {
        if (!shell.interactive) return shell.state.status;
        // At the end of bracketed paste readline goes to the next line.
        if (shell.proc.tty !== undefined) yield* shell.writeError("\n");
        yield* shell.writeError(shell.isLogin ? "logout\n" : "exit\n");
        if (!shell.hasStoppedJobs() || shell.warnedOfJobs) return shell.state.status;
        yield* shell.writeError("There are stopped jobs.\n");
        shell.warnedOfJobs = true;
        continue;
      }
      if (text.trim() === "") continue;
      const { warnedOfJobs } = shell;
      const firstLine = this.#line - (text.split("\n").length - 1);
      shell.commandNumber++;
      if (shell.options.has("verbose") && shell.interactive) yield* shell.writeError(text);
      if (shell.interactive) yield* this.#runAtPrompt(text, firstLine);
      else {
        const { problem } = parseText(this.#withAliases(text), shell.options.shopt("extglob"));
        yield* runWholeText(shell, text, { firstLine }, 1);
        // A script ends at a syntax error, wherever it comes from.
        if (problem !== undefined) return shell.state.status;
      }
      if (shell.options.has("onecmd")) return shell.state.status;
      if (warnedOfJobs) shell.warnedOfJobs = false;
    }
  }

  *#runAtPrompt(text: string, firstLine: number): Run<void> {
    const { shell } = this;
    const before = yield* promptText(shell, "PS0");
    if (before !== "") yield* shell.writeError(before.replace(/[\u0001\u0002]/g, ""));
    const hasEnded = shell.proc.kernel.typed(text.trimEnd());
    yield* runTyped(shell, text, firstLine);
    hasEnded(shell.state.status);
    if (shell.state.status === 130) this.#reader.discard();
    resetNesting(shell);
  }

  /** A whole command, perhaps of several lines; undefined at the end of input. */
  *#readCommand(): Run<string | undefined | "interrupt"> {
    const { shell } = this;
    if (shell.interactive) yield* this.#beforePrompt();
    // What is held depends on what there is, not on how it came to be: a shell that was restored must hold as much.
    account(shell, shell.variables.bytes, 0);
    let text = "";
    for (;;) {
      const prompt = shell.interactive ? yield* promptText(shell, text === "" ? "PS1" : "PS2") : "";
      this.#isAtPrompt = text === "";
      const result: LineResult = yield* this.#reader.readLine(prompt, { continuation: text !== "" });
      this.#isAtPrompt = false;
      shell.readsHereDoc = false;
      if (result.kind === "interrupt") return "interrupt";
      if (result.kind === "eof") {
        if (text === "") return undefined;
        if (!shell.interactive) return text;
        yield* this.#complainOfEnd(text);
        return "";
      }
      this.#line++;
      text += `${result.text}\n`;
      const missing = whatIsMissing(this.#withAliases(text));
      shell.readsHereDoc = missing === "here-document";
      if (missing === undefined) return text;
    }
  }

  #withAliases(text: string): string {
    const { aliases } = this.shell.state;
    return aliases.size > 0 && this.shell.options.shopt("expand_aliases") ? expandAliases(text, aliases) : text;
  }

  *#complainOfEnd(text: string): Run<void> {
    const { problem } = parseText(text);
    if (problem !== undefined) yield* reportSyntax(this.shell, new SourceText(text), problem, undefined);
  }

  /** Notices of jobs, PROMPT_COMMAND. */
  *#beforePrompt(): Run<void> {
    const { shell } = this;
    yield* announceJobs(shell);
    noticeWindowSize(shell);
    const value = shell.variables.value("PROMPT_COMMAND");
    if (value === undefined) return;
    const status = shell.state.status;
    for (const command of typeof value === "string" ? [value] : value.values())
      if (command.trim() !== "") yield* runTyped(shell, command, this.#line);
    shell.state.status = status;
  }
}

/** Lines without editing or prompt: a script on standard input. */
export function plainReader(proc: Process, fd: number): LineReader {
  return {
    *readLine() {
      const text = yield* readLineFrom(proc, fd);
      return text === undefined ? { kind: "eof" } : { kind: "line", text };
    },
    discard() {},
    isAtRest: false,
  };
}
