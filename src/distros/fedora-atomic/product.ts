/** What tells one system of this family from another: data. */
import type { Flavour } from "../distro.ts";

/** Where the core of an installed system comes from, and where its upgrades do. */
export type Source =
  | { readonly kind: "ref"; readonly remote: string; readonly ref: string }
  /** In a registry: what stands in the origin file. */
  | { readonly kind: "image"; readonly reference: string };

export interface Product {
  /** As in `--machine silverblue`. */
  readonly name: string;
  readonly title: string;
  /** The file in `image/` that has its releases. */
  readonly manifest: string;
  /** The file of another product that the same remote publishes. */
  readonly sister?: string;
  readonly hostname: string;
  /** In `/ostree/deploy`: "fedora" on the desktops, "default" where bootc installed. */
  readonly stateroot: string;
  readonly source: Source;
  readonly flavours: readonly [Flavour, ...Flavour[]];
  /** Besides those that say where the root is. */
  readonly kernelArgs: readonly string[];
  /** /etc/motd. */
  readonly greeting: string;
  /** Whose software centre updates it in the background; undefined where there is none. */
  readonly desktop?: "GNOME" | "KDE";
  /** Directories that a desktop makes in a home at the first login. */
  readonly homeDirectories: readonly string[];
}
