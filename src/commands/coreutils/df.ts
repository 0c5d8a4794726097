import type { Process } from "../../machine/process.ts";
import type { MountInfo, Stat, StatFs } from "../../vfs/types.ts";
import type { Command, ParsedOptions } from "../command.ts";
import { Failure, orUndefined, reason, warn } from "../complain.ts";
import { invalidArgument } from "../operands.ts";
import { stdout } from "../output.ts";
import { dirName } from "../paths.ts";
import { curly, quoteFile } from "../quote.ts";
import { humanSize, parseSize } from "../sizes.ts";
import { padEnd, padStart, textWidth } from "../table.ts";
import { deviceOf, mountAt } from "../util-linux/mounts.ts";
import { canonicalPath } from "./realpath.ts";

const FIELDS = ["source", "fstype", "itotal", "iused", "iavail", "ipcent", "size", "used", "avail", "pcent", "file", "target"] as const;
type Field = (typeof FIELDS)[number];

/** Least widths of the columns, so that short numbers line up from run to run. */
const WIDTHS: Readonly<Record<Field, number>> = {
  source: 14,
  fstype: 4,
  itotal: 5,
  iused: 5,
  iavail: 5,
  ipcent: 4,
  size: 5,
  used: 5,
  avail: 5,
  pcent: 4,
  file: 0,
  target: 0,
};
/** File systems without blocks are left out unless they are asked for. */
const DUMMY = new Set(["proc", "sysfs", "devpts", "cgroup2", "securityfs", "debugfs", "mqueue", "bpf", "autofs"]);

interface Entry {
  readonly mount: MountInfo;
  readonly file: string;
  readonly stat: StatFs;
}

/** df(1). */
export const df: Command = {
  name: "df",
  package: "coreutils",
  style: "gnu",
  usage: ["df [OPTION]... [FILE]..."],
  about: "Show information about the file system on which each FILE resides, or all file systems by default.",
  options: [
    { name: "all", short: "a", help: "include pseudo, duplicate, inaccessible file systems" },
    { name: "block-size", short: "B", argument: "SIZE", help: "scale sizes by SIZE before printing them" },
    { name: "human-readable", short: "h", help: "print sizes in powers of 1024 (e.g., 1023M)" },
    { name: "si", short: "H", help: "print sizes in powers of 1000 (e.g., 1.1G)" },
    { name: "inodes", short: "i", help: "list inode information instead of block usage" },
    { name: "k", short: "k", long: false, help: "like --block-size=1K" },
    { name: "local", short: "l", help: "limit listing to local file systems", fidelity: "ignored" },
    { name: "no-sync", help: "do not invoke sync before getting usage info (default)", fidelity: "ignored" },
    { name: "output", argument: "FIELD_LIST", optional: true, help: "use the output format defined by FIELD_LIST", values: [...FIELDS] },
    { name: "portability", short: "P", help: "use the POSIX output format" },
    { name: "sync", help: "invoke sync before getting usage info" },
    { name: "total", help: "elide all entries insignificant to available space, and produce a grand total" },
    { name: "type", short: "t", argument: "TYPE", help: "limit listing to file systems of type TYPE" },
    { name: "print-type", short: "T", help: "print file system type" },
    { name: "exclude-type", short: "x", argument: "TYPE", help: "limit listing to file systems not of type TYPE" },
    { name: "v", short: "v", long: false, help: "(ignored)", fidelity: "ignored" },
  ],
  completes: "files",
  *run(proc, options) {
    const fields = fieldsOf(options);
    if (options.has("sync")) proc.sys.sync();
    let status = 0;
    const entries: Entry[] = [];
    const wanted = (mount: MountInfo): boolean =>
      (!options.has("type") || options.values("type").includes(mount.fstype)) && !options.values("exclude-type").includes(mount.fstype);
    if (options.operands.length > 0) {
      for (const file of options.operands) {
        yield* proc.tick();
        try {
          const stat = proc.sys.stat(file);
          const device = stat.type === "block" ? proc.sys.mounts().find((mount) => deviceOf(mount) === file) : undefined;
          const mount = device ?? showing(proc, file, stat);
          if (mount !== undefined && wanted(mount)) entries.push({ mount, file, stat: proc.sys.statfs(mount.target) });
        } catch (error) {
          yield* warn(proc, `${quoteFile(file)}: ${reason(error)}`);
          status = 1;
        }
      }
    } else {
      for (const mount of options.has("all") ? proc.sys.mounts() : distinct(proc)) {
        yield* proc.tick();
        if (!wanted(mount)) continue;
        const stat = orUndefined(() => proc.sys.statfs(mount.target));
        if (stat === undefined || (!options.has("all") && !options.has("type") && (stat.total === 0 || DUMMY.has(mount.fstype)))) continue;
        entries.push({ mount, file: "-", stat });
      }
    }
    if (entries.length === 0) {
      if (status === 0) throw new Failure("no file systems processed");
      return status;
    }
    const { head, size } = sizeFormat(options);
    const titles: Readonly<Record<Field, string>> = {
      source: "Filesystem",
      fstype: "Type",
      itotal: "Inodes",
      iused: "IUsed",
      iavail: "IFree",
      ipcent: "IUse%",
      size: head,
      used: "Used",
      avail:
        options.has("output") || !(options.has("human-readable") || options.has("si"))
          ? options.has("output")
            ? "Avail"
            : "Available"
          : "Avail",
      pcent: options.has("portability") ? "Capacity" : "Use%",
      file: "File",
      target: "Mounted on",
    };
    const rows = [fields.map((field) => titles[field]), ...entries.map((entry) => fields.map((field) => cell(field, entry, size)))];
    if (options.has("total")) rows.push(totalRow(fields, entries, size));
    const widths = fields.map((field, index) => Math.max(WIDTHS[field], ...rows.map((row) => textWidth(row[index] ?? ""))));
    for (const row of rows) {
      const line = row.map((text, index) => {
        const field = fields[index] ?? "target";
        const isLeft = field === "source" || field === "fstype" || field === "file" || field === "target";
        const isLast = index === fields.length - 1;
        return isLeft ? (isLast ? text : padEnd(text, widths[index] ?? 0)) : padStart(text, widths[index] ?? 0);
      });
      yield* stdout(proc).print(line.join(" ") + "\n");
    }
    return status;
  },
};

function fieldsOf(options: ParsedOptions): readonly Field[] {
  if (options.has("output")) {
    const list = options.value("output");
    if (list === undefined) return FIELDS;
    return list.split(",").map((name) => {
      const field = FIELDS.find((known) => known === name);
      if (field === undefined) throw new Failure(`option --output: field ${curly(name)} unknown`);
      return field;
    });
  }
  const type: readonly Field[] = options.has("print-type") ? ["fstype"] : [];
  return options.has("inodes")
    ? ["source", ...type, "itotal", "iused", "iavail", "ipcent", "target"]
    : ["source", ...type, "size", "used", "avail", "pcent", "target"];
}

function sizeFormat(options: ParsedOptions): { readonly head: string; readonly size: (bytes: number) => string } {
  const given = options.order.findLast((option) => ["human-readable", "si", "k", "block-size", "portability"].includes(option.name));
  if (given?.name === "human-readable") return { head: "Size", size: (bytes) => humanSize(bytes) };
  if (given?.name === "si") return { head: "Size", size: (bytes) => humanSize(bytes, 1000) };
  const text = given?.name === "block-size" ? (given.value ?? "") : "1K";
  const unit = parseSize(/^[0-9]/.test(text) ? text : `1${text}`);
  if (unit === undefined || unit === 0) throw invalidArgument(text, "--block-size", []);
  const shown = /^[0-9]+$/.test(text) ? text : text.replace(/^1(?=[A-Z])/, "1").replace(/^(?=[A-Z])/, "1");
  return {
    head: unit === 1024 ? (options.has("portability") ? "1024-blocks" : "1K-blocks") : `${shown}-blocks`,
    size: (bytes) => String(Math.ceil(bytes / unit)),
  };
}

/** One mount for each file system: the nearest to the root of the tree, and real devices before others. */
function distinct(proc: Process): readonly MountInfo[] {
  const mounts = proc.sys.mounts();
  const chosen = new Map<string, MountInfo>();
  const visible = mounts.filter((mount, index) => !mounts.slice(index + 1).some((later) => later.target === mount.target));
  for (const mount of visible) {
    // Each subvolume of a Btrfs has a device number of its own.
    const dev = String(orUndefined(() => proc.sys.stat(mount.target).dev) ?? mount.dev);
    const seen = chosen.get(dev);
    if (seen === undefined) {
      chosen.set(dev, mount);
      continue;
    }
    const nearer = seen.target.length > mount.target.length;
    const rootBelow = seen.root.length < mount.root.length;
    if ((deviceOf(mount).includes("/") && !deviceOf(seen).includes("/")) || (nearer && !rootBelow)) chosen.set(dev, mount);
  }
  const kept = new Set(chosen.values());
  return visible.filter((mount) => kept.has(mount));
}

/** What shows a file. A subvolume that is not mounted by itself is on a device that no mount is of, and counts as mounted where it is. */
function showing(proc: Process, file: string, { dev }: Stat): MountInfo | undefined {
  const mount = mountAt(proc, file);
  if (mount === undefined || proc.sys.stat(mount.target).dev === dev) return mount;
  let target = canonicalPath(proc, file, "all");
  if (proc.sys.stat(target).type !== "dir") target = dirName(target);
  while (target !== "/" && proc.sys.stat(dirName(target)).dev === dev) target = dirName(target);
  return { ...mount, source: "-", root: "/", fstype: "-", target };
}

function cell(field: Field, { mount, file, stat }: Entry, size: (bytes: number) => string): string {
  switch (field) {
    case "source":
      return deviceOf(mount);
    case "fstype":
      return mount.fstype;
    case "itotal":
      return stat.files === 0 ? "0" : String(stat.files);
    case "iused":
      return String(stat.files - stat.filesFree);
    case "iavail":
      return String(stat.filesFree);
    case "ipcent":
      return percent(stat.files - stat.filesFree, stat.filesFree);
    case "size":
      return size(stat.total);
    case "used":
      return size(stat.total - stat.free);
    case "avail":
      return size(stat.available);
    case "pcent":
      return percent(stat.total - stat.free, stat.available);
    case "file":
      return file;
    case "target":
      return mount.target;
  }
}

function percent(used: number, available: number): string {
  return used + available === 0 ? "-" : `${String(Math.ceil((used / (used + available)) * 100))}%`;
}

function totalRow(fields: readonly Field[], entries: readonly Entry[], size: (bytes: number) => string): string[] {
  const sum = (of: (stat: StatFs) => number): number => entries.reduce((total, entry) => total + of(entry.stat), 0);
  const stat: StatFs = {
    type: "",
    total: sum((one) => one.total),
    free: sum((one) => one.free),
    available: sum((one) => one.available),
    files: sum((one) => one.files),
    filesFree: sum((one) => one.filesFree),
    readOnly: false,
  };
  const [first] = entries;
  return fields.map((field) =>
    field === "source"
      ? "total"
      : field === "fstype" || field === "target" || field === "file" || first === undefined
        ? "-"
        : cell(field, { ...first, stat }, size),
  );
}
