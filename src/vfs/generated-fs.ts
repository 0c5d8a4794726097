/**
 * A file system whose nodes are functions: /proc and /sys.
 *
 * Nodes are looked at afresh each time, so that what they show is always what is. Contents are made when a file is opened.
 */
import { decodeUtf8, encodeUtf8, utf8Length } from "../base/utf8.ts";
import type { Timestamp } from "../base/timestamp.ts";
import { timestamp } from "../base/timestamp.ts";
import type { Caller } from "./caller.ts";
import { SysError } from "./errno.ts";
import { NO_DEVICE, NO_NODE } from "./file-system.ts";
import type { Attributes, FileSystem, NewNode, NodeHandle, NodeId } from "./file-system.ts";
import type { Mount } from "./mount.ts";
import { OpenFile } from "./open-file.ts";
import { refuse } from "./permission.ts";
import type { DirEntry, Lifetime, Stat, StatFs } from "./types.ts";

interface Meta {
  /** Permission bits; 0555 for directories, 0444 for files and 0777 for links unless given. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

export interface GeneratedDir extends Meta {
  readonly kind: "dir";
  /** The names in it, in the order of listing. */
  list(): readonly string[];
  /** undefined: there is no such name. Names that are not listed may be found (/proc/self). */
  find(name: string): GeneratedNode | undefined;
}

export interface GeneratedFile extends Meta {
  readonly kind: "file";
  /** The contents, for the process that opens it. */
  text(caller: Caller): string | Uint8Array;
  /** What writing to it does; left out: EACCES for everybody but root, EIO for root. */
  write?(data: string, caller: Caller): void;
}

export interface GeneratedLink extends Meta {
  readonly kind: "symlink";
  target(): string;
  /** What opening it leads to, whatever `target` says (/proc/self/fd/1 of a pipe). */
  open?(): OpenFile | undefined;
}

export type GeneratedNode = GeneratedDir | GeneratedFile | GeneratedLink;

/** A directory of fixed names. */
export function generatedDir(entries: Readonly<Record<string, GeneratedNode>>, meta: Meta = {}): GeneratedDir {
  const map = new Map(Object.entries(entries));
  return { kind: "dir", list: () => [...map.keys()], find: (name) => map.get(name), ...meta };
}

/** A read-only file. */
export function generatedFile(text: (caller: Caller) => string | Uint8Array, meta: Meta = {}): GeneratedFile {
  return { kind: "file", text, ...meta };
}

interface Slot {
  readonly path: string;
  readonly name: string;
  readonly parent: NodeId;
}

const EPOCH: Timestamp = timestamp(0);
const DEFAULT_MODES = { dir: 0o555, file: 0o444, symlink: 0o777 } as const;

export interface GeneratedOptions {
  /** "proc", "sysfs". */
  readonly type: string;
  readonly dev: number;
  readonly root: GeneratedDir;
  /** What all times in it say. */
  readonly time?: Timestamp;
}

export class GeneratedFs implements FileSystem {
  readonly mountPoints = new Set<Mount>();
  readonly hasOrphans = false;
  readonly type: string;
  readonly dev: number;
  readonly readOnly = false;
  readonly hasFixedNames: boolean;
  readonly lifetime: Lifetime = "boot";
  readonly options: readonly string[] = [];
  readonly root: NodeId = 1;
  readonly #top: GeneratedDir;
  readonly #time: Timestamp;
  /** Node numbers are given to paths when they are met, and stay. */
  readonly #slots: Slot[] = [
    { path: "", name: "", parent: 0 },
    { path: "/", name: "", parent: 1 },
  ];
  readonly #numbers = new Map<string, NodeId>([["/", 1]]);

  constructor(options: GeneratedOptions) {
    this.type = options.type;
    this.hasFixedNames = options.type === "proc";
    this.dev = options.dev;
    this.#top = options.root;
    this.#time = options.time ?? EPOCH;
  }

  attributes(node: NodeId): Attributes {
    const found = this.#node(node);
    return {
      type: found.kind,
      mode: found.mode ?? DEFAULT_MODES[found.kind],
      uid: found.uid ?? 0,
      gid: found.gid ?? 0,
      rdev: NO_DEVICE,
      mtime: this.#time,
      atime: this.#time,
      ctime: this.#time,
      flags: "",
    };
  }

  stat(node: NodeId): Stat {
    const { flags: _, ...attributes } = this.attributes(node);
    return {
      ...attributes,
      dev: this.dev,
      ino: inodeNumber(this.#path(node)),
      nlink: this.nlink(node),
      size: this.size(node),
      blocks: 0,
      blksize: 4096,
    };
  }

  nlink(node: NodeId): number {
    const found = this.#node(node);
    if (found.kind !== "dir") return 1;
    return 2 + found.list().filter((name) => found.find(name)?.kind === "dir").length;
  }

  /** Generated files say 0, as in /proc; a link says how long its target is. */
  size(node: NodeId): number {
    const found = this.#node(node);
    return found.kind === "symlink" ? utf8Length(found.target()) : 0;
  }

  lookup(dir: NodeId, name: string): NodeId {
    const found = this.#node(dir);
    if (found.kind !== "dir" || found.find(name) === undefined) return NO_NODE;
    const above = this.#path(dir);
    const path = above === "/" ? `/${name}` : `${above}/${name}`;
    let number = this.#numbers.get(path);
    if (number === undefined) {
      number = this.#slots.push({ path, name, parent: dir }) - 1;
      this.#numbers.set(path, number);
    }
    return number;
  }

  parent(dir: NodeId): NodeId {
    return this.#slots[dir]?.parent ?? this.root;
  }

  name(dir: NodeId): string | undefined {
    return this.#slots[dir]?.name;
  }

  readdir(dir: NodeId): DirEntry[] {
    const found = this.#node(dir);
    if (found.kind !== "dir") return [];
    const above = this.#path(dir);
    return found.list().flatMap((name) => {
      const child = found.find(name);
      return child === undefined ? [] : [{ name, ino: inodeNumber(above === "/" ? `/${name}` : `${above}/${name}`), type: child.kind }];
    });
  }

  readlink(node: NodeId): string {
    const found = this.#node(node);
    return found.kind === "symlink" ? found.target() : "";
  }

  openNode(node: NodeId, flags: number, caller: Caller): OpenFile | undefined {
    const found = this.#node(node);
    return found.kind === "file" ? new GeneratedOpenFile(found, flags, caller, { fs: this, node }) : undefined;
  }

  /** What a link leads to that no path names; undefined for an ordinary link. */
  openLink(node: NodeId): OpenFile | undefined {
    const found = this.#node(node);
    return found.kind === "symlink" ? found.open?.() : undefined;
  }

  /** Nothing can be made in either; proc says so already when it looks for the name. */
  create(_dir: NodeId, _name: string, { type }: NewNode): never {
    throw refuse(type === "file" ? "EACCES" : "EPERM", "generated by the kernel");
  }
  link(): never {
    throw refuse("EPERM", "generated by the kernel");
  }
  unlink(): never {
    throw refuse("EPERM", "generated by the kernel");
  }
  rmdir(): never {
    throw refuse("EPERM", "generated by the kernel");
  }
  rename(): never {
    throw refuse("EPERM", "generated by the kernel");
  }
  setAttributes(): never {
    throw refuse("EPERM", "generated by the kernel");
  }
  setFlags(): never {
    throw refuse("ENOTTY", "generated by the kernel");
  }
  setxattr(): never {
    throw refuse("EOPNOTSUPP", "generated by the kernel");
  }
  openForWriting(): void {
    // Contents are made by functions; there is nothing to prepare.
  }
  read(): Uint8Array {
    return new Uint8Array(0);
  }
  write(): never {
    throw refuse("EIO", "generated by the kernel");
  }
  truncate(): void {
    // `> /proc/sys/x` truncates first; the kernel ignores it.
  }
  getxattr(): undefined {
    return undefined;
  }
  listxattr(): string[] {
    return [];
  }
  hold(): void {
    // Nodes are functions; nothing is kept.
  }
  release(): void {
    // See hold.
  }
  fsync(): void {
    // Nothing to write.
  }
  sync(): void {
    // Nothing to write.
  }

  statfs(): StatFs {
    return { type: this.type, total: 0, free: 0, available: 0, files: 0, filesFree: 0, readOnly: false };
  }

  handleOf(node: NodeId): NodeHandle {
    return this.#path(node);
  }

  nodeOf(handle: NodeHandle): NodeId {
    let node = this.root;
    for (const name of String(handle).split("/")) if (name !== "" && node !== NO_NODE) node = this.lookup(node, name);
    return node;
  }

  #path(node: NodeId): string {
    return this.#slots[node]?.path ?? "/";
  }

  /** What is at a node now; what has gone since (a process) is an empty file. */
  #node(node: NodeId): GeneratedNode {
    let found: GeneratedNode = this.#top;
    for (const name of this.#path(node).split("/")) {
      if (name === "") continue;
      const child: GeneratedNode | undefined = found.kind === "dir" ? found.find(name) : undefined;
      if (child === undefined) return GONE;
      found = child;
    }
    return found;
  }
}

const GONE: GeneratedDir = { kind: "dir", list: () => [], find: () => undefined };

/** The same path has the same inode number, whenever it was first looked at (FNV-1a). */
function inodeNumber(path: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < path.length; i++) hash = Math.imul(hash ^ path.charCodeAt(i), 0x01000193) >>> 0;
  return path === "/" ? 1 : 4_026_531_840 + (hash & 0xfffffff);
}

class GeneratedOpenFile extends OpenFile {
  readonly kind = "device";
  readonly #file: GeneratedFile;
  readonly #caller: Caller;
  readonly #where: { readonly fs: GeneratedFs; readonly node: NodeId };
  #contents: Uint8Array | undefined = undefined;
  #offset = 0;

  constructor(file: GeneratedFile, flags: number, caller: Caller, where: { readonly fs: GeneratedFs; readonly node: NodeId }) {
    super(flags);
    this.#file = file;
    this.#caller = caller;
    this.#where = where;
  }

  override read(count: number): Uint8Array {
    const data = this.pread(count, this.#offset);
    this.#offset += data.length;
    return data;
  }

  override pread(count: number, offset: number): Uint8Array {
    if (this.#contents === undefined || offset === 0) {
      const text = this.#file.text(this.#caller);
      this.#contents = typeof text === "string" ? encodeUtf8(text) : text;
    }
    return this.#contents.slice(offset, offset + count);
  }

  override write(data: Uint8Array): number {
    if (this.#file.write === undefined) throw new SysError("EIO");
    this.#file.write(decodeUtf8(data), this.#caller);
    return data.length;
  }

  override seek(offset: number, whence: "SET" | "CUR" | "END"): number {
    if (whence === "END") throw new SysError("EINVAL");
    return (this.#offset = offset + (whence === "CUR" ? this.#offset : 0));
  }

  override stat(): Stat {
    return this.#where.fs.stat(this.#where.node);
  }
}
