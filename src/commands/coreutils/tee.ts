import type { Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import type { Command } from "../command.ts";
import { reason, warn } from "../complain.ts";
import { invalidArgument } from "../operands.ts";
import { quoteFile } from "../quote.ts";
import { openInput, readBlock } from "../text-io.ts";

/** tee(1). */
export const tee: Command = {
  name: "tee",
  package: "coreutils",
  closesInput: "standard input",
  style: "gnu",
  usage: ["tee [OPTION]... [FILE]..."],
  about: "Copy standard input to each FILE, and also to standard output.",
  options: [
    { name: "append", short: "a", help: "append to the given FILEs, do not overwrite" },
    { name: "ignore-interrupts", short: "i", help: "ignore interrupt signals" },
    { name: "p", short: "p", long: false, help: "operate in a more appropriate MODE with pipes" },
    {
      name: "output-error",
      argument: "MODE",
      optional: true,
      help: "set behavior on write error",
      values: ["warn", "warn-nopipe", "exit", "exit-nopipe"],
    },
  ],
  completes: "files",
  *run(proc, options) {
    const mode = options.value("output-error") ?? (options.has("p") || options.has("output-error") ? "warn-nopipe" : undefined);
    if (mode !== undefined && !["warn", "warn-nopipe", "exit", "exit-nopipe"].includes(mode)) {
      throw invalidArgument(mode, "--output-error", ["‘warn’", "‘warn-nopipe’", "‘exit’", "‘exit-nopipe’"]);
    }
    if (options.has("ignore-interrupts")) proc.onSignal("INT", "ignore");
    if (mode !== undefined) proc.onSignal("PIPE", "ignore");
    let status = 0;
    const outputs: { readonly name: string; readonly fd: number; open: boolean }[] = [{ name: "'standard output'", fd: 1, open: true }];
    for (const file of options.operands) {
      try {
        const fd = file === "-" ? 1 : proc.sys.open(file, O.WRONLY | O.CREAT | (options.has("append") ? O.APPEND : O.TRUNC), 0o666);
        outputs.push({ name: quoteFile(file), fd, open: true });
      } catch (error) {
        yield* warn(proc, `${quoteFile(file)}: ${reason(error)}`);
        status = 1;
        if (mode?.startsWith("exit")) return 1;
      }
    }
    const failed = function* (output: (typeof outputs)[number], error: unknown): Run<boolean> {
      output.open = false;
      if (isSysError(error, "EPIPE") && mode !== "warn" && mode !== "exit") return false;
      yield* warn(proc, `${output.name}: ${reason(error)}`);
      status = 1;
      return mode?.startsWith("exit") ?? false;
    };
    const input = openInput(proc, "-");
    while (outputs.some((output) => output.open)) {
      let block: Uint8Array;
      try {
        block = yield* readBlock(proc, input);
      } catch (error) {
        yield* warn(proc, `read error: ${reason(error)}`);
        status = 1;
        break;
      }
      if (block.length === 0) break;
      for (const output of outputs) {
        if (!output.open) continue;
        try {
          yield* proc.write(output.fd, block);
        } catch (error) {
          if (yield* failed(output, error)) return 1;
        }
      }
    }
    // Also where the first of them has taken the place of standard input.
    for (const { fd } of outputs.slice(1)) if (fd !== 1) proc.sys.close(fd);
    return status;
  },
};
