/** Fetching an image and staging it, with what bootc says meanwhile. Source: bootc-dev/bootc:crates/lib/src/deploy.rs. */
import { awaitRegistries, importImage, prepareImage, pruneImages } from "../../engines/ostree/container-store.ts";
import type { ImageInfo } from "../../engines/ostree/image-info.ts";
import { cleanup } from "../../engines/ostree/cleanup.ts";
import { stage as stageDeployment } from "../../engines/ostree/deploy.ts";
import { OstreeError, prefixed } from "../../engines/ostree/errors.ts";
import { replaceFile } from "../../engines/ostree/files.ts";
import { formatSize } from "../../engines/ostree/format-size.ts";
import { sealedTreeOf, type OstreeHost } from "../../engines/ostree/host.ts";
import { formatImageReference, type ImageReference } from "../../engines/ostree/image-reference.ts";
import { newImageOrigin } from "../../engines/ostree/origin.ts";
import { bootId, drive, startFinalizer, watchNothing } from "../../engines/ostree/process.ts";
import type { Sysroot } from "../../engines/ostree/sysroot.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { FetchProgress, humanDuration } from "./progress.ts";

export interface FetchedImage {
  readonly commit: string;
  readonly info: ImageInfo;
}

/** The name alone where nothing else is to be said, as bootc shows images. */
export function shownImage(reference: ImageReference): string {
  return reference.transport === "registry" && reference.signature === "insecure" ? reference.image : formatImageReference(reference);
}

const SECONDS_FOR_MANIFEST = 0.5;
const BYTES_PER_SECOND = 24e6;
/** Of the repository's file system, what is kept free (`core.min-free-space-percent`). */
const MIN_FREE = 0.03;

/** Pulls what is missing of the image. Throws `OstreeError`. */
export function* fetchImage(
  proc: Process,
  host: OstreeHost,
  sysroot: Sysroot,
  reference: ImageReference,
  quiet: boolean,
): Run<FetchedImage> {
  const repo = sysroot.openRepository();
  yield* proc.sleep(SECONDS_FOR_MANIFEST);
  yield* awaitRegistries(host);
  const prepared = prepareImage(host, repo, reference, sysroot.load().booted?.checksum);
  const { info } = prepared;
  if (prepared.kind === "present") {
    yield* proc.print(`No changes in ${shownImage(reference)} => ${info.digest}\n`);
    return { commit: prepared.commit, info };
  }
  const { present, needed } = prepared;
  const bytes = needed.reduce((sum, { size }) => sum + size, 0);
  if (needed.length > 0) {
    yield* proc.print(`layers already present: ${present.length}; layers needed: ${needed.length} (${formatSize(bytes)})\n`);
  }
  requireSpace(proc, repo.path, reference, bytes);
  const progress = new FetchProgress(proc, quiet, needed.length, bytes);
  const commit = yield* drive(proc, importImage(host, repo, reference, prepared, bootId(proc.sys)), function* (step) {
    if (step.name !== "layer") return;
    const layer = needed[step.done ?? 0];
    yield* progress.layer(step.done ?? 0, step.bytes ?? 0);
    if (layer) yield* proc.sleep(layer.size / BYTES_PER_SECOND);
  });
  yield* progress.end();
  return { commit, info };
}

function requireSpace(proc: Process, path: string, { image }: ImageReference, needed: number): void {
  const { total, available } = proc.sys.statfs(path);
  const usable = Math.max(0, available - Math.round(total * MIN_FREE));
  if (needed <= usable) return;
  throw new OstreeError(`Insufficient free space for ${image} (available: ${formatSize(usable)} required: ${formatSize(needed)})`);
}

/** Lays the image down for the next boot and removes what no deployment needs. Throws `OstreeError` (`Staging: …`). */
export function* stageImage(
  proc: Process,
  host: OstreeHost,
  sysroot: Sysroot,
  reference: ImageReference,
  { commit, info }: FetchedImage,
  locked: boolean,
): Run<void> {
  try {
    const booted = sysroot.requireBooted();
    const began = proc.now();
    const isTerminal = proc.sys.isatty(2);
    yield* proc.printError(isTerminal ? "⠁ Deploying" : "Deploying...");
    const request = { stateroot: booted.stateroot, checksum: commit, origin: newImageOrigin(reference), isLocked: locked };
    yield* drive(proc, stageDeployment(sysroot, { treeOf: (checksum) => sealedTreeOf(host, checksum) }, request), function* (step) {
      if (step.name === "checked-out") yield* proc.sleep(1);
    });
    startFinalizer(proc);
    const took = humanDuration(proc.now().sec - began.sec);
    yield* proc.printError(isTerminal ? `\r\x1b[2K  Deploying: done (${took})\n` : `done (${took})\n`);
    yield* tidy(proc, host, sysroot);
    yield* proc.print(`Queued for next boot: ${shownImage(reference)}\n`);
    if (info.version !== undefined) yield* proc.print(`  Version: ${info.version}\n`);
    yield* proc.print(`  Digest: ${info.digest}\n`);
    writeRebootRequired(proc, info.digest);
  } catch (error) {
    throw prefixed("Staging", error);
  }
}

function* tidy(proc: Process, host: OstreeHost, sysroot: Sysroot): Run<void> {
  const repo = sysroot.openRepository();
  const { images, layers } = pruneImages(repo, sysroot.load());
  const { pruned } = yield* drive(proc, cleanup(sysroot, { bootId: bootId(proc.sys), catalogue: host.catalogue }), watchNothing);
  const removed = pruned?.removed ?? 0;
  if (images + layers + removed === 0) return;
  yield* proc.print(`Pruned images: ${images} (layers: ${layers}, objsize: ${formatSize(pruned?.freed ?? 0)})\n`);
}

/** What tells a cluster's manager that the machine wants a reboot. */
export function writeRebootRequired(proc: Process, digest: string): void {
  replaceFile(proc.sys, "/run/reboot-required", `bootc: Reboot required for image: ${digest}`);
}

/** How the layers of `to` differ from those of `from`. */
export function renderLayerChanges(from: ImageInfo, to: ImageInfo): string {
  const without = (one: ImageInfo, other: ImageInfo): ImageInfo["layers"] => {
    const known = new Set(other.layers.map(({ digest }) => digest));
    return one.layers.filter(({ digest }) => !known.has(digest));
  };
  const row = (title: string, layers: ImageInfo["layers"]): string =>
    `${title.padEnd(18)}${String(layers.length).padEnd(4)}  Size: ${formatSize(layers.reduce((sum, { size }) => sum + size, 0))}\n`;
  return row("Total new layers: ", to.layers) + row("Removed layers:", without(from, to)) + row("Added layers:", without(to, from));
}
