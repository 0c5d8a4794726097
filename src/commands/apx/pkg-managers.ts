/** `apx pkgmanagers`: what the verbs of a package manager are called. Source: Vanilla-OS/apx:cmd/pkgManagers.go (2.4.4). */
import { makeDirectories } from "../../engines/abroot/files.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import { say } from "../abroot/pterm.ts";
import type { ParsedOptions } from "../command.ts";
import { scanLine, Told } from "./cobra.ts";
import {
  ACTIONS,
  listPkgManagers,
  listStacks,
  loadPkgManager,
  managerFrom,
  savePkgManager,
  yamlFile,
  type Action,
  type PkgManager,
  type Places,
} from "./definitions.ts";
import { NO_NAME } from "./questions.ts";
import { drawTable } from "./table.ts";

/** Where a run of apx finds definitions. */
interface Here {
  readonly proc: Process;
  readonly places: Places;
}

const KIND = "package-managers";
/** The order in which a new one's commands are asked for. */
const ASKED: readonly Action[] = ["Install", "Update", "Remove", "Purge", "AutoRemove", "Clean", "List", "Search", "Show", "Upgrade"];
/** What a command does in most package managers when they have no word for it. */
const LIKE_REMOVE: ReadonlySet<Action> = new Set(["Purge", "AutoRemove"]);
/** os.Exit(126). */
const NOT_TO_BE_CHANGED = 126;

export function* pkgManagersList({ proc, places }: Here, options: ParsedOptions): Run<void> {
  const all = listPkgManagers(proc.sys, places);
  if (options.has("json")) yield* proc.print(`${JSON.stringify(all, undefined, 2)}\n`);
  else {
    yield* say(proc, "info", `Found ${all.length} package managers`);
    const rows = all.map(({ Name, BuiltIn }) => [Name, yesOrNo(BuiltIn)]);
    yield* proc.print(drawTable(rows, ["Name", "Built-in"]));
  }
}

export function* pkgManagersShow({ proc, places }: Here, { operands }: ParsedOptions): Run<void> {
  let shown: PkgManager;
  try {
    shown = loadPkgManager(proc.sys, places, operands[0] ?? "");
  } catch (error) {
    if (!(error instanceof Told)) throw error;
    return yield* say(proc, "error", error.message);
  }
  const commands = ACTIONS.map((action) => [action, shown[`Cmd${action}`]]);
  yield* proc.print(drawTable([["Name", shown.Name], ["NeedSudo", String(shown.NeedSudo)], ...commands]));
}

export function* pkgManagersNew({ proc, places }: Here, options: ParsedOptions): Run<void> {
  const asks = !options.has("no-prompt");
  let name = options.value("name") ?? "";
  if (name === "") {
    if (!asks) return yield* say(proc, "error", NO_NAME);
    yield* say(proc, "info", "Choose a name:");
    name = ((yield* scanLine(proc)) ?? "").replaceAll(" ", "");
    if (name === "") return yield* say(proc, "error", "The name cannot be empty.");
  }
  const needSudo = options.has("need-sudo") || (asks && (yield* agreed(proc, "Does the package manager need sudo to run? [y/N]")));
  const commands = new Map(ACTIONS.map((action) => [action, options.value(action.toLowerCase()) ?? ""]));
  for (const action of ASKED) {
    if (commands.get(action) !== "") continue;
    const word = wordOf(action);
    if (!asks) return yield* say(proc, "error", `No command specified for '${word}'.`, "");
    const preset = LIKE_REMOVE.has(action) ? (commands.get("Remove") ?? "") : "";
    yield* say(proc, "info", `Enter the command for '${word}'${preset === "" ? "" : ` (default: '${preset}')`}:`);
    const command = (yield* scanLine(proc)) ?? "";
    // As the real one, whose text has no place for what it is given.
    if (command === "" && preset === "") return yield* say(proc, "error", `The command cannot be empty.%!(EXTRA string=${word})`, "");
    commands.set(action, command === "" ? preset : command);
  }
  if (listPkgManagers(proc.sys, places).some((each) => each.Name === name)) {
    if (!asks) return yield* say(proc, "error", `A package manager with the name '%s' already exists. ${name}`); // nothing filled in
    yield* say(proc, "info", `A package manager with the name '${name}' already exists. Overwrite it?`);
    if (((yield* scanLine(proc)) ?? "").trim().toLowerCase() !== "y") return yield* say(proc, "info", "Aborting as requested.");
  }
  yield* save({ proc, places }, { ...fromCommands(commands), Model: 2, Name: name, NeedSudo: needSudo, BuiltIn: false });
  yield* say(proc, "success", `Package manager ${name} created successfully.`);
}

export function* pkgManagersUpdate({ proc, places }: Here, options: ParsedOptions): Run<number> {
  const name = yield* nameOf(proc, options);
  if (name === undefined) return 0;
  const old = loadPkgManager(proc.sys, places, name);
  if (old.BuiltIn) {
    yield* say(proc, "error", "Built-in package managers cannot be modified.");
    return NOT_TO_BE_CHANGED;
  }
  const commands = new Map<Action, string>();
  for (const action of ACTIONS) {
    let command = options.value(action.toLowerCase()) ?? "";
    if (command === "") {
      const word = wordOf(action);
      if (options.has("no-prompt")) {
        yield* say(proc, "error", `Missing command for %s. ${word}`); // nothing filled in
        return 0;
      }
      yield* say(proc, "info", `Enter new command for '${word}' (leave empty to keep '${old[`Cmd${action}`]}'):`);
      command = ((yield* scanLine(proc)) ?? "").trim() || old[`Cmd${action}`];
    }
    commands.set(action, command);
  }
  yield* save({ proc, places }, { ...old, ...fromCommands(commands), NeedSudo: options.has("need-sudo") });
  yield* say(proc, "info", `Updated package manager '${name}'.`);
  return 0;
}

export function* pkgManagersRm({ proc, places }: Here, options: ParsedOptions): Run<void> {
  const name = options.value("name") ?? "";
  if (name === "") return yield* say(proc, "error", NO_NAME);
  const manager = loadPkgManager(proc.sys, places, name);
  const users = listStacks(proc.sys, places).filter(({ PkgManager }) => PkgManager === manager.Name);
  if (users.length > 0) {
    yield* say(proc, "error", `The package manager is used in ${users.length} stacks:`, "");
    const rows = users.map((stack) => [stack.Name, stack.Base, stack.Packages.join(", "), stack.PkgManager, yesOrNo(stack.BuiltIn)]);
    return yield* proc.print(drawTable(rows, ["Name", "Base", "Packages", "PkgManager", "Built-in"]));
  }
  if (!options.has("force") && !(yield* agreed(proc, `Are you sure you want to remove '${name}'? [y/N]`)))
    return yield* say(proc, "info", `Aborting removal of package manager '${name}'.`);
  if (manager.BuiltIn) throw new Told("cannot remove built-in package manager");
  const path = yamlFile(proc.sys, `${places.user}/${KIND}`, manager.Name);
  if (readTextIfThere(proc.sys, path) === undefined) throw new Told(`remove ${path}: no such file or directory`);
  proc.sys.unlink(path);
  yield* say(proc, "info", `Removed package manager '${name}'.`);
}

export function* pkgManagersExport({ proc, places }: Here, options: ParsedOptions): Run<void> {
  const name = options.value("name") ?? "";
  if (name === "") return yield* say(proc, "error", NO_NAME);
  const manager = loadPkgManager(proc.sys, places, name);
  const output = options.value("output") ?? "";
  if (output === "") return yield* say(proc, "error", "No output specified.");
  makeDirectories(proc.sys, absolute(proc, output));
  yield* savePkgManager(proc, output, manager);
  yield* say(proc, "info", `Exported package manager '${manager.Name}' to '${output}'.`);
}

/** @simplified Without the stack trace that ends the real one when there is no such file. */
export function* pkgManagersImport({ proc, places }: Here, options: ParsedOptions): Run<void> {
  const input = options.value("input") ?? "";
  if (input === "") return yield* say(proc, "error", "No input specified.");
  const read = readTextIfThere(proc.sys, input);
  if (read === undefined) return yield* say(proc, "error", `Cannot load package manager from '${input}'.`, "");
  const manager = managerFrom(read);
  yield* save({ proc, places }, manager);
  yield* say(proc, "info", `Imported package manager from '${manager.Name}'.`);
}

/** By its option or as the only operand; undefined when it has been said that there is none. */
export function* nameOf(proc: Process, options: ParsedOptions): Run<string | undefined> {
  const [operand = "", ...more] = options.operands;
  const name = options.value("name") ?? (more.length > 0 ? "" : operand);
  if (name !== "") return name;
  yield* say(proc, "error", NO_NAME);
  return undefined;
}

/** A directory as it is named, from the root. */
export function absolute(proc: Process, path: string): string {
  return path.startsWith("/") ? path : `${proc.sys.realpath(".")}/${path}`;
}

/** Asks until the answer is one. @simplified Where nothing more can be read, the answer is no; the real one asks for ever. */
function* agreed(proc: Process, question: string): Run<boolean> {
  for (;;) {
    yield* say(proc, "info", question);
    const answer = ((yield* scanLine(proc)) ?? "").replaceAll(" ", "").toLowerCase();
    if (answer === "y") return true;
    if (answer === "n" || answer === "") return false;
    yield* say(proc, "warning", "Invalid choice.");
  }
}

function save({ proc, places }: Here, manager: PkgManager): Run<void> {
  return savePkgManager(proc, `${places.user}/${KIND}`, manager);
}

function fromCommands(commands: ReadonlyMap<Action, string>): Pick<PkgManager, `Cmd${Action}`> {
  return Object.fromEntries(ACTIONS.map((action) => [`Cmd${action}`, commands.get(action) ?? ""])) as Pick<PkgManager, `Cmd${Action}`>;
}

function wordOf(action: Action): string {
  return action.charAt(0).toLowerCase() + action.slice(1);
}

function yesOrNo(value: boolean): string {
  return value ? "yes" : "no";
}
