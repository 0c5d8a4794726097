/** What lies behind the addresses of package repositories and of single packages. */
import { encodeUtf8 } from "../../base/utf8.ts";
import { decodeRpmdb, RPMDB_PATH } from "../rpmdb.ts";
import type { Catalogue, Release } from "../catalogue.ts";
import { nvra, compareEvr, type Package } from "../package.ts";
import type { SealedDir, SealedNode } from "../../vfs/sealed.ts";
import { parseCapability, type Capability } from "./capability.ts";
import { paragraphs, parsePackages } from "./parse.ts";
import { PUBLISHED } from "./published.ts";
import { encodeRpm } from "./rpm-file.ts";
import type { RpmFile, RpmPackage } from "./rpm-package.ts";

/** A repository's metadata, as it is on its server at this moment. */
export interface Repository {
  /** When it was made, seconds since 1970 (repomd.xml's revision). */
  readonly generated: number;
  /** In the order of names, versions ascending. */
  readonly packages: readonly RpmPackage[];
}

export interface PackageServers {
  /** The repository that a `metalink=`, `mirrorlist=` or `baseurl=` leads to; undefined when no server answers there. */
  repositoryAt(url: string): Repository | undefined;
  /** A file that can be downloaded. */
  fileAt(url: string): Uint8Array | undefined;
  /** What a package of the image provides and requires besides what follows from its name and files. */
  imageDependencies(pkg: Package): { readonly provides: readonly Capability[]; readonly requires: readonly Capability[] };
}

interface Published {
  readonly list: string;
  readonly vendor: string;
  /** Matches the address of the metadata. */
  readonly address: RegExp;
  /** Where its packages lie, without a slash at the end. */
  readonly packages: string;
  readonly generated: number;
}

const FEDORA = "https://dl.fedoraproject.org/pub/fedora/linux";
const FUSION = "https://download1.rpmfusion.org/free/fedora";
const RELEASED = 1761088320;
const UPDATED = 1768525260;

const REPOSITORIES: readonly Published[] = [
  {
    list: "fedora",
    vendor: "Fedora Project",
    address: /[?&]repo=fedora-43(&|$)/,
    packages: `${FEDORA}/releases/43/Everything/x86_64/os`,
    generated: RELEASED,
  },
  {
    list: "updates",
    vendor: "Fedora Project",
    address: /[?&]repo=updates-released-f43(&|$)/,
    packages: `${FEDORA}/updates/43/Everything/x86_64`,
    generated: UPDATED,
  },
  {
    list: "fedora-cisco-openh264",
    vendor: "Fedora Project",
    address: /[?&]repo=fedora-cisco-openh264-43(&|$)/,
    packages: "https://codecs.fedoraproject.org/openh264/43/x86_64/os",
    generated: RELEASED - 4_000_000,
  },
  {
    list: "rpmfusion-free",
    vendor: "RPM Fusion",
    address: /[?&]repo=free-fedora-43(&|$)/,
    packages: `${FUSION}/releases/43/Everything/x86_64/os`,
    generated: RELEASED + 90_000,
  },
  {
    list: "rpmfusion-free-updates",
    vendor: "RPM Fusion",
    address: /[?&]repo=free-fedora-updates-released-43(&|$)/,
    packages: `${FUSION}/updates/43/x86_64`,
    generated: UPDATED - 50_000,
  },
  {
    list: "google-chrome",
    vendor: "Google LLC",
    address: /^https?:\/\/dl\.google\.com\/linux\/chrome\/rpm\/stable\/x86_64\/?$/,
    packages: "https://dl.google.com/linux/chrome/rpm/stable/x86_64",
    generated: UPDATED - 20_000,
  },
  {
    list: "copr-atim-starship",
    vendor: "Fedora Copr - user atim",
    address: /copr\.fedorainfracloud\.org\/results\/atim\/starship\/fedora-43-x86_64\/?$/,
    packages: "https://download.copr.fedorainfracloud.org/results/atim/starship/fedora-43-x86_64",
    generated: UPDATED - 600_000,
  },
];

/** Addresses that people know by heart, and files that are in no repository. */
const DOWNLOADS: readonly (readonly [address: RegExp, list: string, name: string])[] = [
  [/^https?:\/\/(?:mirrors|download1)\.rpmfusion\.org\/free\/fedora\/rpmfusion-free-release-43\.noarch\.rpm$/, "rpmfusion-free", "rpmfusion-free-release"],
  [/^https?:\/\/dl\.google\.com\/linux\/direct\/google-chrome-stable_current_x86_64\.rpm$/, "google-chrome", "google-chrome-stable"],
  [/^https?:\/\/download\.brother\.com\/.*brscan4-0\.4\.11-1\.x86_64\.rpm$/, "downloads", "brscan4"],
  [/^https?:\/\/download\.ebz\.epson\.net\/.*epson-inkjet-printer-escpr-1\.8\.6-1\.x86_64\.rpm$/, "downloads", "epson-inkjet-printer-escpr"],
]; // prettier-ignore

/** A text that lies somewhere, by its address. */
const TEXTS: readonly (readonly [address: RegExp, text: string])[] = [
  [
    /^https?:\/\/copr\.fedorainfracloud\.org\/coprs\/atim\/starship\/repo\/fedora-43\/.*\.repo$/,
    "[copr:copr.fedorainfracloud.org:atim:starship]\nname=Copr repo for starship owned by atim\n" +
      "baseurl=https://download.copr.fedorainfracloud.org/results/atim/starship/fedora-$releasever-$basearch/\ntype=rpm-md\n" +
      "skip_if_unavailable=True\ngpgcheck=1\ngpgkey=https://download.copr.fedorainfracloud.org/results/atim/starship/pubkey.gpg\n" +
      "repo_gpgcheck=0\nenabled=1\nenabled_metadata=1\n",
  ],
];

const known = new WeakMap<Catalogue, PackageServers>();

/** `catalogue`: the releases of the image, whose builds are in Fedora's repositories, too. */
export function packageServers(catalogue: Catalogue): PackageServers {
  const servers = known.get(catalogue) ?? new Servers(catalogue);
  known.set(catalogue, servers);
  return servers;
}

class Servers implements PackageServers {
  readonly #catalogue: Catalogue;
  readonly #repositories = new Map<string, Repository>();
  #dependencies: ReadonlyMap<string, readonly string[]> | undefined;

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  repositoryAt(url: string): Repository | undefined {
    const published = REPOSITORIES.find(({ address }) => address.test(url));
    return published && this.#repository(published);
  }

  fileAt(url: string): Uint8Array | undefined {
    const text = TEXTS.find(([address]) => address.test(url))?.[1];
    if (text !== undefined) return encodeUtf8(text);
    const known = DOWNLOADS.find(([address]) => address.test(url));
    if (known !== undefined) {
      const [, list, name] = known;
      const vendor = REPOSITORIES.find((published) => published.list === list)?.vendor ?? "(none)";
      const pkg = parsePackages(PUBLISHED[list] ?? "", { vendor }).find((candidate) => candidate.name === name);
      return pkg && encodeRpm(pkg);
    }
    const file = /\/([^/]+)\.rpm$/.exec(url)?.[1];
    if (file === undefined) return undefined;
    for (const published of REPOSITORIES) {
      if (!url.replace(/^http:/, "https:").startsWith(`${published.packages}/`)) continue;
      const found = this.#repository(published).packages.find((pkg) => nvra(pkg) === file);
      if (found !== undefined) return encodeRpm(found);
    }
    return undefined;
  }

  imageDependencies(pkg: Package): { readonly provides: readonly Capability[]; readonly requires: readonly Capability[] } {
    this.#dependencies ??= new Map(paragraphs(PUBLISHED["image"] ?? "").map(([name = "", ...lines]) => [name, lines]));
    const evr = `${pkg.epoch === undefined ? "" : `${pkg.epoch}:`}${pkg.version}-${pkg.release}`;
    const list = (letter: string): Capability[] =>
      (this.#dependencies?.get(pkg.name) ?? [])
        .filter((line) => line.startsWith(`${letter} `))
        .flatMap((line) => line.slice(2).split(", "))
        .map((text) => parseCapability(text.replace("$EVR", evr)));
    return { provides: list("P"), requires: list("R") };
  }

  #repository(published: Published): Repository {
    const { list, vendor, generated } = published;
    let known = this.#repositories.get(list);
    if (known === undefined) {
      const own = parsePackages(PUBLISHED[list] ?? "", { vendor });
      const ofImage = list === "fedora" ? this.#buildsOf("oldest") : list === "updates" ? this.#buildsOf("newest") : [];
      const packages = [...own, ...ofImage].sort((left, right) =>
        left.name < right.name ? -1 : left.name > right.name ? 1 : compareEvr(left, right),
      );
      this.#repositories.set(list, (known = { generated, packages }));
    }
    return known;
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
      vendor: "Fedora Project",
      downloadSize: Math.round(pkg.size / 3),
      ...dependencies,
      conflicts: [],
      obsoletes: [],
      recommends: [],
      get files() {
        return files(pkg.name);
      },
      scripts: new Map(),
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
  const node = nodeAt(release.tree.root, RPMDB_PATH);
  return node?.kind === "file" ? node.bytes() : new Uint8Array();
}

function fileAt(release: Release, path: string): RpmFile[] {
  const node = nodeAt(release.tree.root, path.startsWith("/etc/") ? `/usr${path}` : path);
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
