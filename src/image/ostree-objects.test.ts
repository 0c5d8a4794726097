import { readFileSync } from "node:fs";
import { inflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { encodeUtf8 } from "../base/utf8.ts";
import { fromHex } from "./hex.ts";
import {
  checksumBytes,
  checksumCommit,
  checksumDirmeta,
  checksumFile,
  checksumSymlink,
  commitMetadata,
  contentChecksum,
  decodeCommit,
  decodeDirmeta,
  decodeDirtree,
  decodeFilez,
  decodeUserMeta,
  encodeCommit,
  encodeDirmeta,
  encodeDirtree,
  encodeFilez,
  encodeUserMeta,
  metadataString,
  objectName,
  refBinding,
} from "./ostree-objects.ts";
import type { Dirtree, Ownership } from "./ostree-objects.ts";
import { checksumTree } from "./tree-checksum.ts";
import type { LiveEntry, TreeReader } from "./tree-checksum.ts";

interface RecordedEntry extends Ownership {
  readonly path: string;
  readonly type: "dir" | "file" | "symlink";
  readonly target?: string;
  readonly content_base64?: string;
}

/** A line of e2e/oracle/ostree-checksums.jsonl: a tree, and what `ostree commit` made of it. */
interface Recorded {
  readonly id: string;
  readonly entries: readonly RecordedEntry[];
  readonly branch: string;
  readonly subject: string;
  readonly body: string | null;
  readonly timestamp: number;
  readonly metadata: { readonly [key: string]: string };
  readonly parent: string | null;
  readonly commit: string;
  readonly dirtree: string;
  readonly dirmeta: string;
  readonly files: { readonly [path: string]: string };
}

const recordings: Recorded[] = readFileSync(new URL("../../e2e/oracle/ostree-checksums.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Recorded);

function reader(entries: readonly RecordedEntry[]): TreeReader<string> {
  return {
    *entries(dir): Generator<LiveEntry<string>> {
      for (const entry of entries) {
        const cut = entry.path.lastIndexOf("/") + 1;
        const name = entry.path.slice(cut);
        if (name === "" || entry.path.slice(0, cut) !== dir) continue;
        if (entry.type === "dir") yield { ...entry, kind: "dir", name, dir: `${entry.path}/` };
        else if (entry.type === "symlink") yield { ...entry, kind: "symlink", name, target: entry.target ?? "" };
        else yield { ...entry, kind: "file", name, contents: () => new Uint8Array(Buffer.from(entry.content_base64 ?? "", "base64")) };
      }
    },
  };
}

test("there are sixty recordings", () => {
  expect(recordings).toHaveLength(60);
});

describe.each(recordings)("recorded tree $id", (recorded) => {
  const root = recorded.entries.find((entry) => entry.path === "/") as RecordedEntry;

  test("every file, the root and the commit have ostree's checksums", () => {
    for (const entry of recorded.entries) {
      if (entry.type === "dir") continue;
      const found =
        entry.type === "file"
          ? checksumFile(entry, new Uint8Array(Buffer.from(entry.content_base64 ?? "", "base64")))
          : checksumSymlink(entry, entry.target ?? "");
      expect(found, entry.path).toBe(recorded.files[entry.path]);
    }
    const tree = checksumTree(reader(recorded.entries), "/", root);
    expect(tree).toEqual({ dirtree: recorded.dirtree, dirmeta: recorded.dirmeta });
    const commit = {
      metadata: commitMetadata(Object.entries(recorded.metadata), [recorded.branch]),
      parent: recorded.parent ?? undefined,
      subject: recorded.subject,
      body: recorded.body ?? "",
      timestamp: recorded.timestamp,
      ...tree,
    };
    expect(checksumCommit(commit)).toBe(recorded.commit);
    expect(decodeCommit(encodeCommit(commit))).toEqual(commit);
    expect(refBinding(commit)).toEqual([recorded.branch]);
    expect(metadataString(commit, "version")).toBe(recorded.metadata["version"]);
  });

  test("what is stored reads back the same", () => {
    const trees: [string, Dirtree][] = [];
    checksumTree(reader(recorded.entries), "/", root, {
      dirtree: (checksum, tree) => trees.push([checksum, tree]),
      dirmeta: (checksum, owner) => {
        const { mode, uid, gid } = owner;
        expect(decodeDirmeta(encodeDirmeta(owner))).toEqual({ mode, uid, gid });
        expect(checksumBytes(encodeDirmeta(owner))).toBe(checksum);
      },
    });
    for (const [checksum, tree] of trees) expect(checksumBytes(encodeDirtree(decodeDirtree(encodeDirtree(tree))))).toBe(checksum);
  });
});

test("objects as the real ostree 2022.7 stored them", () => {
  const dirtree = "3dfb3a9165701344b8b756b4096928e0614c55e12f0c890c3a6f9d631d97d596";
  const dirmeta = "446a0ef11b7cc167f3b603e585c7eeeeb675faa412d5ec73f62988eb0b6c5488";
  const commit = {
    metadata: commitMetadata(
      [
        ["version", "1"],
        ["foo", "bar"],
      ],
      ["x/y"],
    ),
    parent: undefined,
    subject: "subj",
    body: "body text",
    timestamp: 1795793512,
    dirtree,
    dirmeta,
  };
  expect(checksumCommit(commit)).toBe("3ea7391dfb708f640cf478270980a193d17cbc55ad81744af863f6cbb0a916a0");
  expect(contentChecksum(commit)).toBe("b01182b01bd1ca6a582793442164cca739a823cc32651dd742d7791fc4231f30");
  expect(checksumDirmeta({ mode: 0o755, uid: 0, gid: 0 })).toBe(dirmeta);
  const link = fromHex("0000001b0000000000000000000000000000000000000000" + "0000a1ff00000000" + "61001a");
  expect(encodeFilez({ kind: "symlink", uid: 0, gid: 0, target: "a" })).toEqual(link);
  const owner = { mode: 0o644, uid: 0, gid: 0 };
  const stored = encodeFilez({ kind: "file", ...owner, contents: encodeUtf8("hi\n") });
  expect(stored.subarray(0, 34)).toEqual(
    fromHex("0000001a00000000" + "0000000000000003" + "0000000000000000000081a4" + "00000000" + "0019"),
  );
  expect(objectName(dirtree, "dirtree")).toBe(`3d/${dirtree.slice(2)}.dirtree`);
});

test("archived and bare-user files keep owner, mode and contents", () => {
  for (const length of [0, 1, 65_535, 65_536, 200_000]) {
    const file = { kind: "file", mode: 0o4711, uid: 7, gid: 8, contents: new Uint8Array(length).fill(length & 255) } as const;
    const stored = encodeFilez(file);
    const back = decodeFilez(stored);
    expect({ ...back, contents: undefined }).toEqual({ ...file, contents: undefined });
    expect(inflateRawSync(stored.subarray(34)).equals(file.contents)).toBe(true);
  }
  expect(decodeUserMeta(encodeUserMeta({ mode: 0o640, uid: 1, gid: 2 }, "file"))).toEqual({ mode: 0o640, uid: 1, gid: 2, kind: "file" });
});
