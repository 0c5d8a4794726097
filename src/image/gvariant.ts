/**
 * GVariant, the serialisation in which ostree keeps everything that is not a plain file: directories, commits,
 * `/run/ostree/staged-deployment`. Format: "GVariant Specification" (docs.gtk.org/glib, gvariant-format).
 *
 * Numbers are little-endian, as on every machine that ostree boots. ostree itself swaps those in its objects to big-endian
 * before it stores them: see `swap32`, `swap64`.
 */
import { assert } from "../base/assert.ts";
import { decodeUtf8, encodeUtf8 } from "../base/utf8.ts";

/**
 * What a value of each type is here: y n q i u: number; x t: bigint; d: number; b: boolean; s o g: string; ay: Uint8Array;
 * other arrays, tuples and dictionary entries: arrays; m: the value or null; v: `Variant`.
 */
export type GValue = number | bigint | boolean | string | Uint8Array | null | Variant | readonly GValue[];

/** A value that carries its type, as in the `v` of `a{sv}`. */
export interface Variant {
  readonly type: string;
  readonly value: GValue;
}

/** The bytes of `value`, which must be of the GVariant type `type`, e.g. "(uuua(ayay))". */
export function encodeGVariant(type: string, value: GValue): Uint8Array {
  return encode(parseType(type), value);
}

/** The value that `bytes` hold as `type`. Throws `RangeError` for bytes that no encoder writes. */
export function decodeGVariant(type: string, bytes: Uint8Array): GValue {
  return decode(parseType(type), bytes);
}

/** What GLib takes bytes for that are no value of `type`: zero, nothing, an empty string, or each member's. */
export function defaultGVariant(type: string): GValue {
  return defaultOf(parseType(type));
}

/** A 32-bit number with its bytes the other way round. */
export function swap32(value: number): number {
  return (((value & 0xff) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0;
}

/** A 64-bit number with its bytes the other way round. */
export function swap64(value: bigint): bigint {
  const low = Number(value & 0xffffffffn);
  const high = Number((value >> 32n) & 0xffffffffn);
  return (BigInt(swap32(low)) << 32n) | BigInt(swap32(high));
}

interface TypeNode {
  /** The letter; "(" for a tuple, "{" for a dictionary entry, "a" and "m" with one member. */
  readonly letter: string;
  readonly members: readonly TypeNode[];
  readonly alignment: number;
  /** Bytes, or undefined when it depends on the value. */
  readonly fixed: number | undefined;
}

const BASIC_SIZE: { readonly [letter: string]: number } = { y: 1, b: 1, n: 2, q: 2, i: 4, u: 4, h: 4, x: 8, t: 8, d: 8 };

function parseType(text: string): TypeNode {
  const [node, end] = parseTypeAt(text, 0);
  assert(end === text.length, `one GVariant type expected, not "${text}"`);
  return node;
}

function parseTypeAt(text: string, at: number): [TypeNode, number] {
  const letter = text[at] ?? "";
  const size = BASIC_SIZE[letter];
  if (size !== undefined) return [{ letter, members: [], alignment: size, fixed: size }, at + 1];
  if (letter === "s" || letter === "o" || letter === "g") return [{ letter, members: [], alignment: 1, fixed: undefined }, at + 1];
  if (letter === "v") return [{ letter, members: [], alignment: 8, fixed: undefined }, at + 1];
  if (letter === "a" || letter === "m") {
    const [member, end] = parseTypeAt(text, at + 1);
    return [{ letter, members: [member], alignment: member.alignment, fixed: undefined }, end];
  }
  assert(letter === "(" || letter === "{", `unknown GVariant type "${text}" at ${at}`);
  const members: TypeNode[] = [];
  let end = at + 1;
  while (text[end] !== (letter === "(" ? ")" : "}")) {
    const [member, next] = parseTypeAt(text, end);
    members.push(member);
    end = next;
  }
  const alignment = Math.max(1, ...members.map((member) => member.alignment));
  return [{ letter, members, alignment, fixed: fixedTupleSize(members, alignment) }, end + 1];
}

function fixedTupleSize(members: readonly TypeNode[], alignment: number): number | undefined {
  let size = 0;
  for (const member of members) {
    if (member.fixed === undefined) return undefined;
    size = roundUp(size, member.alignment) + member.fixed;
  }
  return Math.max(1, roundUp(size, alignment));
}

function roundUp(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}

function encode(node: TypeNode, value: GValue): Uint8Array {
  switch (node.letter) {
    case "s":
    case "o":
    case "g":
      return withByte(encodeUtf8(value as string), 0);
    case "v":
      return encodeVariant(value as Variant);
    case "a":
      return encodeArray(node, value as Uint8Array | readonly GValue[]);
    case "m":
      return encodeMaybe(node, value);
    case "(":
    case "{":
      return encodeTuple(node, value as readonly GValue[]);
    default:
      return encodeNumber(node.letter, value);
  }
}

function encodeNumber(letter: string, value: GValue): Uint8Array {
  const out = new Uint8Array(BASIC_SIZE[letter] ?? 0);
  const view = new DataView(out.buffer);
  if (letter === "x" || letter === "t") view.setBigUint64(0, BigInt.asUintN(64, value as bigint), true);
  else if (letter === "d") view.setFloat64(0, value as number, true);
  else if (letter === "b") view.setUint8(0, value === true ? 1 : 0);
  else if (out.length === 1) view.setUint8(0, value as number);
  else if (out.length === 2) view.setUint16(0, value as number, true);
  else view.setUint32(0, value as number, true);
  return out;
}

function encodeVariant(variant: Variant): Uint8Array {
  const value = encodeGVariant(variant.type, variant.value);
  const type = encodeUtf8(variant.type);
  const out = new Uint8Array(value.length + 1 + type.length);
  out.set(value);
  out.set(type, value.length + 1);
  return out;
}

function encodeMaybe(node: TypeNode, value: GValue): Uint8Array {
  const member = memberOf(node);
  if (value === null) return new Uint8Array(0);
  const bytes = encode(member, value);
  return member.fixed === undefined ? withByte(bytes, 0) : bytes;
}

function encodeArray(node: TypeNode, value: Uint8Array | readonly GValue[]): Uint8Array {
  const member = memberOf(node);
  if (value instanceof Uint8Array) {
    assert(member.letter === "y", `bytes given for an array of "${member.letter}"`);
    return value;
  }
  const parts = value.map((element) => encode(member, element));
  const ends: number[] = [];
  let size = 0;
  for (const part of parts) {
    size = roundUp(size, member.alignment) + part.length;
    ends.push(size);
  }
  return pack(parts, ends, member.fixed === undefined ? ends : []);
}

function encodeTuple(node: TypeNode, values: readonly GValue[]): Uint8Array {
  assert(values.length === node.members.length, `tuple of ${node.members.length} expected, not of ${values.length}`);
  const parts: Uint8Array[] = [];
  const ends: number[] = [];
  const framing: number[] = [];
  let size = 0;
  node.members.forEach((member, i) => {
    const part = encode(member, values[i] as GValue);
    size = roundUp(size, member.alignment) + part.length;
    parts.push(part);
    ends.push(size);
    if (member.fixed === undefined && i < node.members.length - 1) framing.push(size);
  });
  if (node.fixed === undefined) return pack(parts, ends, framing.reverse());
  const out = new Uint8Array(node.fixed);
  parts.forEach((part, i) => out.set(part, (ends[i] ?? 0) - part.length));
  return out;
}

/** Puts each part so that it ends where `ends` says, then the framing offsets, in the smallest width that the whole allows. */
function pack(parts: readonly Uint8Array[], ends: readonly number[], framing: readonly number[]): Uint8Array {
  const body = ends.at(-1) ?? 0;
  const width = framing.length === 0 ? 0 : offsetWidthFor(body, framing.length);
  const out = new Uint8Array(body + framing.length * width);
  parts.forEach((part, i) => out.set(part, (ends[i] ?? 0) - part.length));
  framing.forEach((offset, i) => writeOffset(out, body + i * width, width, offset));
  return out;
}

function offsetWidthFor(body: number, count: number): number {
  for (const width of [1, 2, 4]) if (body + count * width < 2 ** (8 * width)) return width;
  throw new RangeError(`GVariant of ${body} bytes is too large`);
}

function writeOffset(out: Uint8Array, at: number, width: number, offset: number): void {
  for (let i = 0; i < width; i++) out[at + i] = Math.floor(offset / 2 ** (8 * i)) & 0xff;
}

function decode(node: TypeNode, bytes: Uint8Array): GValue {
  if (node.fixed !== undefined && bytes.length !== node.fixed)
    throw new RangeError(`GVariant "${node.letter}" has ${bytes.length} bytes, not ${node.fixed}`);
  switch (node.letter) {
    case "s":
    case "o":
    case "g":
      if (bytes.at(-1) !== 0) throw new RangeError("GVariant string does not end in NUL");
      return decodeUtf8(bytes.subarray(0, -1));
    case "v":
      return decodeVariant(bytes);
    case "a":
      return decodeArray(memberOf(node), bytes);
    case "m":
      if (bytes.length === 0) return null;
      return decode(memberOf(node), memberOf(node).fixed === undefined ? bytes.subarray(0, -1) : bytes);
    case "(":
    case "{":
      return decodeTuple(node, bytes);
    default:
      return decodeNumber(node.letter, bytes);
  }
}

function defaultOf(node: TypeNode): GValue {
  switch (node.letter) {
    case "s":
    case "g":
      return "";
    case "o":
      return "/";
    case "v":
      return { type: "()", value: [] };
    case "a":
      return memberOf(node).letter === "y" ? new Uint8Array(0) : [];
    case "m":
      return null;
    case "(":
    case "{":
      return node.members.map(defaultOf);
    default:
      return decodeNumber(node.letter, new Uint8Array(BASIC_SIZE[node.letter] ?? 0));
  }
}

function decodeNumber(letter: string, bytes: Uint8Array): GValue {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  switch (letter) {
    case "y":
      return view.getUint8(0);
    case "b":
      return view.getUint8(0) !== 0;
    case "n":
      return view.getInt16(0, true);
    case "q":
      return view.getUint16(0, true);
    case "i":
      return view.getInt32(0, true);
    case "x":
      return view.getBigInt64(0, true);
    case "t":
      return view.getBigUint64(0, true);
    case "d":
      return view.getFloat64(0, true);
    default:
      return view.getUint32(0, true);
  }
}

function decodeVariant(bytes: Uint8Array): Variant {
  const separator = bytes.lastIndexOf(0);
  if (separator < 0) throw new RangeError("GVariant variant has no type");
  const type = decodeUtf8(bytes.subarray(separator + 1));
  return { type, value: decodeGVariant(type, bytes.subarray(0, separator)) };
}

function decodeArray(member: TypeNode, bytes: Uint8Array): Uint8Array | GValue[] {
  if (member.letter === "y") return bytes.slice();
  const values: GValue[] = [];
  if (bytes.length === 0) return values;
  if (member.fixed !== undefined) {
    if (bytes.length % member.fixed !== 0) throw new RangeError(`GVariant array of ${bytes.length} bytes in steps of ${member.fixed}`);
    for (let at = 0; at < bytes.length; at += member.fixed) values.push(decode(member, bytes.subarray(at, at + member.fixed)));
    return values;
  }
  const width = offsetWidth(bytes.length);
  const table = readOffset(bytes, bytes.length - width, width);
  const count = (bytes.length - table) / width;
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`GVariant array with an offset table at ${table} of ${bytes.length}`);
  let start = 0;
  for (let i = 0; i < count; i++) {
    const end = readOffset(bytes, table + i * width, width);
    start = roundUp(start, member.alignment);
    values.push(decode(member, slice(bytes, start, end)));
    start = end;
  }
  return values;
}

function decodeTuple(node: TypeNode, bytes: Uint8Array): GValue[] {
  const width = offsetWidth(bytes.length);
  const last = node.members.length - 1;
  const framed = node.members.filter((member, i) => member.fixed === undefined && i < last).length;
  const body = node.fixed ?? bytes.length - framed * width;
  let table = bytes.length;
  let start = 0;
  return node.members.map((member, i) => {
    start = roundUp(start, member.alignment);
    let end = body;
    if (member.fixed !== undefined) end = start + member.fixed;
    else if (i < last) {
      table -= width;
      end = readOffset(bytes, table, width);
    }
    const value = decode(member, slice(bytes, start, end));
    start = end;
    return value;
  });
}

function slice(bytes: Uint8Array, start: number, end: number): Uint8Array {
  if (start > end || end > bytes.length) throw new RangeError(`GVariant member from ${start} to ${end} of ${bytes.length} bytes`);
  return bytes.subarray(start, end);
}

function offsetWidth(size: number): number {
  return size <= 0xff ? 1 : size <= 0xffff ? 2 : 4;
}

function readOffset(bytes: Uint8Array, at: number, width: number): number {
  if (at < 0 || at + width > bytes.length) throw new RangeError(`GVariant offset at ${at} of ${bytes.length} bytes`);
  let offset = 0;
  for (let i = 0; i < width; i++) offset += (bytes[at + i] ?? 0) * 2 ** (8 * i);
  return offset;
}

function memberOf(node: TypeNode): TypeNode {
  const member = node.members[0];
  assert(member !== undefined, `GVariant type "${node.letter}" without a member`);
  return member;
}

function withByte(bytes: Uint8Array, byte: number): Uint8Array {
  const out = new Uint8Array(bytes.length + 1);
  out.set(bytes);
  out[bytes.length] = byte;
  return out;
}
