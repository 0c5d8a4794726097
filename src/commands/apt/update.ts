/** `apt update`: what each suite has goes into /var/lib/apt/lists. */
import { hasNewer } from "../../engines/dpkg/apt-solver.ts";
import { makeDirectories, readBytes, unlinkIfThere, writeWhole } from "../../engines/dpkg/files.ts";
import { AptCache, LISTS, listName, packagesUrl, readSources } from "../../engines/dpkg/sources.ts";
import { DpkgDatabase } from "../../engines/dpkg/database.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import type { Reach } from "./change.ts";
import { aptSize, type Voice } from "./voice.ts";

export function* update(voice: Voice, reach: Reach): Run<ExitStatus> {
  const { proc } = voice;
  const { sys } = proc;
  try {
    sys.close(sys.open(`${LISTS}/lock`, O.RDWR | O.CREAT | O.CLOEXEC, 0o640));
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* voice.readingLists();
    yield* voice.error(`Could not open lock file ${LISTS}/lock - open (${error.errno === "EROFS" ? 30 : 13}: ${error.text})`);
    yield* voice.error(`Unable to lock directory ${LISTS}/`);
    return 100;
  }
  makeDirectories(sys, `${LISTS}/partial`, 0o700);
  const installed = new Map(
    new DpkgDatabase(sys).known.filter(({ state }) => state !== "config-files").map(({ name, version }) => [name, version]),
  );
  const sources = readSources(sys);
  const wanted = new Set<string>(["lock", "partial"]);
  const failures: string[] = [];
  let number = 0;
  let total = 0;
  for (const source of sources) {
    const releaseUrl = `${source.uri}dists/${source.suite}/InRelease`;
    const label = `${source.uri.replace(/\/$/, "")} ${source.suite}`;
    const host = /^[a-z]+:\/\/([^/]+)\//.exec(source.uri)?.[1] ?? "";
    wanted.add(listName(releaseUrl));
    wanted.add(listName(packagesUrl(source)));
    number++;
    yield* proc.sleep(0.1);
    const found = reach.isKnown(host) ? reach.server.file(releaseUrl, installed) : undefined;
    if (found === undefined) {
      const why = reach.isKnown(host) ? "404  Not Found" : `Temporary failure resolving '${host}'`;
      yield* voice.out(`Err:${number} ${label} InRelease\n  ${why}\n`);
      failures.push(`Failed to fetch ${releaseUrl}  ${why}`);
      continue;
    }
    if (isSame(voice, listName(releaseUrl), found)) {
      yield* voice.out(`Hit:${number} ${label} InRelease\n`);
      continue;
    }
    const packages = reach.server.file(packagesUrl(source), installed) ?? new Uint8Array();
    yield* voice.out(`Get:${number} ${label} InRelease [${aptSize(found.length)}]\n`);
    number++;
    yield* voice.out(`Get:${number} ${label}/${source.component} amd64 Packages [${aptSize(packages.length)}]\n`);
    total += found.length + packages.length;
    for (const [url, bytes] of [
      [packagesUrl(source), packages],
      [releaseUrl, found],
    ] as const) {
      writeWhole(sys, `${LISTS}/partial/${listName(url)}`, bytes);
      sys.rename(`${LISTS}/partial/${listName(url)}`, `${LISTS}/${listName(url)}`);
    }
  }
  for (const { name } of sys.readdir(LISTS)) if (!wanted.has(name)) unlinkIfThere(sys, `${LISTS}/${name}`);
  if (total > 0) yield* voice.out(`Fetched ${aptSize(total)} in 0s (${aptSize(total * 4)}/s)\n`);
  yield* voice.readingLists();
  if (voice.isApt) {
    yield* voice.buildingTree();
    const cache = new AptCache(sys);
    const count = [...cache.versions.keys()].filter((name) => hasNewer(cache, name)).length;
    yield* voice.out(
      count === 0
        ? "All packages are up to date.\n"
        : `${count} package${count === 1 ? "" : "s"} can be upgraded. Run 'apt list --upgradable' to see ${count === 1 ? "it" : "them"}.\n`,
    );
  }
  for (const failure of failures) yield* voice.warning(failure);
  if (failures.length > 0) yield* voice.warning("Some index files failed to download. They have been ignored, or old ones used instead.");
  return 0;
}

function isSame({ proc: { sys } }: Voice, name: string, bytes: Uint8Array): boolean {
  try {
    const old = readBytes(sys, `${LISTS}/${name}`);
    return old.length === bytes.length && old.every((byte, i) => byte === bytes[i]);
  } catch (error) {
    if (isSysError(error)) return false;
    throw error;
  }
}
