import { expect, test } from "vitest";
import { encodeUtf8 } from "../../base/utf8.ts";
import { decodeKey } from "./keys.ts";

/** What xterm and the Linux console send. */
test.each([
  ["a", "a"],
  ["é", "é"],
  ["中", "中"],
  ["\r", "enter"],
  ["\n", "C-j"],
  ["\t", "tab"],
  ["\x7f", "backspace"],
  ["\x08", "C-h"],
  ["\x01", "C-a"],
  ["\x00", "C-@"],
  ["\x1f", "C-_"],
  ["\x1ba", "M-a"],
  ["\x1b\x7f", "M-backspace"],
  ["\x1b\x08", "M-C-h"],
  ["\x1b[A", "up"],
  ["\x1bOA", "up"],
  ["\x1b[1;5C", "C-right"],
  ["\x1b[1;3D", "M-left"],
  ["\x1b[1;6D", "C-S-left"],
  ["\x1b[3~", "delete"],
  ["\x1b[3;5~", "C-delete"],
  ["\x1b[1~", "home"],
  ["\x1b[4~", "end"],
  ["\x1b[Z", "S-tab"],
  ["\x1bOP", "f1"],
  ["\x1b[[A", "f1"],
  ["\x1b[24~", "f12"],
  ["\x1b[200~", "paste-start"],
  ["\x1b[99u", "unknown"],
])("%j is %s", (sent, name) => {
  const bytes = [...encodeUtf8(sent)];
  const found = decodeKey(bytes);
  expect([found?.key.name, found?.length]).toEqual([name, bytes.length]);
  // Any shorter part of it is not decided yet, unless it is a key by itself.
  if (bytes[0] === 0x1b && bytes.length > 2) expect(decodeKey(bytes.slice(0, -1))).toBeUndefined();
});

test("a byte that is no UTF-8 is kept", () => {
  expect(decodeKey([0xff])?.key.text).toBe("\udcff");
  expect(decodeKey([0xc3, 0x41])?.key.text).toBe("\udcc3");
});
