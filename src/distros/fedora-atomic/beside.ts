/** Releases of other products that the same servers publish. A page fetches them when somebody asks for one, and nothing can name them before. */
import type { Catalogue } from "../../image/catalogue.ts";
import type { Resource } from "../../machine/resource.ts";

export interface OtherReleases {
  readonly manifest: Resource<unknown>;
  /** Undefined until the manifest is there. */
  readonly catalogue: Catalogue | undefined;
}

/** Files in `image/` whose releases registries have as container images, whatever machine asks. */
export const IMAGE_MANIFESTS = ["bluefin.manifest.json", "silverblue-image.manifest.json"] as const;

/** A product's own releases, and those of others as soon as they are there. */
export interface WideCatalogue extends Catalogue {
  /** By the name of the file in `image/`. */
  readonly others: ReadonlyMap<string, OtherReleases>;
}

/** The same value for the same catalogue, as the others' releases share objects with that one's. */
export function withOthers(own: Catalogue, manifests: ReadonlyMap<string, Resource<unknown>>): WideCatalogue {
  const known = made.get(own);
  if (known?.manifests === manifests) return known.wide;
  const others = new Map([...manifests].map(([name, manifest], at) => [name, otherReleases(own, manifest, at + 1)]));
  const first = <T>(find: (catalogue: Catalogue) => T | undefined): T | undefined => {
    for (const { catalogue } of others.values()) {
      const found = catalogue && find(catalogue);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const wide: WideCatalogue = {
    others,
    archive: own.archive,
    releases: own.releases,
    byCommit: (checksum) => own.byCommit(checksum) ?? first((other) => other.byCommit(checksum)),
    release: (version) => own.release(version),
    tree: (id) => own.tree(id) ?? first((other) => other.tree(id)),
    newObjects: (from, to) => own.newObjects(from, to),
    beside: (other, place) => own.beside(other, place),
  };
  made.set(own, { manifests, wide });
  return wide;
}

interface Made {
  readonly manifests: ReadonlyMap<string, Resource<unknown>>;
  readonly wide: WideCatalogue;
}

const made = new WeakMap<Catalogue, Made>();

function otherReleases(own: Catalogue, manifest: Resource<unknown>, place: number): OtherReleases {
  let catalogue: Catalogue | undefined;
  return {
    manifest,
    get catalogue() {
      return (catalogue ??= manifest.isThere ? own.beside(manifest.content, place) : undefined);
    },
  };
}
