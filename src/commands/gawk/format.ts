/** printf and sprintf. */
import { decodeUtf8 } from "../../base/utf8.ts";
import { formatFloat, formatInteger } from "../coreutils/printf.ts";
import { characters, Fatal, Input, toNumber, wholeText, type Scalar } from "./values.ts";

const DIRECTIVE = /%(?:([0-9]+)\$)?([-+ #0']*)(\*|[0-9]*)(?:\.(\*|[0-9]*))?([hlLqjzt]*)(.?)/gsu;

/** `text` is how a value is written where a string is wanted. Throws `Fatal` when there are too few values. */
export function formatted(format: string, values: readonly Scalar[], text: (value: Scalar) => string): string {
  let used = 0;
  let out = "";
  let last = 0;
  const next = (position: string | undefined, end: number): Scalar => {
    const index = position === undefined ? used++ : Number(position) - 1;
    if (index >= values.length)
      throw new Fatal(
        `not enough arguments to satisfy format string\n\t\`${format}'\n\t${" ".repeat(Math.max(0, end - 1))}^ ran out for this one`,
      );
    return values[index];
  };
  for (const match of format.matchAll(DIRECTIVE)) {
    const [whole, position, flagText = "", widthText = "", precisionText, , conversion = ""] = match;
    const end = match.index + whole.length;
    out += format.slice(last, match.index);
    last = end;
    if (conversion === "%") {
      out += "%";
      continue;
    }
    if (!/^[diouxXcseEfFgGaA]$/.test(conversion)) {
      out += whole;
      continue;
    }
    let flags = flagText;
    let width = widthText === "*" ? Math.trunc(toNumber(next(undefined, end))) : Number(widthText);
    if (width < 0) {
      flags += "-";
      width = -width;
    }
    let precision =
      precisionText === undefined ? undefined : precisionText === "*" ? Math.trunc(toNumber(next(undefined, end))) : Number(precisionText);
    if (precision !== undefined && precision < 0) precision = undefined;
    const value = next(position, end);
    const shown = converted(value, conversion, flags, precision, text);
    const padding = " ".repeat(Math.max(0, width - characters(shown).length));
    if (flags.includes("-")) out += shown + padding;
    else if (
      flags.includes("0") &&
      !"cs".includes(conversion) &&
      !(precision !== undefined && "diouxX".includes(conversion)) &&
      /[0-9]/.test(shown)
    ) {
      const sign = /^[-+ ]?(?:0[xX])?/.exec(shown)?.[0] ?? "";
      out += sign + shown.slice(sign.length).padStart(width - sign.length, "0");
    } else out += padding + shown;
  }
  return out + format.slice(last);
}

function converted(
  value: Scalar,
  conversion: string,
  flags: string,
  precision: number | undefined,
  text: (value: Scalar) => string,
): string {
  switch (conversion) {
    case "c": {
      if (typeof value === "number" || (value instanceof Input && value.looksNumeric)) return character(toNumber(value));
      return [...text(value)][0] ?? "\0";
    }
    case "s": {
      const all = text(value);
      if (precision === undefined) return all;
      const some = characters(all).slice(0, precision);
      return typeof some === "string" ? some : some.join("");
    }
    case "d":
    case "i":
    case "o":
    case "u":
    case "x":
    case "X": {
      const number = Math.trunc(toNumber(value));
      if (!Number.isFinite(number)) return wholeText(number) ?? "";
      const kind = conversion === "i" ? "d" : conversion;
      // What does not fit 64 bits is written as a whole number all the same.
      if (Math.abs(number) >= 2 ** 63 && kind !== "d") return formatFloat(number, "g", flags, precision ?? 6);
      return formatInteger(BigInt(number), kind, flags, precision);
    }
    default: {
      const number = toNumber(value);
      if (!Number.isFinite(number)) return wholeText(number) ?? "";
      return formatFloat(number, conversion, flags, precision ?? 6);
    }
  }
}

/** The character of a number; of one that has none, the lowest byte. */
function character(value: number): string {
  const point = Number.isFinite(value) ? Math.trunc(value) : 0;
  if (point >= 0 && point <= 0x10ffff && !(point >= 0xd800 && point < 0xe000)) return String.fromCodePoint(point);
  return decodeUtf8(Uint8Array.of(point & 255));
}

/** A number as CONVFMT or OFMT has it. */
export function numberText(value: number, format: string): string {
  const whole = wholeText(value);
  if (whole !== undefined) return whole;
  if (format === "%.6g") return formatFloat(value, "g", "", 6);
  return formatted(format, [value], String);
}
