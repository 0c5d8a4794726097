/** The block devices of a machine: its disks and their partitions, as /sys/class/block names them. */
import type { PartitionSpec } from "./machine-spec.ts";
import type { BlockDevice } from "./procfs.ts";

/** `sizeOf`: bytes of the partition of that name. */
export function blockDevices(all: readonly PartitionSpec[], sizeOf: (partition: string) => number): BlockDevice[] {
  const partitions = all.map(({ name, device, backingFile }): BlockDevice => ({
    name: device.replace(/^\/dev\//, ""),
    size: () => sizeOf(name),
    ...(backingFile !== undefined && { backingFile }),
  }));
  // A loop device is whole.
  const parts = partitions.filter(({ backingFile }) => backingFile === undefined);
  const diskOf = (part: BlockDevice): string => part.name.replace(/p?\d+$/, "");
  const disks = [...new Set(parts.map(diskOf))].map((name) => ({
    name,
    size: () => parts.reduce((sum, part) => sum + (diskOf(part) === name ? part.size() : 0), 0),
  }));
  return [...disks, ...partitions];
}
