/** flatpak list and info: what is installed. */
import { OstreeError } from "../../engines/ostree/errors.ts";
import { permissionsOf, type Context } from "../../engines/flatpak/context.ts";
import { needsOf, type Deployed } from "../../engines/flatpak/installation.ts";
import { isSubref, matches, parsePartialRef, readableId, refText, shortRef } from "../../engines/flatpak/ref.ts";
import { Installation } from "../../engines/flatpak/installation.ts";
import { metadataString } from "../../image/ostree-objects.ts";
import type { Process } from "../../machine/process.ts";
import { chosenColumns, printTable, type Column } from "./columns.ts";
import { VERBS } from "./option-tables.ts";
import { accessTo } from "./sandbox-access.ts";
import { checkOperands, columnsHelp, installationsOf, Misuse, type Verb } from "./verb.ts";
import { dateText, labelled, sizeText } from "./words.ts";

interface ListRow {
  readonly entry: Deployed;
  readonly severalPlaces: boolean;
}

const short = (checksum: string | undefined): string => checksum?.slice(0, 12) ?? "-";

function latest({ entry }: ListRow): string {
  const newest = entry.installation.latestOf(entry);
  return newest === undefined || newest === entry.commit ? "-" : short(newest);
}

function optionWords({ entry, severalPlaces }: ListRow): string[] {
  const { ref, installation } = entry;
  const current = installation.currentOf(ref.id);
  return [
    ...(severalPlaces ? [installation.name] : []),
    ...(ref.kind === "runtime" ? ["runtime"] : current !== undefined && refText(current) === refText(ref) ? ["current"] : []),
    ...(entry.subpaths.length > 0 ? ["partial"] : []),
    ...(entry.endOfLife === undefined ? [] : [`eol=${entry.endOfLife}`]),
    ...(entry.rebasedTo === undefined ? [] : [`eol-rebase=${entry.rebasedTo}`]),
  ];
}

const COLUMNS: readonly Column<ListRow>[] = [
  { name: "name", title: "Name", isDefault: true, grows: true, cell: ({ entry }) => entry.appName ?? readableId(entry.ref.id) },
  { name: "description", title: "Description", isDefault: false, grows: true, cell: ({ entry }) => entry.appSummary ?? "" },
  { name: "application", title: "Application ID", isDefault: true, grows: true, cell: ({ entry }) => entry.ref.id },
  { name: "version", title: "Version", isDefault: true, grows: true, cell: ({ entry }) => entry.appVersion ?? "" },
  { name: "branch", title: "Branch", isDefault: true, grows: true, cell: ({ entry }) => entry.ref.branch },
  { name: "arch", title: "Arch", isDefault: "varying", cell: ({ entry }) => entry.ref.arch },
  {
    name: "runtime",
    title: "Runtime",
    isDefault: false,
    grows: true,
    cell: ({ entry }) => (entry.ref.kind === "app" ? (entry.runtime ?? "") : ""),
  },
  { name: "origin", title: "Origin", isDefault: "varying", grows: true, cell: ({ entry }) => entry.origin },
  {
    name: "installation",
    title: "Installation",
    isDefault: (rows) => rows.some(({ severalPlaces }) => severalPlaces),
    grows: true,
    cell: ({ entry }) => entry.installation.name,
  },
  { name: "ref", title: "Ref", isDefault: false, grows: true, cell: ({ entry }) => shortRef(entry.ref) },
  { name: "active", title: "Active commit", isDefault: false, grows: true, cell: ({ entry }) => short(entry.commit) },
  { name: "latest", title: "Latest commit", isDefault: false, grows: true, cell: latest },
  { name: "size", title: "Installed size", isDefault: false, grows: true, cell: ({ entry }) => sizeText(entry.installedSize) },
  { name: "options", title: "Options", isDefault: false, grows: true, cell: (row) => optionWords(row).join(",") },
];

/** In lists "all" has them in this order, and leaves the runtime out. */
const ALL = [
  "name",
  "description",
  "application",
  "version",
  "branch",
  "arch",
  "origin",
  "installation",
  "ref",
  "active",
  "latest",
  "size",
  "options",
];

export const list: Verb = {
  name: "list",
  *run(call) {
    checkOperands(call, 0);
    const { proc, options } = call;
    if (options.values("columns").includes("help")) {
      yield* proc.print(columnsHelp(VERBS.list.columns));
      return 0;
    }
    const places = installationsOf(call, "both");
    const [isApp, isRuntime] = [options.has("app"), options.has("runtime")];
    const appRuntime = options.value("app-runtime");
    if (appRuntime !== undefined) parsePartialRef(appRuntime);
    const arch = options.value("arch");
    const shown = places
      .flatMap((at) => (at.repository === undefined ? [] : at.deployed()))
      .filter(({ ref, runtime }) => {
        if (ref.kind === "app" ? isRuntime && !isApp : isApp && !isRuntime) return false;
        if (arch !== undefined && arch !== "*" && ref.arch !== arch) return false;
        if (appRuntime !== undefined) return ref.kind === "app" && runtime !== undefined && runtimeFits(appRuntime, runtime);
        return options.has("all") || isApp || ref.kind === "app" || !isSubref(ref.id);
      })
      .map((entry) => ({ entry, severalPlaces: places.length > 1 }));
    const named = (row: ListRow): string => COLUMNS[0]?.cell(row) ?? "";
    const order = (row: ListRow): string => `${row.entry.ref.id.toLowerCase()}\0${row.entry.ref.branch}\0${row.entry.installation.name}`;
    shown.sort((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : named(a) < named(b) ? -1 : 0));
    const given = options.values("columns").flatMap((words) => (words === "all" ? ALL : [words]));
    yield* printTable(
      proc,
      options.has("show-details") && given.length === 0
        ? chosenColumns(COLUMNS, ALL, "all", shown)
        : chosenColumns(COLUMNS, given, "default", shown),
      shown,
    );
    return 0;
  },
};

function runtimeFits(wanted: string, runtime: string): boolean {
  const [id, arch, branch] = wanted.split("/");
  const [itsId, itsArch, itsBranch] = runtime.split("/");
  return id === itsId && (!arch || arch === itsArch) && (!branch || branch === itsBranch);
}

/** The one installed ref that `name` and `branch` mean. Throws `OstreeError`. */
export function installedRef(
  places: readonly Installation[],
  name: string,
  branch: string | undefined,
  arch: string | undefined,
  kind: "app" | "runtime" | undefined = undefined,
): Deployed {
  const wanted = { ...parsePartialRef(name, branch, arch), ...(kind === undefined ? {} : { kind }) };
  // The user's own first, as it is what runs.
  for (const at of places.toReversed()) {
    if (at.repository === undefined) continue;
    const found = at.deployed().filter(({ ref }) => matches(wanted, ref));
    if (found.length > 1) {
      const current = at.currentOf(wanted.id);
      const names = found
        .map(({ ref }) => shortRef(ref))
        .sort((a, b) => Number(b.endsWith(`/${current?.branch ?? ""}`)) - Number(a.endsWith(`/${current?.branch ?? ""}`)));
      throw new OstreeError(`Multiple branches available for ${wanted.id}, you must specify one of: ${names.join(", ")}`);
    }
    if (found[0]) return found[0];
  }
  throw new OstreeError(`${wanted.id}/${wanted.arch ?? "*unspecified*"}/${wanted.branch ?? "*unspecified*"} not installed`);
}

/** What an installed app may do: its metadata, then what overrides say, of all apps and of this one, in every installation. */
export function effectiveContext(proc: Process, entry: Deployed): Context {
  const context = permissionsOf(entry.installation.metadataOf(entry));
  for (const at of [Installation.system(proc.sys), Installation.user(proc.sys, proc.env)])
    for (const id of [undefined, entry.ref.id]) context.merge(at.overrides(id));
  return context;
}

export const info: Verb = {
  name: "info",
  *run(call) {
    const { proc, options } = call;
    const [name, branch] = options.operands;
    if (name === undefined) throw new Misuse("NAME must be specified");
    checkOperands(call, 2);
    const entry = installedRef(installationsOf(call, "both"), name, branch, options.value("arch"));
    const { ref, installation } = entry;
    const metadata = installation.metadataOf(entry);
    const needs = needsOf(metadata, ref.kind, ref.branch);
    const path = options.value("file-access");
    const parts: string[] = [];
    const answers: readonly (readonly [string, () => string])[] = [
      ["show-ref", () => refText(ref)],
      ["show-origin", () => entry.origin],
      ["show-commit", () => entry.commit],
      ["show-size", () => String(entry.installedSize)],
      ["show-location", () => entry.path],
      ["show-runtime", () => needs.runtime ?? "-"],
      ["show-sdk", () => needs.sdk ?? "-"],
    ];
    for (const [option, answer] of answers) if (options.has(option)) parts.push(answer());
    if (parts.length > 0) yield* proc.print(`${parts.join(" ")}\n`);
    if (options.has("show-metadata")) yield* proc.print(metadata);
    if (options.has("show-permissions")) yield* proc.print(effectiveContext(proc, entry).toString(true));
    if (path !== undefined) yield* proc.print(`${accessTo(proc, effectiveContext(proc, entry), path)}\n`);
    if (parts.length > 0 || options.has("show-metadata") || options.has("show-permissions") || path !== undefined) return 0;

    const repo = installation.repository;
    const commit = repo?.hasObject(entry.commit, "commit") === true ? repo.commit(entry.commit) : undefined;
    const newest = installation.latestOf(entry);
    const isBehind = newest !== undefined && newest !== entry.commit;
    const isTerminal = proc.sys.isatty(1);
    const heading =
      entry.appName === undefined
        ? ""
        : `\n${isTerminal ? `\x1b[1m${entry.appName}\x1b[22m` : entry.appName} - ${entry.appSummary ?? ""}\n\n`;
    const optional = (label: string, value: string | undefined): (readonly [string, string])[] =>
      value === undefined ? [] : [[label, value]];
    yield* proc.print(
      heading +
        labelled(
          [
            ["ID", ref.id],
            ["Ref", refText(ref)],
            ["Arch", ref.arch],
            ["Branch", ref.branch],
            ...optional("Version", entry.appVersion),
            ["Origin", entry.origin],
            ["Collection", (commit && metadataString(commit, "ostree.collection-binding")) ?? ""],
            ["Installation", installation.name],
            ["Installed", sizeText(entry.installedSize)],
            ...(ref.kind === "app" ? [...optional("Runtime", needs.runtime), ...optional("Sdk", needs.sdk)] : []),
            undefined,
            ...(isBehind
              ? ([
                  ["Active commit", entry.commit],
                  ["Latest commit", newest],
                ] as const)
              : ([["Commit", entry.commit]] as const)),
            ...(isBehind ? [] : optional("Parent", commit?.parent)),
            ...optional("Subject", commit?.subject),
            ...(commit ? ([["Date", dateText(commit.timestamp)]] as const) : []),
            ...optional("End-of-life", entry.endOfLife),
            ...optional("End-of-life-rebase", entry.rebasedTo),
            ...optional("Subdirectories", entry.subpaths.length > 0 ? entry.subpaths.join(",") : undefined),
          ],
          isTerminal,
        ),
    );
    return 0;
  },
};
