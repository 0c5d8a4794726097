/** What zypper works on: a root directory, its repositories and packages. */
import type { Timestamp } from "../../base/timestamp.ts";
import { makeDirectories } from "../../engines/ostree/files.ts";
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
import { stdout } from "../output.ts";
import { checkSignature } from "./keyring.ts";
import { doneRow, message, say } from "./text.ts";

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

/** Ends zypper: lines for stderr, its exit status, and what follows on stdout. */
export class ZypperError extends Error {
  readonly status: number;
  readonly hint: string;

  constructor(message: string, status: number, hint = "") {
    super(message);
    this.name = "ZypperError";
    this.status = status;
    this.hint = hint;
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
    const offered = servers?.repositoryAt(repo.url, running);
    if (!options.has("no-refresh") && isDue(proc, repo)) {
      const fetched = yield* fetchRepository(proc, repo, offered !== undefined, options);
      if (!fetched) {
        yield* stdout(proc).print(skipping(repo, isXml));
        skipped = true;
        continue;
      }
    }
    const found = offered ?? (cookieOf(proc, repo) === undefined ? undefined : servers?.kept(repo.url, running));
    for (const pkg of found?.packages ?? []) available.push(availableSolvable(pkg, repo.id));
    yield* proc.tick();
  }
  if (enabled.length === 0 && needs.repositories)
    yield* proc.printError("Warning: No repositories defined. Operating only with the installed resolvables. Nothing can be installed.\n");
  if (skipped) yield* complain(proc, isXml, "Some of the repositories have not been refreshed because of an error.\n");
  const said = `${needs.repositories ? "Loading repository data...\n" : ""}Reading installed packages...\n`;
  if (needs.quiet !== true) yield* say(proc, isXml, said);
  yield* proc.sleep(0.4);
  const rows = readDatabase(proc.sys);
  return { rows, installed: rows.map((row) => installedSolvable(row, servers)), available, repositories, skipped };
}

function skipping({ name }: RepoConfig, isXml: boolean): string {
  const text = `Skipping repository '${name}' because of the above error.`;
  return isXml ? message("warning", text) : `Warning: ${text}\n`;
}

function* complain(proc: Process, isXml: boolean, text: string): Run<void> {
  if (isXml) return yield* stdout(proc).print(message("error", text));
  yield* stdout(proc).flush();
  yield* proc.printError(text);
}

/** When its metadata was last looked at; undefined when it was never fetched. */
function cookieOf(proc: Process, repo: RepoConfig): Timestamp | undefined {
  try {
    return proc.sys.stat(`${CACHE}/${repo.id}/cookie`).mtime;
  } catch (error) {
    if (isSysError(error)) return undefined;
    throw error;
  }
}

/** Whether it is time to look at the server again: `repo.refresh.delay` of zypp.conf. */
function isDue(proc: Process, repo: RepoConfig): boolean {
  const seen = cookieOf(proc, repo);
  return seen === undefined || proc.now().sec - seen.sec >= 60 * Number(zyppSetting(proc, "repo.refresh.delay") ?? 10);
}

/** Fetches metadata where the server has other than what was kept, with what is said meanwhile. Only root keeps it. */
export function* fetchRepository(
  proc: Process,
  repo: RepoConfig,
  answers: boolean,
  options: ParsedOptions,
  { isAsked = false }: { readonly isAsked?: boolean } = {},
): Run<boolean> {
  const isXml = options.has("xmlout");
  const isKept = cookieOf(proc, repo) !== undefined;
  if (!answers) {
    yield* complain(proc, isXml, isKept ? unreachable(repo) : invalid(repo, unknownHost(repo)));
    return false;
  }
  yield* proc.sleep(SECONDS_PER_REPOSITORY);
  const isForced = isAsked && options.has("force");
  if (isKept && !isForced && !proc.kernel.world.has("bad-signature")) {
    if (isAsked) yield* say(proc, isXml, `Repository '${repo.name}' is up to date.\n`);
    yield* keep(proc, repo);
    return true;
  }
  if (isForced) yield* say(proc, isXml, "Forcing raw metadata refresh\n");
  const verdict = yield* checkSignature(proc, repo, options);
  yield* say(proc, isXml, doneRow(`Retrieving repository '${repo.name}' metadata`, verdict.isTaken ? "done" : "error"));
  if (!verdict.isTaken) {
    yield* complain(proc, isXml, invalid(repo, ` - ${verdict.why}\n - Can't provide /repodata/repomd.xml\n`));
    return false;
  }
  if (isForced) yield* say(proc, isXml, "Forcing building of repository cache\n");
  yield* say(proc, isXml, doneRow(`Building repository '${repo.name}' cache`));
  yield* keep(proc, repo);
  return true;
}

function* keep(proc: Process, repo: RepoConfig): Run<void> {
  try {
    makeDirectories(proc.sys, `${CACHE}/${repo.id}`);
    yield* proc.writeFile(`${CACHE}/${repo.id}/cookie`, `${repo.url}\n`);
  } catch (error) {
    // Whoever may not write there asks anew next time.
    if (!isSysError(error)) throw error;
  }
}

/** What was never fetched, and cannot be. */
function invalid({ name, id, url }: RepoConfig, history: string): string {
  return (
    `Repository '${name}' is invalid.\n[${id}|${url}] Valid metadata not found at specified URL\nHistory:\n${history}\n` +
    "Please check if the URIs defined for this repository are pointing to a valid repository.\n"
  );
}

function unknownHost(repo: RepoConfig): string {
  return ` - [${repo.id}|${repo.url}] Error trying to read from '${repo.url}'\n - ${curlError(repo)}\n`;
}

/** What was fetched once, and cannot be looked at now. */
function unreachable(repo: RepoConfig): string {
  return `Problem retrieving files from '${repo.name}'.\n${curlError(repo)}\nPlease see the above error message for a hint.\n`;
}

function curlError({ url }: RepoConfig): string {
  return (
    `Download (curl) error for '${url.replace(/\/?$/, "/")}repodata/repomd.xml':\n` +
    `Error code: Connection failed\nError message: Could not resolve host: ${hostOf(url)}\n`
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
