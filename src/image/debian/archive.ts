/** Debian's packages as values: every version that is ever published, with control fields, files and scripts. */
import { md5 } from "@noble/hashes/legacy.js";
import { encodeUtf8 } from "../../base/utf8.ts";
import { toHex } from "../hex.ts";
import { decodePathList, type PathEntry } from "../path-list.ts";
import type { ArchivePackage, DebianArchive, Wave } from "./archive-data.ts";
import { formatParagraph } from "./control.ts";
import { encodeDeb, type TarEntry } from "./deb-file.ts";
import { contentsOf } from "./package-files.ts";

const PLAIN = { kind: "file", uid: 0, gid: 0, target: "" } as const;
/** The fields whose values name versions of other packages of the same source. */
const VERSIONED = [
  "Provides",
  "Pre-Depends",
  "Depends",
  "Recommends",
  "Suggests",
  "Conflicts",
  "Breaks",
  "Replaces",
  "Source",
  "Description",
];

/** One version of a package. */
export class Deb {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** When it was built; seconds since 1970. */
  readonly date: number;
  readonly #data: ArchivePackage;
  /** Files that this version has otherwise than the first. */
  readonly #changed: Readonly<Record<string, string>>;
  #control: ReadonlyMap<string, string> | undefined;
  #entries: readonly TarEntry[] | undefined;

  constructor(data: ArchivePackage, version: string, date: number, changed: Readonly<Record<string, string>>) {
    this.#data = data;
    this.#changed = changed;
    this.name = data.control["Package"] ?? "";
    this.version = version;
    this.architecture = data.control["Architecture"] ?? "all";
    this.date = date;
  }

  get control(): ReadonlyMap<string, string> {
    if (this.#control !== undefined) return this.#control;
    const first = this.#data.control["Version"] ?? "";
    const fields = Object.entries(this.#data.control).map(([field, value]): [string, string] => [
      field,
      field === "Version" ? this.version : VERSIONED.includes(field) ? reversioned(value, first, this.version) : value,
    ]);
    return (this.#control = new Map(fields));
  }

  get conffiles(): readonly string[] {
    return this.#data.conffiles ?? [];
  }

  /** Maintainer scripts and "triggers", by name. */
  get scripts(): Readonly<Record<string, string>> {
    return this.#data.scripts ?? {};
  }

  /** Files, links, and the directories that lead to them, each before what is in it. */
  get entries(): readonly TarEntry[] {
    if (this.#entries !== undefined) return this.#entries;
    const entries: TarEntry[] = [];
    const known = new Set<string>();
    const mtime = this.date;
    const addParents = (path: string): void => {
      const parent = path.slice(0, path.lastIndexOf("/"));
      if (known.has(parent)) return;
      if (parent !== "") addParents(parent);
      known.add(parent);
      entries.push({ path: parent === "" ? "/" : parent, kind: "dir", mode: 0o755, uid: 0, gid: 0, mtime, target: "", bytes: EMPTY });
    };
    for (const entry of withChanges(decodePathList(this.#data.paths), this.#changed)) {
      addParents(entry.path);
      entries.push({
        ...entry,
        mtime,
        bytes: entry.kind === "file" ? contentsOf(this, entry, this.#changed[entry.path] ?? this.#data.texts?.[entry.path]) : EMPTY,
      });
    }
    return (this.#entries = entries);
  }

  /** "control", "conffiles", "md5sums" and the scripts, as they are in the package. */
  controlFiles(): TarEntry[] {
    const { date: mtime } = this;
    const file = (path: string, text: string, mode = 0o644): TarEntry => ({ ...PLAIN, path, mode, mtime, bytes: encodeUtf8(text) });
    const sums = this.entries
      .filter(({ kind, path }) => kind === "file" && !this.conffiles.includes(path))
      .map(({ path, bytes }) => `${toHex(md5(bytes))}  ${path.slice(1)}\n`)
      .join("");
    return [
      file("/control", formatParagraph(this.control)),
      ...(this.conffiles.length === 0 ? [] : [file("/conffiles", this.conffiles.map((path) => `${path}\n`).join(""))]),
      file("/md5sums", sums),
      ...Object.entries(this.scripts).map(([name, text]) => file(`/${name}`, text, name === "triggers" ? 0o644 : 0o755)),
    ];
  }

  /** The .deb itself. */
  bytes(): Uint8Array {
    return encodeDeb(this.controlFiles(), this.entries, this.date);
  }

  /** Where the archive has it. */
  get filename(): string {
    const source = (this.control.get("Source") ?? this.name).replace(/ .*/, "");
    const initial = source.startsWith("lib") ? source.slice(0, 4) : source.slice(0, 1);
    return `pool/main/${initial}/${source}/${this.name}_${this.version.replace(/^\d+:/, "")}_${this.architecture}.deb`;
  }

  /** Of the file, as the archive says. @simplified Of the real package, about; what is on the disk is as short as its contents. */
  get size(): number {
    return 1000 + Math.round(Number(this.control.get("Installed-Size") ?? 0) * 1024 * 0.27);
  }
}

const EMPTY = new Uint8Array();

function withChanges(entries: readonly PathEntry[], changed: Readonly<Record<string, string>>): PathEntry[] {
  const known = new Set(entries.map(({ path }) => path));
  const added = Object.keys(changed)
    .filter((path) => !known.has(path))
    .map((path): PathEntry => {
      const [, link, target = ""] = /^LINK:(.*)>(.*)$/.exec(path) ?? [];
      return link === undefined
        ? { path, kind: "file", mode: 0o644, uid: 0, gid: 0, target: "" }
        : { path: link, kind: "symlink", mode: 0o777, uid: 0, gid: 0, target };
    });
  return [...entries, ...added];
}

function reversioned(text: string, from: string, to: string): string {
  if (from === to) return text;
  const upstream = (version: string): string => version.replace(/^\d+:/, "").replace(/-[^-]*$/, "");
  return text.replaceAll(from, to).replaceAll(upstream(from), upstream(to));
}

/** When everything that no wave brings was built. */
const FIRST_BUILD = 1746000000;

export class Debs {
  /** What the installer puts onto a disk. */
  readonly installed: readonly Deb[];
  readonly waves: readonly Wave[];
  readonly #data: DebianArchive;
  readonly #made = new Map<string, Deb>();

  constructor(data: DebianArchive) {
    this.#data = data;
    this.waves = data.waves;
    const first = new Map(data.packages.map((pkg) => [pkg.control["Package"] ?? "", pkg]));
    this.installed = data.installed.map((name) => this.#deb(first.get(name) as ArchivePackage, undefined));
  }

  #deb(pkg: ArchivePackage, wave: Wave | undefined): Deb {
    const name = pkg.control["Package"] ?? "";
    const version = wave?.versions[name] ?? pkg.control["Version"] ?? "";
    const key = `${name} ${version}`;
    const made = this.#made.get(key) ?? new Deb(pkg, version, wave?.date ?? FIRST_BUILD, wave?.texts?.[name] ?? {});
    this.#made.set(key, made);
    return made;
  }

  /** What each suite has when so many waves are out, by name. A point release is in "trixie" and replaces what was there. */
  suites(waves: number): ReadonlyMap<string, readonly Deb[]> {
    const suites = new Map<string, Map<string, Deb>>(["trixie", "trixie-security", "trixie-updates"].map((name) => [name, new Map()]));
    for (const pkg of this.#data.packages) suites.get("trixie")?.set(pkg.control["Package"] ?? "", this.#deb(pkg, undefined));
    for (const wave of this.waves.slice(0, waves)) {
      for (const pkg of this.#data.packages) {
        const name = pkg.control["Package"] ?? "";
        if (wave.versions[name] !== undefined) suites.get(wave.suite)?.set(name, this.#deb(pkg, wave));
      }
    }
    return new Map([...suites].map(([name, debs]) => [name, [...debs.values()]]));
  }
}

const known = new WeakMap<object, Debs>();

/** The archive that a catalogue of Debian's carries; the same value for the same catalogue. */
export function debsOf(catalogue: { readonly archive?: unknown }): Debs {
  const data = catalogue.archive as DebianArchive | undefined;
  if (data === undefined) throw new RangeError("a catalogue without an archive");
  const debs = known.get(data) ?? new Debs(data);
  known.set(data, debs);
  return debs;
}
