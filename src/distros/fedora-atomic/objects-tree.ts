/** The object store of several releases as one sealed directory: what an installer and the updates since have left in `repo/objects`. */
import type { Catalogue, Release } from "../../image/catalogue.ts";
import { objectName } from "../../image/ostree-objects.ts";
import { composefsImage } from "../../engines/ostree/composefs-image.ts";
import { encodeSignature } from "../../engines/ostree/signature.ts";
import type { SealedDir, SealedFile, SealedNode, SealedTree } from "../../vfs/sealed.ts";

/** Numbers of signature objects, above all that a catalogue gives out. */
const FIRST_SIGNATURE = 2 ** 25;

const PREFIX = "objects:";

/**
 * All objects of `releases` and the signatures of their commits. Commits are found by name at once; anything else makes the
 * names of all objects known, which takes hashing them.
 */
export function installedObjects(catalogue: Catalogue, releases: readonly Release[], signedBy: string | undefined): SealedTree {
  const known = new Map<string, SealedFile>();
  for (const release of releases) {
    known.set(objectName(release.commit, "commit"), release.commitFile);
    if (signedBy !== undefined)
      known.set(objectName(release.commit, "commitmeta"), signatureObject(FIRST_SIGNATURE + catalogue.releases.indexOf(release), signedBy));
  }
  const entries = new Map<string, SealedNode>();
  for (let byte = 0; byte < 256; byte++) {
    const fan = byte.toString(16).padStart(2, "0");
    const early = new Map([...known].filter(([name]) => name.startsWith(`${fan}/`)).map(([name, object]) => [name.slice(3), object]));
    entries.set(fan, { ...directory(byte + 1), entries: new LazyEntries(early, () => mergedFan(releases, fan)) });
  }
  const signatures = new Set([...known.values()].map((object) => object.object));
  return {
    id: PREFIX + releases.map((release) => release.commit).join("+"),
    root: { ...directory(0), entries },
    directories: 257,
    linksTo: (object) => (signatures.has(object) || releases.some((release) => release.objects.linksTo(object) > 0) ? 1 : 0),
  };
}

/** The tree with that id, also one that `installedObjects` made: for disks that were exported. */
export function shippedTree(catalogue: Catalogue, id: string, signedBy: string | undefined): SealedTree | undefined {
  const commits = id.startsWith(PREFIX) ? id.slice(PREFIX.length).split("+") : [];
  const found = catalogue.tree(id) ?? composefsImage(id, (commit) => catalogue.tree(commit));
  if (found || commits.length === 0) return found;
  const releases = commits.map((commit) => catalogue.byCommit(commit));
  return releases.every((release) => release !== undefined) ? installedObjects(catalogue, releases, signedBy) : undefined;
}

function directory(index: number): Omit<SealedDir, "entries"> {
  return { kind: "dir", mode: 0o755, uid: 0, gid: 0, mtime: 0, index };
}

function signatureObject(object: number, signedBy: string): SealedFile {
  const bytes = encodeSignature(signedBy);
  return { kind: "file", mode: 0o644, uid: 0, gid: 0, mtime: 0, object, size: bytes.length, bytes: () => bytes };
}

function mergedFan(releases: readonly Release[], fan: string): ReadonlyMap<string, SealedNode> {
  const merged = new Map<string, SealedNode>();
  for (const release of releases) {
    const dir = release.objects.root.entries.get(fan);
    if (dir?.kind === "dir") for (const [name, node] of dir.entries) merged.set(name, node);
  }
  return new Map([...merged].sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** A directory whose `early` names are known without making the rest. */
class LazyEntries implements ReadonlyMap<string, SealedNode> {
  readonly #early: ReadonlyMap<string, SealedNode>;
  readonly #make: () => ReadonlyMap<string, SealedNode>;
  #all: ReadonlyMap<string, SealedNode> | undefined;

  constructor(early: ReadonlyMap<string, SealedNode>, make: () => ReadonlyMap<string, SealedNode>) {
    this.#early = early;
    this.#make = make;
  }

  get #whole(): ReadonlyMap<string, SealedNode> {
    return (this.#all ??= new Map([...this.#make(), ...this.#early]));
  }

  get(name: string): SealedNode | undefined {
    return this.#early.get(name) ?? this.#whole.get(name);
  }

  has(name: string): boolean {
    return this.#early.has(name) || this.#whole.has(name);
  }

  get size(): number {
    return this.#whole.size;
  }

  entries(): MapIterator<[string, SealedNode]> {
    return this.#whole.entries();
  }

  keys(): MapIterator<string> {
    return this.#whole.keys();
  }

  values(): MapIterator<SealedNode> {
    return this.#whole.values();
  }

  [Symbol.iterator](): MapIterator<[string, SealedNode]> {
    return this.#whole[Symbol.iterator]();
  }

  forEach(call: (value: SealedNode, key: string, map: ReadonlyMap<string, SealedNode>) => void): void {
    this.#whole.forEach((value, key) => call(value, key, this));
  }
}
