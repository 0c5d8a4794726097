/** What the installer was told: partitions, subvolumes, and who uses the machine. */
import type { PartitionSpec } from "../../machine/machine-spec.ts";

export const ROOT_UUID = "3b0e9d52-7c41-4f6a-a8d3-61e5c2f09b74";
export const EFI_UUID = "5D1C-8A47";
export const ROOT_DEVICE = "/dev/vda3";

/** vda1 is what a BIOS would load GRUB from; nothing is in it. */
export const PARTITIONS: readonly PartitionSpec[] = [
  { name: "efi", device: "/dev/vda2", fstype: "vfat", uuid: EFI_UUID, label: "EFI" },
  { name: "root", device: ROOT_DEVICE, fstype: "btrfs", uuid: ROOT_UUID, label: "ROOT" },
];

/** The subvolume that all others are in. */
export const TOP = "@";

/** Subvolumes that all snapshots share, by where they are mounted; those that the initramfs mounts say so in fstab. */
export const SHARED: readonly { readonly target: string; readonly early: boolean }[] = [
  { target: "/.snapshots", early: false },
  { target: "/var", early: true },
  { target: "/root", early: true },
  { target: "/usr/local", early: false },
  { target: "/srv", early: false },
  { target: "/opt", early: false },
  { target: "/home", early: false },
  { target: "/boot/writable", early: false },
  { target: "/boot/grub2/x86_64-efi", early: false },
  { target: "/boot/grub2/i386-pc", early: false },
];

export const LEARNER = "learner";

/** Where the root of a snapshot is, from the top level. */
export function snapshotPath(number: number): string {
  return `${TOP}/.snapshots/${number}/snapshot`;
}

/** The number in such a path; undefined for another one. */
export function snapshotNumber(path: string): number | undefined {
  const found = new RegExp(`^/?${TOP}/\\.snapshots/(\\d+)/snapshot(/|$)`).exec(path)?.[1];
  return found === undefined ? undefined : Number(found);
}

export function fstab(): string {
  const lines = [
    `UUID=${ROOT_UUID} / btrfs ro=vfs 0 0`,
    ...SHARED.map(({ target, early }) => `UUID=${ROOT_UUID} ${target} btrfs subvol=/${TOP}${target}${early ? ",x-initrd.mount" : ""} 0 0`),
    "/etc /etc none bind,x-initrd.mount 0 0",
    `UUID=${EFI_UUID} /boot/efi vfat defaults 0 0`,
  ];
  return `${lines.join("\n")}\n`;
}
