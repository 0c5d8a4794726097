/** Where the contents of regular files are kept: memfs's inode core for RAM file systems, plain arrays on the disk. */

/** The contents of one file. Only its owner changes it; a fork clones first (clone on write). */
export interface FileBytes {
  readonly size: number;
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
