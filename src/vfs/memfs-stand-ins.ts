/**
 * What memfs's inode core asks of Node, for a browser: the bundler puts this file in the place of `process`, Node's Buffer and
 * memfs's table of constants (see vite.config.ts). In Node the real ones are used; the end-to-end tests run these.
 */

class Bytes extends Uint8Array {
  /** Copies `start` to `end` into `target`; returns how many bytes. */
  copy(target: Uint8Array, at = 0, start = 0, end = this.length): number {
    const part = new Uint8Array(this.buffer, this.byteOffset + start, Math.min(end - start, target.length - at));
    target.set(part, at);
    return part.length;
  }
}

/** A view of an ArrayBuffer, a copy of anything else. */
function from(data: ArrayBufferLike | ArrayLike<number>, offset?: number, length?: number): Bytes {
  return data instanceof ArrayBuffer ? new Bytes(data, offset, length) : new Bytes(data as ArrayLike<number>);
}

/** Zeroed all the same. */
const allocUnsafe = (size: number): Bytes => new Bytes(size);

/** As much of Node's Buffer as the inode core uses. */
export const Buffer = Object.assign(Bytes, { alloc: allocUnsafe, allocUnsafe, from });
export const bufferAllocUnsafe = allocUnsafe;
export const bufferFrom = from;

/** stat(2)'s bits, as `fs.constants` has them. */
export const constants = { S_IFMT: 0o170000, S_IFDIR: 0o040000, S_IFREG: 0o100000, S_IFLNK: 0o120000, S_IFCHR: 0o020000 };

export const getuid = (): number => 0;
export const getgid = (): number => 0;
