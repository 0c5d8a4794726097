/** The file `deploy` beside a deployment's files: where it came from. Source: flatpak/flatpak:common/flatpak-dir.c (flatpak_dir_new_deploy_data). */
import { decodeGVariant, encodeGVariant, swap64, type Variant } from "../../image/gvariant.ts";
import type { Checksum } from "../../image/ostree-objects.ts";

const TYPE = "(ssasta{sv})";
const VERSION = 4;

export interface DeployData {
  readonly origin: string;
  readonly commit: Checksum;
  /** Only these parts of the tree, e.g. "/de"; none: all of it. */
  readonly subpaths: readonly string[];
  readonly installedSize: number;
  /** Seconds since 1970, of the commit. */
  readonly timestamp: number;
  readonly runtime: string | undefined;
  readonly endOfLife: string | undefined;
  readonly rebasedTo: string | undefined;
  readonly appName: string | undefined;
  readonly appVersion: string | undefined;
  readonly appSummary: string | undefined;
}

export function encodeDeployData(data: DeployData): Uint8Array {
  const text = (key: string, value: string | undefined): [string, Variant][] => (value === undefined ? [] : [[key, { type: "s", value }]]);
  const metadata: [string, Variant][] = [
    ["deploy-version", { type: "i", value: VERSION }],
    ["timestamp", { type: "t", value: BigInt(data.timestamp) }],
    ...text("runtime", data.runtime),
    ...text("eol", data.endOfLife),
    ...text("eolr", data.rebasedTo),
    ...text("appdata-name", data.appName),
    ...text("appdata-version", data.appVersion),
    ...text("appdata-summary", data.appSummary),
  ];
  return encodeGVariant(TYPE, [data.origin, data.commit, data.subpaths, swap64(BigInt(data.installedSize)), metadata]);
}

/** Throws `RangeError` for anything else. */
export function decodeDeployData(bytes: Uint8Array): DeployData {
  const [origin, commit, subpaths, size, metadata] = decodeGVariant(TYPE, bytes) as [
    string,
    Checksum,
    string[],
    bigint,
    [string, Variant][],
  ];
  const found = (key: string): Variant | undefined => metadata.find(([name]) => name === key)?.[1];
  const text = (key: string): string | undefined => found(key)?.value as string | undefined;
  return {
    origin,
    commit,
    subpaths,
    installedSize: Number(swap64(size)),
    timestamp: Number(found("timestamp")?.value ?? 0n),
    runtime: text("runtime"),
    endOfLife: text("eol"),
    rebasedTo: text("eolr"),
    appName: text("appdata-name"),
    appVersion: text("appdata-version"),
    appSummary: text("appdata-summary"),
  };
}
