/** Loading repositories before a command of dnf, and what is said meanwhile (on stderr). */
import { hostOf, offeredBy, readRepoConfigs, type RepoConfig } from "../../engines/rpm/repositories.ts";
import { readDatabase } from "../../engines/rpm/database.ts";
import { installedSolvable } from "../../engines/rpm/solvables.ts";
import { packageServersFor } from "../../engines/rpm/reach.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import type { Advisory } from "../../image/rpm-md/advisories.ts";
import type { PackageServers } from "../../image/rpm-md/servers.ts";
import type { Solvable } from "../../image/rpm-md/rpm-package.ts";
import type { InstalledPackage } from "../../image/rpmdb.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import type { ParsedOptions } from "../command.ts";
import { globToPattern } from "../glob.ts";
import { Failure } from "../complain.ts";

/** Everything that dnf knows of a system. */
export interface Packages {
  readonly rows: readonly InstalledPackage[];
  readonly installed: readonly Solvable[];
  readonly available: readonly Solvable[];
  readonly advisories: readonly Advisory[];
  readonly configs: readonly RepoConfig[];
  readonly servers: PackageServers | undefined;
}

const SECONDS_PER_REPOSITORY = 0.4;

/** Repositories by the files of the system and by --enablerepo, --disablerepo and --repo. */
export function repoConfigs(proc: Process, options: ParsedOptions): RepoConfig[] {
  const only = patterns(options, "repo");
  const on = patterns(options, "enable-repo");
  const off = patterns(options, "disable-repo");
  return readRepoConfigs(proc.sys).map((config) => {
    const matches = (list: readonly RegExp[]): boolean => list.some((pattern) => pattern.test(config.id));
    const enabled = only.length > 0 ? matches(only) : (config.enabled || matches(on)) && !matches(off);
    return { ...config, enabled };
  });
}

function patterns(options: ParsedOptions, name: string): RegExp[] {
  return options.values(name).flatMap((list) => list.split(",").map((glob) => globToPattern(glob)));
}

/** `repositories`: false where the question is about installed packages alone. */
export function* load(proc: Process, host: OstreeHost, options: ParsedOptions, repositories: boolean): Run<Packages> {
  const servers = yield* packageServersFor(proc, host);
  const rows = readDatabase(proc.sys);
  const installed = rows.map((row) => installedSolvable(row, servers));
  const configs = repoConfigs(proc, options);
  if (!repositories) return { rows, installed, available: [], advisories: [], configs, servers };
  const isQuiet = options.has("quiet");
  if (!isQuiet) yield* proc.printError("Updating and loading repositories:\n");
  const available: Solvable[] = [];
  const advisories: Advisory[] = [];
  for (const config of configs.filter(({ enabled }) => enabled)) {
    const repository = servers?.repositoryAt(config.url);
    yield* proc.sleep(SECONDS_PER_REPOSITORY);
    if (repository !== undefined) {
      available.push(...offeredBy(config, repository));
      advisories.push(...repository.advisories);
      yield* proc.tick();
      continue;
    }
    const url = config.url;
    yield* proc.printError(`>>> Curl error (6): Could not resolve hostname for ${url} [Could not resolve host: ${hostOf(url)}]\n`);
    if (!config.skipIfUnavailable)
      throw new Failure(
        `Failed to download metadata (${config.urlKey}: "${url}") for repository "${config.id}"\n Librepo error: ` +
          (config.urlKey === "baseurl" ? "Cannot download repomd.xml" : "Cannot prepare internal mirrorlist") +
          `: Curl error (6): Could not resolve hostname for ${url} [Could not resolve host: ${hostOf(url)}]`,
      );
  }
  if (!isQuiet) yield* proc.printError("Repositories loaded.\n");
  return { rows, installed, available, advisories, configs, servers };
}
