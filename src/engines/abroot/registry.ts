/** What a registry serves, as far as ABRoot asks; and who runs the recipe's command in the container that is built. */
import type { SealedTree } from "../../vfs/sealed.ts";
import type { Sys } from "../../vfs/sys.ts";
import type { Update } from "../update-step.ts";
import { AbrootError } from "./error.ts";

export interface Blob {
  /** "sha256:…". */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}

export interface OciImage {
  /** "sha256:…" of its manifest. */
  readonly digest: string;
  readonly layers: readonly Blob[];
  /** All layers on top of each other. */
  readonly tree: SealedTree;
  /** Versions by package. */
  readonly packages: ReadonlyMap<string, string>;
}

export interface Servers {
  /** The image behind a tag, for who runs `current`. Throws AbrootError when nobody answers, or there is none. */
  tagged(image: { readonly registry: string; readonly name: string; readonly tag: string }, current: string): OciImage;
  /** Throws AbrootError. */
  byDigest(image: { readonly registry: string; readonly name: string }, digest: string): OciImage;
  /** packages.vanillaos.org: the version that the repository has. Throws AbrootError when nobody answers. */
  packageVersion(name: string): string | undefined;
  /** Runs the packages' part of a recipe in `root`. Throws AbrootError. */
  install(sys: Sys, root: string, packages: { readonly add: readonly string[]; readonly remove: readonly string[] }): Update<void>;
}

/** For tables of programs that nobody runs. */
export const NO_SERVERS: Servers = {
  tagged: () => unreachable(),
  byDigest: () => unreachable(),
  packageVersion: () => unreachable(),
  install: () => unreachable(),
};

function unreachable(): never {
  throw new AbrootError("no servers");
}
