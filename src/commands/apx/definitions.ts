/**
 * Stacks (what a subsystem is made of) and package managers (what their verbs are called in it): YAML files, a user's own before those
 * of the system. Source: Vanilla-OS/apx:core/stack.go, core/pkgManager.go.
 */
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { exists, readTextIfThere } from "../../machine/read-text.ts";
import { makeDirectories } from "../../engines/abroot/files.ts";
import type { Sys } from "../../vfs/sys.ts";
import { Told } from "./cobra.ts";

export interface Stack {
  readonly Name: string;
  readonly Base: string;
  readonly Packages: readonly string[];
  readonly PkgManager: string;
  readonly BuiltIn: boolean;
}

/** The verbs of a package manager that apx has, as its files name them behind "cmd". */
export const ACTIONS = ["AutoRemove", "Clean", "Install", "List", "Purge", "Remove", "Search", "Show", "Update", "Upgrade"] as const;

export type Action = (typeof ACTIONS)[number];

export type PkgManager = {
  /** 1: the name is the program, and each verb an argument; 2: each verb is the whole command. */
  readonly Model: number;
  readonly Name: string;
  readonly NeedSudo: boolean;
} & { readonly [Key in `Cmd${Action}`]: string } & { readonly BuiltIn: boolean };

/** Where definitions are. */
export interface Places {
  readonly system: string;
  readonly user: string;
}

export function placesOf(proc: Process, system: string): Places {
  const data = proc.env.get("XDG_DATA_HOME") ?? `${proc.env.get("HOME") ?? "/"}/.local/share`;
  return { system, user: `${data}/apx` };
}

/** The directories of a user, which apx makes before anything else. */
export function makePlaces(sys: Sys, { user }: Places): void {
  for (const name of ["stacks", "storage", "package-managers"]) makeDirectories(sys, `${user}/${name}`);
}

export function loadStack(sys: Sys, places: Places, name: string): Stack {
  const stack = load(sys, places, "stacks", name, stackFrom);
  if (stack === undefined) throw new Told("stack not found");
  return stack;
}

export function loadPkgManager(sys: Sys, places: Places, name: string): PkgManager {
  const manager = load(sys, places, "package-managers", name, managerFrom);
  if (manager === undefined) throw new Told("package manager not found");
  return manager;
}

export function stackFrom(text: string): Stack {
  const fields = parseYaml(text);
  const stack = {
    Name: scalar(fields, "name"),
    Base: scalar(fields, "base"),
    Packages: [...(fields.get("packages") ?? [])],
    PkgManager: scalar(fields, "pkgmanager"),
    BuiltIn: scalar(fields, "builtin") === "true",
  };
  if (stack.Name === "" || stack.Base === "" || stack.PkgManager === "") throw new Told("invalid stack file");
  return stack;
}

/** Model 1 where none is named. */
export function managerFrom(text: string): PkgManager {
  const fields = parseYaml(text);
  const commands = Object.fromEntries(ACTIONS.map((action) => [`Cmd${action}`, scalar(fields, `cmd${action.toLowerCase()}`)]));
  return {
    Model: Number(scalar(fields, "model")) || 1,
    Name: scalar(fields, "name"),
    NeedSudo: scalar(fields, "needsudo") === "true",
    ...(commands as { [Key in `Cmd${Action}`]: string }),
    BuiltIn: scalar(fields, "builtin") === "true",
  };
}

export function listStacks(sys: Sys, places: Places): readonly Stack[] {
  return names(sys, places, "stacks").flatMap((name) => {
    try {
      return [loadStack(sys, places, name)];
    } catch (error) {
      if (error instanceof Told) return [];
      throw error;
    }
  });
}

export function listPkgManagers(sys: Sys, places: Places): readonly PkgManager[] {
  return names(sys, places, "package-managers").map((name) => loadPkgManager(sys, places, name));
}

export function saveStack(proc: Process, directory: string, stack: Stack): Run<void> {
  const packages = stack.Packages.length === 0 ? " []\n" : `\n${stack.Packages.map((name) => `- ${name}\n`).join("")}`;
  const text = `name: ${stack.Name}\nbase: ${stack.Base}\npackages:${packages}pkgmanager: ${stack.PkgManager}\nbuiltin: ${String(stack.BuiltIn)}\n`;
  return proc.writeFile(yamlFile(proc.sys, directory, stack.Name), text, 0o644);
}

export function savePkgManager(proc: Process, directory: string, manager: PkgManager): Run<void> {
  const commands = ACTIONS.map((action) => `cmd${action.toLowerCase()}: ${plain(manager[`Cmd${action}`])}\n`).join("");
  const text = `model: ${manager.Model}\nname: ${plain(manager.Name)}\nneedsudo: ${String(manager.NeedSudo)}\n${commands}builtin: ${String(manager.BuiltIn)}\n`;
  return proc.writeFile(yamlFile(proc.sys, directory, manager.Name), text, 0o644);
}

/** A string in YAML, in quotes where it would be something else without. */
function plain(text: string): string {
  if (text === "") return '""';
  return /^[\w./][^:#]*$/.test(text) ? text : `'${text.replaceAll("'", "''")}'`;
}

/** The command line of `action` in a subsystem. */
export function commandOf(manager: PkgManager, action: Action, args: readonly string[]): readonly string[] {
  const command = manager[`Cmd${action}`];
  return [
    ...(manager.NeedSudo ? ["sudo"] : []),
    ...(manager.Model < 2 ? [manager.Name, command] : command.split(/\s+/).filter((word) => word !== "")),
    ...args,
  ];
}

/** NAME.yaml, or NAME.yml where there is none. */
export function yamlFile(sys: Sys, directory: string, name: string): string {
  const path = `${directory}/${name}.yaml`;
  return exists(sys, path) ? path : `${directory}/${name}.yml`;
}

function load<T>(sys: Sys, { user, system }: Places, kind: string, name: string, from: (text: string) => T): T | undefined {
  for (const directory of [`${user}/${kind}`, `${system}/${kind}`]) {
    const text = readTextIfThere(sys, yamlFile(sys, directory, name));
    if (text !== undefined) return from(text);
  }
  return undefined;
}

/** A user's come first, then the system's; who has one of the same name sees it twice. */
function names(sys: Sys, { user, system }: Places, kind: string): readonly string[] {
  return [`${user}/${kind}`, `${system}/${kind}`].flatMap((directory) =>
    exists(sys, directory)
      ? sys
          .readdir(directory)
          .flatMap(({ name }) => (/\.ya?ml$/.test(name) ? [name.replace(/\.ya?ml$/, "")] : []))
          .sort()
      : [],
  );
}

/** @simplified As much of YAML as these files have: a key and a value on a line, or a list below the key. */
function parseYaml(text: string): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, string[]>();
  let last: string[] = [];
  for (const line of text.split("\n")) {
    const [, item] = /^\s*-\s+(.*)$/.exec(line) ?? [];
    const [, key = "", value = ""] = /^(\w+):\s*(.*)$/.exec(line) ?? [];
    if (item !== undefined) last.push(unquoted(item));
    else if (key !== "") {
      const list = /^\[(.*)\]$/.exec(value)?.[1];
      const values = list === undefined ? [value] : list.split(",");
      fields.set(key, (last = values.map((each) => unquoted(each.trim())).filter((each) => each !== "")));
    }
  }
  return fields;
}

function scalar(fields: ReadonlyMap<string, readonly string[]>, key: string): string {
  return fields.get(key)?.[0] ?? "";
}

function unquoted(text: string): string {
  return text.trim().replace(/^(["'])(.*)\1$/, "$2");
}
