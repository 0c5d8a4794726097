/** What Vanilla OS's installer makes of a disk. */
import type { PartitionSpec } from "../../machine/machine-spec.ts";
import type { Slot } from "../../engines/abroot/roots.ts";

export const HOSTNAME = "vanilla";
export const LEARNER = "learner";

export const SLOT_A: Slot = { label: "vos-a", device: "/dev/vda3", uuid: "7a41c8de-52b0-4f6e-9c3d-1e0b6f27a9c4" };
export const SLOT_B: Slot = { label: "vos-b", device: "/dev/vda4", uuid: "b8e05f93-3d1c-47aa-8f52-64c9d02e71b6" };
export const VARIABLE = "/dev/vda5";

/** @simplified Without LVM and LUKS; /var is not encrypted. */
export const PARTITIONS: readonly PartitionSpec[] = [
  { name: "efi", device: "/dev/vda1", fstype: "vfat", uuid: "5C3A-91F0", label: "vos-efi" },
  { name: "boot", device: "/dev/vda2", fstype: "ext4", uuid: "4e9d2b61-0c7f-4d38-a5b4-f18e7c36d520", label: "vos-boot", shownAt: "/boot" },
  { name: SLOT_A.label, device: SLOT_A.device, fstype: "btrfs", uuid: SLOT_A.uuid, label: SLOT_A.label, shownAt: "/vos-a" },
  { name: SLOT_B.label, device: SLOT_B.device, fstype: "btrfs", uuid: SLOT_B.uuid, label: SLOT_B.label, shownAt: "/vos-b" },
  {
    name: "var",
    device: VARIABLE,
    fstype: "btrfs",
    uuid: "e2671d0a-94bf-4c15-b70e-3f58a1c6d98b",
    label: "vos-var",
    shownAt: "/var",
  },
];

/** Where the boot loader, and who looks at a machine that is off, has each root. */
export const SHOWN: ReadonlyMap<string, string> = new Map([SLOT_A, SLOT_B].map(({ uuid, label }) => [uuid, `/${label}`]));
