/**
 * One program: its options as a table, and what it does.
 *
 * The table drives parsing, `--help`, completion and the fidelity page. Each family of tools complains in its own
 * words about a bad option; `style` picks them.
 */
import type { Process } from "../machine/process.ts";
import type { ExitStatus, Run } from "../machine/program.ts";
import type { Sys } from "../vfs/sys.ts";

export interface Option {
  /** Key in the parsed result; the long option's name unless `long` says otherwise, e.g. "recursive". */
  readonly name: string;
  readonly short?: string;
  /** Further short letters for the same, e.g. ["R"] beside "r". */
  readonly alsoShort?: readonly string[];
  /** The long spelling; `false` when there is none. Defaults to `name`. */
  readonly long?: string | false;
  readonly alsoLong?: readonly string[];
  /** Placeholder of the argument in help, e.g. "N"; absent when the option takes none. */
  readonly argument?: string;
  /** The argument may be left out (only `--name=value` or `-nvalue` give it). */
  readonly optional?: true;
  readonly help: string;
  /** How true it is. "full" unless said; "ignored": accepted without effect; "unbuilt": says honestly that it is not built. */
  readonly fidelity?: "full" | "simplified" | "ignored" | "unbuilt";
  /** Words to complete an argument with. */
  readonly values?: readonly string[];
}

export interface ParsedOptions {
  /** Whether the option was given. */
  has(name: string): boolean;
  /** The last argument given to the option. */
  value(name: string): string | undefined;
  /** All arguments given, in order. */
  values(name: string): readonly string[];
  /** Every option in the order given, for tools where the last wins between several. */
  readonly order: readonly { readonly name: string; readonly value: string | undefined }[];
  readonly operands: readonly string[];
  /** How many options of `order` stood before an operand, for tools where an option counts for what follows it. */
  placeOf(operand: number): number;
}

export interface Command {
  /** The file's name in /usr/bin or /usr/sbin. */
  readonly name: string;
  /** The Fedora package that owns it. */
  readonly package: string;
  /** "gnu": getopt_long with permutation; "gnu-posix": stops at the first operand; "glib": GOption as ostree and rpm-ostree; "raw": the program reads argv itself. */
  readonly style: "gnu" | "gnu-posix" | "glib" | "raw";
  /** Lines after "Usage: ", e.g. ["touch [OPTION]... FILE..."]. */
  readonly usage: readonly string[];
  /** One line for `--help` and the fidelity page. */
  readonly about: string;
  readonly options: readonly Option[];
  /** What `--help` says below the usage, where it is not made from the options. */
  readonly helpBody?: string;
  /** Exit status of a usage error: 1 for most, 2 for ls, grep and sort, 125 for env. */
  readonly usageStatus?: ExitStatus;
  /** What is said of an option that there is not, where it is not getopt's own words. */
  readonly wrongOption?: (option: string) => string;
  /** What is said when the last of stdout cannot be written, `why` (strerror); "write error: WHY" unless given. */
  readonly unwritten?: (why: string, name: string) => string;
  /** Exit status then; `usageStatus` unless given. */
  readonly unwrittenStatus?: ExitStatus;
  /** The program closes standard input when it has read it, and calls it so when that fails, which makes its status 1. */
  readonly closesInput?: string;
  /** What follows a complaint about the command line; "try" (`Try 'x --help' …`) unless said, nothing for glib. "argp": that of glibc's argp, which has --usage, too. */
  readonly usageHint?:
    "try" | "named try" | "usage and try" | "usage" | "help" | "none" | "argp" | ((name: string, proc: Process) => string);
  /** Turns spellings that no option table can hold (`head -5`, `chmod -w`) into ones that it can, before parsing. */
  rewrite?(args: readonly string[]): readonly string[];
  /** What the file is when it is called by another name, as `reboot` is a link to systemctl. */
  readonly alsoAs?: readonly Command[];
  /** What to complete operands with. */
  readonly completes?: "files" | "directories" | "commands" | "users" | "pids" | "none";
  /**
   * Subcommands for completion and help, e.g. systemctl's. A name with a blank in it is one of a subcommand ("admin deploy").
   * `options` and `completes` are for completion: what holds after that subcommand, beside the command's own.
   */
  readonly subcommands?: readonly {
    readonly name: string;
    readonly help: string;
    readonly options?: readonly Option[];
    readonly completes?: NonNullable<Command["completes"]>;
  }[];
  /** Verbs, and options of verbs, that the real one has and this one has not, e.g. "compose", "upgrade --bypass-driver": it says so. */
  readonly absent?: readonly string[];
  /** Words to complete an operand with, given those before it on the command line: the units of `systemctl start`. Undefined: as `completes` says. */
  operandsFor?(sys: Sys, words: readonly string[]): readonly string[] | undefined;
  /** Where it is not as the real one, in a sentence for the fidelity page. */
  readonly simplified?: string;
  run(proc: Process, options: ParsedOptions): Run<ExitStatus>;
}
