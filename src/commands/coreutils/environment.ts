/** Programs that run another one in changed surroundings, and who is here: nice, nohup, chroot, logname, users, who. */
import { readAccounts } from "../../machine/users.ts";
import { O } from "../../vfs/types.ts";
import type { Command } from "../command.ts";
import { Failure, reason, warn } from "../complain.ts";
import { findProgram } from "../find-program.ts";
import { extraOperand } from "../operands.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { curly, quote } from "../quote.ts";
import { parseSize } from "../sizes.ts";
import { formatTime } from "../time-format.ts";
import { runInstead } from "./env.ts";
import { terminalName } from "./system.ts";
import type { Process } from "../../machine/process.ts";

const DEFAULT_ADJUSTMENT = 10;

/** nice(1). */
export const nice: Command = {
  name: "nice",
  package: "coreutils",
  style: "gnu-posix",
  usage: ["nice [OPTION] [COMMAND [ARG]...]"],
  about: "Run COMMAND with an adjusted niceness, which affects process scheduling.",
  options: [{ name: "adjustment", short: "n", argument: "N", help: "add integer N to the niceness (default 10)" }],
  usageStatus: 125,
  completes: "commands",
  simplified: "the niceness is inherited and told, but slows nothing down",
  rewrite: (args) => args.map((arg, index) => (index === 0 ? arg.replace(/^-([-+]?[0-9]+)$/, "-n$1") : arg)),
  *run(proc, options) {
    const adjustment = options.value("adjustment");
    if (adjustment !== undefined && !/^[-+]?[0-9]+$/.test(adjustment)) throw new Failure(`invalid adjustment ${curly(adjustment)}`, 125);
    const [name] = options.operands;
    if (name === undefined) {
      if (adjustment !== undefined) throw new UsageError("a command must be given with an adjustment");
      yield* stdout(proc).print(`${proc.niceness}\n`);
      return 0;
    }
    try {
      proc.setNiceness(proc.niceness + Number(adjustment ?? DEFAULT_ADJUSTMENT));
    } catch (error) {
      yield* warn(proc, `cannot set niceness: ${reason(error)}`);
    }
    return yield* runInstead(proc, name, options.operands, proc.env);
  },
};

/** nohup(1). */
export const nohup: Command = {
  name: "nohup",
  package: "coreutils",
  style: "gnu-posix",
  usage: ["nohup COMMAND [ARG]...", "nohup OPTION"],
  about: "Run COMMAND, ignoring hangup signals.",
  options: [],
  usageStatus: 125,
  completes: "commands",
  *run(proc, options) {
    const [name] = options.operands;
    if (name === undefined) throw new UsageError("missing operand");
    const { sys } = proc;
    const [ignoresInput, redirectsOutput, redirectsErrors] = [0, 1, 2].map((fd) => sys.isatty(fd)) as [boolean, boolean, boolean];
    const notes: string[] = [];
    if (ignoresInput) {
      sys.dup2(sys.open("/dev/null", O.WRONLY), 0);
      if (!redirectsOutput && !redirectsErrors) notes.push("ignoring input");
    }
    if (redirectsOutput) {
      let file = "nohup.out";
      let fd: number;
      try {
        fd = sys.open(file, O.CREAT | O.WRONLY | O.APPEND, 0o600);
      } catch (error) {
        const why = reason(error);
        const home = proc.env.get("HOME");
        file = `${home ?? ""}/nohup.out`;
        try {
          fd = sys.open(file, O.CREAT | O.WRONLY | O.APPEND, 0o600);
        } catch (failure) {
          yield* warn(proc, `failed to open ${quote("nohup.out")}: ${why}`);
          throw new Failure(`failed to open ${quote(file)}: ${reason(failure)}`, 125);
        }
      }
      sys.dup2(fd, 1);
      notes.push(`${ignoresInput ? "ignoring input and " : ""}appending output to ${quote(file)}`);
    }
    for (const note of notes) yield* warn(proc, note);
    if (redirectsErrors) {
      if (!redirectsOutput) yield* warn(proc, `${ignoresInput ? "ignoring input and " : ""}redirecting stderr to stdout`);
      sys.dup2(1, 2);
    }
    proc.onSignal("HUP", "ignore");
    return yield* runInstead(proc, name, options.operands, proc.env, (program) => `failed to run command ${quote(program)}`);
  },
};

/** chroot(8). */
export const chroot: Command = {
  name: "chroot",
  package: "coreutils",
  style: "gnu-posix",
  usage: ["chroot [OPTION]... NEWROOT [COMMAND [ARG]...]"],
  about: "Run COMMAND with root directory set to NEWROOT.",
  options: [
    { name: "groups", argument: "G_LIST", help: "specify supplementary groups as g1,g2,..,gN" },
    { name: "userspec", argument: "USER:GROUP", help: "specify user and group (ID or name) to use" },
    { name: "skip-chdir", help: "do not change working directory to '/'" },
  ],
  usageStatus: 125,
  completes: "directories",
  *run(proc, options) {
    const [root, ...command] = options.operands;
    if (root === undefined) throw new UsageError("missing operand");
    try {
      proc.sys.chroot(root);
      if (!options.has("skip-chdir")) proc.sys.chdir("/");
    } catch (error) {
      throw new Failure(`cannot change root directory to ${quote(root)}: ${reason(error)}`, 125);
    }
    const spec = options.value("userspec");
    if (spec !== undefined) {
      const accounts = readAccounts(proc.sys);
      const [userText = "", groupText] = spec.split(":");
      const user =
        accounts.userByName(userText) ?? (/^[0-9]+$/.test(userText) ? { uid: Number(userText), gid: Number(userText) } : undefined);
      const group =
        groupText === undefined || groupText === ""
          ? user?.gid
          : (accounts.groupByName(groupText)?.gid ?? (/^[0-9]+$/.test(groupText) ? Number(groupText) : undefined));
      if (user === undefined || group === undefined) throw new Failure(user === undefined ? "invalid user" : "invalid group", 125);
      proc.sys.credentials = { uid: user.uid, gid: group, groups: [group], privileged: user.uid === 0 };
    }
    const shell = proc.env.get("SHELL") ?? "/bin/sh";
    const argv = command.length > 0 ? command : [shell, "-i"];
    return yield* runInstead(proc, argv[0] ?? shell, argv, proc.env, (program) => `failed to run command ${curly(program)}`);
  },
};

/** logname(1). */
export const logname: Command = {
  name: "logname",
  package: "coreutils",
  style: "gnu",
  usage: ["logname [OPTION]"],
  about: "Print the name of the current user.",
  options: [],
  completes: "none",
  *run(proc, options) {
    const [extra] = options.operands;
    if (extra !== undefined) throw extraOperand(extra);
    const leader = proc.kernel.process(proc.session);
    const user = proc.tty === undefined || leader === undefined ? undefined : readAccounts(proc.sys).userById(leader.sys.credentials.uid);
    if (user === undefined) throw new Failure("no login name");
    yield* stdout(proc).print(user.name + "\n");
    return 0;
  },
};

interface Session {
  readonly user: string;
  readonly terminal: string;
  readonly pid: number;
  readonly since: { readonly sec: number; readonly nsec: number };
}

/** Leaders of sessions that have a terminal: what utmp would list. */
function sessions(proc: Process): readonly Session[] {
  const accounts = readAccounts(proc.sys);
  return proc.kernel
    .processes()
    .filter((process) => process.tty !== undefined && process.session === process.pid)
    .map((process) => ({
      user: accounts.userById(process.sys.credentials.uid)?.name ?? String(process.sys.credentials.uid),
      terminal: terminalName(process.kernel.ttys, process.tty).replace("/dev/", ""),
      pid: process.pid,
      since: process.startedAt,
    }));
}

/** users(1). */
export const users: Command = {
  name: "users",
  package: "coreutils",
  style: "gnu",
  usage: ["users [OPTION]... [FILE]"],
  about: "Output who is currently logged in according to FILE.",
  options: [],
  completes: "none",
  *run(proc) {
    const names = sessions(proc)
      .map((session) => session.user)
      .sort();
    if (names.length > 0) yield* stdout(proc).print(names.join(" ") + "\n");
    return 0;
  },
};

/** who(1). */
export const who: Command = {
  name: "who",
  package: "coreutils",
  style: "gnu",
  usage: ["who [OPTION]... [ FILE | ARG1 ARG2 ]"],
  about: "Print information about users who are currently logged in.",
  options: [
    { name: "all", short: "a", help: "same as -b -d --login -p -r -t -T -u" },
    { name: "boot", short: "b", help: "time of last system boot" },
    { name: "heading", short: "H", help: "print line of column headings" },
    { name: "m", short: "m", long: false, help: "only hostname and user associated with stdin" },
    { name: "count", short: "q", help: "all login names and number of users logged on" },
    { name: "short", short: "s", help: "print only name, line, and time (default)" },
    { name: "users", short: "u", help: "list users logged in" },
  ],
  completes: "none",
  *run(proc, options) {
    const list = sessions(proc);
    const out = stdout(proc);
    if (options.has("count")) {
      yield* out.print(`${list.map((session) => session.user).join(" ")}\n# users=${String(list.length)}\n`);
      return 0;
    }
    const line = (user: string, terminal: string, time: string, comment = ""): string =>
      `${user.padEnd(8)} ${terminal.padEnd(12)} ${time}${comment === "" ? "" : ` ${comment}`}\n`;
    if (options.has("heading")) yield* out.print(line("NAME", "LINE", "TIME            ", "COMMENT"));
    if (options.has("boot") || options.has("all"))
      yield* out.print(`         system boot  ${formatTime("%Y-%m-%d %H:%M", proc.kernel.clock.bootedAt)}\n`);
    if (options.has("boot") && !options.has("all")) return 0;
    const own = options.has("m") || options.operands.length === 2 ? proc.tty : undefined;
    for (const session of list) {
      if (own !== undefined && proc.kernel.ttys.get(session.terminal) !== own) continue;
      yield* out.print(line(session.user, session.terminal, formatTime("%Y-%m-%d %H:%M", session.since)));
    }
    return 0;
  },
};

/** stdbuf(1). @simplified Programs here write when there is enough, and at once on a terminal; the modes are only checked. */
export const stdbuf: Command = {
  name: "stdbuf",
  package: "coreutils",
  style: "gnu-posix",
  usage: ["stdbuf OPTION... COMMAND"],
  about: "Run COMMAND, with modified buffering operations for its standard streams.",
  options: [
    { name: "input", short: "i", argument: "MODE", help: "adjust standard input stream buffering" },
    { name: "output", short: "o", argument: "MODE", help: "adjust standard output stream buffering" },
    { name: "error", short: "e", argument: "MODE", help: "adjust standard error stream buffering" },
  ],
  usageStatus: 125,
  completes: "commands",
  *run(proc, options) {
    const [name] = options.operands;
    for (const { name: stream, value = "" } of options.order) {
      if (value === "L" && stream === "input") throw new UsageError("line buffering stdin is meaningless", true);
      if (value !== "L" && parseSize(value) === undefined) throw new Failure(`invalid mode ${curly(value)}`, 125);
    }
    if (name === undefined) throw new UsageError("missing operand");
    if (options.order.length === 0) throw new UsageError("you must specify a buffering mode option");
    if (findProgram(proc, name) === undefined) throw new Failure(`failed to run command ${curly(name)}: No such file or directory`, 127);
    return yield* runInstead(proc, name, options.operands, proc.env);
  },
};

/** hostid(1). */
export const hostid: Command = {
  name: "hostid",
  package: "coreutils",
  style: "gnu",
  usage: ["hostid [OPTION]"],
  about: "Print the numeric identifier (in hexadecimal) for the current host.",
  options: [],
  completes: "none",
  *run(proc, options) {
    const [extra] = options.operands;
    if (extra !== undefined) throw extraOperand(extra);
    // gethostid(3) takes the host's address, its halves swapped: 127.0.0.1 when it has no other.
    yield* stdout(proc).print("007f0100\n");
    return 0;
  },
};
