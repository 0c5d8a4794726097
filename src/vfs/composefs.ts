/**
 * composefs: names and metadata from a sealed image, contents from the objects of a repository.
 *
 * Every file is read from its object's inode on the file system that holds the repository, so what happens to an object is seen here.
 * The superblock is read-only: the VFS answers EROFS to everything that would change something.
 */
import { NO_NODE } from "./file-system.ts";
import type { Attributes, FileSystem, NodeHandle, NodeId } from "./file-system.ts";
import type { Mount } from "./mount.ts";
import { refuse } from "./permission.ts";
import type { SealedDir, SealedNode, SealedTree } from "./sealed.ts";
import { SealedIndex, sealedFigures, sealedSize } from "./sealed-index.ts";
import type { TreeFs } from "./tree-fs.ts";
import { sealedView } from "./tree-inode.ts";
import type { DirEntry, Lifetime, Stat, StatFs } from "./types.ts";

/** A directory has the node number (index + 1) * STRIDE, what is in it the numbers after; so each name is an inode of its own. */
const STRIDE = 2 ** 16;
const BLOCK = 4096;

/** Entries of a directory by position, for finding a node by its number; sealed directories never change. */
const positions = new WeakMap<SealedDir, { readonly nodes: readonly SealedNode[]; readonly byName: ReadonlyMap<string, number> }>();

function entriesOf(dir: SealedDir): { readonly nodes: readonly SealedNode[]; readonly byName: ReadonlyMap<string, number> } {
  let found = positions.get(dir);
  if (found === undefined) {
    const byName = new Map<string, number>();
    for (const name of dir.entries.keys()) byName.set(name, byName.size);
    positions.set(dir, (found = { nodes: [...dir.entries.values()], byName }));
  }
  return found;
}

/** What ostree-prepare-root mounts with. */
export const COMPOSEFS_OPTIONS: readonly string[] = [
  "lowerdir+=/run/ostree/.private/cfsroot-lower",
  "datadir+=/sysroot/ostree/repo/objects",
  "redirect_dir=on",
  "metacopy=on",
];

export class ComposefsFs implements FileSystem {
  readonly mountPoints = new Set<Mount>();
  readonly hasOrphans = false;
  /** A composefs mount is an overlay without an upper layer, and says so. */
  readonly type = "overlay";
  readonly readOnly = true;
  readonly lifetime: Lifetime = "image";
  readonly options = COMPOSEFS_OPTIONS;
  readonly root: NodeId = STRIDE;
  readonly dev: number;
  readonly tree: SealedTree;
  readonly objects: TreeFs;
  readonly #index: SealedIndex;

  constructor(tree: SealedTree, objects: TreeFs, dev: number) {
    this.tree = tree;
    this.#index = SealedIndex.of(tree);
    this.objects = objects;
    this.dev = dev;
  }

  get changes(): number {
    return this.objects.changes;
  }

  attributes(node: NodeId): Attributes {
    return sealedView(this.#node(node));
  }

  stat(node: NodeId): Stat {
    const view = this.attributes(node);
    const size = this.size(node);
    return {
      dev: this.dev,
      ino: node,
      type: view.type,
      mode: view.mode,
      nlink: this.nlink(node),
      uid: view.uid,
      gid: view.gid,
      rdev: view.rdev,
      size,
      blocks: view.type === "file" ? Math.ceil(size / BLOCK) * (BLOCK / 512) : 0,
      blksize: BLOCK,
      atime: view.atime,
      mtime: view.mtime,
      ctime: view.ctime,
    };
  }

  nlink(node: NodeId): number {
    const sealed = this.#node(node);
    return sealed.kind === "dir" ? 2 + sealedFigures(sealed).subdirs : 1;
  }

  size(node: NodeId): number {
    const sealed = this.#node(node);
    if (sealed.kind === "dir") {
      const { nameBytes } = sealedFigures(sealed);
      return nameBytes + 12 * (sealed.entries.size + 2) + 3;
    }
    return sealedSize(sealed);
  }

  lookup(dir: NodeId, name: string): NodeId {
    const sealed = this.#directory(dir);
    const node = sealed.entries.get(name);
    if (node === undefined) return NO_NODE;
    if (node.kind !== "dir") return dir + 1 + (entriesOf(sealed).byName.get(name) ?? 0);
    this.#index.note(sealed.index, name, node);
    return (node.index + 1) * STRIDE;
  }

  parent(dir: NodeId): NodeId {
    return (this.#index.place(dir / STRIDE - 1).parent + 1) * STRIDE;
  }

  name(dir: NodeId): string {
    return this.#index.place(dir / STRIDE - 1).name;
  }

  readdir(dir: NodeId): DirEntry[] {
    const entries: DirEntry[] = [];
    let position = 0;
    for (const [name, node] of this.#directory(dir).entries) {
      position++;
      entries.push({ name, ino: node.kind === "dir" ? (node.index + 1) * STRIDE : dir + position, type: node.kind });
    }
    return entries;
  }

  readlink(node: NodeId): string {
    const sealed = this.#node(node);
    return sealed.kind === "symlink" ? sealed.target : "";
  }

  read(node: NodeId, offset: number, count: number): Uint8Array {
    const sealed = this.#node(node);
    if (sealed.kind !== "file") return new Uint8Array(0);
    const bytes = this.objects.readSealed(sealed, offset, Math.min(count, Math.max(0, sealed.size - offset)));
    if (bytes === undefined) throw refuse("EIO", "the object is not in the repository");
    return bytes;
  }

  create(): never {
    return readOnly();
  }
  link(): never {
    return readOnly();
  }
  unlink(): never {
    return readOnly();
  }
  rmdir(): never {
    return readOnly();
  }
  rename(): never {
    return readOnly();
  }
  setAttributes(): never {
    return readOnly();
  }
  setFlags(): never {
    return readOnly();
  }
  openForWriting(): never {
    return readOnly();
  }
  write(): never {
    return readOnly();
  }
  truncate(): never {
    return readOnly();
  }
  setxattr(): never {
    return readOnly();
  }

  getxattr(): undefined {
    return undefined;
  }
  listxattr(): string[] {
    return [];
  }
  hold(): void {
    // Nothing of an image ever goes away.
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

  /**
   * As an overlay, it answers for what is below: the image of names and metadata, which is full.
   * @simplified Its size is an estimate from the number of directories.
   */
  statfs(): StatFs {
    return { type: this.type, total: this.tree.directories * BLOCK, free: 0, available: 0, files: 0, filesFree: 0, readOnly: true };
  }

  handleOf(node: NodeId): NodeHandle {
    return node;
  }

  nodeOf(handle: NodeHandle): NodeId {
    return typeof handle === "number" ? handle : NO_NODE;
  }

  #directory(node: NodeId): SealedDir {
    return this.#index.place(node / STRIDE - 1).dir;
  }

  #node(node: NodeId): SealedNode {
    const position = node % STRIDE;
    const dir = this.#directory(node - position);
    if (position === 0) return dir;
    const found = entriesOf(dir).nodes[position - 1];
    if (found === undefined) throw new Error(`internal error: no node ${node} in a composefs image`);
    return found;
  }
}

function readOnly(): never {
  throw refuse("EROFS", "superblock is read-only");
}
