/** The mutations of a tree as values: what a disk numbers, delays, loses and lands. */
import type { Timestamp } from "../base/timestamp.ts";
import type { AttributeChange, NewNode } from "./file-system.ts";
import type { SealedFile, SealedSymlink, SealedTree } from "./sealed.ts";
import type { InodeFlags } from "./types.ts";

export type TreeOp =
  | {
      readonly kind: "create";
      readonly dir: number;
      readonly name: string;
      readonly ino: number;
      readonly what: NewNode;
      readonly now: Timestamp;
    }
  /** `sealed` is given when the inode is a sealed object that may have no other name. */
  | {
      readonly kind: "link";
      readonly dir: number;
      readonly name: string;
      readonly ino: number;
      readonly sealed?: SealedFile | SealedSymlink;
      readonly now: Timestamp;
    }
  | { readonly kind: "unlink"; readonly dir: number; readonly name: string; readonly now: Timestamp }
  | { readonly kind: "rmdir"; readonly dir: number; readonly name: string; readonly now: Timestamp }
  | {
      readonly kind: "rename";
      readonly dir: number;
      readonly name: string;
      readonly toDir: number;
      readonly toName: string;
      readonly exchange: boolean;
      readonly now: Timestamp;
    }
  | { readonly kind: "setattr"; readonly ino: number; readonly change: AttributeChange }
  | { readonly kind: "setflags"; readonly ino: number; readonly flags: InodeFlags; readonly now: Timestamp }
  | {
      readonly kind: "setxattr";
      readonly ino: number;
      readonly name: string;
      readonly value: Uint8Array | undefined;
      readonly now: Timestamp;
    }
  | { readonly kind: "write"; readonly ino: number; readonly offset: number; readonly data: Uint8Array; readonly now: Timestamp }
  | { readonly kind: "truncate"; readonly ino: number; readonly size: number; readonly touch: boolean; readonly now: Timestamp }
  | { readonly kind: "allocate"; readonly ino: number; readonly size: number; readonly now: Timestamp }
  /** Directories of the graft have the inode numbers from `base` on. */
  | {
      readonly kind: "graft";
      readonly dir: number;
      readonly name: string;
      readonly tree: SealedTree;
      readonly base: number;
      readonly now: Timestamp;
    }
  | { readonly kind: "drop"; readonly dir: number; readonly name: string; readonly now: Timestamp };

/** Whoever wants to know of each mutation of a tree before it happens. */
export interface Journal {
  /** May throw, and then nothing has happened. */
  before(op: TreeOp): void;
  fsync(ino: number): void;
  sync(): void;
}
