/** What rpm-ostree keeps of repositories in /var/cache/rpm-ostree/repomd, and fetches when that is too old. */
import { isoTime } from "../../base/calendar.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import { makeDirectories, replaceFile } from "../../engines/ostree/files.ts";
import { hostOf, offeredBy, readRepoConfigs, type RepoConfig } from "../../engines/rpm/repositories.ts";
import type { ReachedServers } from "../../engines/rpm/reach.ts";
import type { Repository } from "../../image/rpm-md/servers.ts";
import type { Solvable } from "../../image/rpm-md/rpm-package.ts";
import type { Run } from "../../machine/program.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import type { Transaction } from "./transaction.ts";

export const METADATA = "/var/cache/rpm-ostree/repomd";
const SECONDS_PER_REPOSITORY = 0.5;

export interface Metadata {
  readonly available: readonly Solvable[];
  readonly repositories: readonly { readonly id: string; readonly generated: number }[];
}

export interface MetadataOptions {
  /** Nothing is asked of the network. */
  readonly cacheOnly?: boolean;
  /** Everything is fetched again. */
  readonly refresh?: boolean;
}

/** Says which repositories there are, fetches what is not there or too old, and reads them. Throws `OstreeError`: one dead repository blocks all. */
export function* loadMetadata(transaction: Transaction, servers: ReachedServers | undefined, options: MetadataOptions): Run<Metadata> {
  const { proc } = transaction;
  const configs = readRepoConfigs(proc.sys).filter(({ enabled }) => enabled);
  if (configs.length === 0) throw new OstreeError("No enabled repositories");
  transaction.say(`Enabled rpm-md repositories: ${configs.map(({ id }) => id).join(" ")}`);
  const loaded: { config: RepoConfig; repository: Repository; isCached: boolean }[] = [];
  for (const config of configs) {
    const isCached = options.refresh !== true && isFresh(transaction, config, options.cacheOnly === true);
    if (isCached) {
      const repository = servers?.kept(config.url);
      if (repository) loaded.push({ config, repository, isCached });
      continue;
    }
    if (options.cacheOnly === true) continue;
    const repository = yield* fetched(transaction, servers, config);
    if (repository) loaded.push({ config, repository, isCached });
  }
  transaction.begin("Importing rpm-md");
  yield* proc.sleep(0.2);
  transaction.end();
  for (const { config, repository, isCached } of loaded) {
    const stamp = isoTime(repository.generated);
    transaction.say(
      `rpm-md repo '${config.id}'${isCached ? " (cached)" : ""}; generated: ${stamp} solvables: ${repository.packages.length}`,
    );
  }
  return {
    available: loaded.flatMap(({ config, repository }) => offeredBy(config, repository)),
    repositories: loaded.map(({ config, repository }) => ({ id: config.id, generated: repository.generated })),
  };
}

function* fetched(transaction: Transaction, servers: ReachedServers | undefined, config: RepoConfig): Run<Repository | undefined> {
  const { proc } = transaction;
  transaction.begin(`Updating metadata for '${config.id}'`);
  yield* proc.sleep(SECONDS_PER_REPOSITORY);
  transaction.check();
  const repository = servers?.repositoryAt(config.url);
  transaction.end();
  if (repository === undefined) {
    if (config.skipIfUnavailable) return undefined;
    const { id, url } = config;
    const curl = `Curl error (6): Could not resolve hostname for ${url} [Could not resolve host: ${hostOf(url)}]`;
    const what =
      config.urlKey === "baseurl"
        ? "Cannot download repomd.xml: Cannot download repodata/repomd.xml: All mirrors were tried"
        : `Cannot prepare internal mirrorlist: ${curl}`;
    throw new OstreeError(`Updating rpm-md repo '${id}': cannot update repo '${id}': ${what}; Last error: ${curl}`);
  }
  makeDirectories(proc.sys, directoryOf(config));
  replaceFile(
    proc.sys,
    `${directoryOf(config)}/repomd.xml`,
    `<repomd><revision>${repository.generated}</revision><!-- fetched ${proc.now().sec} --></repomd>\n`,
  );
  return repository;
}

function directoryOf(config: RepoConfig): string {
  return `${METADATA}/${config.id.replaceAll("/", "_")}-43-x86_64`;
}

function isFresh(transaction: Transaction, config: RepoConfig, whatever: boolean): boolean {
  const { sys } = transaction.proc;
  const fetchedAt = /fetched (\d+)/.exec(readTextIfThere(sys, `${directoryOf(config)}/repomd.xml`) ?? "")?.[1];
  return fetchedAt !== undefined && (whatever || transaction.proc.now().sec - Number(fetchedAt) < config.expires);
}
