import { isSysError } from "../../vfs/errno.ts";
import { readAccounts } from "../../machine/users.ts";
import type { Command } from "../command.ts";
import { Answers } from "../answers.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { SIGNAL_LIST, signalOf } from "../signal-names.ts";
import { Pattern } from "../../base/posix-pattern.ts";

/** killall(1). */
export const killall: Command = {
  name: "killall",
  package: "psmisc",
  style: "gnu",
  usage: ["killall [OPTION]... [--] NAME..."],
  about: "Kill processes by name.",
  options: [
    { name: "exact", short: "e", help: "require exact match for very long names", fidelity: "ignored" },
    { name: "ignore-case", short: "I", help: "case insensitive process name match" },
    { name: "process-group", short: "g", help: "kill process group instead of process" },
    { name: "interactive", short: "i", help: "ask for confirmation before killing" },
    { name: "list", short: "l", help: "list all known signal names" },
    { name: "quiet", short: "q", help: "don't print complaints" },
    { name: "regexp", short: "r", help: "interpret NAME as an extended regular expression" },
    { name: "signal", short: "s", argument: "SIGNAL", help: "send this signal instead of SIGTERM" },
    { name: "user", short: "u", argument: "USER", help: "kill only process(es) running as USER" },
    { name: "verbose", short: "v", help: "report if the signal was successfully sent" },
    { name: "wait", short: "w", help: "wait for processes to die" },
    { name: "version", short: "V", help: "display version information" },
  ],
  usageHint: "help",
  completes: "commands",
  // `killall -9 name`, `killall -HUP name`.
  rewrite: (args) =>
    args.flatMap((arg) =>
      /^-(?:[0-9]+|(?:SIG)?[A-Z]{2,}[0-9]?)$/.test(arg) && signalOf(arg.slice(1)) !== undefined ? ["-s", arg.slice(1)] : [arg],
    ),
  *run(proc, options) {
    if (options.has("list")) {
      yield* stdout(proc).print(`${SIGNAL_LIST.map(([name]) => name).join(" ")}\n`);
      return 0;
    }
    const given = options.value("signal") ?? "TERM";
    const signal = signalOf(given);
    if (signal === undefined) {
      yield* proc.printError(`${given}: unknown signal; killall -l lists signals.\n`);
      return 1;
    }
    const user = options.value("user");
    const owner = user === undefined ? undefined : readAccounts(proc.sys).userByName(user);
    if (user !== undefined && owner === undefined) {
      yield* proc.printError(`Cannot find user ${user}\n`);
      return 1;
    }
    if (options.operands.length === 0 && user === undefined) throw new UsageError("");
    const answers = new Answers(proc);
    let status = 0;
    const killed: number[] = [];
    for (const name of options.operands.length === 0 ? [undefined] : options.operands) {
      const test = testFor(name, options.has("regexp"), options.has("ignore-case"));
      const targets = [...proc.kernel.visible()].filter(
        (target) =>
          target.pid !== proc.pid &&
          target.state !== "zombie" &&
          test(target.name) &&
          (owner === undefined || target.owner.uid === owner.uid),
      );
      let found = false;
      for (const target of targets) {
        if (options.has("interactive")) {
          yield* proc.printError(`Kill ${target.name}(${String(target.pid)}) ? (y/N) `);
          if (!(yield* answers.read())) continue;
        }
        try {
          proc.kill(options.has("process-group") ? -target.processGroup : target.pid, signal);
          found = true;
          killed.push(target.pid);
          if (options.has("verbose")) yield* proc.printError(`Killed ${target.name}(${String(target.pid)}) with signal ${given}\n`);
        } catch (error) {
          if (!isSysError(error)) throw error;
          yield* proc.printError(`${target.name}(${String(target.pid)}): ${error.text}\n`);
        }
      }
      if (found) continue;
      status = 1;
      if (targets.length === 0 && !options.has("quiet")) yield* proc.printError(`${name ?? ""}: no process found\n`);
    }
    while (
      options.has("wait") &&
      killed.some((pid) => [...proc.kernel.visible()].some((target) => target.pid === pid && target.state !== "zombie"))
    )
      yield* proc.sleep(1);
    return status;
  },
};

function testFor(name: string | undefined, isPattern: boolean, ignoreCase: boolean): (name: string) => boolean {
  if (name === undefined) return () => true;
  if (isPattern) {
    const pattern = Pattern.compile(name, { syntax: "extended", dialect: "grep", ignoreCase });
    return (text) => pattern.test(text);
  }
  const wanted = name.slice(name.lastIndexOf("/") + 1);
  return ignoreCase ? (text) => text.toLowerCase() === wanted.toLowerCase() : (text) => text === wanted;
}
