/**
 * After a new list of deployments counts: removing what the old one needed (ostree_sysroot_cleanup).
 *
 * Order: other boot versions, deployments that no entry leads to, kernels that none boots, deployment refs, objects.
 */
import type { Catalogue } from "../../image/catalogue.ts";
import { step, type Update } from "../update-step.ts";
import { deploymentName, parseDeploymentName, type Deployment } from "./deployment.ts";
import { backingPath } from "./deploy.ts";
import { listDirectory, lstat, removeTree } from "./files.ts";
import { prune, type PruneResult } from "./prune.ts";
import type { Sysroot, SysrootState } from "./sysroot.ts";
import { removeStaleStaging } from "./transaction.ts";

export interface CleanupResult {
  readonly pruned: PruneResult | undefined;
  readonly removedDeployments: number;
}

export interface CleanupOptions {
  /** Leave objects alone (`--no-prune`). */
  readonly prune?: boolean;
  readonly bootId: string;
  readonly catalogue: Catalogue;
}

export function* cleanup(sysroot: Sysroot, options: CleanupOptions): Update<CleanupResult> {
  const state = sysroot.load();
  yield step("clean-boot-versions");
  removeOtherBootVersions(sysroot, state);
  const removedDeployments = yield* removeOldDeployments(sysroot, state);
  yield step("deployment-refs");
  writeDeploymentRefs(sysroot, state);
  if (options.prune === false) return { pruned: undefined, removedDeployments };
  const repo = sysroot.openRepository();
  removeStaleStaging(repo, options.bootId);
  return { pruned: yield* prune(repo, { refsOnly: true, depth: 0, catalogue: options.catalogue }), removedDeployments };
}

function removeOtherBootVersions(sysroot: Sysroot, state: SysrootState): void {
  const { sys, boot } = sysroot;
  const otherVersion = state.bootVersion === 0 ? 1 : 0;
  const otherSub = state.subBootVersion === 0 ? 1 : 0;
  removeTree(sys, `${boot}/loader.${otherVersion}`);
  removeTree(sys, sysroot.path(`ostree/boot.${otherVersion}`));
  removeTree(sys, sysroot.path(`ostree/boot.${otherVersion}.0`));
  removeTree(sys, sysroot.path(`ostree/boot.${otherVersion}.1`));
  removeTree(sys, sysroot.path(`ostree/boot.${state.bootVersion}.${otherSub}`));
}

function* removeOldDeployments(sysroot: Sysroot, state: SysrootState): Update<number> {
  const { sys, boot } = sysroot;
  const used = new Set(state.deployments.map((d) => `${d.stateroot}/${deploymentName(d)}`));
  let removed = 0;
  for (const os of listDirectory(sys, sysroot.path("ostree/deploy"))) {
    const directory = sysroot.path(`ostree/deploy/${os.name}/deploy`);
    for (const entry of listDirectory(sys, directory)) {
      const name = parseDeploymentName(entry.name);
      if (!name || used.has(`${os.name}/${entry.name}`)) continue;
      yield step("remove-deployment");
      removeDeployment(sysroot, { stateroot: os.name, ...name });
      removed++;
    }
    for (const entry of listDirectory(sys, directory)) {
      if (entry.name.startsWith("tmp.") || (entry.name.endsWith(".origin") && !lstat(sys, `${directory}/${entry.name.slice(0, -7)}`))) {
        removeTree(sys, `${directory}/${entry.name}`);
      }
    }
  }
  const kernels = new Set(state.deployments.map((d) => `${d.stateroot}-${d.bootChecksum}`));
  for (const entry of listDirectory(sys, `${boot}/ostree`)) {
    if (entry.type === "dir" && /-[0-9a-f]{64}$/.test(entry.name) && !kernels.has(entry.name))
      removeTree(sys, `${boot}/ostree/${entry.name}`);
  }
  return removed;
}

/** One deployment with its origin and its backing directory, which go first: nobody looks for them where the deployment is gone. */
export function removeDeployment(sysroot: Sysroot, deployment: Pick<Deployment, "stateroot" | "checksum" | "serial">): void {
  const { sys } = sysroot;
  const path = sysroot.deploymentPath(deployment);
  if (sys.getFlags(path).includes("i")) sys.setFlags(path, sys.getFlags(path).replace("i", ""));
  removeTree(sys, backingPath(sysroot, deployment));
  removeTree(sys, sysroot.originPath(deployment));
  sys.dropTree(path);
}

/**
 * `ostree/<bootversion>/<subbootversion>/<n>`: what keeps deployed commits from being pruned. Those of other versions go; one of this
 * version that is above the list's end stays, as in libostree, which never makes a list shorter without a new version.
 */
function writeDeploymentRefs(sysroot: Sysroot, state: SysrootState): void {
  const repo = sysroot.openRepository();
  const prefix = `ostree/${state.bootVersion}/${state.subBootVersion}`;
  const wanted = new Map(state.deployments.map((d, i) => [`${prefix}/${i}`, d.checksum]));
  for (const name of repo.refs().keys()) {
    if (/^ostree\/[01]\/[01]\/\d+$/.test(name) && !name.startsWith(`${prefix}/`)) repo.deleteRef(name);
  }
  for (const [name, checksum] of wanted) if (repo.refs().get(name) !== checksum) repo.setRef(name, checksum);
}
