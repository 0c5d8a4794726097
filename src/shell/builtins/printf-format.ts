/** The formats of printf(1) as bash has it. */
import type { Timestamp } from "../../base/timestamp.ts";
import { encodeUtf8, utf8Length } from "../../base/utf8.ts";
import { backslashQuote, decodeEscapes } from "../escapes.ts";
import { formatTime } from "../strftime.ts";

/** `count` times `char` before the character of the text at `at`. */
export interface PrintfRun {
  readonly at: number;
  readonly char: string;
  readonly count: number;
}

/** A field of more blanks than this is a run. */
const LONGEST_FILL = 65536;
const INT_MAX = 2 ** 31 - 1;

export interface PrintfResult {
  readonly text: string;
  /** Long runs of blanks or zeros that are not in `text`, in order. */
  readonly runs: readonly PrintfRun[];
  /** Messages for standard error, without "printf: ". */
  readonly complaints: readonly string[];
  /** Whether they make the status 1. */
  readonly failed: boolean;
  /** `%n`: variables, and how many characters had been printed. */
  readonly counts: readonly (readonly [name: string, count: number])[];
}

export interface PrintfClock {
  readonly now: Timestamp;
  /** `%(…)T` of -2: when the shell was started. */
  readonly startedAt: Timestamp;
}

interface Directive {
  readonly flags: string;
  readonly width: number | undefined;
  readonly precision: number | undefined;
  readonly conversion: string;
  readonly timeFormat: string | undefined;
}

/** Applies `format` to `args`, again and again while arguments are left. */
export function formatPrintf(format: string, args: readonly string[], clock: PrintfClock): PrintfResult {
  const printer = new Printer(args, clock);
  do {
    const before = printer.used;
    if (!printer.once(format) || printer.used === before) break;
  } while (printer.used < args.length);
  return { text: printer.text, runs: printer.runs, complaints: printer.complaints, failed: printer.failed, counts: printer.counts };
}

const DIRECTIVE = /^%([-+ #0']*)(\*|\d+)?(?:\.(\*|-?\d*))?[hjlLtz]*(?![hjlLtz])(?:\(([^)]*)\))?([a-zA-Z%])/;

class Printer {
  readonly complaints: string[] = [];
  readonly counts: (readonly [name: string, count: number])[] = [];
  readonly runs: PrintfRun[] = [];
  failed = false;
  text = "";
  used = 0;
  readonly #args: readonly string[];
  readonly #clock: PrintfClock;

  constructor(args: readonly string[], clock: PrintfClock) {
    this.#args = args;
    this.#clock = clock;
  }

  /** One pass over the format. False: stop altogether (`\c`, a bad conversion). */
  once(format: string): boolean {
    for (let i = 0; i < format.length;) {
      const char = format.charAt(i);
      if (char === "\\") {
        const found = /^\\(?:[0-7]{1,3}|x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|[\s\S]|$)/.exec(format.slice(i))?.[0] ?? "\\";
        if (found === "\\x") this.complaints.push("missing hex digit for \\x");
        this.text += decodeEscapes(found, "printf").text;
        i += found.length;
      } else if (char === "%") {
        const length = this.#directive(format.slice(i));
        if (length === 0) return false;
        i += length;
      } else {
        const next = format.slice(i).search(/[\\%]/);
        const end = next < 0 ? format.length : i + next;
        this.text += format.slice(i, end);
        i = end;
      }
    }
    return true;
  }

  #next(): string | undefined {
    return this.#args[this.used++];
  }

  #complain(message: string): void {
    this.complaints.push(message);
    this.failed = true;
  }

  /** Handles the directive at the start of `rest`; its length, or 0 when it ends everything. */
  #directive(rest: string): number {
    if (rest.startsWith("%%")) {
      this.text += "%";
      return 2;
    }
    const found = DIRECTIVE.exec(rest);
    if (found === null) {
      // What stands where the conversion should.
      const bad = /^%[-+ #0'.*\d]*[hjlLtz]*(.?)/s.exec(rest);
      this.#complain(bad?.[1] === "" ? `\`${bad[0]}': missing format character` : `\`${bad?.[1] ?? ""}': invalid format character`);
      return 0;
    }
    const [whole, flags = "", width, precision, timeFormat, conversion = ""] = found;
    let actualFlags = flags;
    let actualWidth = width === "*" ? this.#integer("d") : width === undefined ? undefined : Number(width);
    if (actualWidth !== undefined && actualWidth < 0) {
      actualFlags += "-";
      actualWidth = -actualWidth;
    }
    const given = precision === "*" ? this.#integer("d") : precision === undefined ? undefined : Number(precision);
    const directive: Directive = {
      flags: actualFlags,
      width: actualWidth,
      precision: given !== undefined && given < 0 ? undefined : given,
      conversion,
      timeFormat,
    };
    return this.#convert(directive) ? whole.length : 0;
  }

  #convert(directive: Directive): boolean {
    const { conversion } = directive;
    switch (conversion) {
      case "s":
        this.#pad(cut(this.#next() ?? "", directive.precision), directive);
        return true;
      case "b": {
        const { text, stop } = decodeEscapes(this.#next() ?? "", "printf-b");
        this.#pad(cut(text, directive.precision), directive);
        return !stop;
      }
      case "q":
        this.#pad(backslashQuote(this.#next() ?? ""), directive);
        return true;
      case "Q":
        this.#pad(backslashQuote(cut(this.#next() ?? "", directive.precision)), { ...directive, precision: undefined });
        return true;
      case "c":
        this.#pad(firstByte(this.#next() ?? ""), directive);
        return true;
      case "d":
      case "i":
      case "u":
      case "o":
      case "x":
      case "X":
        this.#pad(formatInteger(this.#bigInteger(conversion), directive), {
          ...directive,
          flags: directive.precision === undefined ? directive.flags : directive.flags.replaceAll("0", ""),
        });
        return true;
      case "e":
      case "E":
      case "f":
      case "F":
      case "g":
      case "G":
      case "a":
      case "A":
        this.#pad(formatFloat(this.#float(), directive), directive);
        return true;
      case "T":
        this.#time(directive);
        return true;
      case "n": {
        const name = this.#next();
        if (name !== undefined) this.counts.push([name, utf8Length(this.text)]);
        return true;
      }
      default:
        this.#complain(`\`${conversion}': invalid format character`);
        return false;
    }
  }

  #time(directive: Directive): void {
    const argument = this.#next() ?? "-1";
    const seconds = Number(argument);
    if (Number.isNaN(seconds)) this.#complain(`${argument}: invalid number`);
    const moment =
      seconds === -1 ? this.#clock.now : seconds === -2 ? this.#clock.startedAt : { sec: Number.isFinite(seconds) ? seconds : 0, nsec: 0 };
    this.#pad(
      formatTime(moment, directive.timeFormat === undefined || directive.timeFormat === "" ? "%X" : directive.timeFormat),
      directive,
    );
  }

  #integer(conversion: string): number {
    return Number(this.#bigInteger(conversion));
  }

  /** The next argument as a whole number: decimal, octal, hexadecimal, or `'x` for a character's code. */
  #bigInteger(conversion: string): bigint {
    const text = this.#next();
    if (text === undefined || text === "") return 0n;
    if (/^["']/.test(text)) return BigInt(text.codePointAt(1) ?? 0);
    const found = /^\s*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)/.exec(text);
    if (found === null || found[0].length < text.length)
      this.#complain(
        `${text}: invalid ${/^\s*[+-]?0[0-9]*[89]/.test(text) ? "octal number" : /^\s*[+-]?0[xX]/.test(text) ? "hex number" : "number"}`,
      );
    if (found === null) return 0n;
    const digits = found[2] ?? "0";
    const magnitude = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits}` : digits);
    const value = found[1] === "-" ? -magnitude : magnitude;
    const [low, high] = conversion === "d" || conversion === "i" ? [-(2n ** 63n), 2n ** 63n - 1n] : [-(2n ** 63n), 2n ** 64n - 1n];
    if (value >= low && value <= high) return value;
    this.complaints.push(`warning: ${text}: Numerical result out of range`);
    return value < low ? low : high;
  }

  #float(): number {
    const text = this.#next();
    if (text === undefined || text === "") return 0;
    if (/^["']/.test(text)) return text.codePointAt(1) ?? 0;
    const found = /^\s*[+-]?(?:0[xX][0-9a-fA-F]+|\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|inf(?:inity)?|nan)/i.exec(text)?.[0];
    if (found === undefined || found.length < text.length) this.#complain(`${text}: invalid number`);
    if (found === undefined) return 0;
    return /inf/i.test(found) ? (found.includes("-") ? -Infinity : Infinity) : Number(found.trim());
  }

  /** Widths count bytes, as in C. */
  #pad(text: string, directive: Directive): void {
    const missing = (directive.width ?? 0) - utf8Length(text);
    if (missing <= 0) {
      this.text += text;
      return;
    }
    // printf(3) fails with EOVERFLOW.
    if (missing > INT_MAX) return;
    if (directive.flags.includes("-")) {
      this.text += text;
      this.#fill(" ", missing);
    } else if (directive.flags.includes("0") && "diouxXeEfFgGaA".includes(directive.conversion)) {
      const head = /^[+ -]?(?:0[xX])?/.exec(text)?.[0] ?? "";
      this.text += head;
      this.#fill("0", missing);
      this.text += text.slice(head.length);
    } else {
      this.#fill(" ", missing);
      this.text += text;
    }
  }

  #fill(char: string, count: number): void {
    if (count <= LONGEST_FILL) this.text += char.repeat(count);
    else this.runs.push({ at: this.text.length, char, count });
  }
}

/** At most `bytes` bytes of `text`, whole characters. */
function cut(text: string, bytes: number | undefined): string {
  if (bytes === undefined) return text;
  let out = "";
  let used = 0;
  for (const char of text) {
    used += utf8Length(char);
    if (used > bytes) break;
    out += char;
  }
  return out;
}

function formatInteger(value: bigint, { flags, precision, conversion }: Directive): string {
  const isSigned = conversion === "d" || conversion === "i";
  const number = isSigned ? value : BigInt.asUintN(64, value);
  const base = conversion === "o" ? 8 : conversion === "x" || conversion === "X" ? 16 : 10;
  let digits = (number < 0n ? -number : number).toString(base);
  if (conversion === "X") digits = digits.toUpperCase();
  if (precision === 0 && number === 0n) digits = "";
  digits = digits.padStart(precision ?? 0, "0");
  if (flags.includes("#") && base === 8 && !digits.startsWith("0")) digits = "0" + digits;
  if (flags.includes("'") && base === 10) digits = digits.replace(/\B(?=(\d{3})+$)/g, "");
  const prefix = flags.includes("#") && base === 16 && number !== 0n ? (conversion === "X" ? "0X" : "0x") : "";
  const sign = number < 0n ? "-" : isSigned && flags.includes("+") ? "+" : isSigned && flags.includes(" ") ? " " : "";
  return sign + prefix + digits;
}

function formatFloat(value: number, { flags, precision, conversion }: Directive): string {
  const magnitude = Math.abs(value);
  const digits = precision ?? 6;
  const lower = conversion.toLowerCase();
  let text: string;
  if (!Number.isFinite(value)) text = Number.isNaN(value) ? "nan" : "inf";
  else if (lower === "f") text = fixed(magnitude, digits);
  else if (lower === "e") text = exponential(magnitude, digits);
  else if (lower === "g") text = general(magnitude, digits === 0 ? 1 : digits, flags.includes("#"));
  else text = hexadecimal(magnitude);
  if (conversion !== lower) text = text.toUpperCase();
  const isNegative = value < 0 || Object.is(value, -0);
  return (isNegative ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "") + text;
}

/** As `%.Nf` of C: the exact value, a tie to the even digit (toFixed takes it upwards). */
function fixed(value: number, digits: number): string {
  const text = value.toFixed(Math.min(100, digits));
  if (digits > 50 || !Number.isFinite(value)) return text;
  const scale = 10n ** BigInt(digits);
  // value = mantissa / 2^shift, exactly.
  let shift = 0;
  let mantissa = value;
  while (!Number.isInteger(mantissa) && shift < 1100) {
    mantissa *= 2;
    shift++;
  }
  const numerator = BigInt(mantissa) * scale;
  const whole = numerator >> BigInt(shift);
  const twice = (numerator - (whole << BigInt(shift))) * 2n;
  const unit = 1n << BigInt(shift);
  const rounded = twice > unit || (twice === unit && (whole & 1n) === 1n) ? whole + 1n : whole;
  const all = rounded.toString().padStart(digits + 1, "0");
  return digits === 0 ? all : `${all.slice(0, -digits)}.${all.slice(-digits)}`;
}

/** `%a` of a long double as x86 keeps it: the leading digit holds four bits of the mantissa. */
function hexadecimal(value: number): string {
  if (value === 0) return "0x0p+0";
  let exponent = Math.floor(Math.log2(value));
  if (2 ** exponent > value) exponent--;
  const mantissa = (value / 2 ** exponent) * 8;
  return `0x${mantissa.toString(16)}p${exponent - 3 < 0 ? "" : "+"}${exponent - 3}`;
}

/** What `%c` prints: one byte, NUL of nothing. */
function firstByte(text: string): string {
  const byte = encodeUtf8(text)[0] ?? 0;
  return byte < 0x80 ? String.fromCharCode(byte) : String.fromCharCode(0xdc00 + byte);
}

/** C writes at least two digits of exponent. */
function exponential(value: number, digits: number): string {
  return value.toExponential(Math.min(100, digits)).replace(/e([+-])(\d)$/, "e$10$2");
}

function general(value: number, digits: number, keepsZeros: boolean): string {
  const exponent = value === 0 ? 0 : Number(/e([+-]\d+)$/.exec(value.toExponential(digits - 1))?.[1] ?? 0);
  const text = exponent < -4 || exponent >= digits ? exponential(value, digits - 1) : fixed(value, Math.max(0, digits - 1 - exponent));
  if (keepsZeros || !text.includes(".")) return text;
  return text.replace(/\.?0+(?=e|$)/, "");
}
