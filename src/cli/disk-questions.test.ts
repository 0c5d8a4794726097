import { expect, test } from "vitest";
import { Random } from "../base/random.ts";
import { encodeUtf8 } from "../base/utf8.ts";
import { timestamp } from "../base/timestamp.ts";
import type { Disk } from "../vfs/disk.ts";
import type { Sys } from "../vfs/sys.ts";
import { errnoOf, newDisk, readFile, Rig, sealedTree, writeFile } from "../vfs/vfs-rig.ts";
import { TreeFs } from "../vfs/tree-fs.ts";
import { DiskQuestions } from "./disk-questions.ts";

const objects = new Map<string, number>();
const TREE = sealedTree("image", { "bin/ls": "ls", "bin/dir": "ls", "lib/a": "a", "lib/b": "b" }, objects);
const OTHER = sealedTree("other", { "bin/ls": "ls", "lib/c": "c" }, objects);
const PATHS = [
  "",
  "/d",
  "/d/f",
  "/d/g",
  "/d/e",
  "/d/e/f",
  "/h",
  "/image",
  "/image/bin",
  "/image/bin/ls",
  "/image/lib/a",
  "/other",
  "/other/lib/c",
];

function mounted(disk: Disk): Sys {
  const rig = new Rig(disk);
  rig.mountDisk();
  return rig.task;
}

/** One random call, and all that it says; not the numbers of inodes. */
function call(sys: Sys, random: Random, looks: number): string {
  const path = (): string => `/disk${PATHS[random.below(PATHS.length)] ?? ""}`;
  const [one, other] = [path(), path()];
  let said = "";
  const tell = (what: () => string): string => errnoOf(() => void (said = what()));
  const doing: (() => unknown)[] = [
    () => sys.mkdir(one),
    () => writeFile(sys, one, `${random.below(3)}`),
    () => sys.link(one, other),
    () => sys.rename(one, other),
    () => sys.unlink(one),
    () => sys.rmdir(one),
    () => sys.chmod(one, random.below(2) === 0 ? 0o700 : 0o750),
    () => sys.utimens(one, timestamp(random.below(3)), timestamp(random.below(3))),
    () => sys.setxattr(one, "user.x", encodeUtf8(`${random.below(2)}`)),
    () => sys.graft(one, random.below(2) === 0 ? TREE : OTHER),
    () => sys.dropTree(one),
  ];
  const looking: (() => string)[] = [
    () => readFile(sys, one),
    () => {
      const { type, mode, uid, nlink, size, mtime } = sys.lstat(one);
      return JSON.stringify([type, mode, uid, nlink, size, mtime]);
    },
    () => JSON.stringify(sys.readdir(one).map(({ name, type }) => `${name} ${type}`)),
    () => JSON.stringify(sys.listxattr(one).map((name) => [name, [...sys.getxattr(one, name)]])),
    () => JSON.stringify(sys.sealedTreeAt(one)?.id),
    () => {
      const { removed, added, altered } = sys.sealedChanges(one) ?? {};
      return JSON.stringify([[...(removed ?? [])], added, [...(altered ?? [])]]);
    },
  ];
  const isLook = random.below(10) < looks;
  const act = isLook ? looking[random.below(looking.length)] : doing[random.below(doing.length)];
  return `${tell(() => String(act?.() ?? ""))} ${isLook ? said : ""}`;
}

/** What a computation is told, its calls chosen by the seed. */
function compute(sys: Sys, seed: number): string[] {
  const random = new Random(seed);
  return Array.from({ length: 1 + random.below(12) }, () => call(sys, random, 8));
}

test("where all questions have the same answers, a computation comes to the same end", () => {
  const seen = { agreed: 0, same: 0, changed: 0 };
  for (let seed = 1; seed <= 3000; seed++) {
    const random = new Random(seed);
    const base = newDisk();
    const sys = mounted(base);
    sys.graft("/disk/image", TREE);
    sys.mkdir("/disk/d");
    for (let at = 0; at < 20; at++) call(sys, random, 0);
    const [left, right] = [base.fork(), base.fork()];
    const rights = mounted(right);
    for (let at = 0; at < 1 + random.below(3); at++) call(rights, random, 0);
    left.powerCut();
    right.powerCut();
    const further = right.fork();
    further.powerCut();
    const questions = new DiskQuestions(left);
    const told = compute(mounted(left), seed);
    const agreed = questions.agree(right.fork());
    const same = JSON.stringify(compute(mounted(right), seed)) === JSON.stringify(told);
    if (agreed) expect(same, `seed ${seed}`).toBe(true);
    seen.agreed += Number(agreed);
    seen.same += Number(same);
    seen.changed += Number(!same);
    // And from there to the next one, which is held against the last that agreed.
    const sysFurther = mounted(further);
    call(sysFurther, random, 0);
    further.powerCut();
    if (questions.agree(further.fork())) expect(compute(mounted(further), seed), `seed ${seed}, further`).toEqual(told);
  }
  // Both happen often, and not much is computed in vain.
  expect(seen.changed).toBeGreaterThan(200);
  expect(seen.agreed).toBeGreaterThan(seen.same / 3);
});

/** What tells nothing of what is in a file system, or changes it through `apply`, or asks by other methods. */
const UNWATCHED = [
  ["constructor", "type", "dev", "lifetime", "options"],
  // Of this opening of it, which begins without any.
  ["changes", "hasOrphans", "hold", "release", "fsync", "sync"],
  // Of trees that are subvolumes: file systems made of several trees are never taken for known.
  ["contentsOf"],
  // Of file systems in RAM.
  ["ramBytes"],
  ["fork", "handleOf", "nodeOf"],
  ["create", "link", "unlink", "rmdir", "rename", "setAttributes", "setFlags", "openForWriting", "fits", "write", "truncate", "allocate"],
  ["setxattr", "graft", "dropTree", "linkSealed"],
].flat();

test("every method that tells something is watched", () => {
  const disk = newDisk();
  new DiskQuestions(disk);
  const watched = Object.keys(disk.partition("root") ?? {});
  const others = Object.getOwnPropertyNames(TreeFs.prototype).filter((name) => !watched.includes(name));
  expect(others.sort()).toEqual(UNWATCHED.sort());
});

test("who looks at a copy, and who drops what nobody has looked at, is never taken for known", () => {
  for (const act of [(disk: Disk) => disk.fork(), (disk: Disk) => mounted(disk).dropTree("/disk/image")]) {
    const disk = newDisk();
    mounted(disk).graft("/disk/image", TREE);
    const twin = disk.fork();
    const questions = new DiskQuestions(disk);
    expect(questions.agree(twin)).toBe(true);
    act(disk);
    expect(questions.agree(twin)).toBe(false);
  }
});

test("a disk without the room that was taken is another one", () => {
  const disk = newDisk();
  const twin = disk.fork();
  const questions = new DiskQuestions(disk);
  const length = 600 * 2 ** 20;
  const write = (sys: Sys, name: string): void => {
    const fd = sys.open(name, 0o101, 0o644);
    sys.fallocate(fd, length);
    sys.close(fd);
  };
  write(mounted(disk), "/disk/big");
  expect(questions.agree(twin.fork())).toBe(true);
  write(mounted(twin), "/disk/other");
  expect(questions.agree(twin)).toBe(false);
});
