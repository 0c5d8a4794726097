/** snapper's command line: global options, a verb, its options, its arguments, in this order. Source: openSUSE/snapper:client/utils/GetOpts.cc. */
import type { Option } from "../command.ts";

/** A mistake on the command line. */
export class GrammarError extends Error {
  readonly hint: boolean;

  /** With `hint`, a pointer to --help follows. */
  constructor(message: string, hint = true) {
    super(message);
    this.name = "GrammarError";
    this.hint = hint;
  }
}

export interface Given {
  has(name: string): boolean;
  value(name: string): string | undefined;
  /** What stands behind the options. */
  readonly rest: readonly string[];
}

interface Words {
  readonly unknown: (option: string) => string;
  readonly missing: (option: string) => string;
}

export const GLOBAL_WORDS: Words = {
  unknown: (option) => `Unknown global option '${option}'.`,
  missing: (option) => `Missing argument for global option '${option}'.`,
};

export const verbWords = (verb: string): Words => ({
  unknown: (option) => `Unknown option '${option}' for command '${verb}'.`,
  missing: (option) => `Missing argument for command option '${option}'.`,
});

/** getopt_long(3) up to the first word that is no option; long names may be shortened while they are clear. */
export function parseGiven(options: readonly Option[], args: readonly string[], words: Words): Given {
  const given = new Map<string, string>();
  let at = 0;
  const take = (option: Option, spelled: string, inline: string | undefined): void => {
    if (option.argument === undefined) {
      given.set(option.name, "");
      return;
    }
    const value = inline ?? args[++at];
    if (value === undefined) throw new GrammarError(words.missing(spelled));
    given.set(option.name, value);
  };
  for (; at < args.length; at++) {
    const word = args[at] ?? "";
    if (word === "--") {
      at++;
      break;
    }
    if (!word.startsWith("-") || word === "-") break;
    if (word.startsWith("--")) {
      const [name = "", ...value] = word.slice(2).split("=");
      const option = longOption(options, name);
      if (option === undefined || (option.argument === undefined && value.length > 0)) throw new GrammarError(words.unknown(word));
      take(option, `--${option.name}`, value.length > 0 ? value.join("=") : undefined);
      continue;
    }
    for (let letters = word.slice(1); letters !== "";) {
      const letter = letters[0] ?? "";
      letters = letters.slice(1);
      const option = options.find(({ short }) => short === letter);
      if (option === undefined) throw new GrammarError(words.unknown(`-${letter}`));
      take(option, `--${option.name}`, letters === "" ? undefined : letters);
      if (option.argument !== undefined) break;
    }
  }
  return { has: (name) => given.has(name), value: (name) => given.get(name), rest: args.slice(at) };
}

function longOption(options: readonly Option[], name: string): Option | undefined {
  const exact = options.find((option) => option.name === name);
  const beginning = options.filter((option) => option.name.startsWith(name));
  return exact ?? (beginning.length === 1 ? beginning[0] : undefined);
}

/** "a, b or c". */
export function oneOf(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1) ?? ""}`;
}
