import { expect, test } from "vitest";
import { compareEvr, compareVersions, diffPackages, evr, nevra, nvra, type Package } from "./package.ts";

/** From rpm-version(7) and rpm's own test table (rpm-software-management/rpm:tests/rpmvercmp.at), as facts. */
test.each<[string, string, -1 | 0 | 1]>([
  ["1.0", "1.0", 0],
  ["1.0", "2.0", -1],
  ["2.0.1", "2.0.1a", -1],
  ["5.5p1", "5.5p2", -1],
  ["5.5p10", "5.5p1", 1],
  ["10xyz", "10.1xyz", -1],
  ["xyz10", "xyz10.1", -1],
  ["xyz.4", "8", -1],
  ["5.6p1", "6.5p1", -1],
  ["6.0.rc1", "6.0", 1],
  ["10b2", "10a1", 1],
  ["1.0aa", "1.0a", 1],
  ["10.0001", "10.1", 0],
  ["10.0001", "10.0039", -1],
  ["4.999.9", "5.0", -1],
  ["20101121", "20101122", -1],
  ["2_0", "2.0", 0],
  ["1.0~rc1", "1.0", -1],
  ["1.0~rc1", "1.0~rc2", -1],
  ["1.0~rc1~git123", "1.0~rc1", -1],
  ["1.0^", "1.0", 1],
  ["1.0^git1", "1.0^git2", -1],
  ["1.0^git1", "1.01", -1],
  ["1.0^20160101", "1.0.1", -1],
  ["1.0~rc1^git1", "1.0~rc1", 1],
  ["1.0^git1~pre", "1.0^git1", -1],
])("%s against %s", (left, right, order) => {
  expect(Math.sign(compareVersions(left, right))).toBe(order);
  expect(Math.sign(compareVersions(right, left))).toBe(order === 0 ? 0 : -order);
});

function pkg(name: string, version: string, release: string, epoch?: number): Package {
  return { name, epoch, version, release, arch: "x86_64", summary: "", license: "", size: 0, url: undefined, buildTime: 0 };
}

test("epochs come first, and only they are left out of what rpm -q prints", () => {
  const vim = pkg("vim-minimal", "9.1.1972", "1.fc43", 2);
  expect(evr(vim)).toBe("2:9.1.1972-1.fc43");
  expect(nevra(vim)).toBe("vim-minimal-2:9.1.1972-1.fc43.x86_64");
  expect(nvra(vim)).toBe("vim-minimal-9.1.1972-1.fc43.x86_64");
  expect(compareEvr(pkg("a", "9", "1"), pkg("a", "1", "1", 1))).toBeLessThan(0);
  expect(compareEvr(pkg("a", "1", "2"), pkg("a", "1", "10"))).toBeLessThan(0);
});

test("what changed between two lists", () => {
  const before = [pkg("same", "1", "1"), pkg("up", "1", "1"), pkg("down", "2", "1"), pkg("gone", "1", "1")];
  const after = [pkg("new", "1", "1"), pkg("down", "1", "1"), pkg("up", "1", "2"), pkg("same", "1", "1")];
  const diff = diffPackages(before, after);
  expect(diff.upgraded.map(({ to }) => nvra(to))).toEqual(["up-1-2.x86_64"]);
  expect(diff.downgraded.map(({ from, to }) => [from.version, to.version])).toEqual([["2", "1"]]);
  expect(diff.removed.map(({ name }) => name)).toEqual(["gone"]);
  expect(diff.added.map(({ name }) => name)).toEqual(["new"]);
});
