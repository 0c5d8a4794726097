/** What every verb that makes a deployment stages it with, as rpm-ostree's sysroot upgrader does. */
import { baseCommit } from "../../engines/ostree/commit-packages.ts";
import { carriedKernelArgs, type Deployment } from "../../engines/ostree/deployment.ts";
import { stage } from "../../engines/ostree/deploy.ts";
import { sealedTreeOf, type OstreeHost } from "../../engines/ostree/host.ts";
import type { KeyFile } from "../../engines/ostree/keyfile.ts";
import { startFinalizer } from "../../engines/ostree/process.ts";
import type { Sysroot } from "../../engines/ostree/sysroot.ts";
import type { Checksum } from "../../image/ostree-objects.ts";
import type { Run } from "../../machine/program.ts";
import { writeHistory } from "./history.ts";
import { tidy } from "./outcome.ts";
import type { Transaction } from "./transaction.ts";

/** Virtual seconds that a spinner's step takes. */
const SPIN_SECONDS = 0.1;
const SPINS = 6;

export interface Change {
  /** What it builds on: the first of the state root, so that changes add up. */
  readonly from: Deployment;
  /** A commit of the distribution, without anything of this machine. */
  readonly base: Checksum;
  /** What the machine asks for from now on: what is followed, what is layered. */
  readonly origin: KeyFile;
  /** Instead of those of `from`. */
  readonly kernelArgs?: readonly string[];
  /** Not to be finished at shutdown until `finalize-deployment`. */
  readonly isLocked?: boolean;
}

/** The commit that `deployment` was assembled from. */
export function baseOf(sysroot: Sysroot, deployment: Deployment): Checksum {
  return baseCommit(sysroot.openRepository(), deployment.checksum);
}

/** "Staging deployment... done", and what became unreachable removed: `checksum` as it is. */
export function* stageCommit(
  transaction: Transaction,
  host: OstreeHost,
  { from, origin, kernelArgs, isLocked }: Omit<Change, "base">,
  checksum: Checksum,
): Run<void> {
  const { proc, sysroot } = transaction;
  transaction.begin("Staging deployment");
  for (let i = 0; i < SPINS; i++) {
    yield* proc.sleep(SPIN_SECONDS);
    transaction.check();
    transaction.draw("");
  }
  const request = {
    stateroot: from.stateroot,
    checksum,
    origin,
    kernelArgs: kernelArgs ?? carriedKernelArgs(from),
    isLocked: isLocked === true,
  };
  yield* transaction.run(stage(sysroot, { treeOf: (commit) => sealedTreeOf(host, commit) }, request));
  writeHistory(transaction, host);
  startFinalizer(proc);
  transaction.end();
  yield* tidy(transaction, host);
}
