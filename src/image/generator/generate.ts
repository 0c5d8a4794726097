/**
 * Second step, anywhere: makes the manifest of each product from the tables and files beside this file, and from
 * what is in `distros/NAME/generator/`: its plan.ts, and its own tables.
 *
 *     tsx src/image/generator/generate.ts
 *
 * To change a file of the image, edit it in files/PACKAGE.txt or, from one release on, in releases/VERSION.txt, and run this.
 * To add a program, name it in programs.txt, and run this. Checksums of releases change with it.
 */
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { derivedFrom, withBasis } from "../derived-manifest.ts";
import { ObjectStore } from "../image-objects.ts";
import type { Manifest, ManifestRelease } from "../manifest.ts";
import { checksumCommit, type Checksum } from "../ostree-objects.ts";
import { encodePathList } from "../path-list.ts";
import { readReleases } from "../release.ts";
import { checksumSealedTree } from "../tree-checksum.ts";
import { namingOf, type Naming } from "./naming.ts";
import { packageFacts, type PackageFacts } from "./package-facts.ts";
import { packagePaths, type PackagePaths } from "./package-paths.ts";
import type { ProductPlan } from "./product-plan.ts";
import type { ReleasePlan } from "./releases.ts";
import { here } from "./tables.ts";

class ManifestMaker {
  readonly #product: ProductPlan;
  readonly #facts: ReadonlyMap<string, PackageFacts>;
  readonly #builds = new Map<string, string>();
  readonly #naming: Naming;
  #paths = new Map<string, string>();
  #texts = new Map<string, string>();

  constructor(product: ProductPlan) {
    this.#product = product;
    this.#naming = namingOf(product);
    const facts = packageFacts(product);
    this.#facts = new Map([...facts].filter(([name]) => !product.without.some((pattern) => isMatch(pattern, name))));
  }

  manifest(): Manifest {
    const { ref, releases, isImage } = this.#product;
    const packages = [...this.#facts.values()].map(({ name, arch, summary, license, url }) => ({ name, arch, summary, license, url }));
    const kind = isImage ? { kind: "image" as const } : {};
    const { place, keepsTimes, labels } = this.#product;
    const plain = place === undefined ? {} : { layout: "plain" as const };
    const times = keepsTimes === undefined ? {} : { keepsTimes };
    return {
      format: 1,
      ref,
      ...kind,
      ...(labels === undefined ? {} : { labels }),
      ...plain,
      ...times,
      packages,
      releases: releases.map((plan, i) => this.#row(plan, i === 0)),
    };
  }

  #row(plan: ReleasePlan, isFirst: boolean): ManifestRelease {
    const { releases, title } = this.#product;
    const builds = this.#builds;
    const isKnown = (name: string): boolean => this.#facts.has(name);
    const late = new Set(releases.flatMap(({ added }) => added));
    const first = (): string[] => [...this.#facts.keys()].filter((name) => !late.has(name));
    const present = new Set(isFirst ? first() : [...builds.keys(), ...plan.added.filter(isKnown)]);
    const removed = plan.removed.filter(isKnown);
    for (const name of removed) {
      present.delete(name);
      builds.delete(name);
    }
    const content = packagePaths(this.#product, releases.slice(0, releases.indexOf(plan) + 1), present);
    const changed = [...present].sort().flatMap((name) => {
      const fact = this.#facts.get(name) as PackageFacts;
      const { suffix } = this.#naming;
      const before = builds.get(name);
      const evr = (upgrade(plan, name) ?? before?.slice(0, before.length - suffix.length) ?? fact.evr) + suffix;
      if (builds.get(name) === evr) return [];
      builds.set(name, evr);
      return [[name, evr, fact.size, isFirst ? fact.buildTime : seconds(plan.date) - 86_400 - (fact.buildTime % 172_800)] as const];
    });
    const paths = new Map([...content].map(([name, { entries }]) => [name, encodePathList(entries)]));
    const texts = new Map([...content.values()].flatMap((one: PackagePaths) => [...one.texts]));
    const result: ManifestRelease = {
      version: plan.version,
      ...(plan.image === undefined ? {} : { ref: plan.image }),
      timestamp: seconds(plan.date),
      subject: `${title} ${plan.version}`,
      kernel: plan.kernel,
      commit: "",
      dirtree: "",
      dirmeta: "",
      builds: changed,
      removed,
      paths: Object.fromEntries([...paths].filter(([name, list]) => this.#paths.get(name) !== list)),
      texts: {
        ...Object.fromEntries([...texts].filter(([path, text]) => this.#texts.get(path) !== text)),
        ...Object.fromEntries([...this.#texts.keys()].filter((path) => !texts.has(path)).map((path) => [path, null])),
      },
    };
    this.#paths = paths;
    this.#texts = texts;
    return result;
  }
}

/** All of them: a machine whose releases are made here brings its plan. */
async function products(): Promise<ProductPlan[]> {
  const distros = new URL("../../distros/", import.meta.url);
  const plans = readdirSync(distros)
    .map((name) => new URL(`${name}/generator/plan.ts`, distros))
    .filter((file) => existsSync(file));
  return Promise.all(plans.map(async (file) => ((await import(file.href)) as { readonly plan: ProductPlan }).plan));
}

/** By name, each made once. */
const made = new Map<string, Manifest>();

function manifestOf(product: ProductPlan): Manifest {
  const known = made.get(product.name);
  if (known !== undefined) return known;
  console.log(product.title);
  const manifest = withChecksums(new ManifestMaker(product).manifest());
  made.set(product.name, manifest);
  return manifest;
}

/** As it is shipped: of a product that is made of another, only what differs. */
function shipped(product: ProductPlan): unknown {
  const manifest = manifestOf(product);
  if (product.basis === undefined) return manifest;
  const basis = manifestOf(product.basis);
  const derived = derivedFrom(manifest, basis, `${product.basis.name}.manifest.json`);
  if (!isDeepStrictEqual(withBasis(derived, basis), manifest))
    throw new Error(`${product.name}: its difference to its basis does not make it`);
  return derived;
}

for (const product of await products()) {
  writeFileSync(here(`../${product.name}.manifest.json`), `${JSON.stringify(shipped(product), null, 1)}\n`);
}

function isMatch(pattern: string, name: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

function upgrade(plan: ReleasePlan, name: string): string | undefined {
  return Object.entries(plan.upgraded).find(([pattern]) => isMatch(pattern, name))?.[1];
}

function withChecksums(unfinished: Manifest): Manifest {
  const releases: ManifestRelease[] = [];
  let parent: Checksum | undefined;
  for (const [i, release] of readReleases(unfinished, new ObjectStore()).entries()) {
    const root = checksumSealedTree(release.tree);
    const commit = checksumCommit({ ...release.commitOf(root), parent: unfinished.kind === "image" ? undefined : parent });
    releases.push({ ...(unfinished.releases[i] as ManifestRelease), ...root, commit });
    parent = commit;
    console.log(`${release.version} ${commit} ${release.tree.directories} directories`);
  }
  return { ...unfinished, releases };
}

function seconds(date: string): number {
  return Date.parse(date) / 1000;
}
