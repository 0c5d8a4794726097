/** Who answers a Vanilla OS machine: the registry, the package index, and Debian's archive inside of a build container. */
import { AbrootError } from "../../engines/abroot/error.ts";
import type { Servers } from "../../engines/abroot/registry.ts";
import { DpkgDatabase } from "../../engines/dpkg/database.ts";
import { lstat } from "../../engines/dpkg/files.ts";
import { installedRecord, writeInfo } from "../../engines/dpkg/record-files.ts";
import { step, type Update } from "../../engines/update-step.ts";
import type { Deb, Debs } from "../../image/debian/archive.ts";
import { unknownHost, unknownManifest } from "../../image/registries.ts";
import type { World } from "../../machine/world.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import { unpackAll } from "../debian/lay-out.ts";
import { imageOf, publishedDebs, RELEASES } from "./images.ts";

const NAME = "vanilla-os/desktop";
const REGISTRY = "ghcr.io";

/** @simplified What containers/image says of a registry that gives nothing is from memory. */
export function vanillaServers(debs: Debs, world: World): Servers {
  const reach = (host: string, url: string): void => {
    if (world.isOffline) throw new AbrootError(`Get "${url}": dial tcp: lookup ${host}: Temporary failure in name resolution`);
  };
  const registryOf = ({ registry, name }: { readonly registry: string; readonly name: string }): void => {
    reach(registry, `https://${registry}/v2/`);
    if (registry !== REGISTRY) throw new AbrootError(unknownHost(registry));
    // GitHub gives nobody a token for what is not there.
    if (name !== NAME) throw new AbrootError("requesting bearer token: invalid status code from registry 403 (Forbidden)");
  };
  const published = (): ReadonlyMap<string, Deb> => publishedDebs(debs, RELEASES[2]?.waves ?? 0);
  return {
    tagged(image, current) {
      registryOf(image);
      const releases = RELEASES.filter(({ tag }) => tag === image.tag);
      const at = releases.findIndex((release) => imageOf(debs, release).digest === current);
      const next = releases[Math.min(at + 1, releases.length - 1)];
      if (next === undefined) throw new AbrootError(unknownManifest(image.registry, image.name, image.tag));
      return imageOf(debs, next);
    },
    byDigest(image, digest) {
      registryOf(image);
      const found = RELEASES.map((release) => imageOf(debs, release)).find((each) => each.digest === digest);
      if (found === undefined) throw new AbrootError(unknownManifest(image.registry, image.name, digest));
      return found;
    },
    packageVersion(name) {
      reach("packages.vanillaos.org", `https://packages.vanillaos.org/api/pkg/${name}`);
      return published().get(name)?.version;
    },
    *install(sys, root, { add, remove }) {
      if (world.isOffline) throw buildFailed(100);
      yield* removeAll(sys, root, remove);
      yield* installAll(sys, root, add, published());
      if (add.length > 0 && world.has("failing-scriptlet")) throw buildFailed(100);
    },
  };
}

/** What is left of a package manager's own words when a step of a recipe fails. */
function buildFailed(status: number): AbrootError {
  return new AbrootError(`building at STEP "RUN": while running runtime: exit status ${status}`);
}

/** apt-get remove: their files, but not what they have in /etc. @simplified What needed them goes, too; scripts do not run. */
function* removeAll(sys: Sys, root: string, names: readonly string[]): Update<void> {
  const database = new DpkgDatabase(sys, root);
  const gone = new Set(names);
  for (let size = -1; size !== gone.size;) {
    size = gone.size;
    for (const record of database.known)
      if (needs(record.fields.get("Depends") ?? "").some((alternatives) => alternatives.every((name) => gone.has(name))))
        gone.add(record.name);
  }
  for (const name of gone) {
    const record = database.packages.get(name);
    if (record === undefined) throw buildFailed(100);
    yield step("remove", { message: name });
    for (const path of database.list(name).toReversed()) {
      if (path.startsWith("/etc")) continue;
      const found = lstat(sys, root + path);
      try {
        if (found?.type === "dir") sys.rmdir(root + path);
        else if (found !== undefined) sys.unlink(root + path);
      } catch (error) {
        if (!isSysError(error)) throw error;
      }
    }
    record.state = "config-files";
    record.want = "deinstall";
  }
  if (gone.size > 0) database.checkpoint();
}

/** apt-get install. @simplified The first alternative that there is; scripts do not run. */
function* installAll(sys: Sys, root: string, names: readonly string[], published: ReadonlyMap<string, Deb>): Update<void> {
  const database = new DpkgDatabase(sys, root);
  const provided = new Set(
    [...published.values(), ...database.known.map((record) => published.get(record.name))].flatMap((deb) =>
      deb !== undefined && database.isUnpacked(deb.name) ? needs(deb.control.get("Provides") ?? "").flat() : [],
    ),
  );
  const wanted = new Map<string, Deb>();
  const want = (name: string): boolean => {
    if (database.isUnpacked(name) || provided.has(name) || wanted.has(name)) return true;
    const deb = published.get(name);
    if (deb === undefined) return false;
    wanted.set(name, deb);
    for (const alternatives of ["Pre-Depends", "Depends"].flatMap((field) => needs(deb.control.get(field) ?? "")))
      if (!alternatives.some(want)) throw buildFailed(100);
    return true;
  };
  for (const name of names) if (!want(name)) throw buildFailed(100);
  for (const deb of [...wanted.values()].reverse()) {
    yield step("install", { message: deb.name });
    unpackAll(sys, { ...pick(deb), entries: deb.entries.map((entry) => ({ ...entry, path: root + entry.path })) } as unknown as Deb);
    database.packages.set(deb.name, installedRecord(deb));
    writeInfo(sys, database, deb.name, new Map(deb.controlFiles().map((file) => [file.path.slice(1), file])), deb.entries);
  }
  if (wanted.size > 0) database.checkpoint();
}

function pick({ name, version }: Deb): { readonly name: string; readonly version: string } {
  return { name, version };
}

/** Names of a relation field: all of the outer ones, any of the inner. */
function needs(field: string): string[][] {
  return field
    .split(",")
    .map((group) => group.split("|").map((one) => one.trim().replace(/[\s:(].*$/, "")))
    .filter(([first]) => first !== undefined && first !== "");
}
