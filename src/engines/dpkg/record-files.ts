/** What dpkg keeps of a package that it has: its record, and its files in info/. */
import { md5 } from "@noble/hashes/legacy.js";
import type { Deb } from "../../image/debian/archive.ts";
import type { TarEntry } from "../../image/debian/deb-file.ts";
import { toHex } from "../../image/hex.ts";
import type { Sys } from "../../vfs/sys.ts";
import type { DpkgDatabase, PackageRecord } from "./database.ts";
import { writeWhole } from "./files.ts";

/** Of one that was installed and configured as it came. */
export function installedRecord(deb: Deb): PackageRecord {
  const { name, version, control, conffiles } = deb;
  const bytes = new Map(deb.entries.map((entry) => [entry.path, entry.bytes]));
  return {
    name,
    want: "install",
    flag: "ok",
    state: "installed",
    version,
    configVersion: "",
    conffiles: conffiles.map((path) => ({ path, md5: toHex(md5(bytes.get(path) ?? new Uint8Array())), isObsolete: false })),
    triggersPending: [],
    triggersAwaited: [],
    fields: new Map([...control].filter(([field]) => field !== "Package" && field !== "Version")),
  };
}

/** The files of info/ as an installer writes them: the control files but "control", and the list of paths. */
export function writeInfo(
  sys: Sys,
  database: DpkgDatabase,
  name: string,
  control: ReadonlyMap<string, TarEntry>,
  data: readonly TarEntry[],
): void {
  for (const [kind, { bytes, mode }] of control) if (kind !== "control") writeWhole(sys, database.infoPath(name, kind), bytes, { mode });
  writeWhole(sys, database.infoPath(name, "list"), listText(data));
}

/** A list file's contents: every path, the root as "/.". */
export function listText(data: readonly TarEntry[]): string {
  return data.map(({ path }) => `${path === "/" ? "/." : path}\n`).join("");
}
