/** /proc and /sys of one kernel: proc(5), computed when asked for. */
import { directoryPath, joinPath } from "../vfs/mount.ts";
import {
  GeneratedFs,
  generatedDir,
  generatedFile,
  type GeneratedDir,
  type GeneratedLink,
  type GeneratedNode,
} from "../vfs/generated-fs.ts";
import type { OpenFile } from "../vfs/open-file.ts";
import type { MountInfo } from "../vfs/types.ts";
import type { IdRange } from "../vfs/user-namespace.ts";
import type { Kernel } from "./kernel.ts";
import type { KernelProcess } from "./kernel-process.ts";
import { UNLIMITED, mostThreads, type Resource } from "./limits.ts";

/** Clock ticks a second as sysconf(_SC_CLK_TCK) says. */
const CLOCK_TICKS = 100;

export function procfs(kernel: Kernel, dev: number): GeneratedFs {
  const fixed = generatedDir({
    cmdline: generatedFile(() => `${kernel.commandLine}\n`),
    cpuinfo: generatedFile(
      () => "processor\t: 0\nvendor_id\t: Immutable\nmodel name\t: Immutable Lab simulated processor\ncpu MHz\t\t: 2400.000\n\n",
    ),
    devices: generatedFile(() => "Character devices:\n  1 mem\n  4 tty\n  5 /dev/tty\n  5 /dev/console\n\nBlock devices:\n252 virtblk\n"),
    filesystems: generatedFile(
      () => "nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\nnodev\tdevtmpfs\n\text4\n\tbtrfs\n\tvfat\n\terofs\nnodev\toverlay\n",
    ),
    loadavg: generatedFile(() => `0.00 0.00 0.00 1/${kernel.processCount} ${kernel.nextPid - 1}\n`),
    meminfo: generatedFile(() => meminfo(kernel)),
    mounts: link(() => "self/mounts"),
    self: link(() => String(kernel.running?.pid ?? 1)),
    "thread-self": link(() => `${kernel.running?.pid ?? 1}/task/${kernel.running?.pid ?? 1}`),
    stat: generatedFile(
      () => `cpu  ${kernel.ticks} 0 0 0 0 0 0 0 0 0\nbtime ${kernel.clock.bootedAt.sec}\nprocesses ${kernel.nextPid - 1}\n`,
    ),
    swaps: generatedFile(() => "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"),
    sys: generatedDir({
      kernel: generatedDir({
        hostname: { kind: "file", mode: 0o644, text: () => `${kernel.hostname}\n`, write: (data) => void (kernel.hostname = data.trim()) },
        osrelease: generatedFile(() => `${kernel.release}\n`),
        ostype: generatedFile(() => "Linux\n"),
        version: generatedFile(() => `${kernel.version}\n`),
        pid_max: generatedFile(() => "4194304\n"),
        "threads-max": generatedFile(() => `${mostThreads(kernel.memory.total)}\n`),
        random: generatedDir({
          boot_id: generatedFile(() => `${uuid(kernel.bootId)}\n`),
          entropy_avail: generatedFile(() => "256\n"),
          uuid: generatedFile(() => `${uuid(toHex(kernel.random.bytes(16)))}\n`),
        }),
      }),
      vm: generatedDir({ overcommit_memory: generatedFile(() => "2\n"), overcommit_ratio: generatedFile(() => "100\n") }),
    }),
    uptime: generatedFile(() => `${kernel.clock.uptime.toFixed(2)} ${kernel.clock.uptime.toFixed(2)}\n`),
    version: generatedFile(() => `Linux version ${kernel.release} (mockbuild@simulator) ${kernel.version}\n`),
  });
  const root: GeneratedDir = {
    kind: "dir",
    list: () => [
      ...kernel
        .visible()
        .map((process) => process.pid)
        .sort((a, b) => a - b)
        .map(String),
      ...fixed.list(),
    ],
    find: (name) => {
      const process = /^[1-9]\d*$/.test(name) ? kernel.process(Number(name)) : undefined;
      return process && kernel.visible().includes(process) ? processDir(kernel, process) : fixed.find(name);
    },
  };
  return new GeneratedFs({ type: "proc", dev, root, time: kernel.clock.bootedAt });
}

/** 32 hexadecimal digits with the dashes of a UUID. */
function uuid(digits: string): string {
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function toHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @simplified Only the few directories that programs look at; empty but for the block devices' names. */
export function sysfs(kernel: Kernel, dev: number, blockDevices: readonly BlockDevice[]): GeneratedFs {
  const block = Object.fromEntries(blockDevices.map((device) => [device.name, blockDir(device)]));
  return new GeneratedFs({
    type: "sysfs",
    dev,
    time: kernel.clock.bootedAt,
    root: generatedDir({
      block: generatedDir(block),
      class: generatedDir({ block: generatedDir(block), tty: generatedDir({}), net: generatedDir({}) }),
      fs: generatedDir({ btrfs: generatedDir({}), cgroup: generatedDir({}), ext4: generatedDir({}) }),
      kernel: generatedDir({}),
      module: generatedDir({ overlay: generatedDir({ parameters: overlayParameters() }) }),
      power: generatedDir({}),
    }),
  });
}

/** A disk or a partition as /sys/class/block has it. */
export interface BlockDevice {
  readonly name: string;
  /** Of a loop device. */
  readonly backingFile?: string;
  /** In bytes. */
  size(): number;
}

/** The size of a sector, in which sysfs counts whatever the device's own are. */
const SECTOR = 512;

function blockDir({ backingFile, size }: BlockDevice): GeneratedDir {
  return generatedDir({
    size: generatedFile(() => `${Math.floor(size() / SECTOR)}\n`),
    ...(backingFile !== undefined && { loop: generatedDir({ backing_file: generatedFile(() => `${backingFile}\n`) }) }),
  });
}

/** What overlayfs is told when nobody says otherwise. */
function overlayParameters(): GeneratedDir {
  const parameters = {
    check_copy_up: "N",
    index: "N",
    metacopy: "N",
    nfs_export: "N",
    redirect_always_follow: "Y",
    redirect_dir: "N",
    redirect_max: "256",
    xino_auto: "N",
  };
  return generatedDir(Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, generatedFile(() => `${value}\n`)])));
}

function link(target: () => string, open?: () => OpenFile | undefined): GeneratedLink {
  return { kind: "symlink", target, ...(open ? { open } : {}) };
}

function processDir(kernel: Kernel, process: KernelProcess): GeneratedDir {
  const { uid, gid } = process;
  const own = { uid, gid };
  const isZombie = process.state === "zombie";
  const entries: Record<string, GeneratedNode> = {
    cmdline: generatedFile(() => (isZombie ? "" : process.argv.map((word) => `${word}\0`).join("")), own),
    limits: generatedFile(() => limitsText(process), own),
    comm: generatedFile(() => `${process.name}\n`, own),
    environ: generatedFile(() => [...process.env].map(([name, value]) => `${name}=${value}\0`).join(""), { ...own, mode: 0o400 }),
    stat: generatedFile(() => statLine(kernel, process), own),
    status: generatedFile(() => status(process), own),
    uid_map: generatedFile(() => idMap(process.sys.credentials.namespace?.uids), own),
    gid_map: generatedFile(() => idMap(process.sys.credentials.namespace?.gids), own),
  };
  if (!isZombie) {
    const mountText = (line: (mount: MountInfo) => string): string => process.sys.mounts().map(line).join("");
    entries["cwd"] = { ...link(() => directoryPath(process.sys.cwd, process.sys.root) ?? "/ (deleted)"), ...own };
    entries["root"] = { ...link(() => "/"), ...own };
    entries["fd"] = descriptorDir(process);
    entries["mounts"] = generatedFile(() => mountText(mountsLine), own);
    entries["mountinfo"] = generatedFile(() => mountText(mountinfoLine), own);
  }
  return generatedDir(entries, own);
}

function descriptorDir(process: KernelProcess): GeneratedDir {
  const { uid, gid } = process;
  const isOpen = (name: string): boolean => /^\d+$/.test(name) && process.sys.descriptors().includes(Number(name));
  return {
    kind: "dir",
    mode: 0o500,
    uid,
    gid,
    list: () => process.sys.descriptors().map(String),
    find: (name) => {
      if (!isOpen(name)) return undefined;
      const file = process.sys.file(Number(name));
      return {
        ...link(
          () => fileName(file, process),
          () => (file.kind === "pipe" || file.kind === "device" ? file : undefined),
        ),
        uid,
        gid,
        mode: 0o100 | (file.canRead ? 0o400 : 0) | (file.canWrite ? 0o200 : 0),
      };
    },
  };
}

/** What readlink(2) says of /proc/PID/fd/N. */
function fileName(file: OpenFile, process: KernelProcess): string {
  if (file.name) {
    const dir = directoryPath(file.name.dir, process.sys.root);
    if (dir !== undefined) return joinPath(dir, file.name.name);
  }
  if (file.place) {
    const dir = directoryPath(file.place, process.sys.root);
    if (dir !== undefined) return dir;
  }
  if (file.kind === "pipe") return `pipe:[${file.stat().ino}]`;
  return "anon_inode:[file]";
}

function statLine(kernel: Kernel, process: KernelProcess): string {
  const started = (process.startedAt.sec - kernel.clock.bootedAt.sec) * CLOCK_TICKS;
  const state = stateLetter(process);
  return `${process.pid} (${process.name}) ${state} ${process.parent} ${process.processGroup} ${process.session} 0 -1 0 0 0 0 0 ${process.ticksUsed} 0 0 0 ${20 + process.niceness} ${process.niceness} 1 0 ${Math.max(0, started)} 0 0\n`;
}

function stateLetter(process: KernelProcess): string {
  switch (process.state) {
    case "runnable":
      return "R";
    case "waiting":
      return "S";
    case "stopped":
      return "T";
    case "zombie":
      return "Z";
  }
}

const STATE_WORDS: Readonly<Record<string, string>> = { R: "running", S: "sleeping", T: "stopped", Z: "zombie" };

const ALL_IDS: readonly IdRange[] = [{ inside: 0, outside: 0, count: 2 ** 32 - 1 }];

/** user_namespaces(7). */
function idMap(ranges: readonly IdRange[] = ALL_IDS): string {
  return ranges.map((range) => `${[range.inside, range.outside, range.count].map((id) => String(id).padStart(10)).join(" ")}\n`).join("");
}

function status(process: KernelProcess): string {
  const { groups } = process.sys.credentials;
  const { uid, gid } = process.owner;
  const letter = stateLetter(process);
  return [
    `Name:\t${process.name}`,
    `Umask:\t${process.sys.mask.toString(8).padStart(4, "0")}`,
    `State:\t${letter} (${STATE_WORDS[letter] ?? ""})`,
    `Tgid:\t${process.pid}`,
    `Pid:\t${process.pid}`,
    `PPid:\t${process.parent}`,
    `Uid:\t${uid}\t${uid}\t${uid}\t${uid}`,
    `Gid:\t${gid}\t${gid}\t${gid}\t${gid}`,
    `Groups:\t${groups.join(" ")} `,
    "",
  ].join("\n");
}

function meminfo({ memory }: Kernel): string {
  const row = (name: string, bytes: number): string => `${`${name}:`.padEnd(16)}${String(Math.floor(bytes / 1024)).padStart(8)} kB\n`;
  return (
    row("MemTotal", memory.total) +
    row("MemFree", memory.free) +
    row("MemAvailable", memory.free) +
    row("Buffers", 0) +
    row("Cached", memory.shared) +
    row("SwapTotal", 0) +
    row("SwapFree", 0) +
    row("AnonPages", memory.held) +
    row("Shmem", memory.shared) +
    row("CommitLimit", memory.total) +
    row("Committed_AS", memory.total - memory.free)
  );
}

const LIMITS: readonly (readonly [resource: Resource, name: string, unit: string])[] = [
  ["CPU", "cpu time", "seconds"],
  ["FSIZE", "file size", "bytes"],
  ["DATA", "data size", "bytes"],
  ["STACK", "stack size", "bytes"],
  ["CORE", "core file size", "bytes"],
  ["RSS", "resident set", "bytes"],
  ["NPROC", "processes", "processes"],
  ["NOFILE", "open files", "files"],
  ["MEMLOCK", "locked memory", "bytes"],
  ["AS", "address space", "bytes"],
  ["LOCKS", "file locks", "locks"],
  ["SIGPENDING", "pending signals", "signals"],
  ["MSGQUEUE", "msgqueue size", "bytes"],
  ["NICE", "nice priority", ""],
  ["RTPRIO", "realtime priority", ""],
  ["RTTIME", "realtime timeout", "us"],
];

/** /proc/PID/limits. */
function limitsText({ limits }: KernelProcess): string {
  const shown = (value: number): string => (value === UNLIMITED ? "unlimited" : String(value));
  const row = (cells: readonly string[]): string =>
    `${cells[0]?.padEnd(25)} ${cells
      .slice(1, 3)
      .map((cell) => cell.padEnd(20))
      .join(" ")} ${(cells[3] ?? "").padEnd(10)}\n`;
  return (
    row(["Limit", "Soft Limit", "Hard Limit", "Units"]) +
    LIMITS.map(([resource, name, unit]) => {
      const { soft, hard } = limits.get(resource) ?? { soft: UNLIMITED, hard: UNLIMITED };
      return row([`Max ${name}`, shown(soft), shown(hard), unit]);
    }).join("")
  );
}

/** Blanks, tabs, newlines and backslashes as the kernel writes them (fs/proc_namespace.c). */
function escaped(text: string): string {
  return text.replace(/[ \t\n\\]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`);
}

/** The device without findmnt's "[/subdirectory]". */
function device(source: string): string {
  return source.replace(/\[.*\]$/, "");
}

function mountsLine(mount: MountInfo): string {
  const options = [...new Set([...mount.options, ...mount.superOptions.filter((option) => option !== "rw" && option !== "ro")])];
  return `${escaped(device(mount.source))} ${escaped(mount.target)} ${mount.fstype} ${options.join(",")} 0 0\n`;
}

function mountinfoLine(mount: MountInfo): string {
  const { id, parent, dev, root, target, options, fstype, source, superOptions } = mount;
  return `${id} ${parent} ${dev} ${escaped(root)} ${escaped(target)} ${options.join(",")} - ${fstype} ${escaped(device(source))} ${superOptions.join(",")}\n`;
}
