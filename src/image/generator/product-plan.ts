/** What a product's releases are made of: parts of the same packages. Each product's plan is in `distros/NAME/generator/plan.ts`. */
import type { ReleasePlan } from "./releases.ts";

export interface ProductPlan {
  /** Of its manifest. */
  readonly name: string;
  /** Where its own tables are, each if it has any: names.tsv, packages.tsv, texts.txt. */
  readonly folder: URL;
  /** The product whose tables and texts it has, too, its own coming before them. */
  readonly basis?: ProductPlan;
  /** Before the version in a commit's subject. */
  readonly title: string;
  /** The ref that its commits are published under, or the name of the image with its tag. */
  readonly ref: string;
  readonly isImage: boolean;
  /** Of its images, besides those that every such image has. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Sets of packages.tsv that it has, if it has no names.tsv. */
  readonly sets: readonly string[];
  /** Packages that it has not. "*" at the end of a name stands for anything. */
  readonly without: readonly string[];
  /** As in links.tsv, and before them: package, path, target. */
  readonly links: readonly (readonly [string, string, string])[];
  /** Paths of its packages that it has not. */
  readonly dropped: readonly string[];
  readonly releases: readonly ReleasePlan[];
  /** Where a system of another family has what these tables have somewhere, with who has it; undefined where that is left out. */
  place?(path: string, pkg: string): Place | undefined;
  /** Files are as old as the build of their package, not all of 1970. */
  readonly keepsTimes?: true;
}

export interface Place {
  readonly path: string;
  /** "" where it belongs to none. */
  readonly pkg: string;
}
