/** What each operation of tree-ops.ts does to a tree. */
import type { Timestamp } from "../base/timestamp.ts";
import { NO_NODE } from "./file-system.ts";
import type { AttributeChange, NewNode, NodeId } from "./file-system.ts";
import type { SealedFile, SealedSymlink, SealedTree } from "./sealed.ts";
import { FILE_BASE } from "./tree-grafts.ts";
import type { Graft } from "./tree-grafts.ts";
import { Inode } from "./tree-inode.ts";
import type { TreeOp } from "./tree-ops.ts";
import type { TreeState } from "./tree-state.ts";

/** Does `op`, which the caller has found to be possible. */
export function applyOp(state: TreeState, op: TreeOp): void {
  switch (op.kind) {
    case "create":
      return create(state, op.dir, op.name, op.ino, op.what, op.now);
    case "link":
      return link(state, op.dir, op.name, op.ino, op.sealed, op.now);
    case "unlink":
    case "rmdir":
      return unlink(state, op.dir, op.name, op.now);
    case "rename":
      return op.exchange
        ? exchange(state, op.dir, op.name, op.toDir, op.toName, op.now)
        : rename(state, op.dir, op.name, op.toDir, op.toName, op.now);
    case "setattr":
      return setAttributes(state, state.own(op.ino), op.change);
    case "setflags": {
      const inode = state.own(op.ino);
      inode.flags = op.flags;
      inode.ctime = op.now;
      return;
    }
    case "setxattr":
      return setxattr(state, state.own(op.ino), op.name, op.value, op.now);
    case "write":
      return write(state, state.own(op.ino), op.offset, op.data, op.now);
    case "truncate":
      return truncate(state, state.own(op.ino), op.size, op.touch, op.now);
    case "allocate":
      return allocate(state, state.own(op.ino), op.size, op.now);
    case "graft":
      return graft(state, op.dir, op.name, op.tree, op.base, op.now);
    case "drop":
      return drop(state, op.dir, op.name, op.now);
  }
}

function create(state: TreeState, dirIno: NodeId, name: string, ino: NodeId, what: NewNode, now: Timestamp): void {
  const inode = state.addInode(ino, what, now);
  inode.parent = dirIno;
  inode.name = name;
  state.addName(dirIno, name, ino, what.type, now);
}

function link(
  state: TreeState,
  dir: NodeId,
  name: string,
  ino: NodeId,
  sealed: SealedFile | SealedSymlink | undefined,
  now: Timestamp,
): void {
  if (sealed !== undefined) state.grafts.know(sealed);
  // Giving a sealed object one more name is not a change of the object.
  if (ino < FILE_BASE || state.record(ino) !== undefined) {
    const inode = state.own(ino);
    inode.ctime = now;
    inode.parent = dir;
    inode.name = name;
    if (ino < FILE_BASE) inode.names++;
  }
  state.addName(dir, name, ino, state.inode(ino).type, now);
}

function unlink(state: TreeState, dir: NodeId, name: string, now: Timestamp): void {
  const ino = state.lookup(dir, name);
  state.removeName(dir, name, ino, now);
  state.loseName(ino, now);
}

function rename(state: TreeState, fromDir: NodeId, fromName: string, toDir: NodeId, toName: string, now: Timestamp): void {
  const ino = state.lookup(fromDir, fromName);
  const replaced = state.lookup(toDir, toName);
  state.removeName(fromDir, fromName, ino, now);
  if (replaced !== NO_NODE) {
    state.removeName(toDir, toName, replaced, now);
    state.loseName(replaced, now);
  }
  settle(state, ino, toDir, toName, now);
}

function exchange(state: TreeState, fromDir: NodeId, fromName: string, toDir: NodeId, toName: string, now: Timestamp): void {
  const one = state.lookup(fromDir, fromName);
  const other = state.lookup(toDir, toName);
  state.removeName(fromDir, fromName, one, now);
  state.removeName(toDir, toName, other, now);
  settle(state, one, toDir, toName, now);
  settle(state, other, fromDir, fromName, now);
}

/** Gives `ino`, whose old name was just taken, its new one. */
function settle(state: TreeState, ino: NodeId, dir: NodeId, name: string, now: Timestamp): void {
  if (ino < FILE_BASE || state.record(ino) !== undefined) {
    const inode = state.own(ino);
    if (inode.sealed !== undefined && state.graftOf(ino).base !== ino) detach(state, inode);
    inode.ctime = now;
    inode.parent = dir;
    inode.name = name;
  }
  state.addName(dir, name, ino, state.inode(ino).type, now);
}

function setAttributes(state: TreeState, inode: Inode, change: AttributeChange): void {
  if (change.mode !== undefined) inode.mode = change.mode;
  if (change.uid !== undefined) inode.uid = change.uid;
  if (change.gid !== undefined) inode.gid = change.gid;
  if (change.atime !== undefined) inode.atime = change.atime;
  if (change.mtime !== undefined) inode.mtime = change.mtime;
  inode.ctime = change.now;
}

function setxattr(state: TreeState, inode: Inode, name: string, value: Uint8Array | undefined, now: Timestamp): void {
  const xattrs = new Map(inode.xattrs);
  if (value === undefined) xattrs.delete(name);
  else xattrs.set(name, value.slice());
  inode.xattrs = xattrs.size === 0 ? undefined : xattrs;
  inode.ctime = now;
}

function write(state: TreeState, inode: Inode, offset: number, data: Uint8Array, now: Timestamp): void {
  inode.mtime = inode.ctime = now;
  if (data.length === 0) return;
  const before = state.allocated(inode);
  const bytes = state.ownBytes(inode, offset, Math.max(inode.size, offset + data.length));
  bytes.write(offset, data);
  state.used += bytes.allocated - before;
  inode.size = bytes.size;
}

function truncate(state: TreeState, inode: Inode, size: number, touch: boolean, now: Timestamp): void {
  // When nothing changes, Btrfs leaves the times alone, and tmpfs does when there is nothing that it could free.
  const unchanged =
    size === inode.size && (state.options.type === "btrfs" || (state.options.type === "tmpfs" && inode.bytes === undefined));
  if (unchanged && !touch) return;
  inode.mtime = inode.ctime = now;
  const before = state.allocated(inode);
  if (size === 0 && inode.sealedFile === undefined) inode.bytes = undefined;
  else if (size !== inode.size) state.ownBytes(inode, size, size).truncate(size);
  state.used += state.allocated(inode) - before;
  inode.size = size;
}

function allocate(state: TreeState, inode: Inode, size: number, now: Timestamp): void {
  inode.mtime = inode.ctime = now;
  const before = state.allocated(inode);
  const bytes = state.ownLargeBytes(inode);
  bytes.allocate(size);
  state.used += bytes.allocated - before;
  inode.size = bytes.size;
}

function graft(state: TreeState, dir: NodeId, name: string, tree: SealedTree, base: NodeId, now: Timestamp): void {
  state.grafts.add(tree, base);
  const inode = Inode.ofSealed(state.owner, base, tree.root);
  inode.parent = dir;
  inode.name = name;
  state.grafts.own(base).real.add(base);
  state.inodes.set(base, inode);
  state.count++;
  state.next = Math.max(state.next, base + tree.directories);
  state.used += tree.bytes ?? 0;
  state.addName(dir, name, base, "dir", now);
}

/** Removes a whole subtree. Costs what was changed in it: a graft goes as one, whatever its size. */
function drop(state: TreeState, dir: NodeId, name: string, now: Timestamp): void {
  const ino = state.lookup(dir, name);
  state.removeName(dir, name, ino, now);
  if (ino >= FILE_BASE || state.inode(ino).type !== "dir") return state.loseName(ino, now);
  const graft = state.grafts.at(ino);
  const inPlace = graft !== undefined && (state.inodes.get(ino)?.sealed !== undefined || state.inodes.get(ino) === undefined);
  if (inPlace && graft.base !== ino) detach(state, state.own(ino));
  dropContents(state, ino, now);
  state.loseName(ino, now);
}

function dropContents(state: TreeState, ino: NodeId, now: Timestamp): void {
  const inode = state.inode(ino);
  const graft = inode.sealed === undefined ? undefined : state.graftOf(ino);
  if (graft === undefined) {
    for (const [name, child] of [...(inode.entries ?? [])]) dropChild(state, ino, name, child, now);
  } else dropGraft(state, graft, now);
  const own = state.own(ino);
  const before = state.allocated(own);
  own.empty(state.owner);
  state.used += state.allocated(own) - before;
}

function dropChild(state: TreeState, dir: NodeId, name: string, child: NodeId, now: Timestamp): void {
  if (child < FILE_BASE && state.inode(child).type === "dir") dropContents(state, child, now);
  else if (child >= FILE_BASE) state.countName(dir, name, child, -1);
  state.loseName(child, now);
}

function dropGraft(state: TreeState, graft: Graft, now: Timestamp): void {
  // What was put into it goes name by name; what it came with goes with it.
  for (const ino of [...graft.real]) {
    const inode = state.inodes.get(ino);
    const sealed = inode?.sealed;
    if (inode?.entries === undefined || sealed === undefined) continue;
    for (const [name, child] of [...inode.entries]) {
      if (child === NO_NODE || child === state.grafts.nodeOf(graft, sealed, name)) continue;
      dropChild(state, ino, name, child, now);
    }
  }
  const { base, tree, real } = state.grafts.own(graft.base);
  state.grafts.remove(base);
  state.used -= tree.bytes ?? 0;
  for (const ino of real) {
    if (ino === base) continue;
    state.own(ino).names = 0;
    state.orphan(ino);
  }
  for (const changed of state.changed.values()) {
    if (tree.linksTo(changed.ino - FILE_BASE) > 0 && state.grafts.names(changed.ino - FILE_BASE) === 0) state.orphan(changed.ino);
  }
}

/**
 * Makes a grafted directory, and everything below, ordinary: it is about to leave its place.
 * Costs the size of the subtree; renaming a directory inside a deployment's own files is rare.
 */
function detach(state: TreeState, inode: Inode): void {
  const graft = state.graftOf(inode.ino);
  const sealed = inode.sealed;
  if (sealed === undefined) return;
  const names = state.namesIn(inode);
  for (const [name, child] of names) {
    if (child >= FILE_BASE) {
      if (state.grafts.nodeOf(graft, sealed, name) !== child) continue;
      state.grafts.countOriginal(graft.base, child - FILE_BASE, -1);
      state.grafts.countExtra(child - FILE_BASE, 1);
    } else if (state.grafts.nodeOf(graft, sealed, name) === child) detach(state, state.own(child));
  }
  inode.entries = new Map(names);
  inode.entriesOwner = state.owner;
  inode.sealed = undefined;
  state.used += state.allocated(inode);
  state.grafts.own(graft.base).real.delete(inode.ino);
}
