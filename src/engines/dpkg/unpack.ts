/**
 * Unpacking: the files of a package come under temporary names beside where they belong, then get their names one by one.
 *
 * The order of writes is that of the real one (strace of dpkg 1.22, and dpkg:src/main/unpack.c, archives.c): between any two of them the
 * power may go, and what is then on the disk is neither the old package nor the new one.
 */
import { timestamp } from "../../base/timestamp.ts";
import { decodeUtf8 } from "../../base/utf8.ts";
import type { TarEntry } from "../../image/debian/deb-file.ts";
import { compareVersions, formatRelation, parseRelations, satisfies } from "../../image/debian/versions.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import type { PackageRecord } from "./database.ts";
import { isDirectory, lstat, removeTree, unlinkIfThere, writeWhole } from "./files.ts";
import { readPackage, shownName, type DebPackage } from "./package.ts";
import { listText } from "./record-files.ts";
import { deconfigure } from "./remove.ts";
import { DpkgEnd, DpkgError, type DpkgSession } from "./session.ts";
import { activateForFiles } from "./triggers.ts";

const NEW = ".dpkg-new";
const BACKUP = ".dpkg-tmp";

/** `dpkg --unpack path`; the package's name. `shown`: how the file is called to people. */
export function* unpack(session: DpkgSession, path: string, shown = path): Run<string> {
  const { proc, database } = session;
  const { sys } = proc;
  let deb: DebPackage | undefined;
  try {
    deb = readPackage(sys, path);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new DpkgEnd(`cannot access archive '${path}': ${error.text}`);
  }
  if (deb === undefined) {
    yield* session.complain(`dpkg-deb: error: '${path}' is not a Debian format archive\n`);
    throw new DpkgError("dpkg-deb --control subprocess returned error exit status 2");
  }
  const { name, version } = deb;
  checkArchitecture(deb);
  yield* checkConflicts(session, deb);
  const known = database.packages.get(name);
  const record = database.record(name);
  const old = known !== undefined && known.state !== "not-installed" && known.state !== "config-files" ? known.version : undefined;
  if (known === undefined || known.state === "not-installed" || known.state === "config-files")
    yield* session.say(
      `Selecting previously ${known?.state === "config-files" ? "deselected" : "unselected"} package ${shownName(name, deb.fields)}.\n`,
    );
  yield* session.readDatabase();
  yield* session.say(`Preparing to unpack ${shown} ...\n`);
  checkPreDepends(session, deb);
  session.log(
    `${old === undefined ? "install" : "upgrade"} ${name}:${deb.fields.get("Architecture") ?? "all"} ${old ?? "<none>"} ${version}`,
  );

  const oldList = database.list(name).map((line) => (line === "/." ? "/" : line));
  const control = `${database.directory}/tmp.ci`;
  layDownControl(session, deb, control);
  record.want = "install";
  const before = { state: record.state, flag: record.flag, fields: record.fields, version: record.version };
  if (old !== undefined) {
    session.setState(record, "half-configured");
    yield* session.script(record, database.infoPath(name, "prerm"), "prerm", ["upgrade", version]);
    session.setState(record, "unpacked");
  }
  record.flag = "reinstreq";
  if (old === undefined) {
    record.fields = deb.fields;
    record.version = version;
  }
  session.setState(record, "half-installed");
  yield* session.script(record, `${control}/preinst`, "preinst", old === undefined ? ["install"] : ["upgrade", old, version]);
  const change = old === undefined ? "" : ` over (${old})`;
  yield* session.say(`Unpacking ${shownName(name, deb.fields)} (${version})${change} ...\n`);

  const undo: (() => void)[] = [];
  let backups: string[];
  try {
    backups = yield* extract(session, deb, undo);
  } catch (error) {
    if (!isSysError(error) && !(error instanceof DpkgError)) throw error;
    for (const step of undo.toReversed()) step();
    yield* session.script(record, `${control}/postrm`, "postrm", old === undefined ? ["abort-install"] : ["abort-upgrade", old, version]);
    removeTree(sys, control);
    if (old !== undefined) yield* session.script(record, database.infoPath(name, "postinst"), "postinst", ["abort-upgrade", version]);
    const { state, ...rest } = before;
    Object.assign(record, rest);
    session.setState(record, state);
    throw error;
  }
  if (old !== undefined) yield* session.script(record, database.infoPath(name, "postrm"), "postrm", ["upgrade", version]);
  removeGone(session, deb, oldList);
  writeWhole(sys, `${database.infoPath(name, "list")}-new`, listText(deb.file.data), { sync: true });
  record.fields = new Map([...deb.fields].filter(([field]) => field !== "Package" && field !== "Version"));
  sys.rename(`${database.infoPath(name, "list")}-new`, database.infoPath(name, "list"));
  takeControl(session, deb, control);
  record.configVersion = old === undefined ? record.configVersion : record.configVersion || old;
  record.version = version;
  record.flag = "ok";
  const digests = new Map(record.conffiles.map((one) => [one.path, one.md5]));
  record.conffiles = [
    ...deb.conffiles.map((one) => ({ path: one, md5: digests.get(one) ?? "newconffile", isObsolete: false })),
    ...record.conffiles.filter((one) => !deb.conffiles.includes(one.path)).map((one) => ({ ...one, isObsolete: true })),
  ];
  session.setState(record, "unpacked");
  for (const backup of backups) unlinkIfThere(sys, backup);
  activateForFiles(session, [...new Set([...oldList, ...deb.file.data.map((entry) => entry.path)])], name);
  return name;
}

function checkArchitecture({ fields }: DebPackage): void {
  const architecture = fields.get("Architecture") ?? "all";
  if (architecture !== "all" && architecture !== "amd64")
    throw new DpkgError(`package architecture (${architecture}) does not match system (amd64)`);
}

function checkPreDepends(session: DpkgSession, deb: DebPackage): void {
  if (session.isForced("depends")) return;
  for (const group of parseRelations(deb.fields.get("Pre-Depends") ?? "")) {
    const isMet = group.some((relation) => provides(session, relation.name, (version) => satisfies(version, relation)));
    if (!isMet)
      throw new DpkgError(
        `pre-dependency problem - not installing ${deb.name}\n  ${deb.name} pre-depends on ${group.map(formatRelation).join(" | ")}`,
      );
  }
}

/** Whether a package of that name whose files are there, or one that provides it, has a version that will do. */
export function provides(
  session: DpkgSession,
  name: string,
  isGood: (version: string) => boolean,
  isThere: (record: PackageRecord) => boolean = isUnpacked,
): boolean {
  const own = session.database.packages.get(name);
  if (own && isThere(own) && isGood(own.version)) return true;
  for (const record of session.database.packages.values()) {
    if (!isThere(record)) continue;
    for (const [relation] of parseRelations(record.fields.get("Provides") ?? ""))
      if (relation?.name === name && isGood(relation.operator === "=" ? relation.version : "")) return true;
  }
  return false;
}

function isUnpacked({ state }: PackageRecord): boolean {
  return state !== "not-installed" && state !== "config-files" && state !== "half-installed";
}

/** Whoever is in conflict is removed where dpkg may (`--auto-deconfigure`, Replaces); otherwise it refuses. */
function* checkConflicts(session: DpkgSession, deb: DebPackage): Run<void> {
  for (const [field, verb] of [
    ["Conflicts", "conflicts with"],
    ["Breaks", "breaks"],
  ] as const) {
    for (const [relation] of parseRelations(deb.fields.get(field) ?? "")) {
      if (relation === undefined || relation.name === deb.name) continue;
      for (const record of session.database.known) {
        if (record.name === deb.name || !isUnpacked(record)) continue;
        const virtual = parseRelations(record.fields.get("Provides") ?? "").some(([one]) => one?.name === relation.name);
        const isHit = record.name === relation.name ? satisfies(record.version, relation) : virtual && relation.operator === undefined;
        if (!isHit || session.isForced("depends")) continue;
        if (field === "Breaks") yield* deconfigure(session, record, deb);
        else
          throw new DpkgError(
            `conflicting packages - not installing ${deb.name}\ndpkg: regarding ${deb.name} containing ${deb.name}:\n ${deb.name} ${verb} ${formatRelation(relation)}`,
          );
      }
    }
  }
}

function layDownControl({ proc: { sys } }: DpkgSession, deb: DebPackage, directory: string): void {
  if (isDirectory(sys, directory)) removeTree(sys, directory);
  sys.mkdir(directory, 0o755);
  for (const [name, { bytes, mode }] of deb.file.control) writeWhole(sys, `${directory}/${name}`, bytes, { mode });
}

/** The control files get their names in info/; what the package has no longer goes. */
function takeControl({ proc: { sys }, database }: DpkgSession, deb: DebPackage, directory: string): void {
  for (const kind of [
    "preinst",
    "postinst",
    "prerm",
    "postrm",
    "conffiles",
    "md5sums",
    "triggers",
    "shlibs",
    "symbols",
    "config",
    "templates",
  ])
    if (!deb.file.control.has(kind)) unlinkIfThere(sys, database.infoPath(deb.name, kind));
  for (const kind of deb.file.control.keys()) if (kind !== "control") sys.rename(`${directory}/${kind}`, database.infoPath(deb.name, kind));
  registerInterests(sys, database.directory, deb);
  removeTree(sys, directory);
}

function registerInterests(sys: DpkgSession["proc"]["sys"], directory: string, deb: DebPackage): void {
  for (const line of decodeUtf8(deb.file.control.get("triggers")?.bytes ?? new Uint8Array()).split("\n")) {
    const [directive = "", trigger = ""] = line.split(" ");
    if (!directive.startsWith("interest") || trigger.startsWith("/") || lstat(sys, `${directory}/triggers/${trigger}`)) continue;
    writeWhole(sys, `${directory}/triggers/${trigger}`, `${deb.name}${directive === "interest-noawait" ? "/noawait" : ""}\n`);
  }
}

/**
 * Every file under its temporary name, a link to the old one beside it; then, all synced, the names. Gives the backups.
 * When something fails, what was done is taken back by the steps in `undo`, last first, as dpkg:src/main/cleanup.c does.
 */
function* extract(session: DpkgSession, deb: DebPackage, undo: (() => void)[]): Run<string[]> {
  const { sys } = session.proc;
  const backups: string[] = [];
  const waiting: TarEntry[] = [];
  const owners = new Map<string, string>();
  for (const other of session.database.known)
    if (other.name !== deb.name) for (const path of session.database.list(other.name)) owners.set(path, other.name);
  const mask = sys.umask(0);
  try {
    for (const entry of deb.file.data) {
      yield* session.proc.tick();
      if (entry.kind === "dir") {
        if (!isDirectory(sys, entry.path)) sys.mkdir(entry.path, entry.mode);
        continue;
      }
      checkOwner(session, deb, entry.path, owners);
      undo.push(() => unlinkIfThere(sys, entry.path + NEW));
      makeNew(session, entry);
      if (deb.conffiles.includes(entry.path)) continue;
      const there = lstat(sys, entry.path);
      if (there !== undefined && there.type !== "dir") {
        unlinkIfThere(sys, entry.path + BACKUP);
        if (there.type === "symlink") sys.symlink(sys.readlink(entry.path), entry.path + BACKUP);
        else linkBackup(session, entry.path);
        undo.push(() => unlinkIfThere(sys, entry.path + BACKUP));
        backups.push(entry.path + BACKUP);
      }
      waiting.push(entry);
    }
    for (const kind of ["file", "symlink"]) {
      for (const { path } of waiting.filter((entry) => entry.kind === kind)) {
        yield* session.proc.tick();
        if (kind === "file") sync(session, path + NEW);
        sys.rename(path + NEW, path);
        undo.push(() => (backups.includes(path + BACKUP) ? sys.rename(path + BACKUP, path) : unlinkIfThere(sys, path)));
      }
    }
  } finally {
    sys.umask(mask);
  }
  return backups;
}

function linkBackup({ proc: { sys } }: DpkgSession, path: string): void {
  try {
    sys.link(path, path + BACKUP);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new DpkgError(`unable to make backup link of '.${path}' before installing new version: ${error.text}`);
  }
}

function checkOwner(session: DpkgSession, deb: DebPackage, path: string, owners: ReadonlyMap<string, string>): void {
  const owner = owners.get(path);
  if (owner === undefined || session.isForced("overwrite")) return;
  const other = session.database.packages.get(owner);
  const isReplaced = parseRelations(deb.fields.get("Replaces") ?? "").some(
    ([one]) => one?.name === owner && satisfies(other?.version ?? "", one),
  );
  if (!isReplaced) throw new DpkgError(`trying to overwrite '${path}', which is also in package ${owner} ${other?.version ?? ""}`);
}

function makeNew({ proc: { sys } }: DpkgSession, { path, kind, bytes, mode, uid, gid, mtime, target }: TarEntry): void {
  const made = path + NEW;
  unlinkIfThere(sys, made);
  if (kind === "symlink") sys.symlink(target, made);
  else {
    const fd = sys.open(made, O.WRONLY | O.CREAT | O.EXCL | O.CLOEXEC, 0);
    for (let at = 0; at < bytes.length;) at += sys.write(fd, bytes.subarray(at)) ?? 0;
    sys.fchown(fd, uid, gid);
    sys.fchmod(fd, mode);
    sys.close(fd);
  }
  sys.utimens(made, timestamp(mtime), timestamp(mtime), { follow: false });
}

function sync({ proc: { sys } }: DpkgSession, path: string): void {
  const fd = sys.open(path, O.WRONLY | O.CLOEXEC);
  sys.fsync(fd);
  sys.close(fd);
}

/** What the old version had and the new one has not; its conffiles stay. */
function removeGone(session: DpkgSession, deb: DebPackage, oldList: readonly string[]): void {
  const { sys } = session.proc;
  const present = new Set(deb.file.data.map(({ path }) => path));
  const conffiles = new Set(session.database.packages.get(deb.name)?.conffiles.map(({ path }) => path));
  for (const path of oldList.toReversed()) {
    if (present.has(path) || conffiles.has(path)) continue;
    const there = lstat(sys, path);
    if (there === undefined || hasOtherOwner(session, deb.name, path)) continue;
    try {
      if (there.type === "dir") sys.rmdir(path);
      else sys.unlink(path);
    } catch (error) {
      if (!isSysError(error, "ENOTEMPTY", "ENOENT", "EBUSY")) throw error;
    }
  }
}

/** Whether another package has `path`, too. */
export function hasOtherOwner({ database }: DpkgSession, name: string, path: string): boolean {
  return database.known.some((other) => other.name !== name && database.list(other.name).includes(path));
}

/** Whether `deb` is older than what is there, of which dpkg warns. */
export function isDowngrade(session: DpkgSession, name: string, version: string): boolean {
  const known = session.database.packages.get(name);
  return known !== undefined && isUnpacked(known) && compareVersions(version, known.version) < 0;
}
