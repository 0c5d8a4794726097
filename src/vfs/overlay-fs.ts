/**
 * overlayfs: lower layers that nobody changes, and an upper one that takes every change (fs/overlayfs of Linux, with redirect_dir, index
 * and metacopy off).
 *
 * Split by concern as there: overlay-node.ts (state), overlay-lookup.ts (namei, readdir), overlay-copy-up.ts, overlay-dir.ts
 * (whiteouts, rename), overlay-params.ts (mount options). Nodes are paths in the merged tree, so that a descriptor goes on to see its
 * file when that is copied up, and names of one lower inode are apart.
 */
import type { Timestamp } from "../base/timestamp.ts";
import { encodeUtf8 } from "../base/utf8.ts";
import { NO_DEVICE, NO_NODE, isWhiteout } from "./file-system.ts";
import type { AttributeChange, Attributes, FileSystem, NewNode, NodeHandle, NodeId } from "./file-system.ts";
import type { Mount } from "./mount.ts";
import { copyUp } from "./overlay-copy-up.ts";
import * as dirs from "./overlay-dir.ts";
import { lookup, lowerInode, origin, readdir } from "./overlay-lookup.ts";
import { ESCAPED, OverlayState, PRIVATE, PROTECTED, isMerged, withFlags } from "./overlay-node.ts";
import type { Layer, OverlayNode } from "./overlay-node.ts";
import { refuse } from "./permission.ts";
import type { DirEntry, InodeFlags, Lifetime, Stat, StatFs } from "./types.ts";

export interface OverlayOptions {
  /** Top first. */
  readonly lower: readonly Layer[];
  readonly upper?: Layer;
  /** A directory on the upper layer's file system; without it nothing is written to `upper`. */
  readonly work?: NodeId;
  readonly dev: number;
  readonly lifetime: Lifetime;
  /** As mount(8) shows them. */
  readonly options: readonly string[];
}

export class OverlayFs implements FileSystem {
  readonly type = "overlay";
  readonly dev: number;
  readonly lifetime: Lifetime;
  readonly options: readonly string[];
  readonly settings: OverlayOptions;
  readonly mountPoints = new Set<Mount>();
  readonly #state: OverlayState;
  #readOnly = false;

  constructor(settings: OverlayOptions) {
    this.settings = settings;
    this.dev = settings.dev;
    this.lifetime = settings.lifetime;
    this.options = settings.options;
    this.#state = new OverlayState(settings.lower, settings.upper, settings.work ?? NO_NODE);
    for (const { fs, root } of this.#layers()) fs.hold(root);
  }

  /** What must not vanish while this is mounted: the layers, and the work directory. */
  #layers(): Layer[] {
    const { lower, upper, work } = this.settings;
    if (upper === undefined) return [...lower];
    return [...lower, upper, ...(work === undefined ? [] : [{ fs: upper.fs, root: work }])];
  }

  unmounted(): void {
    for (const { fs, root } of this.#layers()) fs.release(root);
  }

  get changes(): number {
    const { lower, upper } = this.settings;
    return [...lower, ...(upper === undefined ? [] : [upper])].reduce((sum, { fs }) => sum + (fs.changes ?? 0), 0);
  }

  /** Without an upper layer or a work directory always. */
  get readOnly(): boolean {
    return this.#readOnly || this.#state.upper === undefined || this.settings.work === undefined;
  }

  set readOnly(on: boolean) {
    this.#readOnly = on;
  }

  get hasOrphans(): boolean {
    return this.#state.hasOrphans;
  }

  get root(): NodeId {
    return this.#state.root.id;
  }

  attributes(node: NodeId): Attributes {
    const { realFs, realNode, flags } = this.#state.node(node);
    const real = realFs.attributes(realNode);
    return flags === "" ? real : withFlags(real, flags);
  }

  typeBehind(node: NodeId): string {
    const { realFs, realNode } = this.#state.node(node);
    return realFs.typeBehind?.(realNode) ?? realFs.type;
  }

  isReadOnlyBehind(node: NodeId): boolean {
    return this.#state.node(node).upper !== NO_NODE && this.#state.upper?.fs.readOnly === true;
  }

  stat(node: NodeId): Stat {
    const found = this.#state.node(node);
    const stat: { -readonly [Field in keyof Stat]: Stat[Field] } = found.realFs.stat(found.realNode);
    stat.dev = this.dev;
    stat.ino = this.#inode(found, stat.ino);
    if (found.type === "dir" && isMerged(found)) stat.nlink = 1;
    return stat;
  }

  /** Constant through copy-up. */
  #inode(node: OverlayNode, real: number): number {
    const { upper } = this.#state;
    if (node.upper === NO_NODE || upper === undefined) return lowerInode(node.lowers[0]?.layer ?? 0, real);
    return origin(upper.fs, node.upper) ?? real;
  }

  nlink(node: NodeId): number {
    const found = this.#state.node(node);
    if (found.type === "dir" && isMerged(found)) return 1;
    return found.realFs.nlink(found.realNode);
  }

  size(node: NodeId): number {
    const { realFs, realNode } = this.#state.node(node);
    return realFs.size(realNode);
  }

  lookup(dir: NodeId, name: string): NodeId {
    return lookup(this.#state, this.#state.node(dir), name)?.id ?? NO_NODE;
  }

  parent(dir: NodeId): NodeId {
    return this.#state.node(dir).parent?.id ?? dir;
  }

  name(dir: NodeId): string | undefined {
    const node = this.#state.node(dir);
    return node.dead ? undefined : node.name;
  }

  readdir(dir: NodeId): DirEntry[] {
    return readdir(this.#state, this.#state.node(dir));
  }

  readlink(node: NodeId): string {
    const { realFs, realNode } = this.#state.node(node);
    return realFs.readlink(realNode);
  }

  /** EPERM for a whiteout, which nobody may make but the overlay itself. */
  create(dir: NodeId, name: string, what: NewNode, now: Timestamp): NodeId {
    if (isWhiteout({ type: what.type, rdev: what.rdev ?? NO_DEVICE })) throw refuse("EPERM", "a whiteout");
    return dirs.create(this.#state, this.#state.node(dir), name, what, now).id;
  }

  link(dir: NodeId, name: string, node: NodeId, now: Timestamp): void {
    dirs.link(this.#state, this.#state.node(dir), name, this.#state.node(node), now);
  }

  unlink(dir: NodeId, name: string, now: Timestamp): void {
    dirs.unlink(this.#state, this.#state.node(dir), name, now);
  }

  rmdir(dir: NodeId, name: string, now: Timestamp): void {
    dirs.rmdir(this.#state, this.#state.node(dir), name, now);
  }

  rename(fromDir: NodeId, fromName: string, toDir: NodeId, toName: string, exchange: boolean, now: Timestamp): void {
    dirs.rename(this.#state, this.#state.node(fromDir), fromName, this.#state.node(toDir), toName, exchange, now);
  }

  setAttributes(node: NodeId, change: AttributeChange): void {
    const upper = this.#copyUp(node, change.now);
    upper.fs.setAttributes(upper.node, change);
  }

  /** i and a are kept in an attribute: on the upper inode itself they would hinder the overlay. */
  setFlags(node: NodeId, flags: InodeFlags, now: Timestamp): void {
    const upper = this.#copyUp(node, now);
    const found = this.#state.node(node);
    const guarded = [...flags].filter((letter) => letter === "i" || letter === "a").join("");
    if (guarded !== "" || found.flags !== "") {
      upper.fs.setxattr(upper.node, PROTECTED, guarded === "" ? undefined : encodeUtf8(guarded), now);
      found.flags = guarded;
    }
    const others = [...flags].filter((letter) => letter !== "i" && letter !== "a").join("");
    upper.fs.setFlags(upper.node, others, now);
  }

  openForWriting(node: NodeId, truncate: boolean, now: Timestamp): void {
    copyUp(this.#state, this.#state.node(node), now, !truncate);
  }

  read(node: NodeId, offset: number, count: number): Uint8Array {
    const { realFs, realNode } = this.#state.node(node);
    return realFs.read(realNode, offset, count);
  }

  write(node: NodeId, offset: number, data: Uint8Array, now: Timestamp): number {
    const upper = this.#copyUp(node, now);
    return upper.fs.write(upper.node, offset, data, now);
  }

  truncate(node: NodeId, size: number, touch: boolean, now: Timestamp): void {
    const upper = this.#copyUp(node, now);
    upper.fs.truncate(upper.node, size, touch, now);
  }

  getxattr(node: NodeId, name: string): Uint8Array | undefined {
    const { realFs, realNode } = this.#state.node(node);
    return realFs.getxattr(realNode, escaped(name));
  }

  setxattr(node: NodeId, name: string, value: Uint8Array | undefined, now: Timestamp): void {
    const upper = this.#copyUp(node, now);
    upper.fs.setxattr(upper.node, escaped(name), value, now);
  }

  listxattr(node: NodeId): string[] {
    const { realFs, realNode } = this.#state.node(node);
    return realFs.listxattr(realNode).flatMap((name) => {
      if (!name.startsWith(PRIVATE)) return name;
      return name.startsWith(ESCAPED) ? PRIVATE + name.slice(ESCAPED.length) : [];
    });
  }

  hold(node: NodeId): void {
    const found = this.#state.node(node);
    if (found.holds++ === 0 && found.upper !== NO_NODE) this.#state.upper?.fs.hold(found.upper);
  }

  release(node: NodeId): void {
    const found = this.#state.node(node);
    if (--found.holds === 0 && found.upper !== NO_NODE) this.#state.upper?.fs.release(found.upper);
  }

  fsync(node: NodeId): void {
    const { upper } = this.#state.node(node);
    if (upper !== NO_NODE) this.#state.upper?.fs.fsync(upper);
  }

  sync(): void {
    this.#state.upper?.fs.sync();
  }

  statfs(): StatFs {
    const layer = this.#state.upper ?? this.#state.lower[0];
    if (layer === undefined) throw new Error("internal error: an overlay without layers");
    return { ...layer.fs.statfs(), type: this.type, readOnly: this.readOnly };
  }

  takeEffect(): "" | "copy-up" | "whiteout" {
    const { effect } = this.#state;
    this.#state.effect = "";
    return effect;
  }

  handleOf(node: NodeId): NodeHandle {
    const path: string[] = [];
    for (let at: OverlayNode | undefined = this.#state.node(node); at?.parent !== undefined; at = at.parent) path.push(at.name);
    return path.reverse().join("/");
  }

  nodeOf(handle: NodeHandle): NodeId {
    let node = this.root;
    for (const name of String(handle).split("/")) if (name !== "" && node !== NO_NODE) node = this.lookup(node, name);
    return node;
  }

  #copyUp(node: NodeId, now: Timestamp): { readonly fs: FileSystem; readonly node: NodeId } {
    const found = this.#state.node(node);
    copyUp(this.#state, found, now);
    return { fs: this.#state.upperLayer.fs, node: found.upper };
  }
}

/** The name on the layer (ovl_xattr_escape_name()); the overlay's own attributes cannot be reached through it. */
function escaped(name: string): string {
  return name.startsWith(PRIVATE) ? ESCAPED + name.slice(PRIVATE.length) : name;
}
