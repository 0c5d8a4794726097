import { readTextIfThere } from "../../machine/read-text.ts";
import { readAccounts } from "../../machine/users.ts";
import type { Process } from "../../machine/process.ts";
import type { Command } from "../command.ts";
import { ownName } from "../complain.ts";
import { stdout } from "../output.ts";
import { baseName } from "../paths.ts";

/** Nothing was found for a key. */
const NOT_FOUND = 2;

/** A database: its lines for the keys, or all of them. */
type Database = (proc: Process, key: string | undefined) => readonly string[];

/** An entry of hosts(5), services(5) and their like: words, a comment cut off. */
function entries(proc: Process, path: string): string[][] {
  return (readTextIfThere(proc.sys, path) ?? "")
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim().split(/\s+/))
    .filter(([first = ""]) => first !== "");
}

const hosts: Database = (proc, key) => {
  const own = [["127.0.0.1", "localhost"]];
  const all = entries(proc, "/etc/hosts");
  const known = all.length > 0 ? all : own;
  const shown = ([address = "", ...names]: readonly string[]): string => `${address.padEnd(15)} ${names.join(" ")}`;
  if (key === undefined) return known.map(shown);
  const found = known.filter((words) => words.includes(key));
  // The address of version 6 wins where there are both.
  const best = found.find(([address = ""]) => address.includes(":")) ?? found[0];
  if (best !== undefined) return [shown(best)];
  const address = proc.kernel.world.addressOf(key);
  return address === undefined ? [] : [shown([address, key])];
};

const services: Database = (proc, key) => {
  const [name, protocol] = (key ?? "").split("/");
  return entries(proc, "/etc/services")
    .filter(([service, port = "", ...aliases]) => {
      if (key === undefined) return true;
      if (protocol !== undefined && !port.endsWith(`/${protocol}`)) return false;
      return service === name || port.split("/")[0] === name || aliases.includes(name ?? "");
    })
    .slice(0, key === undefined ? undefined : 1)
    .map(([service = "", ...rest]) => `${service.padEnd(21)} ${rest.join(" ")}`);
};

/** The lines of a file whose first field is the key. */
function colonFile(path: string): Database {
  return (proc, key) =>
    (readTextIfThere(proc.sys, path) ?? "").split("\n").filter((line) => line !== "" && (key === undefined || line.split(":")[0] === key));
}

const DATABASES: Readonly<Record<string, Database>> = {
  ahosts: hosts,
  group: (proc, key) =>
    readAccounts(proc.sys)
      .groups.filter(({ name, gid }) => key === undefined || name === key || String(gid) === key)
      .slice(0, key === undefined ? undefined : 1)
      .map(({ name, gid, members }) => `${name}:x:${String(gid)}:${members.join(",")}`),
  gshadow: colonFile("/etc/gshadow"),
  hosts,
  passwd: (proc, key) =>
    readAccounts(proc.sys)
      .users.filter(({ name, uid }) => key === undefined || name === key || String(uid) === key)
      .slice(0, key === undefined ? undefined : 1)
      .map(({ name, uid, gid, gecos, home, shell }) => [name, "x", uid, gid, gecos, home, shell].join(":")),
  services,
  shadow: colonFile("/etc/shadow"),
};

function tryHelp(name: string): string {
  return `Try \`${name} --help' or \`${name} --usage' for more information.\n`;
}

/** getent(1). */
export const getent: Command = {
  name: "getent",
  package: "glibc-common",
  style: "gnu",
  usage: ["getent [OPTION...] database [key ...]"],
  about: "Get entries from administrative database.",
  options: [
    { name: "no-idn", short: "i", help: "disable IDN encoding", fidelity: "ignored" },
    { name: "service", short: "s", argument: "CONFIG", help: "Service configuration to be used", fidelity: "ignored" },
  ],
  usageStatus: 64,
  usageHint: tryHelp,
  completes: "users",
  *run(proc, options) {
    const [name, ...keys] = options.operands;
    const database = DATABASES[name ?? ""];
    if (database === undefined) {
      yield* proc.printError(name === undefined ? `${ownName(proc)}: wrong number of arguments\n` : `Unknown database: ${name}\n`);
      yield* stdout(proc).print(tryHelp(baseName(ownName(proc))));
      return 1;
    }
    let status = 0;
    for (const key of keys.length === 0 ? [undefined] : keys) {
      const lines = database(proc, key);
      if (lines.length === 0 && key !== undefined) status = NOT_FOUND;
      for (const line of lines) yield* stdout(proc).print(`${line}\n`);
    }
    return status;
  },
};
