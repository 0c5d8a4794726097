/**
 * Checksums of a machine's live directories and of sealed releases, as ostree would give them. Everything is read; what was read
 * before with the same bytes is not hashed again, since the crash table reads the same six thousand files a thousand times.
 */
import { assert } from "../base/assert.ts";
import type { Release } from "../image/catalogue.ts";
import { checksumDirmeta, checksumDirtree, checksumFile, checksumSymlink, type Dirtree, type Ownership } from "../image/ostree-objects.ts";
import type { SealedDir } from "../vfs/sealed.ts";
import type { Sys } from "../vfs/sys.ts";
import { O } from "../vfs/types.ts";

type Entry<Dir> =
  | { readonly kind: "dir"; readonly name: string; readonly owner: Ownership; readonly dir: Dir }
  | { readonly kind: "file"; readonly name: string; readonly owner: Ownership; readonly bytes: Uint8Array }
  | { readonly kind: "symlink"; readonly name: string; readonly owner: Ownership; readonly target: string };

type Reader<Dir> = (dir: Dir) => Iterable<Entry<Dir>>;

const known = new Map<string, string>();

function remembered(key: string, compute: () => string): string {
  let checksum = known.get(key);
  if (checksum === undefined) known.set(key, (checksum = compute()));
  return checksum;
}

function checksumOf<Dir>(read: Reader<Dir>, dir: Dir): string {
  const files: { name: string; checksum: string }[] = [];
  const dirs: { name: string; dirtree: string; dirmeta: string }[] = [];
  for (const entry of read(dir)) {
    const { name, owner } = entry;
    const key = `${entry.kind} ${owner.mode} ${owner.uid} ${owner.gid} `;
    if (entry.kind === "dir") dirs.push({ name, dirtree: checksumOf(read, entry.dir), dirmeta: remembered(key, () => checksumDirmeta(owner)) });
    else if (entry.kind === "symlink") files.push({ name, checksum: remembered(key + entry.target, () => checksumSymlink(owner, entry.target)) });
    else files.push({ name, checksum: remembered(key + latin1(entry.bytes), () => checksumFile(owner, entry.bytes)) });
  }
  const tree: Dirtree = { files, dirs };
  return remembered(JSON.stringify(tree), () => checksumDirtree(tree));
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}

function readWhole(sys: Sys, path: string, size: number): Uint8Array {
  const fd = sys.open(path, O.RDONLY);
  try {
    return sys.pread(fd, size, 0);
  } finally {
    sys.close(fd);
  }
}

/** Checksum of the dirtree at `path`. `skip` leaves out what is not part of the tree, by its full path. */
export function liveChecksum(sys: Sys, path: string, skip: (path: string) => boolean = () => false): string {
  const read: Reader<string> = function* (directory) {
    for (const { name } of sys.readdir(directory)) {
      const full = `${directory}/${name}`;
      if (skip(full)) continue;
      const { type, mode, uid, gid, size } = sys.lstat(full);
      const owner = { mode, uid, gid };
      if (type === "dir") yield { kind: "dir", name, owner, dir: full };
      else if (type === "symlink") yield { kind: "symlink", name, owner, target: sys.readlink(full) };
      else if (type === "file") yield { kind: "file", name, owner, bytes: readWhole(sys, full, size) };
    }
  };
  return checksumOf(read, path);
}

const readSealed: Reader<SealedDir> = function* (directory) {
  for (const [name, node] of directory.entries) {
    const owner = { mode: node.mode, uid: node.uid, gid: node.gid };
    if (node.kind === "dir") yield { kind: "dir", name, owner, dir: node };
    else if (node.kind === "symlink") yield { kind: "symlink", name, owner, target: node.target };
    else yield { kind: "file", name, owner, bytes: node.bytes() };
  }
};

/** Checksum of a directory of a release, after a check that the whole of it is what its commit names. */
export function sealedChecksum(release: Release, path: string): string {
  let dir = release.tree.root;
  const whole = checksumOf(readSealed, dir);
  assert(whole === release.commitObject.dirtree, `release ${release.version} has ${whole}, its commit names ${release.commitObject.dirtree}`);
  for (const name of path.split("/").filter((part) => part !== "")) {
    const entry = dir.entries.get(name);
    assert(entry?.kind === "dir", `release ${release.version} has no directory ${path}`);
    dir = entry;
  }
  return checksumOf(readSealed, dir);
}
