/**
 * apx(1): packages in subsystems instead of the system. Version 2.4.4, which the image of Vanilla OS 2 has
 * (Vanilla-OS/core-image:modules/00-vanilla-apx.yml). Source: Vanilla-OS/apx:cmd, locales/en.yml.
 */
import type { Registry } from "../../engines/containers/registry.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import { makeDirectories } from "../../engines/abroot/files.ts";
import { say } from "../abroot/pterm.ts";
import type { Command, Option, ParsedOptions } from "../command.ts";
import { runTree, scanLine, scanWord, Told, type Node } from "./cobra.ts";
import {
  ACTIONS,
  listPkgManagers,
  listStacks,
  loadStack,
  makePlaces,
  placesOf,
  saveStack,
  stackFrom,
  yamlFile,
  type Action,
  type Places,
} from "./definitions.ts";
import {
  absolute,
  nameOf,
  pkgManagersExport,
  pkgManagersImport,
  pkgManagersList,
  pkgManagersNew,
  pkgManagersRm,
  pkgManagersShow,
  pkgManagersUpdate,
} from "./pkg-managers.ts";
import { SubSystems, type SubSystem } from "./subsystem.ts";
import { drawTable } from "./table.ts";

const VERSION = "2.4.4";
const ABOUT = "Apx is a package manager with support for multiple sources, allowing you to install packages in subsystems.";
const SYSTEM = "/usr/share/apx";
const NAME = "No name specified.";
const NO_SUCH_MANAGER =
  "The specified package manager does not exist. Create it with 'apx pkgmanagers new' or contact the system administrator.";

/** What one run of apx works with. */
interface Apx {
  readonly proc: Process;
  readonly places: Places;
  readonly subSystems: SubSystems;
}

export function apxCommand(registry: Registry): Command {
  return {
    name: "apx",
    package: "apx",
    style: "raw",
    usage: ["apx [command]"],
    about: ABOUT,
    options: [
      { name: "help", short: "h", help: "Show help for apx." },
      { name: "version", short: "v", help: "Show version for apx." },
    ],
    subcommands: [
      ...tree(undefined).map(({ name, about, children = [] }) => ({
        name,
        help: about,
        options: [],
        subcommands: children.map((child) => ({ name: child.name, help: child.about, options: child.options ?? [] })),
      })),
    ],
    simplified: "no `completion`, `docs` and `man`; a table's long cells are not broken; pterm's spinner is a line.",
    *run(proc) {
      if (proc.sys.credentials.uid === 0) {
        yield* say(proc, "error", "Do not run Apx as root.");
        return 1;
      }
      const places = placesOf(proc, SYSTEM);
      makePlaces(proc.sys, places);
      const apx = { proc, places, subSystems: new SubSystems(proc, registry, places) };
      // As the real one, whose status tells nothing of an error.
      return yield* runTree(proc, { name: "apx", about: ABOUT, children: tree(apx) }, VERSION, 0);
    },
  };
}

const text = (name: string, short: string, help: string): Option => ({ name, short, argument: "string", help });
const FORCE = (what: string): Option => ({ name: "force", short: "f", help: `Force ${what}.` });
const JSON_FLAG: Option = { name: "json", short: "j", help: "Output in JSON format." };

const NO_PROMPT: Option = { name: "no-prompt", short: "y", help: "Assume defaults to all prompts." };
const MANAGER_OPTIONS: readonly Option[] = [
  NO_PROMPT,
  text("name", "n", "The name of the package manager."),
  { name: "need-sudo", short: "S", help: "Whether the package manager needs sudo to run." },
  text("autoremove", "a", "The command to run to autoremove packages."),
  text("clean", "c", "The command to run to clean the package manager's cache."),
  text("install", "i", "The command to run to install packages."),
  text("list", "l", "The command to run to list installed packages."),
  text("purge", "p", "The command to run to purge packages."),
  text("remove", "r", "The command to run to remove packages."),
  text("search", "s", "The command to run to search for packages."),
  text("show", "w", "The command to run to show information about packages."),
  text("update", "u", "The command to run to update the list of available packages."),
  text("upgrade", "U", "The command to run to upgrade packages."),
];

/** The commands; with an `apx` those of its subsystems, too. */
function tree(apx: Apx | undefined): readonly Node[] {
  const bound =
    (run: (apx: Apx, options: ParsedOptions) => Run<number | void>) =>
    (_: Process, options: ParsedOptions): Run<number> =>
      done(run(apx as Apx, options));
  return [
    {
      name: "stacks",
      about: "Work with the stacks that are available in apx.",
      children: [
        { name: "list", about: "List all available stacks.", options: [JSON_FLAG], run: bound(stacksList) },
        { name: "show", about: "Show information about the specified stack.", atLeast: 1, run: bound(stacksShow) },
        {
          name: "new",
          about: "Create a new stack.",
          options: [
            NO_PROMPT,
            text("name", "n", "The name of the stack."),
            text("base", "b", "The base distribution image to use. (For a list of compatible images view: https://distrobox.it/compatibility/#containers-distros)"), // prettier-ignore
            text("packages", "p", "The packages to install."),
            text("pkg-manager", "k", "The package manager to use."),
          ],
          run: bound(stacksNew),
        },
        {
          name: "update",
          about: "Update the specified stack.",
          options: [
            NO_PROMPT,
            text("name", "n", "The name of the stack."),
            text("base", "b", "The base subsystem to use."),
            text("packages", "p", "The packages to install."),
            text("pkg-manager", "k", "The package manager to use."),
          ],
          run: bound(stacksUpdate),
        },
        {
          name: "rm",
          about: "Remove the specified stack.",
          options: [text("name", "n", "The name of the stack to remove."), FORCE("removal of the stack")],
          run: bound(stacksRm),
        },
        {
          name: "export",
          about: "Export the specified stack.",
          options: [text("name", "n", "The name of the stack to export."), text("output", "o", "The path to export the stack to.")],
          run: bound(stacksExport),
        },
        {
          name: "import",
          about: "Import the specified stack.",
          options: [text("input", "i", "The path to import the stack from.")],
          run: bound(stacksImport),
        },
      ],
    },
    {
      name: "subsystems",
      about: "Work with the subsystems that are available in apx.",
      children: [
        { name: "list", about: "List all available subsystems.", options: [JSON_FLAG], run: bound(subSystemsList) },
        {
          name: "new",
          about: "Create a new subsystem.",
          options: [
            text("stack", "s", "The stack to use."),
            text("name", "n", "The name of the subsystem."),
            text("home", "H", "The custom home directory of the subsystem."),
            { name: "init", short: "i", help: "Use systemd inside the subsystem.", fidelity: "ignored" },
          ],
          run: bound(subSystemsNew),
        },
        {
          name: "rm",
          about: "Remove the specified subsystem.",
          options: [text("name", "n", "The name of the subsystem to remove."), FORCE("removal of the subsystem")],
          run: bound((each, options) => remove(each, options, "remove")),
        },
        {
          name: "reset",
          about: "Reset the specified subsystem.",
          options: [text("name", "n", "The name of the subsystem to reset."), FORCE("reset of the subsystem")],
          run: bound((each, options) => remove(each, options, "reset")),
        },
      ],
    },
    {
      name: "pkgmanagers",
      about: "Work with the package managers that are available in apx.",
      children: [
        { name: "list", about: "List all available package managers.", options: [JSON_FLAG], run: bound(pkgManagersList) },
        { name: "show", about: "Show information about the specified package manager.", atLeast: 1, run: bound(pkgManagersShow) },
        { name: "new", about: "Create a new package manager.", options: MANAGER_OPTIONS, run: bound(pkgManagersNew) },
        {
          name: "rm",
          about: "Remove the specified package manager.",
          options: [text("name", "n", "The name of the package manager to remove."), FORCE("removal of the package manager")],
          run: bound(pkgManagersRm),
        },
        {
          name: "export",
          about: "Export the specified package manager.",
          options: [
            text("name", "n", "The name of the package manager to export."),
            text("output", "o", "The path to export the stack to."),
          ],
          run: bound(pkgManagersExport),
        },
        {
          name: "import",
          about: "Import the specified package manager.",
          options: [text("input", "i", "The path to import the package manager from.")],
          run: bound(pkgManagersImport),
        },
        { name: "update", about: "Update the specified package manager.", options: MANAGER_OPTIONS, run: bound(pkgManagersUpdate) },
      ],
    },
    ...(apx === undefined ? [] : apx.subSystems.list().map((subSystem) => runtime(subSystem, bound))),
  ];
}

type Bound = (run: (apx: Apx, options: ParsedOptions) => Run<number | void>) => NonNullable<Node["run"]>;

const ACTION_HELP: Readonly<Record<Action, string>> = {
  AutoRemove: "Remove packages that are no longer required.",
  Clean: "Clean the package manager's cache.",
  Install: "Install the specified package.",
  List: "List all installed packages.",
  Purge: "Purge the specified packages.",
  Remove: "Remove the specified packages.",
  Search: "Search for packages matching the specified query.",
  Show: "Show information about the specified package.",
  Update: "Update the list of available packages.",
  Upgrade: "Upgrade all installed packages.",
};

/** What can be done in a subsystem: a command of its own name. */
function runtime(subSystem: SubSystem, bound: Bound): Node {
  const executing = "An error occurred while executing the command: ";
  const exportOptions = (verb: string): readonly Option[] => [
    text("app-name", "a", `The name of the application to ${verb}.`),
    text("bin", "b", `The name of the binary to ${verb}.`),
    text("bin-output", "o", "Path of the binary output (default: ~/.local/bin/)."),
  ];
  return {
    name: subSystem.name,
    about: "Work with the specified subsystem, accessing the package manager and environment.",
    children: [
      // @simplified No package here has a desktop entry, so nothing is exported and nothing is told.
      ...ACTIONS.map((action): Node => ({
        name: action.toLowerCase(),
        about: ACTION_HELP[action],
        ...(action === "Install" && { options: [{ name: "no-export", short: "n", help: "Do not export a desktop entry." }] }),
        run: bound(({ subSystems }, { operands }) => retold(executing, subSystems.pkg(subSystem, action, operands))),
      })),
      {
        name: "run",
        about: "Run command inside subsystem.",
        run: bound(({ subSystems }, { operands }) => retold(executing, subSystems.exec(subSystem, operands))),
      },
      {
        name: "enter",
        about: "Enter the subsystem's environment.",
        run: bound(({ subSystems }) => retold("An error occurred while entering the container: ", subSystems.enter(subSystem))),
      },
      {
        name: "export",
        about: "Export an application or binary from the subsystem to the host.",
        options: exportOptions("export"),
        run: bound((apx, options) => exported(apx, subSystem, options, "export")),
      },
      {
        name: "unexport",
        about: "Unexport an application or binary from the host.",
        options: exportOptions("unexport"),
        run: bound((apx, options) => exported(apx, subSystem, options, "unexport")),
      },
      {
        name: "start",
        about: "Start the subsystem.",
        run: bound(({ proc, subSystems }) =>
          around(
            proc,
            subSystem,
            "Starting",
            "Started",
            retold("An error occurred while starting the container: ", subSystems.start(subSystem)),
          ),
        ),
      },
      {
        name: "stop",
        about: "Stop the subsystem.",
        run: bound(({ proc, subSystems }) =>
          around(
            proc,
            subSystem,
            "Stopping",
            "Stopped",
            retold("An error occurred while stopping the container: ", subSystems.stop(subSystem)),
          ),
        ),
      },
    ],
  };
}

function* done(body: Run<number | void>): Run<number> {
  return (yield* body) ?? 0;
}

function* retold(before: string, body: Run<void>): Run<void> {
  try {
    yield* body;
  } catch (error) {
    throw error instanceof Told ? new Told(before + error.message) : error;
  }
}

/** As the real one, which hands a name to texts that have no place for it. */
function* around(proc: Process, { name }: SubSystem, before: string, after: string, body: Run<void>): Run<void> {
  yield* say(proc, "info", `${before} container…%!(EXTRA string=${name})`);
  yield* body;
  yield* say(proc, "info", `${after} container.%!(EXTRA string=${name})`);
}

function* exported({ proc, subSystems }: Apx, subSystem: SubSystem, options: ParsedOptions, verb: "export" | "unexport"): Run<void> {
  const app = options.value("app-name") ?? "";
  const bin = options.value("bin") ?? "";
  if (app === "" && bin === "") throw new Told("--app-name or --bin must be specified.");
  if (app !== "" && bin !== "") throw new Told("--app-name and --bin cannot be both specified.");
  if (app !== "")
    throw new Told(
      `An error occurred while ${verb}ing the application: Error: cannot find any desktop files.\nError: trying to export a non-installed application.\n`,
    );
  const directory = options.value("bin-output") ?? `${proc.env.get("HOME") ?? ""}/.local/bin`;
  const act = verb === "export" ? subSystems.exportBinary(subSystem, bin, directory) : subSystems.unexportBinary(subSystem, bin, directory);
  yield* retold(`An error occurred while ${verb}ing the binary: `, act);
  yield* say(proc, "info", `${verb === "export" ? "Exported" : "Unexported"} binary ${bin}`);
}

const SUBSYSTEM_HEADER = ["Name", "Stack", "Status", "Pkgs"];

function subSystemRows(all: readonly SubSystem[]): string {
  return drawTable(
    all.map(({ name, stack, status }) => [name, stack.Name, status, String(stack.Packages.length)]),
    SUBSYSTEM_HEADER,
  );
}

function* subSystemsList({ proc, subSystems }: Apx, options: ParsedOptions): Run<void> {
  const all = subSystems.list();
  if (options.has("json")) {
    const value = all.map(({ internalName: box, name, stack, status }) => ({
      InternalName: box,
      Name: name,
      Stack: stack,
      Home: "",
      Status: status,
      ExportedPrograms: exportedPrograms(proc, box),
      HasInit: false,
      IsManaged: false,
      IsRootfull: false,
      IsUnshared: false,
      HasNvidiaIntegration: false,
      Hostname: "",
    }));
    yield* proc.print(`${JSON.stringify(value, undefined, 2)}\n`);
  } else if (all.length === 0)
    yield* say(proc, "info", "No subsystems available. Create a new one with 'apx subsystems new' or contact the system administrator.");
  else {
    yield* say(proc, "info", `Found ${all.length} subsystems:`);
    yield* proc.print(subSystemRows(all));
  }
}

function exportedPrograms(proc: Process, box: string): Readonly<Record<string, unknown>> {
  const directory = `${proc.env.get("HOME") ?? ""}/.local/bin`;
  let names: readonly string[];
  try {
    names = proc.sys.readdir(directory).map(({ name }) => name);
  } catch {
    return {};
  }
  const mine = names.filter((name) => readTextIfThere(proc.sys, `${directory}/${name}`)?.startsWith(`#!/bin/sh\n# distrobox_binary\n# name: ${box}`)); // prettier-ignore
  return Object.fromEntries(mine.map((name) => [name, { Exec: name, Name: name }]));
}

/** One of a numbered list; undefined when what was typed is none of its numbers. */
function* chosen(proc: Process, names: readonly string[]): Run<string | undefined> {
  const number = yield* scanWord(proc);
  if (/^\d+$/.test(number) && names[Number(number) - 1] !== undefined) return names[Number(number) - 1];
  yield* say(proc, "error", "Invalid input.");
  return undefined;
}

function* subSystemsNew({ proc, places, subSystems }: Apx, options: ParsedOptions): Run<void> {
  const stacks = listStacks(proc.sys, places).map((stack) => stack.Name);
  if (stacks.length === 0)
    return yield* say(proc, "error", "A stack is needed to create a subsystem. Create a new one with 'apx stacks new' or contact the system administrator."); // prettier-ignore
  let name = options.value("name") ?? "";
  if (name === "") {
    yield* say(proc, "info", "Choose a name:");
    name = yield* scanWord(proc);
    if (name === "") return yield* say(proc, "error", "The name cannot be empty.");
  }
  let stackName = options.value("stack");
  if (stackName === undefined || stackName === "") {
    yield* say(proc, "info", "Available stacks:");
    yield* proc.print(stacks.map((stack, at) => `${at + 1}. ${stack}\n`).join(""));
    yield* say(proc, "info", `Select a stack [1-${stacks.length}]:`);
    stackName = yield* chosen(proc, stacks);
    if (stackName === undefined) return;
  }
  if (subSystems.has(name)) return yield* proc.print(` ERROR  A subsystem with the name '${name}' already exists.`);
  const stack = loadStack(proc.sys, places, stackName);
  yield* proc.print(`▀  Creating subsystem '${name}' with stack '${stackName}'…${proc.sys.isatty(1) ? " (0s)" : ""}\n`);
  const home = options.value("home");
  yield* subSystems.create(name, stack, { ...(home !== undefined && { home }), init: options.has("init") });
  yield* say(proc, "success", `Created subsystem '${name}'.`);
}

function* remove({ proc, subSystems }: Apx, options: ParsedOptions, verb: "remove" | "reset"): Run<void> {
  const name = options.value("name") ?? "";
  if (name === "") return yield* say(proc, "error", NAME);
  if (!options.has("force") && !(yield* confirmed(proc, `Are you sure you want to ${verb} '${name}'? [y/N]`)))
    return yield* say(proc, "info", "Aborting as requested.");
  const subSystem = subSystems.load(name);
  yield* subSystems.remove(subSystem);
  if (verb === "reset") yield* subSystems.create(name, subSystem.stack, {});
  yield* say(proc, "success", verb === "remove" ? `Removed subsystem '${name}'.` : `The subsystem '${name}' has been reset.`);
}

function* confirmed(proc: Process, question: string): Run<boolean> {
  yield* say(proc, "info", question);
  return (yield* scanWord(proc)).toLowerCase() === "y";
}

function* stacksList({ proc, places }: Apx, options: ParsedOptions): Run<void> {
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

function* stacksShow({ proc, places }: Apx, { operands }: ParsedOptions): Run<void> {
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

function* stacksNew({ proc, places }: Apx, options: ParsedOptions): Run<void> {
  const asks = !options.has("no-prompt");
  const name = yield* answer(proc, options.value("name"), asks, "Choose a name:");
  if (name === "") return yield* say(proc, "error", asks ? "The name cannot be empty." : NAME);
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

function* stacksUpdate({ proc, places }: Apx, options: ParsedOptions): Run<number> {
  const asks = !options.has("no-prompt");
  const name = yield* nameOf(proc, options);
  if (name === undefined) return 0;
  const old = loadStack(proc.sys, places, name);
  if (old.BuiltIn) {
    yield* say(proc, "error", "Built-in stacks cannot be modified.");
    return 126;
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

function* refused(proc: Process, text: string): Run<number> {
  yield* say(proc, "error", text);
  return 0;
}

function words(text: string | undefined): string[] {
  return (text ?? "").split(/\s+/).filter((each) => each !== "");
}

function* answer(proc: Process, given: string | undefined, asks: boolean, question: string): Run<string> {
  if ((given ?? "") !== "" || !asks) return given ?? "";
  yield* say(proc, "info", question);
  return yield* scanWord(proc);
}

function* stacksRm({ proc, places, subSystems }: Apx, options: ParsedOptions): Run<void> {
  const name = options.value("name") ?? "";
  if (name === "") return yield* say(proc, "error", NAME);
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

function* stacksExport({ proc, places }: Apx, options: ParsedOptions): Run<void> {
  const name = options.value("name") ?? "";
  if (name === "") return yield* say(proc, "error", NAME);
  const stack = loadStack(proc.sys, places, name);
  const output = options.value("output") ?? "";
  if (output === "") return yield* say(proc, "error", "No output specified.");
  makeDirectories(proc.sys, absolute(proc, output));
  yield* saveStack(proc, output, stack);
  yield* say(proc, "info", `Exported stack '${stack.Name}' to '${output}'.`);
}

function* stacksImport({ proc, places }: Apx, options: ParsedOptions): Run<void> {
  const input = options.value("input") ?? "";
  if (input === "") return yield* say(proc, "error", "No input specified.");
  const read = readTextIfThere(proc.sys, input);
  if (read === undefined) return yield* say(proc, "error", `Cannot load stack from '${input}'.`);
  const stack = stackFrom(read);
  yield* saveStack(proc, `${places.user}/stacks`, stack);
  yield* say(proc, "info", `Imported stack from '${stack.Name}'.`);
}
