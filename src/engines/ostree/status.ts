/** The list of deployments with everything that the tools tell about one, as plain values; render.ts makes text of them. */
import type { Checksum } from "../../image/ostree-objects.ts";
import { metadataString } from "../../image/ostree-objects.ts";
import { diffPackages, type PackageDiff } from "../../image/package.ts";
import { isSameDeployment, isPinnedDeployment, type Deployment, type UnlockState } from "./deployment.ts";
import { baseCommit, packagesOf } from "./commit-packages.ts";
import { layerStatus, type LayerStatus } from "./layer-status.ts";
import { liveCommit } from "./live.ts";
import { queryDeployments } from "./deployment-list.ts";
import { failureText } from "./errors.ts";
import { imageOfCommit, type ImageInfo } from "./image-info.ts";
import type { OstreeHost } from "./host.ts";
import { originImage, type ImageReference } from "./image-reference.ts";
import { originRefspec, parseRefspec } from "./origin.ts";
import type { Repository } from "./repo.ts";
import { signaturesOf } from "./signature.ts";
import type { Sysroot, SysrootState } from "./sysroot.ts";

export interface DeploymentStatus {
  readonly index: number;
  readonly stateroot: string;
  readonly checksum: Checksum;
  readonly serial: number;
  /** `remote:ref`; undefined when the origin does not say. */
  readonly refspec: string | undefined;
  /** Where it comes from, when it is a container image. */
  readonly image: { readonly reference: ImageReference; readonly info: ImageInfo | undefined } | undefined;
  /** Whether an origin file is there at all. */
  readonly hasOrigin: boolean;
  /** The remote is not configured (any more). */
  readonly missingRemote: string | undefined;
  /** Of the commit, or of the image that it is. */
  readonly version: string | undefined;
  /** Of the commit, seconds since 1970; undefined when the commit cannot be read. */
  readonly timestamp: number | undefined;
  readonly isBooted: boolean;
  readonly isStaged: boolean;
  readonly isFinalizationLocked: boolean;
  readonly isSoftRebootTarget: boolean;
  readonly isPending: boolean;
  readonly isRollback: boolean;
  readonly isPinned: boolean;
  readonly unlocked: UnlockState;
  readonly verifiesSignatures: boolean;
  /** Fingerprints. */
  readonly signatures: readonly string[];
  /** From the booted to this one; only for the first one above the booted. */
  readonly diff: PackageDiff | undefined;
  /** The commit of the distribution that it was made from; `checksum` itself unless packages are layered. */
  readonly base: Checksum;
  readonly layers: LayerStatus;
  /** What the running /usr shows instead of the deployment (`apply-live`); undefined when it is as it was booted. */
  readonly live: { readonly commit: Checksum; readonly diff: PackageDiff | undefined } | undefined;
}

/** Everything above, read from the disk. `host` knows which packages a commit has; without it no difference is told. */
export function deploymentStatuses(sysroot: Sysroot, state: SysrootState, host?: OstreeHost): DeploymentStatus[] {
  const repo = sysroot.openRepository();
  const { pending, rollback } = queryDeployments(state.deployments, state.booted);
  const is = (d: Deployment, other: Deployment | undefined): boolean => other !== undefined && isSameDeployment(d, other);
  return state.deployments.map((deployment, index) => {
    const refspec = originRefspec(deployment.origin);
    const reference = originImage(deployment.origin);
    const remote = refspec === undefined ? undefined : parseRefspec(refspec).remote;
    const isKnownRemote = remote === undefined || repo.remotes().includes(remote);
    const base = baseCommit(repo, deployment.checksum);
    const live = is(deployment, state.booted) ? liveCommit(sysroot.sys) : undefined;
    const commit = readCommit(sysroot, base);
    return {
      base,
      layers: layerStatus(repo, deployment.checksum, deployment.origin),
      live: live === undefined ? undefined : { commit: live, diff: host && packageDiff(host, repo, deployment.checksum, live) },
      index,
      stateroot: deployment.stateroot,
      checksum: deployment.checksum,
      serial: deployment.serial,
      refspec,
      image: reference && { reference, info: commit?.image },
      hasOrigin: deployment.origin !== undefined,
      missingRemote: isKnownRemote ? undefined : remote,
      version: commit?.version,
      timestamp: commit?.timestamp,
      isBooted: is(deployment, state.booted),
      isStaged: deployment.isStaged,
      isFinalizationLocked: deployment.isFinalizationLocked,
      isSoftRebootTarget: is(deployment, state.softReboot),
      isPending: is(deployment, pending),
      isRollback: is(deployment, rollback),
      isPinned: isPinnedDeployment(deployment),
      unlocked: deployment.unlocked,
      verifiesSignatures: remote !== undefined && isKnownRemote && repo.remoteOption(remote, "gpg-verify") !== "false",
      signatures: signaturesOf(repo, base),
      diff:
        is(deployment, pending) && state.booted && host ? packageDiff(host, repo, state.booted.checksum, deployment.checksum) : undefined,
    };
  });
}

interface CommitFacts {
  readonly version: string | undefined;
  readonly timestamp: number;
  readonly image: ImageInfo | undefined;
}

function readCommit(sysroot: Sysroot, checksum: Checksum): CommitFacts | undefined {
  try {
    const commit = sysroot.openRepository().commit(checksum);
    const image = imageOfCommit(commit);
    return { version: metadataString(commit, "version") ?? image?.version, timestamp: commit.timestamp, image };
  } catch (error) {
    if (failureText(error) !== undefined) return undefined;
    throw error;
  }
}

/**
 * What `rpm-ostree db diff` compares; undefined when the packages of one of the commits are not known.
 *
 * @simplified The packages of a release are known by its checksum; the real one reads the package database in its tree.
 */
export function packageDiff(host: OstreeHost, repo: Repository, from: Checksum, to: Checksum): PackageDiff | undefined {
  const before = packagesOf(host, repo, from);
  const after = packagesOf(host, repo, to);
  return before && after ? diffPackages(before, after) : undefined;
}

export function isEmptyDiff(diff: PackageDiff): boolean {
  return diff.upgraded.length + diff.downgraded.length + diff.removed.length + diff.added.length === 0;
}
