/**
 * What the last look at the server found, kept by the daemon for `status` and for desktops.
 * Sources: coreos/rpm-ostree:src/daemon/rpmostreed-deployment-utils.cxx (rpmostreed_update_generate_variant), rpmostreed-os.cxx.
 */
import { lstat, makeDirectories, parentOf, readBytes, replaceFile } from "../../engines/ostree/files.ts";
import { decodeGVariant, encodeGVariant, type GValue, type Variant } from "../../image/gvariant.ts";
import { evr, type PackageDiff, type PackageId } from "../../image/package.ts";
import type { Sys } from "../../vfs/sys.ts";
import type { AdvisoryVariant } from "./advisories.ts";
import type { SignatureVariant } from "./deployment-variant.ts";

const PATH = "/var/cache/rpm-ostree/cached-update.gv";
const ADVISORIES = "a(suuasa{sv})";
const SIGNATURE = "(bbbbbsxxsssssxx)";

/** Names and builds: `a(usss)`, and before and after: `a(us(ss)(ss))`. The number says whether it is of the base (0) or layered (1). */
export interface RpmDiff {
  readonly upgraded: readonly ModifiedPackage[];
  readonly downgraded: readonly ModifiedPackage[];
  readonly removed: readonly SinglePackage[];
  readonly added: readonly SinglePackage[];
}
type Build = readonly [evr: string, arch: string];
export type ModifiedPackage = readonly [type: number, name: string, before: Build, after: Build];
export type SinglePackage = readonly [type: number, name: string, evr: string, arch: string];

/** Totals of the layers of an image, and of those that come and go. */
export interface ManifestDiff {
  readonly total: number;
  readonly "total-size": number;
  readonly "n-removed": number;
  readonly "removed-size": number;
  readonly "n-added": number;
  readonly "added-size": number;
}

/** With the names that it has on the bus and in JSON. */
export interface CachedUpdate {
  readonly osname: string;
  readonly checksum: string;
  readonly version?: string;
  readonly timestamp: number;
  readonly origin: string;
  readonly "gpg-enabled": boolean;
  readonly signatures?: readonly SignatureVariant[];
  readonly "ref-has-new-commit": boolean;
  readonly "rpm-diff"?: RpmDiff;
  readonly advisories?: readonly AdvisoryVariant[];
  readonly "manifest-diff"?: ManifestDiff;
  /** The deployment that it is staged as already. */
  readonly deployment?: string;
  /** What ran when this was found: for any other it says nothing. */
  readonly "update-sha256": string;
}

const TYPES: Readonly<Record<keyof CachedUpdate, string>> = {
  osname: "s",
  checksum: "s",
  version: "s",
  timestamp: "t",
  origin: "s",
  "gpg-enabled": "b",
  signatures: "av",
  "ref-has-new-commit": "b",
  "rpm-diff": "a{sv}",
  advisories: ADVISORIES,
  "manifest-diff": "a{sv}",
  deployment: "s",
  "update-sha256": "s",
};

/** Undefined when there is none, it is of another system than the running one, or cannot be read. */
export function cachedUpdate(sys: Sys, booted: string | undefined): CachedUpdate | undefined {
  if (lstat(sys, PATH) === undefined) return undefined;
  try {
    const entries = decodeGVariant("a{sv}", readBytes(sys, PATH)) as [string, Variant][];
    const update = plain({ type: "a{sv}", value: entries }) as unknown as CachedUpdate;
    return update["update-sha256"] === booted ? update : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Undefined: there is nothing new. */
export function writeCachedUpdate(sys: Sys, update: CachedUpdate | undefined): void {
  makeDirectories(sys, parentOf(PATH));
  if (update === undefined) {
    if (lstat(sys, PATH) !== undefined) sys.unlink(PATH);
    return;
  }
  const entries = Object.entries(update).map(([key, value]): GValue => {
    const type = TYPES[key as keyof CachedUpdate];
    return [key, { type, value: packed(type, key, value as GValue) }];
  });
  replaceFile(sys, PATH, encodeGVariant("a{sv}", entries));
}

function packed(type: string, key: string, value: unknown): GValue {
  if (type === "t") return BigInt(value as number);
  if (key === "signatures") {
    return (value as readonly SignatureVariant[]).map((signature) => ({
      type: SIGNATURE,
      value: signature.map((part) => (typeof part === "number" ? BigInt(part) : part)),
    }));
  }
  if (key === "advisories") {
    return (value as readonly AdvisoryVariant[]).map(([id, kind, severity, packages, info]) => [
      id,
      kind,
      severity,
      packages,
      [["cve_references", { type: "a(ss)", value: info.cve_references }]],
    ]);
  }
  if (key === "manifest-diff") {
    return Object.entries(value as ManifestDiff).map(([name, count]) => [name, { type: "t", value: BigInt(count as number) }]);
  }
  if (key === "rpm-diff") {
    return Object.entries(value as RpmDiff).map(([name, list]) => [
      name,
      { type: name === "upgraded" || name === "downgraded" ? "a(us(ss)(ss))" : "a(usss)", value: list as GValue },
    ]);
  }
  return value as GValue;
}

/** As json_gvariant_serialize has it. */
function plain({ type, value }: Variant): GValue {
  if (typeof value === "bigint") return Number(value);
  if (type === "a{sv}") {
    const entries = (value as [string, Variant][]).map(([key, each]): [string, unknown] => [key, plain(each)]);
    return Object.fromEntries(entries) as unknown as GValue;
  }
  if (type === ADVISORIES) {
    return (value as GValue[][]).map((each) => each.map((part, i) => (i === 4 ? plain({ type: "a{sv}", value: part }) : part)));
  }
  if (type === "av") return (value as Variant[]).map(plain);
  return Array.isArray(value) ? (value as GValue[]).map((each) => plain({ type: "", value: each })) : value;
}

const BASE = 0;
const LAYERED = 1;

/** Undefined when nothing differs. `layered` are newer builds of what is layered. */
export function rpmDiff(base: PackageDiff | undefined, layered: PackageDiff["upgraded"] = []): RpmDiff | undefined {
  const build = (pkg: PackageId): Build => [evr(pkg), pkg.arch];
  const modified = (type: number, { from, to }: PackageDiff["upgraded"][number]): ModifiedPackage => [
    type,
    to.name,
    build(from),
    build(to),
  ];
  const single = (pkg: PackageId): SinglePackage => [BASE, pkg.name, ...build(pkg)];
  const named = <T extends readonly [number, string, ...unknown[]]>(list: T[]): T[] => list.sort((a, b) => (a[1] < b[1] ? -1 : 1));
  const diff = {
    upgraded: named([
      ...(base?.upgraded ?? []).map((change) => modified(BASE, change)),
      ...layered.map((change) => modified(LAYERED, change)),
    ]),
    downgraded: named((base?.downgraded ?? []).map((change) => modified(BASE, change))),
    removed: named((base?.removed ?? []).map(single)),
    added: named((base?.added ?? []).map(single)),
  };
  return Object.values(diff).some((list) => list.length > 0) ? diff : undefined;
}
