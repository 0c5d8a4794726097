import { Pattern, PatternError } from "../../base/posix-pattern.ts";
import type { KernelProcess } from "../../machine/kernel-process.ts";
import type { Process } from "../../machine/process.ts";
import type { Signal } from "../../machine/signals.ts";
import { readAccounts } from "../../machine/users.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Command, Option, ParsedOptions } from "../command.ts";
import { complain, Failure } from "../complain.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { signalOf } from "../signal-names.ts";
import { commandLine, terminalOf } from "./processes.ts";

const OPTIONS: readonly Option[] = [
  { name: "count", short: "c", help: "count of matching processes" },
  { name: "full", short: "f", help: "use full process name to match" },
  { name: "pgroup", short: "g", argument: "PGID,...", help: "match listed process group IDs" },
  { name: "group", short: "G", argument: "GID,...", help: "match real group IDs" },
  { name: "ignore-case", short: "i", help: "match case insensitively" },
  { name: "newest", short: "n", help: "select most recently started" },
  { name: "oldest", short: "o", help: "select least recently started" },
  { name: "parent", short: "P", argument: "PPID,...", help: "match only child processes of the given parent" },
  { name: "session", short: "s", argument: "SID,...", help: "match session IDs" },
  { name: "terminal", short: "t", argument: "tty,...", help: "match by controlling terminal" },
  { name: "euid", short: "u", argument: "ID,...", help: "match by effective IDs" },
  { name: "uid", short: "U", argument: "ID,...", help: "match by real IDs" },
  { name: "exact", short: "x", help: "match exactly with the command name" },
  { name: "help", short: "h", help: "display this help and exit" },
  { name: "version", short: "V", help: "output version information and exit" },
];

/** pgrep(1). */
export const pgrep: Command = {
  name: "pgrep",
  package: "procps-ng",
  style: "gnu",
  usage: ["pgrep [options] <pattern>"],
  about: "Look up processes based on name and other attributes.",
  options: [
    { name: "delimiter", short: "d", argument: "string", help: "specify output delimiter" },
    { name: "list-name", short: "l", help: "list PID and process name" },
    { name: "list-full", short: "a", help: "list PID and full command line" },
    { name: "inverse", short: "v", help: "negates the matching" },
    ...OPTIONS,
  ],
  usageStatus: 2,
  usageHint: "help",
  completes: "none",
  *run(proc, options) {
    const found = matching(proc, options);
    if (options.has("count")) yield* stdout(proc).print(`${String(found.length)}\n`);
    else if (found.length > 0) {
      const lines = found.map(
        (process) =>
          String(process.pid) +
          (options.has("list-full") ? ` ${commandLine(process)}` : options.has("list-name") ? ` ${process.name}` : ""),
      );
      yield* stdout(proc).print(lines.join(options.value("delimiter") ?? "\n") + "\n");
    }
    return found.length > 0 ? 0 : 1;
  },
};

/** pkill(1). */
export const pkill: Command = {
  name: "pkill",
  package: "procps-ng",
  style: "gnu",
  usage: ["pkill [options] <pattern>"],
  about: "Signal processes based on name and other attributes.",
  options: [
    { name: "signal", argument: "sig", help: "signal to send (either number or name)" },
    { name: "echo", short: "e", help: "display what is killed" },
    ...OPTIONS,
  ],
  usageStatus: 2,
  usageHint: "help",
  completes: "none",
  rewrite: (args) =>
    args.map((arg) =>
      /^-(?:[0-9]+|(?:SIG)?[A-Z][A-Z0-9]{2,})$/.test(arg) && signalOf(arg.slice(1)) !== undefined ? `--signal=${arg.slice(1)}` : arg,
    ),
  *run(proc, options) {
    const text = options.value("signal") ?? "TERM";
    const signal: Signal | 0 | undefined = text === "0" ? 0 : signalOf(text);
    if (signal === undefined) throw new UsageError(`unknown signal: ${text}`);
    const found = matching(proc, options);
    let killed = 0;
    for (const process of found) {
      try {
        proc.kill(process.pid, signal);
        killed++;
        if (options.has("echo")) yield* stdout(proc).print(`${process.name} killed (pid ${String(process.pid)})\n`);
      } catch (error) {
        if (!isSysError(error)) throw error;
        if (error.errno !== "ESRCH") yield* complain(proc, `killing pid ${String(process.pid)} failed: ${error.text}`);
      }
    }
    yield* proc.tick();
    if (options.has("count")) yield* stdout(proc).print(`${String(killed)}\n`);
    return killed > 0 ? 0 : 1;
  },
};

/** killall(1) is psmisc's and not here; this is what pgrep and pkill agree on. */
function matching(proc: Process, options: ParsedOptions): readonly KernelProcess[] {
  const [source, extra] = options.operands;
  if (extra !== undefined) throw new UsageError("only one pattern can be provided");
  const criteria = ["pgroup", "group", "parent", "session", "terminal", "euid", "uid"].filter((name) => options.has(name));
  if (source === undefined && criteria.length === 0) throw new UsageError("no matching criteria specified");
  let pattern: Pattern | undefined;
  try {
    if (source !== undefined)
      pattern = Pattern.compile(source, {
        syntax: "extended",
        ignoreCase: options.has("ignore-case"),
        cover: options.has("exact") ? "whole" : "any",
      });
  } catch (error) {
    if (error instanceof PatternError) throw new Failure(error.message, 2);
    throw error;
  }
  const accounts = readAccounts(proc.sys);
  const within = (name: string, value: number | string, resolve: (text: string) => number | string = Number): boolean => {
    const list = options.value(name);
    return list === undefined || list.split(",").some((part) => resolve(part) === value);
  };
  const uid = (text: string): number => accounts.userByName(text)?.uid ?? Number(text);
  const gid = (text: string): number => accounts.groupByName(text)?.gid ?? Number(text);
  const matches = (process: KernelProcess): boolean => {
    const { owner } = process;
    return (
      (pattern?.test(options.has("full") ? process.argv.join(" ") : process.name) ?? true) &&
      within("pgroup", process.processGroup) &&
      within("group", owner.gid, gid) &&
      within("parent", process.parent) &&
      within("session", process.session) &&
      within("terminal", terminalOf(process), (text) => text.replace(/^\/dev\//, "")) &&
      within("euid", owner.uid, uid) &&
      within("uid", owner.uid, uid)
    );
  };
  const found = proc.kernel
    .processes()
    .filter((process) => process.pid !== proc.pid && matches(process) !== options.has("inverse"))
    .toSorted((a, b) => a.pid - b.pid);
  if (options.has("newest")) return found.slice(-1);
  return options.has("oldest") ? found.slice(0, 1) : found;
}
