/** The state of one overlay: its layers, and the nodes met so far. The words are those of the kernel's fs/overlayfs. */
import { decodeUtf8 } from "../base/utf8.ts";
import { NO_NODE } from "./file-system.ts";
import type { Attributes, FileSystem, NodeId } from "./file-system.ts";
import { refuse } from "./permission.ts";
import type { FileType } from "./types.ts";

/** A directory of some file system that takes part in an overlay. */
export interface Layer {
  readonly fs: FileSystem;
  readonly root: NodeId;
}

export interface LowerNode {
  /** Position among the lower layers, 0 for the topmost. */
  readonly layer: number;
  readonly node: NodeId;
}

export const OPAQUE = "trusted.overlay.opaque";
export const PROTECTED = "trusted.overlay.protattr";
export const ORIGIN = "trusted.overlay.origin";
/** 16 bytes on the upper directory. */
export const UUID = "trusted.overlay.uuid";
export const PRIVATE = "trusted.overlay.";
/** How such attributes lie on a layer when they were set through the overlay: one in another keeps its own apart. */
export const ESCAPED = `${PRIVATE}overlay.`;

/** What a path in the merged tree is. */
export interface OverlayNode {
  readonly id: NodeId;
  readonly type: FileType;
  parent: OverlayNode | undefined;
  name: string;
  /** NO_NODE while nothing is on the upper layer. */
  upper: NodeId;
  /** Of a directory everything that is merged, top first; of anything else at most one, which after copy-up is only where it came from. */
  readonly lowers: readonly LowerNode[];
  /** Where the topmost version is: on the upper layer's file system or on a lower one's. */
  realFs: FileSystem;
  realNode: NodeId;
  /** What is called what in this directory, as far as it was looked up. */
  readonly children: Map<string, OverlayNode>;
  /** The flags i and a, which an overlay keeps for itself. */
  flags: string;
  /** Whether this directory was removed. */
  dead: boolean;
  /** Users; the upper inode is held for them. */
  holds: number;
}

/** Of what is on the upper layer alone. */
export const NO_LOWERS: readonly LowerNode[] = [];

/** Of everything but directories. */
const NO_CHILDREN: Map<string, OverlayNode> = new Map();

export class OverlayState {
  /** Top first. */
  readonly lower: readonly Layer[];
  readonly upper: Layer | undefined;
  /** Directory on the upper layer's file system where new things are prepared. */
  readonly work: NodeId;
  readonly root: OverlayNode;
  /** What the last mutation did beside what was asked. */
  effect: "" | "copy-up" | "whiteout" = "";
  readonly #nodes: OverlayNode[] = [];
  /** Nodes of upper inodes with more names than one: they are one node. */
  readonly #byUpper = new Map<NodeId, OverlayNode>();
  #temporary = 0;

  constructor(lower: readonly Layer[], upper: Layer | undefined, work: NodeId) {
    this.lower = lower;
    this.upper = upper;
    this.work = work;
    // Its own protattr is not read: the kernel forgets `chattr +i` on an overlay's root when it is mounted again.
    this.root = this.make(undefined, "", upper?.root ?? NO_NODE, this.#rootLowers(), "dir", "");
  }

  #rootLowers(): LowerNode[] {
    if (this.upper !== undefined && isOpaque(this.upper.fs, this.upper.root)) return [];
    return this.lower.map(({ root }, layer) => ({ layer, node: root }));
  }

  node(id: NodeId): OverlayNode {
    const node = this.#nodes[id - 1];
    if (node === undefined) throw new Error(`internal error: no node ${id} in an overlay`);
    return node;
  }

  make(
    parent: OverlayNode | undefined,
    name: string,
    upper: NodeId,
    lowers: readonly LowerNode[],
    type: FileType,
    flags: string,
  ): OverlayNode {
    const id = this.#nodes.length + 1;
    const top = lowers[0];
    const layer = upper !== NO_NODE ? this.upper : top === undefined ? undefined : this.lower[top.layer];
    if (layer === undefined) throw new Error("internal error: an overlay node that is nowhere");
    const node: OverlayNode = {
      id,
      type,
      parent,
      name,
      upper,
      lowers,
      realFs: layer.fs,
      realNode: upper !== NO_NODE ? upper : (top?.node ?? NO_NODE),
      children: type === "dir" ? new Map<string, OverlayNode>() : NO_CHILDREN,
      flags,
      dead: false,
      holds: 0,
    };
    this.#nodes.push(node);
    if (upper !== NO_NODE && type !== "dir" && layer.fs.nlink(upper) > 1) this.#byUpper.set(upper, node);
    parent?.children.set(name, node);
    return node;
  }

  /** `node` has another name on the upper layer from now on. */
  shareUpper(node: OverlayNode): void {
    this.#byUpper.set(node.upper, node);
  }

  /** The node of an upper inode that is known by another name. */
  ofUpper(upper: NodeId): OverlayNode | undefined {
    return this.#byUpper.get(upper);
  }

  /** `node` has a place on the upper layer from now on. */
  setUpper(node: OverlayNode, upper: NodeId): void {
    node.upper = upper;
    node.realFs = this.upperLayer.fs;
    node.realNode = upper;
    if (node.holds > 0) this.upperLayer.fs.hold(upper);
  }

  /** The inode behind an upper name may be gone, and its number be another's one day. */
  forgetUpper(node: OverlayNode): void {
    if (node.type !== "dir" && this.#byUpper.size > 0 && this.upperLayer.fs.nlink(node.upper) <= 1) this.#byUpper.delete(node.upper);
  }

  /** The upper layer. EROFS when there is none, or when it may not be written. */
  get upperLayer(): Layer {
    if (this.upper === undefined || this.upper.fs.readOnly) throw refuse("EROFS", "superblock is read-only");
    return this.upper;
  }

  lowerLayer(number: number): Layer {
    const layer = this.lower[number];
    if (layer === undefined) throw new Error(`internal error: no lower layer ${number}`);
    return layer;
  }

  /** Whether something is in use that has no name any more. */
  get hasOrphans(): boolean {
    return this.#nodes.some((node) => {
      if (node.holds === 0) return false;
      if (node.type === "dir") return node.dead;
      // A lower inode keeps its count when its name is hidden.
      return node.parent?.children.get(node.name) !== node && node.realFs.nlink(node.realNode) === (node.upper === NO_NODE ? 1 : 0);
    });
  }

  /** A name for something that is being prepared in the work directory. */
  temporaryName(): string {
    const { fs } = this.upperLayer;
    for (;;) {
      const name = `#${(++this.#temporary).toString(16)}`;
      if (fs.lookup(this.work, name) === NO_NODE) return name;
    }
  }
}

/** Whether a directory shows entries of more than one layer, or of a lower one below an upper (ovl_type_merge). */
export function isMerged(node: OverlayNode): boolean {
  return node.lowers.length > (node.upper === NO_NODE ? 1 : 0);
}

/** Whether nothing of a directory is on a lower layer. */
export function isPureUpper(node: OverlayNode): boolean {
  return node.upper !== NO_NODE && node.lowers.length === 0;
}

export function isOpaque(fs: FileSystem, dir: NodeId): boolean {
  const value = fs.getxattr(dir, OPAQUE);
  return value !== undefined && value.length === 1 && value[0] === 0x79;
}

export const YES = new Uint8Array([0x79]);

/** The flags that an overlay keeps in an attribute of the upper inode. */
export function protectedFlags(fs: FileSystem, upper: NodeId): string {
  const value = fs.getxattr(upper, PROTECTED);
  return value === undefined ? "" : decodeUtf8(value);
}

/** Both the overlay's own flags and those of the inode behind. */
export function withFlags(real: Attributes, flags: string): Attributes {
  const { type, mode, uid, gid, rdev, mtime, atime, ctime } = real;
  const all = real.flags + [...flags].filter((letter) => !real.flags.includes(letter)).join("");
  return { type, mode, uid, gid, rdev, mtime, atime, ctime, flags: all };
}
