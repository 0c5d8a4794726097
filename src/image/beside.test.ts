/** Two products of one family in one store: what they have in common is one object. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { loadCatalogue, type Catalogue, type NamedObject } from "./catalogue.ts";
import { checksumSealedTree } from "./tree-checksum.ts";

const manifest = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(`${name}.manifest.json`, import.meta.url)));
const objectsOf = ({ releases }: Catalogue): NamedObject[] => releases.flatMap((release) => [...release.objectList()]);

test.each([
  ["silverblue", "kinoite"],
  ["kinoite", "silverblue"],
])("%s, and %s beside it", (first, second) => {
  const own = loadCatalogue(manifest(first));
  const other = own.beside(manifest(second), 1);
  for (const release of [...other.releases].reverse()) {
    const { dirtree, dirmeta } = release.commitObject;
    expect(checksumSealedTree(release.tree)).toEqual({ dirtree, dirmeta });
  }
  expect(new Set(other.releases.map(({ commit }) => commit))).toEqual(
    new Set(loadCatalogue(manifest(second)).releases.map(({ commit }) => commit)),
  );

  const byName = new Map(objectsOf(own).map(({ name, object }) => [name, object.object]));
  const byNumber = new Map([...byName].map(([name, object]) => [object, name]));
  const theirs = objectsOf(other);
  expect(theirs.filter(({ name, object }) => (byNumber.get(object.object) ?? name) !== name)).toEqual([]);
  const common = theirs.filter(({ name }) => byName.has(name));
  expect(common.length).toBeGreaterThan(3_000);
  expect(common.filter(({ name, object }) => byName.get(name) !== object.object).map(({ name }) => name)).toEqual([]);

  for (const release of other.releases) {
    const all = [...release.objectList()];
    const wrong = all.filter(({ object }) => release.objects.linksTo(object.object) !== 1);
    expect(wrong.map(({ name }) => name)).toEqual([]);
    const newest = own.releases.at(-1);
    const missing = own.newObjects(newest, release);
    const lacking = new Set([...missing.content, ...missing.metadata].map(({ name }) => name));
    const has = new Set([...(newest?.objectList() ?? [])].map(({ name }) => name));
    expect(all.filter(({ name }) => lacking.has(name) === has.has(name))).toEqual([]);
  }
});

test("numbers do not depend on who was asked first", () => {
  const own = loadCatalogue(manifest("silverblue"));
  const numbers = (catalogue: Catalogue): number[] => objectsOf(catalogue).map(({ object }) => object.object);
  const other = numbers(own.beside(manifest("kinoite"), 1));
  const asked = loadCatalogue(manifest("silverblue"));
  numbers(asked);
  expect(numbers(asked.beside(manifest("kinoite"), 1))).toEqual(other);
  expect(numbers(own)).toEqual(numbers(asked));
});
