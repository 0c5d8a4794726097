/** A subvolume: one copy-on-write tree of a Btrfs, with what its root item says of it. */
import type { Timestamp } from "../../base/timestamp.ts";
import type { TreeFs, TreeSnapshot } from "../tree-fs.ts";

/** Number of the top-level subvolume, FS_TREE. */
export const TOP_LEVEL = 5;
/** The first number that a subvolume, or an inode in one, may have (BTRFS_FIRST_FREE_OBJECTID). */
export const FIRST_FREE = 256;
/** How long a transaction stays open, in seconds (commit=). */
export const COMMIT_SECONDS = 30;

/** What is kept of a subvolume beside its tree. Plain data, fit for JSON; replaced, never changed in place. */
export interface RootItem {
  readonly id: number;
  /** 16 bytes as text with dashes. */
  readonly uuid: string;
  /** Of the subvolume that it is a snapshot of; undefined for one that was made empty. */
  readonly parentUuid?: string;
  /** Of the subvolume that it was received from. */
  readonly receivedUuid?: string;
  readonly readOnly: boolean;
  /** The transaction that changed it last, the one that made it, and those of its sending and receiving. */
  readonly generation: number;
  readonly madeIn: number;
  readonly sentIn: number;
  readonly receivedIn: number;
  readonly madeAt: Timestamp;
  readonly sentAt?: Timestamp;
  readonly receivedAt?: Timestamp;
  /** The subvolume that holds its name, and the inode there that stands for it; 0 when it has none: the top level, and what is being deleted. */
  readonly parent: number;
  readonly place: number;
}

/** One of a mounted file system. */
export interface Subvolume {
  item: RootItem;
  readonly tree: TreeFs;
  /** How many users its nodes have. */
  uses: number;
  /** The last snapshot of the tree, and the number of changes that it was taken after. */
  frozen: { readonly changes: number; readonly tree: TreeSnapshot } | undefined;
}

export interface FrozenSubvolume {
  readonly item: RootItem;
  readonly tree: TreeSnapshot;
}
