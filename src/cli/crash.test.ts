import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { timestamp } from "../base/timestamp.ts";
import type { Disk } from "../vfs/disk.ts";
import { cutAt, Examiner, recordWrites, type Moment, type Recording } from "./crash.ts";
import { labOptions } from "./labs.ts";
import { readWords } from "./usage.ts";

const SCRIPT = readFileSync(new URL("../../e2e/crash/upgrade.sh", import.meta.url), "utf8");
/** In order the power goes before every write; in disorder, and where nothing is shared, before every so manieth one and all about the commit point. */
const STRIDE = 97;
const NEAR = 12;
/** Cuts of each of the other scripts. */
const SAMPLES = 6;

const COMMIT = /^boot:\/loader\.tmp -> \/loader$/;

let recording: Recording;
let commit: number;

beforeAll(() => {
  const words = readWords([], { flags: [], values: [] });
  recording = recordWrites(labOptions(words), SCRIPT);
  commit = recording.moments.findIndex(({ write }) => COMMIT.test(write.path));
}, 120_000);

function chosen(): (Moment & { readonly at: number })[] {
  return recording.moments.map((moment, at) => ({ ...moment, at })).filter(({ at }) => at % STRIDE === 0 || Math.abs(at - commit) <= NEAR);
}

test("the script writes, commits once, and comes up as the next release", () => {
  expect(recording.moments.length).toBeGreaterThan(500);
  expect(recording.moments.filter(({ write }) => COMMIT.test(write.path))).toHaveLength(1);
  const [before, after] = recording.arrivals.map(({ booted }) => booted);
  expect(after).not.toBe(before);
});

test("in order, everything up to the commit point is the old release, everything after it the new one", () => {
  const examiner = new Examiner(recording);
  for (const [at, moment] of recording.moments.entries()) {
    const { write, verdict, detail } = cutAt(recording, moment, { examiner });
    expect(`${write.n} ${write.op} ${write.path}: ${verdict} (${detail})`).toContain(at <= commit ? ": old " : ": new ");
  }
  // Most disks are shown to give what another one gave.
  expect(examiner.starts).toBeLessThan(100);
}, 240_000);

test("what is shared between cuts is what each cut would have given by itself", () => {
  const examiner = new Examiner(recording);
  for (const [at, moment] of recording.moments.entries()) {
    const disk = moment.disk.fork();
    disk.powerCut();
    const shared = examiner.examine(disk);
    if (at % STRIDE !== 1 && Math.abs(at - commit) > NEAR) continue;
    const alone = moment.disk.fork();
    alone.powerCut();
    expect(shared, `${moment.write.n} ${moment.write.path}`).toEqual(new Examiner(recording).examine(alone));
  }
  expect(examiner.starts).toBeLessThan(100);
}, 240_000);

describe.each([1, 2, 3])("with unsynced writes lost or reordered by seed %i", (seed) => {
  test("every cut leaves the old or the new release, whole", () => {
    const examiner = new Examiner(recording);
    for (const moment of chosen()) {
      const { write, verdict, detail } = cutAt(recording, moment, { seed, examiner });
      expect(["old", "new"], `${write.n} ${write.op} ${write.path}: ${detail}`).toContain(verdict);
    }
  }, 120_000);
});

test("a loader link that is swapped before the boot entries are written is caught", () => {
  const early = recording.moments.findIndex(({ write }) => write.path.startsWith("boot:/loader.1/entries/"));
  expect(early).toBeGreaterThan(0);
  expect(early).toBeLessThan(commit);
  const moment = recording.moments[early];
  if (!moment) throw new Error("no such moment");
  const disk = moment.disk.fork();
  swapLoader(disk);
  expect(cutAt(recording, { ...moment, disk }, { examiner: whoKnows(moment) }).verdict).toBe("unbootable");
});

test("a byte that changes in the release that boots is caught", () => {
  const moment = recording.moments.at(-1);
  if (!moment) throw new Error("no moments");
  const disk = moment.disk.fork();
  const root = partition(disk, "root");
  const objects = ["root", "ostree", "repo", "objects"].reduce((dir, name) => root.lookup(dir, name), root.root);
  const release = recording.options.catalogue.byCommit(recording.arrivals[1]?.booted ?? "");
  const usr = release?.tree.root.entries.get("usr");
  const lib = usr?.kind === "dir" ? usr.entries.get("lib") : undefined;
  const osRelease = lib?.kind === "dir" ? lib.entries.get("os-release") : undefined;
  if (!release || osRelease?.kind !== "file") throw new Error("no os-release");
  const named = [...release.objectList()].find(({ object }) => object === osRelease);
  const [fan = "", name = ""] = named?.name.split("/") ?? [];
  const object = root.lookup(root.lookup(objects, fan), name);
  root.write(object, 0, new Uint8Array([35]), timestamp(1768554000));
  expect(cutAt(recording, { ...moment, disk }, { examiner: whoKnows(moment) })).toMatchObject({
    verdict: "mixed",
    detail: expect.stringContaining("/usr/lib/os-release") as string,
  });
});

test("a file of /etc and one of /home that change are caught, a boot entry that goes, too", () => {
  const moment = recording.moments[commit - 1];
  if (!moment) throw new Error("no moments");
  const examiner = whoKnows(moment);
  const now = timestamp(1768554000);
  const plant = (sabotage: (disk: Disk) => void): string => {
    const disk = moment.disk.fork();
    sabotage(disk);
    const { verdict, detail } = cutAt(recording, { ...moment, disk }, { examiner });
    return `${verdict}: ${detail}`;
  };
  expect(plant(() => {})).toContain("old: ");
  const booted = recording.arrivals[0]?.booted ?? "";
  const at = (disk: Disk, path: string): number => {
    const root = partition(disk, "root");
    return path.split("/").reduce((dir, name) => root.lookup(dir, name), root.root);
  };
  const overwrite = (path: string) => (disk: Disk) => void partition(disk, "root").write(at(disk, path), 0, new Uint8Array([88]), now);
  expect(plant(overwrite(`root/ostree/deploy/fedora/deploy/${booted}.0/etc/fstab`))).toMatch(/^mixed: \/etc\/fstab/);
  expect(plant(overwrite("home/learner/late.txt"))).toMatch(/^mixed: \/var\/home\/learner\/late.txt/);
  const loseEntry = (disk: Disk): void => {
    const boot = partition(disk, "boot");
    const entries = ["loader.0", "entries"].reduce((dir, name) => boot.lookup(dir, name), boot.root);
    for (const { name } of boot.readdir(entries)) boot.unlink(entries, name, now);
  };
  expect(plant(loseEntry)).toContain("unbootable");
});

/** An examiner that has seen the disk of `moment` as it was. */
function whoKnows(moment: Moment): Examiner {
  const examiner = new Examiner(recording);
  cutAt(recording, moment, { examiner });
  return examiner;
}

function partition(disk: Disk, name: string): NonNullable<ReturnType<Disk["partition"]>> {
  const fs = disk.partition(name);
  if (!fs) throw new Error(`no partition ${name}`);
  return fs;
}

/** What the commit point does, at the wrong time. */
function swapLoader(disk: Disk): void {
  const boot = partition(disk, "boot");
  const now = timestamp(1768554000);
  boot.create(boot.root, "loader.tmp", { type: "symlink", mode: 0o777, uid: 0, gid: 0, target: "loader.1" }, now);
  boot.rename(boot.root, "loader.tmp", boot.root, "loader", false, now);
}

describe.each(["rollback", "rebase", "kargs", "pin", "undeploy", "cleanup", "finalise"])("%s.sh", (name) => {
  test("a cut here and there leaves the old or the new list, and done again it is the new one", { timeout: 180_000 }, () => {
    const script = readFileSync(new URL(`../../e2e/crash/${name}.sh`, import.meta.url), "utf8");
    const { moments, ...rest } = recordWrites(labOptions(readWords([], { flags: [], values: [] })), script);
    const [before, after] = [rest.arrivals[0]?.list, rest.arrivals.at(-1)?.list];
    expect(after).not.toBe(before);
    const stride = Math.ceil(moments.length / SAMPLES);
    const swap = moments.findIndex(({ write }) => COMMIT.test(write.path));
    const chosen = moments.filter((_, at) => at % stride === 0 || (swap >= 0 && Math.abs(at - swap) < 2));
    const verdicts = new Set<string>();
    for (const [i, moment] of chosen.entries()) {
      const cut = cutAt({ ...rest, moments }, moment, {
        ...(i % 2 === 0 ? {} : { seed: i }),
        again: i % 3 === 0,
      });
      expect(["old", "new"], `${cut.write.n} ${cut.write.op} ${cut.write.path}: ${cut.detail}`).toContain(cut.verdict);
      verdicts.add(cut.verdict);
    }
    expect(verdicts).toContain("old");
  });
});

test("what is left of a deployment that was laid down in part does not stand in the way of the next run", () => {
  const script = readFileSync(new URL("../../e2e/crash/kargs.sh", import.meta.url), "utf8");
  const kargs = recordWrites(labOptions(readWords([], { flags: [], values: [] })), script);
  const examiner = new Examiner(kargs);
  const cuts = kargs.moments.filter(({ write }) => /\/backing\/|\.origin$/.test(write.path));
  expect(cuts.length).toBeGreaterThan(3);
  for (const moment of cuts) {
    const { write, verdict, detail } = cutAt(kargs, moment, { seed: 1, again: true, examiner });
    expect(["old", "new"], `${write.n} ${write.op} ${write.path}: ${detail}`).toContain(verdict);
  }
}, 120_000);

test("what an interrupted pull has left, some of it lost, is not taken over after the next start", () => {
  const staged = recording.moments.filter(({ write }) => write.op === "link" && write.path.includes("/repo/tmp/staging-"));
  const chosen = staged.filter((_, at) => at % 200 === 0);
  expect(chosen.length).toBeGreaterThan(3);
  const examiner = new Examiner(recording);
  for (const moment of chosen) {
    const { write, verdict, detail } = cutAt(recording, moment, { seed: 1, again: true, examiner });
    expect(verdict, `${write.n} ${write.op} ${write.path}: ${detail}`).toBe("old");
  }
}, 120_000);
