/**
 * A sealed tree: built once, never changed, shared by reference between machines, forks and deployments.
 *
 * It is what a release's contents are (image/ makes them) and what `TreeFs` can graft into itself in constant time.
 * Identity of files is by `object`: two entries with the same object are hard links of one inode wherever they are
 * grafted on one disk, as an ostree checkout's files and the repository's objects are.
 */

export type SealedNode = SealedDir | SealedFile | SealedSymlink;

interface SealedMeta {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970: 0 in an ostree checkout. */
  readonly mtime: number;
}

export interface SealedDir extends SealedMeta {
  readonly kind: "dir";
  /** Number of this directory within its tree, 0 for the root; inode numbers follow from it. Numbers of what is in it come right after its own. */
  readonly index: number;
  /** In the order in which the file system lists them. May be computed on first use. */
  readonly entries: ReadonlyMap<string, SealedNode>;
}

export interface SealedFile extends SealedMeta {
  readonly kind: "file";
  /** Number of the object in the catalogue's store, the same for equal objects everywhere. */
  readonly object: number;
  /** Bytes. */
  readonly size: number;
  /** The contents; computed on first use and kept. Callers must not write into it. */
  bytes(): Uint8Array;
}

export interface SealedSymlink extends SealedMeta {
  readonly kind: "symlink";
  readonly object: number;
  readonly target: string;
}

/** What has happened to a grafted tree since. All of it costs what was changed, not what is there. */
export interface SealedChanges {
  /** Objects that have lost a name in the tree. */
  readonly removed: ReadonlySet<number>;
  /** Names that the tree does not have, below its root; `object` is the sealed object that it leads to, undefined for anything else. */
  readonly added: readonly { readonly path: string; readonly object: number | undefined }[];
  /** Sealed objects, in the tree or elsewhere on the file system, whose contents or attributes are no more what they were. */
  readonly altered: ReadonlySet<number>;
}

export interface SealedTree {
  /** What the tree is, for export: an image is "commit:<checksum>", its objects directory "objects:<checksum>". */
  readonly id: string;
  readonly root: SealedDir;
  /** How many directories there are (indices 0 to directories - 1). */
  readonly directories: number;
  /** How many entries of the tree are the object `object`. */
  linksTo(object: number): number;
  /** What a graft of the tree adds to the space in use, in bytes (df); nothing when its files are links to what is there already. */
  readonly bytes?: number;
}
