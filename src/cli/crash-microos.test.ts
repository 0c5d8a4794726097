/** The power goes during transactional-update on MicroOS: the default snapshot is the old one or the new one, whole, and the next run gets there. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { cutAt, Examiner, recordWrites, type Moment, type Recording } from "./crash.ts";
import { labOptions } from "./labs.ts";
import { readWords } from "./usage.ts";

const OPTIONS = labOptions(readWords(["--machine", "microos"], { flags: [], values: ["machine"] }));
/** Cuts here and there, and those about the commit point. */
const SAMPLES = 5;
const NEAR = 1;

describe.each(["microos-install", "microos-rollback"])("%s", (name) => {
  let recording: Recording;
  let commit: number;

  beforeAll(() => {
    recording = recordWrites(OPTIONS, readFileSync(new URL(`../../e2e/crash/${name}.sh`, import.meta.url), "utf8"));
    commit = recording.moments.findIndex(({ write }) => write.op === "set-default");
  }, 60_000);

  const chosen = (): (Moment & { readonly at: number })[] => {
    const { moments } = recording;
    const stride = Math.ceil(moments.length / SAMPLES);
    return moments.map((moment, at) => ({ ...moment, at })).filter(({ at }) => at % stride === 0 || Math.abs(at - commit) <= NEAR);
  };

  test("has one commit point, after which another snapshot comes up", () => {
    expect(recording.moments.filter(({ write }) => write.op === "set-default")).toHaveLength(1);
    const [before, after] = recording.arrivals.map(({ list }) => list);
    expect(after).not.toBe(before);
  });

  test("old before it, new after it", () => {
    const examiner = new Examiner(recording);
    for (const { at, ...moment } of chosen()) {
      const { write, verdict, detail } = cutAt(recording, moment, { examiner });
      expect(`${write.n} ${write.op} ${write.path}: ${verdict} (${detail})`).toContain(at <= commit ? ": old " : ": new ");
    }
  }, 60_000);

  test("old or new when unsynced writes are lost, and done again it is the new one", () => {
    const examiner = new Examiner(recording);
    for (const moment of chosen()) {
      const { write, verdict, detail } = cutAt(recording, moment, { examiner, seed: 1, again: true });
      expect(["old", "new"], `${write.n} ${write.op} ${write.path}: ${detail}`).toContain(verdict);
    }
  }, 60_000);
});
