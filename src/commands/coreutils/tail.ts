import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import type { Command } from "../command.ts";
import { allocate, Failure, reason, warn } from "../complain.ts";
import { stdout } from "../output.ts";
import { curly, quote, quoteInput } from "../quote.ts";
import { parseSize } from "../sizes.ts";
import { closeInput, concat, COPIES, openInput, readBlock } from "../text-io.ts";
import { headersWanted, obsoleteCount } from "./head.ts";

/** One file that is followed. */
interface Followed {
  readonly name: string;
  fd: number | undefined;
  size: number;
}

/** tail(1). */
export const tail: Command = {
  name: "tail",
  package: "coreutils",
  closesInput: "-",
  style: "gnu",
  usage: ["tail [OPTION]... [FILE]..."],
  about: "Print the last 10 lines of each FILE to standard output.",
  options: [
    {
      name: "bytes",
      short: "c",
      argument: "[+]NUM",
      help: "output the last NUM bytes; or use -c +NUM to output starting with byte NUM of each file",
    },
    {
      name: "follow",
      short: "f",
      argument: "{name|descriptor}",
      optional: true,
      help: "output appended data as the file grows",
      values: ["name", "descriptor"],
    },
    { name: "F", short: "F", long: false, help: "same as --follow=name --retry" },
    {
      name: "lines",
      short: "n",
      argument: "[+]NUM",
      help: "output the last NUM lines, instead of the last 10; or use -n +NUM to output starting with line NUM",
    },
    { name: "pid", argument: "PID", help: "with -f, terminate after process ID, PID dies" },
    { name: "quiet", short: "q", alsoLong: ["silent"], help: "never output headers giving file names" },
    { name: "retry", help: "keep trying to open a file if it is inaccessible" },
    { name: "sleep-interval", short: "s", argument: "N", help: "with -f, sleep for approximately N seconds between iterations" },
    { name: "verbose", short: "v", help: "always output headers giving file names" },
    { name: "zero-terminated", short: "z", help: "line delimiter is NUL, not newline" },
  ],
  completes: "files",
  rewrite: (args) => obsoleteCount(args, "-+"),
  *run(proc, options) {
    const given = options.order.findLast((option) => option.name === "bytes" || option.name === "lines");
    const unit = given?.name === "bytes" ? "bytes" : "lines";
    const text = given?.value ?? "10";
    const count = parseSize(text.replace(/^[-+]/, ""));
    if (count === undefined) throw new Failure(`invalid number of ${unit}: ${curly(text.replace(/^-/, ""))}`);
    const delimiter = options.has("zero-terminated") ? 0 : 10;
    const names = options.operands.length === 0 ? ["-"] : options.operands;
    const headers = headersWanted(options.order, names.length);
    const follow = options.has("follow") || options.has("F");
    const retry = options.has("F") || options.has("retry");
    if (options.has("retry") && !follow) yield* warn(proc, "warning: --retry ignored; --retry is useful only when following");
    if (options.has("pid") && !follow) yield* warn(proc, "warning: PID ignored; --pid=PID is useful only when following");
    const byName = options.has("F") || options.value("follow") === "name";
    const followed: Followed[] = [];
    let status = 0;
    let first = true;
    for (const name of names) {
      const file: Followed = { name, fd: undefined, size: 0 };
      try {
        file.fd = openInput(proc, name);
        if (headers) stdout(proc).add(`${first ? "" : "\n"}==> ${name === "-" ? "standard input" : name} <==\n`);
        first = false;
        if (text.startsWith("+")) yield* fromPosition(proc, file.fd, unit, count, delimiter);
        else yield* lastPart(proc, file.fd, unit, count, delimiter);
        file.size = proc.sys.fstat(file.fd).size;
      } catch (error) {
        if (isSysError(error) && error.syscall === "write") throw error;
        const why = reason(error);
        yield* warn(
          proc,
          name === "-" && isSysError(error, "EBADF")
            ? `cannot fstat ${quoteInput(name)}: ${why}`
            : isSysError(error, "EISDIR", "ENOMEM", "EIO")
              ? `error reading ${quote(name)}: ${why}`
              : `cannot open ${quote(name)} for reading: ${why}`,
        );
        status = 1;
      }
      if (follow && (file.fd !== undefined || retry)) followed.push(file);
      else if (file.fd !== undefined) closeInput(proc, file.fd);
    }
    if (!follow) return status;
    if (followed.length === 0) {
      yield* warn(proc, "no files remaining");
      return 1;
    }
    yield* followForever(proc, followed, {
      headers,
      retry,
      byName,
      interval: Number(options.value("sleep-interval") ?? 1),
      pid: options.value("pid"),
    });
    return status;
  },
};

function* fromPosition(proc: Process, fd: number, unit: "bytes" | "lines", count: number, delimiter: number): Run<void> {
  let skip = Math.max(0, count - 1);
  for (;;) {
    const block = yield* readBlock(proc, fd);
    if (block.length === 0) return;
    let at = 0;
    if (unit === "bytes") {
      at = Math.min(skip, block.length);
      skip -= at;
    } else {
      while (skip > 0 && at < block.length) if (block[at++] === delimiter) skip--;
    }
    if (at < block.length) yield* stdout(proc).print(block.subarray(at));
  }
}

function* lastPart(proc: Process, fd: number, unit: "bytes" | "lines", count: number, delimiter: number): Run<void> {
  if (unit === "bytes" && proc.sys.fstat(fd).type === "file") {
    const here = proc.sys.lseek(fd, 0, "CUR");
    const size = proc.sys.fstat(fd).size;
    if (size - count > here) proc.sys.lseek(fd, size - count, "SET");
  }
  let blocks: Uint8Array[] = [];
  let length = 0;
  let lines = 0;
  let trimAt = 1 << 22;
  for (;;) {
    const block = yield* readBlock(proc, fd);
    if (block.length === 0) break;
    blocks.push(block);
    length += block.length;
    allocate(proc, COPIES * block.length);
    if (unit === "lines") lines += countOf(block, delimiter);
    // A pipe may bring more than anyone wants to keep: what is certainly not the end is dropped.
    if (length > trimAt && (unit === "bytes" || lines > count)) {
      const kept = lastOf(concat(blocks), unit, count, delimiter);
      proc.hold(COPIES * (kept.length - length));
      blocks = [kept];
      length = kept.length;
      lines = Math.min(lines, count);
      trimAt = Math.max(trimAt, 2 * length);
    }
  }
  yield* stdout(proc).print(lastOf(concat(blocks), unit, count, delimiter));
}

function countOf(block: Uint8Array, byte: number): number {
  let count = 0;
  for (let at = block.indexOf(byte); at >= 0; at = block.indexOf(byte, at + 1)) count++;
  return count;
}

function lastOf(whole: Uint8Array, unit: "bytes" | "lines", count: number, delimiter: number): Uint8Array {
  if (count === 0) return whole.subarray(whole.length);
  if (unit === "bytes") return whole.subarray(Math.max(0, whole.length - count));
  let left = count;
  let at = whole.at(-1) === delimiter ? whole.length - 1 : whole.length;
  while (at > 0) {
    if (whole[at - 1] === delimiter && --left === 0) break;
    at--;
  }
  return whole.subarray(at);
}

function* followForever(
  proc: Process,
  files: readonly Followed[],
  how: {
    readonly headers: boolean;
    readonly retry: boolean;
    readonly byName: boolean;
    readonly interval: number;
    readonly pid: string | undefined;
  },
): Run<void> {
  let shown: Followed | undefined = files.at(-1);
  for (;;) {
    yield* stdout(proc).flush();
    yield* proc.sleep(how.interval);
    for (const file of files) {
      if (how.byName) yield* reopen(proc, file);
      if (file.fd === undefined) continue;
      const stat = proc.sys.fstat(file.fd);
      if (stat.type === "file" && stat.size < file.size) {
        yield* warn(proc, `${file.name}: file truncated`);
        proc.sys.lseek(file.fd, 0, "SET");
      }
      file.size = stat.size;
      for (;;) {
        const block = yield* readBlock(proc, file.fd);
        if (block.length === 0) break;
        if (how.headers && shown !== file) stdout(proc).add(`\n==> ${file.name} <==\n`);
        shown = file;
        yield* stdout(proc).print(block);
        if (stat.type !== "file") yield* stdout(proc).flush();
      }
    }
    if (how.pid !== undefined && proc.kernel.process(Number(how.pid)) === undefined) return;
  }
}

/** `--follow=name`: the name may have come to mean another file. */
function* reopen(proc: Process, file: Followed): Run<void> {
  if (file.name === "-") return;
  let now;
  try {
    now = proc.sys.stat(file.name);
  } catch (error) {
    if (file.fd !== undefined) {
      yield* warn(proc, `${quote(file.name)} has become inaccessible: ${reason(error)}`);
      proc.sys.close(file.fd);
      file.fd = undefined;
    }
    return;
  }
  if (file.fd !== undefined) {
    const old = proc.sys.fstat(file.fd);
    if (old.ino === now.ino && old.dev === now.dev) return;
    proc.sys.close(file.fd);
    yield* warn(proc, `${quote(file.name)} has been replaced;  following new file`);
  } else yield* warn(proc, `${quote(file.name)} has appeared;  following new file`);
  file.fd = proc.sys.open(file.name, O.RDONLY);
  file.size = 0;
}
