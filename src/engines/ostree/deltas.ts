/**
 * Static deltas: `deltas/xx/…` in a repository holds what leads from one commit to another, or from nothing to it.
 *
 * @simplified Ours hold the objects as they are: no rollsums, no bsdiff, no LZMA. So they are larger than the real ones.
 * Source: ostreedev/ostree:src/libostree/ostree-repo-static-delta-core.c; names recorded from 2025.2.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { encodeGVariant, type GValue } from "../../image/gvariant.ts";
import { fromHex, toHex } from "../../image/hex.ts";
import type { Checksum } from "../../image/ostree-objects.ts";
import { OstreeError } from "./errors.ts";
import { listDirectory, lstat, makeDirectories, parentOf, readBytes, removeTree, replaceFile } from "./files.ts";
import { reachableObjects } from "./reachable.ts";
import { parseObjectName, type Repository } from "./repo.ts";
import { diffTrees } from "./tree-walk.ts";

export interface Delta {
  readonly from: Checksum | undefined;
  readonly to: Checksum;
  /** `<from>-<to>`, or `<to>` alone. */
  readonly name: string;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+_";

export function delta(from: Checksum | undefined, to: Checksum): Delta {
  return { from, to, name: from === undefined ? to : `${from}-${to}` };
}

/** Of that name. Throws `OstreeError` when it is none. */
export function parseDelta(name: string): Delta {
  const [first = "", second] = name.split("-");
  for (const part of second === undefined ? [first] : [first, second])
    if (!/^[0-9a-f]{64}$/.test(part)) throw new OstreeError(`Invalid rev ${part}`);
  return second === undefined ? delta(undefined, first) : delta(first, second);
}

/** In the order in which the directories have them. */
export function listDeltas(repo: Repository): Delta[] {
  return listDirectory(repo.sys, `${repo.path}/deltas`).flatMap((fan) =>
    listDirectory(repo.sys, `${repo.path}/deltas/${fan.name}`).flatMap((entry) => {
      if (!lstat(repo.sys, `${repo.path}/deltas/${fan.name}/${entry.name}/superblock`)) return [];
      const [first = "", second] = (fan.name + entry.name).split("-").map(checksumOf);
      return [second === undefined ? delta(undefined, first) : delta(first, second)];
    }),
  );
}

export function deltaPath(repo: Repository, { from, to }: Delta): string {
  const name = from === undefined ? base64Of(to) : `${base64Of(from)}-${base64Of(to)}`;
  return `${repo.path}/deltas/${name.slice(0, 2)}/${name.slice(2)}`;
}

/** Removes the deltas from and to a commit. */
export function removeDeltasOf(repo: Repository, commit: Checksum): void {
  for (const each of listDeltas(repo)) if (each.from === commit || each.to === commit) removeDelta(repo, each);
}

/** A commit that has an index of the deltas that lead to it. */
export function indexPath(repo: Repository, to: Checksum): string {
  const name = base64Of(to);
  return `${repo.path}/delta-indexes/${name.slice(0, 2)}/${name.slice(2)}.index`;
}

export function listIndexes(repo: Repository): Checksum[] {
  return listDirectory(repo.sys, `${repo.path}/delta-indexes`).flatMap((fan) =>
    listDirectory(repo.sys, `${repo.path}/delta-indexes/${fan.name}`).map((entry) =>
      checksumOf(fan.name + entry.name.replace(/\.index$/, "")),
    ),
  );
}

/** An index for every commit that some delta leads to; those of others go. */
export function reindex(repo: Repository): void {
  removeTree(repo.sys, `${repo.path}/delta-indexes`);
  const deltas = listDeltas(repo);
  for (const to of new Set(deltas.map((each) => each.to))) {
    const digests = deltas
      .filter((each) => each.to === to)
      .map((each): GValue => [each.name, { type: "ay", value: superblockDigest(repo, each) }]);
    const path = indexPath(repo, to);
    makeDirectories(repo.sys, parentOf(path));
    replaceFile(repo.sys, path, encodeGVariant("a{sv}", [["ostree.static-deltas", { type: "a{sv}", value: digests }]]));
  }
}

export function superblockDigest(repo: Repository, which: Delta): Uint8Array {
  return sha256(readBytes(repo.sys, `${deltaPath(repo, which)}/superblock`));
}

export interface DeltaContents {
  /** Files at a path that the older commit has, too, with other contents. */
  readonly modified: number;
  readonly metadata: number;
  readonly files: number;
  readonly links: number;
  /** Bytes of all contents. */
  readonly size: number;
  /** Bytes that the objects take in the repository. */
  readonly loose: number;
}

/** Writes what `which.to` has beyond `which.from`, and says what that was. Throws `OstreeError` for a commit that is not whole. */
export function writeDelta(repo: Repository, which: Delta): DeltaContents {
  const { from, to } = which;
  const known = from === undefined ? new Set<string>() : allOf(reachableObjects(repo, [from]));
  const missing = [...allOf(reachableObjects(repo, [to]))]
    .filter((name) => !known.has(name))
    .flatMap((name) => parseObjectName(name) ?? []);
  const parts = missing.map(({ checksum, kind }) => ({ checksum, kind, bytes: readBytes(repo.sys, repo.objectPath(checksum, kind)) }));
  const contents = missing.filter(({ kind }) => kind === "file").map(({ checksum }) => repo.describeFile(checksum));
  const sizes = contents.map((file) => (file.kind === "file" ? file.size : file.target.length));
  const metadata = parts.filter(({ kind }) => kind !== "file");
  const path = deltaPath(repo, which);
  makeDirectories(repo.sys, path);
  const part = parts.map(({ checksum, kind, bytes }): GValue => [checksum, kind, bytes]);
  replaceFile(repo.sys, `${path}/0`, encodeGVariant("a(ssay)", part));
  const fallback: GValue = [["ostree.lab.objects", { type: "u", value: parts.length }]];
  replaceFile(repo.sys, `${path}/superblock`, encodeGVariant("(a{sv}say)", [fallback, which.name, fromHex(to)]));
  return {
    modified: from === undefined ? 0 : modifiedFiles(repo, from, to),
    metadata: metadata.length,
    files: contents.filter(({ kind }) => kind === "file").length,
    links: contents.filter(({ kind }) => kind === "symlink").length,
    size: sum(sizes) + sum(metadata.map(({ bytes }) => bytes.length)),
    loose: sum(parts.map(({ bytes }) => bytes.length)),
  };
}

function modifiedFiles(repo: Repository, from: Checksum, to: Checksum): number {
  const left = { kind: "commit", commit: from } as const;
  return diffTrees(repo, left, { kind: "commit", commit: to }).modified.length;
}

function allOf<T>(walk: Generator<void, T, void>): T {
  for (;;) {
    const next = walk.next();
    if (next.done === true) return next.value;
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Throws `OstreeError` when there is none. */
export function removeDelta(repo: Repository, which: Delta): void {
  const path = deltaPath(repo, which);
  if (!lstat(repo.sys, path)) throw new OstreeError(`Can't find delta ${which.name}`);
  removeTree(repo.sys, path);
}

/** 43 letters of base64 with "_" for "/", for 32 bytes. */
function base64Of(checksum: Checksum): string {
  const bytes = fromHex(checksum);
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const bits = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    for (const shift of [18, 12, 6, 0]) text += ALPHABET[(bits >> shift) & 63] ?? "";
  }
  return text.slice(0, 43);
}

function checksumOf(base64: string): Checksum {
  const bytes: number[] = [];
  for (let at = 0; at < 44; at += 4) {
    let bits = 0;
    for (let i = 0; i < 4; i++) bits = (bits << 6) | Math.max(0, ALPHABET.indexOf(base64[at + i] ?? "A"));
    bytes.push((bits >> 16) & 255, (bits >> 8) & 255, bits & 255);
  }
  return toHex(Uint8Array.from(bytes.slice(0, 32)));
}
