/** What several verbs do with the list of deployments before and after. */
import { deploymentName, isSameDeployment, type Deployment } from "../../engines/ostree/deployment.ts";
import { cleanup } from "../../engines/ostree/cleanup.ts";
import { pruneImages } from "../../engines/ostree/container-store.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import { formatSize } from "../../engines/ostree/format-size.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { bootId } from "../../engines/ostree/process.ts";
import { renderPackageDiff } from "../../engines/ostree/render.ts";
import { dropUnusedPackages } from "../../engines/ostree/package-refs.ts";
import { packageDiff } from "../../engines/ostree/status.ts";
import { Sysroot, type SysrootState } from "../../engines/ostree/sysroot.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { Call } from "../ostree/goption.ts";
import { pruneHistory } from "./history.ts";
import { UNCHANGED } from "./options.ts";
import { rebootSystem } from "./reboot.ts";
import type { Transaction } from "./transaction.ts";

export const REBOOT_HINT = 'Run "systemctl reboot" to start a reboot\n';
export const QUEUED_HINT = `Changes queued for next boot. ${REBOOT_HINT}`;

/** Where a change starts from: the first deployment of the booted one's state root, so that changes build on a staged one. */
export function originDeployment(state: SysrootState): Deployment {
  const { booted } = state;
  const found = booted && state.deployments.find((d) => d.stateroot === booted.stateroot);
  if (!found) throw new OstreeError("No previous deployment for OS");
  return found;
}

/** Removes what no deployment needs and says how much that was. */
export function* tidy(transaction: Transaction, host: OstreeHost): Run<void> {
  pruneHistory(transaction);
  const { images, layers } = pruneImages(transaction.sysroot.openRepository(), transaction.sysroot.load());
  const branches = dropUnusedPackages(transaction.sysroot);
  const options = { bootId: bootId(transaction.proc.sys), catalogue: host.catalogue };
  const { pruned } = yield* transaction.run(cleanup(transaction.sysroot, options));
  if ((pruned && pruned.freed > 0) || branches > 0)
    transaction.say(`Freed: ${formatSize(pruned?.freed ?? 0)} (pkgcache branches: ${branches})`);
  if (images + layers > 0) transaction.say(`Pruned images: ${images} (layers: ${layers})`);
}

/** The command line as the client hands it to the daemon. */
export function commandLine({ proc }: Call): string {
  return proc.argv
    .slice(1)
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(" ");
}

export interface Ending {
  /** What `watchDefault` said before the transaction. */
  readonly before: string | undefined;
  readonly hint: string;
  readonly reboots: boolean;
}

/** What the client does when the transaction is through: a restart, or what will be different after one. */
export function* finish(call: Call, host: OstreeHost, { before, hint, reboots }: Ending): Run<ExitStatus> {
  const { proc, options } = call;
  if (reboots) yield* rebootSystem(proc);
  else if (watchDefault(proc) !== before) yield* showOutcome(proc, host, before, hint);
  else if (options.has("unchanged-exit-77")) return UNCHANGED;
  return 0;
}

/** `<commit>.<serial>` of the deployment that boots next (a staged one counts). */
export function watchDefault(proc: Process): string | undefined {
  const first = new Sysroot(proc.sys).load().deployments[0];
  return first === undefined ? undefined : deploymentName(first);
}

/** What differs between the system that runs and the one that boots next, then `hint`; nothing when the default is still `before`. */
export function* showOutcome(proc: Process, host: OstreeHost, before: string | undefined, hint: string): Run<void> {
  const sysroot = new Sysroot(proc.sys);
  const state = sysroot.load();
  const first = state.deployments[0];
  if (!first || deploymentName(first) === before) return;
  if (state.booted && !isSameDeployment(first, state.booted)) {
    const diff = packageDiff(host, sysroot.openRepository(), state.booted.checksum, first.checksum);
    if (diff) yield* proc.print(renderPackageDiff(diff));
  }
  yield* proc.print(hint);
}
