/** sudoers(5), as much of it as says who may do what. */
import { readTextIfThere } from "../../machine/read-text.ts";
import type { Accounts, User } from "../../machine/users.ts";
import type { Sys } from "../../vfs/sys.ts";
import { orUndefined } from "../complain.ts";
import { baseName, join } from "../paths.ts";

export interface Rule {
  readonly who: string;
  readonly host: string;
  /** As written between the brackets, e.g. "ALL : ALL"; undefined: root only. */
  readonly runAs: string | undefined;
  readonly tags: readonly string[];
  readonly commands: readonly string[];
}

export interface Sudoers {
  readonly defaults: readonly string[];
  readonly rules: readonly Rule[];
}

/** /etc/sudoers and what it includes. */
export function readSudoers(sys: Sys): Sudoers {
  const defaults: string[] = [];
  const rules: Rule[] = [];
  const read = (path: string, depth: number): void => {
    const text = readTextIfThere(sys, path);
    if (text === undefined || depth > 16) return;
    for (const raw of text.replace(/\\\n/g, " ").split("\n")) {
      const line = raw.trim();
      const include = /^[@#]include(dir)?\s+(\S+)/.exec(line);
      if (include !== null) {
        const target = include[2] ?? "";
        if (include[1] === undefined) read(target, depth + 1);
        else {
          const names = orUndefined(() => sys.readdir(target).map((entry) => entry.name)) ?? [];
          for (const name of names.sort()) if (!name.includes(".") && !name.endsWith("~")) read(join(target, name), depth + 1);
        }
        continue;
      }
      const plain = line.replace(/(?:^|\s)#(?![0-9]).*$/, "").trim();
      if (plain === "") continue;
      if (/^Defaults\b/.test(plain)) defaults.push(plain.replace(/^Defaults\s*/, ""));
      else if (!/^(?:User|Runas|Host|Cmnd|Cmd)_Alias\b/.test(plain)) rules.push(...parseRule(plain));
    }
  };
  read("/etc/sudoers", 0);
  return { defaults, rules };
}

/** `user host = (runas) TAG: command, command`. */
function parseRule(line: string): readonly Rule[] {
  const found = /^(\S+)\s+([^=\s]+)\s*=\s*(.*)$/.exec(line);
  if (found === null) return [];
  const [, who = "", host = "", rest = ""] = found;
  const spec = /^(?:\(([^)]*)\)\s*)?((?:[A-Z_]+:\s*)*)(.*)$/.exec(rest);
  const tags = (spec?.[2] ?? "")
    .split(":")
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "");
  const commands = (spec?.[3] ?? "")
    .split(",")
    .map((command) => command.trim())
    .filter((command) => command !== "");
  return [{ who, host, runAs: spec?.[1], tags, commands }];
}

/** The rules that speak of `user` on this machine. */
export function rulesFor(sudoers: Sudoers, user: User, accounts: Accounts, hostname: string): readonly Rule[] {
  const groups = accounts.groupsOf(user).map((gid) => accounts.groupById(gid)?.name);
  return sudoers.rules.filter((rule) => {
    if (rule.host !== "ALL" && rule.host !== hostname) return false;
    if (rule.who === "ALL" || rule.who === user.name || rule.who === `#${String(user.uid)}`) return true;
    return rule.who.startsWith("%") && groups.includes(rule.who.slice(1));
  });
}

/** The last rule that lets `command` run as `target`, as sudo takes it. */
export function matchingRule(rules: readonly Rule[], target: User, command: string | undefined): Rule | undefined {
  return rules.findLast((rule) => {
    const users =
      (rule.runAs ?? "root")
        .split(":")[0]
        ?.split(",")
        .map((name) => name.trim()) ?? [];
    if (!users.includes("ALL") && !users.includes(target.name)) return false;
    return rule.commands.some(
      (allowed) =>
        allowed === "ALL" ||
        (command !== undefined &&
          (allowed === command || allowed.split(" ")[0] === command || allowed === `${command.slice(0, -baseName(command).length)}`)),
    );
  });
}

/** The value of a setting such as secure_path; undefined when it is not set. */
export function setting(sudoers: Sudoers, name: string): string | undefined {
  for (const line of sudoers.defaults.toReversed()) {
    const found = new RegExp(`(?:^|,\\s*)${name}\\s*\\+?=\\s*("[^"]*"|[^,]*)`).exec(line);
    if (found !== null) return (found[1] ?? "").trim().replace(/^"|"$/g, "");
  }
  return undefined;
}

/** All words of the lists `env_keep = "…"` and `env_keep += "…"`. */
export function keptVariables(sudoers: Sudoers): readonly string[] {
  return sudoers.defaults.flatMap((line) => /env_keep\s*\+?=\s*"([^"]*)"/.exec(line)?.[1]?.split(/\s+/) ?? []);
}
