/**
 * The registries that container images are pulled from.
 *
 * As Fedora's server of commits does (remote.ts), a tag moves on when somebody asks who runs the newest that it has led him to.
 */
import type { OstreeHost, PublishedImage, Registry, Visitor } from "../../engines/ostree/host.ts";
import type { Catalogue, Release } from "../../image/catalogue.ts";
import type { Manifest } from "../../image/manifest.ts";
import { PUBLIC_REGISTRIES } from "../../image/registries.ts";
import { registryName } from "../../engines/ostree/image-reference.ts";
import { UNKNOWN_KEY } from "../../engines/ostree/world.ts";
import { BLUEFIN } from "../bluefin/bluefin.ts";
import { SILVERBLUE_IMAGE } from "../silverblue-image/silverblue-image.ts";
import type { WideCatalogue } from "./beside.ts";

/** Another product's releases as images in one repository of a registry. */
export interface OfferedImage {
  /** "ghcr.io/ublue-os/bluefin". */
  readonly repository: string;
  /** That lead to the newest. */
  readonly tags: readonly string[];
  /** That lead to one release each: "@VERSION@" stands for its version. */
  readonly versionTags: readonly string[];
  readonly manifest: Manifest;
}

const OFFERED: readonly OfferedImage[] = [BLUEFIN, SILVERBLUE_IMAGE];

/** Keys that images are signed with, by what their names begin with; the machines that trust them have them in /etc/pki/containers. */
const SIGNED_BY: Readonly<Record<string, string>> = {
  "registry.example.com/": `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEn2kQbnD0PpLr0Qm3mYdFQXfC0a6T
0zqYf3cBfJr6x1m3Hq2mJc3mC8l0nVx5o7dYp4o8bq1Zq9l5b1Yb0w2r7A==
-----END PUBLIC KEY-----`,
  "ghcr.io/ublue-os/": `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEHLRpBfPRYiMl9wb7s6fx47PzzNWu
3zyJgXhWEvxoOgwv9CpwjbvUwR9qHxNMWkJhuGE6cjDA2hpy1I6NbA+24Q==
-----END PUBLIC KEY-----`,
};

/**
 * All that machines can ask, each with what it has of the images among the releases of `catalogue` and of those that everybody finds
 * beside them. `installed`: the newest of an installation medium.
 */
function registriesWith(catalogue: Catalogue | WideCatalogue, installed: Release): Required<OstreeHost>["registryAt"] {
  const own = catalogue.releases.flatMap((release): Shelf[] =>
    release.image === undefined ? [] : [{ ...placeOf(release.image.name), releases: [release], fixed: () => [] }],
  );
  const images = "images" in catalogue ? catalogue.images : [];
  const beside = images.flatMap(({ releases }, i): Shelf[] => {
    const offered = OFFERED[i];
    if (offered === undefined) return [];
    const { registry, repository } = registryName(offered.repository);
    const fixed = ({ version }: Release): string[] => offered.versionTags.map((tag) => tag.replace("@VERSION@", version));
    return [{ registry, repository, tags: offered.tags, fixed, releases }];
  });
  return (name, isForged = false) => {
    const shelves = [...own, ...beside].filter(({ registry }) => registry === name);
    return shelves.length === 0 && !PUBLIC_REGISTRIES.includes(name)
      ? undefined
      : new ShelvedRegistry(catalogue, shelves, installed, isForged);
  };
}

function placeOf(name: string): Pick<Shelf, "registry" | "repository" | "tags"> {
  const { registry, repository, at } = registryName(name);
  return { registry, repository, tags: [at] };
}

/** Releases in a repository, oldest first. */
interface Shelf {
  readonly registry: string;
  readonly repository: string;
  readonly tags: readonly string[];
  fixed(release: Release): readonly string[];
  readonly releases: readonly Release[];
}

class ShelvedRegistry implements Registry {
  readonly #catalogue: Catalogue;
  readonly #shelves: readonly Shelf[];
  readonly #installed: Release;
  readonly #isForged: boolean;

  constructor(catalogue: Catalogue, shelves: readonly Shelf[], installed: Release, isForged: boolean) {
    this.#catalogue = catalogue;
    this.#shelves = shelves;
    this.#installed = installed;
    this.#isForged = isForged;
  }

  hasRepository(name: string): boolean {
    return this.#shelves.some(({ repository }) => repository === name);
  }

  image(repository: string, at: string, visitor: Visitor): PublishedImage | undefined {
    const here = this.#shelves.filter((shelf) => shelf.repository === repository);
    const tagged = here.filter(({ tags }) => tags.includes(at)).flatMap(({ releases }) => releases);
    const isMeant = (shelf: Shelf, release: Release): boolean => shelf.fixed(release).includes(at) || release.image?.digest === at;
    const found =
      tagged.length > 0
        ? this.#published(tagged, visitor)
        : here.flatMap((shelf) => shelf.releases.filter((release) => isMeant(shelf, release)))[0];
    const image = found?.image;
    if (found === undefined || image === undefined) return undefined;
    const signedBy = Object.entries(SIGNED_BY).find(([scope]) => image.name.startsWith(scope))?.[1];
    return { release: found, image, signedBy: signedBy !== undefined && this.#isForged ? UNKNOWN_KEY : signedBy };
  }

  /** Where a tag of several releases stands: at the newest that the visitor has seen or runs, and one further when he runs that. */
  #published(tagged: readonly Release[], visitor: Visitor): Release | undefined {
    const timeOf = (commit: string | undefined): number => (commit === undefined ? 0 : (this.#catalogue.byCommit(commit)?.timestamp ?? 0));
    const seen = Math.max(this.#installed.timestamp, timeOf(visitor.newest), timeOf(visitor.running));
    const at = Math.max(
      0,
      tagged.findLastIndex(({ timestamp }) => timestamp <= seen),
    );
    const isRun = tagged[at]?.commit === visitor.running;
    return isRun ? (tagged[at + 1] ?? tagged[at]) : tagged[at];
  }
}

/** What a page fetches when somebody asks a registry. */
export const registries = { offered: OFFERED, at: registriesWith };
export type Registries = typeof registries;
