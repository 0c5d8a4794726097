import { Answers } from "../answers.ts";
import type { Command } from "../command.ts";
import { Failure, orUndefined, reason } from "../complain.ts";
import { invalidArgument, oneOperand } from "../operands.ts";
import { UsageError } from "../options.ts";
import { quote, quoteIfNeeded } from "../quote.ts";
import { Remover, type RemoveOptions } from "./remove.ts";

/** rm(1). */
export const rm: Command = {
  name: "rm",
  package: "coreutils",
  style: "gnu",
  usage: ["rm [OPTION]... [FILE]..."],
  about: "Remove (unlink) the FILE(s).",
  options: [
    { name: "force", short: "f", help: "ignore nonexistent files and arguments, never prompt" },
    { name: "i", short: "i", long: false, help: "prompt before every removal" },
    { name: "I", short: "I", long: false, help: "prompt once before removing more than three files, or when removing recursively" },
    {
      name: "interactive",
      argument: "WHEN",
      optional: true,
      help: "prompt according to WHEN: never, once (-I), or always (-i)",
      values: ["never", "once", "always"],
    },
    { name: "one-file-system", help: "when removing a hierarchy recursively, skip any directory on another file system" },
    { name: "no-preserve-root", help: "do not treat '/' specially" },
    { name: "preserve-root", argument: "all", optional: true, help: "do not remove '/' (default)" },
    { name: "recursive", short: "r", alsoShort: ["R"], help: "remove directories and their contents recursively" },
    { name: "dir", short: "d", help: "remove empty directories" },
    { name: "verbose", short: "v", help: "explain what is being done" },
  ],
  completes: "files",
  // A file whose name looks like the options that were refused may have been meant.
  usageHint: (name, proc) => {
    const meant = proc.argv.find((word, at) => at > 0 && word.startsWith("-") && orUndefined(() => proc.sys.lstat(word)) !== undefined);
    const hint = meant === undefined ? "" : `Try '${name} ./${quoteIfNeeded(meant)}' to remove the file ${quote(meant)}.\n`;
    return `${hint}Try '${name} --help' for more information.\n`;
  },
  *run(proc, options) {
    let ask: RemoveOptions["ask"] = proc.sys.isatty(0) ? "protected" : "never";
    let once = false;
    let force = false;
    for (const { name, value } of options.order) {
      if (name === "force" || (name === "interactive" && /^(?:never|no|none)$/.test(value ?? ""))) {
        ask = "never";
        once = false;
        if (name === "force") force = true;
      } else if (name === "i" || (name === "interactive" && /^(?:|always|yes)$/.test(value ?? ""))) {
        ask = "always";
        force = false;
      } else if (name === "I" || (name === "interactive" && value === "once")) {
        once = true;
        force = false;
      } else if (name === "interactive") {
        throw invalidArgument(value ?? "", "--interactive", ["‘never’, ‘no’, ‘none’", "‘once’", "‘always’, ‘yes’"]);
      }
    }
    const files = options.operands;
    if (files.length === 0) {
      if (force) return 0;
      throw new UsageError("missing operand");
    }
    const recursive = options.has("recursive");
    const answers = new Answers(proc);
    if (once && (files.length > 3 || recursive)) {
      const arguments_ = files.length === 1 ? "1 argument" : `${String(files.length)} arguments`;
      if (!(yield* answers.yes(`remove ${arguments_}${recursive ? " recursively" : ""}`))) return 0;
    }
    const remover = new Remover(
      proc,
      {
        recursive,
        emptyDirectories: options.has("dir"),
        force,
        ask,
        verbose: options.has("verbose"),
        preserveRoot: !options.has("no-preserve-root"),
        oneFileSystem: options.has("one-file-system"),
      },
      answers,
    );
    let status = 0;
    for (const file of files) if (!(yield* remover.remove(file))) status = 1;
    return status;
  },
};

/** unlink(1): one name, nothing asked. */
export const unlink: Command = {
  name: "unlink",
  package: "coreutils",
  style: "gnu",
  usage: ["unlink FILE", "unlink OPTION"],
  about: "Call the unlink function to remove the specified FILE.",
  options: [],
  completes: "files",
  *run(proc, options) {
    const file = oneOperand(options.operands);
    try {
      proc.sys.unlink(file);
    } catch (error) {
      throw new Failure(`cannot unlink ${quote(file)}: ${reason(error)}`);
    }
    yield* proc.tick();
    return 0;
  },
};
