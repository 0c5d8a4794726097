import type { OstreeHost } from "../../engines/ostree/host.ts";
import type { Process } from "../../machine/process.ts";
import { runningCommit } from "./pull.ts";

/** The version of the running release's package `name`; "" on a system that runs none of the releases. */
export function packageVersion(host: OstreeHost, proc: Process, name: string): string {
  const commit = runningCommit(proc);
  const release = commit === undefined ? undefined : host.catalogue.byCommit(commit);
  return release?.packages.find((pkg) => pkg.name === name)?.version ?? host.version ?? "";
}

/** What `ostree --version` prints. */
export function ostreeVersion(host: OstreeHost, proc: Process): string {
  const features = ["libcurl", "gpgme", "composefs", "ex-fsverity", "libarchive", "selinux", "systemd", "release"];
  return `libostree:\n Version: '${packageVersion(host, proc, "ostree")}'\n Features:\n${features.map((feature) => `  - ${feature}\n`).join("")}`;
}
