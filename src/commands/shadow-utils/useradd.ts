import { readAccounts, type Accounts } from "../../machine/users.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import type { Command, Option, ParsedOptions } from "../command.ts";
import { complain, Failure, orUndefined } from "../complain.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { AccountFiles, freeNumber, isValidName, today } from "./account-files.ts";

/** Exit statuses of useradd(8) and its like. */
export const STATUS = { noWrite: 1, usage: 2, badArgument: 3, numberTaken: 4, notThere: 6, exists: 9, group: 10 } as const;

/** Options that useradd and usermod share. */
const SHARED: readonly Option[] = [
  { name: "comment", short: "c", argument: "COMMENT", help: "GECOS field of the account" },
  { name: "expiredate", short: "e", argument: "EXPIRE_DATE", help: "expiration date of the account", fidelity: "ignored" },
  { name: "inactive", short: "f", argument: "INACTIVE", help: "password inactivity period of the account", fidelity: "ignored" },
  { name: "gid", short: "g", argument: "GROUP", help: "name or ID of the primary group of the account" },
  { name: "groups", short: "G", argument: "GROUPS", help: "list of supplementary groups of the account" },
  { name: "non-unique", short: "o", help: "allow duplicate (non-unique) UID" },
  { name: "password", short: "p", argument: "PASSWORD", help: "encrypted password of the account" },
  { name: "shell", short: "s", argument: "SHELL", help: "login shell of the account" },
  { name: "uid", short: "u", argument: "UID", help: "user ID of the account" },
];

/** useradd(8). */
export const useradd: Command = {
  name: "useradd",
  package: "shadow-utils",
  style: "gnu",
  usage: ["useradd [options] LOGIN", "useradd -D", "useradd -D [options]"],
  about: "Create a new user or update default new user information.",
  options: [
    ...SHARED,
    { name: "base-dir", short: "b", argument: "BASE_DIR", help: "base directory for the home directory of the new account" },
    { name: "home-dir", short: "d", argument: "HOME_DIR", help: "home directory of the new account" },
    { name: "defaults", short: "D", help: "print or change default useradd configuration" },
    { name: "skel", short: "k", argument: "SKEL_DIR", help: "use this alternative skeleton directory" },
    { name: "create-home", short: "m", help: "create the user's home directory" },
    { name: "no-create-home", short: "M", help: "do not create the user's home directory" },
    { name: "no-user-group", short: "N", help: "do not create a group with the same name as the user" },
    { name: "system", short: "r", help: "create a system account" },
    { name: "user-group", short: "U", help: "create a group with the same name as the user" },
  ],
  usageStatus: STATUS.usage,
  usageHint: "help",
  completes: "none",
  *run(proc, options) {
    const defaults = defaultsOf(proc);
    if (options.has("defaults")) {
      yield* stdout(proc).print([...defaults].map(([key, value]) => `${key}=${value}\n`).join(""));
      return 0;
    }
    const [name, extra] = options.operands;
    if (name === undefined || extra !== undefined) throw new UsageError("");
    if (!isValidName(name)) throw new Failure(`invalid user name '${name}': use --badname to ignore`, STATUS.badArgument);
    const accounts = readAccounts(proc.sys);
    const primary = options.value("gid");
    const groups = listOf(options.value("groups"));
    for (const group of [...(primary === undefined ? [] : [primary]), ...groups])
      if (groupOf(accounts, group) === undefined) throw new Failure(`group '${group}' does not exist`, STATUS.notThere);
    const files = new AccountFiles(proc);
    yield* files.lock("passwd", STATUS.noWrite);
    if (accounts.userByName(name) !== undefined) throw new Failure(`user '${name}' already exists`, STATUS.exists);
    const ownGroup = primary === undefined && !options.has("no-user-group");
    if (ownGroup && accounts.groupByName(name) !== undefined)
      throw new Failure(`group ${name} exists - if you want to add this user to that group, use -g.`, STATUS.exists);
    const isSystem = options.has("system");
    const uid = numberOf(options.value("uid"), "user") ?? freeNumber(new Set(accounts.users.map((user) => user.uid)), isSystem);
    if (!options.has("non-unique") && accounts.userById(uid) !== undefined)
      throw new Failure(`UID ${String(uid)} is not unique`, STATUS.numberTaken);
    const gid =
      primary !== undefined
        ? (groupOf(accounts, primary)?.gid ?? 0)
        : ownGroup
          ? accounts.groupById(uid) === undefined
            ? uid
            : freeNumber(new Set(accounts.groups.map((group) => group.gid)), isSystem)
          : Number(defaults.get("GROUP") ?? "100");
    const home = options.value("home-dir") ?? `${options.value("base-dir") ?? defaults.get("HOME") ?? "/home"}/${name}`;
    const shell = options.value("shell") ?? defaults.get("SHELL") ?? "/bin/bash";
    files.add("passwd", [name, "x", String(uid), String(gid), options.value("comment") ?? "", home, shell]);
    files.add("shadow", [
      name,
      options.value("password") ?? "!",
      today(proc),
      ...(isSystem ? ["", "", ""] : ["0", "99999", "7"]),
      "",
      "",
      "",
    ]);
    if (ownGroup) {
      files.add("group", [name, "x", String(gid), ""]);
      files.add("gshadow", [name, "!", "", ""]);
    }
    join(files, name, groups, accounts);
    if (!isSystem) for (const file of ["subuid", "subgid"] as const) files.add(file, [name, String(freeRange(files.lines(file))), "65536"]);
    yield* files.save();
    if ((options.has("create-home") || (!isSystem && !options.has("no-create-home"))) && !options.has("no-create-home"))
      yield* makeHome(proc, home, uid, gid, options.value("skel") ?? defaults.get("SKEL") ?? "/etc/skel");
    return 0;
  },
};

/** /etc/default/useradd. */
function defaultsOf(proc: Process): Map<string, string> {
  const known = new Map([
    ["GROUP", "100"],
    ["HOME", "/home"],
    ["INACTIVE", "-1"],
    ["EXPIRE", ""],
    ["SHELL", "/bin/bash"],
    ["SKEL", "/etc/skel"],
    ["CREATE_MAIL_SPOOL", "yes"],
    ["LOG_INIT", "yes"],
  ]);
  for (const [, key = "", value = ""] of (readTextIfThere(proc.sys, "/etc/default/useradd") ?? "").matchAll(/^([A-Z_]+)=(.*)$/gm))
    known.set(key, value);
  return known;
}

function listOf(text: string | undefined): string[] {
  return (text ?? "").split(",").filter((name) => name !== "");
}

function groupOf(accounts: Accounts, text: string): ReturnType<Accounts["groupByName"]> {
  return accounts.groupByName(text) ?? (/^[0-9]+$/.test(text) ? accounts.groupById(Number(text)) : undefined);
}

function numberOf(text: string | undefined, what: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[0-9]+$/.test(text)) throw new Failure(`invalid ${what} ID '${text}'`, STATUS.badArgument);
  return Number(text);
}

/** Sets the groups that list a user. Those that only the image has, in /usr/lib/group, cannot be changed, and are not: nothing is said of it. */
function join(files: AccountFiles, name: string, groups: readonly string[], accounts: Accounts, others: "keep" | "leave" = "keep"): void {
  const wanted = new Set(groups.map((group) => groupOf(accounts, group)?.name ?? group));
  for (const [file, field] of [
    ["group", 3],
    ["gshadow", 3],
  ] as const)
    for (const entry of files.lines(file)) {
      const isWanted = wanted.has(entry[0] ?? "");
      const isMember = (entry[field] ?? "").split(",").includes(name);
      if (isWanted !== isMember && (isWanted || others === "leave")) files.listed(file, entry, field, name, isWanted);
    }
}

/** Where the next range of subordinate numbers begins. */
function freeRange(lines: readonly (readonly string[])[]): number {
  return Math.max(524288, ...lines.map(([, start, count]) => Number(start) + Number(count)));
}

function* makeHome(proc: Process, home: string, uid: number, gid: number, skeleton: string): Run<void> {
  const { sys } = proc;
  try {
    sys.mkdir(home, 0o700);
  } catch (error) {
    if (isSysError(error, "EEXIST")) {
      yield* complain(proc, `warning: the home directory ${home} already exists.`);
      yield* proc.printError(`${proc.name}: Not copying any file from skel directory into it.\n`);
      return;
    }
    if (!isSysError(error)) throw error;
    throw new Failure(`cannot create directory ${home}`, 12);
  }
  for (const entry of orUndefined(() => sys.readdir(skeleton)) ?? []) {
    const info = sys.lstat(`${skeleton}/${entry.name}`);
    if (info.type !== "file") continue;
    const fd = sys.open(`${home}/${entry.name}`, O.WRONLY | O.CREAT | O.TRUNC, info.mode);
    yield* proc.write(fd, yield* proc.readFile(`${skeleton}/${entry.name}`));
    sys.fchown(fd, uid, gid);
    sys.close(fd);
  }
  sys.chown(home, uid, gid);
}

/** usermod(8). */
export const usermod: Command = {
  name: "usermod",
  package: "shadow-utils",
  style: "gnu",
  usage: ["usermod [options] LOGIN"],
  about: "Modify a user account.",
  options: [
    ...SHARED,
    {
      name: "append",
      short: "a",
      help: "append the user to the supplemental GROUPS mentioned by the -G option without removing the user from other groups",
    },
    { name: "home", short: "d", argument: "HOME_DIR", help: "new home directory for the user account" },
    { name: "login", short: "l", argument: "NEW_LOGIN", help: "new value of the login name" },
    { name: "lock", short: "L", help: "lock the user account" },
    { name: "move-home", short: "m", help: "move contents of the home directory to the new location (use only with -d)" },
    { name: "remove", short: "r", help: "remove the user from only the supplemental GROUPS mentioned by the -G option" },
    { name: "unlock", short: "U", help: "unlock the user account" },
  ],
  usageStatus: STATUS.usage,
  usageHint: "help",
  completes: "users",
  run: modify,
};

function* modify(proc: Process, options: ParsedOptions): Run<ExitStatus> {
  const [name, extra] = options.operands;
  if (name === undefined || extra !== undefined) throw new UsageError("");
  const accounts = readAccounts(proc.sys);
  const user = accounts.userByName(name);
  if (user === undefined) throw new Failure(`user '${name}' does not exist`, STATUS.notThere);
  if (options.order.length === 0) {
    yield* complain(proc, "no changes");
    return 0;
  }
  const groups = listOf(options.value("groups"));
  for (const group of groups)
    if (groupOf(accounts, group) === undefined) throw new Failure(`group '${group}' does not exist`, STATUS.notThere);
  const primary = options.value("gid");
  const gid = primary === undefined ? undefined : groupOf(accounts, primary)?.gid;
  if (primary !== undefined && gid === undefined) throw new Failure(`group '${primary}' does not exist`, STATUS.notThere);
  const files = new AccountFiles(proc);
  yield* files.lock("passwd", STATUS.noWrite);
  const uid = numberOf(options.value("uid"), "user");
  if (uid !== undefined && uid !== user.uid && !options.has("non-unique") && accounts.userById(uid) !== undefined)
    throw new Failure(`UID '${String(uid)}' already exists`, STATUS.numberTaken);
  const entry = files.find("passwd", name);
  if (entry === undefined) throw new Failure(`user '${name}' does not exist in /etc/passwd`, STATUS.notThere);
  const set = (field: number, value: string | undefined): void => {
    if (value !== undefined) files.set("passwd", entry, field, value);
  };
  set(2, uid?.toString());
  set(3, gid?.toString());
  set(4, options.value("comment"));
  set(6, options.value("shell"));
  const home = options.value("home");
  if (home !== undefined) {
    if (options.has("move-home")) {
      try {
        proc.sys.rename(user.home, home);
      } catch (error) {
        if (!isSysError(error)) throw error;
        throw new Failure(`cannot rename directory ${user.home} to ${home}`, 12);
      }
    }
    set(5, home);
  }
  const shadow = files.find("shadow", name);
  if (shadow !== undefined) {
    const secret = options.value("password") ?? shadow[1] ?? "!";
    if (options.has("unlock") && secret === "!")
      throw new Failure(
        "unlocking the user's password would result in a passwordless account.\nYou should set a password with usermod -p to unlock this user's password.",
        1,
      );
    files.set(
      "shadow",
      shadow,
      1,
      options.has("lock") ? `!${secret.replace(/^!/, "")}` : options.has("unlock") ? secret.replace(/^!/, "") : secret,
    );
  }
  if (options.has("groups")) {
    if (options.has("remove"))
      for (const group of groups)
        for (const file of ["group", "gshadow"] as const) {
          const line = files.find(file, group);
          if (line !== undefined) files.listed(file, line, 3, name, false);
        }
    else join(files, name, groups, accounts, options.has("append") ? "keep" : "leave");
  }
  const login = options.value("login");
  if (login !== undefined) {
    if (accounts.userByName(login) !== undefined) throw new Failure(`user '${login}' already exists`, STATUS.exists);
    set(0, login);
    if (shadow !== undefined) files.set("shadow", shadow, 0, login);
    for (const file of ["group", "gshadow"] as const)
      for (const line of files.lines(file))
        files.set(
          file,
          line,
          3,
          (line[3] ?? "")
            .split(",")
            .map((member) => (member === name ? login : member))
            .join(","),
        );
  }
  yield* files.save();
  return 0;
}

/** userdel(8). */
export const userdel: Command = {
  name: "userdel",
  package: "shadow-utils",
  style: "gnu",
  usage: ["userdel [options] LOGIN"],
  about: "Delete a user account and related files.",
  options: [
    { name: "force", short: "f", help: "force some actions that would fail otherwise e.g. removal of user still logged in" },
    { name: "remove", short: "r", help: "remove home directory and mail spool" },
  ],
  usageStatus: STATUS.usage,
  usageHint: "help",
  completes: "users",
  *run(proc, options) {
    const [name, extra] = options.operands;
    if (name === undefined || extra !== undefined) throw new UsageError("");
    const user = readAccounts(proc.sys).userByName(name);
    if (user === undefined) throw new Failure(`user '${name}' does not exist`, STATUS.notThere);
    const files = new AccountFiles(proc);
    yield* files.lock("passwd", STATUS.noWrite);
    const busy = [...proc.kernel.processes()].find((process) => process.sys.credentials.uid === user.uid && process.state !== "zombie");
    if (busy !== undefined && !options.has("force")) throw new Failure(`user ${name} is currently used by process ${String(busy.pid)}`, 8);
    if (files.find("passwd", name) === undefined) throw new Failure(`cannot remove entry '${name}' from /etc/passwd`, STATUS.noWrite);
    for (const file of ["passwd", "shadow", "subuid", "subgid"] as const) files.remove(file, name);
    for (const file of ["group", "gshadow"] as const) {
      const own = files.find(file, name);
      if (own !== undefined && (own[3] ?? "").replace(name, "") === "") files.remove(file, name);
      for (const line of files.lines(file)) files.listed(file, line, 3, name, false);
    }
    yield* files.save();
    if (options.has("remove")) {
      yield* complain(proc, `${name} mail spool (/var/spool/mail/${name}) not found`);
      const home = orUndefined(() => proc.sys.lstat(user.home));
      if (home === undefined) yield* complain(proc, `${name} home directory (${user.home}) not found`);
      else if (home.uid !== user.uid) yield* complain(proc, `${user.home} not owned by ${name}, not removing`);
      else yield* removeTree(proc, user.home);
    }
    return 0;
  },
};

function* removeTree(proc: Process, path: string): Run<void> {
  const { sys } = proc;
  for (const entry of sys.readdir(path)) {
    const inner = `${path}/${entry.name}`;
    if (sys.lstat(inner).type === "dir") yield* removeTree(proc, inner);
    else sys.unlink(inner);
    yield* proc.tick();
  }
  sys.rmdir(path);
}
