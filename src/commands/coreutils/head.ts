import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Command } from "../command.ts";
import { Failure, reason, warn } from "../complain.ts";
import { stdout } from "../output.ts";
import { curly, quote, quoteInput } from "../quote.ts";
import { parseSize } from "../sizes.ts";
import { closeInput, openInput, readBlock, readRest } from "../text-io.ts";

/** head(1). */
export const head: Command = {
  name: "head",
  package: "coreutils",
  closesInput: "-",
  style: "gnu",
  usage: ["head [OPTION]... [FILE]..."],
  about: "Print the first 10 lines of each FILE to standard output.",
  options: [
    {
      name: "bytes",
      short: "c",
      argument: "[-]NUM",
      help: "print the first NUM bytes of each file; with the leading '-', all but the last NUM bytes",
    },
    {
      name: "lines",
      short: "n",
      argument: "[-]NUM",
      help: "print the first NUM lines instead of the first 10; with the leading '-', all but the last NUM lines",
    },
    { name: "quiet", short: "q", alsoLong: ["silent"], help: "never print headers giving file names" },
    { name: "verbose", short: "v", help: "always print headers giving file names" },
    { name: "zero-terminated", short: "z", help: "line delimiter is NUL, not newline" },
  ],
  completes: "files",
  rewrite: (args) => obsoleteCount(args, "-"),
  *run(proc, options) {
    const given = options.order.findLast((option) => option.name === "bytes" || option.name === "lines");
    const unit = given?.name === "bytes" ? "bytes" : "lines";
    const text = given?.value ?? "10";
    const count = parseSize(text.replace(/^-/, ""));
    if (count === undefined) throw new Failure(`invalid number of ${unit}: ${curly(text.replace(/^-/, ""))}`);
    const fromEnd = text.startsWith("-");
    const delimiter = options.has("zero-terminated") ? 0 : 10;
    const names = options.operands.length === 0 ? ["-"] : options.operands;
    const headers = headersWanted(options.order, names.length);
    let status = 0;
    let first = true;
    for (const name of names) {
      try {
        const fd = openInput(proc, name);
        try {
          if (headers) stdout(proc).add(`${first ? "" : "\n"}==> ${name === "-" ? "standard input" : name} <==\n`);
          first = false;
          if (fromEnd) yield* allBut(proc, fd, unit, count, delimiter);
          else yield* start(proc, fd, unit, count, delimiter);
        } finally {
          closeInput(proc, fd);
        }
      } catch (error) {
        if (isSysError(error) && error.syscall === "write")
          throw error.errno === "EPIPE" ? error : new Failure(`error writing ${quote("standard output")}: ${error.text}`);
        const why = reason(error);
        const reading = isSysError(error) && error.syscall === "read";
        yield* warn(
          proc,
          reading
            ? `error reading ${name === "-" ? quoteInput(name) : quote(name)}: ${why}`
            : `cannot open ${quote(name)} for reading: ${why}`,
        );
        status = 1;
      }
    }
    return status;
  },
};

/** Turns `-5`, `-5c` (or `+5` with tail) in front into `-n 5` and `-c 5`. */
export function obsoleteCount(args: readonly string[], signs: string): readonly string[] {
  const [first = "", ...rest] = args;
  const found = /^([-+])([0-9]+)([a-z]*)$/.exec(first);
  if (found === null || !signs.includes(found[1] ?? "?")) return args;
  const [, sign = "", digits = "", letters = ""] = found;
  const others = letters.replace(/[cl]/g, "");
  return [letters.includes("c") ? "-c" : "-n", (sign === "+" ? "+" : "") + digits, ...(others === "" ? [] : [`-${others}`]), ...rest];
}

/** Whether `==> name <==` goes before each file. */
export function headersWanted(order: readonly { readonly name: string }[], files: number): boolean {
  const given = order.findLast((option) => option.name === "quiet" || option.name === "verbose");
  return given === undefined ? files > 1 : given.name === "verbose";
}

function* start(proc: Process, fd: number, unit: "bytes" | "lines", count: number, delimiter: number): Run<void> {
  let left = count;
  while (left > 0) {
    const block = yield* readBlock(proc, fd, unit === "bytes" ? Math.min(left, 65536) : 65536);
    if (block.length === 0) return;
    let end = block.length;
    if (unit === "bytes") left -= block.length;
    else {
      for (let at = 0; at < block.length && left > 0; at++) {
        if (block[at] === delimiter && --left === 0) end = at + 1;
      }
      // What was read too much goes back, so that the next reader of the same file finds it.
      if (end < block.length && proc.sys.fstat(fd).type === "file") proc.sys.lseek(fd, end - block.length, "CUR");
    }
    yield* stdout(proc).print(block.subarray(0, end));
  }
}

function* allBut(proc: Process, fd: number, unit: "bytes" | "lines", count: number, delimiter: number): Run<void> {
  const whole = yield* readRest(proc, fd);
  let end = whole.length;
  if (unit === "bytes") end = Math.max(0, end - count);
  else {
    let left = count + (whole.length > 0 && whole.at(-1) !== delimiter ? 0 : 1);
    if (count === 0) left = 0;
    while (end > 0 && left > 0) {
      end--;
      if (whole[end] === delimiter && --left === 0) {
        end++;
        break;
      }
    }
  }
  yield* stdout(proc).print(whole.subarray(0, end));
}
