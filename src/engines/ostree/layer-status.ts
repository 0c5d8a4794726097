/** What a deployment has of what its origin asks for, from the lists of packages of its commit and its base. */
import type { Checksum } from "../../image/ostree-objects.ts";
import { evr, type PackageId } from "../../image/package.ts";
import { baseCommit } from "./commit-packages.ts";
import type { KeyFile } from "./keyfile.ts";
import { layeringOf, remoteReplacements, type Layering } from "./layer-origin.ts";
import type { Repository } from "./repo.ts";

export interface LayerStatus {
  /** As it was asked for. */
  readonly layering: Layering;
  /** Requests that packages came for, and those that the base has itself. */
  readonly active: readonly string[];
  readonly inactive: readonly string[];
  readonly removed: readonly { readonly name: string; readonly evr: string }[];
  readonly inactiveRemovals: readonly string[];
  readonly replaced: readonly { readonly from: PackageId; readonly to: PackageId }[];
  /** Those of them that a repository's builds stand for, by source: "repo=updates". */
  readonly replacedFrom: ReadonlyMap<string, readonly { readonly from: PackageId; readonly to: PackageId }[]>;
  /** NEVRAs. */
  readonly local: readonly string[];
  readonly forcedLocal: readonly string[];
}

const LAYERED_REQUESTS = "rpmostree.packages";
const REMOVED = "rpmostree.removed-base-packages";
const REPLACED = "rpmostree.replaced-base-packages";

export function layerStatus(repo: Repository, checksum: Checksum, origin: KeyFile | undefined): LayerStatus {
  const layering = layeringOf(origin);
  const isLayered = baseCommit(repo, checksum) !== checksum;
  const metadata = new Map(isLayered ? repo.commit(checksum).metadata : []);
  const list = (key: string): readonly string[] => (metadata.get(key)?.value as readonly string[] | undefined) ?? [];
  const layered = list(LAYERED_REQUESTS);
  const removed = list(REMOVED).map(parseNevra);
  const replaced = list(REPLACED).map((pair) => {
    const [from = "", to = ""] = pair.split(" ");
    return { from: parseNevra(from), to: parseNevra(to) };
  });
  const sources = remoteReplacements(layering);
  const isRemote = (name: string): boolean => sources.some(({ names }) => names.includes(name));
  return {
    layering,
    active: layering.requested.filter((request) => layered.includes(request)),
    inactive: layering.requested.filter((request) => !layered.includes(request)),
    removed: removed.map((pkg) => ({ name: pkg.name, evr: evr(pkg) })),
    inactiveRemovals: layering.removed.filter((name) => !removed.some((pkg) => pkg.name === name)),
    replaced: replaced.filter(({ to }) => !isRemote(to.name)),
    replacedFrom: new Map(sources.map(({ from, names }) => [from, replaced.filter(({ to }) => names.includes(to.name))])),
    local: layering.requestedLocal.map(({ nevra }) => nevra),
    forcedLocal: layering.forcedLocal.map(({ nevra }) => nevra),
  };
}

/** "NAME-[EPOCH:]VERSION-RELEASE.ARCH" in its parts. */
export function parseNevra(text: string): PackageId {
  const [, name = text, epoch, version = "", release = "", arch = ""] = /^(.+)-(?:(\d+):)?([^-]+)-([^-]+)\.([^.]+)$/.exec(text) ?? [];
  return { name, epoch: epoch === undefined ? undefined : Number(epoch), version, release, arch };
}
