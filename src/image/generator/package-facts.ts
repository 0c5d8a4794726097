/** What packages.tsv and the Debian facts say about each package. */
import { readDebianFacts } from "./debian-facts.ts";
import { namingOf } from "./naming.ts";
import type { ProductPlan } from "./product-plan.ts";
import { hash, packageRows, sourcesOf } from "./tables.ts";

export interface PackageFacts {
  readonly name: string;
  readonly arch: string;
  /** Without what all builds of the product end in. */
  readonly evr: string;
  readonly license: string;
  readonly summary: string;
  readonly url: string;
  /** Bytes. */
  readonly size: number;
  readonly buildTime: number;
}

/** Homes of software that Debian does not have. */
const HOMES: { readonly [name: string]: string } = {
  "rpm-ostree": "https://github.com/coreos/rpm-ostree",
  "rpm-ostree-libs": "https://github.com/coreos/rpm-ostree",
  dnf5: "https://github.com/rpm-software-management/dnf5",
  "composefs-libs": "https://github.com/composefs/composefs",
  kernel: "https://www.kernel.org/",
  "kernel-core": "https://www.kernel.org/",
  "kernel-modules": "https://www.kernel.org/",
  "kernel-modules-core": "https://www.kernel.org/",
};

/** Sizes that no Debian package tells, in bytes. */
const SIZES: { readonly [name: string]: number } = {
  "rpm-ostree": 19_214_000,
  dnf5: 2_240_000,
  kernel: 0,
  "kernel-core": 68_900_000,
  "kernel-modules": 98_100_000,
  "kernel-modules-core": 68_300_000,
  "linux-firmware": 41_500_000,
  "selinux-policy-targeted": 18_700_000,
  basesystem: 0,
  setup: 720_000,
};

const FIRST_BUILD = Date.UTC(2025, 6, 24) / 1000;
const LAST_BUILD = Date.UTC(2025, 11, 20) / 1000;

/** Of the packages that the product may have, by the names that it gives them. */
export function packageFacts(product: ProductPlan): Map<string, PackageFacts> {
  const debian = readDebianFacts();
  const naming = namingOf(product);
  const found = new Map<string, PackageFacts>();
  const rows = packageRows(product).map((row): PackageFacts | undefined => {
    const [original = "", version = "", license = "", summary = ""] = row;
    const name = naming.nameOf(original);
    if (name === undefined) return undefined;
    const sources = [...new Set(sourcesOf(row).map((source) => source.deb))];
    const size = sources.reduce((sum, deb) => sum + (debian.get(deb)?.size ?? 0), 0);
    return {
      name,
      arch: version.startsWith("n ") ? "noarch" : "x86_64",
      evr: naming.buildOf(original) ?? naming.firstBuild(original, version.replace(/^n /, "")),
      license,
      summary,
      url: HOMES[original] ?? sources.map((deb) => debian.get(deb)?.homepage ?? "").find((url) => url !== "") ?? "",
      size: SIZES[original] ?? (size === 0 ? 40_000 + (hash(name) % 900_000) : size),
      buildTime: FIRST_BUILD + (hash(`${name}-time`) % (LAST_BUILD - FIRST_BUILD)),
    };
  });
  for (const row of rows.filter((row) => row !== undefined).sort((left, right) => (left.name < right.name ? -1 : 1))) {
    const known = found.get(row.name);
    found.set(row.name, known === undefined ? row : { ...known, size: known.size + row.size });
  }
  return found;
}
