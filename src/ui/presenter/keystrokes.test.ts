import { expect, test } from "vitest";
import { addKeystroke, keystrokeOf, keystrokeSent, type Keystroke } from "./keystrokes.ts";

const plain = { ctrlKey: false, altKey: false };

test.each([
  [{ key: "a", ...plain }, "a", false],
  [{ key: " ", ...plain }, " ", false],
  [{ key: "Enter", ...plain }, "Enter", true],
  [{ key: "ArrowUp", ...plain }, "↑", true],
  [{ key: "c", ctrlKey: true, altKey: false }, "Ctrl+C", true],
  [{ key: "ArrowLeft", ctrlKey: true, altKey: false }, "Ctrl+←", true],
  [{ key: ".", ctrlKey: false, altKey: true }, "Alt+.", true],
])("a key is shown: %j", (event, text, isNamed) => {
  expect(keystrokeOf(event)).toEqual({ text, isNamed });
});

test("a key that only holds is not shown", () => {
  expect(keystrokeOf({ key: "Control", ctrlKey: true, altKey: false })).toBeUndefined();
});

test.each([
  ["x", "x"],
  ["\r", "Enter"],
  ["\x03", "Ctrl+C"],
  ["\x1b[B", "↓"],
  ["\x01\x0b", undefined],
])("what is sent is shown: %j", (sent, text) => {
  expect(keystrokeSent(sent)?.text).toBe(text);
});

test("characters join, names stand alone, and what is too long falls off in front", () => {
  const type = (texts: readonly string[]): readonly Keystroke[] =>
    texts.reduce<readonly Keystroke[]>((shown, text) => {
      const key = keystrokeSent(text);
      return key === undefined ? shown : addKeystroke(shown, key);
    }, []);
  expect(type([..."ls\r", "\x1b[A"]).map(({ text }) => text)).toEqual(["ls", "Enter", "↑"]);
  const long = type([..."0123456789".repeat(6), "\r", ..."tail"]);
  expect(long.map(({ text }) => text).join("").length).toBeLessThanOrEqual(48);
  expect(long.at(-1)?.text).toBe("tail");
});
