import { deflateRawSync, inflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { encodeUtf8 } from "../../base/utf8.ts";
import { fromHex } from "../../image/hex.ts";
import { decodeFilez } from "../../image/ostree-objects.ts";
import { encodeFilez } from "./archived-file.ts";

const OWNER = { mode: 0o644, uid: 0, gid: 0 };
const HEADER = 34;

test("archived files as the real ostree 2022.7 stored them", () => {
  const link = fromHex("0000001b0000000000000000000000000000000000000000" + "0000a1ff00000000" + "61001a");
  expect(encodeFilez({ kind: "symlink", uid: 0, gid: 0, target: "a" })).toEqual(link);
  const stored = encodeFilez({ kind: "file", ...OWNER, contents: encodeUtf8("hi\n") });
  expect(stored.subarray(0, HEADER)).toEqual(
    fromHex("0000001a00000000" + "0000000000000003" + "0000000000000000000081a4" + "00000000" + "0019"),
  );
});

test("archived files keep owner, mode and contents", () => {
  for (const length of [0, 1, 65_535, 65_536, 200_000]) {
    const file = { kind: "file", mode: 0o4711, uid: 7, gid: 8, contents: new Uint8Array(length).fill(length & 255) } as const;
    const stored = encodeFilez(file);
    const back = decodeFilez(stored);
    expect({ ...back, contents: undefined }).toEqual({ ...file, contents: undefined });
    expect(inflateRawSync(stored.subarray(HEADER)).equals(file.contents)).toBe(true);
  }
});

test("short texts in which nothing comes again are the bytes of zlib, and come back", () => {
  let state = 1;
  const next = (limit: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 16) % limit;
  };
  for (let i = 0; i < 500; i++) {
    const limit = [144, 26, 95, 256][i % 4] ?? 1;
    const contents = Uint8Array.from({ length: i % 33 }, () => next(limit) + (limit > 95 ? 0 : 32));
    const stored = encodeFilez({ kind: "file", ...OWNER, contents });
    const packed = stored.subarray(HEADER);
    const triples = new Set(Array.from({ length: Math.max(0, contents.length - 2) }, (_, at) => contents.subarray(at, at + 3).join()));
    if (triples.size === Math.max(0, contents.length - 2) && contents.every((byte) => byte < 144))
      expect(Buffer.from(packed).toString("hex")).toBe(deflateRawSync(contents, { level: 6 }).toString("hex"));
    expect(decodeFilez(stored)).toEqual({ kind: "file", ...OWNER, contents });
  }
});
