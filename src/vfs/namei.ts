/** Calls that change names: mkdir, mknod, symlink, link, unlink, rmdir, rename (fs/namei.c). The order of the checks is the kernel's. */
import { utf8Length } from "../base/utf8.ts";
import { about, wantWrite } from "./caller.ts";
import type { Caller } from "./caller.ts";
import { NO_DEVICE, NO_NODE, isWhiteout } from "./file-system.ts";
import type { FileSystem, NodeId } from "./file-system.ts";
import { isMountPoint } from "./mount.ts";
import type { Place } from "./mount.ts";
import {
  MAY_WRITE,
  checkAccess,
  checkCreate,
  checkDelete,
  checkLinkSource,
  isAppendOnly,
  isImmutable,
  newInodeAttributes,
  refuse,
} from "./permission.ts";
import type { DeviceNumber, FileType } from "./types.ts";
import { ownsMachine } from "./user-namespace.ts";
import { PATH_MAX, Walk, resolve } from "./walk.ts";

/** filename_create(): where the new name goes, which must not be there. EEXIST, ENOENT, EROFS. */
export function placeForNew(caller: Caller, path: string, wantDirectory: boolean): Walk {
  const walk = new Walk(caller, path);
  if (walk.lastKind !== "name") throw refuse("EEXIST", "");
  const { mount, node } = walk;
  about(caller, walk.place, walk.last);
  if (mount.fs.name(node) === undefined) throw refuse("ENOENT", "");
  if (walk.find(walk.last) !== NO_NODE) throw refuse("EEXIST", "");
  mayBeMade(mount.fs);
  if (walk.trailing && !wantDirectory) throw refuse("ENOENT", "");
  mount.wantWrite();
  return walk;
}

/** ENOENT for a name where only names that are there can be. */
export function mayBeMade(fs: FileSystem): void {
  if (fs.hasFixedNames === true) throw refuse("ENOENT", "");
}

function make(caller: Caller, path: string, type: FileType, mode: number, more: { rdev?: DeviceNumber; target?: string }): void {
  const walk = placeForNew(caller, path, type === "dir");
  const { mount, node, last } = walk;
  checkCreate(mount.fs, node, caller.credentials);
  const { rdev = NO_DEVICE } = more;
  if ((type === "char" || type === "block") && !isWhiteout({ type, rdev }) && !ownsMachine(caller.credentials))
    throw refuse("EPERM", "only root makes devices");
  const attributes = newInodeAttributes(mount.fs.attributes(node), type, mode, type === "symlink" ? 0 : caller.mask, caller.credentials);
  mount.fs.create(node, last, { type, ...attributes, ...more }, caller.now());
}

export function mkdir(caller: Caller, path: string, mode: number): void {
  make(caller, path, "dir", mode & 0o1777, {});
}

export function mknod(caller: Caller, path: string, type: FileType, mode: number, device: DeviceNumber | undefined): void {
  if (type === "dir") throw refuse("EPERM", "");
  if (type === "symlink") throw refuse("EINVAL", "");
  make(caller, path, type, mode & 0o7777, device === undefined ? {} : { rdev: device });
}

export function symlink(caller: Caller, target: string, path: string): void {
  if (target === "") throw refuse("ENOENT", "");
  if (utf8Length(target) >= PATH_MAX) throw refuse("ENAMETOOLONG", "");
  make(caller, path, "symlink", 0o777, { target });
}

export function link(caller: Caller, from: string, to: string): void {
  const source = resolve(caller, from, false);
  const walk = placeForNew(caller, to, false);
  const { mount, node } = source;
  if (mount !== walk.mount) throw refuse("EXDEV", "different mounts");
  checkLinkSource(mount.fs, node, caller.credentials);
  checkCreate(mount.fs, walk.node, caller.credentials);
  const inode = mount.fs.attributes(node);
  if (isAppendOnly(inode)) throw refuse("EPERM", "inode is append-only");
  if (isImmutable(inode)) throw refuse("EPERM", "inode is immutable");
  if (inode.type === "dir") throw refuse("EPERM", "no hard links to directories");
  if (mount.fs.nlink(node) === 0) throw refuse("ENOENT", "");
  mount.fs.link(walk.node, walk.last, node, caller.now());
}

/** EBUSY when something is mounted on `node`, the last component of `walk`. */
export function mustNotBeMountPoint(caller: Caller, { mount, node: dir, last: name }: Walk, node: NodeId): void {
  if (isMountPoint(caller.namespace, mount.fs, { node, dir, name })) throw refuse("EBUSY", "a mount point");
}

export function unlink(caller: Caller, path: string): void {
  const walk = new Walk(caller, path);
  if (walk.lastKind !== "name") throw refuse("EISDIR", "");
  const { mount, node, last } = walk;
  wantWrite(caller, walk.place, last);
  const victim = walk.find(last);
  if (victim === NO_NODE) throw refuse("ENOENT", "");
  const { type } = mount.fs.attributes(victim);
  if (walk.trailing) throw refuse(type === "dir" ? "EISDIR" : "ENOTDIR", "");
  checkDelete(mount.fs, node, victim, false, caller.credentials);
  mustNotBeMountPoint(caller, walk, victim);
  mount.fs.unlink(node, last, caller.now());
}

export function rmdir(caller: Caller, path: string): void {
  const walk = new Walk(caller, path);
  switch (walk.lastKind) {
    case "dotdot":
      throw refuse("ENOTEMPTY", "");
    case "dot":
      throw refuse("EINVAL", "");
    case "root":
      throw refuse("EBUSY", "");
    case "name":
  }
  const { mount, node, last } = walk;
  wantWrite(caller, walk.place, last);
  const victim = walk.find(last);
  if (victim === NO_NODE) throw refuse("ENOENT", "");
  checkDelete(mount.fs, node, victim, true, caller.credentials);
  mustNotBeMountPoint(caller, walk, victim);
  mount.fs.rmdir(node, last, caller.now());
}

export function rename(caller: Caller, from: string, to: string, flag: "NOREPLACE" | "EXCHANGE" | undefined): void {
  const old = new Walk(caller, from);
  const next = new Walk(caller, to);
  about(caller, next.place, next.last);
  if (old.mount !== next.mount) throw refuse("EXDEV", "different mounts");
  if (old.lastKind !== "name") throw refuse("EBUSY", "");
  if (next.lastKind !== "name") throw refuse(flag === "NOREPLACE" ? "EEXIST" : "EBUSY", "");
  const { mount } = old;
  const { fs } = mount;
  mount.wantWrite();
  const source = old.find(old.last);
  if (source === NO_NODE) throw refuse("ENOENT", "");
  const target = next.find(next.last);
  if (target === NO_NODE) mayBeMade(fs);
  checkEnds(old, next, source, target, flag);
  if (source === target) return;
  const isDir = fs.attributes(source).type === "dir";
  const targetIsDir = target !== NO_NODE && fs.attributes(target).type === "dir";
  checkDelete(fs, old.node, source, isDir, caller.credentials);
  if (target === NO_NODE) {
    if (fs.name(next.node) === undefined) throw refuse("ENOENT", "");
    checkCreate(fs, next.node, caller.credentials);
  } else checkDelete(fs, next.node, target, flag === "EXCHANGE" ? targetIsDir : isDir, caller.credentials);
  if (old.node !== next.node) {
    // Its ".." changes.
    if (isDir) checkAccess(fs, source, MAY_WRITE, caller.credentials);
    if (flag === "EXCHANGE" && targetIsDir) checkAccess(fs, target, MAY_WRITE, caller.credentials);
  }
  mustNotBeMountPoint(caller, old, source);
  if (target !== NO_NODE) mustNotBeMountPoint(caller, next, target);
  fs.rename(old.node, old.last, next.node, next.last, flag === "EXCHANGE", caller.now());
}

/** What do_renameat2() asks before it looks at permission. */
function checkEnds(old: Walk, next: Walk, source: NodeId, target: NodeId, flag: "NOREPLACE" | "EXCHANGE" | undefined): void {
  const { fs } = old.mount;
  if (flag === "NOREPLACE" && target !== NO_NODE) throw refuse("EEXIST", "");
  if (flag === "EXCHANGE") {
    if (target === NO_NODE) throw refuse("ENOENT", "");
    if (next.trailing && fs.attributes(target).type !== "dir") throw refuse("ENOTDIR", "");
  }
  if (fs.attributes(source).type !== "dir") {
    if (old.trailing) throw refuse("ENOTDIR", "");
    if (flag !== "EXCHANGE" && next.trailing) throw refuse("ENOTDIR", "");
  }
  if (old.node === next.node) return;
  if (isWithin(old, source, next.node)) throw refuse("EINVAL", "a directory cannot move into itself");
  if (target !== NO_NODE && isWithin(old, target, old.node)) throw refuse(flag === "EXCHANGE" ? "EINVAL" : "ENOTEMPTY", "");
}

/** Whether `node` is `dir` or below it. */
function isWithin({ mount }: Place, dir: NodeId, node: NodeId): boolean {
  const { fs } = mount;
  if (fs.attributes(dir).type !== "dir") return false;
  for (let at = node; ; at = fs.parent(at)) {
    if (at === dir) return true;
    if (at === fs.root || fs.parent(at) === at) return false;
  }
}
