/** What lies behind the addresses of package repositories and of single packages. */
import { encodeUtf8 } from "../../base/utf8.ts";
import { decodeRpmdb, PLAIN_RPMDB_PATH, RPMDB_PATH } from "../rpmdb.ts";
import type { Catalogue, Release } from "../catalogue.ts";
import { nvra, compareEvr, type Package } from "../package.ts";
import type { SealedDir, SealedNode } from "../../vfs/sealed.ts";
import type { Advisory } from "./advisories.ts";
import { parseCapability, type Capability } from "./capability.ts";
import { paragraphs, parsePackages } from "./parse.ts";
import { encodeRpm } from "./rpm-file.ts";
import type { RpmFile, RpmPackage, ScriptName } from "./rpm-package.ts";

/** A repository's metadata, as it is on its server at this moment. */
export interface Repository {
  /** When it was made, seconds since 1970 (repomd.xml's revision). */
  readonly generated: number;
  /** In the order of names, versions ascending. */
  readonly packages: readonly RpmPackage[];
  readonly advisories: readonly Advisory[];
}

export interface PackageServers {
  /** The repository that a `metalink=`, `mirrorlist=` or `baseurl=` leads to; undefined when no server answers there. */
  /** `running`: the version of the release that runs where it is asked, which decides what comes next in a repository that rolls. */
  repositoryAt(url: string, running?: string): Repository | undefined;
  /** A file that can be downloaded. */
  fileAt(url: string): Uint8Array | undefined;
  /** What a package of the image provides and requires besides what follows from its name and files. */
  imageDependencies(pkg: Package): { readonly provides: readonly Capability[]; readonly requires: readonly Capability[] };
}

/** A repository of a site. */
export interface Published {
  readonly list: string;
  readonly vendor: string;
  /** Matches the address of the metadata. */
  readonly address: RegExp;
  /** Where its packages lie, without a slash at the end. */
  readonly packages: string;
  readonly generated: number;
  /** Which builds of the image's own packages are there, too. */
  readonly builds?: "oldest" | "newest" | "next";
  readonly advisories?: readonly Advisory[];
}

/** What a distribution's servers have. */
export interface Site {
  readonly repositories: readonly Published[];
  /** Addresses that people know by heart, and files that are in no repository. */
  readonly downloads: readonly (readonly [address: RegExp, list: string, name: string])[];
  /** A text that lies somewhere, by its address. */
  readonly texts: readonly (readonly [address: RegExp, text: string])[];
  /** What is published, by the name of the list, in the form of parse.ts; "image" is about the packages of the image. */
  readonly lists: Readonly<Record<string, string>>;
  /** Of the image's packages. */
  readonly vendor: string;
  /** Scriptlets of the image's packages, where they have any. */
  scriptsOf?(pkg: Package, kernel: string): ReadonlyMap<ScriptName, string>;
}

/** The servers of `site` for each catalogue, which are made once. */
export function serversOf(site: Site): (catalogue: Catalogue) => PackageServers {
  const known = new WeakMap<Catalogue, PackageServers>();
  return (catalogue) => {
    const servers = known.get(catalogue) ?? new Servers(site, catalogue);
    known.set(catalogue, servers);
    return servers;
  };
}

class Servers implements PackageServers {
  readonly #site: Site;
  readonly #catalogue: Catalogue;
  readonly #repositories = new Map<string, Repository>();
  #dependencies: ReadonlyMap<string, readonly string[]> | undefined;

  constructor(site: Site, catalogue: Catalogue) {
    this.#site = site;
    this.#catalogue = catalogue;
  }

  repositoryAt(url: string, running = ""): Repository | undefined {
    const published = this.#site.repositories.find(({ address }) => address.test(url));
    return published && this.#repository(published, running);
  }

  fileAt(url: string): Uint8Array | undefined {
    const text = this.#site.texts.find(([address]) => address.test(url))?.[1];
    if (text !== undefined) return encodeUtf8(text);
    const known = this.#site.downloads.find(([address]) => address.test(url));
    if (known !== undefined) {
      const [, list, name] = known;
      const vendor = this.#site.repositories.find((published) => published.list === list)?.vendor ?? "(none)";
      const pkg = parsePackages(this.#site.lists[list] ?? "", { vendor }).find((candidate) => candidate.name === name);
      return pkg && encodeRpm(pkg);
    }
    const file = /\/([^/]+)\.rpm$/.exec(url)?.[1];
    if (file === undefined) return undefined;
    for (const published of this.#site.repositories) {
      if (!url.replace(/^http:/, "https:").startsWith(`${published.packages}/`)) continue;
      const found = this.#repository(published, "").packages.find((pkg) => nvra(pkg) === file);
      if (found !== undefined) return encodeRpm(found);
    }
    return undefined;
  }

  imageDependencies(pkg: Package): { readonly provides: readonly Capability[]; readonly requires: readonly Capability[] } {
    this.#dependencies ??= new Map(paragraphs(this.#site.lists["image"] ?? "").map(([name = "", ...lines]) => [name, lines]));
    const evr = `${pkg.epoch === undefined ? "" : `${pkg.epoch}:`}${pkg.version}-${pkg.release}`;
    const list = (letter: string): Capability[] =>
      (this.#dependencies?.get(pkg.name) ?? [])
        .filter((line) => line.startsWith(`${letter} `))
        .flatMap((line) => line.slice(2).split(", "))
        .map((text) => parseCapability(text.replace("$EVR", evr)));
    return { provides: list("P"), requires: list("R") };
  }

  #repository(published: Published, running: string): Repository {
    const { list, vendor, generated, builds } = published;
    const key = builds === "next" ? `${list} ${running}` : list;
    let known = this.#repositories.get(key);
    if (known === undefined) {
      const own = parsePackages(this.#site.lists[list] ?? "", { vendor });
      const ofImage = builds === undefined ? [] : builds === "next" ? this.#buildsAfter(running) : this.#buildsOf(builds);
      const packages = [...own, ...ofImage].sort((left, right) =>
        left.name < right.name ? -1 : left.name > right.name ? 1 : compareEvr(left, right),
      );
      this.#repositories.set(key, (known = { generated, packages, advisories: published.advisories ?? [] }));
    }
    return known;
  }

  /**
   * All packages of the release that is published to whoever runs `running`: the one after it.
   * @simplified In life a release appears when it is built, whoever looks.
   */
  #buildsAfter(running: string): RpmPackage[] {
    const { releases } = this.#catalogue;
    const at = releases.findIndex(({ version }) => version === running);
    const release = releases[at + 1] ?? releases[at];
    return release === undefined ? [] : release.packages.map((pkg) => this.#published(pkg, release));
  }

  /** The image's own packages as Fedora publishes them: its first builds in `fedora`, what is newer now in `updates`. */
  #buildsOf(which: "oldest" | "newest"): RpmPackage[] {
    const oldest = new Map<string, readonly [Package, Release]>();
    const newest = new Map<string, readonly [Package, Release]>();
    for (const release of this.#catalogue.releases) {
      for (const pkg of release.packages) {
        if (!oldest.has(pkg.name)) oldest.set(pkg.name, [pkg, release]);
        const known = newest.get(pkg.name);
        if (known === undefined || compareEvr(known[0], pkg) < 0) newest.set(pkg.name, [pkg, release]);
      }
    }
    if (which === "oldest") return [...oldest.values()].map(([pkg, release]) => this.#published(pkg, release));
    return [...newest.values()]
      .filter(([pkg]) => compareEvr(pkg, oldest.get(pkg.name)?.[0] ?? pkg) > 0)
      .map(([pkg, release]) => this.#published(pkg, release));
  }

  #published(pkg: Package, release: Release): RpmPackage {
    const dependencies = this.imageDependencies(pkg);
    const files = filesOf(release);
    return {
      ...pkg,
      description: `${pkg.summary}.`,
      vendor: this.#site.vendor,
      downloadSize: Math.round(pkg.size / 3),
      ...dependencies,
      conflicts: [],
      obsoletes: [],
      recommends: [],
      get files() {
        return files(pkg.name);
      },
      scripts: this.#site.scriptsOf?.(pkg, release.kernel) ?? new Map<ScriptName, string>(),
    };
  }
}

/** The files that packages of a release have in its tree. */
const filesByRelease = new WeakMap<Release, (name: string) => readonly RpmFile[]>();

function filesOf(release: Release): (name: string) => readonly RpmFile[] {
  let files = filesByRelease.get(release);
  if (files === undefined) {
    let paths: ReadonlyMap<string, readonly string[]> | undefined;
    files = (name) => {
      paths ??= new Map(decodeRpmdb(databaseOf(release)).map((pkg) => [pkg.name, pkg.files]));
      return (paths.get(name) ?? []).flatMap((path) => fileAt(release, path));
    };
    filesByRelease.set(release, files);
  }
  return files;
}

function databaseOf(release: Release): Uint8Array {
  const node = nodeAt(release.tree.root, RPMDB_PATH) ?? nodeAt(release.tree.root, PLAIN_RPMDB_PATH);
  return node?.kind === "file" ? node.bytes() : new Uint8Array();
}

function fileAt(release: Release, path: string): RpmFile[] {
  const node = nodeAt(release.tree.root, path) ?? nodeAt(release.tree.root, `/usr${path}`);
  if (node === undefined) return [];
  const owner = { user: "root", group: "root" };
  if (node.kind === "file") return [{ path, kind: "file", mode: node.mode, ...owner, target: "", bytes: () => node.bytes() }];
  const target = node.kind === "symlink" ? node.target : "";
  return [{ path, kind: node.kind, mode: node.mode, ...owner, target, bytes: () => new Uint8Array() }];
}

function nodeAt(root: SealedDir, path: string): SealedNode | undefined {
  let node: SealedNode | undefined = root;
  for (const name of path.split("/")) if (name !== "") node = node?.kind === "dir" ? node.entries.get(name) : undefined;
  return node;
}
