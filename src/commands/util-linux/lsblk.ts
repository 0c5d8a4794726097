import type { Process } from "../../machine/process.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import type { MountInfo } from "../../vfs/types.ts";
import type { Command } from "../command.ts";
import { Failure, orUndefined, warnx } from "../complain.ts";
import { stdout } from "../output.ts";
import { humanSize } from "../sizes.ts";
import { tableLines } from "../table.ts";
import { deviceOf } from "./mounts.ts";

const SECTOR = 512;

interface Device {
  readonly name: string;
  readonly type: "disk" | "part";
  readonly parent: string | undefined;
  readonly number: string;
  readonly bytes: number;
  readonly fstype: string;
  readonly label: string;
  readonly uuid: string;
  readonly mountpoints: readonly string[];
  readonly available: number | undefined;
  readonly usedPercent: string;
  readonly isReadOnly: boolean;
}

const COLUMNS: Readonly<Record<string, (device: Device, bytes: (count: number) => string) => string>> = {
  NAME: (device) => device.name,
  KNAME: (device) => device.name,
  PATH: (device) => `/dev/${device.name}`,
  PKNAME: (device) => device.parent ?? "",
  "MAJ:MIN": (device) => device.number,
  RM: () => "0",
  SIZE: (device, bytes) => bytes(device.bytes),
  RO: (device) => (device.isReadOnly ? "1" : "0"),
  TYPE: (device) => device.type,
  FSTYPE: (device) => device.fstype,
  FSVER: () => "",
  LABEL: (device) => device.label,
  UUID: (device) => device.uuid,
  FSAVAIL: (device, bytes) => (device.available === undefined ? "" : bytes(device.available)),
  "FSUSE%": (device) => device.usedPercent,
  MOUNTPOINT: (device) => device.mountpoints[0] ?? "",
  MOUNTPOINTS: (device) => device.mountpoints.join("\n"),
};
const RIGHT = new Set(["RM", "SIZE", "RO", "FSAVAIL", "FSUSE%"]);

/** lsblk(8). @simplified What kind of file system is on a device is told of mounted ones only. */
export const lsblk: Command = {
  name: "lsblk",
  package: "util-linux-core",
  style: "gnu",
  usage: ["lsblk [options] [<device> ...]"],
  about: "List information about block devices.",
  options: [
    { name: "all", short: "a", help: "print all devices" },
    { name: "bytes", short: "b", help: "print SIZE in bytes rather than in human readable format" },
    { name: "nodeps", short: "d", help: "don't print slaves or holders" },
    { name: "fs", short: "f", help: "output info about filesystems" },
    { name: "ascii", short: "i", help: "use ascii characters only" },
    { name: "json", short: "J", help: "use JSON output format", fidelity: "unbuilt" },
    { name: "list", short: "l", help: "use list format output" },
    { name: "noheadings", short: "n", help: "don't print headings" },
    { name: "output", short: "o", argument: "list", help: "output columns", values: Object.keys(COLUMNS) },
    { name: "paths", short: "p", help: "print complete device path" },
    { name: "raw", short: "r", help: "use raw output format" },
    { name: "help", short: "h", help: "display this help" },
    { name: "version", short: "V", help: "display version" },
  ],
  completes: "files",
  simplified: "the kind of file system is told of mounted ones only, its version never",
  *run(proc, options) {
    const given = options
      .value("output")
      ?.split(",")
      .map((name) => name.toUpperCase());
    for (const name of given ?? []) if (!(name in COLUMNS)) throw new Failure(`unknown column: ${name}`);
    const columns =
      given ??
      (options.has("fs")
        ? ["NAME", "FSTYPE", "FSVER", "LABEL", "UUID", "FSAVAIL", "FSUSE%", "MOUNTPOINTS"]
        : ["NAME", "MAJ:MIN", "RM", "SIZE", "RO", "TYPE", "MOUNTPOINTS"]);
    const devices = devicesOf(proc);
    yield* proc.tick();
    let status = 0;
    let chosen = devices.filter((device) => device.parent === undefined);
    if (options.operands.length > 0) {
      chosen = [];
      for (const operand of options.operands) {
        const device = devices.find((candidate) => candidate.name === operand.replace(/^\/dev\//, ""));
        if (device === undefined) {
          yield* warnx(proc, `${operand}: not a block device`);
          status = 32;
        } else chosen.push(device);
      }
    }
    const flat = options.has("list") || options.has("raw") || options.has("nodeps");
    const rows: string[][] = [];
    const bytes = (count: number): string =>
      options.has("bytes")
        ? String(count)
        : humanSize(count)
            .replace(/\.0(?=[A-Z]|$)/, "")
            .replace(/^([0-9.]+)$/, "$1B");
    const [branch, end, beside] = options.has("ascii") ? ["|-", "`-", "| "] : ["├─", "└─", "│ "];
    const visit = (device: Device, prefix: string, indent: string): void => {
      const children = options.has("nodeps") ? [] : devices.filter((candidate) => candidate.parent === device.name);
      const name = (options.has("paths") ? "/dev/" : "") + device.name;
      const cells = columns.map((column) => (column === "NAME" ? prefix + name : (COLUMNS[column]?.(device, bytes) ?? "")));
      // Several mount points stand below each other.
      const height = Math.max(1, ...cells.map((cell) => cell.split("\n").length));
      for (let line = 0; line < height; line++) {
        rows.push(
          cells.map((cell, index) =>
            line === 0 || columns[index] !== "NAME"
              ? (cell.split("\n")[line] ?? "")
              : indent + (children.length > 0 && !flat ? (beside ?? "") : ""),
          ),
        );
      }
      children.forEach((child, index) => {
        const last = index === children.length - 1;
        visit(child, flat ? "" : indent + ((last ? end : branch) ?? ""), flat ? "" : indent + (last ? "  " : (beside ?? "")));
      });
    };
    for (const device of chosen) visit(device, "", "");
    if (rows.length === 0) return status;
    const lines = options.has("raw")
      ? [...(options.has("noheadings") ? [] : [columns.join(" ")]), ...rows.map((row) => row.join(" "))]
      : tableLines(
          columns.map((column) => ({ title: column, align: RIGHT.has(column) ? "right" : "left" })),
          rows,
          { titles: !options.has("noheadings") },
        );
    for (const line of lines) yield* stdout(proc).print(line + "\n");
    return status;
  },
};

function devicesOf(proc: Process): readonly Device[] {
  const names = orUndefined(() => proc.sys.readdir("/sys/class/block").map((entry) => entry.name)) ?? [];
  names.sort((a, b) => (a < b ? -1 : 1));
  const mounts = proc.sys.mounts();
  return names.map((name) => deviceOfName(proc, name, names, mounts));
}

/** What udev has found on a device, e.g. its label: the name of the link that leads to it. */
function linkTo(proc: Process, directory: string, name: string): string {
  const links = orUndefined(() => proc.sys.readdir(directory)) ?? [];
  return links.find((link) => orUndefined(() => proc.sys.readlink(`${directory}/${link.name}`)) === `../../${name}`)?.name ?? "";
}

function deviceOfName(proc: Process, name: string, names: readonly string[], mounts: readonly MountInfo[]): Device {
  const parent = names.find((other) => other !== name && name.startsWith(other) && /^p?[0-9]+$/.test(name.slice(other.length)));
  const own = mounts.filter((mount) => deviceOf(mount) === `/dev/${name}`);
  const stat = own[0] === undefined ? undefined : orUndefined(() => proc.sys.statfs(own[0]?.target ?? "/"));
  const node = orUndefined(() => proc.sys.stat(`/dev/${name}`));
  const minor = Number(/[0-9]+$/.exec(name)?.[0] ?? 0);
  return {
    name,
    type: parent === undefined ? "disk" : "part",
    parent,
    number: node?.type === "block" ? `${String(node.rdev.major)}:${String(node.rdev.minor)}` : `252:${String(minor)}`,
    bytes: SECTOR * Number(readTextIfThere(proc.sys, `/sys/class/block/${name}/size`) ?? 0),
    fstype: own[0]?.fstype ?? "",
    label: linkTo(proc, "/dev/disk/by-label", name),
    uuid: linkTo(proc, "/dev/disk/by-uuid", name),
    // Newest first, as libmount lists them.
    mountpoints: [...new Set(own.map((mount) => mount.target))].reverse(),
    available: stat?.available,
    usedPercent: stat === undefined || stat.total === 0 ? "" : `${String(Math.round(((stat.total - stat.free) / stat.total) * 100))}%`,
    isReadOnly: false,
  };
}
