/** What mount, umount, findmnt and df share: mountinfo as libmount shows it. */
import type { MountInfo } from "../../vfs/types.ts";
import type { Process } from "../../machine/process.ts";
import { orUndefined } from "../complain.ts";
import { canonicalPath } from "../coreutils/realpath.ts";

/** Options of mount and superblock in one list, read-only when either is. */
export function allOptions(mount: MountInfo): readonly string[] {
  const readOnly = mount.options.includes("ro") || mount.superOptions.includes("ro");
  const rest = [...mount.options, ...mount.superOptions].filter((option) => option !== "rw" && option !== "ro");
  return [readOnly ? "ro" : "rw", ...new Set(rest)];
}

/** SOURCE without the "[/directory]" that findmnt adds. */
export function deviceOf(mount: MountInfo): string {
  return mount.source.replace(/\[.*\]$/, "");
}

/** The mount that `path` is on: the last of those that are mounted there. */
export function mountAt(proc: Process, path: string): MountInfo | undefined {
  const real = orUndefined(() => canonicalPath(proc, path, "none")) ?? path;
  let best: MountInfo | undefined;
  for (const mount of proc.sys.mounts()) {
    const covers = real === mount.target || real.startsWith(mount.target === "/" ? "/" : `${mount.target}/`);
    if (covers && mount.target.length >= (best?.target.length ?? 0)) best = mount;
  }
  return best;
}

/** One line of fstab(5). */
export interface FstabEntry {
  readonly source: string;
  readonly target: string;
  readonly fstype: string;
  readonly options: readonly string[];
}

export function parseFstab(text: string): readonly FstabEntry[] {
  const entries: FstabEntry[] = [];
  for (const line of text.split("\n")) {
    const [source = "", target, fstype, options] = line.trim().split(/\s+/);
    if (source.startsWith("#") || target === undefined || fstype === undefined) continue;
    entries.push({ source, target, fstype, options: (options ?? "defaults").split(",") });
  }
  return entries;
}
