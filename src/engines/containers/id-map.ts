/** Which numbers a user's containers have for owners: the user's own, and those that /etc/subuid lends (subuid(5)). */
import { readTextIfThere } from "../../machine/read-text.ts";
import type { Sys } from "../../vfs/sys.ts";
import type { IdRange } from "../../vfs/user-namespace.ts";
import type { OwnerMap } from "./image-tree.ts";

export interface IdMap {
  readonly uids: readonly IdRange[];
  readonly gids: readonly IdRange[];
}

interface Who {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** "": whoever runs it is root inside; "keep-id": they have the number inside that they have outside. */
export function idMapOf(sys: Sys, who: Who, userns: "" | "keep-id"): IdMap {
  const ranges = (own: number, file: string): IdRange[] => {
    const lent = lentRange(sys, file, who);
    if (userns === "") {
      const self = { inside: 0, outside: own, count: 1 };
      return lent === undefined ? [self] : [self, { inside: 1, outside: lent.start, count: lent.count }];
    }
    const self = { inside: own, outside: own, count: 1 };
    if (lent === undefined) return [self];
    const below = { inside: 0, outside: lent.start, count: Math.min(own, lent.count) };
    const above = { inside: own + 1, outside: lent.start + own, count: Math.max(0, lent.count - own) };
    return [below, self, above];
  };
  return { uids: ranges(who.uid, "/etc/subuid"), gids: ranges(who.gid, "/etc/subgid") };
}

function lentRange(sys: Sys, file: string, { name, uid }: Who): { readonly start: number; readonly count: number } | undefined {
  for (const line of (readTextIfThere(sys, file) ?? "").split("\n")) {
    const [owner, start, count] = line.split(":");
    if (owner === name || owner === String(uid)) return { start: Number(start), count: Number(count) };
  }
  return undefined;
}

/** How the files of an image are owned on the disk, so that they have their owners inside. */
export function ownersFor(map: IdMap | undefined, kind: "own" | "keep", uid: number): OwnerMap {
  if (map === undefined) return { id: "root", uid: (id) => id, gid: (id) => id };
  return { id: `${kind}-${uid}`, uid: (id) => outside(map.uids, id), gid: (id) => outside(map.gids, id) };
}

/** What has no number outside belongs to nobody. */
function outside(ranges: readonly IdRange[], id: number): number {
  for (const range of ranges) if (id >= range.inside && id < range.inside + range.count) return range.outside + id - range.inside;
  return 65534;
}
