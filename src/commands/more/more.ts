/** more(1) of util-linux: shows text a screen at a time, forwards, and ends with it. */
import { Pattern, PatternError } from "../../base/posix-pattern.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { Tty } from "../../machine/tty.ts";
import { KeyReader } from "../../shell/readline/keys.ts";
import { isSysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import type { Command } from "../command.ts";
import { warnx } from "../complain.ts";
import { PagedText } from "../less/lines.ts";
import { UsageError } from "../options.ts";
import { rowsOf, shownLine } from "../less/rows.ts";

export const more: Command = {
  name: "more",
  package: "util-linux",
  style: "gnu",
  usage: ["more [options] <file>..."],
  about: "Display the contents of a file in a terminal.",
  completes: "files",
  options: [
    { name: "silent", short: "d", help: "display help instead of ringing bell" },
    { name: "logical", short: "f", help: "count logical rather than screen lines", fidelity: "ignored" },
    { name: "no-pause", short: "l", help: "suppress pause after form feed", fidelity: "ignored" },
    { name: "print-over", short: "c", help: "do not scroll, display text and clean line ends", fidelity: "ignored" },
    { name: "clean-print", short: "p", help: "do not scroll, clean screen and display text", fidelity: "ignored" },
    { name: "squeeze", short: "s", help: "squeeze multiple blank lines into one" },
    { name: "plain", short: "u", help: "suppress underlining and bold", fidelity: "ignored" },
    { name: "lines", short: "n", argument: "number", help: "the number of lines per screenful" },
  ],
  simplified: "No editor, shell commands or marks.",
  *run(proc, options) {
    const files = options.operands;
    if (files.length === 0 && proc.sys.isatty(0)) {
      throw new UsageError("bad usage");
    }
    const isPaging = proc.sys.isatty(1) && proc.tty !== undefined;
    const session =
      isPaging && proc.tty
        ? new MoreSession(proc, proc.tty, Number(options.value("lines")) || undefined, options.has("squeeze"), options.has("silent"))
        : undefined;
    let status: ExitStatus = 0;
    for (const file of files.length === 0 ? [undefined] : files) {
      let fd = 0;
      try {
        if (file !== undefined) {
          if (proc.sys.stat(file).type === "dir") {
            yield* proc.print(`\n*** ${file}: directory ***\n\n`);
            continue;
          }
          fd = proc.sys.open(file, O.RDONLY);
        }
      } catch (error) {
        if (!isSysError(error)) throw error;
        yield* warnx(proc, `cannot open ${file ?? ""}: ${error.text}`);
        status = 1;
        continue;
      }
      if (files.length > 1) yield* proc.print(`::::::::::::::\n${file ?? ""}\n::::::::::::::\n`);
      if (!session) {
        yield* proc.write(1, yield* proc.readToEnd(fd));
        continue;
      }
      const isOver = yield* session.show(new PagedText(proc, file ?? "", fd), files.length > 1 ? 3 : 0);
      if (isOver) break;
    }
    return status;
  },
};

class MoreSession {
  readonly #proc: Process;
  readonly #tty: Tty;
  readonly #keys: KeyReader;
  readonly #lines: number | undefined;
  readonly #squeezes: boolean;
  readonly #isTalkative: boolean;
  #pattern: Pattern | undefined;

  constructor(proc: Process, tty: Tty, lines: number | undefined, squeezes: boolean, isTalkative: boolean) {
    this.#proc = proc;
    this.#tty = tty;
    this.#keys = new KeyReader(proc, proc.sys.isatty(0) ? 0 : proc.sys.open("/dev/tty", O.RDONLY));
    this.#lines = lines;
    this.#squeezes = squeezes;
    this.#isTalkative = isTalkative;
  }

  /** Shows a text; whether the learner wants no more. */
  *show(text: PagedText, taken: number): Run<boolean> {
    const before = this.#tty.getAttributes();
    this.#tty.setAttributes({ ...before, icanon: false, echo: false, min: 1, time: 0 });
    try {
      const page = (): number => Math.max(1, this.#lines ?? this.#tty.rows - 1);
      let left = page() - taken;
      let line = 0;
      for (;;) {
        yield* text.ensure(line + 1);
        const content = text.lines[line];
        if (content === undefined) return false;
        if (this.#squeezes && content === "" && line > 0 && text.lines[line - 1] === "") {
          line++;
          continue;
        }
        const rows = rowsOf(shownLine(content, true), { columns: this.#tty.columns, isRaw: true, isChopped: false, shift: 0, margin: "" });
        if (left <= 0) {
          const answer = yield* this.#ask(text, line, page());
          if (answer === "quit") return true;
          if (answer.line !== line) {
            line = answer.line;
            left = answer.count;
            continue;
          }
          left = answer.count;
        }
        yield* this.#proc.print(rows.map((row) => row + "\n").join(""));
        left -= rows.length;
        line++;
      }
    } finally {
      this.#tty.setAttributes(before);
    }
  }

  *#ask(text: PagedText, line: number, page: number): Run<"quit" | { readonly line: number; readonly count: number }> {
    if (text.name !== "") yield* text.ensure(Infinity);
    const percent = text.name === "" || text.bytes === 0 ? "" : `(${Math.floor((100 * text.endOf(line - 1)) / text.bytes)}%)`;
    const help = this.#isTalkative ? "[Press space to continue, 'q' to quit.]" : "";
    let digits = "";
    for (;;) {
      yield* this.#proc.print(`\r\x1b[K\x1b[7m--More--${percent}${help}\x1b[27m`);
      const key = yield* this.#keys.next({ escapeIsAKey: true });
      yield* this.#proc.print("\r\x1b[K");
      const number = digits === "" ? undefined : Number(digits);
      switch (key?.name) {
        case undefined:
        case "q":
        case "Q":
        case "C-c":
          return "quit";
        case " ":
        case "z":
        case "f":
        case "pagedown":
          return { line, count: number ?? page };
        case "enter":
        case "C-j":
        case "j":
        case "down":
          return { line, count: number ?? 1 };
        case "d":
        case "C-d":
          return { line, count: number ?? 11 };
        case "s":
          return { line: line + (number ?? 1), count: page };
        case "b":
        case "C-b":
        case "pageup":
          yield* this.#proc.print(`...back ${number ?? 1} page${number === undefined || number === 1 ? "" : "s"}\n`);
          return { line: Math.max(0, line - page * ((number ?? 1) + 1)), count: page };
        case "=":
          yield* this.#proc.print(`${line}`);
          yield* this.#keys.next();
          break;
        case "/": {
          const found = yield* this.#search(text, line);
          if (found !== undefined) return { line: Math.max(line, found - 2), count: page };
          break;
        }
        case "n": {
          const found = yield* this.#find(text, line);
          if (found !== undefined) return { line: Math.max(line, found - 2), count: page };
          break;
        }
        case "h":
        case "?":
          yield* this.#proc.print("Space: next screen. Enter: next line. b: back. /pattern: search. q: quit.\n");
          break;
        default:
          if (key && /^\d$/.test(key.text)) digits += key.text;
          else yield* this.#proc.print(this.#isTalkative ? "[Press 'h' for instructions.]" : "\x07");
      }
    }
  }

  *#search(text: PagedText, line: number): Run<number | undefined> {
    let source = "";
    for (;;) {
      yield* this.#proc.print(`\r\x1b[K/${source}`);
      const key = yield* this.#keys.next();
      if (!key || key.name === "C-c") return undefined;
      if (key.text !== "") source += key.text;
      else if (key.name === "backspace") {
        if (source === "") return undefined;
        source = source.slice(0, -1);
      } else if (key.name === "enter" || key.name === "C-j") break;
    }
    yield* this.#proc.print("\r\x1b[K");
    try {
      if (source !== "") this.#pattern = Pattern.compile(source, { syntax: "basic" });
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      yield* this.#proc.print(`${error.message}\n`);
      return undefined;
    }
    return yield* this.#find(text, line);
  }

  *#find(text: PagedText, from: number): Run<number | undefined> {
    if (!this.#pattern) {
      yield* this.#proc.print("No previous regular expression\n");
      return undefined;
    }
    for (let line = from; ; line++) {
      yield* text.ensure(line + 1);
      const content = text.lines[line];
      if (content === undefined) break;
      if (this.#pattern.test(content)) {
        yield* this.#proc.print("...skipping\n");
        return line;
      }
    }
    yield* this.#proc.print("\nPattern not found\n");
    return undefined;
  }
}
