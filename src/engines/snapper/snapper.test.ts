/** Snapper's files on a Btrfs: what is written is read back, in the real one's shape, and what an algorithm removes. */
import { describe, expect, test } from "vitest";
import { timestamp } from "../../base/timestamp.ts";
import type { Run } from "../../machine/program.ts";
import { makeBtrfs } from "../../vfs/btrfs/btrfs-volume.ts";
import { createSubvolume, defaultSubvolume } from "../../vfs/btrfs/calls.ts";
import { Disk } from "../../vfs/disk.ts";
import { readFile, Rig, writeFile } from "../../vfs/vfs-rig.ts";
import { disposable } from "./cleanup.ts";
import { comparison } from "./comparison.ts";
import { parseSettings, withSettings } from "./config.ts";
import { formatInfo, parseInfo, type SnapshotInfo } from "./info.ts";
import { Snapshots } from "./snapshots.ts";

const START = timestamp(1_800_000_000);

function done<T>(run: Run<T>): T {
  for (;;) {
    const { done: isDone, value } = run.next();
    if (isDone === true) return value;
  }
}

/** A subvolume /disk/data with a configuration. */
function data(values: Readonly<Record<string, string>> = {}): { readonly rig: Rig; readonly snapshots: Snapshots } {
  const disk = new Disk();
  disk.install(
    "root",
    makeBtrfs({ uuid: "0f9a1f6e-5d0c-4b43-9e0d-0d5f2b6f8d11", dev: 42, capacity: 2 ** 30, lifetime: "machine", options: [] }, START),
  );
  const rig = new Rig(disk);
  rig.task.mkdir("/disk");
  rig.task.mount({ source: "/dev/vda3", target: "/disk", fstype: "btrfs", flags: [] });
  createSubvolume(rig.task, "/disk/data");
  createSubvolume(rig.task, "/disk/data/.snapshots");
  const config = { name: "data", subvolume: "/disk/data", values: new Map(Object.entries(values)) };
  return { rig, snapshots: new Snapshots(rig.task, config, "0.10.6") };
}

describe("info.xml", () => {
  test("is what snapper 0.10.6 writes", () => {
    const { rig, snapshots } = data();
    const userdata = new Map([
      ["b", "2"],
      ["a", "1"],
    ]);
    snapshots.create({ description: 'with "quotes" & <tag>', cleanup: "timeline", userdata });
    expect(readFile(rig.task, "/disk/data/.snapshots/1/info.xml")).toBe(
      '<?xml version="1.0"?>\n<snapshot>\n  <type>single</type>\n  <num>1</num>\n  <date>2027-01-15 08:00:00</date>\n' +
        '  <description>with "quotes" &amp; &lt;tag&gt;</description>\n  <cleanup>timeline</cleanup>\n' +
        "  <userdata>\n    <key>a</key>\n    <value>1</value>\n  </userdata>\n" +
        "  <userdata>\n    <key>b</key>\n    <value>2</value>\n  </userdata>\n</snapshot>\n",
    );
  });

  test("what is written is read back", () => {
    const info: SnapshotInfo = {
      type: "post",
      num: 7,
      date: 1_700_000_000,
      uid: 1000,
      preNum: 6,
      description: "a & b < c",
      cleanup: "number",
      userdata: new Map([["important", "yes"]]),
    };
    expect(parseInfo(formatInfo(info), 7)).toEqual(info);
    expect(parseInfo(formatInfo(info), 8)).toBeUndefined();
    expect(parseInfo("<broken", 7)).toBeUndefined();
  });

  test("without it a snapshot is not listed, and its number is not used again", () => {
    const { rig, snapshots } = data();
    snapshots.create({});
    rig.task.unlink("/disk/data/.snapshots/1/info.xml");
    const again = new Snapshots(rig.task, snapshots.config, "0.10.6");
    expect(again.all.map(({ num }) => num)).toEqual([0]);
    expect(again.problems).toEqual(["loading 1 failed"]);
    expect(again.create({}).num).toBe(2);
  });
});

test("a setting changes in its place, a new one comes last, comments stay", () => {
  const text = '# about\nA="1"\n\n# more\nB="2"\n';
  const changed = withSettings(text, new Map([["B", "x y"], ["C", "3"]])); // prettier-ignore
  expect(changed).toBe('# about\nA="1"\n\n# more\nB="x y"\nC="3"\n');
  expect([...parseSettings(changed)]).toEqual([["A", "1"], ["B", "x y"], ["C", "3"]]); // prettier-ignore
});

test("a comparison is remembered beside the newer snapshot, and gone with either", () => {
  const { rig, snapshots } = data();
  writeFile(rig.task, "/disk/data/a", "one");
  snapshots.create({});
  writeFile(rig.task, "/disk/data/a", "two");
  writeFile(rig.task, "/disk/data/b", "");
  snapshots.create({});
  const changes = [
    { name: "/a", status: "c....." },
    { name: "/b", status: "+....." },
  ];
  expect(done(comparison(snapshots, 1, 2))).toEqual(changes);
  const names = (): string[] => rig.task.readdir("/disk/data/.snapshots/2").map(({ name }) => name);
  expect(names()).toContain("filelist-1.txt.gz");
  expect(done(comparison(snapshots, 1, 2))).toEqual(changes);
  expect(done(comparison(snapshots, 2, 1)).map(({ status }) => status)).toEqual(["c.....", "-....."]);
  snapshots.delete(1);
  expect(names()).not.toContain("filelist-1.txt.gz");
});

test("the mounted snapshot and the next one stay; the default is the disk's own", () => {
  const { rig, snapshots } = data();
  snapshots.create({});
  snapshots.create({});
  snapshots.setDefault(2);
  expect(defaultSubvolume(rig.task, "/disk").path).toBe("data/.snapshots/2/snapshot");
  expect(snapshots.default).toBe(2);
  expect(snapshots.refusal(2)).toBe("Cannot delete snapshot 2 since it is the next to be mounted snapshot.");
  expect(snapshots.refusal(1)).toBeUndefined();
});

test("an important snapshot counts as one of the number, too", () => {
  const { snapshots } = data({ NUMBER_LIMIT: "2", NUMBER_LIMIT_IMPORTANT: "1", NUMBER_MIN_AGE: "0" });
  const important = new Map([["important", "yes"]]);
  for (let round = 0; round < 6; round++) {
    snapshots.create({ cleanup: "number" });
    snapshots.create({ cleanup: "number", userdata: important });
    snapshots.create({ cleanup: "timeline" });
  }
  const numbers = done(disposable(snapshots, "number", START.sec)).map(({ num }) => num);
  expect(numbers).toEqual([1, 2, 4, 5, 7, 8, 10, 11, 13, 14]);
  expect(done(disposable(snapshots, "timeline", START.sec))).toEqual([]);
});
