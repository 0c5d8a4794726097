/**
 * What registries offer: images by name, as values. Their trees are made when one is pulled.
 *
 * @simplified A handful of images, each in one version and one layer; contents are those of our stand-ins for packages. Digests are
 * those of what is said here about an image, not of its blobs.
 */
import { encodeUtf8 } from "../../base/utf8.ts";
import type { Catalogue, Release } from "../../image/catalogue.ts";
import { checksumBytes, type Checksum } from "../../image/ostree-objects.ts";
import { PUBLIC_REGISTRIES } from "../../image/registries.ts";
import type { SealedTree } from "../../vfs/sealed.ts";
import { alpineFiles, debianFiles, fedoraFiles, HELLO_FILES, toolboxFiles, tumbleweedFiles } from "./image-files.ts";
import { buildImageTree, type ImageContents, type OwnerMap } from "./image-tree.ts";

/** What an image says of how it is to be run (OCI image configuration). */
export interface ImageConfig {
  readonly env: readonly string[];
  readonly cmd: readonly string[];
  readonly entrypoint: readonly string[];
  readonly workingDir: string;
  readonly user: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface RemoteImage {
  /** Without tag, e.g. "quay.io/podman/hello". */
  readonly repository: string;
  readonly tags: readonly string[];
  /** Bytes to fetch, as the registry says. */
  readonly downloadSize: number;
  /** Seconds since 1970. */
  readonly created: number;
  readonly config: ImageConfig;
  /** Of the image's configuration: its ID. */
  readonly id: Checksum;
  readonly manifestDigest: Checksum;
  /** Of its one layer. */
  readonly diffId: Checksum;
  /** The layer, its files owned as `owners` has it. */
  tree(owners: OwnerMap): SealedTree;
}

export interface Registry {
  readonly images: readonly RemoteImage[];
  /** Whether there is a server at that address. */
  answers(host: string): boolean;
  find(repository: string, tag: string): RemoteImage | undefined;
  /** Whether it has any tag of it. */
  has(repository: string): boolean;
}

/** Numbers of objects in images are above all that a catalogue gives out; each image and each map of owners has its own. */
const FIRST_OBJECT = 2 ** 26;
const OBJECTS_OF_IMAGE = 2 ** 13;
const OWNER_MAPS = 4096;

const PATH_ENV = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const MEGABYTE = 1_000_000;

/** An image that registries have. */
export interface ImageSpec {
  readonly repositories: readonly string[];
  readonly tags: readonly string[];
  readonly megabytes: number;
  readonly config: Partial<ImageConfig>;
  /** Made of the packages of a catalogue's release; where that is of another system, or there is none, no registry has it. */
  readonly madeOf?: RegExp;
  /** Its root; objects are numbered from `first` on, at most `OBJECTS_OF_IMAGE`. */
  tree(id: string, first: number, owners: OwnerMap, made: { readonly release: Release | undefined; readonly created: number }): SealedTree;
}

/** An image of a release's packages and files of its own. */
function composed(spec: Omit<ImageSpec, "tree"> & { contents(release: Release | undefined, created: number): ImageContents }): ImageSpec {
  return { ...spec, tree: (id, first, owners, { release, created }) => buildImageTree(id, spec.contents(release, created), first, owners) };
}

const BASE_PACKAGES = (
  "acl alternatives audit-libs basesystem bash bzip2-libs ca-certificates coreutils coreutils-common crypto-policies curl cyrus-sasl-lib " +
  "dnf5 elfutils-libelf expat fedora-gpg-keys fedora-release-common fedora-repos file-libs filesystem findutils gawk glib2 glibc " +
  "glibc-common gmp gnutls grep gzip hostname json-c keyutils-libs krb5-libs libacl libarchive libattr libblkid libcap libcap-ng " +
  "libcom_err libcurl libeconf libffi libgcc libidn2 libmodulemd libmount libnghttp2 libpsl librepo libselinux libsemanage libsepol " +
  "libsmartcols libsolv libssh libstdc++ libtasn1 libunistring libuuid libverto libxcrypt libxml2 libyaml libzstd lua-libs lz4-libs " +
  "ncurses-base ncurses-libs nettle openldap openssl-libs p11-kit p11-kit-trust pam-libs pcre2 popt publicsuffix-list-dafsa readline rpm " +
  "rpm-libs sed setup shadow-utils sqlite-libs sudo systemd-libs tar tzdata util-linux-core vim-data vim-minimal which xz-libs " +
  "zlib-ng-compat zstd"
).split(" ");

const TOOLBOX_PACKAGES = [
  ...BASE_PACKAGES,
  ...(
    "attr bash-completion bzip2 cracklib diffutils file flatpak-libs gdbm-libs glibc-langpack-en gnupg2 gpgme iproute iputils less " +
    "libassuan libedit libgcrypt libgpg-error libksba libpwquality man-db nano ncurses npth openssh openssh-clients pam pinentry " +
    "procps-ng psmisc unzip util-linux wget2 xz zip"
  ).split(" "),
];

/** Of `Release.ref`. */
const FEDORA = /(?:^|\/)fedora\//;
const OPENSUSE = /^opensuse\//;

const OPENSUSE_PACKAGES = (
  "aaa_base bash ca-certificates coreutils crypto-policies curl diffutils filesystem findutils gawk glibc grep gzip hostname krb5 " +
  "libacl1 libarchive13 libattr1 libaudit1 libblkid1 libbz2-1 libcap2 libcom_err2 libcrypt1 libcurl4 libeconf0 libffi8 libgcc_s1 " +
  "libgcrypt20 libglib-2_0-0 libgmp10 libgpg-error0 libgpgme45 libidn2-0 libkeyutils1 libldap2 liblua5_4-5 liblz4-1 liblzma5 libmount1 " +
  "libncurses6 libnghttp2-14 libopenssl3 libpcre2-8-0 libpopt0 libpsl5 libreadline8 libsasl2-3 libselinux1 libsemanage2 libsmartcols1 " +
  "libsolv-tools-base libsqlite3-0 libssh4 libstdc++6 libsystemd0 libtasn1-6 libunistring5 libuuid1 libverto1 libxml2-16 libyaml-0-2 " +
  "libz1 libzstd1 libzypp ncurses-utils openSUSE-repos-MicroOS p11-kit pam procps rpm sed shadow sudo tar terminfo-base timezone " +
  "util-linux which xz zstd zypper"
).split(" ");

const SPECS: readonly ImageSpec[] = [
  composed({
    repositories: ["registry.fedoraproject.org/fedora-toolbox", "quay.io/fedora/fedora-toolbox"],
    tags: ["43", "latest"],
    megabytes: 356.6,
    madeOf: FEDORA,
    config: {
      cmd: ["/bin/bash"],
      labels: {
        "com.github.containers.toolbox": "true",
        name: "fedora-toolbox",
        version: "43",
        summary: "Image for creating Fedora Toolbx containers",
      },
    },
    contents: (release, created) => ({ release, packages: TOOLBOX_PACKAGES, files: toolboxFiles(), created }),
  }),
  composed({
    repositories: ["registry.fedoraproject.org/fedora", "quay.io/fedora/fedora"],
    tags: ["43", "latest"],
    megabytes: 59.8,
    madeOf: FEDORA,
    config: { cmd: ["/bin/bash"], labels: { name: "fedora", version: "43", license: "MIT", vendor: "Fedora Project" } },
    contents: (release, created) => ({
      release,
      packages: BASE_PACKAGES,
      without: /^\/usr\/share\/(?:doc|man|info)\//,
      files: fedoraFiles("Container Image", "container"),
      created,
    }),
  }),
  composed({
    repositories: [
      "registry.opensuse.org/opensuse/distrobox",
      "registry.opensuse.org/opensuse/tumbleweed",
      "docker.io/opensuse/tumbleweed",
    ],
    tags: ["latest"],
    megabytes: 38.5,
    madeOf: OPENSUSE,
    config: { cmd: ["/bin/bash"] },
    contents: (release, created) => ({ release, packages: OPENSUSE_PACKAGES, files: tumbleweedFiles(), created }),
  }),
  composed({
    repositories: ["docker.io/library/alpine", "quay.io/libpod/alpine"],
    tags: ["latest", "3", "3.23", "3.23.2"],
    megabytes: 3.9,
    config: { cmd: ["/bin/sh"] },
    contents: (_, created) => ({ release: undefined, packages: [], files: alpineFiles(), created }),
  }),
  composed({
    repositories: ["docker.io/library/debian"],
    tags: ["latest", "13", "trixie", "stable"],
    megabytes: 49.3,
    config: { cmd: ["bash"] },
    contents: (_, created) => ({ release: undefined, packages: [], files: debianFiles("debian"), created }),
  }),
  composed({
    repositories: ["docker.io/library/ubuntu"],
    tags: ["latest", "24.04", "noble"],
    megabytes: 29.7,
    config: { cmd: ["/bin/bash"] },
    contents: (_, created) => ({ release: undefined, packages: [], files: debianFiles("ubuntu"), created }),
  }),
  composed({
    repositories: ["quay.io/podman/hello"],
    tags: ["latest"],
    megabytes: 0.6,
    config: { cmd: ["/usr/local/bin/podman_hello_world"], workingDir: "/", labels: { maintainer: "Podman Maintainers" } },
    contents: (_, created) => ({ release: undefined, packages: [], files: HELLO_FILES, created }),
  }),
];

/** The registries of the world, some of whose images are made of the packages of `catalogue`'s first release; `more` comes before them. */
export function worldRegistry(catalogue: Catalogue, more: readonly ImageSpec[] = []): Registry {
  const release = catalogue.releases[0];
  const created = (release?.timestamp ?? 1767659913) - 86_400;
  const numbered = [...SPECS, ...more].map((spec, number) => ({ spec, number }));
  const images = [...numbered.slice(SPECS.length), ...numbered.slice(0, SPECS.length)]
    .filter(({ spec }) => spec.madeOf?.test(release?.ref ?? "") !== false)
    .flatMap(({ spec, number }) => spec.repositories.map((repository) => remoteImage(spec, number, repository, release, created)));
  return {
    images,
    answers: (host) => PUBLIC_REGISTRIES.includes(host),
    find: (repository, tag) => images.find((image) => image.repository === repository && image.tags.includes(tag)),
    has: (repository) => images.some((image) => image.repository === repository),
  };
}

function remoteImage(spec: ImageSpec, number: number, repository: string, release: Release | undefined, created: number): RemoteImage {
  const { env = [PATH_ENV], cmd = [], entrypoint = [], workingDir = "", user = "", labels = {} } = spec.config;
  const config = { env, cmd, entrypoint, workingDir, user, labels };
  const name = spec.repositories[0] ?? "";
  const digest = (what: string): Checksum => checksumBytes(encodeUtf8(`${what} of ${name} made ${created}`));
  return {
    repository,
    tags: spec.tags,
    downloadSize: Math.round(spec.megabytes * MEGABYTE),
    created,
    config,
    id: digest(`configuration ${JSON.stringify(config)}`),
    manifestDigest: digest("manifest"),
    diffId: digest("layer"),
    tree: (owners) =>
      spec.tree(`container:${name}:${owners.id}`, FIRST_OBJECT + (number * OWNER_MAPS + slotOf(owners.id)) * OBJECTS_OF_IMAGE, owners, {
        release,
        created,
      }),
  };
}

/** A number for a map of owners: 0 as it is, then two for each user. */
function slotOf(id: string): number {
  const [kind, uid = "0"] = id.split("-");
  return kind === "root" ? 0 : (1 + (Number(uid) % 2000) * 2 + (kind === "keep" ? 1 : 0)) % OWNER_MAPS;
}
