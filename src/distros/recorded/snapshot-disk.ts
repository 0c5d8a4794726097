/**
 * The disk of the recorded machine `microos`: one Btrfs with the system in the first snapshot, what it writes in subvolumes beside that,
 * and an /etc whose changes lie in /var.
 */
import { encodeUtf8 } from "../../base/utf8.ts";
import { makeDirectories, writeNewFile } from "../../engines/ostree/files.ts";
import type { PartitionSpec } from "../../machine/machine-spec.ts";
import type { BootEngine } from "../../machine/ports.ts";
import { Disk } from "../../vfs/disk.ts";
import type { Sys } from "../../vfs/sys.ts";
import { makeBtrfs } from "../../vfs/btrfs/btrfs-volume.ts";
import { createSubvolume, setDefaultSubvolume, setReadOnly, subvolumeAt } from "../../vfs/btrfs/calls.ts";
import { BUILD, builder, PARTITION_SIZE, PARTITIONS, plant, plantBase, plantVersion, RECORDED_AT } from "./disk.ts";
import { VERSIONS } from "./planted.ts";
import { SNAPPER_FILES } from "./snapper-files.ts";
import { LINKS } from "./system.ts";

const UUID = "66666666-7777-8888-9999-aaaaaaaaaaaa";

export const SNAPSHOT_PARTITIONS: readonly PartitionSpec[] = PARTITIONS.map((partition) => ({ ...partition, fstype: "btrfs", uuid: UUID }));

/** st_dev of its file system, which has no device of its own. */
const DEVICE = 37;

const TOP = "/@";
const NUMBER = 1;
const MENU_LINES = 10;
const SNAPSHOT = `${TOP}/.snapshots/${NUMBER}/snapshot`;
/** Subvolumes beside the system, by where they are mounted. */
const BESIDE: Readonly<Record<string, string>> = {
  var: "var",
  home: "home",
  root: "root",
  opt: "opt",
  srv: "srv",
  ".snapshots": ".snapshots",
  "usr/local": "usr-local",
};
/** In the order in which they were made. */
const SUBVOLUMES = ["var", "home", "root", "opt", "srv", "usr-local", ".snapshots"];
const INFO = `<?xml version="1.0"?>
<snapshot>
  <type>single</type>
  <num>${NUMBER}</num>
  <date>2024-03-01 10:00:00</date>
  <description>first root filesystem</description>
</snapshot>
`;

/** `isBuilt` as for `recordedDisk`. */
export function snapshotDisk(isBuilt: (program: string) => boolean): Disk {
  const options = ["ssd", "discard=async", "space_cache=v2"];
  const disk = new Disk();
  const volume = makeBtrfs(
    { uuid: UUID, label: "labroot", dev: DEVICE, capacity: PARTITION_SIZE, lifetime: "machine", options },
    RECORDED_AT,
  );
  const sys = builder(disk.install("root", volume));
  createSubvolume(sys, TOP);
  for (const subvolume of SUBVOLUMES) createSubvolume(sys, `${TOP}/${subvolume}`);
  sys.mkdir(`${TOP}/.snapshots/${NUMBER}`);
  sys.sync();
  createSubvolume(sys, BUILD);
  plantBase(sys, isBuilt);
  for (const version of VERSIONS.slice(0, 1)) plantVersion(sys, version);
  // Names are listed in the order in which they were given; these came last.
  for (const name of ["empty", "link.txt"]) {
    sys.rename(`${BUILD}/usr/share/lab/${name}`, `${BUILD}/${name}`);
    sys.rename(`${BUILD}/${name}`, `${BUILD}/usr/share/lab/${name}`);
  }
  for (const file of SNAPPER_FILES) plant(sys, file);
  sys.rename(BUILD, SNAPSHOT);
  sys.rename(`${SNAPSHOT}/usr/etc`, `${SNAPSHOT}/etc`);
  // Places of their own here, where ostree has links.
  for (const [path, target] of LINKS) if (/var\/|run\/|sysroot/.test(target)) sys.unlink(`${SNAPSHOT}/${path}`);
  for (const name of ["sysroot", "var"]) sys.rmdir(`${SNAPSHOT}/${name}`);
  for (const name of ["mnt", "media"]) sys.mkdir(`${SNAPSHOT}/${name}`);
  for (const path of Object.keys(BESIDE)) sys.mkdir(`${SNAPSHOT}/${path}`);
  for (const name of ["cache", "lib/overlay", "log", "tmp"]) makeDirectories(sys, `${TOP}/var/${name}`);
  sys.chmod(`${TOP}/var/tmp`, 0o1777);
  sys.symlink("/run", `${TOP}/var/run`);
  sys.symlink("/run/lock", `${TOP}/var/lock`);
  sys.symlink("../proc/self/mounts", `${SNAPSHOT}/etc/mtab`);
  for (const name of ["bin", "sbin", "lib", "share"]) sys.mkdir(`${TOP}/usr-local/${name}`);
  sys.mkdir(`${TOP}/home/learner`);
  sys.chown(`${TOP}/home/learner`, 1000, 1000);
  for (const home of ["home/learner", "root"]) sys.chmod(`${TOP}/${home}`, 0o700);
  sys.chmod(`${TOP}/.snapshots`, 0o750);
  plantBootEntries(sys);
  sys.sync();
  setDefaultSubvolume(sys, "/", subvolumeAt(sys, SNAPSHOT).id);
  setReadOnly(sys, SNAPSHOT, true);
  writeNewFile(sys, `${TOP}/.snapshots/${NUMBER}/info.xml`, encodeUtf8(INFO), { mode: 0o644 });
  disk.sync();
  return disk;
}

/** The recorder went without a boot loader; a machine here starts from one: the first line of its menu is the default, line N snapshot N. */
function plantBootEntries(sys: Sys): void {
  const boot = `${SNAPSHOT}/boot`;
  makeDirectories(sys, `${boot}/loader/entries`);
  for (const name of ["vmlinuz", "initramfs.img"]) writeNewFile(sys, `${boot}/${name}`, encodeUtf8(`${name}\n`), { mode: 0o644 });
  for (let number = 0; number < MENU_LINES; number++) {
    const version = MENU_LINES - number;
    const flags = number === 0 ? "" : ` rootflags=subvol=${TOP}/.snapshots/${number}/snapshot`;
    const entry = `title Lab Linux\nversion ${version}\noptions root=LABEL=labroot${flags} quiet\nlinux /vmlinuz\ninitrd /initramfs.img\n`;
    writeNewFile(sys, `${boot}/loader/entries/lab-${version}.conf`, encodeUtf8(entry), { mode: 0o644 });
  }
}

/** Mounts the snapshot read-only as the root, the subvolumes below it, and an overlay on /etc. */
export const SNAPSHOT_ENGINE: BootEngine = {
  *prepareRoot({ sys }, kargs) {
    const root = "/sysroot";
    const [source = ""] = SNAPSHOT_PARTITIONS.map(({ device }) => device);
    const mount = (target: string, data: string): void =>
      sys.mount({ source, target, fstype: "btrfs", flags: [], data, lifetime: "machine" });
    sys.umount(root);
    mount(root, kargs.find((word) => word.startsWith("rootflags="))?.slice("rootflags=".length) ?? "");
    for (const [path, subvolume] of Object.entries(BESIDE)) mount(`${root}/${path}`, `subvol=${TOP}/${subvolume}`);
    sys.mount({ source: "none", target: root, flags: ["remount", "bind", "ro"] });
    return { kind: "ready" };
  },
  *afterSwitchRoot({ sys }) {
    const booted = /snapshots\/(\d+)\//.exec(subvolumeAt(sys, "/").path ?? "")?.[1];
    const changes = `/var/lib/overlay/${booted ?? NUMBER}`;
    for (const name of ["etc", "work-etc"]) makeDirectories(sys, `${changes}/${name}`);
    const data = `lowerdir=/etc,upperdir=${changes}/etc,workdir=${changes}/work-etc`;
    sys.mount({ source: "overlay", target: "/etc", fstype: "overlay", flags: [], data, lifetime: "machine" });
  },
  *finalize() {
    return [];
  },
};
