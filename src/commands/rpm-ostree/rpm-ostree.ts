/** rpm-ostree(1): image-based updates of a Fedora host. Sources: coreos/rpm-ostree:src/app/libmain.cxx, rust/src/main.rs. */
import type { OstreeHost } from "../../engines/ostree/host.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { Command } from "../command.ts";
import {
  absentOf,
  completionOf,
  fail,
  optionsHelp,
  runVerb,
  splitVerb,
  unbuilt,
  verbHelp,
  verbList,
  type Verb,
} from "../ostree/goption.ts";
import { packageVersion } from "../ostree/version.ts";
import { applyLive } from "./apply-live.ts";
import { cleanup } from "./cleanup.ts";
import { dbVerbs } from "./db.ts";
import { deploy } from "./deploy.ts";
import { finalizeDeployment } from "./finalize-deployment.ts";
import { history } from "./history.ts";
import { initramfs, initramfsEtc } from "./initramfs.ts";
import { install, uninstall } from "./install.ts";
import { kargs } from "./kargs.ts";
import { GLOBAL_OPTIONS } from "./options.ts";
import { overrideVerbs } from "./override.ts";
import { rebase } from "./rebase.ts";
import { reset } from "./reset.ts";
import { rollback } from "./rollback.ts";
import { cancel, reload, usroverlay } from "./small-verbs.ts";
import { refreshMd, search } from "./search.ts";
import { status } from "./status.ts";
import { upgrade } from "./upgrade.ts";

const NAME_WIDTH = 23;

/** Other names of verbs; not in the help. */
const ALIASES: Readonly<Record<string, string>> = {
  update: "upgrade",
  remove: "uninstall",
  "pkg-add": "install",
  "pkg-remove": "uninstall",
  makecache: "refresh-md",
  unlock: "usroverlay",
  livefs: "apply-live",
};

/** `host`: the releases, and the servers that remotes' addresses lead to. */
export function rpmOstreeCommand(host: OstreeHost): Command {
  const databases = dbVerbs(host);
  const overrides = overrideVerbs(host);
  const experiments: readonly Verb[] = [
    { ...applyLive(host), name: "livefs", hidden: true },
    applyLive(host),
    history,
    initramfsEtc(host),
    unbuilt("deploy-from-self", "Deploy OSTree commit in container repository to target system"),
    unbuilt("rebuild", "Rebuild system based on configuration", "hidden"),
  ];
  const db: Verb = {
    name: "db",
    about: "Commands to query the RPM database",
    // Its own verbs are found before any option is read: see `run` below.
    run: (call) => runNested(call.proc, host, "db", databases, call.options.operands),
  };
  const verbs: readonly Verb[] = [
    applyLive(host),
    cancel,
    cleanup(host),
    unbuilt("compose", "Commands to compose a tree"),
    db,
    deploy(host),
    finalizeDeployment,
    initramfs(host),
    initramfsEtc(host),
    install(host),
    kargs(host),
    {
      name: "override",
      about: "Manage base package overrides",
      run: (call) => runNested(call.proc, host, "override", overrides, call.options.operands),
    },
    rebase(host),
    refreshMd(host),
    reload,
    reset(host),
    rollback(host),
    search(host),
    status(host),
    uninstall(host),
    upgrade(host),
    usroverlay(host),
    {
      name: "ex",
      about: "Experimental commands that may change or be removed in the future",
      hidden: true,
      run: (call) => runNested(call.proc, host, "ex", experiments, call.options.operands),
    },
    ...["rpm", "start-daemon"].map((name) => unbuilt(name, "", "hidden")),
  ];
  return {
    name: "rpm-ostree",
    package: "rpm-ostree",
    style: "raw",
    usage: ["rpm-ostree [OPTION…] COMMAND"],
    about: "Hybrid image/package system: updates the system as a whole",
    options: GLOBAL_OPTIONS,
    subcommands: [
      ...completionOf(verbs),
      ...completionOf(databases, "db"),
      ...completionOf(overrides, "override"),
      ...completionOf(experiments, "ex"),
    ],
    absent: [...absentOf(verbs), ...absentOf(databases, "db"), ...absentOf(overrides, "override"), ...absentOf(experiments, "ex")],
    simplified: "compose and update drivers are not built; the daemon is one process for each transaction.",
    run: (proc) => runRpmOstree(proc, host, verbs, { db: databases, override: overrides, ex: experiments }),
  };
}

/** Verbs that have verbs of their own, by name. */
type Nested = Readonly<Record<string, readonly Verb[]>>;

function* runRpmOstree(proc: Process, host: OstreeHost, verbs: readonly Verb[], nested: Nested): Run<ExitStatus> {
  const args = proc.argv.slice(1);
  const { name, rest } = splitVerb(args);
  const verb = verbs.find((candidate) => candidate.name === (ALIASES[name ?? ""] ?? name));
  const below = verb && nested[verb.name];
  if (verb && below) return yield* runNested(proc, host, verb.name, below, rest);
  if (verb) return yield* runVerb(proc, `rpm-ostree ${name ?? ""}`, verb, rest, () => rpmOstreeVersion(host, proc));
  if (rest.includes("--version")) {
    yield* proc.print(rpmOstreeVersion(host, proc));
    return 0;
  }
  const help = `Usage:\n  rpm-ostree [OPTION…] COMMAND\n\nBuiltin Commands:\n${verbList(verbs, NAME_WIDTH)}\n${optionsHelp(GLOBAL_OPTIONS)}\n`;
  if (rest.includes("--help") || rest.includes("-h")) {
    yield* proc.print(help);
    return 0;
  }
  yield* proc.printError(help);
  const unknown = rest.find((arg) => !["-q", "--quiet", "--peer"].includes(arg));
  yield* fail(
    proc,
    unknown !== undefined && name === undefined
      ? `Unknown option ${unknown}`
      : name === undefined
        ? "No command specified"
        : `Unknown command '${name}'`,
  );
  return 1;
}

const ABOUT: Readonly<Record<string, string>> = {
  db: "Commands to query the RPM database",
  ex: "Experimental commands that may change or be removed in the future",
  override: "Commands to override base packages",
};

/** `of` is the verb whose verbs these are. */
function* runNested(proc: Process, host: OstreeHost, of: string, verbs: readonly Verb[], args: readonly string[]): Run<ExitStatus> {
  const { name, rest } = splitVerb(args);
  if (of === "ex") yield* proc.printError("NOTICE: Experimental commands are subject to change.\n");
  const verb = verbs.find((candidate) => candidate.name === name);
  if (verb) return yield* runVerb(proc, `rpm-ostree ${of} ${verb.name}`, verb, rest, () => rpmOstreeVersion(host, proc));
  const list = `Builtin "${of}" Commands:\n${verbList(verbs, NAME_WIDTH)}\n`;
  const help = verbHelp(`rpm-ostree ${of}`, {
    name: of,
    operands: "COMMAND",
    about: `${ABOUT[of] ?? ""}\n\n${list.trimEnd()}`,
    options: GLOBAL_OPTIONS,
    *run() {
      return 1;
    },
  });
  if (rest.includes("--help") || rest.includes("-h")) {
    yield* proc.print(help);
    return 0;
  }
  yield* proc.printError(help);
  yield* fail(proc, name === undefined ? `No "${of}" subcommand specified` : `Unknown "${of}" subcommand "${name}"`);
  return 1;
}

function rpmOstreeVersion(host: OstreeHost, proc: Process): string {
  const version = packageVersion(host, proc, "rpm-ostree");
  return `rpm-ostree:\n Version: '${version}'\n Features:\n  - rust\n  - compose\n  - container\n  - fedora-integration\n`;
}
