/** Lines turned and numbered: tac, nl. */
import { decodeUtf8 } from "../../base/utf8.ts";
import { Pattern } from "../../base/posix-pattern.ts";
import type { Command } from "../command.ts";
import { Failure, reason, warn } from "../complain.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { curly, quote, quoteFile, quoteInput } from "../quote.ts";
import { closeInput, LineReader, openInput, readWhole } from "../text-io.ts";
import { isSysError } from "../../vfs/errno.ts";

/** tac(1). */
export const tac: Command = {
  name: "tac",
  package: "coreutils",
  closesInput: "-",
  style: "gnu",
  usage: ["tac [OPTION]... [FILE]..."],
  about: "Write each FILE to standard output, last line first.",
  options: [
    { name: "before", short: "b", help: "attach the separator before instead of after" },
    { name: "regex", short: "r", help: "interpret the separator as a regular expression" },
    { name: "separator", short: "s", argument: "STRING", help: "use STRING as the separator instead of newline" },
  ],
  completes: "files",
  *run(proc, options) {
    const separator = options.value("separator") ?? "\n";
    if (separator === "" && !options.has("regex")) throw new Failure("separator cannot be empty");
    const pattern = options.has("regex") ? Pattern.compile(separator, { syntax: "basic" }) : undefined;
    let status = 0;
    for (const name of options.operands.length === 0 ? ["-"] : options.operands) {
      try {
        const text = decodeUtf8(yield* readWhole(proc, name));
        const records: string[] = [];
        let start = 0;
        for (let from = 0; from < text.length;) {
          const match =
            pattern === undefined
              ? { start: text.indexOf(separator, from), end: text.indexOf(separator, from) + separator.length }
              : pattern.find(text, from);
          if (match === undefined || match.start < 0) break;
          const cut = options.has("before") ? match.start : match.end;
          if (cut > start) records.push(text.slice(start, cut));
          start = cut;
          from = Math.max(match.end, from + 1);
        }
        if (start < text.length) records.push(text.slice(start));
        for (const record of records.reverse()) yield* stdout(proc).print(record);
      } catch (error) {
        const why = reason(error);
        yield* warn(
          proc,
          name === "-"
            ? `${quoteInput(name)}: read error: ${why}`
            : isSysError(error, "EISDIR")
              ? `${name}: read error: Invalid argument`
              : `failed to open ${quote(name)} for reading: ${why}`,
        );
        status = 1;
      }
    }
    return status;
  },
};

type Section = "body" | "header" | "footer";

/** nl(1). */
export const nl: Command = {
  name: "nl",
  package: "coreutils",
  closesInput: "-",
  style: "gnu",
  usage: ["nl [OPTION]... [FILE]..."],
  about: "Write each FILE to standard output, with line numbers added.",
  options: [
    { name: "body-numbering", short: "b", argument: "STYLE", help: "use STYLE for numbering body lines" },
    { name: "section-delimiter", short: "d", argument: "CC", help: "use CC for logical page delimiters" },
    { name: "footer-numbering", short: "f", argument: "STYLE", help: "use STYLE for numbering footer lines" },
    { name: "header-numbering", short: "h", argument: "STYLE", help: "use STYLE for numbering header lines" },
    { name: "line-increment", short: "i", argument: "NUMBER", help: "line number increment at each line" },
    { name: "join-blank-lines", short: "l", argument: "NUMBER", help: "group of NUMBER empty lines counted as one" },
    {
      name: "number-format",
      short: "n",
      argument: "FORMAT",
      help: "insert line numbers according to FORMAT: ln, rn, rz",
      values: ["ln", "rn", "rz"],
    },
    { name: "no-renumber", short: "p", help: "do not reset line numbers for each section" },
    { name: "number-separator", short: "s", argument: "STRING", help: "add STRING after (possible) line number" },
    { name: "starting-line-number", short: "v", argument: "NUMBER", help: "first line number for each section" },
    { name: "number-width", short: "w", argument: "NUMBER", help: "use NUMBER columns for line numbers" },
  ],
  completes: "files",
  *run(proc, options) {
    const integer = (name: string, fallback: number, what: string, least = -Infinity): number => {
      const text = options.value(name);
      if (text === undefined) return fallback;
      if (!/^-?[0-9]+$/.test(text)) throw new Failure(`invalid ${what}: ${curly(text)}`);
      if (Number(text) < least) throw new Failure(`invalid ${what}: ${curly(text)}: Numerical result out of range`);
      return Number(text);
    };
    const increment = integer("line-increment", 1, "line number increment");
    const start = integer("starting-line-number", 1, "starting line number");
    const width = integer("number-width", 6, "line number field width", 1);
    const blanksPerNumber = integer("join-blank-lines", 1, "line number of blank lines", 1);
    const format = options.value("number-format") ?? "rn";
    if (!["ln", "rn", "rz"].includes(format)) throw new UsageError(`invalid line numbering format: ${curly(format)}`);
    const separator = options.value("number-separator") ?? "\t";
    const mark = options.value("section-delimiter") ?? "\\:";
    const delimiter = mark.length === 1 ? `${mark}:` : mark;
    const styleOf = (text: string, name: string): ((line: string) => boolean) => {
      if (text === "a") return () => true;
      if (text === "t") return (line) => line !== "";
      if (text === "n") return () => false;
      if (!text.startsWith("p")) throw new UsageError(`invalid ${name} numbering style: ${curly(text)}`);
      const pattern = Pattern.compile(text.slice(1), { syntax: "basic" });
      return (line) => pattern.test(line);
    };
    const styles: Readonly<Record<Section, (line: string) => boolean>> = {
      body: styleOf(options.value("body-numbering") ?? "t", "body"),
      header: styleOf(options.value("header-numbering") ?? "n", "header"),
      footer: styleOf(options.value("footer-numbering") ?? "n", "footer"),
    };
    let section: Section = "body";
    let number = start;
    let blanks = 0;
    const out = stdout(proc);
    const show = (line: string): string => {
      const kind = { [delimiter.repeat(3)]: "header", [delimiter.repeat(2)]: "body", [delimiter]: "footer" }[line] as Section | undefined;
      if (kind !== undefined) {
        section = kind;
        if (!options.has("no-renumber")) number = start;
        return "\n";
      }
      let counts = styles[section](line);
      if (counts && line === "" && blanksPerNumber > 1) counts = ++blanks % blanksPerNumber === 0;
      else blanks = 0;
      if (!counts) return " ".repeat(width + separator.length) + line + "\n";
      const text = String(number);
      number += increment;
      const shown =
        format === "ln"
          ? text.padEnd(width)
          : format === "rz"
            ? text.startsWith("-")
              ? "-" + text.slice(1).padStart(width - 1, "0")
              : text.padStart(width, "0")
            : text.padStart(width);
      return shown + separator + line + "\n";
    };
    let status = 0;
    for (const name of options.operands.length === 0 ? ["-"] : options.operands) {
      try {
        const fd = openInput(proc, name);
        try {
          const reader = new LineReader(proc, fd);
          for (;;) {
            const batch = yield* reader.batch();
            if (batch === undefined) break;
            for (const line of batch) out.add(show(line));
            if (out.full) yield* out.flush();
          }
        } finally {
          closeInput(proc, fd);
        }
      } catch (error) {
        yield* warn(proc, `${quoteFile(name)}: ${reason(error)}`);
        status = 1;
      }
    }
    return status;
  },
};
