import { decodeUtf8 } from "../../base/utf8.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { SIGNALS } from "../../machine/signals.ts";
import { isSysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import type { Command } from "../command.ts";
import { complain, Failure, reason } from "../complain.ts";
import { findProgram } from "../find-program.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { curly, quoteIfNeeded } from "../quote.ts";
import { readWhole } from "../text-io.ts";

/** xargs(1). @simplified Input is read whole before the first program starts. */
export const xargs: Command = {
  name: "xargs",
  closesInput: "error closing file",
  package: "findutils",
  style: "gnu-posix",
  usage: ["xargs [OPTION]... COMMAND [INITIAL-ARGS]..."],
  about: "Run COMMAND with arguments INITIAL-ARGS and more arguments read from input.",
  options: [
    {
      name: "null",
      short: "0",
      help: "items are separated by a null, not whitespace; disables quote and backslash processing and logical EOF processing",
    },
    { name: "arg-file", short: "a", argument: "FILE", help: "read arguments from FILE, not standard input" },
    { name: "delimiter", short: "d", argument: "CHARACTER", help: "items in input stream are separated by CHARACTER, not by whitespace" },
    { name: "E", short: "E", long: false, argument: "END", help: "set logical EOF string" },
    { name: "eof", short: "e", argument: "END", optional: true, help: "equivalent to -E END if END is specified" },
    { name: "replace", short: "i", argument: "R", optional: true, help: "replace R in INITIAL-ARGS with names read from standard input" },
    { name: "I", short: "I", long: false, argument: "R", help: "same as --replace=R" },
    { name: "L", short: "L", long: false, argument: "MAX-LINES", help: "use at most MAX-LINES non-blank input lines per command line" },
    {
      name: "max-lines",
      short: "l",
      argument: "MAX-LINES",
      optional: true,
      help: "similar to -L but defaults to at most one non-blank input line if MAX-LINES is not specified",
    },
    { name: "max-args", short: "n", argument: "MAX-ARGS", help: "use at most MAX-ARGS arguments per command line" },
    { name: "open-tty", short: "o", help: "reopen stdin as /dev/tty in the child process before executing the command" },
    { name: "max-procs", short: "P", argument: "MAX-PROCS", help: "run at most MAX-PROCS processes at a time", fidelity: "simplified" },
    { name: "interactive", short: "p", help: "prompt before running commands" },
    { name: "process-slot-var", argument: "VAR", help: "set environment variable VAR in child processes", fidelity: "ignored" },
    { name: "no-run-if-empty", short: "r", help: "if there are no arguments, then do not run COMMAND" },
    { name: "max-chars", short: "s", argument: "MAX-CHARS", help: "limit length of command line to MAX-CHARS" },
    { name: "show-limits", help: "show limits on command-line length", fidelity: "ignored" },
    { name: "verbose", short: "t", help: "print commands before executing them" },
    { name: "exit", short: "x", help: "exit if the size (see -s) is exceeded" },
  ],
  completes: "commands",
  *run(proc, options) {
    const number = (name: string, letter: string): number | undefined => {
      const text = options.value(name);
      if (text === undefined) return undefined;
      if (!/^[0-9]+$/.test(text)) throw new UsageError(`invalid number "${text}" for -${letter} option`);
      if (Number(text) < 1 && letter !== "P") throw new UsageError(`value ${text} for -${letter} option should be >= 1`);
      return Number(text);
    };
    const replace = options.has("I") ? options.value("I") : options.has("replace") ? (options.value("replace") ?? "{}") : undefined;
    const most = number("max-args", "n");
    const lines = options.has("max-lines") ? (number("max-lines", "l") ?? 1) : number("L", "L");
    const characters = number("max-chars", "s") ?? 131072;
    number("max-procs", "P");
    const delimiter = options.has("null") ? "\0" : options.has("delimiter") ? delimiterOf(options.value("delimiter") ?? "") : undefined;
    const end = options.value("E") ?? options.value("eof");
    const command = options.operands.length === 0 ? ["echo"] : options.operands;
    const file = options.value("arg-file");
    let text: string;
    try {
      text = decodeUtf8(yield* readWhole(proc, file ?? "-"));
    } catch (error) {
      if (file === undefined && isSysError(error, "EBADF")) text = "";
      else throw new Failure(file === undefined ? `read: ${reason(error)}` : `Cannot open input file ${curly(file)}: ${reason(error)}`);
    }
    const items = splitItems(text, delimiter, end, replace !== undefined);
    const runner = new Runner(proc, {
      verbose: options.has("verbose") || options.has("interactive"),
      ask: options.has("interactive"),
      stdinFromTerminal: options.has("open-tty"),
      keepStdin: file !== undefined,
    });
    if (
      replace !== undefined &&
      !(
        most !== undefined &&
        options.order.findLast((given) => ["I", "replace", "max-args"].includes(given.name))?.name === "max-args" &&
        most > 1
      )
    ) {
      for (const item of items.items)
        if (!(yield* runner.run(command.map((word) => word.replaceAll(replace, item.text))))) return runner.status;
    } else {
      const base = command.reduce((sum, word) => sum + word.length + 1, 0);
      let batch: string[] = [];
      let size = base;
      let line = items.items[0]?.line ?? 0;
      let lineCount = 1;
      let ran = false;
      for (const item of items.items) {
        if (base + item.text.length + 1 > characters) {
          yield* complain(proc, "argument line too long");
          return 1;
        }
        if (lines !== undefined && item.line !== line) lineCount++;
        const full =
          batch.length > 0 &&
          (batch.length >= (most ?? Infinity) || size + item.text.length + 1 > characters || (lines !== undefined && lineCount > lines));
        if (full) {
          ran = true;
          if (!(yield* runner.run([...command, ...batch]))) return runner.status;
          batch = [];
          size = base;
          lineCount = 1;
        }
        line = item.line;
        batch.push(item.text);
        size += item.text.length + 1;
      }
      if (batch.length > 0 || (!ran && !options.has("no-run-if-empty") && items.problem === undefined)) {
        if (!(yield* runner.run([...command, ...batch]))) return runner.status;
      }
    }
    if (items.problem !== undefined) {
      yield* stdout(proc).flush();
      yield* complain(proc, items.problem);
      return 1;
    }
    return runner.status;
  },
};

function delimiterOf(text: string): string {
  const escapes: Readonly<Record<string, string>> = {
    a: "\x07",
    b: "\b",
    f: "\f",
    n: "\n",
    r: "\r",
    t: "\t",
    v: "\v",
    "\\": "\\",
    "0": "\0",
  };
  if ([...text].length === 1) return text;
  const found = /^\\(?:x([0-9a-fA-F]{1,2})|([0-7]{2,3})|(.))$/.exec(text);
  const [, hex, octal, letter] = found ?? [];
  if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16));
  if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8));
  const escape = escapes[letter ?? ""];
  if (escape === undefined) {
    throw new Failure(
      `Invalid input delimiter specification ${text}: the delimiter must be either a single character or an escape sequence starting with \\.`,
    );
  }
  return escape;
}

interface Items {
  readonly items: readonly { readonly text: string; readonly line: number }[];
  /** What stopped the reading. */
  readonly problem: string | undefined;
}

/** Words with their quotes taken away; with `wholeLines` (-I) lines without their leading blanks. */
function splitItems(text: string, delimiter: string | undefined, end: string | undefined, wholeLines: boolean): Items {
  const items: { text: string; line: number }[] = [];
  if (delimiter !== undefined) {
    const parts = text.split(delimiter);
    if (parts.at(-1) === "") parts.pop();
    return { items: parts.map((part, line) => ({ text: part, line })), problem: undefined };
  }
  let line = 0;
  let word: string | undefined;
  let mark = "";
  const finish = (): boolean => {
    if (word !== undefined) {
      if (word === end) return false;
      items.push({ text: word, line });
    }
    word = undefined;
    return true;
  };
  for (let i = 0; i < text.length; i++) {
    const character = text[i] ?? "";
    if (mark !== "") {
      if (character === "\n")
        return {
          items,
          problem: `unmatched ${mark === '"' ? "double" : "single"} quote; by default quotes are special to xargs unless you use the -0 option`,
        };
      if (character === mark) mark = "";
      else word = (word ?? "") + character;
    } else if (character === '"' || character === "'") {
      mark = character;
      word ??= "";
    } else if (character === "\\" && i + 1 < text.length) word = (word ?? "") + (text[++i] ?? "");
    else if (character === "\n") {
      // A blank at the end of a line joins it to the next, for -L.
      const continues = /[ \t]$/.test(text.slice(0, i)) && !wholeLines;
      if (!finish()) return { items, problem: undefined };
      if (!continues) line++;
    } else if (!wholeLines && /[ \t\v\f\r]/.test(character)) {
      if (!finish()) return { items, problem: undefined };
    } else if (wholeLines && word === undefined && /[ \t]/.test(character)) continue;
    else word = (word ?? "") + character;
  }
  if (mark !== "")
    return {
      items,
      problem: `unmatched ${mark === '"' ? "double" : "single"} quote; by default quotes are special to xargs unless you use the -0 option`,
    };
  finish();
  return { items, problem: undefined };
}

class Runner {
  readonly #proc: Process;
  readonly #how: { readonly verbose: boolean; readonly ask: boolean; readonly stdinFromTerminal: boolean; readonly keepStdin: boolean };
  status = 0;

  constructor(
    proc: Process,
    how: { readonly verbose: boolean; readonly ask: boolean; readonly stdinFromTerminal: boolean; readonly keepStdin: boolean },
  ) {
    this.#proc = proc;
    this.#how = how;
  }

  /** False when no more programs are to be run. */
  *run(argv: readonly string[]): Run<boolean> {
    const proc = this.#proc;
    const name = argv[0] ?? "";
    yield* stdout(proc).flush();
    if (this.#how.verbose) {
      yield* proc.printError(argv.map((word) => quoteIfNeeded(word)).join(" "));
      if (!this.#how.ask) yield* proc.printError("\n");
      else if (!(yield* this.#confirmed())) return true;
    }
    const path = findProgram(proc, name);
    let child;
    let input: number | undefined;
    try {
      if (path === undefined) {
        yield* complain(proc, `${name}: No such file or directory`);
        this.status = 127;
        return false;
      }
      if (!this.#how.keepStdin) input = proc.sys.open(this.#how.stdinFromTerminal ? "/dev/tty" : "/dev/null", O.RDONLY);
      child = proc.spawn({
        argv,
        program: { path },
        fds: new Map([
          [0, input ?? 0],
          [1, 1],
          [2, 2],
        ]),
      });
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* complain(proc, `${name}: ${error.text}`);
      this.status = isSysError(error, "ENOENT") ? 127 : 126;
      return false;
    } finally {
      if (input !== undefined) proc.sys.close(input);
    }
    const ended = yield* proc.wait(child.pid);
    if (ended === undefined) return true;
    const { ending } = ended;
    if (ending.kind !== "exited") {
      yield* complain(proc, `${name}: ${ending.kind === "killed" ? "terminated" : "stopped"} by signal ${String(SIGNALS[ending.signal])}`);
      this.status = 125;
      return false;
    }
    if (ending.status === 255) {
      yield* complain(proc, `${name}: exited with status 255; aborting`);
      this.status = 124;
      return false;
    }
    if (ending.status !== 0) this.status = 123;
    return true;
  }

  *#confirmed(): Run<boolean> {
    const proc = this.#proc;
    let fd: number;
    try {
      fd = proc.sys.open("/dev/tty", O.RDONLY);
    } catch (error) {
      throw new Failure(`failed to open /dev/tty for reading: ${reason(error)}`);
    }
    yield* proc.printError("?...");
    const answer = decodeUtf8(yield* proc.read(fd, 256));
    proc.sys.close(fd);
    return /^[yY]/.test(answer);
  }
}
