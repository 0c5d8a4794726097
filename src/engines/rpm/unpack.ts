/** Files of a package onto the system that a process runs on, as rpm lays them down, and off it again. */
import { timestamp } from "../../base/timestamp.ts";
import { checksumBytes } from "../../image/ostree-objects.ts";
import { nevra } from "../../image/package.ts";
import type { RpmFile, RpmPackage } from "../../image/rpm-md/rpm-package.ts";
import { headerOf } from "../../image/rpm-md/rpm-file.ts";
import type { FileAttributes, InstalledPackage } from "../../image/rpmdb.ts";
import { readAccounts, type Accounts } from "../../machine/users.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import { lstat, makeDirectories, parentOf, readBytes, temporaryName, writeNewFile } from "../ostree/files.ts";

/** Writes one name of a package. What the administrator changed in /etc stays, and the new file comes beside it: then the path of that is returned. */
export function unpackFile(sys: Sys, file: RpmFile, pkg: RpmPackage, before: InstalledPackage | undefined): string | undefined {
  const accounts = readAccounts(sys);
  const owner = ownerOf(file, accounts);
  const there = lstat(sys, file.path);
  makeDirectories(sys, parentOf(file.path));
  if (file.kind === "dir") {
    if (there === undefined) sys.mkdir(file.path, file.mode);
    if (there?.type === "symlink") return undefined;
    sys.chown(file.path, owner.uid, owner.gid);
    sys.chmod(file.path, file.mode);
    return undefined;
  }
  const kept = file.kind === "file" && file.path.startsWith("/etc/") && there?.type === "file" && isChanged(sys, file, before);
  const path = kept ? `${file.path}.rpmnew` : file.path;
  const temporary = temporaryName(sys, `${path};`);
  if (file.kind === "symlink") {
    sys.symlink(file.target, temporary);
    sys.lchown(temporary, owner.uid, owner.gid);
  } else {
    writeNewFile(sys, temporary, file.bytes(), { mode: file.mode, owner });
    sys.utimens(temporary, timestamp(pkg.buildTime), timestamp(pkg.buildTime));
  }
  sys.rename(temporary, path);
  return kept ? path : undefined;
}

/** Whether the file in /etc is neither what the package had before nor what it brings now. */
function isChanged(sys: Sys, file: RpmFile, before: InstalledPackage | undefined): boolean {
  const now = checksumBytes(readBytes(sys, file.path));
  if (now === checksumBytes(file.bytes())) return false;
  return now !== (before && cameAs(before, file.path));
}

/** The checksum of a file in /etc as the package brought it. */
function cameAs(pkg: InstalledPackage, path: string): string | undefined {
  if (!path.startsWith("/etc/")) return undefined;
  const came = pkg.details?.attributes[path];
  return came === undefined ? pkg.configs?.[path] : came.kind === "file" ? came.digest : undefined;
}

/** The numbers of a file's owners on this system; root where it knows no such user. */
export function ownerOf(file: Pick<RpmFile, "user" | "group">, accounts: Accounts): { readonly uid: number; readonly gid: number } {
  const uid = file.user === "root" ? 0 : (accounts.userByName(file.user)?.uid ?? 0);
  const gid = file.group === "root" ? 0 : (accounts.groupByName(file.group)?.gid ?? 0);
  return { uid, gid };
}

/**
 * Removes what `pkg` has and nobody of `others` has. A changed file of /etc is kept as NAME.rpmsave, whose path is then among those
 * that are returned; a directory goes when it is empty.
 */
export function removeFiles(sys: Sys, pkg: InstalledPackage, others: readonly InstalledPackage[]): string[] {
  const shared = new Set(others.flatMap(({ files }) => files));
  const saved: string[] = [];
  for (const path of [...pkg.files].sort().reverse()) {
    if (shared.has(path)) continue;
    const found = lstat(sys, path);
    if (found === undefined) continue;
    try {
      const came = cameAs(pkg, path);
      if (found.type === "dir") sys.rmdir(path);
      else if (found.type === "file" && came !== undefined && checksumBytes(readBytes(sys, path)) !== came) {
        sys.rename(path, `${path}.rpmsave`);
        saved.push(path);
      } else sys.unlink(path);
    } catch (error) {
      if (!isSysError(error, "ENOTEMPTY", "EBUSY")) throw error;
    }
  }
  return saved;
}

/** The row that the database has of `pkg` once it is there. */
export function rowOf(pkg: RpmPackage, from: string, installTime: number): InstalledPackage {
  const { name, epoch, version, release, arch, summary, license, size, url, buildTime } = pkg;
  const { description, vendor, requires, provides, conflicts, obsoletes, scripts } = headerOf(pkg);
  return {
    ...{ name, epoch, version, release, arch, summary, license, size, url, buildTime },
    files: pkg.files.map(({ path }) => path),
    details: {
      ...{ description, vendor, from, installTime, requires, provides, conflicts, obsoletes, scripts },
      attributes: Object.fromEntries(pkg.files.map((file) => [file.path, attributesOf(file, file.bytes())])),
    },
  };
}

/** `bytes` are the contents, of a file. */
export function attributesOf({ kind, mode, user, group, target }: RpmFile, bytes: Uint8Array): FileAttributes {
  if (kind === "symlink") return { user, group, kind, target };
  if (kind === "dir") return { user, group, kind, mode };
  return { user, group, kind, mode, size: bytes.length, digest: checksumBytes(bytes) };
}

export interface FileConflict {
  readonly path: string;
  readonly pkg: RpmPackage;
  /** Installed, or to be. */
  readonly other: RpmPackage | InstalledPackage;
}

/** Files of `packages` that others have, too, and not the same. What is to go counts for nothing. */
export function fileConflicts(sys: Sys, packages: readonly RpmPackage[], remaining: readonly InstalledPackage[]): FileConflict[] {
  const conflicts: FileConflict[] = [];
  const coming = new Map<string, readonly [RpmPackage, RpmFile]>();
  const owners = new Map<string, InstalledPackage>();
  for (const pkg of remaining) for (const path of pkg.files) owners.set(path, pkg);
  for (const pkg of packages) {
    for (const file of pkg.files) {
      const other = coming.get(file.path);
      if (other === undefined) coming.set(file.path, [pkg, file]);
      else if (!isSameFile(file, other[1])) conflicts.push({ path: file.path, pkg, other: other[0] });
      const owner = owners.get(file.path);
      if (owner !== undefined && file.kind !== "dir" && !isThere(sys, file)) conflicts.push({ path: file.path, pkg, other: owner });
    }
  }
  return conflicts;
}

/** In rpm's words. */
export function conflictText({ path, pkg, other }: FileConflict): string {
  return "downloadSize" in other
    ? `file ${path} conflicts between attempted installs of ${nevra(other)} and ${nevra(pkg)}`
    : `file ${path} from install of ${nevra(pkg)} conflicts with file from package ${nevra(other)}`;
}

function isSameFile(left: RpmFile, right: RpmFile): boolean {
  if (left.kind !== right.kind || left.target !== right.target) return false;
  if (left.kind === "dir") return true;
  return left.mode === right.mode && checksumBytes(left.bytes()) === checksumBytes(right.bytes());
}

function isThere(sys: Sys, file: RpmFile): boolean {
  const found = lstat(sys, file.path);
  if (found === undefined) return true;
  if (found.type !== file.kind) return false;
  if (file.kind === "symlink") return sys.readlink(file.path) === file.target;
  return checksumBytes(readBytes(sys, file.path)) === checksumBytes(file.bytes());
}
