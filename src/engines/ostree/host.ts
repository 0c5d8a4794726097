/** What the engine is given from outside the machine: the trees that releases are, and what lies behind a remote's address. */
import type { Catalogue, Release } from "../../image/catalogue.ts";
import type { PackageServers } from "../../image/rpm-md/servers.ts";
import type { ContainerImage } from "../../image/container-image.ts";
import type { Checksum } from "../../image/ostree-objects.ts";
import type { Resource } from "../../machine/resource.ts";
import type { SealedTree } from "../../vfs/sealed.ts";
import type { DeltaTools } from "./static-delta/delta-tools.ts";

/** What a remote repository can know of who asks. */
export interface Visitor {
  /** What the visitor's own copy of the ref points to. */
  readonly newest: Checksum | undefined;
  /** The commit it runs. */
  readonly running: Checksum | undefined;
}

/** A repository on a server, as it is at this moment. */
export interface Remote {
  /** The refs of its summary and the commits they lead to. */
  refs(visitor: Visitor): ReadonlyMap<string, Release>;
  /** What has to be there before it is known what this ref, or undefined: all of them, lead to. */
  awaiting?(ref: string | undefined): Resource<unknown> | undefined;
  /** Any commit that it still has. */
  commit(checksum: Checksum): Release | undefined;
  /** Fingerprint of the key that its commits are signed with; undefined when they are not. */
  readonly signedBy: string | undefined;
}

/** An image as a registry has it at this moment. */
export interface PublishedImage {
  readonly release: Release;
  readonly image: ContainerImage;
  /** The public key, as it stands in a file, that its attached signature is checked with; undefined when it has none. */
  readonly signedBy: string | undefined;
}

/** A server of container images, as it is at this moment. */
export interface Registry {
  /** Whether there is a repository of that name, e.g. "fedora/fedora-bootc". */
  hasRepository(name: string): boolean;
  /** What the tag or the digest leads to there. */
  image(repository: string, at: string, visitor: Visitor): PublishedImage | undefined;
}

export interface OstreeHost {
  readonly catalogue: Catalogue;
  /** Of the tool itself, where the running system is none of the releases. */
  readonly version?: string;
  /** The server at that address (the `url` of a remote's configuration); undefined when its name does not resolve. */
  remoteAt(url: string): Remote | undefined;
  /** The servers of package repositories, which a page fetches when somebody asks them; undefined where there are none. */
  readonly repositories?: Resource<PackageServersOf>;
  /** What makes, shows and applies static deltas, which a page fetches when somebody does; undefined where nobody can. */
  readonly deltas?: Resource<DeltaTools>;
  /** What has to be there before a registry is asked for. */
  readonly registries?: Resource<unknown>;
  /** The registry of that name ("quay.io"), whose signatures nobody knows if `isForged`; undefined when it does not resolve. */
  registryAt?(name: string, isForged?: boolean): Registry | undefined;
}

/** What the servers have, for an image with these releases. */
export type PackageServersOf = (catalogue: Catalogue) => PackageServers;

/** Where no remote answers and no release was ever published. */
export const NOWHERE: OstreeHost = {
  catalogue: {
    releases: [],
    byCommit: () => undefined,
    release: () => undefined,
    tree: () => undefined,
    newObjects: () => ({ content: [], metadata: [] }),
    beside: () => NOWHERE.catalogue,
  },
  remoteAt: () => undefined,
};

/** The tree that is laid down in one step for a commit; undefined for commits that somebody made on the machine. */
export function sealedTreeOf(host: OstreeHost, commit: Checksum): SealedTree | undefined {
  return host.catalogue.byCommit(commit)?.tree;
}
