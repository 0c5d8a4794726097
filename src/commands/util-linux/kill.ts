import type { Process } from "../../machine/process.ts";
import { SIGNALS, type Signal } from "../../machine/signals.ts";
import type { Command } from "../command.ts";
import { Failure, reason, warnx } from "../complain.ts";
import { helpText } from "../help.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { signalOf, SIGNAL_LIST } from "../signal-names.ts";
import { printVersion } from "../version.ts";

/** kill(1), the program; bash has its own. */
export const kill: Command = {
  name: "kill",
  package: "util-linux-core",
  style: "raw",
  usage: ["kill [options] <pid>|<name> [...]"],
  about: "Forcibly terminate a process.",
  options: [
    { name: "signal", short: "s", argument: "signal", help: "send this <signal> instead of SIGTERM" },
    { name: "list", short: "l", argument: "signal", optional: true, help: "list all signal names, or convert a signal number to a name" },
    { name: "table", short: "L", help: "list all signal names and numbers" },
    { name: "pid", short: "p", help: "print pids without signaling them" },
    { name: "verbose", help: "print pids that will be signaled" },
  ],
  completes: "pids",
  *run(proc, { operands }) {
    let signal: Signal | 0 = "TERM";
    let onlyPrint = false;
    let verbose = false;
    const targets: string[] = [];
    const parse = (text: string): Signal | 0 => {
      const found = text === "0" ? 0 : signalOf(text);
      if (found === undefined) throw new Failure(`unknown signal ${text}; valid signals:\n${signalNames()}`.trimEnd());
      return found;
    };
    for (let i = 0; i < operands.length; i++) {
      const word = operands[i] ?? "";
      if (word === "--") targets.push(...operands.slice(i + 1));
      else if (word === "--help" || word === "-h") {
        yield* stdout(proc).print(helpText(kill));
        return 0;
      } else if (word === "--version" || word === "-V") {
        yield* printVersion(proc, kill);
        return 0;
      } else if (/^(?:-l|--list)(?:=|$)/.test(word) || /^-l./.test(word)) {
        const which = word === "-l" || word === "--list" ? operands[i + 1] : word.replace(/^(?:-l|--list)=?/, "");
        yield* stdout(proc).print(which === undefined || which === "" ? signalNames() : `${signalName(which)}\n`);
        return 0;
      } else if (word === "-L" || word === "--table") {
        const cells = SIGNAL_LIST.map(([name, number]) => `${String(number).padStart(2)} ${name.padEnd(10)}`);
        for (let at = 0; at < cells.length; at += 6)
          yield* stdout(proc).print(
            cells
              .slice(at, at + 6)
              .join(" ")
              .trimEnd() + "\n",
          );
        return 0;
      } else if (word === "-s" || word === "--signal") {
        const text = operands[++i];
        if (text === undefined) throw new UsageError("not enough arguments");
        signal = parse(text);
      } else if (word.startsWith("--signal=")) signal = parse(word.slice(9));
      else if (word === "-p" || word === "--pid") onlyPrint = true;
      else if (word === "--verbose") verbose = true;
      else if (word.startsWith("-") && targets.length === 0 && !/^-[0-9]+$/.test(word)) signal = parse(word.slice(1));
      else if (/^-[0-9]+$/.test(word) && targets.length === 0 && i === 0 && operands.length > 1) signal = parse(word.slice(1));
      else targets.push(word);
      if (word === "--") break;
    }
    if (targets.length === 0) throw new UsageError("not enough arguments");
    let status = 0;
    for (const target of targets) {
      const pids = /^-?[0-9]+$/.test(target) ? [Number(target)] : pidsNamed(proc, target);
      if (pids.length === 0) {
        yield* warnx(proc, `cannot find process "${target}"`);
        status = 1;
      }
      for (const pid of pids) {
        if (onlyPrint) {
          yield* stdout(proc).print(`${String(pid)}\n`);
          continue;
        }
        if (verbose) yield* stdout(proc).print(`sending signal ${String(signal === 0 ? 0 : SIGNALS[signal])} to pid ${String(pid)}\n`);
        try {
          proc.kill(pid, signal);
          yield* proc.tick();
        } catch (error) {
          yield* warnx(proc, `sending signal to ${target} failed: ${reason(error)}`);
          status = 1;
        }
      }
    }
    return status;
  },
};

function pidsNamed(proc: Process, name: string): number[] {
  return proc.kernel
    .processes()
    .filter((process) => process.name === name && process.pid !== proc.pid)
    .map((process) => process.pid);
}

function signalNames(): string {
  return SIGNAL_LIST.map(([name]) => name)
    .join(" ")
    .replace(/(.{1,70})(?: |$)/g, "$1\n");
}

/** The name of a number, or the number of a name; numbers above 128 are statuses of the shell. */
function signalName(text: string): string {
  if (/^[0-9]+$/.test(text)) {
    const number = Number(text) > 128 ? Number(text) - 128 : Number(text);
    const found = SIGNAL_LIST.find(([, candidate]) => candidate === number)?.[0];
    if (found === undefined) throw new Failure(`unknown signal: ${text}`);
    return found;
  }
  const signal = signalOf(text);
  if (signal === undefined) throw new Failure(`unknown signal: ${text}`);
  return String(SIGNALS[signal]);
}
