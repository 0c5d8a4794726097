/**
 * Container images in an ostree repository: what the commit of one tells, what a registry has that is not here yet, and fetching it.
 *
 * Each layer comes for itself: its objects, then its ref; at last the commit that the image is, and its ref. A pull that was
 * interrupted goes on with the layers that are missing. Source: bootc-dev/bootc:crates/ostree-ext/src/container/store.rs.
 */
import { encodeGVariant, type Variant } from "../../image/gvariant.ts";
import { unknownHost, unknownManifest, unknownRepository } from "../../image/registries.ts";
import { stringVariant, type Checksum } from "../../image/ostree-objects.ts";
import type { Run } from "../../machine/program.ts";
import { step, type Update } from "../update-step.ts";
import { baseCommit } from "./commit-packages.ts";
import { OstreeError, within } from "./errors.ts";
import { makeDirectories, parentOf, replaceFile } from "./files.ts";
import type { OstreeHost, PublishedImage } from "./host.ts";
import { IMAGE_REFS, imageRef, LAYER_REFS, layerRef, originImage, registryName, unescapeRef, transportName } from "./image-reference.ts";
import type { ImageReference } from "./image-reference.ts";
import { CACHED, imageInfo, imageOfCommit, type ImageInfo, type ImageLayer, type ImageTexts } from "./image-info.ts";
import type { Repository } from "./repo.ts";
import { acceptsAnything, requireAllowed } from "./signature-policy.ts";
import type { SysrootState } from "./sysroot.ts";
import { Transaction } from "./transaction.ts";
import { writeLayerCommit } from "./layer-commit.ts";

function cacheUpdate(repo: Repository, commit: Checksum, { digest, manifest, config }: ImageTexts): void {
  const path = repo.objectPath(commit, "commitmeta");
  makeDirectories(repo.sys, parentOf(path));
  const pairs = [
    [CACHED.config, config],
    [CACHED.manifest, manifest],
    [CACHED.digest, digest],
  ].map(([key = "", value = ""]): [string, Variant] => [key, stringVariant(value)]);
  replaceFile(repo.sys, path, encodeGVariant("a{sv}", pairs), { sync: true });
}

/** An image that a registry has, and what of it is here. */
export type Prepared =
  | { readonly kind: "present"; readonly commit: Checksum; readonly info: ImageInfo }
  | {
      readonly kind: "ready";
      readonly published: PublishedImage;
      readonly info: ImageInfo;
      readonly present: readonly ImageLayer[];
      readonly needed: readonly ImageLayer[];
    };

/** Waits until registries can be asked. */
export function* awaitRegistries({ registries }: OstreeHost): Run<void> {
  yield* registries?.get() ?? [];
}

/** Asks the registry. `running` is the booted commit. Throws `OstreeError` when it cannot be reached, has no such image, or the policy forbids it. */
export function prepareImage(host: OstreeHost, repo: Repository, reference: ImageReference, running: Checksum | undefined): Prepared {
  return within("Preparing import: Fetching manifest", () => {
    if (reference.signature === "containerPolicy" && acceptsAnything(repo.sys))
      throw new OstreeError("containers-policy.json specifies a default of `insecureAcceptAnything`; refusing usage");
    const known = repo.resolveIfThere(imageRef(reference));
    const here = known === undefined ? undefined : imageOfCommit(repo.commit(known));
    if (known !== undefined && here && registryName(reference.image).at === here.digest)
      return { kind: "present", commit: known, info: here };
    const published = openImage(host, repo, reference, { newest: known, running: running && baseCommit(repo, running) });
    if (known !== undefined && here?.digest === published.image.digest) return { kind: "present", commit: known, info: here };
    if (known !== undefined) cacheUpdate(repo, known, published.image);
    const info = imageInfo(published.image);
    const refs = repo.refs();
    const isHere = ({ digest }: ImageLayer): boolean => refs.has(layerRef(digest));
    return { kind: "ready", published, info, present: info.layers.filter(isHere), needed: info.layers.filter((layer) => !isHere(layer)) };
  });
}

const OPEN = "failed to invoke method OpenImage: failed to invoke method OpenImage";

function openImage(
  host: OstreeHost,
  repo: Repository,
  reference: ImageReference,
  visitor: { readonly newest: Checksum | undefined; readonly running: Checksum | undefined },
): PublishedImage {
  return within(OPEN, () => {
    if (reference.transport !== "registry") {
      throw new OstreeError(`Only images of a registry can be fetched in Immutable Lab, not ${transportName(reference)}`);
    }
    const { registry: name, repository, at } = registryName(reference.image);
    const registry = host.registryAt?.(name);
    if (!registry) throw new OstreeError(unknownHost(name));
    if (!registry.hasRepository(repository)) throw new OstreeError(unknownRepository(name, repository, at));
    const published = registry.image(repository, at, visitor);
    if (!published) throw new OstreeError(unknownManifest(name, repository, at));
    requireAllowed(repo.sys, reference, published.signedBy);
    return published;
  });
}

/** Fetches what is missing. Steps are named "layer" (`done` of `total`, `bytes` so far) and "objects". The commit that the image is comes back. */
export function* importImage(
  host: OstreeHost,
  repo: Repository,
  reference: ImageReference,
  prepared: Extract<Prepared, { kind: "ready" }>,
  bootId: string,
): Update<Checksum> {
  const { release } = prepared.published;
  const { needed } = prepared;
  for (const _ of release.nameObjects()) yield step("resolve");
  const { content, metadata } = host.catalogue.newObjects(undefined, release);
  const missing = content.filter(({ checksum, kind }) => !repo.hasObject(checksum, kind));
  let bytes = 0;
  for (const [i, layer] of needed.entries()) {
    yield step("layer", { done: i, total: needed.length, bytes });
    const share = missing.slice(Math.floor((missing.length * i) / needed.length), Math.floor((missing.length * (i + 1)) / needed.length));
    const commit = yield* written(repo, bootId, function* (transaction) {
      for (const { checksum, kind, object } of share) {
        transaction.linkSealed(checksum, kind, object);
        yield step("objects");
      }
      return writeLayerCommit(transaction, layer.digest, release.timestamp);
    });
    repo.setRef(layerRef(layer.digest), commit);
    bytes += layer.size;
    yield step("layer", { done: i + 1, total: needed.length, bytes });
  }
  yield* written(repo, bootId, function* (transaction) {
    for (const { checksum, kind, object } of [...content, ...metadata]) {
      if (transaction.has(checksum, kind)) continue;
      transaction.linkSealed(checksum, kind, object);
      yield step("objects");
    }
  });
  yield step("ref");
  repo.setRef(imageRef(reference), release.commit);
  return release.commit;
}

function* written<T>(repo: Repository, bootId: string, write: (transaction: Transaction) => Update<T>): Update<T> {
  const transaction = new Transaction(repo, bootId);
  let isWritten = false;
  try {
    const result = yield* write(transaction);
    for (const _ of transaction.commitSteps()) yield step("objects");
    isWritten = true;
    return result;
  } finally {
    if (!isWritten) transaction.abandon();
  }
}

export interface PrunedImages {
  readonly images: number;
  readonly layers: number;
}

/** Removes the refs of images that no deployment follows and of layers that no image has. Objects stay until the repository is pruned. */
export function pruneImages(repo: Repository, { deployments }: SysrootState): PrunedImages {
  const followed = new Set(deployments.map(({ origin }) => originImage(origin)).flatMap((image) => (image ? [imageRef(image)] : [])));
  const refs = repo.refs();
  let images = 0;
  for (const name of refs.keys()) {
    if (!name.startsWith(`${IMAGE_REFS}/`) || followed.has(name)) continue;
    repo.deleteRef(name);
    refs.delete(name);
    images++;
  }
  const commits = new Set([
    ...deployments.map(({ checksum }) => checksum),
    ...[...refs].filter(([name]) => name.startsWith(`${IMAGE_REFS}/`)).map(([, commit]) => commit),
  ]);
  const wanted = new Set([...commits].flatMap((commit) => imageOfCommit(repo.commit(commit))?.layers.map(({ digest }) => digest) ?? []));
  let layers = 0;
  for (const name of refs.keys()) {
    if (!name.startsWith(`${LAYER_REFS}/`) || wanted.has(unescapeRef(name.slice(LAYER_REFS.length + 1)))) continue;
    repo.deleteRef(name);
    layers++;
  }
  return { images, layers };
}
