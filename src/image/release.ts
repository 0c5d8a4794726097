/** One release of a catalogue, made from the manifest piece by piece as it is asked for. */
import type { SealedDir, SealedTree } from "../vfs/sealed.ts";
import type { NamedObject, Release } from "./catalogue.ts";
import { standIn, verbatim, type Recipe } from "./contents.ts";
import { namedObject, type ImageFile, type ImageSymlink, type MetadataObject, type ObjectStore } from "./image-objects.ts";
import type { Manifest, ManifestBuild, ManifestPackage, ManifestRelease } from "./manifest.ts";
import { commitMetadata, encodeCommit, type Checksum, type Commit } from "./ostree-objects.ts";
import { ownersOf } from "./package-owners.ts";
import type { Package } from "./package.ts";
import { decodePathList, type PathEntry } from "./path-list.ts";
import { encodeRpmdb, RPMDB_PATH } from "./rpmdb.ts";
import { TreeBuilder } from "./sealed-tree.ts";

/** rpm-ostree keeps the base image's database a second time, to tell layered packages from it. */
const BASE_RPMDB_PATH = "/usr/lib/sysimage/rpm-ostree-base-db/rpmdb.sqlite";
const PLAIN_FILE = { mode: 0o644, uid: 0, gid: 0 } as const;

/** What a release has of one package; shared with the releases before it that have the same. "" is what belongs to no package. */
interface PackageContent {
  readonly pkg: Package | undefined;
  readonly list: string;
  readonly entries: readonly PathEntry[];
  /** For each entry; undefined for directories. */
  readonly nodes: readonly (ImageFile | ImageSymlink | undefined)[];
}

interface ObjectSet {
  readonly content: ReadonlyMap<number, ImageFile | ImageSymlink>;
  readonly metadata: ReadonlyMap<number, MetadataObject>;
}

export function readReleases(manifest: Manifest, store: ObjectStore): ImageRelease[] {
  const packages = new Map(manifest.packages.map((pkg) => [pkg.name, pkg]));
  const releases: ImageRelease[] = [];
  for (const row of manifest.releases) releases.push(new ImageRelease(row, manifest.ref, packages, store, releases.at(-1)));
  return releases;
}

export class ImageRelease implements Release {
  readonly ref: string;
  readonly parent: Checksum | undefined;
  readonly #row: ManifestRelease;
  readonly #catalogue: ReadonlyMap<string, ManifestPackage>;
  readonly #store: ObjectStore;
  readonly #previous: ImageRelease | undefined;
  readonly #commitFile: MetadataObject;
  #texts: ReadonlyMap<string, string> | undefined;
  #builds: ReadonlyMap<string, Package> | undefined;
  #packages: readonly Package[] | undefined;
  #contents: ReadonlyMap<string, PackageContent> | undefined;
  #rpmdb: ImageFile | undefined;
  #tree: SealedTree | undefined;
  #objects: SealedTree | undefined;
  #metadata: ReadonlyMap<number, MetadataObject> | undefined;
  #content: ReadonlyMap<number, ImageFile | ImageSymlink> | undefined;

  constructor(
    row: ManifestRelease,
    ref: string,
    catalogue: ReadonlyMap<string, ManifestPackage>,
    store: ObjectStore,
    previous: ImageRelease | undefined,
  ) {
    this.#row = row;
    this.ref = ref;
    this.#catalogue = catalogue;
    this.#store = store;
    this.#previous = previous;
    this.parent = previous?.commit;
    this.#commitFile = store.commit(() => encodeCommit(this.commitObject));
  }

  get version(): string {
    return this.#row.version;
  }

  get commit(): Checksum {
    return this.#row.commit;
  }

  get timestamp(): number {
    return this.#row.timestamp;
  }

  get subject(): string {
    return this.#row.subject;
  }

  get kernel(): string {
    return this.#row.kernel;
  }

  get commitObject(): Commit {
    return this.commitOf(this.#row);
  }

  /** The commit of this release with `root` as the checksums of its root, which the generator finds out and the tests check. */
  commitOf(root: { readonly dirtree: Checksum; readonly dirmeta: Checksum }): Commit {
    return {
      metadata: commitMetadata(
        [
          ["version", this.version],
          ["ostree.linux", this.kernel],
        ],
        [this.ref],
      ),
      parent: this.parent,
      subject: this.subject,
      body: "",
      timestamp: this.timestamp,
      dirtree: root.dirtree,
      dirmeta: root.dirmeta,
    };
  }

  get commitFile(): MetadataObject {
    return this.#commitFile;
  }

  get packages(): readonly Package[] {
    return (this.#packages ??= [...this.#allBuilds().values()].sort((left, right) => (left.name < right.name ? -1 : 1)));
  }

  get tree(): SealedTree {
    return (this.#tree ??= this.#buildTree());
  }

  get objects(): SealedTree {
    return (this.#objects ??= this.#buildObjects());
  }

  *objectList(): Iterable<NamedObject> {
    const { content, metadata } = this.objectSet;
    for (const object of content.values()) yield namedObject(object);
    for (const object of metadata.values()) yield namedObject(object);
  }

  /** All objects by number, the commit last. */
  get objectSet(): ObjectSet {
    return { content: this.#contentObjects(), metadata: this.#metadataObjects() };
  }

  /** Files given in full, by path; "@VERSION@" is still to be replaced. */
  #allTexts(): ReadonlyMap<string, string> {
    if (this.#texts !== undefined) return this.#texts;
    const texts = new Map(this.#previous === undefined ? [] : this.#previous.#allTexts());
    for (const [path, text] of Object.entries(this.#row.texts)) {
      if (text === null) texts.delete(path);
      else texts.set(path, text);
    }
    return (this.#texts = texts);
  }

  #allBuilds(): ReadonlyMap<string, Package> {
    if (this.#builds !== undefined) return this.#builds;
    const builds = new Map(this.#previous === undefined ? [] : this.#previous.#allBuilds());
    for (const name of this.#row.removed) builds.delete(name);
    for (const build of this.#row.builds) builds.set(build[0], this.#package(build));
    return (this.#builds = builds);
  }

  #package([name, evr, size, buildTime]: ManifestBuild): Package {
    const known = this.#catalogue.get(name);
    const match = /^(?:(\d+):)?(.*)-([^-]*)$/.exec(evr);
    if (known === undefined || match === null) throw new RangeError(`manifest: package "${name}" "${evr}"`);
    return {
      name,
      epoch: match[1] === undefined ? undefined : Number(match[1]),
      version: match[2] ?? "",
      release: match[3] ?? "",
      arch: known.arch,
      summary: known.summary,
      license: known.license,
      size,
      url: known.url === "" ? undefined : known.url,
      buildTime,
    };
  }

  /** By package. Releases before this one come first, so that objects are numbered in the same order however they are asked for. */
  #allContents(): ReadonlyMap<string, PackageContent> {
    if (this.#contents !== undefined) return this.#contents;
    const before: ReadonlyMap<string, PackageContent> = this.#previous === undefined ? new Map() : this.#previous.#allContents();
    const changedTexts = new Set(Object.keys(this.#row.texts));
    for (const [path, text] of this.#allTexts()) if (text.includes("@VERSION@")) changedTexts.add(path);
    const contents = new Map<string, PackageContent>();
    for (const name of ["", ...[...this.#allBuilds().keys()].sort()]) {
      const pkg = this.#allBuilds().get(name);
      const old = before.get(name);
      const list = this.#row.paths[name] ?? old?.list ?? "";
      const isSame = old !== undefined && name !== "" && old.pkg === pkg && old.list === list;
      if (isSame && !old.entries.some((entry) => changedTexts.has(entry.path))) contents.set(name, old);
      else contents.set(name, this.#packageContent(pkg, list));
    }
    this.#contents = contents;
    this.#database();
    return contents;
  }

  #packageContent(pkg: Package | undefined, list: string): PackageContent {
    const entries = decodePathList(list.replaceAll("@KERNEL@", this.kernel));
    const nodes = entries.map((entry) => {
      if (entry.kind === "dir") return undefined;
      if (entry.kind === "symlink") return this.#store.symlink(entry, entry.target);
      return this.#store.file(entry, this.#recipe(entry, pkg));
    });
    return { pkg, list, entries, nodes };
  }

  #recipe(entry: PathEntry, pkg: Package | undefined): Recipe {
    const text = this.#allTexts().get(entry.path);
    return text === undefined ? standIn(entry.path, entry.mode, pkg) : verbatim(text.replaceAll("@VERSION@", this.version));
  }

  /** The package database: the one file whose contents depend on all others. */
  #database(): ImageFile {
    return (this.#rpmdb ??= this.#store.file(PLAIN_FILE, {
      key: `rpmdb ${this.version}`,
      bytes: () => {
        const owners = ownersOf(
          [...this.#allContents()].map(([name, { entries }]) => ({ name, paths: entries.map((entry) => entry.path) })),
        );
        return encodeRpmdb(this.packages.map((pkg) => ({ ...pkg, files: owners.get(pkg.name) ?? [] })));
      },
    }));
  }

  #buildTree(): SealedTree {
    const builder = new TreeBuilder();
    for (const { entries, nodes } of this.#allContents().values()) {
      entries.forEach((entry, i) => {
        const node = nodes[i];
        if (node === undefined) builder.addDirectory(entry.path, entry);
        else builder.add(entry.path, node);
      });
    }
    builder.add(RPMDB_PATH, this.#database());
    builder.add(BASE_RPMDB_PATH, this.#database());
    return builder.seal(`commit:${this.commit}`);
  }

  #contentObjects(): ReadonlyMap<number, ImageFile | ImageSymlink> {
    if (this.#content !== undefined) return this.#content;
    const content = new Map<number, ImageFile | ImageSymlink>();
    for (const { nodes } of this.#allContents().values()) for (const node of nodes) if (node !== undefined) content.set(node.object, node);
    content.set(this.#database().object, this.#database());
    return (this.#content = content);
  }

  #metadataObjects(): ReadonlyMap<number, MetadataObject> {
    if (this.#metadata !== undefined) return this.#metadata;
    if (this.#previous !== undefined) this.#previous.#metadataObjects();
    const metadata = new Map<number, MetadataObject>();
    this.#store.directory(this.tree.root, (object) => metadata.set(object.object, object));
    metadata.set(this.commitFile.object, this.commitFile);
    return (this.#metadata = metadata);
  }

  #buildObjects(): SealedTree {
    const buckets = new Buckets(() => this.objectSet);
    const entries = new Map<string, SealedDir>();
    for (let byte = 0; byte < 256; byte++) {
      const name = byte.toString(16).padStart(2, "0");
      entries.set(
        name,
        objectDirectory(byte + 1, () => buckets.entries(name)),
      );
    }
    const content = () => this.#contentObjects();
    const metadata = () => this.#metadataObjects();
    return {
      id: `objects:${this.commit}`,
      root: { kind: "dir", mode: 0o755, uid: 0, gid: 0, mtime: 0, index: 0, entries },
      directories: 257,
      linksTo: (object) => (content().has(object) || metadata().has(object) ? 1 : 0),
    };
  }
}

type ObjectEntries = ReadonlyMap<string, ImageFile | ImageSymlink | MetadataObject>;

/** The objects of a release by the first two digits of their checksums. Hashes everything when it is first asked. */
class Buckets {
  readonly #objectSet: () => ObjectSet;
  #buckets: ReadonlyMap<string, ObjectEntries> | undefined;

  constructor(objectSet: () => ObjectSet) {
    this.#objectSet = objectSet;
  }

  entries(digits: string): ObjectEntries {
    this.#buckets ??= this.#sort();
    return this.#buckets.get(digits) ?? new Map();
  }

  #sort(): ReadonlyMap<string, ObjectEntries> {
    const { content, metadata } = this.#objectSet();
    const names = [...content.values(), ...metadata.values()].map((object) => ({ name: object.name, object }));
    names.sort((left, right) => (left.name < right.name ? -1 : 1));
    const buckets = new Map<string, Map<string, ImageFile | ImageSymlink | MetadataObject>>();
    for (const { name, object } of names) {
      const digits = name.slice(0, 2);
      const bucket = buckets.get(digits) ?? new Map<string, ImageFile | ImageSymlink | MetadataObject>();
      buckets.set(digits, bucket);
      bucket.set(name.slice(3), object);
    }
    return buckets;
  }
}

function objectDirectory(index: number, entries: () => ObjectEntries): SealedDir {
  return {
    kind: "dir",
    mode: 0o755,
    uid: 0,
    gid: 0,
    mtime: 0,
    index,
    get entries() {
      return entries();
    },
  };
}
