/** A verb of btrfs(8): its options as a table, how its command line is read, what it says about itself and about what went wrong. */
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Option, ParsedOptions } from "../command.ts";
import { parseOptions, UsageError } from "../options.ts";

export interface Verb {
  readonly name: string;
  /** After "btrfs GROUP ", e.g. ["create [options] [<dest>/]<name> …"]. */
  readonly usage: readonly string[];
  readonly about: string;
  readonly options: readonly Option[];
  /** How many operands there may be. */
  readonly operands: readonly [least: number, most: number];
  /** How it reads its options: with getopt(3), which knows no long ones, or so that a wrong one brings the whole usage. */
  readonly reads?: "short options" | "usage";
  /** Where it is not as the real one, in a sentence for the fidelity page. */
  readonly simplified?: string;
  run(call: Call): Run<ExitStatus>;
}

export interface Group {
  readonly name: string;
  readonly about: string;
  readonly verbs: readonly Verb[];
}

export interface Call {
  readonly proc: Process;
  readonly options: ParsedOptions;
  /** Beside the verb's own options: `--format json`, `--quiet`, `--dry-run`. */
  readonly global: GlobalOptions;
}

export interface GlobalOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly dryRun: boolean;
}

/** Ends a verb with `ERROR: message`, and the status. */
export class BtrfsError extends Error {
  readonly status: ExitStatus;

  constructor(message: string, status: ExitStatus = 1) {
    super(message);
    this.name = "BtrfsError";
    this.status = status;
  }
}

/** What `body` gives; its system error becomes `ERROR: what: text`. */
export function orFail<T>(what: string, body: () => T, status?: ExitStatus): T {
  try {
    return body();
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new BtrfsError(`${what}: ${error.text}`, status);
  }
}

/** A verb that says that it is not there. */
export function unbuilt(name: string, usage: readonly string[], about: string, group?: string): Verb {
  return {
    name,
    usage,
    about,
    options: [],
    operands: [0, Infinity],
    simplified: "not built",
    *run() {
      throw new BtrfsError(`'btrfs ${group === undefined ? "" : `${group} `}${name}' is not built in Immutable Lab`);
    },
  };
}

/** Options of sizes, which many verbs have. */
export const SIZE_OPTIONS: readonly Option[] = [
  { name: "raw", short: "b", help: "raw numbers in bytes" },
  { name: "human-readable", short: "h", help: "human friendly numbers, base 1024 (default)" },
  { name: "H", short: "H", long: false, help: "human friendly numbers, base 1000" },
  { name: "iec", help: "use 1024 as a base (KiB, MiB, GiB, TiB)" },
  { name: "si", help: "use 1000 as a base (kB, MB, GB, TB)" },
  { name: "kbytes", short: "k", help: "show sizes in KiB, or kB with --si" },
  { name: "mbytes", short: "m", help: "show sizes in MiB, or MB with --si" },
  { name: "gbytes", short: "g", help: "show sizes in GiB, or GB with --si" },
  { name: "tbytes", short: "t", help: "show sizes in TiB, or TB with --si" },
];

/** The same without letters, where those mean something else. */
export const LONG_SIZE_OPTIONS: readonly Option[] = SIZE_OPTIONS.filter(({ long }) => long !== false).map(({ name, help }) => ({
  name,
  help,
}));

/** Reads `args` by the verb's table and runs it. `path` is how it was called: "btrfs subvolume list". */
export function* runVerb(proc: Process, verb: Verb, path: string, args: readonly string[], global: GlobalOptions): Run<ExitStatus> {
  if (args.includes("--help") || (args[0] === "-h" && !verb.options.some(({ short }) => short === "h"))) {
    yield* proc.print(helpOf(verb, path));
    return 0;
  }
  let options: ParsedOptions;
  try {
    options = parseOptions({ style: "gnu", options: verb.options }, args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    yield* proc.printError(verb.reads === "usage" ? helpOf(verb, path) : wrongOption(verb, path, error.message));
    return 1;
  }
  const count = options.operands.length;
  const [least, most] = verb.operands;
  if (count < least || count > most) {
    const expected =
      least === most
        ? `exactly ${least} argument${least === 1 ? "" : "s"} expected, ${count} given`
        : count < least
          ? `not enough arguments: ${count} but at least ${least} expected`
          : `too many arguments: ${count} but at most ${most} expected`;
    yield* proc.printError(`${path}: ${expected}\n`);
    return 1;
  }
  const missing = verb.options.find(({ fidelity, name }) => fidelity === "unbuilt" && options.has(name));
  try {
    if (missing !== undefined) throw new BtrfsError(`'${path} ${spelled(missing)}' is not built in Immutable Lab`);
    return yield* verb.run({ proc, options, global });
  } catch (error) {
    if (!(error instanceof BtrfsError)) throw error;
    yield* sayError(proc, error.message);
    return error.status;
  }
}

/** As it says what getopt(3) did not know; an option whose argument is missing is a wrong one, too. */
function wrongOption({ reads }: Verb, path: string, message: string): string {
  const long = /unrecognized option '(--[^'=]*)/.exec(message)?.[1];
  const letter = /-- '(.)'/.exec(message)?.[1] ?? " ";
  const what =
    long === undefined ? `invalid option '${letter}'` : reads === "short options" ? "invalid option '-'" : `unrecognized option '${long}'`;
  return `${path}: ${what}\nTry '${path} --help' for more information\n`;
}

export function* sayError(proc: Process, message: string): Run<void> {
  yield* proc.printError(`ERROR: ${message}\n`);
}

export function* sayWarning(proc: Process, message: string): Run<void> {
  yield* proc.printError(`WARNING: ${message}\n`);
}

const INDENT = "    ";
/** Where the words about an option begin, and where they end. */
const FIRST_COLUMN = 30;
const LAST_COLUMN = 119;

/** `--help`. @simplified The paragraphs between the first line and the options are left out. */
function helpOf(verb: Verb, path: string): string {
  const group = path.slice(0, path.length - verb.name.length);
  const usage = verb.usage.map((line, at) => `${at === 0 ? "usage: " : "       "}${group}${line}\n`).join("");
  const options = verb.options.map(optionLine).join("");
  return `${usage}\n${INDENT}${verb.about}\n\n${options}${options === "" ? "" : "\n"}`;
}

function optionLine(option: Option): string {
  const { help } = option;
  const head = `${INDENT}${spelled(option)}`;
  let line = head.length < FIRST_COLUMN ? head.padEnd(FIRST_COLUMN) : `${head}\n${" ".repeat(FIRST_COLUMN)}`;
  let column = FIRST_COLUMN;
  for (const word of help.split(" ")) {
    if (column + word.length > LAST_COLUMN) {
      line = `${line.trimEnd()}\n${" ".repeat(FIRST_COLUMN)}`;
      column = FIRST_COLUMN;
    }
    line += word;
    column += word.length;
    if (column < LAST_COLUMN) {
      line += " ";
      column++;
    }
  }
  return `${line}\n`;
}

function spelled({ name, short, long = name, argument }: Option): string {
  const names = [...(short === undefined ? [] : [`-${short}`]), ...(long === false ? [] : [`--${long}`])].join("|");
  return argument === undefined ? names : `${names} ${argument}`;
}

/** A verb's lines in the usage of its group. */
export function listed({ usage, about }: Verb, group: string): string {
  return `${usage.map((line) => `${INDENT}${group} ${line}\n`).join("")}${INDENT}${INDENT}${about}\n`;
}
