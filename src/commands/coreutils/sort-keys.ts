/** Keys of sort(1): `-k POS1[,POS2]` and the ordering letters. */
import { compareVersions } from "./version-order.ts";

export interface Ordering {
  readonly ignoreBlanks: boolean;
  readonly dictionary: boolean;
  readonly fold: boolean;
  readonly kind: "text" | "numeric" | "general" | "human" | "month" | "version" | "random";
  readonly printable: boolean;
  readonly reverse: boolean;
}

export interface Key {
  readonly startField: number;
  readonly startCharacter: number;
  readonly endField: number | undefined;
  readonly endCharacter: number;
  readonly skipStartBlanks: boolean;
  readonly skipEndBlanks: boolean;
  /** Undefined: the global ordering. */
  readonly ordering: Ordering | undefined;
}

const KINDS: Readonly<Record<string, Ordering["kind"]>> = { n: "numeric", g: "general", h: "human", M: "month", V: "version", R: "random" };

/** Letters such as "nr" as an ordering; undefined when none are given. */
export function orderingOf(letters: string): Ordering | undefined {
  if (letters === "") return undefined;
  const kind = [...letters].map((letter) => KINDS[letter]).find((found) => found !== undefined) ?? "text";
  return {
    ignoreBlanks: letters.includes("b"),
    dictionary: letters.includes("d"),
    fold: letters.includes("f"),
    kind,
    printable: letters.includes("i"),
    reverse: letters.includes("r"),
  };
}

/** What is wrong with a key, in sort's words; the text goes after "sort: ". */
export class KeyError extends Error {}

export function parseKey(text: string, quoted: (text: string) => string): Key {
  const found = /^([0-9]*)(?:\.([0-9]+))?([bdfgiMhnRrV]*)(?:,([0-9]*)(?:\.([0-9]+))?([bdfgiMhnRrV]*))?(.*)$/.exec(text);
  const [, startField = "", startCharacter, startLetters = "", endField, endCharacter, endLetters = "", rest = ""] = found ?? [];
  if (startField === "") throw new KeyError(`invalid number at field start: invalid count at start of ${quoted(text)}`);
  if (Number(startField) === 0) throw new KeyError(`field number is zero: invalid field specification ${quoted(text)}`);
  if (startCharacter !== undefined && Number(startCharacter) === 0)
    throw new KeyError(`character offset is zero: invalid field specification ${quoted(text)}`);
  if (endField === "") throw new KeyError(`invalid number after ${quoted(",")}: invalid count at start of ${quoted("")}`);
  if (endField !== undefined && Number(endField) === 0)
    throw new KeyError(`field number is zero: invalid field specification ${quoted(text)}`);
  if (/^\./.test(rest)) throw new KeyError(`invalid number after '.': invalid count at start of ${quoted(rest.slice(1))}`);
  if (rest !== "") throw new KeyError(`stray character in field spec: invalid field specification ${quoted(text)}`);
  const letters = startLetters + endLetters;
  return {
    startField: Number(startField),
    startCharacter: Number(startCharacter ?? 1),
    endField: endField === undefined ? undefined : Number(endField),
    endCharacter: Number(endCharacter ?? 0),
    skipStartBlanks: startLetters.includes("b"),
    skipEndBlanks: endLetters.includes("b"),
    ordering: orderingOf(letters),
  };
}

/** The part of `line` that `key` names. */
export function keyText(line: string, key: Key, separator: string | undefined, ignoreBlanks: boolean): string {
  let start = fieldStart(line, key.startField, separator);
  if (key.skipStartBlanks || ignoreBlanks) start = skipBlanks(line, start);
  start = Math.min(line.length, start + key.startCharacter - 1);
  if (key.endField === undefined) return line.slice(start);
  let end: number;
  if (key.endCharacter === 0) end = fieldEnd(line, key.endField, separator);
  else {
    end = fieldStart(line, key.endField, separator);
    if (key.skipEndBlanks || ignoreBlanks) end = skipBlanks(line, end);
    end = Math.min(line.length, end + key.endCharacter);
  }
  return line.slice(start, Math.max(start, end));
}

function isBlank(character: string | undefined): boolean {
  return character === " " || character === "\t";
}

function skipBlanks(line: string, at: number): number {
  let here = at;
  while (isBlank(line[here])) here++;
  return here;
}

/** Without a separator, a field is blanks and what follows them. */
function fieldStart(line: string, field: number, separator: string | undefined): number {
  let at = 0;
  for (let count = 1; count < field && at < line.length; count++) {
    if (separator === undefined) {
      at = skipBlanks(line, at);
      while (at < line.length && !isBlank(line[at])) at++;
    } else {
      const next = line.indexOf(separator, at);
      at = next < 0 ? line.length : next + separator.length;
    }
  }
  return at;
}

function fieldEnd(line: string, field: number, separator: string | undefined): number {
  let at = fieldStart(line, field, separator);
  if (separator !== undefined) {
    const next = line.indexOf(separator, at);
    return next < 0 ? line.length : next;
  }
  at = skipBlanks(line, at);
  while (at < line.length && !isBlank(line[at])) at++;
  return at;
}

const MONTH_NAMES = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/** Something that compares as `text` does under `ordering`. */
export function sortValue(text: string, ordering: Ordering): string | number {
  switch (ordering.kind) {
    case "numeric": {
      const found = /^[ \t]*(-?[0-9]*(?:\.[0-9]*)?)/.exec(text)?.[1] ?? "";
      return Number(found === "" || found === "-" || found === "." || found === "-." ? 0 : found);
    }
    case "general": {
      const found = /^[ \t]*([-+]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|0[xX][0-9a-fA-F]+|inf(?:inity)?))/i.exec(text)?.[1];
      if (found === undefined) return -Infinity;
      return /inf/i.test(found) ? (found.startsWith("-") ? -Number.MAX_VALUE : Infinity) : Number(found.replace(/^\+/, ""));
    }
    case "human": {
      const found = /^[ \t]*(-?)([0-9]*(?:\.[0-9]*)?)([kKMGTPEZY]?)/.exec(text);
      const value = Number(found?.[2] === "" || found?.[2] === "." ? 0 : found?.[2]);
      const power = value === 0 ? 0 : "KMGTPEZY".indexOf((found?.[3] ?? "").toUpperCase()) + 1;
      // The letter weighs more than the number.
      return (found?.[1] === "-" ? -1 : 1) * ((found?.[3] === "" ? 0 : power) * 1e12 + value);
    }
    case "month":
      return MONTH_NAMES.indexOf(text.trimStart().slice(0, 3).toUpperCase());
    default: {
      let out = ordering.ignoreBlanks ? text.replace(/^[ \t]+/, "") : text;
      if (ordering.dictionary) out = out.replace(/[^\p{L}\p{N} \t]/gu, "");
      if (ordering.printable) out = out.replace(/[\x00-\x1f\x7f]/g, "");
      return ordering.fold ? out.toUpperCase() : out;
    }
  }
}

export function compareValues(left: string | number, right: string | number, ordering: Ordering): number {
  if (ordering.kind === "version" && typeof left === "string" && typeof right === "string") return compareVersions(left, right);
  return left < right ? -1 : left > right ? 1 : 0;
}
