/** The objects of a catalogue: numbered, made and hashed when somebody asks. */
import type { SealedDir, SealedFile, SealedSymlink } from "../vfs/sealed.ts";
import type { Recipe } from "./contents.ts";
import {
  checksumBytes,
  checksumFile,
  checksumSymlink,
  encodeDirmeta,
  encodeDirtree,
  objectName,
  type Checksum,
  type ObjectKind,
  type Ownership,
} from "./ostree-objects.ts";

/** Files and links count from 0, commits and then dirtrees and dirmetas from here, so that none waits for the others. */
export const FIRST_COMMIT = 2 ** 23;
const FIRST_METADATA = 2 ** 24;
/** How many files and links, and dirtrees and dirmetas, a product beside others may have; up to seven may be beside one. */
const PLACE = 1e6;

export class ImageFile implements SealedFile {
  readonly kind = "file";
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  readonly object: number;
  readonly #recipe: Recipe;
  #bytes: Uint8Array | undefined;
  #checksum: Checksum | undefined;

  constructor(object: number, owner: Ownership, recipe: Recipe, mtime = 0) {
    this.object = object;
    this.mtime = mtime;
    this.mode = owner.mode;
    this.uid = owner.uid;
    this.gid = owner.gid;
    this.#recipe = recipe;
  }

  get size(): number {
    return this.bytes().length;
  }

  bytes(): Uint8Array {
    return (this.#bytes ??= this.#recipe.bytes());
  }

  get checksum(): Checksum {
    return (this.#checksum ??= checksumFile(this, this.bytes()));
  }

  get name(): string {
    return objectName(this.checksum, "file");
  }
}

export class ImageSymlink implements SealedSymlink {
  readonly kind = "symlink";
  readonly mode = 0o777;
  readonly uid: number;
  readonly gid: number;
  readonly mtime = 0;
  readonly object: number;
  readonly target: string;
  #checksum: Checksum | undefined;

  constructor(object: number, owner: Pick<Ownership, "uid" | "gid">, target: string) {
    this.object = object;
    this.uid = owner.uid;
    this.gid = owner.gid;
    this.target = target;
  }

  get checksum(): Checksum {
    return (this.#checksum ??= checksumSymlink(this, this.target));
  }

  get name(): string {
    return objectName(this.checksum, "file");
  }
}

/** A dirtree, dirmeta or commit: a file of mode 0644 in `objects/`. */
export class MetadataObject implements SealedFile {
  readonly kind = "file";
  readonly mode = 0o644;
  readonly uid = 0;
  readonly gid = 0;
  readonly mtime = 0;
  readonly object: number;
  readonly objectKind: ObjectKind;
  readonly #encode: () => Uint8Array;
  #bytes: Uint8Array | undefined;
  #checksum: Checksum | undefined;

  constructor(object: number, objectKind: ObjectKind, encode: () => Uint8Array) {
    this.object = object;
    this.objectKind = objectKind;
    this.#encode = encode;
  }

  get size(): number {
    return this.bytes().length;
  }

  bytes(): Uint8Array {
    return (this.#bytes ??= this.#encode());
  }

  get checksum(): Checksum {
    return (this.#checksum ??= checksumBytes(this.bytes()));
  }

  get name(): string {
    return objectName(this.checksum, this.objectKind);
  }
}

/** An object as it lies in a bare repository's `objects/`. */
export interface NamedObject {
  /** Below `objects/`: "ab/cdef….file". Computed on first use (a file's contents are hashed). */
  readonly name: string;
  readonly checksum: Checksum;
  readonly kind: ObjectKind;
  /** A file of the tree is the same object as in the deployment: a hard link. Dirtrees, dirmetas and commits are files of mode 0644. */
  readonly object: SealedFile | SealedSymlink;
}

export function namedObject(object: ImageFile | ImageSymlink | MetadataObject): NamedObject {
  return {
    kind: object instanceof MetadataObject ? object.objectKind : "file",
    object,
    get name() {
      return object.name;
    },
    get checksum() {
      return object.checksum;
    },
  };
}

/** What a directory of an image is made of. */
export interface DirectoryObjects {
  readonly dirtree: MetadataObject;
  readonly dirmeta: MetadataObject;
}

/**
 * All objects of a catalogue, each once. Numbers depend on the order of requests alone, which is the order of releases. A product beside
 * it has the same numbers for what both have, and for anything else numbers of its own `place`, whatever other product was asked before.
 */
export class ObjectStore {
  /** Itself, unless it is beside another. */
  readonly #first: ObjectStore;
  readonly #place: number;
  readonly #keys = new Map<string, number>();
  readonly #content = new Map<number, ImageFile | ImageSymlink>();
  readonly #metadata = new Map<string, MetadataObject>();
  #contents: number;
  #commits = 0;

  constructor(first?: ObjectStore, place = 0) {
    this.#first = first ?? this;
    this.#place = place;
    this.#contents = place * PLACE;
  }

  /** For a product beside this one; all of this one's releases have their numbers before it gives out any. */
  beside(place: number): ObjectStore {
    return new ObjectStore(this, place);
  }

  /** The next number of a file or link. */
  get count(): number {
    return this.#contents;
  }

  /** The number of an object that nothing else is. */
  next(): number {
    return this.#contents++;
  }

  /** The number of the object with this key, the same whoever asks. */
  shared(key: string): number {
    let number = this.#first.#keys.get(key) ?? this.#keys.get(key);
    if (number === undefined) this.#keys.set(key, (number = this.next()));
    return number;
  }

  /** The object with this number, which `make` makes when nobody has asked for it before. */
  content(number: number, make: () => ImageFile | ImageSymlink): ImageFile | ImageSymlink {
    const known = (number < PLACE ? this.#first : this).#content;
    let object = known.get(number);
    if (object === undefined) known.set(number, (object = make()));
    return object;
  }

  /** A new commit; releases come in their order. */
  commit(encode: () => Uint8Array): MetadataObject {
    return new MetadataObject(FIRST_COMMIT + this.#place * PLACE + this.#commits++, "commit", encode);
  }

  /** The dirtree and dirmeta of `dir` and, before them, those of all directories below it; `found` is told of each. */
  directory(dir: SealedDir, found: (object: MetadataObject) => void): DirectoryObjects {
    const subdirectories = new Map<string, DirectoryObjects>();
    const key: string[] = [];
    for (const [name, node] of dir.entries) {
      if (node.kind !== "dir") key.push(name, String(node.object));
      else {
        const below = this.directory(node, found);
        subdirectories.set(name, below);
        key.push(name, String(below.dirtree.object), String(below.dirmeta.object));
      }
    }
    const dirtree = this.#metadataFor(`tree ${key.join("/")}`, "dirtree", () => encodeDirectory(dir, subdirectories));
    const dirmeta = this.#metadataFor(`meta ${dir.mode}:${dir.uid}:${dir.gid}`, "dirmeta", () => encodeDirmeta(dir));
    found(dirtree);
    found(dirmeta);
    return { dirtree, dirmeta };
  }

  #metadataFor(key: string, kind: ObjectKind, encode: () => Uint8Array): MetadataObject {
    const known = this.#first.#metadata.get(key) ?? this.#metadata.get(key);
    if (known !== undefined) return known;
    const made = new MetadataObject(FIRST_METADATA + this.#place * PLACE + this.#metadata.size, kind, encode);
    this.#metadata.set(key, made);
    return made;
  }
}

function encodeDirectory(dir: SealedDir, subdirectories: ReadonlyMap<string, DirectoryObjects>): Uint8Array {
  const files: { name: string; checksum: Checksum }[] = [];
  for (const [name, node] of dir.entries) {
    if (node.kind !== "dir") files.push({ name, checksum: (node as ImageFile | ImageSymlink).checksum });
  }
  const dirs = [...subdirectories].map(([name, below]) => ({ name, dirtree: below.dirtree.checksum, dirmeta: below.dirmeta.checksum }));
  return encodeDirtree({ files, dirs });
}
