/** The power goes while ABRoot makes the other root: the old system or the new one, never mixed, for the menus are exchanged at once. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { cutAt, Examiner, recordWrites, type Recording } from "./crash.ts";
import { labOptions } from "./labs.ts";
import { readWords } from "./usage.ts";

const OPTIONS = labOptions(readWords(["--machine", "vanilla"], { flags: [], values: ["machine"] }));
/** Every so manieth write, and those about the commit point. */
const STRIDE = 151;
const NEAR = 2;
const COMMIT = /^boot:\/grub\/grub\.cfg -> \/grub\/grub\.cfg\.future$/;

describe.each(["abroot-upgrade", "abroot-pkg-apply"])("%s", (name) => {
  let recording: Recording;
  let commit: number;
  let examiner: Examiner;

  beforeAll(() => {
    const script = readFileSync(new URL(`../../e2e/crash/${name}.sh`, import.meta.url), "utf8");
    recording = recordWrites(OPTIONS, script);
    commit = recording.moments.findIndex(({ write }) => COMMIT.test(write.path));
    examiner = new Examiner(recording);
  }, 120_000);

  const sample = (): number[] => [...recording.moments.keys()].filter((at) => at % STRIDE === 0 || Math.abs(at - commit) <= NEAR);

  test("has one commit point, the exchange of the menus", () => {
    expect(recording.moments.filter(({ write }) => COMMIT.test(write.path)).map(({ write }) => write.op)).toEqual(["exchange"]);
    expect(recording.moments.slice(0, commit).filter(({ write }) => write.path.startsWith("boot:"))).toEqual([]);
    expect(recording.moments.filter(({ write }) => write.path.startsWith("vos-a:"))).toEqual([]);
  });

  test("old before it, new after it", () => {
    for (const at of sample()) {
      const { write, verdict, detail } = cutAt(recording, recording.moments[at] ?? never(), { examiner });
      expect(`${write.n} ${write.op} ${write.path}: ${verdict} (${detail})`).toContain(at <= commit ? ": old " : ": new ");
    }
  }, 180_000);

  // update-initramfs syncs the other root, but what ABRoot writes after it (that root's menu, its /etc) nobody does.
  test("then the exchange may come first, before what was written since update-initramfs", () => {
    const verdicts = Array.from(
      { length: 4 },
      (_, seed) => cutAt(recording, recording.moments[commit + 1] ?? never(), { examiner, seed }).verdict,
    );
    expect(verdicts.some((verdict) => verdict === "mixed" || verdict === "unbootable")).toBe(true);
  }, 180_000);
});

function never(): never {
  throw new Error("no such write");
}
