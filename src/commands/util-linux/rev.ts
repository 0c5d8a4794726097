import type { Command } from "../command.ts";
import { reason, warnx } from "../complain.ts";
import { stdout } from "../output.ts";
import { closeInput, LineReader, openInput } from "../text-io.ts";

/** rev(1). */
export const rev: Command = {
  name: "rev",
  package: "util-linux",
  style: "gnu",
  usage: ["rev [options] [<file> ...]"],
  about: "Reverse lines characterwise.",
  options: [
    { name: "zero", short: "0", help: "use the byte 0 as line separator" },
    { name: "help", short: "h", help: "display this help" },
    { name: "version", short: "V", help: "display version" },
  ],
  completes: "files",
  *run(proc, options) {
    const end = options.has("zero") ? "\0" : "\n";
    let status = 0;
    for (const name of options.operands.length === 0 ? ["-"] : options.operands) {
      try {
        const fd = openInput(proc, name);
        const reader = new LineReader(proc, fd, end);
        for (let line = yield* reader.next(); line !== undefined; line = yield* reader.next()) {
          yield* stdout(proc).print([...line].reverse().join("") + (reader.lastWasUnterminated ? "" : end));
        }
        closeInput(proc, fd);
      } catch (error) {
        yield* warnx(proc, `cannot open ${name}: ${reason(error)}`);
        status = 1;
      }
    }
    return status;
  },
};
