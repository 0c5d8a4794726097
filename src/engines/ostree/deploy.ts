/**
 * From a commit in the repository to a deployment: checkout, /etc, origin, and either boot entries now or a note for the shutdown.
 * Source: ostreedev/ostree:src/libostree/ostree-sysroot-deploy.c; order of calls: strace of the real one.
 */
import type { Checksum } from "../../image/ostree-objects.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import type { SealedTree } from "../../vfs/sealed.ts";
import type { Sys } from "../../vfs/sys.ts";
import { step, type Update } from "../update-step.ts";
import { checkout, checkoutOver } from "./checkout.ts";
import { baseCommit } from "./commit-packages.ts";
import { carriedKernelArgs, deploymentDirectory, deploymentName, type Deployment } from "./deployment.ts";
import { mergeDeployment, withNewDeployment, type WriteFlags } from "./deployment-list.ts";
import { applyConfig, copyTree, diffConfig, mergeSummary } from "./etc-merge.ts";
import { OstreeError, prefixed, within } from "./errors.ts";
import { listDirectory, lstat, makeDirectories, parentOf, replaceFile } from "./files.ts";
import { formatKernelArgs } from "./kernel-args.ts";
import { bootChecksum, findKernel } from "./kernel-files.ts";
import { KeyFile } from "./keyfile.ts";
import { encodeStaged, STAGED_DEPLOYMENT, STAGED_LOCK, type Sysroot } from "./sysroot.ts";
import { writeDeployments, type WrittenDeployments } from "./write-deployments.ts";

/** The release trees that can be laid down in one step; a commit that is none of them is checked out file by file. */
export interface SealedCommits {
  /** The whole root of the commit's deployment. */
  treeOf(commit: Checksum): SealedTree | undefined;
}

export interface DeployRequest {
  readonly stateroot: string;
  readonly checksum: Checksum;
  readonly origin: KeyFile;
  /** Instead of those of the merge deployment. */
  readonly kernelArgs?: readonly string[];
  /** Do not carry /etc and kernel arguments over (`--no-merge`). */
  readonly noMerge?: boolean;
  readonly flags?: WriteFlags;
  /** Staged, but not to be finished at shutdown until somebody says so (`--lock-finalization`). */
  readonly isLocked?: boolean;
}

/** `ostree admin deploy`: counts at once. */
export function* deployNow(sysroot: Sysroot, commits: SealedCommits, request: DeployRequest): Update<WrittenDeployments> {
  const state = sysroot.load();
  const merge = request.noMerge === true ? undefined : mergeDeployment(state.deployments, state.booted, request.stateroot);
  const deployment = yield* chained("Deploying tree", prepareAndFinish(sysroot, commits, request, merge));
  const list = withNewDeployment(state.deployments, deployment, state.booted, merge, request.flags);
  return yield* writeDeployments(sysroot, state, list);
}

function* prepareAndFinish(
  sysroot: Sysroot,
  commits: SealedCommits,
  request: DeployRequest,
  merge: Deployment | undefined,
): Update<Deployment> {
  const deployment = yield* chained("Initializing deployment", initialize(sysroot, commits, request, merge));
  yield* chained("Finalizing deployment", completeRoot(sysroot, deployment, merge));
  return deployment;
}

/** What makes a checkout a deployment, now or at the shutdown: its /etc, its place for what is not to last, /var's labels, `chattr +i`. */
export function* completeRoot(sysroot: Sysroot, deployment: Deployment, merge: Deployment | undefined): Update<void> {
  yield* mergeEtc(sysroot, deployment, merge);
  makeBacking(sysroot, deployment);
  yield* labelVar(sysroot, deployment.stateroot);
  writeOrigin(sysroot, deployment);
  makeImmutable(sysroot, deployment);
}

/** `backing/<commit>.<serial>` beside the deployments: where a root that forgets its changes at reboot has its upper layer. */
function makeBacking(sysroot: Sysroot, deployment: Deployment): void {
  const { sys } = sysroot;
  const path = backingPath(sysroot, deployment);
  // Some of it may be there: whoever laid the same deployment down before lost power.
  makeDirectories(sys, `${path}/root-transient/work`, 0o700);
  makeDirectories(sys, `${path}/root-transient/upper`);
}

export function backingPath(sysroot: Sysroot, deployment: Pick<Deployment, "stateroot" | "checksum" | "serial">): string {
  return sysroot.path(`ostree/deploy/${deployment.stateroot}/backing/${deploymentName(deployment)}`);
}

/** Once for each state root. @simplified Labels are not modelled: only the stamp is made that says they are set. */
function* labelVar(sysroot: Sysroot, stateroot: string): Update<void> {
  const stamp = "var/.ostree-selabeled";
  const path = sysroot.path(`ostree/deploy/${stateroot}/${stamp}`);
  if (lstat(sysroot.sys, path)) return;
  yield step("label-var", { message: `Relabeling /var (no stamp file '${stamp}' found)` });
  replaceFile(sysroot.sys, path, "");
}

/** `rpm-ostree upgrade`, `ostree admin upgrade --stage`: laid down now, counts when the system shuts down. */
export function* stage(sysroot: Sysroot, commits: SealedCommits, request: DeployRequest): Update<Deployment> {
  const state = sysroot.load();
  if (!state.booted) throw new OstreeError("Cannot stage deployment: Not currently booted into an OSTree system");
  const merge = mergeDeployment(state.deployments, state.booted, request.stateroot);
  const deployment = yield* chained("Deploying tree", initialize(sysroot, commits, request, merge));
  writeOrigin(sysroot, deployment);
  yield step("stage");
  const { sys } = sysroot;
  makeDirectories(sys, parentOf(STAGED_DEPLOYMENT));
  if (lstat(sys, STAGED_LOCK)) sys.unlink(STAGED_LOCK);
  const facts = {
    stateroot: deployment.stateroot,
    checksum: deployment.checksum,
    serial: deployment.serial,
    bootChecksum: deployment.bootChecksum,
    merge: merge ? deploymentName(merge) : undefined,
    mergeBootChecksum: merge?.bootChecksum,
    mergeStateroot: merge?.stateroot,
    kernelArgs: request.kernelArgs ?? (request.noMerge === true ? [] : undefined),
    isLocked: request.isLocked === true,
  };
  replaceFile(sys, STAGED_DEPLOYMENT, encodeStaged(facts));
  return { ...deployment, isStaged: true, isFinalizationLocked: request.isLocked === true };
}

/** Checks the commit out and finds its kernel. */
function* initialize(sysroot: Sysroot, commits: SealedCommits, request: DeployRequest, merge: Deployment | undefined): Update<Deployment> {
  const { sys } = sysroot;
  const { stateroot, checksum } = request;
  if (!lstat(sys, sysroot.path(`ostree/deploy/${stateroot}`))) throw new OstreeError(`No such stateroot: ${stateroot}`);
  const identity = { stateroot, checksum, serial: sysroot.nextSerial(stateroot, checksum) };
  const path = sysroot.path(deploymentDirectory(identity));
  makeDirectories(sys, parentOf(path));
  makeDirectories(sys, parentOf(backingPath(sysroot, identity)), 0o700);
  yield step("checkout");
  within("Checking out deployment tree", () => {
    const repo = sysroot.openRepository();
    // Read first: a commit that is not in the repository cannot be deployed, whatever the catalogue has.
    const commit = repo.commit(checksum);
    const tree = commits.treeOf(checksum);
    const base = baseCommit(repo, checksum);
    const below = base === checksum ? undefined : commits.treeOf(base);
    if (tree && repo.mode === "bare" && !repo.isPartial(checksum)) sys.graft(path, tree);
    else if (below && repo.mode === "bare") checkoutOver(repo, base, below, checksum, path);
    else {
      repo.dirtree(commit.dirtree);
      checkout(repo, checksum, path, { userMode: false, hardlinks: repo.mode === "bare" });
    }
  });
  yield step("checked-out");
  writeComposefsImage(sys, path, checksum);
  yield* prepareEtc(sys, path);
  const kernel = findKernel(sys, path);
  const kernelArgs = request.kernelArgs ?? (merge === undefined || request.noMerge === true ? undefined : carriedKernelArgs(merge));
  return {
    ...identity,
    bootChecksum: bootChecksum(sys, kernel),
    bootSerial: 0,
    bootConfig: new Map(kernelArgs && [["options", formatKernelArgs(kernelArgs)]]),
    origin: request.origin,
    isStaged: false,
    isFinalizationLocked: false,
    unlocked: "none",
  };
}

/** The deployment says how it wants to be mounted; /usr wins nothing over /etc here, as the initramfs is made from /usr. */
export function prepareRootConfig(sys: Sys, deployment: string): KeyFile {
  return KeyFile.parse(readTextIfThere(sys, `${deployment}/usr/lib/ostree/prepare-root.conf`) ?? "");
}

/** Of composefs.enabled there and of the kernel argument. */
export function isEnabled(value: string): boolean {
  return ["1", "yes", "true", "signed", "verity", "maybe"].includes(value);
}

/**
 * `.ostree.cfs`, from which the initramfs mounts the root.
 *
 * Written where the tree asks for it.
 *
 * @simplified The real file is an EROFS image of all names, owners and modes; ours names the commit that has them.
 */
function writeComposefsImage(sys: Sys, path: string, checksum: Checksum): void {
  if (!isEnabled(prepareRootConfig(sys, path).get("composefs", "enabled") ?? "no")) return;
  replaceFile(sys, `${path}/${COMPOSEFS_IMAGE}`, composefsText(checksum));
}

/** What stands in the file for a commit. */
export function composefsText(checksum: Checksum): string {
  return `composefs image of commit\n${checksum}\n`;
}

/** In a deployment's directory. */
export const COMPOSEFS_IMAGE = ".ostree.cfs";

/** The new deployment's /etc as its release has it, before anything is carried over. */
function* prepareEtc(sys: Sys, path: string): Update<void> {
  if (lstat(sys, `${path}/usr/etc`) === undefined) return;
  if (lstat(sys, `${path}/etc`) !== undefined) {
    if (listDirectory(sys, `${path}/etc`).length > 0) throw new OstreeError("Tree contains both /etc and /usr/etc");
    sys.rmdir(`${path}/etc`);
  }
  yield step("etc");
  for (const _ of copyTree(sys, `${path}/usr/etc`, `${path}/etc`)) yield step("etc");
}

/** What was changed in `merge`'s /etc, on the new one's. */
function* mergeEtc(sysroot: Sysroot, deployment: Deployment, merge: Deployment | undefined): Update<void> {
  if (!merge) return;
  const { sys } = sysroot;
  const path = sysroot.deploymentPath(deployment);
  const old = sysroot.deploymentPath(merge);
  const diff = diffConfig(sys, `${old}/usr/etc`, `${old}/etc`);
  yield step("etc-merge", { message: mergeSummary(diff) });
  if (lstat(sys, `${path}/etc`) === undefined) throw new OstreeError("During /etc merge: opendir(etc): No such file or directory");
  const changes = applyConfig(sys, diff, `${old}/etc`, `${path}/etc`);
  for (;;) {
    const next = within("During /etc merge", () => changes.next());
    if (next.done === true) {
      for (const message of next.value) yield step("etc-merge", { message, isForJournal: true });
      return;
    }
    yield step("etc-merge");
  }
}

/** `unlocked=hotfix`, pins and the like go with the deployment that has them. */
export function writeOrigin(sysroot: Sysroot, deployment: Deployment, sync = false): void {
  if (deployment.origin) replaceFile(sysroot.sys, sysroot.originPath(deployment), deployment.origin.toString(), { sync });
}

/** `chattr +i` on the deployment's root: what keeps root from making names in `/` without composefs. */
function makeImmutable(sysroot: Sysroot, deployment: Deployment): void {
  const path = sysroot.deploymentPath(deployment);
  const flags = sysroot.sys.getFlags(path);
  if (!flags.includes("i")) sysroot.sys.setFlags(path, `${flags}i`);
}

/** Runs `update`; its failures come out with `prefix: ` before them. */
export function* chained<T>(prefix: string, update: Update<T>): Update<T> {
  try {
    return yield* update;
  } catch (error) {
    throw prefixed(prefix, error);
  }
}
