/** btrfs(8): groups of verbs, any of which may be shortened as long as it is clear which is meant. */
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { Command } from "../command.ts";
import { filesystem } from "./filesystem.ts";
import { balance, device, inspect, scrub } from "./maintenance.ts";
import { property } from "./property.ts";
import { qgroup, quota } from "./quota.ts";
import { subvolume } from "./subvolume.ts";
import { BtrfsError, listed, runVerb, sayError, unbuilt } from "./verb.ts";
import type { GlobalOptions, Group, Verb } from "./verb.ts";

const VERSION = "6.14";
const FEATURES = "-EXPERIMENTAL -INJECT -STATIC +LZO +ZSTD +UDEV +FSVERITY +ZONED CRYPTO=builtin";

const GROUPS: readonly Group[] = [balance, device, filesystem, inspect, property, qgroup, quota, scrub, subvolume];

const version: Verb = {
  name: "version",
  usage: ["version"],
  about: "Display btrfs-progs version",
  options: [],
  operands: [0, 0],
  *run({ proc }) {
    yield* proc.print(versionText());
    return 0;
  },
};

function versionText(): string {
  return `btrfs-progs v${VERSION}\n${FEATURES}\n`;
}

const VERBS: readonly Verb[] = [
  unbuilt("check", ["check [options] <device>"], "Check structural integrity of a filesystem (unmounted)."),
  unbuilt("receive", ["receive [options] <mount>", "receive --dump [options]"], "Receive subvolumes from a stream"),
  unbuilt("restore", ["restore [options] <device> <path>"], "Try to restore files from a damaged filesystem (unmounted)"),
  unbuilt("send", ["send [-ve] [-p <parent>] [-c <clone-src>] [-f <outfile>] <subvol> [<subvol>...]"], "Send the subvolume(s) to stdout."),
  version,
];

const GLOBAL_HELP = `usage: btrfs [global options] <group> [<group>...] <command> [options] [<args>]

Global options:
  --format <format> if supported, print subcommand output in that format (text, json)
  -v|--verbose      increase verbosity of the subcommand
  -q|--quiet        print only errors
  --log <level>     set log level (default, info, verbose, debug, quiet)
  --dry-run         if supported, do not do any active/changing actions

Options for the main command only:
  --help            print condensed help for all subcommands
  --version         print version string and built-in features
`;

const GLOBAL_HINT = `
Use --help as an option for information about a group or command:
  btrfs subvolume --help
  btrfs subvolume create --help

Global options like -q/-v must follow the tool name 'btrfs':
  btrfs -q subvolume create ...
  btrfs --dry-run subvolume create ...
`;

/** What a call of nothing says. */
function shortHelp(): string {
  const line = ({ name, about }: { readonly name: string; readonly about: string }): string => `  ${name.padEnd(18)}${about}\n`;
  return (
    "For an overview of a given command use 'btrfs command --help'\n" +
    "or 'btrfs [command...] --help --full' to print all available options.\n" +
    "Any command name can be shortened as far as it stays unambiguous,\n" +
    "however it is recommended to use full command names in scripts.\n" +
    "All command groups have their manual page named 'btrfs-<group>'.\n" +
    `${GLOBAL_HELP}\nCommand groups:\n${GROUPS.map(line).join("")}\nCommands:\n${VERBS.map(line).join("")}\n`
  );
}

function longHelp(): string {
  const ofGroup = ({ name, verbs }: Group): string => `${verbs.map((verb) => listed(verb, `btrfs ${name}`)).join("")}\n`;
  return `${GLOBAL_HELP}\n${GROUPS.map(ofGroup).join("")}${VERBS.map((verb) => `${listed(verb, "btrfs")}\n`).join("")}${GLOBAL_HINT.slice(1)}\n`;
}

/** What follows the groups' names in their usage. */
const GROUP_OPERANDS: Readonly<Record<string, string>> = {
  balance: "<command> [options] <path>",
  device: "<command> [<args>]",
  filesystem: "[<group>] <command> [<args>]",
  property: "get/set/list [-t <type>] <object> [<name>] [value]",
  qgroup: "<command> [options] <path>",
  quota: "<command> [options] <path>",
  scrub: "<command> [options] <path>|<device>",
};

function groupHelp({ name, about, verbs }: Group): string {
  return `usage: btrfs ${name} ${GROUP_OPERANDS[name] ?? "<command> <args>"}\n\n${verbs.map((verb) => listed(verb, `btrfs ${name}`)).join("")}\n${about}\n`;
}

type Found<T> =
  { readonly kind: "one"; readonly found: T } | { readonly kind: "none" } | { readonly kind: "many"; readonly names: readonly string[] };

/** The one that a word names, or is the beginning of. */
function find<T extends { readonly name: string }>(all: readonly T[], word: string): Found<T> {
  const exact = all.find(({ name }) => name === word);
  if (exact !== undefined) return { kind: "one", found: exact };
  const possible = all.filter(({ name }) => name.startsWith(word));
  const [first] = possible;
  if (first === undefined) return { kind: "none" };
  return possible.length === 1 ? { kind: "one", found: first } : { kind: "many", names: possible.map(({ name }) => name).toSorted() };
}

function* refuse(
  proc: Process,
  path: string,
  word: string,
  found: Exclude<Found<unknown>, { kind: "one" }>,
  help: string,
): Run<ExitStatus> {
  if (found.kind === "many")
    yield* proc.printError(
      `${path}: ambiguous token '${word}'\n\nDid you mean one of these ?\n${found.names.map((name) => `\t${name}\n`).join("")}`,
    );
  else yield* proc.printError(`${path}: unknown token '${word}'\n${help}`);
  return 1;
}

interface CommandLine {
  readonly global: GlobalOptions;
  readonly rest: readonly string[];
  readonly asked: "help" | "version" | undefined;
}

/** Options before the first word. Throws BtrfsError. */
function readGlobal(args: readonly string[]): CommandLine {
  let json = false;
  let quiet = false;
  let dryRun = false;
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    const [name = "", inline] = arg.split("=", 2);
    const rest = args.slice(at + 1);
    switch (name) {
      case "--help":
      case "-h":
        return { global: { json, quiet, dryRun }, rest, asked: "help" };
      case "--version":
      case "-V":
        return { global: { json, quiet, dryRun }, rest, asked: "version" };
      case "--format": {
        const value = inline ?? args[++at] ?? "";
        if (value !== "json" && value !== "text") throw new BtrfsError(`unrecognized output format "${value}"`);
        json = value === "json";
        break;
      }
      case "--log": {
        const level = inline ?? args[++at] ?? "";
        quiet = level === "quiet";
        break;
      }
      case "-q":
      case "--quiet":
        quiet = true;
        break;
      case "-v":
      case "--verbose":
        break;
      case "--dry-run":
        dryRun = true;
        break;
      default:
        if (arg.startsWith("-")) throw new BtrfsError(`unrecognized option '${arg}'`);
        return { global: { json, quiet, dryRun }, rest: args.slice(at), asked: undefined };
    }
  }
  return { global: { json, quiet, dryRun }, rest: [], asked: undefined };
}

/** Verbs that can say what they say as JSON. */
const WITH_JSON: readonly string[] = ["btrfs filesystem df", "btrfs qgroup show"];

function* run(proc: Process): Run<ExitStatus> {
  const { global, rest, asked } = readGlobal(proc.argv.slice(1));
  if (asked === "version") {
    yield* proc.print(versionText());
    return 0;
  }
  if (asked === "help") {
    yield* proc.print(longHelp());
    return 0;
  }
  const [word, ...after] = rest;
  if (word === undefined) {
    yield* proc.printError(shortHelp());
    return 1;
  }
  if (word === "help") {
    yield* proc.print(longHelp());
    return 0;
  }
  const found = find<Group | Verb>([...GROUPS, ...VERBS], word);
  if (found.kind !== "one") return yield* refuse(proc, "btrfs", word, found, longHelp());
  if (!("verbs" in found.found)) return yield* call(proc, found.found, `btrfs ${found.found.name}`, after, global);
  const group = found.found;
  const path = `btrfs ${group.name}`;
  const [verbWord, ...args] = after;
  if (verbWord === "--help" || verbWord === "-h") {
    yield* proc.print(groupHelp(group));
    return 0;
  }
  if (verbWord === undefined) {
    yield* proc.print(groupHelp(group));
    return 1;
  }
  const verb = find(group.verbs, verbWord);
  if (verb.kind !== "one") return yield* refuse(proc, path, verbWord, verb, groupHelp(group));
  return yield* call(proc, verb.found, `${path} ${verb.found.name}`, args, global);
}

function* call(proc: Process, verb: Verb, path: string, args: readonly string[], global: GlobalOptions): Run<ExitStatus> {
  if (global.json && !WITH_JSON.includes(path)) throw new BtrfsError("output format json is unsupported for this command");
  return yield* runVerb(proc, verb, path, args, global);
}

function simplifiedVerbs(): string {
  const said = (path: string, verbs: readonly Verb[]): string[] =>
    verbs.flatMap(({ name, simplified }) => (simplified === undefined ? [] : [`${path}${name}: ${simplified}`]));
  return [...GROUPS.flatMap(({ name, verbs }) => said(`${name} `, verbs)), ...said("", VERBS)].join("; ");
}

/** btrfs(8). */
export const btrfs: Command = {
  name: "btrfs",
  package: "btrfs-progs",
  style: "raw",
  usage: ["btrfs [global options] <group> [<group>...] <command> [options] [<args>]"],
  about: "Manage Btrfs file systems.",
  options: [],
  subcommands: [
    ...GROUPS.map(({ name, about }) => ({ name, help: about })),
    ...GROUPS.flatMap(({ name, verbs }) =>
      verbs.map((verb) => ({ name: `${name} ${verb.name}`, help: verb.about, options: verb.options })),
    ),
    ...VERBS.map(({ name, about, options }) => ({ name, help: about, options })),
  ],
  completes: "files",
  simplified: `one device, one profile, no checksums, nothing compressed; --help leaves its paragraphs out; ${simplifiedVerbs()}`,
  *run(proc) {
    try {
      return yield* run(proc);
    } catch (error) {
      if (!(error instanceof BtrfsError)) throw error;
      yield* sayError(proc, error.message);
      return error.status;
    }
  },
};
