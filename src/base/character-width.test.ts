import { describe, expect, test } from "vitest";
import { characterWidth, textWidth } from "./character-width.ts";

describe("as glibc's wcwidth(3) in a UTF-8 locale", () => {
  test.each([
    ["a", 1],
    ["é", 1],
    ["\u00ad", 1],
    ["\u0301", 0],
    ["\u200d", 0],
    ["\ufe0f", 0],
    ["\u1160", 0],
    ["中", 2],
    ["한", 2],
    ["ｱ", 1],
    ["Ａ", 2],
    ["　", 2],
    ["→", 1],
    ["●", 1],
    ["😀", 2],
    ["🏽", 2],
    ["𠀀", 2],
    ["─", 1],
    ["\u0600", 1],
    ["✅", 2],
    ["\x07", 0],
  ] as const)("%j is %i wide", (character, width) => {
    expect(characterWidth(character.codePointAt(0)!)).toBe(width);
  });
});

test("a text is as wide as its characters", () => {
  expect(textWidth("e\u0301 中文 😀")).toBe(9);
});
