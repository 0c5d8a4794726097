/** `ostree commit`: directories, and trees of other commits, laid over one another and written as objects. */
import { checksumTreeSteps, type LiveEntry, type TreeReader } from "../../image/tree-checksum.ts";
import { commitMetadata, stringVariant, type Checksum, type Commit, type Ownership } from "../../image/ostree-objects.ts";
import { step, type Update } from "../update-step.ts";
import { OstreeError } from "./errors.ts";
import { readBytes } from "./files.ts";
import type { Repository } from "./repo.ts";
import { Transaction } from "./transaction.ts";
import { isSysError } from "../../vfs/errno.ts";

export type TreeSource = { readonly kind: "dir"; readonly path: string } | { readonly kind: "ref"; readonly commit: Checksum };

export interface CommitRequest {
  readonly trees: readonly TreeSource[];
  /** Undefined: `--orphan`. */
  readonly branch: string | undefined;
  readonly parent: Checksum | undefined;
  readonly subject: string;
  readonly body: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly metadata: readonly (readonly [string, string])[];
  /** Refs in `ostree.ref-binding`; undefined for `--no-bindings`. */
  readonly bindings: readonly string[] | undefined;
  readonly ownerUid: number | undefined;
  readonly ownerGid: number | undefined;
  /** `--canonical-permissions`: everything owned by root, modes as in a bare-user checkout. */
  readonly canonical: boolean;
  /** `--skip-if-unchanged`: no new commit when the parent has the same tree. */
  readonly skipIfUnchanged: boolean;
  readonly bootId: string;
}

/** The new commit; the parent's when nothing changed and that is to be skipped. */
export function* commitTrees(repo: Repository, request: CommitRequest): Update<Checksum> {
  const transaction = new Transaction(repo, request.bootId);
  let isWritten = false;
  try {
    const root = mergeSources(repo, request);
    const walk = checksumTreeSteps(MERGED, root.children, root.owner, {
      file: (_, file) => transaction.writeFile({ kind: "file", mode: file.mode, uid: file.uid, gid: file.gid, contents: file.contents() }),
      symlink: (_, link) => transaction.writeFile({ kind: "symlink", uid: link.uid, gid: link.gid, target: link.target }),
      dirtree: (_, tree) => transaction.writeDirtree(tree),
      dirmeta: (_, owner) => transaction.writeDirmeta(owner),
    });
    let sums: { readonly dirtree: Checksum; readonly dirmeta: Checksum };
    for (;;) {
      const next = walk.next();
      if (next.done === true) {
        sums = next.value;
        break;
      }
      yield step("write-objects");
    }
    if (request.skipIfUnchanged && request.parent !== undefined) {
      const parent = repo.commit(request.parent);
      if (parent.dirtree === sums.dirtree && parent.dirmeta === sums.dirmeta) return request.parent;
    }
    const metadata =
      request.bindings === undefined
        ? request.metadata.map(([key, value]) => [key, stringVariant(value)] as const)
        : commitMetadata(request.metadata, request.bindings);
    const commit: Commit = {
      metadata,
      parent: request.parent,
      subject: request.subject,
      body: request.body,
      timestamp: request.timestamp,
      ...sums,
    };
    const checksum = transaction.writeCommit(commit);
    yield step("commit-objects");
    for (const _ of transaction.commitSteps()) yield step("commit-objects");
    isWritten = true;
    if (request.branch !== undefined) {
      yield { name: "ref", commitPoint: true };
      repo.setRef(request.branch, checksum);
    }
    return checksum;
  } finally {
    if (!isWritten) transaction.abandon();
  }
}

/** A directory of the tree to be: what the sources, later over earlier, put there. */
interface MergedDir {
  owner: Ownership;
  children: Map<string, MergedNode>;
}

type MergedNode =
  | { readonly kind: "dir"; readonly dir: MergedDir }
  | (Ownership & { readonly kind: "file"; contents(): Uint8Array })
  | { readonly kind: "symlink"; readonly uid: number; readonly gid: number; readonly target: string };

const MERGED: TreeReader<Map<string, MergedNode>> = {
  *entries(children): Generator<LiveEntry<Map<string, MergedNode>>, void, void> {
    for (const [name, node] of children) {
      if (node.kind === "dir") yield { kind: "dir", name, ...node.dir.owner, dir: node.dir.children };
      else if (node.kind === "symlink") yield { ...node, name };
      else yield { kind: "file", name, mode: node.mode, uid: node.uid, gid: node.gid, contents: () => node.contents() };
    }
  },
};

function mergeSources(repo: Repository, request: CommitRequest): MergedDir {
  let root: MergedDir | undefined;
  for (const source of request.trees) {
    root ??= { owner: { mode: 0o755, uid: 0, gid: 0 }, children: new Map() };
    if (source.kind === "dir") addDirectory(repo, request, source.path, root);
    else addCommit(repo, source.commit, root);
  }
  if (!root) throw new OstreeError("No trees given");
  return root;
}

function ownedBy(request: CommitRequest, owner: Ownership, isDir: boolean): Ownership {
  const given = { mode: owner.mode, uid: request.ownerUid ?? owner.uid, gid: request.ownerGid ?? owner.gid };
  if (!request.canonical) return given;
  return { mode: isDir ? 0o755 : (owner.mode & 0o755) | 0o444, uid: 0, gid: 0 };
}

function addDirectory(repo: Repository, request: CommitRequest, path: string, into: MergedDir): void {
  const { sys } = repo;
  let names: string[];
  try {
    names = sys.readdir(path).map((entry) => entry.name);
  } catch (error) {
    if (isSysError(error)) throw new OstreeError(`opendir(${path}): ${error.text}`);
    throw error;
  }
  into.owner = ownedBy(request, sys.stat(path), true);
  for (const name of names) {
    const child = `${path}/${name}`;
    const found = sys.lstat(child);
    const owner = ownedBy(request, found, found.type === "dir");
    if (found.type === "dir") addDirectory(repo, request, child, directoryAt(into, name));
    else if (found.type === "symlink")
      into.children.set(name, { kind: "symlink", uid: owner.uid, gid: owner.gid, target: sys.readlink(child) });
    else if (found.type === "file") into.children.set(name, { kind: "file", ...owner, contents: () => readBytes(sys, child) });
    else throw new OstreeError(`Not a regular file or symlink: ${name}`);
  }
}

function addCommit(repo: Repository, commit: Checksum, into: MergedDir): void {
  const add = (dirtree: Checksum, dirmeta: Checksum, dir: MergedDir): void => {
    dir.owner = repo.dirmeta(dirmeta);
    const tree = repo.dirtree(dirtree);
    for (const { name, checksum } of tree.files) {
      const file = repo.readFile(checksum);
      dir.children.set(
        name,
        file.kind === "symlink" ? file : { kind: "file", mode: file.mode, uid: file.uid, gid: file.gid, contents: () => file.contents },
      );
    }
    for (const child of tree.dirs) add(child.dirtree, child.dirmeta, directoryAt(dir, child.name));
  };
  const { dirtree, dirmeta } = repo.commit(commit);
  add(dirtree, dirmeta, into);
}

function directoryAt(parent: MergedDir, name: string): MergedDir {
  const there = parent.children.get(name);
  if (there?.kind === "dir") return there.dir;
  const dir: MergedDir = { owner: { mode: 0o755, uid: 0, gid: 0 }, children: new Map() };
  parent.children.set(name, { kind: "dir", dir });
  return dir;
}
