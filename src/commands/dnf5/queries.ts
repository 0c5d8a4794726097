/** What dnf answers without changing anything: search, list, info, repoquery, provides, repo list. */
import { compareEvr, nevra } from "../../image/package.ts";
import { capabilityText, parseCapability } from "../../image/rpm-md/capability.ts";
import { provides, type Solvable } from "../../image/rpm-md/rpm-package.ts";
import { namesOf } from "../../engines/rpm/solvables.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { ParsedOptions } from "../command.ts";
import { globToPattern } from "../glob.ts";
import { stdout } from "../output.ts";
import { padEnd } from "../table.ts";
import type { Packages } from "./metadata.ts";
import { infoText, listRows, nameArch } from "./text.ts";

/** Newest builds of each name, in the order of names. */
export function newest(solvables: readonly Solvable[]): Solvable[] {
  const best = new Map<string, Solvable>();
  for (const it of solvables) {
    const known = best.get(nameArch(it.pkg));
    if (known === undefined || compareEvr(known.pkg, it.pkg) < 0) best.set(nameArch(it.pkg), it);
  }
  return [...best.values()].sort((left, right) => (nameArch(left.pkg) < nameArch(right.pkg) ? -1 : 1));
}

/** Those that any of the words names. */
export function named(solvables: readonly Solvable[], words: readonly string[]): Solvable[] {
  const patterns = words.map((word) => globToPattern(word));
  return solvables.filter((it) => namesOf(it.pkg).some((name) => patterns.some((pattern) => pattern.test(name))));
}

export function* list(proc: Process, packages: Packages, options: ParsedOptions, words: readonly string[]): Run<ExitStatus> {
  return yield* inGroups(proc, packages, options, words, (found) => listRows(found));
}

export function* info(proc: Process, packages: Packages, options: ParsedOptions, words: readonly string[]): Run<ExitStatus> {
  return yield* inGroups(proc, packages, options, words, (found) => found.map(infoText).join("\n"));
}

function* inGroups(
  proc: Process,
  packages: Packages,
  options: ParsedOptions,
  words: readonly string[],
  text: (found: readonly Solvable[]) => string,
): Run<ExitStatus> {
  const chosen = (all: readonly Solvable[]): Solvable[] => newest(words.length === 0 ? all : named(all, words));
  const installed = chosen(packages.installed);
  const builds = new Set(packages.installed.map((it) => nevra(it.pkg)));
  const available = chosen(packages.available).filter((it) => !builds.has(nevra(it.pkg)));
  const upgrades = available.filter((it) => packages.installed.some((own) => isOlder(own, it)));
  const groups: (readonly [string, readonly Solvable[]])[] = options.has("upgrades")
    ? [["Available upgrades", upgrades]]
    : [
        ["Installed packages", options.has("available") ? [] : installed],
        ["Available packages", options.has("installed") ? [] : available.filter((it) => !upgrades.includes(it) || words.length > 0)],
      ];
  const shown = groups.filter(([, found]) => found.length > 0);
  if (shown.length === 0 && words.length > 0) {
    yield* proc.printError("No matching packages to list\n");
    return 1;
  }
  let text_ = "";
  for (const [title, found] of shown) text_ += `${text_ === "" ? "" : "\n"}${title}\n${text(found)}`;
  yield* stdout(proc).print(text_);
  return 0;
}

export function isOlder(own: Solvable, other: Solvable): boolean {
  return own.pkg.name === other.pkg.name && own.pkg.arch === other.pkg.arch && compareEvr(own.pkg, other.pkg) < 0;
}

export function* search(proc: Process, packages: Packages, words: readonly string[]): Run<ExitStatus> {
  const all = newest([...packages.available, ...packages.installed]);
  const patterns = words.map((word) => (/[*?[]/.test(word) ? globToPattern(word) : globToPattern(`*${word}*`)));
  const groups = new Map<string, Solvable[]>();
  for (const it of all) {
    const inName = patterns.every((pattern) => pattern.test(it.pkg.name));
    const inSummary = words.every(
      (word, i) => patterns[i]?.test(it.pkg.summary) === true || it.pkg.summary.toLowerCase().includes(word.toLowerCase()),
    );
    if (!inName && !inSummary) continue;
    const isExact = words.length === 1 && it.pkg.name === words[0];
    const title = isExact ? "name (exact)" : inName && inSummary ? "name, summary" : inName ? "name" : "summary";
    groups.set(title, [...(groups.get(title) ?? []), it]);
  }
  if (groups.size === 0) {
    yield* stdout(proc).print("No matches found.\n");
    return 1;
  }
  for (const title of ["name (exact)", "name, summary", "name", "summary"]) {
    const found = groups.get(title);
    if (found === undefined) continue;
    yield* stdout(proc).print(`Matched fields: ${title}\n${found.map((it) => ` ${nameArch(it.pkg)}: ${it.pkg.summary}\n`).join("")}`);
  }
  return 0;
}

export function* providesWhat(proc: Process, packages: Packages, words: readonly string[]): Run<ExitStatus> {
  let isFound = false;
  for (const word of words) {
    const paths = word.startsWith("/") || word.includes("*") ? [word] : [word, `/usr/bin/${word}`, `/bin/${word}`];
    for (const it of [...packages.installed, ...packages.available]) {
      const found = paths.flatMap((path) => {
        const pattern = globToPattern(path.replace(/^\/(s?bin|lib64)\//, "/usr/$1/").replace(/^\/usr\/sbin\//, "/usr/bin/"));
        const file = [...it.paths].find((name) => pattern.test(name));
        if (file !== undefined) return [`Filename    : ${file}`];
        const offered = it.provides.find((capability) => capability.name === path || pattern.test(capability.name));
        return offered !== undefined && provides(it, parseCapability(offered.name)) ? [`Provide     : ${capabilityText(offered)}`] : [];
      });
      if (found[0] === undefined) continue;
      isFound = true;
      yield* stdout(proc).print(`${nevra(it.pkg)} : ${it.pkg.summary}\nRepo         : ${it.repo}\nMatched From : \n${found[0]}\n\n`);
    }
  }
  if (isFound) return 0;
  yield* proc.printError(
    'No matches found. If searching for a file, try specifying the full path or using a wildcard prefix ("*/") at the beginning.\n',
  );
  return 1;
}

/** One line for each package, or what was asked of it. */
export function* repoquery(proc: Process, packages: Packages, options: ParsedOptions, words: readonly string[]): Run<ExitStatus> {
  const all = options.has("installed") ? packages.installed : packages.available;
  let chosen = words.length === 0 ? [...all] : named(all, words);
  for (const wanted of options.values("whatprovides").flatMap((list) => list.split(","))) {
    chosen = chosen.filter((it) => provides(it, parseCapability(wanted)));
  }
  for (const wanted of options.values("whatrequires").flatMap((list) => list.split(","))) {
    const targets = all.filter((it) => it.pkg.name === wanted);
    chosen = chosen.filter((it) => it.requires.some((need) => need.name === wanted || targets.some((target) => provides(target, need))));
  }
  const lines = new Set<string>();
  for (const it of chosen) {
    if (options.has("requires")) for (const need of it.requires) lines.add(capabilityText(need));
    else if (options.has("provides")) for (const offered of it.provides) lines.add(capabilityText(offered));
    else if (options.has("conflicts")) for (const conflict of it.conflicts) lines.add(capabilityText(conflict));
    else if (options.has("list")) for (const path of it.paths) lines.add(path);
    else lines.add(epochAlways(it));
  }
  yield* stdout(proc).print(
    [...lines]
      .sort()
      .map((line) => `${line}\n`)
      .join(""),
  );
  return 0;
}

/** repoquery names the epoch even where there is none. */
function epochAlways({ pkg }: Solvable): string {
  return `${pkg.name}-${pkg.epoch ?? 0}:${pkg.version}-${pkg.release}.${pkg.arch}`;
}

export function* repoList(proc: Process, packages: Pick<Packages, "configs">, options: ParsedOptions): Run<ExitStatus> {
  const { configs } = packages;
  const isAll = options.has("all");
  const shown = configs
    .filter(({ enabled }) => isAll || (options.has("disabled") ? !enabled : enabled))
    .sort((left, right) => (left.id < right.id ? -1 : 1));
  const width = Math.max("repo id".length, ...shown.map(({ id }) => id.length));
  const second = Math.max("repo name".length, ...shown.map(({ name }) => name.length));
  const row = (id: string, name: string, state: string): string =>
    `${padEnd(id, width)} ${isAll ? `${padEnd(name, second)} ${state}` : name}\n`;
  yield* stdout(proc).print(
    row("repo id", "repo name", "  status") +
      shown.map(({ id, name, enabled }) => row(id, name, enabled ? " enabled" : "disabled")).join(""),
  );
  return 0;
}
