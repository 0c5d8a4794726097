/** Text in columns: paste, fold, expand, unexpand, join. */
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Command } from "../command.ts";
import { Failure, reason, warn } from "../complain.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { curly, quoteFile } from "../quote.ts";
import { characterWidth } from "../table.ts";
import { closeInput, LineReader, openInput } from "../text-io.ts";

/** Each line of each operand through `onLine`, whose text is printed; 1 after a complaint. */
export function* eachLine(
  proc: Process,
  operands: readonly string[],
  end: "\n" | "\0",
  onLine: (line: string, ended: boolean) => string,
): Run<number> {
  let status = 0;
  for (const name of operands.length === 0 ? ["-"] : operands) {
    try {
      const fd = openInput(proc, name);
      try {
        const reader = new LineReader(proc, fd, end, { bytes: true });
        for (let line = yield* reader.next(); line !== undefined; line = yield* reader.next())
          yield* stdout(proc).print(onLine(line, !reader.lastWasUnterminated));
      } finally {
        closeInput(proc, fd);
      }
    } catch (error) {
      if (isSysError(error) && error.syscall === "write") throw error;
      yield* warn(proc, `${quoteFile(name)}: ${reason(error)}`);
      status = 1;
    }
  }
  return status;
}

/** paste(1). */
export const paste: Command = {
  name: "paste",
  package: "coreutils",
  closesInput: "-",
  style: "gnu",
  usage: ["paste [OPTION]... [FILE]..."],
  about: "Write lines consisting of the sequentially corresponding lines from each FILE, separated by TABs, to standard output.",
  options: [
    { name: "delimiters", short: "d", argument: "LIST", help: "reuse characters from LIST instead of TABs" },
    { name: "serial", short: "s", help: "paste one file at a time instead of in parallel" },
    { name: "zero-terminated", short: "z", help: "line delimiter is NUL, not newline" },
  ],
  completes: "files",
  *run(proc, options) {
    const end = options.has("zero-terminated") ? "\0" : "\n";
    const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", b: "\b", f: "\f", r: "\r", v: "\v", "\\": "\\", "0": "" };
    const list = options.value("delimiters") ?? "\t";
    if (/(?:^|[^\\])(?:\\\\)*\\$/.test(list)) throw new Failure(`delimiter list ends with an unescaped backslash: ${list}`);
    const delimiters = [...list.matchAll(/\\(.)|(.)/gsu)].map(([, escape, plain]) =>
      escape === undefined ? (plain ?? "") : (escapes[escape] ?? escape),
    );
    const between = (index: number): string => (delimiters.length === 0 ? "" : (delimiters[index % delimiters.length] ?? ""));
    const names = options.operands.length === 0 ? ["-"] : options.operands;
    // Operands that name standard input share its lines.
    let standard: LineReader | undefined;
    const readers: (() => Run<string | undefined>)[] = [];
    let status = 0;
    for (const name of names) {
      try {
        const reader = name === "-" && standard !== undefined ? standard : new LineReader(proc, openInput(proc, name), end);
        if (name === "-") standard = reader;
        let failed = false;
        // What cannot be read is told once and counts as ended.
        readers.push(function* () {
          try {
            return failed ? undefined : yield* reader.next();
          } catch (error) {
            failed = true;
            status = 1;
            yield* warn(proc, `${quoteFile(name)}: ${reason(error)}`);
            return undefined;
          }
        });
      } catch (error) {
        yield* warn(proc, `${quoteFile(name)}: ${reason(error)}`);
        if (!options.has("serial")) return 1;
        status = 1;
      }
    }
    const out = stdout(proc);
    if (options.has("serial")) {
      for (const next of readers) {
        let index = 0;
        for (let line = yield* next(); line !== undefined; line = yield* next()) {
          yield* out.print((index > 0 ? between(index - 1) : "") + line);
          index++;
        }
        yield* out.print(end);
      }
      return status;
    }
    for (;;) {
      const cells: string[] = [];
      let any = false;
      for (const next of readers) {
        const line = yield* next();
        if (line !== undefined) any = true;
        cells.push(line ?? "");
      }
      if (!any) return status;
      yield* out.print(cells.map((cell, index) => (index > 0 ? between(index - 1) : "") + cell).join("") + end);
    }
  },
};

/** fold(1). */
export const fold: Command = {
  name: "fold",
  package: "coreutils",
  closesInput: "-",
  style: "gnu",
  usage: ["fold [OPTION]... [FILE]..."],
  about: "Wrap input lines in each FILE, writing to standard output.",
  options: [
    { name: "bytes", short: "b", help: "count bytes rather than columns" },
    { name: "spaces", short: "s", help: "break at spaces" },
    { name: "width", short: "w", argument: "WIDTH", help: "use WIDTH columns instead of 80" },
  ],
  completes: "files",
  rewrite: (args) => args.map((arg) => arg.replace(/^-([0-9]+)$/, "-w$1")),
  *run(proc, options) {
    const text = options.value("width") ?? "80";
    if (!/^[0-9]+$/.test(text)) throw new Failure(`invalid number of columns: ${curly(text)}`);
    if (Number(text) === 0) throw new Failure(`invalid number of columns: ${curly(text)}: Numerical result out of range`);
    const width = Number(text);
    const advance = (column: number, character: string): number => {
      if (options.has("bytes")) return column + 1;
      if (character === "\t") return column + 8 - (column % 8);
      if (character === "\b") return Math.max(0, column - 1);
      return character === "\r" ? 0 : column + characterWidth(character);
    };
    return yield* eachLine(proc, options.operands, "\n", (line, ended) => {
      let out = "";
      let piece = "";
      let column = 0;
      for (const character of line) {
        for (;;) {
          const next = advance(column, character);
          if (next <= width || piece === "") {
            piece += character;
            column = next;
            break;
          }
          const blank = options.has("spaces") ? Math.max(piece.lastIndexOf(" "), piece.lastIndexOf("\t")) : -1;
          const cut = blank >= 0 ? blank + 1 : piece.length;
          out += `${piece.slice(0, cut)}\n`;
          piece = piece.slice(cut);
          column = [...piece].reduce(advance, 0);
        }
      }
      return out + piece + (ended ? "\n" : "");
    });
  },
};

/** Tab stops: every N, or a list; undefined behind the last of a list. */
function tabStops(text: string | undefined): (column: number) => number | undefined {
  const list = (text ?? "8").split(/[, ]+/).filter((part) => part !== "");
  // Behind the list: "/N" at multiples of N, "+N" every N from its last one.
  const repeat = /^([/+])([1-9][0-9]*)$/.exec(list.at(-1) ?? "");
  if (repeat !== null) list.pop();
  const stops = list.map((part) => {
    if (!/^[0-9]+$/.test(part)) throw new Failure(`tab size contains invalid character(s): ${curly(part)}`);
    if (part === "0") throw new Failure("tab size cannot be 0");
    return Number(part);
  });
  if (stops.some((stop, at) => at > 0 && stop <= (stops[at - 1] ?? 0))) throw new Failure("tab sizes must be ascending");
  if (repeat !== null) {
    const step = Number(repeat[2]);
    const from = repeat[1] === "+" ? (stops.at(-1) ?? 0) : 0;
    return (column) => stops.find((stop) => stop > column) ?? from + (Math.floor((column - from) / step) + 1) * step;
  }
  const [only = 8] = stops;
  if (stops.length <= 1) return (column) => (Math.floor(column / only) + 1) * only;
  return (column) => stops.find((stop) => stop > column);
}

/** expand(1). */
export const expand: Command = {
  name: "expand",
  package: "coreutils",
  closesInput: "-",
  style: "gnu",
  usage: ["expand [OPTION]... [FILE]..."],
  about: "Convert tabs in each FILE to spaces, writing to standard output.",
  options: [
    { name: "initial", short: "i", help: "do not convert tabs after non blanks" },
    { name: "tabs", short: "t", argument: "N", help: "have tabs N characters apart, not 8; or use comma separated list of tab positions" },
  ],
  completes: "files",
  rewrite: (args) => args.map((arg) => arg.replace(/^-([0-9,]+)$/, "-t$1")),
  *run(proc, options) {
    const stop = tabStops(options.value("tabs"));
    return yield* eachLine(proc, options.operands, "\n", (line, ended) => {
      let out = "";
      let column = 0;
      let initial = true;
      for (const character of line) {
        if (character === "\t" && (initial || !options.has("initial"))) {
          const next = stop(column) ?? column + 1;
          out += " ".repeat(next - column);
          column = next;
          continue;
        }
        if (character !== " ") initial = false;
        out += character;
        column += characterWidth(character);
      }
      return out + (ended ? "\n" : "");
    });
  },
};

/** unexpand(1). */
export const unexpand: Command = {
  name: "unexpand",
  package: "coreutils",
  closesInput: "-",
  style: "gnu",
  usage: ["unexpand [OPTION]... [FILE]..."],
  about: "Convert blanks in each FILE to tabs, writing to standard output.",
  options: [
    { name: "all", short: "a", help: "convert all blanks, instead of just initial blanks" },
    { name: "first-only", help: "convert only leading sequences of blanks (overrides -a)" },
    { name: "tabs", short: "t", argument: "N", help: "have tabs N characters apart instead of 8 (enables -a)" },
  ],
  completes: "files",
  *run(proc, options) {
    const stop = tabStops(options.value("tabs"));
    const all = (options.has("all") || options.has("tabs")) && !options.has("first-only");
    return yield* eachLine(proc, options.operands, "\n", (line, ended) => {
      let out = "";
      let column = 0;
      let converting = true;
      let pending = "";
      const flush = (): void => {
        out += pending;
        pending = "";
      };
      for (const character of line) {
        if (converting && (character === " " || character === "\t")) {
          const next = stop(column);
          if (character === "\t") {
            pending = "";
            out += "\t";
            column = next ?? column + 1;
          } else {
            pending += " ";
            column++;
            // A single blank before a stop stays a blank unless more follow.
            if (column === next) {
              if (pending.length > 1) {
                out += "\t";
                pending = "";
              }
            }
          }
          continue;
        }
        flush();
        out += character;
        column += characterWidth(character);
        converting = all;
      }
      flush();
      return out + (ended ? "\n" : "");
    });
  },
};

/** join(1). */
export const join: Command = {
  name: "join",
  package: "coreutils",
  style: "gnu",
  usage: ["join [OPTION]... FILE1 FILE2"],
  about: "For each pair of input lines with identical join fields, write a line to standard output.",
  options: [
    { name: "a", short: "a", long: false, argument: "FILENUM", help: "also print unpairable lines from file FILENUM" },
    { name: "e", short: "e", long: false, argument: "STRING", help: "replace missing (empty) input fields with STRING" },
    { name: "ignore-case", short: "i", help: "ignore differences in case when comparing fields" },
    { name: "j", short: "j", long: false, argument: "FIELD", help: "equivalent to '-1 FIELD -2 FIELD'" },
    { name: "o", short: "o", long: false, argument: "FORMAT", help: "obey FORMAT while constructing output line" },
    { name: "t", short: "t", long: false, argument: "CHAR", help: "use CHAR as input and output field separator" },
    { name: "v", short: "v", long: false, argument: "FILENUM", help: "like -a FILENUM, but suppress joined output lines" },
    { name: "1", short: "1", long: false, argument: "FIELD", help: "join on this FIELD of file 1" },
    { name: "2", short: "2", long: false, argument: "FIELD", help: "join on this FIELD of file 2" },
    { name: "check-order", help: "check that the input is correctly sorted, even if all input lines are pairable" },
    { name: "nocheck-order", help: "do not check that the input is correctly sorted" },
    { name: "header", help: "treat the first line in each file as field headers" },
    { name: "zero-terminated", short: "z", help: "line delimiter is NUL, not newline" },
  ],
  completes: "files",
  *run(proc, options) {
    const [left, right, extra] = options.operands;
    if (left === undefined) throw new UsageError("missing operand");
    if (right === undefined) throw new UsageError(`missing operand after ${curly(left)}`);
    if (extra !== undefined) throw new UsageError(`extra operand ${curly(extra)}`);
    const field = (name: string): number => {
      const text = options.value(name) ?? options.value("j") ?? "1";
      if (!/^[1-9][0-9]*$/.test(text)) throw new Failure(`invalid field number: ${curly(text)}`);
      return Number(text) - 1;
    };
    const keys = [field("1"), field("2")] as const;
    const separator = options.value("t");
    const end = options.has("zero-terminated") ? "\0" : "\n";
    const split = (line: string): string[] => (separator === undefined ? line.trimStart().split(/[ \t]+/) : line.split(separator));
    const joiner = separator ?? " ";
    const readers: LineReader[] = [];
    for (const name of [left, right]) {
      try {
        readers.push(new LineReader(proc, openInput(proc, name), end));
      } catch (error) {
        throw new Failure(`${quoteFile(name)}: ${reason(error)}`);
      }
    }
    const unpaired = new Set([...options.values("a"), ...options.values("v")]);
    const onlyUnpaired = options.has("v");
    const empty = options.value("e") ?? "";
    const auto = options.value("o") === "auto";
    const format = auto ? undefined : options.value("o")?.split(/[, ]+/);
    for (const spec of format ?? []) {
      if (spec === "0") continue;
      if (!/^[12]/.test(spec)) throw new Failure(`invalid file number in field spec: ${curly(spec)}`);
      if (!/^[12]\.[1-9][0-9]*$/.test(spec))
        throw new Failure(spec.includes(".") ? `invalid field number: ${curly(spec.slice(2))}` : `invalid field specifier: ${curly(spec)}`);
    }
    if (left === "-" && right === "-") throw new Failure("both files cannot be standard input: No such file or directory");
    const key = (fields: readonly string[] | undefined, index: 0 | 1): string => {
      const text = fields?.[keys[index]] ?? "";
      return options.has("ignore-case") ? text.toLowerCase() : text;
    };
    const out = stdout(proc);
    const show = function* (a: readonly string[] | undefined, b: readonly string[] | undefined): Run<void> {
      let cells: string[];
      if (format !== undefined) {
        cells = format.map((spec) => {
          if (spec === "0") return (a?.[keys[0]] ?? b?.[keys[1]] ?? empty) || empty;
          const [file, number] = spec.split(".");
          return ((file === "1" ? a : b)?.[Number(number) - 1] ?? empty) || empty;
        });
      } else {
        const rest = (fields: readonly string[] | undefined, index: 0 | 1): string[] => {
          if (!auto) return fields?.filter((_, at) => at !== keys[index]) ?? [];
          const others = Array.from({ length: widths[index] ?? 0 }, (_, at) => at).filter((at) => at !== keys[index]);
          return others.map((at) => (fields?.[at] ?? "") || empty);
        };
        cells = [a?.[keys[0]] ?? b?.[keys[1]] ?? "", ...rest(a, 0), ...rest(b, 1)];
      }
      yield* out.print(cells.join(joiner) + end);
    };
    const next = function* (index: 0 | 1): Run<readonly string[] | undefined> {
      const line = yield* (readers[index] as LineReader).next();
      if (line === undefined) return undefined;
      lineNumbers[index]++;
      const fields = split(line);
      widths[index] ??= fields.length;
      const before = seen[index];
      seen[index] = key(fields, index);
      const isHeader = options.has("header") && lineNumbers[index] === 2;
      if (before === undefined || isHeader || before <= seen[index] || disordered[index] || options.has("nocheck-order")) return fields;
      if (!options.has("check-order") && !hasUnpaired) return fields;
      disordered[index] = true;
      const message = `${[left, right][index] ?? ""}:${String(lineNumbers[index])}: is not sorted: ${line}`;
      if (options.has("check-order")) throw new Failure(message);
      yield* warn(proc, message);
      return fields;
    };
    const lineNumbers: [number, number] = [0, 0];
    const widths: [number?, number?] = [];
    const seen: [string?, string?] = [];
    const disordered: [boolean, boolean] = [false, false];
    let hasUnpaired = false;
    let a = yield* next(0);
    let b = yield* next(1);
    if (options.has("header") && a !== undefined && b !== undefined) {
      yield* show(a, b);
      a = yield* next(0);
      b = yield* next(1);
    }
    while (a !== undefined || b !== undefined) {
      const order = a === undefined ? 1 : b === undefined ? -1 : key(a, 0) < key(b, 1) ? -1 : key(a, 0) > key(b, 1) ? 1 : 0;
      hasUnpaired ||= order !== 0;
      if (order < 0) {
        if (unpaired.has("1")) yield* show(a, undefined);
        a = yield* next(0);
      } else if (order > 0) {
        if (unpaired.has("2")) yield* show(undefined, b);
        b = yield* next(1);
      } else {
        const wanted = key(a, 0);
        const lefts: (readonly string[])[] = [];
        const rights: (readonly string[])[] = [];
        for (; a !== undefined && key(a, 0) === wanted; a = yield* next(0)) lefts.push(a);
        for (; b !== undefined && key(b, 1) === wanted; b = yield* next(1)) rights.push(b);
        if (!onlyUnpaired) for (const one of lefts) for (const two of rights) yield* show(one, two);
      }
    }
    if (disordered.includes(true)) throw new Failure("input is not in sorted order");
    return 0;
  },
};
