/** open(2): fs/namei.c's open_last_lookups() and do_open(). */
import { about } from "./caller.ts";
import type { Caller } from "./caller.ts";
import { NO_NODE } from "./file-system.ts";
import type { Place } from "./mount.ts";
import { mayBeMade } from "./namei.ts";
import { PlaceFile, RegularFile } from "./open-file.ts";
import type { OpenFile } from "./open-file.ts";
import {
  MAY_EXEC,
  MAY_READ,
  MAY_WRITE,
  checkAccess,
  isAppendOnly,
  isSelf,
  modeAfterWrite,
  newInodeAttributes,
  refuse,
  mayReopen,
} from "./permission.ts";
import { PipeEnd } from "./pipe.ts";
import { O } from "./types.ts";
import { Walk } from "./walk.ts";

/** What stays of the flags after opening. */
const KEPT = 3 | O.APPEND | O.NONBLOCK | O.PATH;

export interface Opened {
  readonly file: OpenFile;
  /** Whether something was changed: created, cut, or copied up. */
  readonly changed: boolean;
}

export function open(caller: Caller, path: string, flags: number, mode: number): Opened {
  if ((flags & O.CREAT) !== 0 && (flags & O.DIRECTORY) !== 0) throw refuse("EINVAL", "");
  if ((flags & O.PATH) !== 0) return openPath(caller, path, flags);
  const walk = new Walk(caller, path);
  walk.mustBeDirectory = (flags & O.DIRECTORY) !== 0;
  const created = lastLookup(caller, walk, flags, mode);
  return finish(caller, walk, flags, created);
}

function openPath(caller: Caller, path: string, flags: number): Opened {
  const walk = new Walk(caller, path);
  walk.mustBeDirectory = (flags & O.DIRECTORY) !== 0;
  walk.toEnd((flags & O.NOFOLLOW) === 0);
  return { file: named(new PlaceFile(walk.place, O.PATH, "path"), walk), changed: false };
}

/** Walks to what is to be opened, through links at the end; makes it when asked to. Says whether it was made. */
function lastLookup(caller: Caller, walk: Walk, flags: number, mode: number): boolean {
  const creates = (flags & O.CREAT) !== 0;
  const exclusive = creates && (flags & O.EXCL) !== 0;
  let follow = (flags & O.NOFOLLOW) === 0 && !exclusive;
  for (;;) {
    if (walk.lastKind !== "name") {
      walk.toEnd(follow);
      return false;
    }
    if (walk.trailing) {
      if (creates) throw refuse("EISDIR", "");
      follow = true;
      walk.mustBeDirectory = true;
    }
    const child = walk.find(walk.last);
    if (child !== NO_NODE) {
      if (walk.stepInto(child, follow)) return false;
      continue;
    }
    if (!creates) throw refuse("ENOENT", "");
    makeFile(caller, walk, mode);
    return true;
  }
}

function makeFile(caller: Caller, walk: Walk, mode: number): void {
  const dir = walk.place;
  const { fs } = dir.mount;
  if (fs.name(dir.node) === undefined) throw refuse("ENOENT", "");
  about(caller, dir, walk.last);
  mayBeMade(fs);
  dir.mount.wantWrite();
  checkAccess(fs, dir.node, MAY_WRITE | MAY_EXEC, caller.credentials);
  const parent = fs.attributes(dir.node);
  const attributes = newInodeAttributes(parent, "file", mode & 0o7777, caller.mask, caller.credentials);
  const node = fs.create(dir.node, walk.last, { type: "file", ...attributes }, caller.now());
  walk.stepInto(node, false);
}

function finish(caller: Caller, walk: Walk, flags: number, created: boolean): Opened {
  if (walk.openFile?.kind === "pipe") {
    mayReopen(walk.openFile.stat(), caller.credentials);
    return { file: walk.openFile instanceof PipeEnd ? new PipeEnd(walk.openFile.pipe, flags & KEPT) : walk.openFile, changed: false };
  }
  const { place } = walk;
  const { fs } = place.mount;
  const inode = fs.attributes(place.node);
  if (!created) {
    if (walk.parent !== undefined) about(caller, walk.parent, walk.last);
    else about(caller, place);
    caller.decider = place.mount;
  }
  if ((flags & O.CREAT) !== 0 && !created) {
    if ((flags & O.EXCL) !== 0) throw refuse("EEXIST", "");
    if (inode.type === "dir") throw refuse("EISDIR", "");
    mayCreateInSticky(caller, walk);
  }
  if (walk.mustBeDirectory && inode.type !== "dir") throw refuse("ENOTDIR", "");
  const cuts = !created && inode.type === "file" && (flags & O.TRUNC) !== 0;
  if (cuts) place.mount.wantWrite();
  if (!created) mayOpen(caller, place, flags);
  const changed = created || cuts;
  if (inode.type === "file") {
    const writes = (flags & 3) !== O.RDONLY;
    if (writes || cuts) caller.vfs.mayWriteText(place);
    if (writes) place.mount.wantWrite();
    if (writes || cuts) fs.openForWriting(place.node, cuts, caller.now());
    if (cuts) cut(caller, place);
  }
  return { file: named(makeOpenFile(caller, place, flags), walk), changed };
}

/** may_create_in_sticky(): O_CREAT must not be led to what a stranger put into /tmp. Links and devices never are, whatever the sysctls say. */
function mayCreateInSticky(caller: Caller, { parent, place }: Walk): void {
  if (parent === undefined) return;
  const dir = parent.mount.fs.attributes(parent.node);
  if ((dir.mode & 0o1000) === 0) return;
  const { type, uid } = place.mount.fs.attributes(place.node);
  const { regular, fifos } = caller.protections;
  const level = type === "file" ? regular : type === "fifo" ? fifos : 1;
  if (level === 0 || uid === dir.uid || isSelf(caller.credentials, uid)) return;
  if ((dir.mode & 0o002) !== 0 || ((dir.mode & 0o020) !== 0 && level >= 2)) throw refuse("EACCES", "fs.protected_regular");
}

/** may_open() */
function mayOpen(caller: Caller, place: Place, flags: number): void {
  const { fs } = place.mount;
  const inode = fs.attributes(place.node);
  const access = flags & 3;
  let mask = access === O.RDONLY ? MAY_READ : access === O.WRONLY ? MAY_WRITE : MAY_READ | MAY_WRITE;
  if ((flags & O.TRUNC) !== 0) mask |= MAY_WRITE;
  if (inode.type === "symlink") throw refuse("ELOOP", "");
  if (inode.type === "dir" && (mask & MAY_WRITE) !== 0) throw refuse("EISDIR", "");
  checkAccess(fs, place.node, mask, caller.credentials);
  if (isAppendOnly(inode)) {
    if (access !== O.RDONLY && (flags & O.APPEND) === 0) throw refuse("EPERM", "inode is append-only");
    if ((flags & O.TRUNC) !== 0) throw refuse("EPERM", "inode is append-only");
  }
}

/** Cuts a file to nothing, as O_TRUNC does; set-ids go with it. */
function cut(caller: Caller, { mount, node }: Place): void {
  const now = caller.now();
  const mode = modeAfterWrite(mount.fs.attributes(node), caller.credentials);
  if (mode !== undefined) mount.fs.setAttributes(node, { mode, now });
  mount.fs.truncate(node, 0, true, now);
}

function makeOpenFile(caller: Caller, place: Place, flags: number): OpenFile {
  const kept = flags & KEPT;
  const { fs } = place.mount;
  const { type, rdev } = fs.attributes(place.node);
  const special = fs.openNode?.(place.node, kept, caller);
  if (special !== undefined) return special;
  switch (type) {
    case "file":
      return new RegularFile(place, kept);
    case "dir":
      return new PlaceFile(place, kept, "dir");
    case "char":
    case "block": {
      if (place.mount.flags.includes("nodev")) throw refuse("EACCES", "mounted nodev");
      const file = caller.openDevice(type, rdev);
      file.flags = kept;
      file.place = place;
      return file;
    }
    case "fifo": {
      const pipe = caller.vfs.namedPipe(place);
      if ((flags & (3 | O.NONBLOCK)) === (O.WRONLY | O.NONBLOCK) && pipe.readers === 0) throw refuse("ENXIO", "nobody reads the pipe");
      const file = new PipeEnd(pipe, kept, true);
      file.place = place;
      return file;
    }
    default:
      throw refuse("ENXIO", "");
  }
}

function named(file: OpenFile, walk: Walk): OpenFile {
  if (walk.parent !== undefined) file.name = { dir: walk.parent, name: walk.last };
  return file;
}
