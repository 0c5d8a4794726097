/** How flatpak(1) reads its command line, and how it refuses one. */
import { failureText, OstreeError } from "../../engines/ostree/errors.ts";
import { Installation } from "../../engines/flatpak/installation.ts";
import type { ServerAt } from "../../engines/flatpak/server.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { Option, ParsedOptions } from "../command.ts";
import { GetoptError, longNames, parseOptions, shortNames, UsageError } from "../options.ts";
import { LineReader } from "../text-io.ts";
import { SHARED, VERBS } from "./option-tables.ts";

export type VerbName = keyof typeof VERBS;

/** One use of a verb. */
export interface Call {
  readonly proc: Process;
  readonly name: VerbName;
  readonly options: ParsedOptions;
  readonly serverAt: ServerAt;
}

export interface Verb {
  readonly name: VerbName;
  /** Options that do nothing here, and those that say that they are not built. */
  readonly ignored?: readonly string[];
  readonly unbuilt?: readonly string[];
  /** The first operand is a program's name, and what follows it is the program's. */
  readonly stopsAtOperand?: true;
  run(call: Call): Run<ExitStatus>;
}

/** Wrong use: a hint at the verb's help follows. */
export class Misuse extends Error {}

const IGNORED = ["verbose", "ostree-verbose"];

/** The table of a verb's options, as its help has them. */
export function optionsOf({ name, ignored = [], unbuilt = [] }: Verb): Option[] {
  const lines = VERBS[name].options.replace(/^\[(\w+)\]$/gm, (_, shared: string) => SHARED[shared] ?? "").split("\n");
  return lines.flatMap((line): Option[] => {
    const [, short, long, argument, help] = /^(?:-(\w), )?--([\w-]+)(?:=(\S*))? {2}(.*)$/.exec(line) ?? [];
    if (long === undefined || help === undefined) return [];
    const fidelity = unbuilt.includes(long) ? "unbuilt" : ignored.includes(long) || IGNORED.includes(long) ? "ignored" : "full";
    return [{ name: long, help, fidelity, ...(short === undefined ? {} : { short }), ...(argument === undefined ? {} : { argument }) }];
  });
}

const HELP: Option = { name: "help", short: "h", help: "Show help options" };

/** Reads `args` by the verb's table and runs it; what goes wrong is told as `error: …`. */
export function* runVerb(proc: Process, verb: Verb, args: readonly string[], serverAt: ServerAt): Run<ExitStatus> {
  try {
    const table = optionsOf(verb);
    const options = parseOptions({ style: "glib", options: [HELP, ...table] }, verb.stopsAtOperand ? guarded(table, args) : args);
    if (options.has("help")) {
      yield* proc.print(helpOf(verb.name, table));
      return 0;
    }
    const unbuilt = table.find(({ name, fidelity }) => fidelity === "unbuilt" && options.has(name));
    if (unbuilt) throw new OstreeError(`--${unbuilt.name} is not built in Immutable Lab`);
    return yield* verb.run({ proc, name: verb.name, options, serverAt });
  } catch (error) {
    const isMisuse = error instanceof Misuse;
    const text = isMisuse || error instanceof UsageError || error instanceof GetoptError ? error.message : failureText(error);
    if (text === undefined) throw error;
    yield* fail(proc, text);
    if (isMisuse) yield* proc.printError(`\nSee 'flatpak ${verb.name} --help'\n`);
    return 1;
  }
}

/** Puts a `--` before the first operand, so that what follows is not read. */
function guarded(table: readonly Option[], args: readonly string[]): string[] {
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (arg === "--") return [...args];
    if (!arg.startsWith("-")) return [...args.slice(0, i), "--", ...args.slice(i)];
    const option = table.find((entry) => `--${entry.name}` === arg || (entry.short !== undefined && `-${entry.short}` === arg));
    if (option?.argument !== undefined) i++;
  }
  return [...args];
}

/** The word red on a terminal. */
export function* fail(proc: Process, message: string): Run<void> {
  const word = proc.sys.isatty(2) ? "\x1b[31m\x1b[1merror: \x1b[22m\x1b[0m" : "error: ";
  yield* proc.printError(`${word}${message}\n`);
}

const COLUMNS_TAIL = "\nAppend :s[tart], :m[iddle], :e[nd] or :f[ull] to change ellipsization\n";

function helpOf(name: VerbName, table: readonly Option[]): string {
  const { operands, about, columns } = VERBS[name] as { operands: string; about: string; columns?: string };
  const left = (option: Option): string =>
    `  ${[...shortNames(option).map((letter) => `-${letter}`), ...longNames(option).map((long) => `--${long}`)].join(", ")}` +
    (option.argument === undefined || option.argument === "" ? "" : `=${option.argument}`);
  const width = Math.max(...[HELP, ...table].map((option) => left(option).length)) + 5;
  const row = (option: Option): string => `${left(option).padEnd(width)}${option.help}\n`;
  const list = columns === undefined ? "" : `\n${columnsHelp(columns)}`;
  return (
    `Usage:\n  flatpak ${name} [OPTION…] ${operands} - ${about}\n\nHelp Options:\n${row(HELP)}\n` +
    `Application Options:\n${table.map(row).join("")}${list}\n`
  );
}

/** What `--columns=help` says. */
export function columnsHelp(columns: string): string {
  const rows = [...columnRows(columns), ["all", "Show all columns"] as const, ["help", "Show available columns"] as const];
  const width = Math.max(...rows.map(([name]) => name.length)) + 5;
  return `Available columns:\n${rows.map(([name, help]) => `  ${name.padEnd(width)}${help}\n`).join("")}${COLUMNS_TAIL}`;
}

export function columnRows(columns: string): (readonly [name: string, help: string])[] {
  return columns
    .trim()
    .split("\n")
    .map((line) => {
      const at = line.indexOf("  ");
      return [line.slice(0, at), line.slice(at + 2)] as const;
    });
}

/** Throws `Misuse` when there are more operands than `most`. */
export function checkOperands({ options }: Call, most: number): void {
  if (options.operands.length > most) throw new Misuse("Too many arguments");
}

// ——— where to work

/** What `--user`, `--system`, `--installation` name; none: both, or the one that `otherwise` says. Throws `OstreeError`. */
export function installationsOf({ proc, options }: Call, otherwise: "both" | "system"): Installation[] {
  const named = options.value("installation");
  if (named !== undefined && named !== "default") throw new OstreeError(`Could not find installation ${named}`);
  const system = Installation.system(proc.sys);
  const user = Installation.user(proc.sys, proc.env);
  const isSystem = options.has("system") || named !== undefined;
  if (options.has("user") && !isSystem) return [user];
  if (isSystem && !options.has("user")) return [system];
  return otherwise === "both" || isSystem ? [system, user] : [system];
}

/** The same, each with a repository that can be read. Throws `OstreeError`. */
export function openInstallations(call: Call): Installation[] {
  const places = installationsOf(call, "both");
  for (const { repository: _ } of places);
  return places;
}

export function installationOf(call: Call): Installation {
  const [first] = installationsOf(call, "system");
  return first as Installation;
}

/** The installations where the remote `name` is; where they are several, the first. Throws `OstreeError`. */
export function installationWithRemote(call: Call, name: string): Installation {
  const places = installationsOf(call, "both");
  const found = places.find((place) => place.repository?.remotes().includes(name));
  if (found) return found;
  const only = places.length === 1 ? places[0] : undefined;
  throw new OstreeError(
    only
      ? `Remote "${name}" not found in the ${only.name} installation`
      : `Remote "${name}" not found\nHint: Use flatpak remote-add to add a remote`,
  );
}

/** Of `NAME BRANCH`, as verbs took it once, the branch: a second word that is no name of an app and no ref. */
export function oldBranch(words: readonly string[]): string | undefined {
  const [, second = ""] = words;
  return words.length === 2 && /^[\w.-]+$/.test(second) && second.split(".").length < 3 ? second : undefined;
}

// ——— questions

/** Whether anybody can be asked. */
export function isInteractive(proc: Process): boolean {
  return proc.sys.isatty(0) && proc.sys.isatty(1);
}

/** `question [Y/n]: `. Where nobody can be asked, the answer is a no that is printed. */
export function* ask(proc: Process, question: string, otherwise: "yes" | "none" = "yes"): Run<boolean> {
  const prompt = `${question} ${otherwise === "yes" ? "[Y/n]" : "[y/n]"}: `;
  for (;;) {
    yield* proc.print(prompt);
    if (!isInteractive(proc)) {
      yield* proc.print("n\n");
      return false;
    }
    const answer = (yield* readLine(proc))?.trim().toLowerCase();
    if (answer === undefined) return false;
    if (answer === "y" || answer === "yes" || (answer === "" && otherwise === "yes")) return true;
    if (answer === "n" || answer === "no") return false;
  }
}

/** `Which do you want to use (0 to abort)? [0-N]: `; 0 where nobody can be asked. */
export function* choose(proc: Process, most: number): Run<number> {
  for (;;) {
    yield* proc.print(`Which do you want to use (0 to abort)? [0-${most}]: `);
    if (!isInteractive(proc)) {
      yield* proc.print("0\n");
      return 0;
    }
    const answer = yield* readLine(proc);
    if (answer === undefined) return 0;
    const number = /^\d+$/.test(answer.trim()) ? Number(answer.trim()) : NaN;
    if (number >= 0 && number <= most) return number;
  }
}

/** One line, a byte at a time so that nothing of what follows is taken. */
function* readLine(proc: Process): Run<string | undefined> {
  return yield* new LineReader(proc, 0).next();
}
