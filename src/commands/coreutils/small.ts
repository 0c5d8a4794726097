/** Programs of a few lines: true, false, yes, seq. */
import type { Command } from "../command.ts";
import { Failure } from "../complain.ts";
import { extraOperand } from "../operands.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { curly } from "../quote.ts";
import { formatFloat } from "./printf.ts";

/** true(1). */
export const trueProgram: Command = {
  name: "true",
  package: "coreutils",
  style: "raw",
  usage: ["true [ignored command line arguments]", "true OPTION"],
  about: "Exit with a status code indicating success.",
  options: [],
  completes: "none",
  *run(proc) {
    yield* proc.tick();
    return 0;
  },
};

/** false(1). */
export const falseProgram: Command = {
  ...trueProgram,
  name: "false",
  usage: ["false [ignored command line arguments]", "false OPTION"],
  about: "Exit with a status code indicating failure.",
  *run(proc) {
    yield* proc.tick();
    return 1;
  },
};

/** yes(1). */
export const yes: Command = {
  name: "yes",
  package: "coreutils",
  style: "gnu-posix",
  usage: ["yes [STRING]...", "yes OPTION"],
  about: "Repeatedly output a line with all specified STRING(s), or 'y'.",
  options: [],
  completes: "none",
  *run(proc, options) {
    const line = (options.operands.length === 0 ? "y" : options.operands.join(" ")) + "\n";
    const block = line.repeat(Math.max(1, Math.floor(8192 / line.length)));
    for (;;) {
      yield* proc.write(1, block);
      yield* proc.tick();
    }
  },
};

/** seq(1). */
export const seq: Command = {
  name: "seq",
  package: "coreutils",
  style: "gnu-posix",
  usage: ["seq [OPTION]... LAST", "seq [OPTION]... FIRST LAST", "seq [OPTION]... FIRST INCREMENT LAST"],
  about: "Print numbers from FIRST to LAST, in steps of INCREMENT.",
  options: [
    { name: "format", short: "f", argument: "FORMAT", help: "use printf style floating-point FORMAT" },
    { name: "separator", short: "s", argument: "STRING", help: "use STRING to separate numbers (default: \\n)" },
    { name: "equal-width", short: "w", help: "equalize width by padding with leading zeroes" },
  ],
  completes: "none",
  // A negative number is no option.
  rewrite: (args) => {
    let at = 0;
    while (/^-(?:[sf]|-)?[^0-9.]/.test(args[at] ?? "")) at += /^-[sf]$/.test(args[at] ?? "") ? 2 : 1;
    return /^-(?:[0-9]|\.[0-9]|inf)/.test(args[at] ?? "") ? [...args.slice(0, at), "--", ...args.slice(at)] : args;
  },
  *run(proc, options) {
    const { operands } = options;
    if (operands.length === 0) throw new UsageError("missing operand");
    if (operands.length > 3) throw extraOperand(operands[3] ?? "");
    const numbers = operands.map((text) => {
      if (!/^\s*[-+]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|0[xX][0-9a-fA-F]+|inf(?:inity)?)$/i.test(text))
        throw new UsageError(`invalid floating point argument: ${curly(text)}`);
      return /inf/i.test(text) ? (text.includes("-") ? -Infinity : Infinity) : Number(text);
    });
    const last = numbers.at(-1) ?? 0;
    const first = numbers.length > 1 ? (numbers[0] ?? 1) : 1;
    const step = numbers.length === 3 ? (numbers[1] ?? 1) : 1;
    if (step === 0) throw new UsageError(`invalid Zero increment value: ${curly(operands[1] ?? "")}`);
    const decimals = (text: string | undefined): number => (text?.includes(".") === true ? text.length - text.indexOf(".") - 1 : 0);
    const shownFirst = operands.length > 1 ? operands[0] : undefined;
    const precision = Math.max(decimals(shownFirst), operands.length === 3 ? decimals(operands[1]) : 0);
    const format = options.value("format");
    if (format !== undefined && options.has("equal-width"))
      throw new UsageError("format string may not be specified when printing equal width strings");
    const found =
      format === undefined ? undefined : /^((?:[^%]|%%)*)%([-+ #0']*)([0-9]*)(?:\.([0-9]+))?([efgEFGaA])((?:[^%]|%%)*)$/.exec(format);
    if (found === null)
      throw new Failure(
        format?.includes("%") === true
          ? `format ${curly(format)} has unknown %${/%[-+ #0'0-9.]*(.?)/.exec(format)?.[1] ?? ""} directive`
          : `format ${curly(format ?? "")} has no % directive`,
      );
    const plain = (value: number): string => {
      if (found === undefined) return value.toFixed(precision);
      const [, before = "", flags = "", width = "", digits, conversion = "g", after = ""] = found;
      let text = formatFloat(value, conversion, flags, digits === undefined ? 6 : Number(digits));
      text = flags.includes("-")
        ? text.padEnd(Number(width))
        : flags.includes("0")
          ? text.replace(/^([-+ ]?)(.*)$/, (_, sign: string, rest: string) => sign + rest.padStart(Number(width) - sign.length, "0"))
          : text.padStart(Number(width));
      return before.replaceAll("%%", "%") + text + after.replaceAll("%%", "%");
    };
    let width = 0;
    if (options.has("equal-width"))
      width = Math.max(plain(first).length, plain(last).length + (precision > 0 && !plain(last).includes(".") ? precision + 1 : 0));
    const separator = options.value("separator") ?? "\n";
    const out = stdout(proc);
    // Half a unit in the last place forgives what binary fractions lose.
    const slack = Math.pow(10, -precision) / 2;
    let printed = false;
    for (let index = 0; ; index++) {
      const value = first + index * step;
      if (step > 0 ? value > last + (precision > 0 ? slack : 0) : value < last - (precision > 0 ? slack : 0)) break;
      let text = plain(value);
      if (width > 0) text = text.startsWith("-") ? "-" + text.slice(1).padStart(width - 1, "0") : text.padStart(width, "0");
      yield* out.print((printed ? separator : "") + text);
      printed = true;
      if (index % 1000 === 999) yield* proc.tick();
    }
    if (printed) yield* out.print("\n");
    return 0;
  },
};
