import { describe, expect, test } from "vitest";
import { calendarDate, isoTime, secondsOf } from "./calendar.ts";
import { Random } from "./random.ts";
import { addNanoseconds, compareTimestamps, timestamp } from "./timestamp.ts";
import { decodeUtf8, encodeUtf8, utf8Length } from "./utf8.ts";

describe("utf8", () => {
  const random = new Random(7);
  test.each(Array.from({ length: 200 }, (_, seed) => seed))("any bytes survive decoding and encoding (seed %i)", () => {
    const bytes = random.bytes(random.below(40));
    expect(encodeUtf8(decodeUtf8(bytes))).toEqual(bytes);
  });

  test.each(["", "ascii", "Grüße", "日本語", "🜁🜂", "a\u0000b", "￿"])("agrees with the platform's encoder on %j", (text) => {
    expect(encodeUtf8(text)).toEqual(new TextEncoder().encode(text));
    expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length);
    expect(decodeUtf8(encodeUtf8(text))).toBe(text);
  });

  test.each([
    ["overlong slash", [0xc0, 0xaf]],
    ["a surrogate", [0xed, 0xa0, 0x80]],
    ["above the last point", [0xf4, 0x90, 0x80, 0x80]],
    ["a cut sequence", [0xe2, 0x82]],
  ])("%s is escaped byte by byte", (_, bytes) => {
    const text = decodeUtf8(new Uint8Array(bytes));
    expect(text).toHaveLength(bytes.length);
    expect([...encodeUtf8(text)]).toEqual(bytes);
  });

  test("a long text is decoded whole", () => {
    const text = "ä日🜁x".repeat(20_000);
    expect(decodeUtf8(encodeUtf8(text))).toBe(text);
  });
});

describe("calendar", () => {
  const random = new Random(11);
  test.each(Array.from({ length: 300 }, (_, n) => n))("agrees with the platform's Date (%i)", () => {
    const seconds = random.next() * 2 - 2 ** 32;
    const date = new Date(seconds * 1000);
    const ours = calendarDate(seconds);
    expect(isoTime(seconds)).toBe(date.toISOString().replace(".000", ""));
    expect(ours.weekday).toBe(date.getUTCDay());
    expect(secondsOf(ours.year, ours.month, ours.day, ours.hour, ours.minute, ours.second)).toBe(seconds);
    expect(ours.dayOfYear).toBe((Date.UTC(ours.year, ours.month - 1, ours.day) - Date.UTC(ours.year, 0, 1)) / 86_400_000 + 1);
  });
});

test("nanoseconds carry both ways", () => {
  expect(addNanoseconds(timestamp(5, 999_999_999), 2)).toEqual({ sec: 6, nsec: 1 });
  expect(addNanoseconds(timestamp(5, 0), -1)).toEqual({ sec: 4, nsec: 999_999_999 });
  expect(compareTimestamps(timestamp(5, 1), timestamp(5, 2))).toBeLessThan(0);
});

test("a random source continues from its state", () => {
  const first = new Random(42);
  first.next();
  const second = new Random(first.state);
  expect(Array.from({ length: 5 }, () => second.next())).toEqual(Array.from({ length: 5 }, () => first.next()));
});
