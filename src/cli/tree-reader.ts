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
    if (entry.kind === "dir")
      dirs.push({ name, dirtree: checksumOf(read, entry.dir), dirmeta: remembered(key, () => checksumDirmeta(owner)) });
    else if (entry.kind === "symlink")
      files.push({ name, checksum: remembered(key + entry.target, () => checksumSymlink(owner, entry.target)) });
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

const readLive = (sys: Sys, without: string | undefined): Reader<string> =>
  function* (directory) {
    for (const { name } of sys.readdir(directory)) {
      const full = `${directory}/${name}`;
      if (full === without) continue;
      const { type, mode, uid, gid, size } = sys.lstat(full);
      const owner = { mode, uid, gid };
      if (type === "dir") yield { kind: "dir", name, owner, dir: full };
      else if (type === "symlink") yield { kind: "symlink", name, owner, target: sys.readlink(full) };
      else yield { kind: "file", name, owner, bytes: readWhole(sys, full, size) };
    }
  };

/** The checksum that ostree would give the directory, if it had not what is called `without`. */
export function liveChecksum(sys: Sys, path: string, without?: string): string {
  return checksumOf(readLive(sys, without), path);
}

/** Every file below `path` with what it is and holds, as one word each. */
export function liveFiles(sys: Sys, path: string, skip: (path: string) => boolean): Map<string, string> {
  const files = new Map<string, string>();
  const walk = (directory: string): void => {
    for (const { name } of sys.readdir(directory)) {
      const full = `${directory}/${name}`;
      if (skip(full)) continue;
      const { type, mode, uid, gid, size } = sys.lstat(full);
      if (type === "dir") walk(full);
      const contents = type === "file" ? latin1(readWhole(sys, full, size)) : type === "symlink" ? sys.readlink(full) : "";
      files.set(full, `${type} ${mode} ${uid} ${gid} ${contents}`);
    }
  };
  walk(path);
  return files;
}

const readSealed: Reader<SealedDir> = function* (directory) {
  for (const [name, node] of directory.entries) {
    const owner = { mode: node.mode, uid: node.uid, gid: node.gid };
    if (node.kind === "dir") yield { kind: "dir", name, owner, dir: node };
    else if (node.kind === "symlink") yield { kind: "symlink", name, owner, target: node.target };
    else yield { kind: "file", name, owner, bytes: node.bytes() };
  }
};

/** A directory of a release, after a check that the whole of the release is what its commit names. */
export function verifiedDirectory(release: Release, path: string): SealedDir {
  let dir = release.tree.root;
  const whole = checksumOf(readSealed, dir);
  assert(
    whole === release.commitObject.dirtree,
    `release ${release.version} has ${whole}, its commit names ${release.commitObject.dirtree}`,
  );
  for (const name of path.split("/").filter((part) => part !== "")) {
    const entry = dir.entries.get(name);
    assert(entry?.kind === "dir", `release ${release.version} has no directory ${path}`);
    dir = entry;
  }
  return dir;
}

/** The first path below `path` that is not as in `sealed`: names, kinds, owners, modes, targets, every byte. undefined when all are. */
export function firstDifference(sys: Sys, path: string, sealed: SealedDir): string | undefined {
  const names = sys.readdir(path);
  if (names.length !== sealed.entries.size) return path;
  for (const { name } of names) {
    const full = `${path}/${name}`;
    const expected = sealed.entries.get(name);
    const found = sys.lstat(full);
    if (expected?.kind !== found.type) return full;
    if (found.mode !== expected.mode || found.uid !== expected.uid || found.gid !== expected.gid) return full;
    if (expected.kind === "symlink") {
      if (sys.readlink(full) !== expected.target) return full;
    } else if (expected.kind === "file") {
      if (found.size !== expected.size || Buffer.compare(readWhole(sys, full, found.size), expected.bytes()) !== 0) return full;
    } else {
      const below = firstDifference(sys, full, expected);
      if (below !== undefined) return below;
    }
  }
  return undefined;
}
