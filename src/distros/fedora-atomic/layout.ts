/** What the installer was told: partitions and who uses the machine. */
import type { PartitionSpec } from "../../machine/machine-spec.ts";

export const ROOT_UUID = "8f2c3a51-6d0e-4b7a-9c1f-3e5d7a90b246";
export const BOOT_UUID = "b1d94c07-52ae-4f38-8e6a-07c4d2f9e135";
export const EFI_UUID = "7A3F-19C2";

export const PARTITIONS: readonly PartitionSpec[] = [
  { name: "efi", device: "/dev/vda1", fstype: "vfat", uuid: EFI_UUID },
  { name: "boot", device: "/dev/vda2", fstype: "ext4", uuid: BOOT_UUID, label: "boot" },
  { name: "root", device: "/dev/vda3", fstype: "btrfs", uuid: ROOT_UUID, label: "fedora", rootSubvolume: "root" },
];

export const LEARNER = "learner";
