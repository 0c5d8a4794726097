/** Configuring: conffiles get their names, postinst runs. Source: dpkg:src/main/configure.c. */
import { decodeUtf8 } from "../../base/utf8.ts";
import { formatRelation, parseRelations, satisfies } from "../../image/debian/versions.ts";
import type { Run } from "../../machine/program.ts";
import type { PackageRecord } from "./database.ts";
import { lstat, unlinkIfThere } from "./files.ts";
import { shownName } from "./package.ts";
import { DpkgError, type DpkgSession } from "./session.ts";
import { provides } from "./unpack.ts";

/** `dpkg --configure name`. */
export function* configure(session: DpkgSession, name: string): Run<void> {
  const { database } = session;
  const record = database.packages.get(name);
  if (!record || record.state === "not-installed") throw new DpkgError("no package named '" + name + "' is installed, cannot configure");
  if (record.state === "installed") throw new DpkgError(`package ${name} is already installed and configured`);
  if (record.state !== "unpacked" && record.state !== "half-configured")
    throw new DpkgError(`package ${name} is not ready for configuration\n cannot configure (current status '${record.state}')`);
  if (record.flag === "reinstreq")
    throw new DpkgError("package is in a very bad inconsistent state; you should\n reinstall it before attempting configuration");
  const missing = unmet(session, record);
  if (missing.length > 0 && !session.isForced("depends")) {
    yield* session.complain(
      `dpkg: dependency problems prevent configuration of ${name}:\n${missing.map((line) => ` ${line}\n`).join("")}\n`,
    );
    throw new DpkgError("dependency problems - leaving unconfigured");
  }
  yield* session.say(`Setting up ${shownName(name, record.fields)} (${record.version}) ...\n`);
  session.log(`configure ${name}:${record.fields.get("Architecture") ?? "all"} ${record.version} <none>`);
  if (record.state === "unpacked") for (const { path } of record.conffiles) yield* settleConffile(session, record, path);
  const before = record.configVersion;
  record.triggersPending = [];
  session.setState(record, "half-configured");
  yield* session.script(record, database.infoPath(name, "postinst"), "postinst", ["configure", before]);
  record.configVersion = "";
  session.setState(record, "installed");
}

/** What is missing before it can be configured, in dpkg's words. */
function unmet(session: DpkgSession, record: PackageRecord): string[] {
  const lines: string[] = [];
  const isConfigured = ({ state }: PackageRecord): boolean =>
    state === "installed" || state === "triggers-pending" || state === "triggers-awaited";
  for (const group of parseRelations(`${record.fields.get("Pre-Depends") ?? ""}, ${record.fields.get("Depends") ?? ""}`)) {
    if (group.some((relation) => provides(session, relation.name, (version) => satisfies(version, relation), isConfigured))) continue;
    const [first] = group;
    if (first === undefined || group.some(({ name }) => needsInTurn(session, name, record.name))) continue;
    const own = session.database.packages.get(first.name);
    const wanted = group.map(formatRelation).join(" | ");
    const why =
      own === undefined || own.state === "not-installed" || own.state === "config-files"
        ? `Package ${first.name} is not installed.`
        : satisfies(own.version, first)
          ? `Package ${shownName(first.name, own.fields)} is not configured yet.`
          : `Version of ${shownName(first.name, own.fields)} on system is ${own.version}.`;
    lines.push(`${record.name} depends on ${wanted}; however:\n  ${why}`);
  }
  return lines;
}

/** Whether `name`, unpacked, waits for `other` itself: somebody in a circle must be first. @simplified The first that is asked for. */
function needsInTurn(session: DpkgSession, name: string, other: string): boolean {
  const seen = new Set<string>();
  const visit = (at: string): boolean => {
    if (at === other) return true;
    const record = session.database.packages.get(at);
    if (seen.has(at) || record?.state !== "unpacked") return false;
    seen.add(at);
    return parseRelations(record.fields.get("Depends") ?? "").some((group) => group.some((relation) => visit(relation.name)));
  };
  return session.database.packages.get(name)?.state === "unpacked" && visit(name);
}

/** Which packages want configuring, those first that others need. */
export function pendingOrder(session: DpkgSession): string[] {
  const wanted = new Map(
    session.database.known
      .filter(({ state, flag }) => (state === "unpacked" || state === "half-configured") && flag === "ok")
      .map((record) => [record.name, record]),
  );
  const order: string[] = [];
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const record = wanted.get(name);
    if (!record) return;
    for (const group of parseRelations(`${record.fields.get("Pre-Depends") ?? ""}, ${record.fields.get("Depends") ?? ""}`))
      for (const relation of group) visit(relation.name);
    order.push(name);
  };
  for (const name of wanted.keys()) visit(name);
  return order;
}

type Choice = "keep" | "install";

/** Decides between the learner's version and the package's. */
function* settleConffile(session: DpkgSession, record: PackageRecord, path: string): Run<void> {
  const { sys } = session.proc;
  const incoming = `${path}.dpkg-new`;
  if (!lstat(sys, incoming)) return;
  const conffile = record.conffiles.find((one) => one.path === path);
  const shipped = session.digest(incoming);
  const current = session.digest(path);
  const last = conffile?.md5 ?? "newconffile";
  const isNew = last === "newconffile";
  const isEdited = !isNew && current !== last;
  const isUpdated = !isNew && shipped !== last;
  let choice: Choice;
  if (current === shipped) choice = "install";
  else if (current === "nonexistent" && !isNew) choice = session.isForced("confmiss") ? "install" : "keep";
  else if (current === "nonexistent") choice = "install";
  else if (isNew) choice = yield* ask(session, path, "new");
  else if (!isUpdated) choice = "keep";
  else if (!isEdited) choice = "install";
  else choice = yield* ask(session, path, "edited");

  if (choice === "install") {
    if (current !== "nonexistent" && current !== shipped) {
      if (isEdited || isNew) {
        unlinkIfThere(sys, `${path}.dpkg-old`);
        sys.link(path, `${path}.dpkg-old`);
      }
      yield* session.say(`Installing new version of config file ${path} ...\n`);
    }
    sys.rename(incoming, path);
  } else if (isUpdated && isEdited) {
    unlinkIfThere(sys, `${path}.dpkg-dist`);
    sys.rename(incoming, `${path}.dpkg-dist`);
  } else sys.unlink(incoming);
  record.conffiles = record.conffiles.map((one) => (one.path === path ? { ...one, md5: shipped } : one));
  session.database.note(record);
}

function* ask(session: DpkgSession, path: string, why: "edited" | "new"): Run<Choice> {
  if (session.isForced("confold")) return "keep";
  if (session.isForced("confnew")) return "install";
  const reason =
    why === "edited"
      ? " ==> Modified (by you or by a script) since installation.\n ==> Package distributor has shipped an updated version.\n"
      : " ==> File on system created by you or by a script.\n ==> File also in package provided by package maintainer.\n";
  if (session.isForced("confdef")) return "keep";
  const name = path.slice(path.lastIndexOf("/") + 1);
  for (;;) {
    yield* session.complain(
      `\nConfiguration file '${path}'\n${reason}   What would you like to do about it ?  Your options are:\n` +
        "    Y or I  : install the package maintainer's version\n    N or O  : keep your currently-installed version\n" +
        "      D     : show the differences between the versions\n      Z     : start a shell to examine the situation\n" +
        ` The default action is to keep your current version.\n*** ${name} (Y/I/N/O/D/Z) [default=N] ? `,
    );
    const line = decodeUtf8(yield* session.proc.read(0, 1024));
    if (line === "") throw new DpkgError("end of file on stdin at conffile prompt");
    switch (line.trim().toLowerCase()) {
      case "y":
      case "i":
        return "install";
      case "":
      case "n":
      case "o":
        return "keep";
      case "d":
        yield* show(session, ["/usr/bin/diff", "-Nu", path, `${path}.dpkg-new`]);
        break;
      case "z":
        yield* session.complain("Type 'exit' when you're done.\n");
        yield* show(session, ["/bin/sh"]);
        break;
      default:
    }
  }
}

function* show({ proc }: DpkgSession, argv: readonly [string, ...string[]]): Run<void> {
  const child = proc.spawn({ argv, program: { path: argv[0] }, cwd: "/" });
  yield* proc.wait(child.pid);
}
