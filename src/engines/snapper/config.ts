/**
 * Configurations: `/etc/snapper/configs/NAME`, and the list of their names in the distribution's own file of settings. Both are shell
 * assignments with comments between them, which stay where they are. Source: snapper-configs(5), openSUSE/snapper:snapper/AsciiFile.cc.
 */
import { isSysError } from "../../vfs/errno.ts";
import { createSubvolume, destroySubvolume, isSubvolume } from "../../vfs/btrfs/calls.ts";
import type { Sys } from "../../vfs/sys.ts";
import { exists, readText, readTextIfThere } from "../../machine/read-text.ts";
import { SnapperError, errnoText } from "./errors.ts";
import { below, overwrite } from "./files.ts";

const CONFIGS = "/etc/snapper/configs";
const TEMPLATES = ["/etc/snapper/config-templates", "/usr/share/snapper/config-templates"];
/** openSUSE's, Arch's, Debian's. */
const SETTINGS = ["/etc/sysconfig/snapper", "/etc/conf.d/snapper", "/etc/default/snapper"];
const NAMES = "SNAPPER_CONFIGS";

export interface Config {
  readonly name: string;
  /** Without a trailing slash, unless it is the root. */
  readonly subvolume: string;
  /** In the order of the file. */
  readonly values: ReadonlyMap<string, string>;
}

/** The assignments of such a file. */
export function parseSettings(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split("\n")) {
    const found = /^([0-9A-Z_]+)=(?:"(.*)"|'(.*)'|([^"'\s]*))\s*$/.exec(line);
    if (found) values.set(found[1] ?? "", (found[2] ?? found[3] ?? found[4] ?? "").replace(/\\(["\\$`])/g, "$1"));
  }
  return values;
}

/** `text` with these assignments, in their places; new ones come last. */
export function withSettings(text: string, changes: ReadonlyMap<string, string>): string {
  const left = new Map(changes);
  const lines = text.split("\n").map((line) => {
    const key = /^([0-9A-Z_]+)=/.exec(line)?.[1] ?? "";
    const value = left.get(key);
    if (value === undefined) return line;
    left.delete(key);
    return assignment(key, value);
  });
  const added = [...left].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => assignment(key, value));
  if (added.length === 0) return lines.join("\n");
  if (lines.at(-1) === "") lines.pop();
  return `${[...lines, ...added].join("\n")}\n`;
}

const assignment = (key: string, value: string): string => `${key}="${value.replace(/["\\$`]/g, "\\$&")}"`;

function settingsFile(sys: Sys): string {
  return SETTINGS.find((path) => exists(sys, path)) ?? SETTINGS[0] ?? "";
}

const pathOf = (name: string): string => `${CONFIGS}/${name}`;

/** Names in the order of the list; `onBroken` hears of those that cannot be read. */
export function listConfigs(sys: Sys, onBroken: (name: string) => void = () => {}): Config[] {
  const names = (parseSettings(readTextIfThere(sys, settingsFile(sys)) ?? "").get(NAMES) ?? "").split(/\s+/).filter((name) => name !== "");
  return names
    .flatMap((name) => {
      const config = configOf(name, readTextIfThere(sys, pathOf(name)));
      if (config === undefined) onBroken(name);
      return config ?? [];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function configOf(name: string, text: string | undefined): Config | undefined {
  const values = parseSettings(text ?? "");
  const subvolume = values.get("SUBVOLUME");
  return subvolume === undefined ? undefined : { name, subvolume, values };
}

/** Throws SnapperError when there is none. */
export function findConfig(sys: Sys, name: string): Config {
  const config = configOf(name, readTextIfThere(sys, pathOf(name)));
  if (config === undefined) throw new SnapperError(`Config '${name}' not found.`);
  return config;
}

export function setConfig(sys: Sys, config: Config, changes: ReadonlyMap<string, string>): void {
  for (const key of changes.keys())
    if (key === "SUBVOLUME" || key === "FSTYPE" || !/^[0-9A-Z_]+$/.test(key)) throw new SnapperError("Invalid configdata.");
  write(sys, pathOf(config.name), withSettings(readText(sys, pathOf(config.name)), changes));
}

function write(sys: Sys, path: string, text: string): void {
  try {
    overwrite(sys, path, text);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new SnapperError(`exception ignored\nIO error (fopen '${path}' for writing failed, ${errnoText(error)}).`);
  }
}

export interface NewConfig {
  readonly name: string;
  readonly subvolume: string;
  readonly template: string;
  /** Looked up unless given. */
  readonly fstype: string | undefined;
}

const failed = (why: string): SnapperError => new SnapperError(`Creating config failed (${why}).`);

/** The file systems that Debian's and openSUSE's builds still know. */
const FILE_SYSTEMS = ["btrfs"];

/** Of what is mounted at or above a directory. Throws SnapperError. */
function detectFstype(sys: Sys, subvolume: string): string {
  if (!exists(sys, "/etc/mtab")) throw new SnapperError("setmntent failed\nDetecting filesystem type failed.");
  const above = (target: string): boolean => target === "/" || subvolume === target || subvolume.startsWith(`${target}/`);
  let best = { target: "", fstype: "" };
  for (const { target, fstype } of sys.mounts()) if (target.length >= best.target.length && above(target)) best = { target, fstype };
  return best.fstype;
}

/** First the list, then the configuration, last the subvolume for its snapshots. */
export function createConfig(sys: Sys, { name, subvolume, template, fstype }: NewConfig): void {
  if (!subvolume.startsWith("/") || !exists(sys, subvolume) || sys.stat(subvolume).type !== "dir")
    throw new SnapperError("Invalid subvolume.");
  const type = fstype ?? detectFstype(sys, subvolume);
  if (/^$|[, \t]/.test(name)) throw failed("illegal config name");
  const configs = listConfigs(sys);
  if (configs.some((config) => config.subvolume === subvolume)) throw failed("subvolume already covered");
  const source = TEMPLATES.map((directory) => `${directory}/${template}`).find((path) => exists(sys, path));
  if (source === undefined) throw failed("cannot access template config");
  if (!FILE_SYSTEMS.includes(type))
    throw new SnapperError(`do not know about fstype '${type}'\nCreating config failed (invalid filesystem type).`);
  if (configs.some((config) => config.name === name)) throw failed("config already exists");
  if (!isSubvolume(sys, subvolume)) throw new SnapperError("IO error (subvolume is not a btrfs subvolume).");
  const text = readText(sys, source);
  changeNames(sys, (names) => [...names, name]);
  try {
    overwrite(
      sys,
      pathOf(name),
      withSettings(
        text,
        new Map([
          ["SUBVOLUME", subvolume],
          ["FSTYPE", "btrfs"],
        ]),
      ),
    );
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new SnapperError("exception ignored\nCreating config failed (modifying config failed).");
  }
  const snapshots = below(subvolume, ".snapshots");
  try {
    createSubvolume(sys, snapshots);
  } catch (error) {
    if (!isSysError(error)) throw error;
    sys.unlink(pathOf(name));
    changeNames(sys, (names) => names.filter((known) => known !== name));
    throw failed(
      error.errno === "EEXIST"
        ? "creating btrfs subvolume .snapshots failed since it already exists"
        : "creating btrfs subvolume .snapshots failed",
    );
  }
  sys.chmod(snapshots, 0o750);
}

/** What is left of a configuration when its snapshots are gone. */
export function removeConfig(sys: Sys, config: Config): void {
  try {
    destroySubvolume(sys, below(config.subvolume, ".snapshots"));
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new SnapperError("Deleting config failed (deleting btrfs snapshot failed).");
  }
  sys.unlink(pathOf(config.name));
  changeNames(sys, (names) => names.filter((name) => name !== config.name));
}

function changeNames(sys: Sys, change: (names: readonly string[]) => readonly string[]): void {
  const file = settingsFile(sys);
  const text = readTextIfThere(sys, file) ?? "";
  const names = (parseSettings(text).get(NAMES) ?? "").split(/\s+/).filter((name) => name !== "");
  write(sys, file, withSettings(text, new Map([[NAMES, change(names).join(" ")]])));
}

/** Whether somebody other than root may work with it: ALLOW_USERS and ALLOW_GROUPS. */
export function isAllowed(config: Config, user: string, groups: readonly string[]): boolean {
  const words = (key: string): readonly string[] => (config.values.get(key) ?? "").split(/\s+/);
  return words("ALLOW_USERS").includes(user) || words("ALLOW_GROUPS").some((group) => groups.includes(group));
}
