/**
 * The one copy-on-write tree: tmpfs when its bytes are memfs's and nobody keeps a journal, the disk's file system otherwise.
 *
 * Inodes lie in a persistent table; a snapshot is a handful of references. Every mutation is a value (tree-ops.ts) that goes through
 * `apply`, so that a disk can number, delay or lose it. Sealed trees are grafted in constant time: a grafted directory gets a record of
 * its own when it is first changed, and not before; looking never changes anything.
 */
import type { Timestamp } from "../base/timestamp.ts";
import { utf8Length } from "../base/utf8.ts";
import { SysError } from "./errno.ts";
import { folioPiece } from "./ext4.ts";
import { BLOCK, blockPiece, inBlocks, whatFits } from "./file-bytes.ts";
import { NO_NODE } from "./file-system.ts";
import type { AttributeChange, Attributes, FileSystem, NewNode, NodeHandle, NodeId } from "./file-system.ts";
import type { Mount } from "./mount.ts";
import type { SealedChanges, SealedFile, SealedSymlink, SealedTree } from "./sealed.ts";
import { sealedChanges } from "./sealed-changes.ts";
import { FILE_BASE } from "./tree-grafts.ts";
import { applyOp } from "./tree-mutations.ts";
import type { Journal, TreeOp } from "./tree-ops.ts";
import { ROOT, TreeState } from "./tree-state.ts";
import type { TreeOptions, TreeSnapshot } from "./tree-state.ts";
import type { DirEntry, FileType, InodeFlags, Lifetime, Stat, StatFs } from "./types.ts";

export type { TreeOptions, TreeSnapshot } from "./tree-state.ts";

const NOTHING = new Uint8Array(0);
/** What the kernel keeps of an inode in RAM. */
const INODE_BYTES = 1024;

/** Whether file systems of this type take memory. */
export function isInRam(type: string): boolean {
  return type === "tmpfs" || type === "devtmpfs" || type === "ramfs";
}

export class TreeFs implements FileSystem {
  readonly root: NodeId = ROOT;
  readonly mountPoints = new Set<Mount>();
  readOnly = false;
  /** Told of each mutation before it happens. */
  journal: Journal | undefined = undefined;
  /** Of a file system in RAM: how many bytes there are for all of them together. */
  memoryLeft: (() => number) | undefined = undefined;
  readonly #state: TreeState;
  #changes = 0;

  /** An empty tree whose root directory is as `root` says. */
  static make(options: TreeOptions, root: Pick<NewNode, "mode" | "uid" | "gid">, now: Timestamp): TreeFs {
    const state = new TreeState(options);
    state.addInode(ROOT, { type: "dir", ...root }, now);
    return new TreeFs(state);
  }

  /** An independent tree that starts as `snapshot`. */
  static open(snapshot: TreeSnapshot): TreeFs {
    const fs = new TreeFs(new TreeState(snapshot.options, snapshot));
    fs.readOnly = snapshot.readOnly;
    return fs;
  }

  private constructor(state: TreeState) {
    this.#state = state;
  }

  snapshot(): TreeSnapshot {
    return this.#state.freeze(this.readOnly);
  }

  /** Constant time; neither tree sees what happens to the other from now on. */
  fork(): TreeFs {
    return TreeFs.open(this.snapshot());
  }

  get changes(): number {
    return this.#changes;
  }

  // ── looking ──

  get hasOrphans(): boolean {
    return this.#state.hasOrphans;
  }

  get type(): string {
    return this.#state.options.type;
  }

  get dev(): number {
    return this.#state.options.dev;
  }

  get lifetime(): Lifetime {
    return this.#state.options.lifetime;
  }

  get options(): readonly string[] {
    return this.#state.options.options ?? [];
  }

  attributes(node: NodeId): Attributes {
    return this.#state.inode(node);
  }

  /** Whether the inode exists (it may have lost its last name). */
  has(ino: NodeId): boolean {
    if (this.#state.record(ino) !== undefined) return true;
    if (ino >= FILE_BASE) return this.#state.grafts.isNamed(ino - FILE_BASE);
    return this.#state.grafts.at(ino) !== undefined;
  }

  nlink(node: NodeId): number {
    if (node >= FILE_BASE) return this.#state.grafts.names(node - FILE_BASE);
    const inode = this.#state.inode(node);
    if (inode.type !== "dir") return inode.names;
    return inode.names === 0 ? 0 : this.type === "btrfs" ? 1 : 2 + inode.subdirs;
  }

  size(node: NodeId): number {
    const inode = this.#state.inode(node);
    if (inode.type !== "dir") return inode.type === "symlink" && inode.size === 0 ? utf8Length(inode.target) : inode.size;
    if (this.type === "btrfs") return 2 * inode.nameBytes;
    return this.type === "tmpfs" ? 40 + 20 * this.#state.entryCount(inode) : BLOCK;
  }

  stat(node: NodeId): Stat {
    const inode = this.#state.inode(node);
    const size = this.size(node);
    return {
      dev: this.dev,
      ino: node,
      type: inode.type,
      mode: inode.mode,
      nlink: this.nlink(node),
      uid: inode.uid,
      gid: inode.gid,
      rdev: inode.rdev,
      size,
      blocks:
        inode.type === "file" ? (inode.bytes?.allocated ?? inBlocks(size)) / 512 : inode.type === "dir" && this.type === "ext4" ? 8 : 0,
      blksize: BLOCK,
      atime: inode.atime,
      mtime: inode.mtime,
      ctime: inode.ctime,
    };
  }

  lookup(dir: NodeId, name: string): NodeId {
    return this.#state.lookup(dir, name);
  }

  parent(dir: NodeId): NodeId {
    const inode = this.#state.inodes.get(dir);
    if (inode !== undefined) return inode.parent;
    const graft = this.#state.grafts.at(dir);
    return graft === undefined ? ROOT : graft.base + graft.index.place(dir - graft.base).parent;
  }

  name(dir: NodeId): string | undefined {
    const inode = this.#state.inodes.get(dir);
    if (inode !== undefined) return inode.names === 0 ? undefined : inode.name;
    const graft = this.#state.grafts.at(dir);
    return graft?.index.place(dir - graft.base).name;
  }

  readdir(dir: NodeId): DirEntry[] {
    const inode = this.#state.inode(dir);
    const entries: DirEntry[] = [];
    const own = inode.entries;
    if (inode.sealed !== undefined) {
      const graft = this.#state.graftOf(dir);
      for (const [name, node] of inode.sealed.entries) {
        if (own?.has(name) === true) continue;
        entries.push({ name, ino: node.kind === "dir" ? graft.base + node.index : FILE_BASE + node.object, type: node.kind });
      }
    }
    for (const [name, ino] of own ?? []) if (ino !== NO_NODE) entries.push({ name, ino, type: this.#state.inode(ino).type });
    return entries;
  }

  readlink(node: NodeId): string {
    return this.#state.inode(node).target;
  }

  read(node: NodeId, offset: number, count: number): Uint8Array {
    const inode = this.#state.inode(node);
    if (inode.bytes !== undefined) return inode.bytes.read(offset, count);
    if (inode.sealedFile !== undefined) return inode.sealedFile.bytes().slice(offset, offset + count);
    return NOTHING;
  }

  /** What a sealed file's inode holds here, which may have been changed; undefined when no name of it is left. */
  readSealed(sealed: SealedFile, offset: number, count: number): Uint8Array | undefined {
    if (!this.#state.grafts.isNamed(sealed.object)) return undefined;
    this.#state.grafts.know(sealed);
    return this.read(FILE_BASE + sealed.object, offset, count);
  }

  /** What a file's contents are kept in, which copies of the tree share until one changes them, and how many bytes that takes. */
  contentsOf(node: NodeId): { readonly contents: object | undefined; readonly bytes: number } {
    const { bytes, sealedFile, size } = this.#state.inode(node);
    return { contents: bytes ?? sealedFile, bytes: bytes?.allocated ?? size };
  }

  getxattr(node: NodeId, name: string): Uint8Array | undefined {
    return this.#state.inode(node).xattrs?.get(name);
  }

  listxattr(node: NodeId): string[] {
    const { xattrs } = this.#state.inode(node);
    return xattrs === undefined ? [] : [...xattrs.keys()];
  }

  /** Of a file system in RAM: what its files and inodes take. */
  get ramBytes(): number {
    return this.#state.used + this.#state.count * INODE_BYTES;
  }

  statfs(): StatFs {
    const { capacity, reserve, type } = this.#state.options;
    const inodes = this.#mostInodes === Infinity ? 0 : this.#mostInodes;
    const free = Math.max(0, this.#unused());
    return {
      type,
      total: capacity,
      free,
      available: reserve === undefined ? free : Math.max(0, free - reserve.kernel - reserve.root),
      files: inodes,
      filesFree: Math.max(0, inodes - this.#state.count),
      readOnly: this.readOnly,
    };
  }

  handleOf(node: NodeId): NodeHandle {
    return node;
  }

  nodeOf(handle: NodeHandle): NodeId {
    return typeof handle === "number" && this.has(handle) ? handle : NO_NODE;
  }

  /** Path within this file system of a directory, or of one name of anything else; undefined when it has none any more. */
  path(node: NodeId): string | undefined {
    if (node === ROOT) return "/";
    if (node >= FILE_BASE && this.#state.record(node) === undefined) return undefined;
    const isDirectory = node < FILE_BASE && this.#state.inode(node).type === "dir";
    const name = isDirectory ? this.name(node) : this.#state.inode(node).name;
    const parent = isDirectory ? this.parent(node) : this.#state.inode(node).parent;
    if (name === undefined || parent === NO_NODE || (!isDirectory && this.lookup(parent, name) !== node)) return undefined;
    const above = this.path(parent);
    return above === undefined ? undefined : above === "/" ? `/${name}` : `${above}/${name}`;
  }

  // ── changing ──

  create(dir: NodeId, name: string, what: NewNode, now: Timestamp): NodeId {
    this.#mustBeThere(dir);
    this.#mustHaveRoom(what.type);
    const ino = this.#state.next;
    this.apply({ kind: "create", dir, name, ino, what, now });
    return ino;
  }

  link(dir: NodeId, name: string, node: NodeId, now: Timestamp): void {
    this.#mustBeThere(dir);
    this.apply({ kind: "link", dir, name, ino: node, now });
  }

  unlink(dir: NodeId, name: string, now: Timestamp): void {
    this.#mustBeThere(dir);
    this.apply({ kind: "unlink", dir, name, now });
  }

  rmdir(dir: NodeId, name: string, now: Timestamp): void {
    if (this.#state.entryCount(this.#state.inode(this.lookup(dir, name))) > 0) throw new SysError("ENOTEMPTY");
    this.apply({ kind: "rmdir", dir, name, now });
  }

  rename(fromDir: NodeId, fromName: string, toDir: NodeId, toName: string, exchange: boolean, now: Timestamp): void {
    this.#mustBeThere(fromDir);
    this.#mustBeThere(toDir);
    const target = this.lookup(toDir, toName);
    if (
      !exchange &&
      target !== NO_NODE &&
      this.#state.inode(target).type === "dir" &&
      this.#state.entryCount(this.#state.inode(target)) > 0
    ) {
      throw new SysError("ENOTEMPTY");
    }
    this.apply({ kind: "rename", dir: fromDir, name: fromName, toDir, toName, exchange, now });
  }

  setAttributes(node: NodeId, change: AttributeChange): void {
    this.#state.inode(node);
    this.apply({ kind: "setattr", ino: node, change });
  }

  setFlags(node: NodeId, flags: InodeFlags, now: Timestamp): void {
    this.#state.inode(node);
    this.apply({ kind: "setflags", ino: node, flags, now });
  }

  openForWriting(): void {
    // Nothing needs to be copied here.
  }

  fits(node: NodeId, offset: number, count: number): number {
    const { bytes } = this.#state.inode(node);
    const growth = (most: number): number => bytes?.growth(offset, most) ?? inBlocks(offset + most) - (offset - (offset % BLOCK));
    return whatFits({ offset, count, room: this.#room() }, growth, this.type === "ext4" ? folioPiece : blockPiece);
  }

  write(node: NodeId, offset: number, data: Uint8Array, now: Timestamp): number {
    const taken = data.subarray(0, this.fits(node, offset, data.length));
    if (taken.length === 0 && data.length > 0) throw new SysError("ENOSPC", "", "", "no space left on the file system");
    this.apply({ kind: "write", ino: node, offset, data: taken, now });
    return taken.length;
  }

  truncate(node: NodeId, size: number, touch: boolean, now: Timestamp): void {
    this.#state.inode(node);
    this.apply({ kind: "truncate", ino: node, size, touch, now });
  }

  allocate(node: NodeId, size: number, now: Timestamp): void {
    const { bytes } = this.#state.inode(node);
    if ((bytes?.growth(0, size) ?? inBlocks(size)) > this.#room()) throw new SysError("ENOSPC", "", "", "no space left on the file system");
    this.apply({ kind: "allocate", ino: node, size, now });
  }

  setxattr(node: NodeId, name: string, value: Uint8Array | undefined, now: Timestamp): void {
    this.#state.inode(node);
    this.apply({ kind: "setxattr", ino: node, name, value, now });
  }

  /** `Sys.graft`. */
  graft(dir: NodeId, name: string, tree: SealedTree, now: Timestamp): void {
    this.apply({ kind: "graft", dir, name, tree, base: this.#state.next, now });
  }

  /** `Sys.dropTree`. */
  dropTree(dir: NodeId, name: string, now: Timestamp): void {
    this.apply({ kind: "drop", dir, name, now });
  }

  /** `Sys.linkSealed`. */
  linkSealed(dir: NodeId, name: string, sealed: SealedFile | SealedSymlink, now: Timestamp): void {
    this.apply({ kind: "link", dir, name, ino: FILE_BASE + sealed.object, sealed, now });
  }

  /** `Sys.sealedTreeAt`. */
  sealedTreeAt(dir: NodeId): SealedTree | undefined {
    const graft = this.#state.grafts.at(dir);
    return graft?.base === dir ? graft.tree : undefined;
  }

  /** `Sys.sealedChanges`. */
  sealedChanges(dir: NodeId): SealedChanges | undefined {
    return sealedChanges(this.#state, dir);
  }

  hold(node: NodeId): void {
    this.#state.hold(node);
  }

  release(node: NodeId): void {
    this.#state.release(node);
  }

  fsync(node: NodeId): void {
    this.journal?.fsync(node);
  }

  sync(): void {
    this.journal?.sync();
  }

  /** ENOENT for a directory that was removed: nothing is made in it, or taken out of it, any more. */
  #mustBeThere(dir: NodeId): void {
    if (this.name(dir) === undefined) throw new SysError("ENOENT", "", "", "the directory was removed");
  }

  /** Bytes that may be written. */
  #room(): number {
    return this.#unused() - (this.#state.options.reserve?.kernel ?? 0);
  }

  #unused(): number {
    const { capacity } = this.#state.options;
    // What has no table of inodes keeps them among everything else.
    const spent = this.#mostInodes === Infinity ? this.#state.count * INODE_BYTES : 0;
    return Math.min(capacity - this.#state.used - spent, this.memoryLeft?.() ?? Infinity);
  }

  get #mostInodes(): number {
    const { inodes, capacity, type } = this.#state.options;
    return inodes ?? (type === "btrfs" ? Infinity : Math.floor(capacity / BLOCK));
  }

  /** Where inodes have a table of their own, a new one takes a block only for the names in a directory, and in RAM not even for those. */
  #mustHaveRoom(type: FileType): void {
    const takesBlock = this.#mostInodes === Infinity || (type === "dir" && this.type !== "tmpfs");
    const isFull = takesBlock ? this.#room() <= 0 : this.memoryLeft !== undefined && this.memoryLeft() <= 0;
    if (isFull || this.#state.count >= this.#mostInodes) throw new SysError("ENOSPC", "", "", "no space left on the file system");
  }

  /** The one door for every mutation. The caller has made sure that `op` can be done. */
  apply(op: TreeOp): void {
    this.journal?.before(op);
    this.#changes++;
    applyOp(this.#state, op);
  }
}
