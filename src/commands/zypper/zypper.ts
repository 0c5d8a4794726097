/**
 * zypper(8). On a transactional system it answers questions and refuses changes, unless it is given another root, which is how
 * transactional-update uses it. Source of the refusals: openSUSE/zypper:src/Zypper.cc, src/commands/conditions.cc.
 */
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { readDatabase } from "../../engines/rpm/database.ts";
import { inRoot } from "../../engines/rpm/transaction.ts";
import { packageServersFor } from "../../engines/rpm/reach.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { exists } from "../../machine/read-text.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Command, ParsedOptions } from "../command.ts";
import { stdout } from "../output.ts";
import { change, type Change } from "./change.ts";
import { infoText, repositoriesTable, searchTable, updatesTable } from "./query.ts";
import { helpText } from "../help.ts";
import { GetoptError, parseOptions } from "../options.ts";
import { message, say } from "./text.ts";
import { EXIT, fetchRepository, loadSystem, repositoriesOf, runningVersion, ZypperError, type ZyppSystem } from "./system.ts";

const ALIASES: Readonly<Record<string, string>> = {
  in: "install",
  rm: "remove",
  up: "update",
  dup: "dist-upgrade",
  se: "search",
  if: "info",
  lu: "list-updates",
  ref: "refresh",
  lr: "repos",
  lp: "list-patches",
};

const VERBS: readonly { readonly name: string; readonly help: string }[] = [
  { name: "repos", help: "List all defined repositories." },
  { name: "refresh", help: "Refresh all repositories." },
  { name: "install", help: "Install packages." },
  { name: "remove", help: "Remove packages." },
  { name: "update", help: "Update installed packages with newer versions." },
  { name: "list-updates", help: "List available updates." },
  { name: "patch", help: "Install needed patches." },
  { name: "list-patches", help: "List available patches." },
  { name: "dist-upgrade", help: "Perform a distribution upgrade." },
  { name: "search", help: "Search for packages matching a pattern." },
  { name: "info", help: "Show full information for specified packages." },
  { name: "purge-kernels", help: "Remove old kernels." },
  { name: "ps", help: "List running processes which might still use files and libraries deleted by recent upgrades." },
  { name: "needs-rebooting", help: "Check if the reboot-needed flag was set." },
];

const CHANGES: Readonly<Record<string, Change>> = {
  install: "install",
  remove: "remove",
  update: "update",
  "dist-upgrade": "dist-upgrade",
  patch: "update",
};

export function zypperCommand(host: OstreeHost): Command {
  const command: Command = {
    name: "zypper",
    package: "zypper",
    style: "raw",
    usage: ["zypper [--GLOBAL-OPTIONS] <COMMAND> [--COMMAND-OPTIONS] [ARGUMENTS]"],
    about: "Command-line interface to ZYpp system management library.",
    options: [
      { name: "non-interactive", short: "n", help: "Do not ask anything, use default answers automatically." },
      {
        name: "non-interactive-include-reboot-patches",
        help: "Do not treat patches as interactive, which have the rebootSuggested-flag set.",
        fidelity: "ignored",
      },
      {
        name: "no-confirm",
        short: "y",
        long: "no-confirm",
        help: "Don't require user interaction. Alias for the --non-interactive global option.",
      },
      { name: "root", short: "R", argument: "DIR", help: "Operate on a different root directory." },
      { name: "quiet", short: "q", help: "Suppress normal output, print only error messages." },
      { name: "no-cd", help: "Ignore CD/DVD repositories.", fidelity: "ignored" },
      { name: "no-refresh", help: "Do not refresh the repositories." },
      { name: "dry-run", short: "D", help: "Test the installation, do not actually install." },
      { name: "no-recommends", help: "Do not install recommended packages, only required." },
      { name: "recommends", help: "Install also recommended packages in addition to the required." },
      {
        name: "auto-agree-with-licenses",
        short: "l",
        help: "Automatically say yes to third party license confirmation prompt.",
        fidelity: "ignored",
      },
      { name: "no-gpg-checks", help: "Ignore GPG check failures and continue." },
      { name: "gpg-auto-import-keys", help: "Automatically trust and import new repository signing keys.", fidelity: "ignored" },
      { name: "details", short: "s", help: "Show each available version in each repository on a separate line." },
      { name: "search-descriptions", short: "d", help: "Search also in summaries and descriptions." },
      { name: "installed-only", short: "i", help: "Show only installed packages." },
      { name: "not-installed-only", short: "u", help: "Show only packages which are not installed." },
      {
        name: "auto-agree-with-product-licenses",
        help: "Automatically say 'yes' to third party license confirmation prompt, for products.",
        fidelity: "ignored",
      },
      { name: "xmlout", help: "Switch to XML output.", fidelity: "simplified" },
      { name: "match-exact", short: "x", help: "Search for an exact match of the search strings." },
      { name: "force", short: "f", help: "Force a complete refresh.", fidelity: "simplified" },
      { name: "allow-vendor-change", help: "Whether to allow changing the vendor of installed resolvables.", fidelity: "ignored" },
      { name: "help", short: "h", help: "Help." },
      { name: "version", short: "V", help: "Output the version number." },
    ],
    subcommands: VERBS,
    usageStatus: EXIT.syntax,
    completes: "none",
    simplified: "repositories have some forty packages besides the image's own; patches, patterns, locks and services are not built",
    *run(proc) {
      const options = parsed(command, proc);
      if (options.has("version")) {
        const version = readDatabase(proc.sys).find(({ name }) => name === "zypper")?.version ?? "";
        yield* stdout(proc).print(`zypper ${version}\n`);
        return EXIT.ok;
      }
      if (options.has("help") || options.operands.length === 0 || (options.operands[0] === "help" && options.operands.length === 1)) {
        yield* stdout(proc).print(helpText(command));
        return EXIT.ok;
      }
      const isXml = options.has("xmlout");
      if (isXml) yield* proc.print("<?xml version='1.0'?>\n<stream>\n");
      let status: ExitStatus;
      try {
        status = yield* run(proc, host, options);
      } catch (error) {
        if (!(error instanceof ZypperError)) throw error;
        if (isXml) yield* stdout(proc).print(message("error", error.message));
        yield* stdout(proc).flush();
        if (!isXml) yield* proc.printError(`${error.message}\n`);
        yield* say(proc, isXml, error.hint);
        status = error.status;
      }
      if (isXml) yield* stdout(proc).print("</stream>\n");
      return status;
    },
  };
  return {
    ...command,
    *run(proc, options) {
      try {
        return yield* command.run(proc, options);
      } catch (error) {
        if (!(error instanceof GetoptError)) throw error;
        const flag = /'(--[^'=]*)|-- '(.)'/.exec(error.message);
        yield* proc.printError(flag === null ? `${error.message}\n` : `The flag ${flag[1] ?? `-${flag[2] ?? ""}`} is not known.\n`);
        return EXIT.syntax;
      }
    },
  };
}

/** Options stand anywhere; behind a verb that nobody knows they are that verb's own. */
function parsed(command: Command, proc: Process): ParsedOptions {
  const args = proc.argv.slice(1);
  let at = 0;
  while (args[at]?.startsWith("-")) at += ["-R", "--root"].includes(args[at] ?? "") ? 2 : 1;
  const verb = args[at];
  const isOwn = verb !== undefined && !isVerb(verb);
  return parseOptions({ ...command, style: "gnu" }, isOwn ? [...args.slice(0, at), "--", ...args.slice(at)] : args);
}

const isVerb = (word: string): boolean => VERBS.some(({ name }) => name === (ALIASES[word] ?? word));

function unknownCommand(word: string): ZypperError {
  return new ZypperError(
    `Unknown command '${word}'`,
    EXIT.syntax,
    `Type 'zypper help' to get a list of global options and commands.\n\nIn case '${word}' is not a typo it's probably not a built-in command, but provided as a subcommand or plug-in (see 'zypper help subcommand').\nIn this case a specific package providing the subcommand needs to be installed first. Those packages are often named 'zypper-${word}' or 'zypper-${word}-plugin'.\n`,
  );
}

function* run(proc: Process, host: OstreeHost, options: ParsedOptions): Run<ExitStatus> {
  const [word = "", ...words] = options.operands;
  const verb = ALIASES[word] ?? word;
  if (!isVerb(word)) throw unknownCommand(word === "help" ? (words[0] ?? "") : word);
  const root = options.values("root").at(-1);
  const running = runningVersion(proc);
  if (root === undefined || root === "/") return yield* act(proc, host, options, verb, words, running, false);
  return yield* inRoot(proc, root, (child) => act(child, host, options, verb, words, running, true));
}

function* act(
  proc: Process,
  host: OstreeHost,
  options: ParsedOptions,
  verb: string,
  words: readonly string[],
  running: string,
  isOtherRoot: boolean,
): Run<ExitStatus> {
  const kind = CHANGES[verb];
  if (kind !== undefined) {
    if (!options.has("dry-run")) refuse(proc, isOtherRoot);
    if (words.length === 0 && (kind === "install" || kind === "remove"))
      throw new ZypperError(`Too few arguments.\nAt least one package name is required.\n`, EXIT.invalidArguments); // prettier-ignore
    const system = yield* loadSystem(proc, host, options, running, { repositories: kind !== "remove" });
    // Tumbleweed has no patches: there is nothing between one snapshot and the next.
    const asked = verb === "patch" ? { ...system, available: [] } : system;
    return yield* change(proc, asked, kind, words, { parsed: options, repositoryName: naming(system) });
  }
  return yield* answer(proc, host, options, verb, words, running);
}

/** First who asks, then whether the root can be written. */
function refuse(proc: Process, isOtherRoot: boolean): void {
  if (!proc.sys.credentials.privileged) throw new ZypperError("Root privileges are required to run this command.", EXIT.privileges);
  if (isOtherRoot || !isReadOnly(proc)) return;
  if (exists(proc.sys, "/usr/sbin/transactional-update"))
    throw new ZypperError(
      "Transactional system detected:\nA transactional-wrapper command is not installed.\nPlease use transactional-update to modify or update the system.",
      EXIT.privileges,
    );
  throw new ZypperError(
    "The target filesystem is mounted as read-only. Please make sure the target filesystem is writeable.",
    EXIT.privileges,
  );
}

/** access(2) with W_OK on /usr says so for root, whatever keeps it so. */
function isReadOnly(proc: Process): boolean {
  try {
    proc.sys.access("/usr", "W");
    return false;
  } catch (error) {
    if (isSysError(error)) return isSysError(error, "EROFS");
    throw error;
  }
}

function naming({ repositories }: Pick<ZyppSystem, "repositories">): (id: string) => string {
  return (id) => repositories.find((repo) => repo.id === id)?.name ?? id;
}

function* answer(
  proc: Process,
  host: OstreeHost,
  options: ParsedOptions,
  verb: string,
  words: readonly string[],
  running: string,
): Run<ExitStatus> {
  const out = stdout(proc);
  if (verb === "repos") {
    yield* out.print(
      repositoriesTable({ repositories: repositoriesOf(proc) }, options.has("installed-only") || options.has("not-installed-only")),
    );
    return EXIT.ok;
  }
  if (verb === "refresh") return yield* refresh(proc, host, options, running);
  if (verb === "purge-kernels") {
    if (!proc.sys.credentials.privileged) throw new ZypperError("Root privileges are required to run this command.", EXIT.privileges);
    // A new kernel takes the place of the old one here, so that there is never one too many.
    yield* out.print("Reading installed packages...\n\nPreparing to purge obsolete kernels...\nResolving package dependencies...\nNothing to do.\n"); // prettier-ignore
    return EXIT.ok;
  }
  if (verb === "ps") {
    yield* out.print("No processes using deleted files found.\n");
    return EXIT.ok;
  }
  if (verb === "needs-rebooting") {
    const isNeeded = exists(proc.sys, "/run/reboot-needed");
    yield* out.print(
      isNeeded
        ? "Core libraries or services have been updated.\nReboot is required to ensure that your system benefits from these updates.\n"
        : "No core libraries or services have been updated since boot-up.\nReboot is probably not necessary.\n",
    );
    return isNeeded ? EXIT.rebootNeeded : EXIT.ok;
  }
  const system = yield* loadSystem(proc, host, options, running, { repositories: true, quiet: options.has("quiet") });
  const ended = system.skipped ? EXIT.repositoriesSkipped : EXIT.ok;
  if (verb === "list-patches") {
    yield* out.print("No updates found.\n");
    return ended;
  }
  if (verb === "list-updates") {
    yield* out.print(updatesTable(system, naming(system)));
    return ended;
  }
  if (verb === "info") {
    if (words.length === 0) throw new ZypperError("Required argument missing.", EXIT.invalidArguments);
    for (const word of words) yield* out.print(infoText(system, word, naming(system)) ?? `\n\npackage '${word}' not found.\n`);
    return ended;
  }
  const table = searchTable(system, words, {
    exact: options.has("match-exact"),
    descriptions: options.has("search-descriptions"),
    installedOnly: options.has("installed-only"),
    availableOnly: options.has("not-installed-only"),
    details: options.has("details"),
    nameOf: naming(system),
  });
  if (table === undefined) {
    yield* out.print("No matching items found.\n");
    return EXIT.capabilityNotFound;
  }
  yield* out.print(`\n${table}`);
  return ended;
}

function* refresh(proc: Process, host: OstreeHost, options: ParsedOptions, running: string): Run<ExitStatus> {
  if (!proc.sys.credentials.privileged)
    throw new ZypperError("Root privileges are required for refreshing system repositories.", EXIT.privileges);
  const servers = yield* packageServersFor(proc, host);
  let failed = 0;
  const enabled = repositoriesOf(proc).filter((repo) => repo.enabled);
  for (const repo of enabled) {
    if (yield* fetchRepository(proc, repo, servers?.repositoryAt(repo.url, running) !== undefined, options, { isAsked: true })) continue;
    failed++;
    yield* proc.printError(`Skipping repository '${repo.name}' because of the above error.\n`);
  }
  if (failed === 0) {
    yield* proc.print("All repositories have been refreshed.\n");
    return EXIT.ok;
  }
  const all = failed === enabled.length;
  yield* proc.printError(
    all
      ? "Could not refresh the repositories because of errors.\n"
      : "Some of the repositories have not been refreshed because of an error.\n",
  );
  return EXIT.zypp;
}
