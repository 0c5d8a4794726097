import { expect, test } from "vitest";
import { curly, quoteIfNeeded } from "./quote.ts";

/** As ls 9.1 prints them with --quoting-style=shell-escape in C.UTF-8. */
const RECORDED: readonly (readonly [name: string, shown: string])[] = [
  ["\n", "''$'\\n'"],
  ["#a", "'#a'"],
  ["a b", "'a b'"],
  ["a!b", "'a!b'"],
  ['a"b', "'a\"b'"],
  ["a=b", "'a=b'"],
  ["a\\b", "'a\\b'"],
  ["a{b", "a{b"],
  ["it's", '"it\'s"'],
  ["it's $x", "'it'\\''s $x'"],
  ["it's a#b", "'it'\\''s a#b'"],
  ["it's\\", "'it'\\''s\\'"],
  ["x\ny", "'x'$'\\n''y'"],
  ["x,y", "x,y"],
  ["x~", "x~"],
  ["~x", "'~x'"],
  ["{", "'{'"],
  ["\udc80a", "''$'\\200''a'"],
  ["é", "é"],
  ["é\n", "'é'$'\\n'"],
  ["it's\nx", "'it'\\''s'$'\\n''x'"],
];

test.each(RECORDED)("%j", (name, shown) => {
  expect(quoteIfNeeded(name)).toBe(shown);
});

test("curly quotes", () => {
  expect(curly("it’s")).toBe("‘it\\’s’");
  expect(curly("a\nb\\")).toBe("‘a\\nb\\\\’");
});
