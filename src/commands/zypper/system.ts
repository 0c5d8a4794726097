/** What zypper works on: a root directory, its repositories and packages. */
import { readDatabase } from "../../engines/rpm/database.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { packageServersFor } from "../../engines/rpm/reach.ts";
import { hostOf, parseRepoConfigs, type RepoConfig } from "../../engines/rpm/repositories.ts";
import { availableSolvable, installedSolvable } from "../../engines/rpm/solvables.ts";
import type { Solvable } from "../../image/rpm-md/rpm-package.ts";
import type { InstalledPackage } from "../../image/rpmdb.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { ParsedOptions } from "../command.ts";
import { doneRow, say } from "./text.ts";

/** zypper(8), EXIT CODES. */
export const EXIT = {
  ok: 0,
  bug: 1,
  syntax: 2,
  invalidArguments: 3,
  zypp: 4,
  privileges: 5,
  noRepositories: 6,
  locked: 7,
  commit: 8,
  updateNeeded: 100,
  securityNeeded: 101,
  rebootNeeded: 102,
  restartNeeded: 103,
  capabilityNotFound: 104,
  onSignal: 105,
  repositoriesSkipped: 106,
  scriptFailed: 107,
} as const;

/** Ends zypper: lines for stderr and its exit status. */
export class ZypperError extends Error {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.name = "ZypperError";
    this.status = status;
  }
}

export interface ZyppSystem {
  readonly rows: readonly InstalledPackage[];
  readonly installed: readonly Solvable[];
  readonly available: readonly Solvable[];
  readonly repositories: readonly RepoConfig[];
  /** Whether one did not answer. */
  readonly skipped: boolean;
}

const DIRECTORY = "/etc/zypp/repos.d";
const CACHE = "/var/cache/zypp/raw";
const SECONDS_PER_REPOSITORY = 0.6;

/** In the order of their aliases. */
export function repositoriesOf(proc: Process): RepoConfig[] {
  let names: string[];
  try {
    names = proc.sys.readdir(DIRECTORY).map(({ name }) => name);
  } catch (error) {
    if (isSysError(error)) return [];
    throw error;
  }
  return names
    .filter((name) => name.endsWith(".repo"))
    .sort()
    .flatMap((name) => parseRepoConfigs(`${DIRECTORY}/${name}`, readTextIfThere(proc.sys, `${DIRECTORY}/${name}`) ?? "", ""))
    .sort((left, right) => (left.id < right.id ? -1 : 1));
}

/** The version of the system that runs, whatever root zypper was given. */
export function runningVersion(proc: Process): string {
  return /^VERSION_ID="?([^"\n]*)/m.exec(readTextIfThere(proc.sys, "/etc/os-release") ?? "")?.[1] ?? "";
}

/** Loads what there is. `running`: see `runningVersion`. */
export function* loadSystem(
  proc: Process,
  host: OstreeHost,
  options: ParsedOptions,
  running: string,
  needs: { readonly repositories: boolean; readonly quiet?: boolean },
): Run<ZyppSystem> {
  const isXml = options.has("xmlout");
  const servers = yield* packageServersFor(proc, host);
  const repositories = repositoriesOf(proc);
  const enabled = needs.repositories ? repositories.filter((repo) => repo.enabled) : [];
  const available: Solvable[] = [];
  let skipped = false;
  for (const repo of enabled) {
    const isCached = isFetched(proc, repo);
    const found = servers?.repositoryAt(repo.url, running) ?? (isCached ? servers?.kept(repo.url, running) : undefined);
    if (found === undefined || (!options.has("no-refresh") && !isCached)) {
      const fetched = yield* fetchRepository(proc, repo, servers?.repositoryAt(repo.url, running) !== undefined, { isXml });
      if (!fetched) skipped = true;
    }
    for (const pkg of found?.packages ?? []) available.push(availableSolvable(pkg, repo.id));
    yield* proc.tick();
  }
  if (enabled.length === 0 && needs.repositories)
    yield* proc.printError("Warning: No repositories defined. Operating only with the installed resolvables. Nothing can be installed.\n");
  if (skipped) yield* proc.printError("Some of the repositories have not been refreshed because of an error.\n");
  if (needs.quiet !== true) yield* say(proc, isXml, "Loading repository data...\nReading installed packages...\n");
  yield* proc.sleep(0.4);
  const rows = readDatabase(proc.sys);
  return { rows, installed: rows.map((row) => installedSolvable(row, servers)), available, repositories, skipped };
}

/** Whether its metadata was fetched some time. */
function isFetched(proc: Process, repo: RepoConfig): boolean {
  return readTextIfThere(proc.sys, `${CACHE}/${repo.id}/cookie`) !== undefined;
}

/** Fetches metadata, with what is said meanwhile. Only root keeps it. */
export function* fetchRepository(
  proc: Process,
  repo: RepoConfig,
  answers: boolean,
  { force = false, isXml = false }: { readonly force?: boolean; readonly isXml?: boolean } = {},
): Run<boolean> {
  if (!answers) {
    yield* proc.printError(unreachable(repo));
    return false;
  }
  yield* proc.sleep(SECONDS_PER_REPOSITORY);
  if (isFetched(proc, repo) && !force) {
    yield* say(proc, isXml, `Repository '${repo.name}' is up to date.\n`);
    return true;
  }
  yield* say(proc, isXml, doneRow(`Retrieving repository '${repo.name}' metadata`));
  yield* say(proc, isXml, doneRow(`Building repository '${repo.name}' cache`));
  try {
    let path = "";
    for (const part of `${CACHE}/${repo.id}`.split("/").slice(1)) {
      path += `/${part}`;
      try {
        proc.sys.mkdir(path, 0o755);
      } catch (error) {
        if (!isSysError(error, "EEXIST")) throw error;
      }
    }
    yield* proc.writeFile(`${path}/cookie`, `${repo.url}\n`);
  } catch (error) {
    // Whoever may not write there asks anew next time.
    if (!isSysError(error)) throw error;
  }
  return true;
}

function unreachable(repo: RepoConfig): string {
  return (
    `Repository '${repo.name}' is invalid.\n[${repo.id}|${repo.url}] Valid metadata not found at specified URL\nHistory:\n` +
    ` - Download (curl) error for '${repo.url.replace(/\/?$/, "/")}repodata/repomd.xml':\n   Error code: Connection failed\n` +
    `   Error message: Could not resolve host: ${hostOf(repo.url)}\n\n` +
    "Please check if the URIs defined for this repository are pointing to a valid repository.\n" +
    `Warning: Skipping repository '${repo.name}' because of the above error.\n`
  );
}

/** What zypp.conf and its snippets say: the last one counts, and what the administrator has in /etc. */
export function zyppSetting(proc: Process, key: string): string | undefined {
  const files = ["/usr/etc/zypp/zypp.conf", "/etc/zypp/zypp.conf"];
  for (const directory of ["/usr/etc/zypp/zypp.conf.d", "/etc/zypp/zypp.conf.d"]) {
    try {
      files.push(...proc.sys.readdir(directory).map(({ name }) => `${directory}/${name}`).sort()); // prettier-ignore
    } catch (error) {
      if (!isSysError(error)) throw error;
    }
  }
  const pattern = new RegExp(`^${key.replaceAll(".", "\\.")}\\s*=\\s*(.*?)\\s*$`, "m");
  return files.map((path) => pattern.exec(readTextIfThere(proc.sys, path) ?? "")?.[1]).findLast((value) => value !== undefined);
}
