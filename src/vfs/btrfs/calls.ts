/**
 * What Btrfs offers through ioctl(2), as functions on a process's calls: libbtrfsutil in small. All throw `SysError`, ENOTTY where `path`
 * is on no Btrfs. Every change is one write of the disk; a snapshot, a property and a label are durable when the function returns.
 *
 * The order of the checks is that of fs/btrfs/ioctl.c.
 */
import { about, wantWrite } from "../caller.ts";
import type { Caller } from "../caller.ts";
import { NO_NODE } from "../file-system.ts";
import type { Place } from "../mount.ts";
import { MAY_EXEC, MAY_WRITE, checkAccess, checkCreate, checkDelete, isOwner, newInodeAttributes, refuse } from "../permission.ts";
import type { Sys } from "../sys.ts";
import { ownsMachine } from "../user-namespace.ts";
import { BtrfsFs } from "./btrfs-fs.ts";
import type { RootItem } from "./subvolume.ts";
import { TOP_LEVEL } from "./subvolume.ts";
import { spaceOf } from "./usage.ts";
import type { Space } from "./usage.ts";

/** A subvolume as BTRFS_IOC_GET_SUBVOL_INFO and a search of the root tree tell of it. */
export interface SubvolumeInfo extends RootItem {
  /** From the top level, without a slash before it; "" for the top level itself, undefined for one that was deleted. */
  readonly path: string | undefined;
}

export interface BtrfsInfo {
  readonly uuid: string;
  readonly label: string;
  /** The running transaction. */
  readonly generation: number;
  readonly space: Space;
}

const EMPTY: readonly SubvolumeInfo[] = [];

/** Asks the file system that `path` is on. ENOTTY when that is no Btrfs. */
export function ask<T>(sys: Sys, path: string, changes: boolean, body: (fs: BtrfsFs, place: Place, caller: Caller) => T): T {
  return sys.ioctl(path, {
    changes,
    run: (caller, place) => {
      about(caller, place);
      const { fs } = place.mount;
      if (!(fs instanceof BtrfsFs)) throw refuse("ENOTTY", "not on Btrfs");
      return body(fs, place, caller);
    },
  });
}

function infoOf(fs: BtrfsFs, item: RootItem): SubvolumeInfo {
  return { ...item, path: fs.pathOf(item.id)?.slice(1) };
}

/** Whether `path` is the root of a subvolume, and not only in one. */
export function isSubvolume(sys: Sys, path: string): boolean {
  return ask(sys, path, false, (fs, { node }) => fs.isSubvolume(node));
}

/** The subvolume that `path` lies in. */
export function subvolumeAt(sys: Sys, path: string): SubvolumeInfo {
  return ask(sys, path, false, (fs, { node }) => infoOf(fs, itemOf(fs, fs.idOf(node))));
}

function itemOf(fs: BtrfsFs, id: number): RootItem {
  const item = fs.item(id);
  if (item === undefined) throw refuse("ENOENT", "no such subvolume");
  return item;
}

/** All subvolumes but the top level, by number, the deleted ones that are in use still included. Only root searches trees: EPERM. */
export function listSubvolumes(sys: Sys, path: string): readonly SubvolumeInfo[] {
  return ask(sys, path, false, (fs, _place, { credentials }) => {
    if (!ownsMachine(credentials)) throw refuse("EPERM", "only root searches trees");
    const items = fs.items().filter(({ id }) => id !== TOP_LEVEL);
    return items.length === 0 ? EMPTY : items.map((item) => infoOf(fs, item));
  });
}

/** The subvolume with a number, on the file system of `path`. ENOENT; EPERM for all but root. */
export function subvolumeById(sys: Sys, path: string, id: number): SubvolumeInfo {
  return ask(sys, path, false, (fs, _place, { credentials }) => {
    if (!ownsMachine(credentials)) throw refuse("EPERM", "only root searches trees");
    return infoOf(fs, itemOf(fs, id));
  });
}

/** Makes an empty subvolume. EEXIST, ENOENT, EROFS, EACCES. */
export function createSubvolume(sys: Sys, path: string): void {
  const { dir, name } = split(path);
  ask(sys, dir, true, (fs, place, caller) => {
    mayMake(caller, place, name);
    const attributes = newInodeAttributes(fs.attributes(place.node), "dir", 0o777, caller.mask, caller.credentials);
    fs.createSubvolume(place.node, name, { readOnly: false, ...attributes }, caller.now());
  });
}

/** Makes `path` a snapshot of the subvolume `source`. EINVAL when that is none, EPERM when it is another's, EXDEV, EEXIST, EROFS. */
export function snapshotSubvolume(sys: Sys, source: string, path: string, options: { readonly readOnly?: boolean } = {}): void {
  const from = ask(sys, source, false, (fs, place) => ({ fs, place }));
  const { dir, name } = split(path);
  ask(sys, dir, true, (fs, place, caller) => {
    wantWrite(caller, place, name);
    if (from.fs !== fs) throw refuse("EXDEV", "another file system");
    if (!isOwner(fs.attributes(from.place.node), caller.credentials)) throw refuse("EPERM", "not the owner");
    if (!fs.isSubvolume(from.place.node)) throw refuse("EINVAL", "not a subvolume");
    mayMake(caller, place, name);
    const { uid, gid, mode } = fs.attributes(from.place.node);
    const made = { source: fs.idOf(from.place.node), readOnly: options.readOnly === true, uid, gid, mode };
    fs.createSubvolume(place.node, name, made, caller.now());
  });
}

function mayMake(caller: Caller, place: Place, name: string): void {
  const { mount, node } = place;
  wantWrite(caller, place, name);
  if (mount.fs.attributes(node).type !== "dir") throw refuse("ENOTDIR", "");
  if (mount.fs.lookup(node, name) !== NO_NODE) throw refuse("EEXIST", "");
  if (mount.fs.name(node) === undefined) throw refuse("ENOENT", "");
  checkCreate(mount.fs, node, caller.credentials);
}

/**
 * Deletes a subvolume with all that is in it. EINVAL when it is none; EPERM for the default one, and for all but root unless the file
 * system is mounted with user_subvol_rm_allowed; ENOTEMPTY when other subvolumes are in it; ENOENT, EROFS.
 */
export function destroySubvolume(sys: Sys, path: string): void {
  const { dir, name } = split(path);
  ask(sys, dir, true, (fs, place, caller) => {
    wantWrite(caller, place, name);
    const victim = fs.lookup(place.node, name);
    if (victim === NO_NODE) throw refuse("ENOENT", "");
    if (!ownsMachine(caller.credentials)) {
      if (!fs.options.includes("user_subvol_rm_allowed")) throw refuse("EPERM", "only root deletes subvolumes");
      checkAccess(fs, victim, MAY_WRITE | MAY_EXEC, caller.credentials);
    }
    checkDelete(fs, place.node, victim, true, caller.credentials);
    if (!fs.isSubvolume(victim)) throw refuse("EINVAL", "not a subvolume");
    fs.destroySubvolume(place.node, name, caller.now());
  });
}

/** Whether the subvolume `path` is read-only. EINVAL when it is none. */
export function isReadOnly(sys: Sys, path: string): boolean {
  return ask(sys, path, false, (fs, { node }) => {
    if (!fs.isSubvolume(node)) throw refuse("EINVAL", "not a subvolume");
    return fs.isSealed(node);
  });
}

/** Makes the subvolume `path` read-only or writable. EPERM for another's, EINVAL when it is none, EROFS where the mount is read-only. */
export function setReadOnly(sys: Sys, path: string, readOnly: boolean): void {
  ask(sys, path, true, (fs, place, caller) => {
    const { node } = place;
    if (!isOwner(fs.attributes(node), caller.credentials)) throw refuse("EPERM", "not the owner");
    wantWrite(caller, place);
    if (!fs.isSubvolume(node)) throw refuse("EINVAL", "not a subvolume");
    fs.changeItem(fs.idOf(node), { readOnly }, caller.now());
  });
}

/** The subvolume that is mounted when nobody says which. EPERM for all but root. */
export function defaultSubvolume(sys: Sys, path: string): SubvolumeInfo {
  return ask(sys, path, false, (fs, _place, { credentials }) => {
    if (!ownsMachine(credentials)) throw refuse("EPERM", "only root searches trees");
    return infoOf(fs, itemOf(fs, fs.defaultId));
  });
}

/** Makes the subvolume with number `id` the default one; 0 is the top level. EPERM for all but root, EROFS, ENOENT. */
export function setDefaultSubvolume(sys: Sys, path: string, id: number): void {
  ask(sys, path, true, (fs, place, caller) => {
    if (!ownsMachine(caller.credentials)) throw refuse("EPERM", "only root sets the default");
    wantWrite(caller, place);
    const item = itemOf(fs, id === 0 ? TOP_LEVEL : id);
    if (item.id !== TOP_LEVEL && item.place === 0) throw refuse("ENOENT", "deleted");
    fs.setDefault(item.id, caller.now());
  });
}

/** The file system that `path` is on. */
export function btrfsInfo(sys: Sys, path: string): BtrfsInfo {
  return ask(sys, path, false, ({ uuid, label, generation, capacity, usage }) => ({
    uuid,
    label,
    generation,
    space: spaceOf(capacity, usage),
  }));
}

/** What a file takes on the disk, and when other subvolumes have the same: what stands for that. */
export interface FileExtents {
  readonly bytes: number;
  readonly sharedAs: object | undefined;
}

/** FIEMAP in small. @simplified A file shares all or nothing. */
export function fileExtents(sys: Sys, path: string): FileExtents {
  return ask(sys, path, false, (fs, { node }) => fs.extents(node));
}

/** BTRFS_IOC_SET_FSLABEL. EPERM for all but root, EROFS. */
export function setLabel(sys: Sys, path: string, label: string): void {
  ask(sys, path, true, (fs, place, caller) => {
    if (!ownsMachine(caller.credentials)) throw refuse("EPERM", "only root sets the label");
    wantWrite(caller, place);
    fs.setLabel(label, caller.now());
  });
}

/** The directory and the last name, as the tools cut a path. */
function split(path: string): { readonly dir: string; readonly name: string } {
  const bare = path.replace(/\/+$/, "");
  const at = bare.lastIndexOf("/");
  return { dir: at < 0 ? "." : at === 0 ? "/" : bare.slice(0, at), name: bare.slice(at + 1) };
}
