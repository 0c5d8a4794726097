/** What Debian's servers have, as `debian.manifest.json` brings it: made by image/generator/debian.ts. */

/** A package in its first version; an update differs from it in what its wave says. */
export interface ArchivePackage {
  /** The fields of its control file; the lines of a long one have their blanks. */
  readonly control: Readonly<Record<string, string>>;
  /** See image/path-list.ts. */
  readonly paths: string;
  readonly conffiles?: readonly string[];
  /** Files whose contents are given in full, by path. */
  readonly texts?: Readonly<Record<string, string>>;
  /** preinst, postinst, prerm, postrm, triggers. */
  readonly scripts?: Readonly<Record<string, string>>;
}

/** Updates that are published together. */
export interface Wave {
  readonly name: string;
  /** Where it is published, e.g. "trixie-security". */
  readonly suite: string;
  /** Seconds since 1970. */
  readonly date: number;
  readonly title: string;
  readonly versions: Readonly<Record<string, string>>;
  /** By package: files whose contents are others from then on, or new; "LINK:PATH>TARGET" is a link. */
  readonly texts?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface DebianArchive {
  /** What the installer puts onto a disk. */
  readonly installed: readonly string[];
  readonly packages: readonly ArchivePackage[];
  /** Oldest first. */
  readonly waves: readonly Wave[];
}
