import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import type { Command } from "../command.ts";
import { complain, Failure, ownName, reason } from "../complain.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { quote } from "../quote.ts";
import { parseSize } from "../sizes.ts";
import { closeInput, openInput, readBlock } from "../text-io.ts";

/** cmp(1). */
export const cmp: Command = {
  name: "cmp",
  package: "diffutils",
  unwritten: (why) => `standard output: ${why}`,
  style: "gnu",
  usage: ["cmp [OPTION]... FILE1 [FILE2 [SKIP1 [SKIP2]]]"],
  about: "Compare two files byte by byte.",
  options: [
    { name: "print-bytes", short: "b", help: "print differing bytes" },
    { name: "ignore-initial", short: "i", argument: "SKIP", help: "skip first SKIP bytes of both inputs; SKIP1:SKIP2 for each" },
    { name: "verbose", short: "l", help: "output byte numbers and differing byte values" },
    { name: "bytes", short: "n", argument: "LIMIT", help: "compare at most LIMIT bytes" },
    { name: "quiet", short: "s", alsoLong: ["silent"], help: "suppress all normal output" },
    { name: "version", short: "v", help: "output version information and exit" },
  ],
  usageStatus: 2,
  usageHint: "named try",
  completes: "files",
  *run(proc, options) {
    const [left, right = "-", skipLeft, skipRight, extra] = options.operands;
    if (left === undefined) throw new UsageError(`missing operand after ${quote(ownName(proc))}`);
    if (extra !== undefined) throw new UsageError(`extra operand ${quote(extra)}`);
    const number = (text: string, what: string): number => {
      const value = parseSize(text);
      if (value === undefined) throw new UsageError(`invalid ${what} value ${quote(text)}`);
      return value;
    };
    const initial = options.value("ignore-initial")?.split(":") ?? [];
    const skips = [
      number(skipLeft ?? initial[0] ?? "0", "--ignore-initial"),
      number(skipRight ?? initial[1] ?? (skipLeft === undefined ? (initial[0] ?? "0") : "0"), "--ignore-initial"),
    ];
    const limit = options.value("bytes") === undefined ? Infinity : number(options.value("bytes") ?? "", "--bytes");
    const readers: ByteReader[] = [];
    for (const [index, name] of [left, right].entries()) {
      try {
        const reader = new ByteReader(proc, openInput(proc, name));
        readers.push(reader);
        yield* reader.skip(skips[index] ?? 0);
      } catch (error) {
        if (options.has("quiet")) {
          reason(error);
          return 2;
        }
        throw new Failure(`${name}: ${reason(error)}`, 2);
      }
    }
    const status = yield* compare(proc, [left, right], readers as [ByteReader, ByteReader], {
      limit,
      quiet: options.has("quiet"),
      all: options.has("verbose"),
      bytes: options.has("print-bytes"),
    });
    for (const reader of readers) closeInput(proc, reader.fd);
    return status;
  },
};

class ByteReader {
  readonly fd: number;
  readonly #proc: Process;
  block: Uint8Array = new Uint8Array(0);
  at = 0;

  constructor(proc: Process, fd: number) {
    this.#proc = proc;
    this.fd = fd;
  }

  /** How many bytes are at hand, after reading if there were none; 0 at the end. */
  *fill(): Run<number> {
    if (this.at >= this.block.length) {
      this.block = yield* readBlock(this.#proc, this.fd);
      this.at = 0;
    }
    return this.block.length - this.at;
  }

  *skip(count: number): Run<void> {
    let left = count;
    while (left > 0) {
      const there = yield* this.fill();
      if (there === 0) return;
      const part = Math.min(there, left);
      this.at += part;
      left -= part;
    }
  }
}

function* compare(
  proc: Process,
  names: readonly [string, string],
  readers: readonly [ByteReader, ByteReader],
  how: { readonly limit: number; readonly quiet: boolean; readonly all: boolean; readonly bytes: boolean },
): Run<number> {
  let position = 0;
  let line = 1;
  let differs = false;
  let lastByte = 0;
  const width = how.all ? numberWidth(proc, readers, how.limit) : 0;
  while (position < how.limit) {
    const counts: number[] = [];
    for (const [index, reader] of readers.entries()) {
      try {
        counts.push(yield* reader.fill());
      } catch (error) {
        if (how.quiet) return 2;
        throw new Failure(`${names[index] ?? ""}: ${reason(error)}`, 2);
      }
    }
    const [left = 0, right = 0] = counts;
    if (left === 0 && right === 0) return differs ? 1 : 0;
    if (left === 0 || right === 0) {
      if (how.quiet) return 1;
      const short = names[left === 0 ? 0 : 1];
      if (position === 0) yield* complain(proc, `EOF on ${short} which is empty`);
      else {
        const lines = how.all ? "" : lastByte === 10 ? `, line ${String(line - 1)}` : `, in line ${String(line)}`;
        yield* complain(proc, `EOF on ${short} after byte ${String(position)}${lines}`);
      }
      return 1;
    }
    const [a, b] = readers;
    const count = Math.min(left, right, how.limit - position);
    for (let i = 0; i < count; i++) {
      const x = a.block[a.at + i] ?? 0;
      const y = b.block[b.at + i] ?? 0;
      position++;
      if (x !== y) {
        differs = true;
        if (how.quiet) return 1;
        if (how.all) {
          const shown = how.bytes ? `${octal(x)} ${visible(x).padEnd(4)} ${octal(y)} ${visible(y)}` : `${octal(x)} ${octal(y)}`;
          yield* stdout(proc).print(`${String(position).padStart(width)} ${shown}\n`);
        } else {
          const bytes = how.bytes ? ` is ${octal(x)} ${visible(x)} ${octal(y)} ${visible(y)}` : "";
          yield* stdout(proc).print(`${names[0]} ${names[1]} differ: byte ${String(position)}, line ${String(line)}${bytes}\n`);
          return 1;
        }
      }
      lastByte = x;
      if (x === 10) line++;
    }
    a.at += count;
    b.at += count;
  }
  return differs ? 1 : 0;
}

/** As wide as the number of the last byte could be. */
function numberWidth(proc: Process, readers: readonly [ByteReader, ByteReader], limit: number): number {
  const sizes = readers
    .map((reader) => proc.sys.fstat(reader.fd))
    .filter((stat) => stat.type === "file")
    .map((stat) => stat.size);
  const most = Math.min(limit, sizes.length === 0 ? 9e18 : Math.min(...sizes));
  return String(most).length;
}

function octal(byte: number): string {
  return byte.toString(8).padStart(3);
}

/** A byte as `cat -v` shows it. */
function visible(byte: number): string {
  const low = byte & 127;
  return (byte > 127 ? "M-" : "") + (low < 32 ? `^${String.fromCharCode(low + 64)}` : low === 127 ? "^?" : String.fromCharCode(low));
}
