/** Finding names in the merged tree, and listing it (fs/overlayfs/namei.c, readdir.c). */
import { NO_NODE, isWhiteout } from "./file-system.ts";
import type { FileSystem, NodeId } from "./file-system.ts";
import { NO_LOWERS, isOpaque, isPureUpper, protectedFlags } from "./overlay-node.ts";
import type { LowerNode, OverlayNode, OverlayState } from "./overlay-node.ts";
import type { DirEntry } from "./types.ts";

/** What `name` in `dir` is, or undefined. */
export function lookup(state: OverlayState, dir: OverlayNode, name: string): OverlayNode | undefined {
  if (dir.dead) return undefined;
  const upper = upperEntry(state, dir, name);
  const known = dir.children.get(name);
  // The upper directory may have been changed behind our back.
  if (known?.upper === upper) return known;
  if (known !== undefined) dir.children.delete(name);
  if (upper === NO_NODE) return lookupLower(state, dir, name);

  const { fs } = state.upper ?? { fs: undefined };
  if (fs === undefined) return undefined;
  const attributes = fs.attributes(upper);
  if (isWhiteout(attributes)) return undefined;
  const shared = state.ofUpper(upper);
  if (shared !== undefined) {
    dir.children.set(name, shared);
    return shared;
  }
  const lowers = attributes.type === "dir" && !isOpaque(fs, upper) ? lowerEntries(state, dir, name, true) : NO_LOWERS;
  return state.make(dir, name, upper, lowers, attributes.type, protectedFlags(fs, upper));
}

function upperEntry(state: OverlayState, dir: OverlayNode, name: string): NodeId {
  return dir.upper === NO_NODE || state.upper === undefined ? NO_NODE : state.upper.fs.lookup(dir.upper, name);
}

function lookupLower(state: OverlayState, dir: OverlayNode, name: string): OverlayNode | undefined {
  const lowers = lowerEntries(state, dir, name, false);
  const top = lowers[0];
  if (top === undefined) return undefined;
  const { type } = state.lowerLayer(top.layer).fs.attributes(top.node);
  return state.make(dir, name, NO_NODE, lowers, type, "");
}

/** What the lower layers have under a name: one thing, or directories that are merged. `below`: there is a directory on top of them. */
function lowerEntries(state: OverlayState, dir: OverlayNode, name: string, below: boolean): readonly LowerNode[] {
  const found: LowerNode[] = [];
  for (const { layer, node } of dir.lowers) {
    const { fs } = state.lowerLayer(layer);
    const child = fs.lookup(node, name);
    if (child === NO_NODE) continue;
    const attributes = fs.attributes(child);
    if (isWhiteout(attributes)) break;
    // There are as many of these as files, and an array that is pushed to takes room for many.
    if (attributes.type !== "dir") return below || found.length > 0 ? found : [{ layer, node: child }];
    found.push({ layer, node: child });
    if (isOpaque(fs, child)) break;
  }
  return found.length === 0 ? NO_LOWERS : found;
}

/** Whether a lower layer has something under a name that `child`, which may be there, hides (ovl_lower_positive()). */
export function lowerPositive(state: OverlayState, dir: OverlayNode, name: string, child: OverlayNode | undefined): boolean {
  if (child !== undefined && child.upper === NO_NODE) return true;
  for (const { layer, node } of dir.lowers) {
    const { fs } = state.lowerLayer(layer);
    const found = fs.lookup(node, name);
    if (found !== NO_NODE) return !isWhiteout(fs.attributes(found));
  }
  return false;
}

/** Whether the upper layer has a whiteout under a name. */
export function upperWhiteout(state: OverlayState, dir: OverlayNode, name: string): boolean {
  const entry = upperEntry(state, dir, name);
  return entry !== NO_NODE && state.upper !== undefined && isWhiteout(state.upper.fs.attributes(entry));
}

/** Entries of all layers, upper first; whiteouts hide and are not shown. */
export function readdir(state: OverlayState, dir: OverlayNode): DirEntry[] {
  if (dir.dead) return [];
  if (hasLostLayer(state, dir)) return [];
  const entries: DirEntry[] = [];
  const seen = new Set<string>();
  const take = (fs: FileSystem, node: NodeId, number: (name: string, ino: number) => number): void => {
    for (const entry of fs.readdir(node)) {
      if (seen.has(entry.name)) continue;
      seen.add(entry.name);
      if (entry.type === "char" && isWhiteout(fs.attributes(fs.lookup(node, entry.name)))) continue;
      entries.push({ ...entry, ino: number(entry.name, entry.ino) });
    }
  };
  if (dir.upper !== NO_NODE && state.upper !== undefined) {
    const { fs } = state.upper;
    take(fs, dir.upper, (name, ino) => origin(fs, fs.lookup(dir.upper, name)) ?? ino);
  }
  for (const { layer, node } of dir.lowers) take(state.lowerLayer(layer).fs, node, (_, ino) => lowerInode(layer, ino));
  return entries;
}

/** Whether a part of a directory was removed behind the overlay's back. */
function hasLostLayer(state: OverlayState, { upper, lowers }: OverlayNode): boolean {
  if (upper !== NO_NODE && state.upper?.fs.name(upper) === undefined) return true;
  return lowers.some(({ layer, node }) => state.lowerLayer(layer).fs.name(node) === undefined);
}

/** Names of whiteouts on the upper part of a directory. */
export function whiteouts(state: OverlayState, dir: OverlayNode): string[] {
  if (dir.upper === NO_NODE || state.upper === undefined || isPureUpper(dir)) return [];
  const { fs } = state.upper;
  return fs
    .readdir(dir.upper)
    .filter(({ name, type }) => type === "char" && isWhiteout(fs.attributes(fs.lookup(dir.upper, name))))
    .map(({ name }) => name);
}

/** Inode numbers of lower layers are set apart by the layer, as with xino=on; they stay after copy-up. */
export function lowerInode(layer: number, ino: number): number {
  return ino + (layer + 1) * 2 ** 40;
}

/** The inode number that something on the upper layer had before it was copied up. */
export function origin(fs: FileSystem, upper: NodeId): number | undefined {
  const value = fs.getxattr(upper, "trusted.overlay.origin");
  if (value === undefined) return undefined;
  let number = 0;
  for (const byte of value.subarray(ORIGIN_HEADER)) number = number * 256 + byte;
  return number;
}

/** Version, magic, length, flags, type of a kernel file handle, as they begin `trusted.overlay.origin`. */
export const ORIGIN_HEADER = 5;
