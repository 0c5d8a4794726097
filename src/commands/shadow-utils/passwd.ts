import { readAccounts, type User } from "../../machine/users.ts";
import { hashPassword, isPassword, passwordField } from "../../machine/password.ts";
import { formatTime } from "../time-format.ts";
import { timestamp } from "../../base/timestamp.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { Command, ParsedOptions } from "../command.ts";
import { Failure } from "../complain.ts";
import { invokingUser } from "../invoker.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { askPassword } from "../sudo/run-as.ts";
import { AccountFiles, today } from "./account-files.ts";

/** The token could not be changed. */
const UNCHANGED = 10;
const SHORTEST = 8;

/** passwd(1), which runs as root whoever calls it. */
export const passwd: Command = {
  name: "passwd",
  package: "shadow-utils",
  style: "gnu",
  usage: ["passwd [options] [LOGIN]"],
  about: "Change user password.",
  options: [
    { name: "all", short: "a", help: "report password status on all accounts" },
    { name: "delete", short: "d", help: "delete the password for the named account" },
    { name: "expire", short: "e", help: "force expire the password for the named account" },
    { name: "lock", short: "l", help: "lock the password of the named account" },
    { name: "mindays", short: "n", argument: "MIN_DAYS", help: "set minimum number of days before password change to MIN_DAYS" },
    { name: "quiet", short: "q", help: "quiet mode" },
    { name: "status", short: "S", help: "report password status on the named account" },
    { name: "unlock", short: "u", help: "unlock the password of the named account" },
    { name: "warndays", short: "w", argument: "WARN_DAYS", help: "set expiration warning days to WARN_DAYS" },
    { name: "maxdays", short: "x", argument: "MAX_DAYS", help: "set maximum number of days before password change to MAX_DAYS" },
    { name: "stdin", short: "s", help: "read new token from stdin" },
  ],
  usageStatus: 6,
  usageHint: "help",
  completes: "users",
  simplified: "a password is good when it is long enough; its hash is SHA-256",
  *run(proc, options) {
    const [operand, extra] = options.operands;
    if (extra !== undefined) throw new UsageError("");
    const accounts = readAccounts(proc.sys);
    const caller = invokingUser(proc);
    if (options.has("all")) {
      if (!options.has("status")) throw new UsageError("");
      if (caller.uid !== 0) throw new Failure("Permission denied.", 1);
      for (const user of accounts.users) yield* stdout(proc).print(statusLine(new AccountFiles(proc), user.name));
      return 0;
    }
    const name = operand ?? caller.name;
    const user = accounts.userByName(name);
    if (user === undefined) throw new Failure(`user '${name}' does not exist`, 1);
    if (caller.uid !== 0 && caller.uid !== user.uid) throw new Failure(`You may not view or modify password information for ${name}.`, 1);
    const files = new AccountFiles(proc);
    if (options.has("status")) {
      yield* stdout(proc).print(statusLine(files, name));
      return 0;
    }
    if (["delete", "expire", "lock", "unlock", "mindays", "maxdays", "warndays"].some((option) => options.has(option))) {
      if (caller.uid !== 0) throw new Failure("Permission denied.", 1);
      return yield* adjust(proc, files, name, options);
    }
    return yield* change(proc, files, user, caller, options);
  },
};

/** "root L 2025-05-20 0 99999 7 -1". */
function statusLine(files: AccountFiles, name: string): string {
  const [, secret = "*", changed = "", least = "", most = "", warning = "", inactive = ""] = files.find("shadow", name) ?? [];
  const letters = secret === "" ? "NP" : /^[!*]/.test(secret) ? "L" : "P";
  const day = changed === "" ? "1969-12-31" : formatTime("%Y-%m-%d", timestamp(Number(changed) * 86400));
  return `${name} ${letters} ${day} ${[least, most, warning, inactive].map((field) => (field === "" ? "-1" : field)).join(" ")}\n`;
}

function entryOf(files: AccountFiles, name: string): string[] {
  const entry = files.find("shadow", name);
  if (entry === undefined) throw new Failure(`user '${name}' does not exist in /etc/shadow`, 1);
  return entry;
}

function* adjust(proc: Process, files: AccountFiles, name: string, options: ParsedOptions): Run<ExitStatus> {
  const entry = entryOf(files, name);
  const secret = entry[1] ?? "";
  if (options.has("unlock") && /^!+$/.test(secret))
    throw new Failure(
      "unlocking the password would result in a passwordless account.\nYou should set a password with usermod -p to unlock the password of this account.",
      3,
    );
  const locked = `!${secret.replace(/^!/, "")}`;
  const next = options.has("delete") ? "" : options.has("lock") ? locked : options.has("unlock") ? secret.replace(/^!/, "") : secret;
  files.set("shadow", entry, 1, next);
  if (options.has("expire")) files.set("shadow", entry, 2, "0");
  for (const [option, field] of [
    ["mindays", 3],
    ["maxdays", 4],
    ["warndays", 5],
  ] as const) {
    const value = options.value(option);
    if (value === undefined) continue;
    if (!/^-?[0-9]+$/.test(value)) throw new Failure(`invalid numeric argument '${value}'`, 3);
    files.set("shadow", entry, field, value);
  }
  yield* files.save();
  if (!options.has("quiet"))
    yield* proc.printError(
      `${proc.name}: ${["delete", "lock", "unlock"].some((option) => options.has(option)) ? "password changed" : "password expiry information changed"}.\n`,
    );
  return 0;
}

function* change(proc: Process, files: AccountFiles, user: User, caller: User, options: ParsedOptions): Run<ExitStatus> {
  const entry = entryOf(files, user.name);
  const failed = (): Failure => new Failure(`Authentication token manipulation error\n${proc.name}: password unchanged`, UNCHANGED);
  if (!options.has("quiet")) yield* stdout(proc).print(`Changing password for ${user.name}.\n`);
  yield* stdout(proc).flush();
  if (caller.uid !== 0 && passwordField(proc.sys, user.name) !== "") {
    const current = yield* askPassword(proc, "Current password: ");
    if (current === undefined || !(yield* isPassword(passwordField(proc.sys, user.name), current))) {
      yield* proc.sleep(2);
      throw failed();
    }
  }
  for (let attempt = 1; attempt <= 3; attempt++) {
    const first = yield* askPassword(proc, "New password: ");
    if (first === undefined) throw failed();
    if (first === "") {
      yield* proc.printError("No password has been supplied.\n");
      if (caller.uid === 0) throw failed();
      continue;
    }
    if ([...first].length < SHORTEST) {
      yield* proc.printError(`BAD PASSWORD: The password is shorter than ${String(SHORTEST)} characters\n`);
      // Root is warned, others are refused.
      if (caller.uid !== 0) continue;
    }
    const second = yield* askPassword(proc, "Retype new password: ");
    if (second !== first) {
      yield* proc.printError("Sorry, passwords do not match.\n");
      throw failed();
    }
    files.set("shadow", entry, 1, yield* hashPassword(first, proc.kernel.random));
    files.set("shadow", entry, 2, today(proc));
    yield* files.save();
    if (!options.has("quiet")) yield* proc.printError(`${proc.name}: password updated successfully\n`);
    return 0;
  }
  throw failed();
}
