/** awk's values: numbers, strings, what came from outside and may be either, and arrays. */

/** Undefined is what was never assigned: "" and 0 at once. */
export type Scalar = number | string | Input | undefined;

/** Text from outside (a field, an element of ENVIRON): it compares as a number if it looks like one. */
export class Input {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  get looksNumeric(): boolean {
    return LOOKS_NUMERIC.test(this.text);
  }
}

const LOOKS_NUMERIC = /^[ \t\n\v\f\r]*[-+]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|(?<=[-+])(?:inf|nan))[ \t\n\v\f\r]*$/i;
const LEADING_NUMBER = /^[ \t\n\v\f\r]*([-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)/;
const SPECIAL_NUMBER = /^[ \t]*([-+])(inf|nan)(?![0-9a-z_])/i;

/** A value of an array, or an array in it. */
export type Item = Scalar | AwkArray;

/** Elements of one array, beyond which memory would end. */
const MOST_ITEMS = 1_000_000;

/** An associative array. */
export class AwkArray {
  readonly items = new Map<string, Item>();

  /** As a reference does, which makes the element. */
  get(key: string): Item {
    const value = this.items.get(key);
    if (value === undefined && !this.items.has(key)) this.set(key, undefined);
    return value;
  }

  set(key: string, value: Item): void {
    if (this.items.size >= MOST_ITEMS && !this.items.has(key)) throw new Fatal("memory exhausted: Cannot allocate memory");
    this.items.set(key, value);
  }
}

/** Something goes wrong while the program runs: `fatal: message`, and status 2. */
export class Fatal extends Error {}

/** The number at the beginning of `text`, 0 when there is none. */
export function numberOf(text: string): number {
  const found = LEADING_NUMBER.exec(text)?.[1];
  if (found !== undefined) return Number(found);
  const special = SPECIAL_NUMBER.exec(text);
  if (special === null) return 0;
  return special[2]?.toLowerCase() === "nan" ? NaN : special[1] === "-" ? -Infinity : Infinity;
}

export function toNumber(value: Scalar): number {
  if (typeof value === "number") return value;
  if (value === undefined) return 0;
  return numberOf(typeof value === "string" ? value : value.text);
}

export function isTrue(value: Scalar): boolean {
  if (typeof value === "number") return value !== 0;
  if (value === undefined) return false;
  if (typeof value === "string") return value !== "";
  return value.looksNumeric ? numberOf(value.text) !== 0 : value.text !== "";
}

/** A number as text that is a whole one; undefined otherwise. */
export function wholeText(value: number): string | undefined {
  if (Number.isInteger(value)) return Math.abs(value) < 1e16 ? String(value === 0 ? 0 : value) : BigInt(value).toString();
  // What a processor gives for an operation that has no result bears a minus sign.
  if (Number.isNaN(value)) return "-nan";
  if (!Number.isFinite(value)) return value > 0 ? "+inf" : "-inf";
  return undefined;
}

/** Both as numbers where both are or look like ones, else as text; negative, zero, positive, or NaN. */
export function compare(left: Scalar, right: Scalar, text: (value: Scalar) => string): number {
  if (isNumeric(left) && isNumeric(right)) return toNumber(left) - toNumber(right);
  const a = text(left);
  const b = text(right);
  return a < b ? -1 : a > b ? 1 : 0;
}

function isNumeric(value: Scalar): boolean {
  return typeof value === "number" || value === undefined || (value instanceof Input && value.looksNumeric);
}

/** Characters, where JavaScript would count UTF-16 units. */
export function characters(text: string): readonly string[] | string {
  return /[\ud800-\udbff]/.test(text) ? [...text] : text;
}
