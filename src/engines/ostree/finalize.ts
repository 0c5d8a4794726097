/** What `ostree-finalize-staged.service` does at shutdown: /etc merged as it is now, boot entries written, the staged deployment counts. */
import type { Catalogue } from "../../image/catalogue.ts";
import { step, type Update } from "../update-step.ts";
import { cleanup } from "./cleanup.ts";
import { deploymentName, type Deployment } from "./deployment.ts";
import { withNewDeployment } from "./deployment-list.ts";
import { completeRoot } from "./deploy.ts";
import { OstreeError } from "./errors.ts";
import { STAGED_DEPLOYMENT, type Sysroot } from "./sysroot.ts";
import { writeDeployments } from "./write-deployments.ts";

/** A file in /boot with the failure's words; the next boot's `ostree-boot-complete.service` finds it. */
export const FINALIZE_FAILURE = "ostree/finalize-failure.stamp";

/** Yields the lines that go to the journal as messages. Throws `OstreeError` when it cannot; then the old system boots again. */
export function* finalizeStaged(sysroot: Sysroot, catalogue: Catalogue, bootId: string): Update<void> {
  const state = sysroot.load();
  const staged = state.staged;
  if (!staged) {
    yield step("nothing", { message: "No deployment staged for finalization", isForJournal: true });
    return;
  }
  if (staged.deployment.isFinalizationLocked) {
    yield step("locked", { message: "Not finalizing; deployment is locked for finalization", isForJournal: true });
    return;
  }
  yield step("finalize", { message: "Finalizing staged deployment", isForJournal: true });
  let merge: Deployment | undefined;
  if (staged.merge !== undefined) {
    merge = state.deployments.find((d) => !d.isStaged && deploymentName(d) === staged.merge);
    if (!merge) throw new OstreeError(`Failed to find merge deployment ${staged.merge} for staged`);
  }
  const deployment: Deployment = { ...staged.deployment, isStaged: false };
  sysroot.sys.unlink(STAGED_DEPLOYMENT);
  yield* completeRoot(sysroot, deployment, merge);
  yield step("finalized", { message: "Finalized deployment", isForJournal: true });
  const old = { ...state, deployments: state.deployments.filter((d) => !d.isStaged), staged: undefined };
  yield* writeDeployments(sysroot, old, withNewDeployment(old.deployments, deployment, state.booted, merge));
  yield step("finished", { message: "Finished writing deployment", isForJournal: true });
  yield* cleanup(sysroot, { bootId, catalogue });
  yield step("cleaned", { message: "Cleanup complete", isForJournal: true });
}
