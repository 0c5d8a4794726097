/** The servers of packages as one machine reaches them. */
import type { PackageServers } from "../../image/rpm-md/servers.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import type { OstreeHost } from "../ostree/host.ts";

/** Whose mirrors are always up: everybody else is a third party. */
const DISTRIBUTION = /^https?:\/\/([a-z0-9-]+\.)*(?:fedoraproject|opensuse)\.org\//;

export interface ReachedServers extends PackageServers {
  /** What a repository was when it was last fetched, whether its server answers now or not. */
  kept: PackageServers["repositoryAt"];
}

/** Waits until they are there. Undefined where no server has packages; what is in trouble (`machine/world.ts`) does not answer. */
export function* packageServersFor(proc: Process, host: OstreeHost): Run<ReachedServers | undefined> {
  if (host.repositories === undefined) return undefined;
  const servers = (yield* host.repositories.get())(host.catalogue);
  const { world } = proc.kernel;
  const isUp = (url: string): boolean => !world.isOffline && !(world.has("dead-repository") && !DISTRIBUTION.test(url));
  return {
    repositoryAt: (url, running) => (isUp(url) ? servers.repositoryAt(url, running) : undefined),
    kept: (url, running) => servers.repositoryAt(url, running),
    fileAt: (url) => (isUp(url) ? servers.fileAt(url) : undefined),
    imageDependencies: (pkg) => servers.imageDependencies(pkg),
  };
}
