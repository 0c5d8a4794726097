/** Looking into a commit's tree by path, and comparing two trees. */
import { checksumFile, checksumSymlink, type Checksum, type Ownership } from "../../image/ostree-objects.ts";
import { OstreeError } from "./errors.ts";
import { readBytes } from "./files.ts";
import type { Repository } from "./repo.ts";

export type TreeNode =
  | { readonly kind: "dir"; readonly path: string; readonly dirtree: Checksum; readonly dirmeta: Checksum }
  | { readonly kind: "file"; readonly path: string; readonly checksum: Checksum };

export function rootOf(repo: Repository, commit: Checksum): TreeNode {
  const { dirtree, dirmeta } = repo.commit(commit);
  return { kind: "dir", path: "/", dirtree, dirmeta };
}

/** Undefined when there is no such name. Links are not followed. */
export function nodeAt(repo: Repository, commit: Checksum, path: string): TreeNode | undefined {
  let node: TreeNode = rootOf(repo, commit);
  for (const part of path.split("/")) {
    if (part === "") continue;
    const child =
      node.kind === "dir" ? childrenOf(repo, node).find((entry) => entry.path.slice(entry.path.lastIndexOf("/") + 1) === part) : undefined;
    if (!child) return undefined;
    node = child;
  }
  return node;
}

/** As `nodeAt`, for a path as it was typed: empty parts, `.` and `..` are names like others. Throws `OstreeError` with what is not there. */
export function requireNode(repo: Repository, commit: Checksum, path: string): TreeNode {
  let node: TreeNode = rootOf(repo, commit);
  if (path === "/") return node;
  for (const part of path.replace(/^\//, "").split("/")) {
    if (node.kind !== "dir") throw new OstreeError("Not a directory");
    const full: string = node.path === "/" ? `/${part}` : `${node.path}/${part}`;
    const child = childrenOf(repo, node).find((entry) => entry.path === full);
    if (!child) throw new OstreeError(`No such file or directory: ${full}`);
    node = child;
  }
  return node;
}

/** Files and links first, then directories: the order in which a dirtree has them. */
export function childrenOf(repo: Repository, dir: TreeNode & { readonly kind: "dir" }): TreeNode[] {
  const below = dir.path === "/" ? "" : dir.path;
  const tree = repo.dirtree(dir.dirtree);
  return [
    ...tree.files.map(({ name, checksum }): TreeNode => ({ kind: "file", path: `${below}/${name}`, checksum })),
    ...tree.dirs.map(({ name, dirtree, dirmeta }): TreeNode => ({ kind: "dir", path: `${below}/${name}`, dirtree, dirmeta })),
  ];
}

/** A regular file's contents, following links as `ostree cat` does. Throws `OstreeError`. */
export function fileContents(repo: Repository, commit: Checksum, path: string, links = 0): Uint8Array {
  const node = requireNode(repo, commit, path);
  if (node.kind === "dir") throw new OstreeError("Can't open directory");
  const file = repo.readFile(node.checksum);
  if (file.kind === "file") return file.contents;
  if (links > 40) throw new OstreeError("Too many levels of symbolic links");
  const base = file.target.startsWith("/") ? "" : node.path.slice(0, node.path.lastIndexOf("/"));
  return fileContents(repo, commit, file.target.startsWith("/") ? file.target : `${base}/${file.target}`, links + 1);
}

export interface TreeDiff {
  readonly modified: readonly string[];
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** One side of a comparison: a commit's tree or a directory. */
export type DiffSide =
  | { readonly kind: "commit"; readonly commit: Checksum }
  | {
      readonly kind: "dir";
      readonly path: string;
      /** Instead of who owns the files. */
      readonly uid?: number | undefined;
      readonly gid?: number | undefined;
    };

/** `ostree diff`: paths in a commit begin with a slash, those below a directory do not. Names that are in one only, and files whose checksum differs; a removed directory is one path, an added one all it has. */
export function diffTrees(repo: Repository, left: DiffSide, right: DiffSide): TreeDiff {
  const modified: string[] = [];
  const removed: string[] = [];
  const added: string[] = [];
  const addAll = (node: Side): void => {
    added.push(node.path);
    for (const child of node.children().values()) addAll(child);
  };
  const walk = (a: Side, b: Side): void => {
    const before = a.children();
    const after = b.children();
    for (const [name, one] of before) {
      const two = after.get(name);
      if (!two) removed.push(one.path);
      else {
        if (one.isDir !== two.isDir || one.identity() !== two.identity()) modified.push(one.path);
        if (one.isDir && two.isDir && one.whole() !== two.whole()) walk(one, two);
      }
    }
    for (const [name, two] of after) if (!before.has(name)) addAll(two);
  };
  walk(sideOf(repo, left), sideOf(repo, right));
  return { modified, removed, added };
}

interface Side {
  readonly path: string;
  readonly isDir: boolean;
  /** Equal when contents and attributes are (of a directory: its own attributes). */
  identity(): string;
  /** Equal when a directory and all below are; never equal when that is not known without looking. */
  whole(): unknown;
  children(): ReadonlyMap<string, Side>;
}

function sideOf(repo: Repository, side: DiffSide): Side {
  if (side.kind === "commit") return commitSide(repo, rootOf(repo, side.commit));
  return directorySide(repo, side, "");
}

function commitSide(repo: Repository, node: TreeNode): Side {
  return {
    path: node.path,
    isDir: node.kind === "dir",
    identity: () => (node.kind === "dir" ? describe("dir", repo.dirmeta(node.dirmeta)) : node.checksum),
    whole: () => (node.kind === "dir" ? node.dirtree : node.checksum),
    children: () =>
      new Map(
        node.kind === "dir"
          ? childrenOf(repo, node).map((child) => [child.path.slice(child.path.lastIndexOf("/") + 1), commitSide(repo, child)])
          : [],
      ),
  };
}

function directorySide(repo: Repository, root: DiffSide & { readonly kind: "dir" }, path: string): Side {
  const { sys } = repo;
  const at = root.path + path;
  const found = sys.lstat(at);
  const owner = { mode: found.mode, uid: root.uid ?? found.uid, gid: root.gid ?? found.gid };
  return {
    path: path.slice(1),
    isDir: found.type === "dir",
    identity: () => {
      if (found.type === "dir") return describe("dir", owner);
      if (found.type === "symlink") return checksumSymlink(owner, sys.readlink(at));
      return checksumFile(owner, readBytes(sys, at));
    },
    whole: () => Symbol(path),
    children: () =>
      new Map(found.type === "dir" ? sys.readdir(at).map((entry) => [entry.name, directorySide(repo, root, `${path}/${entry.name}`)]) : []),
  };
}

function describe(kind: string, owner: Ownership): string {
  return `${kind} ${owner.mode} ${owner.uid} ${owner.gid}`;
}
