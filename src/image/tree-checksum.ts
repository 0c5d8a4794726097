/** Checksums of a directory that lives somewhere: what `ostree commit`, `ostree fsck` and the crash table compute. */
import type { SealedDir, SealedTree } from "../vfs/sealed.ts";
import { checksumDirmeta, checksumDirtree, checksumFile, checksumSymlink } from "./ostree-objects.ts";
import type { Checksum, Dirtree, DirtreeDirectory, DirtreeFile, Ownership } from "./ostree-objects.ts";

/** One directory entry as the reader found it. `dir` is whatever the reader needs to list it later. */
export type LiveEntry<Dir> =
  | (Ownership & { readonly kind: "file"; readonly name: string; contents(): Uint8Array; readonly checksum?: Checksum })
  | { readonly kind: "symlink"; readonly name: string; readonly uid: number; readonly gid: number; readonly target: string }
  | (Ownership & { readonly kind: "dir"; readonly name: string; readonly dir: Dir });

/** How to read a tree; works on the system calls of a process, on a sealed tree, on anything. */
export interface TreeReader<Dir> {
  entries(dir: Dir): Iterable<LiveEntry<Dir>>;
}

/** Told of every object as it is found, children before parents: a writer stores them, a counter counts. */
export interface ObjectSink {
  file?(checksum: Checksum, file: Ownership & { contents(): Uint8Array }): void;
  symlink?(checksum: Checksum, link: { readonly uid: number; readonly gid: number; readonly target: string }): void;
  dirtree?(checksum: Checksum, tree: Dirtree): void;
  dirmeta?(checksum: Checksum, owner: Ownership): void;
}

export interface TreeChecksums {
  readonly dirtree: Checksum;
  readonly dirmeta: Checksum;
}

/** Checksums of `dir`, whose own owner and mode are `owner`. A file entry that brings its `checksum` is not read. */
export function checksumTree<Dir>(reader: TreeReader<Dir>, dir: Dir, owner: Ownership, sink: ObjectSink = {}): TreeChecksums {
  const steps = checksumTreeSteps(reader, dir, owner, sink);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The same in steps, one yield for each entry, for a program that lets others run meanwhile. */
export function* checksumTreeSteps<Dir>(
  reader: TreeReader<Dir>,
  dir: Dir,
  owner: Ownership,
  sink: ObjectSink = {},
): Generator<void, TreeChecksums, void> {
  const files: DirtreeFile[] = [];
  const dirs: DirtreeDirectory[] = [];
  for (const entry of reader.entries(dir)) {
    yield;
    if (entry.kind === "dir") {
      dirs.push({ name: entry.name, ...(yield* checksumTreeSteps(reader, entry.dir, entry, sink)) });
    } else if (entry.kind === "symlink") {
      const checksum = checksumSymlink(entry, entry.target);
      sink.symlink?.(checksum, entry);
      files.push({ name: entry.name, checksum });
    } else {
      const checksum = entry.checksum ?? checksumFile(entry, entry.contents());
      sink.file?.(checksum, entry);
      files.push({ name: entry.name, checksum });
    }
  }
  const dirtree = checksumDirtree({ files, dirs });
  sink.dirtree?.(dirtree, { files, dirs });
  const dirmeta = checksumDirmeta(owner);
  sink.dirmeta?.(dirmeta, owner);
  return { dirtree, dirmeta };
}

/** Checksums of a sealed tree's root. */
export function checksumSealedTree(tree: SealedTree): TreeChecksums {
  return checksumTree(SEALED_READER, tree.root, tree.root);
}

const SEALED_READER: TreeReader<SealedDir> = {
  *entries(dir): Generator<LiveEntry<SealedDir>> {
    for (const [name, node] of dir.entries) {
      const { mode, uid, gid } = node;
      if (node.kind === "dir") yield { kind: "dir", name, mode, uid, gid, dir: node };
      else if (node.kind === "symlink") yield { kind: "symlink", name, uid, gid, target: node.target };
      else yield { kind: "file", name, mode, uid, gid, contents: () => node.bytes() };
    }
  },
};
