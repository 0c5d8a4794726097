/** ostree(1): the repository verbs and the door to `ostree admin` and `ostree remote`. */
import type { OstreeHost } from "../../engines/ostree/host.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { Command } from "../command.ts";
import { admin, adminVerbs } from "./admin.ts";
import { cat } from "./cat.ts";
import { checkout } from "./checkout.ts";
import { commit } from "./commit.ts";
import { config } from "./config.ts";
import { diff } from "./diff.ts";
import { fsck } from "./fsck.ts";
import { completionOf, fail, optionsHelp, runVerb, splitVerb, unbuilt, VERBOSE, verbList, VERSION, type Verb } from "./goption.ts";
import { init } from "./init.ts";
import { log, show } from "./log.ts";
import { ls } from "./ls.ts";
import { prune } from "./prune.ts";
import { pull } from "./pull.ts";
import { ostreeVersion } from "./version.ts";
import { refs, reset, revParse } from "./refs.ts";
import { remoteVerbs, runRemote } from "./remote.ts";

const NAME_WIDTH = 18;

/** `host`: the releases, and the servers that remotes' addresses lead to. */
export function ostreeCommand(host: OstreeHost): Command {
  const verbs: readonly Verb[] = [
    {
      name: "admin",
      about: "Commands for managing a host system booted with ostree",
      *run() {
        return 1;
      },
    },
    cat,
    checkout,
    unbuilt("checksum", "Checksum a file or directory"),
    commit,
    config,
    diff,
    unbuilt("export", "Stream COMMIT to stdout in tar format"),
    unbuilt("find-remotes", "Find remotes to serve the given refs"),
    unbuilt("create-usb", "Copy the refs to a USB stick"),
    fsck,
    unbuilt("gpg-sign", "Sign a commit"),
    init,
    log,
    ls,
    prune,
    unbuilt("pull-local", "Copy data from SRC_REPO"),
    pull(host),
    refs,
    {
      name: "remote",
      about: "Remote commands that may involve internet access",
      *run() {
        return 1;
      },
    },
    reset,
    revParse,
    unbuilt("sign", "Sign a commit"),
    show,
    unbuilt("static-delta", "Static delta related commands"),
    unbuilt("summary", "Manage summary metadata"),
  ];
  const remotes = remoteVerbs(host);
  return {
    name: "ostree",
    package: "ostree",
    style: "raw",
    usage: ["ostree [OPTION…] COMMAND"],
    about: "Git-like store of operating system trees, and the deployments made from it",
    options: [VERBOSE, VERSION],
    subcommands: [...completionOf(verbs), ...completionOf(adminVerbs(host), "admin"), ...completionOf(remotes, "remote")],
    simplified: "Extended attributes, signatures, static deltas, tar and collections are not there.",
    run: (proc) =>
      runOstree(
        proc,
        proc.argv.slice(1),
        verbs,
        host,
        (args) => runRemote(proc, remotes, args, () => ostreeVersion(host, proc)),
        (args) => admin(proc, host, args),
      ),
  };
}

function* runOstree(
  proc: Process,
  args: readonly string[],
  verbs: readonly Verb[],
  host: OstreeHost,
  remote: (args: readonly string[]) => Run<ExitStatus>,
  administer: (args: readonly string[]) => Run<ExitStatus>,
): Run<ExitStatus> {
  const { name, rest } = splitVerb(args);
  const verb = verbs.find((candidate) => candidate.name === name);
  if (verb?.name === "admin") return yield* administer(rest);
  if (verb?.name === "remote") return yield* remote(rest);
  if (verb) return yield* runVerb(proc, `ostree ${verb.name}`, verb, rest, () => ostreeVersion(host, proc));
  const help = `Usage:\n  ostree [OPTION…] COMMAND\n\nBuiltin Commands:\n${verbList(verbs, NAME_WIDTH)}\n${optionsHelp([VERBOSE, VERSION])}\n`;
  if (name === undefined && rest.includes("--version")) {
    yield* proc.print(ostreeVersion(host, proc));
    return 0;
  }
  if (rest.includes("--help") || rest.includes("-h")) {
    yield* proc.print(help);
    return 0;
  }
  const unknown = rest.find((arg) => arg !== "-v" && arg !== "--verbose");
  yield* proc.printError(help);
  yield* fail(
    proc,
    unknown !== undefined ? `Unknown option ${unknown}` : name === undefined ? "No command specified" : `Unknown command '${name}'`,
  );
  return 1;
}
