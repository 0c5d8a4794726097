import { isSysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import type { Command } from "../command.ts";
import { Failure, reason, warn } from "../complain.ts";
import { UsageError } from "../options.ts";
import { curly, quote } from "../quote.ts";
import { isTooLarge, parseSize, TOO_LARGE } from "../sizes.ts";

/** truncate(1). */
export const truncate: Command = {
  name: "truncate",
  package: "coreutils",
  style: "gnu",
  usage: ["truncate OPTION... FILE..."],
  about: "Shrink or extend the size of each FILE to the specified size",
  options: [
    { name: "no-create", short: "c", help: "do not create any files" },
    { name: "io-blocks", short: "o", help: "treat SIZE as number of IO blocks instead of bytes" },
    { name: "reference", short: "r", argument: "RFILE", help: "base size on RFILE" },
    {
      name: "size",
      short: "s",
      argument: "SIZE",
      help: "set or adjust the file size by SIZE bytes; +extend, -reduce, <at most, >at least, /round down, %round up",
    },
  ],
  completes: "files",
  *run(proc, options) {
    const text = options.value("size");
    const reference = options.value("reference");
    if (text === undefined && reference === undefined)
      throw new UsageError(`you must specify either ${curly("--size")} or ${curly("--reference")}`);
    const found = text === undefined ? undefined : /^\s*([-+<>/%]?)(.*)$/.exec(text);
    const operator = found?.[1] ?? "";
    const amount = found === undefined || found === null ? undefined : parseSize(found[2] ?? "");
    if (text !== undefined && amount === undefined)
      throw new Failure(`Invalid number: ${curly(text)}${isTooLarge(found?.[2] ?? "") ? `: ${TOO_LARGE}` : ""}`);
    if (amount === 0 && (operator === "/" || operator === "%")) throw new Failure("division by zero");
    if (options.operands.length === 0) throw new UsageError("missing file operand");
    let base: number | undefined;
    if (reference !== undefined) {
      try {
        base = proc.sys.stat(reference).size;
      } catch (error) {
        throw new Failure(`cannot stat ${quote(reference)}: ${reason(error)}`);
      }
    }
    let status = 0;
    for (const file of options.operands) {
      yield* proc.tick();
      let fd: number;
      try {
        fd = proc.sys.open(file, O.WRONLY | O.NONBLOCK | (options.has("no-create") ? 0 : O.CREAT), 0o666);
      } catch (error) {
        if (options.has("no-create") && isSysError(error, "ENOENT")) continue;
        yield* warn(proc, `cannot open ${quote(file)} for writing: ${reason(error)}`);
        status = 1;
        continue;
      }
      const stat = proc.sys.fstat(fd);
      const unit = options.has("io-blocks") ? stat.blksize : 1;
      const size = newSize(operator, (amount ?? 0) * unit, base ?? stat.size, text !== undefined);
      try {
        proc.sys.ftruncate(fd, size);
      } catch (error) {
        yield* warn(proc, `failed to truncate ${quote(file)} at ${String(size)} bytes: ${reason(error)}`);
        status = 1;
      } finally {
        proc.sys.close(fd);
      }
    }
    return status;
  },
};

function newSize(operator: string, amount: number, now: number, given: boolean): number {
  if (!given) return now;
  switch (operator) {
    case "+":
      return now + amount;
    case "-":
      return Math.max(0, now - amount);
    case "<":
      return Math.min(now, amount);
    case ">":
      return Math.max(now, amount);
    case "/":
      return Math.floor(now / amount) * amount;
    case "%":
      return Math.ceil(now / amount) * amount;
    default:
      return amount;
  }
}
