/** What a builtin command is. One is added by writing it in builtins/ and listing it in builtins/table.ts. */
import type { Run } from "../machine/program.ts";
import type { PreparedAssignment } from "./assignment.ts";
import { ExitShell } from "./errors.ts";
import type { Shell } from "./shell.ts";

/** An argument of a declaration command: a word, or `name=value`. Everything is expanded. */
export type DeclarationArgument = string | PreparedAssignment;

interface BuiltinWords {
  /** As typed. */
  readonly name: string;
  /** The synopsis that `help` lists and usage errors show, e.g. "cd [-L|[-P [-e]] [-@]] [dir]". */
  readonly usage: string;
  /** One sentence for `help name`. */
  readonly summary: string;
  /** To echo, test and the like `--help` is a word as any other. */
  readonly takesAnyWord?: boolean;
  /** POSIX special builtin: assignments before it and found before functions in POSIX mode; `type` tells. */
  readonly special?: boolean;
}

export interface OrdinaryBuiltin extends BuiltinWords {
  /** Arguments without the name. */
  run(shell: Shell, args: readonly string[]): Run<number>;
}

/** `declare`, `local`, `export`, `readonly`: assignments among the arguments are not split nor expanded as file names. */
export interface DeclarationBuiltin extends BuiltinWords {
  declare(shell: Shell, args: readonly DeclarationArgument[]): Run<number>;
}

export type Builtin = OrdinaryBuiltin | DeclarationBuiltin;

/** Runs a builtin; `--help` asks what it is for instead, which counts as wrong usage. */
export function* runBuiltin(shell: Shell, builtin: Builtin, args: readonly DeclarationArgument[]): Run<number> {
  if (args[0] === "--help" && builtin.takesAnyWord !== true) {
    yield* shell.proc.print(helpText(builtin));
    return 2;
  }
  if ("declare" in builtin) return yield* builtin.declare(shell, args);
  return yield* builtin.run(
    shell,
    args.filter((arg) => typeof arg === "string"),
  );
}

/** What `help name` prints. @simplified The synopsis and one sentence. */
export function helpText(builtin: BuiltinWords): string {
  return `${builtin.name}: ${builtin.usage}\n    ${builtin.summary}\n`;
}

/** Prints `name: message` with the shell's prefix. Returns `status` for `return yield* fail(…)`. */
export function* fail(shell: Shell, name: string, message: string, status = 1): Run<number> {
  yield* shell.complain(`${name}: ${message}`);
  return status;
}

/** The usage line after a wrong option; status 2. */
export function* usageError(shell: Shell, builtin: BuiltinWords, message: string): Run<number> {
  yield* shell.complain(`${builtin.name}: ${message}`);
  yield* shell.writeError(`${builtin.name}: usage: ${builtin.usage}\n`);
  endIfSpecial(shell, builtin, 2);
  return 2;
}

/** In POSIX mode an error of a special builtin ends a shell that is not interactive. */
export function endIfSpecial(shell: Shell, builtin: BuiltinWords, status: number): void {
  if (builtin.special === true && shell.options.has("posix") && !shell.interactive) throw new ExitShell(status);
}

/** Result of `parseOptions`. */
export interface BuiltinOptions {
  /** Letters in the order given, with their arguments. */
  readonly given: readonly { readonly letter: string; readonly argument: string }[];
  readonly operands: readonly string[];
  has(letter: string): boolean;
  /** The argument of the last `letter`. */
  argument(letter: string): string | undefined;
}

/**
 * Options as bash's internal getopt reads them: single letters, grouped, up to the first operand or `--`.
 * `letters` lists them, a colon after each that takes an argument. A string is the complaint for `usageError`.
 */
export function parseOptions(args: readonly string[], letters: string, plus = false): BuiltinOptions | string {
  const given: { letter: string; argument: string }[] = [];
  let at = 0;
  for (; at < args.length; at++) {
    const arg = args[at] ?? "";
    if (arg === "--") {
      at++;
      break;
    }
    if (!/^-./.test(arg) && !(plus && /^\+./.test(arg))) break;
    const sign = arg.charAt(0);
    for (let i = 1; i < arg.length; i++) {
      const letter = arg.charAt(i);
      const index = letters.indexOf(letter);
      if (index < 0 || letter === ":") return `${sign}${letter}: invalid option`;
      const key = sign === "+" ? `+${letter}` : letter;
      if (letters.charAt(index + 1) !== ":") {
        given.push({ letter: key, argument: "" });
        continue;
      }
      const rest = arg.slice(i + 1);
      const argument = rest !== "" ? rest : args[++at];
      if (argument === undefined) return `${sign}${letter}: option requires an argument`;
      given.push({ letter: key, argument });
      break;
    }
  }
  return {
    given,
    operands: args.slice(at),
    has: (letter) => given.some((option) => option.letter === letter),
    argument: (letter) => given.findLast((option) => option.letter === letter)?.argument,
  };
}
