/**
 * Fetching a ref from a remote: its summary, then metadata objects, then content, then the ref.
 *
 * Only objects that the repository lacks are fetched; each is written under a temporary name and gets its own when all of
 * the transaction is on the disk. Until then the commit is marked partial.
 */
import type { NamedObject, Release } from "../../image/catalogue.ts";
import type { Checksum } from "../../image/ostree-objects.ts";
import type { Run } from "../../machine/program.ts";
import { step, type Update } from "../update-step.ts";
import { baseCommit } from "./commit-packages.ts";
import { OstreeError } from "./errors.ts";
import { lstat, makeDirectories, parentOf, replaceFile } from "./files.ts";
import { formatSize, formatTransferred } from "./format-size.ts";
import type { OstreeHost, Remote, Visitor } from "./host.ts";
import { importRefs } from "./import.ts";
import { verifySignature } from "./keyring.ts";
import { Repository } from "./repo.ts";
import { readSummary } from "./summary.ts";
import { encodeSignature } from "./signature.ts";
import { Transaction } from "./transaction.ts";

export interface PullRequest {
  readonly remote: string;
  /** Empty: those that the remote is configured with. */
  readonly refs: readonly string[];
  /** A commit instead of what the ref points to. */
  readonly commit?: Checksum;
  readonly running: Checksum | undefined;
  readonly bootId: string;
  /** Only the commit objects, with `depth` parents each (`--commit-metadata-only --depth`). */
  readonly commitsOnly?: boolean;
  readonly depth?: number;
  /** Refs keep their names, and without any given all come (`--mirror`). */
  readonly mirror?: boolean;
  /** Instead of the address that is configured. */
  readonly url?: string;
  /** Only these parts of the tree (`--subpath`). @simplified Only of a repository on this machine; others send all. */
  readonly subpaths?: readonly string[];
}

export interface PullResult {
  /** The commits that the refs lead to now, in order. */
  readonly commits: readonly Checksum[];
  readonly metadata: number;
  readonly content: number;
  readonly contentBytes: number;
  readonly transferred: number;
  /** From a repository on this machine. */
  readonly isImported?: boolean;
}

/** Who offers what is behind a configured remote. Throws `OstreeError` when it is not configured or its server is not found. */
export function remoteOf(host: OstreeHost, repo: Repository, name: string): Remote {
  if (!repo.remotes().includes(name)) throw new OstreeError(`Remote "${name}" not found`);
  const url = repo.remoteOption(name, "url") ?? "";
  const remote = host.remoteAt(url);
  if (!remote) throw new OstreeError(`While fetching ${url}/summary.sig: [6] Could not resolve hostname`);
  return remote;
}

/** What `ref` leads to there. Throws `OstreeError` when the summary does not have it. */
export function resolveRemoteRef(remote: Remote, ref: string, visitor: Visitor): Release {
  const release = remote.refs(visitor).get(ref);
  if (!release) throw new OstreeError(`No such branch '${ref}' in repository summary`);
  return release;
}

/** Waits until it is known what these refs of the remote lead to; none stand for all. To be called before anything else asks for them. */
export function* awaitRefs(host: OstreeHost, repo: Repository, name: string, refs: readonly string[]): Run<void> {
  const remote = host.remoteAt(repo.remoteOption(name, "url") ?? "");
  for (const ref of refs.length > 0 ? refs : [undefined]) yield* remote?.awaiting?.(ref)?.get() ?? [];
}

/** The repository behind a `file://` address of a configured remote; undefined for any other. Throws `OstreeError` when there is none. */
export function localRemote(repo: Repository, name: string, url = repo.remoteOption(name, "url") ?? ""): Repository | undefined {
  const path = /^file:\/\/(\/.*)$/.exec(url)?.[1];
  return path === undefined ? undefined : Repository.open(repo.sys, path);
}

export function* pull(host: OstreeHost, repo: Repository, request: PullRequest): Update<PullResult> {
  yield step("resolve");
  repo.requireWritable();
  if (!repo.remotes().includes(request.remote)) throw new OstreeError(`Remote "${request.remote}" not found`);
  const local = localRemote(repo, request.remote, request.url);
  if (local) {
    const { commit, bootId, depth, commitsOnly, subpaths } = request;
    const isMirror = request.mirror === true;
    const imported = yield* importRefs(local, repo, {
      refs: request.refs.length > 0 ? request.refs : isMirror ? mirroredRefs(local) : configuredRefs(repo, request.remote),
      remote: isMirror ? undefined : request.remote,
      bootId,
      ...(commit === undefined ? {} : { commit }),
      ...(depth === undefined ? {} : { depth }),
      ...(commitsOnly === undefined ? {} : { commitsOnly }),
      ...(subpaths === undefined ? {} : { subpaths }),
    });
    return { ...imported, isImported: true, transferred: 0 };
  }
  const remote = remoteOf(host, repo, request.remote);
  const localRef = (ref: string): string => `${request.remote}:${ref}`;
  // What was assembled here is known to nobody there.
  const running = request.running && baseCommit(repo, request.running);
  const visitor = (ref: string): Visitor => ({ newest: repo.resolveIfThere(localRef(ref)), running });
  const all = (): string[] => [...remote.refs({ newest: undefined, running }).keys()];
  const refs = request.refs.length > 0 ? request.refs : request.mirror === true ? all() : configuredRefs(repo, request.remote);
  const wanted = refs.map((ref): { ref: string; release: Release } => {
    if (request.commit === undefined) return { ref, release: resolveRemoteRef(remote, ref, visitor(ref)) };
    const release = remote.commit(request.commit);
    if (!release) throw new OstreeError(`No such metadata object ${request.commit}.commit`);
    return { ref, release };
  });

  const totals = { metadata: 0, content: 0, contentBytes: 0, transferred: 0 };
  for (const { ref, release } of wanted) {
    const from = visitor(ref).newest;
    verifySignature(repo, request.remote, { checksum: release.commit, timestamp: release.timestamp }, remote.signedBy);
    if (request.commitsOnly === true) yield* pullCommits(host, repo, release, remote, request, totals);
    else yield* pullRelease(host, repo, release, [from, running], remote, request.bootId, totals);
    yield step("ref");
    if (from !== release.commit && request.commit === undefined) repo.setRef(localRef(ref), release.commit);
  }
  return { commits: wanted.map(({ release }) => release.commit), ...totals };
}

/** Those that the remote was added with. Throws `OstreeError` when there are none. */
function configuredRefs(repo: Repository, remote: string): string[] {
  const text = repo.remoteOption(remote, "branches");
  if (text === undefined) throw new OstreeError(`No configured branches for remote ${remote}`);
  return text.split(";").filter((ref) => ref !== "");
}

function mirroredRefs(from: Repository): string[] {
  const summary = readSummary(from);
  if (!summary) throw new OstreeError("Fetching all refs was requested in mirror mode, but remote repository does not have a summary");
  return summary.refs.map(({ name }) => name);
}

interface Totals {
  metadata: number;
  content: number;
  contentBytes: number;
  transferred: number;
}

/** `known`: commits that are likely to share most with it, the likeliest first. */
function* pullRelease(
  host: OstreeHost,
  repo: Repository,
  release: Release,
  known: readonly (Checksum | undefined)[],
  remote: Remote,
  bootId: string,
  totals: Totals,
): Update<void> {
  fetchSignature(repo, release.commit, remote, totals);
  if (repo.hasObject(release.commit, "commit") && !repo.isPartial(release.commit)) return;
  const base = known.find(
    (commit) => commit !== undefined && commit !== release.commit && repo.hasObject(commit, "commit") && !repo.isPartial(commit),
  );
  const from = base === undefined ? undefined : host.catalogue.byCommit(base);
  // The names of objects are hashes. Made here a few at a time, so that nobody has to wait for all of them at the first look-up.
  for (const each of [from, release]) for (const _ of each?.nameObjects() ?? []) yield step("resolve");
  const missing = host.catalogue.newObjects(from, release);
  repo.markPartial(release.commit, "");
  const transaction = new Transaction(repo, bootId);
  let isWritten = false;
  try {
    yield* fetchObjects(repo, transaction, "pull-metadata", missing.metadata, totals);
    yield* fetchObjects(repo, transaction, "pull-objects", missing.content, totals);
    yield step("commit-objects");
    for (const _ of transaction.commitSteps()) yield step("commit-objects");
    isWritten = true;
  } finally {
    if (!isWritten) transaction.abandon();
  }
  repo.clearPartial(release.commit);
  totals.metadata += transaction.metadata;
  totals.content += transaction.content;
  totals.contentBytes += transaction.contentBytes;
}

function* fetchObjects(
  repo: Repository,
  transaction: Transaction,
  name: string,
  objects: readonly NamedObject[],
  totals: Totals,
): Update<void> {
  let done = 0;
  yield step(name, { done, total: objects.length, bytes: totals.transferred });
  for (const { checksum, kind, object } of objects) {
    if (!transaction.has(checksum, kind)) {
      const size = object.kind === "file" ? object.size : object.target.length;
      if (repo.mode === "bare") transaction.linkSealed(checksum, kind, object);
      else if (kind === "file") {
        transaction.writeFile(object.kind === "file" ? { ...object, kind: "file", contents: object.bytes() } : object);
      } else if (object.kind === "file") transaction.writeMetadata(object.bytes(), kind as "commit" | "dirtree" | "dirmeta");
      totals.transferred += size;
    }
    done++;
    yield step(name, { done, total: objects.length, bytes: totals.transferred });
  }
}

/** Commit objects alone, for a longer `ostree log`; what they need is not there, so they are partial. */
function* pullCommits(
  host: OstreeHost,
  repo: Repository,
  release: Release,
  remote: Remote,
  request: PullRequest,
  totals: Totals,
): Update<void> {
  const transaction = new Transaction(repo, request.bootId);
  let at: Release | undefined = release;
  for (let left = request.depth ?? 0; at !== undefined; left--) {
    yield step("pull-metadata");
    fetchSignature(repo, at.commit, remote, totals);
    if (!repo.hasObject(at.commit, "commit")) {
      repo.markPartial(at.commit, "");
      const object = [...host.catalogue.newObjects(undefined, at).metadata].at(-1)?.object;
      if (object?.kind === "file") {
        transaction.writeMetadata(object.bytes(), "commit");
        totals.transferred += object.size;
      }
    }
    if (left === 0) break;
    at = at.parent === undefined ? undefined : host.catalogue.byCommit(at.parent);
  }
  transaction.commit();
  totals.metadata += transaction.metadata;
}

/** Signatures can be added to a commit later, so they are asked for every time. */
function fetchSignature(repo: Repository, commit: Checksum, remote: Remote, totals: Totals): void {
  if (remote.signedBy === undefined) return;
  const bytes = encodeSignature(remote.signedBy);
  totals.metadata++;
  totals.transferred += bytes.length;
  const path = repo.objectPath(commit, "commitmeta");
  if (lstat(repo.sys, path)) return;
  makeDirectories(repo.sys, parentOf(path));
  replaceFile(repo.sys, path, bytes, { sync: true });
}

/** The line after a pull. */
export function pullSummary(result: PullResult, seconds: number): string {
  if (result.isImported === true)
    return `${result.metadata} metadata, ${result.content} content objects imported; ${formatSize(result.contentBytes)} content written`;
  return (
    `${result.metadata} metadata, ${result.content} content objects fetched; ` +
    `${formatTransferred(result.transferred)} transferred in ${seconds} seconds; ${formatSize(result.contentBytes)} content written`
  );
}
