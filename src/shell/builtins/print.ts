/** echo and printf. */
import { inLocale } from "../characters.ts";
import { fail, parseOptions, usageError, type OrdinaryBuiltin } from "../builtin.ts";
import { elementKey } from "../arithmetic-expansion.ts";
import { decodeEscapes } from "../escapes.ts";
import { parseReference } from "../variables.ts";
import { holdOutput } from "../allocation.ts";
import type { Run } from "../../machine/program.ts";
import type { Shell } from "../shell.ts";
import { endOnSignal } from "../traps.ts";
import { formatPrintf, type PrintfResult } from "./printf-format.ts";

/** So many words become text within a tick. */
const WORDS_AT_ONCE = 16384;
/** So much of a text is written before a signal is looked for. */
const CHARACTERS_AT_ONCE = 65536;
/** Blanks are made in pieces of this many. */
const BLANKS_AT_ONCE = 65536;
/** The longest string that can be made here. */
const LONGEST_STRING = 2 ** 28;

const echo: OrdinaryBuiltin = {
  name: "echo",
  usage: "echo [-neE] [arg ...]",
  summary: "Write arguments to the standard output.",
  takesAnyWord: true,
  *run(shell, args) {
    let newline = true;
    let escapes = shell.options.shopt("xpg_echo");
    let first = 0;
    for (; /^-[neE]+$/.test(args[first] ?? ""); first++) {
      for (const letter of (args[first] ?? "").slice(1)) {
        if (letter === "n") newline = false;
        else escapes = letter === "e";
      }
    }
    if (!escapes)
      for (; args.length - first > WORDS_AT_ONCE; first += WORDS_AT_ONCE)
        yield* printLong(shell, `${args.slice(first, first + WORDS_AT_ONCE).join(" ")} `);
    const text = args.slice(first).join(" ");
    const { text: shown, stop } = escapes ? decodeEscapes(text, "echo") : { text, stop: false };
    const output = shown + (newline && !stop ? "\n" : "");
    if (output !== "" || newline) yield* printLong(shell, output);
    return 0;
  },
};

const printf: OrdinaryBuiltin = {
  name: "printf",
  usage: "printf [-v var] format [arguments]",
  summary: "Formats and prints ARGUMENTS under control of the FORMAT.",
  *run(shell, args) {
    const options = parseOptions(args, "v:");
    if (typeof options === "string") return yield* usageError(shell, printf, options);
    const [format, ...rest] = options.operands;
    const variable = options.argument("v");
    const reference = variable === undefined ? undefined : parseReference(variable);
    if (variable !== undefined && reference === undefined) return yield* fail(shell, "printf", `\`${variable}': not a valid identifier`, 2);
    if (format === undefined) {
      yield* shell.writeError("printf: usage: printf [-v var] format [arguments]\n");
      return 2;
    }
    const result = formatPrintf(
      format,
      rest.map((arg) => inLocale(shell, arg)),
      { now: shell.proc.now(), startedAt: shell.proc.startedAt },
    );
    if (reference === undefined) {
      yield* printWithRuns(shell, result);
    } else {
      const text = textWithRuns(shell, result);
      if (reference.subscript === undefined) shell.variables.assign(reference.name, text);
      else shell.variables.assignElement(reference.name, elementKey(shell, reference.name, reference.subscript), text);
    }
    for (const [name, count] of result.counts) shell.variables.assign(name, String(count));
    for (const message of result.complaints) yield* shell.complain(`printf: ${message}`);
    return result.complaints.length > 0 && result.failed ? 1 : 0;
  },
};

/** Ctrl-C ends it in between. */
function* printLong(shell: Shell, text: string): Run<void> {
  for (let at = 0; at === 0 || at < text.length;) {
    const end = /[\ud800-\udbff]/.test(text.charAt(at + CHARACTERS_AT_ONCE - 1)) ? at + CHARACTERS_AT_ONCE - 1 : at + CHARACTERS_AT_ONCE;
    yield* shell.proc.print(text.slice(at, end));
    yield* endOnSignal(shell);
    at = end;
  }
}

function* printWithRuns(shell: Shell, { text, runs }: PrintfResult): Run<void> {
  let done = 0;
  for (const { at, char, count } of runs) {
    yield* printLong(shell, text.slice(done, at));
    const piece = char.repeat(BLANKS_AT_ONCE);
    for (let left = count; left > 0; left -= piece.length) yield* printLong(shell, piece.slice(0, left));
    done = at;
  }
  yield* printLong(shell, text.slice(done));
}

/** As a string, which needs memory as any. */
function textWithRuns(shell: Shell, { text, runs }: PrintfResult): string {
  const length = runs.reduce((sum, { count }) => sum + count, text.length);
  if (length > LONGEST_STRING) holdOutput(shell, length, length);
  let whole = "";
  let done = 0;
  for (const { at, char, count } of runs) {
    whole += text.slice(done, at) + char.repeat(count);
    done = at;
  }
  return whole + text.slice(done);
}

export const printBuiltins = [echo, printf];
