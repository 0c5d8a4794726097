/** A manifest that another one makes whole: what `other-products.test.ts` checks of each that is shipped, and what must not be mixed up. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { basisOf, derivedFrom, withBasis } from "./derived-manifest.ts";
import type { Manifest } from "./manifest.ts";

const read = (name: string): Manifest => JSON.parse(readFileSync(new URL(`${name}.manifest.json`, import.meta.url), "utf8"));
const microos = read("microos");
const FILE = "microos.manifest.json";

test("what differs and what is not there come back from the difference", () => {
  const [first, ...rest] = microos.releases;
  if (first === undefined) throw new Error("no releases");
  const [gone, kept] = [microos.packages[3]?.name ?? "", microos.packages[4]?.name ?? ""];
  const path = Object.keys(first.texts)[0] ?? "";
  const without = <T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> =>
    Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
  const other: Manifest = {
    ...microos,
    ref: "another",
    packages: [...microos.packages.filter(({ name }) => name !== gone), { name: "zzz", arch: "noarch", summary: "", license: "", url: "" }],
    releases: [first, ...rest].map((row, at) => ({
      ...row,
      builds: [...row.builds.filter(([name]) => name !== gone), ["zzz", `${at}-1`, 1, 1] as const],
      paths: { ...without(without(row.paths, gone), at === 0 ? kept : ""), ...(at === 0 ? { zzz: "/usr/\nzzz" } : {}) },
      texts: at === 0 ? { ...without(row.texts, path), "/usr/zzz": "z" } : { ...row.texts, "/usr/zzz": null },
    })),
  };
  const derived = derivedFrom(other, microos, FILE);
  expect(basisOf(derived)).toBe(FILE);
  expect(basisOf(microos)).toBeUndefined();
  expect(withBasis(JSON.parse(JSON.stringify(derived)), microos)).toEqual(other);
  expect(JSON.stringify(derived).length).toBeLessThan(JSON.stringify(other).length / 20);
});

test("a basis with other releases is refused", () => {
  const derived = derivedFrom(microos, microos, FILE);
  expect(() => withBasis(derived, { ...microos, releases: microos.releases.slice(1) })).toThrow(RangeError);
  expect(() => withBasis(derived, { ...microos, releases: microos.releases.toReversed() })).toThrow(RangeError);
  expect(() => withBasis(derived, {})).toThrow(RangeError);
});
