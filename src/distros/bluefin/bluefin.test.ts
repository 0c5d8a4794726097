/** An image beside a branch: the numbers of what both have, who may use it, and what a tag leads to. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { loadCatalogue, type Catalogue } from "../../image/catalogue.ts";
import { Resource } from "../../machine/resource.ts";
import { withOthers } from "../fedora-atomic/beside.ts";
import { registries } from "../fedora-atomic/registry.ts";

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`../../image/${name}.manifest.json`, import.meta.url), "utf8"));
const numbers = (catalogue: Catalogue | undefined): number[] =>
  (catalogue?.releases ?? []).flatMap((release) => [...release.objectList()].map(({ object }) => object.object));

/** Silverblue's releases with the other ones beside them. */
function wide(): ReturnType<typeof withOthers> {
  const sister = Resource.of<unknown>("kinoite", read("kinoite"));
  return withOthers(loadCatalogue(read("silverblue")), { sister, registries: Resource.of("registries", registries) });
}

test("numbers of objects do not depend on which product was asked for first", () => {
  const [one, two] = [wide(), wide()];
  const first = [one.sister, ...one.images].map(numbers);
  const second = [...two.images.toReversed(), two.sister].map(numbers);
  expect(second.toReversed()).toEqual(first);
});

test("the image that Fedora makes of Silverblue has its trees, and commits of its own", () => {
  const { releases, images: [, image] } = wide(); // prettier-ignore
  const made = image?.releases ?? [];
  expect(made.map(({ commitObject }) => commitObject.dirtree)).toEqual(releases.map(({ commitObject }) => commitObject.dirtree));
  expect(made.map(({ commit }) => commit)).not.toContain(releases[0]?.commit);
  const known = new Set(releases.flatMap((release) => [...release.objectList()].map(({ object }) => object.object)));
  const alone = made.flatMap((release) => [...release.objectList()].filter(({ object }) => !known.has(object.object)));
  expect(alone.map(({ kind }) => kind)).toEqual(["commit", "commit", "commit", "commit"]);
});

test("a tag leads to the newest that the visitor knows, and one further who runs that", () => {
  const catalogue = wide();
  const installed = catalogue.releases[1];
  const images = catalogue.images[0]?.releases ?? [];
  const registry = installed && registries.at(catalogue, installed)("ghcr.io");
  const version = (at: string, running: string | undefined): string | undefined =>
    registry?.image("ublue-os/bluefin", at, { newest: undefined, running })?.release.version;
  expect(version("stable", installed?.commit)).toBe("43.20260110");
  expect(version("stable", catalogue.releases[2]?.commit)).toBe("43.20260112");
  expect(version("latest", images[1]?.commit)).toBe("43.20260112");
  expect(version("stable", images[3]?.commit)).toBe("43.20260115");
  expect(version("stable-43.20260106", images[3]?.commit)).toBe("43.20260106");
  expect(version(images[0]?.image?.digest ?? "", undefined)).toBe("43.20260106");
  expect(version("gts", undefined)).toBeUndefined();
  const labels = (JSON.parse(images[0]?.image?.config ?? "{}") as { config?: { Labels?: Record<string, string> } }).config?.Labels;
  expect(labels).toMatchObject({ "org.opencontainers.image.title": "bluefin", "org.opencontainers.image.version": "43.20260106" });
});
