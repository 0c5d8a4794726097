/** Enabling units: the links that `systemctl enable`, `disable`, `mask` and `set-default` make and take away. */
import type { Sys } from "../../vfs/sys.ts";
import { isSysError } from "../../vfs/errno.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import type { SystemManager } from "../../machine/systemd/manager.ts";
import type { Unit } from "../../machine/systemd/unit.ts";
import { splitInstance } from "../../machine/systemd/unit-name.ts";

const CONFIG = "/etc/systemd/system";

export type FileState = "enabled" | "disabled" | "static" | "masked" | "generated" | "alias" | "indirect" | "linked" | "not-found" | "";

/** UnitFileState: what `is-enabled` says. */
export function fileState(manager: SystemManager, unit: Unit, asked: string = unit.name): FileState {
  if (unit.load === "masked") return "masked";
  if (unit.load === "not-found") return "not-found";
  if (unit.file === "") return "";
  if (unit.file.startsWith("/run/systemd/generator")) return "generated";
  if (asked !== unit.name) return "alias";
  const wanted = installTargets(unit);
  if (wanted.length === 0) return unit.sections.words("Install", "Also").length > 0 ? "indirect" : "static";
  const { sys } = manager.init;
  return wanted.some((path) => linkOf(sys, path) !== undefined) ? "enabled" : "disabled";
}

/** Paths of the links that the [Install] section asks for. */
export function installTargets(unit: Unit): string[] {
  const { sections, name } = unit;
  const { template } = splitInstance(name);
  const isTemplate = template === name;
  const linkName = isTemplate ? name.replace("@.", `@${sections.last("Install", "DefaultInstance") ?? ""}.`) : name;
  return [
    ...sections.words("Install", "WantedBy").map((target) => `${CONFIG}/${target}.wants/${linkName}`),
    ...sections.words("Install", "RequiredBy").map((target) => `${CONFIG}/${target}.requires/${linkName}`),
    ...sections.words("Install", "UpheldBy").map((target) => `${CONFIG}/${target}.upholds/${linkName}`),
    ...sections.words("Install", "Alias").map((alias) => `${CONFIG}/${alias}`),
  ];
}

/** What systemctl prints about each link it made. */
export function enable(manager: SystemManager, unit: Unit): string[] {
  const told: string[] = [];
  const units = [unit, ...unit.sections.words("Install", "Also").map((name) => manager.load(name))];
  for (const each of units) {
    if (each.load !== "loaded") continue;
    for (const path of installTargets(each)) told.push(...makeLink(manager.init.sys, path, each.file));
  }
  return told;
}

export function disable(manager: SystemManager, unit: Unit): string[] {
  const { sys } = manager.init;
  const told: string[] = [];
  const names = new Set([unit.name, ...unit.sections.words("Install", "Also"), ...unit.sections.words("Install", "Alias")]);
  for (const directory of [CONFIG, ...wantDirectories(sys)]) {
    for (const { name, type } of list(sys, directory)) {
      if (type !== "symlink" || !names.has(name)) continue;
      if (directory === CONFIG && linkOf(sys, `${directory}/${name}`) === "/dev/null") continue;
      sys.unlink(`${directory}/${name}`);
      told.push(`Removed '${directory}/${name}'.`);
    }
  }
  return told;
}

export function mask(manager: SystemManager, name: string): string[] {
  return makeLink(manager.init.sys, `${CONFIG}/${name}`, "/dev/null");
}

export function unmask(manager: SystemManager, name: string): string[] {
  const path = `${CONFIG}/${name}`;
  if (linkOf(manager.init.sys, path) !== "/dev/null") return [];
  manager.init.sys.unlink(path);
  return [`Removed '${path}'.`];
}

/** The unit that `default.target` leads to. */
export function getDefault(manager: SystemManager): string {
  return manager.load("default.target").name;
}

export function setDefault(manager: SystemManager, unit: Unit): string[] {
  const { sys } = manager.init;
  const path = `${CONFIG}/default.target`;
  const told: string[] = [];
  if (linkOf(sys, path) !== undefined) {
    sys.unlink(path);
    told.push(`Removed '${path}'.`);
  }
  return [...told, ...makeLink(sys, path, unit.file)];
}

/** Whether a preset file asks for the unit to be enabled (systemd.preset(5)); the first line that matches counts. */
export function isPreset(manager: SystemManager, name: string): boolean {
  const { sys } = manager.init;
  const files = new Map<string, string>();
  for (const base of ["/etc/systemd/system-preset", "/run/systemd/system-preset", "/usr/lib/systemd/system-preset"]) {
    for (const { name: file } of list(sys, base)) if (file.endsWith(".preset") && !files.has(file)) files.set(file, `${base}/${file}`);
  }
  for (const file of [...files.keys()].sort()) {
    for (const line of (readTextIfThere(sys, files.get(file) ?? "") ?? "").split("\n")) {
      const [verb, pattern] = line.trim().split(/\s+/);
      if ((verb !== "enable" && verb !== "disable") || pattern === undefined) continue;
      const expression = new RegExp(
        `^${pattern
          .replaceAll(/[.+^${}()|\\]/g, "\\$&")
          .replaceAll("*", ".*")
          .replaceAll("?", ".")}$`,
      );
      if (expression.test(name)) return verb === "enable";
    }
  }
  return true;
}

function makeLink(sys: Sys, path: string, target: string): string[] {
  if (linkOf(sys, path) === target) return [];
  for (const directory of ["/etc/systemd", CONFIG, path.slice(0, path.lastIndexOf("/"))]) {
    try {
      sys.mkdir(directory, 0o755);
    } catch (error) {
      if (!isSysError(error, "EEXIST")) throw error;
    }
  }
  sys.symlink(target, path);
  return [`Created symlink '${path}' → '${target}'.`];
}

function linkOf(sys: Sys, path: string): string | undefined {
  try {
    return sys.readlink(path);
  } catch (error) {
    if (isSysError(error)) return undefined;
    throw error;
  }
}

function wantDirectories(sys: Sys): string[] {
  return list(sys, CONFIG)
    .filter(({ name, type }) => type === "dir" && /\.(?:wants|requires|upholds)$/.test(name))
    .map(({ name }) => `${CONFIG}/${name}`);
}

function list(sys: Sys, directory: string): { readonly name: string; readonly type: string }[] {
  try {
    return sys.readdir(directory);
  } catch (error) {
    if (isSysError(error)) return [];
    throw error;
  }
}
