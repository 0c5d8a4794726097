/**
 * dnf5(8), also called dnf and yum. On an image it answers questions and refuses changes, unless /usr has been unlocked; in a root that is
 * one's own (a toolbox) it installs.
 * Source of the refusals: rpm-software-management/dnf5:dnf5/main.cpp.
 */
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { failureText } from "../../engines/ostree/errors.ts";
import { BOOTED_MARK, Sysroot } from "../../engines/ostree/sysroot.ts";
import { exists } from "../../machine/read-text.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Command, ParsedOptions } from "../command.ts";
import { Failure } from "../complain.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
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
  { name: "repo", help: "Manage repositories" },
  { name: "makecache", help: "Generate the metadata cache" },
  { name: "clean", help: "Remove or expire cached data" },
];

const CHANGES = ["install", "upgrade", "remove", "reinstall"];

const UNBUILT = [
  "advisory", "autoremove", "builddep", "changelog", "check", "config-manager", "copr", "debuginfo-install", "distro-sync", "downgrade",
  "download", "environment", "group", "history", "leaves", "manifest", "mark", "module", "needs-restarting", "offline", "replay", "swap",
  "system-upgrade", "versionlock",
]; // prettier-ignore

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
      { name: "repo", alsoLong: ["repoid"], argument: "REPO_ID,...", help: "Enable just specific repositories" },
      { name: "enable-repo", alsoLong: ["enablerepo"], argument: "REPO_ID,...", help: "Enable additional repositories" },
      { name: "disable-repo", alsoLong: ["disablerepo"], argument: "REPO_ID,...", help: "Disable repositories" },
      { name: "setopt", argument: "[REPO_ID.]OPTION=VALUE", help: "Override a configuration option", fidelity: "simplified" },
      { name: "releasever", argument: "RELEASEVER", help: "Override the value of $releasever", fidelity: "unbuilt" },
      { name: "installroot", argument: "ABSOLUTE_PATH", help: "Set the root directory", fidelity: "unbuilt" },
      { name: "transient", help: "Use a transient overlay which will reset on reboot" },
      { name: "installed", help: "Only installed packages" },
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
      "repositories have some hundred and fifty packages besides the image's own; groups, history and configuration are not built",
    run: (proc, options) => run(proc, host, options),
  };
  return { ...dnf, alsoAs: ["dnf", "yum"].map((name) => ({ ...dnf, name })) };
}

function* run(proc: Process, host: OstreeHost, options: ParsedOptions): Run<ExitStatus> {
  const [word, ...words] = options.operands;
  if (word === undefined) throw new UsageError(`Missing command. Add "--help" for more information about the arguments.`, false);
  const verb = ALIASES[word] ?? word;
  if (UNBUILT.includes(verb)) throw new UsageError(`"${verb}" is not built in Immutable Lab`, false);
  if (!VERBS.some(({ name }) => name === verb))
    throw new UsageError(
      `Unknown argument "${word}" for command "dnf5". Add "--help" for more information about the arguments.\nIt could be a command provided by a plugin, try: dnf5 install 'dnf5-command(${word})'`,
      false,
    );
  try {
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
  if (!options.has("assumeno") && !options.has("downloadonly")) refuseIfReadOnly(proc, options);
  const packages = yield* load(proc, host, options, verb !== "remove");
  const goal = yield* goalOf(proc, packages, options, verb, words);
  return yield* carryOutGoal(proc, packages, goal, options);
}

/** Whoever may not change the system is told before anything is looked for. */
function refuseIfReadOnly(proc: Process, options: ParsedOptions): void {
  if (!proc.sys.credentials.privileged) {
    throw new Failure(
      'The requested operation requires superuser privileges. Please log in as a user with elevated rights, or use the "--assumeno" or "--downloadonly" options to run the command without modifying the system state.',
    );
  }
  const isBootc = isBootcSystem(proc);
  if (options.has("transient")) {
    throw new Failure(
      isBootc ? "--transient is not built in Immutable Lab" : "Error: transient transactions are only supported on bootc systems.",
    );
  }
  if (isWritable(proc, "/usr")) return;
  throw new Failure(
    isBootc
      ? "Error: this bootc system is configured to be read-only. Pass --transient to perform this operation in a transient overlay which will reset when the system reboots."
      : "Error: /usr is configured to be read-only. You may be running an image-based or immutable operating system. For more information, refer to your distribution's documentation.",
  );
}

function isWritable(proc: Process, path: string): boolean {
  try {
    proc.sys.access(path, "W");
    return true;
  } catch (error) {
    if (isSysError(error)) return false;
    throw error;
  }
}

/** Whether the booted deployment comes from a container image. */
function isBootcSystem(proc: Process): boolean {
  if (!exists(proc.sys, BOOTED_MARK)) return false;
  try {
    return new Sysroot(proc.sys).load().booted?.origin?.get("origin", "container-image-reference") !== undefined;
  } catch (error) {
    if (failureText(error) !== undefined) return false;
    throw error;
  }
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
