/** `ostree commit`: directories, and trees of other commits, laid over one another and written as objects. */
import { checksumTreeSteps, type LiveEntry, type TreeReader } from "../../image/tree-checksum.ts";
import { commitMetadata, stringVariant, type Checksum, type Commit, type Ownership } from "../../image/ostree-objects.ts";
import { step, type Update } from "../update-step.ts";
import { OstreeError } from "./errors.ts";
import { makeDirectories, parentOf, readBytes, replaceFile } from "./files.ts";
import { encodeGVariant, type Variant } from "../../image/gvariant.ts";
import type { Repository } from "./repo.ts";
import { Transaction } from "./transaction.ts";
import { isSysError } from "../../vfs/errno.ts";

export type TreeSource =
  | { readonly kind: "dir"; readonly path: string }
  | { readonly kind: "ref"; readonly commit: Checksum }
  /** `--base`: a commit's tree as it stands, whatever is asked for what comes over it. */
  | { readonly kind: "base"; readonly commit: Checksum }
  | { readonly kind: "archive"; readonly members: readonly ArchiveMember[]; readonly createsParents: boolean };

/** What an archive has of a file. */
export interface ArchiveMember extends Ownership {
  /** From the archive's root, without a slash in front; "" is the root. */
  readonly path: string;
  readonly type: "dir" | "file" | "symlink" | "hardlink" | "other";
  /** Where a link leads; a hard link's is a path in the archive. */
  readonly target: string;
  readonly data: Uint8Array;
}

export interface CommitRequest {
  readonly trees: readonly TreeSource[];
  /** Undefined: `--orphan`. */
  readonly branch: string | undefined;
  readonly parent: Checksum | undefined;
  readonly subject: string;
  readonly body: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly metadata: readonly (readonly [string, Variant])[];
  /** Kept beside the commit and no part of it. */
  readonly detached?: readonly (readonly [string, Variant])[];
  /** Refs in `ostree.ref-binding`; undefined for `--no-bindings`. */
  readonly bindings: readonly string[] | undefined;
  readonly ownerUid: number | undefined;
  readonly ownerGid: number | undefined;
  /** `--canonical-permissions`: everything owned by root, and no mode beyond 0775. */
  readonly canonical: boolean;
  /** `--mode-ro-executables`: what can be run cannot be written. */
  readonly readOnlyExecutables?: boolean;
  /** `--statoverride`: bits to add to a path's mode, or the whole of it. */
  readonly modes?: ReadonlyMap<string, { readonly add: number } | { readonly set: number }>;
  /** `--skip-list`: paths that are left out. */
  readonly skipped?: ReadonlySet<string>;
  /** `--bootable`: says which kernel it has. */
  readonly bootable?: boolean;
  /** `--skip-if-unchanged`: no new commit when the parent has the same tree. */
  readonly skipIfUnchanged: boolean;
  readonly bootId: string;
}

export interface CommitResult {
  /** The new commit; the parent's when nothing changed and that is to be skipped. */
  readonly checksum: Checksum;
  readonly written: Pick<Transaction, "metadata" | "metadataTotal" | "content" | "contentTotal" | "contentBytes">;
}

export function* commitTrees(repo: Repository, request: CommitRequest): Update<CommitResult> {
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
      if (parent.dirtree === sums.dirtree && parent.dirmeta === sums.dirmeta) return { checksum: request.parent, written: transaction };
    }
    const metadata = [
      ...request.metadata,
      ...(request.bootable === true ? bootableMetadata(root) : []),
      ...(request.bindings === undefined ? [] : bindingsOf(repo, request, request.bindings)),
    ];
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
    if (request.detached && request.detached.length > 0) writeDetached(repo, checksum, request.detached);
    if (request.branch !== undefined) {
      yield { name: "ref", commitPoint: true };
      repo.setRef(request.branch, checksum);
    }
    return { checksum, written: transaction };
  } finally {
    if (!isWritten) transaction.abandon();
  }
}

/** What says to which refs it belongs, and of which collection. */
function bindingsOf(repo: Repository, { metadata }: CommitRequest, refs: readonly string[]): [string, Variant][] {
  const key = "ostree.collection-binding";
  const collection = metadata.some(([name]) => name === key) ? undefined : repo.config.get("core", "collection-id");
  return [...commitMetadata([], refs), ...(collection === undefined ? [] : [[key, stringVariant(collection)] as [string, Variant]])];
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

function writeDetached(repo: Repository, commit: Checksum, metadata: readonly (readonly [string, Variant])[]): void {
  const path = repo.objectPath(commit, "commitmeta");
  const bytes = encodeGVariant(
    "a{sv}",
    metadata.map(([key, value]) => [key, value]),
  );
  makeDirectories(repo.sys, parentOf(path));
  replaceFile(repo.sys, path, bytes, { sync: true });
}

/** The release of the one kernel in /usr/lib/modules. Throws `OstreeError` when there is none. */
function bootableMetadata(root: MergedDir): [string, Variant][] {
  let at = root;
  let path = "";
  for (const name of ["usr", "lib", "modules"]) {
    path += `/${name}`;
    const next = at.children.get(name);
    if (next?.kind !== "dir") throw new OstreeError(`No such file or directory: ${path}`);
    at = next.dir;
  }
  for (const [release, node] of at.children)
    if (node.kind === "dir" && node.dir.children.has("vmlinuz"))
      return [
        ["ostree.linux", stringVariant(release)],
        ["ostree.bootable", { type: "b", value: true }],
      ];
  throw new OstreeError("No kernel found in /usr/lib/modules");
}

/** What a file or directory becomes in the commit; undefined when it is left out. `place` is where it stands in the tree, "/" for the root. */
type Filter = (place: string, owner: Ownership, type: string) => Ownership | undefined;

function mergeSources(repo: Repository, request: CommitRequest): MergedDir {
  let root: MergedDir | undefined;
  const seen = new Set<string>();
  const filter: Filter = (place, owner, type) => {
    seen.add(place);
    return request.skipped?.has(place) === true ? undefined : ownedBy(request, place, owner, type);
  };
  for (const source of request.trees) {
    root ??= { owner: { mode: 0o755, uid: 0, gid: 0 }, children: new Map() };
    if (source.kind === "archive") addArchive(filter, source, root);
    else if (source.kind === "dir") {
      addDirectory(repo, filter, source.path, root, "");
      root.owner = filter("/", repo.sys.stat(source.path), "dir") ?? root.owner;
    } else {
      const how: Filter = source.kind === "ref" ? filter : (_, owner) => owner;
      const { dirtree, dirmeta } = repo.commit(source.commit);
      addCommit(repo, how, dirtree, root, "");
      root.owner = how("/", repo.dirmeta(dirmeta), "dir") ?? root.owner;
    }
  }
  if (!root) throw new OstreeError("No trees given");
  // Archives need not say what their root is like; something must.
  if (!request.trees.some((source) => source.kind !== "archive" || source.createsParents) && !seen.has("/"))
    throw new OstreeError("Can't commit an empty tree");
  // A mode that replaces (`=`) may go begging.
  requireSeen(
    [...(request.modes ?? [])].flatMap(([path, change]) => ("add" in change ? [path] : [])),
    seen,
    "statoverride",
  );
  requireSeen([...(request.skipped ?? [])], seen, "skip-list");
  return root;
}

/** Paths of a list that the trees do not have. */
export class UnmatchedPaths extends OstreeError {
  readonly paths: readonly string[];
  readonly list: string;

  constructor(list: string, paths: readonly string[]) {
    super(`Unmatched ${list} paths`);
    this.list = list;
    this.paths = paths;
  }
}

function requireSeen(paths: readonly string[], seen: ReadonlySet<string>, list: string): void {
  const unmatched = paths.filter((path) => !seen.has(path));
  if (unmatched.length > 0) throw new UnmatchedPaths(list, unmatched);
}

function ownedBy(request: CommitRequest, path: string, owner: Ownership, type: string): Ownership {
  let { mode } = owner;
  if (request.canonical && type !== "symlink") mode &= 0o775;
  if (request.readOnlyExecutables === true && type === "file" && (mode & 0o111) !== 0) mode &= ~0o222;
  const change = request.modes?.get(path);
  if (change) mode = "add" in change ? mode | change.add : change.set;
  const uid = request.ownerUid ?? (request.canonical ? 0 : owner.uid);
  const gid = request.ownerGid ?? (request.canonical ? 0 : owner.gid);
  return { mode, uid, gid };
}

/** What the directory has; `below` is where it stands in the tree: "" for the root. */
function addDirectory(repo: Repository, filter: Filter, path: string, into: MergedDir, below: string): void {
  const { sys } = repo;
  let names: string[];
  try {
    names = sys.readdir(path).map((entry) => entry.name);
  } catch (error) {
    if (isSysError(error)) throw new OstreeError(`opendir(${path}): ${error.text}`);
    throw error;
  }
  for (const name of names) {
    const child = `${path}/${name}`;
    const place = `${below}/${name}`;
    const found = sys.lstat(child);
    const owner = filter(place, found, found.type);
    if (owner === undefined) continue;
    if (found.type === "dir") addDirectory(repo, filter, child, directoryAt(into, name, owner), place);
    else if (found.type === "symlink")
      into.children.set(name, { kind: "symlink", uid: owner.uid, gid: owner.gid, target: sys.readlink(child) });
    else if (found.type === "file") into.children.set(name, { kind: "file", ...owner, contents: () => readBytes(sys, child) });
    else throw new OstreeError(`Not a regular file or symlink: ${name}`);
  }
}

/** The members in their order, later ones over earlier ones (ostree-repo-libarchive.c). */
function addArchive(filter: Filter, source: TreeSource & { readonly kind: "archive" }, root: MergedDir): void {
  const nodeAt = (names: readonly string[], maker?: Ownership): MergedDir => {
    let at = root;
    for (const [index, name] of names.entries()) {
      const next = at.children.get(name);
      if (next?.kind === "dir") at = next.dir;
      else {
        if (!maker) throw new OstreeError(`No such file or directory: ${name}`);
        at = directoryAt(at, name, filter(`/${names.slice(0, index + 1).join("/")}`, { ...maker, mode: 0o755 }, "dir"));
      }
    }
    return at;
  };
  for (const member of source.members) {
    const owner = filter(`/${member.path}`, member, member.type);
    if (owner === undefined) continue;
    const names = member.path.split("/").filter((name) => name !== "");
    const name = names.pop();
    if (name === undefined) {
      root.owner = owner;
      continue;
    }
    const parent = nodeAt(names, source.createsParents ? member : undefined);
    if (member.type === "dir") directoryAt(parent, name, owner);
    else if (member.type === "symlink")
      parent.children.set(name, { kind: "symlink", uid: owner.uid, gid: owner.gid, target: member.target });
    else if (member.type === "file") parent.children.set(name, { kind: "file", ...owner, contents: () => member.data });
    else if (member.type === "hardlink") {
      const way = member.target.split("/").filter((part) => part !== "");
      const target = nodeAt(way.slice(0, -1)).children.get(way.at(-1) ?? "");
      if (target === undefined || target.kind === "dir") throw new OstreeError(`No such file or directory: ${way.at(-1) ?? ""}`);
      parent.children.set(name, target);
    } else throw new OstreeError(`Unsupported file type for path "${member.path}"`);
  }
}

function addCommit(repo: Repository, filter: Filter, dirtree: Checksum, into: MergedDir, below: string): void {
  const { files, dirs } = repo.dirtree(dirtree);
  for (const { name, checksum } of files) {
    const file = repo.readFile(checksum);
    const owner = filter(`${below}/${name}`, { mode: 0o777, ...file }, file.kind);
    if (owner === undefined) continue;
    into.children.set(
      name,
      file.kind === "symlink"
        ? { kind: "symlink", uid: owner.uid, gid: owner.gid, target: file.target }
        : { kind: "file", ...owner, contents: () => file.contents },
    );
  }
  for (const dir of dirs) {
    const place = `${below}/${dir.name}`;
    const owner = filter(place, repo.dirmeta(dir.dirmeta), "dir");
    if (owner !== undefined) addCommit(repo, filter, dir.dirtree, directoryAt(into, dir.name, owner), place);
  }
}

/** That one, made where it is not there, and `owner`'s if that is given. */
function directoryAt(parent: MergedDir, name: string, owner?: Ownership): MergedDir {
  const there = parent.children.get(name);
  const dir: MergedDir = there?.kind === "dir" ? there.dir : { owner: { mode: 0o755, uid: 0, gid: 0 }, children: new Map() };
  if (owner) dir.owner = owner;
  if (there?.kind !== "dir") parent.children.set(name, { kind: "dir", dir });
  return dir;
}
