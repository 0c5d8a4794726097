/**
 * dnf5(8), also called dnf and yum. On an image it answers questions and refuses changes, unless /usr has been unlocked; in a root that is
 * one's own (a toolbox) it installs.
 * Source of the refusals: rpm-software-management/dnf5:dnf5/main.cpp.
 */
import type { OstreeHost } from "../../engines/ostree/host.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { Command, ParsedOptions } from "../command.ts";
import { Failure } from "../complain.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { advisory } from "./advisory.ts";
import { copr } from "./copr.ts";
import { download } from "./download.ts";
import { historyList } from "./history.ts";
import { requireWritableSystem } from "./host.ts";
import { load, repoConfigs } from "./metadata.ts";
import { info, isOlder, list, newest, providesWhat, repoList, repoquery, search } from "./queries.ts";
import { listRows } from "./text.ts";
import { carryOutGoal, goalOf } from "./transaction.ts";

const ALIASES: Readonly<Record<string, string>> = {
  in: "install",
  rm: "remove",
  erase: "remove",
  update: "upgrade",
  up: "upgrade",
  "check-update": "check-upgrade",
  if: "info",
  ls: "list",
  se: "search",
  rq: "repoquery",
  whatprovides: "provides",
  repolist: "repo",
  mc: "makecache",
  grp: "group",
  dsync: "distro-sync",
};

const VERBS: readonly { readonly name: string; readonly help: string }[] = [
  { name: "install", help: "Install software" },
  { name: "upgrade", help: "Upgrade software" },
  { name: "remove", help: "Remove (uninstall) software" },
  { name: "reinstall", help: "Reinstall software" },
  { name: "search", help: "Search for software matching all specified strings" },
  { name: "list", help: "Lists packages depending on the packages' relation to the system" },
  { name: "info", help: "Provides detailed information about installed or available packages" },
  { name: "repoquery", help: "Search for packages in repositories" },
  { name: "provides", help: "Find what package provides the given value" },
  { name: "check-upgrade", help: "Check for available package upgrades" },
  { name: "download", help: "Download software to the current directory" },
  { name: "repo", help: "Manage repositories" },
  { name: "makecache", help: "Generate the metadata cache" },
  { name: "clean", help: "Remove or expire cached data" },
  { name: "advisory", help: "Manage advisories" },
  { name: "history", help: "Manage transaction history" },
  { name: "copr", help: "Manage Copr repositories (add-ons provided by users/community/third-party)" },
];

const CHANGES = ["install", "upgrade", "remove", "reinstall"];

/** What else would change the system: an image refuses it; elsewhere it is not built. A verb with words of its own: those of them. */
const REFUSED: Readonly<Record<string, readonly string[] | "all">> = {
  automatic: "all",
  autoremove: "all",
  builddep: "all",
  "debuginfo-install": "all",
  "distro-sync": "all",
  do: "all",
  downgrade: "all",
  group: ["install", "remove", "upgrade"],
  history: ["undo", "redo", "rollback"],
  mark: "all",
  module: ["enable", "disable", "reset"],
  offline: "all",
  replay: "all",
  swap: "all",
  "system-upgrade": "all",
};

const UNBUILT = [
  "changelog", "check", "config-manager", "environment", "group", "leaves", "manifest", "module", "needs-restarting",
  "repoclosure", "repomanage", "reposync", "versionlock",
]; // prettier-ignore

/** "autoremove", "history undo". */
function refusedWords(): string[] {
  return Object.entries(REFUSED).flatMap(([verb, words]) =>
    words === "all" ? [verb] : UNBUILT.includes(verb) ? [] : words.map((word) => `${verb} ${word}`),
  );
}

export function dnf5Command(host: OstreeHost): Command {
  const dnf: Command = {
    name: "dnf5",
    package: "dnf5",
    style: "gnu",
    usage: ["dnf5 [GLOBAL OPTIONS] <COMMAND> ..."],
    about: "Manage packages.",
    options: [
      { name: "assumeyes", short: "y", help: "automatically answer yes for all questions" },
      { name: "assumeno", help: "automatically answer no for all questions" },
      { name: "quiet", short: "q", help: "show just the relevant content" },
      { name: "refresh", help: "Force refreshing metadata before running the command", fidelity: "ignored" },
      { name: "cacheonly", short: "C", help: "Run entirely from system cache", fidelity: "ignored" },
      { name: "best", help: "try the best available package versions in transactions", fidelity: "ignored" },
      { name: "no-best", help: "do not limit the transaction to the best candidate", fidelity: "ignored" },
      { name: "no-gpgchecks", alsoLong: ["nogpgcheck"], help: "disable gpg signature checking", fidelity: "ignored" },
      { name: "allowerasing", help: "Allow erasing of installed packages to resolve problems", fidelity: "unbuilt" },
      { name: "skip-broken", help: "Skip uninstallable packages", fidelity: "unbuilt" },
      { name: "skip-unavailable", help: "Allow skipping unavailable packages" },
      { name: "downloadonly", help: "only download packages for a transaction" },
      { name: "destdir", argument: "DESTDIR", help: "Set directory used for downloading packages to" },
      { name: "resolve", help: "Resolve and download needed dependencies", fidelity: "unbuilt" },
      { name: "url", help: "Print the list of urls where the rpms can be downloaded instead of downloading", fidelity: "unbuilt" },
      { name: "repo", alsoLong: ["repoid"], argument: "REPO_ID,...", help: "Enable just specific repositories" },
      { name: "enable-repo", alsoLong: ["enablerepo"], argument: "REPO_ID,...", help: "Enable additional repositories" },
      { name: "disable-repo", alsoLong: ["disablerepo"], argument: "REPO_ID,...", help: "Disable repositories" },
      { name: "setopt", argument: "[REPO_ID.]OPTION=VALUE", help: "Override a configuration option", fidelity: "simplified" },
      { name: "releasever", argument: "RELEASEVER", help: "Override the value of $releasever", fidelity: "unbuilt" },
      { name: "installroot", argument: "ABSOLUTE_PATH", help: "Set the root directory", fidelity: "unbuilt" },
      { name: "transient", help: "Use a transient overlay which will reset on reboot" },
      { name: "installed", help: "Only installed packages" },
      { name: "updates", help: "Only advisories about upgrades" },
      { name: "reverse", help: "Reverse the order of transactions" },
      { name: "available", help: "Only available packages" },
      { name: "upgrades", help: "Only upgrades" },
      { name: "all", help: "All of them" },
      { name: "enabled", help: "Only enabled repositories" },
      { name: "disabled", help: "Only disabled repositories" },
      { name: "requires", help: "Display requirements" },
      { name: "provides", help: "Display what is provided" },
      { name: "conflicts", help: "Display conflicts" },
      { name: "list", short: "l", help: "Show files in the package" },
      { name: "whatprovides", argument: "CAPABILITY,...", help: "Limit to packages that provide any of these" },
      { name: "whatrequires", argument: "CAPABILITY,...", help: "Limit to packages that require any of these" },
    ],
    subcommands: VERBS,
    usageStatus: 2,
    usageHint: "none",
    completes: "none",
    simplified:
      "repositories have some hundred and fifty packages besides the image's own; of groups and configuration only the refusals are there",
    absent: [...UNBUILT, ...refusedWords(), "advisory info", "history info", "history store"].sort(),
    run: (proc, options) => run(proc, host, options),
  };
  return { ...dnf, alsoAs: ["dnf", "yum"].map((name) => ({ ...dnf, name })) };
}

/** What is wrong with the command line is said without the program's name. */
function* run(proc: Process, host: OstreeHost, options: ParsedOptions): Run<ExitStatus> {
  try {
    return yield* runVerb(proc, host, options);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    yield* proc.printError(`${error.message}\n`);
    return 2;
  }
}

function* runVerb(proc: Process, host: OstreeHost, options: ParsedOptions): Run<ExitStatus> {
  const [word, ...words] = options.operands;
  if (word === undefined) throw new UsageError(`Missing command. Add "--help" for more information about the arguments.`, false);
  const verb = ALIASES[word] ?? word;
  const refused = REFUSED[verb];
  if (refused === "all" || refused?.includes(words[0] ?? "") === true) return yield* refuse(proc, options, [verb, ...words]);
  if (UNBUILT.includes(verb)) throw new UsageError(`"${verb}" is not built in Immutable Lab`, false);
  if (!VERBS.some(({ name }) => name === verb))
    throw new UsageError(
      `Unknown argument "${word}" for command "dnf5". Add "--help" for more information about the arguments.\nIt could be a command provided by a plugin, try: dnf5 install 'dnf5-command(${word})'`,
      false,
    );
  try {
    if (verb === "copr") return yield* copr(proc, host, options, words);
    if (verb === "history") return yield* history(proc, options, words);
    if (CHANGES.includes(verb)) return yield* change(proc, host, options, verb, words);
    return yield* answer(proc, host, options, verb, words);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    yield* stdout(proc).flush();
    yield* proc.printError(`${error.message}\n`);
    return 1;
  }
}

function* change(proc: Process, host: OstreeHost, options: ParsedOptions, verb: string, words: readonly string[]): Run<ExitStatus> {
  if (words.length === 0 && verb !== "upgrade")
    throw new Failure(
      `Missing positional argument "<specs>..." for command "${verb}". Add "--help" for more information about the arguments.`,
    );
  const writability = changesNothing(options) ? "writable" : requireWritableSystem(proc, options);
  const packages = yield* load(proc, host, options, verb !== "remove");
  const goal = yield* goalOf(proc, packages, options, verb, words);
  return yield* carryOutGoal(proc, packages, goal, options, writability);
}

function changesNothing(options: ParsedOptions): boolean {
  return options.has("assumeno") || options.has("downloadonly");
}

function* refuse(proc: Process, options: ParsedOptions, words: readonly string[]): Run<ExitStatus> {
  try {
    if (!changesNothing(options)) requireWritableSystem(proc, options);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    yield* proc.printError(`${error.message}\n`);
    return 1;
  }
  throw new UsageError(`"${words.slice(0, 2).join(" ")}" is not built in Immutable Lab`, false);
}

function* history(proc: Process, options: ParsedOptions, [verb]: readonly string[]): Run<ExitStatus> {
  if (verb === "list") return yield* historyList(proc, options.has("reverse"));
  if (verb === undefined) throw new UsageError(`Missing command. Add "--help" for more information about the arguments.`, false);
  if (!["info", "store"].includes(verb))
    throw new UsageError(`Unknown argument "${verb}" for command "history". Add "--help" for more information about the arguments.`, false);
  throw new UsageError(`"history ${verb}" is not built in Immutable Lab`, false);
}

function* answer(proc: Process, host: OstreeHost, options: ParsedOptions, verb: string, words: readonly string[]): Run<ExitStatus> {
  if (verb === "repo") return yield* repoList(proc, { configs: repoConfigs(proc, options) }, options);
  if (verb === "clean") {
    yield* stdout(proc).print("Removed 0 files, 0 directories (total of 0 B). 0 errors occurred.\n");
    return 0;
  }
  if (words.length === 0 && ["search", "provides"].includes(verb))
    throw new Failure(
      `Missing positional argument "<${verb === "search" ? "keywords" : "specs"}>..." for command "${verb}". Add "--help" for more information about the arguments.`,
    );
  const isLocal = options.has("installed") && ["list", "info", "repoquery"].includes(verb);
  const packages = yield* load(proc, host, options, !isLocal);
  switch (verb) {
    case "search":
      return yield* search(proc, packages, words);
    case "list":
      return yield* list(proc, packages, options, words);
    case "info":
      return yield* info(proc, packages, options, words);
    case "repoquery":
      return yield* repoquery(proc, packages, options, words);
    case "provides":
      return yield* providesWhat(proc, packages, words);
    case "download":
      return yield* download(proc, packages, options, words);
    case "advisory":
      return yield* advisory(proc, packages, options, words);
    case "check-upgrade": {
      const upgrades = newest(packages.available).filter((it) => packages.installed.some((own) => isOlder(own, it)));
      yield* stdout(proc).print(listRows(upgrades));
      return upgrades.length > 0 ? 100 : 0;
    }
    default:
      yield* stdout(proc).print("Metadata cache created.\n");
      return 0;
  }
}
