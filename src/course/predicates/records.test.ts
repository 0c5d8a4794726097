import { expect, test } from "vitest";
import { isCount } from "./count.ts";
import { plain } from "./records.ts";

test.each([
  [2, ">=2", true],
  [1, ">=2", false],
  [1, "1", true],
  [2, "=1", false],
  [0, "<1", true],
  [3, "<= 3", true],
  [3, ">3", false],
] as const)("%i is %s: %s", (count, asked, is) => {
  // prettier-ignore
  expect(isCount(count, asked)).toBe(is);
});

test("a count that is none is no count", () => {
  expect(() => isCount(1, "many")).toThrow(RangeError);
});

test.each([
  ["\u001b[?2004l\rtouch: cannot touch '/usr/x': Read-only file system\r\n", "\ntouch: cannot touch '/usr/x': Read-only file system\n"],
  ["\u001b[01;32mgreen\u001b[0m \u001b]0;title\u0007text", "green text"],
  ["10%\r20%\r\n", "10%\n20%\n"],
  ["\u001b[H\u001b[2J\u001b[3Jempty", "empty"],
])("what a terminal was sent, without the terminal: %j", (sent, text) => {
  expect(plain(sent)).toBe(text);
});
