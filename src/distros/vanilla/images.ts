/**
 * Vanilla OS's images: what the registry has, newest last. Packages are Debian's; with each image more of what Debian has published
 * since is in it.
 *
 * @simplified The real image is desktop-sized, and follows Debian sid.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { encodeUtf8 } from "../../base/utf8.ts";
import { timestamp } from "../../base/timestamp.ts";
import { makeDirectories, parentOf, readBytes, writeWhole } from "../../engines/dpkg/files.ts";
import { repairRoot } from "../../engines/abroot/integrity.ts";
import { lockBinaries } from "../../engines/abroot/lpkg.ts";
import type { OciImage } from "../../engines/abroot/registry.ts";
import type { OwnerMap } from "../../engines/containers/image-tree.ts";
import { Deb, type Debs } from "../../image/debian/archive.ts";
import { toHex } from "../../image/hex.ts";
import { TreeBuilder } from "../../image/sealed-tree.ts";
import type { SealedTree } from "../../vfs/sealed.ts";
import type { Sys } from "../../vfs/sys.ts";
import type { Stat } from "../../vfs/types.ts";
import { ACCOUNTS, CONFIGURATION, type InstalledText } from "../debian/installer.ts";
import { layOut, workshop } from "../debian/lay-out.ts";
import { HOSTNAME } from "./layout.ts";
import { OWN_FILES } from "./own-files.ts";
import { OWN_PACKAGES } from "./own-packages.ts";

export interface ImageRelease {
  /** What os-release says, as BUILD_ID. */
  readonly version: string;
  /** The tag under which it is published. */
  readonly tag: string;
  /** Seconds since 1970. */
  readonly built: number;
  /** How many of Debian's waves of updates are in it. */
  readonly waves: number;
  /** What the build has lost. */
  readonly missing: readonly string[];
}

/** Three good ones, and one that does not start: its build lost systemd. */
export const RELEASES: readonly ImageRelease[] = [
  { version: "20260914", tag: "main", built: 1789376400, waves: 0, missing: [] },
  { version: "20261016", tag: "main", built: 1792141200, waves: 1, missing: [] },
  { version: "20261123", tag: "main", built: 1795424400, waves: 3, missing: [] },
  { version: "20261124", tag: "dev", built: 1795500000, waves: 3, missing: ["/usr/lib/systemd/systemd"] },
];

/** dpkg's database is part of the image, so that it says what is in the root that runs. */
const DPKG = "/usr/lib/sysimage/dpkg";
const ID = "vanilla:";
/** Numbers of files of one image, apart from those of another and of containers' images (engines/containers/registry.ts). */
const SPAN = 1_000_000;
const FIRST_OBJECT = 310_000_000;
/** Packages in one layer. */
const LAYER = 40;
const COMPRESSED = 0.38;

/** Packages that a release has, by name. */
export function packagesOf(debs: Debs, release: ImageRelease): ReadonlyMap<string, Deb> {
  const published = publishedDebs(debs, release.waves);
  const own = OWN_PACKAGES.map((data) => new Deb(data, data.control["Version"] ?? "", release.built, {}));
  const names = debs.installed.map(({ name }) => published.get(name) ?? debs.installed.find((deb) => deb.name === name));
  const kernels = [...published.values()].filter(({ name }) =>
    (published.get("linux-image-amd64")?.control.get("Depends") ?? "").split(" ").includes(name),
  );
  const all = [...names, ...kernels, ...own].filter((deb) => deb !== undefined);
  return new Map(all.filter(({ name }) => !isOldKernel(name, kernels)).map((deb) => [deb.name, deb]));
}

function isOldKernel(name: string, kernels: readonly Deb[]): boolean {
  return /^linux-image-\d/.test(name) && kernels.length > 0 && !kernels.some((kernel) => kernel.name === name);
}

/** The newest version of everything that Debian has when so many waves are out. */
export function publishedDebs(debs: Debs, waves: number): ReadonlyMap<string, Deb> {
  const suites = [...debs.suites(waves).values()].flat();
  const newest = new Map<string, Deb>();
  for (const deb of suites) if ((newest.get(deb.name)?.date ?? 0) <= deb.date) newest.set(deb.name, deb);
  return newest;
}

const known = new WeakMap<Debs, Map<string, OciImage>>();

export function imageOf(debs: Debs, release: ImageRelease): OciImage {
  const images = known.get(debs) ?? new Map<string, OciImage>();
  known.set(debs, images);
  const made = images.get(release.version) ?? makeImage(debs, release);
  images.set(release.version, made);
  return made;
}

/** The tree with that id, for disks that were exported. */
export function sealedImage(debs: Debs, id: string): SealedTree | undefined {
  const release = RELEASES.find(({ version }) => id === ID + version);
  return release && imageOf(debs, release).tree;
}

function makeImage(debs: Debs, release: ImageRelease): OciImage {
  const packages = [...packagesOf(debs, release).values()];
  const chunks = Array.from({ length: Math.ceil(packages.length / LAYER) }, (_, at) => packages.slice(at * LAYER, (at + 1) * LAYER));
  const layers = chunks.map((chunk) => ({
    digest: digestOf(chunk.map(({ name, version }) => `${name} ${version}\n`).join("")),
    size: Math.round(chunk.reduce((sum, deb) => sum + Number(deb.control.get("Installed-Size") ?? 0), 0) * 1024 * COMPRESSED),
  }));
  let tree: SealedTree | undefined;
  const id = ID + release.version;
  const whole = (): SealedTree => (tree ??= sealTree(layOutImage(packages, release), id, FIRST_OBJECT + RELEASES.indexOf(release) * SPAN));
  return {
    digest: digestOf(`${release.version}\n${layers.map(({ digest }) => `${digest}\n`).join("")}`),
    layers,
    packages: new Map(packages.map(({ name, version }) => [name, version])),
    get tree() {
      return whole();
    },
  };
}

function digestOf(text: string): string {
  return `sha256:${toHex(sha256(encodeUtf8(text)))}`;
}

/** What runs a recipe: a file system with nothing but the image. */
function layOutImage(packages: readonly Deb[], release: ImageRelease): Sys {
  const sys = workshop(timestamp(release.built));
  const left = ["/etc/fstab", "/etc/hostname", "/etc/motd"];
  layOut(sys, packages, [...ACCOUNTS, ...CONFIGURATION].filter(([path]) => !left.includes(path)).concat(ownTexts(release)));
  sys.symlink(".", "/.system");
  makeDirectories(sys, parentOf(DPKG));
  sys.rename("/var/lib/dpkg", DPKG);
  sys.symlink("../..".concat(DPKG), "/var/lib/dpkg");
  makeDirectories(sys, "/etc/abroot");
  lockBinaries(sys, "/usr/bin");
  repairRoot(sys, "");
  for (const path of release.missing) sys.unlink(path);
  copyTree(sys, "/etc", "/sysconf");
  return sys;
}

/** /usr/lib/os-release without the build. Source: Vanilla-OS/base-files:etc/os-release. */
export const VANILLA_RELEASE = `PRETTY_NAME="Vanilla OS 2.0"
NAME="Vanilla OS"
VERSION_ID="2.0"
VERSION="2.0 Orchid"
VERSION_CODENAME="orchid"
ID=vanilla
ID_LIKE=debian
HOME_URL="https://vanillaos.org"
SUPPORT_URL="https://vanillaos.org/help"
BUG_REPORT_URL="https://github.com/vanilla-os"
PRIVACY_POLICY_URL="https://vanillaos.org/os-privacy-policy"
`;

/** Texts of /etc and /usr that are Vanilla's own. Sources: Vanilla-OS/base-files:etc, Vanilla-OS/core-image:includes.container. */
function ownTexts({ version }: ImageRelease): readonly InstalledText[] {
  return [
    // @simplified The real one has no BUILD_ID: its images are told apart by their digests alone.
    ["/usr/lib/os-release", `${VANILLA_RELEASE}BUILD_ID=${version}\n`],
    ["/etc/issue", "vanilla-os 2.0 \\n \\l\n"],
    ["/etc/issue.net", "vanilla-os 2.0\n"],
    ["/etc/lsb-release", 'DISTRIB_ID=Vanilla\nDISTRIB_RELEASE=2.0\nDISTRIB_CODENAME=orchid\nDISTRIB_DESCRIPTION="Vanilla OS 2.0"\n'],
    ["/etc/hostname", `${HOSTNAME}\n`],
    ["/etc/motd", ""],
    ["/etc/fstab", ""],
    ["/etc/shells", `${SHELLS}/usr/bin/vso-os-shell\n`],
    ...OWN_FILES,
  ];
}

const SHELLS = CONFIGURATION.find(([path]) => path === "/etc/shells")?.[1] ?? "";

function copyTree(sys: Sys, from: string, to: string): void {
  const { mode, gid } = sys.stat(from);
  sys.mkdir(to, mode);
  if (gid !== 0) sys.chown(to, 0, gid);
  for (const { name, type } of sys.readdir(from)) {
    const [source, target] = [`${from}/${name}`, `${to}/${name}`];
    if (type === "dir") copyTree(sys, source, target);
    else if (type === "symlink") sys.symlink(sys.readlink(source), target);
    else {
      const { mode: bits, gid: group, mtime } = sys.stat(source);
      writeWhole(sys, target, readBytes(sys, source), { mode: bits });
      if (group !== 0) sys.chown(target, 0, group);
      sys.utimens(target, mtime, mtime);
    }
  }
}

const AS_THEY_ARE = { uid: (id: number): number => id, gid: (id: number): number => id };

/** What `sys` sees, its objects numbered from `first` on. */
export function sealTree(sys: Sys, id: string, first: number, owners: Pick<OwnerMap, "uid" | "gid"> = AS_THEY_ARE): SealedTree {
  const owned = (stat: Pick<Stat, "mode" | "uid" | "gid">) => ({ mode: stat.mode, uid: owners.uid(stat.uid), gid: owners.gid(stat.gid) });
  const builder = new TreeBuilder(owned({ mode: 0o755, uid: 0, gid: 0 }));
  let object = first;
  const take = (directory: string): void => {
    for (const { name, type } of sys.readdir(directory === "" ? "/" : directory)) {
      const path = `${directory}/${name}`;
      const stat = sys.lstat(path);
      const meta = { ...owned(stat), mtime: stat.mtime.sec };
      if (type === "dir") {
        builder.addDirectory(path, owned(stat));
        take(path);
      } else if (type === "symlink") builder.add(path, { kind: "symlink", ...meta, object: object++, target: sys.readlink(path) });
      else {
        const bytes = readBytes(sys, path);
        builder.add(path, { kind: "file", ...meta, object: object++, size: bytes.length, bytes: () => bytes });
      }
    }
  };
  take("");
  return builder.seal(id);
}
