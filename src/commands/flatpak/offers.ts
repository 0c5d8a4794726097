/** flatpak remote-ls, remote-info, search: what remotes offer. */
import { OstreeError } from "../../engines/ostree/errors.ts";
import { needsOf, type Installation } from "../../engines/flatpak/installation.ts";
import { ARCH, isSubref, matches, parsePartialRef, parseRef, readableId, refText, type Ref } from "../../engines/flatpak/ref.ts";
import { aboutCommit, remoteAt, type AppInfo, type Offer } from "../../engines/flatpak/server.ts";
import { metadataString, type Commit } from "../../image/ostree-objects.ts";
import { chosenColumns, printTable, type Column } from "./columns.ts";
import { VERBS } from "./option-tables.ts";
import { checkOperands, columnsHelp, openInstallations, installationWithRemote, Misuse, type Call, type Verb } from "./verb.ts";
import { dateText, labelled, sizeText } from "./words.ts";

/** A ref that a configured remote offers. */
export interface Offered {
  readonly at: Installation;
  readonly remote: string;
  readonly ref: Ref;
  readonly offer: Offer;
  readonly app: AppInfo | undefined;
}

/** What a remote of `at` offers, without what its filter hides. Throws `OstreeError`. */
export function offersOf({ serverAt }: Pick<Call, "serverAt">, at: Installation, remote: string): Offered[] {
  const repo = at.remoteRepository(remote);
  if (at.isDisabled(remote))
    throw new OstreeError(`Unable to load summary from remote ${remote}: Can't fetch summary from disabled remote ‘${remote}’`);
  const found = remoteAt(repo, remote, serverAt);
  const deployed = (text: string): string | undefined => {
    const ref = parseRef(text);
    return ref && at.deployedAt(ref)?.commit;
  };
  return [...found.offers(deployed)].flatMap(([text, offer]) => {
    const ref = parseRef(text);
    return ref === undefined
      ? []
      : [{ at, remote, ref, offer, app: found.apps.find(({ id, branch }) => id === ref.id && branch === ref.branch) }];
  });
}

const runtimeOf = ({ offer, ref }: Offered): string =>
  ref.kind === "app" ? (needsOf(offer.metadata, "app", ref.branch).runtime ?? "") : "";

function offerOptions({ offer }: Offered): string {
  const rebased = offer.rebasedTo === undefined ? [] : [`eol-rebase=${offer.rebasedTo}`];
  return [...(offer.endOfLife === undefined ? [] : [`eol=${offer.endOfLife}`]), ...rebased].join(",");
}

const COLUMNS: readonly Column<Offered>[] = [
  { name: "name", title: "Name", isDefault: true, grows: true, cell: ({ app, ref }) => app?.name ?? readableId(ref.id) },
  { name: "description", title: "Description", isDefault: false, grows: true, cell: ({ app }) => app?.summary ?? "" },
  { name: "application", title: "Application ID", isDefault: true, grows: true, cell: ({ ref }) => ref.id },
  { name: "version", title: "Version", isDefault: true, grows: true, cell: ({ app }) => app?.version ?? "" },
  { name: "branch", title: "Branch", isDefault: true, grows: true, cell: ({ ref }) => ref.branch },
  { name: "arch", title: "Arch", isDefault: "varying", grows: true, cell: ({ ref }) => ref.arch },
  { name: "origin", title: "Origin", isDefault: "varying", grows: true, cell: ({ remote }) => remote },
  { name: "ref", title: "Ref", isDefault: false, grows: true, cell: ({ ref }) => refText(ref) },
  { name: "commit", title: "Commit", isDefault: false, grows: true, cell: ({ offer }) => offer.checksum.slice(0, 12) },
  { name: "runtime", title: "Runtime", isDefault: false, grows: true, cell: runtimeOf },
  { name: "installed-size", title: "Installed size", isDefault: false, grows: true, cell: ({ offer }) => sizeText(offer.installedSize) },
  { name: "download-size", title: "Download size", isDefault: false, grows: true, cell: ({ offer }) => sizeText(offer.downloadSize) },
  { name: "options", title: "Options", isDefault: false, grows: true, cell: offerOptions },
];
/** In remote-ls "all" leaves the architecture out. */
const ALL = COLUMNS.map(({ name }) => name).filter((name) => name !== "arch");

export const remoteLs: Verb = {
  name: "remote-ls",
  ignored: ["cached", "sideloaded"],
  *run(call) {
    checkOperands(call, 1);
    const { proc, options } = call;
    if (options.values("columns").includes("help")) {
      yield* proc.print(columnsHelp(VERBS["remote-ls"].columns));
      return 0;
    }
    const [name] = options.operands;
    const places = name === undefined ? openInstallations(call) : [installationWithRemote(call, name)];
    const all = places.flatMap((at) =>
      (name === undefined
        ? at.remotes.filter((remote) => !at.isDisabled(remote) && at.repository?.remoteOption(remote, "xa.noenumerate") !== "true")
        : [name]
      ).flatMap((remote) => offersOf(call, at, remote)),
    );
    const [isApp, isRuntime] = [options.has("app"), options.has("runtime")];
    const appRuntime = options.value("app-runtime");
    const arch = options.value("arch") ?? ARCH;
    const shown = all.filter(({ ref, offer, at }) => {
      if (arch !== "*" && ref.arch !== arch) return false;
      if (ref.kind === "app" ? isRuntime && !isApp : isApp && !isRuntime) return false;
      if (appRuntime !== undefined)
        return ref.kind === "app" && runtimeOf({ ref, offer } as Offered).split("/")[0] === appRuntime.split("/")[0];
      const deployed = at.deployedAt(ref);
      if (options.has("updates")) return deployed !== undefined && deployed.commit !== offer.checksum;
      if (options.has("all")) return true;
      return !isSubref(ref.id) && ((offer.endOfLife === undefined && offer.rebasedTo === undefined) || deployed !== undefined);
    });
    const key = ({ ref, remote }: Offered): string => `${ref.id}\0${ref.branch}\0${remote}`;
    const rows = shown.sort((a, b) => (key(a) < key(b) ? -1 : 1));
    const given = options.values("columns").flatMap((words) => (words === "all" ? ALL : [words]));
    const columns =
      options.has("show-details") && given.length === 0
        ? chosenColumns(COLUMNS, ALL, "all", rows)
        : chosenColumns(COLUMNS, given, "default", rows);
    const withArch = given.length === 0 && !options.has("show-details") && name === undefined ? insertArch(columns) : columns;
    yield* printTable(proc, withArch, rows);
    return 0;
  },
};

/** Of all remotes the architecture is shown, too. */
function insertArch(columns: readonly Column<Offered>[]): readonly Column<Offered>[] {
  const arch = COLUMNS.find(({ name }) => name === "arch");
  return columns.flatMap((column) =>
    column.name === "branch" && arch !== undefined ? [column, arch] : column.name === "arch" ? [] : [column],
  );
}

export const remoteInfo: Verb = {
  name: "remote-info",
  ignored: ["cached", "sideloaded"],
  *run(call) {
    const { proc, options } = call;
    const [remote, name, branch] = options.operands;
    openInstallations(call);
    if (remote === undefined || name === undefined) throw new Misuse("REMOTE and REF must be specified");
    checkOperands(call, 3);
    const at = installationWithRemote(call, remote);
    const partial = parsePartialRef(name, branch, options.value("arch"));
    const kind = options.has("app") === options.has("runtime") ? partial.kind : options.has("app") ? "app" : "runtime";
    const fitting = offersOf(call, at, remote).filter(({ ref }) => matches({ ...partial, kind }, ref));
    const [found] = fitting;
    if (found === undefined)
      throw new OstreeError(
        `Error searching remote ${remote}: Can't find ref ${partial.id}${partial.branch === undefined ? "" : `/${partial.arch ?? ""}/${partial.branch}`}`,
      );
    if (fitting.length > 1)
      throw new OstreeError(
        `Error searching remote ${remote}: Multiple branches available for ${partial.id}, you must specify one of: ${fitting.map(({ ref }) => `${ref.id}/${ref.arch}/${ref.branch}`).join(", ")}`,
      );
    const source = remoteAt(at.remoteRepository(remote), remote, call.serverAt);
    const wanted = options.value("commit");
    const commit = wanted === undefined ? found.offer.commit : commitAt(call, at, remote, wanted);
    const about = wanted === undefined ? found.offer : aboutCommit(commit);
    const needs = needsOf(about.metadata, found.ref.kind, found.ref.branch);
    const parts: string[] = [];
    if (options.has("show-ref")) parts.push(refText(found.ref));
    if (options.has("show-commit")) parts.push(wanted ?? found.offer.checksum);
    if (options.has("show-parent")) parts.push(commit.parent ?? "-");
    if (options.has("show-metadata")) parts.push(about.metadata.replace(/\n$/, ""));
    if (options.has("show-runtime")) parts.push(needs.runtime ?? "-");
    if (options.has("show-sdk")) parts.push(needs.sdk ?? "-");
    if (parts.length > 0) {
      yield* proc.print(`${parts.join(" ")}\n`);
      return 0;
    }
    const isTerminal = proc.sys.isatty(1);
    const optional = (label: string, value: string | undefined): (readonly [string, string])[] =>
      value === undefined ? [] : [[label, value]];
    const rows: (readonly [string, string] | undefined)[] = [
      ["ID", found.ref.id],
      ["Ref", refText(found.ref)],
      ["Arch", found.ref.arch],
      ["Branch", found.ref.branch],
      ...optional("Version", found.app?.version),
      ["Collection", metadataString(commit, "ostree.collection-binding") ?? ""],
      ["Download", sizeText(about.downloadSize)],
      ["Installed", sizeText(about.installedSize)],
      ...(found.ref.kind === "app" ? [...optional("Runtime", needs.runtime), ...optional("Sdk", needs.sdk)] : []),
      undefined,
      ["Commit", wanted ?? found.offer.checksum],
      ...optional("Parent", commit.parent),
      ...optional("End-of-life", about.endOfLife),
      ...optional("End-of-life-rebase", about.rebasedTo),
      ["Subject", commit.subject],
      ["Date", dateText(commit.timestamp)],
    ];
    if (options.has("log")) {
      rows.push(["History", ""], undefined);
      for (let parent = commit.parent; parent !== undefined;) {
        const older = source.commit(parent);
        if (older === undefined) break;
        rows.push(["Commit", parent], ["Subject", older.subject], ["Date", dateText(older.timestamp)]);
        parent = older.parent;
        if (parent !== undefined) rows.push(undefined);
      }
    }
    const heading =
      found.app === undefined ? "" : `\n${isTerminal ? `\x1b[1m${found.app.name}\x1b[22m` : found.app.name} - ${found.app.summary}\n\n`;
    yield* proc.print(heading + labelled(rows, isTerminal));
    return 0;
  },
};

/** A commit that a remote has, the newest of a ref or not. Throws `OstreeError` where it has none. */
export function commitAt({ serverAt }: Pick<Call, "serverAt">, at: Installation, remote: string, checksum: string): Commit {
  const commit = remoteAt(at.remoteRepository(remote), remote, serverAt).commit(checksum);
  if (commit !== undefined) return commit;
  const path = /^file:\/\/(.*)$/.exec(at.repository?.remoteOption(remote, "url") ?? "")?.[1];
  throw new OstreeError(
    path === undefined
      ? `Error searching remote ${remote}: No such commit ${checksum}`
      : `Error opening file ${path}/objects/${checksum.slice(0, 2)}/${checksum.slice(2)}.commit: No such file or directory`,
  );
}

interface SearchRow {
  readonly app: AppInfo;
  readonly remotes: readonly string[];
}

const SEARCH_COLUMNS: readonly Column<SearchRow>[] = [
  { name: "name", title: "Name", isDefault: true, grows: true, cell: ({ app }) => app.name },
  { name: "description", title: "Description", isDefault: true, grows: true, cell: ({ app }) => app.summary },
  { name: "application", title: "Application ID", isDefault: true, grows: true, cell: ({ app }) => app.id },
  { name: "version", title: "Version", isDefault: true, cell: ({ app }) => app.version },
  { name: "branch", title: "Branch", isDefault: true, cell: ({ app }) => app.branch },
  { name: "remotes", title: "Remotes", isDefault: true, cell: ({ remotes }) => remotes.join(",") },
];

/**
 * @simplified The catalogue is read from the remote each time, where the real one keeps a copy in `appstream/`; what fits best comes
 * first by whether the word is in the id or name, in the summary, or nowhere else.
 */
export const search: Verb = {
  name: "search",
  *run(call) {
    const { proc, options } = call;
    const [text] = options.operands;
    if (options.values("columns").includes("help")) {
      yield* proc.print(columnsHelp(VERBS.search.columns));
      return 0;
    }
    if (text === undefined) throw new Misuse("TEXT must be specified");
    const words = text.toLowerCase();
    const found = new Map<string, { readonly app: AppInfo; readonly remotes: string[]; readonly score: number }>();
    for (const at of openInstallations(call)) {
      for (const remote of at.remotes) {
        if (at.isDisabled(remote)) continue;
        const source = remoteAt(at.remoteRepository(remote), remote, call.serverAt);
        for (const app of source.apps) {
          const inName = `${app.id} ${app.name}`.toLowerCase().includes(words);
          if (!inName && !app.summary.toLowerCase().includes(words)) continue;
          const known = found.get(`${app.id}/${app.branch}`) ?? { app, remotes: [], score: inName ? 0 : 1 };
          if (!known.remotes.includes(remote)) known.remotes.push(remote);
          found.set(`${app.id}/${app.branch}`, known);
        }
      }
    }
    const rows = [...found.values()].sort((a, b) => a.score - b.score || (a.app.name < b.app.name ? -1 : 1));
    if (rows.length === 0) yield* proc.print("No matches found\n");
    else yield* printTable(proc, chosenColumns(SEARCH_COLUMNS, options.values("columns"), "default", rows), rows);
    return 0;
  },
};
