import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import type { Command } from "../command.ts";
import { Failure, ownName, warn } from "../complain.ts";
import { helpText } from "../help.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { curly, quoteIfNeeded } from "../quote.ts";
import { padEnd, padStart } from "../table.ts";
import { unescapeText } from "./echo.ts";
import { printVersion } from "../version.ts";

/** printf(1), the program; bash has its own. */
export const printf: Command = {
  name: "printf",
  package: "coreutils",
  style: "raw",
  usage: ["printf FORMAT [ARGUMENT]...", "printf OPTION"],
  about: "Print ARGUMENT(s) according to FORMAT.",
  options: [],
  *run(proc, { operands }) {
    if (operands.length === 1 && (operands[0] === "--help" || operands[0] === "--version")) {
      if (operands[0] === "--help") yield* stdout(proc).print(helpText(printf, ownName(proc)));
      else yield* printVersion(proc, printf);
      return 0;
    }
    const given = operands[0] === "--" ? operands.slice(1) : operands;
    const [format, ...args] = given;
    if (format === undefined) throw new UsageError("missing operand");
    const printer = new Printer(proc, args);
    do {
      if (!(yield* printer.once(format))) break;
    } while (printer.hasMore && printer.consumed);
    if (printer.hasMore && !printer.stopped)
      yield* warn(proc, `warning: ignoring excess arguments, starting with ${curly(args[printer.used] ?? "")}`);
    return printer.status;
  },
};

class Printer {
  readonly #proc: Process;
  readonly #args: readonly string[];
  used = 0;
  consumed = false;
  stopped = false;
  status = 0;

  constructor(proc: Process, args: readonly string[]) {
    this.#proc = proc;
    this.#args = args;
  }

  get hasMore(): boolean {
    return this.used < this.#args.length;
  }

  #next(): string | undefined {
    this.consumed = true;
    return this.#args[this.used++];
  }

  /** Goes through the format once; false when `\c` ended everything. */
  *once(format: string): Run<boolean> {
    this.consumed = false;
    const out = stdout(this.#proc);
    const directive = /%(%|([-+ #0']*)(\*|[0-9]+)?(?:\.(\*|[0-9]*))?(?:hh|h|ll|l|L|j|z|t)?(.?))/gs;
    let at = 0;
    for (let found = directive.exec(format); found !== null; found = directive.exec(format)) {
      if (!this.#plain(format.slice(at, found.index))) return false;
      at = directive.lastIndex;
      if (found[1] === "%") {
        yield* out.print("%");
        continue;
      }
      const [whole, , flags = "", widthText, precisionText, conversion = ""] = found;
      if (!/^[diouxXeEfFgGaAcsbq]$/.test(conversion)) throw new Failure(`${whole}: invalid conversion specification`);
      let width = widthText === "*" ? yield* this.#integer(this.#next()) : Number(widthText ?? 0);
      const precision =
        precisionText === undefined ? undefined : precisionText === "*" ? yield* this.#integer(this.#next()) : Number(precisionText);
      let leftAligned = flags.includes("-");
      if (width < 0) {
        leftAligned = true;
        width = -width;
      }
      const argument = this.#next();
      let text: string;
      let zeroPad = flags.includes("0") && !leftAligned;
      if (conversion === "s" || conversion === "b" || conversion === "q" || conversion === "c") {
        zeroPad = false;
        if (conversion === "b") {
          const unescaped = unescapeText(argument ?? "", "echo");
          text = unescaped.text;
          if (unescaped.stopped) {
            yield* out.print(text);
            this.stopped = true;
            return false;
          }
        } else if (conversion === "q") text = quoteIfNeeded(argument ?? "");
        else text = conversion === "c" ? ([...(argument ?? "")][0] ?? "") : (argument ?? "");
        if (precision !== undefined && conversion !== "c") text = [...text].slice(0, precision).join("");
      } else if (/[diouxX]/.test(conversion)) {
        if (precision !== undefined) zeroPad = false;
        text = formatInteger(yield* this.#number(argument), conversion, flags, precision);
      } else text = formatFloat(yield* this.#float(argument), conversion, flags, precision ?? 6);
      if (zeroPad) {
        const sign = /^[-+ ]?(?:0[xX])?/.exec(text)?.[0] ?? "";
        text = sign + text.slice(sign.length).padStart(width - sign.length, "0");
      }
      yield* out.print(leftAligned ? padEnd(text, width) : padStart(text, width));
    }
    return this.#plain(format.slice(at));
  }

  #plain(text: string): boolean {
    const { text: shown, stopped } = unescapeText(text, "printf");
    stdout(this.#proc).add(shown);
    this.stopped ||= stopped;
    return !stopped;
  }

  *#integer(text: string | undefined): Run<number> {
    return Number(yield* this.#number(text));
  }

  *#number(text: string | undefined): Run<bigint> {
    const given = text ?? "";
    if (/^["']/.test(given)) return BigInt(given.codePointAt(1) ?? 0);
    const found = /^\s*([-+]?)(0[xX][0-9a-fA-F]+|[0-9]+)(.*)$/s.exec(given);
    if (found === null) {
      if (text !== undefined) {
        yield* warn(this.#proc, `${curly(given)}: expected a numeric value`);
        this.status = 1;
      }
      return 0n;
    }
    const [, sign = "", digits = "0", rest = ""] = found;
    if (rest !== "") {
      yield* warn(this.#proc, `${curly(given)}: value not completely converted`);
      this.status = 1;
    }
    const octal = /^0[0-7]+$/.test(digits);
    const value = BigInt(octal ? `0o${digits.slice(1)}` : digits.replace(/^0+(?=[0-9])/, ""));
    return sign === "-" ? -value : value;
  }

  *#float(text: string | undefined): Run<number> {
    const given = text ?? "";
    if (/^["']/.test(given)) return given.codePointAt(1) ?? 0;
    const found = /^\s*([-+]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|0[xX][0-9a-fA-F]+|inf(?:inity)?|nan))(.*)$/is.exec(given);
    if (found === null) {
      if (text !== undefined) {
        yield* warn(this.#proc, `${curly(given)}: expected a numeric value`);
        this.status = 1;
      }
      return 0;
    }
    if (found[2] !== "") {
      yield* warn(this.#proc, `${curly(given)}: value not completely converted`);
      this.status = 1;
    }
    const number = found[1] ?? "0";
    if (/inf/i.test(number)) return number.startsWith("-") ? -Infinity : Infinity;
    return Number(number);
  }
}

/** printf(3)'s %d, %i, %o, %u, %x, %X of a 64-bit number. */
export function formatInteger(value: bigint, conversion: string, flags: string, precision: number | undefined): string {
  const isSigned = conversion === "d" || conversion === "i";
  const magnitude = isSigned ? (value < 0n ? -value : value) : BigInt.asUintN(64, value);
  let digits = magnitude.toString(conversion === "o" ? 8 : conversion === "x" || conversion === "X" ? 16 : 10);
  if (precision !== undefined) digits = precision === 0 && magnitude === 0n ? "" : digits.padStart(precision, "0");
  if (flags.includes("#")) {
    if (conversion === "o" && !digits.startsWith("0")) digits = `0${digits}`;
    if ((conversion === "x" || conversion === "X") && magnitude !== 0n) digits = `0x${digits}`;
  }
  if (conversion === "X") digits = digits.toUpperCase();
  const sign = !isSigned ? "" : value < 0n ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  return sign + digits;
}

/** printf(3)'s %f, %e, %g and their capitals. */
export function formatFloat(value: number, conversion: string, flags: string, precision: number): string {
  const sign = value < 0 || Object.is(value, -0) ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  const magnitude = Math.abs(value);
  let text: string;
  if (!Number.isFinite(magnitude)) text = Number.isNaN(magnitude) ? "nan" : "inf";
  else
    switch (conversion.toLowerCase()) {
      case "f":
        text =
          magnitude < 1e21
            ? fixed(magnitude, Math.min(100, precision))
            : BigInt(magnitude).toString() + (precision > 0 ? "." + "0".repeat(precision) : "");
        break;
      case "e":
        text = exponent(magnitude.toExponential(Math.min(100, precision)));
        break;
      default: {
        const significant = precision === 0 ? 1 : precision;
        const power = magnitude === 0 ? 0 : Number(magnitude.toExponential(significant - 1).split("e")[1]);
        text =
          power < -4 || power >= significant
            ? magnitude.toExponential(significant - 1)
            : magnitude.toFixed(Math.max(0, significant - 1 - power));
        if (!flags.includes("#") && text.includes(".")) text = text.replace(/\.?0+(?=e|$)/, "");
        text = exponent(text);
      }
    }
  text = sign + text;
  return conversion === conversion.toUpperCase() ? text.toUpperCase() : text;
}

/** toFixed that rounds what lies exactly in the middle to the even digit, as C does. */
function fixed(value: number, precision: number): string {
  const text = value.toFixed(precision);
  // A hundred digits are the whole expansion of any number that can lie in the middle.
  const exact = value.toFixed(100);
  const cut = exact.indexOf(".") + 1 + precision;
  if (!/^50*$/.test(exact.slice(cut)) || Number(text.at(-1)) % 2 === 0) return text;
  return precision === 0 ? exact.slice(0, cut - 1) : exact.slice(0, cut);
}

/** C writes at least two digits of an exponent. */
function exponent(text: string): string {
  return text.replace(/e([-+])([0-9])$/, "e$10$2");
}
