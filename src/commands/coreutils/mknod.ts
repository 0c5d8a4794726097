import type { Process } from "../../machine/process.ts";
import type { FileType } from "../../vfs/types.ts";
import type { Command } from "../command.ts";
import { Failure, reason, warn } from "../complain.ts";
import { parseMode } from "../modes.ts";
import { someOperands } from "../operands.ts";
import { UsageError } from "../options.ts";
import { curly, quote } from "../quote.ts";

function exactMode(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const mode = parseMode(text, 0)?.(0o666, false);
  if (mode === undefined) throw new Failure("invalid mode");
  return mode;
}

function make(
  proc: Process,
  path: string,
  type: FileType,
  mode: number | undefined,
  device?: { readonly major: number; readonly minor: number },
): void {
  proc.sys.mknod(path, type, mode ?? 0o666, device);
  if (mode !== undefined) proc.sys.chmod(path, mode);
}

/** mkfifo(1). */
export const mkfifo: Command = {
  name: "mkfifo",
  package: "coreutils",
  style: "gnu",
  usage: ["mkfifo [OPTION]... NAME..."],
  about: "Create named pipes (FIFOs) with the given NAMEs.",
  options: [
    { name: "mode", short: "m", argument: "MODE", help: "set file permission bits to MODE, not a=rw - umask" },
    { name: "context", short: "Z", help: "set the SELinux security context to default type", fidelity: "ignored" },
  ],
  completes: "files",
  *run(proc, options) {
    const mode = exactMode(options.value("mode"));
    let status = 0;
    for (const name of someOperands(options.operands)) {
      yield* proc.tick();
      try {
        make(proc, name, "fifo", mode);
      } catch (error) {
        yield* warn(proc, `cannot create fifo ${quote(name)}: ${reason(error)}`);
        status = 1;
      }
    }
    return status;
  },
};

/** mknod(1). */
export const mknod: Command = {
  name: "mknod",
  package: "coreutils",
  style: "gnu",
  usage: ["mknod [OPTION]... NAME TYPE [MAJOR MINOR]"],
  about: "Create the special file NAME of the given TYPE.",
  options: [
    { name: "mode", short: "m", argument: "MODE", help: "set file permission bits to MODE, not a=rw - umask" },
    { name: "context", short: "Z", help: "set the SELinux security context to default type", fidelity: "ignored" },
  ],
  completes: "files",
  *run(proc, options) {
    const [name, kind, major, minor, extra] = options.operands;
    if (name === undefined) throw new UsageError("missing operand");
    if (kind === undefined) throw new UsageError(`missing operand after ${curly(name)}`);
    const mode = exactMode(options.value("mode"));
    yield* proc.tick();
    try {
      if (kind === "p") {
        if (major !== undefined) throw new UsageError(`extra operand ${curly(major)}\nFifos do not have major and minor device numbers.`);
        make(proc, name, "fifo", mode);
        return 0;
      }
      if (major === undefined)
        throw new UsageError(`missing operand after ${curly(kind)}\nSpecial files require major and minor device numbers.`);
      if (minor === undefined) throw new UsageError(`missing operand after ${curly(major)}`);
      if (kind !== "b" && kind !== "c" && kind !== "u") throw new UsageError(`invalid device type ${curly(kind)}`);
      if (extra !== undefined) throw new UsageError(`extra operand ${curly(extra)}`);
      for (const [what, number] of [
        ["major", major],
        ["minor", minor],
      ] as const) {
        if (!/^(?:[0-9]+|0x[0-9a-fA-F]+)$/.test(number)) throw new Failure(`invalid ${what} device number ${curly(number)}`);
      }
      make(proc, name, kind === "b" ? "block" : "char", mode, { major: Number(major), minor: Number(minor) });
      return 0;
    } catch (error) {
      if (error instanceof UsageError || error instanceof Failure) throw error;
      throw new Failure(`${name}: ${reason(error)}`);
    }
  },
};
