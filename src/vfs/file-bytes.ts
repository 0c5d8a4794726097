/**
 * Where the contents of regular files are kept: memfs's inode core for RAM file systems, plain arrays on the disk, and blocks
 * (large-bytes.ts) for what is large or has holes.
 */

/** What a file system allocates at once. */
export const BLOCK = 4096;

/** The contents of one file. Only its owner changes it; a fork clones first (clone on write). */
export interface FileBytes {
  readonly size: number;
  /** Bytes of the disk that it takes: whole blocks, holes left out. */
  readonly allocated: number;
  /** How much `allocated` will grow when `count` bytes are written at `offset`. */
  growth(offset: number, count: number): number;
  /** At most `count` bytes from `offset`, as a copy. */
  read(offset: number, count: number): Uint8Array;
  /** A gap before `offset` becomes zeros. */
  write(offset: number, data: Uint8Array): void;
  /** Cuts, or grows with zeros. */
  truncate(size: number): void;
  clone(): FileBytes;
}

export interface ByteStore {
  /** Contents that start as `initial`, which is shared and copied at the first change. */
  create(initial?: Uint8Array): FileBytes;
}

/** Bytes in the blocks that hold the first `size` bytes of a file. */
export function inBlocks(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}

/** How many of `count` bytes that are written at `offset` get their place on the disk together: those up to the end of a block. */
export function blockPiece(offset: number, count: number): number {
  return Math.min(count, BLOCK - (offset % BLOCK));
}

/** How many of `count` bytes that are written at `offset` there is room for, in pieces that are written whole or not at all. */
export function whatFits(
  { offset, count, room }: { readonly offset: number; readonly count: number; readonly room: number },
  growth: (count: number) => number,
  pieceOf: typeof blockPiece,
): number {
  // Looked at first, because most writes end here.
  if (count + 2 * BLOCK <= room || growth(count) <= room) return count;
  for (let fits = 0; ;) {
    const next = fits + pieceOf(offset + fits, count - fits);
    if (next === fits || growth(next) > room) return fits;
    fits = next;
  }
}

/** Contents in one piece: every block up to the end is there. */
export abstract class WholeBytes {
  abstract readonly size: number;

  get allocated(): number {
    return inBlocks(this.size);
  }

  growth(offset: number, count: number): number {
    return Math.max(0, inBlocks(offset + count) - inBlocks(this.size));
  }
}

/** Contents that are made when they are first asked for. */
export class LateBytes implements FileBytes {
  readonly #make: () => FileBytes;
  #made: FileBytes | undefined;

  constructor(make: () => FileBytes) {
    this.#make = make;
  }

  get #bytes(): FileBytes {
    return (this.#made ??= this.#make());
  }

  get size(): number {
    return this.#bytes.size;
  }

  get allocated(): number {
    return this.#bytes.allocated;
  }

  growth(offset: number, count: number): number {
    return this.#bytes.growth(offset, count);
  }

  read(offset: number, count: number): Uint8Array {
    return this.#bytes.read(offset, count);
  }

  write(offset: number, data: Uint8Array): void {
    this.#bytes.write(offset, data);
  }

  truncate(size: number): void {
    this.#bytes.truncate(size);
  }

  clone(): FileBytes {
    return this.#bytes.clone();
  }
}
