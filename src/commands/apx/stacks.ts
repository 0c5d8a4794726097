/** `apx stacks`: what a subsystem is made of. Source: Vanilla-OS/apx:cmd/stacks.go (2.4.4). */
import { makeDirectories } from "../../engines/abroot/files.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import { say } from "../abroot/pterm.ts";
import type { ParsedOptions } from "../command.ts";
import { scanLine, Told } from "./cobra.ts";
import { listPkgManagers, listStacks, loadStack, saveStack, stackFrom, yamlFile } from "./definitions.ts";
import { absolute, nameOf } from "./pkg-managers.ts";
import { answer, chosen, confirmed, NO_NAME } from "./questions.ts";
import { subSystemRows, type Apx } from "./subsystem-verbs.ts";
import { drawTable } from "./table.ts";

const NO_SUCH_MANAGER =
  "The specified package manager does not exist. Create it with 'apx pkgmanagers new' or contact the system administrator.";
/** os.Exit(126). */
const NOT_TO_BE_CHANGED = 126;

export function* stacksList({ proc, places }: Apx, options: ParsedOptions): Run<void> {
  const all = listStacks(proc.sys, places);
  if (options.has("json")) yield* proc.print(`${JSON.stringify(all, undefined, 2)}\n`);
  else if (all.length === 0)
    yield* proc.print("No stacks available. Create a new one with 'apx stacks new' or contact the system administrator.\n");
  else {
    yield* say(proc, "info", `Found ${all.length} stacks:`);
    const rows = all.map((stack) => [
      stack.Name,
      stack.Base,
      stack.BuiltIn ? "yes" : "no",
      String(stack.Packages.length),
      stack.PkgManager,
    ]);
    yield* proc.print(drawTable(rows, ["Name", "Base", "Built-in", "Pkgs", "Pkg manager"]));
  }
}

export function* stacksShow({ proc, places }: Apx, { operands }: ParsedOptions): Run<void> {
  const stack = loadStack(proc.sys, places, operands[0] ?? "");
  yield* proc.print(
    drawTable([
      ["Name", stack.Name],
      ["Base", stack.Base],
      ["Packages", stack.Packages.join(", ")],
      ["Package manager", stack.PkgManager],
    ]),
  );
}

export function* stacksNew({ proc, places }: Apx, options: ParsedOptions): Run<void> {
  const asks = !options.has("no-prompt");
  const name = yield* answer(proc, options.value("name"), asks, "Choose a name:");
  if (name === "") return yield* say(proc, "error", asks ? "The name cannot be empty." : NO_NAME);
  if (listStacks(proc.sys, places).some((stack) => stack.Name === name))
    return yield* say(proc, "error", "A stack with the name '%s' already exists."); // as the real one, which fills nothing in
  const base = yield* answer(proc, options.value("base"), asks, "Choose a base (e.g. 'vanillaos/pico'):");
  if (base === "") return yield* say(proc, "error", asks ? "The base cannot be empty." : "No base specified.");
  const managers = listPkgManagers(proc.sys, places).map((manager) => manager.Name);
  let manager = options.value("pkg-manager");
  if (manager === undefined) {
    if (managers.length === 0)
      return yield* say(proc, "error", "Could not find any package managers. Create one with 'apx pkgmanagers new' or contact the system administrator."); // prettier-ignore
    yield* say(proc, "info", "Choose a package manager:");
    yield* proc.print(managers.map((each, at) => `${at + 1}. ${each}\n`).join(""));
    yield* say(proc, "info", `Select a package manager [1-${managers.length}]:`);
    manager = yield* chosen(proc, managers);
    if (manager === undefined) return;
  }
  if (!managers.includes(manager)) return yield* say(proc, "error", NO_SUCH_MANAGER);
  let packages = words(options.value("packages"));
  if (packages.length === 0 && asks) {
    if (yield* confirmed(proc, "You have not provided any packages to install in the stack. Do you want to add some now?[y/N]")) {
      yield* say(proc, "info", "Please type the packages you want to install in the stack, separated by a space:");
      packages = words(yield* scanLine(proc));
    }
  }
  yield* saveStack(proc, `${places.user}/stacks`, { Name: name, Base: base, Packages: packages, PkgManager: manager, BuiltIn: false });
  yield* say(proc, "success", `Created stack '${name}'.`);
}

export function* stacksUpdate({ proc, places }: Apx, options: ParsedOptions): Run<number> {
  const asks = !options.has("no-prompt");
  const name = yield* nameOf(proc, options);
  if (name === undefined) return 0;
  const old = loadStack(proc.sys, places, name);
  if (old.BuiltIn) {
    yield* say(proc, "error", "Built-in stacks cannot be modified.");
    return NOT_TO_BE_CHANGED;
  }
  const base = (yield* answer(proc, options.value("base"), asks, `Type a new base or confirm the current one (${old.Base}):`)) || (asks ? old.Base : ""); // prettier-ignore
  if (base === "") return yield* refused(proc, "No base specified.");
  const question = `Choose a new package manager or confirm the current one (${old.PkgManager}):`;
  const manager = (yield* answer(proc, options.value("pkg-manager"), asks, question)) || (asks ? old.PkgManager : "");
  if (manager === "") return yield* refused(proc, "No package manager specified.");
  if (!listPkgManagers(proc.sys, places).some((each) => each.Name === manager)) return yield* refused(proc, NO_SUCH_MANAGER);
  let packages = words(options.value("packages"));
  if (packages.length === 0) {
    packages = [...old.Packages];
    const change =
      packages.length > 0
        ? `Do you want to update the list of packages?[y/N]\n\t - ${packages.join("\n\t - ")}`
        : "You have not provided any packages to install in the stack. Do you want to add some now?[y/N]";
    if (asks && (yield* confirmed(proc, change))) {
      yield* say(proc, "info", "Type the packages you want to install in the stack, separated by a space:");
      packages = words(yield* scanLine(proc));
    }
  }
  yield* saveStack(proc, `${places.user}/stacks`, { ...old, Base: base, Packages: packages, PkgManager: manager });
  yield* say(proc, "info", `Updated stack '${name}'.`);
  return 0;
}

export function* stacksRm({ proc, places, subSystems }: Apx, options: ParsedOptions): Run<void> {
  const name = options.value("name") ?? "";
  if (name === "") return yield* say(proc, "error", NO_NAME);
  const users = subSystems.ofStack(name);
  if (users.length > 0) {
    // The text is missing among those of its language, so its name is shown.
    yield* say(proc, "error", `stacks.rm.error.inUse%!(EXTRA int=${users.length})`);
    yield* proc.print(subSystemRows(users));
    return;
  }
  if (!options.has("force") && !(yield* confirmed(proc, `Are you sure you want to remove '${name}'? [y/N]`)))
    return yield* say(proc, "info", `Aborting removal of package manager '${name}'.`);
  if (loadStack(proc.sys, places, name).BuiltIn) throw new Told("cannot remove built-in stack");
  const path = yamlFile(proc.sys, `${places.user}/stacks`, name);
  if (readTextIfThere(proc.sys, path) === undefined) throw new Told(`remove ${path}: no such file or directory`);
  proc.sys.unlink(path);
  yield* say(proc, "success", `Removed stack '${name}'.`);
}

export function* stacksExport({ proc, places }: Apx, options: ParsedOptions): Run<void> {
  const name = options.value("name") ?? "";
  if (name === "") return yield* say(proc, "error", NO_NAME);
  const stack = loadStack(proc.sys, places, name);
  const output = options.value("output") ?? "";
  if (output === "") return yield* say(proc, "error", "No output specified.");
  makeDirectories(proc.sys, absolute(proc, output));
  yield* saveStack(proc, output, stack);
  yield* say(proc, "info", `Exported stack '${stack.Name}' to '${output}'.`);
}

export function* stacksImport({ proc, places }: Apx, options: ParsedOptions): Run<void> {
  const input = options.value("input") ?? "";
  if (input === "") return yield* say(proc, "error", "No input specified.");
  const read = readTextIfThere(proc.sys, input);
  if (read === undefined) return yield* say(proc, "error", `Cannot load stack from '${input}'.`);
  const stack = stackFrom(read);
  yield* saveStack(proc, `${places.user}/stacks`, stack);
  yield* say(proc, "info", `Imported stack from '${stack.Name}'.`);
}

function* refused(proc: Process, text: string): Run<number> {
  yield* say(proc, "error", text);
  return 0;
}

function words(text: string | undefined): string[] {
  return (text ?? "").split(/\s+/).filter((each) => each !== "");
}
