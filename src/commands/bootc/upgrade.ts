import { awaitRegistries, prepareImage } from "../../engines/ostree/container-store.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import { replaceFile } from "../../engines/ostree/files.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { formatImageReference, imageReference, transportName, type ImageReference } from "../../engines/ostree/image-reference.ts";
import { STAGED_LOCK, unlockStaged } from "../../engines/ostree/sysroot.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { Call, ClapOption, Verb } from "./clap.ts";
import { fetchImage, renderLayerChanges, stageImage } from "./fetch.ts";
import type { BootEntry, ImageSpec } from "./host.ts";
import { handleSoftReboot, SOFT_REBOOT } from "./soft-reboot.ts";
import { hostNow, inContext, rebootSystem, withStorage, type Storage } from "./storage.ts";
import { imageOfCommit, type ImageInfo } from "../../engines/ostree/image-info.ts";

export const QUIET: ClapOption = { name: "quiet", help: "Show no progress" };

export function upgrade(host: OstreeHost): Verb {
  return {
    name: "upgrade",
    alsoAs: "update",
    about: "Fetch a newer image and queue it for the next boot",
    options: [
      QUIET,
      { name: "check", help: "Only look whether there is one", conflicts: ["apply", "download-only", "from-downloaded", "soft-reboot"] },
      { name: "apply", help: "Reboot into it at once", conflicts: ["check", "download-only"] },
      SOFT_REBOOT,
      { name: "download-only", help: "Stage it, but do not let the next boot take it", conflicts: ["check", "apply", "from-downloaded"] },
      { name: "from-downloaded", help: "Let the next boot take what was downloaded", conflicts: ["check", "download-only"] },
      { name: "tag", argument: "TAG", help: "Another tag of the image that runs" },
    ],
    run: (call) => withStorage(call.proc, (storage): Run<ExitStatus> => inContext("Upgrading", run(call, host, storage))),
  };
}

export function referenceOf({ image, transport, signature }: ImageSpec): ImageReference {
  return imageReference(transport, image, signature ?? "insecure");
}

function* run(call: Call, host: OstreeHost, storage: Storage): Run<ExitStatus> {
  const { proc, sysroot } = storage;
  const { state, host: before } = hostNow(sysroot);
  const { staged, booted } = before.status;
  const tag = call.value("tag");
  const current = before.spec.image;
  if (tag !== undefined && !current) throw new OstreeError("--tag requires a booted image with a specified source");
  if (!current) {
    if (booted?.incompatible === true || staged?.incompatible === true) {
      throw new OstreeError(
        "Deployment contains local rpm-ostree modifications; cannot upgrade via bootc. You can run `rpm-ostree reset` to undo the modifications.",
      );
    }
    throw new OstreeError("No image source specified");
  }
  const reference = referenceOf(tag === undefined ? current : { ...current, image: withTag(current.image, tag) });
  if (call.has("from-downloaded")) {
    if (!state.staged) throw new OstreeError("No staged deployment found");
    yield* proc.print(unlock(storage) ? UNLOCKED : "Staged deployment is already set to apply on reboot\n");
    yield* handleSoftReboot(call, storage, "staged");
    if (call.has("apply")) yield* rebootSystem(proc);
    return 0;
  }
  if (call.has("check")) {
    yield* check(storage, host, reference, booted);
    return 0;
  }
  const fetched = yield* fetchImage(proc, host, sysroot, reference, call.has("quiet"));
  const isChanged = yield* queue(call, host, storage, reference, fetched);
  if (isChanged) yield* handleSoftReboot(call, storage, "staged");
  if (isChanged && call.has("apply")) yield* rebootSystem(proc);
  return 0;
}

const UNLOCKED = "Staged deployment will now be applied on reboot\n";

/** Whether it was locked before. */
function unlock({ sysroot }: Storage): boolean {
  const isLocked = sysroot.load().staged?.deployment.isFinalizationLocked === true;
  if (isLocked) unlockStaged(sysroot.sys);
  return isLocked;
}

/** Stages what was fetched unless it is staged or runs. Whether a reboot would bring it. */
function* queue(
  call: Call,
  host: OstreeHost,
  storage: Storage,
  reference: ImageReference,
  fetched: { readonly commit: string; readonly info: ImageInfo },
): Run<boolean> {
  const { proc, sysroot } = storage;
  const { host: now } = hostNow(sysroot);
  const { staged, booted } = now.status;
  const { digest } = fetched.info;
  const isDownload = call.has("download-only");
  if (staged?.image?.imageDigest === digest) {
    if (isDownload && !staged.downloadOnly) {
      replaceFile(sysroot.sys, STAGED_LOCK, "");
      yield* proc.print("Image downloaded, but will not be applied on reboot\n");
    } else if (!isDownload && unlock(storage)) yield* proc.print(UNLOCKED);
    else yield* proc.print("Staged update present, not changed\n");
    return true;
  }
  const running = bootedInfo(storage, booted);
  if (running?.digest === digest) {
    yield* proc.print("No update available.\n");
    return false;
  }
  yield* stageImage(proc, host, sysroot, reference, fetched, isDownload);
  if (running) yield* proc.print(renderLayerChanges(running, fetched.info));
  return true;
}

function bootedInfo({ sysroot }: Storage, booted: BootEntry | null): ImageInfo | undefined {
  const commit = booted?.image ? booted.ostree?.checksum : undefined;
  return commit === undefined ? undefined : imageOfCommit(sysroot.openRepository().commit(commit));
}

/** Asks the registry and stages nothing; what was found is remembered for `bootc status`. */
function* check(storage: Storage, host: OstreeHost, reference: ImageReference, booted: BootEntry | null): Run<void> {
  const { proc, sysroot } = storage;
  yield* proc.sleep(0.5);
  yield* awaitRegistries(host);
  const prepared = prepareImage(host, sysroot.openRepository(), reference, booted?.ostree?.checksum);
  const name =
    reference.signature === "insecure" && reference.transport === "registry" ? transportName(reference) : formatImageReference(reference);
  if (prepared.kind === "present") {
    yield* proc.print(`No changes in: ${name}\n`);
    return;
  }
  const { info } = prepared;
  yield* proc.print(`Update available for: ${name}\n`);
  if (info.version !== undefined) yield* proc.print(`  Version: ${info.version}\n`);
  yield* proc.print(`  Digest: ${info.digest}\n`);
  const running = bootedInfo(storage, booted);
  if (running) yield* proc.print(renderLayerChanges(running, info));
}

/** The image under another tag; a digest goes with the old one. */
function withTag(image: string, tag: string): string {
  const [name = ""] = image.split("@");
  return `${name.replace(/:[\w][\w.-]*$/, "")}:${tag}`;
}
