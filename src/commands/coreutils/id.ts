/** Who one is: id, whoami, groups, logname. */
import type { Process } from "../../machine/process.ts";
import { readAccounts, type Accounts } from "../../machine/users.ts";
import type { Command } from "../command.ts";
import { Failure, warn } from "../complain.ts";
import { extraOperand } from "../operands.ts";
import { stdout } from "../output.ts";
import { curly } from "../quote.ts";

interface Identity {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

function own(proc: Process): Identity {
  const { uid, gid, groups } = proc.sys.credentials;
  return { uid, gid, groups: groups.includes(gid) ? groups : [gid, ...groups] };
}

function ofUser(accounts: Accounts, name: string): Identity | undefined {
  const user = accounts.userByName(name) ?? (/^\+?[0-9]+$/.test(name) ? accounts.userById(Number(name)) : undefined);
  return user === undefined ? undefined : { uid: user.uid, gid: user.gid, groups: accounts.groupsOf(user) };
}

/** id(1). */
export const id: Command = {
  name: "id",
  package: "coreutils",
  style: "gnu",
  usage: ["id [OPTION]... [USER]..."],
  about: "Print user and group information for each specified USER, or (when USER omitted) for the current process.",
  options: [
    { name: "a", short: "a", long: false, help: "ignore, for compatibility with other versions" },
    { name: "context", short: "Z", help: "print only the security context of the process", fidelity: "unbuilt" },
    { name: "group", short: "g", help: "print only the effective group ID" },
    { name: "groups", short: "G", help: "print all group IDs" },
    { name: "name", short: "n", help: "print a name instead of a number, for -u,-g,-G" },
    { name: "real", short: "r", help: "print the real ID instead of the effective ID, with -ugG" },
    { name: "user", short: "u", help: "print only the effective user ID" },
    { name: "zero", short: "z", help: "delimit entries with NUL characters, not whitespace; not permitted in default format" },
  ],
  completes: "users",
  *run(proc, options) {
    const accounts = readAccounts(proc.sys);
    const only = (["user", "group", "groups"] as const).filter((name) => options.has(name));
    if (only.length > 1) throw new Failure('cannot print "only" of more than one choice');
    if (only.length === 0 && (options.has("name") || options.has("real")))
      throw new Failure("printing only names or real IDs requires -u, -g, or -G");
    if (only.length === 0 && options.has("zero")) throw new Failure("option --zero not permitted in default format");
    let status = 0;
    const userName = (uid: number): string => accounts.userById(uid)?.name ?? String(uid);
    const groupName = (gid: number): string => accounts.groupById(gid)?.name ?? String(gid);
    for (const operand of options.operands.length === 0 ? [undefined] : options.operands) {
      const who = operand === undefined ? own(proc) : ofUser(accounts, operand);
      if (who === undefined) {
        yield* warn(proc, `${curly(operand ?? "")}: no such user`);
        status = 1;
        continue;
      }
      const named = options.has("name");
      const end = options.has("zero") ? "\0" : "\n";
      if (only[0] === "user") yield* stdout(proc).print((named ? userName(who.uid) : String(who.uid)) + end);
      else if (only[0] === "group") yield* stdout(proc).print((named ? groupName(who.gid) : String(who.gid)) + end);
      else if (only[0] === "groups")
        yield* stdout(proc).print(
          who.groups.map((gid) => (named ? groupName(gid) : String(gid))).join(options.has("zero") ? "\0" : " ") + end,
        );
      else {
        const shown = (number: number, name: string | undefined): string =>
          name === undefined ? String(number) : `${String(number)}(${name})`;
        const groups = who.groups.map((gid) => shown(gid, accounts.groupById(gid)?.name)).join(",");
        yield* stdout(proc).print(
          `uid=${shown(who.uid, accounts.userById(who.uid)?.name)} gid=${shown(who.gid, accounts.groupById(who.gid)?.name)} groups=${groups}\n`,
        );
      }
    }
    return status;
  },
};

/** whoami(1). */
export const whoami: Command = {
  name: "whoami",
  package: "coreutils",
  style: "gnu",
  usage: ["whoami [OPTION]..."],
  about: "Print the user name associated with the current effective user ID. Same as id -un.",
  options: [],
  completes: "none",
  *run(proc, options) {
    const [extra] = options.operands;
    if (extra !== undefined) throw extraOperand(extra);
    const { uid } = proc.sys.credentials;
    const user = readAccounts(proc.sys).userById(uid);
    if (user === undefined) throw new Failure(`cannot find name for user ID ${String(uid)}`);
    yield* stdout(proc).print(user.name + "\n");
    return 0;
  },
};

/** groups(1). */
export const groups: Command = {
  name: "groups",
  package: "coreutils",
  style: "gnu",
  usage: ["groups [OPTION]... [USERNAME]..."],
  about: "Print group memberships for each USERNAME or, if no USERNAME is specified, for the current process.",
  options: [],
  completes: "users",
  *run(proc, options) {
    const accounts = readAccounts(proc.sys);
    let status = 0;
    for (const operand of options.operands.length === 0 ? [undefined] : options.operands) {
      const who = operand === undefined ? own(proc) : ofUser(accounts, operand);
      if (who === undefined) {
        yield* warn(proc, `${curly(operand ?? "")}: no such user`);
        status = 1;
        continue;
      }
      yield* stdout(proc).print(
        `${operand === undefined ? "" : `${operand} : `}${who.groups.map((gid) => accounts.groupById(gid)?.name ?? String(gid)).join(" ")}\n`,
      );
    }
    return status;
  },
};
