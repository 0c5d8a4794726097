/** dpkg(1), dpkg-query(1), dpkg-deb(1). */
import { DpkgDatabase } from "../../engines/dpkg/database.ts";
import { configure, pendingOrder } from "../../engines/dpkg/configure.ts";
import { lockHolder, releaseLock, takeLock } from "../../engines/dpkg/lock.ts";
import { remove } from "../../engines/dpkg/remove.ts";
import { DpkgEnd, DpkgSession, type Force } from "../../engines/dpkg/session.ts";
import { processTriggers } from "../../engines/dpkg/triggers.ts";
import { isDowngrade, unpack } from "../../engines/dpkg/unpack.ts";
import { readPackage, shownName } from "../../engines/dpkg/package.ts";
import { compareVersions } from "../../image/debian/versions.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Command, Option, ParsedOptions } from "../command.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { contents, extract, fields, information } from "./archive.ts";
import { audit, listFiles, listPackages, searchOwner, selections, show, showStatus, verify } from "./query.ts";

const LOCK = "/var/lib/dpkg/lock";
const FRONTEND = "/var/lib/dpkg/lock-frontend";
/** Who has the front end's lock says so to its own dpkg. */
const HAS_LOCK = "DPKG_FRONTEND_LOCKED";

const ARCHIVE_OPTIONS: readonly Option[] = [
  { name: "contents", short: "c", help: "List contents" },
  { name: "info", short: "I", help: "Show info to stdout" },
  { name: "field", short: "f", help: "Show field(s) to stdout" },
  { name: "extract", short: "x", help: "Extract files" },
  { name: "control", short: "e", help: "Extract control info" },
];

const QUERY_OPTIONS: readonly Option[] = [
  { name: "status", short: "s", help: "Display package status details" },
  { name: "listfiles", short: "L", help: "List files 'owned' by package(s)" },
  { name: "list", short: "l", help: "List packages concisely" },
  { name: "search", short: "S", help: "Find package(s) owning file(s)" },
];

const OPTIONS: readonly Option[] = [
  { name: "install", short: "i", help: "Install the package" },
  { name: "unpack", help: "Unpack the package" },
  { name: "configure", help: "Reconfigure an unpacked package" },
  { name: "triggers-only", help: "Process triggers" },
  { name: "remove", short: "r", help: "Remove the package" },
  { name: "purge", short: "P", help: "Purge the package" },
  { name: "verify", short: "V", help: "Verify the integrity of package(s)" },
  { name: "get-selections", help: "Get list of selections to stdout" },
  { name: "set-selections", help: "Set package selections from stdin", fidelity: "unbuilt" },
  { name: "audit", short: "C", help: "Check for broken package(s)" },
  { name: "print-architecture", help: "Print dpkg architecture" },
  { name: "compare-versions", help: "Compare version numbers" },
  ...QUERY_OPTIONS,
  ...ARCHIVE_OPTIONS,
  { name: "pending", short: "a", help: "All packages awaiting it" },
  { name: "recursive", short: "R", help: "Recursively handle all regular files", fidelity: "unbuilt" },
  { name: "no-triggers", help: "Skip or force consequential trigger processing" },
  { name: "triggers", help: "Process triggers", fidelity: "ignored" },
  { name: "auto-deconfigure", short: "B", help: "Install even if it would break some other package", fidelity: "ignored" },
  { name: "skip-same-version", short: "E", help: "Skip packages with same installed version/arch" },
  { name: "refuse-downgrade", short: "G", help: "Skip packages with earlier version than installed" },
  { name: "force-all", help: "Set all force options" },
  { name: "force-confold", help: "Always use the old config files, don't prompt" },
  { name: "force-confnew", help: "Always use the new config files, don't prompt" },
  { name: "force-confdef", help: "Use the default option for new config files" },
  { name: "force-confmiss", help: "Always install missing config files" },
  { name: "force-depends", help: "Turn all dependency problems into warnings" },
  { name: "force-overwrite", help: "Overwrite a file from one package with another" },
  { name: "force-remove-reinstreq", help: "Remove packages which require installation" },
  { name: "force-remove-essential", help: "Remove an essential package" },
];

const FORCES: readonly Force[] = [
  "all",
  "confold",
  "confnew",
  "confdef",
  "confmiss",
  "depends",
  "overwrite",
  "remove-reinstreq",
  "remove-essential",
];

const HINT = (): string =>
  "\nType dpkg --help for help about installing and deinstalling packages [*];\nUse 'apt' or 'aptitude' for user-friendly package management;\nType dpkg -Dhelp for a list of dpkg debug flag values;\nType dpkg --force-help for a list of forcing options;\nType dpkg-deb --help for help about manipulating *.deb files;\n\nOptions marked [*] produce a lot of output - pipe it through 'less' or 'more' !\n";

const QUERY_HINT = "\nUse --help for help about querying packages.\n";
const DEB_HINT =
  "\nType dpkg-deb --help for help about manipulating *.deb files;\nType dpkg --help for help about installing and deinstalling packages.\n";

function unknownOption(option: string): string {
  return `error: unknown option ${option}`;
}

const dpkg: Command = {
  name: "dpkg",
  package: "dpkg",
  style: "gnu",
  usage: ["dpkg [<option>...] <command>"],
  about: "Package manager for Debian",
  options: OPTIONS,
  usageStatus: 2,
  wrongOption: unknownOption,
  usageHint: HINT,
  completes: "files",
  simplified: "Triggers of files and of ldconfig and update-initramfs only; packages are not compressed.",
  run: runDpkg,
};

function* runDpkg(proc: Process, options: ParsedOptions): Run<ExitStatus> {
  const { operands } = options;
  const [first, second] = operands;
  if (options.has("print-architecture")) return yield* printed(proc, "amd64\n");
  if (options.has("compare-versions")) return compare(operands);
  if (options.has("get-selections")) return yield* selections(proc, operands);
  if (options.has("audit")) return yield* audit(proc);
  const query = QUERY_OPTIONS.find(({ name }) => options.has(name));
  if (query !== undefined) return yield* (yield* lacks(proc, "dpkg-query", lackOf(query.name, operands), QUERY_HINT)) ? failed() : queried(proc, query.name, operands); // prettier-ignore
  if (options.has("verify")) return yield* verify(proc, operands);
  for (const { name } of ARCHIVE_OPTIONS) {
    if (!options.has(name)) continue;
    if (yield* lacks(proc, "dpkg-deb", archiveLack(name, operands), DEB_HINT)) return 2;
    return yield* archive(proc, name, first ?? "", second, operands);
  }
  const actions = (["install", "unpack", "configure", "triggers-only", "remove", "purge"] as const).filter((action) => options.has(action));
  const [action] = actions;
  if (action === undefined) throw new UsageError("error: need an action option", true);
  if (actions.length > 1) throw new UsageError(`error: conflicting actions --${actions[1] ?? ""} and --${action}`);
  if (proc.sys.credentials.uid !== 0) {
    yield* proc.printError("dpkg: error: requested operation requires superuser privilege\n");
    return 2;
  }
  const isArchive = action === "install" || action === "unpack";
  if (!options.has("pending") && operands.length === 0)
    throw new UsageError(
      `error: --${action} ${isArchive ? "needs at least one package archive file" : "(without --pending) needs at least one package name"} argument`,
    );
  return yield* withLocks(proc, () => change(proc, action, options));
}

/** dpkg has another program of its package do that, and it is that one which complains. */
function* lacks(proc: Process, program: string, what: string | undefined, hint: string): Run<boolean> {
  if (what === undefined) return false;
  yield* proc.printError(`${program}: error: ${what}\n${hint}`);
  return true;
}

function lackOf(query: string, operands: readonly string[]): string | undefined {
  if (operands.length > 0 || query === "list" || query === "status") return undefined;
  return `--${query} needs at least one ${query === "search" ? "file name pattern" : "package name"} argument`;
}

function archiveLack(action: string, [path, target]: readonly string[]): string | undefined {
  if (action === "extract") return target === undefined ? "--extract needs .deb filename and directory arguments" : undefined;
  if (path !== undefined) return undefined;
  return action === "contents" ? "--contents takes exactly one argument" : `--${action} needs a .deb filename argument`;
}

function* failed(): Run<ExitStatus> {
  return 2;
}

function queried(proc: Process, query: string, operands: readonly string[]): Run<ExitStatus> {
  switch (query) {
    case "list":
      return listPackages(proc, operands);
    case "listfiles":
      return listFiles(proc, operands);
    case "search":
      return searchOwner(proc, operands);
    default:
      return showStatus(proc, operands);
  }
}

function* printed(proc: Process, text: string): Run<ExitStatus> {
  yield* stdout(proc).print(text);
  return 0;
}

function compare([left = "", operator = "", right = ""]: readonly string[]): ExitStatus {
  const difference = compareVersions(left, right);
  const isTrue: Readonly<Record<string, boolean>> = {
    lt: difference < 0, "<<": difference < 0, le: difference <= 0, "<=": difference <= 0, "<": difference <= 0, eq: difference === 0, "=": difference === 0,
    ne: difference !== 0, ge: difference >= 0, ">=": difference >= 0, ">": difference >= 0, gt: difference > 0, ">>": difference > 0,
  }; // prettier-ignore
  if (isTrue[operator] === undefined) throw new UsageError(`error: --compare-versions bad relation`);
  return isTrue[operator] ? 0 : 1;
}

/** Both locks, unless a front end has its own already. */
function* withLocks(proc: Process, work: () => Run<ExitStatus>): Run<ExitStatus> {
  const locks = proc.env.get(HAS_LOCK) === undefined ? [FRONTEND, LOCK] : [LOCK];
  for (const path of locks) {
    const holder = lockHolder(proc, path);
    if (holder === undefined) continue;
    const what = path === FRONTEND ? "dpkg frontend lock" : "dpkg database lock";
    yield* proc.printError(
      `dpkg: error: ${what} was locked by another process with pid ${holder}\n` +
        "Note: removing the lock file is always wrong, can damage the locked area\nand the entire system. See <https://wiki.debian.org/Teams/Dpkg/FAQ#db-lock>.\n",
    );
    return 2;
  }
  try {
    for (const path of locks) takeLock(proc, path);
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* proc.printError(`dpkg: error: unable to open/create dpkg frontend lock: ${error.text}\n`);
    return 2;
  }
  const status = yield* work();
  for (const path of locks) releaseLock(proc, path);
  return status;
}

function* change(
  proc: Process,
  action: "install" | "unpack" | "configure" | "triggers-only" | "remove" | "purge",
  options: ParsedOptions,
): Run<ExitStatus> {
  const database = new DpkgDatabase(proc.sys);
  const force = new Set(FORCES.filter((name) => options.has(`force-${name}`)));
  const speaker = { out: (text: string) => proc.print(text), err: (text: string) => proc.printError(text) };
  const session = new DpkgSession(proc, database, speaker, { force, defersTriggers: options.has("no-triggers") });
  const { operands } = options;
  try {
    switch (action) {
      case "install":
      case "unpack": {
        const names: string[] = [];
        for (const path of operands) {
          if (yield* isSkipped(session, path, options)) continue;
          const unpacking = (function* () {
            names.push(
              yield* unpack(session, path, proc.env.get(HAS_LOCK) === undefined ? path : `.../${path.slice(path.lastIndexOf("/") + 1)}`),
            );
          })();
          yield* session.attempt(path, "archive", `--${action}`, unpacking);
        }
        if (action === "install") yield* configureAll(session, inOrder(session, names), action);
        break;
      }
      case "configure":
        yield* configureAll(session, options.has("pending") ? pendingOrder(session) : operands, action);
        break;
      case "triggers-only":
        break;
      case "remove":
      case "purge": {
        const together = new Set(operands);
        for (const operand of operands) {
          const name = operand.replace(/:[a-z0-9]+$/, "");
          const known = database.packages.get(name);
          const shown = known === undefined ? operand : shownName(name, known.fields);
          yield* session.attempt(shown, "package", `--${action}`, remove(session, name, action === "purge", together));
        }
        break;
      }
    }
    if (!session.defersTriggers) yield* processTriggers(session);
    database.checkpoint();
  } catch (error) {
    if (error instanceof DpkgEnd) {
      yield* proc.printError(`dpkg: error: ${error.message}\n`);
      return 2;
    }
    if (!isSysError(error)) throw error;
    yield* proc.printError(`dpkg: error: ${error.path === "" ? "" : `${error.path}: `}${error.text}\n`);
    return 2;
  }
  if (session.failed.length === 0) return 0;
  yield* proc.printError(`Errors were encountered while processing:\n${session.failed.map((name) => ` ${name}\n`).join("")}`);
  return 1;
}

function inOrder(session: DpkgSession, names: readonly string[]): string[] {
  return pendingOrder(session).filter((name) => names.includes(name));
}

/** `action`: what dpkg was called for. */
function* configureAll(session: DpkgSession, names: readonly string[], action: string): Run<void> {
  for (const name of names) yield* session.attempt(name, "package", `--${action}`, configure(session, name.replace(/:[a-z0-9]+$/, "")));
}

function* isSkipped(session: DpkgSession, path: string, options: ParsedOptions): Run<boolean> {
  let found;
  try {
    found = readPackage(session.proc.sys, path);
  } catch (error) {
    if (isSysError(error)) return false;
    throw error;
  }
  if (found === undefined) return false;
  const { name, version } = found;
  const known = session.database.packages.get(name);
  if (options.has("skip-same-version") && known?.state === "installed" && known.version === version) {
    yield* session.complain(`dpkg: version ${version} of ${name} already installed, skipping\n`);
    return true;
  }
  if (!isDowngrade(session, name, version)) return false;
  yield* session.complain(
    options.has("refuse-downgrade")
      ? `dpkg: will not downgrade ${name} from ${known?.version ?? ""} to ${version}, skipping\n`
      : `dpkg: warning: downgrading ${name} from ${known?.version ?? ""} to ${version}\n`,
  );
  return options.has("refuse-downgrade");
}

function* archive(proc: Process, action: string, path: string, second: string | undefined, operands: readonly string[]): Run<ExitStatus> {
  switch (action) {
    case "contents":
      return yield* contents(proc, path);
    case "info":
      return yield* information(proc, path);
    case "field":
      return yield* fields(proc, path, operands.slice(1));
    case "control":
      return yield* extract(proc, path, second ?? "DEBIAN", "control");
    default:
      return yield* extract(proc, path, second ?? ".", "data");
  }
}

const dpkgQuery: Command = {
  name: "dpkg-query",
  package: "dpkg",
  style: "gnu",
  usage: ["dpkg-query [<option>...] <command>"],
  about: "Show information about packages of the dpkg database",
  options: [
    ...QUERY_OPTIONS,
    { name: "show", short: "W", help: "Show information on package(s)" },
    { name: "showformat", short: "f", argument: "format", help: "Use alternative format for --show" },
  ],
  usageStatus: 2,
  wrongOption: unknownOption,
  usageHint: () => QUERY_HINT,
  *run(proc, options) {
    const { operands } = options;
    const query = QUERY_OPTIONS.find(({ name }) => options.has(name));
    const lack = query && lackOf(query.name, operands);
    if (lack !== undefined) throw new UsageError(`error: ${lack}`);
    if (query !== undefined) return yield* queried(proc, query.name, operands);
    if (options.has("show")) return yield* show(proc, options.value("showformat") ?? "${binary:Package}\\t${Version}\\n", operands);
    throw new UsageError("error: need an action option");
  },
};

const dpkgDeb: Command = {
  name: "dpkg-deb",
  package: "dpkg",
  style: "gnu",
  usage: ["dpkg-deb [<option>...] <command>"],
  about: "Look into .deb archives",
  options: [...ARCHIVE_OPTIONS, { name: "build", short: "b", help: "Build an archive", fidelity: "unbuilt" }],
  usageStatus: 2,
  wrongOption: unknownOption,
  usageHint: () => DEB_HINT,
  *run(proc, options) {
    const [first, second] = options.operands;
    const action = ARCHIVE_OPTIONS.find(({ name }) => options.has(name));
    if (action === undefined) throw new UsageError("error: need an action option");
    const lack = archiveLack(action.name, options.operands);
    if (first === undefined || lack !== undefined) throw new UsageError(`error: ${lack ?? ""}`);
    return yield* archive(proc, action.name, first, second, options.operands);
  },
};

/** The programs of this folder. */
export const DPKG: readonly Command[] = [dpkg, dpkgQuery, dpkgDeb];
