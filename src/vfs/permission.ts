/** Who may do what: the kernel's rules on one inode, in the kernel's order (fs/namei.c, fs/attr.c, fs/xattr.c of Linux 6). */
import { SysError } from "./errno.ts";
import type { Errno } from "./errno.ts";
import type { Attributes, Changeable, FileSystem, NodeId } from "./file-system.ts";
import type { Credentials } from "./types.ts";
import { gidInside, isPrivilegedOver, kernelGid, kernelUid, ownsMachine, uidInside } from "./user-namespace.ts";

export const MAY_EXEC = 1;
export const MAY_WRITE = 2;
export const MAY_READ = 4;

const SUID = 0o4000;
const SGID = 0o2000;
const STICKY = 0o1000;
const GROUP_X = 0o010;

/** Makes the error that a rule throws. */
export function refuse(errno: Errno, because: string): SysError {
  return new SysError(errno, "", "", because);
}

/** Whether an inode's owner `uid` is who asks. */
export function isSelf(credentials: Credentials, uid: number): boolean {
  return credentials.uid === uidInside(credentials, uid);
}

/** Whether who asks is in an inode's group `gid`. */
export function inGroup(credentials: Credentials, gid: number): boolean {
  const own = gidInside(credentials, gid);
  return credentials.gid === own || credentials.groups.includes(own);
}

export function isImmutable(inode: Attributes): boolean {
  return inode.flags !== "" && inode.flags.includes("i");
}

export function isAppendOnly(inode: Attributes): boolean {
  return inode.flags !== "" && inode.flags.includes("a");
}

/** inode_permission(): superblock, immutable flag, then permission bits. EROFS, EPERM, EACCES. */
export function checkAccess(fs: FileSystem, node: NodeId, mask: number, credentials: Credentials): void {
  const inode = fs.attributes(node);
  if ((mask & MAY_WRITE) !== 0) {
    if (fs.readOnly && (inode.type === "file" || inode.type === "dir" || inode.type === "symlink")) {
      throw refuse("EROFS", "superblock is read-only");
    }
    if (isImmutable(inode)) throw refuse("EPERM", "inode is immutable");
    if (fs.isSealed !== undefined && (inode.type === "file" || inode.type === "dir" || inode.type === "symlink")) mustNotBeSealed(fs, node);
  }
  if (!bitsAllow(inode, mask, credentials)) throw refuse("EACCES", "permission bits");
  if ((mask & MAY_WRITE) !== 0 && fs.isReadOnlyBehind?.(node) === true) throw refuse("EROFS", "superblock is read-only");
}

/** EROFS for a node of a read-only subvolume. */
export function mustNotBeSealed(fs: FileSystem, node: NodeId): void {
  if (fs.isSealed?.(node) === true) throw refuse("EROFS", "subvolume is read-only");
}

/** Whether the permission bits allow `mask`. */
export function bitsAllow(inode: Attributes, mask: number, credentials: Credentials): boolean {
  const { mode } = inode;
  const bits = isSelf(credentials, inode.uid) ? mode >> 6 : inGroup(credentials, inode.gid) ? mode >> 3 : mode;
  if ((mask & ~bits & 7) === 0) return true;
  if (!isPrivilegedOver(credentials, inode)) return false;
  // Root may do everything but run what nobody may run.
  return inode.type === "dir" || (mask & MAY_EXEC) === 0 || (mode & 0o111) !== 0;
}

/** A pipe is its maker's: nobody else opens it again by a name in /proc. EACCES. */
export function mayReopen(pipe: Pick<Attributes, "uid" | "gid">, credentials: Credentials): void {
  if (!isSelf(credentials, pipe.uid) && !isPrivilegedOver(credentials, pipe)) throw refuse("EACCES", "another's pipe");
}

export function isOwner(inode: Attributes, credentials: Credentials): boolean {
  return isSelf(credentials, inode.uid) || isPrivilegedOver(credentials, inode);
}

/** may_create(): `dir` gets a new name. */
export function checkCreate(fs: FileSystem, dir: NodeId, credentials: Credentials): void {
  checkAccess(fs, dir, MAY_WRITE | MAY_EXEC, credentials);
}

/** may_delete(): `victim` loses its name in `dir`. */
export function checkDelete(fs: FileSystem, dir: NodeId, victim: NodeId, wantDirectory: boolean, credentials: Credentials): void {
  checkAccess(fs, dir, MAY_WRITE | MAY_EXEC, credentials);
  const parent = fs.attributes(dir);
  const inode = fs.attributes(victim);
  if (isAppendOnly(parent)) throw refuse("EPERM", "directory is append-only");
  const isSticky = (parent.mode & STICKY) !== 0 && !isSelf(credentials, inode.uid) && !isSelf(credentials, parent.uid);
  if (isSticky && !isPrivilegedOver(credentials, inode)) {
    throw refuse("EPERM", "sticky directory");
  }
  if (isAppendOnly(inode)) throw refuse("EPERM", "inode is append-only");
  if (isImmutable(inode)) throw refuse("EPERM", "inode is immutable");
  if (wantDirectory && inode.type !== "dir") throw refuse("ENOTDIR", "");
  if (!wantDirectory && inode.type === "dir") throw refuse("EISDIR", "");
}

/** fs.protected_hardlinks=1: whose files one may give another name. */
export function checkLinkSource(fs: FileSystem, node: NodeId, credentials: Credentials): void {
  const inode = fs.attributes(node);
  if (isOwner(inode, credentials)) return;
  const safe = inode.type === "file" && (inode.mode & SUID) === 0 && (inode.mode & (SGID | GROUP_X)) !== (SGID | GROUP_X);
  if (safe) {
    try {
      checkAccess(fs, node, MAY_READ | MAY_WRITE, credentials);
      return;
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
    }
  }
  throw refuse("EPERM", "fs.protected_hardlinks");
}

/** What a call on the attributes of an inode wants to change. */
export interface WantedChange {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** The mode loses its set-ids on the way. Not asked for, so not refused for an immutable inode. */
  readonly losesSetIds?: boolean;
  /** "set": to given times; "touch": to now. */
  readonly times?: "set" | "touch";
}

/**
 * The checks of notify_change() and setattr_prepare(); `mayWrite` throws when the inode may not be written, `maySet` what its file system
 * says before it looks at owners.
 */
export function checkChange({ inode, mayWrite, maySet }: Omit<Changeable, "set">, wanted: WantedChange, credentials: Credentials): void {
  const { mode, uid, gid, losesSetIds, times } = wanted;
  if (mode !== undefined || uid !== undefined || gid !== undefined || times === "set") {
    if (isImmutable(inode)) throw refuse("EPERM", "inode is immutable");
    if (isAppendOnly(inode)) throw refuse("EPERM", "inode is append-only");
  }
  if (times === "touch") {
    if (isImmutable(inode)) throw refuse("EPERM", "inode is immutable");
    if (!isOwner(inode, credentials)) mayWrite();
  }
  maySet?.();
  if (isPrivilegedOver(credentials, inode)) return;
  const owns = isSelf(credentials, inode.uid);
  const mayChown = uid === undefined || (owns && uid === inode.uid);
  const mayChgrp = gid === undefined || (owns && (gid === inode.gid || inGroup(credentials, gid)));
  if (!mayChown || !mayChgrp || ((mode !== undefined || losesSetIds === true || times === "set") && !owns))
    throw refuse("EPERM", "not the owner");
}

/** The mode that chmod(2) really sets: a stranger to the file's group loses set-gid. */
export function grantedMode(mode: number, { uid, gid }: Pick<Attributes, "uid" | "gid">, credentials: Credentials): number {
  return inGroup(credentials, gid) || isPrivilegedOver(credentials, { uid, gid }) ? mode : mode & ~SGID;
}

/** The mode without set-user-id and set-group-id, as chown(2) leaves it; undefined when nothing changes. */
export function modeAfterChown(inode: Attributes, credentials: Credentials): number | undefined {
  if (inode.type === "dir") return undefined;
  return withoutSetIds(inode, credentials);
}

/** The mode without set-ids after a write by someone who is not root; undefined when nothing changes. */
export function modeAfterWrite(inode: Attributes, credentials: Credentials): number | undefined {
  if (inode.type !== "file" || isPrivilegedOver(credentials, inode)) return undefined;
  return withoutSetIds(inode, credentials);
}

function withoutSetIds(inode: Attributes, credentials: Credentials): number | undefined {
  let { mode } = inode;
  if ((mode & SUID) !== 0) mode &= ~SUID;
  if ((mode & SGID) !== 0 && ((mode & GROUP_X) !== 0 || !(inGroup(credentials, inode.gid) || isPrivilegedOver(credentials, inode))))
    mode &= ~SGID;
  return mode === inode.mode ? undefined : mode;
}

/** Owner, group and mode of what is made in a directory (inode_init_owner(), mode_strip_sgid(), and only then the umask). */
export function newInodeAttributes(
  parent: Attributes,
  type: Attributes["type"],
  mode: number,
  mask: number,
  credentials: Credentials,
): { readonly mode: number; readonly uid: number; readonly gid: number } {
  const inherits = (parent.mode & SGID) !== 0;
  const gid = inherits ? parent.gid : kernelGid(credentials, credentials.gid);
  let granted = mode;
  if (type === "dir") granted = inherits ? mode | SGID : mode;
  else if (
    inherits &&
    (mode & (SGID | GROUP_X)) === (SGID | GROUP_X) &&
    !inGroup(credentials, parent.gid) &&
    !isPrivilegedOver(credentials, parent)
  ) {
    granted &= ~SGID;
  }
  return { mode: granted & ~mask, uid: kernelUid(credentials, credentials.uid), gid };
}

/** xattr_permission(). EPERM, EACCES, ENODATA. */
export function checkXattr(fs: FileSystem, node: NodeId, name: string, mask: number, credentials: Credentials): void {
  const inode = fs.attributes(node);
  const writes = (mask & MAY_WRITE) !== 0;
  if (writes) {
    if (isImmutable(inode)) throw refuse("EPERM", "inode is immutable");
    if (isAppendOnly(inode)) throw refuse("EPERM", "inode is append-only");
  }
  if (name.startsWith("security.") || name.startsWith("system.")) {
    // A file's owner may change its security context (selinux_inode_setxattr).
    const isOwners = name === "security.selinux" && isOwner(inode, credentials);
    if (writes && name.startsWith("security.") && !isOwners && !isPrivilegedOver(credentials, inode))
      throw refuse("EPERM", "security attributes are root's");
    return;
  }
  if (name.startsWith("trusted.")) {
    if (!ownsMachine(credentials)) throw refuse(writes ? "EPERM" : "ENODATA", "trusted attributes are root's");
    return;
  }
  if (name.startsWith("user.")) {
    if (inode.type !== "file" && inode.type !== "dir")
      throw refuse(writes ? "EPERM" : "ENODATA", "only files and directories have user attributes");
    if (writes && inode.type === "dir" && (inode.mode & STICKY) !== 0 && !isOwner(inode, credentials))
      throw refuse("EPERM", "sticky directory");
  }
  checkAccess(fs, node, mask, credentials);
}
