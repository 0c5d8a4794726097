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
import type { ByteStore, FileBytes } from "./file-bytes.ts";
import { NO_NODE } from "./file-system.ts";
import type { AttributeChange, Attributes, FileSystem, NewNode, NodeHandle, NodeId } from "./file-system.ts";
import { RadixTable, newOwner } from "./radix-table.ts";
import type { FrozenTable, Owner } from "./radix-table.ts";
import type { SealedFile, SealedSymlink, SealedTree } from "./sealed.ts";
import { SealedIndex } from "./sealed-index.ts";
import { FILE_BASE, Grafts } from "./tree-grafts.ts";
import type { FrozenGrafts, Graft } from "./tree-grafts.ts";
import { Inode, sealedView } from "./tree-inode.ts";
import type { Entries } from "./tree-inode.ts";
import type { Journal, TreeOp } from "./tree-ops.ts";
import type { DirEntry, FileType, InodeFlags, Lifetime, Stat, StatFs } from "./types.ts";

export interface TreeOptions {
  /** As mount(8) prints it; also how directories are counted: "btrfs" says nlink 1, all others count subdirectories. */
  readonly type: string;
  /** st_dev. */
  readonly dev: number;
  readonly bytes: ByteStore;
  /** Bytes; ENOSPC beyond. */
  readonly capacity: number;
  readonly lifetime: Lifetime;
  readonly options?: readonly string[];
}

/** A whole tree at one moment. Immutable, and constant time to take and to open. */
export interface TreeSnapshot {
  readonly options: TreeOptions;
  readonly readOnly: boolean;
  readonly inodes: FrozenTable;
  readonly objects: FrozenTable;
  readonly grafts: FrozenGrafts;
  readonly orphans: readonly number[];
  readonly next: number;
  readonly used: number;
}

const ROOT = 1;
const BLOCK = 4096;
const NOTHING = new Uint8Array(0);

export class TreeFs implements FileSystem {
  readonly root: NodeId = ROOT;
  readonly #settings: TreeOptions;
  readOnly = false;
  /** Told of each mutation before it happens. */
  journal: Journal | undefined = undefined;
  #owner: Owner;
  #inodes: RadixTable<Inode>;
  /** Sealed objects that were changed, by object number. */
  #changed: RadixTable<Inode>;
  #grafts: Grafts;
  #next = ROOT + 1;
  #used = 0;
  /** Inodes without a name that something still uses. */
  #orphans = new Set<NodeId>();
  /** How many users a node has; of this instance, not of its snapshots. */
  readonly #holds = new Map<NodeId, number>();

  /** An empty tree whose root directory is as `root` says. */
  static make(options: TreeOptions, root: Pick<NewNode, "mode" | "uid" | "gid">, now: Timestamp): TreeFs {
    const fs = new TreeFs(options);
    fs.#addInode(ROOT, { type: "dir", ...root }, now);
    return fs;
  }

  /** An independent tree that starts as `snapshot`. */
  static open(snapshot: TreeSnapshot): TreeFs {
    return new TreeFs(snapshot.options, snapshot);
  }

  private constructor(options: TreeOptions, from?: TreeSnapshot) {
    this.#settings = options;
    this.#owner = newOwner();
    this.#inodes = new RadixTable(this.#owner, from?.inodes);
    this.#changed = new RadixTable(this.#owner, from?.objects);
    this.#grafts = new Grafts(this.#owner, from?.grafts);
    if (from === undefined) return;
    this.readOnly = from.readOnly;
    this.#next = from.next;
    this.#used = from.used;
    for (const ino of from.orphans) this.#forget(ino);
  }

  snapshot(): TreeSnapshot {
    const owner = (this.#owner = newOwner());
    return {
      options: this.#settings,
      readOnly: this.readOnly,
      inodes: this.#inodes.freeze(owner),
      objects: this.#changed.freeze(owner),
      grafts: this.#grafts.freeze(owner),
      orphans: this.#orphans.size === 0 ? [] : [...this.#orphans],
      next: this.#next,
      used: this.#used,
    };
  }

  /** Constant time; neither tree sees what happens to the other from now on. */
  fork(): TreeFs {
    return TreeFs.open(this.snapshot());
  }

  // ── looking ──

  get type(): string {
    return this.#settings.type;
  }

  get dev(): number {
    return this.#settings.dev;
  }

  get lifetime(): Lifetime {
    return this.#settings.lifetime;
  }

  get options(): readonly string[] {
    return this.#settings.options ?? [];
  }

  attributes(node: NodeId): Attributes {
    return this.#inode(node);
  }

  /** Whether the inode exists (it may have lost its last name). */
  has(ino: NodeId): boolean {
    if (this.#record(ino) !== undefined) return true;
    if (ino >= FILE_BASE) return this.#grafts.names(ino - FILE_BASE) > 0;
    return this.#grafts.at(ino) !== undefined;
  }

  nlink(node: NodeId): number {
    if (node >= FILE_BASE) return this.#grafts.names(node - FILE_BASE);
    const inode = this.#inode(node);
    if (inode.type !== "dir") return inode.names;
    return inode.names === 0 ? 0 : this.type === "btrfs" ? 1 : 2 + inode.subdirs;
  }

  size(node: NodeId): number {
    const inode = this.#inode(node);
    if (inode.type !== "dir") return inode.type === "symlink" && inode.size === 0 ? utf8Length(inode.target) : inode.size;
    if (this.type === "btrfs") return 2 * inode.nameBytes;
    return this.type === "tmpfs" ? 40 + 20 * this.#entryCount(inode) : BLOCK;
  }

  stat(node: NodeId): Stat {
    const inode = this.#inode(node);
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
      blocks: inode.type === "file" ? blocksOf(size) * (BLOCK / 512) : inode.type === "dir" && this.type === "ext4" ? 8 : 0,
      blksize: BLOCK,
      atime: inode.atime,
      mtime: inode.mtime,
      ctime: inode.ctime,
    };
  }

  lookup(dir: NodeId, name: string): NodeId {
    const inode = this.#inodes.get(dir);
    if (inode?.entries !== undefined) return inode.entries.get(name) ?? NO_NODE;
    const graft = this.#grafts.at(dir);
    if (graft === undefined) return NO_NODE;
    const sealed = inode?.sealed ?? SealedIndex.of(graft.tree).place(dir - graft.base).dir;
    return this.#grafts.nodeOf(graft, sealed, name);
  }

  parent(dir: NodeId): NodeId {
    const inode = this.#inodes.get(dir);
    if (inode !== undefined) return inode.parent;
    const graft = this.#graftOf(dir);
    return graft.base + SealedIndex.of(graft.tree).place(dir - graft.base).parent;
  }

  name(dir: NodeId): string | undefined {
    const inode = this.#inodes.get(dir);
    if (inode !== undefined) return inode.names === 0 ? undefined : inode.name;
    const graft = this.#graftOf(dir);
    return SealedIndex.of(graft.tree).place(dir - graft.base).name;
  }

  readdir(dir: NodeId): DirEntry[] {
    const inode = this.#inode(dir);
    const entries: DirEntry[] = [];
    if (inode.entries !== undefined) {
      for (const [name, ino] of inode.entries) entries.push({ name, ino, type: this.#inode(ino).type });
    } else if (inode.sealed !== undefined) {
      const graft = this.#graftOf(dir);
      for (const [name, node] of inode.sealed.entries) {
        entries.push({ name, ino: node.kind === "dir" ? graft.base + node.index : FILE_BASE + node.object, type: node.kind });
      }
    }
    return entries;
  }

  readlink(node: NodeId): string {
    return this.#inode(node).target;
  }

  read(node: NodeId, offset: number, count: number): Uint8Array {
    const inode = this.#inode(node);
    if (inode.bytes !== undefined) return inode.bytes.read(offset, count);
    if (inode.sealedFile !== undefined) return inode.sealedFile.bytes().slice(offset, offset + count);
    return NOTHING;
  }

  getxattr(node: NodeId, name: string): Uint8Array | undefined {
    return this.#inode(node).xattrs?.get(name);
  }

  listxattr(node: NodeId): string[] {
    const { xattrs } = this.#inode(node);
    return xattrs === undefined ? [] : [...xattrs.keys()];
  }

  statfs(): StatFs {
    const { capacity, type } = this.#settings;
    const free = Math.max(0, capacity - this.#used);
    const files = Math.floor(capacity / BLOCK);
    const counted = type !== "btrfs";
    return {
      type,
      total: capacity,
      free,
      available: free,
      files: counted ? files : 0,
      filesFree: counted ? Math.max(0, files - this.#next) : 0,
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
    if (node >= FILE_BASE && this.#record(node) === undefined) return undefined;
    const isDirectory = node < FILE_BASE && this.#inode(node).type === "dir";
    const name = isDirectory ? this.name(node) : this.#inode(node).name;
    const parent = isDirectory ? this.parent(node) : this.#inode(node).parent;
    if (name === undefined || parent === NO_NODE || (!isDirectory && this.lookup(parent, name) !== node)) return undefined;
    const above = this.path(parent);
    return above === undefined ? undefined : above === "/" ? `/${name}` : `${above}/${name}`;
  }

  // ── changing ──

  create(dir: NodeId, name: string, what: NewNode, now: Timestamp): NodeId {
    this.#mustHaveRoom();
    const ino = this.#next;
    this.apply({ kind: "create", dir, name, ino, what, now });
    return ino;
  }

  link(dir: NodeId, name: string, node: NodeId, now: Timestamp): void {
    this.apply({ kind: "link", dir, name, ino: node, now });
  }

  unlink(dir: NodeId, name: string, now: Timestamp): void {
    this.apply({ kind: "unlink", dir, name, now });
  }

  rmdir(dir: NodeId, name: string, now: Timestamp): void {
    if (this.#entryCount(this.#inode(this.lookup(dir, name))) > 0) throw new SysError("ENOTEMPTY");
    this.apply({ kind: "rmdir", dir, name, now });
  }

  rename(fromDir: NodeId, fromName: string, toDir: NodeId, toName: string, exchange: boolean, now: Timestamp): void {
    const target = this.lookup(toDir, toName);
    if (!exchange && target !== NO_NODE && this.#inode(target).type === "dir" && this.#entryCount(this.#inode(target)) > 0) {
      throw new SysError("ENOTEMPTY");
    }
    this.apply({ kind: "rename", dir: fromDir, name: fromName, toDir, toName, exchange, now });
  }

  setAttributes(node: NodeId, change: AttributeChange): void {
    this.apply({ kind: "setattr", ino: node, change });
  }

  setFlags(node: NodeId, flags: InodeFlags, now: Timestamp): void {
    this.apply({ kind: "setflags", ino: node, flags, now });
  }

  openForWriting(): void {
    // Nothing needs to be copied here.
  }

  write(node: NodeId, offset: number, data: Uint8Array, now: Timestamp): number {
    const { size } = this.#inode(node);
    const room = this.#settings.capacity - this.#used;
    let taken = data;
    if ((blocksOf(Math.max(size, offset + data.length)) - blocksOf(size)) * BLOCK > room) {
      const end = (blocksOf(size) + Math.floor(Math.max(0, room) / BLOCK)) * BLOCK;
      if (end <= offset) throw new SysError("ENOSPC", "", "", "no space left on the file system");
      taken = data.subarray(0, end - offset);
    }
    this.apply({ kind: "write", ino: node, offset, data: taken, now });
    return taken.length;
  }

  truncate(node: NodeId, size: number, touch: boolean, now: Timestamp): void {
    this.apply({ kind: "truncate", ino: node, size, touch, now });
  }

  setxattr(node: NodeId, name: string, value: Uint8Array | undefined, now: Timestamp): void {
    this.apply({ kind: "setxattr", ino: node, name, value, now });
  }

  /** `Sys.graft`. */
  graft(dir: NodeId, name: string, tree: SealedTree, now: Timestamp): void {
    this.apply({ kind: "graft", dir, name, tree, base: this.#next, now });
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
  sealedTreeAt(dir: NodeId): { readonly tree: SealedTree; readonly pristine: boolean } | undefined {
    const graft = this.#grafts.list.find(({ base }) => base === dir);
    if (graft === undefined) return undefined;
    const { tree, real } = graft;
    const top = this.#inode(dir);
    const sameTop =
      top.entries === undefined && top.mode === (tree.root.mode & 0o7777) && top.uid === tree.root.uid && top.gid === tree.root.gid;
    let pristine = sameTop && real.size === 1 && graft.removed.size === 0;
    if (pristine) for (const inode of this.#changed.values()) if (tree.linksTo(inode.ino - FILE_BASE) > 0) pristine = false;
    return { tree, pristine };
  }

  hold(node: NodeId): void {
    this.#holds.set(node, (this.#holds.get(node) ?? 0) + 1);
  }

  release(node: NodeId): void {
    const count = (this.#holds.get(node) ?? 0) - 1;
    if (count > 0) {
      this.#holds.set(node, count);
      return;
    }
    this.#holds.delete(node);
    if (!this.#orphans.delete(node)) return;
    const { type, parent } = this.#inode(node);
    this.#forget(node);
    if (type === "dir") this.release(parent);
  }

  fsync(node: NodeId): void {
    this.journal?.fsync(node);
  }

  sync(): void {
    this.journal?.sync();
  }

  /** The one door for every mutation. The caller has made sure that `op` can be done. */
  apply(op: TreeOp): void {
    this.journal?.before(op);
    switch (op.kind) {
      case "create":
        return this.#create(op.dir, op.name, op.ino, op.what, op.now);
      case "link":
        return this.#link(op.dir, op.name, op.ino, op.sealed, op.now);
      case "unlink":
      case "rmdir":
        return this.#unlink(op.dir, op.name, op.now);
      case "rename":
        return op.exchange
          ? this.#exchange(op.dir, op.name, op.toDir, op.toName, op.now)
          : this.#rename(op.dir, op.name, op.toDir, op.toName, op.now);
      case "setattr":
        return this.#setAttributes(this.#own(op.ino), op.change);
      case "setflags": {
        const inode = this.#own(op.ino);
        inode.flags = op.flags;
        inode.ctime = op.now;
        return;
      }
      case "setxattr":
        return this.#setxattr(this.#own(op.ino), op.name, op.value, op.now);
      case "write":
        return this.#write(this.#own(op.ino), op.offset, op.data, op.now);
      case "truncate":
        return this.#truncate(this.#own(op.ino), op.size, op.touch, op.now);
      case "graft":
        return this.#graft(op.dir, op.name, op.tree, op.base, op.now);
      case "drop":
        return this.#drop(op.dir, op.name, op.now);
    }
  }

  #create(dirIno: NodeId, name: string, ino: NodeId, what: NewNode, now: Timestamp): void {
    const inode = this.#addInode(ino, what, now);
    inode.parent = dirIno;
    inode.name = name;
    this.#addName(dirIno, name, ino, what.type, now);
  }

  #addInode(ino: NodeId, what: NewNode, now: Timestamp): Inode {
    const inode = new Inode(this.#owner, ino, what, now);
    if (what.type === "dir") {
      inode.entries = new Map();
      inode.entriesOwner = this.#owner;
      inode.parent = ino;
    } else if (what.type === "symlink") inode.size = utf8Length(what.target ?? "");
    this.#inodes.set(ino, inode);
    if (ino >= this.#next) this.#next = ino + 1;
    return inode;
  }

  #link(dir: NodeId, name: string, ino: NodeId, sealed: SealedFile | SealedSymlink | undefined, now: Timestamp): void {
    if (sealed !== undefined) this.#grafts.know(sealed);
    // Giving a sealed object one more name is not a change of the object.
    if (ino < FILE_BASE || this.#record(ino) !== undefined) {
      const inode = this.#own(ino);
      inode.ctime = now;
      inode.parent = dir;
      inode.name = name;
      if (ino < FILE_BASE) inode.names++;
    }
    this.#addName(dir, name, ino, this.#inode(ino).type, now);
  }

  #unlink(dir: NodeId, name: string, now: Timestamp): void {
    const ino = this.lookup(dir, name);
    this.#removeName(dir, name, ino, now);
    this.#loseName(ino, now);
  }

  /** One name of `ino` is gone. */
  #loseName(ino: NodeId, now: Timestamp): void {
    if (ino >= FILE_BASE) {
      const changed = this.#record(ino);
      if (changed !== undefined) this.#own(ino).ctime = now;
      if (this.#grafts.names(ino - FILE_BASE) === 0) this.#orphan(ino);
      return;
    }
    const inode = this.#own(ino);
    inode.ctime = now;
    inode.names--;
    if (inode.names === 0) this.#orphan(ino);
  }

  #orphan(ino: NodeId): void {
    if (!this.#holds.has(ino)) return this.#forget(ino);
    this.#orphans.add(ino);
    // ".." of a removed directory goes on to lead somewhere.
    const inode = this.#inode(ino);
    if (inode.type === "dir") this.hold(inode.parent);
  }

  #forget(ino: NodeId): void {
    const inode = this.#record(ino);
    if (inode === undefined || (ino >= FILE_BASE ? this.#grafts.names(ino - FILE_BASE) : inode.names) > 0) return;
    this.#used -=
      blocksOf(inode.size) * BLOCK * Number(inode.type === "file" && (inode.sealedFile === undefined || inode.bytes !== undefined));
    if (ino >= FILE_BASE) this.#changed.set(ino - FILE_BASE, undefined);
    else this.#inodes.set(ino, undefined);
  }

  #rename(fromDir: NodeId, fromName: string, toDir: NodeId, toName: string, now: Timestamp): void {
    const ino = this.lookup(fromDir, fromName);
    const replaced = this.lookup(toDir, toName);
    this.#removeName(fromDir, fromName, ino, now);
    if (replaced !== NO_NODE) {
      this.#removeName(toDir, toName, replaced, now);
      this.#loseName(replaced, now);
    }
    this.#settle(ino, toDir, toName, now);
  }

  #exchange(fromDir: NodeId, fromName: string, toDir: NodeId, toName: string, now: Timestamp): void {
    const one = this.lookup(fromDir, fromName);
    const other = this.lookup(toDir, toName);
    this.#removeName(fromDir, fromName, one, now);
    this.#removeName(toDir, toName, other, now);
    this.#settle(one, toDir, toName, now);
    this.#settle(other, fromDir, fromName, now);
  }

  /** Gives `ino`, whose old name was just taken, its new one. */
  #settle(ino: NodeId, dir: NodeId, name: string, now: Timestamp): void {
    if (ino < FILE_BASE || this.#record(ino) !== undefined) {
      const inode = this.#own(ino);
      if (inode.sealed !== undefined && this.#graftOf(ino).base !== ino) this.#detach(inode);
      inode.ctime = now;
      inode.parent = dir;
      inode.name = name;
    }
    this.#addName(dir, name, ino, this.#inode(ino).type, now);
  }

  #setAttributes(inode: Inode, change: AttributeChange): void {
    if (change.mode !== undefined) inode.mode = change.mode;
    if (change.uid !== undefined) inode.uid = change.uid;
    if (change.gid !== undefined) inode.gid = change.gid;
    if (change.atime !== undefined) inode.atime = change.atime;
    if (change.mtime !== undefined) inode.mtime = change.mtime;
    inode.ctime = change.now;
  }

  #setxattr(inode: Inode, name: string, value: Uint8Array | undefined, now: Timestamp): void {
    const xattrs = new Map(inode.xattrs);
    if (value === undefined) xattrs.delete(name);
    else xattrs.set(name, value.slice());
    inode.xattrs = xattrs.size === 0 ? undefined : xattrs;
    inode.ctime = now;
  }

  #write(inode: Inode, offset: number, data: Uint8Array, now: Timestamp): void {
    inode.mtime = inode.ctime = now;
    if (data.length === 0) return;
    const bytes = this.#ownBytes(inode);
    bytes.write(offset, data);
    this.#resize(inode, bytes.size);
  }

  #truncate(inode: Inode, size: number, touch: boolean, now: Timestamp): void {
    // When nothing changes, Btrfs leaves the times alone, and tmpfs does when there is nothing that it could free.
    const unchanged = size === inode.size && (this.type === "btrfs" || (this.type === "tmpfs" && inode.bytes === undefined));
    if (unchanged && !touch) return;
    inode.mtime = inode.ctime = now;
    if (size === 0 && inode.sealedFile === undefined) inode.bytes = undefined;
    else if (size !== inode.size) this.#ownBytes(inode).truncate(size);
    this.#resize(inode, size);
  }

  #resize(inode: Inode, size: number): void {
    this.#used += (blocksOf(size) - blocksOf(inode.size)) * BLOCK;
    inode.size = size;
  }

  #ownBytes(inode: Inode): FileBytes {
    if (inode.bytes === undefined) {
      inode.bytes = this.#settings.bytes.create(inode.sealedFile?.bytes());
      if (inode.sealedFile !== undefined) this.#used += blocksOf(inode.size) * BLOCK;
    } else if (inode.bytesOwner !== this.#owner) inode.bytes = inode.bytes.clone();
    inode.bytesOwner = this.#owner;
    return inode.bytes;
  }

  #mustHaveRoom(): void {
    if (this.#used >= this.#settings.capacity) throw new SysError("ENOSPC", "", "", "no space left on the file system");
  }

  // ── grafts ──

  #graft(dir: NodeId, name: string, tree: SealedTree, base: NodeId, now: Timestamp): void {
    this.#grafts.add(tree, base);
    const inode = Inode.ofSealed(this.#owner, base, tree.root);
    inode.parent = dir;
    inode.name = name;
    this.#grafts.own(base).real.add(base);
    this.#inodes.set(base, inode);
    this.#next = Math.max(this.#next, base + tree.directories);
    this.#used += tree.bytes ?? 0;
    this.#addName(dir, name, base, "dir", now);
  }

  /** Removes a whole subtree. Costs what was changed in it: a graft goes as one, whatever its size. */
  #drop(dir: NodeId, name: string, now: Timestamp): void {
    const ino = this.lookup(dir, name);
    this.#removeName(dir, name, ino, now);
    if (ino >= FILE_BASE || this.#inode(ino).type !== "dir") return this.#loseName(ino, now);
    const graft = this.#grafts.at(ino);
    const inPlace = graft !== undefined && (this.#inodes.get(ino)?.sealed !== undefined || this.#inodes.get(ino) === undefined);
    if (inPlace && graft.base !== ino) this.#detach(this.#own(ino));
    this.#dropContents(ino, now);
    this.#loseName(ino, now);
  }

  #dropContents(ino: NodeId, now: Timestamp): void {
    const inode = this.#inode(ino);
    const graft = inode.sealed === undefined ? undefined : this.#graftOf(ino);
    if (graft === undefined) {
      for (const [name, child] of [...(inode.entries ?? [])]) this.#dropChild(ino, name, child, now);
    } else this.#dropGraft(graft, now);
    const gone = this.#own(ino);
    gone.entries = new Map();
    gone.entriesOwner = this.#owner;
    gone.sealed = undefined;
    gone.subdirs = 0;
    gone.nameBytes = 0;
  }

  #dropChild(dir: NodeId, name: string, child: NodeId, now: Timestamp): void {
    if (child < FILE_BASE && this.#inode(child).type === "dir") this.#dropContents(child, now);
    else if (child >= FILE_BASE) this.#countName(dir, name, child, -1);
    this.#loseName(child, now);
  }

  #dropGraft(graft: Graft, now: Timestamp): void {
    // What was put into it goes name by name; what it came with goes with it.
    for (const ino of [...graft.real]) {
      const inode = this.#inodes.get(ino);
      const sealed = inode?.sealed;
      if (inode?.entries === undefined || sealed === undefined) continue;
      for (const [name, child] of [...inode.entries]) {
        if (child === this.#grafts.nodeOf(graft, sealed, name)) continue;
        this.#dropChild(ino, name, child, now);
      }
    }
    const { base, tree, real } = this.#grafts.own(graft.base);
    this.#grafts.remove(base);
    this.#used -= tree.bytes ?? 0;
    for (const ino of real) {
      if (ino === base) continue;
      this.#own(ino).names = 0;
      this.#orphan(ino);
    }
    for (const changed of this.#changed.values()) {
      if (tree.linksTo(changed.ino - FILE_BASE) > 0 && this.#grafts.names(changed.ino - FILE_BASE) === 0) this.#orphan(changed.ino);
    }
  }

  /**
   * Makes a grafted directory, and everything below, ordinary: it is about to leave its place.
   * Costs the size of the subtree; renaming a directory inside a deployment's own files is rare.
   */
  #detach(inode: Inode): void {
    const graft = this.#graftOf(inode.ino);
    const sealed = inode.sealed;
    if (sealed === undefined) return;
    for (const [name, child] of this.#ownEntries(inode)) {
      if (child >= FILE_BASE) {
        if (this.#grafts.nodeOf(graft, sealed, name) !== child) continue;
        this.#grafts.countOriginal(graft.base, child - FILE_BASE, -1);
        this.#grafts.countExtra(child - FILE_BASE, 1);
      } else if (this.#grafts.nodeOf(graft, sealed, name) === child) this.#detach(this.#own(child));
    }
    inode.sealed = undefined;
    this.#grafts.own(graft.base).real.delete(inode.ino);
  }

  /** A name of a sealed object came or went. */
  #countName(dir: NodeId, name: string, ino: NodeId, difference: 1 | -1): void {
    const sealed = this.#inodes.get(dir)?.sealed;
    const graft = sealed === undefined ? undefined : this.#graftOf(dir);
    const original = sealed?.entries.get(name);
    if (graft !== undefined && original !== undefined && original.kind !== "dir" && FILE_BASE + original.object === ino) {
      this.#grafts.countOriginal(graft.base, ino - FILE_BASE, difference);
    } else this.#grafts.countExtra(ino - FILE_BASE, difference);
  }

  // ── records ──

  #record(ino: NodeId): Inode | undefined {
    return ino >= FILE_BASE ? this.#changed.get(ino - FILE_BASE) : this.#inodes.get(ino);
  }

  /** For reading: a record, or the view of a sealed node that has none. */
  #inode(ino: NodeId): Inode {
    const record = this.#record(ino);
    if (record !== undefined) return record;
    if (ino >= FILE_BASE) return sealedView(this.#object(ino));
    const graft = this.#graftOf(ino);
    return sealedView(SealedIndex.of(graft.tree).place(ino - graft.base).dir);
  }

  #object(ino: NodeId): SealedFile | SealedSymlink {
    const object = this.#grafts.object(ino - FILE_BASE);
    if (object === undefined) throw new Error(`internal error: no sealed object ${ino - FILE_BASE} on ${this.type}`);
    return object;
  }

  #graftOf(ino: NodeId): Graft {
    const graft = this.#grafts.at(ino);
    if (graft === undefined) throw new Error(`internal error: no inode ${ino} on ${this.type}`);
    return graft;
  }

  /** The record of `ino`, fit to be changed. */
  #own(ino: NodeId): Inode {
    const record = this.#record(ino);
    if (record !== undefined) {
      if (record.owner === this.#owner) return record;
      const copy = record.copy(this.#owner);
      this.#keep(copy);
      return copy;
    }
    if (ino >= FILE_BASE) {
      const inode = Inode.ofSealed(this.#owner, ino, this.#object(ino));
      this.#keep(inode);
      return inode;
    }
    const graft = this.#graftOf(ino);
    const { dir, parent, name } = SealedIndex.of(graft.tree).place(ino - graft.base);
    const inode = Inode.ofSealed(this.#owner, ino, dir);
    inode.parent = graft.base + parent;
    inode.name = name;
    this.#grafts.own(graft.base).real.add(ino);
    this.#keep(inode);
    return inode;
  }

  #keep(inode: Inode): void {
    if (inode.ino >= FILE_BASE) this.#changed.set(inode.ino - FILE_BASE, inode);
    else this.#inodes.set(inode.ino, inode);
  }

  /** The names of an owned directory, fit to be changed. */
  #ownEntries(dir: Inode): Entries {
    if (dir.entries === undefined) {
      dir.entries = new Map();
      const { sealed } = dir;
      const graft = this.#graftOf(dir.ino);
      if (sealed !== undefined) for (const name of sealed.entries.keys()) dir.entries.set(name, this.#grafts.nodeOf(graft, sealed, name));
    } else if (dir.entriesOwner !== this.#owner) dir.entries = new Map(dir.entries);
    dir.entriesOwner = this.#owner;
    return dir.entries;
  }

  #entryCount(dir: Inode): number {
    return dir.entries?.size ?? dir.sealed?.entries.size ?? 0;
  }

  #addName(dirIno: NodeId, name: string, ino: NodeId, type: FileType, now: Timestamp): void {
    const dir = this.#own(dirIno);
    this.#ownEntries(dir).set(name, ino);
    if (type === "dir") dir.subdirs++;
    dir.nameBytes += utf8Length(name);
    dir.mtime = dir.ctime = now;
    if (ino >= FILE_BASE) this.#countName(dirIno, name, ino, 1);
  }

  #removeName(dirIno: NodeId, name: string, ino: NodeId, now: Timestamp): void {
    const dir = this.#own(dirIno);
    this.#ownEntries(dir).delete(name);
    if (this.#inode(ino).type === "dir") dir.subdirs--;
    dir.nameBytes -= utf8Length(name);
    dir.mtime = dir.ctime = now;
    if (ino >= FILE_BASE) this.#countName(dirIno, name, ino, -1);
  }
}

function blocksOf(size: number): number {
  return Math.ceil(size / BLOCK);
}
