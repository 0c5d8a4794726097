/**
 * Command lines read by a program's option table, as getopt_long(3) and GOption read them.
 *
 * What is wrong with a command line is a `UsageError` in the family's own words.
 */
import { append } from "../base/append.ts";
import type { Command, Option, ParsedOptions } from "./command.ts";

/** A command line that the program refuses; `message` goes after `name: ` (or `error: `), and is "" when only the usage is shown. */
export class UsageError extends Error {
  /** Whether "Try 'x --help' for more information." follows. */
  readonly hint: boolean;
  /** Where it is not the program's usual one. */
  readonly status: number | undefined;

  constructor(message: string, hint = true, status?: number) {
    super(message);
    this.name = "UsageError";
    this.hint = hint;
    this.status = status;
  }
}

/** What getopt(3) refuses: its messages begin with the whole of argv[0]. */
export class GetoptError extends UsageError {}

/** `--help`, which every table has unless it says its own. */
const HELP: Option = { name: "help", help: "display this help and exit" };
/** `--version`, likewise. */
const VERSION: Option = { name: "version", help: "output version information and exit" };

/** The table's options and the two that every program has. */
export function allOptions(command: Pick<Command, "options" | "style">): readonly Option[] {
  if (command.style === "raw") return command.options;
  const own = new Set(command.options.map((option) => option.name));
  return [...command.options, ...[HELP, VERSION].filter((option) => !own.has(option.name))];
}

/** The long spellings of `option`, the chief one first. */
export function longNames(option: Option): readonly string[] {
  const chief = option.long === false ? [] : [option.long ?? option.name];
  return [...chief, ...(option.alsoLong ?? [])];
}

/** The letters of `option`, the chief one first. */
export function shortNames(option: Option): readonly string[] {
  return [...(option.short === undefined ? [] : [option.short]), ...(option.alsoShort ?? [])];
}

/** Reads `args` (without argv[0]). Throws `UsageError`. */
export function parseOptions(command: Pick<Command, "options" | "style">, args: readonly string[]): ParsedOptions {
  if (command.style === "raw") return new Parsed([], args);
  const options = allOptions(command);
  const glib = command.style === "glib";
  const order: { name: string; value: string | undefined }[] = [];
  const operands: string[] = [];
  const places: number[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (arg === "--") {
      append(operands, args.slice(i + 1));
      break;
    }
    if (arg.startsWith("--")) {
      const { option, spelled, value } = glib ? findGlib(options, arg) : findLong(options, arg);
      if (option.argument === undefined || value !== undefined || option.optional) {
        order.push({ name: option.name, value });
        continue;
      }
      const next = args[++i];
      if (next === undefined)
        throw new GetoptError(glib ? `Missing argument for --${spelled}` : `option '--${spelled}' requires an argument`);
      order.push({ name: option.name, value: next });
    } else if (arg.length > 1 && arg.startsWith("-")) {
      for (let k = 1; k < arg.length; k++) {
        const letter = String.fromCodePoint(arg.codePointAt(k) ?? 0);
        const option = options.find((candidate) => shortNames(candidate).includes(letter));
        if (option === undefined) throw new GetoptError(glib ? `Unknown option ${arg}` : `invalid option -- '${letter}'`);
        if (option.argument === undefined) {
          order.push({ name: option.name, value: undefined });
          continue;
        }
        const rest = arg.slice(k + 1);
        if (rest !== "" || option.optional) {
          order.push({ name: option.name, value: rest === "" ? undefined : rest });
          break;
        }
        const next = args[++i];
        if (next === undefined)
          throw new GetoptError(glib ? `Missing argument for -${letter}` : `option requires an argument -- '${letter}'`);
        order.push({ name: option.name, value: next });
        break;
      }
    } else if (command.style === "gnu-posix") {
      append(operands, args.slice(i));
      break;
    } else {
      places.push(order.length);
      operands.push(arg);
    }
  }
  return new Parsed(order, operands, places);
}

interface Found {
  readonly option: Option;
  /** The whole long name. */
  readonly spelled: string;
  readonly value: string | undefined;
}

/** getopt_long(3): the exact name, or a prefix that only one option has. */
function findLong(options: readonly Option[], arg: string): Found {
  const equals = arg.indexOf("=");
  const name = equals < 0 ? arg.slice(2) : arg.slice(2, equals);
  const value = equals < 0 ? undefined : arg.slice(equals + 1);
  const candidates: { option: Option; spelled: string }[] = [];
  for (const option of options) {
    for (const spelled of longNames(option)) {
      if (spelled === name) return checked({ option, spelled, value });
      if (spelled.startsWith(name)) candidates.push({ option, spelled });
    }
  }
  const first = candidates[0];
  if (first === undefined) throw new GetoptError(`unrecognized option '${arg}'`);
  if (candidates.some((candidate) => candidate.option !== first.option)) {
    throw new GetoptError(
      `option '${arg}' is ambiguous; possibilities:${candidates.map((candidate) => ` '--${candidate.spelled}'`).join("")}`,
    );
  }
  return checked({ ...first, value });
}

function checked(found: Found): Found {
  if (found.option.argument === undefined && found.value !== undefined) {
    throw new GetoptError(`option '--${found.spelled}' doesn't allow an argument`);
  }
  return found;
}

/** GOption: the exact name only. */
function findGlib(options: readonly Option[], arg: string): Found {
  const equals = arg.indexOf("=");
  const whole = arg.slice(2);
  const name = equals < 0 ? whole : arg.slice(2, equals);
  for (const option of options) {
    if (!longNames(option).includes(name)) continue;
    if (equals >= 0 && option.argument === undefined) break;
    return { option, spelled: name, value: equals < 0 ? undefined : arg.slice(equals + 1) };
  }
  throw new GetoptError(`Unknown option ${arg}`);
}

class Parsed implements ParsedOptions {
  readonly order: readonly { readonly name: string; readonly value: string | undefined }[];
  readonly operands: readonly string[];
  readonly #places: readonly number[];

  /** `places`: how many options stood before each operand; before those that it lacks, all of them. */
  constructor(
    order: readonly { readonly name: string; readonly value: string | undefined }[],
    operands: readonly string[],
    places: readonly number[] = [],
  ) {
    this.order = order;
    this.operands = operands;
    this.#places = places;
  }

  placeOf(operand: number): number {
    return this.#places[operand] ?? this.order.length;
  }

  has(name: string): boolean {
    return this.order.some((given) => given.name === name);
  }

  value(name: string): string | undefined {
    return this.order.findLast((given) => given.name === name)?.value;
  }

  values(name: string): readonly string[] {
    return this.order.flatMap((given) => (given.name === name && given.value !== undefined ? [given.value] : []));
  }
}
