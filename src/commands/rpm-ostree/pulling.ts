/** Fetching what an origin follows, and finding older commits of it. */
import { metadataString, type Checksum } from "../../image/ostree-objects.ts";
import { commitIfThere } from "../../engines/ostree/commit-packages.ts";
import { OstreeError, prefixed } from "../../engines/ostree/errors.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { parseRefspec } from "../../engines/ostree/origin.ts";
import { bootId } from "../../engines/ostree/process.ts";
import { awaitRefs, pull, pullSummary, type PullRequest } from "../../engines/ostree/pull.ts";
import { localeTime } from "../../engines/ostree/render.ts";
import type { Repository } from "../../engines/ostree/repo.ts";
import type { Sysroot, SysrootState } from "../../engines/ostree/sysroot.ts";
import type { Run } from "../../machine/program.ts";
import { progressText } from "../ostree/pull.ts";
import type { Transaction } from "./transaction.ts";

/** Virtual seconds that the network takes for an object, and objects between two drawings of the line. */
const SECONDS_PER_OBJECT = 0.004;
const REDRAW = 20;

/** Pulls the ref with a line that moves, and says at the end what that was. */
export function* fetchRef(
  transaction: Transaction,
  host: OstreeHost,
  state: SysrootState,
  refspec: string,
  what: Pick<PullRequest, "commit" | "commitsOnly"> = {},
): Run<void> {
  const { remote, ref } = parseRefspec(refspec);
  if (remote === undefined) return;
  const { proc } = transaction;
  const repo = transaction.sysroot.openRepository();
  const started = proc.now();
  const request = {
    remote,
    refs: [ref],
    running: state.booted?.checksum,
    bootId: bootId(proc.sys),
    ...what,
  };
  try {
    yield* proc.sleep(0.3);
    yield* awaitRefs(host, repo, remote, [ref]);
    const pulled = yield* transaction.run(pull(host, repo, request), function* (step) {
      if (step.name !== "pull-metadata" && step.name !== "pull-objects") return;
      yield* proc.sleep(SECONDS_PER_OBJECT);
      const { done = 0, total = 0, bytes = 0 } = step;
      if (done % REDRAW === 0 || done === total) transaction.draw(progressText(step.name, done, total, bytes));
    });
    const ended = proc.now();
    transaction.say(pullSummary(pulled, Math.round(ended.sec - started.sec + (ended.nsec - started.nsec) / 1e9)));
  } catch (error) {
    throw prefixed(`While pulling ${ref}`, error);
  }
}

/** Nobody is moved back in time unasked. */
export function requireNewer(sysroot: Sysroot, from: Checksum, checksum: Checksum): void {
  const repo = sysroot.openRepository();
  const current = repo.commit(from);
  const next = repo.commit(checksum);
  if (next.timestamp >= current.timestamp) return;
  throw new OstreeError(
    `While checking against deployment timestamp: Upgrade target revision '${checksum}' with timestamp '${localeTime(next.timestamp)}' ` +
      `is chronologically older than current revision '${from}' with timestamp '${localeTime(current.timestamp)}'; use --allow-downgrade to permit`,
  );
}

/** The commit of `refspec`'s history that `wanted` accepts, newest first; its history is fetched as far as the remote has it. */
export function* findInHistory(
  transaction: Transaction,
  host: OstreeHost,
  state: SysrootState,
  refspec: string,
  wanted: (commit: Checksum, version: string | undefined) => boolean,
): Run<Checksum | undefined> {
  const { remote, ref } = parseRefspec(refspec);
  const repo = transaction.sysroot.openRepository();
  if (remote !== undefined) {
    const request = { remote, refs: [ref], running: state.booted?.checksum, commitsOnly: true, depth: -1 };
    try {
      yield* transaction.proc.sleep(0.3);
      yield* awaitRefs(host, repo, remote, [ref]);
      yield* transaction.run(pull(host, repo, { ...request, bootId: bootId(transaction.proc.sys) } satisfies PullRequest));
    } catch (error) {
      throw prefixed(`While pulling ${ref}`, error);
    }
  }
  return ancestors(repo, repo.resolve(refspec)).find(({ checksum, version }) => wanted(checksum, version))?.checksum;
}

/** A commit and those before it, as far as they are in the repository. */
function ancestors(repo: Repository, from: Checksum): { readonly checksum: Checksum; readonly version: string | undefined }[] {
  const found: { checksum: Checksum; version: string | undefined }[] = [];
  for (let at: Checksum | undefined = from; at !== undefined;) {
    const commit = commitIfThere(repo, at);
    if (!commit) break;
    found.push({ checksum: at, version: metadataString(commit, "version") });
    at = commit.parent;
  }
  return found;
}
