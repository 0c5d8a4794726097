/** The inode table of a copy-on-write tree, and everything that one mutation needs of it. Records are copied when they are first changed after a snapshot. */
import type { Timestamp } from "../base/timestamp.ts";
import { utf8Length } from "../base/utf8.ts";
import { SysError } from "./errno.ts";
import type { Reserve } from "./ext4.ts";
import { BLOCK, inBlocks, type ByteStore, type FileBytes } from "./file-bytes.ts";
import { NO_NODE } from "./file-system.ts";
import type { NewNode, NodeId } from "./file-system.ts";
import { LargeBytes } from "./large-bytes.ts";
import { RadixTable, newOwner } from "./radix-table.ts";
import type { FrozenTable, Owner } from "./radix-table.ts";
import type { SealedFile, SealedSymlink } from "./sealed.ts";
import { FILE_BASE, Grafts } from "./tree-grafts.ts";
import type { FrozenGrafts, Graft } from "./tree-grafts.ts";
import { Inode, sealedView } from "./tree-inode.ts";
import type { Entries } from "./tree-inode.ts";
import type { FileType, Lifetime } from "./types.ts";

export interface TreeOptions {
  /** As mount(8) prints it; also how directories are counted: "btrfs" says nlink 1, all others count subdirectories. */
  readonly type: string;
  /** st_dev. */
  readonly dev: number;
  readonly bytes: ByteStore;
  /** Bytes; ENOSPC beyond. */
  readonly capacity: number;
  /** Ext4's: bytes of these that nothing is written to. */
  readonly reserve?: Reserve;
  /** How many inodes there may be; left out: as many as there is room for. */
  readonly inodes?: number;
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
  readonly count: number;
}

export const ROOT = 1;
/** Inode numbers from here on are given by hand, and none is given after them. */
export const BY_HAND = 2 ** 24;
/** Files up to this size are kept in one piece, unless they have holes. */
const LARGEST_WHOLE = 65536;

export class TreeState {
  readonly options: TreeOptions;
  readonly inodes: RadixTable<Inode>;
  /** Sealed objects that were changed, by object number. */
  readonly changed: RadixTable<Inode>;
  readonly grafts: Grafts;
  /** The next inode number. */
  next = ROOT + 1;
  /** Bytes in use. */
  used = 0;
  /** Records in use. */
  count = 0;
  #owner: Owner = newOwner();
  /** Inodes without a name that something still uses. */
  readonly #orphans = new Set<NodeId>();
  /** How many users a node has; of this instance, not of its snapshots. */
  readonly #holds = new Map<NodeId, number>();

  constructor(options: TreeOptions, from?: TreeSnapshot) {
    this.options = options;
    this.inodes = new RadixTable(this.#owner, from?.inodes);
    this.changed = new RadixTable(this.#owner, from?.objects);
    this.grafts = new Grafts(this.#owner, from?.grafts);
    if (from === undefined) return;
    this.next = from.next;
    this.used = from.used;
    this.count = from.count;
    // Whoever used them is not here.
    for (const ino of from.orphans) this.#forget(ino);
  }

  /** What is on records that may be changed in place. */
  get owner(): Owner {
    return this.#owner;
  }

  freeze(readOnly: boolean): TreeSnapshot {
    const owner = (this.#owner = newOwner());
    return {
      options: this.options,
      readOnly,
      inodes: this.inodes.freeze(owner),
      objects: this.changed.freeze(owner),
      grafts: this.grafts.freeze(owner),
      orphans: [...this.#orphans],
      next: this.next,
      used: this.used,
      count: this.count,
    };
  }

  /** The inode called `name` in `dir`, or 0. */
  lookup(dir: NodeId, name: string): NodeId {
    const inode = this.inodes.get(dir);
    const own = inode?.entries?.get(name);
    if (own !== undefined) return own;
    if (inode !== undefined && inode.sealed === undefined) return NO_NODE;
    const graft = this.grafts.at(dir);
    if (graft === undefined) return NO_NODE;
    const sealed = inode?.sealed ?? graft.index.place(dir - graft.base).dir;
    return this.grafts.nodeOf(graft, sealed, name);
  }

  record(ino: NodeId): Inode | undefined {
    return ino >= FILE_BASE ? this.changed.get(ino - FILE_BASE) : this.inodes.get(ino);
  }

  /** For reading: a record, or the view of a sealed node that has none. */
  inode(ino: NodeId): Inode {
    const record = this.record(ino);
    if (record !== undefined) return record;
    if (ino >= FILE_BASE) return sealedView(this.#object(ino));
    const graft = this.graftOf(ino);
    return sealedView(graft.index.place(ino - graft.base).dir);
  }

  #object(ino: NodeId): SealedFile | SealedSymlink {
    const object = this.grafts.object(ino - FILE_BASE);
    if (object === undefined) throw new Error(`internal error: no sealed object ${ino - FILE_BASE} on ${this.options.type}`);
    return object;
  }

  graftOf(ino: NodeId): Graft {
    const graft = this.grafts.at(ino);
    // Somebody kept a number too long: an overlay, say, whose layers were changed behind its back.
    if (graft === undefined) throw new SysError("ESTALE", "", "", `no inode ${ino} on ${this.options.type}`);
    return graft;
  }

  /** The record of `ino`, fit to be changed. */
  own(ino: NodeId): Inode {
    const record = this.record(ino);
    if (record !== undefined) {
      if (record.owner === this.#owner) return record;
      const copy = record.copy(this.#owner);
      this.#keep(copy);
      return copy;
    }
    if (ino >= FILE_BASE) {
      const inode = Inode.ofSealed(this.#owner, ino, this.#object(ino));
      this.count++;
      this.#keep(inode);
      return inode;
    }
    const graft = this.graftOf(ino);
    const { dir, parent, name } = graft.index.place(ino - graft.base);
    const inode = Inode.ofSealed(this.#owner, ino, dir);
    inode.parent = graft.base + parent;
    inode.name = name;
    this.grafts.own(graft.base).real.add(ino);
    this.count++;
    this.#keep(inode);
    return inode;
  }

  #keep(inode: Inode): void {
    if (inode.ino >= FILE_BASE) this.changed.set(inode.ino - FILE_BASE, inode);
    else this.inodes.set(inode.ino, inode);
  }

  /** The names of an owned directory, or how they differ from the sealed one's, fit to be changed. */
  ownEntries(dir: Inode): Entries {
    if (dir.entries === undefined || dir.entriesOwner !== this.#owner) dir.entries = new Map(dir.entries);
    dir.entriesOwner = this.#owner;
    return dir.entries;
  }

  /** All names of a directory with their inodes, in the order of a listing. */
  namesIn(dir: Inode): [name: string, ino: NodeId][] {
    const { sealed, entries } = dir;
    const names: [string, NodeId][] = [];
    if (sealed !== undefined) {
      const graft = this.graftOf(dir.ino);
      for (const name of sealed.entries.keys()) {
        if (entries?.has(name) !== true) names.push([name, this.grafts.nodeOf(graft, sealed, name)]);
      }
    }
    for (const [name, ino] of entries ?? []) if (ino !== NO_NODE) names.push([name, ino]);
    return names;
  }

  /** The contents of an owned file, fit to become `size` bytes long by what is done from `offset` on. */
  ownBytes(inode: Inode, offset: number, size: number): FileBytes {
    if (inode.bytes === undefined) inode.bytes = this.options.bytes.create(inode.sealedFile?.bytes());
    else if (inode.bytesOwner !== this.#owner) inode.bytes = inode.bytes.clone();
    const leavesHole = offset > inBlocks(inode.bytes.size);
    if ((size > LARGEST_WHOLE || leavesHole) && !(inode.bytes instanceof LargeBytes)) inode.bytes = LargeBytes.of(inode.bytes);
    inode.bytesOwner = this.#owner;
    return inode.bytes;
  }

  /** The same in blocks, however short the file is. */
  ownLargeBytes(inode: Inode): LargeBytes {
    const bytes = this.ownBytes(inode, 0, inode.size);
    if (bytes instanceof LargeBytes) return bytes;
    const large = LargeBytes.of(bytes);
    inode.bytes = large;
    return large;
  }

  /** Bytes that it takes here, an Ext4 directory a block for its names; what is as sealed takes none of its own. */
  allocated(inode: Inode): number {
    const isOwnBlock = inode.type === "dir" && inode.sealed === undefined && this.options.type === "ext4";
    return isOwnBlock ? BLOCK : (inode.bytes?.allocated ?? 0);
  }

  entryCount(dir: Inode): number {
    const { sealed, entries } = dir;
    if (sealed === undefined) return entries?.size ?? 0;
    let count = sealed.entries.size;
    for (const [name, ino] of entries ?? []) count += Number(ino !== NO_NODE) - Number(sealed.entries.has(name));
    return count;
  }

  addInode(ino: NodeId, what: NewNode, now: Timestamp): Inode {
    const inode = new Inode(this.#owner, ino, what, now);
    if (what.type === "dir") {
      inode.empty(this.#owner);
      inode.parent = ino;
    } else if (what.type === "symlink") inode.size = utf8Length(what.target ?? "");
    this.inodes.set(ino, inode);
    this.count++;
    this.used += this.allocated(inode);
    if (ino >= this.next && ino < BY_HAND) this.next = ino + 1;
    return inode;
  }

  addName(dirIno: NodeId, name: string, ino: NodeId, type: FileType, now: Timestamp): void {
    const dir = this.own(dirIno);
    const entries = this.ownEntries(dir);
    if (dir.sealed !== undefined) entries.delete(name); // a name that comes back is listed last
    entries.set(name, ino);
    dir.countName(name, type === "dir", 1);
    dir.mtime = dir.ctime = now;
    if (ino >= FILE_BASE) this.countName(dirIno, name, ino, 1);
  }

  removeName(dirIno: NodeId, name: string, ino: NodeId, now: Timestamp): void {
    const dir = this.own(dirIno);
    if (dir.sealed?.entries.has(name) === true) this.ownEntries(dir).set(name, NO_NODE);
    else this.ownEntries(dir).delete(name);
    dir.countName(name, this.inode(ino).type === "dir", -1);
    dir.mtime = dir.ctime = now;
    if (ino >= FILE_BASE) this.countName(dirIno, name, ino, -1);
  }

  /** A name of a sealed object came or went. */
  countName(dir: NodeId, name: string, ino: NodeId, difference: 1 | -1): void {
    const sealed = this.inodes.get(dir)?.sealed;
    const graft = sealed === undefined ? undefined : this.graftOf(dir);
    const original = sealed?.entries.get(name);
    if (graft !== undefined && original !== undefined && original.kind !== "dir" && FILE_BASE + original.object === ino) {
      this.grafts.countOriginal(graft.base, ino - FILE_BASE, difference);
    } else this.grafts.countExtra(ino - FILE_BASE, difference);
  }

  /** One name of `ino` is gone. */
  loseName(ino: NodeId, now: Timestamp): void {
    if (ino >= FILE_BASE) {
      const changed = this.record(ino);
      if (changed !== undefined) this.own(ino).ctime = now;
      if (this.grafts.names(ino - FILE_BASE) === 0) this.orphan(ino);
      return;
    }
    const inode = this.own(ino);
    inode.ctime = now;
    inode.names--;
    if (inode.names === 0) this.orphan(ino);
  }

  get hasOrphans(): boolean {
    return this.#orphans.size > 0;
  }

  orphan(ino: NodeId): void {
    if (!this.#holds.has(ino)) return this.#forget(ino);
    this.#orphans.add(ino);
    // ".." of a removed directory goes on to lead somewhere.
    const inode = this.inode(ino);
    if (inode.type === "dir") this.hold(inode.parent);
  }

  #forget(ino: NodeId): void {
    const inode = this.record(ino);
    if (inode === undefined || (ino >= FILE_BASE ? this.grafts.names(ino - FILE_BASE) : inode.names) > 0) return;
    this.used -= this.allocated(inode);
    this.count--;
    if (ino >= FILE_BASE) this.changed.set(ino - FILE_BASE, undefined);
    else this.inodes.set(ino, undefined);
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
    const { type, parent } = this.inode(node);
    this.#forget(node);
    if (type === "dir") this.release(parent);
  }
}
