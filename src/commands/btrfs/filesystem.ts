/** btrfs-filesystem(8). */
import type { Process } from "../../machine/process.ts";
import { btrfsInfo, fileExtents, setLabel } from "../../vfs/btrfs/calls.ts";
import type { BtrfsInfo } from "../../vfs/btrfs/calls.ts";
import { isSysError } from "../../vfs/errno.ts";
import { mountAt, deviceOf } from "../util-linux/mounts.ts";
import { ownsMachine } from "../../vfs/user-namespace.ts";
import { join } from "../paths.ts";
import { sizePrinter } from "./sizes.ts";
import type { PrintSize } from "./sizes.ts";
import { mustBeOnBtrfs } from "./subvolume.ts";
import { BtrfsError, LONG_SIZE_OPTIONS, orFail, sayError, sayWarning, SIZE_OPTIONS, unbuilt } from "./verb.ts";
import type { Group, Verb } from "./verb.ts";

/** Words for what a path is on, as the tools ask the kernel for it. */
function infoOf(proc: Process, path: string): BtrfsInfo {
  return orFail(`cannot access '${path}'`, () => btrfsInfo(proc.sys, mustBeOnBtrfs(proc.sys, path)));
}

interface Kind {
  readonly name: string;
  readonly profile: string;
  readonly total: number;
  readonly used: number;
  /** How often it is kept. */
  readonly copies: number;
}

function kindsOf({ space }: BtrfsInfo): readonly [data: Kind, system: Kind, metadata: Kind] {
  return [
    { name: "Data", profile: "single", ...space.data, copies: 1 },
    { name: "System", profile: "DUP", ...space.system, copies: 2 },
    { name: "Metadata", profile: "DUP", ...space.metadata, copies: 2 },
  ];
}

const df: Verb = {
  name: "df",
  usage: ["df [options] <path>"],
  about: "Show space usage information for a mount point",
  options: SIZE_OPTIONS,
  operands: [1, 1],
  *run({ proc, options, global }) {
    const info = infoOf(proc, options.operands[0] ?? "");
    const rows = [...kindsOf(info), { name: "GlobalReserve", profile: "single", total: info.space.reserve, used: 0 }];
    const size = sizePrinter(options);
    if (global.json) {
      const groups = rows.map(({ name, profile, total, used }) => ({ "bg-type": name, "bg-profile": profile, total, used }));
      yield* proc.print(`${JSON.stringify({ __header: { version: "1" }, "filesystem-df": groups }, undefined, 2)}\n`);
    } else
      for (const { name, profile, total, used } of rows)
        yield* proc.print(`${name}, ${profile}: total=${size(total)}, used=${size(used)}\n`);
    return 0;
  },
};

const usage: Verb = {
  name: "usage",
  reads: "short options",
  usage: ["usage [options] <path> [<path>..]"],
  about: "Show detailed information about internal filesystem usage .",
  options: [...SIZE_OPTIONS, { name: "T", short: "T", long: false, help: "show data in tabular format" }],
  operands: [1, Infinity],
  *run({ proc, options }) {
    const size = sizePrinter(options);
    const isRoot = ownsMachine(proc.sys.credentials);
    for (const [at, path] of options.operands.entries()) {
      const info = infoOf(proc, path);
      if (!isRoot) yield* sayWarning(proc, "cannot read detailed chunk info, per-device usage will not be shown, run as root");
      if (at > 0) yield* proc.print("\n");
      yield* proc.print(overall(info, size));
      const device = isRoot ? deviceAt(proc, path) : undefined;
      yield* proc.print(options.has("T") && device !== undefined ? table(info, size, device) : byKind(info, size, device));
    }
    return 0;
  },
};

function deviceAt(proc: Process, path: string): string | undefined {
  const mount = mountAt(proc, path);
  return mount === undefined ? undefined : deviceOf(mount);
}

function overall(info: BtrfsInfo, size: PrintSize): string {
  const { space } = info;
  const kinds = kindsOf(info);
  const allocated = kinds.reduce((sum, { total, copies }) => sum + total * copies, 0);
  const used = kinds.reduce((sum, kind) => sum + kind.used * kind.copies, 0);
  const unusedData = space.data.total - space.data.used;
  const lines: [string, string, string?][] = [
    ["Device size:", size(space.total)],
    ["Device allocated:", size(allocated)],
    ["Device unallocated:", size(space.unallocated)],
    ["Device missing:", size(0)],
    ["Device slack:", size(0)],
    ["Used:", size(used)],
    ["Free (estimated):", size(space.unallocated + unusedData), `(min: ${size(Math.floor(space.unallocated / 2) + unusedData)})`],
    ["Free (statfs, df):", size(space.available)],
    ["Data ratio:", "1.00"],
    ["Metadata ratio:", "2.00"],
    ["Global reserve:", size(space.reserve), `(used: ${size(0)})`],
    ["Multiple profiles:", "no"],
  ];
  const line = ([name, value, more]: (typeof lines)[number]): string =>
    `    ${name}${"\t".repeat(Math.max(1, 3 - Math.floor((name.length + 4) / 8) + 1))}${value.padStart(10)}${more === undefined ? "" : `\t${more}`}\n`;
  return `Overall:\n${lines.map(line).join("")}\n`;
}

function byKind(info: BtrfsInfo, size: PrintSize, device: string | undefined): string {
  const [data, system, metadata] = kindsOf(info);
  const on = (bytes: number): string => (device === undefined ? "" : `   ${device}\t${size(bytes).padStart(10)}\n`);
  const blocks = [data, metadata, system].map(
    ({ name, profile, total, used, copies }) =>
      `${name},${profile}: Size:${size(total)}, Used:${size(used)} (${total === 0 ? "0.00" : ((100 * used) / total).toFixed(2)}%)\n${on(total * copies)}\n`,
  );
  return blocks.join("") + (device === undefined ? "" : `Unallocated:\n${on(info.space.unallocated)}`);
}

function table(info: BtrfsInfo, size: PrintSize, device: string): string {
  const [data, system, metadata] = kindsOf(info);
  const kinds = [data, metadata, system];
  const { total, unallocated } = info.space;
  const rows: string[][] = [
    ["", "", ...kinds.map(({ name }) => name), "", "", ""],
    ["Id", "Path", ...kinds.map(({ profile }) => profile), "Unallocated", "Total", "Slack"],
    [" 1", device, ...kinds.map((kind) => size(kind.total * kind.copies)), size(unallocated), size(total), "-"],
    ["", "Total", ...kinds.map((kind) => size(kind.total)), size(unallocated), size(total), size(0)],
    ["", "Used", ...kinds.map(({ used }) => size(used)), "", "", ""],
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[], isHead: boolean): string =>
    `${row.map((cell, at) => (isHead || at < 2 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join(" ")}\n`;
  const rule = `${widths.map((width) => "-".repeat(width)).join(" ")}\n`;
  const lines = rows.map((row, at) => line(row, at < 2));
  return [...lines.slice(0, 2), rule, ...lines.slice(2, 3), rule, ...lines.slice(3)].join("");
}

const show: Verb = {
  name: "show",
  usage: ["show [options] [<path>|<uuid>|<device>|label]"],
  about: "Show the structure of a filesystem",
  options: [
    { name: "all-devices", short: "d", help: "show only disks under /dev containing btrfs filesystem" },
    { name: "mounted", short: "m", help: "show only mounted btrfs" },
    ...LONG_SIZE_OPTIONS,
  ],
  operands: [0, 1],
  simplified: "only what is mounted is found",
  *run({ proc, options }) {
    const size = sizePrinter(options);
    const [wanted] = options.operands;
    const found = new Map<string, { readonly info: BtrfsInfo; readonly device: string; readonly targets: Set<string> }>();
    for (const mount of proc.sys.mounts()) {
      if (mount.fstype !== "btrfs") continue;
      try {
        const info = btrfsInfo(proc.sys, mount.target);
        const known = found.get(info.uuid) ?? { info, device: deviceOf(mount), targets: new Set<string>() };
        known.targets.add(mount.target);
        found.set(info.uuid, known);
      } catch (error) {
        if (!isSysError(error)) throw error;
      }
    }
    if (!ownsMachine(proc.sys.credentials)) {
      for (const { device } of found.values()) yield* sayError(proc, `cannot open ${device}: Permission denied`);
      found.clear();
    }
    const path = wanted === undefined ? undefined : asMountPoint(proc, wanted);
    const chosen = [...found.values()].filter(
      ({ info, device, targets }) =>
        wanted === undefined ||
        wanted === info.uuid ||
        wanted === device ||
        (info.label !== "" && wanted === info.label) ||
        (path !== undefined && targets.has(path)),
    );
    if (wanted !== undefined && chosen.length === 0) throw new BtrfsError(`not a valid btrfs filesystem: ${path ?? wanted}`);
    for (const [at, { info, device }] of chosen.entries()) {
      const { total } = info.space;
      const kinds = kindsOf(info);
      const used = kinds.reduce((sum, kind) => sum + kind.used, 0);
      const allocated = kinds.reduce((sum, kind) => sum + kind.total * kind.copies, 0);
      yield* proc.print(
        `${at > 0 ? "\n" : ""}Label: ${info.label === "" ? "none" : `'${info.label}'`}  uuid: ${info.uuid}\n` +
          `\tTotal devices 1 FS bytes used ${size(used)}\n` +
          `\tdevid    1 size ${size(total)} used ${size(allocated)} path ${device}\n`,
      );
    }
    return 0;
  },
};

/** The path as the kernel has it, when there is one. */
function asMountPoint(proc: Process, path: string): string | undefined {
  try {
    return proc.sys.realpath(path);
  } catch (error) {
    if (isSysError(error)) return undefined;
    throw error;
  }
}

const label: Verb = {
  name: "label",
  usage: ["label [<device>|<mount_point>] [<newlabel>]"],
  about: "Get or change the label of a filesystem",
  options: [],
  operands: [1, 2],
  simplified: "of a device only when it is mounted",
  *run({ proc, options }) {
    const [given = "", value] = options.operands;
    const isRoot = ownsMachine(proc.sys.credentials);
    const { type } = orFail(`unable to access ${given}`, () => proc.sys.stat(given), 255);
    const path = type === "block" ? proc.sys.mounts().find((mount) => deviceOf(mount) === given)?.target : given;
    if (!isRoot) throw new BtrfsError(`unable to access ${given}: Operation not permitted`, 255);
    if (path === undefined || proc.sys.statfs(path).type !== "btrfs") throw new BtrfsError(`not a valid btrfs filesystem: ${given}`, 255);
    if (value === undefined) yield* proc.print(`${btrfsInfo(proc.sys, path).label}\n`);
    else if (value.length > 255) throw new BtrfsError(`label ${value} is too long (max 255)`, 255);
    else orFail(`unable to set label of ${given}`, () => setLabel(proc.sys, path, value), 255);
    return 0;
  },
};

const sync: Verb = {
  name: "sync",
  usage: ["sync <path>"],
  about: "Force a sync on a filesystem",
  options: [],
  operands: [1, 1],
  *run({ proc, options }) {
    const path = options.operands[0] ?? "";
    const { type } = orFail("Could not open", () => proc.sys.statfs(path));
    if (type !== "btrfs") throw new BtrfsError("Could not sync filesystem: Inappropriate ioctl for device");
    proc.sys.sync();
    return 0;
  },
};

interface Sum {
  total: number;
  exclusive: number;
  /** Each piece of what is shared counts once. */
  readonly shared: Map<object, number>;
}

const du: Verb = {
  name: "du",
  usage: ["du [options] <path> [<path>..]"],
  about: "Summarize disk usage of each file.",
  options: [{ name: "summarize", short: "s", help: "display only a total for each argument" }, ...LONG_SIZE_OPTIONS],
  operands: [1, Infinity],
  simplified: "a file that was changed in part shares nothing any more",
  *run({ proc, options }) {
    const { sys } = proc;
    const size = sizePrinter(options);
    const cell = (text: string): string => text.padStart(10);
    const line = ({ total, exclusive, shared }: Sum, path: string, isTop: boolean): string => {
      const set = isTop ? size([...shared.values()].reduce((sum, bytes) => sum + bytes, 0)) : "-";
      return `${cell(size(total))}  ${cell(size(exclusive))}  ${cell(set)}  ${path}\n`;
    };
    yield* proc.print(`${cell("Total")}  ${cell("Exclusive")}  ${cell("Set shared")}  Filename\n`);
    for (const top of options.operands) {
      orFail(`cannot check space of '${top}'`, () => sys.lstat(mustBeOnBtrfs(sys, top)));
      const sums = new Map<string, Sum>();
      const open: { path: string; parent: string | undefined; isDone: boolean }[] = [{ path: top, parent: undefined, isDone: false }];
      for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
        yield* proc.tick();
        const { path, parent, isDone } = entry;
        const { type } = sys.lstat(path);
        const sum: Sum = sums.get(path) ?? { total: 0, exclusive: 0, shared: new Map() };
        if (type === "dir" && !isDone) {
          sums.set(path, sum);
          open.push({ path, parent, isDone: true });
          for (const { name } of sys.readdir(path).toReversed()) open.push({ path: join(path, name), parent: path, isDone: false });
          continue;
        }
        if (type === "file") {
          const { bytes, sharedAs } = fileExtents(sys, path);
          sum.total = bytes;
          if (sharedAs === undefined) sum.exclusive = bytes;
          else sum.shared.set(sharedAs, bytes);
        } else if (type !== "dir") continue;
        sums.delete(path);
        const above = parent === undefined ? undefined : sums.get(parent);
        if (above !== undefined) {
          above.total += sum.total;
          above.exclusive += sum.exclusive;
          for (const [piece, bytes] of sum.shared) above.shared.set(piece, bytes);
        }
        if (parent === undefined || !options.has("summarize")) yield* proc.print(line(sum, path, parent === undefined));
      }
    }
    return 0;
  },
};

export const filesystem: Group = {
  name: "filesystem",
  about: "overall filesystem tasks and information",
  verbs: [
    df,
    du,
    show,
    sync,
    unbuilt("defragment", ["defragment [options] <file>|<dir> [<file>|<dir>...]"], "Defragment a file or a directory", "filesystem"),
    unbuilt("resize", ["resize [options] [devid:][+/-]<newsize>[kKmMgGtTpPeE]|[devid:]max <path>"], "Resize a filesystem", "filesystem"),
    label,
    usage,
    unbuilt("mkswapfile", ["mkswapfile <file>"], "Create a new file that's suitable and formatted as a swapfile.", "filesystem"),
  ],
};
