/** One inode of a copy-on-write tree. */
import type { Timestamp } from "../base/timestamp.ts";
import { timestamp } from "../base/timestamp.ts";
import { utf8Length } from "../base/utf8.ts";
import type { FileBytes } from "./file-bytes.ts";
import { NO_DEVICE } from "./file-system.ts";
import type { Attributes, NewNode } from "./file-system.ts";
import type { Owner } from "./radix-table.ts";
import type { SealedDir, SealedFile, SealedNode } from "./sealed.ts";
import { sealedFigures, sealedSize } from "./sealed-index.ts";
import type { DeviceNumber, FileType, InodeFlags } from "./types.ts";

/** Names and their inodes. Of a directory that began as a sealed one only what differs: new names, and 0 for those that are gone. */
export type Entries = Map<string, number>;

/** A record of the inode table. Only `TreeFs` changes one, and only when its own token is on it; all others are shared. */
export class Inode implements Attributes {
  owner: Owner;
  readonly ino: number;
  readonly type: FileType;
  mode: number;
  uid: number;
  gid: number;
  readonly rdev: DeviceNumber;
  atime: Timestamp;
  mtime: Timestamp;
  ctime: Timestamp;
  flags: InodeFlags = "";
  /** Number of names of an ordinary inode (names of sealed objects are counted elsewhere); of a directory 0 when it has been removed, else 1. */
  names = 1;
  /** Replaced, never changed in place. */
  xattrs: ReadonlyMap<string, Uint8Array> | undefined = undefined;
  /** A directory that holds this inode and the name there; of a file with several names, one that it has or had. */
  parent = 0;
  name = "";

  /** Of a directory: undefined while it is as `sealed` says. */
  entries: Entries | undefined = undefined;
  entriesOwner: Owner | undefined = undefined;
  /** Its names are counted from this one's, when somebody asks: some are expensive to list (an object store's names are hashes). */
  #countedFrom: SealedDir | undefined = undefined;
  #subdirs = 0;
  #nameBytes = 0;
  /** The sealed directory that this one started as, while it is in its place. */
  sealed: SealedDir | undefined = undefined;

  /** Of a file: undefined while it is empty or as `sealedFile` says. */
  bytes: FileBytes | undefined = undefined;
  bytesOwner: Owner | undefined = undefined;
  sealedFile: SealedFile | undefined = undefined;
  /** Undefined: as many as `bytes` says, which nobody has asked yet. */
  #size: number | undefined = 0;
  target = "";

  constructor(owner: Owner, ino: number, what: NewNode, now: Timestamp) {
    this.owner = owner;
    this.ino = ino;
    this.type = what.type;
    this.mode = what.mode;
    this.uid = what.uid;
    this.gid = what.gid;
    this.rdev = what.rdev ?? NO_DEVICE;
    this.atime = this.mtime = this.ctime = now;
    if (what.target !== undefined) this.target = what.target;
  }

  copy(owner: Owner): Inode {
    const copy = new Inode(owner, this.ino, this, this.mtime);
    copy.atime = this.atime;
    copy.ctime = this.ctime;
    copy.flags = this.flags;
    copy.names = this.names;
    copy.xattrs = this.xattrs;
    copy.parent = this.parent;
    copy.name = this.name;
    copy.entries = this.entries;
    copy.entriesOwner = this.entriesOwner;
    copy.#countedFrom = this.#countedFrom;
    copy.#subdirs = this.#subdirs;
    copy.#nameBytes = this.#nameBytes;
    copy.sealed = this.sealed;
    copy.bytes = this.bytes;
    copy.bytesOwner = this.bytesOwner;
    copy.sealedFile = this.sealedFile;
    copy.size = this.size;
    copy.target = this.target;
    return copy;
  }

  get size(): number {
    return (this.#size ??= this.bytes?.size ?? 0);
  }

  set size(size: number) {
    this.#size = size;
  }

  /** Contents whose size is not to be asked before somebody wants to know it. */
  setLateBytes(bytes: FileBytes): void {
    this.bytes = bytes;
    this.#size = undefined;
  }

  /** A directory that is as `sealed` says, until names come and go. */
  setSealed(sealed: SealedDir): void {
    this.sealed = sealed;
    this.#countedFrom = sealed;
  }

  /** Of a directory: how many of its entries are directories. */
  get subdirs(): number {
    return this.#subdirs + (this.#countedFrom === undefined ? 0 : sealedFigures(this.#countedFrom).subdirs);
  }

  /** Of a directory: bytes of all names in it. */
  get nameBytes(): number {
    return this.#nameBytes + (this.#countedFrom === undefined ? 0 : sealedFigures(this.#countedFrom).nameBytes);
  }

  /** Of a directory: a name came (1) or went (-1). */
  countName(name: string, isDir: boolean, difference: 1 | -1): void {
    this.#nameBytes += difference * utf8Length(name);
    if (isDir) this.#subdirs += difference;
  }

  /** Makes it a directory without any names, whatever it began as. */
  empty(owner: Owner): void {
    this.entries = new Map();
    this.entriesOwner = owner;
    this.sealed = undefined;
    this.#countedFrom = undefined;
    this.#subdirs = 0;
    this.#nameBytes = 0;
  }

  /** The inode that a sealed node is before anything changes it. */
  static ofSealed(owner: Owner, ino: number, node: SealedNode): Inode {
    const type = node.kind;
    const inode = new Inode(owner, ino, { type, mode: node.mode & 0o7777, uid: node.uid, gid: node.gid }, timestamp(node.mtime));
    inode.size = sealedSize(node);
    if (node.kind === "dir") {
      inode.setSealed(node);
    } else if (node.kind === "file") inode.sealedFile = node;
    else inode.target = node.target;
    return inode;
  }
}

const NOBODY: Owner = { owner: true };
const views = new WeakMap<SealedNode, Inode>();

/** The attributes of a sealed node as it lies; shared, so nobody's to change. Its `ino` means nothing. */
export function sealedView(node: SealedNode): Inode {
  let view = views.get(node);
  if (view === undefined) views.set(node, (view = Inode.ofSealed(NOBODY, 0, node)));
  return view;
}
