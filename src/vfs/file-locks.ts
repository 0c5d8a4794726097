/** Whole-file locks that open files have against each other: flock(2). */
import type { OpenFile } from "./open-file.ts";

export type LockKind = "shared" | "exclusive";

/** The locks of one kernel. What was closed holds none any more, which is found out when somebody asks. */
export class FileLocks {
  readonly #holders = new Map<string, Map<OpenFile, LockKind>>();

  /** Locks or unlocks; false, and what there was is gone, where others are in the way, as an old lock is dropped before a new one. */
  set(file: OpenFile, how: LockKind | "unlocked"): boolean {
    const key = keyOf(file);
    const holders = new Map([...(this.#holders.get(key) ?? [])].filter(([holder]) => holder !== file && holder.isOpen));
    const isFree = how === "unlocked" || [...holders.values()].every((kind) => kind === "shared" && how === "shared");
    if (how !== "unlocked" && isFree) holders.set(file, how);
    if (holders.size > 0) this.#holders.set(key, holders);
    else this.#holders.delete(key);
    return isFree;
  }
}

function keyOf({ place }: OpenFile): string {
  return place === undefined ? "" : `${String(place.mount.fs.dev)}:${String(place.node)}`;
}
