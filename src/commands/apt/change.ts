/** install, remove, upgrade and their kin: what is planned, shown, asked about, fetched and handed to dpkg. */
import { decodeUtf8, encodeUtf8 } from "../../base/utf8.ts";
import { calendarDate, twoDigits } from "../../base/calendar.ts";
import { hasNewer, solveApt, UnmetError, unneeded, unpackOrder, type Plan, type Wishes } from "../../engines/dpkg/apt-solver.ts";
import type { PackageRecord } from "../../engines/dpkg/database.ts";
import { lstat, makeDirectories, readText, writeWhole } from "../../engines/dpkg/files.ts";
import { lockHolder, releaseLock, takeLock } from "../../engines/dpkg/lock.ts";
import { readPackage } from "../../engines/dpkg/package.ts";
import { ARCHIVES, AptCache, writeAutomatic, type Candidate } from "../../engines/dpkg/sources.ts";
import type { ArchiveServer } from "../../image/debian/server.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import type { ParsedOptions } from "../command.ts";
import { stdout } from "../output.ts";
import { aptSize, type Voice } from "./voice.ts";

const FRONTEND = "/var/lib/dpkg/lock-frontend";
const REFUSED = 100;

/** What to fetch from, and who says whether a name is known. */
export interface Reach {
  readonly server: ArchiveServer;
  isKnown(host: string): boolean;
}

export type Verb = "install" | "reinstall" | "remove" | "purge" | "autoremove" | "upgrade" | "full-upgrade" | "fix";

export function* change(voice: Voice, reach: Reach, verb: Verb, options: ParsedOptions, words: readonly string[]): Run<ExitStatus> {
  const { proc } = voice;
  const isSimulated = options.has("simulate");
  if (!isSimulated && !(yield* lock(voice, options))) return REFUSED;
  try {
    return yield* locked(voice, reach, verb, options, words);
  } finally {
    if (!isSimulated) releaseLock(proc, FRONTEND);
  }
}

function* lock(voice: Voice, options: ParsedOptions): Run<boolean> {
  const { proc } = voice;
  const holder = lockHolder(proc, FRONTEND);
  if (holder !== undefined && proc.sys.credentials.uid === 0) {
    const name = readText(proc.sys, `/proc/${holder}/comm`)?.trim() ?? "";
    yield* voice.error(`Could not get lock ${FRONTEND}. It is held by process ${holder} (${name})`);
    yield* proc.printError("N: Be aware that removing the lock file is not a solution and may break your system.\n");
    yield* voice.error(`Unable to acquire the dpkg frontend lock (${FRONTEND}), is another process using it?`);
    return false;
  }
  try {
    takeLock(proc, FRONTEND);
  } catch (error) {
    if (!isSysError(error)) throw error;
    const number = error.errno === "EROFS" ? 30 : 13;
    yield* voice.error(`Could not open lock file ${FRONTEND} - open (${number}: ${error.text})`);
    yield* voice.error(`Unable to acquire the dpkg frontend lock (${FRONTEND}), are you root?`);
    return false;
  }
  let isInterrupted = false;
  try {
    isInterrupted = proc.sys.readdir("/var/lib/dpkg/updates").some(({ name }) => /^[0-9]+$/.test(name));
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
  if (!isInterrupted || options.has("simulate")) return true;
  yield* voice.error("dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct the problem. ");
  releaseLock(proc, FRONTEND);
  return false;
}

interface Local {
  readonly candidate: Candidate;
  readonly path: string;
}

function* locked(voice: Voice, reach: Reach, verb: Verb, options: ParsedOptions, words: readonly string[]): Run<ExitStatus> {
  const { proc } = voice;
  yield* proc.tick();
  yield* voice.readingLists();
  const cache = new AptCache(proc.sys);
  yield* voice.buildingTree();
  const locals: Local[] = [];
  const wishes = yield* wishesOf(voice, cache, verb, options, words, locals);
  if (wishes === undefined) return REFUSED;
  const mend = yield* mendingOf(voice, cache);
  if (mend === undefined) return REFUSED;
  let plan: Plan;
  try {
    plan = solveApt(cache, { ...wishes, mend });
  } catch (error) {
    if (!(error instanceof UnmetError)) throw error;
    yield* proc.printError("");
    yield* voice.out(
      "Some packages could not be installed. This may mean that you have\nrequested an impossible situation or if you are using the unstable\ndistribution that some required packages have not yet been created\nor been moved out of Incoming.\nThe following information may help to resolve the situation:\n\n",
    );
    yield* voice.out(`The following packages have unmet dependencies:\n${error.lines.map((line) => `${line}\n`).join("")}`);
    yield* voice.error("Unable to correct problems, you have held broken packages.");
    return REFUSED;
  }
  if (wishes.upgrade !== undefined) yield* voice.step("Calculating upgrade");
  const asked = new Set([...wishes.install.map(({ name }) => name), ...wishes.remove]);
  return yield* carryOut(voice, reach, { cache, plan, wishes, asked, verb, options, locals });
}

/**
 * What broken packages need besides what was asked for: the newest version, where theirs cannot be had any more. Says which ones no archive
 * has, and is undefined then. Source: apt:apt-pkg/algorithms.cc, pkgApplyStatus.
 */
function* mendingOf(voice: Voice, cache: AptCache): Run<Candidate[] | undefined> {
  const mend: Candidate[] = [];
  let isGood = true;
  for (const { name } of cache.database.known.filter(isBroken)) {
    if ((cache.installedVersion(name)?.sources.length ?? 0) > 0) continue;
    const newest = cache.candidate(name);
    if (newest !== undefined && newest.sources.length > 0) mend.push(newest);
    else {
      yield* voice.error(`The package ${name} needs to be reinstalled, but I can't find an archive for it.`);
      isGood = false;
    }
  }
  return isGood ? mend : undefined;
}

function isBroken({ flag, state }: PackageRecord): boolean {
  return flag === "reinstreq" || state === "half-installed";
}

/** `apt-get check`: reads everything, and says what no archive can mend. */
export function* check(voice: Voice): Run<ExitStatus> {
  yield* voice.readingLists();
  const cache = new AptCache(voice.proc.sys);
  yield* voice.buildingTree();
  return (yield* mendingOf(voice, cache)) === undefined ? REFUSED : 0;
}

function* wishesOf(
  voice: Voice,
  cache: AptCache,
  verb: Verb,
  options: ParsedOptions,
  words: readonly string[],
  locals: Local[],
): Run<Wishes | undefined> {
  const recommends = !options.has("no-install-recommends");
  const install: Candidate[] = [];
  const remove: string[] = [];
  const purges = verb === "purge" || options.has("purge");
  let isGood = true;
  const gone: string[] = [];
  for (const word of words) {
    const sign = /^(.+)([+-])$/.exec(word);
    const isPlain = cache.versions.has(word);
    const name = !isPlain && sign ? (sign[1] ?? "") : word;
    const isRemoval =
      (verb === "remove" || verb === "purge" || verb === "autoremove") !== (!isPlain && sign?.[2] === "-") &&
      !(sign?.[2] === "+" && !isPlain);
    if (/^\.{0,2}\/.*\.deb$/.test(word)) {
      const local = localPackage(voice.proc, word);
      if (local === undefined) {
        yield* voice.error(`Unsupported file ${word} given on commandline`);
        isGood = false;
      } else {
        locals.push(local);
        install.push(local.candidate);
        cache.versions.set(local.candidate.name, [local.candidate, ...(cache.versions.get(local.candidate.name) ?? [])]);
      }
      continue;
    }
    const [plain = "", version, release] = /^([^=/]+)(?:=(.+)|\/(.+))?$/.exec(name)?.slice(1) ?? [];
    const found = candidateOf(cache, plain);
    if (isRemoval) {
      if (!cache.versions.has(plain) && !cache.database.packages.has(plain)) {
        yield* voice.error(`Unable to locate package ${plain}`);
        isGood = false;
      } else if (cache.installed(plain) || (purges && cache.database.packages.get(plain)?.state === "config-files")) remove.push(plain);
      else yield* voice.out(`Package '${plain}' is not installed, so not removed\n`);
      continue;
    }
    if (found === undefined) {
      const providers = [...new Set(cache.providers(plain).map((one) => one.name))];
      if (providers.length > 0) {
        yield* voice.out(
          `Package ${plain} is a virtual package provided by:\n${providers.map((one) => `  ${one} ${cache.candidate(one)?.version ?? ""}\n`).join("")}You should explicitly select one to install.\n\n`,
        );
        yield* voice.error(`Package '${plain}' has no installation candidate`);
      } else yield* voice.error(`Unable to locate package ${plain}`);
      isGood = false;
      continue;
    }
    const wanted =
      version !== undefined
        ? cache.versions.get(plain)?.find((one) => one.version === version)
        : release !== undefined
          ? cache.versions
              .get(plain)
              ?.find((one) => one.sources.some((source) => source.suite === release || cache.label(source) === release))
          : found;
    if (wanted === undefined) {
      yield* voice.error(
        version === undefined
          ? `Release '${release ?? ""}' for '${plain}' was not found`
          : `Version '${version}' for '${plain}' was not found`,
      );
      isGood = false;
      continue;
    }
    const own = cache.installed(plain);
    if (own?.version === wanted.version && wanted.sources.length === 0 && (verb === "reinstall" || options.has("reinstall"))) {
      gone.push(`Reinstallation of ${plain} is not possible, it cannot be downloaded.\n`);
      continue;
    }
    if (own?.version === wanted.version && own.flag === "ok" && verb !== "reinstall" && !options.has("reinstall")) {
      gone.push(`${plain} is already the newest version (${own.version}).\n`);
      if (cache.automatic.has(plain) && verb === "install") {
        cache.automatic.delete(plain);
        if (!options.has("simulate")) writeAutomatic(voice.proc.sys, cache.automatic);
        gone.push(`${plain} set to manually installed.\n`);
      }
    } else install.push(wanted);
  }
  if (!isGood) return undefined;
  for (const line of gone) yield* voice.out(line);
  if (verb === "autoremove") remove.push(...unneeded(cache, new Set(remove)));
  const upgrade =
    verb === "upgrade"
      ? voice.isApt || options.has("with-new-pkgs")
        ? "no-remove"
        : "no-new"
      : verb === "full-upgrade"
        ? "all"
        : undefined;
  return { install, remove, recommends, ...(upgrade === undefined ? {} : { upgrade }) };
}

function candidateOf(cache: AptCache, name: string): Candidate | undefined {
  return cache.candidate(name.replace(/:(amd64|any|all)$/, ""));
}

function localPackage({ sys }: Process, path: string): Local | undefined {
  try {
    const deb = readPackage(sys, path);
    return deb && { path, candidate: { name: deb.name, version: deb.version, fields: deb.fields, sources: [] } };
  } catch (error) {
    if (isSysError(error)) return undefined;
    throw error;
  }
}

interface Errand {
  readonly cache: AptCache;
  readonly plan: Plan;
  readonly wishes: Wishes;
  readonly asked: ReadonlySet<string>;
  readonly verb: Verb;
  readonly options: ParsedOptions;
  readonly locals: readonly Local[];
}

function* carryOut(voice: Voice, reach: Reach, errand: Errand): Run<ExitStatus> {
  const { cache, plan, options, verb, asked, locals } = errand;
  const { proc } = voice;
  const purges = verb === "purge" || options.has("purge");
  const all = [...plan.install.values()];
  const fresh = all
    .filter(({ name }) => !cache.installed(name))
    .map(({ name }) => name)
    .sort();
  const upgraded = all
    .filter(({ name, version }) => cache.installed(name) && cache.installed(name)?.version !== version && hasNewer(cache, name))
    .map(({ name }) => name)
    .sort();
  const others = all.length - fresh.length - upgraded.length;
  const removed = [...plan.remove].sort();
  const notUpgraded = [...cache.versions.keys()].filter(
    (name) => hasNewer(cache, name) && !plan.install.has(name) && !plan.remove.has(name),
  ).length;
  const extra = fresh.filter((name) => !asked.has(name));
  const idle = verb === "autoremove" ? [] : unneeded(cache, plan.remove, plan.install);
  const bar = (name: string): string => (purges ? `${name}*` : name);
  const weight = (fields: ReadonlyMap<string, string> | undefined): number => Number(fields?.get("Installed-Size") ?? 0) * 1024;
  const space =
    all.reduce((sum, { name, fields }) => sum + weight(fields) - weight(cache.installed(name)?.fields), 0) -
    removed.reduce((sum, name) => sum + weight(cache.installed(name)?.fields), 0);
  const archives = all.map((candidate) => ({
    candidate,
    path: locals.find((one) => one.candidate === candidate)?.path ?? `${ARCHIVES}/${archiveName(candidate)}`,
  }));
  const missing = archives.filter(({ path }) => !lstat(proc.sys, path));
  const size = (list: typeof archives): number => list.reduce((sum, { candidate }) => sum + Number(candidate.fields.get("Size") ?? 0), 0);

  if (idle.length > 0) {
    yield* voice.names(
      idle.length === 1
        ? "The following package was automatically installed and is no longer required:"
        : "The following packages were automatically installed and are no longer required:",
      idle,
      false,
    );
    if (voice.isApt) yield* voice.out("");
    yield* voice.out(`Use 'apt autoremove' to remove ${idle.length === 1 ? "it" : "them"}.\n${voice.isApt ? "\n" : ""}`);
  }
  const essential = removed.filter(
    (name) => cache.installed(name)?.fields.get("Essential") === "yes" || cache.installed(name)?.fields.get("Protected") === "yes",
  );
  const count = `${upgraded.length} upgraded, ${fresh.length} newly installed, ${others > 0 ? `${others} reinstalled, ` : ""}${removed.length} to remove and ${notUpgraded} not upgraded.\n`;
  const summary = `Summary:\n  Upgrading: ${upgraded.length}, Installing: ${fresh.length}, ${others > 0 ? `Reinstalling: ${others}, ` : ""}Removing: ${removed.length}, Not Upgrading: ${notUpgraded}\n`;
  if (voice.isApt) {
    if (upgraded.length > 0) yield* voice.names("Upgrading:", upgraded, false);
    if (fresh.some((name) => asked.has(name)))
      yield* voice.names(
        "Installing:",
        fresh.filter((name) => asked.has(name)),
        false,
      );
    yield* voice.names("Installing dependencies:", extra, false);
    yield* suggested(voice, errand, fresh);
    yield* voice.names("REMOVING:", removed.map(bar), false);
    yield* voice.names("Not upgrading:", plan.keptBack, false);
    yield* voice.out(summary);
  } else {
    if (fresh.length > 0 && extra.length > 0) yield* voice.names("The following additional packages will be installed:", extra, true);
    yield* suggested(voice, errand, fresh);
    yield* voice.names("The following packages will be REMOVED:", removed.map(bar), true);
    yield* voice.names("The following NEW packages will be installed:", fresh, true);
    yield* voice.names("The following packages have been kept back:", plan.keptBack, true);
    yield* voice.names("The following packages will be upgraded:", upgraded, true);
    if (essential.length > 0)
      yield* voice.names(
        "WARNING: The following essential packages will be removed.\nThis should NOT be done unless you know exactly what you are doing!",
        essential,
        true,
      );
    yield* voice.out(count);
  }
  if (essential.length > 0 && !options.has("allow-remove-essential")) {
    if (voice.isApt) yield* voice.error("Removing essential system-critical packages is not permitted. This might break the system.");
    else yield* voice.error("Removing essential system-critical packages is not permitted. This might break the system.");
    return REFUSED;
  }
  const unfinished = cache.database.known.filter(
    (record) => isBroken(record) || record.state === "unpacked" || record.state === "half-configured",
  );
  if (unfinished.length > 0 && !voice.isApt) yield* voice.out(`${unfinished.length} not fully installed or removed.\n`);
  if (all.length === 0 && removed.length === 0 && unfinished.length === 0) return 0;
  if (options.has("simulate") && !voice.isApt) return yield* simulated(voice, cache, plan);
  if (voice.isApt) {
    if (all.length > 0)
      yield* voice.out(
        `  Download size: ${missing.length === archives.length ? aptSize(size(missing)) : `${aptSize(size(missing))} / ${aptSize(size(archives))}`}\n`,
      );
    yield* voice.out(
      space < 0
        ? `  Freed space: ${aptSize(space)}\n\n`
        : `  Space needed: ${aptSize(space)} / ${aptSize(proc.sys.statfs("/").free)} available\n\n`,
    );
  } else {
    if (all.length > 0)
      yield* voice.out(
        `Need to get ${missing.length === archives.length ? aptSize(size(missing)) : `${aptSize(size(missing))}/${aptSize(size(archives))}`} of archives.\n`,
      );
    yield* voice.out(
      `After this operation, ${aptSize(space)} ${space < 0 ? "disk space will be freed" : "of additional disk space will be used"}.\n`,
    );
  }
  if (options.has("simulate")) return yield* simulated(voice, cache, plan);
  const needsWord =
    removed.length > 0 || extra.length > 0 || upgraded.some((name) => !asked.has(name)) || errand.wishes.upgrade !== undefined;
  if (needsWord && !options.has("yes") && !(yield* confirmed(voice))) return 1;
  if (
    !(yield* fetchAll(
      voice,
      reach,
      missing.map(({ candidate }) => candidate),
    ))
  )
    return REFUSED;
  if (options.has("download-only")) {
    yield* voice.out("Download complete and in download only mode\n");
    return 0;
  }
  const automatic = new Set(
    [...cache.automatic, ...plan.automatic].filter((name) => !plan.remove.has(name) && !(asked.has(name) && plan.install.has(name))),
  );
  if (automatic.size !== cache.automatic.size || [...automatic].some((name) => !cache.automatic.has(name)))
    writeAutomatic(proc.sys, automatic);
  yield* stdout(proc).flush();
  const started = proc.now().sec;
  const status = yield* runDpkg(voice, {
    removed,
    purges,
    files: unpackOrder(cache, plan.install).map((candidate) => archives.find((one) => one.candidate === candidate)?.path ?? ""),
    options,
  });
  writeHistory(proc, started, { fresh, upgraded, removed, cache, plan });
  if (status === 0) return 0;
  yield* voice.error("Sub-process /usr/bin/dpkg returned an error code (1)");
  return REFUSED;
}

function* suggested(voice: Voice, { cache, plan }: Errand, fresh: readonly string[]): Run<void> {
  const names = new Set<string>();
  for (const name of fresh) {
    const candidate = plan.install.get(name);
    if (candidate === undefined) continue;
    for (const group of cache.relations(candidate, "Suggests"))
      for (const [at, { name: wanted }] of group.entries())
        if (!cache.installed(wanted) && !plan.install.has(wanted)) names.add(at === 0 ? wanted : `| ${wanted}`);
  }
  yield* voice.names("Suggested packages:", [...names], !voice.isApt);
}

function* simulated(voice: Voice, cache: AptCache, plan: Plan): Run<ExitStatus> {
  for (const name of plan.remove) yield* voice.out(`Remv ${name} [${cache.installed(name)?.version ?? ""}]\n`);
  const order = unpackOrder(cache, plan.install);
  const point = /^\d+\.\d+/.exec(cache.candidate("base-files")?.version ?? "")?.[0] ?? "13";
  const origin = ({ sources: [source] }: Candidate): string => (source === undefined ? "" : `Debian:${point}/${cache.label(source)}`);
  for (const candidate of order) {
    const own = cache.installed(candidate.name);
    yield* voice.out(
      `Inst ${candidate.name}${own ? ` [${own.version}]` : ""} (${candidate.version} ${origin(candidate)} [${candidate.fields.get("Architecture") ?? ""}])\n`,
    );
  }
  for (const candidate of order)
    yield* voice.out(
      `Conf ${candidate.name} (${candidate.version} ${origin(candidate)} [${candidate.fields.get("Architecture") ?? ""}])\n`,
    );
  return 0;
}

function* confirmed(voice: Voice): Run<boolean> {
  const { proc } = voice;
  yield* voice.out(voice.isApt ? "Continue? [Y/n] " : "Do you want to continue? [Y/n] ");
  yield* stdout(proc).flush();
  const [answer = "", ...rest] = decodeUtf8(yield* proc.read(0, 1024)).split("\n");
  if ((answer !== "" || rest.length > 0) && /^\s*(y.*)?\s*$/i.test(answer)) return true;
  yield* voice.out("Abort.\n");
  return false;
}

/** "htop_3.4.1-5_amd64.deb", an epoch's colon as "%3a". */
export function archiveName({ name, version, fields }: Candidate): string {
  return `${name}_${version.replaceAll(":", "%3a")}_${fields.get("Architecture") ?? "all"}.deb`;
}

/** Fetches into /var/cache/apt/archives, through partial/. */
export function* fetchAll(voice: Voice, reach: Reach, candidates: readonly Candidate[], into = ARCHIVES): Run<boolean> {
  const { proc } = voice;
  const { sys } = proc;
  let total = 0;
  const failures: string[] = [];
  const installed = new Map<string, string>();
  for (const [i, candidate] of candidates.entries()) {
    const [source] = candidate.sources;
    if (source === undefined) {
      yield* voice.error(
        `Can't find a source to download version '${candidate.version}' of '${candidate.name}:${candidate.fields.get("Architecture") ?? ""}'`,
      );
      return false;
    }
    const url = source.uri + (candidate.fields.get("Filename") ?? "");
    const host = new RegExp("^[a-z]+://([^/]+)/").exec(url)?.[1] ?? "";
    const what = `${i + 1} ${source.uri.replace(/\/$/, "")} ${source.suite}/${source.component} amd64 ${candidate.name} ${candidate.fields.get("Architecture") ?? ""} ${candidate.version}`;
    const bytes = reach.isKnown(host) ? reach.server.file(url, installed) : undefined;
    if (bytes === undefined) {
      const why = reach.isKnown(host) ? "404  Not Found" : `Temporary failure resolving '${host}'`;
      yield* voice.out(`Err:${what}\n  ${why}\n`);
      failures.push(`Failed to fetch ${url}  ${why}`);
      continue;
    }
    const size = Number(candidate.fields.get("Size") ?? 0);
    total += size;
    yield* voice.out(`Get:${what} [${aptSize(size)}]\n`);
    yield* proc.sleep(0.05 + size / 12_000_000);
    const partial = into === ARCHIVES ? `${ARCHIVES}/partial/${archiveName(candidate)}` : `${into}/${archiveName(candidate)}`;
    if (into === ARCHIVES) makeDirectories(sys, `${ARCHIVES}/partial`, 0o700);
    writeWhole(sys, partial, bytes);
    if (into === ARCHIVES) sys.rename(partial, `${ARCHIVES}/${archiveName(candidate)}`);
  }
  if (candidates.length > 0)
    yield* voice.out(`Fetched ${aptSize(total)} in ${Math.max(0, Math.round(total / 12_000_000))}s (${aptSize(12_000_000)}/s)\n`);
  for (const failure of failures) yield* voice.error(failure);
  if (failures.length > 0) yield* voice.error("Unable to fetch some archives, maybe run apt-get update or try with --fix-missing?");
  return failures.length === 0;
}

interface DpkgRun {
  readonly removed: readonly string[];
  readonly purges: boolean;
  readonly files: readonly string[];
  readonly options: ParsedOptions;
}

/** dpkg as apt calls it: removals, everything unpacked, everything configured, then triggers. */
function* runDpkg({ proc }: Voice, { removed, purges, files, options }: DpkgRun): Run<ExitStatus> {
  const own = options.values("option").flatMap((value) => /^D[pP][kK][gG]::Options::=(.*)$/.exec(value)?.[1] ?? []);
  const common = [...own, "--no-triggers"];
  if (removed.length > 0) {
    const status = yield* call(proc, ["/usr/bin/dpkg", ...common, purges ? "--purge" : "--remove", ...removed]);
    if (status !== 0) return status;
  }
  let status: ExitStatus = 0;
  if (files.length > 0) status = yield* call(proc, ["/usr/bin/dpkg", ...common, "--unpack", "--auto-deconfigure", ...files]);
  const configured = yield* call(proc, ["/usr/bin/dpkg", ...own, "--configure", "--pending"]);
  return status === 0 ? configured : status;
}

function* call(proc: Process, argv: readonly [string, ...string[]]): Run<ExitStatus> {
  const env = new Map([
    ...proc.env,
    ["DPKG_FRONTEND_LOCKED", "true"],
    ["PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
  ] as const);
  try {
    const child = proc.spawn({ argv, program: { path: argv[0] }, env });
    for (;;) {
      const ended = yield* proc.wait(child.pid);
      if (ended === undefined || ended.ending.kind === "stopped") continue;
      return ended.ending.kind === "exited" ? ended.ending.status : 128;
    }
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* proc.printError(`E: Could not exec dpkg!\n`);
    return 100;
  }
}

/** A paragraph of /var/log/apt/history.log. */
function writeHistory(
  proc: Process,
  started: number,
  {
    fresh,
    upgraded,
    removed,
    cache,
    plan,
  }: {
    readonly fresh: readonly string[];
    readonly upgraded: readonly string[];
    readonly removed: readonly string[];
    readonly cache: AptCache;
    readonly plan: Plan;
  },
): void {
  const { sys } = proc;
  const date = (seconds: number): string => {
    const { year, month, day, hour, minute, second } = calendarDate(seconds);
    return `${year}-${twoDigits(month)}-${twoDigits(day)}  ${twoDigits(hour)}:${twoDigits(minute)}:${twoDigits(second)}`;
  };
  const full = (name: string): string => `${name}:amd64`;
  const list = (heading: string, names: readonly string[], text: (name: string) => string): string =>
    names.length === 0 ? "" : `${heading}: ${names.map((name) => `${full(name)} (${text(name)})`).join(", ")}\n`;
  const text =
    `\nStart-Date: ${date(started)}\nCommandline: ${proc.argv.join(" ")}\n` +
    list("Install", fresh, (name) => `${plan.install.get(name)?.version ?? ""}${plan.automatic.has(name) ? ", automatic" : ""}`) +
    list("Upgrade", upgraded, (name) => `${cache.installed(name)?.version ?? ""}, ${plan.install.get(name)?.version ?? ""}`) +
    list("Remove", removed, (name) => cache.installed(name)?.version ?? "") +
    `End-Date: ${date(proc.now().sec)}\n`;
  try {
    makeDirectories(sys, "/var/log/apt");
    const fd = sys.open("/var/log/apt/history.log", O.WRONLY | O.CREAT | O.APPEND | O.CLOEXEC, 0o644);
    sys.write(fd, encodeUtf8(text));
    sys.close(fd);
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
}
