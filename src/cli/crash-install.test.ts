/** The power goes during `rpm-ostree install` and the restart that finishes it: the system without the package or with it, whole. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { cutAt, recordWrites, type Recording } from "./crash.ts";
import { labOptions } from "./labs.ts";
import { readWords } from "./usage.ts";

const SCRIPT = readFileSync(new URL("../../e2e/crash/install.sh", import.meta.url), "utf8");
/** Every so manieth write, and those about the commit point. */
const STRIDE = 211;
const NEAR = 2;
const COMMIT = /^boot:\/loader\.tmp -> \/loader$/;

let recording: Recording;
let commit: number;

beforeAll(() => {
  recording = recordWrites(labOptions(readWords([], { flags: [], values: [] })), SCRIPT);
  commit = recording.moments.findIndex(({ write }) => COMMIT.test(write.path));
}, 120_000);

describe.each([undefined, 1])("unsynced writes reordered by seed %s", (seed) => {
  test("old or new, never mixed", () => {
    expect(commit).toBeGreaterThan(0);
    for (const [at, moment] of recording.moments.entries()) {
      if (at % STRIDE !== (seed ?? 0) && Math.abs(at - commit) > NEAR) continue;
      const { write, verdict, detail } = cutAt(recording, moment, seed === undefined ? {} : { seed });
      const said = `${write.n} ${write.op} ${write.path}: ${verdict} (${detail})`;
      if (seed === undefined) expect(said).toContain(at <= commit ? ": old " : ": new ");
      else expect(["old", "new"], said).toContain(verdict);
    }
  }, 180_000);
});
