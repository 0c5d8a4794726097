/**
 * Open file descriptions: what descriptors point to, shared by dup(2) and fork(2). They hold the offset and the mode of access.
 *
 * Nothing here blocks: `undefined` means "would have to wait", and the scheduler asks `readable` and `writable`.
 */
import { SysError } from "./errno.ts";
import { modeAfterWrite } from "./permission.ts";
import { holdPlace, releasePlace } from "./mount.ts";
import type { Place } from "./mount.ts";
import type { Timestamp } from "../base/timestamp.ts";
import { O } from "./types.ts";
import type { Credentials, Stat } from "./types.ts";

/** Who reads or writes. */
export interface FileUser {
  readonly credentials: Credentials;
  now(): Timestamp;
}

/** Devices (machine/) are subclasses of this one. */
export abstract class OpenFile {
  abstract readonly kind: "file" | "dir" | "pipe" | "device" | "path";
  /** As given to open(2), without those that act at opening. */
  flags: number;
  /** Where it was opened; a pipe has no place. Set by open(2). */
  place: Place | undefined = undefined;
  /** The directory and the name it was opened by, for the trace and /proc/self/fd. */
  name: { readonly dir: Place; readonly name: string } | undefined = undefined;
  #references = 0;

  constructor(flags: number) {
    this.flags = flags;
  }

  get canRead(): boolean {
    return (this.flags & (3 | O.PATH)) === O.RDONLY || (this.flags & (3 | O.PATH)) === O.RDWR;
  }

  get canWrite(): boolean {
    return (this.flags & 3) !== O.RDONLY && (this.flags & O.PATH) === 0;
  }

  /** At most `count` bytes; empty at end of file; undefined when there is nothing yet. */
  abstract read(count: number, user: FileUser): Uint8Array | undefined;
  /** How many bytes were taken; undefined when there is no room yet. */
  abstract write(data: Uint8Array, user: FileUser): number | undefined;

  /** How many of `count` bytes, written at once, have room. */
  fits(count: number): number {
    return count;
  }

  pread(_count: number, _offset: number): Uint8Array {
    throw new SysError("ESPIPE");
  }

  pwrite(_data: Uint8Array, _offset: number, _user: FileUser): number {
    throw new SysError("ESPIPE");
  }

  seek(_offset: number, _whence: "SET" | "CUR" | "END"): number {
    throw new SysError("ESPIPE");
  }

  /** Where the next byte that is written goes, undefined where it has no place. */
  get writeOffset(): number | undefined {
    return undefined;
  }

  /** Whether a descriptor points here. */
  get isOpen(): boolean {
    return this.#references > 0;
  }

  /** Whether a read would return at once. */
  readable(): boolean {
    return true;
  }

  /** Whether a write would return at once. */
  writable(): boolean {
    return true;
  }

  get isTerminal(): boolean {
    return false;
  }

  /** The terminal behind it (machine/tty.ts), if it is one. */
  get terminal(): unknown {
    return undefined;
  }

  /** fstat(2) of something without a place. */
  stat(): Stat {
    throw new SysError("EBADF");
  }

  /** One more descriptor points here. */
  acquire(): void {
    if (this.#references++ === 0) this.onOpen();
  }

  /** One descriptor less; the last one closes. */
  release(): void {
    if (--this.#references === 0) this.onClose();
  }

  protected onOpen(): void {
    if (this.place !== undefined) holdPlace(this.place);
  }

  protected onClose(): void {
    if (this.place !== undefined) releasePlace(this.place);
  }
}

/**
 * A regular file.
 * @simplified Reading never changes atime, as on a file system mounted noatime.
 */
export class RegularFile extends OpenFile {
  readonly kind = "file";
  readonly #place: Place;
  #offset = 0;

  constructor(place: Place, flags: number) {
    super(flags);
    this.place = this.#place = place;
  }

  override read(count: number): Uint8Array {
    const { mount, node } = this.#place;
    const data = mount.fs.read(node, this.#offset, count);
    this.#offset += data.length;
    return data;
  }

  override get writeOffset(): number {
    const { mount, node } = this.#place;
    return (this.flags & O.APPEND) !== 0 ? mount.fs.size(node) : this.#offset;
  }

  override pread(count: number, offset: number): Uint8Array {
    const { mount, node } = this.#place;
    return mount.fs.read(node, offset, count);
  }

  override fits(count: number): number {
    const { mount, node } = this.#place;
    return mount.fs.fits?.(node, this.writeOffset, count) ?? count;
  }

  override write(data: Uint8Array, user: FileUser): number {
    this.#offset = this.writeOffset;
    const taken = this.#put(data, this.#offset, user);
    this.#offset += taken;
    return taken;
  }

  /** On a descriptor opened for appending the offset means nothing, as pwrite(2) admits. */
  override pwrite(data: Uint8Array, offset: number, user: FileUser): number {
    const { mount, node } = this.#place;
    return this.#put(data, (this.flags & O.APPEND) !== 0 ? mount.fs.size(node) : offset, user);
  }

  override seek(offset: number, whence: "SET" | "CUR" | "END"): number {
    const { mount, node } = this.#place;
    const to = offset + (whence === "SET" ? 0 : whence === "CUR" ? this.#offset : mount.fs.size(node));
    if (to < 0) throw new SysError("EINVAL");
    return (this.#offset = to);
  }

  #put(data: Uint8Array, offset: number, user: FileUser): number {
    if (data.length === 0) return 0;
    const { mount, node } = this.#place;
    const now = user.now();
    const mode = modeAfterWrite(mount.fs.attributes(node), user.credentials);
    if (mode !== undefined) mount.fs.setAttributes(node, { mode, now });
    return mount.fs.write(node, offset, data, now);
  }

  protected override onOpen(): void {
    super.onOpen();
    if (this.canWrite) this.#place.mount.writers.add(this);
  }

  protected override onClose(): void {
    super.onClose();
    if (this.canWrite) this.#place.mount.writers.delete(this);
  }
}

/** A directory, or (kind "path") anything opened with O_PATH. */
export class PlaceFile extends OpenFile {
  readonly kind: "dir" | "path";
  #offset = 0;

  constructor(place: Place, flags: number, kind: "dir" | "path") {
    super(flags);
    this.place = place;
    this.kind = kind;
  }

  override read(): never {
    throw new SysError(this.kind === "dir" ? "EISDIR" : "EBADF");
  }

  override write(): never {
    throw new SysError("EBADF");
  }

  override pread(): never {
    return this.read();
  }

  override seek(offset: number, whence: "SET" | "CUR" | "END"): number {
    if (this.kind === "path") throw new SysError("EBADF");
    const to = whence === "CUR" ? this.#offset + offset : offset;
    if (whence === "END" || to < 0) throw new SysError("EINVAL");
    return (this.#offset = to);
  }
}
