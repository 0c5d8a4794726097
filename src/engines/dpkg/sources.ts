/** Where packages come from: /etc/apt/sources.list, and what `apt update` has put into /var/lib/apt/lists. */
import { parseParagraphs, type Paragraph } from "../../image/debian/control.ts";
import { compareVersions, parseRelations, type Relation } from "../../image/debian/versions.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import { DpkgDatabase, type PackageRecord } from "./database.ts";
import { readText, writeWhole } from "./files.ts";

export const LISTS = "/var/lib/apt/lists";
export const ARCHIVES = "/var/cache/apt/archives";
const EXTENDED_STATES = "/var/lib/apt/extended_states";

export interface Source {
  /** With a slash at its end. */
  readonly uri: string;
  readonly suite: string;
  readonly component: string;
}

/** The lines `deb URI SUITE COMPONENT…` of sources.list and sources.list.d/, and its deb822 files. */
export function readSources(sys: Sys): Source[] {
  const sources: Source[] = [];
  const add = (uri: string, suite: string, components: readonly string[]): void => {
    for (const component of components) sources.push({ uri: uri.replace(/\/?$/, "/"), suite, component });
  };
  const takeList = (text: string): void => {
    for (const line of text.split("\n")) {
      const [type, uri = "", suite = "", ...components] = line
        .replace(/#.*/, "")
        .replace(/\[[^\]]*\]/, "")
        .trim()
        .split(/\s+/);
      if (type === "deb") add(uri, suite, components);
    }
  };
  takeList(readText(sys, "/etc/apt/sources.list") ?? "");
  let names: string[] = [];
  try {
    names = sys.readdir("/etc/apt/sources.list.d").map(({ name }) => name);
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
  for (const name of names.sort()) {
    const text = readText(sys, `/etc/apt/sources.list.d/${name}`) ?? "";
    if (name.endsWith(".list")) takeList(text);
    if (!name.endsWith(".sources")) continue;
    for (const paragraph of parseParagraphs(text)) {
      if (paragraph.get("Enabled") === "no") continue;
      const words = (field: string): string[] => (paragraph.get(field) ?? "").split(/\s+/).filter((word) => word !== "");
      for (const uri of words("URIs")) for (const suite of words("Suites")) add(uri, suite, words("Components"));
    }
  }
  return sources;
}

/** The name in /var/lib/apt/lists of what is at an address. */
export function listName(url: string): string {
  return url.replace(/^[a-z]+:\/\//, "").replaceAll("/", "_");
}

export function packagesUrl({ uri, suite, component }: Source): string {
  return `${uri}dists/${suite}/${component}/binary-amd64/Packages`;
}

/** A version of a package that can be had, or that is installed and cannot be had any more. */
export interface Candidate {
  readonly name: string;
  readonly version: string;
  readonly fields: Paragraph;
  /** Where from; none for what is only installed. */
  readonly sources: readonly Source[];
}

/** Everything that apt knows: what is installed, what can be had, what was asked for. */
export class AptCache {
  readonly database: DpkgDatabase;
  readonly sources: readonly Source[];
  /** All versions, the newest first, by name. */
  readonly versions = new Map<string, Candidate[]>();
  /** Packages that were installed for others' sake. */
  readonly automatic: Set<string>;
  readonly #providers = new Map<string, Candidate[]>();
  readonly #relations = new Map<Candidate, Map<string, Relation[][]>>();
  /** Suites by what their Release says: "stable". */
  readonly #labels = new Map<string, string>();

  constructor(sys: Sys) {
    this.database = new DpkgDatabase(sys);
    this.sources = readSources(sys);
    this.automatic = readAutomatic(sys);
    for (const source of this.sources) {
      const text = readText(sys, `${LISTS}/${listName(packagesUrl(source))}`);
      for (const fields of text === undefined ? [] : parseParagraphs(text)) this.#add(fields, source);
      const release = readText(sys, `${LISTS}/${listName(`${source.uri}dists/${source.suite}/InRelease`)}`);
      this.#labels.set(source.suite, /^Suite: (.*)$/m.exec(release ?? "")?.[1] ?? source.suite);
    }
    for (const record of this.database.packages.values()) if (this.installed(record.name)) this.#addInstalled(record);
    for (const list of this.versions.values()) {
      list.sort((left, right) => compareVersions(right.version, left.version));
      for (const candidate of list)
        for (const [relation] of this.relations(candidate, "Provides")) if (relation) this.#provide(relation.name, candidate);
    }
  }

  #provide(name: string, candidate: Candidate): void {
    const list = this.#providers.get(name) ?? [];
    list.push(candidate);
    this.#providers.set(name, list);
  }

  #add(fields: Paragraph, source: Source): void {
    const name = fields.get("Package") ?? "";
    const version = fields.get("Version") ?? "";
    const list = this.versions.get(name) ?? [];
    this.versions.set(name, list);
    const same = list.findIndex((one) => one.version === version);
    if (same < 0) list.push({ name, version, fields, sources: [source] });
    else list[same] = { ...(list[same] as Candidate), sources: [...(list[same]?.sources ?? []), source] };
  }

  #addInstalled({ name, version, fields }: PackageRecord): void {
    const list = this.versions.get(name) ?? [];
    this.versions.set(name, list);
    if (!list.some((one) => one.version === version)) list.push({ name, version, fields, sources: [] });
  }

  label(source: Source): string {
    return this.#labels.get(source.suite) ?? source.suite;
  }

  /** The record of what is there, whole or not; undefined where nothing or only configuration is. */
  installed(name: string): PackageRecord | undefined {
    const record = this.database.packages.get(name);
    return record === undefined || record.state === "not-installed" || record.state === "config-files" ? undefined : record;
  }

  /** What an installation would take: the newest version that can be had, or the installed one. A hold changes nothing here. */
  candidate(name: string): Candidate | undefined {
    return this.versions.get(name)?.[0];
  }

  installedVersion(name: string): Candidate | undefined {
    const record = this.installed(name);
    return record && this.versions.get(name)?.find(({ version }) => version === record.version);
  }

  isHeld(name: string): boolean {
    return this.database.packages.get(name)?.want === "hold";
  }

  /** Whoever provides `name`, of any version. */
  providers(name: string): readonly Candidate[] {
    return this.#providers.get(name) ?? [];
  }

  relations(candidate: Candidate, field: string): Relation[][] {
    const known = this.#relations.get(candidate) ?? new Map<string, Relation[][]>();
    this.#relations.set(candidate, known);
    const relations = known.get(field) ?? parseRelations(candidate.fields.get(field) ?? "");
    known.set(field, relations);
    return relations;
  }
}

function readAutomatic(sys: Sys): Set<string> {
  return new Set(
    parseParagraphs(readText(sys, EXTENDED_STATES) ?? "")
      .filter((paragraph) => paragraph.get("Auto-Installed") === "1")
      .map((paragraph) => paragraph.get("Package") ?? ""),
  );
}

/** Writes who was installed for others' sake; complete before it gets its name. */
export function writeAutomatic(sys: Sys, names: Iterable<string>): void {
  const text = [...names].sort().map((name) => `Package: ${name}\nArchitecture: amd64\nAuto-Installed: 1\n\n`);
  writeWhole(sys, `${EXTENDED_STATES}.tmp`, text.join(""));
  sys.rename(`${EXTENDED_STATES}.tmp`, EXTENDED_STATES);
}
