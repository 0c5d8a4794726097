/** flatpak remotes, remote-add, remote-modify, remote-delete. */
import { OstreeError } from "../../engines/ostree/errors.ts";
import { readBytes, replaceFile } from "../../engines/ostree/files.ts";
import { KeyFile } from "../../engines/ostree/keyfile.ts";
import { decodeUtf8 } from "../../base/utf8.ts";
import { remoteAt } from "../../engines/flatpak/server.ts";
import type { Installation } from "../../engines/flatpak/installation.ts";
import { undeploy, pruneRepository } from "../../engines/flatpak/deploy.ts";
import { refText } from "../../engines/flatpak/ref.ts";
import { drive, watchNothing } from "../../engines/ostree/process.ts";
import { failureText } from "../../engines/ostree/errors.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import { chosenColumns, printTable, type Column } from "./columns.ts";
import { VERBS } from "./option-tables.ts";
import {
  ask,
  checkOperands,
  columnsHelp,
  installationOf,
  installationsOf,
  installationWithRemote,
  Misuse,
  type Call,
  type Verb,
} from "./verb.ts";
import { log } from "./history.ts";

interface RemoteRow {
  readonly at: Installation;
  readonly name: string;
  readonly severalPlaces: boolean;
}

const option = ({ at, name }: RemoteRow, key: string): string | undefined => at.repository?.remoteOption(name, key);
const orDash = (text: string | undefined): string => (text === undefined || text === "" ? "-" : text);

const REMOTE_COLUMNS: readonly Column<RemoteRow>[] = [
  { name: "name", title: "Name", isDefault: true, cell: ({ name }) => name },
  { name: "title", title: "Title", isDefault: false, cell: (row) => orDash(option(row, "xa.title")) },
  { name: "url", title: "URL", isDefault: false, cell: (row) => orDash(option(row, "url")) },
  { name: "collection", title: "Collection ID", isDefault: false, cell: (row) => orDash(option(row, "collection-id")) },
  { name: "subset", title: "Subset", isDefault: false, cell: (row) => orDash(option(row, "xa.subset")) },
  { name: "filter", title: "Filter", isDefault: false, cell: (row) => orDash(option(row, "xa.filter")) },
  { name: "priority", title: "Priority", isDefault: false, cell: (row) => option(row, "xa.prio") ?? "1" },
  { name: "options", title: "Options", isDefault: true, cell: (row) => optionWords(row).join(",") },
  { name: "comment", title: "Comment", isDefault: false, cell: (row) => orDash(option(row, "xa.comment")) },
  { name: "description", title: "Description", isDefault: false, cell: (row) => orDash(option(row, "xa.description")) },
  { name: "homepage", title: "Homepage", isDefault: false, cell: (row) => orDash(option(row, "xa.homepage")) },
  { name: "icon", title: "Icon", isDefault: false, cell: (row) => orDash(option(row, "xa.icon")) },
];

function optionWords(row: RemoteRow): string[] {
  const url = option(row, "url") ?? "";
  return [
    ...(row.severalPlaces ? [row.at.name] : []),
    ...(option(row, "xa.disable") === "true" ? ["disabled"] : []),
    ...(url.startsWith("oci+") ? ["oci"] : []),
    ...(option(row, "xa.noenumerate") === "true" ? ["no-enumerate"] : []),
    ...(option(row, "gpg-verify") === "false" ? ["no-gpg-verify"] : []),
    ...(option(row, "xa.filter") !== undefined && option(row, "xa.filter") !== "" ? ["filtered"] : []),
  ];
}

export const remotesVerb: Verb = {
  name: "remotes",
  *run(call) {
    checkOperands(call, 0);
    const { proc, options } = call;
    const places = installationsOf(call, "both");
    if (options.values("columns").includes("help")) {
      yield* proc.print(columnsHelp(VERBS.remotes.columns));
      return 0;
    }
    const rows = places.flatMap((at) => at.remotes.map((name) => ({ at, name, severalPlaces: places.length > 1 })));
    const shown = rows.filter(({ at, name }) => options.has("show-disabled") || !at.isDisabled(name));
    const columns = chosenColumns(REMOTE_COLUMNS, options.values("columns"), options.has("show-details") ? "all" : "default", shown);
    if (shown.length === 0) yield* proc.print("\n");
    else yield* printTable(proc, columns, shown);
    return 0;
  },
};

/** Options of remote-add and remote-modify that are a key of the remote with a value. */
const TEXTS: readonly (readonly [option: string, key: string])[] = [
  ["title", "xa.title"],
  ["comment", "xa.comment"],
  ["description", "xa.description"],
  ["homepage", "xa.homepage"],
  ["icon", "xa.icon"],
  ["default-branch", "xa.default-branch"],
  ["collection-id", "collection-id"],
  ["filter", "xa.filter"],
  ["subset", "xa.subset"],
  ["prio", "xa.prio"],
];
const FLAGS: readonly (readonly [option: string, key: string, value: string])[] = [
  ["no-enumerate", "xa.noenumerate", "true"],
  ["enumerate", "xa.noenumerate", "false"],
  ["no-use-for-deps", "xa.nodeps", "true"],
  ["use-for-deps", "xa.nodeps", "false"],
  ["disable", "xa.disable", "true"],
  ["enable", "xa.disable", "false"],
];
const SETTLED = ["title", "comment", "description", "homepage", "icon", "default-branch"];

/** The changes that options ask for, in the order in which they are written. */
function* changesOf({ options }: Call): Generator<readonly [key: string, value: string], void, void> {
  if (options.has("no-gpg-verify")) {
    yield ["gpg-verify", "false"];
    yield ["gpg-verify-summary", "false"];
  }
  if (options.has("gpg-verify")) {
    yield ["gpg-verify", "true"];
    yield ["gpg-verify-summary", "true"];
  }
  const url = options.value("url");
  if (url !== undefined) yield ["url", url];
  if (options.has("no-filter")) yield ["xa.filter", ""];
  for (const [name, key] of TEXTS) {
    const value = options.value(name);
    if (value === undefined || name === "prio") continue;
    yield [key, value];
    if (SETTLED.includes(name)) yield [`${key}-is-set`, "true"];
  }
  for (const [name, key, value] of FLAGS) if (options.has(name)) yield [key, value];
  const priority = options.value("prio");
  if (priority !== undefined && !/^\s*[-+]?\d+$/.test(priority))
    throw new OstreeError(`Cannot parse integer value “${priority}” for --prio`);
  if (priority !== undefined) yield ["xa.prio", priority];
}

function setOptions(at: Installation, remote: string, changes: Iterable<readonly [string, string]>): void {
  const repo = at.ensured();
  at.change("ConfigureRemote", () => {
    const config = repo.config;
    for (const [key, value] of changes) config.set(`remote "${remote}"`, key, value);
    repo.writeConfig(config);
    at.markChanged();
  });
}

const UNBUILT = ["gpg-import", "authenticator-name", "authenticator-option", "authenticator-install"];

export const remoteAdd: Verb = {
  name: "remote-add",
  unbuilt: UNBUILT,
  ignored: ["no-authenticator-install", "no-follow_redirect"],
  *run(call) {
    const { proc, options, serverAt } = call;
    const [name, location] = options.operands;
    if (name === undefined) throw new Misuse("NAME must be specified");
    if (location === undefined) throw new Misuse("LOCATION must be specified");
    checkOperands(call, 2);
    if (name.includes("/")) throw new OstreeError(`Invalid character '/' in remote name: ${name}`);
    if (!/^[\w.][\w.-]*$/.test(name)) throw new OstreeError(`Invalid remote name ${name}`);
    const at = installationOf(call);
    const repo = at.ensured();
    if (repo.remotes().includes(name)) {
      if (options.has("if-not-exists")) return 0;
      throw new OstreeError(`Remote ${name} already exists`);
    }
    const isFile = options.has("from") || location.endsWith(".flatpakrepo");
    const changes = new Map<string, string>();
    if (isFile) for (const [key, value] of repoFileOf(call, location)) changes.set(key, value);
    else {
      const verify = options.has("no-gpg-verify") ? "false" : "true";
      changes.set("gpg-verify", verify);
      changes.set("gpg-verify-summary", verify);
      changes.set("url", /^[a-z+]+:/.test(location) ? location : `file://${absolute(call, location)}`);
    }
    for (const [key, value] of changesOf(call)) changes.set(key, value);
    setOptions(at, name, changes);
    yield* log(proc, at, { change: "add-remote", remote: name });
    if (at.isDisabled(name)) return 0;
    try {
      remoteAt(repo, name, serverAt);
    } catch (error) {
      const text = failureText(error)?.replace(/^Unable to load summary from remote [^:]*: /, "");
      if (text === undefined) throw error;
      if (text.startsWith("Remote listing for")) throw new OstreeError(text);
      yield* proc.printError(`Warning: Could not update extra metadata for '${name}': ${text}\n`);
    }
    return 0;
  },
};

/** What a `.flatpakrepo` file says, on this machine or on a server. Throws `OstreeError`. */
function repoFileOf({ proc, serverAt }: Call, location: string): Map<string, string> {
  const changes = new Map<string, string>([
    ["gpg-verify", "true"],
    ["gpg-verify-summary", "true"],
  ]);
  if (!/^https?:/.test(location)) {
    const file = KeyFile.parse(decodeUtf8(readRepoFile(proc, location.replace(/^file:\/\//, ""))));
    const text = (key: string): string | undefined => file.get("Flatpak Repo", key);
    const url = text("Url");
    if (url === undefined) throw new OstreeError(`Invalid .flatpakrepo: Missing group ‘Flatpak Repo’`);
    changes.set("url", url);
    for (const [key, to] of [
      ["Title", "xa.title"],
      ["Comment", "xa.comment"],
      ["Description", "xa.description"],
      ["Homepage", "xa.homepage"],
      ["Icon", "xa.icon"],
    ] as const) {
      const value = text(key);
      if (value !== undefined) changes.set(to, value);
    }
    return changes;
  }
  const server = serverAt(location);
  if (server === undefined) throw new OstreeError(`Can't load uri ${location}: While fetching ${location}: [6] Could not resolve hostname`);
  changes.set("url", server.repository ?? location);
  for (const [key, value] of [
    ["xa.title", server.title],
    ["xa.comment", server.comment],
    ["xa.description", server.description],
    ["xa.homepage", server.homepage],
    ["xa.icon", server.icon],
  ] as const)
    if (value !== undefined) changes.set(key, value);
  return changes;
}

/** Its message ends in a line break of its own. Throws `OstreeError`. */
function readRepoFile(proc: Process, path: string): Uint8Array {
  try {
    return readBytes(proc.sys, path);
  } catch (error) {
    if (isSysError(error)) throw new OstreeError(`Can't load file ${path}: ${error.text}\n`);
    throw error;
  }
}

function absolute({ proc }: Call, path: string): string {
  return path.startsWith("/") ? path : `${proc.sys.getcwd()}/${path}`;
}

export const remoteModify: Verb = {
  name: "remote-modify",
  unbuilt: UNBUILT,
  ignored: ["no-authenticator-install", "follow-redirect", "no-follow-redirect", "update-metadata"],
  *run(call) {
    const [name] = call.options.operands;
    if (name === undefined) throw new Misuse("Remote NAME must be specified");
    checkOperands(call, 1);
    const at = installationWithRemote(call, name);
    setOptions(at, name, changesOf(call));
    yield* log(call.proc, at, { change: "modify-remote", remote: name });
    return 0;
  },
};

export const remoteDelete: Verb = {
  name: "remote-delete",
  *run(call) {
    const { proc, options } = call;
    const [name] = options.operands;
    if (name === undefined) throw new Misuse("NAME must be specified");
    checkOperands(call, 1);
    const at = installationWithRemote(call, name);
    const installed = at.deployed().filter(({ origin }) => origin === name);
    if (installed.length > 0 && !options.has("force")) {
      const rows = installed.map(({ ref }, i) => `   ${i + 1}) ${refText(ref)}\n`);
      yield* proc.print(`The following refs are installed from remote '${name}':\n\n${rows.join("")}\n`);
      if (!(yield* ask(proc, "Remove them?", "none"))) throw new OstreeError(`Can't remove remote '${name}' with installed refs`);
      yield* at.changing("Uninstall", function* (): Run<void> {
        for (const entry of installed) yield* drive(proc, undeploy(at, entry, false), watchNothing);
        yield* drive(proc, pruneRepository(at), watchNothing);
      });
    }
    at.change("ConfigureRemote", () => {
      const repo = at.ensured();
      for (const ref of repo.refs().keys())
        if (ref.startsWith(`${name}:`) && (!options.has("force") || installed.every((entry) => `${name}:${refText(entry.ref)}` !== ref)))
          repo.deleteRef(ref);
      repo.removeRemote(name);
      replaceFile(repo.sys, `${repo.path}/config`, repo.config.toString().replace(/\n+$/, "\n"));
      at.markChanged();
    });
    yield* log(proc, at, { change: "remove-remote", remote: name });
    return 0;
  },
};
