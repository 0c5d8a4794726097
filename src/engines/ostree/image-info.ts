/** What manifest and configuration tell of a container image, and where the repository keeps them: in the commit that it is. */
import { IMAGE_META } from "../../image/container-image.ts";
import { decodeGVariant, type Variant } from "../../image/gvariant.ts";
import { metadataString, type Checksum, type Commit } from "../../image/ostree-objects.ts";
import { isSysError } from "../../vfs/errno.ts";
import { OstreeError } from "./errors.ts";
import { readBytes } from "./files.ts";
import type { Repository } from "./repo.ts";

export interface ImageLayer {
  readonly digest: string;
  readonly size: number;
  /** Not of the image that the base was composed as, but put upon it. */
  readonly isDerived: boolean;
}

/** What manifest and configuration tell of an image. */
export interface ImageInfo {
  readonly digest: string;
  readonly version: string | undefined;
  /** When it was made, as it says itself. */
  readonly created: string | undefined;
  readonly architecture: string;
  readonly layers: readonly ImageLayer[];
}

/** Keys of a commit's detached metadata: the image that was found in the registry and not fetched yet. */
export const CACHED = {
  digest: "ostree-ext.cached.manifest-digest",
  manifest: "ostree-ext.cached.manifest",
  config: "ostree-ext.cached.config",
};

export interface ImageTexts {
  readonly digest: string;
  readonly manifest: string;
  readonly config: string;
}

interface ManifestJson {
  readonly layers: readonly { readonly digest: string; readonly size: number }[];
}

interface ConfigJson {
  readonly architecture?: string;
  readonly created?: string;
  readonly config?: { readonly Labels?: { readonly [label: string]: string } };
  readonly rootfs?: { readonly diff_ids?: readonly string[] };
}

/** Throws `OstreeError` when they cannot be read. */
export function imageInfo({ digest, manifest, config }: ImageTexts): ImageInfo {
  let layers: ManifestJson["layers"];
  let facts: ConfigJson;
  try {
    ({ layers } = JSON.parse(manifest) as ManifestJson);
    facts = JSON.parse(config) as ConfigJson;
  } catch (error) {
    if (error instanceof SyntaxError) throw new OstreeError(`Reading manifest data from commit: ${error.message}`);
    throw error;
  }
  const labels = facts.config?.Labels ?? {};
  const last = facts.rootfs?.diff_ids?.indexOf(labels["ostree.final-diffid"] ?? "") ?? -1;
  return {
    digest,
    version: labels["org.opencontainers.image.version"] ?? labels["version"],
    created: labels["org.opencontainers.image.created"] ?? facts.created,
    architecture: facts.architecture ?? "",
    layers: layers.map((layer, i) => ({ digest: layer.digest, size: layer.size, isDerived: last >= 0 && i > last })),
  };
}

/** The image that a commit is; undefined for one that is none. */
export function imageOfCommit(commit: Pick<Commit, "metadata">): ImageInfo | undefined {
  const digest = metadataString(commit, IMAGE_META.digest);
  if (digest === undefined) return undefined;
  const text = (key: string): string => metadataString(commit, key) ?? "";
  return imageInfo({ digest, manifest: text(IMAGE_META.manifest), config: text(IMAGE_META.config) });
}

/** What the last look into the registry found newer than `commit`. */
export function cachedUpdateOf(repo: Repository, commit: Checksum): ImageInfo | undefined {
  let bytes: Uint8Array;
  try {
    bytes = readBytes(repo.sys, repo.objectPath(commit, "commitmeta"));
  } catch (error) {
    if (isSysError(error)) return undefined;
    throw error;
  }
  const metadata = new Map(decodeGVariant("a{sv}", bytes) as [string, Variant][]);
  const text = (key: string): string | undefined => metadata.get(key)?.value as string | undefined;
  const digest = text(CACHED.digest);
  return digest === undefined ? undefined : imageInfo({ digest, manifest: text(CACHED.manifest) ?? "", config: text(CACHED.config) ?? "" });
}
