/** `upgrade --check` and `--preview`: what could be had, without fetching more than its commit. */
import { OstreeError, prefixed } from "../../engines/ostree/errors.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { originImage } from "../../engines/ostree/image-reference.ts";
import { baseCommit } from "../../engines/ostree/commit-packages.ts";
import { verifySignature } from "../../engines/ostree/keyring.ts";
import { parseRefspec } from "../../engines/ostree/origin.ts";
import { remoteOf, resolveRemoteRef } from "../../engines/ostree/pull.ts";
import { renderAvailableUpdate } from "../../engines/ostree/render.ts";
import { packageDiff } from "../../engines/ostree/status.ts";
import { Sysroot, type SysrootState } from "../../engines/ostree/sysroot.ts";
import type { Release } from "../../image/catalogue.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { Call } from "../ostree/goption.ts";
import { baseOf } from "./change.ts";
import { UNCHANGED } from "./options.ts";
import { originDeployment } from "./outcome.ts";
import { requireRefspec } from "./update-deployment.ts";

/** Asks the remote and changes nothing. */
export function* checkForUpdate(call: Call, host: OstreeHost): Run<ExitStatus> {
  const { proc, options } = call;
  yield* proc.printError("Note: --check and --preview may be unreliable.  See https://github.com/coreos/rpm-ostree/issues/1579\n");
  const sysroot = new Sysroot(proc.sys);
  const state = sysroot.load();
  const from = originDeployment(state);
  if (originImage(from.origin)) throw new OstreeError("--check and --preview of a container image are not built in Immutable Lab");
  const refspec = requireRefspec(from);
  const { remote, ref } = parseRefspec(refspec);
  yield* proc.sleep(0.5);
  const repo = sysroot.openRepository();
  const offered = remote === undefined ? undefined : offeredRelease(host, repo.resolveIfThere(refspec), state, remote, ref, sysroot);
  if (!offered || offered.release.commit === baseOf(sysroot, from)) {
    yield* proc.print("No updates available.\n");
    return UNCHANGED;
  }
  const { release, signedBy } = offered;
  const update = {
    version: release.version,
    timestamp: release.timestamp,
    commit: release.commit,
    signatures: signedBy === undefined ? [] : [signedBy],
    diff: packageDiff(host, repo, state.booted?.checksum ?? from.checksum, release.commit),
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
    const running = state.booted && baseCommit(repo, state.booted.checksum);
    const release = resolveRemoteRef(remote, ref, { newest, running });
    verifySignature(repo, remoteName, { checksum: release.commit, timestamp: release.timestamp }, remote.signedBy);
    return { release, signedBy: remote.signedBy };
  } catch (error) {
    throw prefixed(`While pulling ${ref}`, error);
  }
}
