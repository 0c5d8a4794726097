/**
 * The transaction behind upgrade, rebase, deploy, reset and all that layers packages: what is followed and asked for is settled in an
 * origin, the base is fetched or kept, and when that made a difference a new deployment is staged.
 * Source: coreos/rpm-ostree:src/daemon/rpmostreed-transaction-types.cxx (deploy_transaction_execute).
 */
import { OstreeError, prefixed } from "../../engines/ostree/errors.ts";
import type { Deployment } from "../../engines/ostree/deployment.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { formatImageReference, imageRef, originImage, parseImageReference } from "../../engines/ostree/image-reference.ts";
import { importRefs } from "../../engines/ostree/import.ts";
import type { KeyFile } from "../../engines/ostree/keyfile.ts";
import {
  carriedOrigin,
  completedRefspec,
  follow,
  followImage,
  newOrigin,
  originRefspec,
  parseRefspec,
  refspecKind,
} from "../../engines/ostree/origin.ts";
import { bootId } from "../../engines/ostree/process.ts";
import { Repository } from "../../engines/ostree/repo.ts";
import type { SysrootState } from "../../engines/ostree/sysroot.ts";
import type { Checksum } from "../../image/ostree-objects.ts";
import type { Run } from "../../machine/program.ts";
import { assemble } from "./assemble.ts";
import { baseOf, stageCommit, type Change } from "./change.ts";
import { originDeployment } from "./outcome.ts";
import { fetchRef, findInHistory, requireNewer } from "./pulling.ts";
import { fetchBaseImage } from "./pulling-image.ts";
import type { Transaction } from "./transaction.ts";

export interface UpdateRequest {
  /** What to follow from now on (`rebase`), perhaps only one half of it. */
  readonly refspec?: string;
  /** A repository of this machine that has the commit `refspec`. */
  readonly localRepository?: string;
  readonly customOrigin?: { readonly url: string; readonly description: string };
  /** `deploy`: a version or a commit of what is followed. */
  readonly revision?: string;
  readonly skipBranchCheck?: boolean;
  /** The base stays as it is (`install`, `reset`). */
  readonly keepBase?: boolean;
  /** Nothing is asked of the network. */
  readonly cacheOnly?: boolean;
  readonly downloadOnly?: boolean;
  readonly allowDowngrade?: boolean;
  /** The old ref stays after a rebase. */
  readonly skipPurge?: boolean;
  readonly isLocked?: boolean;
  /** Changes what is asked for on top of the base; true when that made a difference. */
  edit?(origin: KeyFile, base: Checksum): Run<boolean>;
  /** Called when there is a new deployment. */
  staged?(): Run<void>;
}

export type UpdateOutcome = "deployed" | "downloaded" | "unchanged";

export function* updateDeployment(transaction: Transaction, host: OstreeHost, request: UpdateRequest): Run<UpdateOutcome> {
  const { sysroot } = transaction;
  const state = sysroot.load();
  const from = originDeployment(state);
  const base = baseOf(sysroot, from);
  const origin = carriedOrigin(from.origin ?? newOrigin(""));
  const followed = originRefspec(origin);
  const target = request.localRepository === undefined ? request.refspec : yield* importCommit(transaction, request);
  if (target !== undefined) rebase(transaction, origin, target, request);
  if (request.revision !== undefined)
    origin.set("origin", "override-commit", yield* resolveRevision(transaction, host, state, origin, request));
  let isChanged = request.edit === undefined ? false : yield* request.edit(origin, base);

  let next = base;
  if (request.keepBase !== true) {
    next = yield* fetchBase(transaction, host, state, origin, request);
    if (request.allowDowngrade !== true && next !== base) requireNewer(sysroot, base, next);
    if (next !== base) isChanged = true;
  }
  const change: Change = { from, base: next, origin, isLocked: request.isLocked === true };
  const assembly = yield* assemble(transaction, host, change, { cacheOnly: request.cacheOnly === true });
  if (assembly.isChanged) isChanged = true;

  if (!isChanged && target === undefined) {
    transaction.say(unchangedText(origin, request));
    return "unchanged";
  }
  if (request.downloadOnly === true) {
    transaction.say(isChanged ? "Update downloaded." : "No changes.");
    return "downloaded";
  }
  yield* stageCommit(transaction, host, change, yield* assembly.build());
  if (target !== undefined && request.skipPurge !== true && followed !== undefined && followed !== originRefspec(origin)) {
    if (refspecKind(followed) === "ostree") sysroot.openRepository().deleteRef(followed);
  }
  yield* request.staged?.() ?? [];
  return "deployed";
}

/** Nothing but what is followed already is fetched. */
function isUpgrade({ keepBase, refspec, revision }: UpdateRequest): boolean {
  return keepBase !== true && refspec === undefined && revision === undefined;
}

function unchangedText(origin: KeyFile, request: UpdateRequest): string {
  const followed = originRefspec(origin);
  if (followed !== undefined && refspecKind(followed) === "checksum") {
    const custom = origin.get("origin", "custom-description");
    return custom === undefined ? "Pinned to commit; no upgrade available" : `Pinned to commit by custom origin: ${custom}`;
  }
  return isUpgrade(request) ? "No upgrade available." : "No change.";
}

/** What `deployment` follows. Throws `OstreeError` when its origin does not say. */
export function requireRefspec(deployment: Pick<Deployment, "origin">): string {
  const refspec = originRefspec(deployment.origin);
  if (refspec === undefined) throw new OstreeError("No origin/refspec in current deployment origin; cannot upgrade via rpm-ostree");
  return refspec;
}

/** Makes the origin follow `target`. */
function rebase(transaction: Transaction, origin: KeyFile, target: string, request: UpdateRequest): void {
  const before = originRefspec(origin);
  if (refspecKind(target) === "container") {
    const image = parseImageReference(target);
    const followed = originImage(origin);
    if (followed && formatImageReference(followed) === formatImageReference(image))
      throw new OstreeError(`Old and new refs are equal: ${formatImageReference(image)}`);
    followImage(origin, image);
    return;
  }
  const refspec = completedRefspec(target.replace(/^ostree:\/\//, ""), before);
  const kind = refspecKind(refspec);
  if (kind === "ostree" && refspec === before) throw new OstreeError(`Old and new refs are equal: ${refspec}`);
  follow(origin, refspec);
  if (kind === "checksum" && request.customOrigin) {
    if (request.customOrigin.description === "") throw new OstreeError("Invalid custom-origin");
    origin.set("origin", "custom-url", request.customOrigin.url);
    origin.set("origin", "custom-description", request.customOrigin.description);
  }
  const [old, next] = [before === undefined ? undefined : parseRefspec(before), parseRefspec(refspec)];
  if (old?.ref === next.ref && next.remote !== undefined && old.remote !== next.remote) transaction.say(`Rebasing to ${refspec}`);
}

/** Copies a commit of a repository of this machine into the system's; afterwards that commit is followed. */
function* importCommit(transaction: Transaction, { localRepository = "", refspec = "" }: UpdateRequest): Run<string> {
  const { sysroot, proc } = transaction;
  let local: Repository;
  try {
    local = Repository.open(proc.sys, localRepository);
  } catch (error) {
    throw prefixed("Failed to open local repo", error);
  }
  const commit = local.resolve(refspec);
  try {
    const request = { refs: [], remote: undefined, commit, bootId: bootId(proc.sys) };
    yield* transaction.run(importRefs(local, sysroot.openRepository(), request));
  } catch (error) {
    throw prefixed(`Pulling commit ${commit} from local repo`, error);
  }
  return `:${commit}`;
}

/** The commit that a version or a checksum means in what is followed. */
function* resolveRevision(
  transaction: Transaction,
  host: OstreeHost,
  state: SysrootState,
  origin: KeyFile,
  { revision = "", skipBranchCheck }: UpdateRequest,
): Run<Checksum> {
  if (originImage(origin)) throw new OstreeError("Cannot look up version while tracking a container image reference");
  const refspec = requireRefspec({ origin });
  const kind = refspecKind(refspec);
  if (kind === "checksum") throw new OstreeError("Cannot look up version while pinned to commit");
  const checksum = /^(?:revision=)?([0-9a-f]{64})$/.exec(revision)?.[1];
  if (checksum === undefined) {
    if (revision.startsWith("revision=")) throw new OstreeError(`Invalid revision '${revision.slice(9)}'`);
    const version = revision.startsWith("version=") ? revision.slice(8) : revision;
    transaction.say(`Resolving version '${version}'`);
    const found = yield* findInHistory(transaction, host, state, refspec, (_, each) => each === version);
    if (found === undefined) throw new OstreeError(`Version ${version} not found in ${refspec}`);
    return found;
  }
  if (skipBranchCheck === true) return checksum;
  transaction.say(`Validating checksum '${checksum}'`);
  const found = yield* findInHistory(transaction, host, state, refspec, (each) => each === checksum);
  if (found === undefined) throw new OstreeError(`Checksum ${checksum} not found in ${refspec}`);
  return found;
}

/** What `deploy --preview` compares with: resolved and fetched, and left at that. */
export function* previewRevision(transaction: Transaction, host: OstreeHost, revision: string): Run<Checksum> {
  const state = transaction.sysroot.load();
  const origin = carriedOrigin(originDeployment(state).origin ?? newOrigin(""));
  const commit = yield* resolveRevision(transaction, host, state, origin, { revision });
  origin.set("origin", "override-commit", commit);
  return yield* fetchBase(transaction, host, state, origin, {});
}

/** The commit that the origin leads to now, whole in the repository. */
function* fetchBase(
  transaction: Transaction,
  host: OstreeHost,
  state: SysrootState,
  origin: KeyFile,
  request: UpdateRequest,
): Run<Checksum> {
  const repo = transaction.sysroot.openRepository();
  const image = originImage(origin);
  if (image) return request.cacheOnly === true ? repo.resolve(imageRef(image)) : yield* fetchBaseImage(transaction, host, state, image);
  const refspec = requireRefspec({ origin });
  const { remote, ref } = parseRefspec(refspec);
  const override = origin.get("origin", "override-commit");
  if (refspecKind(refspec) === "checksum") {
    if (remote !== undefined && request.cacheOnly !== true && !repo.hasObject(ref, "commit")) {
      yield* fetchRef(transaction, host, state, refspec, { commit: ref });
    }
    repo.commit(ref);
    return ref;
  }
  if (request.cacheOnly !== true) yield* fetchRef(transaction, host, state, refspec, override === undefined ? {} : { commit: override });
  return override ?? repo.resolve(refspec);
}
