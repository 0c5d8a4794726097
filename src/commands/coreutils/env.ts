import type { ExitStatus, Run } from "../../machine/program.ts";
import type { Process } from "../../machine/process.ts";
import { isSysError, SysError } from "../../vfs/errno.ts";
import type { Command } from "../command.ts";
import { Failure, reason, warn } from "../complain.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { curly, quote } from "../quote.ts";
import { findProgram } from "../find-program.ts";

/** env(1). */
export const env: Command = {
  name: "env",
  package: "coreutils",
  style: "gnu-posix",
  usage: ["env [OPTION]... [-] [NAME=VALUE]... [COMMAND [ARG]...]"],
  about: "Set each NAME to VALUE in the environment and run COMMAND.",
  options: [
    { name: "argv0", short: "a", argument: "ARG", help: "pass ARG as the zeroth argument of COMMAND" },
    { name: "ignore-environment", short: "i", help: "start with an empty environment" },
    { name: "null", short: "0", help: "end each output line with NUL, not newline" },
    { name: "unset", short: "u", argument: "NAME", help: "remove variable from the environment" },
    { name: "chdir", short: "C", argument: "DIR", help: "change working directory to DIR" },
    {
      name: "split-string",
      short: "S",
      argument: "S",
      help: "process and split S into separate arguments; used to pass multiple arguments on shebang lines",
    },
    { name: "block-signal", argument: "SIG", optional: true, help: "block delivery of SIG signal(s) to COMMAND", fidelity: "unbuilt" },
    {
      name: "default-signal",
      argument: "SIG",
      optional: true,
      help: "reset handling of SIG signal(s) to the default",
      fidelity: "unbuilt",
    },
    { name: "ignore-signal", argument: "SIG", optional: true, help: "set handling of SIG signal(s) to do nothing", fidelity: "unbuilt" },
    { name: "debug", short: "v", help: "print verbose information for each processing step", fidelity: "ignored" },
  ],
  usageStatus: 125,
  completes: "commands",
  rewrite: (args) => {
    const split = args.findIndex((arg) => arg === "-S" || /^-[a-zA-Z]*S./.test(arg) || arg.startsWith("--split-string="));
    if (split < 0 || args.slice(0, split).some((arg) => !arg.startsWith("-"))) return args;
    const arg = args[split] ?? "";
    const attached = arg.startsWith("--") ? arg.slice(arg.indexOf("=") + 1) : arg.slice(arg.indexOf("S") + 1);
    const text = arg === "-S" ? (args[split + 1] ?? "") : attached;
    return [...args.slice(0, split), ...text.split(/\s+/).filter(Boolean), ...args.slice(arg === "-S" ? split + 2 : split + 1)];
  },
  *run(proc, options) {
    const variables = new Map(proc.env);
    let operands = options.operands;
    if (options.has("ignore-environment") || operands[0] === "-") variables.clear();
    if (operands[0] === "-") operands = operands.slice(1);
    for (const name of options.values("unset")) {
      if (name === "" || name.includes("=")) throw new Failure(`cannot unset ${quote(name)}: Invalid argument`, 125);
      variables.delete(name);
    }
    let at = 0;
    for (; at < operands.length; at++) {
      const operand = operands[at] ?? "";
      const equals = operand.indexOf("=");
      if (equals < 0) break;
      variables.set(operand.slice(0, equals), operand.slice(equals + 1));
    }
    const command = operands.slice(at);
    const directory = options.value("chdir");
    if (command.length === 0) {
      if (directory !== undefined) throw new UsageError("must specify command with --chdir (-C)");
      for (const [name, value] of variables) yield* stdout(proc).print(`${name}=${value}${options.has("null") ? "\0" : "\n"}`);
      return 0;
    }
    if (options.has("null")) throw new UsageError("cannot specify --null (-0) with command");
    if (directory !== undefined) {
      try {
        proc.sys.chdir(directory);
      } catch (error) {
        throw new Failure(`cannot change directory to ${quote(directory)}: ${reason(error)}`, 125);
      }
    }
    const argv = options.has("argv0") ? [options.value("argv0") ?? "", ...command.slice(1)] : command;
    return yield* runInstead(proc, command[0] ?? "", argv, variables);
  },
};

/** execvp(3) as env, nice and timeout do it: 127 when there is no such program, 126 when it cannot run. */
export function* runInstead(
  proc: Process,
  name: string,
  argv: readonly string[],
  variables: ReadonlyMap<string, string>,
  told: (name: string) => string = curly,
): Run<ExitStatus> {
  try {
    const path = findProgram(proc, name, variables.get("PATH"));
    if (path === undefined) throw new SysError("ENOENT", "execve", name);
    yield* stdout(proc).flush();
    return yield* proc.exec(path, argv, variables);
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* warn(proc, `${told(name)}: ${error.text}`);
    if (/\s/.test(name) && isSysError(error, "ENOENT")) yield* warn(proc, "use -[v]S to pass options in shebang lines");
    return isSysError(error, "ENOENT") ? 127 : 126;
  }
}

/** printenv(1). */
export const printenv: Command = {
  name: "printenv",
  package: "coreutils",
  style: "gnu-posix",
  usage: ["printenv [OPTION]... [VARIABLE]..."],
  about: "Print the values of the specified environment VARIABLE(s). If no VARIABLE is specified, print name and value pairs for them all.",
  options: [{ name: "null", short: "0", help: "end each output line with NUL, not newline" }],
  usageStatus: 2,
  completes: "none",
  *run(proc, options) {
    const end = options.has("null") ? "\0" : "\n";
    if (options.operands.length === 0) {
      for (const [name, value] of proc.env) yield* stdout(proc).print(`${name}=${value}${end}`);
      return 0;
    }
    let status = 0;
    for (const name of options.operands) {
      const value = proc.env.get(name);
      if (value === undefined) status = 1;
      else yield* stdout(proc).print(value + end);
    }
    return status;
  },
};
