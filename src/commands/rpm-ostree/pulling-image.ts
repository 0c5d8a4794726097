/** A container image as the base, fetched with what rpm-ostree says meanwhile. Source: coreos/rpm-ostree:rust/src/sysroot_upgrade.rs. */
import { awaitRegistries, importImage, prepareImage } from "../../engines/ostree/container-store.ts";
import { formatSize } from "../../engines/ostree/format-size.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import type { ImageLayer } from "../../engines/ostree/image-info.ts";
import { formatImageReference, type ImageReference } from "../../engines/ostree/image-reference.ts";
import { bootId } from "../../engines/ostree/process.ts";
import type { SysrootState } from "../../engines/ostree/sysroot.ts";
import type { Checksum } from "../../image/ostree-objects.ts";
import type { Run } from "../../machine/program.ts";
import type { Transaction } from "./transaction.ts";

const SECONDS_FOR_MANIFEST = 0.5;
const BYTES_PER_SECOND = 24e6;

/** The commit that the image is now, whole in the repository. Throws `OstreeError`. */
export function* fetchBaseImage(transaction: Transaction, host: OstreeHost, state: SysrootState, reference: ImageReference): Run<Checksum> {
  const { proc, sysroot } = transaction;
  const repo = sysroot.openRepository();
  const name = formatImageReference(reference);
  transaction.say(`Pulling manifest: ${name}`);
  yield* proc.sleep(SECONDS_FOR_MANIFEST);
  yield* awaitRegistries(host);
  const prepared = prepareImage(host, repo, reference, state.booted?.checksum);
  if (prepared.kind === "present") return prepared.commit;
  const { info, present, needed } = prepared;
  transaction.say(`Importing: ${name} (digest: ${info.digest})`);
  for (const [kind, isDerived] of [
    ["ostree chunk", false],
    ["custom", true],
  ] as const) {
    const here = present.filter((layer) => layer.isDerived === isDerived);
    const missing = needed.filter((layer) => layer.isDerived === isDerived);
    if (here.length > 0) transaction.say(`${kind} layers already present: ${here.length}`);
    if (missing.length > 0) transaction.say(`${kind} layers needed: ${missing.length} (${formatSize(sizeOf(missing))})`);
  }
  let isUnderWay = false;
  return yield* transaction.run(importImage(host, repo, reference, prepared, bootId(proc.sys)), function* (step) {
    if (step.name !== "layer") return;
    const { done = 0 } = step;
    // The step comes before each layer and after it.
    if (isUnderWay) transaction.end();
    isUnderWay = !isUnderWay;
    const layer = needed[done];
    if (!isUnderWay || layer === undefined) return;
    const what = layer.isDerived ? "layer" : "ostree chunk";
    transaction.begin(`[${done + 1}/${needed.length}] Fetching ${what} ${layer.digest.slice(7, 19)} (${formatSize(layer.size)})`);
    yield* proc.sleep(layer.size / BYTES_PER_SECOND);
  });
}

function sizeOf(layers: readonly ImageLayer[]): number {
  return layers.reduce((sum, { size }) => sum + size, 0);
}
