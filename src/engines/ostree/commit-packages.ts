/**
 * What a commit says of the packages in it, as rpm-ostree leaves it in the commit's metadata: the list of them, and for a commit that
 * was made on this machine the base that it was made from (its parent).
 * Source: coreos/rpm-ostree:src/libpriv/rpmostree-core.cxx, rpmostree-util.cxx (rpmostree_deployment_get_layered_info).
 */
import type { Variant } from "../../image/gvariant.ts";
import type { Checksum, Commit } from "../../image/ostree-objects.ts";
import type { PackageId } from "../../image/package.ts";
import { failureText } from "./errors.ts";
import type { OstreeHost } from "./host.ts";
import type { Repository } from "./repo.ts";

/** `a(sssss)`: name, epoch, version, release, architecture. */
export const PACKAGE_LIST = "rpmostree.rpmdb.pkglist";
/** Present and true in a commit that was assembled on this machine. */
export const CLIENT_LAYER = "rpmostree.clientlayer";
/** `as`: what was layered, as it was asked for. */
export const LAYERED_PACKAGES = "rpmostree.packages";

const LIST_TYPE = "a(sssss)";

export function encodePackageList(packages: readonly PackageId[]): Variant {
  return { type: LIST_TYPE, value: packages.map((p) => [p.name, String(p.epoch ?? 0), p.version, p.release, p.arch]) };
}

/** In the order of names; undefined when nobody knows. Releases of the distribution are known by their checksums. */
export function packagesOf(host: OstreeHost, repo: Repository, checksum: Checksum): readonly PackageId[] | undefined {
  const release = host.catalogue.byCommit(checksum);
  if (release) return release.packages;
  const list = commitIfThere(repo, checksum)?.metadata.find(([key]) => key === PACKAGE_LIST)?.[1];
  return list?.type === LIST_TYPE ? decodePackageList(list) : undefined;
}

function decodePackageList(list: Variant): PackageId[] {
  return (list.value as readonly (readonly [string, string, string, string, string])[]).map(([name, epoch, version, release, arch]) => ({
    name,
    epoch: epoch === "0" ? undefined : Number(epoch),
    version,
    release,
    arch,
  }));
}

/** The packages of a commit, as its own metadata lists them; none when it lists none. */
export function layeredPackages(repo: Repository, checksum: Checksum): readonly PackageId[] {
  const list = commitIfThere(repo, checksum)?.metadata.find(([key]) => key === PACKAGE_LIST)?.[1];
  return list === undefined ? [] : decodePackageList(list);
}

/** The commit that `checksum` was assembled from on this machine; itself when it came as it is. */
export function baseCommit(repo: Repository, checksum: Checksum): Checksum {
  const commit = commitIfThere(repo, checksum);
  return commit && isClientLayer(commit) ? (commit.parent ?? checksum) : checksum;
}

function isClientLayer(commit: Commit): boolean {
  const mark = commit.metadata.find(([key]) => key === CLIENT_LAYER)?.[1];
  return mark?.type === "b" && mark.value === true;
}

/** Undefined when the object is not there or is damaged. */
export function commitIfThere(repo: Repository, checksum: Checksum): Commit | undefined {
  try {
    return repo.commit(checksum);
  } catch (error) {
    if (failureText(error) !== undefined) return undefined;
    throw error;
  }
}
