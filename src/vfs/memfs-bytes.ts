/**
 * Contents kept by memfs's own inode core: what files of RAM file systems are made of. The only file that imports memfs.
 *
 * The core's constructor, `read` and `touch` ask the wall clock (`new Date()`), which nothing below the page may do: runs must repeat.
 * So an inode is made without its constructor, `touch` does nothing, reading looks at the buffer directly, and the tree keeps all
 * times itself. What is used of memfs is its growing, zero-filling, truncating buffer.
 */
import { Node } from "@jsonjoy.com/fs-core/lib/Node.js";
import { WholeBytes, type ByteStore, type FileBytes } from "./file-bytes.ts";

/** The part of memfs's inode that is used here. */
interface BufferNode {
  buf: Uint8Array;
  capacity: number;
  size: number;
  write(data: Source, offset: number, length: number, position: number): number;
  truncate(size: number): void;
  touch(): void;
}

/** What memfs asks of a Buffer that it writes from. */
interface Source {
  readonly length: number;
  copy(target: Uint8Array, at: number, start: number, end: number): void;
}

const { write, truncate } = Node.prototype as unknown as BufferNode;

/** One object, not two: there are as many of these as files, and whoever makes many pays for each that the garbage collector moves. */
class MemfsBytes extends WholeBytes implements FileBytes {
  buf!: Uint8Array;
  capacity!: number;
  size!: number;

  constructor(initial: Uint8Array | undefined) {
    super();
    // Sets buffer, capacity and size, as memfs's constructor would.
    this.truncate(0);
    if (initial !== undefined && initial.length > 0) this.write(0, initial);
  }

  touch(): void {
    // The tree keeps all times.
  }

  read(offset: number, count: number): Uint8Array {
    const { buf, size } = this;
    return new Uint8Array(buf.subarray(Math.min(offset, size), Math.min(offset + count, size)));
  }

  write(offset: number, data: Uint8Array): void {
    const source: Source = { length: data.length, copy: (target, at, start, end) => target.set(data.subarray(start, end), at) };
    write.call(this as unknown as BufferNode, source, 0, data.length, offset);
  }

  truncate(size: number): void {
    truncate.call(this as unknown as BufferNode, size);
  }

  clone(): FileBytes {
    return new MemfsBytes(this.buf.subarray(0, this.size));
  }
}

export const memfsBytes: ByteStore = {
  create: (initial) => new MemfsBytes(initial),
};
