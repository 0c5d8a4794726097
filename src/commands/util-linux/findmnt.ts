import type { Process } from "../../machine/process.ts";
import type { MountInfo, StatFs } from "../../vfs/types.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import type { Command, ParsedOptions } from "../command.ts";
import { Failure, orUndefined, reason, warnx } from "../complain.ts";
import { canonicalPath } from "../coreutils/realpath.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { humanSize } from "../sizes.ts";
import { tableLines } from "../table.ts";
import { allOptions, deviceOf, mountAt, parseFstab } from "./mounts.ts";

const COLUMNS: Readonly<Record<string, (mount: MountInfo, stat: () => StatFs | undefined) => string>> = {
  SOURCE: (mount) => mount.source,
  TARGET: (mount) => mount.target,
  FSTYPE: (mount) => mount.fstype,
  OPTIONS: (mount) => allOptions(mount).join(","),
  "VFS-OPTIONS": (mount) => mount.options.join(","),
  "FS-OPTIONS": (mount) => mount.superOptions.join(","),
  ID: (mount) => String(mount.id),
  PARENT: (mount) => String(mount.parent),
  "MAJ:MIN": (mount) => mount.dev,
  FSROOT: (mount) => mount.root,
  PROPAGATION: () => "private",
  LABEL: () => "",
  UUID: () => "",
  SIZE: (_, stat) => size(stat()?.total),
  AVAIL: (_, stat) => size(stat()?.available),
  USED: (_, stat) => size(used(stat())),
  "USE%": (_, stat) => percent(stat()),
};
/** Of ours, what libmount does not call real. Source: util-linux:libmount/src/utils.c, mnt_fstype_is_pseudofs. */
const PSEUDO = new Set(
  "cgroup2 devpts devtmpfs efivarfs fusectl mqueue overlay proc ramfs rootfs securityfs selinuxfs sysfs tmpfs".split(" "),
);
const RIGHT = new Set(["ID", "PARENT", "SIZE", "AVAIL", "USED", "USE%"]);

function used(stat: StatFs | undefined): number | undefined {
  return stat === undefined ? undefined : stat.total - stat.free;
}

/** libsmartcols' sizes: one digit behind the point, without ".0". */
function size(bytes: number | undefined): string {
  return bytes === undefined ? "" : humanSize(bytes).replace(/\.0(?=[A-Z]|$)/, "");
}

function percent(stat: StatFs | undefined): string {
  return stat === undefined || stat.total === 0 ? "-" : `${String(Math.round(((stat.total - stat.free) / stat.total) * 100))}%`;
}

/** findmnt(8). */
export const findmnt: Command = {
  name: "findmnt",
  package: "util-linux",
  style: "gnu",
  usage: [
    "findmnt [options]",
    "findmnt [options] <device> | <mountpoint>",
    "findmnt [options] <device> <mountpoint>",
    "findmnt [options] [--source <device>] [--target <path> | --mountpoint <dir>]",
  ],
  about: "Find a (mounted) filesystem.",
  options: [
    { name: "fstab", short: "s", help: "search in static table of filesystems" },
    { name: "mtab", short: "m", help: "search in table of mounted filesystems" },
    { name: "kernel", short: "k", help: "search in kernel table of mounted filesystems (default)" },
    { name: "all", short: "A", help: "disable all built-in filters, print all filesystems" },
    { name: "df", short: "D", help: "imitate the output of df(1)" },
    {
      name: "direction",
      short: "d",
      argument: "word",
      help: "direction of search, 'forward' or 'backward'",
      values: ["forward", "backward"],
    },
    { name: "first-only", short: "f", help: "print the first found filesystem only" },
    { name: "invert", short: "i", help: "invert the sense of matching" },
    { name: "json", short: "J", help: "use JSON output format" },
    { name: "list", short: "l", help: "use list format output" },
    { name: "mountpoint", short: "M", argument: "dir", help: "the mountpoint directory" },
    { name: "noheadings", short: "n", help: "don't print column headings" },
    { name: "options", short: "O", argument: "list", help: "limit the set of filesystems by mount options" },
    { name: "output", short: "o", argument: "list", help: "output columns", values: Object.keys(COLUMNS) },
    { name: "output-all", help: "output all available columns" },
    { name: "pairs", short: "P", help: 'use key="value" output format' },
    { name: "raw", short: "r", help: "use raw output format" },
    { name: "types", short: "t", argument: "list", help: "limit the set of filesystems by FS types" },
    { name: "nofsroot", short: "v", help: "don't print [/dir] for bind or btrfs mounts" },
    { name: "submounts", short: "R", help: "print all submounts for the matching filesystems" },
    { name: "real", help: "print only real filesystems" },
    { name: "source", short: "S", argument: "string", help: "the device to mount (by name, maj:min, LABEL=, UUID=)" },
    { name: "target", short: "T", argument: "path", help: "the path to the filesystem to use" },
    { name: "notruncate", short: "u", help: "don't truncate text in columns", fidelity: "ignored" },
    { name: "ascii", short: "a", help: "use ASCII chars for tree formatting" },
    { name: "bytes", short: "b", help: "print sizes in bytes rather than in human readable format", fidelity: "ignored" },
    { name: "help", short: "h", help: "display this help" },
    { name: "version", short: "V", help: "display version" },
  ],
  completes: "directories",
  *run(proc, options) {
    const columns = columnsOf(options);
    yield* proc.tick();
    const known = options.has("fstab") ? fromFstab(proc) : proc.sys.mounts();
    const mounts = options.has("real") ? known.filter(({ fstype }) => !PSEUDO.has(fstype)) : known;
    const chosen = choose(proc, mounts, options);
    if (chosen.length === 0) return 1;
    const filtered = chosen.length < mounts.length;
    const isList =
      options.has("list") ||
      options.has("df") ||
      options.has("fstab") ||
      options.has("raw") ||
      options.has("pairs") ||
      (filtered && !options.has("submounts"));
    const rows = isList
      ? chosen.map((mount) => ({ mount, prefix: "" }))
      : treeRows(chosen, options.has("ascii") ? ["|-", "`-", "| "] : ["├─", "└─", "│ "]);
    const cell = (mount: MountInfo, column: string): string => {
      const shown = options.has("nofsroot") ? { ...mount, source: deviceOf(mount) } : mount;
      return COLUMNS[column]?.(shown, () => orUndefined(() => proc.sys.statfs(mount.target))) ?? "";
    };
    const out = stdout(proc);
    if (options.has("json")) {
      yield* out.print(jsonOf(chosen, columns, cell, isList));
      return 0;
    }
    if (options.has("pairs")) {
      for (const { mount } of rows)
        yield* out.print(columns.map((column) => `${column.replace(/[:%-]/g, "_")}="${cell(mount, column)}"`).join(" ") + "\n");
      return 0;
    }
    const cells = rows.map(({ mount, prefix }) => columns.map((column) => (column === "TARGET" ? prefix : "") + cell(mount, column)));
    if (options.has("raw")) {
      if (!options.has("noheadings")) yield* out.print(columns.join(" ") + "\n");
      for (const row of cells)
        yield* out.print(
          row.map((text) => text.replace(/[ \\]/g, (character) => `\\x${character.charCodeAt(0).toString(16)}`)).join(" ") + "\n",
        );
      return 0;
    }
    const lines = tableLines(
      columns.map((column) => ({ title: column, align: RIGHT.has(column) ? "right" : "left" })),
      cells,
      { titles: !options.has("noheadings") },
    );
    for (const line of lines) yield* out.print(line + "\n");
    return 0;
  },
};

function columnsOf(options: ParsedOptions): readonly string[] {
  if (options.has("output-all")) return Object.keys(COLUMNS);
  const given = options.value("output");
  const fallback = options.has("df")
    ? ["SOURCE", "FSTYPE", "SIZE", "USED", "AVAIL", "USE%", "TARGET"]
    : ["TARGET", "SOURCE", "FSTYPE", "OPTIONS"];
  if (given === undefined) return fallback;
  const names = given
    .replace(/^\+/, "")
    .split(",")
    .map((name) => name.toUpperCase());
  for (const name of names) if (!(name in COLUMNS)) throw new Failure(`unknown column: ${name}`);
  return given.startsWith("+") ? [...fallback, ...names] : names;
}

function fromFstab(proc: Process): readonly MountInfo[] {
  return parseFstab(readTextIfThere(proc.sys, "/etc/fstab") ?? "").map((entry, id) => ({
    id,
    parent: 0,
    target: entry.target,
    source: entry.source,
    root: "/",
    fstype: entry.fstype,
    options: entry.options.filter((option) => option !== "rw"),
    superOptions: [],
    dev: "",
    lifetime: "machine",
  }));
}

/** The mounts that the operands and options speak of. */
function choose(proc: Process, mounts: readonly MountInfo[], options: ParsedOptions): readonly MountInfo[] {
  const [first, second, extra] = options.operands;
  if (extra !== undefined) throw new UsageError("bad usage");
  const types = options.value("types")?.split(",");
  const wanted = options.value("options")?.split(",");
  const real = (path: string): string => orUndefined(() => canonicalPath(proc, path, "none")) ?? path;
  const source = options.value("source") ?? (second === undefined ? undefined : first);
  const point = options.value("mountpoint") ?? second;
  const target = options.value("target");
  const at = target === undefined ? undefined : mountAt(proc, target);
  const matches = (mount: MountInfo): boolean => {
    if (types !== undefined && types.includes(mount.fstype) === types[0]?.startsWith("no")) return false;
    if (wanted !== undefined && !wanted.every((option) => allOptions(mount).includes(option))) return false;
    if (target !== undefined && mount !== at && mount.id !== at?.id) return false;
    if (source !== undefined && deviceOf(mount) !== source && mount.source !== source && mount.dev !== source) return false;
    if (point !== undefined && mount.target !== real(point)) return false;
    if (first !== undefined && second === undefined && mount.target !== real(first) && deviceOf(mount) !== first && mount.source !== first)
      return false;
    return true;
  };
  let chosen = mounts.filter((mount) => matches(mount) !== options.has("invert"));
  if (options.value("direction") === "backward") chosen = chosen.reverse();
  if (options.has("first-only")) chosen = chosen.slice(0, 1);
  if (!options.has("submounts")) return chosen;
  const below = (mount: MountInfo): boolean =>
    chosen.some((top) => top.id === mount.id) ||
    mounts.some((parent) => parent.id === mount.parent && parent.id !== mount.id && below(parent));
  return mounts.filter(below);
}

interface Row {
  readonly mount: MountInfo;
  readonly prefix: string;
}

/** Children under their parents; `marks` are the branch, the last branch, and the line beside deeper ones. */
function treeRows(mounts: readonly MountInfo[], marks: readonly [string, string, string]): readonly Row[] {
  const rows: Row[] = [];
  const ids = new Set(mounts.map((mount) => mount.id));
  const visit = (mount: MountInfo, prefix: string, indent: string): void => {
    rows.push({ mount, prefix });
    const children = childrenOf(mounts, mount);
    children.forEach((child, index) => {
      const last = index === children.length - 1;
      visit(child, indent + (last ? marks[1] : marks[0]), indent + (last ? "  " : marks[2]));
    });
  };
  for (const mount of mounts) if (!ids.has(mount.parent) || mount.parent === mount.id) visit(mount, "", "");
  return rows;
}

function childrenOf(mounts: readonly MountInfo[], parent: MountInfo): readonly MountInfo[] {
  return mounts.filter((mount) => mount.parent === parent.id && mount.id !== parent.id);
}

function jsonOf(
  mounts: readonly MountInfo[],
  columns: readonly string[],
  cell: (mount: MountInfo, column: string) => string,
  isList: boolean,
): string {
  const ids = new Set(mounts.map((mount) => mount.id));
  const object = (mount: MountInfo, indent: string): string => {
    const fields = columns.map((column) => {
      const value = cell(mount, column);
      return `${indent}   "${column.toLowerCase()}": ${value === "" ? "null" : RIGHT.has(column) && /^[0-9]+$/.test(value) ? value : JSON.stringify(value)}`;
    });
    const children = isList ? [] : childrenOf(mounts, mount);
    if (children.length > 0)
      fields.push(`${indent}   "children": [\n${children.map((child) => object(child, `${indent}      `)).join(",")}\n${indent}   ]`);
    return `${indent}{\n${fields.join(",\n")}\n${indent}}`;
  };
  const roots = isList ? mounts : mounts.filter((mount) => !ids.has(mount.parent) || mount.parent === mount.id);
  return `{\n   "filesystems": [\n${roots.map((mount) => object(mount, "      ")).join(",")}\n   ]\n}\n`;
}

/** mountpoint(1). */
export const mountpoint: Command = {
  name: "mountpoint",
  package: "util-linux",
  style: "gnu",
  usage: ["mountpoint [-qd] </path/to/directory>", "mountpoint -x </dev/device>"],
  about: "Check whether a directory or file is a mountpoint.",
  options: [
    { name: "quiet", short: "q", help: "quiet mode - don't print anything" },
    { name: "nofollow", help: "do not follow symlink" },
    { name: "fs-devno", short: "d", help: "print maj:min device number of the filesystem" },
    { name: "devno", short: "x", help: "print maj:min device number of the block device" },
    { name: "help", short: "h", help: "display this help" },
    { name: "version", short: "V", help: "display version" },
  ],
  completes: "directories",
  *run(proc, options) {
    const [path, extra] = options.operands;
    if (path === undefined || extra !== undefined) throw new UsageError("bad usage");
    const quiet = options.has("quiet");
    let stat;
    try {
      stat = proc.sys.stat(path);
    } catch (error) {
      if (!quiet) yield* warnx(proc, `${path}: ${reason(error)}`);
      else reason(error);
      return 1;
    }
    if (options.has("devno")) {
      if (stat.type !== "block") {
        if (!quiet) yield* warnx(proc, `${path}: not a block device`);
        return 32;
      }
      yield* stdout(proc).print(`${String(stat.rdev.major)}:${String(stat.rdev.minor)}\n`);
      return 0;
    }
    const real = options.has("nofollow") ? path : proc.sys.realpath(path);
    const mount = proc.sys.mounts().findLast((info) => info.target === real);
    if (mount === undefined) {
      if (!quiet) yield* stdout(proc).print(`${path} is not a mountpoint\n`);
      return 32;
    }
    if (options.has("fs-devno")) yield* stdout(proc).print(`${mount.dev}\n`);
    else if (!quiet) yield* stdout(proc).print(`${path} is a mountpoint\n`);
    return 0;
  },
};
