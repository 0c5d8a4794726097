/** What dpkg-query(1) tells: lists, files, owners, states. */
import { DpkgDatabase, formatRecord, type PackageRecord } from "../../engines/dpkg/database.ts";
import { shownName } from "../../engines/dpkg/package.ts";
import { md5 } from "@noble/hashes/legacy.js";
import { readBytes } from "../../engines/dpkg/files.ts";
import { toHex } from "../../image/hex.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { stdout } from "../output.ts";

const WANTS = { unknown: "u", install: "i", hold: "h", deinstall: "r", purge: "p" } as const;
const STATES = {
  "not-installed": "n",
  "config-files": "c",
  "half-installed": "H",
  unpacked: "U",
  "half-configured": "F",
  "triggers-awaited": "W",
  "triggers-pending": "t",
  installed: "i",
} as const;

/** "ii ", "rc ", "iHR". */
function abbreviation({ want, state, flag }: PackageRecord): string {
  return `${WANTS[want]}${STATES[state]}${flag === "reinstreq" ? "R" : " "}`;
}

/** A shell pattern over the whole of a name. @simplified Classes in brackets are taken as they stand. */
function matcher(pattern: string): (name: string) => boolean {
  const source = pattern
    .replace(/[.+^${}()|\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  const whole = new RegExp(`^${source}$`, "s");
  return (name) => whole.test(name);
}

function matching(database: DpkgDatabase, pattern: string): PackageRecord[] {
  const bare = pattern.replace(/:[a-z0-9]+$/, "");
  const isMatch = matcher(bare);
  return database.known.filter(({ name }) => isMatch(name));
}

function synopsis({ fields }: PackageRecord): string {
  return (fields.get("Description") ?? "").split("\n", 1)[0] ?? "";
}

/** `dpkg -l [PATTERN…]`. */
export function* listPackages(proc: Process, patterns: readonly string[]): Run<ExitStatus> {
  const database = new DpkgDatabase(proc.sys);
  const found: PackageRecord[] = [];
  let status: ExitStatus = 0;
  if (patterns.length === 0) found.push(...database.known.filter(({ state }) => state !== "not-installed"));
  for (const pattern of patterns) {
    const some = matching(database, pattern);
    if (some.length === 0) {
      yield* proc.printError(`dpkg-query: no packages found matching ${pattern}\n`);
      status = 1;
    }
    found.push(...some.filter((one) => !found.includes(one)));
  }
  if (found.length === 0) return status;
  found.sort((left, right) => (left.name < right.name ? -1 : 1));
  const rows = found.map((record) => ({
    mark: abbreviation(record),
    name: shownName(record.name, record.fields),
    version: record.version,
    architecture: record.fields.get("Architecture") ?? "",
    about: synopsis(record),
  }));
  const widest = (least: number, texts: readonly string[]): number => Math.max(least, ...texts.map((text) => text.length));
  const nameWidth = widest(
    14,
    rows.map(({ name }) => name),
  );
  const versionWidth = widest(
    12,
    rows.map(({ version }) => version),
  );
  const archWidth = widest(
    12,
    rows.map(({ architecture }) => architecture),
  );
  const fixed = 4 + nameWidth + 1 + versionWidth + 1 + archWidth + 1;
  const aboutWidth = proc.sys.isatty(1)
    ? Math.max(20, (proc.tty?.columns ?? 80) - fixed)
    : widest(
        33,
        rows.map(({ about }) => about),
      );
  const out = stdout(proc);
  yield* out.print(
    "Desired=Unknown/Install/Remove/Purge/Hold\n" +
      "| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend\n" +
      "|/ Err?=(none)/Reinst-required (Status,Err: uppercase=bad)\n" +
      `||/ ${"Name".padEnd(nameWidth)} ${"Version".padEnd(versionWidth)} ${"Architecture".padEnd(archWidth)} Description\n` +
      `+++-${"=".repeat(nameWidth)}-${"=".repeat(versionWidth)}-${"=".repeat(archWidth)}-${"=".repeat(aboutWidth)}\n`,
  );
  for (const { mark, name, version, architecture, about } of rows)
    yield* out.print(
      `${mark} ${name.padEnd(nameWidth)} ${version.padEnd(versionWidth)} ${architecture.padEnd(archWidth)} ${about.slice(0, aboutWidth)}\n`,
    );
  return status;
}

/** `dpkg -L PACKAGE…`. */
export function* listFiles(proc: Process, names: readonly string[]): Run<ExitStatus> {
  const database = new DpkgDatabase(proc.sys);
  let status: ExitStatus = 0;
  for (const [i, name] of names.entries()) {
    const bare = name.replace(/:[a-z0-9]+$/, "");
    if (!database.packages.has(bare) || database.packages.get(bare)?.state === "not-installed") {
      yield* stdout(proc).flush();
      yield* proc.printError(
        `dpkg-query: package '${name}' is not installed\nUse dpkg --contents (= dpkg-deb --contents) to list archive files contents.\n`,
      );
      status = 1;
      continue;
    }
    if (i > 0) yield* stdout(proc).print("\n");
    for (const path of database.list(bare)) yield* stdout(proc).print(`${path}\n`);
  }
  return status;
}

/** `dpkg -S PATTERN…`. */
export function* searchOwner(proc: Process, patterns: readonly string[]): Run<ExitStatus> {
  const database = new DpkgDatabase(proc.sys);
  let status: ExitStatus = 0;
  for (const pattern of patterns) {
    const isPath = pattern.startsWith("/") && !/[*?[]/.test(pattern);
    const wanted = isPath || /[*?[]/.test(pattern) ? pattern : `*${pattern}*`;
    const isMatch = isPath ? (path: string) => path === pattern : matcher(wanted);
    const owners = new Map<string, string[]>();
    for (const record of database.known)
      for (const path of database.list(record.name))
        if (isMatch(path)) owners.set(path, [...(owners.get(path) ?? []), shownName(record.name, record.fields)]);
    yield* proc.tick();
    for (const [path, names] of owners) yield* stdout(proc).print(`${names.join(", ")}: ${path}\n`);
    if (owners.size > 0) continue;
    yield* stdout(proc).flush();
    yield* proc.printError(`dpkg-query: no path found matching pattern ${wanted}\n`);
    status = 1;
  }
  return status;
}

/** `dpkg -s PACKAGE…`. */
export function* showStatus(proc: Process, names: readonly string[]): Run<ExitStatus> {
  const database = new DpkgDatabase(proc.sys);
  let status: ExitStatus = 0;
  for (const [i, name] of names.entries()) {
    const record = database.packages.get(name.replace(/:[a-z0-9]+$/, ""));
    if (record === undefined || record.state === "not-installed") {
      yield* stdout(proc).flush();
      yield* proc.printError(
        `dpkg-query: package '${name}' is not installed and no information is available\nUse dpkg --info (= dpkg-deb --info) to examine archive files.\n`,
      );
      status = 1;
    } else yield* stdout(proc).print(`${i > 0 ? "\n" : ""}${formatRecord(record)}`);
  }
  return status;
}

/** `dpkg-query -W [-f FORMAT] [PATTERN…]`. */
export function* show(proc: Process, format: string, patterns: readonly string[]): Run<ExitStatus> {
  const database = new DpkgDatabase(proc.sys);
  let status: ExitStatus = 0;
  const found = patterns.length === 0 ? database.known : [];
  for (const pattern of patterns) {
    const some = matching(database, pattern);
    if (some.length === 0) {
      yield* proc.printError(`dpkg-query: no packages found matching ${pattern}\n`);
      status = 1;
    }
    found.push(...some);
  }
  for (const record of found) yield* stdout(proc).print(formatted(record, format));
  return status;
}

/** `${Field;width}` and `${db:Status-Abbrev}`, `\n` and `\t`. */
function formatted(record: PackageRecord, format: string): string {
  const value = (field: string): string => {
    switch (field) {
      case "Package":
        return record.name;
      case "binary:Package":
        return shownName(record.name, record.fields);
      case "Version":
        return record.version;
      case "Status":
        return `${record.want} ${record.flag} ${record.state}`;
      case "db:Status-Abbrev":
        return abbreviation(record);
      case "db:Status-Want":
        return record.want;
      case "db:Status-Status":
        return record.state;
      case "binary:Summary":
        return synopsis(record);
      case "Conffiles":
        return record.conffiles.map(({ path, md5 }) => `\n ${path} ${md5}`).join("");
      default:
        return record.fields.get(field) ?? "";
    }
  };
  return format
    .replaceAll(/\$\{([^};]+)(?:;(-?\d+))?\}/g, (_, field: string, width?: string) => {
      const text = value(field);
      if (width === undefined) return text;
      const wide = Math.abs(Number(width));
      return width.startsWith("-") ? text.slice(0, wide).padEnd(wide) : text.slice(0, wide).padStart(wide);
    })
    .replaceAll("\\n", "\n")
    .replaceAll("\\t", "\t");
}

/** `dpkg --get-selections [PATTERN…]`. */
export function* selections(proc: Process, patterns: readonly string[]): Run<ExitStatus> {
  const database = new DpkgDatabase(proc.sys);
  const found = patterns.length === 0 ? database.known : [];
  for (const pattern of patterns) {
    const some = matching(database, pattern);
    if (some.length === 0) yield* proc.printError(`dpkg: no packages found matching ${pattern}\n`);
    found.push(...some);
  }
  for (const record of found) {
    const name = shownName(record.name, record.fields);
    yield* stdout(proc).print(`${name}${"\t".repeat(Math.max(1, 6 - Math.floor(name.length / 8)))}${record.want}\n`);
  }
  return 0;
}

/** `dpkg --verify [PACKAGE…]`: files that are not as they came. As the real one, it is content to tell. */
export function* verify(proc: Process, names: readonly string[]): Run<ExitStatus> {
  const database = new DpkgDatabase(proc.sys);
  const records = names.length === 0 ? database.known : names.map((name) => database.packages.get(name));
  let status: ExitStatus = 0;
  for (const [at, record] of records.entries()) {
    if (record === undefined || !database.isUnpacked(record.name)) {
      if (names.length === 0) continue;
      yield* proc.printError(`dpkg: package '${names[at] ?? ""}' is not installed\n`);
      status = 1;
      continue;
    }
    const conffiles = new Map(record.conffiles.map(({ path, md5 }) => [path, md5]));
    const sums = (database.info(record.name, "md5sums") ?? "").split("\n").flatMap((line) => {
      const [, sum = "", path = ""] = /^([0-9a-f]{32}) {2}(.*)$/.exec(line) ?? [];
      return sum === "" ? [] : [[`/${path}`, sum] as const];
    });
    for (const [path, sum] of [...sums.filter(([each]) => !conffiles.has(each)), ...conffiles].sort(([left], [right]) =>
      left < right ? -1 : 1,
    )) {
      const mark = conffiles.has(path) ? "c" : " ";
      const own = digestOf(proc, path);
      if (own === undefined) yield* stdout(proc).print(`missing   ${mark} ${path}\n`);
      else if (own !== sum) yield* stdout(proc).print(`??5?????? ${mark} ${path}\n`);
    }
    yield* proc.tick();
  }
  return status;
}

function digestOf(proc: Process, path: string): string | undefined {
  try {
    return toHex(md5(readBytes(proc.sys, path)));
  } catch (error) {
    if (isSysError(error)) return undefined;
    throw error;
  }
}

/** `dpkg --audit`: 1 where something is not as it should be. Source of the words: dpkg:src/main/enquiry.c. */
export function* audit(proc: Process): Run<ExitStatus> {
  const { known } = new DpkgDatabase(proc.sys);
  let isBad = false;
  for (const [isIn, text] of PROBLEMS) {
    const found = known.filter(isIn);
    if (found.length === 0) continue;
    yield* stdout(proc).print(`${isBad ? "\n" : ""}${text}`);
    for (const record of found) yield* stdout(proc).print(` ${shownName(record.name, record.fields).padEnd(20)} ${synopsis(record)}\n`);
    isBad = true;
  }
  return isBad ? 1 : 0;
}

const inState =
  (state: PackageRecord["state"]) =>
  (record: PackageRecord): boolean =>
    record.flag === "ok" && record.state === state;

const PROBLEMS: readonly (readonly [(record: PackageRecord) => boolean, string])[] = [
  [
    ({ flag }) => flag === "reinstreq",
    "The following packages are in a mess due to serious problems during\ninstallation.  They must be reinstalled for them (and any packages\nthat depend on them) to function properly:\n",
  ],
  [
    inState("unpacked"),
    "The following packages have been unpacked but not yet configured.\nThey must be configured using dpkg --configure or the configure\nmenu option in dselect for them to work:\n",
  ],
  [
    inState("half-configured"),
    "The following packages are only half configured, probably due to problems\nconfiguring them the first time.  The configuration should be retried using\ndpkg --configure <package> or the configure menu option in dselect:\n",
  ],
  [
    inState("half-installed"),
    "The following packages are only half installed, due to problems during\ninstallation.  The installation can probably be completed by retrying it;\nthe packages can be removed using dselect or dpkg --remove:\n",
  ],
  [
    inState("triggers-pending"),
    "The following packages have been triggered, but the trigger processing\nhas not yet been done.  Trigger processing can be requested using\ndselect or dpkg --configure --pending (or dpkg --triggers-only):\n",
  ],
];
