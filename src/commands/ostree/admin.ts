/** ostree-admin(1): the deployments of a machine. Sources: ostreedev/ostree:src/ostree/ot-admin-builtin-*.c; outputs recorded from 2022.7 and 2025.2. */
import type { OstreeHost } from "../../engines/ostree/host.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { sysrootOf, SYSROOT } from "./admin-call.ts";
import { bootComplete, configDiff, finalize, lockFinalization, osInit, setOrigin, staterootInit } from "./admin-config.ts";
import { deploy, switchTo, upgrade } from "./admin-deploy.ts";
import { cleanup, pin, setDefault, undeploy } from "./admin-list.ts";
import { status } from "./admin-status.ts";
import { unlock } from "./admin-unlock.ts";
import { fail, optionsHelp, runVerb, splitVerb, unbuilt, VERBOSE, verbList, VERSION, type Verb } from "./goption.ts";
import { ostreeVersion } from "./version.ts";

/** What printf pads names to in the list of verbs. */
const NAME_WIDTH = 19;

export function adminVerbs(host: OstreeHost): readonly Verb[] {
  return [
    cleanup(host),
    configDiff,
    deploy(host),
    lockFinalization,
    unbuilt("init-fs", "Initialize a root filesystem"),
    osInit,
    staterootInit,
    pin,
    unbuilt("post-copy", "Update the repo and deployments as needed after a copy"),
    setOrigin,
    status,
    switchTo(host),
    undeploy(host),
    setDefault(host),
    unlock(host),
    upgrade(host),
    unbuilt("kargs", "Change kernel arguments"),
    ...["instutil", "prepare-soft-reboot", "state-overlay"].map((name) => unbuilt(name, "", "hidden")),
    finalize(host),
    bootComplete,
  ];
}

/** `args` is everything after `admin`. */
export function* admin(proc: Process, host: OstreeHost, args: readonly string[]): Run<ExitStatus> {
  const verbs = adminVerbs(host);
  const { name, rest } = splitVerb(args);
  const verb = verbs.find((candidate) => candidate.name === name);
  if (verb) return yield* runVerb(proc, `ostree admin ${verb.name}`, verb, rest, () => ostreeVersion(host, proc));
  const options = [SYSROOT, VERBOSE, VERSION];
  const help =
    "Usage:\n  ostree admin [OPTION…] --print-current-dir|COMMAND\n\nCommands for managing a host system booted with ostree\n\n" +
    `Builtin "admin" Commands:\n${verbList(verbs, NAME_WIDTH)}\n${optionsHelp(options)}\n`;
  if (rest.includes("--version")) {
    yield* proc.print(ostreeVersion(host, proc));
    return 0;
  }
  if (rest.includes("--help") || rest.includes("-h")) {
    yield* proc.print(help);
    return 0;
  }
  if (rest.includes("--print-current-dir")) {
    return yield* runVerb(proc, "ostree admin", PRINT_CURRENT, rest, () => ostreeVersion(host, proc));
  }
  yield* proc.printError(help);
  yield* fail(proc, name === undefined ? 'No "admin" subcommand specified' : `Unknown "admin" subcommand '${name}'`);
  return 1;
}

const PRINT_CURRENT: Verb = {
  name: "admin",
  operands: "--print-current-dir|COMMAND",
  about: "Commands for managing a host system booted with ostree",
  options: [SYSROOT, { name: "print-current-dir", help: "If specified, only print current directory" }, VERBOSE, VERSION],
  *run(call) {
    const sysroot = sysrootOf(call, call.proc);
    const state = sysroot.load();
    const current = state.booted ?? state.deployments[0];
    if (current) yield* call.proc.print(`${sysroot.deploymentPath(current)}\n`);
    return 0;
  },
};
