/** Names on an overlay: making, removing, renaming (fs/overlayfs/dir.c). What a lower layer has is hidden by a whiteout. */
import type { Timestamp } from "../base/timestamp.ts";
import { NO_DEVICE, NO_NODE, isWhiteout } from "./file-system.ts";
import type { NewNode, NodeId } from "./file-system.ts";
import { copyUp } from "./overlay-copy-up.ts";
import { lookup, lowerPositive, readdir, upperWhiteout, whiteouts } from "./overlay-lookup.ts";
import { NO_LOWERS, OPAQUE, YES, isMerged, isOpaque, isPureUpper } from "./overlay-node.ts";
import type { OverlayNode, OverlayState } from "./overlay-node.ts";
import { refuse } from "./permission.ts";

const WHITEOUT: NewNode = { type: "char", mode: 0, uid: 0, gid: 0, rdev: NO_DEVICE };

export function create(state: OverlayState, dir: OverlayNode, name: string, what: NewNode, now: Timestamp): OverlayNode {
  copyUp(state, dir, now);
  const { fs } = state.upperLayer;
  let upper: NodeId;
  if (upperWhiteout(state, dir, name)) {
    const temporary = state.temporaryName();
    upper = fs.create(state.work, temporary, what, now);
    // What the lower layers have under this name must not show through.
    if (what.type === "dir") fs.setxattr(upper, OPAQUE, YES, now);
    replaceWhiteout(state, temporary, dir, name, what.type === "dir", now);
  } else upper = fs.create(dir.upper, name, what, now);
  return state.make(dir, name, upper, NO_LOWERS, what.type, "");
}

/** Puts what was prepared in the work directory where a whiteout is. */
function replaceWhiteout(state: OverlayState, temporary: string, dir: OverlayNode, name: string, isDir: boolean, now: Timestamp): void {
  const { fs } = state.upperLayer;
  // A directory cannot be renamed over a device: they change places.
  fs.rename(state.work, temporary, dir.upper, name, isDir, now);
  if (isDir) fs.unlink(state.work, temporary, now);
}

export function link(state: OverlayState, dir: OverlayNode, name: string, node: OverlayNode, now: Timestamp): void {
  copyUp(state, node, now);
  copyUp(state, dir, now);
  const { fs } = state.upperLayer;
  if (upperWhiteout(state, dir, name)) {
    const temporary = state.temporaryName();
    fs.link(state.work, temporary, node.upper, now);
    replaceWhiteout(state, temporary, dir, name, false, now);
  } else fs.link(dir.upper, name, node.upper, now);
  state.shareUpper(node);
  dir.children.set(name, node);
}

/** Hides a lower name; `upper` is what is there on the upper layer. */
function putWhiteout(state: OverlayState, dir: OverlayNode, name: string, upper: OverlayNode | undefined, now: Timestamp): void {
  const { fs } = state.upperLayer;
  const temporary = linkedWhiteout(state, now);
  const isDir = upper?.type === "dir";
  fs.rename(state.work, temporary, dir.upper, name, isDir, now);
  if (isDir) fs.rmdir(state.work, temporary, now);
  if (state.effect === "") state.effect = "whiteout";
}

/** One more name, in the work directory, of the whiteout there that all others are hard links to (ovl_whiteout). */
function linkedWhiteout(state: OverlayState, now: Timestamp): string {
  const { fs } = state.upperLayer;
  const kept = fs.readdir(state.work).find(({ name }) => isWhiteout(fs.attributes(fs.lookup(state.work, name))));
  const node = kept ? fs.lookup(state.work, kept.name) : fs.create(state.work, state.temporaryName(), WHITEOUT, now);
  const temporary = state.temporaryName();
  fs.link(state.work, temporary, node, now);
  return temporary;
}

export function unlink(state: OverlayState, dir: OverlayNode, name: string, now: Timestamp): void {
  const child = mustFind(state, dir, name);
  const hides = lowerPositive(state, dir, name, child);
  copyUp(state, dir, now);
  const { fs } = state.upperLayer;
  if (child.upper !== NO_NODE) state.forgetUpper(child);
  if (!hides) fs.unlink(dir.upper, name, now);
  else putWhiteout(state, dir, name, child.upper === NO_NODE ? undefined : child, now);
  dir.children.delete(name);
}

export function rmdir(state: OverlayState, dir: OverlayNode, name: string, now: Timestamp): void {
  const child = mustFind(state, dir, name);
  const hides = lowerPositive(state, dir, name, child);
  if (hides || !isPureUpper(child)) mustBeEmpty(state, child);
  copyUp(state, dir, now);
  const { fs } = state.upperLayer;
  clearWhiteouts(state, child, now);
  if (!hides) fs.rmdir(dir.upper, name, now);
  else putWhiteout(state, dir, name, child.upper === NO_NODE ? undefined : child, now);
  if (child.upper !== NO_NODE) state.forgetUpper(child);
  child.dead = true;
  dir.children.delete(name);
}

export function rename(
  state: OverlayState,
  fromDir: OverlayNode,
  fromName: string,
  toDir: OverlayNode,
  toName: string,
  exchange: boolean,
  now: Timestamp,
): void {
  const old = mustFind(state, fromDir, fromName);
  const other = lookup(state, toDir, toName);
  mustBeMovable(old);
  if (exchange && other !== undefined) mustBeMovable(other);
  if (!exchange && other?.type === "dir" && !isPureUpper(other)) mustBeEmpty(state, other);
  const hides = !exchange && lowerPositive(state, fromDir, fromName, old);
  copyUp(state, old, now);
  copyUp(state, toDir, now);
  if (exchange && other !== undefined) copyUp(state, other, now);

  const { fs } = state.upperLayer;
  if (old.type === "dir" && isMerged(toDir)) makeOpaque(state, old, now);
  if (exchange && other?.type === "dir" && isMerged(fromDir)) makeOpaque(state, other, now);
  if (exchange) fs.rename(fromDir.upper, fromName, toDir.upper, toName, true, now);
  else {
    if (other?.type === "dir") clearWhiteouts(state, other, now);
    if (old.type === "dir" && upperWhiteout(state, toDir, toName)) {
      fs.rename(fromDir.upper, fromName, toDir.upper, toName, true, now);
      // The whiteout is at the old name now; it may be wanted there.
      if (!hides) fs.unlink(fromDir.upper, fromName, now);
    } else {
      if (other !== undefined && other.upper !== NO_NODE) state.forgetUpper(other);
      fs.rename(fromDir.upper, fromName, toDir.upper, toName, false, now);
      // The file system below makes this one itself (RENAME_WHITEOUT).
      if (hides) {
        fs.create(fromDir.upper, fromName, WHITEOUT, now);
        if (state.effect === "") state.effect = "whiteout";
      }
    }
    if (other?.type === "dir") other.dead = true;
  }
  fromDir.children.delete(fromName);
  toDir.children.delete(toName);
  moveNode(old, toDir, toName);
  if (exchange && other !== undefined) moveNode(other, fromDir, fromName);
}

function moveNode(node: OverlayNode, dir: OverlayNode, name: string): void {
  node.parent = dir;
  node.name = name;
  dir.children.set(name, node);
}

/** Without redirect_dir a directory that is on a lower layer cannot change its name: mv(1) copies. */
function mustBeMovable(node: OverlayNode): void {
  if (node.type === "dir" && !isPureUpper(node)) throw refuse("EXDEV", "the directory is on a lower layer");
}

function mustBeEmpty(state: OverlayState, dir: OverlayNode): void {
  if (readdir(state, dir).length > 0) throw refuse("ENOTEMPTY", "");
}

function makeOpaque(state: OverlayState, dir: OverlayNode, now: Timestamp): void {
  const { fs } = state.upperLayer;
  if (!isOpaque(fs, dir.upper)) fs.setxattr(dir.upper, OPAQUE, YES, now);
}

/** An empty directory may hold whiteouts; they go before it does. */
function clearWhiteouts(state: OverlayState, dir: OverlayNode, now: Timestamp): void {
  for (const name of whiteouts(state, dir)) state.upperLayer.fs.unlink(dir.upper, name, now);
}

function mustFind(state: OverlayState, dir: OverlayNode, name: string): OverlayNode {
  const child = lookup(state, dir, name);
  if (child === undefined) throw refuse("ENOENT", "");
  return child;
}
