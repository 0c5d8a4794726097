/**
 * Static deltas by name: `deltas/xx/…` in a repository holds what leads from one commit to another, or from nothing to it, and
 * `delta-indexes/xx/…` which of them lead to a commit. What is in them is in `static-delta/`.
 *
 * Source: ostreedev/ostree:src/libostree/ostree-repo-static-delta-core.c; names recorded from 2025.2.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { encodeGVariant, type GValue, type Variant } from "../../image/gvariant.ts";
import { fromHex, toHex } from "../../image/hex.ts";
import type { Checksum } from "../../image/ostree-objects.ts";
import { OstreeError } from "./errors.ts";
import { listDirectory, lstat, makeDirectories, parentOf, readBytes, removeTree, replaceFile } from "./files.ts";
import { hashOrder } from "./hash-order.ts";
import type { Repository } from "./repo.ts";

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

/** Below the repository. */
export function deltaDirectory({ from, to }: Delta): string {
  const name = from === undefined ? base64Of(to) : `${base64Of(from)}-${base64Of(to)}`;
  return `deltas/${name.slice(0, 2)}/${name.slice(2)}`;
}

export function deltaPath(repo: Repository, which: Delta): string {
  return `${repo.path}/${deltaDirectory(which)}`;
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
    listDirectory(repo.sys, `${repo.path}/delta-indexes/${fan.name}`).flatMap(({ name }) =>
      /^.{41}\.index$/.test(name) ? [checksumOf(fan.name + name.slice(0, 41))] : [],
    ),
  );
}

/** An index for every commit that some delta leads to, or for `only` one; those of others go. The configuration says that there are such. */
export function reindex(repo: Repository, only?: Checksum): void {
  if (!repo.config.getBoolean("core", "indexed-deltas")) {
    const { config } = repo;
    config.set("core", "indexed-deltas", "true");
    repo.writeConfig(config);
  }
  const deltas = listDeltas(repo);
  const indexed = only === undefined ? [...listIndexes(repo), ...deltas.map(({ to }) => to)] : [only];
  for (const to of new Set(indexed)) {
    const leading = deltas.filter((each) => each.to === to).sort((left, right) => ((left.from ?? "") < (right.from ?? "") ? -1 : 1));
    const path = indexPath(repo, to);
    if (leading.length > 0) {
      const index = encodeGVariant("a{sv}", [["ostree.static-deltas", deltaDigests(repo, leading)]]);
      makeDirectories(repo.sys, parentOf(path));
      if (!isWrittenAlready(repo, path, index)) replaceFile(repo.sys, path, index);
    } else if (lstat(repo.sys, path)) repo.sys.unlink(path);
  }
}

function isWrittenAlready(repo: Repository, path: string, bytes: Uint8Array): boolean {
  const found = lstat(repo.sys, path);
  return found?.size === bytes.length && readBytes(repo.sys, path).every((byte, i) => byte === bytes[i]);
}

/** The SHA-256 of each one's superblock, in the order of a GLib hash table. */
export function deltaDigests(repo: Repository, deltas: readonly Delta[]): Variant {
  const byName = new Map(deltas.map((each) => [each.name, each]));
  const digests = hashOrder([...byName.keys()]).flatMap((name): GValue[] => {
    const which = byName.get(name);
    return which ? [[name, { type: "ay", value: superblockDigest(repo, which) }]] : [];
  });
  return { type: "a{sv}", value: digests };
}

function superblockDigest(repo: Repository, which: Delta): Uint8Array {
  return sha256(readBytes(repo.sys, `${deltaPath(repo, which)}/superblock`));
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
