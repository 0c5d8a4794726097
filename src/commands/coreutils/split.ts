import { isSysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import type { Command } from "../command.ts";
import { Failure, reason } from "../complain.ts";
import { extraOperand } from "../operands.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { curly, quote, quoteFile } from "../quote.ts";
import { parseSize } from "../sizes.ts";
import { readWhole } from "../text-io.ts";

/** split(1). */
export const split: Command = {
  name: "split",
  package: "coreutils",
  style: "gnu",
  usage: ["split [OPTION]... [FILE [PREFIX]]"],
  about: "Output pieces of FILE to PREFIXaa, PREFIXab, ...; default size is 1000 lines, and default PREFIX is 'x'.",
  options: [
    { name: "suffix-length", short: "a", argument: "N", help: "generate suffixes of length N (default 2)" },
    { name: "additional-suffix", argument: "SUFFIX", help: "append an additional SUFFIX to file names" },
    { name: "bytes", short: "b", argument: "SIZE", help: "put SIZE bytes per output file" },
    { name: "line-bytes", short: "C", argument: "SIZE", help: "put at most SIZE bytes of records per output file", fidelity: "unbuilt" },
    { name: "d", short: "d", long: false, help: "use numeric suffixes starting at 0, not alphabetic" },
    { name: "numeric-suffixes", argument: "FROM", optional: true, help: "same as -d, but allow setting the start value" },
    { name: "x", short: "x", long: false, help: "use hex suffixes starting at 0, not alphabetic" },
    { name: "elide-empty-files", short: "e", help: "do not generate empty output files with '-n'" },
    { name: "filter", argument: "COMMAND", help: "write to shell COMMAND; file name is $FILE", fidelity: "unbuilt" },
    { name: "lines", short: "l", argument: "NUMBER", help: "put NUMBER lines/records per output file" },
    { name: "number", short: "n", argument: "CHUNKS", help: "generate CHUNKS output files" },
    { name: "separator", short: "t", argument: "SEP", help: "use SEP instead of newline as the record separator" },
    { name: "verbose", help: "print a diagnostic just before each output file is opened" },
  ],
  completes: "files",
  rewrite: (args) => args.map((arg) => arg.replace(/^-([0-9]+)$/, "-l$1")),
  *run(proc, options) {
    const [name = "-", prefix = "x", extra] = options.operands;
    if (extra !== undefined) throw extraOperand(extra);
    const kinds = options.order.filter((given) => ["bytes", "lines", "number"].includes(given.name));
    if (kinds.length > 1) throw new UsageError("cannot split in more than one way");
    const number = (option: string, what: string): number => {
      const size = parseSize(options.value(option) ?? "");
      if (size === undefined || size === 0) throw new Failure(`invalid number of ${what}: ${curly(options.value(option) ?? "")}`);
      return size;
    };
    const count = options.has("bytes")
      ? number("bytes", "bytes")
      : options.has("number")
        ? number("number", "chunks")
        : options.has("lines")
          ? number("lines", "lines")
          : 1000;
    let bytes: Uint8Array;
    try {
      bytes = yield* readWhole(proc, name);
    } catch (error) {
      const why = reason(error);
      throw new Failure(isSysError(error, "EISDIR") ? `${quoteFile(name)}: ${why}` : `cannot open ${quote(name)} for reading: ${why}`);
    }
    const separator = (options.value("separator") ?? "\n").charCodeAt(0);
    const pieces: Uint8Array[] = [];
    if (options.has("bytes")) {
      const size = count;
      for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
    } else if (options.has("number")) {
      for (let index = 0; index < count; index++) {
        const piece = bytes.subarray(Math.floor((bytes.length * index) / count), Math.floor((bytes.length * (index + 1)) / count));
        if (piece.length > 0 || !options.has("elide-empty-files")) pieces.push(piece);
      }
    } else {
      let start = 0;
      let seen = 0;
      for (let at = 0; at < bytes.length; at++) {
        if (bytes[at] === separator && ++seen === count) {
          pieces.push(bytes.subarray(start, at + 1));
          start = at + 1;
          seen = 0;
        }
      }
      if (start < bytes.length) pieces.push(bytes.subarray(start));
    }
    const digits = options.has("d") || options.has("numeric-suffixes") ? 10 : options.has("x") ? 16 : 26;
    const first = Number(options.value("numeric-suffixes") ?? 0);
    const given = options.value("suffix-length");
    const length = given === undefined ? Math.max(2, suffix(pieces.length - 1 + first, digits, 0).length) : Number(given);
    for (const [index, piece] of pieces.entries()) {
      const text = suffix(index + first, digits, length);
      if (text.length > length) throw new Failure("output file suffixes exhausted");
      const path = prefix + text + (options.value("additional-suffix") ?? "");
      if (options.has("verbose")) yield* stdout(proc).print(`creating file ${quote(path)}\n`);
      try {
        const fd = proc.sys.open(path, O.WRONLY | O.CREAT | O.TRUNC, 0o666);
        yield* proc.write(fd, piece);
        proc.sys.close(fd);
      } catch (error) {
        throw new Failure(`${quoteFile(path)}: ${reason(error)}`);
      }
    }
    return 0;
  },
};

/** The number `index` in letters, digits or hexadecimal digits. */
function suffix(index: number, base: number, length: number): string {
  const alphabet = base === 26 ? "abcdefghijklmnopqrstuvwxyz" : "0123456789abcdef";
  let text = "";
  for (let rest = index; rest > 0; rest = Math.floor(rest / base)) text = (alphabet[rest % base] ?? "") + text;
  return text.padStart(length, alphabet[0]);
}
