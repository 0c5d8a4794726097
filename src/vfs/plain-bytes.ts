/** Contents as plain arrays that are shared until written: what disk files are made of. */
import { WholeBytes, type ByteStore, type FileBytes } from "./file-bytes.ts";

const NOTHING = new Uint8Array(0);

class PlainBytes extends WholeBytes implements FileBytes {
  /** May be longer than the file; everything from `#size` on is zero when `#shared` is false. */
  #data: Uint8Array;
  #size: number;
  #shared: boolean;

  constructor(data: Uint8Array, size: number) {
    super();
    this.#data = data;
    this.#size = size;
    this.#shared = true;
  }

  get size(): number {
    return this.#size;
  }

  read(offset: number, count: number): Uint8Array {
    return this.#data.slice(Math.min(offset, this.#size), Math.min(offset + count, this.#size));
  }

  write(offset: number, data: Uint8Array): void {
    const end = offset + data.length;
    this.#reserve(Math.max(end, this.#size));
    this.#data.set(data, offset);
    if (end > this.#size) this.#size = end;
  }

  truncate(size: number): void {
    if (size > this.#size) this.#reserve(size);
    else if (this.#shared) this.#data = this.#data.subarray(0, size);
    else this.#data.fill(0, size, this.#size);
    this.#size = size;
  }

  clone(): FileBytes {
    this.#shared = true;
    return new PlainBytes(this.#data, this.#size);
  }

  /** Makes the array our own with room for `size` bytes. */
  #reserve(size: number): void {
    if (!this.#shared && size <= this.#data.length) return;
    const room = this.#shared ? size : Math.max(size, 2 * this.#data.length, 64);
    const data = new Uint8Array(room);
    data.set(this.#data.subarray(0, this.#size));
    this.#data = data;
    this.#shared = false;
  }
}

export const plainBytes: ByteStore = {
  create: (initial = NOTHING) => new PlainBytes(initial, initial.length),
};
