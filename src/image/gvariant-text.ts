/**
 * GVariant values as text: what `g_variant_print` writes and `g_variant_parse` reads ("GVariant Text Format", docs.gtk.org/glib).
 *
 * @simplified Of the format's shorthands the parser knows those that people type: strings, numbers, booleans, arrays, dictionaries, tuples,
 * variants, `@type` and the type keywords. It has no format strings and merges no types across the elements of an array.
 */
import { decodeUtf8, encodeUtf8 } from "../base/utf8.ts";
import { swap32, swap64, type GValue, type Variant } from "./gvariant.ts";

/** Keywords before a number whose type the text would not show. */
const KEYWORD: { readonly [type: string]: string } = {
  y: "byte",
  n: "int16",
  q: "uint16",
  u: "uint32",
  h: "handle",
  x: "int64",
  t: "uint64",
};

/** The text of a value of `type`; with `annotate` so that its type can be read from it. */
export function printGVariant(type: string, value: GValue, annotate = true): string {
  const keyword = KEYWORD[type];
  if (keyword !== undefined) {
    const text = type === "y" ? `0x${(value as number).toString(16).padStart(2, "0")}` : String(value as number | bigint);
    return annotate ? `${keyword} ${text}` : text;
  }
  switch (type[0]) {
    case "b":
      return value === true ? "true" : "false";
    case "i":
      return String(value as number);
    case "d":
      return doubleText(value as number);
    case "s":
      return quoted(value as string);
    case "o":
      return `${annotate ? "objectpath " : ""}${quoted(value as string)}`;
    case "g":
      return `${annotate ? "signature " : ""}${quoted(value as string)}`;
    case "v":
      return `<${printGVariant((value as Variant).type, (value as Variant).value)}>`;
    case "m":
      if (value === null) return annotate ? `@${type} nothing` : "nothing";
      return printGVariant(type.slice(1), value, annotate);
    case "(": {
      const members = memberTypes(type);
      const parts = members.map((member, i) => printGVariant(member, (value as readonly GValue[])[i] as GValue, annotate));
      return `(${parts.join(", ")}${parts.length === 1 ? "," : ""})`;
    }
    case "{":
      return `{${entryText(type, value as readonly GValue[], annotate, ", ")}}`;
    default:
      return arrayText(type, value, annotate);
  }
}

function arrayText(type: string, value: GValue, annotate: boolean): string {
  const member = type.slice(1);
  const isDictionary = member.startsWith("{");
  const items: readonly GValue[] = value instanceof Uint8Array ? [...value] : (value as readonly GValue[]);
  const [open, close] = isDictionary ? ["{", "}"] : ["[", "]"];
  if (items.length === 0) return `${annotate ? `@${type} ` : ""}${open}${close}`;
  if (value instanceof Uint8Array && value.indexOf(0) === value.length - 1) return `b${quoted(decodeUtf8(value.subarray(0, -1)))}`;
  const parts = items.map((item, i) =>
    isDictionary
      ? entryText(member, item as readonly GValue[], annotate && i === 0, ": ")
      : printGVariant(member, item, annotate && i === 0),
  );
  return `${open}${parts.join(", ")}${close}`;
}

function entryText(type: string, entry: readonly GValue[], annotate: boolean, between: string): string {
  const [key = "", value = ""] = memberTypes(type);
  return `${printGVariant(key, entry[0] as GValue, annotate)}${between}${printGVariant(value, entry[1] as GValue, annotate)}`;
}

function quoted(text: string): string {
  const quote = text.includes("'") ? '"' : "'";
  const inner = [...text].map((letter) => {
    if (letter === "\\" || letter === quote) return `\\${letter}`;
    const escape = { "\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f", "\v": "\\v", "\u0007": "\\a" }[letter];
    if (escape !== undefined) return escape;
    const code = letter.codePointAt(0) ?? 0;
    return code < 0x20 || code === 0x7f ? `\\u${code.toString(16).padStart(4, "0")}` : letter;
  });
  return quote + inner.join("") + quote;
}

/** "%.17g", and something that shows that it is no integer. */
function doubleText(value: number): string {
  const [mantissa = "", exponent] = value.toPrecision(17).split("e");
  const short = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
  const text = exponent === undefined ? short : `${short}e${exponent.replace(/^([+-])(\d)$/, "$10$2")}`;
  return /[.en]/i.test(text) ? text : `${text}.0`;
}

/** The types in a tuple or a dictionary entry. */
function memberTypes(type: string): string[] {
  const members: string[] = [];
  for (let at = 1; at < type.length - 1;) {
    const end = endOfType(type, at);
    members.push(type.slice(at, end));
    at = end;
  }
  return members;
}

function endOfType(type: string, at: number): number {
  const letter = type[at] ?? "";
  if (letter === "a" || letter === "m") return endOfType(type, at + 1);
  if (letter !== "(" && letter !== "{") return at + 1;
  let end = at + 1;
  while (end < type.length && type[end] !== ")" && type[end] !== "}") end = endOfType(type, end);
  return end + 1;
}

/** Every number with its bytes the other way round, inside variants too (g_variant_byteswap). */
export function byteswapped(type: string, value: GValue): GValue {
  switch (type[0]) {
    case "n":
    case "q": {
      const bits = value as number;
      const swapped = ((bits & 0xff) << 8) | ((bits >> 8) & 0xff);
      return type === "n" ? (swapped << 16) >> 16 : swapped;
    }
    case "i":
      return swap32((value as number) >>> 0) | 0;
    case "u":
    case "h":
      return swap32(value as number);
    case "x":
      return BigInt.asIntN(64, swap64(BigInt.asUintN(64, value as bigint)));
    case "t":
      return swap64(value as bigint);
    case "d": {
      const view = new DataView(new ArrayBuffer(8));
      view.setFloat64(0, value as number, true);
      return view.getFloat64(0, false);
    }
    case "v":
      return { type: (value as Variant).type, value: byteswapped((value as Variant).type, (value as Variant).value) };
    case "m":
      return value === null ? null : byteswapped(type.slice(1), value);
    case "a":
      return value instanceof Uint8Array ? value : (value as readonly GValue[]).map((item) => byteswapped(type.slice(1), item));
    case "(":
    case "{":
      return memberTypes(type).map((member, i) => byteswapped(member, (value as readonly GValue[])[i] as GValue));
    default:
      return value;
  }
}

/** Where in the text a `parseGVariant` stopped, and why, as GLib has it: `0-2:unknown keyword`. */
export class GVariantTextError extends Error {}

/** The value that `text` is. Throws `GVariantTextError`. */
export function parseGVariant(text: string): Variant {
  const reader = new Reader(text);
  const value = reader.value(undefined);
  reader.end();
  return value;
}

const TYPE_OF_KEYWORD: { readonly [keyword: string]: string } = {
  ...Object.fromEntries(Object.entries(KEYWORD).map(([type, keyword]) => [keyword, type])),
  boolean: "b",
  int32: "i",
  double: "d",
  string: "s",
  objectpath: "o",
  signature: "g",
};

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  end(): void {
    this.#blanks();
    if (this.#at < this.#text.length) this.#fail(this.#at, this.#text.length, "expected end of input");
  }

  value(wanted: string | undefined): Variant {
    this.#blanks();
    const start = this.#at;
    const next = this.#text[start];
    if (next === undefined) this.#fail(start, start, "expected value");
    if (next === "@") {
      const end = endOfType(this.#text, start + 1);
      this.#at = end;
      return this.value(this.#text.slice(start + 1, end));
    }
    if (next === "<") return this.#variant();
    if (next === "[") return this.#array(wanted);
    if (next === "{") return this.#dictionary(wanted);
    if (next === "(") return this.#tuple(wanted);
    if (next === "'" || next === '"') return { type: wanted ?? "s", value: this.#string() };
    if (next === "b" && /^b['"]/.test(this.#text.slice(start))) {
      this.#at++;
      return { type: "ay", value: encodeUtf8(`${this.#string()}\0`) };
    }
    return this.#word(start, wanted);
  }

  #word(start: number, wanted: string | undefined): Variant {
    const word = /^[^\s,:;[\]{}()<>'"]+/.exec(this.#text.slice(start))?.[0] ?? "";
    if (word === "") this.#fail(start, start, "expected value");
    this.#at = start + word.length;
    if (word === "true" || word === "false") return { type: "b", value: word === "true" };
    if (word === "nothing" && wanted?.startsWith("m") === true) return { type: wanted, value: null };
    const type = TYPE_OF_KEYWORD[word];
    if (type !== undefined) return this.value(type);
    if (/^[+-]?(?:0x[0-9a-f]+|\d+)$/i.test(word)) return this.#integer(word, wanted ?? "i");
    if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(word)) return { type: "d", value: Number(word) };
    this.#fail(start, this.#at, /^[a-z]/i.test(word) ? "unknown keyword" : "unable to infer type");
  }

  #integer(word: string, type: string): Variant {
    const negative = word.startsWith("-");
    const digits = BigInt(word.replace(/^[+-]/, ""));
    const number = negative ? -digits : digits;
    if (type === "d") return { type, value: Number(number) };
    return { type, value: type === "x" || type === "t" ? number : Number(number) };
  }

  #variant(): Variant {
    this.#at++;
    const inner = this.value(undefined);
    this.#expect(">");
    return { type: "v", value: inner };
  }

  #array(wanted: string | undefined): Variant {
    const start = this.#at++;
    const items: Variant[] = [];
    while (!this.#takes("]")) {
      if (items.length > 0) this.#expect(",");
      items.push(this.value(wanted?.slice(1) ?? items[0]?.type));
    }
    const type = wanted ?? (items[0] ? `a${items[0].type}` : this.#fail(start, this.#at, "unable to infer type"));
    const values = items.map(({ value }) => value);
    return { type, value: type === "ay" ? Uint8Array.from(values as number[]) : values };
  }

  #dictionary(wanted: string | undefined): Variant {
    const start = this.#at++;
    const [wantedKey, wantedValue] = wanted?.startsWith("a{") === true ? memberTypes(wanted.slice(1)) : [];
    const entries: [Variant, Variant][] = [];
    while (!this.#takes("}")) {
      if (entries.length > 0) this.#expect(",");
      const key = this.value(wantedKey ?? entries[0]?.[0].type);
      this.#expect(":");
      entries.push([key, this.value(wantedValue ?? entries[0]?.[1].type)]);
    }
    const [first] = entries;
    const type = wanted ?? (first ? `a{${first[0].type}${first[1].type}}` : this.#fail(start, this.#at, "unable to infer type"));
    return { type, value: entries.map(([key, value]) => [key.value, value.value]) };
  }

  #tuple(wanted: string | undefined): Variant {
    this.#at++;
    const types = wanted === undefined ? [] : memberTypes(wanted);
    const members: Variant[] = [];
    while (!this.#takes(")")) {
      if (members.length > 0) this.#expect(",");
      if (this.#takes(")")) break;
      members.push(this.value(types[members.length]));
    }
    return { type: `(${members.map(({ type }) => type).join("")})`, value: members.map(({ value }) => value) };
  }

  #string(): string {
    const start = this.#at;
    const quote = this.#text[this.#at++];
    let out = "";
    for (;;) {
      const letter = this.#text[this.#at++];
      if (letter === undefined) this.#fail(start, this.#text.length, "unterminated string constant");
      if (letter === quote) return out;
      if (letter !== "\\") out += letter;
      else {
        const escaped = this.#text[this.#at++] ?? "";
        out += { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", v: "\v", a: "\u0007" }[escaped] ?? escaped;
      }
    }
  }

  #blanks(): void {
    while (/\s/.test(this.#text[this.#at] ?? "")) this.#at++;
  }

  #takes(letter: string): boolean {
    this.#blanks();
    if (this.#at >= this.#text.length) this.#fail(this.#at, this.#at, `expected '${letter}'`);
    if (this.#text[this.#at] !== letter) return false;
    this.#at++;
    return true;
  }

  #expect(letter: string): void {
    this.#blanks();
    if (this.#text[this.#at] !== letter) this.#fail(this.#at, this.#at, `expected '${letter}'`);
    this.#at++;
  }

  #fail(from: number, to: number, why: string): never {
    throw new GVariantTextError(`${to > from ? `${from}-${to}` : from}:${why}`);
  }
}
