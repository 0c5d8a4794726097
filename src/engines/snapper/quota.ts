/**
 * Quotas as snapper uses them: one group that counts the snapshots that an algorithm looks after.
 * Source: openSUSE/snapper:snapper/Snapper.cc, snapper/Btrfs.cc.
 */
import { btrfsInfo, subvolumeAt } from "../../vfs/btrfs/calls.ts";
import { groupOf, ownGroup, related, withGroup } from "../../vfs/btrfs/quota.ts";
import { changeQuota, quotaInfo, setQuota } from "../../vfs/btrfs/quota-calls.ts";
import type { QuotaInfo } from "../../vfs/btrfs/quota-calls.ts";
import { isSysError } from "../../vfs/errno.ts";
import { setConfig } from "./config.ts";
import { SnapperError } from "./errors.ts";
import type { Snapshots } from "./snapshots.ts";

/** What keeps quotas from being used; `message` stands in brackets after what was wanted. */
export class QuotaError extends Error {}

function groupOfConfig({ config: { values } }: Snapshots): string {
  return values.get("QGROUP") ?? "";
}

/** Switches quotas on and notes a group of level 1 in the configuration. Throws SnapperError. */
export function setUpQuota(snapshots: Snapshots): void {
  const { sys, config, directory } = snapshots;
  if (groupOfConfig(snapshots) !== "") throw new SnapperError("Quota error (qgroup already set).");
  try {
    setQuota(sys, directory, true);
    let group = "1/0";
    changeQuota(sys, directory, (quota) => {
      for (let number = 0; groupOf(quota, group) !== undefined;) group = `1/${++number}`;
      return withGroup(quota, group);
    });
    setConfig(sys, config, new Map([["QGROUP", group]]));
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new SnapperError(`Quota error (${error.text}).`);
  }
}

/** Puts those and only those snapshots that have an algorithm into the group. Throws QuotaError. */
export function prepareQuota(snapshots: Snapshots): void {
  const { sys, directory } = snapshots;
  const group = groupOfConfig(snapshots);
  if (group === "") throw new QuotaError("qgroup not set");
  try {
    for (const info of snapshots.all) {
      if (info.num === 0) continue;
      const own = ownGroup(subvolumeAt(sys, snapshots.treeOf(info.num)).id);
      const isIn =
        quotaInfo(sys, directory)
          ?.groups.find(({ id }) => id === own)
          ?.parents.includes(group) === true;
      const wanted = (info.cleanup ?? "") !== "";
      if (isIn !== wanted) changeQuota(sys, directory, (quota) => related(quota, own, group, wanted));
    }
  } catch (error) {
    if (isSysError(error)) throw new QuotaError("preparing quota failed");
    throw error;
  }
}

/** Bytes that the group's snapshots alone take. Throws QuotaError. */
export function quotaUsed(snapshots: Snapshots): number {
  return usageOf(quotaOf(snapshots), groupOfConfig(snapshots));
}

/** Bytes that a snapshot alone takes; undefined where quotas are off. */
export function usedSpace(snapshots: Snapshots, num: number): number | undefined {
  try {
    return usageOf(quotaOf(snapshots), ownGroup(subvolumeAt(snapshots.sys, snapshots.treeOf(num)).id));
  } catch (error) {
    if (error instanceof QuotaError || isSysError(error)) return undefined;
    throw error;
  }
}

/** How large the file system is, and how much of it is free. */
export function spaceOf({ sys, config: { subvolume } }: Snapshots): { readonly size: number; readonly free: number } {
  const { total, available } = btrfsInfo(sys, subvolume).space;
  return { size: total, free: available };
}

function quotaOf({ sys, directory }: Snapshots): QuotaInfo {
  try {
    const info = quotaInfo(sys, directory);
    if (info !== undefined) return info;
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
  throw new QuotaError("quota rescan or sync failed");
}

function usageOf({ groups }: QuotaInfo, group: string): number {
  const found = groups.find(({ id }) => id === group);
  if (found === undefined) throw new QuotaError("qgroup info not found");
  return found.exclusive;
}
