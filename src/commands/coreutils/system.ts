/** What the machine is: uname, arch, hostname, nproc, tty, sync, sleep. */
import { decodeUtf8 } from "../../base/utf8.ts";
import type { Command } from "../command.ts";
import { Failure, reason, warn } from "../complain.ts";
import { extraOperand, someOperands } from "../operands.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { curly, quote } from "../quote.ts";
import { O } from "../../vfs/types.ts";

const MACHINE = "x86_64";

/** uname(1). */
export const uname: Command = {
  name: "uname",
  package: "coreutils",
  style: "gnu",
  usage: ["uname [OPTION]..."],
  about: "Print certain system information. With no OPTION, same as -s.",
  options: [
    { name: "all", short: "a", help: "print all information, in the following order, except omit -p and -i if unknown" },
    { name: "kernel-name", short: "s", alsoLong: ["sysname"], help: "print the kernel name" },
    { name: "nodename", short: "n", help: "print the network node hostname" },
    { name: "kernel-release", short: "r", alsoLong: ["release"], help: "print the kernel release" },
    { name: "kernel-version", short: "v", help: "print the kernel version" },
    { name: "machine", short: "m", help: "print the machine hardware name" },
    { name: "processor", short: "p", help: "print the processor type (non-portable)" },
    { name: "hardware-platform", short: "i", help: "print the hardware platform (non-portable)" },
    { name: "operating-system", short: "o", help: "print the operating system" },
  ],
  completes: "none",
  *run(proc, options) {
    const [extra] = options.operands;
    if (extra !== undefined) throw extraOperand(extra);
    const { kernel } = proc;
    const all = options.has("all");
    const parts: readonly (readonly [name: string, text: string])[] = [
      ["kernel-name", "Linux"],
      ["nodename", kernel.hostname],
      ["kernel-release", kernel.release],
      ["kernel-version", kernel.version],
      ["machine", MACHINE],
      ["processor", "unknown"],
      ["hardware-platform", "unknown"],
      ["operating-system", "GNU/Linux"],
    ];
    let shown = parts.filter(([name, text]) => options.has(name) || (all && text !== "unknown"));
    if (shown.length === 0) shown = parts.slice(0, 1);
    yield* stdout(proc).print(shown.map(([, text]) => text).join(" ") + "\n");
    return 0;
  },
};

/** arch(1). */
export const arch: Command = {
  name: "arch",
  package: "coreutils",
  style: "gnu",
  usage: ["arch [OPTION]..."],
  about: "Print machine architecture.",
  options: [],
  completes: "none",
  *run(proc, options) {
    const [extra] = options.operands;
    if (extra !== undefined) throw extraOperand(extra);
    yield* stdout(proc).print(MACHINE + "\n");
    return 0;
  },
};

/** hostname(1). */
export const hostname: Command = {
  name: "hostname",
  package: "hostname",
  style: "gnu",
  usage: ["hostname [-b] {hostname|-F file}", "hostname [-a|-A|-d|-f|-i|-I|-s|-y]"],
  about: "Show or set the system's host name.",
  options: [
    { name: "short", short: "s", help: "short host name" },
    { name: "fqdn", short: "f", alsoLong: ["long"], help: "long host name (FQDN)" },
    { name: "domain", short: "d", help: "DNS domain name" },
    { name: "file", short: "F", argument: "FILE", help: "read host name from given file" },
  ],
  completes: "none",
  *run(proc, options) {
    const { kernel } = proc;
    let [name] = options.operands;
    const file = options.value("file");
    if (file !== undefined) {
      try {
        name = decodeUtf8(yield* proc.readFile(file))
          .split("\n")
          .find((line) => line !== "" && !line.startsWith("#"))
          ?.trim();
      } catch (error) {
        throw new Failure(`${file}: ${reason(error)}`);
      }
    }
    if (name !== undefined) {
      if (!proc.sys.credentials.privileged) throw new Failure("you must be root to change the host name");
      kernel.hostname = name;
      return 0;
    }
    const dot = kernel.hostname.indexOf(".");
    if (options.has("short")) yield* stdout(proc).print((dot < 0 ? kernel.hostname : kernel.hostname.slice(0, dot)) + "\n");
    else if (options.has("domain")) yield* stdout(proc).print(dot < 0 ? "" : kernel.hostname.slice(dot + 1) + "\n");
    else yield* stdout(proc).print(kernel.hostname + "\n");
    return 0;
  },
};

/** nproc(1). */
export const nproc: Command = {
  name: "nproc",
  package: "coreutils",
  style: "gnu",
  usage: ["nproc [OPTION]..."],
  about: "Print the number of processing units available to the current process.",
  options: [
    { name: "all", help: "print the number of installed processors" },
    { name: "ignore", argument: "N", help: "if possible, exclude N processing units" },
  ],
  completes: "none",
  simplified: "the machine has one processor",
  *run(proc, options) {
    const [extra] = options.operands;
    if (extra !== undefined) throw extraOperand(extra);
    const ignore = options.value("ignore");
    if (ignore !== undefined && !/^[0-9]+$/.test(ignore)) throw new Failure(`invalid number: ${curly(ignore)}`);
    yield* stdout(proc).print("1\n");
    return 0;
  },
};

/** tty(1). */
export const tty: Command = {
  name: "tty",
  package: "coreutils",
  style: "gnu",
  usage: ["tty [OPTION]..."],
  about: "Print the file name of the terminal connected to standard input.",
  options: [{ name: "silent", short: "s", alsoLong: ["quiet"], help: "print nothing, only return an exit status" }],
  usageStatus: 2,
  completes: "none",
  *run(proc, options) {
    const [extra] = options.operands;
    if (extra !== undefined) throw extraOperand(extra);
    const isTerminal = proc.sys.isatty(0);
    if (!options.has("silent")) yield* stdout(proc).print(isTerminal ? `${terminalName(proc.kernel.ttys, proc.tty)}\n` : "not a tty\n");
    return isTerminal ? 0 : 1;
  },
};

/** The device of a terminal, e.g. "/dev/tty1". */
export function terminalName<T>(ttys: ReadonlyMap<string, T>, tty: T | undefined): string {
  for (const [name, candidate] of ttys) if (candidate === tty) return `/dev/${name}`;
  return "/dev/tty";
}

/** sync(1). */
export const sync: Command = {
  name: "sync",
  package: "coreutils",
  style: "gnu",
  usage: ["sync [OPTION] [FILE]..."],
  about: "Synchronize cached writes to persistent storage.",
  options: [
    { name: "data", short: "d", help: "sync only file data, no unneeded metadata" },
    { name: "file-system", short: "f", help: "sync the file systems that contain the files" },
  ],
  completes: "files",
  *run(proc, options) {
    yield* proc.tick();
    if (options.operands.length === 0) {
      if (options.has("data")) throw new Failure("--data needs at least one argument");
      proc.sys.sync();
      return 0;
    }
    let status = 0;
    for (const file of options.operands) {
      try {
        const fd = proc.sys.open(file, O.RDONLY | O.NONBLOCK);
        if (options.has("file-system")) proc.sys.syncfs(fd);
        else proc.sys.fsync(fd);
        proc.sys.close(fd);
      } catch (error) {
        yield* warn(proc, `error opening ${quote(file)}: ${reason(error)}`);
        status = 1;
      }
    }
    return status;
  },
};

/** Seconds in "2", "0.5", "1m", "2h", "1d"; undefined when it is no time. */
export function parseDuration(text: string): number | undefined {
  if (/^inf(?:inity)?$/i.test(text)) return Infinity;
  const found = /^([0-9]+\.?[0-9]*(?:[eE][-+]?[0-9]+)?|\.[0-9]+)([smhd]?)$/.exec(text);
  if (found === null) return undefined;
  return Number(found[1]) * ({ s: 1, m: 60, h: 3600, d: 86400 }[found[2] ?? ""] ?? 1);
}

/** sleep(1). */
export const sleep: Command = {
  name: "sleep",
  package: "coreutils",
  style: "gnu",
  usage: ["sleep NUMBER[SUFFIX]...", "sleep OPTION"],
  about: "Pause for NUMBER seconds. SUFFIX may be 's' for seconds (the default), 'm' for minutes, 'h' for hours or 'd' for days.",
  options: [],
  completes: "none",
  *run(proc, options) {
    let seconds = 0;
    const bad: string[] = [];
    for (const operand of someOperands(options.operands)) {
      const duration = parseDuration(operand);
      if (duration === undefined) bad.push(`invalid time interval ${curly(operand)}`);
      else seconds += duration;
    }
    const last = bad.pop();
    for (const message of bad) yield* warn(proc, message);
    if (last !== undefined) throw new UsageError(last);
    // A day at a time, so that any length fits the clock.
    while (seconds > 0) {
      const part = Math.min(seconds, 86400);
      yield* proc.sleep(part);
      seconds -= part;
    }
    return 0;
  },
};
