/** As rpmostree-clientlib.cxx prints them: counted from the least severe, or one by one with their bugs. */
import { expect, test } from "vitest";
import { advisoryCounts, advisoryLines, type AdvisoryVariant } from "./advisories.ts";

const LIST: readonly AdvisoryVariant[] = [
  ["FEDORA-2018-bbbb", 1, 4, ["a-1-1.noarch", "b-1:1-1.noarch"], { cve_references: [["https://x/2", "CVE-2 a: hole"]] }],
  ["FEDORA-2018-aaa", 1, 4, ["c-1-1.noarch"], { cve_references: [] }],
  ["FEDORA-2018-cccc", 1, 1, ["d-1-1.noarch"], { cve_references: [] }],
  ["FEDORA-2018-dddd", 1, 0, ["e-1-1.noarch"], { cve_references: [] }],
];

test("counts", () => {
  expect(advisoryCounts(LIST)).toBe("1 unknown severity, 1 low, 2 critical");
});

test("one by one", () => {
  expect(advisoryLines(LIST)).toEqual([
    "FEDORA-2018-dddd  Unknown    e-1-1.noarch",
    "FEDORA-2018-cccc  Low        d-1-1.noarch",
    "FEDORA-2018-aaa   Critical   c-1-1.noarch",
    "FEDORA-2018-bbbb  Critical   a-1-1.noarch",
    "FEDORA-2018-bbbb  Critical   b-1:1-1.noarch",
    "  CVE-2 a: hole",
    "  https://x/2",
  ]);
});
