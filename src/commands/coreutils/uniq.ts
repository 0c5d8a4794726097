import { isSysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import type { Command } from "../command.ts";
import { Failure, reason } from "../complain.ts";
import { argumentIn, extraOperand, invalidArgument } from "../operands.ts";
import { UsageError } from "../options.ts";
import { Output, stdout } from "../output.ts";
import { quote, quoteFile } from "../quote.ts";
import { closeInput, LineReader, openInput } from "../text-io.ts";

/** uniq(1). */
export const uniq: Command = {
  name: "uniq",
  package: "coreutils",
  style: "gnu",
  usage: ["uniq [OPTION]... [INPUT [OUTPUT]]"],
  about: "Filter adjacent matching lines from INPUT (or standard input), writing to OUTPUT (or standard output).",
  options: [
    { name: "count", short: "c", help: "prefix lines by the number of occurrences" },
    { name: "repeated", short: "d", help: "only print duplicate lines, one for each group" },
    { name: "D", short: "D", long: false, help: "print all duplicate lines" },
    {
      name: "all-repeated",
      argument: "METHOD",
      optional: true,
      help: "like -D, but allow separating groups with an empty line",
      values: ["none", "prepend", "separate"],
    },
    { name: "skip-fields", short: "f", argument: "N", help: "avoid comparing the first N fields" },
    {
      name: "group",
      argument: "METHOD",
      optional: true,
      help: "show all items, separating groups with an empty line",
      values: ["separate", "prepend", "append", "both"],
    },
    { name: "ignore-case", short: "i", help: "ignore differences in case when comparing" },
    { name: "skip-chars", short: "s", argument: "N", help: "avoid comparing the first N characters" },
    { name: "unique", short: "u", help: "only print unique lines" },
    { name: "zero-terminated", short: "z", help: "line delimiter is NUL, not newline" },
    { name: "check-chars", short: "w", argument: "N", help: "compare no more than N characters in lines" },
  ],
  completes: "files",
  *run(proc, options) {
    const [input = "-", output, extra] = options.operands;
    if (extra !== undefined) throw extraOperand(extra);
    const number = (name: string, what: string): number | undefined => {
      const text = options.value(name);
      if (text === undefined) return undefined;
      if (!/^[0-9]+$/.test(text)) throw new Failure(`${text}: invalid number of ${what}`);
      return Number(text);
    };
    const fields = number("skip-fields", "fields to skip") ?? 0;
    const skip = number("skip-chars", "bytes to skip") ?? 0;
    const most = number("check-chars", "bytes to compare");
    const all = options.has("D") ? "none" : options.has("all-repeated") ? (options.value("all-repeated") ?? "none") : undefined;
    if (all !== undefined && !["none", "prepend", "separate"].includes(all))
      throw invalidArgument(all, "--all-repeated", ["‘none’", "‘prepend’", "‘separate’"]);
    const group = options.has("group") ? (options.value("group") ?? "separate") : undefined;
    if (group !== undefined) argumentIn(group, "--group", [["prepend"], ["append"], ["separate"], ["both"]]);
    if (group !== undefined && (all !== undefined || options.has("count") || options.has("repeated") || options.has("unique"))) {
      throw new UsageError("--group is mutually exclusive with -c/-d/-D/-u");
    }
    if (all !== undefined && options.has("count")) throw new UsageError("printing all duplicated lines and repeat counts is meaningless");
    const keyOf = (line: string): string => {
      let rest = line;
      for (let i = 0; i < fields; i++) rest = rest.replace(/^[ \t]*[^ \t]*/, "");
      rest = rest.slice(skip);
      if (most !== undefined) rest = rest.slice(0, most);
      return options.has("ignore-case") ? rest.toLowerCase() : rest;
    };
    const delimiter = options.has("zero-terminated") ? "\0" : "\n";
    const fd = openOrFail(() => openInput(proc, input), input);
    let out = stdout(proc);
    let outputFd: number | undefined;
    if (output !== undefined && output !== "-") {
      outputFd = openOrFail(() => proc.sys.open(output, O.WRONLY | O.CREAT | O.TRUNC, 0o666), output);
      out = new Output(proc, outputFd);
    }
    // The lines of the group; without -D and --group the first one is enough.
    const keepsAll = group !== undefined || all !== undefined;
    let lines: string[] = [];
    let count = 0;
    let key: string | undefined;
    let groups = 0;
    const show = (): void => {
      const [first] = lines;
      if (first === undefined) return;
      if (group !== undefined || all !== undefined) {
        if (all !== undefined && count < 2) return;
        const separated = group ?? all ?? "none";
        if (
          separated === "prepend" ||
          (groups === 0 && separated === "both") ||
          (groups > 0 && separated !== "none" && separated !== "append")
        )
          out.add(delimiter);
        groups++;
        for (const line of lines) out.add(line + delimiter);
        if (separated === "append") out.add(delimiter);
        return;
      }
      // With -d and -u together nothing is left.
      if ((options.has("repeated") && count < 2) || (options.has("unique") && count > 1)) return;
      out.add((options.has("count") ? `${String(count).padStart(7)} ` : "") + first + delimiter);
    };
    try {
      const reader = new LineReader(proc, fd, delimiter);
      for (;;) {
        const batch = yield* reader.batch();
        if (batch === undefined) break;
        for (const line of batch) {
          const next = keyOf(line);
          if (key !== undefined && next === key) {
            count++;
            if (keepsAll) lines.push(line);
          } else {
            show();
            lines = [line];
            count = 1;
            key = next;
          }
        }
        if (out.full) yield* out.flush();
      }
      show();
      if (group === "both" && groups > 0) out.add(delimiter);
      yield* out.flush();
    } catch (error) {
      if (isSysError(error) && error.syscall === "write") throw error;
      throw new Failure(`error reading ${quote(input)}: ${reason(error)}`);
    } finally {
      closeInput(proc, fd);
      if (outputFd !== undefined) proc.sys.close(outputFd);
    }
    return 0;
  },
};

function openOrFail(open: () => number, name: string): number {
  try {
    return open();
  } catch (error) {
    throw new Failure(`${quoteFile(name)}: ${reason(error)}`);
  }
}
