import type { Command } from "../command.ts";
import { Failure, reason, warn } from "../complain.ts";
import { someOperands } from "../operands.ts";
import { parseSize } from "../sizes.ts";
import { curly, quoteFile } from "../quote.ts";
import { O } from "../../vfs/types.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";

const BLOCK = 65536;

/** shred(1). */
export const shred: Command = {
  name: "shred",
  package: "coreutils",
  style: "gnu",
  usage: ["shred [OPTION]... FILE..."],
  about:
    "Overwrite the specified FILE(s) repeatedly, in order to make it harder for even very expensive hardware probing to recover the data.",
  options: [
    { name: "force", short: "f", help: "change permissions to allow writing if necessary" },
    { name: "iterations", short: "n", argument: "N", help: "overwrite N times instead of the default (3)" },
    { name: "random-source", argument: "FILE", help: "get random bytes from FILE", fidelity: "ignored" },
    { name: "size", short: "s", argument: "N", help: "shred this many bytes (suffixes like K, M, G accepted)" },
    { name: "u", short: "u", long: false, help: "deallocate and remove file after overwriting" },
    {
      name: "remove",
      argument: "HOW",
      optional: true,
      help: "like -u but give control on HOW to delete",
      values: ["unlink", "wipe", "wipesync"],
    },
    { name: "verbose", short: "v", help: "show progress" },
    { name: "exact", short: "x", help: "do not round file sizes up to the next full block" },
    { name: "zero", short: "z", help: "add a final overwrite with zeros to hide shredding" },
  ],
  completes: "files",
  *run(proc, options) {
    const passes = options.value("iterations") ?? "3";
    if (!/^[0-9]+$/.test(passes)) throw new Failure(`invalid number of passes: ${curly(passes)}`);
    const sizeText = options.value("size");
    const wanted = sizeText === undefined ? undefined : parseSize(sizeText);
    if (sizeText !== undefined && wanted === undefined) throw new Failure(`invalid file size: ${curly(sizeText)}`);
    let status = 0;
    for (const name of someOperands(options.operands, "file operand")) {
      const shown = quoteFile(name);
      try {
        if (options.has("force")) makeWritable(proc, name);
        const fd = proc.sys.open(name, O.WRONLY);
        const info = proc.sys.fstat(fd);
        if (info.type === "char" || info.type === "fifo" || info.type === "socket") {
          proc.sys.close(fd);
          yield* warn(proc, `${shown}: invalid file type`);
          status = 1;
          continue;
        }
        const length = wanted ?? (options.has("exact") ? info.size : Math.ceil(info.size / 4096) * 4096);
        const total = Number(passes) + (options.has("zero") ? 1 : 0);
        for (let pass = 1; pass <= total; pass++) {
          const zeros = pass === total && options.has("zero");
          if (options.has("verbose"))
            yield* warn(proc, `${shown}: pass ${String(pass)}/${String(total)} (${zeros ? "000000" : "random"})...`);
          yield* overwrite(proc, fd, length, zeros);
          proc.sys.fsync(fd);
        }
        const removes = options.has("u") || options.has("remove");
        if (removes) proc.sys.ftruncate(fd, 0);
        proc.sys.close(fd);
        if (removes) {
          if (options.has("verbose")) yield* warn(proc, `${shown}: removing`);
          proc.sys.unlink(name);
          if (options.has("verbose")) yield* warn(proc, `${shown}: removed`);
        }
      } catch (error) {
        yield* warn(proc, `${shown}: failed to open for writing: ${reason(error)}`);
        status = 1;
      }
    }
    return status;
  },
};

function makeWritable(proc: Process, name: string): void {
  const { mode } = proc.sys.stat(name);
  if ((mode & 0o200) === 0) proc.sys.chmod(name, mode | 0o200);
}

function* overwrite(proc: Process, fd: number, length: number, zeros: boolean): Run<void> {
  for (let at = 0; at < length; at += BLOCK) {
    const count = Math.min(BLOCK, length - at);
    proc.sys.pwrite(fd, zeros ? new Uint8Array(count) : proc.kernel.random.bytes(count), at);
    yield* proc.tick();
  }
}
