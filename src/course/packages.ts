/** Which packages a system says that it has, read from the database of whatever manages them there. */
import { DpkgDatabase } from "../engines/dpkg/database.ts";
import { readDatabase } from "../engines/rpm/database.ts";
import { decodeRpmdb } from "../image/rpmdb.ts";
import { readBytes } from "../engines/ostree/files.ts";
import { exists } from "../machine/read-text.ts";
import type { Sys } from "../vfs/sys.ts";

/** Version (with its release) by name. */
export type Packages = ReadonlyMap<string, string>;

/** Where rpm-ostree keeps what was in the image before packages were put on top of it. */
const BASE = "/usr/lib/sysimage/rpm-ostree-base-db/rpmdb.sqlite";

export function readPackages(sys: Sys): Packages {
  if (exists(sys, "/var/lib/dpkg/status")) {
    const records = [...new DpkgDatabase(sys).packages.values()];
    return new Map(records.filter(({ state }) => state === "installed").map(({ name, version }) => [name, version]));
  }
  return named(readDatabase(sys));
}

/** What the image of the running system came with, where the system itself keeps that. */
export function readBasePackages(sys: Sys): Packages | undefined {
  return exists(sys, BASE) ? named(decodeRpmdb(readBytes(sys, BASE))) : undefined;
}

function named(packages: readonly { readonly name: string; readonly version: string; readonly release: string }[]): Packages {
  return new Map(packages.map(({ name, version, release }) => [name, `${version}-${release}`]));
}
