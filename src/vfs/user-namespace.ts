/**
 * User namespaces (user_namespaces(7)): the same owner has one number on the disk and another inside.
 *
 * Inodes always hold the numbers of the first namespace; a process in another one has credentials in that one's numbers, and is shown
 * files in them. Being root inside counts only over what has an owner and a group inside.
 */
import { SysError } from "./errno.ts";
import type { Credentials } from "./types.ts";

/** A line of /proc/PID/uid_map: `count` numbers from `inside` on are those from `outside` on. */
export interface IdRange {
  readonly inside: number;
  readonly outside: number;
  readonly count: number;
}

/** What is shown of an owner who has no number inside (/proc/sys/kernel/overflowuid). */
export const OVERFLOW_ID = 65534;
/** No number at all, equal to none. */
const NOBODY = -1;

export class UserNamespace {
  /** Who made it, in the numbers of the first namespace. */
  readonly owner: number;
  readonly uids: readonly IdRange[];
  readonly gids: readonly IdRange[];

  constructor(owner: number, uids: readonly IdRange[], gids: readonly IdRange[]) {
    this.owner = owner;
    this.uids = uids;
    this.gids = gids;
  }
}

function inside(ranges: readonly IdRange[], id: number): number {
  for (const range of ranges) if (id >= range.outside && id < range.outside + range.count) return id - range.outside + range.inside;
  return NOBODY;
}

function outside(ranges: readonly IdRange[], id: number): number {
  for (const range of ranges) if (id >= range.inside && id < range.inside + range.count) return id - range.inside + range.outside;
  throw new SysError("EINVAL", "", "", "no such number in this user namespace");
}

type Viewer = Pick<Credentials, "namespace">;

/** The number that `uid` of the first namespace has for `viewer`; -1 when it has none. */
export function uidInside({ namespace }: Viewer, uid: number): number {
  return namespace === undefined ? uid : inside(namespace.uids, uid);
}

export function gidInside({ namespace }: Viewer, gid: number): number {
  return namespace === undefined ? gid : inside(namespace.gids, gid);
}

/** The number in the first namespace of what `viewer` calls `uid`. EINVAL when there is none. */
export function kernelUid({ namespace }: Viewer, uid: number): number {
  return namespace === undefined ? uid : outside(namespace.uids, uid);
}

export function kernelGid({ namespace }: Viewer, gid: number): number {
  return namespace === undefined ? gid : outside(namespace.gids, gid);
}

/** As stat(2) and ps(1) show them to `viewer`. */
export function shownIds<T extends { readonly uid: number; readonly gid: number }>(viewer: Viewer, owned: T): T {
  if (viewer.namespace === undefined) return owned;
  return { ...owned, uid: shown(uidInside(viewer, owned.uid)), gid: shown(gidInside(viewer, owned.gid)) };
}

function shown(id: number): number {
  return id === NOBODY ? OVERFLOW_ID : id;
}

/** Whether the privileges of `credentials` reach what belongs to `owned` (privileged_wrt_inode_uidgid()). */
export function isPrivilegedOver(credentials: Credentials, owned: { readonly uid: number; readonly gid: number }): boolean {
  if (!credentials.privileged) return false;
  return uidInside(credentials, owned.uid) !== NOBODY && gidInside(credentials, owned.gid) !== NOBODY;
}

/** Whether these are the privileges over the machine itself: devices, block file systems, `trusted.*` attributes (capable()). */
export function ownsMachine({ privileged, namespace }: Credentials): boolean {
  return privileged && namespace === undefined;
}

/** The owner of a process as `viewer` sees it. */
export function ownerSeenBy(viewer: Viewer, of: Credentials): { readonly uid: number; readonly gid: number } {
  if (viewer.namespace === of.namespace) return of;
  return shownIds(viewer, { uid: kernelUid(of, of.uid), gid: kernelGid(of, of.gid) });
}
