/** The disk as Debian's installer has left it: every package unpacked and configured, then what the installer itself writes. */
import { timestamp } from "../../base/timestamp.ts";
import { makeDirectories, readBytes, writeWhole } from "../../engines/dpkg/files.ts";
import { writeAutomatic } from "../../engines/dpkg/sources.ts";
import { parseRelations } from "../../image/debian/versions.ts";
import type { Debs, Deb } from "../../image/debian/archive.ts";
import { Disk } from "../../vfs/disk.ts";
import type { Sys } from "../../vfs/sys.ts";
import { ACCOUNTS, CONFIGURATION } from "./installer.ts";
import { layOut, workshop } from "./lay-out.ts";
import { LEARNER, ROOT_UUID } from "./layout.ts";

const GiB = 1024 ** 3;
/** virtio's major, first partition. */
const DEVICE = (252 << 8) + 1;
/** 14 September 2026, 08:00 UTC; the lab starts weeks later. */
const INSTALLED_AT = timestamp(1789372800);

export function factoryDisk(debs: Debs): Disk {
  const disk = new Disk();
  const rootFs = disk.format("root", {
    type: "ext4",
    dev: DEVICE,
    capacity: 2 * GiB,
    made: INSTALLED_AT,
    options: ["errors=remount-ro"],
  });
  const sys = workshop(INSTALLED_AT, rootFs);
  layOut(sys, debs.installed, [...ACCOUNTS, ...CONFIGURATION]);
  configure(sys);
  markAutomatic(sys, debs.installed);
  disk.sync();
  return disk;
}

/** Libraries, and what else is there only because others need it. */
function markAutomatic(sys: Sys, installed: readonly Deb[]): void {
  const needed = new Set(
    installed.flatMap(({ control }) =>
      ["Pre-Depends", "Depends", "Recommends"].flatMap((field) =>
        parseRelations(control.get(field) ?? "").flatMap((group) => group.map(({ name }) => name)),
      ),
    ),
  );
  const names = installed.filter(
    ({ name, control }) =>
      needed.has(name) && (name.startsWith("lib") || /^linux-image-\d/.test(name) || control.get("Section") === "libs"),
  );
  writeAutomatic(
    sys,
    names.map(({ name }) => name),
  );
}

/** What an installer makes: the learner's home, kernels in the boot menu. */
function configure(sys: Sys): void {
  const home = `/home/${LEARNER}`;
  sys.mkdir(home, 0o700);
  for (const { name } of sys.readdir("/etc/skel")) {
    writeWhole(sys, `${home}/${name}`, readBytes(sys, `/etc/skel/${name}`));
    sys.chown(`${home}/${name}`, 1000, 1000);
  }
  for (const name of [".bashrc", ".profile"]) writeWhole(sys, `/root/${name}`, readBytes(sys, `/etc/skel/${name}`));
  sys.chown(home, 1000, 1000);
  for (const { name } of sys.readdir("/boot")) {
    const version = /^vmlinuz-(.*)$/.exec(name)?.[1];
    if (version !== undefined) installKernel(sys, version);
  }
}

/** As `update-initramfs` and `update-grub` of this image do. */
function installKernel(sys: Sys, version: string): void {
  writeWhole(sys, `/boot/initrd.img-${version}`, `initramfs of ${version}\n`);
  makeDirectories(sys, "/boot/loader/entries");
  makeDirectories(sys, "/boot/grub");
  writeWhole(
    sys,
    `/boot/loader/entries/debian-${version}.conf`,
    `title Debian GNU/Linux, with Linux ${version}\nversion ${version}\nlinux /vmlinuz-${version}\ninitrd /initrd.img-${version}\n` +
      `options root=UUID=${ROOT_UUID} ro quiet\n`,
  );
}
