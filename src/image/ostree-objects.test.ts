import { readFileSync } from "node:fs";
import { fromHex } from "./hex.ts";
import { describe, expect, test } from "vitest";
import {
  checksumBytes,
  checksumCommit,
  checksumDirmeta,
  checksumFile,
  checksumSymlink,
  commitMetadata,
  decodeCommit,
  decodeDirmeta,
  decodeDirtree,
  decodeUserMeta,
  encodeCommit,
  encodeDirmeta,
  encodeDirtree,
  encodeUserMeta,
  metadataString,
  objectName,
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
    expect(new Map(commit.metadata).get("ostree.ref-binding")).toEqual({ type: "as", value: [recorded.branch] });
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
  expect(checksumBytes(fromHex(commit.dirtree + commit.dirmeta))).toBe("b01182b01bd1ca6a582793442164cca739a823cc32651dd742d7791fc4231f30");
  expect(checksumDirmeta({ mode: 0o755, uid: 0, gid: 0 })).toBe(dirmeta);
  expect(objectName(dirtree, "dirtree")).toBe(`3d/${dirtree.slice(2)}.dirtree`);
});

test("bare-user files keep owner and mode", () => {
  expect(decodeUserMeta(encodeUserMeta({ mode: 0o640, uid: 1, gid: 2 }, "file"))).toEqual({ mode: 0o640, uid: 1, gid: 2, kind: "file" });
});
