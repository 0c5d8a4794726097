/** snapper(8): numbered snapshots of a Btrfs subvolume. Source: openSUSE/snapper:client/snapper/snapper.cc. */
import { SnapperError } from "../../engines/snapper/errors.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { Command, Option } from "../command.ts";
import { padEnd } from "../table.ts";
import { stdout } from "../output.ts";
import { AMBITS, Call, type Build, type Verb } from "./call.ts";
import { create, modify, mount, remove, umount } from "./change.ts";
import { diff, status, undochange, xadiff } from "./compare-verbs.ts";
import { createConfigVerb, deleteConfig, getConfig, listConfigs, setConfigVerb } from "./config-verbs.ts";
import { GLOBAL_WORDS, GrammarError, parseGiven, verbWords } from "./grammar.ts";
import { list } from "./list.ts";
import { cleanup, rollback, setupQuota } from "./maintenance.ts";

const VERBS: readonly Verb[] = [
  listConfigs,
  createConfigVerb,
  deleteConfig,
  getConfig,
  setConfigVerb,
  list,
  create,
  modify,
  remove,
  mount,
  umount,
  status,
  diff,
  xadiff,
  undochange,
  rollback,
  setupQuota,
  cleanup,
];

/** These work without a configuration. */
const WITHOUT_CONFIG: readonly Verb[] = [listConfigs, createConfigVerb, deleteConfig, list];

const GLOBALS: readonly Option[] = [
  { name: "quiet", short: "q", help: "Suppress normal output." },
  { name: "verbose", short: "v", help: "Increase verbosity." },
  { name: "debug", help: "Turn on debugging.", fidelity: "ignored" },
  { name: "utc", help: "Display dates and times in UTC." },
  { name: "iso", help: "Display dates and times in ISO format." },
  { name: "table-style", short: "t", argument: "<style>", help: "Table style (integer)." },
  { name: "abbreviate", help: "Allow to abbreviate table columns.", fidelity: "ignored" },
  { name: "machine-readable", argument: "<format>", help: "Set a machine-readable output format (csv, json).", values: ["csv", "json"] },
  { name: "csvout", help: "Set CSV output format." },
  { name: "jsonout", help: "Set JSON output format." },
  { name: "separator", argument: "<separator>", help: "Character separator for CSV output format." },
  { name: "no-headers", help: "No headers for CSV output format." },
  { name: "config", short: "c", argument: "<name>", help: "Set name of config to use." },
  { name: "no-dbus", help: "Operate without DBus." },
  { name: "root", short: "r", argument: "<path>", help: "Operate on target root (works only without DBus).", fidelity: "simplified" },
  { name: "ambit", short: "a", argument: "ambit", help: "Operate in the specified ambit.", values: AMBITS },
  { name: "version", help: "Print version and exit." },
];

export function snapperCommand(build: Build): Command {
  return {
    name: "snapper",
    package: "snapper",
    style: "raw",
    usage: ["snapper [--global-options] <command> [--command-options] [command-arguments]"],
    about: "Filesystem snapshot management.",
    options: GLOBALS,
    subcommands: VERBS.map(({ name, title, options }) => ({ name, help: title, options })),
    simplified: "The daemon's work is done by the program itself, as root, once the configuration admits the caller. Plugins are not run.",
    run: (proc) => runSnapper(proc, build),
  };
}

function* runSnapper(proc: Process, build: Build): Run<ExitStatus> {
  try {
    return yield* dispatch(proc, build);
  } catch (error) {
    if (!(error instanceof GrammarError || error instanceof SnapperError)) throw error;
    yield* stdout(proc).flush();
    const hint = error instanceof GrammarError && error.hint ? "Try 'snapper --help' for more information.\n" : "";
    yield* proc.printError(`${error.message}\n${hint}`);
    return 1;
  }
}

function* dispatch(proc: Process, build: Build): Run<ExitStatus> {
  const globals = parseGiven([...GLOBALS, { name: "help", short: "h", help: "" }], proc.argv.slice(1), GLOBAL_WORDS);
  if (globals.has("help")) {
    yield* stdout(proc).print(helpText());
    return 0;
  }
  if (globals.has("version")) {
    yield* stdout(proc).print(
      `snapper ${build.version}\nlibsnapper ${build.libVersion}\nflags btrfs,lvm,no-ext4,xattrs,rollback,btrfs-quota,no-selinux\n`,
    );
    return 0;
  }
  const [name, ...args] = globals.rest;
  if (name === undefined) throw new GrammarError("No command provided.");
  const verb = VERBS.find((known) => known.name === name || known.alsoAs?.includes(name) === true);
  if (verb === undefined) throw new GrammarError(`Unknown command '${name}'.`);
  const call = new Call(proc, build, globals);
  if (!WITHOUT_CONFIG.includes(verb)) call.config();
  call.options = parseGiven(verb.options, args, verbWords(verb.name));
  for (const { name: option, fidelity } of [...verb.options, ...GLOBALS])
    if (fidelity === "unbuilt" && (call.options.has(option) || globals.has(option)))
      throw new SnapperError(`--${option} is not built in Immutable Lab.`);
  return yield* verb.run(call);
}

/** Where the explanation of an option begins. */
const HELP_COLUMN = 32;
const TAB = 8;

function helpText(): string {
  const sections = VERBS.map(({ name, title, operands, options }) =>
    [
      `  ${title}:`,
      `\tsnapper ${name}${operands === "" ? "" : ` ${operands}`}`,
      "",
      ...(options.length === 0 ? [] : [`    Options for '${name}' command:`, ...options.flatMap(optionLines), ""]),
    ].join("\n"),
  );
  const globals = ["    Global options:", ...GLOBALS.flatMap(optionLines), ""].join("\n");
  return `${["usage: snapper [--global-options] <command> [--command-options] [command-arguments]", "", globals, ...sections].join("\n")}\n`;
}

function optionLines({ name, short, argument, help }: Option): string[] {
  const spelled = `--${name}${short === undefined ? "" : `, -${short}`}${argument === undefined ? "" : ` ${argument}`}`;
  return help.split("\n").map((line, index) => `\t${index === 0 ? tabbed(spelled) : tabbed("")}${line}`);
}

/** `text` and tabs up to the column. */
function tabbed(text: string): string {
  return padEnd(text, 0) + "\t".repeat(Math.max(1, Math.ceil((HELP_COLUMN - text.length) / TAB)));
}
