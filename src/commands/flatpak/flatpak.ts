/** flatpak(1). */
import type { ServerAt } from "../../engines/flatpak/server.ts";
import { failureText, OstreeError } from "../../engines/ostree/errors.ts";
import { lstat } from "../../engines/ostree/files.ts";
import { refText } from "../../engines/flatpak/ref.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { Process } from "../../machine/process.ts";
import type { Command, Option } from "../command.ts";
import { history } from "./history.ts";
import { install, update } from "./install.ts";
import { info, installedRef, list } from "./list.ts";
import { remoteInfo, remoteLs, search } from "./offers.ts";
import { VERBS } from "./option-tables.ts";
import { remoteAdd, remoteDelete, remoteModify, remotesVerb } from "./remotes.ts";
import { enter, kill, ps, run } from "./run.ts";
import { config, makeCurrentVerb, mask, override, pin, repair } from "./settings.ts";
import { requireSessionBus, uninstall } from "./uninstall.ts";
import { fail, installationsOf, Misuse, optionsOf, runVerb, type Verb, type VerbName } from "./verb.ts";

const VERSION = "1.16.1";

/** They take the id of an app and nothing else. */
const OF_ONE_APP: readonly VerbName[] = ["permission-show", "permission-reset"];

/** What verbs that are not built say where words are missing. */
const MISSING_WORDS: Readonly<Record<string, string>> = {
  "document-unexport": "FILE must be specified",
  "document-info": "FILE must be specified",
  build: "DIRECTORY must be specified",
  "build-init": "RUNTIME must be specified",
  "build-export": "LOCATION and DIRECTORY must be specified",
  "build-update-repo": "LOCATION must be specified",
};

/** Portals keep these; without a session bus the real answer, with one an honest one. */
function ofPortals(name: VerbName): Verb {
  return {
    name,
    *run({ proc, options }) {
      const count = options.operands.length;
      if (name === "document-export" && count === 0) throw new Misuse("FILE must be specified");
      const most = name === "permission-reset" && options.has("all") ? 0 : 1;
      if (OF_ONE_APP.includes(name) && count !== most) throw new Misuse("Wrong number of arguments");
      requireSessionBus(proc);
      throw new OstreeError(`'flatpak ${name}' is not built in Immutable Lab`);
    },
  };
}

const createUsb: Verb = {
  name: "create-usb",
  *run(call) {
    const { operands } = call.options;
    const [mount = "", ...names] = operands;
    if (operands.length < 2) throw new Misuse("MOUNT-PATH and REF must be specified");
    const found = lstat(call.proc.sys, mount);
    if (found?.type !== "dir") throw new OstreeError(`opendir(${mount}): ${found ? "Not a directory" : "No such file or directory"}`);
    for (const name of names) {
      const { installation, origin, ref } = installedRef(installationsOf(call, "both"), name, undefined, call.options.value("arch"));
      if (installation.repository?.remoteOption(origin, "collection-id") === undefined)
        throw new OstreeError(
          `Remote ‘${origin}’ does not have a collection ID set, which is required for P2P distribution of ‘${refText(ref)}’.`,
        );
    }
    yield* call.proc.tick();
    throw new OstreeError("'flatpak create-usb' is not built in Immutable Lab");
  },
};

const ALL: readonly Verb[] = [
  install, update, uninstall, mask, pin, list, info, history, config, repair, createUsb, search, run, override, makeCurrentVerb, enter, ps, kill,
  ...(["documents", "document-export", "permissions", "permission-remove", "permission-set", "permission-show", "permission-reset"] as const).map(ofPortals),
  remotesVerb, remoteAdd, remoteModify, remoteDelete, remoteLs, remoteInfo,
]; // prettier-ignore

const SECTIONS: readonly (readonly [title: string, verbs: readonly (readonly [name: string, about: string])[]])[] = [
  [
    "Manage installed applications and runtimes",
    [
      ["install", "Install an application or runtime"],
      ["update", "Update an installed application or runtime"],
      ["uninstall", "Uninstall an installed application or runtime"],
      ["mask", "Mask out updates and automatic installation"],
      ["pin", "Pin a runtime to prevent automatic removal"],
      ["list", "List installed apps and/or runtimes"],
      ["info", "Show info for installed app or runtime"],
      ["history", "Show history"],
      ["config", "Configure flatpak"],
      ["repair", "Repair flatpak installation"],
      ["create-usb", "Put applications or runtimes onto removable media"],
    ],
  ],
  ["Find applications and runtimes", [["search", "Search for remote apps/runtimes"]]],
  [
    "Manage running applications",
    [
      ["run", "Run an application"],
      ["override", "Override permissions for an application"],
      ["make-current", "Specify default version to run"],
      ["enter", "Enter the namespace of a running application"],
      ["ps", "Enumerate running applications"],
      ["kill", "Stop a running application"],
    ],
  ],
  [
    "Manage file access",
    [
      ["documents", "List exported files"],
      ["document-export", "Grant an application access to a specific file"],
      ["document-unexport", "Revoke access to a specific file"],
      ["document-info", "Show information about a specific file"],
    ],
  ],
  [
    "Manage dynamic permissions",
    [
      ["permissions", "List permissions"],
      ["permission-remove", "Remove item from permission store"],
      ["permission-set", "Set permissions"],
      ["permission-show", "Show app permissions"],
      ["permission-reset", "Reset app permissions"],
    ],
  ],
  [
    "Manage remote repositories",
    [
      ["remotes", "List all configured remotes"],
      ["remote-add", "Add a new remote repository (by URL)"],
      ["remote-modify", "Modify properties of a configured remote"],
      ["remote-delete", "Delete a configured remote"],
      ["remote-ls", "List contents of a configured remote"],
      ["remote-info", "Show information about a remote app or runtime"],
    ],
  ],
  [
    "Build applications",
    [
      ["build-init", "Initialize a directory for building"],
      ["build", "Run a build command inside the build dir"],
      ["build-finish", "Finish a build dir for export"],
      ["build-export", "Export a build dir to a repository"],
      ["build-bundle", "Create a bundle file from a ref in a local repository"],
      ["build-import-bundle", "Import a bundle file"],
      ["build-sign", "Sign an application or runtime"],
      ["build-update-repo", "Update the summary file in a repository"],
      ["build-commit-from", "Create new commit based on existing ref"],
      ["repo", "Show information about a repo"],
    ],
  ],
];

const OPTIONS: readonly Option[] = [
  { name: "version", help: "Print version information and exit" },
  { name: "default-arch", help: "Print default arch and exit" },
  { name: "supported-arches", help: "Print supported arches and exit" },
  { name: "gl-drivers", help: "Print active gl drivers and exit" },
  { name: "installations", help: "Print paths for system installations and exit" },
  { name: "print-updated-env", help: "Print the updated environment needed to run flatpaks", fidelity: "unbuilt" },
  { name: "print-system-only", help: "Only include the system installation with --print-updated-env", fidelity: "unbuilt" },
  { name: "verbose", short: "v", help: "Show debug information, -vv for more detail", fidelity: "ignored" },
  { name: "ostree-verbose", help: "Show OSTree debug information", fidelity: "ignored" },
];

/** Other names of verbs (`flatpak remove`). */
const ALIASES: Readonly<Record<string, VerbName>> = {
  remove: "uninstall",
  upgrade: "update",
  "remote-list": "remotes",
  "list-remotes": "remotes",
  "add-remote": "remote-add",
  "delete-remote": "remote-delete",
  "ls-remote": "remote-ls",
  "make-app-current": "make-current",
};

/** `serverAt`: who answers at the addresses of remotes. `version`: where it is not that of the image. */
export function flatpakCommand(serverAt: ServerAt, version = VERSION): Command {
  return {
    name: "flatpak",
    package: "flatpak",
    style: "raw",
    usage: ["flatpak [OPTION…] COMMAND"],
    about: "Install and run applications in sandboxes, beside the system",
    options: OPTIONS,
    subcommands: ALL.map((verb) => ({ name: verb.name, help: VERBS[verb.name].about, options: optionsOf(verb) })),
    operandsFor: completions,
    simplified:
      "No display, sound or D-Bus: graphical apps say that they cannot open one. Portals, bundles, building and signatures are not there.",
    run: (proc) => runFlatpak(proc, proc.argv.slice(1), (url) => (proc.kernel.world.isOffline ? undefined : serverAt(url)), version),
  };
}

/** Ids of what is installed, where a verb takes one. */
const completions: NonNullable<Command["operandsFor"]> = (sys, words) => {
  const verb = words.find((word) => !word.startsWith("-"));
  if (verb === undefined || !["run", "info", "uninstall", "update", "override", "kill", "make-current"].includes(verb)) return undefined;
  return ["/var/lib/flatpak/app"].flatMap((path) => {
    try {
      return sys.readdir(path).map(({ name }) => name);
    } catch {
      return [];
    }
  });
};

function* runFlatpak(proc: Process, args: readonly string[], serverAt: ServerAt, version: string): Run<ExitStatus> {
  const at = args.findIndex((arg) => !arg.startsWith("-"));
  const name = at < 0 ? undefined : (args[at] ?? "");
  const verb = ALL.find((candidate) => candidate.name === (ALIASES[name ?? ""] ?? name));
  if (verb !== undefined) return yield* runVerb(proc, verb, args.toSpliced(at, 1), serverAt);
  const given = args.slice(0, at < 0 ? undefined : at);
  if (given.includes("--help") || given.includes("-h")) {
    yield* proc.print(help());
    return 0;
  }
  const answers: Readonly<Record<string, string>> = {
    "--version": `Flatpak ${version}\n`,
    "--default-arch": "x86_64\n",
    "--supported-arches": "x86_64\ni386\n",
    "--gl-drivers": "default\nhost\n",
    "--installations": "/var/lib/flatpak\n",
  };
  for (const [option, answer] of Object.entries(answers)) {
    if (!given.includes(option)) continue;
    yield* proc.print(answer);
    return 0;
  }
  const known = SECTIONS.flatMap(([, verbs]) => verbs.map(([verbName]) => verbName));
  if (name !== undefined && known.includes(name)) {
    const rest = args.slice(at + 1).filter((arg) => !arg.startsWith("-"));
    const missing = rest.length === 0 ? MISSING_WORDS[name] : undefined;
    if (missing !== undefined) {
      yield* fail(proc, missing);
      yield* proc.printError(`\nSee 'flatpak ${name} --help'\n`);
      return 1;
    }
    if (name.startsWith("document-") && (yield* lacksSessionBus(proc))) return 1;
    yield* fail(proc, `'flatpak ${name}' is not built in Immutable Lab`);
    return 1;
  }
  const odd = given.find((arg) => !OPTIONS.some((option) => `--${option.name}` === arg || `-${option.short ?? ""}` === arg));
  const message =
    name !== undefined
      ? `'${name}' is not a flatpak command.${suggestion(name, known)}`
      : odd === undefined
        ? "No command specified"
        : `Unknown option ${odd}`;
  yield* fail(proc, message);
  yield* proc.printError("\nSee 'flatpak --help'\n");
  return 1;
}

function* lacksSessionBus(proc: Process): Run<boolean> {
  try {
    requireSessionBus(proc);
    return false;
  } catch (error) {
    yield* fail(proc, failureText(error) ?? "");
    return true;
  }
}

function help(): string {
  const sections = SECTIONS.map(
    ([title, verbs]) => ` ${title}\n${verbs.map(([name, about]) => `  ${name.padEnd(22)} ${about}\n`).join("")}`,
  ).join("\n");
  const width = 26;
  const row = (left: string, text: string): string => `  ${left.padEnd(width)}${text}\n`;
  const options = OPTIONS.map((option) =>
    row(`${option.short === undefined ? "" : `-${option.short}, `}--${option.name}`, option.help),
  ).join("");
  return `Usage:\n  flatpak [OPTION…] COMMAND\n\nBuiltin Commands:\n${sections}\nHelp Options:\n${row("-h, --help", "Show help options")}\nApplication Options:\n${options}\n`;
}

/** The nearest name by edits (Damerau and Levenshtein's distance), where it is near. */
function suggestion(typed: string, known: readonly string[]): string {
  const [best] = known.map((name) => ({ name, far: distance(typed, name) })).sort((a, b) => a.far - b.far);
  return best !== undefined && best.far <= 3 ? ` Did you mean '${best.name}'?` : "";
}

function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cell = (up: number, left: number): number => rows[i - up]?.[j - left] ?? Infinity;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? cell(2, 2) + 1 : Infinity;
      row.push(Math.min(cell(1, 0) + 1, (row[j - 1] ?? Infinity) + 1, cell(1, 1) + (a[i - 1] === b[j - 1] ? 0 : 1), swapped));
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? Infinity;
}
