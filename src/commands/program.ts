/** A `Command` as a program that the kernel can run. */
import { isSysError } from "../vfs/errno.ts";
import type { Process } from "../machine/process.ts";
import type { ExitStatus, Program, Run } from "../machine/program.ts";
import type { Command, ParsedOptions } from "./command.ts";
import { complain, Failure, MemoryExhausted, ownName, warnx } from "./complain.ts";
import { helpText, usageText } from "./help.ts";
import { allOptions, GetoptError, parseOptions, UsageError } from "./options.ts";
import { stdout } from "./output.ts";
import { baseName } from "./paths.ts";
import { hasReadInput } from "./text-io.ts";
import { printVersion } from "./version.ts";

/** Parses the command line, answers `--help` and `--version`, runs, empties stdout, and tells what went wrong. */
export function programOf(file: Command): Program {
  return function* (proc) {
    const called = ownName(proc).replace(/^.*\//, "");
    const command = file.alsoAs?.find(({ name }) => name === called) ?? file;
    let status: ExitStatus;
    try {
      status = yield* start(command, proc);
      if (command.closesInput !== undefined && hasReadInput(proc)) {
        try {
          proc.sys.fstat(0);
        } catch (error) {
          if (!isSysError(error)) throw error;
          throw new Failure(`${command.closesInput}: ${error.text}`);
        }
      }
    } catch (error) {
      status = yield* told(command, proc, error);
    }
    try {
      yield* stdout(proc).flush();
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* complaintOf(command)(proc, command.unwritten?.(error.text, ownName(proc)) ?? `write error: ${error.text}`);
      return command.unwrittenStatus ?? command.usageStatus ?? 1;
    }
    return status;
  };
}

function* start(command: Command, proc: Process): Run<ExitStatus> {
  const args = proc.argv.slice(1);
  const options = parseOptions(command, command.rewrite === undefined ? args : command.rewrite(args));
  if (command.style !== "raw") {
    const asked = options.order.find((given) => given.name === "help" || given.name === "version");
    if (asked !== undefined) {
      if (asked.name === "help") yield* stdout(proc).print(helpText(command, nameInUsage(command, proc)));
      else yield* printVersion(proc, command);
      return 0;
    }
    refuseUnbuilt(command, options);
  }
  return yield* command.run(proc, options);
}

/** What is not built says so: nothing is silently taken for done. */
function refuseUnbuilt(command: Command, options: ParsedOptions): void {
  for (const option of allOptions(command)) {
    if (option.fidelity !== "unbuilt" || !options.has(option.name)) continue;
    const spelled = option.long === false ? `-${option.short ?? ""}` : `--${option.long ?? option.name}`;
    throw new UsageError(`${spelled} is not built in Immutable Lab`, false);
  }
}

/** Packages whose messages begin with the last part of the name by which a program was called; getopt's own never do. */
const GIVE_LAST_PART: readonly string[] = ["attr", "coreutils", "gawk", "gzip", "util-linux", "util-linux-core"];
/** Packages whose programs have one name, whatever they are called. */
const GIVE_OWN: readonly string[] = ["psmisc", "shadow-utils", "sudo"];
/** Packages whose usage says the whole name by which a program was called; that of others says the last part. */
const WHOLE_IN_USAGE: readonly string[] = ["coreutils", "diffutils", "e2fsprogs", "findutils", "sed", "which"];

function complaintOf({ package: origin, name }: Command): typeof complain {
  if (GIVE_OWN.includes(origin)) return (proc, message) => proc.printError(`${name}: ${message}\n`);
  return GIVE_LAST_PART.includes(origin) ? warnx : complain;
}

function nameInUsage({ package: origin, name }: Command, proc: Process): string {
  if (GIVE_OWN.includes(origin)) return name;
  return WHOLE_IN_USAGE.includes(origin) ? ownName(proc) : baseName(ownName(proc));
}

function* told(command: Command, proc: Process, error: unknown): Run<ExitStatus> {
  const say = complaintOf(command);
  if (error instanceof UsageError) {
    if (error.message === "") yield* stdout(proc).flush();
    else if (command.style === "glib") yield* proc.printError(`error: ${error.message}\n`);
    else if (error instanceof GetoptError && command.wrongOption !== undefined) {
      const [, long, letter = ""] = /'(--[^']*)'|'(.)'/.exec(error.message) ?? [];
      yield* say(proc, command.wrongOption(long ?? `-${letter}`));
    } else yield* (error instanceof GetoptError ? complain : say)(proc, error.message);
    if (error.hint) yield* proc.printError(usageHint(command, nameInUsage(command, proc), proc));
    return error.status ?? command.usageStatus ?? 1;
  }
  if (error instanceof MemoryExhausted) {
    yield* say(proc, error.message);
    return command.usageStatus ?? 1;
  }
  if (error instanceof Failure) {
    yield* say(proc, error.message);
    return error.status;
  }
  if (isSysError(error) && error.syscall === "write" && error.errno !== "EINTR") {
    yield* say(proc, `write error: ${error.text}`);
    return command.usageStatus ?? 1;
  }
  if (isSysError(error) && error.syscall === "read" && error.errno !== "EINTR") {
    yield* say(proc, `read error: ${error.text}`);
    return command.usageStatus ?? 1;
  }
  throw error;
}

/** What follows a complaint about the command line. */
function usageHint(command: Command, name: string, proc: Process): string {
  const tryHelp = `Try '${name} --help' for more information.\n`;
  const usage = usageText(command, name);
  const hint = command.usageHint ?? (command.style === "glib" ? "none" : "try");
  if (typeof hint === "function") return hint(name, proc);
  switch (hint) {
    case "try":
      return tryHelp;
    case "named try":
      return `${name}: ${tryHelp}`;
    case "usage and try":
      return usage + tryHelp;
    case "usage":
      return usage;
    case "help":
      return helpText(command, name);
    case "argp":
      return `Try '${name} --help' or '${name} --usage' for more information.\n`;
    case "none":
      return "";
  }
}
