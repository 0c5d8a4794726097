/**
 * First step, on a Debian machine: reads the file lists of the packages that packages.tsv names and writes their paths, mapped to
 * where Fedora has them, to debian-paths.txt. Only names are taken, no contents.
 *
 *     tsx src/image/generator/collect.ts DIRECTORY      (DIRECTORY: where `apt-get download` has put, or shall put, the packages)
 */
import { execFileSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { mapPath, mapTarget } from "./map-path.ts";
import { here, readTable, sourcesOf } from "./tables.ts";

/** Debian's own tools: nothing that npm could bring. */
const APT: string = "apt-get";
const DPKG: string = "dpkg-deb";
const KERNEL_IMAGE = "linux-image-6.1.0-56-amd64";

/** Kinds of data of which a package may have hundreds: some of each are enough. */
const PLENTIFUL = [
  /\/icons\//,
  /\/bash-completion\//,
  /\/zoneinfo\/(?!UTC|Etc\/)/,
  /\/share\/help\//,
  /\/fonts\//,
  /\/share\/X11\//,
  /\/ibus\//,
  /\/python3/,
  /\/firewalld\//,
  /\/dracut\/modules\.d\//,
  /\/colord?\//,
  /\/alsa\//,
  /\/sounds\//,
  /\/xtables\//,
  /\/locale\//,
  /\/terminfo\//,
  /\/kbd\//,
  /\/kernel\/(?!fs\/(btrfs|ext4|fat|overlayfs|erofs|fuse|xfs))/,
  /\/share\/orca\//,
  /\/plymouth\//,
  /\/spa-0/,
  /\/gstreamer-1/,
];
const ENOUGH = 50;
const ENOUGH_MODULES = 220;

const directory = process.argv[2] ?? "/tmp/debs";
const wanted = [...new Set(readTable("packages.tsv").flatMap((row) => sourcesOf(row).map((source) => source.deb)))].sort();
const have = new Map(readdirSync(directory).map((file) => [file.slice(0, file.indexOf("_")), file]));
const missing = [...wanted, KERNEL_IMAGE].filter((deb) => !have.has(deb));
if (missing.length > 0) {
  execFileSync(APT, ["download", ...missing], { cwd: directory, stdio: "inherit" });
  for (const file of readdirSync(directory)) have.set(file.slice(0, file.indexOf("_")), file);
}

const lines: string[] = [];
for (const deb of wanted) {
  const paths = list(`${directory}/${have.get(deb) ?? ""}`);
  lines.push(`@${deb} ${installedSize(deb)} ${homepage(deb)}`, ...paths);
}
lines.push(`@${KERNEL_IMAGE} 0 `, ...list(`${directory}/${have.get(KERNEL_IMAGE) ?? ""}`));
writeFileSync(here("debian-paths.txt"), `${lines.join("\n")}\n`);

/** Paths of a package, "PATH" or "PATH\tTARGET", programs with "\tx" at their end. */
function list(file: string): string[] {
  const tar = execFileSync("sh", ["-c", 'dpkg-deb --fsys-tarfile "$1" | tar -tv', "list", file], { encoding: "utf8", maxBuffer: 1 << 28 });
  const found = new Map<string, string>();
  for (const line of tar.split("\n")) {
    const match = /^([-lh])([rwxsStT-]{9}) \S+ +\d+ \S+ \S+ \.(\/.*)$/.exec(line);
    if (match === null) continue;
    const [, type, mode = "", rest = ""] = match;
    const [name = "", target] = rest.split(type === "h" ? " link to " : " -> ");
    const path = mapPath(name);
    if (path === undefined) continue;
    if (type === "l") {
      const mapped = mapTarget(name, target ?? "");
      if (mapped !== undefined && mapped !== path) found.set(path, `${path}\t${mapped}`);
    } else found.set(path, mode.includes("x") ? `${path}\tx` : path);
  }
  return grouped(thinned([...found.values()].sort()));
}

/** At most so many of each plentiful kind, spread evenly over the list. */
function thinned(lines: readonly string[]): string[] {
  const total = PLENTIFUL.map((pattern) => lines.filter((line) => pattern.test(line)).length);
  const seen = PLENTIFUL.map(() => 0);
  return lines.filter((line) => {
    const kind = PLENTIFUL.findIndex((pattern) => pattern.test(line));
    if (kind < 0) return true;
    const enough = line.includes("/kernel/") ? ENOUGH_MODULES : ENOUGH;
    const all = total[kind] ?? 0;
    const before = seen[kind] ?? 0;
    seen[kind] = before + 1;
    return all <= enough || Math.floor((before * enough) / all) !== Math.floor(((before + 1) * enough) / all);
  });
}

/** The directory on a line of its own, then the names in it. */
function grouped(lines: readonly string[]): string[] {
  const out: string[] = [];
  let current = "";
  for (const line of lines) {
    const [path = ""] = line.split("\t");
    const cut = path.lastIndexOf("/") + 1;
    if (path.slice(0, cut) !== current) out.push(path.slice(0, cut));
    current = path.slice(0, cut);
    out.push(line.slice(cut));
  }
  return out;
}

function installedSize(deb: string): number {
  return Number(field(deb, "Installed-Size")) * 1024;
}

function homepage(deb: string): string {
  return field(deb, "Homepage");
}

function field(deb: string, name: string): string {
  const text = execFileSync(DPKG, ["-f", `${directory}/${have.get(deb) ?? ""}`, name], { encoding: "utf8" });
  return text.trim();
}
