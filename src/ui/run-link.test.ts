import { describe, expect, test } from "vitest";
import { BadRun } from "../lab/run-script.ts";
import { Random } from "../base/random.ts";
import { readRun, writeRun } from "./run-link.ts";

const SHORT = '[1,"silverblue","composefs",1,-1,"0123456789"]';
const LONG = `[1,"silverblue","composefs",1,-1,"0123456789",${JSON.stringify("sudo rpm-ostree upgrade\r".repeat(20))},"é🐧"]`;

describe("a run in a link", () => {
  test.each([SHORT, LONG])("comes back: %#", async (packed) => {
    const text = await writeRun(packed);
    expect(text).toMatch(/^[\w-]+$/);
    expect(await readRun(text)).toBe(packed);
  });

  test("a short one is not made longer", async () => {
    expect((await writeRun("[1]")).length).toBeLessThan(12);
  });

  test("every cut and every changed letter is noticed", async () => {
    const text = await writeRun(LONG);
    for (let length = 0; length < text.length; length++) await expect(readRun(text.slice(0, length))).rejects.toThrow(BadRun);
    const random = new Random(7);
    for (let at = 0; at < text.length; at++) {
      const other = random.pick([..."abcXYZ019-_%"].filter((letter) => letter !== text[at]));
      // The last letter has bits that no byte needs.
      if (at === text.length - 1) continue;
      await expect(readRun(text.slice(0, at) + other + text.slice(at + 1)), `letter ${at}`).rejects.toThrow(BadRun);
    }
  });

  test("one that was made to fill memory is given up", async () => {
    const bomb = await writeRun("0".repeat(64 * 1024 * 1024));
    await expect(readRun(bomb)).rejects.toThrow(BadRun);
  });
});
