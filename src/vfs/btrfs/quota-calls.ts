/** Quotas through ioctl(2): BTRFS_IOC_QUOTA_CTL, QGROUP_CREATE, QGROUP_ASSIGN, QGROUP_LIMIT, QUOTA_RESCAN, and a search of the quota tree. */
import { wantWrite } from "../caller.ts";
import { refuse } from "../permission.ts";
import type { Sys } from "../sys.ts";
import { ownsMachine } from "../user-namespace.ts";
import { ask } from "./calls.ts";
import { subvolumesOf } from "./quota.ts";
import type { Quota, QuotaGroup, QuotaUsage } from "./quota.ts";

export interface QuotaGroupInfo extends QuotaGroup, QuotaUsage {
  /** Of the subvolume, from the top level; undefined at higher levels, and where it is gone. */
  readonly path: string | undefined;
}

export interface QuotaInfo {
  readonly quota: Quota;
  readonly groups: readonly QuotaGroupInfo[];
}

/** Undefined while quotas are off. EPERM for all but root. */
export function quotaInfo(sys: Sys, path: string): QuotaInfo | undefined {
  return ask(sys, path, false, (fs, _place, { credentials }) => {
    if (!ownsMachine(credentials)) throw refuse("EPERM", "only root searches trees");
    const { quota } = fs;
    if (quota === undefined) return undefined;
    const groups = quota.groups.map((group): QuotaGroupInfo => {
      const path = group.id.startsWith("0/") ? fs.pathOf(Number(group.id.slice(2)))?.slice(1) : undefined;
      return { ...group, ...fs.quotaUsage(subvolumesOf(quota, group.id)), path };
    });
    return { quota, groups };
  });
}

/** Switches quotas on, with a group for each subvolume, or off. EPERM for all but root, EROFS. */
export function setQuota(sys: Sys, path: string, on: boolean): void {
  ask(sys, path, true, (fs, place, caller) => {
    if (!ownsMachine(caller.credentials)) throw refuse("EPERM", "only root sets quotas");
    wantWrite(caller, place);
    if (on !== (fs.quota !== undefined)) fs.setQuota(on ? fs.firstQuota() : undefined, caller.now());
  });
}

/** Changes groups. EPERM for all but root, EROFS, ENOTCONN while quotas are off, and what `change` throws. */
export function changeQuota(sys: Sys, path: string, change: (quota: Quota, hasSubvolume: (id: number) => boolean) => Quota): void {
  ask(sys, path, true, (fs, place, caller) => {
    if (!ownsMachine(caller.credentials)) throw refuse("EPERM", "only root sets quotas");
    wantWrite(caller, place);
    if (fs.quota === undefined) throw refuse("ENOTCONN", "quotas are off");
    fs.setQuota(
      change(fs.quota, (id) => fs.item(id) !== undefined),
      caller.now(),
    );
  });
}
