/** pipe(7): 64 KiB between two ends. */
import type { Timestamp } from "../base/timestamp.ts";
import { SysError } from "./errno.ts";
import { NO_DEVICE } from "./file-system.ts";
import type { Attributes, Changeable } from "./file-system.ts";
import { MAY_WRITE, bitsAllow, refuse } from "./permission.ts";
import { OpenFile } from "./open-file.ts";
import type { FileUser } from "./open-file.ts";
import { O } from "./types.ts";
import type { Credentials, Stat } from "./types.ts";

const CAPACITY = 65536;
/** Writes up to this size are never split. */
const PIPE_BUF = 4096;
const NOTHING = new Uint8Array(0);

/** Who made a pipe: nobody else may open it again through /proc/self/fd. */
export interface PipeOwner {
  readonly uid: number;
  readonly gid: number;
}

const ROOT: PipeOwner = { uid: 0, gid: 0 };

export class Pipe {
  readonly ino: number;
  #attributes: Attributes;
  readonly #chunks: Uint8Array[] = [];
  #size = 0;
  readers = 0;
  writers = 0;

  constructor(ino: number, made: Timestamp, owner: PipeOwner = ROOT) {
    this.ino = ino;
    const { uid, gid } = owner;
    this.#attributes = { type: "fifo", mode: 0o600, uid, gid, rdev: NO_DEVICE, mtime: made, atime: made, ctime: made, flags: "" };
  }

  take(count: number): Uint8Array | undefined {
    if (count === 0) return NOTHING;
    if (this.#size === 0) return this.writers === 0 ? NOTHING : undefined;
    const first = this.#chunks[0] ?? NOTHING;
    if (this.#chunks.length === 1 && first.length <= count) {
      this.#chunks.length = 0;
      this.#size = 0;
      return first;
    }
    const out = new Uint8Array(Math.min(count, this.#size));
    for (let filled = 0; filled < out.length;) {
      const chunk = this.#chunks[0] ?? NOTHING;
      const part = chunk.subarray(0, out.length - filled);
      out.set(part, filled);
      filled += part.length;
      if (part.length === chunk.length) this.#chunks.shift();
      else this.#chunks[0] = chunk.subarray(part.length);
    }
    this.#size -= out.length;
    return out;
  }

  put(data: Uint8Array): number | undefined {
    if (data.length === 0) return 0;
    if (this.readers === 0) throw new SysError("EPIPE");
    const room = CAPACITY - this.#size;
    if (room === 0 || (data.length <= PIPE_BUF && data.length > room)) return undefined;
    const part = data.slice(0, room);
    this.#chunks.push(part);
    this.#size += part.length;
    return part.length;
  }

  get hasData(): boolean {
    return this.#size > 0;
  }

  get room(): number {
    return CAPACITY - this.#size;
  }

  stat(): Stat {
    const { flags: _, ...attributes } = this.#attributes;
    return { dev: 14, ino: this.ino, nlink: 1, size: 0, blocks: 0, blksize: 4096, ...attributes };
  }

  /** For fchmod(2) and its like, on a pipe without a name. */
  changeable(credentials: Credentials): Changeable {
    return {
      inode: this.#attributes,
      mayWrite: () => {
        if (!bitsAllow(this.#attributes, MAY_WRITE, credentials)) throw refuse("EACCES", "permission bits");
      },
      set: ({ now, ...change }) => (this.#attributes = { ...this.#attributes, ...change, ctime: now }),
    };
  }
}

/** One end of a pipe, or a named pipe opened. */
export class PipeEnd extends OpenFile {
  readonly kind = "pipe";
  readonly pipe: Pipe;
  /** False while a named pipe waits for its other end. */
  #isMet: boolean;

  /**
   * `isNamed`: opened by name.
   * @simplified open(2) of a named pipe never blocks; instead the first read or write waits until the other end has been opened.
   */
  constructor(pipe: Pipe, flags: number, isNamed = false) {
    super(flags);
    this.pipe = pipe;
    this.#isMet = !isNamed;
  }

  #meets(): boolean {
    this.#isMet ||= (this.flags & O.NONBLOCK) !== 0 || (this.pipe.readers > 0 && this.pipe.writers > 0) || this.pipe.hasData;
    return this.#isMet;
  }

  override read(count: number): Uint8Array | undefined {
    return this.#meets() ? this.pipe.take(count) : undefined;
  }

  override write(data: Uint8Array, user: FileUser): number | undefined {
    if (!this.#meets()) return undefined;
    const taken = this.pipe.put(data);
    if (taken !== undefined && taken > 0) this.#touch(user.now());
    return taken;
  }

  /** The name of a pipe gets the time of the last write; an overlay keeps no such time, as it would have to copy up. */
  #touch(now: Timestamp): void {
    const { place } = this;
    if (place === undefined || place.mount.isReadOnly || place.mount.fs.type === "overlay") return;
    place.mount.fs.setAttributes(place.node, { mtime: now, now });
  }

  override readable(): boolean {
    return this.#meets() && (this.pipe.hasData || this.pipe.writers === 0);
  }

  override writable(): boolean {
    return this.#meets() && (this.pipe.readers === 0 || this.pipe.room >= PIPE_BUF);
  }

  override stat(): Stat {
    return this.pipe.stat();
  }

  protected override onOpen(): void {
    super.onOpen();
    if (this.canRead) this.pipe.readers++;
    if (this.canWrite) this.pipe.writers++;
  }

  protected override onClose(): void {
    super.onClose();
    if (this.canRead) this.pipe.readers--;
    if (this.canWrite) this.pipe.writers--;
  }
}

/** The two ends of a new pipe. */
export function makePipe(ino: number, now: Timestamp, owner: PipeOwner = ROOT): readonly [reader: PipeEnd, writer: PipeEnd] {
  const pipe = new Pipe(ino, now, owner);
  return [new PipeEnd(pipe, O.RDONLY), new PipeEnd(pipe, O.WRONLY)];
}
