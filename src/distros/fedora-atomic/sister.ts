/** Releases of another product that the same server publishes. A page fetches them when somebody asks for one, and nothing can name them before. */
import type { Catalogue } from "../../image/catalogue.ts";
import type { Resource } from "../../machine/resource.ts";

/** A product's own releases, and those of its sister as soon as they are there. */
export interface SisterCatalogue extends Catalogue {
  readonly manifest: Resource<unknown>;
  readonly sister: Catalogue | undefined;
}

/** The same value for the same catalogue, as its releases share objects with that one's. */
export function withSister(own: Catalogue, manifest: Resource<unknown>): SisterCatalogue {
  const known = made.get(own);
  if (known?.manifest === manifest) return known;
  let sister: Catalogue | undefined;
  const both: SisterCatalogue = {
    manifest,
    get sister() {
      return (sister ??= manifest.isThere ? own.beside(manifest.content) : undefined);
    },
    archive: own.archive,
    releases: own.releases,
    byCommit: (checksum) => own.byCommit(checksum) ?? both.sister?.byCommit(checksum),
    release: (version) => own.release(version),
    tree: (id) => own.tree(id) ?? both.sister?.tree(id),
    newObjects: (from, to) => own.newObjects(from, to),
    beside: (other) => own.beside(other),
  };
  made.set(own, both);
  return both;
}

const made = new WeakMap<Catalogue, SisterCatalogue>();
