/** What an archive is made of. */
import type { Timestamp } from "../../base/timestamp.ts";

/** Bytes of one block. */
export const BLOCK = 512;

export interface Member {
  readonly name: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly owner: string;
  readonly group: string;
  readonly mtime: Timestamp;
  /** When it was read and changed last, where the format has that. */
  readonly read?: { readonly atime: Timestamp; readonly ctime: Timestamp };
  readonly type: "file" | "dir" | "symlink" | "hardlink" | "char" | "block" | "fifo";
  /** Where a link leads. */
  readonly target: string;
  readonly device: { readonly major: number; readonly minor: number } | undefined;
  readonly data: Uint8Array;
}

/** The letter of each type in a header. */
export const FLAGS: Readonly<Record<Member["type"], string>> = {
  file: "0",
  hardlink: "1",
  symlink: "2",
  char: "3",
  block: "4",
  dir: "5",
  fifo: "6",
};

/** The sum of a header's bytes, its own field counted as blanks. */
export function sumOf(header: Uint8Array): number {
  return header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 32 : byte), 0);
}

/** What is wrong with an archive. */
export class ArchiveError extends Error {}
