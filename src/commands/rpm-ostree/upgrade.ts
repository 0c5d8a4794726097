import { OstreeError } from "../../engines/ostree/errors.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { verifySignature } from "../../engines/ostree/keyring.ts";
import { carriedOrigin, newOrigin, originRefspec, parseRefspec } from "../../engines/ostree/origin.ts";
import { bootId } from "../../engines/ostree/process.ts";
import { pull, pullSummary, remoteOf, resolveRemoteRef } from "../../engines/ostree/pull.ts";
import { localeTime, renderAvailableUpdate } from "../../engines/ostree/render.ts";
import { packageDiff } from "../../engines/ostree/status.ts";
import { Sysroot, type SysrootState } from "../../engines/ostree/sysroot.ts";
import { carriedKernelArgs, type Deployment } from "../../engines/ostree/deployment.ts";
import { prefixed } from "../../engines/ostree/errors.ts";
import type { Release } from "../../image/catalogue.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { Call, Verb } from "../ostree/goption.ts";
import { progressText } from "../ostree/pull.ts";
import { BYPASS_DRIVER, GLOBAL_OPTIONS, LOCK_FINALIZATION, REBOOT, STATEROOT, UNCHANGED, UNCHANGED_77 } from "./options.ts";
import { defaultDeployment, originDeployment, REBOOT_HINT, showOutcome, stageDeployment } from "./outcome.ts";
import { rebootSystem } from "./reboot.ts";
import { requireBootedSystem, transact, type Transaction } from "./transaction.ts";

/** Virtual seconds that the network takes for an object, and objects between two drawings of the line. */
const SECONDS_PER_OBJECT = 0.004;
const REDRAW = 20;

export function upgrade(host: OstreeHost): Verb {
  return {
    name: "upgrade",
    about: "Perform a system upgrade",
    options: [
      STATEROOT,
      REBOOT,
      { name: "allow-downgrade", help: "Permit deployment of chronologically older trees" },
      { name: "preview", help: "Just preview package differences (implies --unchanged-exit-77)" },
      { name: "check", help: "Just check if an upgrade is available (implies --unchanged-exit-77)" },
      { name: "cache-only", short: "C", help: "Do not download latest ostree and RPM data", fidelity: "unbuilt" },
      { name: "download-only", help: "Just download latest ostree and RPM data, don't deploy" },
      UNCHANGED_77,
      { name: "install", argument: "PKG", help: "Overlay additional package", fidelity: "unbuilt" },
      { name: "uninstall", argument: "PKG", help: "Remove overlayed additional package", fidelity: "unbuilt" },
      LOCK_FINALIZATION,
      BYPASS_DRIVER,
      ...GLOBAL_OPTIONS,
    ],
    *run(call): Run<ExitStatus> {
      const { proc, options } = call;
      if (options.has("reboot") && options.has("preview")) throw new OstreeError("Cannot specify both --reboot and --preview");
      if (options.has("reboot") && options.has("check")) throw new OstreeError("Cannot specify both --reboot and --check");
      requireBootedSystem(proc);
      if (options.has("check") || options.has("preview")) return yield* checkForUpdate(call, host);

      const before = defaultDeployment(proc);
      const isDownload = options.has("download-only");
      const isChanged = yield* transact(proc, { method: "UpdateDeployment", title: titleOf(call) }, function* (transaction) {
        const state = transaction.sysroot.load();
        const from = originDeployment(state);
        const refspec = requireRefspec(from);
        const isPinned = from.origin?.get("origin", "override-commit") !== undefined;
        if (isPinned) {
          transaction.say("Pinned to commit; no upgrade available");
          return false;
        }
        yield* fetchRef(transaction, host, state, refspec);
        const checksum = transaction.sysroot.openRepository().resolve(refspec);
        if (checksum === from.checksum) return false;
        if (!options.has("allow-downgrade")) requireNewer(transaction.sysroot, from, checksum);
        if (isDownload) return true;
        yield* stageDeployment(transaction, host, {
          stateroot: from.stateroot,
          checksum,
          origin: carriedOrigin(from.origin ?? newOrigin(refspec)),
          kernelArgs: carriedKernelArgs(from),
        });
        return true;
      });
      if (isDownload) {
        yield* proc.print(isChanged ? "Update downloaded.\n" : "No changes.\n");
        return isChanged || !options.has("unchanged-exit-77") ? 0 : UNCHANGED;
      }
      if (!isChanged) {
        yield* proc.print("No upgrade available.\n");
        return options.has("unchanged-exit-77") ? UNCHANGED : 0;
      }
      if (options.has("reboot")) {
        yield* rebootSystem(proc);
        return 0;
      }
      yield* showOutcome(proc, host, before, REBOOT_HINT);
      return 0;
    },
  };
}

function titleOf(call: Call): string {
  return ["upgrade", ...call.options.order.map(({ name, value }) => `--${name}${value === undefined ? "" : `=${value}`}`)].join(" ");
}

function requireRefspec(deployment: Deployment): string {
  const refspec = originRefspec(deployment.origin);
  if (refspec === undefined) throw new OstreeError("No origin/refspec in current deployment origin; cannot upgrade via rpm-ostree");
  return refspec;
}

/** Pulls the ref with a line that moves, and says at the end what that was. */
export function* fetchRef(transaction: Transaction, host: OstreeHost, state: SysrootState, refspec: string, commit?: string): Run<void> {
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
    ...(commit === undefined ? {} : { commit }),
  };
  try {
    yield* proc.sleep(0.3);
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
export function requireNewer(sysroot: Sysroot, from: Deployment, checksum: string): void {
  const repo = sysroot.openRepository();
  const current = repo.commit(from.checksum);
  const next = repo.commit(checksum);
  if (next.timestamp >= current.timestamp) return;
  throw new OstreeError(
    `While checking against deployment timestamp: Upgrade target revision '${checksum}' with timestamp '${localeTime(next.timestamp)}' ` +
      `is chronologically older than current revision '${from.checksum}' with timestamp '${localeTime(current.timestamp)}'; use --allow-downgrade to permit`,
  );
}

/** Asks the remote and changes nothing. */
function* checkForUpdate(call: Call, host: OstreeHost): Run<ExitStatus> {
  const { proc, options } = call;
  yield* proc.printError("Note: --check and --preview may be unreliable.  See https://github.com/coreos/rpm-ostree/issues/1579\n");
  const sysroot = new Sysroot(proc.sys);
  const state = sysroot.load();
  const from = originDeployment(state);
  const refspec = requireRefspec(from);
  const { remote, ref } = parseRefspec(refspec);
  yield* proc.sleep(0.5);
  const repo = sysroot.openRepository();
  const offered = remote === undefined ? undefined : offeredRelease(host, repo.resolveIfThere(refspec), state, remote, ref, sysroot);
  if (!offered || offered.release.commit === from.checksum) {
    yield* proc.print("No updates available.\n");
    return UNCHANGED;
  }
  const { release, signedBy } = offered;
  const update = {
    version: release.version,
    timestamp: release.timestamp,
    commit: release.commit,
    signatures: signedBy === undefined ? [] : [signedBy],
    diff: packageDiff(host, state.booted?.checksum ?? from.checksum, release.commit),
  };
  yield* proc.print(renderAvailableUpdate(update, options.has("preview")));
  return 0;
}

function offeredRelease(
  host: OstreeHost,
  newest: string | undefined,
  state: SysrootState,
  remoteName: string,
  ref: string,
  sysroot: Sysroot,
): { readonly release: Release; readonly signedBy: string | undefined } {
  try {
    const repo = sysroot.openRepository();
    const remote = remoteOf(host, repo, remoteName);
    const release = resolveRemoteRef(remote, ref, { newest, running: state.booted?.checksum });
    verifySignature(repo, remoteName, { checksum: release.commit, timestamp: release.timestamp }, remote.signedBy);
    return { release, signedBy: remote.signedBy };
  } catch (error) {
    throw prefixed(`While pulling ${ref}`, error);
  }
}
