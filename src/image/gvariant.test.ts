import { describe, expect, test } from "vitest";
import { decodeGVariant, encodeGVariant, swap32, swap64 } from "./gvariant.ts";
import type { GValue } from "./gvariant.ts";
import { fromHex, toHex } from "./hex.ts";

/** The values that the specification works out, and a few more by its rules. */
const EXAMPLES: readonly (readonly [type: string, value: GValue, hex: string])[] = [
  ["s", "hello world", "68656c6c6f20776f726c6400"],
  ["ms", "hi", "68690000"],
  ["ms", null, ""],
  ["ab", [true, false, false, true, true], "0100000101"],
  ["(si)", ["foo", -1], "666f6f00ffffffff04"],
  [
    "a(si)",
    [
      ["hi", -2],
      ["bye", -1],
    ],
    "68690000feffffff0300000062796500ffffffff040915",
  ],
  ["as", ["i", "can", "has"], "690063616e00686173000206" + "0a"],
  [
    "((ys)as)",
    [
      [0x69, "can"],
      ["has", "strings?"],
    ],
    "6963616e0068617300737472696e67733f00040d05",
  ],
  ["(yy)", [0x70, 0x80], "7080"],
  ["(iy)", [96, 0x70], "6000000070000000"],
  [
    "a(iy)",
    [
      [96, 0x70],
      [648, 0xf7],
    ],
    "600000007000000088020000f7000000",
  ],
  ["ai", [4, 258], "0400000002010000"],
  ["{si}", ["a sp", 514], "6120737000000000" + "02020000" + "05"],
  ["v", { type: "u", value: 7 }, "070000000075"],
];

describe("worked examples", () => {
  test.each(EXAMPLES)("%s", (type, value, hex) => {
    expect(toHex(encodeGVariant(type, value))).toBe(hex);
    const decoded = decodeGVariant(type, fromHex(hex));
    expect(encodeGVariant(type, decoded)).toEqual(fromHex(hex));
  });
});

test("offsets widen with the size of the whole", () => {
  for (const length of [250, 251, 252, 253, 254, 255, 256, 65_530, 65_531, 65_532, 65_533, 70_000]) {
    const value = [["x".repeat(length), "y"], []];
    const bytes = encodeGVariant("(asas)", value);
    expect(decodeGVariant("(asas)", bytes)).toEqual(value);
  }
});

test("damaged bytes are refused", () => {
  expect(() => decodeGVariant("s", fromHex("6869"))).toThrow(RangeError);
  expect(() => decodeGVariant("u", fromHex("686900"))).toThrow(RangeError);
  expect(() => decodeGVariant("as", fromHex("6900636100ff"))).toThrow(RangeError);
});

test("byte order", () => {
  expect(swap32(0x81a40000)).toBe(0xa481);
  expect(swap64(1n)).toBe(0x0100_0000_0000_0000n);
  expect(swap64(swap64(0x0123_4567_89ab_cdefn))).toBe(0x0123_4567_89ab_cdefn);
});
