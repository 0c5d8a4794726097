import { addNanoseconds } from "../../base/timestamp.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { SIGNALS } from "../../machine/signals.ts";
import { isSysError, SysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import type { Command, ParsedOptions } from "../command.ts";
import { Failure, reason } from "../complain.ts";
import { findProgram } from "../find-program.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";

/** Exit statuses of sysexits.h. */
const USAGE = 64;
const BAD_DATA = 65;
const NO_INPUT = 66;
const UNAVAILABLE = 69;

/** flock(1). */
export const flock: Command = {
  name: "flock",
  package: "util-linux-core",
  style: "gnu-posix",
  usage: [
    "flock [options] <file>|<directory> <command> [<argument>...]",
    "flock [options] <file>|<directory> -c <command>",
    "flock [options] <file descriptor number>",
  ],
  about: "Manage file locks from shell scripts.",
  options: [
    { name: "shared", short: "s", help: "get a shared lock" },
    { name: "exclusive", short: "x", alsoShort: ["e"], help: "get an exclusive lock (default)" },
    { name: "unlock", short: "u", help: "remove a lock" },
    { name: "nonblock", short: "n", alsoLong: ["nb"], help: "fail rather than wait" },
    { name: "timeout", short: "w", alsoLong: ["wait"], argument: "secs", help: "wait for a limited amount of time" },
    { name: "conflict-exit-code", short: "E", argument: "number", help: "exit code after conflict or timeout" },
    { name: "close", short: "o", help: "close file descriptor before running command" },
    { name: "command", short: "c", argument: "command", help: "run a single command string through the shell" },
    { name: "no-fork", short: "F", help: "execute command without forking" },
    { name: "verbose", help: "increase verbosity" },
    { name: "help", short: "h", help: "display this help" },
    { name: "version", short: "V", help: "display version" },
  ],
  usageStatus: USAGE,
  completes: "files",
  *run(proc, options) {
    if (proc.argv.length === 1) throw new UsageError("not enough arguments");
    if (options.has("no-fork") && options.has("close")) throw new Failure("the --no-fork and --close options are incompatible", USAGE);
    const seconds = secondsOf(options.value("timeout"));
    const conflict = Number(options.value("conflict-exit-code") ?? "1");
    if (!(conflict >= 0 && conflict <= 255)) throw new Failure("exit code out of range (expected 0 to 255)", USAGE);
    const [file, ...rest] = options.operands;
    if (file === undefined) throw new Failure("requires file descriptor, file or directory", USAGE);
    const command = commandOf(rest);
    const fd = command === undefined ? descriptorOf(file) : openLock(proc, file);
    if (!(yield* lock(proc, options, fd, seconds))) return conflict;
    if (command === undefined) return 0;
    return yield* execute(proc, options, fd, command);
  },
};

function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[0-9]+(?:\.[0-9]*)?$|^\.[0-9]+$/.test(text)) throw new Failure(`invalid timeout value: '${text}'`, USAGE);
  return Number(text);
}

/** What follows the file: a program and its arguments, or -c and a line for the shell; undefined when nothing does. */
function commandOf(rest: readonly string[]): readonly string[] | undefined {
  if (rest.length === 0) return undefined;
  if (rest[0] !== "-c" && rest[0] !== "--command") return rest;
  if (rest.length !== 2) throw new Failure(`${rest[0]} requires exactly one command argument`, USAGE);
  return ["/bin/sh", "-c", rest[1] ?? ""];
}

function descriptorOf(text: string): number {
  if (!/^[0-9]+$/.test(text)) throw new Failure(`bad file descriptor: '${text}'`, USAGE);
  return Number(text);
}

/** The file, which is made if need be; a directory is one, too. */
function openLock({ sys }: Process, name: string): number {
  try {
    return sys.open(name, O.RDONLY | O.CREAT, 0o666);
  } catch (error) {
    if (!isSysError(error, "EISDIR")) throw new Failure(`cannot open lock file ${name}: ${reason(error)}`, NO_INPUT);
    return sys.open(name, O.RDONLY);
  }
}

/** Waits as long as it may. */
function* lock(proc: Process, options: ParsedOptions, fd: number, seconds: number | undefined): Run<boolean> {
  const kind = options.order.findLast(({ name }) => ["shared", "exclusive", "unlock"].includes(name))?.name;
  const how = kind === "unlock" ? "unlocked" : kind === "shared" ? "shared" : "exclusive";
  const began = proc.now();
  let isLocked = false;
  try {
    isLocked = proc.sys.flock(fd, how);
    if (!isLocked && !options.has("nonblock") && seconds !== 0) {
      const deadline = seconds === undefined ? {} : { deadline: addNanoseconds(began, seconds * 1e9) };
      yield { kind: "until", reason: "lock", ready: () => (isLocked ||= proc.sys.flock(fd, how)), ...deadline };
    }
  } catch (error) {
    throw new Failure(`${String(fd)}: ${reason(error)}`, BAD_DATA);
  }
  if (options.has("verbose")) {
    const now = proc.now();
    const taken = now.sec - began.sec + (now.nsec - began.nsec) / 1e9;
    if (isLocked) yield* stdout(proc).print(`flock: getting lock took ${taken.toFixed(6)} seconds\n`);
    else yield* proc.printError(`flock: ${options.has("nonblock") ? "failed to get lock" : "timeout while waiting to get lock"}\n`);
  }
  return isLocked;
}

function* execute(proc: Process, options: ParsedOptions, fd: number, command: readonly string[]): Run<ExitStatus> {
  const [name = ""] = command;
  if (options.has("verbose")) yield* stdout(proc).print(`flock: executing ${name}\n`);
  yield* stdout(proc).flush();
  try {
    const path = findProgram(proc, name);
    if (path === undefined) throw new SysError("ENOENT", "execve", name);
    if (options.has("no-fork")) return yield* proc.exec(path, command);
    if (options.has("close")) proc.sys.setCloseOnExec(fd, true);
    const child = proc.spawn({ argv: command, program: { path } });
    const ending = (yield* proc.wait(child.pid))?.ending;
    if (ending?.kind === "exited") return ending.status;
    return ending === undefined ? 0 : 128 + SIGNALS[ending.signal];
  } catch (error) {
    throw new Failure(`failed to execute ${name}: ${reason(error)}`, UNAVAILABLE);
  }
}
