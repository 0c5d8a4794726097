/** basename, dirname, pwd: names of files as text. */
import type { Command } from "../command.ts";
import { orUndefined, warn } from "../complain.ts";
import { extraOperand, someOperands } from "../operands.ts";
import { stdout } from "../output.ts";
import { baseName, dirName } from "../paths.ts";

/** basename(1). */
export const basename: Command = {
  name: "basename",
  package: "coreutils",
  style: "gnu-posix",
  usage: ["basename NAME [SUFFIX]", "basename OPTION... NAME..."],
  about: "Print NAME with any leading directory components removed. If specified, also remove a trailing SUFFIX.",
  options: [
    { name: "multiple", short: "a", help: "support multiple arguments and treat each as a NAME" },
    { name: "suffix", short: "s", argument: "SUFFIX", help: "remove a trailing SUFFIX; implies -a" },
    { name: "zero", short: "z", help: "end each output line with NUL, not newline" },
  ],
  completes: "files",
  *run(proc, options) {
    const multiple = options.has("multiple") || options.has("suffix");
    const operands = someOperands(options.operands);
    if (!multiple && operands.length > 2) throw extraOperand(operands[2] ?? "");
    const suffix = multiple ? options.value("suffix") : operands[1];
    for (const name of multiple ? operands : operands.slice(0, 1)) {
      let base = baseName(name);
      if (suffix !== undefined && base !== suffix && base.endsWith(suffix)) base = base.slice(0, base.length - suffix.length);
      yield* stdout(proc).print(base + (options.has("zero") ? "\0" : "\n"));
    }
    return 0;
  },
};

/** dirname(1). */
export const dirname: Command = {
  name: "dirname",
  package: "coreutils",
  style: "gnu",
  usage: ["dirname [OPTION] NAME..."],
  about:
    "Output each NAME with its last non-slash component and trailing slashes removed; if NAME contains no /'s, output '.' (meaning the current directory).",
  options: [{ name: "zero", short: "z", help: "end each output line with NUL, not newline" }],
  completes: "files",
  *run(proc, options) {
    for (const name of someOperands(options.operands)) yield* stdout(proc).print(dirName(name) + (options.has("zero") ? "\0" : "\n"));
    return 0;
  },
};

/** pwd(1). */
export const pwd: Command = {
  name: "pwd",
  package: "coreutils",
  style: "gnu",
  usage: ["pwd [OPTION]..."],
  about: "Print the full filename of the current working directory.",
  options: [
    { name: "logical", short: "L", help: "use PWD from environment, even if it contains symlinks" },
    { name: "physical", short: "P", help: "resolve all symlinks (default)" },
  ],
  completes: "none",
  *run(proc, options) {
    if (options.operands.length > 0) yield* warn(proc, "ignoring non-option arguments");
    const logical = options.order.findLast((given) => given.name === "logical" || given.name === "physical")?.name === "logical";
    const named = proc.env.get("PWD");
    let path = proc.sys.getcwd();
    if (logical && named?.startsWith("/") && !/\/\.\.?(?:\/|$)/.test(named)) {
      const there = orUndefined(() => proc.sys.stat(named));
      const here = proc.sys.stat(".");
      if (there?.ino === here.ino && there.dev === here.dev) path = named;
    }
    yield* stdout(proc).print(path + "\n");
    return 0;
  },
};
