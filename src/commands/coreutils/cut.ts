import { decodeUtf8, encodeUtf8 } from "../../base/utf8.ts";
import type { Command, ParsedOptions } from "../command.ts";
import { Failure, reason, warn } from "../complain.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { curly, quoteFile } from "../quote.ts";
import { closeInput, LineReader, openInput } from "../text-io.ts";

type Range = readonly [from: number, to: number];

/** cut(1). Characters are bytes to the real one as well (-c is -b). */
export const cut: Command = {
  name: "cut",
  package: "coreutils",
  closesInput: "-",
  style: "gnu",
  usage: ["cut OPTION... [FILE]..."],
  about: "Print selected parts of lines from each FILE to standard output.",
  options: [
    { name: "bytes", short: "b", argument: "LIST", help: "select only these bytes" },
    { name: "characters", short: "c", argument: "LIST", help: "select only these characters" },
    { name: "delimiter", short: "d", argument: "DELIM", help: "use DELIM instead of TAB for field delimiter" },
    {
      name: "fields",
      short: "f",
      argument: "LIST",
      help: "select only these fields; also print any line that contains no delimiter character, unless the -s option is specified",
    },
    { name: "n", short: "n", long: false, help: "(ignored)", fidelity: "ignored" },
    { name: "complement", help: "complement the set of selected bytes, characters or fields" },
    { name: "only-delimited", short: "s", help: "do not print lines not containing delimiters" },
    { name: "output-delimiter", argument: "STRING", help: "use STRING as the output delimiter" },
    { name: "zero-terminated", short: "z", help: "line delimiter is NUL, not newline" },
  ],
  completes: "files",
  *run(proc, options) {
    const { mode, list } = modeOf(options);
    const delimiter = options.value("delimiter");
    if (delimiter !== undefined && [...delimiter].length > 1) throw new UsageError("the delimiter must be a single character");
    if (delimiter !== undefined && mode !== "fields")
      throw new UsageError("an input delimiter may be specified only when operating on fields");
    if (options.has("only-delimited") && mode !== "fields")
      throw new UsageError("suppressing non-delimited lines makes sense\n\tonly when operating on fields");
    let ranges = parseList(list, mode);
    if (options.has("complement")) ranges = complement(ranges);
    const separator = delimiter === "" ? "\0" : (delimiter ?? "\t");
    const joiner = options.value("output-delimiter");
    const end = options.has("zero-terminated") ? "\0" : "\n";
    const onLine = (line: string): string | undefined => {
      if (mode === "fields") {
        if (!line.includes(separator)) return options.has("only-delimited") ? undefined : line;
        const fields = line.split(separator);
        return ranges.flatMap(([from, to]) => fields.slice(from - 1, to)).join(joiner ?? separator);
      }
      const isAscii = /^[\x00-\x7f]*$/.test(line);
      const bytes = isAscii ? undefined : encodeUtf8(line);
      const part = ([from, to]: Range): string =>
        bytes === undefined ? line.slice(from - 1, to) : decodeUtf8(bytes.subarray(from - 1, Math.min(to, bytes.length)));
      return ranges
        .map(part)
        .filter((text) => text !== "")
        .join(joiner ?? "");
    };
    let status = 0;
    for (const name of options.operands.length === 0 ? ["-"] : options.operands) {
      try {
        const fd = openInput(proc, name);
        try {
          const reader = new LineReader(proc, fd, end);
          for (;;) {
            const batch = yield* reader.batch();
            if (batch === undefined) break;
            for (const line of batch) {
              const part = onLine(line);
              if (part !== undefined) stdout(proc).add(part + end);
            }
            if (stdout(proc).full) yield* stdout(proc).flush();
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

function modeOf(options: ParsedOptions): { readonly mode: "bytes" | "fields"; readonly list: string } {
  const given = options.order.filter((option) => ["bytes", "characters", "fields"].includes(option.name));
  if (given.length > 1) throw new UsageError("only one list may be specified");
  const [only] = given;
  if (only === undefined) throw new UsageError("you must specify a list of bytes, characters, or fields");
  return { mode: only.name === "fields" ? "fields" : "bytes", list: only.value ?? "" };
}

/** `1,3-5,-2,7-`, sorted and merged. */
function parseList(list: string, mode: "bytes" | "fields"): readonly Range[] {
  const what = mode === "fields" ? "field" : "byte/character position";
  const ranges: [number, number][] = [];
  for (const part of list.split(/[, \t]/)) {
    const found = /^([0-9]*)(-?)([0-9]*)$/.exec(part);
    const [, from = "", dash = "", to = ""] = found ?? [];
    if (found === null) {
      if (/^[0-9-]*-[0-9-]*$/.test(part))
        throw new UsageError(mode === "fields" ? "invalid field range" : "invalid byte or character range");
      throw new UsageError(mode === "fields" ? `invalid field value ${curly(part)}` : `invalid byte/character position ${curly(part)}`);
    }
    if (part === "" || part === "-")
      throw new UsageError(
        part === "-"
          ? "invalid range with no endpoint: -"
          : mode === "fields"
            ? "fields are numbered from 1"
            : "byte/character positions are numbered from 1",
      );
    for (const number of [from, to])
      if (Number(number) >= 2 ** 64)
        throw new UsageError(`${mode === "fields" ? "field number" : "byte/character offset"} ${curly(number)} is too large`);
    const low = from === "" ? 1 : Number(from);
    const high = dash === "" ? low : to === "" ? Infinity : Number(to);
    if (low === 0) throw new UsageError(mode === "fields" ? "fields are numbered from 1" : "byte/character positions are numbered from 1");
    if (high < low) throw new UsageError("invalid decreasing range");
    ranges.push([low, high]);
  }
  if (ranges.length === 0) throw new Failure(`missing list of ${what}s`);
  ranges.sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const range of ranges) {
    const last = merged.at(-1);
    // Ranges that only touch stay apart for --output-delimiter.
    if (last !== undefined && range[0] <= last[1]) last[1] = Math.max(last[1], range[1]);
    else merged.push(range);
  }
  return merged;
}

function complement(ranges: readonly Range[]): readonly Range[] {
  const out: Range[] = [];
  let next = 1;
  for (const [from, to] of ranges) {
    if (from > next) out.push([next, from - 1]);
    next = to + 1;
  }
  if (next !== Infinity) out.push([next, Infinity]);
  return out;
}
