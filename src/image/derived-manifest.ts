/** A manifest that says only what tells a product from the one that it is made of, with which it shares versions, times and kernels. */
import { readManifest, type Manifest, type ManifestBuild, type ManifestPackage, type ManifestRelease } from "./manifest.ts";

/** A release: what is new or other than in the basis's release in the same place. */
interface DerivedRelease extends Pick<
  ManifestRelease,
  "version" | "subject" | "commit" | "dirtree" | "dirmeta" | "builds" | "paths" | "texts"
> {
  /** Lists and texts of the basis that it has not, besides those of packages that it has not. */
  readonly absent: { readonly paths: readonly string[]; readonly texts: readonly string[] };
  /** What the basis calls its release in the same place, where that has another version. */
  readonly of?: string;
}

export interface DerivedManifest {
  readonly format: 1;
  /** The file in `image/` that has the releases of the product that it is made of. */
  readonly basis: string;
  readonly ref: string;
  /** As in a manifest that is whole. */
  readonly kind?: "image";
  readonly labels?: Readonly<Record<string, string>>;
  /** Packages of the basis that it has not. */
  readonly without: readonly string[];
  readonly packages: readonly ManifestPackage[];
  readonly releases: readonly DerivedRelease[];
}

/** The file of the basis that a manifest wants, as JSON.parse made it; undefined for one that is whole. */
export function basisOf(manifest: unknown): string | undefined {
  return (manifest as Partial<DerivedManifest>).basis;
}

/** The whole manifest, of both as JSON.parse made them. Throws `RangeError` when the basis has other releases. */
export function withBasis(source: unknown, basisSource: unknown): Manifest {
  const derived = source as DerivedManifest;
  const basis = readManifest(basisSource);
  const { ref, kind, labels, packages, releases } = derived;
  const without = new Set(derived.without);
  if (releases.length !== basis.releases.length) throw new RangeError(`${derived.basis} has ${basis.releases.length} releases`);
  return {
    ...basis,
    ref,
    ...(kind === undefined ? {} : { kind }),
    ...(labels === undefined ? {} : { labels }),
    packages: merged(basis.packages, packages, ({ name }) => name, without),
    releases: basis.releases.map((row, at): ManifestRelease => {
      const { absent, of, ...own } = releases[at] as DerivedRelease;
      if ((of ?? own.version) !== row.version) throw new RangeError(`${derived.basis} has no ${own.version} there`);
      return {
        ...row,
        ...own,
        builds: merged(row.builds, own.builds, ([name]) => name, without),
        removed: row.removed.filter((name) => !without.has(name)),
        paths: mergedRecords(row.paths, own.paths, new Set([...without, ...absent.paths])),
        texts: mergedRecords(row.texts, own.texts, new Set(absent.texts)),
      };
    }),
  };
}

/** What `whole` says besides its basis, which is in that file. */
export function derivedFrom(whole: Manifest, basis: Manifest, file: string): DerivedManifest {
  const names = new Set(whole.packages.map(({ name }) => name));
  const without = basis.packages.flatMap(({ name }) => (names.has(name) ? [] : [name]));
  return {
    format: 1,
    basis: file,
    ref: whole.ref,
    ...(whole.kind === undefined ? {} : { kind: whole.kind }),
    ...(whole.labels === undefined ? {} : { labels: whole.labels }),
    without,
    packages: others(whole.packages, basis.packages),
    releases: whole.releases.map(({ version, subject, commit, dirtree, dirmeta, builds, paths, texts }, at) => {
      const row = basis.releases[at];
      if (row === undefined) throw new RangeError(`${file} has no ${version}`);
      return {
        version,
        ...(row.version === version ? {} : { of: row.version }),
        subject,
        commit,
        dirtree,
        dirmeta,
        builds: others<ManifestBuild>(builds, row.builds),
        paths: Object.fromEntries(others(Object.entries(paths), Object.entries(row.paths))),
        texts: Object.fromEntries(others(Object.entries(texts), Object.entries(row.texts))),
        absent: {
          paths: Object.keys(row.paths).filter((name) => !(name in paths) && !without.includes(name)),
          texts: Object.keys(row.texts).filter((path) => !(path in texts)),
        },
      };
    }),
  };
}

/** In the order of names; what is in both is as `own` has it. */
function merged<T>(basis: readonly T[], own: readonly T[], nameOf: (each: T) => string, without: ReadonlySet<string>): T[] {
  const all = new Map([...basis.filter((each) => !without.has(nameOf(each))), ...own].map((each) => [nameOf(each), each]));
  return [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}

function mergedRecords<T>(
  basis: Readonly<Record<string, T>>,
  own: Readonly<Record<string, T>>,
  without: ReadonlySet<string>,
): Record<string, T> {
  return Object.fromEntries(merged(Object.entries(basis), Object.entries(own), ([key]) => key, without));
}

function others<T>(whole: readonly T[], basis: readonly T[]): T[] {
  const known = new Set(basis.map((each) => JSON.stringify(each)));
  return whole.filter((each) => !known.has(JSON.stringify(each)));
}
