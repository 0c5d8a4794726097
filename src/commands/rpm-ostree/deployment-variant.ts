/**
 * What the daemon tells of a deployment: one value with the real field names, from which `status` prints text as well as JSON.
 * Sources: coreos/rpm-ostree:rust/src/daemon.rs, src/daemon/rpmostreed-deployment-utils.cxx.
 */
import type { GValue, Variant } from "../../image/gvariant.ts";
import { nevra, type PackageId } from "../../image/package.ts";
import { metadataString, type Commit } from "../../image/ostree-objects.ts";
import { commitIfThere } from "../../engines/ostree/commit-packages.ts";
import type { Deployment } from "../../engines/ostree/deployment.ts";
import type { DeploymentStatus } from "../../engines/ostree/status.ts";
import { remoteReplacements } from "../../engines/ostree/layer-origin.ts";
import { parseNevra } from "../../engines/ostree/layer-status.ts";
import { formatImageReference } from "../../engines/ostree/image-reference.ts";
import { originRefspec } from "../../engines/ostree/origin.ts";
import type { Sysroot } from "../../engines/ostree/sysroot.ts";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/** `ostree_gpg_verify_result_get_all`: valid, expired, key expired, revoked, missing, fingerprint, made, expires, algorithms, owner. */
export type SignatureVariant = readonly [
  valid: boolean,
  expired: boolean,
  keyExpired: boolean,
  keyRevoked: boolean,
  keyMissing: boolean,
  fingerprint: string,
  made: number,
  expires: number,
  keyAlgorithm: string,
  hashAlgorithm: string,
  userName: string,
  userEmail: string,
  fingerprintPrimary: string,
  keyExpires: number,
  primaryExpires: number,
];

/** A field that is not there is undefined, and then not in the JSON either. */
export interface DeploymentVariant {
  readonly id: string;
  readonly osname: string;
  readonly serial: number;
  readonly checksum: string;
  readonly version: string | undefined;
  readonly timestamp: number | undefined;
  /** These three and `layered-commit-meta` where the commit was assembled on this machine. */
  readonly "base-checksum": string | undefined;
  readonly "base-version": string | undefined;
  readonly "base-timestamp": number | undefined;
  readonly "base-commit-meta": { readonly [key: string]: Json };
  readonly "layered-commit-meta": { readonly [key: string]: Json } | undefined;
  readonly origin: string | undefined;
  readonly "custom-origin": readonly [url: string, description: string] | undefined;
  readonly "container-image-reference": string | undefined;
  readonly "container-image-reference-digest": string | undefined;
  readonly "remote-error": string | undefined;
  readonly booted: boolean;
  readonly staged: boolean;
  readonly "finalization-locked": boolean;
  readonly pinned: boolean;
  readonly unlocked: string;
  readonly "gpg-enabled": boolean;
  readonly signatures: readonly SignatureVariant[] | undefined;
  readonly "requested-packages": readonly string[];
  readonly "requested-local-packages": readonly string[];
  readonly "requested-local-fileoverride-packages": readonly string[];
  readonly "requested-base-removals": readonly string[];
  readonly "requested-base-local-replacements": readonly string[];
  readonly "requested-base-remote-replacements": readonly (readonly [source: string, names: readonly string[]])[];
  readonly "requested-modules": readonly string[];
  readonly "requested-modules-enabled": readonly string[];
  readonly packages: readonly string[];
  readonly modules: readonly string[];
  readonly "base-removals": readonly Json[];
  readonly "base-local-replacements": readonly Json[];
  readonly "base-remote-replacements": { readonly [key: string]: Json };
  readonly "regenerate-initramfs": boolean;
  readonly "initramfs-args": readonly string[] | undefined;
  readonly "initramfs-etc": readonly string[];
  readonly endoflife: string | undefined;
  readonly "live-inprogress": string | undefined;
  readonly "live-replaced": string | undefined;
  readonly cliwrap: boolean;
}

/** `ownerOf`: who a key belongs to, "Name <address>"; undefined when it is not in the keyring. */
export function deploymentVariant(
  sysroot: Sysroot,
  deployment: Deployment,
  row: DeploymentStatus,
  ownerOf: (fingerprint: string) => string | undefined,
): DeploymentVariant {
  const repo = sysroot.openRepository();
  const { origin } = deployment;
  const { base } = row;
  const isLayered = base !== deployment.checksum;
  const { layering, active, replaced } = row.layers;
  const [own, baseObject] = [commitIfThere(repo, deployment.checksum), commitIfThere(repo, base)];
  const list = (group: string, key: string): string[] => origin?.getList(group, key) ?? [];
  const url = origin?.get("origin", "custom-url");
  const args = list("rpmostree", "initramfs-args");
  return {
    id: `${row.stateroot}-${row.checksum}.${row.serial}`,
    osname: row.stateroot,
    serial: row.serial,
    checksum: row.checksum,
    version: (baseObject && metadataString(baseObject, "version")) ?? row.version,
    timestamp: row.timestamp,
    "base-checksum": isLayered ? base : undefined,
    "base-version": isLayered && baseObject ? metadataString(baseObject, "version") : undefined,
    "base-timestamp": isLayered ? baseObject?.timestamp : undefined,
    "base-commit-meta": metadataJson(baseObject),
    "layered-commit-meta": isLayered ? metadataJson(own) : undefined,
    origin: originRefspec(origin),
    "custom-origin": url === undefined ? undefined : [url, origin?.get("origin", "custom-description") ?? ""],
    "container-image-reference": row.image && formatImageReference(row.image.reference),
    "container-image-reference-digest": row.image?.info?.digest,
    "remote-error": row.missingRemote === undefined ? undefined : `Remote "${row.missingRemote}" not found`,
    booted: row.isBooted,
    staged: row.isStaged,
    "finalization-locked": row.isFinalizationLocked,
    pinned: row.isPinned,
    unlocked: row.unlocked,
    "gpg-enabled": row.verifiesSignatures,
    signatures:
      row.verifiesSignatures && row.signatures.length > 0
        ? row.signatures.map((key) => signatureVariant(key, row.timestamp ?? 0, ownerOf(key)))
        : undefined,
    "requested-packages": layering.requested,
    "requested-local-packages": layering.requestedLocal.map(({ nevra: id }) => id),
    "requested-local-fileoverride-packages": layering.forcedLocal.map(({ nevra: id }) => id),
    "requested-base-removals": layering.removed,
    "requested-base-local-replacements": layering.replacedLocal.map(({ nevra: id }) => id),
    "requested-base-remote-replacements": remoteReplacements(layering).map(({ from, names }) => [from, names]),
    "requested-modules": [],
    "requested-modules-enabled": [],
    packages: active,
    modules: [],
    "base-removals": removals(own).map(packageVariant),
    "base-local-replacements": replaced.map(({ from, to }) => [packageVariant(to), packageVariant(from)]),
    "base-remote-replacements": Object.fromEntries(
      [...row.layers.replacedFrom].map(([source, list]) => [
        source,
        list.map(({ from, to }): Json => [packageVariant(to), packageVariant(from)]),
      ]),
    ),
    "regenerate-initramfs": origin?.getBoolean("rpmostree", "regenerate-initramfs") ?? false,
    "initramfs-args": args.length === 0 ? undefined : args,
    "initramfs-etc": list("rpmostree", "initramfs-etc"),
    endoflife: baseObject && metadataString(baseObject, "ostree.endoflife"),
    "live-inprogress": undefined,
    "live-replaced": row.live?.commit,
    cliwrap: origin?.getBoolean("rpmostree", "ex-cliwrap") ?? false,
  };
}

/** `made`: seconds since 1970; `owner`: of the key, "Name <address>", undefined when nobody here knows it. */
export function signatureVariant(key: string, made: number, owner: string | undefined): SignatureVariant {
  const [, name = "", address = ""] = /^(.*) <(.*)>$/.exec(owner ?? "") ?? [];
  const isKnown = owner !== undefined;
  return [isKnown, false, false, false, !isKnown, key, made, 0, "RSA", "SHA256", name, address, key, 0, 0];
}

function metadataJson(commit: Commit | undefined): { readonly [key: string]: Json } {
  return Object.fromEntries(
    (commit?.metadata ?? []).filter(([key]) => !key.endsWith("pkglist")).map(([key, value]) => [key, jsonOf(value)]),
  );
}

function removals(commit: Commit | undefined): PackageId[] {
  const found = commit?.metadata.find(([name]) => name === "rpmostree.removed-base-packages")?.[1];
  return found?.type === "as" ? (found.value as readonly string[]).map(parseNevra) : [];
}

/** `(sstsss)`: all of it, name, epoch, version, release, architecture. */
function packageVariant(pkg: PackageId): Json {
  return [nevra(pkg), pkg.name, pkg.epoch ?? 0, pkg.version, pkg.release, pkg.arch];
}

/** json_gvariant_serialize. */
function jsonOf(value: GValue): Json {
  if (value === null || typeof value === "string" || typeof value === "boolean" || typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Uint8Array) return [...value];
  if (Array.isArray(value)) return (value as readonly GValue[]).map(jsonOf);
  return jsonOf((value as Variant).value);
}
