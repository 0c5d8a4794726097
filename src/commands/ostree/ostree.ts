/** ostree(1): the repository verbs and the doors to `ostree admin`, `ostree remote` and `ostree static-delta`. */
import type { OstreeHost } from "../../engines/ostree/host.ts";
import type { Option, Command } from "../command.ts";
import { adminGroup } from "./admin.ts";
import { cat } from "./cat.ts";
import { exportTree } from "./archive.ts";
import { checkout } from "./checkout.ts";
import { checksum } from "./checksum.ts";
import { commit } from "./commit.ts";
import { config } from "./config.ts";
import { diff } from "./diff.ts";
import { fsck } from "./fsck.ts";
import { absentOf, completionOf, runGroup, unbuilt, VERBOSE, VERSION, type Verb, type VerbGroup } from "./goption.ts";
import { init } from "./init.ts";
import { log, show } from "./log.ts";
import { ls } from "./ls.ts";
import { prune } from "./prune.ts";
import { pullLocal } from "./pull-local.ts";
import { pull } from "./pull.ts";
import { refs, reset, revParse } from "./refs.ts";
import { remoteGroup } from "./remote.ts";
import { REPO } from "./repository.ts";
import { gpgSign, sign } from "./signing.ts";
import { staticDelta } from "./static-delta.ts";
import { summary } from "./summary.ts";
import { ostreeVersion } from "./version.ts";

/** `host`: the releases, and the servers that remotes' addresses lead to. */
export function ostreeGroup(host: OstreeHost): VerbGroup {
  const door = (name: string, about: string, group: VerbGroup): Verb => ({
    name,
    about,
    group,
    *run() {
      return 1;
    },
  });
  return {
    program: "ostree",
    operands: "[OPTION…] COMMAND",
    options: [VERBOSE, VERSION],
    verbs: [
      door("admin", "Commands for managing a host system booted with ostree", adminGroup(host)),
      cat,
      checkout,
      checksum,
      commit,
      config,
      diff,
      exportTree,
      unbuilt("find-remotes", "Find remotes to serve the given refs", "listed", FIND_REMOTES),
      unbuilt("create-usb", "Copy the refs to a USB stick", "listed", CREATE_USB),
      fsck,
      gpgSign,
      init,
      log,
      ls,
      prune,
      pullLocal,
      pull(host),
      refs,
      door("remote", "Remote commands that may involve internet access", remoteGroup(host)),
      reset,
      revParse,
      sign,
      show,
      staticDelta(host),
      summary,
    ],
  };
}

export function ostreeCommand(host: OstreeHost): Command {
  const group = ostreeGroup(host);
  /** What `tell` says of a verb, and of those below it. */
  const below = <T>(tell: (verbs: readonly Verb[], of?: string) => readonly T[], verb: Verb, of?: string): T[] => {
    const name = of === undefined ? verb.name : `${of} ${verb.name}`;
    return [...tell([verb], of), ...(verb.group?.verbs ?? []).flatMap((each) => below(tell, each, name))];
  };
  return {
    name: "ostree",
    package: "ostree",
    style: "raw",
    usage: ["ostree [OPTION…] COMMAND"],
    about: "Git-like store of operating system trees, and the deployments made from it",
    options: [VERBOSE, VERSION],
    subcommands: group.verbs.flatMap((verb) => below(completionOf, verb)),
    absent: group.verbs.flatMap((verb) => below(absentOf, verb)),
    simplified: "Extended attributes, signatures and tar are not there.",
    run: (proc) => runGroup(proc, group, proc.argv.slice(1), () => ostreeVersion(host, proc)),
  };
}

// ——— the options of what is not built, for its help

interface Shown {
  readonly operands: string;
  readonly options: readonly Option[];
}

const FIND_REMOTES: Shown = {
  operands: "COLLECTION-ID REF [COLLECTION-ID REF...]",
  options: [
    REPO,
    { name: "cache-dir", argument: "", help: "Use custom cache dir" },
    { name: "disable-fsync", help: "Do not invoke fsync()" },
    { name: "finders", argument: "FINDERS", help: "Use the specified comma separated list of finders (e.g. config,lan,mount)" },
    { name: "pull", help: "Pull the updates after finding them" },
    { name: "mirror", help: "Do a mirror pull (see ostree pull --mirror)" },
    VERBOSE,
    VERSION,
  ],
};

const CREATE_USB: Shown = {
  operands: "MOUNT-PATH COLLECTION-ID REF [COLLECTION-ID REF...]",
  options: [
    REPO,
    { name: "disable-fsync", help: "Do not invoke fsync()" },
    { name: "destination-repo", argument: "DEST", help: "Use custom repository directory within the mount" },
    { name: "commit", argument: "COMMIT", help: "Pull a specific commit (only works when a single ref is specified)" },
    VERBOSE,
    VERSION,
  ],
};
