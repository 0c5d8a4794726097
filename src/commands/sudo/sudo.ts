import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { isPassword, passwordField } from "../../machine/password.ts";
import { readAccounts, type User } from "../../machine/users.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Command, ParsedOptions } from "../command.ts";
import { orUndefined, ownName, reason } from "../complain.ts";
import { findProgram } from "../find-program.ts";
import { invokingUser } from "../invoker.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { baseName } from "../paths.ts";
import { askPassword, runAs } from "./run-as.ts";
import { keptVariables, matchingRule, readSudoers, rulesFor, setting, type Rule, type Sudoers } from "./sudoers.ts";

const SECURE_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/** What env_reset lets through in any case. */
const KEPT = ["TERM", "DISPLAY", "XAUTHORITY", "COLORS", "LANG", "LS_COLORS", "TZ", "COLUMNS", "LINES"];
const BUILTINS = new Set([
  "cd",
  "alias",
  "export",
  "source",
  ".",
  "set",
  "unset",
  "exec",
  "exit",
  "history",
  "jobs",
  "fg",
  "bg",
  "ulimit",
  "umask",
  "eval",
  "read",
  "declare",
  "local",
  "return",
]);

/** What is wrong with the program's file, when it does not run as root (sudo_check_suid()). */
function whyNotRoot(proc: Process): string {
  const called = ownName(proc);
  const path = called.includes("/") ? called : (findProgram(proc, called) ?? called);
  const file = orUndefined(() => proc.sys.stat(path));
  if (file === undefined) return "effective uid is not 0, is sudo installed setuid root?";
  if (file.uid !== 0 || (file.mode & 0o4000) === 0) return `${path} must be owned by uid 0 and have the setuid bit set`;
  return `effective uid is not 0, is ${path} on a file system with the 'nosuid' option set or an NFS file system without root privileges?`;
}

/** sudo(8). */
export const sudo: Command = {
  name: "sudo",
  package: "sudo",
  style: "gnu-posix",
  usage: [
    "usage: sudo -h | -K | -k | -V",
    "usage: sudo -v [-ABkNnS] [-g group] [-h host] [-p prompt] [-u user]",
    "usage: sudo -l [-ABkNnS] [-g group] [-h host] [-p prompt] [-U user] [-u user] [command [arg ...]]",
    "usage: sudo [-ABbEHkNnPS] [-r role] [-t type] [-C num] [-D directory] [-g group] [-h host] [-p prompt] [-R directory] [-T timeout] [-u user] [VAR=value] [-i | -s] [command [arg ...]]",
    "usage: sudo -e [-ABkNnS] [-r role] [-t type] [-C num] [-D directory] [-g group] [-h host] [-p prompt] [-R directory] [-T timeout] [-u user] file ...",
  ],
  about: "Execute a command as another user.",
  options: [
    { name: "askpass", short: "A", help: "use a helper program for password prompting", fidelity: "ignored" },
    { name: "background", short: "b", help: "run command in the background", fidelity: "unbuilt" },
    { name: "bell", short: "B", help: "ring bell when prompting", fidelity: "ignored" },
    { name: "chdir", short: "D", argument: "directory", help: "change the working directory before running command" },
    { name: "preserve-env", short: "E", help: "preserve user environment when running command" },
    { name: "edit", short: "e", help: "edit files instead of running a command", fidelity: "unbuilt" },
    { name: "group", short: "g", argument: "group", help: "run command as the specified group name or ID" },
    { name: "set-home", short: "H", help: "set HOME variable to target user's home dir" },
    { name: "help", short: "h", help: "display help message and exit" },
    { name: "login", short: "i", help: "run login shell as the target user; a command may also be specified" },
    { name: "remove-timestamp", short: "K", help: "remove timestamp file completely" },
    { name: "reset-timestamp", short: "k", help: "invalidate timestamp file" },
    { name: "list", short: "l", help: "list user's privileges or check a specific command; use twice for longer format" },
    { name: "non-interactive", short: "n", help: "non-interactive mode, no prompts are used" },
    { name: "preserve-groups", short: "P", help: "preserve group vector instead of setting to target's" },
    { name: "prompt", short: "p", argument: "prompt", help: "use the specified password prompt" },
    { name: "stdin", short: "S", help: "read password from standard input", fidelity: "ignored" },
    { name: "shell", short: "s", help: "run shell as the target user; a command may also be specified" },
    { name: "other-user", short: "U", argument: "user", help: "in list mode, display privileges for user" },
    { name: "user", short: "u", argument: "user", help: "run command (or edit file) as specified user name or ID" },
    { name: "version", short: "V", help: "display version information and exit" },
    { name: "validate", short: "v", help: "update user's timestamp without running a command" },
  ],
  usageHint: "usage",
  completes: "commands",
  simplified: "a password is asked for each time; sudoedit is not built",
  *run(proc, options) {
    const say = function* (message: string): Run<1> {
      yield* proc.printError(`sudo: ${message}\n`);
      return 1;
    };
    if (!proc.sys.credentials.privileged) return yield* say(whyNotRoot(proc));
    const accounts = readAccounts(proc.sys);
    const user = invokingUser(proc);
    if (options.has("remove-timestamp")) return 0;
    const { variables, command } = split(options.operands);
    if (options.has("reset-timestamp") && command.length === 0 && !options.has("list") && !options.has("validate")) return 0;
    const targetName = options.value("user") ?? "root";
    const target = targetName.startsWith("#") ? accounts.userById(Number(targetName.slice(1))) : accounts.userByName(targetName);
    if (target === undefined) {
      yield* say(`unknown user ${targetName}`);
      return yield* say("error initializing audit plugin sudoers_audit");
    }
    const groupName = options.value("group");
    const group =
      groupName === undefined
        ? undefined
        : (accounts.groupByName(groupName)?.gid ?? (/^#?[0-9]+$/.test(groupName) ? Number(groupName.replace("#", "")) : undefined));
    if (groupName !== undefined && group === undefined) {
      yield* say(`unknown group ${groupName}`);
      return yield* say("error initializing audit plugin sudoers_audit");
    }
    const wantsShell = options.has("login") || options.has("shell");
    if (command.length === 0 && !wantsShell && !options.has("list") && !options.has("validate")) throw new UsageError("");
    const sudoers = readSudoers(proc.sys);
    const rules = rulesFor(sudoers, user, accounts, proc.kernel.hostname);
    const secure = setting(sudoers, "secure_path") ?? SECURE_PATH;
    const name = command[0] ?? "";
    const path = wantsShell || name === "" ? undefined : findProgram(proc, name, secure);
    const rule =
      user.uid === 0 ? ROOT_RULE : options.has("list") || options.has("validate") ? rules.at(-1) : matchingRule(rules, target, path);
    if (user.uid !== 0 && rule?.tags.includes("NOPASSWD") !== true) {
      const answer = yield* authenticate(proc, user, options);
      if (answer !== undefined) return answer;
    }
    if (options.has("list")) return yield* list(proc, options, user, rules, sudoers, command, secure);
    if (rule === undefined) {
      if (rules.length === 0) {
        yield* proc.printError(`${user.name} is not in the sudoers file.\n`);
        return 1;
      }
      yield* proc.printError(
        `Sorry, user ${user.name} is not allowed to execute '${[path ?? name, ...command.slice(1)].join(" ")}' as ${target.name} on ${proc.kernel.hostname}.\n`,
      );
      return 1;
    }
    if (options.has("validate")) return 0;
    if (!wantsShell && path === undefined) {
      yield* say(`${name}: command not found`);
      if (BUILTINS.has(name)) {
        yield* say(`"${name}" is a shell built-in command, it cannot be run directly.`);
        yield* say("the -s option may be used to run a privileged shell.");
        yield* say("the -D option may be used to run a command in a specific directory.");
      }
      return 1;
    }
    const shell = options.has("login") ? target.shell : (proc.env.get("SHELL") ?? user.shell);
    const argv = wantsShell ? shellWords(shell, options.has("login"), command) : command;
    const program = wantsShell ? shell : (path ?? name);
    const env = environment(proc, {
      options,
      user,
      target,
      variables,
      sudoers,
      secure,
      shell,
      command: [program, ...argv.slice(1)].join(" "),
    });
    const directory = options.value("chdir") ?? (options.has("login") ? target.home : undefined);
    if (directory !== undefined && orUndefined(() => proc.sys.stat(directory))?.type !== "dir") {
      yield* say(`unable to change directory to ${directory}: No such file or directory`);
      if (!options.has("login")) return 1;
    }
    const groups = options.has("preserve-groups") ? proc.sys.credentials.groups : accounts.groupsOf(target);
    const credentials = { uid: target.uid, gid: group ?? target.gid, groups, privileged: target.uid === 0 };
    try {
      const cwd = directory !== undefined && orUndefined(() => proc.sys.stat(directory))?.type === "dir" ? directory : undefined;
      return yield* runAs(proc, { path: program, argv, env, credentials, cwd });
    } catch (error) {
      if (!isSysError(error)) throw error;
      return yield* say(`unable to execute ${program}: ${reason(error)}`);
    }
  },
};

/** root needs no line in sudoers to use sudo. */
const ROOT_RULE: Rule = { who: "root", host: "ALL", runAs: "ALL", tags: ["NOPASSWD"], commands: ["ALL"] };

function split(operands: readonly string[]): { readonly variables: ReadonlyMap<string, string>; readonly command: readonly string[] } {
  const variables = new Map<string, string>();
  let at = 0;
  for (; at < operands.length; at++) {
    const found = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(operands[at] ?? "");
    if (found === null) break;
    variables.set(found[1] ?? "", found[2] ?? "");
  }
  return { variables, command: operands.slice(at) };
}

/** The shell's argv; a command goes behind -c with its blanks and signs escaped. */
function shellWords(shell: string, isLogin: boolean, command: readonly string[]): readonly string[] {
  const name = isLogin ? `-${baseName(shell)}` : shell;
  if (command.length === 0) return [name];
  return [name, "-c", command.map((word) => word.replace(/[^A-Za-z0-9_\-$]/g, "\\$&")).join(" ")];
}

interface EnvironmentRequest {
  readonly options: ParsedOptions;
  readonly user: User;
  readonly target: User;
  readonly variables: ReadonlyMap<string, string>;
  readonly sudoers: Sudoers;
  readonly secure: string;
  readonly shell: string;
  readonly command: string;
}

function environment(proc: Process, request: EnvironmentRequest): ReadonlyMap<string, string> {
  const { options, user, target } = request;
  const env = new Map<string, string>();
  const kept = new Set([...KEPT, ...keptVariables(request.sudoers)]);
  const all = options.has("preserve-env") && !options.has("login");
  for (const [name, value] of proc.env) if (all || kept.has(name) || /^LC_/.test(name)) env.set(name, value);
  env.set("PATH", request.secure);
  if (!all || options.has("set-home")) env.set("HOME", target.home);
  env.set("MAIL", `/var/mail/${target.name}`);
  env.set("LOGNAME", target.name);
  env.set("USER", target.name);
  env.set("SHELL", options.has("shell") ? request.shell : target.shell);
  env.set("SUDO_COMMAND", request.command);
  env.set("SUDO_USER", user.name);
  env.set("SUDO_UID", String(user.uid));
  env.set("SUDO_GID", String(user.gid));
  env.set("SUDO_HOME", user.home);
  for (const [name, value] of request.variables) env.set(name, value);
  return env;
}

/** Undefined when the password was right, else the exit status. */
function* authenticate(proc: Process, user: User, options: ParsedOptions): Run<number | undefined> {
  if (options.has("non-interactive")) {
    yield* proc.printError("sudo: a password is required\n");
    return 1;
  }
  const secret = passwordField(proc.sys, user.name);
  if (secret === "") return undefined;
  const prompt = options.value("prompt")?.replace(/%[pu]/g, user.name) ?? `[sudo] password for ${user.name}: `;
  for (let attempt = 1; attempt <= 3; attempt++) {
    const answer = yield* askPassword(proc, prompt);
    if (answer === undefined) {
      yield* proc.printError(
        "sudo: a terminal is required to read the password; either use the -S option to read from standard input or configure an askpass helper\nsudo: a password is required\n",
      );
      return 1;
    }
    if (yield* isPassword(secret, answer)) return undefined;
    yield* proc.sleep(2);
    if (attempt < 3) yield* proc.printError("Sorry, try again.\n");
  }
  yield* proc.printError("sudo: 3 incorrect password attempts\n");
  return 1;
}

function* list(
  proc: Process,
  options: ParsedOptions,
  user: User,
  rules: readonly Rule[],
  sudoers: Sudoers,
  command: readonly string[],
  secure: string,
): Run<number> {
  const host = proc.kernel.hostname;
  const [name] = command;
  if (name !== undefined) {
    const path = findProgram(proc, name, secure);
    if (path === undefined || rules.length === 0) return 1;
    yield* stdout(proc).print([path, ...command.slice(1)].join(" ") + "\n");
    return 0;
  }
  if (rules.length === 0 && user.uid !== 0) {
    yield* stdout(proc).print(`Sorry, user ${user.name} may not run sudo on ${host}.\n`);
    return 1;
  }
  const settings = sudoers.defaults.map((line) => line.replace(/\s*(\+?=)\s*/g, "$1"));
  if (settings.length > 0)
    yield* stdout(proc).print(`Matching Defaults entries for ${user.name} on ${host}:\n    ${settings.join(", ")}\n\n`);
  yield* stdout(proc).print(`User ${options.value("other-user") ?? user.name} may run the following commands on ${host}:\n`);
  for (const rule of rules.length === 0 ? [ROOT_RULE] : rules) {
    const tags = rule.tags.map((tag) => `${tag}: `).join("");
    yield* stdout(proc).print(`    (${rule.runAs ?? "root"}) ${tags}${rule.commands.join(", ")}\n`);
  }
  return 0;
}
