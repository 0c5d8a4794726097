/** Fetching from a repository on the same machine: `ostree pull-local`, and a remote whose address begins with `file://`. */
import { type Checksum, type ObjectKind } from "../../image/ostree-objects.ts";
import { isSysError } from "../../vfs/errno.ts";
import { step, type Update } from "../update-step.ts";
import { OstreeError } from "./errors.ts";
import { lstat, makeDirectories, parentOf, readBytes, replaceFile } from "./files.ts";
import { reachableObjects } from "./reachable.ts";
import type { Repository } from "./repo.ts";
import { readSummary } from "./summary.ts";
import { Transaction } from "./transaction.ts";
import { isRefName } from "./origin.ts";
import { hashOrder } from "./hash-order.ts";
import { refBinding } from "./ref-binding.ts";

export interface ImportRequest {
  /** Of the source, each a ref, `ref@commit` or a commit's checksum; empty: all. */
  readonly refs: readonly string[];
  /** A commit instead of what the refs point to: then they are left as they are. */
  readonly commit?: Checksum;
  /** The refs go under this remote's name; undefined: as they are. */
  readonly remote: string | undefined;
  /** How many parents of each commit come with it; -1 is all that the source has. */
  readonly depth?: number;
  /** Only the commit objects. */
  readonly commitsOnly?: boolean;
  /** Only what is below these, and the directories on the way there (`--subpath`). */
  readonly subpaths?: readonly string[];
  readonly bootId: string;
}

export interface ImportResult {
  /** What the refs lead to, in order. */
  readonly commits: readonly Checksum[];
  readonly metadata: number;
  readonly content: number;
  readonly contentBytes: number;
}

interface Wanted {
  /** Undefined: the commit alone is wanted. */
  readonly ref: string | undefined;
  readonly commit: Checksum;
}

/** Copies what the refs of `from` need, by hard links where both are bare and on one mount. */
export function* importRefs(from: Repository, to: Repository, request: ImportRequest): Update<ImportResult> {
  yield step("resolve");
  const wanted = resolveWanted(from, request);
  const commits = wanted.flatMap(({ commit }) => withParents(from, commit, request.depth ?? 0));
  const absent = commits.find((commit) => !from.hasObject(commit, "commit"));
  if (absent !== undefined && from.mode === to.mode) {
    // It is begun before it is looked for.
    to.markPartial(absent, "");
    throw new OstreeError(`Importing ${absent}.commit: linkat: No such file or directory`);
  }
  const isPart = request.commitsOnly === true || request.subpaths !== undefined;
  if (isPart) for (const commit of commits) if (!to.hasObject(commit, "commit")) to.markPartial(commit, "");
  const transaction = new Transaction(to, request.bootId);
  let isWritten = false;
  try {
    let names: Iterable<string>;
    if (request.commitsOnly === true) {
      names = commits.map((commit) => `${commit.slice(0, 2)}/${commit.slice(2)}.commit`);
    } else {
      const walk = reachableObjects(from, commits, request.subpaths);
      for (;;) {
        const next = walk.next();
        if (next.done === true) {
          names = next.value;
          break;
        }
        yield step("resolve");
      }
    }
    for (const name of names) {
      const [checksum, kind] = name.replace("/", "").split(".") as [Checksum, ObjectKind];
      importObject(from, to, transaction, checksum, kind);
      yield step("import");
    }
    yield step("commit-objects");
    for (const _ of transaction.commitSteps()) yield step("commit-objects");
    isWritten = true;
  } finally {
    if (!isWritten) transaction.abandon();
  }
  for (const commit of commits) {
    importDetached(from, to, commit);
    if (!isPart) to.clearPartial(commit);
  }
  yield step("ref");
  if (request.commit === undefined) {
    for (const { ref, commit } of wanted)
      if (ref !== undefined) pointTo(to, request.remote === undefined ? ref : `${request.remote}:${ref}`, commit);
  }
  const { metadata, content, contentBytes } = transaction;
  return { commits: wanted.map(({ commit }) => commit), metadata, content, contentBytes };
}

/** A ref that leads there already is left alone, even when it is a remote's that a bare name finds. */
function pointTo(repo: Repository, refspec: string, commit: Checksum): void {
  if (repo.resolveIfThere(refspec) !== commit) repo.setRef(refspec, commit);
}

function resolveWanted(from: Repository, request: ImportRequest): Wanted[] {
  if (request.commit !== undefined) {
    // Objects of like repositories come as links, and a commit that nobody has is one that cannot be made.
    if (from.mode !== "archive-z2" && !from.hasObject(request.commit, "commit"))
      throw new OstreeError(`Importing ${request.commit}.commit: linkat: No such file or directory`);
    return [{ ref: undefined, commit: request.commit }];
  }
  const summary = readSummary(from);
  const lookUp = (ref: string): Checksum => {
    const found = summary ? summary.refs.find(({ name }) => name === ref)?.commit : from.resolveIfThere(ref);
    if (found === undefined)
      throw new OstreeError(summary ? `No such branch '${ref}' in repository summary` : `Refspec '${ref}' not found`);
    return found;
  };
  const refs = request.refs.length > 0 ? request.refs : hashOrder([...from.refs().keys()]);
  return refs.map((text): Wanted => {
    if (/^[0-9a-f]{64}$/.test(text)) return { ref: undefined, commit: text };
    const [ref = "", given] = text.split("@");
    if (!isRefName(ref)) throw new OstreeError(`Invalid ref name ${ref}`);
    if (given !== undefined && !/^[0-9a-f]{64}$/.test(given)) throw new OstreeError(`Invalid rev ${given}`);
    const commit = given ?? lookUp(ref);
    const bound = from.hasObject(commit, "commit") ? refBinding(from.commit(commit)) : undefined;
    if (given !== undefined && bound !== undefined && !bound.includes(ref)) {
      const names = bound.map((name) => `‘${name}’`).join(", ");
      throw new OstreeError(`Commit ${commit}: Commit has no requested ref ‘${ref}’ in ref binding metadata (${names})`);
    }
    return { ref, commit };
  });
}

/** The commit and its parents, as far as the source has them. */
function withParents(from: Repository, commit: Checksum, depth: number): Checksum[] {
  const found: Checksum[] = [];
  let at: Checksum | undefined = commit;
  for (let left = depth; at !== undefined && (at === commit || from.hasObject(at, "commit")); left--) {
    found.push(at);
    if (left === 0 || !from.hasObject(at, "commit")) break;
    at = from.commit(at).parent;
  }
  return found;
}

function importObject(from: Repository, to: Repository, transaction: Transaction, checksum: Checksum, kind: ObjectKind): void {
  if (transaction.has(checksum, kind)) return;
  const path = from.objectPath(checksum, kind);
  if (!from.hasObject(checksum, kind)) throw new OstreeError(`No such ${kind === "file" ? "file" : "metadata"} object ${checksum}.${kind}`);
  if (from.mode === to.mode) {
    try {
      transaction.link(checksum, kind, path);
      return;
    } catch (error) {
      if (!isSysError(error, "EXDEV", "EPERM", "EACCES", "EMLINK")) throw error;
    }
  }
  if (kind === "file") transaction.writeFile(from.readFile(checksum), from.mode === to.mode);
  else if (kind === "commit" || kind === "dirtree" || kind === "dirmeta")
    transaction.writeMetadata(from.readMetadata(checksum, kind), kind);
}

/** Detached metadata, if the source has some and `to` has none. */
function importDetached(from: Repository, to: Repository, commit: Checksum): void {
  const source = from.objectPath(commit, "commitmeta");
  const target = to.objectPath(commit, "commitmeta");
  if (!lstat(from.sys, source) || lstat(to.sys, target)) return;
  makeDirectories(to.sys, parentOf(target));
  replaceFile(to.sys, target, readBytes(from.sys, source), { sync: true });
}
