/** The disk as the installer leaves it: the image on both roots, the menus on vos-boot, what is shared on vos-var. */
import { timestamp } from "../../base/timestamp.ts";
import { imageWithTag, DEFAULT_CONFIG } from "../../engines/abroot/config.ts";
import { makeDirectories, readFile, writeFile } from "../../engines/abroot/files.ts";
import { generatedMenu, masterMenu, newestKernel, writeRootMenu } from "../../engines/abroot/grub.ts";
import { writeAbImage } from "../../engines/abroot/image.ts";
import { rsync } from "../../engines/abroot/rsync.ts";
import { complete } from "../../engines/update-step.ts";
import type { Debs } from "../../image/debian/archive.ts";
import { Disk } from "../../vfs/disk.ts";
import type { Sys } from "../../vfs/sys.ts";
import { workshop } from "../debian/lay-out.ts";
import { imageOf, RELEASES, type ImageRelease } from "./images.ts";
import { LEARNER, PARTITIONS, SLOT_A, SLOT_B } from "./layout.ts";

const GiB = 1024 ** 3;
const SIZES: Readonly<Record<string, number>> = { efi: GiB / 2, boot: GiB, "vos-a": 12 * GiB, "vos-b": 12 * GiB, var: 24 * GiB };
/** virtio's major. */
const MAJOR = 252 << 8;
/** 14 September 2026, 10:00 UTC. */
const INSTALLED_AT = 1789380000;
const KARGS = "quiet splash bgrt_disable $vt_handoff";

export function factoryDisk(debs: Debs): Disk {
  const made = timestamp(INSTALLED_AT);
  const disk = new Disk();
  for (const [at, { name, fstype }] of PARTITIONS.entries())
    disk.format(name, { type: fstype, dev: MAJOR + at + 1, capacity: SIZES[name] ?? GiB, made });
  const scratch = new Disk().format("scratch", { type: "overlay", dev: 1, capacity: 4 * GiB, made });
  const sys = workshop(made, scratch, (source) => {
    const partition = PARTITIONS.find(({ device }) => device === source);
    return partition && disk.partition(partition.name);
  });
  for (const { name, device } of PARTITIONS) {
    sys.mkdir(`/${name}`, 0o755);
    sys.mount({ source: device, target: `/${name}`, fstype: "auto", flags: ["rw"] });
  }
  const release = RELEASES[0] as ImageRelease;
  const image = imageOf(debs, release);
  sys.graft("/image", image.tree);
  for (const { label, uuid } of [SLOT_A, SLOT_B]) {
    const root = `/${label}`;
    complete(rsync(sys, "/image", root));
    writeAbImage(sys, root, image.digest, imageWithTag(DEFAULT_CONFIG), INSTALLED_AT);
    const kernel = newestKernel(sys, root) ?? "";
    writeFile(sys, `${root}/boot/initrd.img-${kernel}`, `initramfs of ${kernel}\n`);
    makeDirectories(sys, `${root}/boot/grub`);
    writeFile(sys, `${root}/boot/grub/grub.cfg`, generatedMenu("Vanilla OS 2.0"));
    writeRootMenu(sys, root, uuid, kernel, KARGS);
  }
  makeDirectories(sys, "/boot/grub");
  writeFile(sys, "/boot/grub/grub.cfg", masterMenu([SLOT_A, SLOT_B], "vos-a"));
  writeFile(sys, "/boot/grub/grub.cfg.future", masterMenu([SLOT_A, SLOT_B], "vos-b"));
  complete(rsync(sys, "/image/var", "/var"));
  furnish(sys);
  disk.sync();
  return disk;
}

/** What is shared by both roots, the learner's home before all. */
function furnish(sys: Sys): void {
  for (const [path, mode] of [
    ["/var/home", 0o755],
    [`/var/home/${LEARNER}`, 0o700],
    ["/var/root", 0o700],
  ] as const) {
    makeDirectories(sys, path);
    sys.chmod(path, mode);
  }
  const home = `/var/home/${LEARNER}`;
  for (const { name } of sys.readdir("/image/etc/skel")) {
    const bytes = readFile(sys, `/image/etc/skel/${name}`);
    writeFile(sys, `${home}/${name}`, bytes);
    sys.chown(`${home}/${name}`, 1000, 1000);
    if (name !== ".bash_logout") writeFile(sys, `/var/root/${name}`, bytes);
  }
  sys.chown(home, 1000, 1000);
  for (const { label } of [SLOT_A, SLOT_B])
    for (const name of [label, `${label}-work`]) makeDirectories(sys, `/var/lib/abroot/etc/${name}`);
  // The first session's questions have been answered.
  writeFile(sys, `/var/lib/abroot/etc/${SLOT_A.label}/vanilla-first-setup-done`, "");
}
