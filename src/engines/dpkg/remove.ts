/** Removing: prerm, the files, postrm; then, when purged, configuration. Source: dpkg:src/main/remove.c. */
import type { Run } from "../../machine/program.ts";
import { formatRelation, parseRelations } from "../../image/debian/versions.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { PackageRecord } from "./database.ts";
import { lstat, unlinkIfThere } from "./files.ts";
import { shownName, type DebPackage } from "./package.ts";
import { DpkgError, type DpkgSession } from "./session.ts";
import { activateForFiles } from "./triggers.ts";

/** `dpkg --remove` or, with `purges`, `--purge`. `together`: what goes in the same run. */
export function* remove(session: DpkgSession, name: string, purges: boolean, together: ReadonlySet<string> = new Set()): Run<void> {
  const { database } = session;
  const record = database.packages.get(name);
  if (!record || record.state === "not-installed") {
    yield* session.complain(`dpkg: warning: ignoring request to remove ${name} which isn't installed\n`);
    return;
  }
  if (record.state === "config-files") {
    if (purges) yield* purge(session, record);
    else
      yield* session.complain(
        `dpkg: warning: ignoring request to remove ${name}, only the config\n files of which are on the system; use --purge to remove them too\n`,
      );
    return;
  }
  if (record.fields.get("Essential") === "yes" && !session.isForced("remove-essential"))
    throw new DpkgError("this is an essential package; it should not be removed");
  if (record.flag === "reinstreq" && !session.isForced("remove-reinstreq"))
    throw new DpkgError("package is in a very bad inconsistent state; you should\n reinstall it before attempting a removal");
  yield* checkDependents(session, record, together);
  yield* session.readDatabase();
  yield* session.say(`Removing ${shownName(name, record.fields)} (${record.version}) ...\n`);
  session.log(`remove ${name}:${record.fields.get("Architecture") ?? "all"} ${record.version} <none>`);
  record.want = purges ? "purge" : "deinstall";
  session.setState(record, "half-configured");
  yield* session.script(record, database.infoPath(name, "prerm"), "prerm", ["remove"]);
  session.setState(record, "half-installed");
  const paths = database.list(name).map((line) => (line === "/." ? "/" : line));
  const conffiles = new Set(record.conffiles.map(({ path }) => path));
  const others = new Set(database.known.filter((other) => other.name !== name).flatMap((other) => database.list(other.name)));
  const { sys } = session.proc;
  const kept: string[] = [];
  for (const path of paths.toReversed()) {
    yield* session.proc.tick();
    const there = lstat(sys, path);
    if (path === "/" || there === undefined) continue;
    if (conffiles.has(path) || (others.has(path) && there.type !== "dir")) {
      kept.push(path);
      continue;
    }
    try {
      if (there.type !== "dir") sys.unlink(path);
      else if (!others.has(path)) sys.rmdir(path);
    } catch (error) {
      if (!isSysError(error, "ENOTEMPTY", "ENOENT", "EBUSY", "EEXIST")) throw error;
      kept.push(path);
    }
  }
  yield* session.script(record, database.infoPath(name, "postrm"), "postrm", ["remove"]);
  const keepsList = record.conffiles.length > 0 || lstat(sys, database.infoPath(name, "postrm")) !== undefined;
  for (const kind of ["conffiles", "md5sums", "postinst", "preinst", "prerm", "triggers", "shlibs", "symbols"])
    unlinkIfThere(sys, database.infoPath(name, kind));
  unregisterInterests(session, name);
  activateForFiles(session, paths, name);
  if (!keepsList) {
    unlinkIfThere(sys, database.infoPath(name, "list"));
    forget(session, record);
    return;
  }
  session.setState(record, "config-files");
  if (purges) yield* purge(session, record);
}

function* purge(session: DpkgSession, record: PackageRecord): Run<void> {
  const { database } = session;
  const { sys } = session.proc;
  const { name } = record;
  yield* session.readDatabase();
  yield* session.say(`Purging configuration files for ${shownName(name, record.fields)} (${record.version}) ...\n`);
  session.log(`purge ${name}:${record.fields.get("Architecture") ?? "all"} ${record.version} <none>`);
  record.want = "purge";
  for (const { path } of record.conffiles)
    for (const suffix of ["", ".dpkg-new", ".dpkg-old", ".dpkg-dist", ".dpkg-tmp"]) unlinkIfThere(sys, path + suffix);
  record.conffiles = [];
  yield* session.script(record, database.infoPath(name, "postrm"), "postrm", ["purge"]);
  const others = new Set(database.known.filter((other) => other.name !== name).flatMap((other) => database.list(other.name)));
  for (const path of database.list(name).toReversed()) {
    if (others.has(path) || lstat(sys, path)?.type !== "dir") continue;
    try {
      sys.rmdir(path);
    } catch (error) {
      if (!isSysError(error)) throw error;
    }
  }
  for (const kind of ["list", "postrm"]) unlinkIfThere(sys, database.infoPath(name, kind));
  forget(session, record);
}

function forget(session: DpkgSession, record: PackageRecord): void {
  record.want = "unknown";
  session.setState(record, "not-installed");
}

function unregisterInterests({ proc: { sys }, database }: DpkgSession, name: string): void {
  for (const trigger of ["ldconfig", "update-initramfs"]) {
    const path = `${database.directory}/triggers/${trigger}`;
    if (
      database.info(name, "list") !== undefined &&
      lstat(sys, path) &&
      new RegExp(`^${name}(?:/noawait)?$`, "m").test(database.info(name, "triggers") ?? "")
    )
      unlinkIfThere(sys, path);
  }
}

/** Who depends on it and stays. */
function* checkDependents(session: DpkgSession, record: PackageRecord, together: ReadonlySet<string>): Run<void> {
  if (session.isForced("depends")) return;
  const users: string[] = [];
  for (const other of session.database.known.toReversed()) {
    if (other.state !== "installed" && other.state !== "triggers-pending" && other.state !== "triggers-awaited") continue;
    if (other.name === record.name || together.has(other.name)) continue;
    for (const group of parseRelations(`${other.fields.get("Pre-Depends") ?? ""}, ${other.fields.get("Depends") ?? ""}`)) {
      const relation = group.find(({ name }) => name === record.name);
      if (relation === undefined) continue;
      const isMetElsewhere = group.some(({ name }) => name !== record.name && !together.has(name) && session.database.isUnpacked(name));
      if (isMetElsewhere) continue;
      users.push(` ${shownName(other.name, other.fields)} depends on ${group.map(formatRelation).join(" | ")}.\n`);
      break;
    }
  }
  if (users.length === 0) return;
  const shown = shownName(record.name, record.fields);
  yield* session.complain(`dpkg: dependency problems prevent removal of ${shown}:\n${users.join("")}\n`);
  throw new DpkgError("dependency problems - not removing");
}

/** `--auto-deconfigure`: what the new package breaks is not configured until it is upgraded itself. */
export function* deconfigure(session: DpkgSession, record: PackageRecord, by: DebPackage): Run<void> {
  yield* session.say(
    `De-configuring ${shownName(record.name, record.fields)} (${record.version}), to allow installation of ${by.name} (${by.version}) ...\n`,
  );
  session.setState(record, "half-configured");
  yield* session.script(record, session.database.infoPath(record.name, "prerm"), "prerm", [
    "deconfigure",
    "in-favour",
    by.name,
    by.version,
  ]);
  record.configVersion = record.version;
  session.setState(record, "unpacked");
}
