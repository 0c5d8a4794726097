/** The disk as openSUSE's installer has left it: one Btrfs whose first snapshot is the system, what it writes in subvolumes beside that. */
import { encodeUtf8, decodeUtf8 } from "../../base/utf8.ts";
import { timestamp, type Timestamp } from "../../base/timestamp.ts";
import { lstat, makeDirectories, parentOf, readBytes, writeNewFile } from "../../engines/ostree/files.ts";
import { grubConfig } from "../../commands/grub2/mkconfig.ts";
import type { Release } from "../../image/catalogue.ts";
import { formatGrubEnv } from "../../machine/grub-env.ts";
import { createSubvolume, setDefaultSubvolume, setReadOnly, subvolumeAt } from "../../vfs/btrfs/calls.ts";
import { makeBtrfs } from "../../vfs/btrfs/btrfs-volume.ts";
import { Disk } from "../../vfs/disk.ts";
import { SysError } from "../../vfs/errno.ts";
import { plainBytes } from "../../vfs/plain-bytes.ts";
import type { Sys } from "../../vfs/sys.ts";
import { TreeFs } from "../../vfs/tree-fs.ts";
import { Vfs } from "../../vfs/vfs.ts";
import { fstab, LEARNER, PARTITIONS, ROOT_DEVICE, ROOT_UUID, SHARED, snapshotPath, TOP } from "./layout.ts";
import type { Product } from "./product.ts";

const GiB = 1024 ** 3;
/** Small, as its files are short: what fills it must fit into the memory of a browser's tab. */
const SIZES = { efi: 0.125 * GiB, root: 2.25 * GiB };
/** virtio's major. */
const VIRTIO = 252 << 8;
/** st_dev of Btrfs as mountinfo shows it. */
const BTRFS_DEVICE = 42;
/** Thursday 8 January 2026, 09:00 UTC. */
export const INSTALLED_AT: Timestamp = timestamp(1767862800);
const FIRST = 1;

/** Directories of /var, with owner and mode where those are not root's 0755. */
const VAR: readonly (readonly [path: string, mode?: number, gid?: number])[] = [
  ["adm"], ["cache"], ["cache/zypp"], ["crash"], ["lib"], ["lib/ca-certificates"], ["lib/misc"], ["lib/overlay"], ["lib/systemd"], ["lib/zypp"], ["log"], ["log/audit", 0o700],
  ["log/journal", 0o2755, 494], ["opt"], ["spool"], ["spool/cron", 0o700], ["spool/mail", 0o1777], ["tmp", 0o1777],
]; // prettier-ignore

export function factoryDisk(product: Product, release: Release): Disk {
  const disk = new Disk();
  disk.format("efi", { type: "vfat", dev: VIRTIO + 2, capacity: SIZES.efi, made: INSTALLED_AT, options: [] });
  const options = ["discard=async", "space_cache=v2"];
  disk.install("root", makeBtrfs({ uuid: ROOT_UUID, dev: BTRFS_DEVICE, capacity: SIZES.root, lifetime: "machine", options }, INSTALLED_AT));
  const sys = installerSystem(disk);
  sys.umask(0);
  for (const path of ["", ...SHARED.map(({ target }) => target)]) {
    makeDirectories(sys, parentOf(`/mnt/${TOP}${path}`));
    createSubvolume(sys, `/mnt/${TOP}${path}`);
    sys.chmod(`/mnt/${TOP}${path}`, path === "/root" ? 0o700 : path === "/.snapshots" ? 0o750 : 0o755);
  }
  const root = `/mnt/${snapshotPath(FIRST)}`;
  sys.mkdir(parentOf(root), 0o755);
  createSubvolume(sys, root);
  sys.chmod(root, 0o755);
  installTree(sys, root, release);
  installState(sys);
  configure(sys, product, root);
  installHome(sys, root);
  installBoot(sys, root, release);
  writeNewFile(sys, `${parentOf(root)}/info.xml`, encodeUtf8(infoText()), { mode: 0o600 });
  setReadOnly(sys, root, true);
  setDefaultSubvolume(sys, "/mnt", subvolumeAt(sys, root).id);
  disk.sync();
  return disk;
}

/** Root's system calls with the disk mounted as an installer mounts it. */
function installerSystem(disk: Disk): Sys {
  const vfs = new Vfs({
    now: () => INSTALLED_AT,
    openDevice: () => {
      throw new SysError("ENXIO", "open");
    },
    blockDevice: (source) => disk.partition(PARTITIONS.find(({ device }) => device === source)?.name ?? ""),
    generated: () => undefined,
    trace: () => {},
    tracing: () => false,
  });
  const ram = TreeFs.make(
    { type: "tmpfs", dev: 1, bytes: plainBytes, capacity: GiB, lifetime: "boot" },
    { mode: 0o755, uid: 0, gid: 0 },
    INSTALLED_AT,
  );
  const sys = vfs.firstTask({ pid: 1, rootFs: ram });
  sys.mkdir("/mnt", 0o755);
  sys.mount({ source: ROOT_DEVICE, target: "/mnt", fstype: "btrfs", flags: [], data: "subvolid=5" });
  return sys;
}

/** Everything of the release: /etc in a subvolume of its own, the rest in the snapshot itself. */
function installTree(sys: Sys, root: string, release: Release): void {
  const place = `${root}/.image`;
  sys.graft(place, release.tree);
  createSubvolume(sys, `${root}/etc`);
  sys.chmod(`${root}/etc`, 0o755);
  copyTree(sys, `${place}/etc`, `${root}/etc`);
  sys.dropTree(`${place}/etc`);
  // /var is a subvolume, and what the release has there is made anew.
  sys.dropTree(`${place}/var`);
  for (const { name } of sys.readdir(place)) sys.rename(`${place}/${name}`, `${root}/${name}`);
  sys.rmdir(place);
  for (const { target } of SHARED) makeDirectories(sys, root + target);
  for (const name of ["mnt", "boot/efi"]) sys.mkdir(`${root}/${name}`, 0o755);
}

function copyTree(sys: Sys, from: string, to: string): void {
  for (const { name, type } of sys.readdir(from)) {
    const [source, target] = [`${from}/${name}`, `${to}/${name}`];
    const { mode, uid, gid, mtime } = sys.lstat(source);
    if (type === "dir") {
      sys.mkdir(target, 0o755);
      copyTree(sys, source, target);
    } else if (type === "symlink") sys.symlink(sys.readlink(source), target);
    else writeNewFile(sys, target, readBytes(sys, source));
    sys.lchown(target, uid, gid);
    if (type !== "symlink") sys.chmod(target, mode & 0o7777);
    sys.utimens(target, mtime, mtime, { follow: false });
  }
}

function installState(sys: Sys): void {
  const base = `/mnt/${TOP}/var`;
  for (const [path, mode, gid] of VAR) {
    sys.mkdir(`${base}/${path}`, 0o755);
    if (gid !== undefined) sys.chown(`${base}/${path}`, 0, gid);
    if (mode !== undefined) sys.chmod(`${base}/${path}`, mode);
  }
  sys.symlink("/run", `${base}/run`);
  sys.symlink("/run/lock", `${base}/lock`);
  sys.symlink("spool/mail", `${base}/mail`);
  sys.symlink("../../usr/lib/sysimage/rpm", `${base}/lib/rpm`);
  for (const name of ["bin", "etc", "games", "include", "lib", "lib64", "libexec", "sbin", "share", "src"])
    sys.mkdir(`/mnt/${TOP}/usr/local/${name}`, 0o755);
}

/** What an installer writes into the first snapshot's /etc. */
function configure(sys: Sys, { hostname, greeting }: Product, root: string): void {
  const etc = `${root}/etc`;
  const edit = (name: string, change: (text: string) => string, mode = 0o644, gid = 0): void => {
    const path = `${etc}/${name}`;
    makeDirectories(sys, parentOf(path));
    const text = change(lstat(sys, path) ? decodeUtf8(readBytes(sys, path)) : "");
    const fd = sys.open(path, 0o1101, mode);
    sys.write(fd, encodeUtf8(text));
    sys.close(fd);
    sys.chown(path, 0, gid);
    sys.chmod(path, mode);
  };
  edit("fstab", fstab);
  edit("hostname", () => `${hostname}\n`);
  edit("machine-id", () => "9f27d1c85e3b4a06b7d2a4c1e8f50963\n", 0o444);
  edit("passwd", (text) => `${text}${LEARNER}:x:1000:1000:Learner:/home/${LEARNER}:/bin/bash\n`);
  edit("group", (text) => `${text.replace(/^(wheel:x:\d+:).*$/m, `$1${LEARNER}`)}${LEARNER}:x:1000:\n`);
  edit("shadow", (text) => `${text}${LEARNER}::20461:0:99999:7:::\n`, 0o640, 15);
  edit("subuid", () => `${LEARNER}:100000:65536\n`);
  edit("subgid", () => `${LEARNER}:100000:65536\n`);
  edit("motd", () => greeting);
  edit("sysconfig/snapper", () => '## Names of the configurations of snapper\nSNAPPER_CONFIGS="root"\n');
  edit("snapper/configs/root", () => SNAPPER_CONFIG, 0o640);
}

const SNAPPER_CONFIG = `# subvolume to snapshot
SUBVOLUME="/"

# filesystem type
FSTYPE="btrfs"

# btrfs qgroup for space aware cleanup algorithms
QGROUP=""

# fraction or absolute size of the filesystems space the snapshots may use
SPACE_LIMIT="0.5"

# fraction or absolute size of the filesystems space that should be free
FREE_LIMIT="0.2"

# users and groups allowed to work with config
ALLOW_USERS=""
ALLOW_GROUPS=""

# sync users and groups from ALLOW_USERS and ALLOW_GROUPS to .snapshots
# directory
SYNC_ACL="no"

# start comparing pre- and post-snapshot in background after creating
# post-snapshot
BACKGROUND_COMPARISON="yes"

# run daily number cleanup
NUMBER_CLEANUP="yes"

# limit for number cleanup
NUMBER_MIN_AGE="1800"
NUMBER_LIMIT="2-10"
NUMBER_LIMIT_IMPORTANT="4-10"

# create hourly snapshots
TIMELINE_CREATE="no"

# cleanup hourly snapshots after some time
TIMELINE_CLEANUP="yes"

# limits for timeline cleanup
TIMELINE_MIN_AGE="1800"
TIMELINE_LIMIT_HOURLY="10"
TIMELINE_LIMIT_DAILY="10"
TIMELINE_LIMIT_WEEKLY="0"
TIMELINE_LIMIT_MONTHLY="10"
TIMELINE_LIMIT_QUARTERLY="0"
TIMELINE_LIMIT_YEARLY="10"

# cleanup empty pre-post-pairs
EMPTY_PRE_POST_CLEANUP="yes"

# limits for empty pre-post-pair cleanup
EMPTY_PRE_POST_MIN_AGE="1800"
`;

function infoText(): string {
  return `<?xml version="1.0"?>
<snapshot>
  <type>single</type>
  <num>${FIRST}</num>
  <date>2026-01-08 09:00:00</date>
  <description>first root filesystem</description>
  <cleanup>number</cleanup>
  <userdata>
    <key>important</key>
    <value>yes</value>
  </userdata>
</snapshot>
`;
}

function installHome(sys: Sys, root: string): void {
  const home = `/mnt/${TOP}/home/${LEARNER}`;
  sys.mkdir(home, 0o700);
  copyTree(sys, `${root}/etc/skel`, home);
  for (const { name } of sys.readdir(home)) sys.lchown(`${home}/${name}`, 1000, 1000);
  sys.chown(home, 1000, 1000);
  copyTree(sys, `${root}/etc/skel`, `/mnt/${TOP}/root`);
}

/** Links to the kernel, its initrd, and GRUB's menu. */
function installBoot(sys: Sys, root: string, { kernel }: Release): void {
  sys.symlink(`../usr/lib/modules/${kernel}/vmlinuz`, `${root}/boot/vmlinuz-${kernel}`);
  sys.symlink(`vmlinuz-${kernel}`, `${root}/boot/vmlinuz`);
  writeNewFile(sys, `${root}/boot/initrd-${kernel}`, encodeUtf8(`initrd of ${kernel}\n`), { mode: 0o600 });
  sys.symlink(`initrd-${kernel}`, `${root}/boot/initrd`);
  writeNewFile(sys, `${root}/boot/grub2/grub.cfg`, encodeUtf8(grubConfig(sys, root, ROOT_UUID)), { mode: 0o600 });
  writeNewFile(sys, `/mnt/${TOP}/boot/writable/grubenv`, encodeUtf8(formatGrubEnv(new Map())));
}
