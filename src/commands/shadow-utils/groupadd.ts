import { readAccounts } from "../../machine/users.ts";
import type { Command } from "../command.ts";
import { Failure } from "../complain.ts";
import { UsageError } from "../options.ts";
import { AccountFiles, freeNumber, isValidName } from "./account-files.ts";
import { STATUS } from "./useradd.ts";

/** groupadd(8). */
export const groupadd: Command = {
  name: "groupadd",
  package: "shadow-utils",
  style: "gnu",
  usage: ["groupadd [options] GROUP"],
  about: "Create a new group.",
  options: [
    { name: "force", short: "f", help: "exit successfully if the group already exists, and cancel -g if the GID is already used" },
    { name: "gid", short: "g", argument: "GID", help: "use GID for the new group" },
    { name: "non-unique", short: "o", help: "allow to create groups with duplicate (non-unique) GID" },
    { name: "system", short: "r", help: "create a system account" },
    { name: "users", short: "U", argument: "USERS", help: "list of user members of this group" },
  ],
  usageStatus: STATUS.usage,
  usageHint: "help",
  completes: "none",
  *run(proc, options) {
    const [name, extra] = options.operands;
    if (name === undefined || extra !== undefined) throw new UsageError("");
    if (!isValidName(name)) throw new Failure(`'${name}' is not a valid group name`, STATUS.badArgument);
    const accounts = readAccounts(proc.sys);
    const given = options.value("gid");
    if (given !== undefined && !/^[0-9]+$/.test(given)) throw new Failure(`invalid group ID '${given}'`, STATUS.badArgument);
    if (accounts.groupByName(name) !== undefined) {
      if (options.has("force")) return 0;
      throw new Failure(`group '${name}' already exists`, STATUS.exists);
    }
    if (given !== undefined && accounts.groupById(Number(given)) !== undefined && !options.has("non-unique"))
      throw new Failure(`GID '${given}' already exists`, STATUS.numberTaken);
    const files = new AccountFiles(proc);
    yield* files.lock("group", STATUS.group);
    const gid = given === undefined ? freeNumber(new Set(accounts.groups.map((group) => group.gid)), options.has("system")) : Number(given);
    files.add("group", [name, "x", String(gid), options.value("users") ?? ""]);
    files.add("gshadow", [name, "!", "", options.value("users") ?? ""]);
    yield* files.save();
    return 0;
  },
};

/** groupdel(8). */
export const groupdel: Command = {
  name: "groupdel",
  package: "shadow-utils",
  style: "gnu",
  usage: ["groupdel [options] GROUP"],
  about: "Delete a group.",
  options: [{ name: "force", short: "f", help: "delete group even if it is the primary group of a user" }],
  usageStatus: STATUS.usage,
  usageHint: "help",
  completes: "none",
  *run(proc, options) {
    const [name, extra] = options.operands;
    if (name === undefined || extra !== undefined) throw new UsageError("");
    const accounts = readAccounts(proc.sys);
    const group = accounts.groupByName(name);
    if (group === undefined) throw new Failure(`group '${name}' does not exist`, STATUS.notThere);
    const owner = accounts.users.find((user) => user.gid === group.gid);
    if (owner !== undefined && !options.has("force")) throw new Failure(`cannot remove the primary group of user '${owner.name}'`, 8);
    const files = new AccountFiles(proc);
    yield* files.lock("group", STATUS.group);
    if (files.find("group", name) === undefined) throw new Failure(`cannot remove entry '${name}' from /etc/group`, STATUS.group);
    for (const file of ["group", "gshadow"] as const) files.remove(file, name);
    yield* files.save();
    return 0;
  },
};
