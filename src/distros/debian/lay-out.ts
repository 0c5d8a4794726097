/** A Debian system laid out in a directory tree: what makes a disk, an image of ABRoot's or that of a container. */
import { timestamp, type Timestamp } from "../../base/timestamp.ts";
import { DpkgDatabase } from "../../engines/dpkg/database.ts";
import { lstat, makeDirectories, parentOf, writeWhole } from "../../engines/dpkg/files.ts";
import { installedRecord, writeInfo } from "../../engines/dpkg/record-files.ts";
import type { Deb } from "../../image/debian/archive.ts";
import { Disk } from "../../vfs/disk.ts";
import { SysError } from "../../vfs/errno.ts";
import type { FileSystem } from "../../vfs/file-system.ts";
import type { Sys } from "../../vfs/sys.ts";
import { Vfs, type VfsEnvironment } from "../../vfs/vfs.ts";
import type { InstalledText } from "./installer.ts";

/** Directories that belong to no file, with mode and group where they are not root's 0755. */
const DIRECTORIES: readonly (readonly [path: string, mode?: number, gid?: number])[] = [
  ["/boot"], ["/dev"], ["/etc"], ["/etc/apt/preferences.d"], ["/etc/apt/sources.list.d"], ["/etc/opt"], ["/etc/sudoers.d", 0o750], ["/home"], ["/lost+found", 0o700], ["/media"], ["/mnt"],
  ["/opt"], ["/proc"], ["/root", 0o700], ["/run"], ["/srv"], ["/sys"], ["/tmp", 0o1777], ["/usr/games"], ["/usr/include"], ["/usr/lib64"], ["/usr/local/bin"], ["/usr/local/etc"],
  ["/usr/local/games"], ["/usr/local/include"], ["/usr/local/lib"], ["/usr/local/sbin"], ["/usr/local/share"], ["/usr/local/src"], ["/usr/src"], ["/var/backups"],
  ["/var/cache/apt/archives/partial", 0o700], ["/var/lib/apt/lists/partial", 0o700], ["/var/lib/apt/periodic"], ["/var/lib/misc"], ["/var/lib/systemd"], ["/var/local", 0o2775, 50],
  ["/var/log/apt"], ["/var/log/journal", 0o2755, 999], ["/var/mail", 0o2775, 8], ["/var/opt"], ["/var/spool"], ["/var/tmp", 0o1777],
]; // prettier-ignore

/** Links that no package has. */
const LINKS: readonly (readonly [target: string, path: string])[] = [
  ["../usr/share/zoneinfo/UTC", "/etc/localtime"],
  ["/lib/systemd/systemd", "/usr/sbin/init"],
  ["/lib/systemd/system/multi-user.target", "/etc/systemd/system/default.target"],
  ["../run", "/var/run"],
  ["/run/lock", "/var/lock"],
  ["../proc/self/mounts", "/etc/mtab"],
  ["../mail", "/var/spool/mail"],
  ["/etc/alternatives/which", "/usr/bin/which"],
  ["/usr/bin/which.debianutils", "/etc/alternatives/which"],
];

/** Root's system calls in a place of its own, where it is always `made`. `partition`: what is behind a device. */
export function workshop(
  made: Timestamp,
  rootFs: FileSystem = memory(made),
  partition: VfsEnvironment["blockDevice"] = () => undefined,
): Sys {
  const vfs = new Vfs({
    now: () => made,
    openDevice: () => {
      throw new SysError("ENXIO", "open");
    },
    blockDevice: partition,
    generated: () => undefined,
    trace: () => {},
    tracing: () => false,
  });
  const sys = vfs.firstTask({ pid: 1, rootFs });
  sys.umask(0);
  return sys;
}

/** A file system that nothing boots from. */
function memory(made: Timestamp): FileSystem {
  return new Disk().format("image", { type: "overlay", dev: 1, capacity: 2 ** 31, made });
}

/** Everything that packages have and dpkg's database says of them, then `texts`. */
export function layOut(sys: Sys, packages: readonly Deb[], texts: readonly InstalledText[]): void {
  for (const [path, mode = 0o755, gid = 0] of DIRECTORIES) {
    makeDirectories(sys, path);
    if (gid !== 0) sys.chown(path, 0, gid);
    sys.chmod(path, mode);
  }
  // Where /bin leads to must be there before anything goes through it.
  for (const name of ["bin", "sbin", "lib"]) makeDirectories(sys, `/usr/${name}`);
  for (const deb of packages) unpackAll(sys, deb);
  installDatabase(sys, packages);
  for (const [path, text, mode = 0o644, gid = 0] of texts) {
    makeDirectories(sys, parentOf(path));
    if (lstat(sys, path)) sys.unlink(path);
    writeWhole(sys, path, text, { mode });
    sys.chown(path, 0, gid);
    sys.chmod(path, mode);
  }
  for (const [target, path] of LINKS) {
    makeDirectories(sys, parentOf(path));
    if (!lstat(sys, path)) sys.symlink(target, path);
  }
}

/** Puts a package's files in their places. */
export function unpackAll(sys: Sys, deb: Deb): void {
  for (const entry of deb.entries) {
    if (entry.kind === "dir") {
      makeDirectories(sys, entry.path);
      continue;
    }
    if (lstat(sys, entry.path)) continue;
    if (entry.kind === "symlink") sys.symlink(entry.target, entry.path);
    else {
      writeWhole(sys, entry.path, entry.bytes, { mode: entry.mode & 0o777 });
      if (entry.uid !== 0 || entry.gid !== 0) sys.chown(entry.path, entry.uid, entry.gid);
      if ((entry.mode & 0o7000) !== 0) sys.chmod(entry.path, entry.mode);
    }
    sys.utimens(entry.path, timestamp(entry.mtime), timestamp(entry.mtime), { follow: false });
  }
}

/** Writes dpkg's database as it is when all of `installed` is there. */
function installDatabase(sys: Sys, installed: readonly Deb[]): void {
  const database = new DpkgDatabase(sys);
  database.makeDirectories();
  for (const deb of installed) {
    const record = installedRecord(deb);
    database.packages.set(deb.name, record);
    writeInfo(sys, database, deb.name, new Map(deb.controlFiles().map((file) => [file.path.slice(1), file])), deb.entries);
  }
  for (const name of ["status", "status-old"]) writeWhole(sys, `${database.directory}/${name}`, database.text());
  writeWhole(sys, `${database.directory}/available`, "");
  writeWhole(sys, `${database.directory}/arch`, "amd64\n");
  for (const name of ["lock", "lock-frontend", "triggers/Lock", "triggers/Unincorp"])
    writeWhole(sys, `${database.directory}/${name}`, "", { mode: 0o640 });
  const interests = installed.flatMap(({ name, scripts }) =>
    (scripts["triggers"] ?? "").split("\n").flatMap((line) => {
      const [directive = "", trigger = ""] = line.split(" ");
      return directive.startsWith("interest") ? [{ name, trigger, isNoAwait: directive === "interest-noawait" }] : [];
    }),
  );
  const line = ({ name, isNoAwait }: { readonly name: string; readonly isNoAwait: boolean }): string =>
    `${name}${isNoAwait ? "/noawait" : ""}`;
  const files = interests.filter(({ trigger }) => trigger.startsWith("/"));
  writeWhole(sys, `${database.directory}/triggers/File`, files.map((one) => `${one.trigger} ${line(one)}\n`).join(""));
  for (const one of interests)
    if (!one.trigger.startsWith("/")) writeWhole(sys, `${database.directory}/triggers/${one.trigger}`, `${line(one)}\n`);
}
