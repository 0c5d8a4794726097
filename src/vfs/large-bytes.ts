/**
 * Contents of a large or sparse file: blocks of 64 KiB, made when they are first written.
 *
 * Nothing is ever copied whole, so a write costs what it writes however long the file is, and a clone shares every block. A block that
 * was written full of what the block before it has (zeros, the same line for ever) is that block: what fills a disk for fun need not
 * fill the memory that the disk is simulated in. How much of the disk is taken is counted as if each had its own.
 */
import type { FileBytes } from "./file-bytes.ts";

const BLOCK_BYTES = 65536;
/** What is allocated at once, as by a file system with 4 KiB blocks. */
const PAGE_BYTES = 4096;
const ALL_PAGES = 0xffff;
const ZEROS = new Uint8Array(BLOCK_BYTES);

interface Block {
  readonly data: Uint8Array;
  /** A bit for each page that has been written. */
  readonly pages: number;
  /** Whoever may change it in place. */
  readonly owner: object | undefined;
}

export class LargeBytes implements FileBytes {
  /** By number. What is missing reads as zeros and takes no space. */
  #blocks = new Map<number, Block>();
  #size: number;
  #pages = 0;
  #owner: object = {};

  constructor(size = 0) {
    this.#size = size;
  }

  /** The same contents in blocks. */
  static of(bytes: FileBytes): LargeBytes {
    const large = new LargeBytes();
    for (let at = 0; at < bytes.size; at += BLOCK_BYTES) large.write(at, bytes.read(at, BLOCK_BYTES));
    return large;
  }

  get size(): number {
    return this.#size;
  }

  get allocated(): number {
    return this.#pages * PAGE_BYTES;
  }

  growth(offset: number, count: number): number {
    let pages = 0;
    for (const { number, from, to } of spans(offset, count))
      pages += countBits(pagesOf(from, to) & ~(this.#blocks.get(number)?.pages ?? 0));
    return pages * PAGE_BYTES;
  }

  read(offset: number, count: number): Uint8Array {
    const out = new Uint8Array(Math.max(0, Math.min(count, this.#size - offset)));
    for (const { number, from, to, at } of spans(offset, out.length)) {
      const block = this.#blocks.get(number);
      if (block !== undefined) out.set(block.data.subarray(from, to), at);
    }
    return out;
  }

  write(offset: number, data: Uint8Array): void {
    for (const { number, from, to, at } of spans(offset, data.length)) this.#put(number, from, data.subarray(at, at + to - from));
    this.#size = Math.max(this.#size, offset + data.length);
  }

  #put(number: number, from: number, data: Uint8Array): void {
    const old = this.#blocks.get(number);
    const pages = (old?.pages ?? 0) | pagesOf(from, from + data.length);
    this.#pages += countBits(pages) - countBits(old?.pages ?? 0);
    const isOwn = old?.owner === this.#owner;
    const contents = isOwn ? old.data : (old?.data.slice() ?? new Uint8Array(BLOCK_BYTES));
    contents.set(data, from);
    const twin = from + data.length === BLOCK_BYTES && pages === ALL_PAGES ? this.#twin(number, contents) : undefined;
    this.#blocks.set(number, { data: twin ?? contents, pages, owner: twin === undefined ? this.#owner : undefined });
  }

  /** What already has these contents: the block before, or no more than zeros. */
  #twin(number: number, contents: Uint8Array): Uint8Array | undefined {
    const before = this.#blocks.get(number - 1);
    if (before !== undefined && isEqual(before.data, contents)) {
      // From now on two have it, so neither may change it.
      this.#blocks.set(number - 1, { ...before, owner: undefined });
      return before.data;
    }
    return isEqual(ZEROS, contents) ? ZEROS : undefined;
  }

  /** Takes what the first `size` bytes need; what was a hole reads as zeros as before. */
  allocate(size: number): void {
    for (const { number, from, to } of spans(0, size)) {
      const old = this.#blocks.get(number);
      const pages = (old?.pages ?? 0) | pagesOf(from, to);
      this.#pages += countBits(pages) - countBits(old?.pages ?? 0);
      this.#blocks.set(number, { data: old?.data ?? ZEROS, pages, owner: old?.owner });
    }
    this.#size = Math.max(this.#size, size);
  }

  truncate(size: number): void {
    if (size < this.#size) {
      const first = Math.floor(size / BLOCK_BYTES);
      const from = size % BLOCK_BYTES;
      for (const [number, block] of this.#blocks) {
        if (number < first) continue;
        const kept = number === first ? pagesOf(0, from) & block.pages : 0;
        this.#pages -= countBits(block.pages) - countBits(kept);
        if (kept === 0) this.#blocks.delete(number);
        else {
          const data = new Uint8Array(BLOCK_BYTES);
          data.set(block.data.subarray(0, from));
          this.#blocks.set(number, { data, pages: kept, owner: this.#owner });
        }
      }
    }
    this.#size = size;
  }

  clone(): FileBytes {
    const copy = new LargeBytes(this.#size);
    copy.#blocks = new Map(this.#blocks);
    copy.#pages = this.#pages;
    this.#owner = {};
    return copy;
  }
}

interface Span {
  /** Of the block. */
  readonly number: number;
  /** Within the block. */
  readonly from: number;
  readonly to: number;
  /** Within the whole range. */
  readonly at: number;
}

/** The range as parts of blocks. */
function* spans(offset: number, count: number): Generator<Span> {
  for (let at = 0; at < count;) {
    const number = Math.floor((offset + at) / BLOCK_BYTES);
    const from = offset + at - number * BLOCK_BYTES;
    const to = Math.min(BLOCK_BYTES, from + count - at);
    yield { number, from, to, at };
    at += to - from;
  }
}

/** A bit for each page that has a byte in the range. */
function pagesOf(from: number, to: number): number {
  if (to <= from) return 0;
  const first = Math.floor(from / PAGE_BYTES);
  const end = Math.ceil(to / PAGE_BYTES);
  return ((1 << end) - 1) & ~((1 << first) - 1);
}

function countBits(bits: number): number {
  let count = 0;
  for (let left = bits; left !== 0; left &= left - 1) count++;
  return count;
}

/** Whether two whole blocks, each at the beginning of its buffer, are equal. */
function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  const left = new Uint32Array(one.buffer, one.byteOffset, BLOCK_BYTES / 4);
  const right = new Uint32Array(other.buffer, other.byteOffset, BLOCK_BYTES / 4);
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return false;
  return true;
}
