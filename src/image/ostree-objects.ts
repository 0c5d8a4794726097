/**
 * ostree's objects, byte for byte: what is hashed, and what lies in `repo/objects/`.
 *
 * A file's checksum covers its owner, mode, link target, extended attributes and contents; a dirtree lists a directory's
 * names with the checksums of what they name; a dirmeta is a directory's owner and mode; a commit names the root's dirtree and
 * dirmeta. Source: ostreedev/ostree:src/libostree/ostree-core.{h,c}; recorded in e2e/oracle/ostree-checksums.jsonl.
 *
 * @simplified Extended attributes are never part of an object (`ostree commit --no-xattrs`): SELinux labels are not modelled.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { encodeUtf8 } from "../base/utf8.ts";
import { decodeGVariant, encodeGVariant, swap32, swap64 } from "./gvariant.ts";
import type { GValue, Variant } from "./gvariant.ts";
import { fromHex, toHex } from "./hex.ts";

/** 64 lower-case hexadecimal digits. */
export type Checksum = string;

/** Owner and permission bits (07777, without the type). */
export interface Ownership {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

export interface DirtreeFile {
  readonly name: string;
  readonly checksum: Checksum;
}

export interface DirtreeDirectory {
  readonly name: string;
  readonly dirtree: Checksum;
  readonly dirmeta: Checksum;
}

export interface Dirtree {
  /** Regular files and symbolic links. */
  readonly files: readonly DirtreeFile[];
  readonly dirs: readonly DirtreeDirectory[];
}

export interface Commit {
  /** In the order in which they are stored, e.g. `["version", stringVariant("43.1")]`. */
  readonly metadata: readonly (readonly [key: string, value: Variant])[];
  readonly parent: Checksum | undefined;
  readonly subject: string;
  readonly body: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  /** Of the root directory. */
  readonly dirtree: Checksum;
  readonly dirmeta: Checksum;
}

/** The suffixes of object names. `filez` is a file in an archive repository, `file` in a bare one. */
export type ObjectKind = "file" | "filez" | "dirtree" | "dirmeta" | "commit" | "commitmeta" | "commitpartial";

const TYPE_BITS = { file: 0o100000, dir: 0o040000, symlink: 0o120000 } as const;
const DIRMETA = "(uuua(ayay))";
const DIRTREE = "(a(say)a(sayay))";
const COMMIT = "(a{sv}aya(say)sstayay)";
const FILE_HEADER = "(uuuusa(ayay))";
const ARCHIVE_HEADER = "(tuuuusa(ayay))";

/** Name of an object below `objects/`: two digits, a slash, the other 62, the kind. */
export function objectName(checksum: Checksum, kind: ObjectKind): string {
  return `${checksum.slice(0, 2)}/${checksum.slice(2)}.${kind}`;
}

/** SHA-256 of `bytes`; the checksum of dirtrees, dirmetas and commits, whose objects are hashed as they are. */
export function checksumBytes(bytes: Uint8Array): Checksum {
  return toHex(sha256(bytes));
}

export function checksumFile(owner: Ownership, contents: Uint8Array): Checksum {
  const hash = sha256.create();
  hash.update(framedHeader(FILE_HEADER, fileHeader(owner, TYPE_BITS.file, "")));
  hash.update(contents);
  return toHex(hash.digest());
}

/** A symbolic link's mode is always 0777. */
export function checksumSymlink(owner: { readonly uid: number; readonly gid: number }, target: string): Checksum {
  return checksumBytes(framedHeader(FILE_HEADER, symlinkHeader(owner, target)));
}

export function encodeDirmeta(owner: Ownership): Uint8Array {
  return encodeGVariant(DIRMETA, [swap32(owner.uid), swap32(owner.gid), swap32(TYPE_BITS.dir | owner.mode), []]);
}

/** Throws `RangeError` when `bytes` are not a dirmeta. */
export function decodeDirmeta(bytes: Uint8Array): Ownership {
  const [uid, gid, mode] = decodeGVariant(DIRMETA, bytes) as [number, number, number, GValue[]];
  return { uid: swap32(uid), gid: swap32(gid), mode: swap32(mode) & 0o7777 };
}

export function checksumDirmeta(owner: Ownership): Checksum {
  return checksumBytes(encodeDirmeta(owner));
}

/** Entries may come in any order; they are stored in that of their names' bytes. */
export function encodeDirtree(tree: Dirtree): Uint8Array {
  const files = byName(tree.files).map(({ name, checksum }) => [name, fromHex(checksum)]);
  const dirs = byName(tree.dirs).map(({ name, dirtree, dirmeta }) => [name, fromHex(dirtree), fromHex(dirmeta)]);
  return encodeGVariant(DIRTREE, [files, dirs]);
}

/** Throws `RangeError` when `bytes` are not a dirtree. */
export function decodeDirtree(bytes: Uint8Array): Dirtree {
  const [files, dirs] = decodeGVariant(DIRTREE, bytes) as [[string, Uint8Array][], [string, Uint8Array, Uint8Array][]];
  return {
    files: files.map(([name, checksum]) => ({ name, checksum: toHex(checksum) })),
    dirs: dirs.map(([name, dirtree, dirmeta]) => ({ name, dirtree: toHex(dirtree), dirmeta: toHex(dirmeta) })),
  };
}

export function checksumDirtree(tree: Dirtree): Checksum {
  return checksumBytes(encodeDirtree(tree));
}

export function encodeCommit(commit: Commit): Uint8Array {
  return encodeGVariant(COMMIT, [
    commit.metadata,
    fromHex(commit.parent ?? ""),
    [],
    commit.subject,
    commit.body,
    swap64(BigInt(commit.timestamp)),
    fromHex(commit.dirtree),
    fromHex(commit.dirmeta),
  ]);
}

/** Throws `RangeError` when `bytes` are not a commit. */
export function decodeCommit(bytes: Uint8Array): Commit {
  const [metadata, parent, , subject, body, timestamp, dirtree, dirmeta] = decodeGVariant(COMMIT, bytes) as [
    [string, Variant][],
    Uint8Array,
    GValue[],
    string,
    string,
    bigint,
    Uint8Array,
    Uint8Array,
  ];
  return {
    metadata,
    parent: parent.length === 0 ? undefined : toHex(parent),
    subject,
    body,
    timestamp: Number(swap64(timestamp)),
    dirtree: toHex(dirtree),
    dirmeta: toHex(dirmeta),
  };
}

export function checksumCommit(commit: Commit): Checksum {
  return checksumBytes(encodeCommit(commit));
}

/** A string as a metadata value, as `--add-metadata-string=KEY=VALUE` stores it. */
export function stringVariant(value: string): Variant {
  return { type: "s", value };
}

/** The metadata of `ostree commit -b REF --add-metadata-string=…`: the strings as given, then `ostree.ref-binding`. Without a ref (`--orphan`) it is an empty list. */
export function commitMetadata(strings: readonly (readonly [string, string])[], refs: readonly string[]): [string, Variant][] {
  return [
    ...strings.map(([key, value]): [string, Variant] => [key, stringVariant(value)]),
    ["ostree.ref-binding", { type: "as", value: byteSorted(refs, (ref) => ref) }],
  ];
}

/** The string that `commit` has under `key`, e.g. "version"; undefined when there is none. */
export function metadataString(commit: Pick<Commit, "metadata">, key: string): string | undefined {
  const found = commit.metadata.find(([name]) => name === key)?.[1];
  return found?.type === "s" ? (found.value as string) : undefined;
}

/** `user.ostreemeta`, the extended attribute in which a bare-user repository keeps a file's owner and mode. */
export function encodeUserMeta(owner: Ownership, kind: "file" | "symlink"): Uint8Array {
  const mode = TYPE_BITS[kind] | (kind === "symlink" ? 0o777 : owner.mode);
  return encodeGVariant(DIRMETA, [swap32(owner.uid), swap32(owner.gid), swap32(mode), []]);
}

/** The reverse of `encodeUserMeta`. Throws `RangeError` when `bytes` are something else. */
export function decodeUserMeta(bytes: Uint8Array): Ownership & { readonly kind: "file" | "symlink" } {
  const [uid, gid, mode] = decodeGVariant(DIRMETA, bytes) as [number, number, number, GValue[]];
  const full = swap32(mode);
  return { uid: swap32(uid), gid: swap32(gid), mode: full & 0o7777, kind: (full & 0o170000) === TYPE_BITS.symlink ? "symlink" : "file" };
}

/** A content object as an archive repository keeps it. */
export type ArchivedFile =
  | (Ownership & { readonly kind: "file"; readonly contents: Uint8Array })
  | { readonly kind: "symlink"; readonly uid: number; readonly gid: number; readonly target: string };

/** What stands in a `.filez` object before a file's packed contents, and all there is of a link's. */
export function filezHeader(file: ArchivedFile): Uint8Array {
  if (file.kind === "symlink") return framedHeader(ARCHIVE_HEADER, [0n, ...symlinkHeader(file, file.target)]);
  const size = swap64(BigInt(file.contents.length));
  return framedHeader(ARCHIVE_HEADER, [size, ...fileHeader(file, TYPE_BITS.file, "")]);
}

/** The reverse of `encodeFilez`. Throws `RangeError` for anything else, also for deflate blocks that it does not make. */
export function decodeFilez(bytes: Uint8Array): ArchivedFile {
  // A view throws the same where bytes are missing.
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(0);
  const header = decodeGVariant(ARCHIVE_HEADER, bytes.subarray(8, 8 + length));
  const [size, uid, gid, mode, , target] = header as [bigint, number, number, number, number, string, GValue[]];
  const owner = { uid: swap32(uid), gid: swap32(gid) };
  if ((swap32(mode) & 0o170000) === TYPE_BITS.symlink) return { kind: "symlink", ...owner, target };
  const packed = bytes.subarray(8 + length);
  const contents = ((packed[0] ?? 0) & 6) === 2 ? inflateLiterals(packed, Number(swap64(size))) : inflateStored(packed);
  if (contents.length !== Number(swap64(size))) throw new RangeError(`.filez says ${swap64(size)} bytes and has ${contents.length}`);
  return { kind: "file", ...owner, mode: swap32(mode) & 0o7777, contents };
}

function fileHeader(owner: Ownership, type: number, target: string): GValue[] {
  return [swap32(owner.uid), swap32(owner.gid), swap32(type | owner.mode), 0, target, []];
}

function symlinkHeader(owner: { readonly uid: number; readonly gid: number }, target: string): GValue[] {
  return fileHeader({ uid: owner.uid, gid: owner.gid, mode: 0o777 }, TYPE_BITS.symlink, target);
}

/** Length of the header as a big-endian 32-bit number, four bytes of padding, the header. */
function framedHeader(type: string, value: GValue[]): Uint8Array {
  const header = encodeGVariant(type, value);
  const out = new Uint8Array(8 + header.length);
  new DataView(out.buffer).setUint32(0, header.length);
  out.set(header, 8);
  return out;
}

function inflateStored(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0, last = false; !last;) {
    const head = view.getUint8(at);
    const length = view.getUint16(at + 1, true);
    if ((head & 6) !== 0 || length !== (view.getUint16(at + 3, true) ^ 0xffff)) throw new RangeError("deflate block is not a stored one");
    parts.push(bytes.subarray(at + 5, at + 5 + length));
    at += 5 + length;
    last = (head & 1) !== 0;
  }
  return concat(parts);
}

/** One block of that many bytes, each with its fixed code of eight bits. */
function inflateLiterals(bytes: Uint8Array, length: number): Uint8Array {
  let at = 3;
  return Uint8Array.from({ length }, () => {
    let code = 0;
    for (let i = 0; i < 8; i++) code = code * 2 + (((bytes[at >> 3] ?? 0) >> (at++ & 7)) & 1);
    return code - 0x30;
  });
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function byName<T extends { readonly name: string }>(entries: readonly T[]): T[] {
  return byteSorted(entries, (entry) => entry.name);
}

/** In the order of strcmp(3), which is not that of UTF-16 for names beyond the basic plane. */
function byteSorted<T>(items: readonly T[], key: (item: T) => string): T[] {
  return items
    .map((item) => ({ item, bytes: encodeUtf8(key(item)) }))
    .sort((left, right) => compareBytes(left.bytes, right.bytes))
    .map(({ item }) => item);
}

function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
