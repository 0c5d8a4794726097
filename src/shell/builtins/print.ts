/** echo and printf. */
import { inLocale } from "../characters.ts";
import { fail, parseOptions, usageError, type OrdinaryBuiltin } from "../builtin.ts";
import { elementKey } from "../arithmetic-expansion.ts";
import { decodeEscapes } from "../escapes.ts";
import { parseReference } from "../variables.ts";
import { formatPrintf } from "./printf-format.ts";

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
    const text = args.slice(first).join(" ");
    const { text: shown, stop } = escapes ? decodeEscapes(text, "echo") : { text, stop: false };
    const output = shown + (newline && !stop ? "\n" : "");
    if (output !== "" || newline) yield* shell.proc.print(output);
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
    const result = formatPrintf(format, rest.map((arg) => inLocale(shell, arg)), { now: shell.proc.now(), startedAt: shell.proc.startedAt });
    if (reference === undefined) {
      if (result.text !== "") yield* shell.proc.print(result.text);
    } else if (reference.subscript === undefined) shell.variables.assign(reference.name, result.text);
    else shell.variables.assignElement(reference.name, elementKey(shell, reference.name, reference.subscript), result.text);
    for (const [name, count] of result.counts) shell.variables.assign(name, String(count));
    for (const message of result.complaints) yield* shell.complain(`printf: ${message}`);
    return result.complaints.length > 0 && result.failed ? 1 : 0;
  },
};

export const printBuiltins = [echo, printf];
