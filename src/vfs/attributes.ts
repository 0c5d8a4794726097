/** Calls that change an inode without touching names: chmod, chown, utimes, truncate, xattrs, chattr (fs/open.c, fs/attr.c, fs/xattr.c). */
import { utf8Length } from "../base/utf8.ts";
import { about, wantWrite } from "./caller.ts";
import type { Caller } from "./caller.ts";
import type { AttributeChange, Changeable } from "./file-system.ts";
import type { Place } from "./mount.ts";
import {
  MAY_EXEC,
  MAY_READ,
  MAY_WRITE,
  checkAccess,
  checkChange,
  checkXattr,
  grantedMode,
  isAppendOnly,
  isOwner,
  modeAfterChown,
  modeAfterWrite,
  mustNotBeSealed,
  refuse,
} from "./permission.ts";
import type { TimeChange } from "./types.ts";
import { kernelGid, kernelUid, ownsMachine } from "./user-namespace.ts";

/** The inode at `place`, which may be written as far as mounts go. EROFS. */
export function inodeAt(caller: Caller, place: Place): Changeable {
  wantWrite(caller, place);
  const { mount, node } = place;
  return {
    inode: mount.fs.attributes(node),
    mayWrite: () => checkAccess(mount.fs, node, MAY_WRITE, caller.credentials),
    maySet: () => mustNotBeSealed(mount.fs, node),
    set: (change) => mount.fs.setAttributes(node, change),
  };
}

export function chmod(caller: Caller, changeable: Changeable, mode: number): void {
  const { inode, set } = changeable;
  const wanted = mode & 0o7777;
  checkChange(changeable, { mode: wanted }, caller.credentials);
  set({ mode: grantedMode(wanted, inode, caller.credentials), now: caller.now() });
}

/** -1 keeps. Set-ids go, even when nothing else changes. */
export function chown(caller: Caller, changeable: Changeable, uid: number, gid: number): void {
  const { inode, set } = changeable;
  const mode = modeAfterChown(inode, caller.credentials);
  const { credentials } = caller;
  const owners = {
    ...(uid === -1 ? {} : { uid: kernelUid(credentials, uid) }),
    ...(gid === -1 ? {} : { gid: kernelGid(credentials, gid) }),
  };
  checkChange(changeable, { ...owners, losesSetIds: mode !== undefined }, credentials);
  set({ ...owners, ...(mode === undefined ? {} : { mode }), now: caller.now() });
}

export function utimens(caller: Caller, changeable: Changeable, atime: TimeChange, mtime: TimeChange): void {
  const { set } = changeable;
  const touch = atime === "now" && mtime === "now";
  checkChange(changeable, { times: touch ? "touch" : "set" }, caller.credentials);
  const now = caller.now();
  const change: { atime?: AttributeChange["atime"]; mtime?: AttributeChange["mtime"] } = {};
  if (atime !== "omit") change.atime = atime === "now" ? now : atime;
  if (mtime !== "omit") change.mtime = mtime === "now" ? now : mtime;
  set({ ...(change as AttributeChange), now });
}

/** truncate(2), after the path was resolved. */
export function truncate(caller: Caller, place: Place, size: number): void {
  const { mount, node } = place;
  const inode = mount.fs.attributes(node);
  if (inode.type === "dir") throw refuse("EISDIR", "");
  if (inode.type !== "file") throw refuse("EINVAL", "");
  about(caller, place);
  // Unlike everywhere else, permission comes before the mount's read-only flag.
  checkAccess(mount.fs, node, MAY_WRITE, caller.credentials);
  mount.wantWrite();
  if (isAppendOnly(inode)) throw refuse("EPERM", "inode is append-only");
  caller.vfs.mayWriteText(place);
  mount.fs.openForWriting(node, false, caller.now());
  resize(caller, place, size, false);
}

/** ftruncate(2), after the descriptor was looked at. With `touch` the times change even when the size does not. */
export function resize(caller: Caller, place: Place, size: number, touch: boolean): void {
  const { mount, node } = place;
  about(caller, place);
  const now = caller.now();
  const mode = modeAfterWrite(mount.fs.attributes(node), caller.credentials);
  if (mode !== undefined) mount.fs.setAttributes(node, { mode, now });
  mount.fs.truncate(node, size, touch, now);
}

/** access(2). */
export function access(caller: Caller, place: Place, mode: string): void {
  const { mount, node } = place;
  about(caller, place);
  let mask = 0;
  if (mode.includes("R")) mask |= MAY_READ;
  if (mode.includes("W")) mask |= MAY_WRITE;
  if (mode.includes("X")) mask |= MAY_EXEC;
  if (mask === 0) return;
  const { type } = mount.fs.attributes(node);
  if ((mask & MAY_EXEC) !== 0 && type === "file" && mount.flags.includes("noexec")) throw refuse("EACCES", "mounted noexec");
  checkAccess(mount.fs, node, mask, caller.credentials);
  const special = type === "char" || type === "block" || type === "fifo" || type === "socket";
  if ((mask & MAY_WRITE) !== 0 && !special) mount.wantWrite();
}

const NAMESPACES = ["user.", "trusted.", "security."];

function checkName(name: string): void {
  const length = utf8Length(name);
  if (length === 0 || length > 255) throw refuse("ERANGE", "");
}

/** Whether there is anything that keeps attributes called so. */
function checkNamespace(name: string): void {
  if (!NAMESPACES.some((prefix) => name.startsWith(prefix) && name.length > prefix.length)) {
    throw refuse(NAMESPACES.includes(name) ? "EINVAL" : "EOPNOTSUPP", "");
  }
}

export function setxattr(caller: Caller, place: Place, name: string, value: Uint8Array, flag: "CREATE" | "REPLACE" | undefined): void {
  checkName(name);
  wantWrite(caller, place);
  const { fs } = place.mount;
  checkXattr(fs, place.node, name, MAY_WRITE, caller.credentials);
  const now = caller.now();
  // An overlay copies up before it asks whether the name makes sense.
  fs.openForWriting(place.node, false, now);
  checkNamespace(name);
  if (flag !== undefined) {
    const exists = fs.getxattr(place.node, name) !== undefined;
    if (flag === "CREATE" && exists) throw refuse("EEXIST", "");
    if (flag === "REPLACE" && !exists) throw refuse("ENODATA", "");
  }
  fs.setxattr(place.node, name, value, now);
}

export function getxattr(caller: Caller, place: Place, name: string): Uint8Array {
  checkName(name);
  about(caller, place);
  checkXattr(place.mount.fs, place.node, name, MAY_READ, caller.credentials);
  checkNamespace(name);
  const value = place.mount.fs.getxattr(place.node, name);
  if (value === undefined) throw refuse("ENODATA", "");
  return value.slice();
}

export function removexattr(caller: Caller, place: Place, name: string): void {
  checkName(name);
  wantWrite(caller, place);
  const { fs } = place.mount;
  checkXattr(fs, place.node, name, MAY_WRITE, caller.credentials);
  checkNamespace(name);
  if (fs.getxattr(place.node, name) === undefined) throw refuse("ENODATA", "");
  fs.setxattr(place.node, name, undefined, caller.now());
}

/** Others' attributes in trusted.* are not shown to who may not read them. */
export function listxattr(caller: Caller, place: Place): string[] {
  const names = place.mount.fs.listxattr(place.node);
  return ownsMachine(caller.credentials) ? names : names.filter((name) => !name.startsWith("trusted."));
}

/** FS_IOC_GETFLAGS and FS_IOC_SETFLAGS act on an open file, which one must be allowed to read. ENOTTY for what is neither file nor directory. */
export function checkFlagsAccess(caller: Caller, place: Place): void {
  const { type, rdev } = place.mount.fs.attributes(place.node);
  if (type === "symlink") throw refuse("ELOOP", "");
  about(caller, place);
  checkAccess(place.mount.fs, place.node, MAY_READ, caller.credentials);
  if (type === "file" || type === "dir") return;
  if (type === "socket") throw refuse("ENXIO", "");
  if (type === "char" || type === "block") caller.openDevice(type, rdev);
  throw refuse("ENOTTY", "");
}

/** How a file of ext4 is kept that has its contents in mapped blocks (`chattr -e`), which is the exception. */
const MAPPED = "b";

function isOnExt4({ mount: { fs }, node }: Place): boolean {
  return (fs.typeBehind?.(node) ?? fs.type) === "ext4";
}

/** FS_IOC_GETFLAGS. On ext4 whatever has contents has them in extents, unless that was taken from it. */
export function flagsOf(caller: Caller, place: Place): string {
  checkFlagsAccess(caller, place);
  const { flags, type } = place.mount.fs.attributes(place.node);
  if (flags.includes(MAPPED)) return flags.replace(MAPPED, "");
  return (type === "file" || type === "dir") && !flags.includes("e") && isOnExt4(place) ? `${flags}e` : flags;
}

/** FS_IOC_SETFLAGS. EPERM for another's file, for i and a without privilege, and on ext4 for whatever else of a file that stays immutable. */
export function setFlags(caller: Caller, place: Place, flags: string): void {
  checkFlagsAccess(caller, place);
  wantWrite(caller, place);
  const { fs } = place.mount;
  const inode = fs.attributes(place.node);
  if (!isOwner(inode, caller.credentials)) throw refuse("EPERM", "not the owner");
  const onExt4 = isOnExt4(place);
  if (onExt4 && flags.includes("C")) throw refuse("EOPNOTSUPP", "ext4 copies nothing on writing");
  if (onExt4 && inode.flags.includes("i") && flags.includes("i") && sorted(flags) !== sorted(flagsOf(caller, place)))
    throw refuse("EPERM", "what stays immutable changes in no other way");
  const guarded = (letters: string): string => (letters.includes("i") ? "i" : "") + (letters.includes("a") ? "a" : "");
  if (guarded(flags) !== guarded(inode.flags) && !ownsMachine(caller.credentials)) throw refuse("EPERM", "only root sets i and a");
  // What only directories have is passed over for others.
  const kept = onExt4 && inode.type !== "dir" ? flags.replace(/[DT]/g, "") : flags;
  fs.setFlags(place.node, onExt4 && inode.type === "file" && !kept.includes("e") ? kept + MAPPED : kept, caller.now());
}

function sorted(flags: string): string {
  return [...flags].sort().join("");
}
