/** The first user space: finds the root file system, lets the family prepare it, hands over. */
import { isSysError } from "../vfs/errno.ts";
import type { MountRequest } from "../vfs/sys.ts";
import type { BootConsole } from "./boot-console.ts";
import { consoleNode, DEVICE_NODES, type DeviceNode } from "./devices.ts";
import type { KernelProcess } from "./kernel-process.ts";
import { disksAppear } from "./kernel-messages.ts";
import type { PartitionSpec } from "./machine-spec.ts";
import type { BootEngine } from "./ports.ts";
import type { Run } from "./program.ts";
import { exists } from "./read-text.ts";
import { switchRoot } from "./switch-root.ts";
import { deviceOfSpec } from "./systemd/fstab-generator.ts";
import { CLEAR_WAITING, waitingLine } from "./systemd/status-line.ts";
import { escapePath } from "./systemd/unit-name.ts";

/** Seconds that the initramfs waits for the root device. @simplified dracut and systemd wait longer. */
const ROOT_TIMEOUT = 10;

/** Programs of the initramfs's own shell, as dracut puts them in. */
const PROGRAMS = [
  "bash",
  "blkid",
  "cat",
  "chroot",
  "cp",
  "dmesg",
  "echo",
  "findmnt",
  "grep",
  "head",
  "journalctl",
  "less",
  "ln",
  "ls",
  "lsblk",
  "mkdir",
  "mount",
  "mv",
  "ps",
  "readlink",
  "reboot",
  "rm",
  "sed",
  "sh",
  "sleep",
  "stat",
  "systemctl",
  "tail",
  "touch",
  "umount",
  "uname",
  "poweroff",
  "halt",
];

export interface InitramfsOptions {
  readonly init: KernelProcess;
  readonly console: BootConsole;
  readonly engine: BootEngine;
  readonly partitions: readonly PartitionSpec[];
  readonly kargs: readonly string[];
  /** `root=` where the arguments have none. */
  readonly defaultRoot?: string | undefined;
  readonly defaultInit?: string | undefined;
}

export type InitramfsResult =
  { readonly kind: "switched" } | { readonly kind: "failed"; readonly message: string } | { readonly kind: "break" };

/** API file systems, in the order in which systemd mounts them. */
const API_MOUNTS: readonly MountRequest[] = [
  { source: "proc", target: "/proc", fstype: "proc", flags: ["nosuid", "nodev", "noexec", "relatime"], lifetime: "boot" },
  { source: "sysfs", target: "/sys", fstype: "sysfs", flags: ["nosuid", "nodev", "noexec", "relatime"], lifetime: "boot" },
  { source: "devtmpfs", target: "/dev", fstype: "devtmpfs", flags: ["nosuid", "noexec"], data: "mode=755", lifetime: "boot" },
  {
    source: "tmpfs",
    target: "/run",
    fstype: "tmpfs",
    flags: ["nosuid", "nodev"],
    data: "size=20%,nr_inodes=800k,mode=755",
    lifetime: "boot",
  },
];

/** From an empty RAM file system to a prepared root at /sysroot, switched to. */
export function* runInitramfs(options: InitramfsOptions): Run<InitramfsResult> {
  const { init, console, engine, kargs } = options;
  const { sys } = init;
  for (const directory of ["/proc", "/sys", "/dev", "/run", "/sysroot", "/etc", "/usr", "/usr/bin", "/usr/sbin", "/root", "/tmp"])
    sys.mkdir(directory, 0o755);
  for (const [target, name] of [
    ["usr/bin", "/bin"],
    ["usr/sbin", "/sbin"],
  ] as const)
    sys.symlink(target, name);
  for (const request of API_MOUNTS) sys.mount(request);
  makeDeviceNodes(init, options.partitions);
  makeDeviceLinks(init, options.partitions);
  yield* disksAppear(console, options.partitions);

  const argument = valueOf(kargs, "root") ?? options.defaultRoot;
  if (argument === undefined) return { kind: "failed", message: "dracut: FATAL: No or empty root= argument\ndracut: Refusing to continue" };
  const device = deviceOfSpec(argument);
  if (!(yield* deviceAppears(options, device))) {
    console.status("time", "Timed out waiting for device", `${escapePath(device)}.device - ${device}`);
    console.status("depend", "Dependency failed for", "sysroot.mount - /sysroot");
    console.status("depend", "Dependency failed for", "initrd-root-fs.target - Initrd Root File System");
    return { kind: "failed", message: `Timed out waiting for device ${device}.` };
  }
  console.status("ok", "Found device", `${escapePath(device)}.device - ${device}`);
  const source = sys.realpath(device);
  const fstype = valueOf(kargs, "rootfstype") ?? options.partitions.find((partition) => partition.device === source)?.fstype ?? "auto";
  const flags = valueOf(kargs, "rootflags");
  try {
    sys.mount({ source, target: "/sysroot", fstype, flags: ["ro"], ...(flags === undefined ? {} : { data: flags }), lifetime: "machine" });
  } catch (error) {
    if (!isSysError(error)) throw error;
    console.status("failed", "Failed to mount", "sysroot.mount - /sysroot");
    return { kind: "failed", message: `mount: /sysroot: ${error.text}.` };
  }
  console.kernel(`${fstype.toUpperCase() === "BTRFS" ? "BTRFS info" : fstype} (device ${source.replace("/dev/", "")}): mounted`);
  console.status("ok", "Mounted", "sysroot.mount - /sysroot");
  yield* console.pause(40);

  const preparing = "ostree-prepare-root.service - OSTree Prepare OS/";
  if (engine.unit !== false) console.starting("Starting", preparing);
  const prepared = yield* engine.prepareRoot(init, kargs);
  if (prepared.kind === "failed") {
    console.status("failed", "Failed to start", preparing);
    return { kind: "failed", message: prepared.message };
  }
  if (engine.unit !== false) console.status("ok", "Finished", preparing);
  for (const line of prepared.said ?? []) console.kernel(line);
  console.early.push(...(prepared.logged ?? []));
  yield* console.pause(30);
  if (kargs.includes("rd.break") || kargs.some((word) => word.startsWith("rd.break="))) return { kind: "break" };
  const failure = enterRoot(init, kargs, options.defaultInit);
  if (failure !== undefined) return { kind: "failed", message: failure };
  console.status("ok", "Reached target", "initrd-switch-root.target - Switch Root");
  return { kind: "switched" };
}

/** The last step; also what leaving a `rd.break` shell does. */
export function enterRoot(init: KernelProcess, kargs: readonly string[], defaultInit = "/sbin/init"): string | undefined {
  const failure = switchRoot(init.sys, "/sysroot", valueOf(kargs, "init") ?? defaultInit);
  return failure === undefined ? undefined : `Failed to switch root: ${failure}`;
}

/** Puts stand-ins for the initramfs's programs in place, for its shell. Done only when somebody is going to need them. */
export function installPrograms(init: KernelProcess): void {
  const { sys } = init;
  for (const name of PROGRAMS) {
    const program = name === "sh" ? "bash" : name;
    const fd = sys.open(`/usr/bin/${name}`, 0o101, 0o755);
    sys.write(fd, new Uint8Array([0x7f, ...[...`ELF\nprogram=${program}\n`].map((character) => character.charCodeAt(0))]));
    sys.close(fd);
  }
  const fd = sys.open("/etc/passwd", 0o101, 0o644);
  sys.write(fd, new Uint8Array([..."root:x:0:0:root:/root:/usr/bin/bash\n"].map((character) => character.charCodeAt(0))));
  sys.close(fd);
}

/** The last value given to a kernel argument. */
export function valueOf(kargs: readonly string[], name: string): string | undefined {
  return kargs.findLast((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** What devtmpfs has by itself. */
function makeDeviceNodes(init: KernelProcess, partitions: readonly PartitionSpec[]): void {
  const { sys } = init;
  const mask = sys.umask(0);
  const nodes = [...DEVICE_NODES, ...[0, 1, 2].map(consoleNode), ...blockNodes(partitions)];
  for (const { name, type, mode, gid, device } of nodes) {
    sys.mknod(`/dev/${name}`, type, mode, device);
    if (gid !== 0) sys.chown(`/dev/${name}`, 0, gid);
  }
  for (const [target, name] of [
    ["/proc/self/fd", "fd"],
    ["/proc/self/fd/0", "stdin"],
    ["/proc/self/fd/1", "stdout"],
    ["/proc/self/fd/2", "stderr"],
  ] as const)
    sys.symlink(target, `/dev/${name}`);
  sys.umask(mask);
}

/** virtio's block major; the minor of a partition is its number. */
const VIRTIO_BLOCK = 252;
/** Group disk. */
const DISK_GROUP = 6;

function blockNodes(partitions: readonly PartitionSpec[]): DeviceNode[] {
  const names = partitions.map(({ device }) => device.replace(/^\/dev\//, ""));
  const disks = [...new Set(names.map((name) => name.replace(/p?\d+$/, "")))];
  return [...disks, ...names].map((name) => ({
    name,
    type: "block",
    mode: 0o660,
    gid: DISK_GROUP,
    device: {
      major: VIRTIO_BLOCK,
      minor:
        16 *
          Math.max(
            0,
            disks.findIndex((disk) => name.startsWith(disk)),
          ) +
        Number(/\d+$/.exec(name)?.[0] ?? 0),
    },
  }));
}

/** What udev makes: /dev/disk/by-uuid and the like. */
function makeDeviceLinks(init: KernelProcess, partitions: readonly PartitionSpec[]): void {
  const { sys } = init;
  for (const directory of ["/dev/disk", "/dev/disk/by-uuid", "/dev/disk/by-label"])
    if (!exists(sys, directory)) sys.mkdir(directory, 0o755);
  partitions.forEach((partition) => {
    if (!exists(sys, partition.device)) return;
    const target = `../../${partition.device.replace(/^\/dev\//, "")}`;
    if (partition.uuid !== "") sys.symlink(target, `/dev/disk/by-uuid/${partition.uuid}`);
    if (partition.label !== undefined) sys.symlink(target, `/dev/disk/by-label/${partition.label}`);
  });
}

function* deviceAppears(options: InitramfsOptions, device: string): Run<boolean> {
  const { init, console } = options;
  for (let second = 0; ; second++) {
    if (exists(init.sys, device)) return true;
    if (second >= ROOT_TIMEOUT || console.hurry) break;
    console.write(waitingLine(second, `A start job is running for ${device} (${second}s / ${ROOT_TIMEOUT}s)`));
    yield* console.pause(1000);
  }
  console.write(CLEAR_WAITING);
  return false;
}
