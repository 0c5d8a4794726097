/**
 * Makes debian.manifest.json, on a Debian machine: reads control files, lists of paths and conffiles out of Debian's own packages.
 *
 *     tsx src/image/generator/debian.ts DIRECTORY      (DIRECTORY: where `apt-get download` has put the packages of trixie)
 *
 * Which packages are installed at first, what updates bring, and the texts of files and maintainer scripts are in debian/.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { ArchivePackage, DebianArchive, Wave } from "../debian/archive-data.ts";
import { encodePathList, type PathEntry } from "../path-list.ts";
import { here, readTable } from "./tables.ts";

const DPKG: string = "dpkg-deb";
const FIELDS = [
  "Package", "Version", "Architecture", "Essential", "Priority", "Section", "Maintainer", "Installed-Size", "Multi-Arch", "Source", "Provides", "Pre-Depends", "Depends",
  "Recommends", "Suggests", "Conflicts", "Breaks", "Replaces", "Homepage", "Description", "Important", "Protected",
]; // prettier-ignore

/** What a system does without, or what would only make ours bigger. */
const DROPPED =
  /^\/usr\/share\/(lintian|bug|menu|doc-base|locale|gnome|icons|pixmaps|info|apport|zoneinfo\/(right|posix))\/|\/man\/(?!man)|\/__pycache__\//;
/** As many of each other kind of file, spread evenly over a package. */
const ENOUGH = 12;

const directory = process.argv[2] ?? "/tmp/debs";
const files = new Map(readdirSync(directory).map((file) => [file.slice(0, file.indexOf("_")), `${directory}/${file}`]));

interface Text {
  readonly pkg: string;
  readonly path: string;
  readonly text: string;
}

/** A line of so many words, "==> PACKAGE PATH", before the contents of each file. */
function textsIn(name: string, words = 2): Text[] {
  return readFileSync(here(name), "utf8")
    .split(/^==> /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf("\n");
      const [pkg = "", ...rest] = part.slice(0, end).split(" ").slice(0, words);
      const path = rest.join(" ");
      return { pkg, path, text: part.slice(end + 1) };
    });
}

/** Programs that the simulator has. */
const programs = new Set([
  ...readTable("programs.txt").map(([name = ""]) => name),
  ...readTable("debian/programs.txt").map(([name = ""]) => name),
]);

/** What the system's units are is written once, for Fedora. */
const units = new Map(
  ["systemd", "systemd-udev", "dbus-broker", "dbus-common"].flatMap((name) =>
    textsIn(`files/${name}.txt`).map(
      ({ path, text }) => [path.replace(/^\/usr\/etc\//, "/etc/"), text.replaceAll("/usr/libexec/agetty", "/usr/sbin/agetty")] as const,
    ),
  ),
);
const own = [...textsIn("debian/files.txt")];
const scripts = textsIn("debian/scripts.txt");

const rows = readTable("debian/packages.tsv").map(([name = "", state = "", version = ""]) => ({ name, state, version }));
const packages = rows.filter(({ name }) => name !== "").map(({ name, version }) => archivePackage(name, version));
const waves: Wave[] = [];
for (const [wave = "", suite = "", date = "", title = "", name = "", version = ""] of readTable("debian/updates.tsv")) {
  let current = waves.find((one) => one.name === wave);
  if (!current) waves.push((current = { name: wave, suite, date: Date.parse(date) / 1000, title, versions: {} }));
  (current.versions as Record<string, string>)[name] = version;
}
for (const { pkg: wave, path: rest, text } of textsIn("debian/changes.txt", 3)) {
  const [pkg = "", path = ""] = rest.split(" ");
  const current = waves.find((one) => one.name === wave);
  if (!current) throw new Error(`no wave ${wave}`);
  const texts = (current.texts ?? {}) as Record<string, Record<string, string>>;
  (texts[pkg] ??= {})[path] = text;
  (current as { texts?: unknown }).texts = texts;
}
const archive: DebianArchive = {
  installed: rows.filter(({ state }) => state === "installed").map(({ name }) => name),
  packages,
  waves,
};
const manifest = { format: 1, ref: "trixie", packages: [], releases: [], archive };
writeFileSync(here("../debian.manifest.json"), `${JSON.stringify(manifest, null, 1)}\n`);
console.log(`${packages.length} packages, ${waves.length} waves`);

function archivePackage(name: string, version: string): ArchivePackage {
  const file = files.get(name);
  const control: Record<string, string> = file === undefined ? {} : controlOf(file);
  const source = own.filter(({ pkg }) => pkg === name);
  if (file === undefined && !source.some(({ path }) => path === "CONTROL")) throw new Error(`no package ${name}`);
  for (const line of source.find(({ path }) => path === "CONTROL")?.text.split("\n") ?? []) {
    const colon = line.indexOf(": ");
    if (colon > 0) control[line.slice(0, colon)] = line.slice(colon + 2).replaceAll("\\n", "\n");
  }
  const real = control["Version"] ?? "";
  if (version !== "")
    for (const [field, value] of Object.entries(control)) if (field !== "Package") control[field] = reversioned(value, real, version);
  const isBase = rows.find((row) => row.name === name)?.state === "installed";
  const entries = file === undefined ? [] : thinned(listed(file).filter((entry) => isKept(entry, isBase)));
  const texts: Record<string, string> = {};
  for (const entry of entries) {
    const unit = units.get(entry.path);
    if (entry.kind === "file" && unit !== undefined) texts[entry.path] = unit;
  }
  for (const { path, text } of source) {
    if (path === "CONTROL") continue;
    if (path.startsWith("LINK:")) {
      const [link = "", target = ""] = path.slice(5).split(">");
      put(entries, { path: link, kind: "symlink", mode: 0o777, uid: 0, gid: 0, target });
      continue;
    }
    const [plain = "", mode = ""] = path.split("%");
    texts[plain] = text;
    put(entries, { path: plain, kind: "file", mode: mode === "" ? 0o644 : Number.parseInt(mode, 8), uid: 0, gid: 0, target: "" });
  }
  // A unit that is pulled in must be there in full.
  const kept = entries.filter((entry) => {
    const wanted = /^(\/usr\/lib\/systemd\/system)\/[^/]*\.(?:wants|requires)\/(.*)$/.exec(entry.path);
    return wanted === null || texts[`${wanted[1] ?? ""}/${wanted[2] ?? ""}`] !== undefined;
  });
  const present = new Set(kept.map(({ path }) => path));
  const conffiles = file === undefined ? [] : conffilesOf(file).filter((path) => present.has(path));
  for (const { path } of source) if (path.startsWith("/etc/") && !path.includes("%") && !conffiles.includes(path)) conffiles.push(path);
  return {
    control,
    paths: encodePathList(kept),
    ...(conffiles.length === 0 ? {} : { conffiles }),
    ...(Object.keys(texts).length === 0 ? {} : { texts }),
    ...withScripts(name),
  };
}

function reversioned(text: string, from: string, to: string): string {
  return text.replaceAll(from, to).replaceAll(upstream(from), upstream(to));
}

function upstream(version: string): string {
  return version.replace(/^\d+:/, "").replace(/-[^-]*$/, "");
}

function put(entries: PathEntry[], entry: PathEntry): void {
  const at = entries.findIndex(({ path }) => path === entry.path);
  if (at >= 0) entries[at] = entry;
  else entries.push(entry);
}

function withScripts(name: string): Pick<ArchivePackage, "scripts"> {
  const found = scripts.filter(({ pkg }) => pkg === name);
  return found.length === 0 ? {} : { scripts: Object.fromEntries(found.map(({ path, text }) => [path, text])) };
}

function controlOf(file: string): Record<string, string> {
  const text = execFileSync(DPKG, ["-f", file, ...FIELDS], { encoding: "utf8" });
  const control: Record<string, string> = {};
  let field = "";
  for (const line of text.split("\n")) {
    const match = /^([A-Za-z-]+): ?(.*)$/.exec(line);
    if (match !== null) control[(field = match[1] ?? "")] = match[2] ?? "";
    else if (line !== "") control[field] += `\n${line}`;
  }
  return control;
}

function conffilesOf(file: string): string[] {
  try {
    const text = execFileSync(DPKG, ["-I", file, "conffiles"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return text.split("\n").filter((line) => line.startsWith("/"));
  } catch {
    return [];
  }
}

function listed(file: string): PathEntry[] {
  const tar = execFileSync("sh", ["-c", 'dpkg-deb --fsys-tarfile "$1" | tar -tv --numeric-owner', "list", file], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const entries: PathEntry[] = [];
  for (const line of tar.split("\n")) {
    const match = /^([-lh])([rwxsStT-]{9}) (\d+)\/(\d+) +\d+ \S+ \S+ \.(\/.*)$/.exec(line);
    if (match === null) continue;
    const [, type, mode = "", uid, gid, rest = ""] = match;
    const [path = "", target = ""] = rest.split(type === "h" ? " link to " : " -> ");
    if (type === "l") entries.push({ path, kind: "symlink", mode: 0o777, uid: 0, gid: 0, target });
    else entries.push({ path, kind: "file", mode: octal(mode), uid: Number(uid), gid: Number(gid), target: "" });
  }
  return entries;
}

function octal(mode: string): number {
  let value = 0;
  for (const letter of mode) value = value * 2 + (letter === "-" || letter === "S" || letter === "T" ? 0 : 1);
  if (/^..[sS]/.test(mode)) value |= 0o4000;
  if (/^.{5}[sS]/.test(mode)) value |= 0o2000;
  return value;
}

function isKept({ path, kind }: PathEntry, isBase: boolean): boolean {
  if (DROPPED.test(path)) return false;
  const program = /^\/usr\/s?bin\/(.*)$/.exec(path)?.[1];
  if (program !== undefined) return !isBase || programs.has(program) || (kind === "symlink" && programs.has(program));
  const manual = /^\/usr\/share\/man\/man[18]\/(.*)\.[18][a-z]*\.gz$/.exec(path)?.[1];
  return manual === undefined || !isBase || programs.has(manual);
}

/** Programs, configuration, units and libraries; of the rest some. */
function thinned(entries: readonly PathEntry[]): PathEntry[] {
  const groups = new Map<string, PathEntry[]>();
  for (const entry of entries) {
    const { path } = entry;
    const kind = /^\/(usr\/s?bin|etc|boot|usr\/lib\/systemd)\/[^/]*$|^\/etc\//.test(path)
      ? "all"
      : path.startsWith("/usr/lib/systemd/system/")
        ? units.has(path)
          ? "all"
          : "unit"
        : /\/modules\//.test(path)
          ? "module"
          : /\.so(\.[0-9.]+)?$/.test(path)
            ? "library"
            : "rest";
    groups.set(kind, [...(groups.get(kind) ?? []), entry]);
  }
  return [...groups].flatMap(([kind, list]) => {
    if (kind === "all" || list.length <= ENOUGH) return list;
    return list.filter((_, i) => Math.floor((i * ENOUGH) / list.length) !== Math.floor(((i + 1) * ENOUGH) / list.length));
  });
}
