import { describe, expect, test } from "vitest";
import { FileLocks } from "./file-locks.ts";
import { PlaceFile } from "./open-file.ts";
import { O } from "./types.ts";

describe("flock(2)", () => {
  const opened = (): PlaceFile => {
    const place = { mount: { fs: { dev: 1, hold: () => undefined, release: () => undefined }, uses: 0 }, node: 7 };
    const file = new PlaceFile(place as never, O.RDONLY, "dir");
    return Object.defineProperty(file, "isOpen", { value: true, writable: true });
  };

  test("readers share, a writer is alone, and what was closed is in nobody's way", () => {
    const locks = new FileLocks();
    const [first, second] = [opened(), opened()];
    expect(locks.set(first, "shared")).toBe(true);
    expect(locks.set(second, "shared")).toBe(true);
    expect(locks.set(second, "exclusive")).toBe(false);
    expect(locks.set(first, "unlocked")).toBe(true);
    expect(locks.set(second, "exclusive")).toBe(true);
    expect(locks.set(first, "shared")).toBe(false);
    Object.assign(second, { isOpen: false });
    expect(locks.set(first, "exclusive")).toBe(true);
  });
});
