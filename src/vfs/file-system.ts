/**
 * What every file system offers to the VFS: Linux's inode operations, on numbered nodes.
 *
 * A file system checks only what is its own business (ENOTEMPTY, ENOSPC, an overlay's EXDEV). Permission, read-only mounts,
 * immutable flags, mount points and the order in which they are asked are the VFS's (permission.ts, namei.ts, attributes.ts).
 */
import type { Timestamp } from "../base/timestamp.ts";
import type { Caller } from "./caller.ts";
import type { Mount } from "./mount.ts";
import type { OpenFile } from "./open-file.ts";
import type { SealedChanges, SealedFile, SealedSymlink, SealedTree } from "./sealed.ts";
import type { DeviceNumber, DirEntry, FileType, InodeFlags, Lifetime, Stat, StatFs } from "./types.ts";

/** Names an inode within one file system for as long as it is mounted. 0 is no node. */
export type NodeId = number;

export const NO_NODE: NodeId = 0;

/** A node as it can be found again in a copy of the same file system (name_to_handle_at(2)). */
export type NodeHandle = number | string;

/** What permission checks read. The object may be live: read it, do not keep it. */
export interface Attributes {
  readonly type: FileType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly rdev: DeviceNumber;
  readonly mtime: Timestamp;
  readonly atime: Timestamp;
  readonly ctime: Timestamp;
  readonly flags: InodeFlags;
}

/** What a new inode is to be. */
export interface NewNode {
  readonly type: FileType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly rdev?: DeviceNumber;
  /** Of a symbolic link. */
  readonly target?: string;
}

/** What setattr changes; `now` becomes ctime. */
export interface AttributeChange {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly atime?: Timestamp;
  readonly mtime?: Timestamp;
  readonly now: Timestamp;
}

/** What chmod, chown and utimensat act on: an inode of a file system, or a pipe, which lies nowhere. */
export interface Changeable {
  readonly inode: Attributes;
  /** Throws when the caller may not write it. */
  mayWrite(): void;
  /** Throws when nobody may change its attributes, whoever owns it. Left out: never. */
  maySet?(): void;
  set(change: AttributeChange): void;
}

export interface FileSystem {
  /** As mount(8) prints it. */
  readonly type: string;
  /** st_dev. */
  readonly dev: number;
  /** Whether the superblock is read-only: then the VFS answers EROFS before it looks at permission bits. */
  readonly readOnly: boolean;
  /** How long what is written to it lasts, unless a mount says otherwise. */
  readonly lifetime: Lifetime;
  /** Superblock options beside ro/rw, as findmnt(8) shows them. */
  readonly options: readonly string[];
  readonly root: NodeId;
  /** Whether something is in use that has no name any more. */
  readonly hasOrphans: boolean;
  /** The mounts that are put on something of it; kept by them. */
  readonly mountPoints: Set<Mount>;
  /** Grows with every change of what is in it; left out where that can not be told. */
  readonly changes?: number;
  /** Whether a name that is not there cannot be: ENOENT even for who wants to make it. Left out: no. */
  readonly hasFixedNames?: boolean;

  attributes(node: NodeId): Attributes;
  /** A new object each time, which the caller may change. */
  stat(node: NodeId): Stat;
  nlink(node: NodeId): number;
  /** Bytes; of a symbolic link the length of its target. */
  size(node: NodeId): number;
  /** The node called `name` in `dir`, or NO_NODE. */
  lookup(dir: NodeId, name: string): NodeId;
  /** Of a directory, also of a removed one. The root is its own parent. */
  parent(dir: NodeId): NodeId;
  /** The name of a directory in its parent; undefined when it has been removed. */
  name(dir: NodeId): string | undefined;
  readdir(dir: NodeId): DirEntry[];
  readlink(node: NodeId): string;

  create(dir: NodeId, name: string, what: NewNode, now: Timestamp): NodeId;
  link(dir: NodeId, name: string, node: NodeId, now: Timestamp): void;
  unlink(dir: NodeId, name: string, now: Timestamp): void;
  /** ENOTEMPTY. */
  rmdir(dir: NodeId, name: string, now: Timestamp): void;
  /** Whatever is at the new name is replaced; with `exchange` the two change places. ENOTEMPTY, EXDEV. */
  rename(fromDir: NodeId, fromName: string, toDir: NodeId, toName: string, exchange: boolean, now: Timestamp): void;
  setAttributes(node: NodeId, change: AttributeChange): void;
  setFlags(node: NodeId, flags: InodeFlags, now: Timestamp): void;

  /** Called before a descriptor that may write is made: where an overlay copies up. With `truncate` the contents need not be kept. */
  openForWriting(node: NodeId, truncate: boolean, now: Timestamp): void;
  read(node: NodeId, offset: number, count: number): Uint8Array;
  /** How many of `count` bytes, written with one call at `offset`, there is room for; without it, that is found out by writing. */
  fits?(node: NodeId, offset: number, count: number): number;
  /** How many bytes were taken; ENOSPC when none could be. */
  write(node: NodeId, offset: number, data: Uint8Array, now: Timestamp): number;
  /** With `touch` the times change even when the size does not (O_TRUNC, ftruncate(2)). */
  truncate(node: NodeId, size: number, touch: boolean, now: Timestamp): void;

  /** fallocate(2) from the beginning, where there is such a thing: `size` bytes have their place on the disk, or ENOSPC and nothing was done. */
  allocate?(node: NodeId, size: number, now: Timestamp): void;

  getxattr(node: NodeId, name: string): Uint8Array | undefined;
  /** `value` undefined removes. */
  setxattr(node: NodeId, name: string, value: Uint8Array | undefined, now: Timestamp): void;
  listxattr(node: NodeId): string[];

  /** Keeps the node while something uses it, though its last name goes. */
  hold(node: NodeId): void;
  release(node: NodeId): void;

  fsync(node: NodeId): void;
  sync(): void;
  statfs(): StatFs;

  /** A file whose contents are made at opening (/proc); undefined for an ordinary node. */
  openNode?(node: NodeId, flags: number, caller: Caller): OpenFile | undefined;

  /** The open file that a link leads to without a path (/proc/self/fd/0); undefined for an ordinary link. */
  openLink?(node: NodeId): OpenFile | undefined;

  /** The type of the file system that has a node: where an overlay's or another view's contents come from. Left out: its own. */
  typeBehind?(node: NodeId): string;

  /** Whether a node lies on something that cannot be written, though this file system can. Left out: no. */
  isReadOnlyBehind?(node: NodeId): boolean;

  /** What the last mutation did beside what was asked; asking forgets it. Only an overlay has anything to say. */
  takeEffect?(): "" | "copy-up" | "whiteout";

  /** No mount shows it any more, and nobody uses it. */
  unmounted?(): void;

  /** Of a file system of many trees: which of them a mount with these options shows, and its path. Left out: the root. ENOENT, EINVAL. */
  mountRoot?(options: ReadonlyMap<string, string>): MountRoot;

  /** Superblock options as a mount of `root` shows them. Left out: `options`. */
  optionsOf?(root: NodeId): readonly string[];

  /** Makes the superblock read-only or writable. Left out: who can do it is a `TreeFs` or an overlay. */
  remount?(readOnly: boolean): void;

  /** Whether a node lies in a tree that nobody may change, though mount and superblock are writable (Btrfs's property `ro`). Left out: no. */
  isSealed?(node: NodeId): boolean;

  /** The constant-time stand-ins of `Sys`; left out where there is no such thing: EOPNOTSUPP. */
  graft?(dir: NodeId, name: string, tree: SealedTree, now: Timestamp): void;
  dropTree?(dir: NodeId, name: string, now: Timestamp): void;
  linkSealed?(dir: NodeId, name: string, sealed: SealedFile | SealedSymlink, now: Timestamp): void;
  sealedTreeAt?(dir: NodeId): SealedTree | undefined;
  sealedChanges?(dir: NodeId): SealedChanges | undefined;

  handleOf(node: NodeId): NodeHandle;
  /** NO_NODE when it is not there. */
  nodeOf(handle: NodeHandle): NodeId;
}

export interface MountRoot {
  readonly node: NodeId;
  /** Its path within the file system. */
  readonly path: string;
}

export const NO_DEVICE: DeviceNumber = { major: 0, minor: 0 };

/** makedev(3), as st_dev shows it. */
export function deviceId(device: DeviceNumber): number {
  return device.major * 256 + device.minor;
}

/** "major:minor". */
export function deviceText(dev: number): string {
  return `${Math.floor(dev / 256)}:${dev % 256}`;
}

/** A whiteout of overlayfs: a character device 0:0. */
export function isWhiteout({ type, rdev }: Pick<Attributes, "type" | "rdev">): boolean {
  return type === "char" && rdev.major === 0 && rdev.minor === 0;
}
