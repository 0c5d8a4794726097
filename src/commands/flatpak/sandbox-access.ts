/** What of the file system an app sees, and how: the places of its permissions as paths. Source: flatpak/flatpak:common/flatpak-exports.c. */
import type { Context } from "../../engines/flatpak/context.ts";
import { exists, readTextIfThere } from "../../machine/read-text.ts";
import type { Process } from "../../machine/process.ts";

export interface Exposed {
  readonly path: string;
  readonly isReadOnly: boolean;
  /** Made when it is not there. */
  readonly isCreated: boolean;
}

/** Directories of the root that `host` never shows: the runtime's own, and the kernel's. */
const NOT_OF_HOST = [
  "app",
  "bin",
  "boot",
  "dev",
  "efi",
  "etc",
  "lib",
  "lib32",
  "lib64",
  "proc",
  "root",
  "run",
  "sbin",
  "sys",
  "tmp",
  "usr",
  "var",
];

/** Everything that permissions show, in the order of their names. */
export function exposedPlaces(proc: Process, context: Context): Exposed[] {
  const exposed: Exposed[] = [];
  for (const [place, mode] of context.filesystems) {
    if (mode === undefined) continue;
    for (const path of pathsOf(proc, place)) exposed.push({ path, isReadOnly: mode === ":ro", isCreated: mode === ":create" });
  }
  return exposed.sort((a, b) => (a.path < b.path ? -1 : 1));
}

export function homeOf(proc: Process): string {
  return proc.env.get("HOME") ?? "/";
}

function pathsOf(proc: Process, place: string): string[] {
  const home = homeOf(proc);
  if (place === "host") {
    const own = proc.sys.readdir("/").filter(({ name, type }) => !NOT_OF_HOST.includes(name) && type === "dir");
    return [...own.map(({ name }) => `/${name}`), home, "/run/media", "/var/home"];
  }
  if (place === "home") return [home];
  if (place === "host-os" || place === "host-etc") return [];
  if (place.startsWith("~/") || place === "~") return [home + place.slice(1)];
  if (place.startsWith("/")) return [place];
  const [, name = "", rest = ""] = /^xdg-([a-z-]+)(\/.*)?$/.exec(place) ?? [];
  const directory = xdgDirectory(proc, name);
  return directory === undefined ? [] : [directory + rest];
}

const USER_DIRECTORIES: Readonly<Record<string, string>> = {
  desktop: "Desktop",
  documents: "Documents",
  download: "Downloads",
  music: "Music",
  pictures: "Pictures",
  "public-share": "Public",
  templates: "Templates",
  videos: "Videos",
  cache: ".cache",
  config: ".config",
  data: ".local/share",
};

function xdgDirectory(proc: Process, name: string): string | undefined {
  if (name === "run") return proc.env.get("XDG_RUNTIME_DIR") ?? `/run/user/${proc.sys.credentials.uid}`;
  const home = homeOf(proc);
  const key = `XDG_${name.replace("public-share", "publicshare").toUpperCase()}_DIR`;
  const set = new RegExp(`^${key}="([^"]*)"`, "m").exec(readTextIfThere(proc.sys, `${home}/.config/user-dirs.dirs`) ?? "")?.[1];
  const otherwise = USER_DIRECTORIES[name];
  return set?.replace("$HOME", home) ?? (otherwise === undefined ? undefined : `${home}/${otherwise}`);
}

/** `flatpak info --file-access=PATH`: "hidden", "read-only" or "read-write". */
export function accessTo(proc: Process, context: Context, place: string): string {
  const path = place.startsWith("/") ? place : `${proc.sys.getcwd()}/${place}`;
  if (!exists(proc.sys, path.slice(0, Math.max(1, path.lastIndexOf("/"))))) return "hidden";
  const best = exposedPlaces(proc, context)
    .filter((shown) => path === shown.path || path.startsWith(`${shown.path.replace(/\/$/, "")}/`))
    .at(-1);
  return best === undefined ? "hidden" : best.isReadOnly ? "read-only" : "read-write";
}
