/** What a repository says of why packages were rebuilt (updateinfo.xml). */
import { nevra, type PackageId } from "../package.ts";

/** "unknown" where the publisher says nothing. */
export const SEVERITIES = ["unknown", "low", "moderate", "important", "critical"] as const;

export interface Advisory {
  /** e.g. "FEDORA-2026-4b1c8d70ae". */
  readonly id: string;
  readonly kind: "security" | "bugfix" | "enhancement" | "newpackage";
  readonly severity: (typeof SEVERITIES)[number];
  /** When it was issued, seconds since 1970. */
  readonly issued: number;
  readonly title: string;
  /** NEVRAs without an epoch of 0. */
  readonly packages: readonly string[];
  /** Bugs that it closes. */
  readonly references: readonly { readonly url: string; readonly title: string }[];
}

/** Those that are about one of `packages` in just that build. */
export function advisoriesFor(advisories: readonly Advisory[], packages: readonly PackageId[]): Advisory[] {
  const builds = new Set(packages.map((pkg) => nevra(pkg)));
  return advisories.filter((advisory) => advisory.packages.some((name) => builds.has(name)));
}
