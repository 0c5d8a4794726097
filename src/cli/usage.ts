/** What every verb of `lab` shares: where its lines go, how its words are read, which machines there are. */
import { readFileSync } from "node:fs";

export interface Output {
  line(text: string): void;
  error(text: string): void;
}

/** The command was called wrongly; the message says how, and the exit status is 2. */
export class UsageError extends Error {}

export interface Words {
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  readonly operands: readonly string[];
}

/** Reads `--name value`, `--name=value` and `--flag`. Throws `UsageError` for a word it does not know. */
export function readWords(
  words: readonly string[],
  known: { readonly flags: readonly string[]; readonly values: readonly string[] },
): Words {
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const operands: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (!word.startsWith("--")) {
      operands.push(word);
      continue;
    }
    const [name = "", attached] = word.slice(2).split(/=(.*)/s, 2);
    if (known.flags.includes(name) && attached === undefined) flags.add(name);
    else if (known.values.includes(name)) {
      const value = attached ?? words[++at];
      if (value === undefined) throw new UsageError(`--${name} needs a value`);
      values.set(name, value);
    } else
      throw new UsageError(
        `unknown option --${name}; known: ${[...known.flags, ...known.values].map((option) => `--${option}`).join(" ")}`,
      );
  }
  return { flags, values, operands };
}

/** The number given for `name`, or `otherwise`. */
export function numberOption(words: Words, name: string, otherwise: number): number {
  const text = words.values.get(name);
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new UsageError(`--${name} takes a whole number, not ${JSON.stringify(text)}`);
  return value;
}

/** The text of the one operand: a file's path, or "-" for standard input. */
export function readScript(words: Words): string {
  const [path, extra] = words.operands;
  if (path === undefined || extra !== undefined) throw new UsageError("give one script, or - for standard input");
  try {
    return readFileSync(path === "-" ? 0 : path, "utf8");
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
