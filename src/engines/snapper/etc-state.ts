/**
 * /etc where it is a subvolume within each snapshot: made with the snapshot, with a reference copy (`etc.syncpoint`) that later tells who
 * changed what. Sources: openSUSE/transactional-update:snapper/50-etc, dracut/sync-etc-state.cpp.
 */
import { encodeUtf8 } from "../../base/utf8.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import { destroySubvolume, isReadOnly, isSubvolume, setReadOnly, snapshotSubvolume, subvolumeAt } from "../../vfs/btrfs/calls.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import { O, type Stat } from "../../vfs/types.ts";
import { attributesOf } from "./compare.ts";
import { lstat, readBytes, writeAll } from "./files.ts";

/** In a snapshot's /etc: what it was when the snapshot was begun. */
export const SYNC_POINT = "etc.syncpoint";
/** In the sync point: the number of the snapshot that ran then. */
export const COMPARE_WITH = "transactional-update.comparewith";

const SNAPSHOTS = "/.snapshots";
const treeOf = (num: number): string => `${SNAPSHOTS}/${num}/snapshot`;

/** The number of the snapshot that `path` lies in; undefined where that is none. */
export function snapshotAt(sys: Sys, path: string): number | undefined {
  const found = /(?:^|\/)\.snapshots\/(\d+)\/snapshot(?:\/|$)/.exec(subvolumeAt(sys, path).path ?? "")?.[1];
  return found === undefined ? undefined : Number(found);
}

function isEtcSubvolume(sys: Sys, path: string): boolean {
  try {
    return isSubvolume(sys, path);
  } catch (error) {
    if (isSysError(error)) return false;
    throw error;
  }
}

/** What the plug-in does once snapshot `num` of the root was made from `parent`. Nothing where /etc is no subvolume. */
export function etcOfNewSnapshot(sys: Sys, num: number, parent: number): void {
  const tree = treeOf(num);
  if (!isEtcSubvolume(sys, `${treeOf(parent)}/etc`)) return;
  const wasReadOnly = isReadOnly(sys, tree);
  if (wasReadOnly) setReadOnly(sys, tree, false);
  sys.rmdir(`${tree}/etc`);
  snapshotSubvolume(sys, `${treeOf(parent)}/etc`, `${tree}/etc`);
  if (isReadOnly(sys, `${tree}/etc`)) setReadOnly(sys, `${tree}/etc`, false);
  makeReference(sys, num, parent);
  if (wasReadOnly) setReadOnly(sys, tree, true);
}

function makeReference(sys: Sys, num: number, parent: number): void {
  const etc = `${treeOf(num)}/etc`;
  const reference = `${etc}/${SYNC_POINT}`;
  const before = `${treeOf(parent)}/etc/${SYNC_POINT}`;
  if (lstat(sys, reference) !== undefined) sys.rmdir(reference);
  const running = snapshotAt(sys, "/usr");
  const comparedWith = readTextIfThere(sys, `${before}/${COMPARE_WITH}`)?.trim();
  if (running !== undefined && comparedWith === String(running)) {
    // Made on top of one that was made from what runs: /etc as it is now, then what has changed since the last time.
    snapshotSubvolume(sys, "/etc", reference);
    syncEtc(sys, { old: reference, now: etc, reference: before });
    write(sys, `${reference}/${COMPARE_WITH}`, `${running}\n`);
  } else if (parent === running) {
    snapshotSubvolume(sys, etc, reference);
    write(sys, `${reference}/${COMPARE_WITH}`, `${parent}\n`);
  } else if (lstat(sys, before) !== undefined) snapshotSubvolume(sys, before, reference);
}

/** What the plug-in does before snapshot `num` of the root goes: Btrfs deletes no subvolume with others in it. */
export function etcOfOldSnapshot(sys: Sys, num: number): void {
  const etc = `${treeOf(num)}/etc`;
  if (!isEtcSubvolume(sys, etc)) return;
  if (isReadOnly(sys, treeOf(num))) setReadOnly(sys, treeOf(num), false);
  if (isEtcSubvolume(sys, `${etc}/${SYNC_POINT}`)) destroySubvolume(sys, `${etc}/${SYNC_POINT}`);
  destroySubvolume(sys, etc);
}

export interface EtcPlaces {
  /** /etc of the snapshot that ran before, of the new one, and the sync point between them. */
  readonly old: string;
  readonly now: string;
  readonly reference: string;
}

/**
 * Brings what was changed in the old /etc since the sync point into the new one, unless that has something of its own there: file by
 * file, nothing is merged within a file. The lines that the program prints.
 */
export function syncEtc(sys: Sys, { old, now, reference }: EtcPlaces): string[] {
  const own = differences(sys, reference, now, "");
  const changes = differences(sys, reference, old, "");
  const told = (list: readonly Difference[], side: string, whose: string): string[] =>
    [...list.filter(({ kind }) => kind !== "added"), ...list.filter(({ kind }) => kind === "added")].map(
      ({ kind, path }) =>
        `${kind === "changed" ? "File changed" : `${kind === "added" ? "Added" : "Deleted"} in ${whose} snapshot`}: "${side}${path}"`,
    );
  const lines = [`Using new snapshot - syncing from old parent "${old}"...`, ...told(own, now, "new"), ...told(changes, old, "old")];
  lines.push("Processing files...");
  const kept = new Set(own.map(({ path }) => path));
  const dropped = own.filter(({ kind }) => kind === "deleted").map(({ path }) => `${path}/`);
  for (const { kind, path } of changes) {
    if (kept.has(path) || dropped.some((above) => path.startsWith(above))) continue;
    if (kind === "deleted") {
      if ([...kept].some((name) => name.startsWith(`${path}/`))) continue;
      lines.push(`Deleting ".${path}"`);
      removeTree(sys, now + path);
    } else {
      lines.push(`Copying ".${path}"`);
      copy(sys, old + path, now + path);
    }
  }
  return lines;
}

interface Difference {
  readonly kind: "changed" | "added" | "deleted";
  readonly path: string;
}

/** What is other in `to` than in `from`, in the order of names; of a directory that is new, all that is in it. */
function differences(sys: Sys, from: string, to: string, directory: string): Difference[] {
  const names = new Set([...namesIn(sys, from + directory), ...namesIn(sys, to + directory)]);
  return [...names].sort().flatMap((name): Difference[] => {
    const path = `${directory}/${name}`;
    if (path === `/${SYNC_POINT}` || path === `/${COMPARE_WITH}`) return [];
    const [before, after] = [lstat(sys, from + path), lstat(sys, to + path)];
    if (after === undefined) return before === undefined ? [] : [{ kind: "deleted", path }];
    const inside = after.type === "dir" ? differences(sys, from, to, path) : [];
    if (before === undefined) return [{ kind: "added", path }, ...inside];
    return isOther(sys, from + path, before, to + path, after) ? [{ kind: "changed", path }, ...inside] : inside;
  });
}

/** By kind, mode, owner, size and second of the last change, as the real one compares; never by contents. */
function isOther(sys: Sys, left: string, a: Stat, right: string, b: Stat): boolean {
  if (a.type !== b.type || a.mode !== b.mode || a.uid !== b.uid || a.gid !== b.gid || a.mtime.sec !== b.mtime.sec) return true;
  if (a.type !== "dir" && a.size !== b.size) return true;
  const [was, is] = [attributesOf(sys, left), attributesOf(sys, right)];
  return was.size !== is.size || [...was].some(([name, value]) => is.get(name) !== value);
}

function namesIn(sys: Sys, path: string): string[] {
  return lstat(sys, path)?.type === "dir" ? sys.readdir(path).map(({ name }) => name) : [];
}

/** `rm -rf`, within one file system. */
export function removeTree(sys: Sys, path: string): void {
  const stat = lstat(sys, path);
  if (stat === undefined) return;
  if (stat.type !== "dir") return sys.unlink(path);
  for (const name of namesIn(sys, path)) removeTree(sys, `${path}/${name}`);
  sys.rmdir(path);
}

/** `cp -a` of one name; of a directory without what is in it. */
export function copy(sys: Sys, from: string, to: string): void {
  const source = lstat(sys, from);
  if (source === undefined) return;
  const there = lstat(sys, to);
  if (there !== undefined && (there.type !== "dir" || source.type !== "dir")) removeTree(sys, to);
  if (source.type === "dir") {
    if (there?.type !== "dir") sys.mkdir(to, 0o755);
  } else if (source.type === "symlink") sys.symlink(sys.readlink(from), to);
  else if (source.type === "file") write(sys, to, readBytes(sys, from));
  else sys.mknod(to, source.type, source.mode, source.rdev);
  sys.lchown(to, source.uid, source.gid);
  if (source.type !== "symlink") sys.chmod(to, source.mode);
  for (const name of sys.listxattr(from, { follow: false }))
    sys.setxattr(to, name, sys.getxattr(from, name, { follow: false }), { follow: false });
  sys.utimens(to, source.atime, source.mtime, { follow: false });
}

/** `rsync --archive --delete` of /etc to another: both are the same then, but for fstab and the sync point. */
export function mirrorEtc(sys: Sys, from: string, to: string): void {
  const kept = new Set(["/fstab", `/${SYNC_POINT}`]);
  for (const { kind, path } of differences(sys, to, from, "")) {
    if (kept.has(path)) continue;
    if (kind === "deleted") removeTree(sys, to + path);
    else copy(sys, from + path, to + path);
  }
}

function write(sys: Sys, path: string, data: string | Uint8Array): void {
  const fd = sys.open(path, O.WRONLY | O.CREAT | O.TRUNC | O.CLOEXEC, 0o644);
  try {
    writeAll(sys, fd, typeof data === "string" ? encodeUtf8(data) : data);
  } finally {
    sys.close(fd);
  }
}
