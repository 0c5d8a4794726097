/** What a solution must be, whatever was asked for: of random universes, and of the packages that the repositories publish. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { loadCatalogue } from "../../image/catalogue.ts";
import { capabilityText, parseCapability, satisfies } from "../../image/rpm-md/capability.ts";
import { provides, providedBy, type Solvable } from "../../image/rpm-md/rpm-package.ts";
import { packageServers } from "../../image/rpm-md/servers.ts";
import { decodeRpmdb, RPMDB_PATH } from "../../image/rpmdb.ts";
import type { SealedNode } from "../../vfs/sealed.ts";
import { availableSolvable, installedSolvable, matching } from "./solvables.ts";
import { solve, type SolveRequest } from "./solver.ts";

/** Numbers that look random (mulberry32). */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below;
  };
}

function made(name: string, version: number, repo: string, more: Partial<Solvable> = {}): Solvable {
  const pkg = {
    ...{ name, epoch: undefined, version: String(version), release: "1", arch: "noarch", summary: "", license: "" },
    ...{ size: 0, url: undefined, buildTime: 0 },
  };
  const none = { requires: [], conflicts: [], obsoletes: [], recommends: [], paths: new Set<string>() };
  return { pkg, repo, provides: providedBy(pkg, []), ...none, ...more };
}

/** Some packages that need, shun and stand in for one another. */
function universe(seed: number): SolveRequest {
  const next = random(seed);
  const names = Array.from({ length: 10 }, (_, i) => `p${i}`);
  const some = (count: number): string[] =>
    Array.from({ length: Math.floor(next(count + 1)) }, () => names[Math.floor(next(names.length))] ?? "");
  const wanted = (name: string) =>
    parseCapability(next(1) < 0.3 ? `${name} ${next(1) < 0.5 ? ">=" : "="} ${1 + Math.floor(next(3))}` : name);
  const available = names.flatMap((name) =>
    Array.from({ length: 1 + Math.floor(next(3)) }, (_, version) => {
      const others = (count: number) => some(count).filter((other) => other !== name);
      const it = made(name, version + 1, "repo", {
        requires: others(3).map(wanted),
        conflicts: next(1) < 0.2 ? others(1).map(wanted) : [],
      });
      return next(1) < 0.2 ? { ...it, provides: [...it.provides, parseCapability("virtual")] } : it;
    }),
  );
  const installed = next(1) < 0.5 ? [made("p0", 1, "@System"), made("p1", 2, "@System")] : [];
  const install = some(2)
    .map((name) => ({ candidates: matching(name, available) }))
    .filter(({ candidates }) => candidates.length > 0);
  return { installed, available, install, erase: [], locked: next(1) < 0.7, recommends: false };
}

/** What is there after a solution. */
function after(
  { installed }: SolveRequest,
  solution: { readonly install: readonly Solvable[]; readonly erase: readonly Solvable[] },
): Solvable[] {
  return [...installed.filter((it) => !solution.erase.includes(it)), ...solution.install];
}

function unmet(all: readonly Solvable[]): string[] {
  return all.flatMap((it) =>
    it.requires.filter((need) => !all.some((other) => provides(other, need))).map((need) => `${it.pkg.name}: ${capabilityText(need)}`),
  );
}

describe("random packages", () => {
  let solved = 0;
  let refused = 0;
  test.each(Array.from({ length: 200 }, (_, seed) => seed))("seed %i", (seed) => {
    const request = universe(seed);
    const solution = solve(request);
    expect(solve(request)).toEqual(solution);
    if (solution.kind === "problems") {
      refused++;
      expect(solution.problems.length).toBeGreaterThan(0);
      for (const lines of solution.problems) expect(lines).toContain("conflicting requests");
      return;
    }
    solved++;
    const all = after(request, solution);
    expect(unmet(all)).toEqual([]);
    for (const { candidates } of request.install) expect(all.some((it) => candidates.includes(it))).toBe(true);
    expect(new Set(all.map(({ pkg }) => pkg.name)).size).toBe(all.length);
    for (const it of all)
      for (const other of all) if (it !== other) expect(it.conflicts.some((wanted) => provides(other, wanted))).toBe(false);
    if (request.locked) expect(solution.erase).toEqual([]);
    // Nothing came that nobody asked for and nobody needs.
    for (const spare of solution.install) {
      if (request.install.some(({ candidates }) => candidates.includes(spare))) continue;
      if (request.installed.some((it) => it.pkg.name === spare.pkg.name)) continue;
      expect(unmet(all.filter((it) => it !== spare))).not.toEqual([]);
    }
  });

  test("some can be had and some cannot", () => {
    expect(solved).toBeGreaterThan(50);
    expect(refused).toBeGreaterThan(10);
  });
});

test.each<[string, string, boolean]>([
  ["a = 1.2-3", "a", true],
  ["a = 1.2-3", "a >= 1.2", true],
  ["a = 1.2-3", "a = 1.2", true],
  ["a = 1.2-3", "a > 1.2-3", false],
  ["a = 1:0.1", "a >= 9", true],
  ["a", "a >= 1", false],
  ["a >= 2", "a < 2", false],
  ["a >= 2", "a <= 2", true],
  ["a = 1.0~rc1-1", "a >= 1.0", false],
  ["libz.so.1", "libz.so.1()(64bit)", true],
])("%s is %s: %s", (offered, wanted, is) => {
  expect(satisfies(parseCapability(offered), parseCapability(wanted))).toBe(is);
});

const catalogue = loadCatalogue(readFileSync(new URL("../../image/silverblue.manifest.json", import.meta.url)));
const servers = packageServers(catalogue);

/** Every repository that may be used on a machine, by the name that its file gives it. */
const REPOSITORIES: readonly (readonly [id: string, url: string])[] = [
  ["fedora", "https://mirrors.fedoraproject.org/metalink?repo=fedora-43&arch=x86_64"],
  ["updates", "https://mirrors.fedoraproject.org/metalink?repo=updates-released-f43&arch=x86_64"],
  ["fedora-cisco-openh264", "https://mirrors.fedoraproject.org/metalink?repo=fedora-cisco-openh264-43&arch=x86_64"],
  ["rpmfusion-free", "https://mirrors.rpmfusion.org/metalink?repo=free-fedora-43&arch=x86_64"],
  ["rpmfusion-free-updates", "https://mirrors.rpmfusion.org/metalink?repo=free-fedora-updates-released-43&arch=x86_64"],
  ["google-chrome", "https://dl.google.com/linux/chrome/rpm/stable/x86_64"],
  ["copr", "https://download.copr.fedorainfracloud.org/results/atim/starship/fedora-43-x86_64/"],
];
const available = REPOSITORIES.flatMap(([id, url]) => (servers.repositoryAt(url)?.packages ?? []).map((pkg) => availableSolvable(pkg, id)));
const own = available.filter(({ pkg }) => !catalogue.releases.some((release) => release.packages.some(({ name }) => name === pkg.name)));

function imageOf(version: string): Solvable[] {
  let node: SealedNode | undefined = catalogue.release(version)?.tree.root;
  for (const name of RPMDB_PATH.slice(1).split("/")) node = node?.kind === "dir" ? node.entries.get(name) : undefined;
  return node?.kind === "file" ? decodeRpmdb(node.bytes()).map((row) => installedSolvable(row, servers)) : [];
}

const image = imageOf("43.20260110.0");

function asked(...names: string[]): ReturnType<typeof solve> {
  return solve({
    installed: image,
    available,
    install: names.map((name) => ({ candidates: matching(name, available) })),
    erase: [],
    locked: true,
    recommends: true,
  });
}

describe("the repositories", () => {
  test("there are some hundred packages besides the image's own", () => {
    expect(image.length).toBeGreaterThan(300);
    expect(own.length).toBeGreaterThan(100);
  });

  test("an image lacks nothing that its packages need", () => expect(unmet(image)).toEqual([]));

  /** They need newer (or older) builds of the image's own packages than this release has. */
  const TOO_NEW = ["openssl", "gtk4-devel"];

  test.each([...new Set(own.map(({ pkg }) => pkg.name))])("%s can be layered, with what it needs and no more", (name) => {
    const result = asked(name);
    if (TOO_NEW.includes(name)) {
      expect(result.kind).toBe("problems");
      return;
    }
    if (result.kind === "problems") throw new Error(result.problems.flat().join("\n"));
    expect(unmet([...image, ...result.install])).toEqual([]);
    expect(result.erase).toEqual([]);
  });

  test("what needs a newer library than the image has says so, and can be had after an upgrade", () => {
    expect(asked("openssl")).toEqual({
      kind: "problems",
      problems: [
        [
          "package openssl-1:3.5.4-2.fc43.x86_64 from updates requires openssl-libs = 1:3.5.4-2.fc43, but none of the providers can be installed",
          "cannot install both openssl-libs-1:3.5.4-2.fc43.x86_64 from updates and openssl-libs-1:3.5.4-1.fc43.x86_64 from @System",
          "conflicting requests",
        ],
      ],
    });
    const newer = imageOf("43.20260115.0");
    const job = { candidates: matching("openssl", available) };
    expect(solve({ installed: newer, available, install: [job], erase: [], locked: true, recommends: true }).kind).toBe("solved");
  });

  test("packages that shun one another", () => {
    const result = asked("ffmpeg", "ffmpeg-free");
    expect(result.kind === "problems" && result.problems[0]?.some((line) => / conflicts with .* provided by /.test(line))).toBe(true);
  });
});
