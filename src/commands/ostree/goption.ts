/**
 * Command lines in GLib's manner, for programs with verbs: `ostree`, `ostree admin`, `rpm-ostree`.
 *
 * The first word that is no option names the verb, wherever it stands; all the rest is the verb's own. Complaints and help as GOption's.
 */
import { failureText } from "../../engines/ostree/errors.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { Command, Option, ParsedOptions } from "../command.ts";
import { longNames, parseOptions, shortNames, UsageError } from "../options.ts";

export interface Verb {
  readonly name: string;
  /** What stands after the options in the usage line, e.g. "INDEX". */
  readonly operands?: string;
  readonly about: string;
  readonly options?: readonly Option[];
  /** Its help, where it is that of the program. */
  readonly help?: string;
  /** Not listed in the help of the program. */
  readonly hidden?: true;
  /** The real tool has it and we do not: says so, with this status. */
  readonly unbuilt?: true;
  /** It is a door to verbs of its own, which get everything that follows. */
  readonly group?: VerbGroup;
  run(call: Call): Run<ExitStatus>;
}

/** Verbs behind one word: `ostree`, `ostree admin`, `ostree remote`. */
export interface VerbGroup {
  /** "ostree admin", as usage lines have it. */
  readonly program: string;
  /** What stands after it there. */
  readonly operands: string;
  readonly about?: string;
  readonly verbs: readonly Verb[];
  /** Its own options; undefined where the help shows none. */
  readonly options: readonly Option[] | undefined;
  /** Does without a verb if this option is given, e.g. `--print-current-dir`. */
  readonly bare?: { readonly option: string; readonly verb: Verb };
}

/** One use of a verb. */
export interface Call {
  readonly proc: Process;
  readonly options: ParsedOptions;
  /** "ostree admin pin", as usage lines have it. */
  readonly program: string;
  readonly verb: Verb;
}

/** Wrong use: the verb's whole help is shown before the message. */
export class Misuse extends Error {
  /** An empty line stands between help and message. */
  readonly spaced: boolean;

  constructor(message: string, spaced = true) {
    super(message);
    this.name = "Misuse";
    this.spaced = spaced;
  }
}

/** What follows `ostree` on the command line. Reads the verb and runs it; without one the help is shown. */
export function* runGroup(proc: Process, group: VerbGroup, args: readonly string[], version: () => string): Run<ExitStatus> {
  const { name, rest } = splitVerb(args);
  const verb = group.verbs.find((candidate) => candidate.name === name);
  if (verb?.group) return yield* runGroup(proc, verb.group, rest, version);
  if (verb) return yield* runVerb(proc, `${group.program} ${verb.name}`, verb, rest, version);
  const help = groupHelp(group);
  const known = new Set(["--help", "-h", ...(group.options ?? []).flatMap(spellings)]);
  const unknown = rest.find((arg) => arg.startsWith("-") && !known.has(arg.replace(/=.*/s, "")));
  if (rest.includes("--help") || rest.includes("-h")) {
    yield* proc.print(help);
    return 0;
  }
  if (name === undefined && unknown === undefined && rest.includes("--version")) {
    yield* proc.print(version());
    return 0;
  }
  if (name === undefined && group.bare && rest.includes(`--${group.bare.option}`))
    return yield* runVerb(proc, group.program, { ...group.bare.verb, help }, rest, version);
  yield* proc.printError(help);
  yield* fail(proc, unknown === undefined ? noSuchVerb(group, name) : `Unknown option ${unknown}`);
  return 1;
}

/** GLib's ways of saying it differ with who asks: `ostree`, `ostree static-delta`, and all others. */
function noSuchVerb(group: VerbGroup, name: string | undefined): string {
  const words = group.program.split(" ").slice(1).join(" ");
  if (name === undefined) return words === "" || !group.options ? "No command specified" : `No "${words}" subcommand specified`;
  return words === "" ? `Unknown command '${name}'` : `Unknown "${words}" subcommand '${name}'`;
}

function spellings(option: Option): string[] {
  return [...shortNames(option).map((letter) => `-${letter}`), ...longNames(option).map((name) => `--${name}`)];
}

export function groupHelp(group: VerbGroup): string {
  const words = group.program.split(" ").slice(1).join(" ");
  const shown = group.verbs.filter((verb) => verb.hidden !== true);
  const width = group.options ? Math.max(16, ...shown.map(({ name }) => name.length)) + 2 : 17;
  const list = verbList(shown, width);
  const about = group.about === undefined ? "" : `${group.about}\n\n`;
  const options = group.options ? `${optionsHelp(group.options)}\n` : "";
  return `Usage:\n  ${group.program} ${group.operands}\n\n${about}Builtin ${words === "" ? "" : `"${words}" `}Commands:\n${list}\n${options}`;
}

/** `-v`. @simplified It tells how a repository was opened and the list of deployments read, and nothing of what is done with them. */
export const VERBOSE: Option = {
  name: "verbose",
  short: "v",
  help: "Print debug information during command processing",
  fidelity: "simplified",
};
/** What `-v` tells of a repository that could be opened. */
export const REPOSITORY_OPENED = "OT: using fuse: 0\n";
export const VERSION: Option = { name: "version", help: "Print version information and exit" };
const HELP: Option = { name: "help", short: "h", help: "Show help options" };

/** Reads `args` by the verb's table and runs it; whatever goes wrong is told as `error: …`. */
export function* runVerb(proc: Process, program: string, verb: Verb, args: readonly string[], version: () => string): Run<ExitStatus> {
  try {
    if (verb.unbuilt && !(verb.options && (args.includes("--help") || args.includes("-h")))) {
      yield* fail(proc, `'${program}' is not built in Immutable Lab`);
      return 1;
    }
    const options = parseOptions({ style: "glib", options: [HELP, ...(verb.options ?? [])] }, args);
    if (options.has("help")) {
      yield* proc.print(verbHelp(program, verb));
      return 0;
    }
    if (options.has("version")) {
      yield* proc.print(version());
      return 0;
    }
    const unbuilt = (verb.options ?? []).find((option) => option.fidelity === "unbuilt" && options.has(option.name));
    if (unbuilt) {
      yield* fail(proc, `--${unbuilt.name} is not built in Immutable Lab`);
      return 1;
    }
    return yield* verb.run({ proc, options, program, verb });
  } catch (error) {
    return yield* told(proc, program, verb, error);
  }
}

function* told(proc: Process, program: string, verb: Verb, error: unknown): Run<ExitStatus> {
  if (error instanceof Misuse) {
    yield* proc.printError(verbHelp(program, verb) + (error.spaced ? "\n" : ""));
    yield* fail(proc, error.message);
    return 1;
  }
  const text = error instanceof UsageError ? error.message : failureText(error);
  if (text === undefined) throw error;
  yield* fail(proc, text);
  return 1;
}

/** `error: message`, the word red on a terminal. */
export function* fail(proc: Process, message: string): Run<void> {
  const word = proc.sys.isatty(2) ? "\x1b[31m\x1b[1merror:\x1b[0m\x1b[22m " : "error: ";
  yield* proc.printError(`${word}${message}\n`);
}

/** The verb's name and its arguments: `--repo=x refs -v` is refs with `--repo=x -v`. */
export function splitVerb(args: readonly string[]): { readonly name: string | undefined; readonly rest: readonly string[] } {
  // Nothing is seen of what stands behind "--".
  const end = args.indexOf("--");
  const seen = end < 0 ? args : args.slice(0, end);
  const at = seen.findIndex((arg) => !arg.startsWith("-"));
  if (at < 0) return { name: undefined, rest: seen };
  return { name: seen[at], rest: seen.toSpliced(at, 1) };
}

export function verbHelp(program: string, verb: Verb): string {
  if (verb.help !== undefined) return verb.help;
  const operands = verb.operands === undefined ? "" : ` ${verb.operands}`;
  return `Usage:\n  ${program} [OPTION…]${operands}\n\n${verb.about}\n\n${optionsHelp(verb.options ?? [])}\n`;
}

/** "Help Options:" and "Application Options:", aligned together. */
export function optionsHelp(options: readonly Option[]): string {
  const left = (option: Option): string => {
    const shorts = shortNames(option).map((letter) => `-${letter}`);
    const longs = longNames(option)
      .slice(0, 1)
      .map((name) => `--${name}`);
    const argument = option.argument === undefined || option.argument === "" ? "" : `=${option.argument}`;
    return `  ${[...shorts, ...longs].join(", ")}${argument}`;
  };
  const shown = options.filter((option) => option.help !== "");
  const width = Math.max(...[HELP, ...shown].map((option) => left(option).length)) + 5;
  const row = (option: Option): string => `${left(option).padEnd(width)}${option.help}\n`;
  return `Help Options:\n${row(HELP)}\nApplication Options:\n${shown.map(row).join("")}`;
}

/** The list of verbs in a program's own help; `width` is what printf pads names to. */
export function verbList(verbs: readonly Verb[], width: number): string {
  return verbs
    .filter((verb) => !verb.hidden)
    .map((verb) => `  ${verb.name.padEnd(width)}${verb.about}\n`)
    .join("");
}

/** What completion is to know of verbs: those that are listed and built. `of` is the verb that has them, if any. */
export function completionOf(verbs: readonly Verb[], of?: string): NonNullable<Command["subcommands"]> {
  return verbs
    .filter((verb) => verb.unbuilt !== true && verb.hidden !== true)
    .map((verb) => ({
      name: of === undefined ? verb.name : `${of} ${verb.name}`,
      help: verb.about,
      options: [HELP, ...(verb.options ?? []).filter(({ fidelity }) => fidelity !== "unbuilt")],
      ...(/PATH|DIR|FILE|DESTINATION/.test(verb.operands ?? "") ? { completes: "files" as const } : {}),
    }));
}

/** What `completionOf` leaves out because it is not built: verbs, and options of verbs. */
export function absentOf(verbs: readonly Verb[], of?: string): string[] {
  return verbs.flatMap(({ name, unbuilt: isAbsent, options = [] }) => {
    const words = of === undefined ? name : `${of} ${name}`;
    if (isAbsent === true) return [words];
    return options
      .filter(({ fidelity }) => fidelity === "unbuilt")
      .map(({ name: option, long, short }) => `${words} ${long === false ? `-${short ?? ""}` : `--${long ?? option}`}`);
  });
}

/** A verb that the real program has and this one has not; its help is there. */
export function unbuilt(
  name: string,
  about: string,
  shown: "listed" | "hidden" = "listed",
  more: Pick<Verb, "operands" | "options"> = {},
): Verb {
  return {
    name,
    about,
    ...more,
    unbuilt: true,
    ...(shown === "hidden" ? { hidden: true } : {}),
    *run() {
      return 1;
    },
  };
}
