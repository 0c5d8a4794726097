/**
 * The package database of an image, `/usr/share/rpm/rpmdb.sqlite`, which `/var/lib/rpm` and `/usr/lib/sysimage/rpm` lead to.
 *
 * @simplified A real one is an SQLite file; this one is text, one JSON object for each package on a line of its own.
 */
import { decodeUtf8, encodeUtf8 } from "../base/utf8.ts";
import type { Package } from "./package.ts";

/** Where the database is, in the image. */
export const RPMDB_PATH = "/usr/share/rpm/rpmdb.sqlite";
/** Where it is in a system that is no ostree image. */
export const PLAIN_RPMDB_PATH = "/usr/lib/sysimage/rpm/rpmdb.sqlite";

/** A package with the paths it owns, sorted; /etc is /etc here, as in a real database, though the image has it in /usr/etc. */
export interface InstalledPackage extends Package {
  readonly files: readonly string[];
  /** Only of packages that were installed one by one: an image's come with none. */
  readonly details?: InstalledDetails | undefined;
  /** SHA-256 of its files in /etc as they came, where it has no details and the system is no ostree image. */
  readonly configs?: Readonly<Record<string, string>> | undefined;
}

/** What the header of an installed package has besides. */
export interface InstalledDetails {
  readonly description: string;
  readonly vendor: string;
  /** Where it came from: the repository's name, "@commandline" for a file. */
  readonly from: string;
  /** Seconds since 1970. */
  readonly installTime: number;
  /** Capabilities as text. */
  readonly requires: readonly string[];
  readonly provides: readonly string[];
  readonly conflicts: readonly string[];
  readonly obsoletes: readonly string[];
  readonly scripts: Readonly<Record<string, string>>;
  /** How its files came, by path. */
  readonly attributes: Readonly<Record<string, FileAttributes>>;
}

/** What a header says of a file: rpm's FILEMODES, FILEUSERNAME, FILESIZES, FILEDIGESTS and FILELINKTOS. */
export type FileAttributes = { readonly user: string; readonly group: string } & (
  | { readonly kind: "file"; readonly mode: number; readonly size: number; /** SHA-256. */ readonly digest: string }
  | { readonly kind: "dir"; readonly mode: number }
  | { readonly kind: "symlink"; readonly target: string }
);

/** Directories (ending in a slash) with the names in them: rpm's DIRNAMES and BASENAMES. */
type FileTable = { readonly [directory: string]: readonly string[] };

export function encodeRpmdb(packages: readonly InstalledPackage[]): Uint8Array {
  const lines = packages.map((pkg) => {
    const table: { [directory: string]: string[] } = {};
    for (const path of pkg.files) {
      const cut = path.lastIndexOf("/") + 1;
      (table[path.slice(0, cut)] ??= []).push(path.slice(cut));
    }
    const { name, epoch, version, release, arch, summary, license, size, url, buildTime, details, configs } = pkg;
    return `${JSON.stringify({ name, epoch, version, release, arch, summary, license, size, url, buildTime, files: table, details, configs })}\n`;
  });
  return encodeUtf8(lines.join(""));
}

/** Throws `RangeError` when `bytes` are not such a database. */
export function decodeRpmdb(bytes: Uint8Array): InstalledPackage[] {
  return decodeUtf8(bytes)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const row = parseRow(line);
      const files = Object.entries(row.files).flatMap(([directory, names]) => names.map((name) => directory + name));
      return { ...row, epoch: row.epoch ?? undefined, url: row.url ?? undefined, files };
    });
}

/** One package of the database; undefined when it is not installed. Reads no more than it must. */
export function findPackage(bytes: Uint8Array, name: string): Package | undefined {
  const text = decodeUtf8(bytes);
  const start = `{"name":${JSON.stringify(name)},`;
  const at = text.startsWith(start) ? 0 : text.indexOf(`\n${start}`) + 1;
  if (at === 0 && !text.startsWith(start)) return undefined;
  return parseRow(text.slice(at, text.indexOf("\n", at)));
}

type Row = Package & Pick<InstalledPackage, "details" | "configs"> & { readonly files: FileTable };

function parseRow(line: string): Row {
  try {
    const row = JSON.parse(line) as Row;
    if (typeof row.name === "string" && typeof row.files === "object") return row;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new RangeError(`not a package database: "${line.slice(0, 40)}"`);
}
