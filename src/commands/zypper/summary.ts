/** What zypper is going to do, as people read it and as `--xmlout` has it. Source of the latter: openSUSE/zypper:src/Summary.cc. */
import { compareEvr, evr } from "../../image/package.ts";
import type { Solvable } from "../../image/rpm-md/rpm-package.ts";
import { padEnd, textWidth } from "../table.ts";
import type { ZyppSystem } from "./system.ts";
import { byteSize, escapeXml, nameList } from "./text.ts";

/** What the solver found. */
export interface Goal {
  readonly install: readonly Solvable[];
  readonly erase: readonly Solvable[];
}

/** Sizes are bytes. */
interface Summary {
  readonly upgraded: readonly Solvable[];
  readonly downgraded: readonly Solvable[];
  readonly added: readonly Solvable[];
  readonly removed: readonly Solvable[];
  readonly download: number;
  readonly required: number;
  readonly released: number;
  /** What is replaced, by name. */
  readonly before: ReadonlyMap<string, Solvable>;
}

/** Sorts what is done by what it means for each package. */
export function summaryOf(system: ZyppSystem, { install, erase }: Goal): Summary {
  const gone = new Set(erase.map(({ pkg }) => pkg.name));
  const before = new Map(system.installed.filter(({ pkg }) => gone.has(pkg.name)).map((it) => [it.pkg.name, it]));
  const order = (it: Solvable): number | undefined => {
    const old = before.get(it.pkg.name);
    return old === undefined ? undefined : compareEvr(old.pkg, it.pkg);
  };
  const upgraded = install.filter((it) => (order(it) ?? 0) < 0);
  const downgraded = install.filter((it) => (order(it) ?? 0) > 0);
  const removed = erase.filter(({ pkg }) => !install.some((it) => it.pkg.name === pkg.name));
  const replaced = [...upgraded, ...downgraded].flatMap(({ pkg }) => before.get(pkg.name) ?? []);
  const sum = (list: readonly Solvable[], of: (it: Solvable) => number): number => list.reduce((total, it) => total + of(it), 0);
  return {
    upgraded,
    downgraded,
    added: install.filter((it) => order(it) === undefined),
    removed,
    download: sum(install, (it) => it.rpm?.downloadSize ?? 0),
    required: sum(install, ({ pkg }) => pkg.size),
    released: sum([...removed, ...replaced], ({ pkg }) => pkg.size),
    before,
  };
}

/** What is told of each package besides its name, in the order of its columns. */
export type Detail = "version" | "arch" | "repository" | "vendor";
export const DETAILS: readonly Detail[] = ["version", "arch", "repository", "vendor"];

export function summaryText(summary: Summary, details: ReadonlySet<Detail>, repositoryName: (id: string) => string): string {
  const { upgraded, downgraded, added, removed, download, required, released } = summary;
  const groups: (readonly [string, string, string, readonly Solvable[]])[] = [
    ["NEW package is", "NEW packages are", "going to be installed:", added],
    ["package is", "packages are", "going to be upgraded:", upgraded],
    ["package is", "packages are", "going to be downgraded:", downgraded],
    ["package is", "packages are", "going to be REMOVED:", removed],
  ];
  let text = "";
  for (const [one, many, what, list] of groups) {
    if (list.length === 0) continue;
    const head = list.length === 1 ? `The following ${one} ${what}` : `The following ${list.length} ${many} ${what}`;
    text += `\n${head}\n`;
    if (details.size === 0) text += nameList(list.map(({ pkg }) => pkg.name).sort());
    else {
      const shown = DETAILS.filter((detail) => details.has(detail) && !(list === removed && detail === "repository"));
      text += columns(
        list.map((it) => [it.pkg.name, ...shown.map((detail) => detailOf(detail, it, summary.before, repositoryName))]).sort(),
      );
    }
  }
  const counts: (readonly [number, string])[] = [
    [upgraded.length, "to upgrade"],
    [downgraded.length, "to downgrade"],
    [added.length, added.length > 0 && upgraded.length + downgraded.length > 0 ? "new" : "new package to install"],
    [removed.length, "to remove"],
  ];
  text += `\n${countLine(counts)}\n`;
  if (upgraded.length + downgraded.length + added.length > 0) text += `\nPackage download size: ${byteSize(download).padStart(11)}\n`;
  const cell = (bytes: number): string => (bytes === 0 ? "     0 B" : byteSize(bytes)).padStart(11);
  const difference = required - released;
  text += `\nPackage install size change:\n${" ".repeat(14)}|${cell(required).padStart(14)}  required by packages that will be installed\n`;
  text += `${`${difference < 0 ? "-" : ""}${byteSize(Math.abs(difference))}`.padStart(12)}  |  -${cell(released)}  released by packages that will be removed\n`;
  return `${text}\nBackend:  classic_rpmtrans\n`;
}

function detailOf(
  detail: Detail,
  { pkg, repo }: Solvable,
  before: ReadonlyMap<string, Solvable>,
  repositoryName: (id: string) => string,
): string {
  const old = before.get(pkg.name)?.pkg ?? pkg;
  const changed = (from: string, to: string): string => (from === to ? to : `${from} -> ${to}`);
  switch (detail) {
    case "version":
      return changed(evr(old), evr(pkg));
    case "arch":
      return changed(old.arch, pkg.arch);
    case "repository":
      return repositoryName(repo);
    case "vendor":
      return "openSUSE";
  }
}

/** Rows of cells without lines between them. */
function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => textWidth(row[at] ?? ""))));
  return rows.map((row) => `  ${row.map((cell, at) => padEnd(cell, widths[at] ?? 0)).join("  ")}`.trimEnd() + "\n").join("");
}

/** "3 packages to upgrade, 1 new, 2 to remove." */
function countLine(counts: readonly (readonly [number, string])[]): string {
  const parts = counts.filter(([n]) => n > 0);
  return `${parts
    .map(([n, what], i) => {
      if (what === "new package to install") return `${n} new package${n === 1 ? "" : "s"} to install`;
      return i === 0 ? `${n} package${n === 1 ? "" : "s"} ${what}` : `${n} ${what}`;
    })
    .join(", ")}.`;
}

/** `<install-summary …>`, which is there even when nothing is to be done. */
export function summaryXml(summary: Summary, repositoryName: (id: string) => string): string {
  const { upgraded, downgraded, added, removed, download, required, released, before } = summary;
  const groups: (readonly [string, readonly Solvable[]])[] = [
    ["to-upgrade", upgraded],
    ["to-downgrade", downgraded],
    ["to-install", added],
    ["to-remove", removed],
  ];
  const solvable = (it: Solvable): string => {
    const { pkg } = it;
    const old = before.get(pkg.name);
    const attributes: (readonly [string, string | undefined])[] = [
      ["type", "package"],
      ["name", pkg.name],
      ["edition", evr(pkg)],
      ["edition-old", old === undefined || old === it || removed.includes(it) ? undefined : evr(old.pkg)],
      ["arch", pkg.arch],
      ["summary", pkg.summary],
      ["repository", repositoryName(it.repo)],
    ];
    const written = attributes.flatMap(([name, value]) => (value === undefined ? [] : [` ${name}="${escapeXml(value)}"`])).join("");
    return `<solvable${written}/>\n`;
  };
  const lists = groups.map(([name, list]) => (list.length === 0 ? "" : `<${name}>\n${list.map(solvable).join("")}</${name}>\n`)).join("");
  const changes = groups.reduce((total, [, list]) => total + list.length, 0);
  return `<install-summary download-size="${download}" space-usage-diff="${required - released}" packages-to-change="${changes}">\n${lists}</install-summary>\n`;
}
