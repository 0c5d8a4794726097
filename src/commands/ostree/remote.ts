import { OstreeError } from "../../engines/ostree/errors.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { remoteOf } from "../../engines/ostree/pull.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { Option } from "../command.ts";
import { fail, Misuse, optionsHelp, runVerb, splitVerb, unbuilt, VERBOSE, VERSION, type Verb } from "./goption.ts";
import { openRepository, REPO } from "./repository.ts";

const WIDTH = 18;

/** Verbs that change the configuration look at no current directory. */
const PLACE: readonly Option[] = [
  { name: "repo", argument: "PATH", help: "Path to OSTree repository (defaults to /sysroot/ostree/repo)" },
  { name: "sysroot", argument: "PATH", help: "Use sysroot at PATH (overrides --repo)", fidelity: "unbuilt" },
];

/** Called with everything after `remote`, not yet read by any option table. */
export function* runRemote(proc: Process, verbs: readonly Verb[], args: readonly string[], version: () => string): Run<ExitStatus> {
  const { name, rest } = splitVerb(args);
  const verb = verbs.find((candidate) => candidate.name === name);
  if (verb) return yield* runVerb(proc, `ostree remote ${verb.name}`, verb, rest, version);
  const list = verbs.map((candidate) => `  ${candidate.name.padEnd(WIDTH)}${candidate.about}\n`).join("");
  const help = `Usage:\n  ostree remote [OPTION…] COMMAND\n\nRemote commands that may involve internet access\n\nBuiltin "remote" Commands:\n${list}\n${optionsHelp([VERBOSE, VERSION])}\n`;
  if (rest.includes("--help") || rest.includes("-h")) {
    yield* proc.print(help);
    return 0;
  }
  yield* proc.printError(help);
  yield* fail(proc, name === undefined ? 'No "remote" subcommand specified' : `Unknown "remote" subcommand '${name}'`);
  return 1;
}

export function remoteVerbs(host: OstreeHost): readonly Verb[] {
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
        { name: "custom-backend", argument: "NAME", help: "This remote has content not fetched via libostree", fidelity: "unbuilt" },
        { name: "contenturl", argument: "URL", help: "Use URL when fetching content", fidelity: "unbuilt" },
        {
          name: "collection-id",
          argument: "COLLECTION-ID",
          help: "Globally unique ID for this repository as an collection of refs for redistribution to other repositories",
          fidelity: "unbuilt",
        },
        ...PLACE,
        VERBOSE,
        VERSION,
      ],

      *run(call) {
        const { options } = call;
        const repo = openRepository(call);
        const [name, url, ...branches] = options.operands;
        if (name === undefined || url === undefined) throw new Misuse("NAME and URL must be specified");
        const place = repo.placeOfRemote(name);
        if (place !== undefined) {
          if (options.has("if-not-exists")) return 0;
          if (!options.has("force")) throw new OstreeError(`Remote configuration for "${name}" already exists: ${place}`);
          repo.removeRemote(name);
        }
        const settings = new Map([["url", url]]);
        if (branches.length > 0) settings.set("branches", branches.map((branch) => `${branch};`).join(""));
        for (const text of options.values("set")) {
          const at = text.indexOf("=");
          if (at < 0) throw new OstreeError(`Missing '=' in KEY=VALUE for --set`);
          settings.set(text.slice(0, at), text.slice(at + 1));
        }
        if (options.has("no-gpg-verify")) settings.set("gpg-verify", "false");
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
        const repo = openRepository(call);
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
        const repo = openRepository(call);
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
        const repo = openRepository(call);
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
    ...(["gpg-import", "gpg-list-keys", "add-cookie", "delete-cookie", "list-cookies"] as const).map((name) =>
      unbuilt(name, UNBUILT[name]),
    ),
    {
      name: "refs",
      operands: "NAME",
      about: "List remote refs",
      options: [REPO, { name: "cache-dir", argument: "", help: "Use custom cache dir", fidelity: "ignored" }, VERBOSE, VERSION],
      *run(call) {
        const repo = openRepository(call);
        const name = call.options.operands[0];
        if (name === undefined) throw new Misuse("NAME must be specified");
        const visitor = { newest: undefined, running: undefined };
        for (const ref of remoteOf(host, repo, name).refs(visitor).keys()) yield* call.proc.print(`${name}:${ref}\n`);
        return 0;
      },
    },
    unbuilt("summary", UNBUILT.summary),
  ];
}

const UNBUILT = {
  "gpg-import": "Import GPG keys",
  "gpg-list-keys": "Show remote GPG keys",
  "add-cookie": "Add a cookie to remote",
  "delete-cookie": "Remove one cookie from remote",
  "list-cookies": "Show remote repository cookies",
  summary: "Show remote summary",
} as const;
