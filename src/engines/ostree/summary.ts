/**
 * A repository's `summary`: its refs with their commits' sizes and times, for who fetches from it.
 * Source: ostreedev/ostree:src/libostree/ostree-repo.c (ostree_repo_regenerate_metadata), src/ostree/ot-dump.c; outputs recorded from 2025.2.
 */
import { calendarDate, twoDigits } from "../../base/calendar.ts";
import type { Catalogue, Release } from "../../image/catalogue.ts";
import { fromHex, toHex } from "../../image/hex.ts";
import { decodeGVariant, encodeGVariant, swap64, type GValue, type Variant } from "../../image/gvariant.ts";
import { byteswapped, printGVariant } from "../../image/gvariant-text.ts";
import { metadataString, type Checksum } from "../../image/ostree-objects.ts";
import { deltaDigests, listDeltas, reindex } from "./deltas.ts";
import { lstat, readBytes, replaceFile } from "./files.ts";
import type { Repository } from "./repo.ts";

export interface SummaryRef {
  readonly name: string;
  readonly commit: Checksum;
  /** Of the commit object, in bytes. */
  readonly size: number;
  readonly metadata: readonly (readonly [string, Variant])[];
}

export interface Summary {
  readonly refs: readonly SummaryRef[];
  readonly metadata: readonly (readonly [string, Variant])[];
}

const TYPE = "(a(s(taya{sv}))a{sv})";
const FILE = "summary";

/** What a summary of `repo` says now. `now` in seconds since 1970. Throws `OstreeError` for a ref whose commit is missing. */
export function summaryOf(repo: Repository, now: number, extra: readonly (readonly [string, Variant])[] = []): Summary {
  const refs = [...repo.refs()].filter(([name]) => !name.includes(":")).map(([name, commit]) => summaryRef(repo, name, commit));
  const text = (value: string): Variant => ({ type: "s", value });
  const truth = (value: boolean): Variant => ({ type: "b", value });
  const deltas = listDeltas(repo);
  const collection = repo.config.get("core", "collection-id");
  return {
    refs,
    metadata: [
      ["ostree.summary.mode", text(repo.mode)],
      ["ostree.summary.last-modified", bigEndianTime(now)],
      ["ostree.summary.tombstone-commits", truth(repo.config.getBoolean("core", "tombstone-commits"))],
      ...(deltas.length === 0 ? [] : [["ostree.static-deltas", deltaDigests(repo, deltas)] as const]),
      ["ostree.summary.indexed-deltas", truth(true)],
      ...(collection === undefined ? [] : [["ostree.summary.collection-id", text(collection)] as const]),
      ...extra,
    ],
  };
}

/** What a server says that offers these releases. */
export function releaseSummary(catalogue: Catalogue, refs: readonly (readonly [string, Release])[], now: number): Summary {
  return {
    refs: refs.map(([name, release]) => ({
      name,
      commit: release.commit,
      size: commitSize(catalogue, release),
      metadata: [
        ["ostree.commit.version", { type: "s", value: release.version }],
        ["ostree.commit.timestamp", bigEndianTime(release.timestamp)],
      ],
    })),
    metadata: [
      ["ostree.summary.mode", { type: "s", value: "archive-z2" }],
      ["ostree.summary.last-modified", bigEndianTime(now)],
      ["ostree.summary.tombstone-commits", { type: "b", value: false }],
      ["ostree.summary.indexed-deltas", { type: "b", value: true }],
    ],
  };
}

/** The commit object is the last of a release's. */
function commitSize(catalogue: Catalogue, release: Release): number {
  const object = [...catalogue.newObjects(undefined, release).metadata].at(-1)?.object;
  return object?.kind === "file" ? object.size : 0;
}

function summaryRef(repo: Repository, name: string, checksum: Checksum): SummaryRef {
  const commit = repo.commit(checksum);
  const version = metadataString(commit, "version");
  return {
    name,
    commit: checksum,
    size: repo.readMetadata(checksum, "commit").length,
    metadata: [
      ...(version === undefined ? [] : [["ostree.commit.version", { type: "s", value: version }] as const]),
      ["ostree.commit.timestamp", bigEndianTime(commit.timestamp)],
    ],
  };
}

/** Times lie in it in the order of network bytes. */
function bigEndianTime(seconds: number): Variant {
  return { type: "t", value: swap64(BigInt(seconds)) };
}

/** `ostree summary -u`, which brings the indexes of static deltas up to date, too. */
export function writeSummary(repo: Repository, summary: Summary): void {
  reindex(repo);
  replaceFile(repo.sys, `${repo.path}/${FILE}`, encodeSummary(summary), { sync: true });
  const signature = `${repo.path}/${FILE}.sig`;
  if (lstat(repo.sys, signature)) repo.sys.unlink(signature);
}

function encodeSummary({ refs, metadata }: Summary): Uint8Array {
  return encodeGVariant(TYPE, valueOf(refs, metadata));
}

function valueOf(refs: Summary["refs"], metadata: Summary["metadata"]): GValue {
  return [
    refs.map(({ name, commit, size, metadata: own }) => [name, [BigInt(size), fromHex(commit), own.map(([key, value]) => [key, value])]]),
    metadata.map(([key, value]) => [key, value]),
  ];
}

/** Undefined when there is none. Throws `RangeError` when it is damaged. */
export function readSummary(repo: Repository): Summary | undefined {
  const path = `${repo.path}/${FILE}`;
  return lstat(repo.sys, path) ? decodeSummary(readBytes(repo.sys, path)) : undefined;
}

function decodeSummary(bytes: Uint8Array): Summary {
  const [refs, metadata] = decodeGVariant(TYPE, bytes) as [[string, [bigint, Uint8Array, [string, Variant][]]][], [string, Variant][]];
  return {
    refs: refs.map(([name, [size, commit, own]]) => ({ name, commit: toHex(commit), size: Number(size), metadata: own })),
    metadata,
  };
}

/** `--raw`: every number with its bytes the other way round. */
export function rawSummaryText({ refs, metadata }: Summary): string {
  return `${printGVariant(TYPE, byteswapped(TYPE, valueOf(refs, metadata)))}\n`;
}

/** What `ostree summary -v` and `ostree remote summary` print. */
export function summaryText({ refs, metadata }: Summary): string {
  const collection = new Map(metadata).get("ostree.summary.collection-id")?.value;
  const blocks = refs.map(({ name, commit, size, metadata: own }) => {
    const shown = typeof collection === "string" ? `(${collection}, ${name})` : name;
    const lines = [
      `* ${shown}`,
      `    Latest Commit (${size} bytes):`,
      `      ${commit}`,
      ...own.map(([key, value]) => `    ${keyText(key, value)}`),
    ];
    return `${lines.join("\n")}\n\n`;
  });
  return blocks.join("") + metadata.map(([key, value]) => `${keyText(key, value)}\n`).join("");
}

const TITLES: { readonly [key: string]: string } = {
  "ostree.commit.version": "Version",
  "ostree.commit.timestamp": "Timestamp",
  "ostree.summary.mode": "Repository Mode",
  "ostree.summary.last-modified": "Last-Modified",
  "ostree.summary.tombstone-commits": "Has Tombstone Commits",
  "ostree.static-deltas": "Static Deltas",
  "ostree.summary.collection-id": "Collection ID",
};

function keyText(key: string, { type, value }: Variant): string {
  const title = TITLES[key];
  const name = title === undefined ? key : `${title} (${key})`;
  if (key === "ostree.commit.timestamp" || key === "ostree.summary.last-modified")
    return `${name}: ${timeText(Number(swap64(value as bigint)))}`;
  if (key === "ostree.summary.tombstone-commits") return `${name}: ${value === true ? "Yes" : "No"}`;
  return `${name}: ${title !== undefined && type === "s" ? (value as string) : printGVariant(type, value)}`;
}

function timeText(seconds: number): string {
  const at = calendarDate(seconds);
  const date = `${at.year}-${twoDigits(at.month)}-${twoDigits(at.day)}`;
  return `${date}T${twoDigits(at.hour)}:${twoDigits(at.minute)}:${twoDigits(at.second)}+00`;
}
