/** One release of a catalogue, made from the manifest piece by piece as it is asked for. */
import type { SealedDir, SealedTree } from "../vfs/sealed.ts";
import type { NamedObject, Release } from "./catalogue.ts";
import { containerImage, imageMetadata, type ContainerImage } from "./container-image.ts";
import { standIn, verbatim, type Recipe } from "./contents.ts";
import { FIRST_COMMIT, ImageFile, namedObject, type ImageSymlink, type MetadataObject, type ObjectStore } from "./image-objects.ts";
import type { Manifest, ManifestBuild, ManifestPackage, ManifestRelease } from "./manifest.ts";
import { checksumBytes, commitMetadata, encodeCommit, type Checksum, type Commit } from "./ostree-objects.ts";
import { ownersOf } from "./package-owners.ts";
import { PackageContent } from "./package-content.ts";
import type { Package } from "./package.ts";
import type { PathEntry } from "./path-list.ts";
import { encodeRpmdb, PLAIN_RPMDB_PATH, RPMDB_PATH, type InstalledPackage } from "./rpmdb.ts";
import { TreeBuilder } from "./sealed-tree.ts";

/** rpm-ostree keeps the base image's database a second time, to tell layered packages from it. */
const BASE_RPMDB_PATH = "/usr/lib/sysimage/rpm-ostree-base-db/rpmdb.sqlite";
const DATABASE_PATHS = { ostree: [RPMDB_PATH, BASE_RPMDB_PATH], plain: [PLAIN_RPMDB_PATH] } as const;
/** What stands in path lists and in texts for what the release says. */
const KERNEL = "@KERNEL@";
const VERSION = "@VERSION@";
/** How often the naming of all objects pauses: a number that depends on nothing, since each pause is a tick of the machine. */
const NAMING_PARTS = 256;
const PLAIN_FILE = { mode: 0o644, uid: 0, gid: 0 } as const;

/** `before`: the releases of another product in the same store, of which these share what they have in common. */
export function readReleases(manifest: Manifest, store: ObjectStore, before: readonly ImageRelease[] = []): ImageRelease[] {
  const packages = new Map(manifest.packages.map((pkg) => [pkg.name, pkg]));
  const releases: ImageRelease[] = [];
  for (const row of manifest.releases) releases.push(new ImageRelease(row, manifest, packages, store, releases.at(-1), before));
  return releases;
}

export class ImageRelease implements Release {
  readonly ref: string;
  readonly parent: Checksum | undefined;
  readonly #row: ManifestRelease;
  readonly #manifest: Manifest;
  readonly #catalogue: ReadonlyMap<string, ManifestPackage>;
  readonly #store: ObjectStore;
  readonly #previous: ImageRelease | undefined;
  /** The last release of another product, whose objects are numbered first, and that of the same time. */
  readonly #numberedFirst: ImageRelease | undefined;
  readonly #twin: ImageRelease | undefined;
  readonly #commitFile: MetadataObject;
  #texts: ReadonlyMap<string, string> | undefined;
  #textPlaces: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  #builds: ReadonlyMap<string, Package> | undefined;
  #packages: readonly Package[] | undefined;
  #contents: ReadonlyMap<string, PackageContent> | undefined;
  /** As `#contents`, and what was removed since. */
  #latest: ReadonlyMap<string, PackageContent> | undefined;
  #history: readonly PackageContent[] | undefined;
  #sharedLinks: ReadonlyMap<number, number> | undefined;
  #rpmdb: ImageFile | undefined;
  #tree: SealedTree | undefined;
  #objects: SealedTree | undefined;
  #metadata: ReadonlyMap<number, MetadataObject> | undefined;
  #content: ReadonlyMap<number, ImageFile | ImageSymlink> | undefined;
  readonly #outside = new WeakMap<SealedTree, readonly NamedObject[]>();
  #isNamed = false;
  #image: ContainerImage | undefined;

  constructor(
    row: ManifestRelease,
    manifest: Manifest,
    catalogue: ReadonlyMap<string, ManifestPackage>,
    store: ObjectStore,
    previous: ImageRelease | undefined,
    otherProduct: readonly ImageRelease[],
  ) {
    this.#row = row;
    this.#manifest = manifest;
    this.ref = row.ref ?? manifest.ref;
    this.#catalogue = catalogue;
    this.#store = store;
    this.#previous = previous;
    this.#numberedFirst = otherProduct.at(-1);
    this.#twin = otherProduct.find(({ timestamp }) => timestamp === row.timestamp);
    this.parent = manifest.kind === "image" ? undefined : previous?.commit;
    this.#commitFile = store.commit(() => encodeCommit(this.commitObject));
  }

  get #layout(): keyof typeof DATABASE_PATHS {
    return this.#manifest.layout ?? "ostree";
  }

  get #databasePaths(): readonly string[] {
    return DATABASE_PATHS[this.#layout];
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

  get image(): ContainerImage | undefined {
    if (this.#manifest.kind !== "image") return undefined;
    const previous = this.#row.ref === undefined ? undefined : this.#previous;
    const base = previous === undefined ? undefined : previous.#allBuilds();
    const { version, timestamp, kernel, packages } = this;
    const added = new Set(base && packages.filter(({ name }) => !base.has(name)).map(({ name }) => name));
    const { labels } = this.#manifest;
    return (this.#image ??= containerImage({ name: this.ref, version, timestamp, kernel, packages, added, labels }));
  }

  get commitObject(): Commit {
    return this.commitOf(this.#row);
  }

  /** The commit of this release with `root` as the checksums of its root, which the generator finds out and the tests check. */
  commitOf(root: { readonly dirtree: Checksum; readonly dirmeta: Checksum }): Commit {
    const { image } = this;
    const facts: [string, string][] = [
      ["version", this.version],
      ["ostree.linux", this.kernel],
    ];
    return {
      metadata: image === undefined ? commitMetadata(facts, [this.ref]) : imageMetadata(image),
      parent: this.parent,
      subject: image === undefined ? this.subject : "",
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

  /** Cheap: the tree is built when somebody looks. */
  get tree(): SealedTree {
    return (this.#tree ??= this.#lazyTree());
  }

  contentOf(name: string): PackageContent | undefined {
    return this.#allContents().get(name);
  }

  get objects(): SealedTree {
    return (this.#objects ??= this.#buildObjects());
  }

  *objectList(): Iterable<NamedObject> {
    for (const object of this.#allObjects()) yield namedObject(object);
  }

  objectsOutside(tree: SealedTree): readonly NamedObject[] {
    let outside = this.#outside.get(tree);
    if (outside === undefined) {
      outside = [...this.#allObjects()].filter(({ object }) => tree.linksTo(object) === 0).map(namedObject);
      this.#outside.set(tree, outside);
    }
    return outside;
  }

  *nameObjects(): Generator<void> {
    const objects = this.#isNamed ? [] : [...this.#allObjects()];
    for (let part = 0; part < NAMING_PARTS; part++) {
      yield;
      const [start, end] = [part, part + 1].map((at) => Math.floor((at * objects.length) / NAMING_PARTS));
      for (const { checksum } of objects.slice(start, end)) if (checksum === "") throw new Error("internal error: no checksum");
    }
    this.#isNamed = true;
  }

  /** Files and links, then dirtrees and dirmetas, the commit last. */
  *#allObjects(): Generator<ImageFile | ImageSymlink | MetadataObject> {
    yield* this.#contentObjects().values();
    yield* this.#metadataObjects().values();
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

  /** Names of files that are given in full, by directory (with a slash at the end). */
  get #textNames(): ReadonlyMap<string, ReadonlySet<string>> {
    if (this.#textPlaces !== undefined) return this.#textPlaces;
    const places = new Map<string, Set<string>>();
    for (const path of this.#allTexts().keys()) {
      const cut = path.lastIndexOf("/") + 1;
      const names = places.get(path.slice(0, cut)) ?? new Set<string>();
      places.set(path.slice(0, cut), names.add(path.slice(cut)));
    }
    return (this.#textPlaces = places);
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
      summary: known.summary.replace(VERSION, match[2] ?? ""),
      license: known.license,
      size,
      url: known.url === "" ? undefined : known.url,
      buildTime,
    };
  }

  /**
   * By package; shared with the releases before that have the same of it. Releases before this one come first, so that objects are
   * numbered in the same order however they are asked for.
   */
  #allContents(): ReadonlyMap<string, PackageContent> {
    if (this.#contents !== undefined) return this.#contents;
    this.#numberedFirst?.contentOf("");
    const before: ReadonlyMap<string, PackageContent> = this.#previous === undefined ? new Map() : this.#previous.#allContents();
    const latest = new Map(this.#previous === undefined ? [] : this.#previous.#latest);
    const changed = this.#packagesOfChangedTexts(before);
    const others = this.#textsOfTwinAlone();
    const contents = new Map<string, PackageContent>();
    for (const name of ["", ...[...this.#allBuilds().keys()].sort()]) {
      const old = before.get(name);
      const content = this.#contentOfTwin(name, old, others) ?? this.#packageContent(name, old, changed.has(name), latest.get(name));
      contents.set(name, content);
      latest.set(name, content);
    }
    this.#contents = contents;
    this.#latest = latest;
    this.#database();
    return contents;
  }

  #packagesOfChangedTexts(before: ReadonlyMap<string, PackageContent>): ReadonlySet<string> {
    const changed = new Set(Object.keys(this.#row.texts));
    for (const [path, text] of this.#allTexts()) if (text.includes(VERSION)) changed.add(path);
    const packages = new Set<string>();
    for (const [name, { special }] of before) for (const path of special) if (changed.delete(path)) packages.add(name);
    // What is left was not given in full before.
    for (const path of changed) for (const [name, content] of before) if (content.has(path)) packages.add(name);
    return packages;
  }

  /** Paths of files that this release or its twin gives in full, and the other not or not so. */
  #textsOfTwinAlone(): readonly string[] {
    const [mine, theirs] = [this.#allTexts(), this.#twin === undefined ? new Map<string, string>() : this.#twin.#allTexts()];
    return [...new Set([...mine.keys(), ...theirs.keys()])].filter((path) => mine.get(path) !== theirs.get(path));
  }

  /** What the twin has of the package, when nothing tells it from what this release has. */
  #contentOfTwin(name: string, old: PackageContent | undefined, others: readonly string[]): PackageContent | undefined {
    const theirs = this.#twin?.contentOf(name);
    if (theirs === undefined || this.kernel !== this.#twin?.kernel) return undefined;
    const isSame =
      theirs.template === (this.#row.paths[name] ?? old?.template ?? "") &&
      JSON.stringify(theirs.pkg) === JSON.stringify(this.#allBuilds().get(name)) &&
      !others.some((path) => theirs.has(path));
    return isSame ? theirs : undefined;
  }

  #packageContent(name: string, old: PackageContent | undefined, isChanged: boolean, older: PackageContent | undefined): PackageContent {
    const pkg = this.#allBuilds().get(name);
    const template = this.#row.paths[name] ?? old?.template ?? "";
    const isOfKernel = template.includes(KERNEL) && this.kernel !== this.#previous?.kernel;
    if (old?.pkg === pkg && old?.template === template && !isChanged && !isOfKernel) return old;
    return new PackageContent({
      pkg,
      template,
      list: template.replaceAll(KERNEL, this.kernel),
      recipe: (entry) => this.#recipe(entry, pkg),
      sharedNames: (directory) => this.#textNames.get(directory),
      store: this.#store,
      older,
      twin: this.#twin?.contentOf(name),
      mtime: this.#manifest.keepsTimes === true ? (pkg?.buildTime ?? this.timestamp) : 0,
    });
  }

  #recipe(entry: PathEntry, pkg: Package | undefined): Recipe {
    const text = this.#allTexts().get(entry.path);
    return text === undefined ? standIn(entry.path, entry.mode, pkg) : verbatim(text.replaceAll(VERSION, this.version));
  }

  /** The package database: the one file whose contents depend on all others. What has the same subject has the same packages. */
  #database(): ImageFile {
    const key = `rpmdb ${this.subject}`;
    return (this.#rpmdb ??= new ImageFile(this.#store.shared(key), PLAIN_FILE, {
      key,
      isShared: true,
      bytes: () => {
        const contents = [...this.#allContents()].map(([name, content]) => ({ name, paths: [...content.paths()] }));
        const owners = ownersOf(contents, this.#layout === "ostree");
        const configs = (name: string): Pick<InstalledPackage, "configs"> =>
          this.#layout === "ostree" ? {} : { configs: configsOf(this.#allContents().get(name)) };
        return encodeRpmdb(this.packages.map((pkg) => ({ ...pkg, files: owners.get(pkg.name) ?? [], ...configs(pkg.name) })));
      },
    }));
  }

  #buildTree(): SealedTree {
    const builder = new TreeBuilder();
    for (const content of this.#allContents().values()) {
      for (const section of content.sections) builder.addLeaves(section.directory, section);
      for (const entry of content.directories) builder.addDirectory(entry.path, entry);
    }
    for (const path of this.#databasePaths) builder.add(path, this.#database());
    return builder.seal(`commit:${this.commit}`);
  }

  #lazyTree(): SealedTree {
    let built: SealedTree | undefined;
    const tree = (): SealedTree => (built ??= this.#buildTree());
    return {
      id: `commit:${this.commit}`,
      root: {
        ...{ kind: "dir", mode: 0o755, uid: 0, gid: 0, mtime: 0, index: 0 },
        get entries() {
          return tree().root.entries;
        },
      },
      get directories() {
        return tree().directories;
      },
      linksTo: (object) => this.#linksTo(object),
    };
  }

  /** How many names of the tree are the file or link `object`. */
  #linksTo(object: number): number {
    const contents = this.#allContents();
    if (object === this.#database().object) return this.#databasePaths.length;
    const shared = (this.#sharedLinks ??= countShared(contents.values())).get(object);
    if (shared !== undefined) return shared;
    const owner = this.#firstWith(object);
    return owner !== undefined && contents.get(owner.pkg?.name ?? "")?.hasOwn(object) === true ? 1 : 0;
  }

  /** Where the number `object` was given out, in this release or before it. */
  #firstWith(object: number): PackageContent | undefined {
    const all = this.#wholeHistory();
    let low = 0;
    let high = all.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((all[middle] as PackageContent).first <= object) low = middle + 1;
      else high = middle;
    }
    const found = all[low - 1];
    return found !== undefined && object < found.end ? found : undefined;
  }

  /** Everything that this release and those before it have or had of packages, by ascending numbers. */
  #wholeHistory(): readonly PackageContent[] {
    return (this.#history ??= this.#makeHistory());
  }

  #makeHistory(): readonly PackageContent[] {
    const before = [this.#twin, this.#previous].flatMap((release) => (release === undefined ? [] : release.#wholeHistory()));
    const all = new Set([...before, ...[...this.#allContents().values()].filter((content) => content.first < content.end)]);
    return [...all].sort((left, right) => left.first - right.first);
  }

  #contentObjects(): ReadonlyMap<number, ImageFile | ImageSymlink> {
    if (this.#content !== undefined) return this.#content;
    const content = new Map<number, ImageFile | ImageSymlink>();
    for (const part of this.#allContents().values()) for (const node of part.nodes()) content.set(node.object, node);
    content.set(this.#database().object, this.#database());
    return (this.#content = content);
  }

  #metadataObjects(): ReadonlyMap<number, MetadataObject> {
    if (this.#metadata !== undefined) return this.#metadata;
    const before = this.#previous ?? this.#numberedFirst;
    if (before !== undefined) before.#metadataObjects();
    const metadata = new Map<number, MetadataObject>();
    this.#store.directory(this.tree.root, (object) => metadata.set(object.object, object));
    metadata.set(this.commitFile.object, this.commitFile);
    return (this.#metadata = metadata);
  }

  #buildObjects(): SealedTree {
    const buckets = new Buckets(() => this.#allObjects());
    const entries = new Map<string, SealedDir>();
    for (let byte = 0; byte < 256; byte++) {
      const name = byte.toString(16).padStart(2, "0");
      entries.set(
        name,
        objectDirectory(byte + 1, () => buckets.entries(name)),
      );
    }
    return {
      id: `objects:${this.commit}`,
      root: { kind: "dir", mode: 0o755, uid: 0, gid: 0, mtime: 0, index: 0, entries },
      directories: 257,
      linksTo: (object) => Number(object < FIRST_COMMIT ? this.#linksTo(object) > 0 : this.#metadataObjects().has(object)),
    };
  }
}

function countShared(contents: Iterable<PackageContent>): ReadonlyMap<number, number> {
  const links = new Map<number, number>();
  for (const { shared } of contents) for (const [object, count] of shared) links.set(object, (links.get(object) ?? 0) + count);
  return links;
}

/** SHA-256 of the files in /etc, by path. */
function configsOf(content: PackageContent | undefined): Record<string, string> | undefined {
  const found: Record<string, string> = {};
  for (const { directory, leaves } of content?.sections ?? []) {
    if (!directory.startsWith("/etc/")) continue;
    for (const [name, leaf] of leaves()) if (leaf.kind === "file") found[directory + name] = checksumBytes(leaf.bytes());
  }
  return Object.keys(found).length === 0 ? undefined : found;
}

type ObjectEntries = ReadonlyMap<string, ImageFile | ImageSymlink | MetadataObject>;

/** The objects of a release by the first two digits of their checksums. Hashes everything when it is first asked. */
class Buckets {
  readonly #objects: () => Iterable<ImageFile | ImageSymlink | MetadataObject>;
  #buckets: ReadonlyMap<string, ObjectEntries> | undefined;

  constructor(objects: () => Iterable<ImageFile | ImageSymlink | MetadataObject>) {
    this.#objects = objects;
  }

  entries(digits: string): ObjectEntries {
    this.#buckets ??= this.#sort();
    return this.#buckets.get(digits) ?? new Map();
  }

  #sort(): ReadonlyMap<string, ObjectEntries> {
    const names = [...this.#objects()].map((object) => ({ name: object.name, object }));
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
