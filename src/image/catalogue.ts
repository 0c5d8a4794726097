/** The releases of one distribution that the lab ships: whole trees as values, with ostree's own checksums. */
import type { SealedFile, SealedTree } from "../vfs/sealed.ts";
import type { ContainerImage } from "./container-image.ts";
import { ObjectStore, type NamedObject } from "./image-objects.ts";
import { readManifest } from "./manifest.ts";
import type { PackageFiles } from "./package-content.ts";
import type { Checksum, Commit } from "./ostree-objects.ts";
import type { Package } from "./package.ts";
import type { ImageRelease } from "./release.ts";
import { readReleases } from "./release.ts";

export interface Release {
  /** e.g. "43.20260106.0". */
  readonly version: string;
  /** e.g. "fedora/43/x86_64/silverblue"; of an image its name and tag. */
  readonly ref: string;
  /** Of an image: the commit that it becomes on a machine. */
  readonly commit: Checksum;
  readonly parent: Checksum | undefined;
  /** Of the commit; seconds since 1970. */
  readonly timestamp: number;
  readonly subject: string;
  /** Kernel release as `uname -r` says it; there is a directory of this name in /usr/lib/modules. */
  readonly kernel: string;
  /** The commit object, decoded. Costs nothing: the root's checksums are shipped. */
  readonly commitObject: Commit;
  /** The same as the file that it is in `objects/`, with the number it has there. Costs nothing either. */
  readonly commitFile: SealedFile;
  /** What a registry has of it; undefined for one that is published as a commit. */
  readonly image: ContainerImage | undefined;
  /** The whole root of a deployment: usr with usr/etc, links bin lib sbin home …, empty boot dev proc run sys sysroot var. Its id is "commit:<checksum>". */
  readonly tree: SealedTree;
  /** In the order of names. */
  readonly packages: readonly Package[];
  /** What the package of that name brings, or, for "", what belongs to none; undefined when it is not in this release. */
  contentOf(name: string): PackageFiles | undefined;
  /** What `repo/objects/` is when all objects of this release are there: 256 directories "00" to "ff". Its id is "objects:<checksum>". */
  readonly objects: SealedTree;
  /** Every object of the release: files and links, then dirtrees and dirmetas, the commit last. */
  objectList(): Iterable<NamedObject>;
  /** Those of them that `tree` has no name for, in the same order. Remembered, as neither can change. */
  objectsOutside(tree: SealedTree): readonly NamedObject[];
  /** Makes all their names known, a part between two pauses; the number of pauses is always the same. */
  nameObjects(): Generator<void>;
}

/** What a pull has to fetch. */
export interface NewObjects {
  /** Files and symbolic links. */
  readonly content: readonly NamedObject[];
  /** Dirtrees, dirmetas, and the commit as the last. */
  readonly metadata: readonly NamedObject[];
}

export interface Catalogue {
  /** As the manifest has it. */
  readonly archive?: unknown;
  /** Oldest first. */
  readonly releases: readonly Release[];
  byCommit(checksum: Checksum): Release | undefined;
  /** By version, e.g. "43.20260106.0". */
  release(version: string): Release | undefined;
  /** The tree of that id ("commit:<checksum>" or "objects:<checksum>"), for disks that were exported. */
  tree(id: string): SealedTree | undefined;
  /** The objects of `to` that `from` has not; all of them without `from`. No file is hashed before a name is asked for. */
  newObjects(from: Release | undefined, to: Release): NewObjects;
  /**
   * The releases of another product's manifest, which have in common with these what is the same in both. To be asked for once;
   * `place`: a number from 1 on that each such product has for itself.
   */
  beside(manifest: unknown, place: number): Catalogue;
}

export type { PackageFiles } from "./package-content.ts";
export type { NamedObject } from "./image-objects.ts";
export { diffPackages } from "./package.ts";
export type { Package } from "./package.ts";

/** The catalogue that `manifest` describes: `silverblue.manifest.json` or another product's as bytes, as text or parsed. Throws `RangeError` for anything else. */
export function loadCatalogue(manifest: unknown): Catalogue {
  return read(manifest, new ObjectStore(), []);
}

function read(source: unknown, store: ObjectStore, others: readonly ImageRelease[]): Catalogue {
  const manifest = readManifest(source);
  return new ImageCatalogue(readReleases(manifest, store, others), store, manifest.archive);
}

class ImageCatalogue implements Catalogue {
  readonly releases: readonly ImageRelease[];
  readonly archive: unknown;
  readonly #store: ObjectStore;

  constructor(releases: readonly ImageRelease[], store: ObjectStore, archive: unknown) {
    this.releases = releases;
    this.#store = store;
    this.archive = archive;
  }

  byCommit(checksum: Checksum): Release | undefined {
    return this.releases.find((release) => release.commit === checksum);
  }

  release(version: string): Release | undefined {
    return this.releases.find((release) => release.version === version);
  }

  tree(id: string): SealedTree | undefined {
    const [kind, checksum = ""] = id.split(":");
    const release = this.byCommit(checksum);
    return kind === "commit" ? release?.tree : kind === "objects" ? release?.objects : undefined;
  }

  newObjects(from: Release | undefined, to: Release): NewObjects {
    const missing = from === undefined ? [...to.objectList()] : to.objectsOutside(from.objects);
    return { content: missing.filter(({ kind }) => kind === "file"), metadata: missing.filter(({ kind }) => kind !== "file") };
  }

  beside(manifest: unknown, place: number): Catalogue {
    return read(manifest, this.#store.beside(place), this.releases);
  }
}
