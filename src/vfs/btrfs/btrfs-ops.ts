/** The changes of a Btrfs as values: those of one tree, and those of the forest. */
import type { Timestamp } from "../../base/timestamp.ts";
import { BLOCK } from "../file-bytes.ts";
import type { NodeId } from "../file-system.ts";
import type { TreeOp } from "../tree-ops.ts";
import type { Quota } from "./quota.ts";
import type { RootItem } from "./subvolume.ts";

/** What a new tree takes. */
const LEAF = 16384;

/** Directories are nodes of the whole file system (`nodeOf`). */
export type BtrfsOp =
  | { readonly kind: "tree"; readonly id: number; readonly op: TreeOp }
  /** A new subvolume, empty or with what `source` holds. */
  | {
      readonly kind: "subvolume";
      readonly dir: NodeId;
      readonly name: string;
      readonly id: number;
      readonly uuid: string;
      readonly source?: number;
      readonly readOnly: boolean;
      readonly uid: number;
      readonly gid: number;
      readonly mode: number;
      readonly now: Timestamp;
    }
  | { readonly kind: "destroy"; readonly dir: NodeId; readonly name: string; readonly now: Timestamp }
  /** A subvolume's name goes to another subvolume's directory. */
  | {
      readonly kind: "move";
      readonly dir: NodeId;
      readonly name: string;
      readonly toDir: NodeId;
      readonly toName: string;
      readonly now: Timestamp;
    }
  | { readonly kind: "item"; readonly id: number; readonly change: ItemChange; readonly now: Timestamp }
  | { readonly kind: "default"; readonly id: number; readonly now: Timestamp }
  | { readonly kind: "label"; readonly label: string; readonly now: Timestamp }
  /** Quotas are these from now on; undefined: off. */
  | { readonly kind: "quota"; readonly quota: Quota | undefined; readonly now: Timestamp };

export type ItemChange = Partial<Pick<RootItem, "readOnly" | "receivedUuid" | "receivedAt" | "receivedIn" | "sentIn" | "sentAt">>;

/** Bytes that a change may take, at the most. */
export function growthOf(op: BtrfsOp): number {
  if (op.kind !== "tree") return LEAF;
  switch (op.op.kind) {
    case "write":
      return op.op.data.length + 2 * BLOCK;
    case "allocate":
      return op.op.size + BLOCK;
    case "graft":
      return op.op.tree.bytes ?? 0;
    default:
      return BLOCK;
  }
}

export function timeOf(op: BtrfsOp): Timestamp {
  if (op.kind !== "tree") return op.now;
  return op.op.kind === "setattr" ? op.op.change.now : op.op.now;
}
