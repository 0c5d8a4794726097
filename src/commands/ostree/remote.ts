import { failureText, OstreeError } from "../../engines/ostree/errors.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { awaitRefs, localRemote, remoteOf } from "../../engines/ostree/pull.ts";
import type { Repository } from "../../engines/ostree/repo.ts";
import { readSummary, releaseSummary, type Summary } from "../../engines/ostree/summary.ts";
import type { Run } from "../../machine/program.ts";
import type { Option } from "../command.ts";
import { Misuse, unbuilt, VERBOSE, VERSION, type Verb, type VerbGroup } from "./goption.ts";
import { openRepository, REPO } from "./repository.ts";
import { showSummary } from "./summary.ts";

/** Verbs that change the configuration look at no current directory. */
const PLACE: readonly Option[] = [
  { name: "repo", argument: "PATH", help: "Path to OSTree repository (defaults to /sysroot/ostree/repo)" },
  { name: "sysroot", argument: "PATH", help: "Use sysroot at PATH (overrides --repo)", fidelity: "unbuilt" },
];

export function remoteGroup(host: OstreeHost): VerbGroup {
  return {
    program: "ostree remote",
    operands: "[OPTION…] COMMAND",
    about: "Remote commands that may involve internet access",
    options: [VERBOSE, VERSION],
    verbs: remoteVerbs(host),
  };
}

function remoteVerbs(host: OstreeHost): readonly Verb[] {
  return [
    {
      name: "add",
      operands: "NAME [metalink=|mirrorlist=]URL [BRANCH...]",
      about: "Add a remote repository",
      options: [
        { name: "set", argument: "KEY=VALUE", help: "Set config option KEY=VALUE for remote" },
        { name: "no-gpg-verify", help: "Disable GPG verification" },
        { name: "no-sign-verify", help: "Disable signature verification" },
        {
          name: "sign-verify",
          argument: "KEYTYPE=[inline|file]:PUBKEY",
          help: "Verify signatures using KEYTYPE=inline:PUBKEY or KEYTYPE=file:/path/to/key",
          fidelity: "unbuilt",
        },
        { name: "if-not-exists", help: "Do nothing if the provided remote exists" },
        { name: "force", help: "Replace the provided remote if it exists" },
        { name: "gpg-import", argument: "FILE", help: "Import GPG key from FILE", fidelity: "unbuilt" },
        { name: "custom-backend", argument: "NAME", help: "This remote has content not fetched via libostree" },
        { name: "contenturl", argument: "URL", help: "Use URL when fetching content" },
        {
          name: "collection-id",
          argument: "COLLECTION-ID",
          help: "Globally unique ID for this repository as an collection of refs for redistribution to other repositories",
        },
        ...PLACE,
        VERBOSE,
        VERSION,
      ],

      *run(call) {
        const { options } = call;
        const repo = yield* openRepository(call);
        const [name, url, ...branches] = options.operands;
        if (name === undefined || url === undefined) throw new Misuse("NAME and URL must be specified");
        const place = repo.placeOfRemote(name);
        if (place !== undefined) {
          if (options.has("if-not-exists")) return 0;
          if (!options.has("force")) throw new OstreeError(`Remote configuration for "${name}" already exists: ${place}`);
          repo.removeRemote(name);
        }
        const metalink = /^metalink=(.*)$/s.exec(url)?.[1];
        const settings = new Map(metalink === undefined ? [["url", url]] : [["metalink", metalink]]);
        if (branches.length > 0) settings.set("branches", branches.map((branch) => `${branch};`).join(""));
        for (const text of options.values("set")) {
          const at = text.indexOf("=");
          if (at < 0) throw new OstreeError(`Missing '=' in KEY=VALUE for --set`);
          settings.set(text.slice(0, at), text.slice(at + 1));
        }
        const contents = options.value("contenturl");
        if (contents !== undefined) settings.set("contenturl", contents);
        const backend = options.value("custom-backend");
        if (backend !== undefined) settings.set("custom-backend", backend);
        if (options.has("no-gpg-verify") || options.has("no-sign-verify")) settings.set("gpg-verify", "false");
        if (options.has("no-sign-verify")) settings.set("sign-verify", "false");
        const collection = options.value("collection-id");
        if (collection !== undefined) settings.set("collection-id", collection);
        repo.addRemote(name, settings);
        return 0;
      },
    },
    {
      name: "delete",
      operands: "NAME",
      about: "Delete a remote repository",
      options: [{ name: "if-exists", help: "Do nothing if the provided remote does not exist" }, ...PLACE, VERBOSE, VERSION],

      *run(call) {
        const repo = yield* openRepository(call);
        const name = call.options.operands[0];
        if (name === undefined) throw new Misuse("NAME must be specified");
        if (repo.placeOfRemote(name) === undefined) {
          if (call.options.has("if-exists")) return 0;
          throw new OstreeError(`Remote "${name}" not found`);
        }
        repo.removeRemote(name);
        return 0;
      },
    },
    {
      name: "show-url",
      operands: "NAME",
      about: "Show remote repository URL",
      options: [REPO, VERBOSE, VERSION],
      *run(call) {
        const repo = yield* openRepository(call);
        const name = call.options.operands[0];
        if (name === undefined) throw new Misuse("NAME must be specified");
        const url = repo.remoteOption(name, "url");
        if (url === undefined) throw new OstreeError(`Remote "${name}" not found`);
        yield* call.proc.print(`${url}\n`);
        return 0;
      },
    },
    {
      name: "list",
      about: "List remote repository names",
      options: [REPO, { name: "show-urls", short: "u", help: "Show remote URLs in list" }, VERBOSE, VERSION],
      *run(call) {
        const repo = yield* openRepository(call);
        const names = repo.remotes();
        const width = Math.max(0, ...names.map((name) => name.length));
        for (const name of names) {
          yield* call.proc.print(
            call.options.has("show-urls") ? `${name.padEnd(width)}  ${repo.remoteOption(name, "url") ?? ""}\n` : `${name}\n`,
          );
        }
        return 0;
      },
    },
    {
      name: "gpg-import",
      operands: "NAME [KEY-ID...]",
      about: "Import GPG keys",
      options: [
        REPO,
        { name: "keyring", short: "k", argument: "FILE", help: "Import keys from a keyring file (repeatable)", fidelity: "simplified" },
        { name: "stdin", help: "Import keys from standard input", fidelity: "simplified" },
        VERBOSE,
        VERSION,
      ],
      // @simplified No key can be taken in, as there is no cryptography here.
      *run(call) {
        const repo = yield* openRepository(call);
        const [name] = call.options.operands;
        if (name === undefined) throw new Misuse("NAME must be specified");
        if (call.options.has("keyring") && call.options.has("stdin")) throw new Misuse("--keyring and --stdin are mutually exclusive");
        yield* call.proc.tick();
        if (!repo.remotes().includes(name)) throw new OstreeError(`GPG: Remote "${name}" not found`);
        throw new OstreeError("Importing keys is not built in Immutable Lab");
      },
    },
    {
      name: "gpg-list-keys",
      operands: "NAME",
      about: "Show remote GPG keys",
      options: [REPO, VERBOSE, VERSION],
      // @simplified Of the keys that a remote's gpgkeypath leads to nothing is told.
      *run(call) {
        const repo = yield* openRepository(call);
        const [name] = call.options.operands;
        if (name === undefined) throw new Misuse("NAME must be specified");
        yield* call.proc.tick();
        if (!repo.remotes().includes(name)) throw new OstreeError(`Remote "${name}" not found`);
        return 0;
      },
    },
    cookieVerb("add-cookie", "NAME DOMAIN PATH COOKIE_NAME VALUE", "Add a cookie to remote"),
    cookieVerb("delete-cookie", "NAME DOMAIN PATH COOKIE_NAME", "Remove one cookie from remote"),
    cookieVerb("list-cookies", "NAME", "Show remote repository cookies"),
    {
      name: "refs",
      operands: "NAME",
      about: "List remote refs",
      options: [
        REPO,
        { name: "revision", short: "r", help: "Show revisions in listing" },
        { name: "cache-dir", argument: "", help: "Use custom cache dir", fidelity: "ignored" },
        VERBOSE,
        VERSION,
      ],
      *run(call) {
        const { proc, options } = call;
        const repo = yield* openRepository(call);
        const name = options.operands[0];
        if (name === undefined) throw new Misuse("NAME must be specified");
        for (const { name: ref, commit } of (yield* remoteSummary(host, repo, name, proc.now().sec, NO_SUMMARY)).refs)
          yield* proc.print(`${name}:${ref}${options.has("revision") ? `\t${commit}` : ""}\n`);
        return 0;
      },
    },
    {
      name: "summary",
      operands: "NAME",
      about: "Show remote summary",
      options: [
        REPO,
        { name: "list-metadata-keys", help: "List the available metadata keys" },
        { name: "print-metadata-key", argument: "KEY", help: "Print string value of metadata key" },
        { name: "cache-dir", argument: "", help: "Use custom cache dir", fidelity: "ignored" },
        { name: "raw", help: "Show raw variant data" },
        VERBOSE,
        VERSION,
      ],
      *run(call) {
        const { proc, options } = call;
        const repo = yield* openRepository(call);
        const name = options.operands[0];
        if (name === undefined) throw new Misuse("NAME must be specified");
        const found = yield* remoteSummary(host, repo, name, proc.now().sec, "Remote server has no summary file");
        return yield* showSummary(proc, found, options);
      },
    },
  ];
}

function cookieVerb(name: string, operands: string, about: string): Verb {
  return unbuilt(name, about, "listed", { operands, options: [REPO, VERBOSE, VERSION] });
}

const NO_SUMMARY = "Remote refs not available; server has no summary file";

/** Of a remote on this machine; undefined also where there is no repository. */
function summaryHere(repo: Repository, name: string): Summary | undefined {
  try {
    const local = localRemote(repo, name);
    return local && readSummary(local);
  } catch (error) {
    if (failureText(error) === undefined) throw error;
    return undefined;
  }
}

/** What the remote says of itself; `none` is said where it says nothing. Throws `OstreeError` when it cannot be asked or has none. */
function* remoteSummary(host: OstreeHost, repo: Repository, name: string, now: number, none: string): Run<Summary> {
  if (repo.placeOfRemote(name) === undefined) throw new OstreeError(`Remote "${name}" not found`);
  if (repo.remoteOption(name, "url")?.startsWith("file://") === true) {
    const found = summaryHere(repo, name);
    if (!found) throw new OstreeError(none);
    return found;
  }
  yield* awaitRefs(host, repo, name, []);
  const refs = [...remoteOf(host, repo, name).refs({ newest: undefined, running: undefined })];
  return releaseSummary(
    host.catalogue,
    refs.sort(([left], [right]) => (left < right ? -1 : 1)),
    now,
  );
}
