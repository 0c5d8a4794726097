/** Finds and reads units: search path, aliases, masks, templates, drop-ins, `.wants` and `.requires` directories, default dependencies. */
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import { readTextIfThere } from "../read-text.ts";
import type { LoadState, Unit } from "./unit.ts";
import { UnitSections } from "./unit-file.ts";
import { escapePath, splitInstance, unescapeName, unitPath, unitType, type UnitType } from "./unit-name.ts";

/** systemd.unit(5), highest priority first. */
export const UNIT_PATH = [
  "/etc/systemd/system",
  "/run/systemd/system",
  "/run/systemd/generator",
  "/usr/local/lib/systemd/system",
  "/usr/lib/systemd/system",
] as const;

/** What a loader knows, as a value: files that change afterwards change nothing until `daemon-reload`. */
export interface LoadedUnits {
  readonly units: ReadonlyMap<string, Unit>;
  /** Names of units that count as loaded and are yet to be read, from `files`. */
  readonly unread: ReadonlySet<string>;
  /** The system as it was when they were loaded. */
  readonly files: () => Sys;
}

const NONE: ReadonlySet<string> = new Set();

interface FoundUnit {
  readonly name: string;
  readonly file: string;
  readonly load: LoadState;
  readonly aliases: readonly string[];
}

/** Units of one system, read from its files as they are asked for and kept until `daemon-reload`. */
export class UnitLoader {
  readonly #reader: UnitReader;
  readonly #saved: LoadedUnits | undefined;
  #savedReader: UnitReader | undefined;
  #units: Map<string, Unit>;
  /** Whether a saved value holds `#units`, too. */
  #isShared: boolean;

  constructor(sys: Sys, hostname: string, saved?: LoadedUnits) {
    this.#reader = new UnitReader(sys, hostname);
    this.#saved = saved;
    this.#units = (saved?.units ?? new Map()) as Map<string, Unit>;
    this.#isShared = saved !== undefined;
  }

  /** The unit called `name`, under whatever alias; one that has no file is "not-found", unless its kind needs none. */
  load(name: string): Unit {
    const known = this.#units.get(name);
    if (known) return known;
    const reader = this.#readerOf(name);
    const found = reader.find(name);
    const unit = this.#units.get(found.name) ?? reader.read(found);
    if (this.#isShared) this.#units = new Map(this.#units);
    this.#isShared = false;
    this.#units.set(unit.name, unit);
    this.#units.set(name, unit);
    return unit;
  }

  #readerOf(name: string): UnitReader {
    if (this.#saved?.unread.has(name) !== true) return this.#reader;
    return (this.#savedReader ??= new UnitReader(this.#saved.files(), this.#reader.hostname));
  }

  files(): string[] {
    return this.#reader.files();
  }

  save(): Omit<LoadedUnits, "files"> & Partial<LoadedUnits> {
    this.#isShared = true;
    const { unread = NONE, files } = this.#saved ?? {};
    return { units: this.#units, unread, ...(files === undefined || unread.size === 0 ? {} : { files }) };
  }
}

/** Reads units from the files of one system. */
class UnitReader {
  readonly #sys: Sys;
  readonly hostname: string;

  constructor(sys: Sys, hostname: string) {
    this.#sys = sys;
    this.hostname = hostname;
  }

  /** Names of all unit files that are there, templates included, sorted. */
  files(): string[] {
    const names = new Set<string>();
    for (const directory of UNIT_PATH) {
      for (const { name, type } of list(this.#sys, directory)) if (type !== "dir" && unitType(name) !== undefined) names.add(name);
    }
    return [...names].sort();
  }

  /** The file that `name` would be read from, with links to it followed to the name that counts. */
  find(name: string): FoundUnit {
    const aliases: string[] = [];
    let current = name;
    for (let hops = 0; hops < 8; hops++) {
      const { template } = splitInstance(current);
      const file = this.#fileOf(current) ?? (template === undefined ? undefined : this.#fileOf(template));
      if (file === undefined) return { name: current, file: "", load: this.#isImplicit(current) ? "loaded" : "not-found", aliases };
      const target = linkTarget(this.#sys, file);
      if (target === "/dev/null") return { name: current, file, load: "masked", aliases };
      if (target === undefined) return { name: current, file, load: "loaded", aliases };
      const base = withInstance(target.slice(target.lastIndexOf("/") + 1), splitInstance(current).instance);
      if (base === current || unitType(base) === undefined) return { name: current, file, load: "loaded", aliases };
      aliases.push(current);
      current = base;
    }
    return { name: current, file: "", load: "bad-setting", aliases };
  }

  /** Units that exist without a file: devices, slices, and what is mounted. */
  #isImplicit(name: string): boolean {
    const type = unitType(name);
    if (type === "mount") return this.#sys.mounts().some((mount) => mount.target === unitPath(name));
    return type === "device" || type === "slice" || type === "scope";
  }

  #fileOf(name: string): string | undefined {
    for (const directory of UNIT_PATH) {
      const path = `${directory}/${name}`;
      try {
        if (this.#sys.lstat(path).type !== "dir") return path;
      } catch (error) {
        if (!isSysError(error)) throw error;
      }
    }
    return undefined;
  }

  read(found: FoundUnit): Unit {
    const { name, file, load } = found;
    const type = unitType(name) ?? "service";
    const sections = new UnitSections();
    const dropIns: string[] = [];
    if (load === "loaded") {
      if (file !== "") sections.add(readTextIfThere(this.#sys, file) ?? "");
      for (const dropIn of this.#dropIns(name)) {
        sections.add(readTextIfThere(this.#sys, dropIn) ?? "");
        dropIns.push(dropIn);
      }
    }
    const isUsable = load !== "loaded" || file === "" || hasPurpose(type, sections);
    const expand = (text: string) => this.#expand(text, name);
    const words = (section: string, key: string) => sections.words(section, key).map(expand);
    const wants = [...words("Unit", "Wants"), ...this.#linked(name, "wants")];
    const requires = [
      ...words("Unit", "Requires"),
      ...words("Unit", "BindsTo"),
      ...words("Unit", "Requisite"),
      ...this.#linked(name, "requires"),
    ];
    const implied = load === "loaded" ? impliedDependencies(name, type, sections, wants, requires) : NOTHING;
    const unit: Unit = {
      name,
      type,
      names: unique([name, ...found.aliases]),
      load: isUsable ? load : "bad-setting",
      file,
      dropIns,
      sections,
      description: describe(name, type, sections, expand),
      wants: unique([...wants, ...implied.wants]),
      requires: unique([...requires, ...implied.requires]),
      conflicts: unique([...words("Unit", "Conflicts"), ...implied.conflicts]),
      after: unique([...words("Unit", "After"), ...implied.after]),
      before: unique([...words("Unit", "Before"), ...implied.before]),
      onFailure: words("Unit", "OnFailure"),
    };
    return unit;
  }

  #dropIns(name: string): string[] {
    const { template } = splitInstance(name);
    const found = new Map<string, string>();
    for (const owner of template === undefined ? [name] : [name, template]) {
      for (const directory of UNIT_PATH) {
        for (const entry of list(this.#sys, `${directory}/${owner}.d`)) {
          if (entry.name.endsWith(".conf") && !found.has(entry.name)) found.set(entry.name, `${directory}/${owner}.d/${entry.name}`);
        }
      }
    }
    return [...found.keys()].sort().map((key) => found.get(key) as string);
  }

  /** Names of the links in `NAME.wants` and `NAME.requires`, sorted. */
  #linked(name: string, kind: "wants" | "requires"): string[] {
    const names = new Set<string>();
    for (const directory of UNIT_PATH) for (const entry of list(this.#sys, `${directory}/${name}.${kind}`)) names.add(entry.name);
    return [...names].sort();
  }

  /** The specifiers of systemd.unit(5) that units of a system use. */
  #expand(text: string, name: string): string {
    const { prefix, instance } = splitInstance(name);
    return text.replaceAll(/%([a-zA-Z%])/g, (whole, letter: string) => {
      switch (letter) {
        case "i":
          return instance ?? "";
        case "I":
          return unescapeName(instance ?? "");
        case "n":
          return name;
        case "N":
          return name.slice(0, name.lastIndexOf("."));
        case "p":
          return prefix;
        case "P":
          return unescapeName(prefix);
        case "f":
          return instance === undefined ? `/${unescapeName(prefix)}` : `/${unescapeName(instance)}`;
        case "H":
        case "l":
          return this.hostname;
        case "t":
          return "/run";
        case "S":
          return "/var/lib";
        case "%":
          return "%";
        default:
          return whole;
      }
    });
  }
}

interface Implied {
  readonly wants: readonly string[];
  readonly requires: readonly string[];
  readonly conflicts: readonly string[];
  readonly after: readonly string[];
  readonly before: readonly string[];
}

const NOTHING: Implied = { wants: [], requires: [], conflicts: [], after: [], before: [] };

/** systemd.unit(5), "Default dependencies", and what the kind of unit implies by itself. */
function impliedDependencies(
  name: string,
  type: UnitType,
  sections: UnitSections,
  wants: readonly string[],
  requires: readonly string[],
): Implied {
  const isDefault = sections.flag("Unit", "DefaultDependencies", true);
  const shutdown = isDefault ? { conflicts: ["shutdown.target"], before: ["shutdown.target"] } : { conflicts: [], before: [] };
  switch (type) {
    case "target":
      return { ...NOTHING, ...shutdown, after: isDefault ? [...wants, ...requires] : [] };
    case "service":
    case "timer":
    case "path":
    case "socket": {
      const before =
        type === "socket" ? ["sockets.target"] : type === "timer" ? ["timers.target"] : type === "path" ? ["paths.target"] : [];
      const requiresMounts = sections.words("Unit", "RequiresMountsFor").map((path) => `${escapePath(path)}.mount`);
      const after = isDefault ? ["sysinit.target", ...(type === "service" ? ["basic.target"] : [])] : [];
      return {
        wants: [],
        requires: isDefault ? ["sysinit.target"] : [],
        conflicts: shutdown.conflicts,
        after: [...after, ...requiresMounts],
        before: [...shutdown.before, ...(isDefault ? before : [])],
      };
    }
    case "mount": {
      const where = sections.last("Mount", "Where") ?? unitPath(name);
      const what = sections.last("Mount", "What") ?? "";
      const device = what.startsWith("/dev/") ? [`${escapePath(what)}.device`] : [];
      const above = where === "/" ? [] : [`${escapePath(where.slice(0, where.lastIndexOf("/")))}.mount`];
      const isNetwork = sections.words("Mount", "Options").some((option) => option.split(",").includes("_netdev"));
      if (!isDefault) return { ...NOTHING, requires: device, after: [...above, ...device] };
      return {
        wants: [],
        requires: device,
        conflicts: ["umount.target"],
        after: [...above, ...device, isNetwork ? "remote-fs-pre.target" : "local-fs-pre.target"],
        before: ["umount.target", isNetwork ? "remote-fs.target" : "local-fs.target"],
      };
    }
    default:
      return NOTHING;
  }
}

function describe(name: string, type: UnitType, sections: UnitSections, expand: (text: string) => string): string {
  const own = sections.last("Unit", "Description");
  if (own !== undefined) return expand(own);
  if (name === "-.mount") return "Root Mount";
  if (name === "-.slice") return "Root Slice";
  if (type === "mount" || type === "device") return unitPath(name);
  return name;
}

/** systemd refuses a service that does nothing and a mount of nothing. */
function hasPurpose(type: UnitType, sections: UnitSections): boolean {
  if (type === "service") return ["ExecStart", "ExecStop", "SuccessAction"].some((key) => sections.all("Service", key).length > 0);
  if (type === "mount") return sections.all("Mount", "What").length > 0;
  return true;
}

/** The last link's target, if `path` is a link that leaves the directory's own name or is a mask; undefined for a plain file. */
function linkTarget(sys: Sys, path: string): string | undefined {
  try {
    return sys.readlink(path);
  } catch (error) {
    if (isSysError(error)) return undefined;
    throw error;
  }
}

/** `autovt@.service → getty@.service` asked for as `autovt@tty2.service` is `getty@tty2.service`. */
function withInstance(target: string, instance: string | undefined): string {
  const at = target.indexOf("@.");
  return instance === undefined || at < 0 ? target : `${target.slice(0, at + 1)}${instance}${target.slice(at + 1)}`;
}

function list(sys: Sys, directory: string): { readonly name: string; readonly type: string }[] {
  try {
    return sys.readdir(directory);
  } catch (error) {
    if (isSysError(error)) return [];
    throw error;
  }
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
