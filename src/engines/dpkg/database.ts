/**
 * dpkg's database: /var/lib/dpkg/status, a paragraph for each package, changes since in updates/, and info/ with the files of each.
 *
 * A change of one package is a file of its own, updates/0001 and so on, complete before it gets its name; at the end, or when there are
 * many, all go into `status-new`, `status` becomes `status-old`, and the updates are removed. Whoever opens the database after a power cut
 * reads the updates again and does the same. Source: dpkg:lib/dpkg/dbmodify.c.
 */
import { formatParagraph, parseParagraphs, type Paragraph } from "../../image/debian/control.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import { lstat, makeDirectories, readText, unlinkIfThere, writeWhole } from "./files.ts";

export type Want = "unknown" | "install" | "hold" | "deinstall" | "purge";
export type State =
  | "not-installed"
  | "config-files"
  | "half-installed"
  | "unpacked"
  | "half-configured"
  | "triggers-awaited"
  | "triggers-pending"
  | "installed";

/** A configuration file: the md5 of what the package brought last. */
export interface Conffile {
  readonly path: string;
  readonly md5: string;
  readonly isObsolete: boolean;
}

/** What the database knows of a package. */
export interface PackageRecord {
  readonly name: string;
  want: Want;
  /** The second word of Status: "ok", or "reinstreq" where only a new installation helps. */
  flag: "ok" | "reinstreq";
  state: State;
  version: string;
  /** The last version that was configured, where it is not `version`. */
  configVersion: string;
  conffiles: readonly Conffile[];
  triggersPending: readonly string[];
  triggersAwaited: readonly string[];
  /** The other fields of its control file. */
  fields: Paragraph;
}

/** Fields of the database in the order in which dpkg writes them; the others follow. Source: dpkg:lib/dpkg/parse.c. */
const ORDER = [
  "Package", "Essential", "Protected", "Status", "Priority", "Section", "Installed-Size", "Maintainer", "Architecture", "Multi-Arch", "Source", "Version",
  "Config-Version", "Replaces", "Provides", "Depends", "Pre-Depends", "Recommends", "Suggests", "Breaks", "Conflicts", "Enhances", "Conffiles",
  "Triggers-Pending", "Triggers-Awaited", "Description",
]; // prettier-ignore
const OWN = ["Package", "Status", "Version", "Config-Version", "Conffiles", "Triggers-Pending", "Triggers-Awaited"];
/** After so many updates the whole file is written. */
const MOST_UPDATES = 250;

export class DpkgDatabase {
  readonly packages = new Map<string, PackageRecord>();
  readonly directory: string;
  readonly #sys: Sys;
  #updates = 0;

  /** Reads it; `root` is the root directory of the system, "" for this one. */
  constructor(sys: Sys, root = "") {
    this.#sys = sys;
    this.directory = `${root}/var/lib/dpkg`;
    for (const paragraph of parseParagraphs(readText(sys, `${this.directory}/status`) ?? "")) this.#take(paragraph);
    for (const name of this.#updateNames()) {
      for (const paragraph of parseParagraphs(readText(sys, `${this.directory}/updates/${name}`) ?? "")) this.#take(paragraph);
      this.#updates = Number(name) + 1;
    }
  }

  #updateNames(): string[] {
    try {
      return this.#sys
        .readdir(`${this.directory}/updates`)
        .map(({ name }) => name)
        .filter((name) => /^[0-9]+$/.test(name))
        .sort();
    } catch (error) {
      if (isSysError(error)) return [];
      throw error;
    }
  }

  #take(paragraph: Paragraph): void {
    const record = recordOf(paragraph);
    this.packages.set(record.name, record);
  }

  /** The record of `name`, made if the database has none. */
  record(name: string): PackageRecord {
    const known = this.packages.get(name);
    if (known) return known;
    const made: PackageRecord = {
      name,
      want: "unknown",
      flag: "ok",
      state: "not-installed",
      version: "",
      configVersion: "",
      conffiles: [],
      triggersPending: [],
      triggersAwaited: [],
      fields: new Map(),
    };
    this.packages.set(name, made);
    return made;
  }

  /** Of what is there in some form, by name. */
  get known(): PackageRecord[] {
    return [...this.packages.values()]
      .filter(({ state }) => state !== "not-installed")
      .sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  /** Whether its files are there, configured or not. */
  isUnpacked(name: string): boolean {
    const state = this.packages.get(name)?.state;
    return state !== undefined && state !== "not-installed" && state !== "config-files" && state !== "half-installed";
  }

  /** Makes a change of one package last: an update file, synced, then named. */
  note(record: PackageRecord): void {
    const sys = this.#sys;
    const updates = `${this.directory}/updates`;
    writeWhole(sys, `${updates}/tmp.i`, `${formatRecord(record)}\n`, { sync: true });
    sys.rename(`${updates}/tmp.i`, `${updates}/${String(this.#updates).padStart(4, "0")}`);
    this.#updates++;
    if (this.#updates >= MOST_UPDATES) this.checkpoint();
  }

  /** Everything in one file again: status-new is synced, status kept as status-old, the new one named, and the updates are removed. */
  checkpoint(): void {
    const sys = this.#sys;
    const { directory } = this;
    writeWhole(sys, `${directory}/status-new`, this.text(), { sync: true });
    unlinkIfThere(sys, `${directory}/status-old`);
    if (lstat(sys, `${directory}/status`)) sys.link(`${directory}/status`, `${directory}/status-old`);
    sys.rename(`${directory}/status-new`, `${directory}/status`);
    for (const name of this.#updateNames()) sys.unlink(`${directory}/updates/${name}`);
    this.#updates = 0;
  }

  /** What `status` says. */
  text(): string {
    return [...this.packages.values()]
      .filter(({ state, want }) => state !== "not-installed" || want === "hold")
      .sort((left, right) => (left.name < right.name ? -1 : 1))
      .map((record) => `${formatRecord(record)}\n`)
      .join("");
  }

  /** A file of info/: "list", "md5sums", "postinst" …; undefined when there is none. */
  info(name: string, kind: string): string | undefined {
    return readText(this.#sys, this.infoPath(name, kind));
  }

  infoPath(name: string, kind: string): string {
    const { fields } = this.packages.get(name) ?? {};
    const isSame = fields?.get("Multi-Arch") === "same";
    return `${this.directory}/info/${name}${isSame ? `:${fields?.get("Architecture") ?? ""}` : ""}.${kind}`;
  }

  /** The paths of a package as its list has them, "/." first. */
  list(name: string): string[] {
    return (this.info(name, "list") ?? "").split("\n").filter((line) => line !== "");
  }

  makeDirectories(): void {
    for (const path of ["info", "updates", "triggers", "alternatives", "parts"]) makeDirectories(this.#sys, `${this.directory}/${path}`);
  }
}

function recordOf(fields: Paragraph): PackageRecord {
  const [want = "unknown", flag = "ok", state = "not-installed"] = (fields.get("Status") ?? "").split(/\s+/);
  const words = (field: string): string[] => (fields.get(field) ?? "").split(/\s+/).filter((word) => word !== "");
  return {
    name: fields.get("Package") ?? "",
    want: want as Want,
    flag: flag === "reinstreq" ? "reinstreq" : "ok",
    state: state as State,
    version: fields.get("Version") ?? "",
    configVersion: fields.get("Config-Version") ?? "",
    conffiles: (fields.get("Conffiles") ?? "").split("\n").flatMap((line) => {
      const [path = "", md5 = "", obsolete] = line.trim().split(" ");
      return path === "" ? [] : [{ path, md5, isObsolete: obsolete === "obsolete" }];
    }),
    triggersPending: words("Triggers-Pending"),
    triggersAwaited: words("Triggers-Awaited"),
    fields: new Map([...fields].filter(([field]) => !OWN.includes(field))),
  };
}

/** As it stands in `status`, without the blank line after it. */
export function formatRecord(record: PackageRecord): string {
  const own = new Map([
    ["Package", record.name],
    ["Status", `${record.want} ${record.flag} ${record.state}`],
    ["Version", record.version],
    ["Config-Version", record.configVersion],
    ["Conffiles", record.conffiles.map(({ path, md5, isObsolete }) => `\n ${path} ${md5}${isObsolete ? " obsolete" : ""}`).join("")],
    ["Triggers-Pending", record.triggersPending.join(" ")],
    ["Triggers-Awaited", record.triggersAwaited.join(" ")],
  ]);
  const all = new Map([...own, ...record.fields]);
  const names = [...ORDER, ...[...all.keys()].filter((name) => !ORDER.includes(name))];
  return formatParagraph(names.map((name) => [name, all.get(name) ?? ""] as const));
}
