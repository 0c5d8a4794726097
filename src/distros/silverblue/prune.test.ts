/** A prune that asks which releases are whole removes what one that lists every object does. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { Random } from "../../base/random.ts";
import { failureText } from "../../engines/ostree/errors.ts";
import { lstat } from "../../engines/ostree/files.ts";
import { prune, type PruneResult } from "../../engines/ostree/prune.ts";
import { pull } from "../../engines/ostree/pull.ts";
import { Repository } from "../../engines/ostree/repo.ts";
import { Transaction } from "../../engines/ostree/transaction.ts";
import type { Update } from "../../engines/update-step.ts";
import { wholeReleases } from "../../engines/ostree/whole-releases.ts";
import { loadCatalogue, type Catalogue } from "../../image/catalogue.ts";
import { objectName } from "../../image/ostree-objects.ts";
import type { Sys } from "../../vfs/sys.ts";
import { O } from "../../vfs/types.ts";
import { fedoraHost } from "../fedora-atomic/remote.ts";
import { Rig } from "./rig.fixture.ts";

const REPO = "/sysroot/ostree/repo";
const REF = "fedora:fedora/43/x86_64/silverblue";
const catalogue = loadCatalogue(readFileSync(new URL("../../image/silverblue.manifest.json", import.meta.url)));
const [first, second, third, fourth] = catalogue.releases;
if (!first || !second || !third || !fourth) throw new Error("four releases are needed");
const host = fedoraHost(catalogue, second);

let base: Rig;
beforeAll(() => {
  base = Rig.make({ catalogue }).boot();
}, 60_000);

function finish<T>(update: Update<T>): T {
  for (;;) {
    const next = update.next();
    if (next.done === true) return next.value;
  }
}

/** Root's system calls on a machine, with /sysroot writable. */
function root(rig: Rig): Sys {
  const sys = rig.machine.kernel?.process(1)?.sys.fork(0);
  if (sys === undefined) throw new Error("the machine is off");
  sys.unshareMounts();
  sys.mount({ source: "none", target: "/sysroot", flags: ["remount", "bind", "rw"] });
  return sys;
}

function objectsOf(rig: Rig): string[] {
  return [...Repository.open(root(rig), REPO).objects()].map(({ checksum, kind }) => objectName(checksum, kind)).sort();
}

function pruned(rig: Rig, by?: Catalogue): { result: PruneResult; left: string[] } {
  const repo = Repository.open(root(rig), REPO);
  const result = finish(prune(repo, { refsOnly: true, depth: 0, ...(by === undefined ? {} : { catalogue: by }) }));
  return { result, left: objectsOf(rig) };
}

function fetch(sys: Sys, commit: string): void {
  const repo = Repository.open(sys, REPO);
  finish(pull(host, repo, { remote: "fedora", refs: [REF.slice(7)], commit, running: undefined, bootId: "b" }));
  repo.setRef(REF, commit);
}

/** Something that has been done to a repository, by an update or by hand. */
function meddle(sys: Sys, random: Random, step: number): void {
  const repo = Repository.open(sys, REPO);
  const some = (): string => {
    const release = random.pick(catalogue.releases);
    const objects = [...release.objectsOutside(random.pick(catalogue.releases).objects)];
    return `${REPO}/objects/${(objects.length > 0 ? random.pick(objects) : { name: objectName(release.commit, "commit") }).name}`;
  };
  const path = some();
  switch (random.below(10)) {
    case 0:
    case 1:
    case 2:
      return fetch(sys, random.pick(catalogue.releases).commit);
    case 3:
      return void finish(prune(repo, { refsOnly: true, depth: 0, catalogue }));
    case 4: {
      const transaction = new Transaction(repo, "b");
      transaction.writeFile({ kind: "file", mode: 0o644, uid: 0, gid: 0, contents: new Uint8Array([step]) });
      return transaction.commit();
    }
    case 5:
      return repo.deleteRef(random.pick([...repo.refs().keys()]));
    default:
  }
  if (lstat(sys, path) === undefined) return;
  switch (random.below(4)) {
    case 0:
      return sys.unlink(path);
    case 1:
      return sys.link(path, `${REPO}/objects/00/${step}.file`);
    case 2:
      sys.rename(path, `${REPO}/aside`);
      return sys.rename(`${REPO}/aside`, path);
    default: {
      const fd = sys.open(path, O.WRONLY | O.APPEND | O.NOFOLLOW);
      sys.write(fd, new Uint8Array([step]));
      return sys.close(fd);
    }
  }
}

test("an untouched repository has nothing to prune, and need not be listed", () => {
  const repo = Repository.open(root(base.fork()), REPO);
  const whole = wholeReleases(repo, new Set(repo.refs().values()), catalogue);
  expect(whole?.commits).toEqual(new Set([first.commit, second.commit]));
  expect([...(whole?.rest() ?? [])].map(({ kind }) => kind)).toEqual(["commitmeta", "commitmeta"]);
});

test("after an update that drops a release, the rest is what only that one had", () => {
  const rig = base.fork();
  const sys = root(rig);
  fetch(sys, third.commit);
  const repo = Repository.open(sys, REPO);
  const whole = wholeReleases(repo, new Set([second.commit, third.commit]), catalogue);
  expect(whole?.commits).toEqual(new Set([second.commit, third.commit]));
  const kept = new Set([...second.objectList(), ...third.objectList()].map(({ name }) => name));
  const only = [...first.objectList()].map(({ name }) => name).filter((name) => !kept.has(name));
  const rest = [...(whole?.rest() ?? [])]
    .filter(({ kind }) => kind !== "commitmeta")
    .map(({ checksum, kind }) => objectName(checksum, kind));
  expect(rest.sort()).toEqual(only.sort());
  expect(only.length).toBeGreaterThan(10);
});

describe("whatever was done to the repository", () => {
  const tally = { removed: 0, whole: 0, refused: 0 };

  test.each(Array.from({ length: 24 }, (_, seed) => seed))("seed %i", { timeout: 60_000 }, (seed) => {
    const random = new Random(seed);
    const rig = base.fork();
    const sys = root(rig);
    const attempt = <T>(work: () => T): T | string => {
      try {
        return work();
      } catch (error) {
        // A repository that was meddled with refuses some of what is asked of it.
        const text = failureText(error);
        if (text === undefined) throw error;
        tally.refused++;
        return text;
      }
    };
    for (let step = 0; step < 8; step++) attempt(() => meddle(sys, random, step));
    const repo = Repository.open(sys, REPO);
    if (wholeReleases(repo, new Set(repo.refs().values()), catalogue)) tally.whole++;
    const quick = attempt(() => pruned(rig.fork(), catalogue));
    expect(quick).toEqual(attempt(() => pruned(rig.fork())));
    if (typeof quick !== "string" && quick.result.removed > 0) tally.removed++;
  });

  test("most of it was possible, and many a prune had something to do", () => {
    expect(tally.whole).toBeGreaterThan(8);
    expect(tally.removed).toBeGreaterThan(8);
    expect(tally.refused).toBeLessThan(24);
  });
});
