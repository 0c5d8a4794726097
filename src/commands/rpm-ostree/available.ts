/**
 * `upgrade --check` and `--preview`: what could be had, without fetching more than its commit, and what `status` shows of it afterwards.
 * Sources: coreos/rpm-ostree:src/daemon/rpmostreed-transaction-types.cxx (deploy_transaction_execute with DOWNLOAD_METADATA_ONLY),
 * rpmostreed-deployment-utils.cxx, src/app/rpmostree-builtin-upgrade.cxx.
 */
import type { Deployment } from "../../engines/ostree/deployment.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import { packagesOf } from "../../engines/ostree/commit-packages.ts";
import { awaitRegistries, prepareImage } from "../../engines/ostree/container-store.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { cachedUpdateOf, imageOfCommit, type ImageInfo } from "../../engines/ostree/image-info.ts";
import { formatImageReference, originImage } from "../../engines/ostree/image-reference.ts";
import { isEmptyLayering, layeringOf } from "../../engines/ostree/layer-origin.ts";
import { parseRefspec, refspecKind } from "../../engines/ostree/origin.ts";
import { signaturesOf } from "../../engines/ostree/signature.ts";
import { isEmptyDiff, packageDiff } from "../../engines/ostree/status.ts";
import { Sysroot } from "../../engines/ostree/sysroot.ts";
import { packageServersFor, type ReachedServers } from "../../engines/rpm/reach.ts";
import { metadataString } from "../../image/ostree-objects.ts";
import { compareEvr, type PackageChange, type PackageId } from "../../image/package.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { keyOwners } from "../ostree/admin-status.ts";
import type { Call } from "../ostree/goption.ts";
import { advisoryVariants } from "./advisories.ts";
import { cachedUpdate, rpmDiff, writeCachedUpdate, type ManifestDiff } from "./cached-update.ts";
import { baseOf } from "./change.ts";
import { signatureVariant } from "./deployment-variant.ts";
import { UNCHANGED } from "./options.ts";
import { commandLine, originDeployment } from "./outcome.ts";
import { fetchRef } from "./pulling.ts";
import { loadMetadata } from "./repo-metadata.ts";
import { renderAvailableUpdate } from "./status-text.ts";
import { transact, type Transaction } from "./transaction.ts";
import { requireRefspec } from "./update-deployment.ts";

/** Asks the remote, keeps what it says, and prints it. */
export function* checkForUpdate(call: Call, host: OstreeHost, isAutomatic: boolean): Run<ExitStatus> {
  const { proc, options } = call;
  const title = isAutomatic ? "automatic (check)" : commandLine(call);
  yield* transact(proc, { method: "AutomaticUpdateTrigger", action: "upgrade", title }, (transaction) => lookForUpdate(transaction, host));
  if (isAutomatic) return 0;
  yield* proc.printError("Note: --check and --preview may be unreliable.  See https://github.com/coreos/rpm-ostree/issues/1579\n");
  const update = cachedUpdate(proc.sys, new Sysroot(proc.sys).load().booted?.checksum);
  if (!update) {
    yield* proc.print("No updates available.\n");
    return UNCHANGED;
  }
  yield* proc.print(renderAvailableUpdate(update, { tty: proc.sys.isatty(1), verbose: options.has("preview"), columns: 80 }));
  return 0;
}

function* lookForUpdate(transaction: Transaction, host: OstreeHost): Run<void> {
  const { proc, sysroot } = transaction;
  const state = sysroot.load();
  const from = originDeployment(state);
  const image = originImage(from.origin);
  if (image) {
    transaction.say(`Pulling manifest: ${formatImageReference(image)}`);
    yield* proc.sleep(0.5);
    yield* awaitRegistries(host);
    prepareImage(host, sysroot.openRepository(), image, state.booted?.checksum);
  } else {
    const refspec = requireRefspec(from);
    if (refspecKind(refspec) === "ostree") yield* fetchRef(transaction, host, state, refspec, { commitsOnly: true });
  }
  const booted = sysroot.requireBooted(state);
  let newer: PackageChange[] = [];
  let servers: ReachedServers | undefined;
  if (!isEmptyLayering(layeringOf(from.origin))) {
    servers = yield* packageServersFor(proc, host);
    const { available } = yield* loadMetadata(transaction, servers, {});
    newer = newerLayers(transaction, host, booted, available.map(({ pkg }) => pkg)); // prettier-ignore
  }
  rememberUpdate(transaction, host, booted, undefined, servers, newer);
}

/** The newest builds of packages that are layered on what runs, as far as they are newer. */
function newerLayers({ sysroot }: Transaction, host: OstreeHost, booted: Deployment, available: readonly PackageId[]): PackageChange[] {
  const repo = sysroot.openRepository();
  const base = new Set((packagesOf(host, repo, baseOf(sysroot, booted)) ?? []).map(({ name }) => name));
  const layered = (packagesOf(host, repo, booted.checksum) ?? []).filter(({ name }) => !base.has(name));
  return layered.flatMap((from) => {
    const builds = available.filter(({ name, arch }) => name === from.name && arch === from.arch);
    const to = builds.reduce<PackageId>((best, pkg) => (compareEvr(pkg, best) > 0 ? pkg : best), from);
    return to === from ? [] : [{ from, to }];
  });
}

/** Writes down how what is followed differs from what runs; `staged` is that already laid down. Advisories are told of as far as repositories were asked: `servers`. */
export function rememberUpdate(
  { sysroot, proc }: Transaction,
  host: OstreeHost,
  booted: Deployment,
  staged: Deployment | undefined,
  servers: ReachedServers | undefined,
  newer: readonly PackageChange[] = [],
): void {
  const repo = sysroot.openRepository();
  const refspec = originImage(booted.origin) ? undefined : requireRefspec(booted);
  const base = baseOf(sysroot, booted);
  const next = staged ? baseOf(sysroot, staged) : ((refspec === undefined ? undefined : repo.resolveIfThere(refspec)) ?? base);
  const manifest = refspec === undefined && staged === undefined ? manifestDiff(imageOfCommit(repo.commit(base)), cachedUpdateOf(repo, base)) : undefined; // prettier-ignore
  if (next === base && newer.length === 0 && manifest === undefined) {
    writeCachedUpdate(proc.sys, undefined);
    return;
  }
  const commit = repo.commit(next);
  const remote = refspec === undefined ? undefined : parseRefspec(refspec).remote;
  const isVerified = remote !== undefined && repo.remotes().includes(remote) && repo.remoteOption(remote, "gpg-verify") !== "false";
  const signatures = signaturesOf(repo, next).map((key) => signatureVariant(key, commit.timestamp, keyOwners(key)));
  const found = staged ? packageDiff(host, repo, booted.checksum, staged.checksum) : next === base ? undefined : packageDiff(host, repo, base, next); // prettier-ignore
  const diff = rpmDiff(found && !isEmptyDiff(found) ? found : undefined, newer);
  const fresh = [...(found?.upgraded ?? []), ...(found?.downgraded ?? []), ...newer].map(({ to }) => to);
  const advisories = servers && advisoryVariants(proc.sys, servers, fresh);
  const version = metadataString(commit, "version") ?? manifest?.version;
  const image = originImage(booted.origin);
  writeCachedUpdate(proc.sys, {
    osname: booted.stateroot,
    checksum: next,
    ...(version === undefined ? {} : { version }),
    timestamp: commit.timestamp,
    origin: refspec ?? (image ? formatImageReference(image) : ""),
    "gpg-enabled": isVerified,
    ...(isVerified && signatures.length > 0 ? { signatures } : {}),
    "ref-has-new-commit": next !== base,
    ...(diff ? { "rpm-diff": diff } : {}),
    ...(advisories ? { advisories } : {}),
    ...(manifest ? { "manifest-diff": manifest.diff } : {}),
    ...(staged ? { deployment: `${staged.stateroot}-${staged.checksum}.${staged.serial}` } : {}),
    "update-sha256": booted.checksum,
  });
}

function manifestDiff(
  from: ImageInfo | undefined,
  to: ImageInfo | undefined,
): { readonly version: string | undefined; readonly diff: ManifestDiff } | undefined {
  if (!from || !to || from.digest === to.digest) return undefined;
  const without = (one: ImageInfo, other: ImageInfo): ImageInfo["layers"] => {
    const known = new Set(other.layers.map(({ digest }) => digest));
    return one.layers.filter(({ digest }) => !known.has(digest));
  };
  const size = (layers: ImageInfo["layers"]): number => layers.reduce((sum, layer) => sum + layer.size, 0);
  const [gone, come] = [without(from, to), without(to, from)];
  return {
    version: to.version,
    diff: {
      total: to.layers.length,
      "total-size": size(to.layers),
      "n-removed": gone.length,
      "removed-size": size(gone),
      "n-added": come.length,
      "added-size": size(come),
    },
  };
}

/** After an upgrade: what it staged. Throws `OstreeError`. */
export function* rememberStaged(transaction: Transaction, host: OstreeHost): Run<void> {
  const state = transaction.sysroot.load();
  const [staged] = state.deployments;
  if (staged === undefined) throw new OstreeError("No previous deployment for OS");
  const servers = isEmptyLayering(layeringOf(staged.origin)) ? undefined : yield* packageServersFor(transaction.proc, host);
  if (state.booted) rememberUpdate(transaction, host, state.booted, staged, servers);
}
