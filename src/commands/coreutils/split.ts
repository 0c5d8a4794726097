import { isSysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import type { Command } from "../command.ts";
import { Failure, reason } from "../complain.ts";
import { extraOperand } from "../operands.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { curly, quote, quoteFile } from "../quote.ts";
import { parseSize } from "../sizes.ts";
import { concat, readWhole } from "../text-io.ts";

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
    { name: "line-bytes", short: "C", argument: "SIZE", help: "put at most SIZE bytes of records per output file" },
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
    const kinds = options.order.filter((given) => ["bytes", "line-bytes", "lines", "number"].includes(given.name));
    if (kinds.length > 1) throw new UsageError("cannot split in more than one way");
    const number = (option: string, what: string): number => {
      const size = parseSize(options.value(option) ?? "");
      if (size === undefined || size === 0) throw new Failure(`invalid number of ${what}: ${curly(options.value(option) ?? "")}`);
      return size;
    };
    const chunks = options.has("number") ? chunksOf(options.value("number") ?? "") : undefined;
    const count = options.has("bytes")
      ? number("bytes", "bytes")
      : options.has("line-bytes")
        ? number("line-bytes", "bytes")
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
    let pieces: Uint8Array[] = [];
    if (options.has("bytes")) {
      const size = count;
      for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
    } else if (options.has("line-bytes")) pieces = packed(linesOf(bytes, separator), count);
    else if (chunks !== undefined) {
      pieces = divided(bytes, chunks, separator);
      if (chunks.only !== undefined) {
        yield* stdout(proc).print(pieces[chunks.only - 1] ?? new Uint8Array(0));
        return 0;
      }
      if (options.has("elide-empty-files")) pieces = pieces.filter((piece) => piece.length > 0);
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

/** -n: N by size, l/N without splitting lines, r/N with lines in turn; K/N is the K'th alone. */
interface Chunks {
  readonly kind: "bytes" | "lines" | "turns";
  readonly only: number | undefined;
  readonly count: number;
}

function chunksOf(text: string): Chunks {
  const [, letter, only, count = ""] = /^(?:([lr])\/)?(?:([0-9]+)\/)?([0-9]+)$/.exec(text) ?? [];
  if (count === "" || Number(count) === 0) throw new Failure(`invalid number of chunks: ${curly(/[^/]*$/.exec(text)?.[0] ?? "")}`);
  if (only !== undefined && (Number(only) === 0 || Number(only) > Number(count))) throw new Failure(`invalid chunk number: ${curly(only)}`);
  const kind = letter === "l" ? "lines" : letter === "r" ? "turns" : "bytes";
  return { kind, only: only === undefined ? undefined : Number(only), count: Number(count) };
}

/** Lines with what ends them. */
function linesOf(bytes: Uint8Array, separator: number): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const found = bytes.indexOf(separator, at);
    const end = found < 0 ? bytes.length : found + 1;
    lines.push(bytes.subarray(at, end));
    at = end;
  }
  return lines;
}

function divided(bytes: Uint8Array, { kind, count }: Chunks, separator: number): Uint8Array[] {
  const size = Math.floor(bytes.length / count);
  const more = bytes.length % count;
  const startOf = (index: number): number => index * size + Math.min(index, more);
  if (kind === "bytes") return Array.from({ length: count }, (_, index) => bytes.subarray(startOf(index), startOf(index + 1)));
  const parts = Array.from({ length: count }, (): Uint8Array[] => []);
  let at = 0;
  let chunk = 0;
  for (const [index, line] of linesOf(bytes, separator).entries()) {
    // A line belongs where it begins.
    while (chunk < count - 1 && at >= startOf(chunk + 1)) chunk++;
    parts[kind === "turns" ? index % count : chunk]?.push(line);
    at += line.length;
  }
  return parts.map(concat);
}

/** As many lines as fit into `size` bytes; a longer line is cut. */
function packed(lines: readonly Uint8Array[], size: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let room = 0;
  for (const line of lines) {
    for (let at = 0; at < line.length; at += size) {
      const part = line.subarray(at, at + size);
      const last = pieces.at(-1);
      if (last !== undefined && at === 0 && part.length <= room && line.length <= size) pieces[pieces.length - 1] = concat([last, part]);
      else pieces.push(part);
      room = size - (pieces.at(-1)?.length ?? 0);
    }
  }
  return pieces;
}

/** The number `index` in letters, digits or hexadecimal digits. */
function suffix(index: number, base: number, length: number): string {
  const alphabet = base === 26 ? "abcdefghijklmnopqrstuvwxyz" : "0123456789abcdef";
  let text = "";
  for (let rest = index; rest > 0; rest = Math.floor(rest / base)) text = (alphabet[rest % base] ?? "") + text;
  return text.padStart(length, alphabet[0]);
}
