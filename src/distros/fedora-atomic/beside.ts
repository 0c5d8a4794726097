/** Releases of other products that the same servers publish. A page fetches them when somebody asks for one, and nothing can name them before. */
import type { Catalogue } from "../../image/catalogue.ts";
import type { Resource } from "../../machine/resource.ts";
import type { Registries } from "./registry.ts";

/** What may come later than a product's own releases. */
export interface Beside {
  /** The manifest of another product in the same repository. */
  readonly sister: Resource<unknown> | undefined;
  readonly registries: Resource<Registries>;
}

/** A product's own releases, and those of others as soon as they are there. */
export interface WideCatalogue extends Catalogue {
  readonly awaited: Beside;
  readonly sister: Catalogue | undefined;
  /** Of each image that registries offer, in their order. */
  readonly images: readonly Catalogue[];
}

/** The same value for the same catalogue, as the others' releases share objects with that one's. */
export function withOthers(own: Catalogue, awaited: Beside): WideCatalogue {
  const known = made.get(own);
  if (known?.awaited === awaited) return known;
  const { registries } = awaited;
  let sister: Catalogue | undefined;
  let images: readonly Catalogue[] | undefined;
  const first = <T>(find: (catalogue: Catalogue) => T | undefined): T | undefined =>
    [own, wide.sister, ...wide.images].map((catalogue) => catalogue && find(catalogue)).find((found) => found !== undefined);
  const wide: WideCatalogue = {
    awaited,
    get sister() {
      return (sister ??= awaited.sister?.isThere ? own.beside(awaited.sister.content, 1) : undefined);
    },
    get images() {
      return registries.isThere ? (images ??= registries.content.offered.map(({ manifest }, at) => own.beside(manifest, at + 2))) : [];
    },
    releases: own.releases,
    byCommit: (checksum) => first((catalogue) => catalogue.byCommit(checksum)),
    release: (version) => own.release(version),
    tree: (id) => first((catalogue) => catalogue.tree(id)),
    newObjects: (from, to) => own.newObjects(from, to),
    beside: (other, place) => own.beside(other, place),
  };
  made.set(own, wide);
  return wide;
}

const made = new WeakMap<Catalogue, WideCatalogue>();
