/** What completion knows of programs: their options and subcommands, as words. */
import type { Sys } from "../../vfs/sys.ts";

export interface OptionInfo {
  readonly name: string;
  readonly short?: string;
  readonly alsoShort?: readonly string[];
  readonly long?: string | false;
  readonly alsoLong?: readonly string[];
  readonly argument?: string;
  readonly optional?: true;
  readonly values?: readonly string[];
}

export type OperandKind = "files" | "directories" | "commands" | "users" | "pids" | "none";

/** What completion knows of a program; a `Command` is one. */
export interface CommandInfo {
  readonly options: readonly OptionInfo[];
  readonly completes?: OperandKind;
  /** A name with a blank in it is a subcommand of a subcommand, as `admin deploy`. */
  readonly subcommands?: readonly {
    readonly name: string;
    readonly options?: readonly OptionInfo[];
    readonly completes?: OperandKind;
  }[];
  /** Further words for an operand, given the command's words so far, e.g. the units of `systemctl start`. */
  operandsFor?(sys: Sys, words: readonly string[]): readonly string[] | undefined;
}

/** The long spellings of an option. */
export function longNames(option: OptionInfo): readonly string[] {
  const own = option.long === false ? [] : [option.long ?? option.name];
  return [...own, ...(option.alsoLong ?? [])];
}

function shortNames(option: OptionInfo): readonly string[] {
  return [...(option.short === undefined ? [] : [option.short]), ...(option.alsoShort ?? [])];
}

/** What an option may be written as, given the dashes that are typed. */
export function optionWords(options: readonly OptionInfo[], begun: string): { text: string; suffix: string }[] {
  const words: { text: string; suffix: string }[] = [];
  for (const option of options) {
    const takes = option.argument !== undefined;
    for (const long of longNames(option)) words.push(takes ? { text: `--${long}=`, suffix: "" } : { text: `--${long}`, suffix: " " });
    if (begun === "-" || begun.length === 2) for (const short of shortNames(option)) words.push({ text: `-${short}`, suffix: " " });
  }
  for (const long of ["help", "version"])
    if (!words.some((word) => word.text === `--${long}`)) words.push({ text: `--${long}`, suffix: " " });
  return words;
}

/** The option whose argument is the word after `word`. */
export function optionThatTakesNextWord(word: string, options: readonly OptionInfo[]): OptionInfo | undefined {
  if (word.startsWith("--")) {
    return word.includes("=")
      ? undefined
      : options.find((option) => option.argument !== undefined && !option.optional && longNames(option).includes(word.slice(2)));
  }
  const letter = word.at(-1) ?? "";
  return options.find((option) => option.argument !== undefined && !option.optional && shortNames(option).includes(letter));
}

/** Whether the word after `word` is its argument. */
export function takesNextWord(word: string, options: readonly OptionInfo[]): boolean {
  return optionThatTakesNextWord(word, options) !== undefined;
}

/** The words that may come next after the subcommands already given. */
export function subcommandNames(info: CommandInfo, operands: readonly string[]): string[] {
  const given = operands.length === 0 ? "" : `${operands.join(" ")} `;
  const next = new Set<string>();
  for (const { name } of info.subcommands ?? []) if (name.startsWith(given)) next.add(name.slice(given.length).split(" ")[0] ?? "");
  return [...next];
}
