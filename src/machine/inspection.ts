/** What is needed to look at a disk as root and unseen: its partitions, mounted read-only on a root with nothing in it. */
import type { Timestamp } from "../base/timestamp.ts";
import { memfsBytes } from "../vfs/memfs-bytes.ts";
import type { Sys } from "../vfs/sys.ts";
import type { Task } from "../vfs/task.ts";
import { TreeFs } from "../vfs/tree-fs.ts";
import type { PartitionSpec } from "./machine-spec.ts";
import { exists } from "./read-text.ts";

/** Mounts the root partition at /sysroot and the boot partition at /boot, which is where a running system has them, and what else is to be seen. */
export function mountToLook(sys: Sys, partitions: readonly PartitionSpec[]): void {
  for (const [name, target] of [
    ["root", "/sysroot"],
    ["boot", "/boot"],
  ] as const) {
    const partition = partitions.find((each) => each.name === name);
    sys.mkdir(target, 0o755);
    if (!partition) {
      if (exists(sys, `/sysroot${target}`)) sys.mount({ source: `/sysroot${target}`, target, flags: ["bind"] });
      continue;
    }
    const subvolume = partition.rootSubvolume;
    sys.mount({
      source: partition.device,
      target,
      fstype: "auto",
      flags: ["ro"],
      ...(subvolume === undefined ? {} : { data: `subvol=${subvolume}` }),
    });
  }
  mountShown(sys, partitions);
}

/** Mounts what is to be seen of partitions besides the usual ones, read-only. */
export function mountShown(sys: Sys, partitions: readonly PartitionSpec[]): void {
  for (const { device, shownAt } of partitions) {
    if (shownAt === undefined) continue;
    if (!exists(sys, shownAt)) sys.mkdir(shownAt, 0o755);
    sys.mount({ source: device, target: shownAt, fstype: "auto", flags: ["ro"] });
  }
}

/** A file system in memory with nothing in it, as a root to mount things on. */
export function emptyTree(now: Timestamp, dev = 1): TreeFs {
  return TreeFs.make({ type: "rootfs", dev, bytes: memfsBytes, capacity: 1 << 28, lifetime: "boot" }, { mode: 0o755, uid: 0, gid: 0 }, now);
}

/** The same task, which no trace tells of. */
export function quiet(task: Task): Task {
  task.quiet = true;
  return task;
}
