/**
 * The registries that container images are pulled from.
 *
 * As Fedora's server of commits does (remote.ts), a tag moves on when somebody asks who runs the newest that it has led him to.
 */
import type { OstreeHost, PublishedImage, Registry, Visitor } from "../../engines/ostree/host.ts";
import type { Catalogue, Release } from "../../image/catalogue.ts";
import { registryName } from "../../engines/ostree/image-reference.ts";

/** Keys that images are signed with, by registry; the machine has them in /etc/pki/containers. */
const SIGNED_BY: Readonly<Record<string, string>> = {
  "registry.example.com": `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEn2kQbnD0PpLr0Qm3mYdFQXfC0a6T
0zqYf3cBfJr6x1m3Hq2mJc3mC8l0nVx5o7dYp4o8bq1Zq9l5b1Yb0w2r7A==
-----END PUBLIC KEY-----`,
};

/** The images among the releases of `catalogue`. `installed`: the newest of an installation medium. */
export function imageHost(catalogue: Catalogue, installed: Release): OstreeHost {
  return {
    catalogue,
    remoteAt: () => undefined,
    registryAt(name) {
      const images = catalogue.releases.flatMap((release) => {
        const { registry, repository, at } = registryName(release.image?.name ?? "");
        return release.image && registry === name ? [{ release, image: release.image, repository, tag: at }] : [];
      });
      return images.length === 0 ? undefined : new CatalogueRegistry(catalogue, images, installed, SIGNED_BY[name]);
    },
  };
}

interface CataloguedImage extends Omit<PublishedImage, "signedBy"> {
  readonly repository: string;
  readonly tag: string;
}

class CatalogueRegistry implements Registry {
  readonly #catalogue: Catalogue;
  readonly #images: readonly CataloguedImage[];
  readonly #installed: Release;
  readonly #signedBy: string | undefined;

  constructor(catalogue: Catalogue, images: readonly CataloguedImage[], installed: Release, signedBy: string | undefined) {
    this.#catalogue = catalogue;
    this.#images = images;
    this.#installed = installed;
    this.#signedBy = signedBy;
  }

  hasRepository(name: string): boolean {
    return this.#images.some(({ repository }) => repository === name);
  }

  image(repository: string, at: string, visitor: Visitor): PublishedImage | undefined {
    const here = this.#images.filter((image) => image.repository === repository);
    const tagged = here.filter(({ tag }) => tag === at);
    const found = tagged.length > 0 ? this.#published(tagged, visitor) : here.find(({ image }) => image.digest === at);
    return found && { release: found.release, image: found.image, signedBy: this.#signedBy };
  }

  /** Where a tag of several releases stands: at the newest that the visitor has seen or runs, and one further when he runs that. */
  #published(tagged: readonly CataloguedImage[], visitor: Visitor): CataloguedImage | undefined {
    const place = (commit: string | undefined): number => this.#catalogue.releases.findIndex((release) => release.commit === commit);
    const seen = Math.max(place(this.#installed.commit), place(visitor.newest), place(visitor.running));
    const at = Math.max(
      0,
      tagged.findLastIndex(({ release }) => place(release.commit) <= seen),
    );
    const isRun = tagged[at]?.release.commit === visitor.running;
    return isRun ? (tagged[at + 1] ?? tagged[at]) : tagged[at];
  }
}
