/** What apt and apt-cache tell of packages: list, search, show, policy, depends. */
import { hasNewer } from "../../engines/dpkg/apt-solver.ts";
import { AptCache, type Candidate, type Source } from "../../engines/dpkg/sources.ts";
import { formatRelation, parseRelations } from "../../image/debian/versions.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { ParsedOptions } from "../command.ts";
import { Failure } from "../complain.ts";
import { globToPattern } from "../glob.ts";
import { aptSize, type Voice } from "./voice.ts";

function origins(cache: AptCache, { sources }: Candidate): string {
  const labels = [...new Set(sources.map((source) => cache.label(source)))];
  return labels.join(",");
}

/** `apt list [GLOB…]`. */
export function* list(voice: Voice, options: ParsedOptions, patterns: readonly string[]): Run<ExitStatus> {
  const cache = new AptCache(voice.proc.sys);
  yield* voice.step("Listing");
  const globs = patterns.map((pattern) => globToPattern(pattern));
  for (const name of [...cache.versions.keys()].sort()) {
    if (globs.length > 0 && !globs.some((glob) => glob.test(name))) continue;
    const record = cache.installed(name);
    if (options.has("installed") && record === undefined) continue;
    const upgradable = hasNewer(cache, name);
    if (options.has("upgradable") && !upgradable) continue;
    const all = cache.versions.get(name) ?? [];
    const own = options.has("installed") ? all.filter(({ version }) => version === record?.version) : [];
    for (const candidate of options.has("all-versions") ? all : own.length > 0 ? own : all.slice(0, 1)) {
      const isInstalled = record?.version === candidate.version;
      const from = [origins(cache, candidate), ...(isInstalled ? ["now"] : [])].filter((word) => word !== "").join(",");
      const how = cache.automatic.has(name) ? ",automatic" : "";
      const mark = isInstalled
        ? upgradable
          ? ` [installed,upgradable to: ${cache.candidate(name)?.version ?? ""}]`
          : ` [installed${candidate.sources.length === 0 ? ",local" : how}]`
        : record && candidate === cache.candidate(name)
          ? ` [upgradable from: ${record.version}]`
          : cache.database.packages.get(name)?.state === "config-files"
            ? " [residual-config]"
            : "";
      yield* voice.out(`${name}/${from} ${candidate.version} ${candidate.fields.get("Architecture") ?? ""}${mark}\n`);
    }
    yield* voice.proc.tick();
  }
  return 0;
}

function pattern(word: string): RegExp {
  try {
    return new RegExp(word.replace(/[{}]/g, "\\$&"), "i");
  } catch {
    throw new Failure(`Regex compilation error - ${word}`, 100);
  }
}

/** `search WORD…`: all of them, in a name or a description. */
export function* search(voice: Voice, options: ParsedOptions, words: readonly string[]): Run<ExitStatus> {
  if (words.length === 0) {
    yield* voice.error("You must give at least one search pattern");
    return 100;
  }
  const cache = new AptCache(voice.proc.sys);
  const wanted = words.map(pattern);
  if (voice.isApt) {
    yield* voice.step("Sorting");
    yield* voice.step("Full Text Search");
  }
  for (const name of [...cache.versions.keys()].sort()) {
    const candidate = cache.candidate(name);
    if (candidate === undefined) continue;
    const about = candidate.fields.get("Description") ?? "";
    const text = options.has("names-only") ? name : `${name}\n${about}`;
    if (!wanted.every((one) => one.test(name) || (!options.has("names-only") && one.test(text)))) continue;
    const synopsis = about.split("\n", 1)[0] ?? "";
    if (!voice.isApt) yield* voice.out(`${name} - ${synopsis}\n`);
    else {
      const record = cache.installed(name);
      const mark =
        record === undefined
          ? ""
          : record.version === candidate.version
            ? ` [installed${cache.automatic.has(name) ? ",automatic" : ""}]`
            : ` [upgradable from: ${record.version}]`;
      const from = [origins(cache, candidate), ...(record?.version === candidate.version ? ["now"] : [])]
        .filter((word) => word !== "")
        .join(",");
      yield* voice.out(`${name}/${from} ${candidate.version} ${candidate.fields.get("Architecture") ?? ""}${mark}\n  ${synopsis}\n\n`);
    }
  }
  return 0;
}

const SHOWN = [
  "Package", "Version", "Built-Using", "Priority", "Essential", "Protected", "Section", "Source", "Origin", "Maintainer", "Installed-Size", "Provides", "Pre-Depends", "Depends",
  "Recommends", "Suggests", "Conflicts", "Breaks", "Replaces", "Enhances", "Homepage",
]; // prettier-ignore

/** `show PACKAGE…`. */
export function* show(voice: Voice, words: readonly string[]): Run<ExitStatus> {
  const cache = new AptCache(voice.proc.sys);
  let isGood = words.length > 0;
  let missing = 0;
  for (const word of words) {
    const [name = "", version] = word.split("=");
    const candidate = version === undefined ? cache.candidate(name) : cache.versions.get(name)?.find((one) => one.version === version);
    if (candidate === undefined) {
      if (voice.isApt && cache.providers(name).length > 0) yield* voice.out(`Package: ${name}\nState: not a real package (virtual)\n`);
      else if (voice.isApt) yield* voice.error(`Unable to locate package ${name}`);
      missing++;
      isGood = false;
      continue;
    }
    for (const field of SHOWN) {
      const value = candidate.fields.get(field);
      if (value === undefined || value === "") continue;
      yield* voice.out(`${field}: ${field === "Installed-Size" && voice.isApt ? aptSize(Number(value) * 1024) : value}\n`);
    }
    if (voice.isApt) {
      const size = Number(candidate.fields.get("Size") ?? 0);
      if (size > 0) yield* voice.out(`Download-Size: ${aptSize(size)}\n`);
      if (cache.installed(name)?.version === candidate.version)
        yield* voice.out(`APT-Manual-Installed: ${cache.automatic.has(name) ? "no" : "yes"}\n`);
      yield* voice.out(`APT-Sources: ${candidate.sources.map(address).join(", ") || "/var/lib/dpkg/status"}\n`);
    } else yield* voice.out(`Filename: ${candidate.fields.get("Filename") ?? ""}\nSize: ${candidate.fields.get("Size") ?? ""}\n`);
    yield* voice.out(`Description: ${candidate.fields.get("Description") ?? ""}\n\n`);
  }
  if (words.length === 0 || (!voice.isApt && missing === words.length)) yield* voice.error("No packages found");
  return isGood ? 0 : 100;
}

function address({ uri, suite, component }: Source): string {
  return `${uri.replace(/\/$/, "")} ${suite}/${component} amd64 Packages`;
}

/** `policy [PACKAGE…]`. */
export function* policy(voice: Voice, words: readonly string[]): Run<ExitStatus> {
  const cache = new AptCache(voice.proc.sys);
  if (words.length === 0) {
    yield* voice.out("Package files:\n 100 /var/lib/dpkg/status\n     release a=now\n");
    for (const source of cache.sources)
      yield* voice.out(
        ` 500 ${address(source)}\n     release o=Debian,a=${cache.label(source)},n=${source.suite},l=Debian,c=${source.component},b=amd64\n     origin ${/\/\/([^/]+)/.exec(source.uri)?.[1] ?? ""}\n`,
      );
    yield* voice.out("Pinned packages:\n");
  }
  for (const name of words) {
    const versions = cache.versions.get(name);
    if (versions === undefined) {
      if (voice.isApt) yield* voice.error(`Unable to locate package ${name}`);
      continue;
    }
    const own = cache.installed(name)?.version;
    yield* voice.out(
      `${name}:\n  Installed: ${own ?? "(none)"}\n  Candidate: ${cache.candidate(name)?.version ?? "(none)"}\n  Version table:\n`,
    );
    for (const candidate of versions) {
      const isOwn = candidate.version === own;
      const weight = candidate.sources.length > 0 ? 500 : 100;
      yield* voice.out(` ${isOwn ? "***" : "   "} ${candidate.version} ${weight}\n`);
      for (const source of candidate.sources) yield* voice.out(`        500 ${address(source)}\n`);
      if (isOwn) yield* voice.out("        100 /var/lib/dpkg/status\n");
    }
  }
  return 0;
}

/** `depends PACKAGE…`. */
export function* depends(voice: Voice, words: readonly string[]): Run<ExitStatus> {
  const cache = new AptCache(voice.proc.sys);
  for (const name of words) {
    const candidate = cache.candidate(name);
    if (candidate === undefined) {
      yield* voice.error("No packages found");
      return 100;
    }
    yield* voice.out(`${name}\n`);
    for (const field of ["Pre-Depends", "Depends", "Conflicts", "Breaks", "Recommends", "Suggests", "Replaces"])
      for (const group of parseRelations(candidate.fields.get(field) ?? ""))
        for (const [i, relation] of group.entries()) {
          const isVirtual = !cache.versions.has(relation.name);
          yield* voice.out(
            ` ${i + 1 < group.length ? "|" : " "}${field === "Pre-Depends" ? "PreDepends" : field}: ${isVirtual ? `<${relation.name}>` : formatRelation(relation)}\n`,
          );
        }
  }
  return 0;
}

/** `rdepends PACKAGE…`. */
export function* reverseDepends(voice: Voice, words: readonly string[]): Run<ExitStatus> {
  const cache = new AptCache(voice.proc.sys);
  for (const name of words) {
    if (!cache.versions.has(name)) {
      yield* voice.error("No packages found");
      return 100;
    }
    yield* voice.out(`${name}\nReverse Depends:\n`);
    for (const other of [...cache.versions.keys()].sort()) {
      const candidate = cache.candidate(other);
      const isUser =
        candidate &&
        ["Pre-Depends", "Depends", "Recommends", "Suggests"].some((field) =>
          cache.relations(candidate, field).some((group) => group.some((one) => one.name === name)),
        );
      if (isUser) yield* voice.out(`  ${other}\n`);
    }
  }
  return 0;
}
