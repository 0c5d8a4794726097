/**
 * Second step, anywhere: makes `silverblue.manifest.json` from the tables and files beside this file.
 *
 *     tsx src/image/generator/generate.ts
 *
 * To change a file of the image, edit it in files/PACKAGE.txt or, from one release on, in releases/VERSION.txt, and run this.
 * To add a program, name it in programs.txt, and run this. Checksums of releases change with it.
 */
import { writeFileSync } from "node:fs";
import { ObjectStore } from "../image-objects.ts";
import type { Manifest, ManifestRelease } from "../manifest.ts";
import { checksumCommit, type Checksum } from "../ostree-objects.ts";
import { encodePathList } from "../path-list.ts";
import { readReleases } from "../release.ts";
import { checksumSealedTree } from "../tree-checksum.ts";
import { packageFacts, type PackageFacts } from "./package-facts.ts";
import { packagePaths, type PackagePaths } from "./package-paths.ts";
import { RELEASES, type ReleasePlan } from "./releases.ts";
import { here } from "./tables.ts";

const OUTPUT = "../silverblue.manifest.json";
const REF = "fedora/43/x86_64/silverblue";

const facts = packageFacts();
const manifest: Manifest = {
  format: 1,
  ref: REF,
  packages: [...facts.values()].map(({ name, arch, summary, license, url }) => ({ name, arch, summary, license, url })),
  releases: [],
};
const rows: ManifestRelease[] = [];
const late = new Set(RELEASES.flatMap((plan) => plan.added));
const builds = new Map<string, string>();
let paths = new Map<string, string>();
let texts = new Map<string, string>();
for (const [i, plan] of RELEASES.entries()) rows.push(row(plan, i === 0));
writeFileSync(here(OUTPUT), `${JSON.stringify(withChecksums({ ...manifest, releases: rows }), null, 1)}\n`);

function row(plan: ReleasePlan, isFirst: boolean): ManifestRelease {
  const present = new Set(isFirst ? [...facts.keys()].filter((name) => !late.has(name)) : [...builds.keys(), ...plan.added]);
  for (const name of plan.removed) {
    present.delete(name);
    builds.delete(name);
  }
  const content = packagePaths(RELEASES.slice(0, RELEASES.indexOf(plan) + 1), present);
  const changed = [...present].sort().flatMap((name) => {
    const fact = facts.get(name) as PackageFacts;
    const evr = `${upgrade(plan, name) ?? builds.get(name)?.replace(/\.fc43$/, "") ?? fact.evr}.fc43`;
    if (builds.get(name) === evr) return [];
    builds.set(name, evr);
    return [[name, evr, fact.size, isFirst ? fact.buildTime : seconds(plan.date) - 86_400 - (fact.buildTime % 172_800)] as const];
  });
  const next = new Map([...content].map(([name, { entries }]) => [name, encodePathList(entries)]));
  const nextTexts = new Map([...content.values()].flatMap((one: PackagePaths) => [...one.texts]));
  const result: ManifestRelease = {
    version: plan.version,
    timestamp: seconds(plan.date),
    subject: `Fedora Silverblue ${plan.version}`,
    kernel: plan.kernel,
    commit: "",
    dirtree: "",
    dirmeta: "",
    builds: changed,
    removed: plan.removed,
    paths: Object.fromEntries([...next].filter(([name, list]) => paths.get(name) !== list)),
    texts: {
      ...Object.fromEntries([...nextTexts].filter(([path, text]) => texts.get(path) !== text)),
      ...Object.fromEntries([...texts.keys()].filter((path) => !nextTexts.has(path)).map((path) => [path, null])),
    },
  };
  paths = next;
  texts = nextTexts;
  return result;
}

function upgrade(plan: ReleasePlan, name: string): string | undefined {
  for (const [pattern, evr] of Object.entries(plan.upgraded)) {
    if (pattern === name || (pattern.endsWith("*") && name.startsWith(pattern.slice(0, -1)))) return evr;
  }
  return undefined;
}

function withChecksums(unfinished: Manifest): Manifest {
  const releases: ManifestRelease[] = [];
  let parent: Checksum | undefined;
  for (const [i, release] of readReleases(unfinished, new ObjectStore()).entries()) {
    const root = checksumSealedTree(release.tree);
    const commit = checksumCommit({ ...release.commitOf(root), parent });
    releases.push({ ...(unfinished.releases[i] as ManifestRelease), ...root, commit });
    parent = commit;
    console.log(`${release.version} ${commit} ${release.tree.directories} directories`);
  }
  return { ...unfinished, releases };
}

function seconds(date: string): number {
  return Date.parse(date) / 1000;
}
