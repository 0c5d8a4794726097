/** The paths and the hand-written contents of each package, as a release has them. */
import { readdirSync, readFileSync, existsSync } from "node:fs";
import { posix } from "node:path";
import type { PathEntry } from "../path-list.ts";
import { readDebianFacts, type DebianPath } from "./debian-facts.ts";
import { namingOf } from "./naming.ts";
import type { ProductPlan } from "./product-plan.ts";
import type { ReleasePlan } from "./releases.ts";
import { here, ownFiles, packageRows, readTable, sourcesOf } from "./tables.ts";

export interface PackagePaths {
  readonly entries: PathEntry[];
  readonly texts: Map<string, string>;
}

interface Owner {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** Packages by name in the order of packages.tsv, first "" for what belongs to none; `plans` are all releases up to the one that is meant. */
export function packagePaths(product: ProductPlan, plans: readonly ReleasePlan[], present: ReadonlySet<string>): Map<string, PackagePaths> {
  const naming = namingOf(product);
  const { place } = product;
  // Where the product names and places things itself, all of its packages take part, and what is not there is left out at the end.
  const taken = (name: string): boolean => present.has(naming.nameOf(name) ?? "");
  const rows = packageRows(product);
  const collector = new Collector(rows, new Set(rows.flatMap(([name = ""]) => (taken(name) ? [name] : []))));
  for (const [name, path, target] of product.links) collector.link(name, path, target);
  // What a product has of its own belongs to whom it says; and what it says of a file that all have replaces that, further down.
  const own = ownFiles(product, "texts.txt");
  for (const file of own.toReversed()) collector.texts(file);
  for (const file of readdirSync(here("files")).sort()) collector.texts(`files/${file}`);
  for (const file of own) collector.texts(file);
  for (const { version, basis = version } of plans) if (existsSync(here(`releases/${basis}.txt`))) collector.texts(`releases/${basis}.txt`);
  for (const [name = "", path = "", target = ""] of readTable("links.tsv")) collector.link(name, path, target);
  for (const plan of plans) for (const [name, path, target] of plan.links) collector.link(name, path, target);
  for (const [name = "", path = "", flag] of readTable("extra-paths.tsv")) collector.file(name, path, flag === "x");
  for (const [name = "", pkg = "", path] of readTable("programs.txt")) collector.file(pkg, path ?? `/usr/bin/${name}`, true);
  for (const [, pkg = "", path = ""] of readTable("service-programs.txt")) collector.file(pkg, path, true);
  collector.debian();
  for (const path of [...product.dropped, ...plans.flatMap(({ dropped }) => dropped)]) collector.drop(path);
  const found = collector.result();
  return place === undefined ? found : moved(found, (name) => naming.nameOf(name) ?? "", place.bind(product));
}

/** The same with other names and in other places. */
function moved(
  found: ReadonlyMap<string, PackagePaths>,
  nameOf: (name: string) => string,
  place: Required<ProductPlan>["place"],
): Map<string, PackagePaths> {
  const result = new Map<string, PackagePaths>([["", { entries: [], texts: new Map() }]]);
  const of = (name: string): PackagePaths => {
    const known = result.get(name) ?? { entries: [], texts: new Map<string, string>() };
    result.set(name, known);
    return known;
  };
  const claimed = new Set<string>();
  for (const [original, { entries, texts }] of found) {
    of(nameOf(original));
    for (const entry of entries) {
      const at = place(entry.path, nameOf(original));
      if (at === undefined || claimed.has(at.path)) continue;
      claimed.add(at.path);
      // A link keeps leading where it led.
      const target = entry.target.startsWith("/usr/etc/") ? entry.target.slice(4) : relinked(entry, at.path);
      of(at.pkg).entries.push({ ...entry, path: at.path, target });
      const text = texts.get(entry.path);
      if (text !== undefined) of(at.pkg).texts.set(at.path, text);
    }
  }
  return result;
}

/** The target of a link that was moved; links between /usr/bin and /usr/sbin do not occur otherwise. */
function relinked({ kind, path, target }: PathEntry, now: string): string {
  if (kind !== "symlink" || path === now || target.startsWith("/") || target.includes("..") || !now.startsWith("/usr/sbin/")) return target;
  return `../bin/${target}`;
}

class Collector {
  readonly #packages = new Map<string, PackagePaths>();
  readonly #claimed = new Map<string, string>();
  readonly #owners: ReadonlyMap<string, Owner>;
  readonly #rows: readonly string[][];
  readonly #present: ReadonlySet<string>;
  readonly #known: ReadonlySet<string>;

  constructor(rows: readonly string[][], present: ReadonlySet<string>) {
    this.#rows = rows;
    this.#present = present;
    this.#known = new Set(["", ...rows.map(([name = ""]) => name)]);
    this.#packages.set("", { entries: [], texts: new Map() });
    for (const [name = ""] of rows) if (present.has(name)) this.#packages.set(name, { entries: [], texts: new Map() });
    const owners = readTable("modes.tsv").map(([path = "", mode = "", uid, gid]): [string, Owner] => [
      path,
      { mode: Number.parseInt(mode, 8), uid: Number(uid), gid: Number(gid) },
    ]);
    this.#owners = new Map(owners);
    for (const [path, owner] of owners) {
      if (path.endsWith("/")) this.#add("", { path: path.slice(0, -1), kind: "dir", ...owner, target: "" });
    }
  }

  /** The files that a text file holds; later ones replace what earlier ones had. */
  texts(file: string | URL): void {
    for (const { pkg, path, text } of readTexts(file)) {
      const owner = pkg === "-" ? "" : pkg;
      if (!this.#known.has(owner)) throw new Error(`${String(file)}: no package ${pkg}`);
      this.file(pkg, path, false);
      this.#packages.get(owner)?.texts.set(path, text);
    }
  }

  file(name: string, path: string, isExecutable: boolean): void {
    const isLibrary = /^\/usr\/lib(64)?\/.*\.so(\.[0-9.]+)?$/.test(path);
    const owner = this.#owners.get(path) ?? { mode: isExecutable || isLibrary ? 0o755 : 0o644, uid: 0, gid: 0 };
    this.#add(name === "-" ? "" : name, { path, kind: "file", ...owner, target: "" });
  }

  link(name: string, path: string, target: string): void {
    this.#add(name === "-" ? "" : name, { path, kind: "symlink", mode: 0o777, uid: 0, gid: 0, target });
  }

  drop(path: string): void {
    for (const { entries, texts } of this.#packages.values()) {
      const at = entries.findIndex((entry) => entry.path === path);
      if (at >= 0) entries.splice(at, 1);
      texts.delete(path);
    }
  }

  debian(): void {
    const facts = readDebianFacts();
    for (const row of this.#rows) {
      const name = row[0] ?? "";
      for (const { deb, pattern } of sourcesOf(row)) {
        for (const found of facts.get(deb)?.paths ?? []) {
          const path = found.path.replace("@PACKAGE@", name);
          if (pattern === undefined || pattern.test(path)) this.#debianPath(name, path, found);
        }
      }
    }
    this.#kernelModules([...facts].find(([deb]) => deb.startsWith("linux-image"))?.[1].paths ?? []);
  }

  #debianPath(name: string, path: string, found: DebianPath): void {
    // What runs is what programs.txt names; it is there already.
    if (path.startsWith("/usr/bin/")) return;
    const command = /^\/usr\/share\/man\/man[18]\/(.*)\.[18][a-z]*\.gz$/.exec(path)?.[1];
    if (command !== undefined && !this.#isThere(`/usr/bin/${command}`)) return;
    // Only units that are written out here are pulled in; the others are there to be seen.
    const wanted = /^(\/usr\/lib\/systemd\/system)\/[^/]*\.(?:wants|requires)\/(.*)$/.exec(path);
    if (wanted !== null && !this.#isWritten(`${wanted[1] ?? ""}/${wanted[2] ?? ""}`)) return;
    if (found.target === undefined) this.file(name, path, found.isExecutable);
    else this.link(name, path, found.target);
  }

  /** Whether the product has it: the path may be that of a package which only others have. */
  #isThere(path: string): boolean {
    const owner = this.#claimed.get(path);
    return owner !== undefined && (owner === "" || this.#present.has(owner));
  }

  #isWritten(path: string): boolean {
    return [...this.#packages.values()].some(({ texts }) => texts.has(path));
  }

  #kernelModules(paths: readonly DebianPath[]): void {
    for (const { path } of paths) {
      const match = /^\/usr\/lib\/modules\/[^/]*\/(kernel\/.*\.ko)$/.exec(path);
      if (match === null) continue;
      const isCore = /^kernel\/(fs|crypto|lib|arch|drivers\/(md|nvme|ata|block|virtio|scsi|char|hid|input))\//.test(match[1] ?? "");
      this.file(isCore ? "kernel-modules-core" : "kernel-modules", `/usr/lib/modules/@KERNEL@/${match[1] ?? ""}.xz`, false);
    }
  }

  /** The first who names a path has it. */
  #add(name: string, entry: PathEntry): void {
    if (this.#claimed.has(entry.path)) return;
    this.#claimed.set(entry.path, name);
    if (name !== "" && !this.#present.has(name)) return;
    this.#packages.get(name)?.entries.push(entry);
  }

  /** Without links that lead nowhere, which are left where a package was not taken whole. */
  result(): Map<string, PackagePaths> {
    const packages = [...this.#packages.values()];
    for (let found = -1; found !== 0;) {
      const all = new Set<string>();
      for (const { entries } of packages) for (const { path } of entries) addWithParents(path, all);
      found = 0;
      for (const { entries } of packages) {
        for (let i = entries.length - 1; i >= 0; i--) {
          if (!isDangling(entries[i] as PathEntry, all)) continue;
          entries.splice(i, 1);
          found++;
        }
      }
    }
    return this.#packages;
  }
}

function addWithParents(path: string, all: Set<string>): void {
  for (let at = path; at !== "" && !all.has(at); at = at.slice(0, at.lastIndexOf("/"))) all.add(at);
}

/** Whether a link below /usr leads to something that should be in the image and is not. */
function isDangling({ kind, path, target }: PathEntry, all: ReadonlySet<string>): boolean {
  if (kind !== "symlink" || !path.startsWith("/usr/")) return false;
  const goal = posix.resolve(posix.dirname(path.replace(/^\/usr\/etc\//, "/etc/")), target);
  if (/^\/(dev|proc|run|sys|var)\//.test(goal)) return false;
  return !all.has(goal) && !all.has(goal.replace(/^\/etc\//, "/usr/etc/"));
}

interface TextFile {
  readonly pkg: string;
  readonly path: string;
  readonly text: string;
}

/** A line "==> PACKAGE PATH" before the contents of each file. */
function readTexts(file: string | URL): TextFile[] {
  return readFileSync(typeof file === "string" ? here(file) : file, "utf8")
    .split(/^==> /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf("\n");
      const [pkg = "", path = ""] = part.slice(0, end).split(" ");
      return { pkg, path, text: part.slice(end + 1) };
    });
}
