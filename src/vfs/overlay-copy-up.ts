/**
 * Copying up (fs/overlayfs/copy_up.c): before something on a lower layer is changed, it is made anew on the upper one.
 *
 * Its parents come first. Contents go before attributes, and the modification times of the copy and of its parent are set last: writing
 * would change them. Of several names of one lower inode only the one that was used is copied; the others keep the old inode.
 */
import type { Timestamp } from "../base/timestamp.ts";
import { SysError } from "./errno.ts";
import { NO_NODE } from "./file-system.ts";
import type { FileSystem, NodeId } from "./file-system.ts";
import { ORIGIN_HEADER, lowerInode } from "./overlay-lookup.ts";
import { ESCAPED, ORIGIN, PRIVATE, PROTECTED } from "./overlay-node.ts";
import type { OverlayNode, OverlayState } from "./overlay-node.ts";
import { encodeUtf8 } from "../base/utf8.ts";
import { refuse } from "./permission.ts";

const CHUNK = 65536;

/** Makes sure that `node` is on the upper layer; without `contents` a file is copied up empty (it will be cut anyway). */
export function copyUp(state: OverlayState, node: OverlayNode, now: Timestamp, contents = true): void {
  const { fs } = state.upperLayer;
  if (node.upper !== NO_NODE) return;
  const { parent } = node;
  if (parent === undefined) return;
  copyUp(state, parent, now);
  // The name may have been given away: to a whiteout or to something new.
  if (fs.lookup(parent.upper, node.name) !== NO_NODE) throw refuse("EEXIST", "the file has no name any more");
  const above = fs.attributes(parent.upper);
  const { atime, mtime } = above;
  const upper = prepareCopy(state, node, now, contents);
  fs.rename(state.work, upper.name, parent.upper, node.name, false, now);
  fs.setAttributes(parent.upper, { atime, mtime, now });
  state.setUpper(node, upper.node);
  state.effect = "copy-up";
}

/** The copy under a name in the work directory, whole: nobody meets half of one, and one that fails leaves nothing behind. */
function prepareCopy(
  state: OverlayState,
  node: OverlayNode,
  now: Timestamp,
  contents: boolean,
): { readonly name: string; readonly node: NodeId } {
  const { fs } = state.upperLayer;
  const name = state.temporaryName();
  try {
    return { name, node: makeCopy(fs, state.work, name, node, now, contents) };
  } catch (error) {
    if (error instanceof SysError && fs.lookup(state.work, name) !== NO_NODE) fs.unlink(state.work, name, now);
    throw error;
  }
}

function makeCopy(fs: FileSystem, dir: NodeId, name: string, node: OverlayNode, now: Timestamp, contents: boolean): NodeId {
  const lower = { fs: node.realFs, node: node.realNode };
  const { type, mode, uid, gid, rdev, atime, mtime, flags } = lower.fs.attributes(lower.node);
  const target = type === "symlink" ? { target: lower.fs.readlink(lower.node) } : {};
  const upper = fs.create(dir, name, { type, mode, uid, gid, rdev, ...target }, now);
  if (type === "file" && contents) copyContents(lower.fs, lower.node, fs, upper, now);
  for (const name of lower.fs.listxattr(lower.node)) {
    const value = name.startsWith(PRIVATE) && !name.startsWith(ESCAPED) ? undefined : lower.fs.getxattr(lower.node, name);
    if (value !== undefined) fs.setxattr(upper, name, value, now);
  }
  // Of several names of one lower inode each may get a copy, and no two may have its number.
  if (type === "dir" || lower.fs.nlink(lower.node) === 1)
    fs.setxattr(upper, ORIGIN, originHandle(node, lower.fs.stat(lower.node).ino), now);
  if (flags !== "") {
    // Immutable on the upper layer itself would hinder the overlay.
    const guarded = [...flags].filter((letter) => letter === "i" || letter === "a").join("");
    const others = [...flags].filter((letter) => letter !== "i" && letter !== "a").join("");
    if (guarded !== "") fs.setxattr(upper, PROTECTED, encodeUtf8(guarded), now);
    if (others !== "") fs.setFlags(upper, others, now);
    node.flags = guarded;
  }
  fs.setAttributes(upper, { atime, mtime, now });
  return upper;
}

function copyContents(from: FileSystem, source: NodeId, to: FileSystem, target: NodeId, now: Timestamp): void {
  const size = from.size(source);
  for (let offset = 0; offset < size;) {
    const data = from.read(source, offset, CHUNK);
    if (data.length === 0) break;
    offset += to.write(target, offset, data, now);
  }
}

/** A file handle in the kernel's shape: the header, then the number, 8 bytes. */
function originHandle(node: OverlayNode, ino: number): Uint8Array {
  const handle = new Uint8Array(ORIGIN_HEADER + 8);
  handle.set([0, 0xfb, handle.length, 0, 1]);
  let number = lowerInode(node.lowers[0]?.layer ?? 0, ino);
  for (let at = handle.length - 1; at >= ORIGIN_HEADER; at--) {
    handle[at] = number % 256;
    number = Math.floor(number / 256);
  }
  return handle;
}
