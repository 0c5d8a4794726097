import { describe, expect, test } from "vitest";
import { decodeGVariant, defaultGVariant, encodeGVariant, type GValue } from "./gvariant.ts";
import { byteswapped, GVariantTextError, parseGVariant, printGVariant } from "./gvariant-text.ts";

/** What `ostree commit --add-metadata=k=…` took and `ostree show --print-metadata-key=k` gave, which shows numbers the other way round (ostree 2025.2). */
const SHOWN: readonly (readonly [given: string, shown: string])[] = [
  ['{"k": <5>, "z": <[(1,"q")]>}', "{'k': <83886080>, 'z': <[(16777216, 'q')]>}"],
  ["true", "true"],
  ["1.5", "3.1398365858857059e-319"],
  ["@as []", "@as []"],
  ["byte 7", "byte 0x07"],
  ["('x', int64 -5)", "('x', int64 -288230376151711745)"],
  ["@ms nothing", "@ms nothing"],
  ["b'abc'", "b'abc'"],
  ["uint32 5", "uint32 83886080"],
  ["['a','b']", "['a', 'b']"],
];

describe("text of GVariants", () => {
  test.each(SHOWN)("%s is shown as %s", (given, shown) => {
    const { type, value } = parseGVariant(given);
    const stored = decodeGVariant(type, encodeGVariant(type, value));
    expect(printGVariant(type, byteswapped(type, stored))).toBe(shown);
    expect(byteswapped(type, byteswapped(type, stored))).toEqual(stored);
  });

  test("the first element says the type, the others do not", () => {
    const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
    const value: GValue = [
      ["x", bytes(1, 0, 2)],
      ["z", bytes(3, 0, 4)],
    ];
    expect(printGVariant("a(say)", value)).toBe("[('x', [byte 0x01, 0x00, 0x02]), ('z', [0x03, 0x00, 0x04])]");
  });

  test("a quote inside takes the other quotes outside", () => {
    expect(printGVariant("s", "it's")).toBe(`"it's"`);
    expect(printGVariant("d", 2)).toBe("2.0");
  });

  test.each([
    ["zz", "0-2:unknown keyword"],
    ["[", "1:expected ']'"],
    ["'a", "0-2:unterminated string constant"],
  ])("%s cannot be read", (text, why) => {
    expect(() => parseGVariant(text)).toThrow(GVariantTextError);
    expect(() => parseGVariant(text)).toThrow(why);
  });
});

// As `ostree show --print-variant-type` of libostree 2022.7 prints a file that holds "abc".
test.each([
  ["s", "''"],
  ["u", "uint32 0"],
  ["t", "uint64 0"],
  ["x", "int64 0"],
  ["d", "0.0"],
  ["b", "false"],
  ["o", "objectpath '/'"],
  ["g", "signature ''"],
  ["(su)", "('', uint32 0)"],
  ["as", "@as []"],
  ["aay", "@aay []"],
  ["a{sv}", "@a{sv} {}"],
  ["v", "<()>"],
  ["mu", "@mu nothing"],
  ["(uuua(ayay))", "(uint32 0, uint32 0, uint32 0, @a(ayay) [])"],
])("the default of %s is %s", (type, text) => {
  expect(printGVariant(type, defaultGVariant(type))).toBe(text);
});
