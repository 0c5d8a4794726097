/**
 * Command lines as Rust's clap reads them and complains about them (exit status 2).
 *
 * @simplified No "tip:" lines, which clap adds when something similar exists; long help is the short one.
 */
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { Option } from "../command.ts";
import { longNames } from "../options.ts";

export interface Verb {
  readonly name: string;
  readonly alsoAs?: string;
  readonly about: string;
  readonly options: readonly ClapOption[];
  /** Names of operands; those without brackets must be given: "TARGET", "[IMAGE]". */
  readonly operands?: readonly string[];
  readonly hidden?: true;
  /** The real one has it and this one has not: says so. */
  readonly unbuilt?: true;
  run(call: Call): Run<ExitStatus>;
}

export interface ClapOption extends Option {
  /** Names of options that cannot stand beside it. */
  readonly conflicts?: readonly string[];
  /** It is not shown in help. */
  readonly hidden?: true;
  /** A number is wanted. */
  readonly number?: true;
}

export interface Call {
  readonly proc: Process;
  has(option: string): boolean;
  value(option: string): string | undefined;
  readonly operands: readonly string[];
}

/** What clap refuses: the lines after `error: `, and the usage if it is shown. */
export class ClapError extends Error {
  readonly usage: string | undefined;

  constructor(message: string, usage?: string) {
    super(message);
    this.name = "ClapError";
    this.usage = usage;
  }
}

const HELP: ClapOption = { name: "help", short: "h", help: "Print help" };

/** Reads what follows the verb. Throws `ClapError`; a call for help comes back as such. */
export function parseVerb(proc: Process, verb: Verb, args: readonly string[]): Call | "help" {
  const table = [...verb.options, HELP];
  const given: { readonly option: ClapOption; readonly value: string | undefined }[] = [];
  const operands: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (arg === "--") {
      operands.push(...args.slice(i + 1));
      break;
    }
    if (!arg.startsWith("-") || arg === "-") {
      operands.push(arg);
      continue;
    }
    const equals = arg.indexOf("=");
    const isLong = arg.startsWith("--");
    const name = isLong ? arg.slice(2, equals < 0 ? undefined : equals) : arg.slice(1, 2);
    const option = table.find((each) => (isLong ? longNames(each).includes(name) : each.short === name));
    if (!option) throw new ClapError(`unexpected argument '${isLong ? `--${name}` : `-${name}`}' found`, usageOf(verb));
    if (option === HELP) return "help";
    if (option.argument === undefined) {
      if (isLong && equals >= 0)
        throw new ClapError(
          `unexpected value '${arg.slice(equals + 1)}' for '${spelled(option)}' found; no more were expected`,
          usageOf(verb),
        );
      given.push({ option, value: undefined });
      // Letters may follow one another.
      if (!isLong && arg.length > 2) args = args.toSpliced(i + 1, 0, `-${arg.slice(2)}`);
      continue;
    }
    const attached = isLong
      ? equals < 0
        ? undefined
        : arg.slice(equals + 1)
      : arg.length > 2
        ? arg.slice(2).replace(/^=/, "")
        : undefined;
    const value = attached ?? args[++i];
    if (value === undefined || (attached === undefined && value.startsWith("-") && value !== "-"))
      throw new ClapError(`a value is required for '${spelled(option)}' but none was supplied${possible(option)}`);
    given.push({ option, value: checked(option, value) });
  }
  for (const { option } of given) {
    const repeated = given.filter((each) => each.option === option).length > 1;
    if (repeated) throw new ClapError(`the argument '${spelled(option)}' cannot be used multiple times`, usageOf(verb));
    const other = given.find((each) => option.conflicts?.includes(each.option.name));
    if (other)
      throw new ClapError(`the argument '${spelled(option)}' cannot be used with '${spelled(other.option)}'`, usageOf(verb, option));
  }
  const named = verb.operands ?? [];
  if (operands.length > named.length) throw new ClapError(`unexpected argument '${operands[named.length] ?? ""}' found`, usageOf(verb));
  const missing = named.filter((name, i) => !name.startsWith("[") && operands[i] === undefined);
  if (missing.length > 0)
    throw new ClapError(
      `the following required arguments were not provided:\n${missing.map((name) => `  <${name}>`).join("\n")}`,
      `bootc ${verb.name} ${missing.map((name) => `<${name}>`).join(" ")}`,
    );
  return {
    proc,
    operands,
    has: (name) => given.some(({ option }) => option.name === name),
    value: (name) => given.find(({ option }) => option.name === name)?.value,
  };
}

function checked(option: ClapOption, value: string): string {
  if (option.values && !option.values.includes(value))
    throw new ClapError(`invalid value '${value}' for '${spelled(option)}'${possible(option)}`);
  if (option.number && !/^\+?\d+$/.test(value))
    throw new ClapError(`invalid value '${value}' for '${spelled(option)}': invalid digit found in string`);
  return value;
}

function possible({ values }: ClapOption): string {
  return values ? `\n  [possible values: ${values.join(", ")}]` : "";
}

function spelled(option: ClapOption): string {
  return `--${longNames(option)[0] ?? ""}${option.argument === undefined ? "" : ` <${option.argument}>`}`;
}

function usageOf({ name, operands = [] }: Verb, option?: ClapOption): string {
  const places = operands.map((place) => (place.startsWith("[") ? ` ${place}` : ` <${place}>`)).join("");
  return `bootc ${name} ${option === undefined ? "[OPTIONS]" : spelled(option)}${places}`;
}

/** Says what clap says and ends as it does. */
export function* complainAbout(proc: Process, { message, usage }: ClapError): Run<ExitStatus> {
  const word = proc.sys.isatty(2) ? "\x1b[1m\x1b[31merror:\x1b[0m" : "error:";
  const usageText = usage === undefined ? "" : `Usage: ${usage}\n\n`;
  yield* proc.printError(`${word} ${message}\n\n${usageText}For more information, try '--help'.\n`);
  return 2;
}

export function verbHelp(verb: Verb): string {
  const rows = [...verb.options.filter(({ hidden }) => hidden !== true), HELP].map((option): [string, string] => [
    `  ${option.short === undefined ? "    " : `-${option.short}, `}${spelled(option)}`,
    option.help,
  ]);
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  const operands = (verb.operands ?? []).map((place) => `  ${place.startsWith("[") ? place : `<${place}>`}\n`).join("");
  return (
    `${verb.about}\n\nUsage: ${usageOf(verb)}\n\n${operands === "" ? "" : `Arguments:\n${operands}\n`}Options:\n` +
    rows.map(([left, right]) => `${left.padEnd(width)}${right}\n`).join("")
  );
}

export function programHelp(about: string, verbs: readonly Verb[]): string {
  const rows = [
    ...verbs.filter(({ hidden }) => hidden !== true).map(({ name, about: text }): [string, string] => [name, text]),
    ["help", "Print this message or the help of the given subcommand(s)"] as [string, string],
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  return (
    `${about}\n\nUsage: bootc <COMMAND>\n\nCommands:\n${rows.map(([name, text]) => `  ${name.padEnd(width)}${text}\n`).join("")}\n` +
    "Options:\n  -h, --help     Print help\n  -V, --version  Print version\n"
  );
}
