/** Quota groups of a Btrfs: one of level 0 for each subvolume, and those of higher levels that people make of others (fs/btrfs/qgroup.c). */
import { SysError } from "../errno.ts";

/** Plain data, fit for JSON; replaced, never changed in place. */
export interface QuotaGroup {
  /** "LEVEL/NUMBER"; at level 0 the number is the subvolume's. */
  readonly id: string;
  /** The groups that count what is in this one, too. */
  readonly parents: readonly string[];
  /** Bytes. */
  readonly maxReferenced?: number;
  readonly maxExclusive?: number;
}

export interface Quota {
  /** By level, then by number. */
  readonly groups: readonly QuotaGroup[];
  /** Relations have changed whose sums nobody has counted since. */
  readonly isInconsistent: boolean;
}

/** What a group takes, in bytes: all that its subvolumes hold, and what nobody else holds. */
export interface QuotaUsage {
  readonly referenced: number;
  readonly exclusive: number;
}

export function ownGroup(subvolume: number): string {
  return `0/${subvolume}`;
}

export function levelOf(id: string): number {
  return Number(id.slice(0, id.indexOf("/")));
}

/** Less than 0 when `left` comes first. */
export function compareGroups(left: string, right: string): number {
  const number = (id: string): number => Number(id.slice(id.indexOf("/") + 1));
  return levelOf(left) - levelOf(right) || number(left) - number(right);
}

export function groupOf(quota: Quota, id: string): QuotaGroup | undefined {
  return quota.groups.find((group) => group.id === id);
}

export function childrenOf(quota: Quota, id: string): readonly string[] {
  return quota.groups.flatMap((group) => (group.parents.includes(id) ? [group.id] : []));
}

/** A group and all that count it. */
export function upwardsFrom(quota: Quota, id: string): readonly string[] {
  const all = new Set([id]);
  for (const each of all) for (const parent of groupOf(quota, each)?.parents ?? []) all.add(parent);
  return [...all];
}

/** The subvolumes that a group counts. */
export function subvolumesOf(quota: Quota, id: string): readonly number[] {
  const all = new Set([id]);
  for (const each of all) for (const child of childrenOf(quota, each)) all.add(child);
  return [...all].flatMap((each) => (levelOf(each) === 0 ? [Number(each.slice(2))] : []));
}

/** EEXIST. */
export function withGroup(quota: Quota, id: string): Quota {
  if (groupOf(quota, id) !== undefined) throw new SysError("EEXIST");
  return { ...quota, groups: [...quota.groups, { id, parents: [] }].sort((left, right) => compareGroups(left.id, right.id)) };
}

/** ENOENT; EBUSY while a group counts others, or is a subvolume's. */
export function withoutGroup(quota: Quota, id: string, hasSubvolume: boolean): Quota {
  if (groupOf(quota, id) === undefined) throw new SysError("ENOENT");
  if (hasSubvolume || childrenOf(quota, id).length > 0) throw new SysError("EBUSY");
  return { ...quota, groups: quota.groups.filter((group) => group.id !== id) };
}

/** `child` is counted in `parent`, or no more. EINVAL when there is no such group, EEXIST, ENOENT. */
export function related(quota: Quota, child: string, parent: string, isRelated: boolean): Quota {
  const group = groupOf(quota, child);
  if (isRelated && (group === undefined || groupOf(quota, parent) === undefined)) throw new SysError("EINVAL");
  if (isRelated === (group?.parents.includes(parent) ?? false)) throw new SysError(isRelated ? "EEXIST" : "ENOENT");
  const others = (group?.parents ?? []).filter((each) => each !== parent);
  return changed(quota, child, { parents: isRelated ? [...others, parent].sort(compareGroups) : others });
}

/** A limit set, or taken away when it is undefined. ENOENT. */
export function limited(quota: Quota, id: string, key: "maxReferenced" | "maxExclusive", bytes: number | undefined): Quota {
  const group = groupOf(quota, id);
  if (group === undefined) throw new SysError("ENOENT");
  const { [key]: _, ...without } = group;
  const next = bytes === undefined ? without : { ...group, [key]: bytes };
  return { ...quota, groups: quota.groups.map((each) => (each === group ? next : each)) };
}

function changed(quota: Quota, id: string, change: Partial<QuotaGroup>): Quota {
  return { ...quota, groups: quota.groups.map((group) => (group.id === id ? { ...group, ...change } : group)) };
}
