/**
 * apx(1): packages in subsystems instead of the system. Version 2.4.4, which the image of Vanilla OS 2 has
 * (Vanilla-OS/core-image:modules/00-vanilla-apx.yml). Source: Vanilla-OS/apx:cmd, locales/en.yml.
 */
import type { Registry } from "../../engines/containers/registry.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { say } from "../abroot/pterm.ts";
import type { Command, Option, ParsedOptions } from "../command.ts";
import { runTree, Told, type Node } from "./cobra.ts";
import { ACTIONS, makePlaces, placesOf, type Action } from "./definitions.ts";
import {
  pkgManagersExport,
  pkgManagersImport,
  pkgManagersList,
  pkgManagersNew,
  pkgManagersRm,
  pkgManagersShow,
  pkgManagersUpdate,
} from "./pkg-managers.ts";
import { stacksExport, stacksImport, stacksList, stacksNew, stacksRm, stacksShow, stacksUpdate } from "./stacks.ts";
import { remove, subSystemsList, subSystemsNew, type Apx } from "./subsystem-verbs.ts";
import { SubSystems, type SubSystem } from "./subsystem.ts";

const VERSION = "2.4.4";
const ABOUT = "Apx is a package manager with support for multiple sources, allowing you to install packages in subsystems.";
const SYSTEM = "/usr/share/apx";

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
