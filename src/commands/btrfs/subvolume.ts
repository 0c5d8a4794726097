/** btrfs-subvolume(8). */
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { Process } from "../../machine/process.ts";
import {
  createSubvolume,
  defaultSubvolume,
  destroySubvolume,
  isSubvolume,
  listSubvolumes,
  setDefaultSubvolume,
  snapshotSubvolume,
  subvolumeAt,
  subvolumeById,
} from "../../vfs/btrfs/calls.ts";
import type { SubvolumeInfo } from "../../vfs/btrfs/calls.ts";
import { TOP_LEVEL } from "../../vfs/btrfs/subvolume.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import { canonicalPath } from "../coreutils/realpath.ts";
import { baseName, dirName, withoutTrailingSlashes } from "../paths.ts";
import { formatTime } from "../time-format.ts";
import { ownGroup } from "../../vfs/btrfs/quota.ts";
import { quotaInfo } from "../../vfs/btrfs/quota-calls.ts";
import type { QuotaGroupInfo } from "../../vfs/btrfs/quota-calls.ts";
import { groupsToJoin, joinGroups } from "./quota.ts";
import { sizePrinter } from "./sizes.ts";
import { list, subvolumeLine } from "./subvolume-list.ts";
import { BtrfsError, orFail, sayError, sayWarning, SIZE_OPTIONS } from "./verb.ts";
import type { Call, Group, Verb } from "./verb.ts";

const QGROUP = { name: "i", short: "i", long: false, argument: "<qgroupid>" } as const;
const QUIET = { name: "quiet", short: "q", help: "print only errors" } as const;

/** As `btrfs_util_is_subvolume()` of libbtrfsutil says it. */
function mustBeSubvolume(sys: Sys, path: string): void {
  const { type } = orFail("Could not statfs", () => sys.statfs(path));
  if (type !== "btrfs") throw new BtrfsError("Not a Btrfs filesystem: Invalid argument");
  if (!orFail("Could not search B-tree", () => isSubvolume(sys, path))) throw new BtrfsError("Not a Btrfs subvolume: Invalid argument");
}

function typeOf(sys: Sys, path: string): string | undefined {
  try {
    return sys.stat(path).type;
  } catch (error) {
    if (isSysError(error)) return undefined;
    throw error;
  }
}

/** Opening the directory comes first, and fails in words of its own. */
function inDirectory(sys: Sys, path: string, body: () => void): void {
  orFail("Could not open", () => sys.stat(dirName(withoutTrailingSlashes(path))));
  orFail("Could not create subvolume", body);
}

/** Runs `body` for each operand, going on after failures. */
function* forEach({ proc, options }: Call, body: (path: string) => Run<void>): Run<ExitStatus> {
  let status: ExitStatus = 0;
  for (const path of options.operands) {
    try {
      yield* body(path);
    } catch (error) {
      if (!(error instanceof BtrfsError)) throw error;
      if (!(error instanceof Told)) yield* sayError(proc, error.message);
      status = 1;
    }
  }
  return status;
}

const create: Verb = {
  name: "create",
  usage: ["create [options] [<dest>/]<name> [[<dest2>/]<name2> ...]"],
  about: "Create subvolume(s)",
  options: [
    { ...QGROUP, help: "add the newly created subvolume(s) to a qgroup. This option can be given multiple times." },
    { name: "parents", short: "p", help: "create any missing parent directories for each argument (like mkdir -p)" },
    QUIET,
  ],
  operands: [1, Infinity],
  run(call) {
    const { proc, options, global } = call;
    return forEach(call, function* (given) {
      const path = withoutTrailingSlashes(given);
      if (options.has("parents")) makeParents(proc.sys, dirName(path));
      inDirectory(proc.sys, path, () => {
        const groups = groupsToJoin(proc.sys, dirName(path), options);
        createSubvolume(proc.sys, path);
        joinGroups(proc.sys, path, groups);
      });
      if (!global.quiet && !options.has("quiet")) yield* proc.print(`Create subvolume '${dirName(path)}/${baseName(path)}'\n`);
    });
  },
};

function makeParents(sys: Sys, path: string): void {
  if (typeOf(sys, path) !== undefined) return;
  makeParents(sys, dirName(path));
  orFail(`failed to create directory ${path}`, () => sys.mkdir(path));
}

const snapshot: Verb = {
  name: "snapshot",
  reads: "short options",
  usage: ["snapshot [-r] [-i <qgroupid>] <subvolume> { <subdir>/<name> | <subdir> }"],
  about: "",
  options: [
    { name: "r", short: "r", long: false, help: "make the new snapshot readonly" },
    { ...QGROUP, help: "Add the new snapshot to a qgroup (a quota group). This option can be given multiple times." },
    QUIET,
  ],
  operands: [2, 2],
  *run({ proc, options, global }) {
    const { sys } = proc;
    const [source = "", given = ""] = options.operands;
    mustBeSubvolume(sys, source);
    const type = typeOf(sys, given);
    if (type !== undefined && type !== "dir") throw new BtrfsError(`'${given}' exists and it is not a directory`);
    const path = type === "dir" ? `${withoutTrailingSlashes(given)}/${baseName(canonicalPath(proc, source, "all"))}` : given;
    const readOnly = options.has("r");
    inDirectory(sys, path, () => {
      const groups = groupsToJoin(sys, dirName(withoutTrailingSlashes(path)), options);
      snapshotSubvolume(sys, source, path, { readOnly });
      joinGroups(sys, path, groups);
    });
    if (!global.quiet && !options.has("quiet"))
      yield* proc.print(`Create ${readOnly ? "readonly " : ""}snapshot of '${source}' in '${path}'\n`);
    return 0;
  },
};

const remove: Verb = {
  name: "delete",
  usage: ["delete [options] <subvolume> [<subvolume>...]", "delete [options] -i|--subvolid <subvolid> <path>"],
  about: "Delete subvolume(s)",
  options: [
    { name: "commit-after", short: "c", help: "wait for transaction commit at the end of the operation" },
    { name: "commit-each", short: "C", help: "wait for transaction commit after deleting each subvolume" },
    { name: "subvolid", short: "i", help: "subvolume id of the to be removed subvolume", argument: "<subvolid>" },
    {
      name: "recursive",
      short: "R",
      help: "delete accessible subvolumes beneath each subvolume recursively, this is not atomic, may need root to delete subvolumes not accessible by the user",
    },
    { name: "verbose", short: "v", help: "deprecated, alias for global -v option", fidelity: "ignored" },
    QUIET,
  ],
  operands: [1, Infinity],
  run(call) {
    const { proc, options, global } = call;
    const { sys } = proc;
    const commits = options.has("commit-after") || options.has("commit-each");
    const isQuiet = global.quiet || options.has("quiet");
    const number = options.value("subvolid");
    return forEach(call, function* (given) {
      const path = number === undefined ? given : yield* pathOfId(proc, given, number, commits, isQuiet);
      mustBeSubvolume(sys, path);
      const full = orFail(`cannot find real path for '${path}'`, () => canonicalPath(proc, path, "all"));
      const { id } = orFail("Could not search B-tree", () => subvolumeAt(sys, full));
      yield* mustNotBeDefault(proc, full, id);
      const victims = options.has("recursive") ? nestedIn(proc, full, id) : [];
      for (const victim of [...victims, { id, full }]) {
        if (!isQuiet) yield* proc.print(`Delete subvolume ${victim.id} (${commits ? "commit" : "no-commit"}): '${victim.full}'\n`);
        if (global.dryRun) continue;
        try {
          destroySubvolume(sys, victim.full);
        } catch (error) {
          if (!isSysError(error)) throw error;
          yield* sayError(proc, `Could not destroy subvolume/snapshot: ${error.text}`);
          if (error.errno === "EPERM")
            yield* sayWarning(proc, "deletion failed with EPERM, you don't have permissions or send may be in progress");
          throw new Told();
        }
        if (commits) sys.sync();
      }
    });
  },
};

/** Something failed, and that was said. */
class Told extends BtrfsError {
  constructor() {
    super("");
  }
}

/** The default subvolume is left alone; whoever may not ask which it is goes on. */
function* mustNotBeDefault(proc: Process, path: string, id: number): Run<void> {
  let wanted: number;
  try {
    wanted = defaultSubvolume(proc.sys, path).id;
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* sayWarning(proc, `cannot read default subvolume id: ${error.text}`);
    return;
  }
  if (wanted !== id) return;
  yield* sayWarning(proc, `not deleting default subvolume id ${id} '${path}'`);
  throw new Told();
}

/** Where a subvolume with that number is to be seen from `path`. */
function* pathOfId(proc: Process, path: string, number: string, commits: boolean, isQuiet: boolean): Run<string> {
  const id = Number(number);
  if (!/^\d+$/.test(number)) throw new BtrfsError(`${number} is not a valid numeric value`);
  const found = orFail("Could not search B-tree", () => listSubvolumes(proc.sys, path)).find((each) => each.id === id);
  const here = subvolumeAt(proc.sys, path).path ?? "";
  const below = found?.path === undefined ? undefined : here === "" ? found.path : withoutPrefix(found.path, `${here}/`);
  if (below !== undefined) return `${withoutTrailingSlashes(canonicalPath(proc, path, "all"))}/${below}`;
  if (!isQuiet) yield* proc.print(`Delete subvolume ${id} (${commits ? "commit" : "no-commit"}): subvolid=${id}\n`);
  throw new BtrfsError(`Could not destroy subvolume/snapshot: No such file or directory`);
}

function withoutPrefix(text: string, prefix: string): string | undefined {
  return text.startsWith(prefix) ? text.slice(prefix.length) : undefined;
}

/** Subvolumes below one, the innermost first. */
function nestedIn(proc: Process, full: string, id: number): { readonly id: number; readonly full: string }[] {
  const all = orFail("Could not search B-tree", () => listSubvolumes(proc.sys, full));
  const top = all.find((each) => each.id === id)?.path ?? "";
  return all
    .flatMap((each) => {
      const below = each.path === undefined ? undefined : withoutPrefix(each.path, `${top}/`);
      return below === undefined ? [] : [{ id: each.id, full: `${full}/${below}` }];
    })
    .toSorted((left, right) => right.full.split("/").length - left.full.split("/").length);
}

const getDefault: Verb = {
  name: "get-default",
  usage: ["get-default <path>"],
  about: "Get the default subvolume of a filesystem",
  options: [],
  operands: [1, 1],
  *run({ proc, options }) {
    const [path = ""] = options.operands;
    const info = orFail("Could not search B-tree", () => defaultSubvolume(proc.sys, mustBeOnBtrfs(proc.sys, path)));
    yield* proc.print(info.id === TOP_LEVEL ? `ID ${TOP_LEVEL} (FS_TREE)\n` : subvolumeLine(info));
    return 0;
  },
};

/** As btrfs_open_dir() says it. */
export function mustBeOnBtrfs(sys: Sys, path: string): string {
  const { type } = orFail(`cannot access '${path}'`, () => sys.statfs(path));
  if (type !== "btrfs") throw new BtrfsError(`not a btrfs filesystem: ${path}`);
  return path;
}

const setDefault: Verb = {
  name: "set-default",
  usage: ["set-default <subvolume>", "set-default <subvolid> <path>"],
  about: "Set the default subvolume of the filesystem mounted as default.",
  options: [],
  operands: [1, 2],
  *run({ proc, options }) {
    const { sys } = proc;
    const [first = "", second] = options.operands;
    const path = second ?? first;
    if (second !== undefined && !/^\d+$/.test(first)) throw new BtrfsError(`${first} is not a valid numeric value`);
    let id = Number(first);
    if (second === undefined) {
      orFail("Could not open", () => sys.stat(path));
      mustBeSubvolume(sys, path);
      ({ id } = subvolumeAt(sys, path));
    }
    orFail("Could not open", () => sys.stat(path));
    orFail("Could not set default subvolume", () => setDefaultSubvolume(sys, path, id));
    return 0;
  },
};

const show: Verb = {
  name: "show",
  usage: ["show [options] <path>"],
  about: "Show more information about the subvolume (UUIDs, generations, times, snapshots)",
  options: [
    { name: "rootid", short: "r", argument: "ID", help: "root id of the subvolume" },
    { name: "uuid", short: "u", argument: "UUID", help: "UUID of the subvolum" },
    ...SIZE_OPTIONS,
  ],
  operands: [1, 1],
  *run({ proc, options }) {
    const { sys } = proc;
    const [path = ""] = options.operands;
    const full = orFail(`cannot find real path for '${path}'`, () => canonicalPath(proc, path, "all"));
    if (sys.statfs(full).type !== "btrfs") throw new BtrfsError(`not a btrfs filesystem: ${path}`);
    const info = wanted(sys, full, options.value("rootid"), options.value("uuid"));
    const all = orFail("Could not search B-tree", () => listSubvolumes(sys, full));
    const snapshots = downwards(all, TOP_LEVEL).filter(({ parentUuid, path: name }) => parentUuid === info.uuid && name !== undefined);
    yield* proc.print(
      described(
        info,
        snapshots.map(({ path: name = "" }) => name),
        quotaInfo(sys, full)?.groups.find(({ id }) => id === ownGroup(info.id)),
        sizePrinter(options),
      ),
    );
    return 0;
  },
};

/** Each subvolume before those that lie in it, as libbtrfsutil goes through them. */
function downwards(all: readonly SubvolumeInfo[], from: number): readonly SubvolumeInfo[] {
  return all.filter(({ parent }) => parent === from).flatMap((each) => [each, ...downwards(all, each.id)]);
}

function wanted(sys: Sys, path: string, id: string | undefined, uuid: string | undefined): SubvolumeInfo {
  if (uuid !== undefined) {
    const found = orFail("Could not search B-tree", () => listSubvolumes(sys, path)).find((each) => each.uuid === uuid);
    if (found === undefined) throw new BtrfsError(`can't find uuid '${uuid}' on '${path}'`);
    return found;
  }
  if (id !== undefined) {
    if (!/^\d+$/.test(id)) throw new BtrfsError(`${id} is not a valid numeric value`);
    try {
      return subvolumeById(sys, path, Number(id));
    } catch (error) {
      if (isSysError(error, "ENOENT")) throw new BtrfsError("Subvolume not found: No such file or directory");
      throw error;
    }
  }
  mustBeSubvolume(sys, path);
  return orFail("Could not search B-tree", () => subvolumeById(sys, path, subvolumeAt(sys, path).id));
}

function described(
  info: SubvolumeInfo,
  snapshots: readonly string[],
  group: QuotaGroupInfo | undefined,
  size: (bytes: number) => string,
): string {
  const isTop = info.id === TOP_LEVEL;
  const time = (at: SubvolumeInfo["madeAt"] | undefined): string => (at === undefined ? "-" : formatTime("%Y-%m-%d %H:%M:%S %z", at));
  const lines: [string, string][] = [
    ["Name: \t\t\t", isTop ? "<FS_TREE>" : baseName(info.path ?? "")],
    ["UUID: \t\t\t", info.uuid],
    ["Parent UUID: \t\t", info.parentUuid ?? "-"],
    ["Received UUID: \t\t", info.receivedUuid ?? "-"],
    ["Creation time: \t\t", time(info.madeAt)],
    ["Subvolume ID: \t\t", String(info.id)],
    ["Generation: \t\t", String(info.generation)],
    ["Gen at creation: \t", String(info.madeIn)],
    ["Parent ID: \t\t", String(info.parent)],
    ["Top level ID: \t\t", String(info.parent)],
    ["Flags: \t\t\t", info.readOnly ? "readonly" : "-"],
    ["Send transid: \t\t", String(info.sentIn)],
    ["Send time: \t\t", time(info.sentAt ?? info.madeAt)],
    ["Receive transid: \t", String(info.receivedIn)],
    ["Receive time: \t\t", time(info.receivedAt)],
    ["Snapshot(s):", snapshots.map((path) => `\n\t\t\t\t${path}`).join("")],
    ["Quota group:\t\t", group?.id ?? "n/a"],
    ...(group === undefined
      ? []
      : ([
          ["  Limit referenced:\t", group.maxReferenced === undefined ? "-" : size(group.maxReferenced)],
          ["  Limit exclusive:\t", group.maxExclusive === undefined ? "-" : size(group.maxExclusive)],
          ["  Usage referenced:\t", size(group.referenced)],
          ["  Usage exclusive:\t", size(group.exclusive)],
        ] satisfies [string, string][])),
  ];
  return `${isTop ? "/" : (info.path ?? "")}\n${lines.map(([name, value]) => `\t${name}${value}\n`).join("")}`;
}

const sync: Verb = {
  name: "sync",
  reads: "short options",
  usage: ["sync <path> [<subvolid>...]"],
  about: "Wait until given subvolume(s) are completely removed from the filesystem.",
  options: [{ name: "s", short: "s", long: false, argument: "<N>", help: "sleep N seconds between checks (default: 1)" }],
  operands: [1, Infinity],
  *run({ proc, options }) {
    const { sys } = proc;
    const [path = "", ...given] = options.operands;
    mustBeOnBtrfs(sys, path);
    const deleted = (): number[] =>
      orFail("Could not search B-tree", () => listSubvolumes(sys, path)).flatMap((each) => (each.path === undefined ? [each.id] : []));
    const bad = given.find((word) => !/^\d+$/.test(word));
    if (bad !== undefined) throw new BtrfsError(`${bad} is not a valid numeric value`);
    const waiting = given.length > 0 ? given.map(Number) : deleted();
    if (waiting.length === 0) return 0;
    yield* proc.print(`Waiting for ${waiting.length} subvolume${waiting.length === 1 ? "" : "s"}\n`);
    const gone = new Set<number>();
    while (gone.size < waiting.length) {
      const left = new Set(given.length > 0 ? listSubvolumes(sys, path).map(({ id }) => id) : deleted());
      for (const id of waiting) {
        if (left.has(id) || gone.has(id)) continue;
        gone.add(id);
        yield* proc.print(`Subvolume id ${id} is gone (${gone.size}/${waiting.length})\n`);
      }
      if (gone.size < waiting.length) yield* proc.sleep(Number(options.value("s") ?? 1));
    }
    return 0;
  },
};

const findNew: Verb = {
  name: "find-new",
  usage: ["find-new <path> <lastgen>"],
  about: "List the recently modified files in a filesystem",
  options: [],
  operands: [2, 2],
  simplified: "only the marker: which files are new is not told",
  *run({ proc, options }) {
    const [path = "", last = ""] = options.operands;
    mustBeSubvolume(proc.sys, path);
    if (!/^\d+$/.test(last)) throw new BtrfsError(`${last} is not a valid numeric value`);
    const { generation } = subvolumeAt(proc.sys, path);
    if (Number(last) <= generation) throw new BtrfsError("which files are new is not built in Immutable Lab");
    yield* proc.print(`transid marker was ${generation}\n`);
    return 0;
  },
};

export const subvolume: Group = {
  name: "subvolume",
  about: "manage subvolumes: create, delete, list, etc",
  verbs: [create, remove, list, snapshot, getDefault, setDefault, findNew, show, sync],
};
