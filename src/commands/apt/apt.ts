/** apt(8), apt-get(8), apt-cache(8), apt-mark(8). */
import { unlinkIfThere } from "../../engines/dpkg/files.ts";
import { ARCHIVES, AptCache } from "../../engines/dpkg/sources.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Process } from "../../machine/process.ts";
import type { Command, Option, ParsedOptions } from "../command.ts";
import { archiveName, change, check, fetchAll, type Reach, type Verb } from "./change.ts";
import { mark } from "./mark.ts";
import { depends, list, policy, reverseDepends, search, show } from "./queries.ts";
import { update } from "./update.ts";
import { Voice } from "./voice.ts";

const OPTIONS: readonly Option[] = [
  { name: "yes", short: "y", alsoLong: ["assume-yes"], help: "Automatic yes to prompts" },
  { name: "simulate", short: "s", alsoLong: ["just-print", "dry-run", "recon", "no-act"], help: "Perform ordering simulation only" },
  { name: "download-only", short: "d", help: "Download only; package files are only retrieved" },
  { name: "quiet", short: "q", help: "Produces output suitable for logging", fidelity: "ignored" },
  { name: "fix-broken", short: "f", help: "Fix; attempt to correct a system with broken dependencies in place" },
  { name: "fix-missing", short: "m", help: "Ignore missing packages", fidelity: "unbuilt" },
  { name: "no-install-recommends", help: "Do not consider recommended packages as a dependency for installing" },
  { name: "install-recommends", help: "Consider suggested packages as a dependency for installing", fidelity: "ignored" },
  { name: "with-new-pkgs", help: "Allow installing new packages when used in conjunction with upgrade" },
  { name: "reinstall", help: "Re-install packages that are already installed and at the newest version" },
  { name: "purge", help: "Use purge instead of remove for anything that would be removed" },
  { name: "allow-remove-essential", help: "Allow removing essential packages" },
  { name: "allow-downgrades", help: "Allow downgrading packages", fidelity: "ignored" },
  { name: "auto-remove", alsoLong: ["autoremove"], help: "Remove unused packages", fidelity: "unbuilt" },
  { name: "installed", help: "Show installed packages" },
  { name: "upgradable", help: "Show upgradable packages" },
  { name: "all-versions", short: "a", help: "Show all versions" },
  { name: "names-only", short: "n", help: "Search only in package names" },
  { name: "option", short: "o", argument: "OPTION", help: "Set a configuration option; Dpkg::Options only", fidelity: "simplified" },
];

const VERBS = [
  ["update", "update list of available packages"],
  ["list", "list packages based on package names"],
  ["search", "search in package descriptions"],
  ["show", "show package details"],
  ["policy", "show policy settings"],
  ["depends", "show what a package needs"],
  ["rdepends", "show what needs a package"],
  ["install", "install packages"],
  ["reinstall", "reinstall packages"],
  ["remove", "remove packages"],
  ["purge", "remove packages and their configuration"],
  ["autoremove", "automatically remove all unused packages"],
  ["upgrade", "upgrade the system by installing/upgrading packages"],
  ["full-upgrade", "upgrade the system by removing/installing/upgrading packages"],
  ["dist-upgrade", "upgrade the system by removing/installing/upgrading packages"],
  ["download", "download the binary package into the current directory"],
  ["clean", "erase downloaded archive files"],
  ["autoclean", "erase old downloaded archive files"],
] as const;

const subcommands = VERBS.map(([name, help]) => ({ name, help, completes: "none" as const }));
const SIMPLIFIED = "Signatures are not checked, there are no pins, and no progress bar is drawn.";

function* run(proc: Process, options: ParsedOptions, reach: Reach, isApt: boolean): Run<ExitStatus> {
  const voice = new Voice(proc, isApt);
  const [verb = "", ...words] = options.operands;
  if (verb === "") return yield* noVerb(voice);
  yield* voice.warnOfScripts();
  switch (verb) {
    case "update":
      return yield* update(voice, reach);
    case "list":
      return yield* list(voice, options, words);
    case "search":
      return yield* search(voice, options, words);
    case "show":
      return yield* show(voice, words);
    case "policy":
      return yield* policy(voice, words);
    case "depends":
      return yield* depends(voice, words);
    case "rdepends":
      return yield* reverseDepends(voice, words);
    case "install":
      return yield* change(
        voice,
        reach,
        options.has("fix-broken") && words.length === 0 ? "fix" : options.has("reinstall") ? "reinstall" : "install",
        options,
        words,
      );
    case "reinstall":
    case "remove":
    case "purge":
    case "autoremove":
    case "upgrade":
    case "full-upgrade":
      return yield* change(voice, reach, verb, options, words);
    case "dist-upgrade":
      return yield* change(voice, reach, "full-upgrade" satisfies Verb, options, words);
    case "check":
      return yield* check(voice);
    case "download":
      return yield* download(voice, reach, words);
    case "clean":
    case "autoclean":
      return yield* clean(voice);
    default:
      yield* voice.error(`Invalid operation ${verb}`);
      return 100;
  }
}

/** @simplified Of the real text's sentences the first is left out. */
function* noVerb(voice: Voice): Run<ExitStatus> {
  const name = voice.isApt ? "apt" : "apt-get";
  const more = voice.isApt
    ? ""
    : "       apt-get [options] install|remove pkg1 [pkg2 ...]\n       apt-get [options] source pkg1 [pkg2 ...]\n";
  const verbs = (voice.isApt ? MOST_USED : MOST_USED_GET).map(([verb, help]) => `  ${verb} - ${help}\n`).join("");
  yield* voice.out(
    `apt 3.0.4 (amd64)\nUsage: ${name} [options] command\n${more}\nMost used commands:\n${verbs}\nSee ${name}(8) for more information about the available commands.\n${SEE_ALSO}`,
  );
  return 1;
}

const SEE_ALSO = `Configuration options and syntax is detailed in apt.conf(5).
Information about how to configure sources can be found in sources.list(5).
Package and version choices can be expressed via apt_preferences(5).
Security details are available in apt-secure(8).
${" ".repeat(40)}This APT has Super Cow Powers.
`;

/** What is told of, whether it is built or not. */
const MOST_USED = [
  ["list", "list packages based on package names"],
  ["search", "search in package descriptions"],
  ["show", "show package details"],
  ["install", "install packages"],
  ["reinstall", "reinstall packages"],
  ["remove", "remove packages"],
  ["autoremove", "automatically remove all unused packages"],
  ["update", "update list of available packages"],
  ["upgrade", "upgrade the system by installing/upgrading packages"],
  ["full-upgrade", "upgrade the system by removing/installing/upgrading packages"],
  ["edit-sources", "edit the source information file"],
  ["modernize-sources", "modernize .list files to .sources files"],
  ["satisfy", "satisfy dependency strings"],
] as const;

const MOST_USED_GET = [
  ["update", "Retrieve new lists of packages"],
  ["upgrade", "Perform an upgrade"],
  ["install", "Install new packages (pkg is libc6 not libc6.deb)"],
  ["reinstall", "Reinstall packages (pkg is libc6 not libc6.deb)"],
  ["remove", "Remove packages"],
  ["purge", "Remove packages and config files"],
  ["autoremove", "Remove automatically all unused packages"],
  ["dist-upgrade", "Distribution upgrade, see apt-get(8)"],
  ["clean", "Erase downloaded archive files"],
  ["autoclean", "Erase old downloaded archive files"],
  ["check", "Verify that there are no broken dependencies"],
  ["download", "Download the binary package into the current directory"],
] as const;

function* download(voice: Voice, reach: Reach, words: readonly string[]): Run<ExitStatus> {
  const cache = new AptCache(voice.proc.sys);
  const found = [];
  for (const word of words) {
    const [name = "", version] = word.split("=");
    const candidate = version === undefined ? cache.candidate(name) : cache.versions.get(name)?.find((one) => one.version === version);
    if (candidate === undefined) {
      yield* voice.error(`Unable to locate package ${name}`);
      return 100;
    }
    found.push(candidate);
  }
  const into = voice.proc.sys.getcwd();
  if (!(yield* fetchAll(voice, reach, found, into))) return 100;
  const [last] = found.slice(-1);
  // Root lets a user without rights fetch, who must be able to write there.
  if (last && voice.proc.sys.credentials.uid === 0 && (voice.proc.sys.stat(into).mode & 0o001) === 0)
    yield* voice.warning(
      `Download is performed unsandboxed as root as file '${into}/${archiveName(last)}' couldn't be accessed by user '_apt'. - pkgAcquire::Run (13: Permission denied)`,
    );
  return 0;
}

function* clean(voice: Voice): Run<ExitStatus> {
  const { sys } = voice.proc;
  try {
    for (const { name } of sys.readdir(ARCHIVES)) if (name.endsWith(".deb")) unlinkIfThere(sys, `${ARCHIVES}/${name}`);
    return 0;
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* voice.error(`Could not open lock file ${ARCHIVES}/lock - open (13: ${error.text})`);
    yield* voice.error(`Unable to lock directory ${ARCHIVES}/`);
    return 100;
  }
}

const MARKS = ["auto", "manual", "hold", "unhold", "showauto", "showmanual", "showhold"] as const;

/** The programs of this folder, for a machine that reaches these servers. */
export function aptCommands(reach: Reach): readonly Command[] {
  const shared = {
    package: "apt",
    style: "gnu",
    options: OPTIONS,
    usageStatus: 100,
    usageHint: "none",
    completes: "none",
    subcommands,
  } as const;
  return [
    {
      ...shared,
      name: "apt",
      usage: ["apt [options] command"],
      about: "command-line interface",
      simplified: SIMPLIFIED,
      run: (proc, options) => run(proc, options, reach, true),
    },
    {
      ...shared,
      name: "apt-get",
      usage: ["apt-get [options] command"],
      about: "APT package handling utility",
      simplified: SIMPLIFIED,
      run: (proc, options) => run(proc, options, reach, false),
    },
    {
      ...shared,
      name: "apt-cache",
      usage: ["apt-cache [options] command"],
      about: "query the APT cache",
      run: (proc, options) => run(proc, options, reach, false),
    },
    {
      ...shared,
      name: "apt-mark",
      usage: ["apt-mark [options] {auto|manual|hold|unhold} pkg..."],
      about: "show, set and unset various settings for a package",
      subcommands: MARKS.map((name) => ({ name, help: name, completes: "none" as const })),
      *run(proc, options) {
        const [verb = "", ...words] = options.operands;
        const voice = new Voice(proc, false);
        if (MARKS.some((known) => known === verb)) return yield* mark(voice, verb, words);
        yield* voice.error(`Invalid operation ${verb}`);
        return 100;
      },
    },
  ];
}
