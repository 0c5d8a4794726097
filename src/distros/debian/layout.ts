/** What Debian's installer was told: one partition, one user. */
import type { PartitionSpec } from "../../machine/machine-spec.ts";

export const ROOT_UUID = "2d9f6c14-8b03-4e57-a6d1-90c4e7b3f852";

/** Guided, "all files in one partition", started by the BIOS: /boot is a directory of the root. */
export const PARTITIONS: readonly PartitionSpec[] = [{ name: "root", device: "/dev/vda1", fstype: "ext4", uuid: ROOT_UUID }];

export const HOSTNAME = "debian";
export const LEARNER = "learner";
