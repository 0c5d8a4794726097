/** btrfs-scrub(8), btrfs-balance(8), btrfs-device(8) and btrfs-inspect-internal(8), as far as one device without errors has something to say. */
import type { Process } from "../../machine/process.ts";
import { btrfsInfo, listSubvolumes, subvolumeAt } from "../../vfs/btrfs/calls.ts";
import type { BtrfsInfo } from "../../vfs/btrfs/calls.ts";
import { TOP_LEVEL } from "../../vfs/btrfs/subvolume.ts";
import { ownsMachine } from "../../vfs/user-namespace.ts";
import { deviceOf, mountAt } from "../util-linux/mounts.ts";
import { sizePrinter } from "./sizes.ts";
import { mustBeOnBtrfs } from "./subvolume.ts";
import { BtrfsError, orFail, SIZE_OPTIONS, unbuilt } from "./verb.ts";
import type { Group, Verb } from "./verb.ts";

function infoOf(proc: Process, path: string): BtrfsInfo {
  return orFail(`cannot access '${path}'`, () => btrfsInfo(proc.sys, mustBeOnBtrfs(proc.sys, path)));
}

function mustBeRoot(proc: Process, what: string, status?: number): void {
  if (!ownsMachine(proc.sys.credentials)) throw new BtrfsError(`${what}: Operation not permitted`, status);
}

const scrubStatus: Verb = {
  name: "status",
  reads: "short options",
  usage: ["status [-dR] <path>|<device>"],
  about: "Show status of running or finished scrub",
  options: [],
  operands: [1, 1],
  *run({ proc, options }) {
    const { uuid, space } = infoOf(proc, options.operands[0] ?? "");
    mustBeRoot(proc, "getting dev info for scrub failed");
    const used = sizeOf(space.data.used + 2 * (space.metadata.used + space.system.used));
    yield* proc.print(
      `UUID:             ${uuid}\n\tno stats available\nTotal to scrub:   ${used}\nRate:             0.00B/s\nError summary:    no errors found\n`,
    );
    return 0;
  },
};

const sizeOf = sizePrinter({ order: [], operands: [], placeOf: () => 0, has: () => false, value: () => undefined, values: () => [] });

export const scrub: Group = {
  name: "scrub",
  about: "verify checksums of data and metadata",
  verbs: [
    unbuilt(
      "start",
      ["start [-BdqrRf] [-c ioprio_class -n ioprio_classdata] <path>|<device>"],
      "Start a new scrub. If a scrub is already running, the new one fails.",
      "scrub",
    ),
    unbuilt("cancel", ["cancel <path>|<device>"], "Cancel a running scrub", "scrub"),
    unbuilt(
      "resume",
      ["resume [-BdqrR] [-c ioprio_class -n ioprio_classdata] <path>|<device>"],
      "Resume previously canceled or interrupted scrub",
      "scrub",
    ),
    { ...scrubStatus, simplified: "no scrub was ever started" },
    unbuilt("limit", ["limit [options] <path>"], "Show or set scrub limits on devices of the given filesystem.", "scrub"),
  ],
};

const balanceStatus: Verb = {
  name: "status",
  usage: ["status [-v] <path>"],
  about: "Show status of running or paused balance",
  options: [{ name: "verbose", short: "v", help: "deprecated, alias for global -v option", fidelity: "ignored" }],
  operands: [1, 1],
  simplified: "no balance was ever started",
  *run({ proc, options }) {
    const [path = ""] = options.operands;
    infoOf(proc, path);
    mustBeRoot(proc, `balance status on '${path}' failed`, 2);
    yield* proc.print(`No balance found on '${path}'\n`);
    return 0;
  },
};

export const balance: Group = {
  name: "balance",
  about: "balance data across devices, or change block groups using filters",
  verbs: [
    unbuilt("start", ["start [options] <path>"], "Balance chunks across the devices", "balance"),
    unbuilt("pause", ["pause <path>"], "Pause running balance", "balance"),
    unbuilt("cancel", ["cancel <path>"], "Cancel running or paused balance", "balance"),
    unbuilt("resume", ["resume <path>"], "Resume interrupted balance", "balance"),
    balanceStatus,
  ],
};

const deviceUsage: Verb = {
  name: "usage",
  usage: ["usage [options] <path> [<path>..]"],
  about: "Show detailed information about internal allocations in devices.",
  options: SIZE_OPTIONS,
  operands: [1, Infinity],
  *run({ proc, options }) {
    const size = sizePrinter(options);
    for (const path of options.operands) {
      const { space } = infoOf(proc, path);
      mustBeRoot(proc, "cannot read device info");
      const lines: [string, number][] = [
        ["Device size:", space.total],
        ["Device slack:", 0],
        ["Data,single:", space.data.total],
        ["Metadata,DUP:", 2 * space.metadata.total],
        ["System,DUP:", 2 * space.system.total],
        ["Unallocated:", space.unallocated],
      ];
      yield* proc.print(
        `${deviceAt(proc, path)}, ID: 1\n${lines.map(([name, bytes]) => `   ${name.padEnd(15)}${size(bytes).padStart(17)}\n`).join("")}\n`,
      );
    }
    return 0;
  },
};

const deviceStats: Verb = {
  name: "stats",
  usage: ["stats [options] <path>|<device>"],
  about: "Show device IO error statistics",
  options: [{ name: "check", short: "c", help: "return non-zero if any stat counter is not zero" }],
  operands: [1, 1],
  simplified: "there are never any errors",
  *run({ proc, options }) {
    const [path = ""] = options.operands;
    infoOf(proc, path);
    const device = deviceAt(proc, path);
    for (const name of ["write_io_errs", "read_io_errs", "flush_io_errs", "corruption_errs", "generation_errs"])
      yield* proc.print(`[${device}].${name.padEnd(16)} 0\n`);
    return 0;
  },
};

function deviceAt(proc: Process, path: string): string {
  const mount = mountAt(proc, path);
  return mount === undefined ? "" : deviceOf(mount);
}

export const device: Group = {
  name: "device",
  about: "manage and query devices in the filesystem",
  verbs: [
    unbuilt("add", ["add [options] <device> [<device>...] <path>"], "Add one or more devices to a mounted filesystem.", "device"),
    unbuilt("remove", ["remove <device>|<devid> [<device>|<devid>...] <path>"], "Remove a device from a filesystem", "device"),
    unbuilt(
      "scan",
      ["scan [-d|--all-devices] <device> [<device>...]", "scan -u|--forget [<device>...]"],
      "Scan or forget (unregister) devices of btrfs filesystems",
      "device",
    ),
    deviceStats,
    deviceUsage,
  ],
};

const rootid: Verb = {
  name: "rootid",
  usage: ["rootid <path>"],
  about: "Get tree ID of the containing subvolume of path.",
  options: [],
  operands: [1, 1],
  *run({ proc, options }) {
    const path = mustBeOnBtrfs(proc.sys, options.operands[0] ?? "");
    yield* proc.print(`${orFail("rootid failed", () => subvolumeAt(proc.sys, path)).id}\n`);
    return 0;
  },
};

const subvolidResolve: Verb = {
  name: "subvolid-resolve",
  usage: ["subvolid-resolve <subvolid> <path>"],
  about: "Get file system paths for the given subvolume ID.",
  options: [],
  operands: [2, 2],
  *run({ proc, options }) {
    const [number = "", path = ""] = options.operands;
    mustBeOnBtrfs(proc.sys, path);
    const id = Number(number);
    const found = orFail("resolving failed", () => listSubvolumes(proc.sys, path)).find((each) => each.id === id);
    if (found?.path === undefined && id !== TOP_LEVEL) {
      yield* proc.printError(`failed to lookup subvol_id ${id}!\n`);
      throw new BtrfsError(`resolving subvolid ${id} error -2`);
    }
    yield* proc.print(`${found?.path ?? ""}\n`);
    return 0;
  },
};

export const inspect: Group = {
  name: "inspect-internal",
  about: "query various internal information",
  verbs: [
    unbuilt("inode-resolve", ["inode-resolve [-v] <inode> <path>"], "Get file system paths for the given inode", "inspect-internal"),
    subvolidResolve,
    rootid,
  ],
};
