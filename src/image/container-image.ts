/**
 * A release as a container image: its manifest and configuration, as a registry hands them out, and the commit that they become.
 *
 * Packages are dealt out to layers by their names, so that a layer changes only when one of its packages does, as rpm-ostree
 * chunks an image. Sources: opencontainers/image-spec:manifest.md, config.md; bootc-dev/bootc:crates/ostree-ext.
 *
 * @simplified The digest of a layer is that of the list of its packages; a real one is that of a compressed archive of their files.
 */
import { isoTime } from "../base/calendar.ts";
import { encodeUtf8 } from "../base/utf8.ts";
import type { Variant } from "./gvariant.ts";
import { checksumBytes, stringVariant } from "./ostree-objects.ts";
import { nevra, type Package } from "./package.ts";

export interface Layer {
  /** "sha256:…". */
  readonly digest: string;
  /** Bytes, compressed. */
  readonly size: number;
}

export interface ContainerImage {
  /** Where it is published, with its tag: "quay.io/fedora/fedora-bootc:43". */
  readonly name: string;
  /** "sha256:…" of `manifest`. */
  readonly digest: string;
  /** Both as canonical JSON. */
  readonly manifest: string;
  readonly config: string;
  readonly layers: readonly Layer[];
}

export interface ImageFacts {
  readonly name: string;
  readonly version: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly kernel: string;
  readonly packages: readonly Package[];
  /** Packages that were put on top of another image: they are a layer of their own. */
  readonly added: ReadonlySet<string>;
  /** Besides those that every such image has. */
  readonly labels: Readonly<Record<string, string>> | undefined;
}

/** How many layers rpm-ostree makes at most. */
const CHUNKS = 64;
/** Of installed bytes, what is left when they are compressed. */
const COMPRESSED = 0.38;
const IMPORTER_VERSION = "0.15.3";
/** Keys of a commit's metadata. */
export const IMAGE_META = {
  digest: "ostree.manifest-digest",
  manifest: "ostree.manifest",
  config: "ostree.container.image-config",
  importer: "ostree.importer.version",
} as const;

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export function containerImage(facts: ImageFacts): ContainerImage {
  const groups = new Map<string, Package[]>();
  for (const pkg of facts.packages) {
    const key = facts.added.has(pkg.name) ? "~" : String(slot(pkg.name)).padStart(2, "0");
    groups.set(key, [...(groups.get(key) ?? []), pkg]);
  }
  const chunks = [...groups].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, packages]) => packages);
  const layers = chunks.map((packages): Layer & { readonly components: string } => ({
    digest: digestOf(packages.map((pkg) => `${nevra(pkg)}\n`).join("")),
    size: 1024 + Math.round(packages.reduce((sum, { size }) => sum + size, 0) * COMPRESSED),
    components: packages.map(({ name }) => name).join(","),
  }));
  const diffIds = layers.map(({ digest }) => digestOf(`diff of ${digest}\n`));
  const created = isoTime(facts.timestamp);
  const config = canonicalJson({
    architecture: "amd64",
    config: {
      Labels: {
        ...facts.labels,
        "containers.bootc": "1",
        "org.opencontainers.image.created": created,
        "org.opencontainers.image.version": facts.version,
        "ostree.bootable": "true",
        // What comes after this layer was put upon the image that `rpm-ostree compose` made.
        "ostree.final-diffid": diffIds.at(facts.added.size > 0 ? -2 : -1) ?? "",
        "ostree.linux": facts.kernel,
      },
    },
    created,
    history: layers.map(({ components }) => ({ created, created_by: components })),
    os: "linux",
    rootfs: { diff_ids: diffIds, type: "layers" },
  });
  const manifest = canonicalJson({
    config: { digest: digestOf(config), mediaType: "application/vnd.oci.image.config.v1+json", size: encodeUtf8(config).length },
    layers: layers.map(({ digest, size, components }) => ({
      annotations: { "ostree.components": components },
      digest,
      mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
      size,
    })),
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    schemaVersion: 2,
  });
  return { name: facts.name, digest: digestOf(manifest), manifest, config, layers: layers.map(({ digest, size }) => ({ digest, size })) };
}

/** What the commit that an image becomes says of it. */
export function imageMetadata({ digest, manifest, config }: ContainerImage): [string, Variant][] {
  return [
    [IMAGE_META.config, stringVariant(config)],
    [IMAGE_META.importer, stringVariant(IMPORTER_VERSION)],
    [IMAGE_META.manifest, stringVariant(manifest)],
    [IMAGE_META.digest, stringVariant(digest)],
  ];
}

function digestOf(text: string): string {
  return `sha256:${checksumBytes(encodeUtf8(text))}`;
}

/** Keys sorted, no blanks, nothing at the end. */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonicalJson).join(",")}]`;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonicalJson(each)}`).join(",")}}`;
}

/** FNV-1a of the name. */
function slot(name: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) value = Math.imul(value ^ name.charCodeAt(i), 0x01000193);
  return (value >>> 0) % CHUNKS;
}
