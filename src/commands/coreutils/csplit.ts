import { decodeUtf8, utf8Length } from "../../base/utf8.ts";
import { Pattern, PatternError } from "../../base/posix-pattern.ts";
import { O } from "../../vfs/types.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { Command } from "../command.ts";
import { Failure, reason } from "../complain.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { curly, quote, quoteFile } from "../quote.ts";
import { readWhole } from "../text-io.ts";

/** Where a piece ends. */
type Cut =
  | { readonly kind: "line"; readonly line: number; readonly text: string }
  | { readonly kind: "pattern"; readonly pattern: Pattern; readonly offset: number; readonly skips: boolean; readonly text: string };

interface Step {
  readonly cut: Cut;
  repeats: number;
}

/** csplit(1). */
export const csplit: Command = {
  name: "csplit",
  package: "coreutils",
  style: "gnu",
  usage: ["csplit [OPTION]... FILE PATTERN..."],
  about:
    "Output pieces of FILE separated by PATTERN(s) to files 'xx00', 'xx01', ..., and output byte counts of each piece to standard output.",
  options: [
    { name: "suffix-format", short: "b", argument: "FORMAT", help: "use sprintf FORMAT instead of %02d", fidelity: "unbuilt" },
    { name: "prefix", short: "f", argument: "PREFIX", help: "use PREFIX instead of 'xx'" },
    { name: "keep-files", short: "k", help: "do not remove output files on errors" },
    { name: "suppress-matched", help: "suppress the lines matching PATTERN" },
    { name: "digits", short: "n", argument: "DIGITS", help: "use specified number of digits instead of 2" },
    { name: "quiet", short: "s", alsoShort: ["q"], alsoLong: ["silent"], help: "do not print counts of output file sizes" },
    { name: "elide-empty-files", short: "z", help: "suppress empty output files" },
  ],
  completes: "files",
  *run(proc, options) {
    const [name, ...patterns] = options.operands;
    if (name === undefined) throw new UsageError("missing operand");
    if (patterns.length === 0) throw new UsageError(`missing operand after ${curly(name)}`);
    const steps = stepsOf(patterns);
    let text: string;
    try {
      text = decodeUtf8(yield* readWhole(proc, name));
    } catch (error) {
      throw new Failure(`cannot open ${quote(name)} for reading: ${reason(error)}`);
    }
    const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
    const splitter = new Splitter(proc, lines, {
      prefix: options.value("prefix") ?? "xx",
      digits: Number(options.value("digits") ?? "2"),
      isQuiet: options.has("quiet"),
      skipsEmpty: options.has("elide-empty-files"),
      dropsMatched: options.has("suppress-matched"),
    });
    try {
      return yield* splitter.run(steps);
    } catch (error) {
      if (!options.has("keep-files")) splitter.removeAll();
      throw error;
    }
  },
};

function stepsOf(patterns: readonly string[]): Step[] {
  const steps: Step[] = [];
  for (const text of patterns) {
    const repeat = /^\{([0-9]+|\*)\}$/.exec(text)?.[1];
    const last = steps.at(-1);
    if (repeat !== undefined && last !== undefined) last.repeats = repeat === "*" ? Infinity : Number(repeat);
    else if (/^[/%]/.test(text)) {
      const mark = text.charAt(0);
      const end = text.lastIndexOf(mark);
      if (end === 0) throw new Failure(`${text}: closing delimiter '${mark}' missing`);
      const offset = text.slice(end + 1);
      if (!/^(?:[-+]?[0-9]+)?$/.test(offset)) throw new Failure(`${text}: integer expected after delimiter`);
      try {
        const pattern = Pattern.compile(text.slice(1, end), { syntax: "basic" });
        steps.push({ cut: { kind: "pattern", pattern, offset: Number(offset), skips: mark === "%", text }, repeats: 0 });
      } catch (error) {
        if (!(error instanceof PatternError)) throw error;
        throw new Failure(`${text}: invalid regular expression: ${error.message}`);
      }
    } else {
      if (!/^[0-9]+$/.test(text)) throw new Failure(`${curly(text)}: invalid pattern`);
      if (Number(text) === 0) throw new Failure(`${text}: line number must be greater than zero`);
      steps.push({ cut: { kind: "line", line: Number(text), text }, repeats: 0 });
    }
  }
  return steps;
}

interface Style {
  readonly prefix: string;
  readonly digits: number;
  readonly isQuiet: boolean;
  readonly skipsEmpty: boolean;
  readonly dropsMatched: boolean;
}

class Splitter {
  readonly #proc: Process;
  readonly #lines: readonly string[];
  readonly #style: Style;
  readonly #made: string[] = [];
  #at = 0;

  constructor(proc: Process, lines: readonly string[], style: Style) {
    this.#proc = proc;
    this.#lines = lines;
    this.#style = style;
  }

  *run(steps: readonly Step[]): Run<ExitStatus> {
    for (const { cut, repeats } of steps) {
      for (let time = 0; time <= repeats; time++) {
        const end = this.#endOf(cut, time);
        if (end === undefined) {
          if (repeats === Infinity) break;
          if (cut.kind === "line" || !cut.skips) yield* this.#write(this.#lines.length, false);
          throw new Failure(
            cut.kind === "line"
              ? `${curly(cut.text)}: line number out of range${time > 0 ? ` on repetition ${String(time)}` : ""}`
              : `${curly(cut.text)}: match not found${time > 0 ? ` on repetition ${String(time)}` : ""}`,
          );
        }
        if (cut.kind === "pattern" && cut.skips) this.#at = end;
        else yield* this.#write(end, false);
        if (this.#style.dropsMatched) this.#at++;
      }
    }
    yield* this.#write(this.#lines.length, true);
    return 0;
  }

  /** The index of the line before which the piece ends. */
  #endOf(cut: Cut, time: number): number | undefined {
    if (cut.kind === "line") {
      const end = cut.line * (time + 1) - 1;
      return end > this.#lines.length || end < this.#at ? undefined : end;
    }
    // A match at the very beginning of what is left begins the piece, but for the first one.
    const from = this.#at === 0 || this.#style.dropsMatched ? this.#at : this.#at + 1;
    const found = this.#lines.findIndex((line, index) => index >= from && cut.pattern.test(line.replace(/\n$/, "")));
    if (found < 0) return undefined;
    const end = found + cut.offset;
    return end < this.#at || end > this.#lines.length ? undefined : end;
  }

  *#write(end: number, isLast: boolean): Run<void> {
    const text = this.#lines.slice(this.#at, end).join("");
    this.#at = end;
    if (text === "" && this.#style.skipsEmpty) return;
    if (isLast && text === "" && this.#lines.length === 0) return;
    const name = this.#style.prefix + String(this.#made.length).padStart(this.#style.digits, "0");
    try {
      const fd = this.#proc.sys.open(name, O.WRONLY | O.CREAT | O.TRUNC, 0o666);
      this.#made.push(name);
      yield* this.#proc.write(fd, text);
      this.#proc.sys.close(fd);
    } catch (error) {
      throw new Failure(`${quoteFile(name)}: ${reason(error)}`);
    }
    if (!this.#style.isQuiet) yield* stdout(this.#proc).print(`${String(utf8Length(text))}\n`);
  }

  removeAll(): void {
    for (const name of this.#made) this.#proc.sys.unlink(name);
  }
}
