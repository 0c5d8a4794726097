/** The catalogue as it is shipped, e.g. `silverblue.manifest.json`: what image/generator/ writes and `loadCatalogue` reads. */
import { decodeUtf8 } from "../base/utf8.ts";
import type { Checksum } from "./ostree-objects.ts";

/** A package by its name; what changes from build to build is with the releases. */
export interface ManifestPackage {
  readonly name: string;
  readonly arch: string;
  readonly summary: string;
  readonly license: string;
  readonly url: string;
}

/** A build that is new in a release: name, "[EPOCH:]VERSION-RELEASE", installed size in bytes, build time. */
export type ManifestBuild = readonly [name: string, evr: string, size: number, buildTime: number];

/** A release, as what differs from the one before it (the first: from nothing). */
export interface ManifestRelease {
  readonly version: string;
  /** Where it is published, if not where the manifest says. */
  readonly ref?: string;
  readonly timestamp: number;
  readonly subject: string;
  readonly kernel: string;
  readonly commit: Checksum;
  /** Of the root. */
  readonly dirtree: Checksum;
  readonly dirmeta: Checksum;
  readonly builds: readonly ManifestBuild[];
  readonly removed: readonly string[];
  /** New path lists (path-list.ts) by package; "" is what belongs to no package. "@KERNEL@" stands for `kernel`. */
  readonly paths: { readonly [name: string]: string };
  /** Files whose contents are given in full, by path; null: no longer. "@VERSION@" stands for `version`. */
  readonly texts: { readonly [path: string]: string | null };
}

export interface Manifest {
  readonly format: 1;
  /** A ref of a repository, or the name of a container image with its tag. */
  readonly ref: string;
  /** Whether the releases are container images; commits of a repository unless said. */
  readonly kind?: "image";
  /** Of its images, besides those that every such image has: "org.opencontainers.image.title" and the like. */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * "plain": the root of a system that a package manager made, with its /etc and the database in /usr/lib/sysimage/rpm; unless said, as
   * ostree has it, with its defaults in /usr/etc and the database in /usr/share/rpm.
   */
  readonly layout?: "plain";
  /** Files are as old as the build of their package. */
  readonly keepsTimes?: true;
  readonly packages: readonly ManifestPackage[];
  readonly releases: readonly ManifestRelease[];
  /** What a system that is not replaced as a whole takes its packages from, in its own family's form: see image/debian/. */
  readonly archive?: unknown;
}

/** The manifest in `source`: its bytes, its text, or what JSON.parse made of it. Throws `RangeError` when it is none. */
export function readManifest(source: unknown): Manifest {
  const value: unknown =
    source instanceof Uint8Array ? JSON.parse(decodeUtf8(source)) : typeof source === "string" ? JSON.parse(source) : source;
  if (typeof value !== "object" || value === null || (value as Manifest).format !== 1) throw new RangeError("not a manifest of format 1");
  return value as Manifest;
}
