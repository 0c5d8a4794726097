import { latestChange, renderChange } from "../../image/changelog.ts";
import { evr, nvra } from "../../image/package.ts";
import { directoryOf, lockFailure } from "../../engines/rpm/database.ts";
import { decodeRpm } from "../../image/rpm-md/rpm-file.ts";
import type { RpmPackage } from "../../image/rpm-md/rpm-package.ts";
import { decodeRpmdb, type InstalledPackage } from "../../image/rpmdb.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Command, ParsedOptions } from "../command.ts";
import { Failure, orUndefined, reason } from "../complain.ts";
import { modeString } from "../modes.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { formatTime } from "../time-format.ts";
import { erase, installFiles } from "./change.ts";
import { isConfig, isDocumentation, isLicense } from "./file-kinds.ts";
import { queryFormat } from "./query-format.ts";
import { select } from "./selection.ts";
import { Verification, VERIFY_OPTIONS } from "./verify.ts";
import { installedPackage } from "../version.ts";

/** rpm(8): queries of the image's package database, and the refusals of an immutable system. */
export const rpm: Command = {
  name: "rpm",
  package: "rpm",
  style: "gnu",
  usage: ["rpm [OPTION...]"],
  about: "RPM Package Manager.",
  options: [
    { name: "query", short: "q", help: "query packages" },
    { name: "all", short: "a", help: "query/verify all packages" },
    { name: "file", short: "f", help: "query/verify package(s) owning installed file" },
    { name: "package", short: "p", help: "query/verify a package file" },
    { name: "info", long: "info", help: "display package info" },
    { name: "list", short: "l", help: "list files in package" },
    { name: "configfiles", short: "c", help: "list all configuration files" },
    { name: "docfiles", short: "d", help: "list all documentation files" },
    { name: "state", short: "s", help: "display the states of the listed files" },
    { name: "dump", help: "dump basic file information", fidelity: "unbuilt" },
    { name: "queryformat", argument: "QUERYFORMAT", alsoLong: ["qf"], help: "use the following query format" },
    { name: "last", help: "list packages by install time, most recent first" },
    { name: "requires", short: "R", help: "list package dependencies" },
    { name: "provides", help: "list capabilities that this package provides" },
    { name: "whatprovides", help: "query the package(s) which provide a dependency", fidelity: "unbuilt" },
    { name: "whatrequires", help: "query the package(s) which require a dependency", fidelity: "unbuilt" },
    { name: "changelog", help: "list change logs for this package", fidelity: "simplified" },
    { name: "scripts", help: "list install/erase scriptlets from package(s)" },
    { name: "verify", short: "V", help: "verify package(s)", fidelity: "simplified" },
    ...VERIFY_OPTIONS,
    { name: "i", short: "i", long: false, help: "with -q: display package info; otherwise install package(s)" },
    { name: "install", help: "install package(s)" },
    { name: "upgrade", short: "U", help: "upgrade package(s)" },
    { name: "freshen", short: "F", help: "upgrade package(s) if already installed" },
    { name: "erase", short: "e", help: "erase (uninstall) package" },
    { name: "reinstall", help: "reinstall package(s)" },
    { name: "import", help: "import an armored public key" },
    { name: "rebuilddb", help: "rebuild database inverted lists from installed package headers" },
    { name: "initdb", help: "initialize database" },
    { name: "hash", short: "h", help: "print hash marks as package installs (good with -v)" },
    { name: "verbose", short: "v", help: "provide more detailed output" },
    { name: "quiet", help: "provide less detailed output" },
    { name: "nodeps", help: "do not verify package dependencies" },
    { name: "force", help: "short hand for --replacepkgs --replacefiles" },
    { name: "test", help: "don't install, but tell if it would work or not" },
    { name: "root", argument: "ROOT", help: "use ROOT as top level directory", fidelity: "unbuilt" },
    { name: "dbpath", argument: "DIRECTORY", help: "use database in DIRECTORY", fidelity: "unbuilt" },
    { name: "eval", short: "E", argument: "EXPR", help: "print macro expansion of EXPR", fidelity: "unbuilt" },
  ],
  completes: "none",
  wrongOption: (option) => `${option}: unknown option`,
  usageHint: "none",
  simplified:
    "the database is text and does not know what an image's own packages require; it keeps the attributes of files only of packages that were installed one by one, so -V holds an image's against the booted deployment's tree, and elsewhere only the contents of what came to /etc",
  *run(proc, options) {
    if (options.has("query") || options.has("verify")) return yield* each(proc, options);
    const changes = ["i", "install", "upgrade", "freshen", "reinstall", "erase", "import", "rebuilddb", "initdb"].filter((name) =>
      options.has(name),
    );
    if (changes.length === 0) {
      const version = (yield* installedPackage(proc, "rpm"))?.version ?? "";
      yield* proc.printError(
        `RPM version ${version}\nCopyright (C) 1998-2002 - Red Hat, Inc.\nThis program may be freely redistributed under the terms of the GNU GPL\n\n`,
      );
      throw new UsageError("");
    }
    return yield* transaction(proc, options);
  },
};

/** What changes packages takes the lock of the database first, which lies in the image. */
function* transaction(proc: Process, options: ParsedOptions): Run<number> {
  const { operands } = options;
  const installs = ["i", "install", "upgrade", "freshen", "reinstall"].some((name) => options.has(name));
  if (operands.length === 0 && !options.has("rebuilddb") && !options.has("initdb"))
    throw new UsageError(`no packages given for ${options.has("erase") ? "erase" : "install"}`, false);
  const packages: RpmPackage[] = [];
  let wrong = 0;
  for (const file of installs ? operands : []) {
    try {
      const pkg = decodeRpm(yield* proc.readFile(file));
      if (pkg !== undefined) {
        packages.push(pkg);
        continue;
      }
      yield* proc.printError(`error: ${file}: not an rpm package (or package manifest)\n`);
    } catch (error) {
      yield* proc.printError(`error: open of ${file} failed: ${reason(error)}\n`);
    }
    wrong++;
  }
  if (installs && packages.length === 0 && wrong > 0) return wrong;
  const refused = lockFailure(proc.sys);
  if (refused !== undefined) {
    yield* proc.printError(`error: can't create transaction lock on ${refused.path} (${refused.error.text})\n`);
    return operands.length || 1;
  }
  const rows = yield* database(proc);
  if (installs) return wrong > 0 ? wrong : yield* installFiles(proc, options, rows, packages);
  if (options.has("erase")) return yield* erase(proc, options, rows, operands);
  throw new UsageError("this is not built in Immutable Lab", false);
}

function* database(proc: Process): Run<readonly InstalledPackage[]> {
  try {
    return decodeRpmdb(yield* proc.readFile(`${directoryOf(proc.sys)}/rpmdb.sqlite`));
  } catch (error) {
    if (isSysError(error, "ENOENT")) return [];
    if (error instanceof RangeError) throw new Failure("cannot open Packages database in /usr/lib/sysimage/rpm");
    throw new Failure(`cannot open Packages database in /usr/lib/sysimage/rpm: ${reason(error)}`);
  }
}

/** `-q` and `-V` choose packages in the same ways. */
function* each(proc: Process, options: ParsedOptions): Run<number> {
  const isVerify = options.has("verify");
  if (options.operands.length === 0 && !options.has("all"))
    throw new UsageError(`no arguments given for ${isVerify ? "verify" : "query"}`, false);
  const packages = yield* database(proc);
  yield* proc.tick();
  const verification = isVerify ? new Verification(proc, options, packages) : undefined;
  return yield* select(proc, options, packages, function* (chosen) {
    let status = 0;
    for (const [index, pkg] of chosen.entries()) {
      if (index % 64 === 63) yield* proc.tick();
      if (verification !== undefined) status = (yield* verification.verify(pkg)) || status;
      else yield* stdout(proc).print(yield* shown(proc, pkg, options));
    }
    return status;
  });
}

const SCRIPT_TITLES: Readonly<Record<string, string>> = {
  pre: "preinstall",
  post: "postinstall",
  preun: "preuninstall",
  postun: "postuninstall",
  pretrans: "pretrans",
  posttrans: "posttrans",
};

function* shown(proc: Process, pkg: InstalledPackage, options: ParsedOptions): Run<string> {
  const format = options.value("queryformat");
  if (format !== undefined) return queryFormat(format, pkg);
  let text = "";
  const said = pkg.details;
  if (options.has("requires") || options.has("provides")) {
    const own = [`${pkg.name} = ${evr(pkg)}`, ...(pkg.arch === "x86_64" ? [`${pkg.name}(x86-64) = ${evr(pkg)}`] : [])];
    const found = options.has("requires") ? (said?.requires ?? []) : [...own, ...(said?.provides ?? [])];
    return [...found]
      .sort()
      .map((line) => `${line}\n`)
      .join("");
  }
  if (options.has("scripts")) {
    return Object.entries(said?.scripts ?? {})
      .map(([name, script]) => `${SCRIPT_TITLES[name] ?? name} scriptlet (using /bin/sh):\n${script}`)
      .join("");
  }
  if (options.has("changelog")) return `${renderChange(latestChange(pkg))}\n`;
  const info = options.has("i") || options.has("info");
  const lists = ["list", "configfiles", "docfiles", "state"].some((name) => options.has(name));
  if (info) text += infoText(pkg);
  if (lists) {
    let files: readonly string[] = pkg.files;
    if (options.has("configfiles")) files = files.filter(isConfig);
    if (options.has("docfiles")) files = files.filter((path) => isDocumentation(path) || isLicense(path));
    if (files.length === 0) return `${text}(contains no files)\n`;
    for (const path of files) {
      if (options.has("verbose")) text += verboseLine(proc, path);
      else text += `${options.has("state") ? "normal        " : ""}${path}\n`;
    }
    yield* proc.tick();
  }
  if (!info && !lists)
    text += options.has("last")
      ? `${nvra(pkg).padEnd(45)} ${formatTime("%a %d %b %Y %I:%M:%S %p %Z", { sec: pkg.buildTime, nsec: 0 })}\n`
      : `${nvra(pkg)}\n`;
  return text;
}

/** As `ls -l`, from the file itself: the database does not keep modes. */
function verboseLine(proc: Process, path: string): string {
  const stat = orUndefined(() => proc.sys.lstat(path));
  if (stat === undefined) return `${path}\n`;
  const target = stat.type === "symlink" ? ` -> ${orUndefined(() => proc.sys.readlink(path)) ?? ""}` : "";
  return `${modeString(stat.type, stat.mode)} ${String(stat.nlink).padStart(4)} root     root    ${String(stat.size).padStart(12)} ${formatTime("%b %e  %Y", stat.mtime)} ${path}${target}\n`;
}

function infoText(pkg: InstalledPackage): string {
  const date = formatTime("%a %d %b %Y %I:%M:%S %p %Z", { sec: pkg.buildTime, nsec: 0 });
  const installed = pkg.details?.installTime;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["Name", pkg.name],
    ["Epoch", pkg.epoch === undefined ? undefined : String(pkg.epoch)],
    ["Version", pkg.version],
    ["Release", pkg.release],
    ["Architecture", pkg.arch],
    [
      "Install Date",
      installed === undefined || installed === 0 ? undefined : formatTime("%a %d %b %Y %I:%M:%S %p %Z", { sec: installed, nsec: 0 }),
    ],
    ["Group", "Unspecified"],
    ["Size", String(pkg.size)],
    ["License", pkg.license],
    ["Build Date", date],
    ["Vendor", pkg.details?.vendor ?? "Fedora Project"],
    ["URL", pkg.url],
    ["Summary", pkg.summary],
  ];
  const description = pkg.details === undefined ? "" : `Description :\n${pkg.details.description}\n`;
  return rows.map(([title, value]) => (value === undefined ? "" : `${title.padEnd(12)}: ${value}\n`)).join("") + description;
}
