import { isPassword, passwordField } from "../../machine/password.ts";
import { SIGNALS } from "../../machine/signals.ts";
import { readAccounts, type Accounts } from "../../machine/users.ts";
import { describeSignal } from "../../shell/jobs.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Credentials } from "../../vfs/types.ts";
import type { Command } from "../command.ts";
import { orUndefined, warnx } from "../complain.ts";
import { invokingUser } from "../invoker.ts";
import { baseName } from "../paths.ts";
import { askPassword, runAs } from "../sudo/run-as.ts";

/** The groups of `-g` and `-G` in the place of the account's own; with only -G the first of them is the primary one. */
function withGroups(accounts: Accounts, own: Credentials, primary: readonly string[], more: readonly string[]): Credentials {
  const gids = [...primary.slice(-1), ...more].map((name) => accounts.groupByName(name)?.gid).filter((gid) => gid !== undefined);
  const [gid] = gids;
  return gid === undefined ? own : { ...own, gid, groups: [...new Set(gids)] };
}

/** su(1). */
export const su: Command = {
  name: "su",
  package: "util-linux",
  style: "gnu",
  usage: ["su [options] [-] [<user> [<argument>...]]"],
  about: "Change the effective user ID and group ID to that of <user>. A mere - implies -l.  If <user> is not given, root is assumed.",
  options: [
    { name: "preserve-environment", short: "m", alsoShort: ["p"], help: "do not reset environment variables" },
    { name: "whitelist-environment", short: "w", argument: "list", help: "don't reset specified variables" },
    { name: "group", short: "g", argument: "group", help: "specify the primary group" },
    { name: "supp-group", short: "G", argument: "group", help: "specify a supplemental group" },
    { name: "login", short: "l", help: "make the shell a login shell" },
    { name: "command", short: "c", argument: "command", help: "pass a single command to the shell with -c" },
    { name: "session-command", argument: "command", help: "pass a single command to the shell with -c and do not create a new session" },
    { name: "fast", short: "f", help: "pass -f to the shell (for csh or tcsh)", fidelity: "ignored" },
    { name: "shell", short: "s", argument: "shell", help: "run <shell> if /etc/shells allows it" },
    { name: "pty", short: "P", help: "create a new pseudo-terminal", fidelity: "ignored" },
    { name: "help", short: "h", help: "display this help" },
    { name: "version", short: "V", help: "display version" },
  ],
  completes: "users",
  *run(proc, options) {
    const dash = options.operands[0] === "-";
    const [name = "root", ...args] = dash ? options.operands.slice(1) : options.operands;
    const isLogin = dash || options.has("login");
    const accounts = readAccounts(proc.sys);
    const target = accounts.userByName(name);
    if (target === undefined) {
      yield* warnx(proc, `user ${name} does not exist or the user entry does not contain all the required fields`);
      return 1;
    }
    const user = invokingUser(proc);
    const groups = [...options.values("group"), ...options.values("supp-group")];
    if (groups.length > 0 && user.uid !== 0) {
      yield* warnx(proc, "only root can specify alternative groups");
      return 1;
    }
    for (const group of groups) {
      if (accounts.groupByName(group) !== undefined) continue;
      yield* warnx(proc, `group ${group} does not exist`);
      return 1;
    }
    const preserves = options.has("preserve-environment") && !isLogin;
    if (options.has("preserve-environment") && isLogin)
      yield* warnx(proc, "ignoring --preserve-environment, it's mutually exclusive with --login");
    if (user.uid !== 0) {
      const secret = passwordField(proc.sys, name);
      if (secret !== "") {
        const given = yield* askPassword(proc, "Password: ");
        if (given === undefined || !(yield* isPassword(secret, given))) {
          yield* proc.sleep(2);
          yield* warnx(proc, "Authentication failure");
          return 1;
        }
      }
    }
    const shell = options.value("shell") ?? (preserves ? (proc.env.get("SHELL") ?? target.shell) : target.shell);
    const command = options.value("command") ?? options.value("session-command");
    const argv = [isLogin ? `-${baseName(shell)}` : baseName(shell), ...(command === undefined ? [] : ["-c", command]), ...args];
    const kept = ["TERM", ...(options.value("whitelist-environment") ?? "").split(",")];
    const env = isLogin ? new Map([...proc.env].filter(([variable]) => kept.includes(variable))) : new Map(proc.env);
    if (!preserves) {
      env.set("HOME", target.home);
      env.set("SHELL", shell);
      if (target.uid !== 0 || isLogin) {
        env.set("USER", target.name);
        env.set("LOGNAME", target.name);
      }
    }
    if (isLogin)
      env.set(
        "PATH",
        target.uid === 0 ? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin" : "/usr/local/bin:/usr/bin:/usr/local/sbin:/usr/sbin",
      );
    let cwd: string | undefined;
    if (isLogin) {
      if (orUndefined(() => proc.sys.stat(target.home))?.type === "dir") cwd = target.home;
      else yield* warnx(proc, `warning: cannot change directory to ${target.home}: No such file or directory`);
    }
    try {
      const credentials = withGroups(accounts, accounts.credentialsOf(target), options.values("group"), options.values("supp-group"));
      return yield* runAs(proc, { path: shell, argv, env, credentials, cwd }, function* (signal) {
        yield* proc.printError(`${describeSignal(signal)}\n`);
        return 128 + SIGNALS[signal];
      });
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* warnx(proc, `failed to execute ${shell}: ${error.text}`);
      return isSysError(error, "ENOENT") ? 127 : 126;
    }
  },
};
