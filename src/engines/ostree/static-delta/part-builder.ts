/** One part of a delta while it grows: raw data, and operations on it. Source: ostreedev/ostree:src/libostree/ostree-repo-static-delta-compilation.c. */
import { encodeXz } from "../../../base/xz/xz.ts";
import { encodeUtf8 } from "../../../base/utf8.ts";
import { checksumBytes, type Checksum } from "../../../image/ostree-objects.ts";
import { fromHex } from "../../../image/hex.ts";
import type { FileObject } from "../repo.ts";
import { encodePayload, OPERATIONS, type DeltaObject, type PartHeader } from "./format.ts";
import type { BlockMatch } from "./rollsum.ts";

/** The first byte of a part: how the rest is packed. */
export const PACKED_AS_XZ = 0x78;

const REGULAR = 0o100000;
const SYMLINK = 0o120777;
/** Objects have no extended attributes here. */
const NO_XATTRS = 0;

/** A packed part. */
export interface Part {
  readonly header: PartHeader;
  readonly file: Uint8Array;
}

class Bytes {
  #bytes = new Uint8Array(4096);
  length = 0;

  append(more: Uint8Array): void {
    if (this.length + more.length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.length + more.length, this.#bytes.length * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(more, this.length);
    this.length += more.length;
  }

  contents(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }
}

export class PartBuilder {
  readonly objects: DeltaObject[] = [];
  readonly #data = new Bytes();
  readonly #operations = new Bytes();
  readonly #modes: (readonly [number, number, number])[] = [];
  #hasFiles = false;
  #uncompressed = 0;

  /** Bytes of raw data so far. */
  get size(): number {
    return this.#data.length;
  }

  /** A listing, a directory's mode or a commit, whole. */
  addMetadata(object: DeltaObject, bytes: Uint8Array): void {
    this.#begin(object, bytes.length);
    this.#operate(OPERATIONS.openSpliceClose, bytes.length, this.#put(bytes));
  }

  /** A file or a link, whole. */
  addFile(checksum: Checksum, file: FileObject): void {
    const bytes = file.kind === "file" ? file.contents : encodeUtf8(file.target);
    this.#begin({ kind: "file", checksum }, file.kind === "file" ? bytes.length : 0);
    const mode = this.#mode(file);
    this.#operate(OPERATIONS.openSpliceClose, mode, NO_XATTRS, bytes.length, this.#put(bytes));
  }

  /** A file of blocks of an older one and what lies between them. */
  addBlocks(checksum: Checksum, file: FileObject & { readonly kind: "file" }, from: Checksum, matches: readonly BlockMatch[]): void {
    const { contents } = file;
    this.#begin({ kind: "file", checksum }, contents.length);
    const mode = this.#mode(file);
    const source = this.#put(fromHex(from));
    this.#operate(OPERATIONS.open, mode, NO_XATTRS, contents.length);
    let written = 0;
    let isReadingSource = false;
    for (const match of matches) {
      if (match.to > written) {
        if (isReadingSource) this.#operate(OPERATIONS.unsetReadSource);
        isReadingSource = false;
        this.#write(contents.subarray(written, match.to));
      }
      if (!isReadingSource) this.#operate(OPERATIONS.setReadSource, source);
      isReadingSource = true;
      this.#operate(OPERATIONS.write, match.length, match.from);
      written = match.to + match.length;
    }
    if (isReadingSource) this.#operate(OPERATIONS.unsetReadSource);
    if (contents.length > written) this.#write(contents.subarray(written));
    this.#operate(OPERATIONS.close);
  }

  /** A file as what bsdiff makes of it and an older one. */
  addPatch(checksum: Checksum, file: FileObject & { readonly kind: "file" }, from: Checksum, patch: Uint8Array): void {
    this.#begin({ kind: "file", checksum }, file.contents.length);
    const mode = this.#mode(file);
    this.#operate(OPERATIONS.setReadSource, this.#put(fromHex(from)));
    this.#operate(OPERATIONS.open, mode, NO_XATTRS, file.contents.length);
    this.#operate(OPERATIONS.bspatch, this.#put(patch), patch.length);
    this.#operate(OPERATIONS.close);
    this.#operate(OPERATIONS.unsetReadSource);
  }

  /** `version` 0 is the only one there is. */
  *finish(): Generator<void, Part, void> {
    const xattrs = this.#hasFiles ? [[]] : [];
    const payload = { modes: this.#modes, xattrs, data: this.#data.contents(), operations: this.#operations.contents() };
    const packed = yield* encodeXz(encodePayload(payload));
    const file = new Uint8Array(packed.length + 1);
    file[0] = PACKED_AS_XZ;
    file.set(packed, 1);
    const sizes = { size: file.length, uncompressedSize: this.#uncompressed };
    return { file, header: { version: 0, checksum: checksumBytes(file), ...sizes, objects: this.objects } };
  }

  #begin(object: DeltaObject, size: number): void {
    this.objects.push(object);
    this.#uncompressed += size;
  }

  /** Where the bytes lie. */
  #put(bytes: Uint8Array): number {
    const start = this.#data.length;
    this.#data.append(bytes);
    return start;
  }

  #write(bytes: Uint8Array): void {
    this.#operate(OPERATIONS.write, bytes.length, this.#put(bytes));
  }

  #mode(file: FileObject): number {
    this.#hasFiles = true;
    const mode = file.kind === "file" ? REGULAR | file.mode : SYMLINK;
    const known = this.#modes.findIndex((each) => each[0] === file.uid && each[1] === file.gid && each[2] === mode);
    return known >= 0 ? known : this.#modes.push([file.uid, file.gid, mode]) - 1;
  }

  #operate(operation: number, ...operands: readonly number[]): void {
    const bytes = [operation];
    for (const operand of operands) {
      let left = operand;
      for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) | 128);
      bytes.push(left);
    }
    this.#operations.append(Uint8Array.from(bytes));
  }
}
