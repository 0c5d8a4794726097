/** The disk as Debian's installer has left it: every package unpacked and configured, then what the installer itself writes. */
import { timestamp } from "../../base/timestamp.ts";
import { DpkgDatabase } from "../../engines/dpkg/database.ts";
import { lstat, makeDirectories, parentOf, readBytes, writeWhole } from "../../engines/dpkg/files.ts";
import { installedRecord, writeInfo } from "../../engines/dpkg/record-files.ts";
import { writeAutomatic } from "../../engines/dpkg/sources.ts";
import { parseRelations } from "../../image/debian/versions.ts";
import type { Debs, Deb } from "../../image/debian/archive.ts";
import { Disk } from "../../vfs/disk.ts";
import { SysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import { Vfs } from "../../vfs/vfs.ts";
import { ACCOUNTS, CONFIGURATION } from "./installer.ts";
import { LEARNER, ROOT_UUID } from "./layout.ts";

const GiB = 1024 ** 3;
/** virtio's major, first partition. */
const DEVICE = (252 << 8) + 1;
/** 14 September 2026, 08:00 UTC; the lab starts weeks later. */
const INSTALLED_AT = timestamp(1789372800);

/** Directories that belong to no file, with mode and group where they are not root's 0755. */
export const DIRECTORIES: readonly (readonly [path: string, mode?: number, gid?: number])[] = [
  ["/boot"], ["/dev"], ["/etc"], ["/etc/apt/preferences.d"], ["/etc/apt/sources.list.d"], ["/etc/opt"], ["/etc/sudoers.d", 0o750], ["/home"], ["/lost+found", 0o700], ["/media"], ["/mnt"],
  ["/opt"], ["/proc"], ["/root", 0o700], ["/run"], ["/srv"], ["/sys"], ["/tmp", 0o1777], ["/usr/games"], ["/usr/include"], ["/usr/lib64"], ["/usr/local/bin"], ["/usr/local/etc"],
  ["/usr/local/games"], ["/usr/local/include"], ["/usr/local/lib"], ["/usr/local/sbin"], ["/usr/local/share"], ["/usr/local/src"], ["/usr/src"], ["/var/backups"],
  ["/var/cache/apt/archives/partial", 0o700], ["/var/lib/apt/lists/partial", 0o700], ["/var/lib/apt/periodic"], ["/var/lib/misc"], ["/var/lib/systemd"], ["/var/local", 0o2775, 50],
  ["/var/log/apt"], ["/var/log/journal", 0o2755, 999], ["/var/mail", 0o2775, 8], ["/var/opt"], ["/var/spool"], ["/var/tmp", 0o1777],
]; // prettier-ignore

export function factoryDisk(debs: Debs): Disk {
  const disk = new Disk();
  const rootFs = disk.format("root", {
    type: "ext4",
    dev: DEVICE,
    capacity: 2 * GiB,
    made: INSTALLED_AT,
    options: ["errors=remount-ro"],
  });
  const vfs = new Vfs({
    now: () => INSTALLED_AT,
    openDevice: () => {
      throw new SysError("ENXIO", "open");
    },
    blockDevice: () => undefined,
    generated: () => undefined,
    trace: () => {},
    tracing: () => false,
  });
  const sys = vfs.firstTask({ pid: 1, rootFs });
  sys.umask(0);
  for (const [path, mode = 0o755, gid = 0] of DIRECTORIES) {
    makeDirectories(sys, path);
    if (gid !== 0) sys.chown(path, 0, gid);
    sys.chmod(path, mode);
  }
  // Where /bin leads to must be there before anything goes through it.
  for (const name of ["bin", "sbin", "lib"]) makeDirectories(sys, `/usr/${name}`);
  for (const deb of debs.installed) unpackAll(sys, deb);
  installDatabase(sys, debs.installed);
  configure(sys);
  markAutomatic(sys, debs.installed);
  disk.sync();
  return disk;
}

/** Libraries, and what else is there only because others need it. */
function markAutomatic(sys: Sys, installed: readonly Deb[]): void {
  const needed = new Set(
    installed.flatMap(({ control }) =>
      ["Pre-Depends", "Depends", "Recommends"].flatMap((field) =>
        parseRelations(control.get(field) ?? "").flatMap((group) => group.map(({ name }) => name)),
      ),
    ),
  );
  const names = installed.filter(
    ({ name, control }) =>
      needed.has(name) && (name.startsWith("lib") || /^linux-image-\d/.test(name) || control.get("Section") === "libs"),
  );
  writeAutomatic(
    sys,
    names.map(({ name }) => name),
  );
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
export function installDatabase(sys: Sys, installed: readonly Deb[]): void {
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

/** What an installer writes: accounts, fstab, the name of the machine, kernels in the boot menu. */
function configure(sys: Sys): void {
  for (const [path, text, mode = 0o644, gid = 0] of [...ACCOUNTS, ...CONFIGURATION]) {
    makeDirectories(sys, parentOf(path));
    writeWhole(sys, path, text, { mode });
    sys.chown(path, 0, gid);
    sys.chmod(path, mode);
  }
  for (const [target, path] of [
    ["../usr/share/zoneinfo/UTC", "/etc/localtime"],
    ["/lib/systemd/systemd", "/usr/sbin/init"],
    ["/lib/systemd/system/multi-user.target", "/etc/systemd/system/default.target"],
    ["../run", "/var/run"],
    ["/run/lock", "/var/lock"],
    ["../proc/self/mounts", "/etc/mtab"],
    ["../mail", "/var/spool/mail"],
  ] as const) {
    makeDirectories(sys, parentOf(path));
    if (!lstat(sys, path)) sys.symlink(target, path);
  }
  const home = `/home/${LEARNER}`;
  sys.mkdir(home, 0o700);
  for (const { name } of sys.readdir("/etc/skel")) {
    writeWhole(sys, `${home}/${name}`, readBytes(sys, `/etc/skel/${name}`));
    sys.chown(`${home}/${name}`, 1000, 1000);
  }
  for (const name of [".bashrc", ".profile"]) writeWhole(sys, `/root/${name}`, readBytes(sys, `/etc/skel/${name}`));
  sys.chown(home, 1000, 1000);
  for (const { name } of sys.readdir("/boot")) {
    const version = /^vmlinuz-(.*)$/.exec(name)?.[1];
    if (version !== undefined) installKernel(sys, version);
  }
}

/** As `update-initramfs` and `update-grub` of this image do. */
function installKernel(sys: Sys, version: string): void {
  writeWhole(sys, `/boot/initrd.img-${version}`, `initramfs of ${version}\n`);
  makeDirectories(sys, "/boot/loader/entries");
  makeDirectories(sys, "/boot/grub");
  writeWhole(
    sys,
    `/boot/loader/entries/debian-${version}.conf`,
    `title Debian GNU/Linux, with Linux ${version}\nversion ${version}\nlinux /vmlinuz-${version}\ninitrd /initrd.img-${version}\n` +
      `options root=UUID=${ROOT_UUID} ro quiet\n`,
  );
}
