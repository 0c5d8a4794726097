/** An RPM package, as the package database of an image knows it. */

export interface Package {
  readonly name: string;
  /** undefined where the package has none, which counts as 0 and is not printed. */
  readonly epoch: number | undefined;
  readonly version: string;
  readonly release: string;
  /** "x86_64" or "noarch". */
  readonly arch: string;
  readonly summary: string;
  readonly license: string;
  /** Installed size in bytes, as the real package says: much more than its stand-ins here take. */
  readonly size: number;
  readonly url: string | undefined;
  /** Seconds since 1970. */
  readonly buildTime: number;
}

/** What tells one build of a package from every other. */
export type PackageId = Pick<Package, "name" | "epoch" | "version" | "release" | "arch">;

type Versioned = Pick<Package, "epoch" | "version" | "release">;

/** "[EPOCH:]VERSION-RELEASE". */
export function evr(pkg: Versioned): string {
  return `${pkg.epoch === undefined ? "" : `${pkg.epoch}:`}${pkg.version}-${pkg.release}`;
}

/** "NAME-[EPOCH:]VERSION-RELEASE.ARCH", as rpm-ostree and dnf print packages. */
export function nevra(pkg: Versioned & Pick<Package, "name" | "arch">): string {
  return `${pkg.name}-${evr(pkg)}.${pkg.arch}`;
}

/** "NAME-VERSION-RELEASE.ARCH", as `rpm -q` prints packages. */
export function nvra(pkg: Versioned & Pick<Package, "name" | "arch">): string {
  return `${pkg.name}-${pkg.version}-${pkg.release}.${pkg.arch}`;
}

/** Negative, zero or positive, as `left` is older than, the same as or newer than `right`: epoch, then version, then release. */
export function compareEvr(left: Versioned, right: Versioned): number {
  return (
    (left.epoch ?? 0) - (right.epoch ?? 0) || compareVersions(left.version, right.version) || compareVersions(left.release, right.release)
  );
}

/**
 * rpm's order of versions: runs of digits and of letters are compared one by one, digits as numbers and above letters; what has
 * more runs is newer; `~` sorts before everything, even the end; `^` after the end, but before anything else.
 * Source: rpm-version(7).
 */
export function compareVersions(left: string, right: string): number {
  const a = versionParts(left);
  const b = versionParts(right);
  for (let i = 0; ; i++) {
    const one = a[i];
    const two = b[i];
    if (one === undefined && two === undefined) return 0;
    if (one === "~" || two === "~") {
      if (one === two) continue;
      return one === "~" ? -1 : 1;
    }
    if (one === "^" || two === "^") {
      if (one === two) continue;
      if (one === undefined) return -1;
      if (two === undefined) return 1;
      return one === "^" ? -1 : 1;
    }
    if (one === undefined) return -1;
    if (two === undefined) return 1;
    const difference = compareParts(one, two);
    if (difference !== 0) return difference;
  }
}

function versionParts(version: string): string[] {
  return version.match(/[0-9]+|[a-zA-Z]+|~|\^/g) ?? [];
}

function compareParts(left: string, right: string): number {
  const isNumber = /^[0-9]/.test(left);
  if (isNumber !== /^[0-9]/.test(right)) return isNumber ? 1 : -1;
  if (!isNumber) return left < right ? -1 : left > right ? 1 : 0;
  const one = left.replace(/^0+/, "");
  const two = right.replace(/^0+/, "");
  return one.length - two.length || (one < two ? -1 : one > two ? 1 : 0);
}

export interface PackageChange {
  readonly from: PackageId;
  readonly to: PackageId;
}

/** What `rpm-ostree db diff` and `rpm-ostree upgrade` tell, each list in the order of names. */
export interface PackageDiff {
  readonly upgraded: readonly PackageChange[];
  readonly downgraded: readonly PackageChange[];
  readonly removed: readonly PackageId[];
  readonly added: readonly PackageId[];
}

/** Packages are the same when name and architecture are. */
export function diffPackages(from: readonly PackageId[], to: readonly PackageId[]): PackageDiff {
  const diff = { upgraded: [] as PackageChange[], downgraded: [] as PackageChange[], removed: [] as PackageId[], added: [] as PackageId[] };
  const before = new Map(from.map((pkg) => [`${pkg.name}.${pkg.arch}`, pkg]));
  const after = new Map(to.map((pkg) => [`${pkg.name}.${pkg.arch}`, pkg]));
  const named = [...from, ...to].sort((left, right) =>
    left.name < right.name ? -1 : left.name > right.name ? 1 : left.arch < right.arch ? -1 : 1,
  );
  for (const key of new Set(named.map((pkg) => `${pkg.name}.${pkg.arch}`))) {
    const old = before.get(key);
    const current = after.get(key);
    if (old === undefined) diff.added.push(current as PackageId);
    else if (current === undefined) diff.removed.push(old);
    else {
      const order = compareEvr(old, current);
      if (order < 0) diff.upgraded.push({ from: old, to: current });
      if (order > 0) diff.downgraded.push({ from: old, to: current });
    }
  }
  return diff;
}
