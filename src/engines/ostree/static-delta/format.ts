/**
 * The files of a static delta: a superblock that says what it is, and parts, each a packed list of operations that make objects.
 *
 * Source: ostreedev/ostree:src/libostree/ostree-repo-static-delta-private.h.
 */
import { decodeGVariant, encodeGVariant, swap32, swap64, type GValue, type Variant } from "../../../image/gvariant.ts";
import { fromHex, toHex } from "../../../image/hex.ts";
import type { Checksum, ObjectKind } from "../../../image/ostree-objects.ts";

const SUPERBLOCK = "(a{sv}tayay(a{sv}aya(say)sstayay)aya(uayttay)a(yaytt))";
const COMMIT = "(a{sv}aya(say)sstayay)";
const PAYLOAD = "(a(uuu)aa(ayay)ayay)";

/** What a part does, by the letter that stands for it. */
export const OPERATIONS = {
  openSpliceClose: 0x53,
  open: 0x6f,
  write: 0x77,
  setReadSource: 0x72,
  unsetReadSource: 0x52,
  close: 0x63,
  bspatch: 0x42,
} as const;

/** How numbers lie in the superblock; of a delta that does not say so nothing is known. */
export type Endianness = "little" | "big" | "invalid";

export type DeltaObjectKind = Extract<ObjectKind, "file" | "dirtree" | "dirmeta" | "commit">;
const KINDS: readonly (DeltaObjectKind | undefined)[] = [undefined, "file", "dirtree", "dirmeta", "commit"];
const OBJECT_LENGTH = 33;

export interface DeltaObject {
  readonly kind: DeltaObjectKind;
  readonly checksum: Checksum;
}

export interface PartHeader {
  readonly version: number;
  /** SHA-256 of the part's file. */
  readonly checksum: Checksum;
  /** Of the part's file, in bytes. */
  readonly size: number;
  /** Of what it makes. */
  readonly uncompressedSize: number;
  /** What it makes, in order. */
  readonly objects: readonly DeltaObject[];
}

/** A file that is too large for a delta and is fetched by itself. */
export interface Fallback {
  readonly checksum: Checksum;
  readonly size: number;
  readonly uncompressedSize: number;
}

export interface Superblock {
  readonly metadata: readonly (readonly [string, Variant])[];
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly from: Checksum | undefined;
  readonly to: Checksum;
  /** The bytes of the commit object. */
  readonly commit: Uint8Array;
  /** Deltas that must come before it: nobody makes such. */
  readonly parents: number;
  readonly parts: readonly PartHeader[];
  readonly fallbacks: readonly Fallback[];
}

export interface PartPayload {
  /** Owner, group and mode with the type's bits. */
  readonly modes: readonly (readonly [uid: number, gid: number, mode: number])[];
  readonly xattrs: readonly GValue[];
  readonly data: Uint8Array;
  readonly operations: Uint8Array;
}

/** A number of objects in front of which its kind stands. */
export function kindNumber(kind: DeltaObjectKind): number {
  return KINDS.indexOf(kind);
}

/** `isSwapped`: sizes and versions lie the other way round, for computers of the other kind. */
export function encodeSuperblock(block: Superblock, isSwapped: boolean): Uint8Array {
  const number32 = (value: number): number => (isSwapped ? swap32(value) : value);
  const number64 = (value: number): bigint => (isSwapped ? swap64(BigInt(value)) : BigInt(value));
  return encodeGVariant(SUPERBLOCK, [
    block.metadata.map(([key, value]) => [key, value]),
    swap64(BigInt(block.timestamp)),
    fromHex(block.from ?? ""),
    fromHex(block.to),
    decodeGVariant(COMMIT, block.commit),
    new Uint8Array(0),
    block.parts.map((part) => [
      number32(part.version),
      fromHex(part.checksum),
      number64(part.size),
      number64(part.uncompressedSize),
      encodeObjects(part.objects),
    ]),
    block.fallbacks.map(({ checksum, size, uncompressedSize }) => [
      kindNumber("file"),
      fromHex(checksum),
      number64(size),
      number64(uncompressedSize),
    ]),
  ]);
}

/** Throws `RangeError` for bytes that are none. Numbers are as a computer of our kind takes them. */
export function decodeSuperblock(bytes: Uint8Array): Superblock & { readonly endianness: Endianness } {
  const [metadata, timestamp, from, to, commit, parents, parts, fallbacks] = decodeGVariant(SUPERBLOCK, bytes) as [
    [string, Variant][],
    bigint,
    Uint8Array,
    Uint8Array,
    GValue,
    Uint8Array,
    [number, Uint8Array, bigint, bigint, Uint8Array][],
    [number, Uint8Array, bigint, bigint][],
  ];
  const endianness = endiannessOf(metadata);
  const isSwapped = endianness === "big";
  const number64 = (value: bigint): number => Number(isSwapped ? swap64(value) : value);
  return {
    endianness,
    metadata,
    timestamp: Number(swap64(timestamp)),
    from: from.length === 0 ? undefined : toHex(from),
    to: toHex(to),
    commit: encodeGVariant(COMMIT, commit),
    parents: Math.floor(parents.length / 64),
    parts: parts.map(([version, checksum, size, uncompressedSize, objects]) => ({
      version: isSwapped ? swap32(version) : version,
      checksum: toHex(checksum),
      size: number64(size),
      uncompressedSize: number64(uncompressedSize),
      objects: decodeObjects(objects),
    })),
    fallbacks: fallbacks.map(([, checksum, size, uncompressedSize]) => ({
      checksum: toHex(checksum),
      size: number64(size),
      uncompressedSize: number64(uncompressedSize),
    })),
  };
}

/** @simplified One that does not say it is not guessed from its sizes. */
function endiannessOf(metadata: readonly (readonly [string, Variant])[]): Endianness {
  const said = new Map(metadata).get("ostree.endianness")?.value;
  return said === "l".charCodeAt(0) ? "little" : said === "B".charCodeAt(0) ? "big" : "invalid";
}

function encodeObjects(objects: readonly DeltaObject[]): Uint8Array {
  const bytes = new Uint8Array(objects.length * OBJECT_LENGTH);
  objects.forEach(({ kind, checksum }, i) => {
    bytes[i * OBJECT_LENGTH] = kindNumber(kind);
    bytes.set(fromHex(checksum), i * OBJECT_LENGTH + 1);
  });
  return bytes;
}

function decodeObjects(bytes: Uint8Array): DeltaObject[] {
  if (bytes.length % OBJECT_LENGTH !== 0) throw new RangeError(`Invalid checksum array length ${bytes.length}`);
  return Array.from({ length: bytes.length / OBJECT_LENGTH }, (_, i) => {
    const [number = 0, ...checksum] = bytes.subarray(i * OBJECT_LENGTH, (i + 1) * OBJECT_LENGTH);
    const kind = KINDS[number];
    if (kind === undefined) throw new RangeError(`Invalid object type '${number}'`);
    return { kind, checksum: toHex(Uint8Array.from(checksum)) };
  });
}

export function encodePayload({ modes, xattrs, data, operations }: PartPayload): Uint8Array {
  const swapped = modes.map((mode) => mode.map(swap32));
  return encodeGVariant(PAYLOAD, [swapped, xattrs, data, operations]);
}

/** Throws `RangeError` for bytes that are none. */
export function decodePayload(bytes: Uint8Array): PartPayload {
  const [modes, xattrs, data, operations] = decodeGVariant(PAYLOAD, bytes) as [
    [number, number, number][],
    GValue[],
    Uint8Array,
    Uint8Array,
  ];
  return { modes: modes.map(([uid, gid, mode]) => [swap32(uid), swap32(gid), swap32(mode)]), xattrs, data, operations };
}
