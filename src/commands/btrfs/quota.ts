/** btrfs-quota(8) and btrfs-qgroup(8): what subvolumes take, and what they may take. */
import {
  childrenOf,
  compareGroups,
  levelOf,
  limited,
  ownGroup,
  related,
  upwardsFrom,
  withGroup,
  withoutGroup,
} from "../../vfs/btrfs/quota.ts";
import type { Quota } from "../../vfs/btrfs/quota.ts";
import { changeQuota, quotaInfo, setQuota } from "../../vfs/btrfs/quota-calls.ts";
import type { QuotaGroupInfo, QuotaInfo } from "../../vfs/btrfs/quota-calls.ts";
import { subvolumeAt } from "../../vfs/btrfs/calls.ts";
import { isSysError, SysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import type { ParsedOptions } from "../command.ts";
import { sizePrinter, type PrintSize } from "./sizes.ts";
import { mustBeOnBtrfs } from "./subvolume.ts";
import { BtrfsError, LONG_SIZE_OPTIONS, orFail, sayWarning } from "./verb.ts";
import type { Group, Verb } from "./verb.ts";

function place(sys: Sys, path: string): string {
  return orFail(`cannot access '${path}'`, () => {
    sys.stat(path);
    return mustBeOnBtrfs(sys, path);
  });
}

/** Changes groups on the file system of `path`; `what` is said before what keeps it from happening. */
function change(sys: Sys, path: string, what: string, body: (quota: Quota, hasSubvolume: (id: number) => boolean) => Quota): void {
  const at = place(sys, path);
  try {
    changeQuota(sys, at, body);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new BtrfsError(`${what}: ${error.errno === "ENOTCONN" ? "quota not enabled" : error.text}`);
  }
}

/** "LEVEL/NUMBER", or a subvolume's number or path. */
function parseGroup(sys: Sys, text: string): string {
  const [, level, number] = /^(?:(\d+)\/)?(\d+)$/.exec(text) ?? [];
  if (number !== undefined && Number(level ?? 0) < 2 ** 16) return `${Number(level ?? 0)}/${Number(number)}`;
  try {
    return ownGroup(subvolumeAt(sys, text).id);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new BtrfsError(`invalid qgroupid ${text}`);
  }
}

function relate(name: "assign" | "remove", about: string): Verb {
  return {
    name,
    usage: [`${name} [options] <src> <dst> <path>`],
    about,
    options: [
      { name: "rescan", help: "schedule qutoa rescan if needed" },
      { name: "no-rescan", help: "don't schedule quota rescan" },
    ],
    operands: [3, 3],
    *run({ proc, options }) {
      const { sys } = proc;
      const [from = "", to = "", path = ""] = options.operands;
      const [child, parent] = [parseGroup(sys, from), parseGroup(sys, to)];
      if (levelOf(child) >= levelOf(parent)) throw new BtrfsError(`bad relation requested: ${path}`);
      // What the child shares with others nobody has counted for the parent yet.
      const own = quotaInfo(sys, place(sys, path))?.groups.find(({ id }) => id === child);
      const isUncounted = own !== undefined && own.referenced !== own.exclusive;
      const isLeft = isUncounted && options.has("no-rescan");
      change(sys, path, "unable to assign quota group", (quota) => {
        const next = related(quota, child, parent, name === "assign");
        return { ...next, isInconsistent: next.isInconsistent || isLeft };
      });
      if (isLeft) yield* sayWarning(proc, "quotas may be inconsistent, rescan needed");
      return 0;
    },
  };
}

function make(name: "create" | "destroy", about: string): Verb {
  return {
    name,
    usage: [`${name} <qgroupid> <path>`],
    about,
    options: [],
    operands: [2, 2],
    *run({ proc, options }) {
      const [text = "", path = ""] = options.operands;
      const id = parseGroup(proc.sys, text);
      change(proc.sys, path, `unable to ${name} quota group`, (quota, hasSubvolume) => {
        const subvolume = levelOf(id) === 0 ? Number(id.slice(2)) : undefined;
        if (name === "destroy") return withoutGroup(quota, id, subvolume !== undefined && hasSubvolume(subvolume));
        if (subvolume !== undefined && !hasSubvolume(subvolume)) throw new SysError("EINVAL");
        return withGroup(quota, id);
      });
      yield* proc.tick();
      return 0;
    },
  };
}

const clearStale: Verb = {
  name: "clear-stale",
  usage: ["clear-stale <path>"],
  about: "Clear all stale qgroups (level 0/subvolid), without a subvolume.",
  options: [],
  operands: [1, 1],
  *run({ proc, options }) {
    const at = place(proc.sys, options.operands[0] ?? "");
    const info = orFail("cannot load qgroups", () => quotaInfo(proc.sys, at));
    if (info === undefined) yield* sayWarning(proc, "qgroups not enabled");
    // The kernel takes a deleted subvolume's group away by itself.
    return 0;
  },
};

const limit: Verb = {
  name: "limit",
  usage: ["limit [options] <size>|none [<qgroupid>] <path>"],
  reads: "short options",
  about: "Set the limits a subvolume quota group.",
  options: [
    {
      name: "c",
      short: "c",
      long: false,
      help: "limit amount of data after compression. This is the default, it is currently not possible to turn off this option",
    },
    { name: "e", short: "e", long: false, help: "limit space exclusively assigned to this qgroup" },
  ],
  operands: [2, 3],
  *run({ proc, options }) {
    const { sys } = proc;
    const [size = "", second = "", third] = options.operands;
    const bytes = size === "none" ? undefined : parseSize(size);
    const path = third ?? second;
    const at = place(sys, path);
    const id = third === undefined ? ownGroup(orFail("cannot resolve rootid", () => subvolumeAt(sys, at)).id) : parseGroup(sys, second);
    change(sys, path, "unable to limit requested quota group", (quota) =>
      limited(quota, id, options.has("e") ? "maxExclusive" : "maxReferenced", bytes),
    );
    yield* proc.tick();
    return 0;
  },
};

function parseSize(text: string): number {
  const [, number, unit = ""] = /^(\d+)([kmgtpe]?)(?:i?b)?$/i.exec(text) ?? [];
  if (number === undefined) throw new BtrfsError(`${text} is not a valid numeric value with supported size suffixes`);
  return Number(number) * 1024 ** " kmgtpe".indexOf(unit === "" ? " " : unit.toLowerCase());
}

/** What a list may be sorted by. */
const KEYS: Readonly<Record<string, (left: QuotaGroupInfo, right: QuotaGroupInfo) => number>> = {
  qgroupid: (left, right) => compareGroups(left.id, right.id),
  rfer: (left, right) => left.referenced - right.referenced,
  excl: (left, right) => left.exclusive - right.exclusive,
  max_rfer: (left, right) => (left.maxReferenced ?? 0) - (right.maxReferenced ?? 0),
  max_excl: (left, right) => (left.maxExclusive ?? 0) - (right.maxExclusive ?? 0),
  path: (left, right) => (levelOf(left.id) || levelOf(right.id) ? levelOf(left.id) - levelOf(right.id) : nameOrder(left, right)),
};

function nameOrder({ path: left = "" }: QuotaGroupInfo, { path: right = "" }: QuotaGroupInfo): number {
  return left === right ? 0 : left < right ? -1 : 1;
}

const show: Verb = {
  name: "show",
  usage: ["show [options] <path>"],
  about: "List subvolume quota groups.",
  options: [
    { name: "p", short: "p", long: false, help: "print parent qgroup id" },
    { name: "c", short: "c", long: false, help: "print child qgroup id" },
    { name: "r", short: "r", long: false, help: "print limit of referenced size of qgroup" },
    { name: "e", short: "e", long: false, help: "print limit of exclusive size of qgroup" },
    { name: "F", short: "F", long: false, help: "list all qgroups which impact the given path (including ancestral qgroups)" },
    { name: "f", short: "f", long: false, help: "list all qgroups which impact the given path (excluding ancestral qgroups)" },
    ...LONG_SIZE_OPTIONS,
    {
      name: "sort",
      argument: "qgroupid,rfer,excl,max_rfer,max_excl,path",
      help: "list qgroups sorted by specified items you can use '+' or '-' in front of each item. (+:ascending, -:descending, ascending default)",
    },
    { name: "sync", help: "force sync of the filesystem before getting info" },
  ],
  operands: [1, 1],
  *run({ proc, options, global }) {
    const { sys } = proc;
    const order = (options.value("sort") ?? "qgroupid").split(",").map((word) => {
      const key = KEYS[word.replace(/^[+-]/, "")];
      if (key === undefined) throw new BtrfsError("unrecognized format of sort string");
      return word.startsWith("-") ? (left: QuotaGroupInfo, right: QuotaGroupInfo) => key(right, left) : key;
    });
    const at = place(sys, options.operands[0] ?? "");
    const info = orFail("can't list qgroups", () => quotaInfo(sys, at));
    if (info === undefined) throw new BtrfsError("can't list qgroups: quotas not enabled");
    if (info.quota.isInconsistent) yield* sayWarning(proc, "qgroup data inconsistent, rescan recommended");
    const groups = shownOf(info, options, ownGroup(subvolumeAt(sys, at).id)).toSorted((left, right) =>
      order.reduce((result, compare) => result || compare(left, right), 0),
    );
    yield* proc.print(global.json ? asJson(info.quota, groups) : asTable(info.quota, groups, options));
    return 0;
  },
};

function shownOf({ quota, groups }: QuotaInfo, options: ParsedOptions, own: string): readonly QuotaGroupInfo[] {
  if (!options.has("F") && !options.has("f")) return groups;
  const impact = options.has("F") ? upwardsFrom(quota, own) : [own];
  return groups.filter(({ id }) => impact.includes(id));
}

/** As the real one, which lists a group's parents where it means its members, and ends the word for a single one with a NUL. */
function pathOf({ id, parents, path }: QuotaGroupInfo): string {
  if (levelOf(id) > 0) return `${parents.join(",")}<${parents.length} member qgroup${parents.length === 1 ? "\0" : "s"}>`;
  return path === "" ? "<toplevel>" : (path ?? "<stale>");
}

/** A column: its name, how wide it is at least, whether numbers end under each other. */
type Column = readonly [name: string, width: number, toRight: boolean, cell: (group: QuotaGroupInfo, size: PrintSize) => string];

function asTable(quota: Quota, groups: readonly QuotaGroupInfo[], options: ParsedOptions): string {
  const list = (ids: readonly string[]): string => (ids.length === 0 ? "-" : ids.join(","));
  const most = (bytes: number | undefined, size: PrintSize): string => (bytes === undefined ? "none" : size(bytes));
  const columns: readonly Column[] = [
    ["Qgroupid", 8, false, ({ id }) => id],
    ["Referenced", 13, true, ({ referenced }, size) => size(referenced)],
    ["Exclusive", 12, true, ({ exclusive }, size) => size(exclusive)],
    ...(options.has("r") ? [["Max referenced", 15, true, ({ maxReferenced }, size) => most(maxReferenced, size)] satisfies Column] : []),
    ...(options.has("e") ? [["Max exclusive", 14, true, ({ maxExclusive }, size) => most(maxExclusive, size)] satisfies Column] : []),
    ...(options.has("p") ? [["Parent", 8, false, ({ parents }) => list(parents)] satisfies Column] : []),
    ...(options.has("c") ? [["Child", 5, false, ({ id }) => list(childrenOf(quota, id))] satisfies Column] : []),
  ];
  const size = sizePrinter(options);
  const rows = groups.map((group) => columns.map(([, , , cell]) => cell(group, size)));
  const widths = columns.map(([, width], at) => Math.max(width, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[], path: string): string =>
    `${cells.map((cell, at) => (columns[at]?.[2] === true ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0))).join(" ")}   ${path}\n`;
  const names = columns.map(([name]) => name);
  const rule = names.map((name) => "-".repeat(name.length));
  return line(names, "Path ") + line(rule, "---- ") + rows.map((row, at) => line(row, pathOf(groups[at] as QuotaGroupInfo))).join("");
}

function asJson(quota: Quota, groups: readonly QuotaGroupInfo[]): string {
  const value = groups.map((group) => ({
    qgroupid: group.id,
    referenced: group.referenced,
    max_referenced: group.maxReferenced ?? "none",
    exclusive: group.exclusive,
    max_exclusive: group.maxExclusive ?? "none",
    path: pathOf(group),
    parents: group.parents,
    children: childrenOf(quota, group.id),
  }));
  const text = JSON.stringify({ __header: { version: "1" }, "qgroup-show": value }, undefined, 2);
  // An empty list has its end on a line of its own.
  return `${text.replace(/^( *)(.*)\[\]/gm, "$1$2[\n$1]")}\n`;
}

/** Makes subvolume `path` of the groups that `-i` names. */
export function joinGroups(sys: Sys, path: string, groups: readonly string[]): void {
  if (groups.length === 0) return;
  const own = ownGroup(subvolumeAt(sys, path).id);
  changeQuota(sys, path, (quota) => ({
    ...groups.reduce((next, group) => related(next, own, group, true), quota),
    isInconsistent: true,
  }));
}

/** The groups that `-i` names. Throws SysError ENOENT when one is not there. */
export function groupsToJoin(sys: Sys, near: string, options: ParsedOptions): readonly string[] {
  const groups = options.values("i").map((text) => parseGroup(sys, text));
  const known = groups.length === 0 ? undefined : quotaInfo(sys, near)?.quota.groups;
  if (groups.some((id) => known?.every((group) => group.id !== id) !== false)) throw new SysError("ENOENT");
  return groups;
}

export const qgroup: Group = {
  name: "qgroup",
  about: "manage quota groups",
  verbs: [
    relate("assign", "Assign SRC as the child qgroup of DST."),
    relate("remove", "Remove the relation between child qgroup SRC from DST."),
    make("create", "Create a subvolume quota group."),
    clearStale,
    make("destroy", "Destroy a quota group."),
    show,
    limit,
  ],
};

function switchQuota(name: "enable" | "disable", about: string): Verb {
  return {
    name,
    usage: [`${name} <path>`],
    about,
    options: name === "enable" ? [{ name: "simple", short: "s", help: "enable simple quotas", fidelity: "simplified" }] : [],
    operands: [1, 1],
    *run({ proc, options }) {
      const at = place(proc.sys, options.operands[0] ?? "");
      orFail("quota command failed", () => setQuota(proc.sys, at, name === "enable"));
      yield* proc.tick();
      return 0;
    },
  };
}

/** Everything is counted when somebody asks, so there is never a rescan under way. */
const rescan: Verb = {
  name: "rescan",
  usage: ["rescan [-sw] <path>"],
  about: "Trash all qgroup numbers and scan the metadata again with the current config.",
  options: [
    { name: "status", short: "s", help: "show status of a running rescan operation" },
    { name: "wait", short: "w", help: "start rescan and wait for it to finish (can be already in progress)" },
    { name: "wait-norescan", short: "W", help: "wait for rescan to finish without starting it" },
  ],
  operands: [1, 1],
  *run({ proc, options }) {
    const { sys } = proc;
    const at = place(sys, options.operands[0] ?? "");
    if (options.has("status")) yield* proc.print("no rescan operation in progress\n");
    else if (!options.has("wait-norescan")) {
      orFail("quota rescan failed", () => changeQuota(sys, at, (quota) => ({ ...quota, isInconsistent: false })));
      yield* proc.print("quota rescan started\n");
    }
    return 0;
  },
};

export const quota: Group = {
  name: "quota",
  about: "manage filesystem quota settings",
  verbs: [
    switchQuota("enable", "Enable subvolume quota support for a filesystem."),
    switchQuota("disable", "Disable subvolume quota support for a filesystem."),
    rescan,
  ],
};
