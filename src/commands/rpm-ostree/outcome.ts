/** What several verbs do with the list of deployments before and after. */
import { deploymentName, isSameDeployment, type Deployment } from "../../engines/ostree/deployment.ts";
import { cleanup } from "../../engines/ostree/cleanup.ts";
import { stage, type DeployRequest } from "../../engines/ostree/deploy.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import { formatSize } from "../../engines/ostree/format-size.ts";
import { sealedTreeOf, type OstreeHost } from "../../engines/ostree/host.ts";
import { bootId, startFinalizer } from "../../engines/ostree/process.ts";
import { renderPackageDiff } from "../../engines/ostree/render.ts";
import { packageDiff } from "../../engines/ostree/status.ts";
import { Sysroot, type SysrootState } from "../../engines/ostree/sysroot.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import type { Transaction } from "./transaction.ts";

/** Virtual seconds that a spinner's step takes. */
const SPIN_SECONDS = 0.1;
const SPINS = 6;

export const REBOOT_HINT = 'Run "systemctl reboot" to start a reboot\n';
export const QUEUED_HINT = `Changes queued for next boot. ${REBOOT_HINT}`;

/** Where a change starts from: the first deployment of the booted one's state root, so that changes build on a staged one. */
export function originDeployment(state: SysrootState): Deployment {
  const { booted } = state;
  const found = booted && state.deployments.find((d) => d.stateroot === booted.stateroot);
  if (!found) throw new OstreeError("No previous deployment for OS");
  return found;
}

/** "Staging deployment... done", and what became unreachable removed. */
export function* stageDeployment(transaction: Transaction, host: OstreeHost, request: DeployRequest): Run<void> {
  const { proc, sysroot } = transaction;
  transaction.begin("Staging deployment");
  for (let i = 0; i < SPINS; i++) {
    yield* proc.sleep(SPIN_SECONDS);
    transaction.check();
    transaction.draw("");
  }
  yield* transaction.run(stage(sysroot, { treeOf: (commit) => sealedTreeOf(host, commit) }, request));
  startFinalizer(proc);
  transaction.end();
  yield* tidy(transaction, host);
}

/** Removes what no deployment needs and says how much that was. */
export function* tidy(transaction: Transaction, host: OstreeHost): Run<void> {
  const options = { bootId: bootId(transaction.proc.sys), catalogue: host.catalogue };
  const { pruned } = yield* transaction.run(cleanup(transaction.sysroot, options));
  if (pruned && pruned.freed > 0) transaction.say(`Freed: ${formatSize(pruned.freed)} (pkgcache branches: 0)`);
}

/** `<commit>.<serial>` of the deployment that boots next (a staged one counts). */
export function defaultDeployment(proc: Process): string | undefined {
  const first = new Sysroot(proc.sys).load().deployments[0];
  return first === undefined ? undefined : deploymentName(first);
}

/** What differs between the system that runs and the one that boots next, then `hint`; nothing when the default is still `before`. */
export function* showOutcome(proc: Process, host: OstreeHost, before: string | undefined, hint: string): Run<void> {
  const state = new Sysroot(proc.sys).load();
  const first = state.deployments[0];
  if (!first || deploymentName(first) === before) return;
  if (state.booted && !isSameDeployment(first, state.booted)) {
    const diff = packageDiff(host, state.booted.checksum, first.checksum);
    if (diff) yield* proc.print(renderPackageDiff(diff));
  }
  yield* proc.print(hint);
}
