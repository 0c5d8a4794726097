/** The releases of one distribution that the lab ships: whole trees as values, with ostree's own checksums. */
import type { SealedFile, SealedSymlink, SealedTree } from "../vfs/sealed.ts";
import type { Checksum, Commit, ObjectKind } from "./ostree-objects.ts";
import type { Package } from "./package.ts";

/** An object as it lies in a bare repository's `objects/`. */
export interface NamedObject {
  /** Below `objects/`: "ab/cdef….file". Computed on first use (a file's contents are hashed). */
  readonly name: string;
  readonly checksum: Checksum;
  readonly kind: ObjectKind;
  /** A file of the tree is the same object as in the deployment: a hard link. Dirtrees, dirmetas and commits are files of mode 0644. */
  readonly object: SealedFile | SealedSymlink;
}

export interface Release {
  /** e.g. "43.20260106.0". */
  readonly version: string;
  /** e.g. "fedora/43/x86_64/silverblue". */
  readonly ref: string;
  readonly commit: Checksum;
  readonly parent: Checksum | undefined;
  /** Of the commit; seconds since 1970. */
  readonly timestamp: number;
  readonly subject: string;
  /** Kernel release as `uname -r` says it; there is a directory of this name in /usr/lib/modules. */
  readonly kernel: string;
  /** The commit object, decoded. Costs nothing: the root's checksums are shipped. */
  readonly commitObject: Commit;
  /** The whole root of a deployment: usr with usr/etc, links bin lib sbin home …, empty boot dev proc run sys sysroot var. Its id is "commit:<checksum>". */
  readonly tree: SealedTree;
  /** In the order of names. */
  readonly packages: readonly Package[];
  /** What `repo/objects/` is when all objects of this release are there: 256 directories "00" to "ff". Its id is "objects:<checksum>". */
  readonly objects: SealedTree;
  /** Every object of the release: files and links, then dirtrees and dirmetas, the commit last. */
  objectList(): Iterable<NamedObject>;
}

/** What a pull has to fetch. */
export interface NewObjects {
  /** Files and symbolic links. */
  readonly content: readonly NamedObject[];
  /** Dirtrees, dirmetas, and the commit as the last. */
  readonly metadata: readonly NamedObject[];
}

export interface Catalogue {
  /** Oldest first. */
  readonly releases: readonly Release[];
  byCommit(checksum: Checksum): Release | undefined;
  /** By version, e.g. "43.20260106.0". */
  release(version: string): Release | undefined;
  /** The tree of that id ("commit:<checksum>" or "objects:<checksum>"), for disks that were exported. */
  tree(id: string): SealedTree | undefined;
  /** The objects of `to` that `from` has not; all of them without `from`. No file is hashed before a name is asked for. */
  newObjects(from: Release | undefined, to: Release): NewObjects;
}

export { diffPackages, evr, nevra, nvra } from "./package.ts";
export type { Package, PackageChange, PackageDiff } from "./package.ts";

/** The catalogue that `manifest` describes: the parsed JSON of `silverblue.manifest.json`, or its bytes. Throws `RangeError` for anything else. */
export function loadCatalogue(manifest: unknown): Catalogue {
  throw new RangeError(`no manifest yet: ${typeof manifest}`);
}
