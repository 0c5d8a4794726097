import { describe, expect, test } from "vitest";
import { VIEWS } from "../../e2e/gallery/views.ts";
import type { View } from "../lab/view.ts";
import { cutaway, stations, stratumOf } from "./picture.ts";
import { changeSentence, countWords, deploymentMarks, listWords, nextBootSentence, refusalReason, sizeWords } from "./words.ts";

function views(state: string): { readonly before: View; readonly after: View } {
  const [before, after] = VIEWS[state] ?? [];
  if (before === undefined || after === undefined) throw new Error(`no state ${state}`);
  return { before, after };
}

describe("changeSentence", () => {
  test.each([
    [
      "refused",
      "Refused at /usr/bin/hello (Sealed core): Read-only file system. This whole file system is sealed. Nobody writes here, not even root.",
    ],
    ["unlocked", "A writable overlay lies over /usr. It is gone at the next boot."],
    ["staged", "42.20250714.0 is prepared. Nothing that runs has changed; it boots next."],
    ["booting", "The boot menu waits. Choose with the arrow keys."],
    ["off", "The machine is off."],
    ["broken", "The boot failed. This is the emergency shell; another version still boots."],
    ["etc", "Changed in /etc: 4 files, kept with this deployment."],
  ])("%s", (state, sentence) => {
    const { before, after } = views(state);
    expect(changeSentence(before, after)).toBe(sentence);
  });

  test("nothing new, nothing said; the same refusal is said once", () => {
    const { before, after } = views("refused");
    expect(changeSentence(before, before)).toBe("");
    expect(changeSentence(after, { ...after, revision: 3 })).toBe("");
  });

  test("a version that is gone", () => {
    const { before } = views("off");
    expect(changeSentence(before, { ...before, deployments: before.deployments.slice(0, 1) })).toBe("42.20250623.0 was removed.");
  });
});

test.each([
  ["EROFS", "superblock is read-only", /sealed/],
  ["EROFS", "something new", /read-only/],
  ["EPERM", "inode is immutable", /immutable flag/],
  ["EACCES", "permission bits", /owner and mode/],
  ["EEXIST", "the name is taken", /^The name is taken\.$/],
] as const)("refusalReason of %s because %s", (verdict, because, words) => {
  expect(refusalReason({ op: "open", path: "/x", mount: "/", lifetime: "image", verdict, because, pid: 1 })).toMatch(words);
});

test("a version with layers", () => {
  const { before, after } = views("staged");
  const layered = {
    ...after,
    deployments: after.deployments.map((d) => (d.isStaged ? { ...d, layers: ["htop", "tmux"], leftOut: ["firefox"] } : d)),
  };
  expect(changeSentence(before, layered)).toMatch(/^42\.20250714\.0 with htop and tmux, without firefox is prepared\./);
  expect(nextBootSentence(layered)).toContain("42.20250714.0 with htop and tmux, without firefox, written");
});

test("marks and next boot of a staged version", () => {
  const { after } = views("staged");
  expect(after.deployments.map((deployment) => deploymentMarks(deployment).join("+"))).toEqual([
    "staged",
    "booted+default",
    "rollback+pinned",
  ]);
  expect(nextBootSentence(after)).toBe("Next boot: 42.20250714.0, written to the boot menu at shutdown.");
});

test.each([
  [[], ""],
  [["a"], "a"],
  [["a", "b"], "a and b"],
  [["a", "b", "c"], "a, b and c"],
])("listWords %j", (words, text) => {
  expect(listWords(words)).toBe(text);
});

test.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1500, "1.5 kB"],
  [12_345_678, "12 MB"],
  [64_400_000_000, "64 GB"],
])("sizeWords %d", (bytes, text) => {
  expect(sizeWords(bytes)).toBe(text);
});

describe("the picture", () => {
  test("layers that all versions share lie above those of the one that runs", () => {
    const { after } = views("unlocked");
    const { shared, own, ground, others } = cutaway(after);
    expect(shared.map(({ id }) => id)).toEqual(["run", "tmp", "home", "var"]);
    expect(own.map(({ id }) => id)).toEqual(["etc", "usr-etc", "overlay", "core"]);
    expect(ground?.id).toBe("disk");
    expect(others.map(({ version }) => version)).toEqual(["42.20250623.0"]);
  });

  test.each([
    ["refused", "/", "core"],
    ["refused", "/usr", "core"],
    ["unlocked", "/usr", "overlay"],
    ["refused", "/etc", "etc"],
    ["refused", "/var/home", "home"],
    ["refused", "/var", "var"],
    ["refused", "/sysroot", "disk"],
    ["refused", "/boot", "core"],
  ])("%s: what the mount %s decided is shown at %s", (state, mount, id) => {
    const { after } = views(state);
    expect(stratumOf(after, { op: "open", path: "/x", mount, lifetime: "image", verdict: "EROFS", because: "", pid: 1 })).toBe(id);
  });

  test.each([
    ["staged", ["42.20250714.0"], [], ["42.20250707.0"]],
    ["rolledback", [], ["42.20250623.0"], ["42.20250707.0"]],
    ["booting", [], ["42.20250714.0"], []],
  ])("stations of %s", (state, prepared, committed, booted) => {
    const { after } = views(state);
    expect(stations(after).map(({ versions }) => versions)).toEqual([prepared, committed, booted]);
  });
});

test.each([
  [7, "7"],
  [999, "999"],
  [1000, "1,000"],
  [1234567, "1,234,567"],
])("countWords(%i) is %s", (count, words) => {
  expect(countWords(count)).toBe(words);
});
