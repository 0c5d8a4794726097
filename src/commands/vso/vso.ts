/**
 * vso(1): the operator of Vanilla OS, who keeps one box for everybody (its pico) and the system up to date. Version 2.0.5.
 * Source: Vanilla-OS/vanilla-system-operator:cmd, core, locales/en.yml.
 */
import type { Registry } from "../../engines/containers/registry.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { say } from "../abroot/pterm.ts";
import { runTree, scanWord, Told, type Node } from "../apx/cobra.ts";
import { loadStack, makePlaces, placesOf, type Action, type Places } from "../apx/definitions.ts";
import { runProgram, SubSystems, type SubSystem } from "../apx/subsystem.ts";
import type { Command, Option, ParsedOptions } from "../command.ts";
import { configGet, configSet, configShow } from "./config.ts";
import { sysCheck, sysUpgrade } from "./sys.ts";

const VERSION = "2.0.5";
const ABOUT = "The Vanilla System Operator is a package manager, a system updater and a task automator.";
const SYSTEM = "/usr/share/vso/apx";
const PICO = "vso-pico";

/** What one run of vso works with. */
export interface Vso {
  readonly proc: Process;
  readonly places: Places;
  readonly subSystems: SubSystems;
}

export function vsoCommand(registry: Registry): Command {
  return {
    name: "vso",
    package: "vso",
    style: "raw",
    usage: ["vso [command]"],
    about: ABOUT,
    options: [
      { name: "help", short: "h", help: "Show help for vso." },
      { name: "version", short: "v", help: "Show version for vso." },
    ],
    subcommands: tree(undefined).map(({ name, about, options = [], children = [] }) => ({
      name,
      help: about,
      options,
      subcommands: children.map((child) => ({ name: child.name, help: child.about, options: child.options ?? [] })),
    })),
    simplified: "no `tasks`, no Android (`android`, waydroid), no `completion`, `docs` and `man`; nothing tells a desktop of an update.",
    *run(proc) {
      const places = placesOf(proc, SYSTEM);
      makePlaces(proc.sys, places);
      const vso = { proc, places, subSystems: new SubSystems(proc, registry, places) };
      return yield* runTree(proc, { name: "vso", about: ABOUT, children: tree(vso) }, VERSION, 1);
    },
  };
}

const text = (name: string, short: string, help: string): Option => ({ name, short, argument: "string", help });

/** The commands; without a `vso` nobody runs them. */
function tree(vso: Vso | undefined): readonly Node[] {
  const bound =
    (run: (vso: Vso, options: ParsedOptions) => Run<number | void>) =>
    (_: Process, options: ParsedOptions): Run<number> =>
      done(run(vso as Vso, options));
  const inPico = (name: string, about: string, action: Action): Node => ({
    name,
    about,
    run: bound((each, { operands }) => packages(each, action, operands)),
  });
  const exportOptions = (verb: string): readonly Option[] => [
    text("app", "a", `the name of the application to ${verb}`),
    text("bin", "b", `the name of the binary to ${verb}`),
  ];
  return [
    {
      name: "config",
      about: "Manage the system configuration.",
      children: [
        { name: "show", about: "Show the system configuration", run: bound(configShow) },
        {
          name: "get",
          about: "Get the system configuration",
          options: [text("key", "k", "config.get.options.key")],
          run: bound(configGet),
        },
        {
          name: "set",
          about: "Set the system configuration",
          options: [text("key", "k", "key of the configuration to set"), text("value", "v", "value of the configuration to set")],
          run: bound(configSet),
        },
      ],
    },
    {
      name: "sys",
      alias: "sys-upgrade",
      about: "Execute system commands, such as upgrading the system",
      children: [
        {
          name: "check",
          about: "Check for system updates",
          options: [
            {
              name: "as-exit-code",
              short: "x",
              help: "checks for upgrade but doesn't print anything. Return exit code 0 if no upgrade is available and 1 otherwise.",
            },
            { name: "json", short: "j", help: "output the result in JSON format", fidelity: "unbuilt" },
          ],
          run: bound(sysCheck),
        },
        {
          name: "upgrade",
          about: "Execute system commands, such as upgrading the system",
          options: [{ name: "now", short: "n", help: "Trigger a system upgrade now" }],
          run: bound((each, options) => sysUpgrade(each, options, () => upgradePico(each))),
        },
      ],
    },
    inPico("install", "Install an application inside the subsystem", "Install"),
    inPico("remove", "Remove an application from the subsystem", "Remove"),
    inPico("update", "Update the subsystem's package repository", "Update"),
    inPico("upgrade", "Upgrade the packages inside the subsystem", "Upgrade"),
    inPico("search", "Search for an application to install inside the subsystem", "Search"),
    { name: "sideload", about: "Sideload DEB/APK packages inside the subsystem", run: bound(sideload) },
    { name: "shell", about: "Enter the subsystem environment", run: bound((each, { operands }) => inside(each, operands)) },
    {
      name: "run",
      about: "Run an application from the subsystem",
      options: [
        { name: "no-reset", short: "n", help: "do not propose to reset the subsystem if something goes wrong", fidelity: "ignored" },
      ],
      keepsFlags: true,
      run: bound((each, { operands }) => inside(each, operands)),
    },
    {
      name: "export",
      about: "Export an application or binary from the subsystem",
      options: exportOptions("export"),
      run: bound((each, options) => exported(each, options, "export")),
    },
    {
      name: "unexport",
      about: "Unexport an application or binary from the subsystem",
      options: exportOptions("unexport"),
      run: bound((each, options) => exported(each, options, "unexport")),
    },
    {
      name: "pico-init",
      about: "Initialize the VSO subsystem, used for package management",
      options: [{ name: "force", short: "f", help: "force the initialization if the subsystem is already initialized" }],
      run: bound((each, options) => initialize(each, options.has("force"))),
    },
  ];
}

function* done(body: Run<number | void>): Run<number> {
  return (yield* body) ?? 0;
}

/** The box, if it has been made. */
function picoOf({ subSystems }: Vso): SubSystem | undefined {
  try {
    return subSystems.load(PICO);
  } catch (error) {
    if (error instanceof Told) return undefined;
    throw error;
  }
}

function* packages(vso: Vso, action: Action, args: readonly string[]): Run<void> {
  const pico = picoOf(vso);
  if (pico === undefined)
    return yield* say(vso.proc, "error", "The VSO subsystem is not initialized. Please run `vso pico-init` to initialize it.");
  // @simplified No package here has a desktop entry: the real one tells how many it has exported when all of them have one.
  yield* vso.subSystems.pkg(pico, action, args);
}

/** apt's lists may be old, and what a file of a package needs may be missing. */
function* sideload(vso: Vso, { operands }: ParsedOptions): Run<void> {
  if (picoOf(vso) !== undefined) yield* packages(vso, "Update", []);
  yield* packages(vso, "Install", ["--fix-broken", ...operands]);
}

function* upgradePico(vso: Vso): Run<void> {
  const pico = picoOf(vso);
  if (pico === undefined) return;
  try {
    for (const action of ["Update", "Upgrade"] as const) yield* vso.subSystems.pkg(pico, action, []);
  } catch (error) {
    if (!(error instanceof Told)) throw error;
  }
}

function* initialize(vso: Vso, force: boolean): Run<void> {
  const { proc, subSystems, places } = vso;
  const old = picoOf(vso);
  if (old !== undefined) {
    if (!force)
      return yield* say(proc, "warning", "The VSO subsystem is already initialized. Use the --force flag to force the initialization.");
    yield* say(proc, "info", "Deleting the VSO subsystem...");
    yield* subSystems.remove(old);
  }
  yield* say(proc, "info", "Initializing the VSO subsystem...");
  try {
    yield* subSystems.create(PICO, loadStack(proc.sys, places, PICO), { init: true, managed: true });
  } catch (error) {
    if (!(error instanceof Told)) throw error;
    yield* hostShell(proc);
  }
}

/** A command in the box, or its shell; who has no box yet is asked. */
function* inside(vso: Vso, argv: readonly string[]): Run<void> {
  if (picoOf(vso) === undefined) {
    yield* say(
      vso.proc,
      "info",
      "Looks like your shell is not initialized yet. Do you want to initialize it now? (Highly recommended) [y/N]",
    );
    if ((yield* scanWord(vso.proc)).toLowerCase() !== "y") return yield* hostShell(vso.proc);
    yield* initialize(vso, false);
  }
  const pico = vso.subSystems.load(PICO);
  if (argv.length === 0) yield* vso.subSystems.enter(pico);
  else yield* vso.subSystems.exec(pico, argv);
}

function* hostShell(proc: Process): Run<void> {
  yield* say(proc, "warning", "Fallback to the host shell? This could lead to unexpected behavior. [y/N]");
  if ((yield* scanWord(proc)).toLowerCase() === "y") yield* runProgram(proc, "/bin/bash", ["/bin/bash"]);
}

function* exported(vso: Vso, options: ParsedOptions, verb: "export" | "unexport"): Run<void> {
  const { proc, subSystems } = vso;
  const [app = "", bin = ""] = [options.value("app"), options.value("bin")];
  if (app === "" && bin === "") return yield* say(proc, "error", "--app or --bin must be specified.");
  const kind = app === "" ? "binary" : "application";
  const directory = `${proc.env.get("HOME") ?? ""}/.local/bin`;
  try {
    const pico = subSystems.load(PICO);
    if (app !== "") throw new Told("Error: cannot find any desktop files.\nError: trying to export a non-installed application.\n");
    yield* verb === "export" ? subSystems.exportBinary(pico, bin, directory) : subSystems.unexportBinary(pico, bin, directory);
  } catch (error) {
    if (!(error instanceof Told)) throw error;
    throw new Told(`An error occurred while ${verb}ing the ${kind}: ${error.message}`);
  }
  yield* say(proc, "success", `${verb === "export" ? "Exported" : "Unexported"} ${bin}`);
}
