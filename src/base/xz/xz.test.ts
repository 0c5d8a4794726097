import { sha256 } from "@noble/hashes/sha2.js";
import { describe, expect, test } from "vitest";
import { encodeUtf8 } from "../utf8.ts";
import { joined } from "./lzma2.ts";
import { CorruptData, decodeXz, encodeXz, NotXz } from "./xz.ts";

/** What each text is, and the length and SHA-256 of what liblzma 5.4.1 makes of it (preset 8, CRC-64), as Python's lzma.compress gives it. */
const RECORDED: readonly (readonly [name: string, text: Uint8Array, length: number, digest: string])[] = [
  ["nothing", new Uint8Array(0), 32, "0040f94d11d0039505328a90b2ff48968db873e9e7967307631bf40ef5679275"],
  ["a byte", encodeUtf8("a"), 60, "9eacd3250ada37a9baac88315ad73fca36994c666359e4b3a6b918a32d9749e7"],
  ["one byte a thousand times", encodeUtf8("a".repeat(1000)), 76, "f60d8edb4750cc75cb068bd23b98bc59845aec80ebe6f8f993b7aa39ddf5696b"],
  ["noise", noise(1, 5000), 5060, "5a43ea90643e776bedaa1dba6605efdaab561d8b8f7f5163083fac407d055f25"],
  ["noise beyond a chunk", noise(2, 70000), 70064, "176129a595ff4e8bd121e46849fc3e76a0ee1b3056f24978b91bc31f4e74a6c8"],
  ["letters", letters(3, 6000), 3388, "d47504e5dbee5395fb36aab35c0738a4226dce2846487712263d5fac70761c1a"],
  ["words", words(4, 900), 1480, "8c15458bfb7f00dee45f7e962795196910351bdafef778fefae5c27942974a6b"],
  ["more words", words(5, 4000), 5004, "02120c2418abf077b783e58850cd4b8c8f7fa32912c5e6e1e14ca29f25ad9cbc"],
  [
    "words, noise, words",
    joined([words(6, 2000), noise(7, 66000), words(6, 2000)]),
    69724,
    "631b243a15ddc5ef1051f7bd87740d9aebbdd5938cef86868177f138d91356bc",
  ],
  ["three million zeros", new Uint8Array(3_000_000), 568, "a858a15ef322b12781dcdfa92c258648f30fcae9d5cf78b63fd92d344b84b902"],
];

describe.each(RECORDED)("%s", (_, text, length, digest) => {
  const packed = run(encodeXz(text));

  test("is packed to the bytes of liblzma", () => {
    expect(packed.length).toBe(length);
    expect(Buffer.from(sha256(packed)).toString("hex")).toBe(digest);
  });

  test("comes back as it was", () => {
    expect(Buffer.compare(run(decodeXz(packed)), text)).toBe(0);
  });
});

test("a flipped byte is noticed wherever it is, and a file cut short, too", () => {
  const packed = run(encodeXz(letters(8, 300)));
  for (let at = 8; at < packed.length; at++) expect(() => run(decodeXz(packed.with(at, (packed[at] ?? 0) ^ 16))), `byte ${at}`).toThrow();
  for (let end = 12; end < packed.length; end += 7) expect(() => run(decodeXz(packed.subarray(0, end)))).toThrow(CorruptData);
  expect(() => run(decodeXz(encodeUtf8("no such file")))).toThrow(NotXz);
});

function run<T>(work: Generator<void, T, void>): T {
  for (;;) {
    const next = work.next();
    if (next.done === true) return next.value;
  }
}

function below(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 16) % limit;
  };
}

function noise(seed: number, length: number): Uint8Array {
  const next = below(seed);
  return Uint8Array.from({ length }, () => next(256));
}

function letters(seed: number, length: number): Uint8Array {
  const next = below(seed);
  const alphabet = encodeUtf8("the quick brown fox \n");
  return Uint8Array.from({ length }, () => alphabet[next(21)] ?? 0);
}

function words(seed: number, count: number): Uint8Array {
  const next = below(seed);
  const known = Array.from({ length: 30 }, () => Uint8Array.from({ length: 2 + next(10) }, () => next(256)));
  return joined(Array.from({ length: count }, () => known[next(30)] ?? new Uint8Array(0)));
}
