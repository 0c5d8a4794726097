/** bootc(8): a host whose system is a container image. Source: bootc-dev/bootc:crates/lib/src/cli.rs. */
import { failureText } from "../../engines/ostree/errors.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { Sysroot } from "../../engines/ostree/sysroot.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { Command } from "../command.ts";
import { ClapError, complainAbout, parseVerb, programHelp, verbHelp, type Verb } from "./clap.ts";
import { edit } from "./edit.ts";
import { image } from "./image.ts";
import { rollback } from "./rollback.ts";
import { status } from "./status.ts";
import { withStorage } from "./storage.ts";
import { switchImage } from "./switch.ts";
import { upgrade } from "./upgrade.ts";

const ABOUT = "Deploy and update a host in place, from bootable container images";

const usrOverlay: Verb = {
  name: "usr-overlay",
  alsoAs: "usroverlay",
  about: "Put a writable overlay on /usr until the next boot",
  options: [{ name: "read-only", help: "Mounted read-only, for whoever remounts it for himself" }],
  *run(call): Run<ExitStatus> {
    // The sysroot is opened before; the work is that of another program, which takes this one's place.
    yield* withStorage(call.proc, function* () {});
    return yield* call.proc.exec("/usr/bin/ostree", ["ostree", "admin", "unlock", ...(call.has("read-only") ? ["--transient"] : [])]);
  },
};

/** What the real one has besides. */
function unbuilt(name: string, about: string, shown: "listed" | "hidden" = "listed"): Verb {
  return {
    name,
    about,
    options: [],
    unbuilt: true,
    ...(shown === "hidden" ? { hidden: true } : {}),
    *run() {
      return 1;
    },
  };
}

export function bootcCommand(host: OstreeHost): Command {
  const verbs: readonly Verb[] = [
    upgrade(host),
    switchImage(host),
    rollback(host),
    edit(host),
    status,
    usrOverlay,
    unbuilt("install", "Install the running container to a disk"),
    unbuilt("container", "What is done while an image is built: lint, inspect"),
    unbuilt("loader-entries", "Boot loader entries"),
    unbuilt("completion", "Completion scripts for shells"),
    image,
    unbuilt("state", "The state of the system", "hidden"),
    unbuilt("internals", "For bootc itself", "hidden"),
    unbuilt("config-diff", "What differs in /etc", "hidden"),
    unbuilt("delete-deployment", "Remove a deployment", "hidden"),
  ];
  const options = verbs.flatMap((verb) => verb.options);
  return {
    name: "bootc",
    package: "bootc",
    style: "raw",
    usage: ["bootc <COMMAND>"],
    about: ABOUT,
    options: [...new Map(options.map((option) => [option.name, option])).values()],
    subcommands: verbs
      .filter((verb) => verb.unbuilt !== true && verb.hidden !== true)
      .map(({ name, about, options: own }) => ({
        name,
        help: about,
        options: own.filter(({ fidelity, hidden }) => fidelity !== "unbuilt" && hidden !== true),
      })),
    simplified:
      "Images come from registries only, and no layer is really an archive. Kernel arguments of an image, images bound to it, " +
      "`bootc container` and `bootc install` are not built; of `bootc image` there is `list` alone.",
    run: (proc) => runBootc(proc, host, verbs),
  };
}

function* runBootc(proc: Process, host: OstreeHost, verbs: readonly Verb[]): Run<ExitStatus> {
  const [name, ...rest] = proc.argv.slice(1);
  if (name === undefined) {
    yield* proc.printError(programHelp(ABOUT, verbs));
    return 2;
  }
  if (name === "-h" || name === "--help" || (name === "help" && rest[0] === undefined)) {
    yield* proc.print(programHelp(ABOUT, verbs));
    return 0;
  }
  if (name === "-V" || name === "--version") {
    yield* proc.print(`bootc ${versionOf(proc, host)}\n`);
    return 0;
  }
  const wanted = name === "help" ? (rest[0] ?? "") : name;
  const verb = verbs.find((each) => each.name === wanted || each.alsoAs === wanted);
  if (!verb) {
    const what = wanted.startsWith("-") ? `unexpected argument '${wanted}' found` : `unrecognized subcommand '${wanted}'`;
    return yield* complainAbout(proc, new ClapError(what, "bootc <COMMAND>"));
  }
  if (name === "help") {
    yield* proc.print(verbHelp(verb));
    return 0;
  }
  return yield* runVerb(proc, verb, rest);
}

function* runVerb(proc: Process, verb: Verb, args: readonly string[]): Run<ExitStatus> {
  try {
    if (verb.unbuilt) {
      yield* proc.printError(`error: 'bootc ${verb.name}' is not built in Immutable Lab\n`);
      return 1;
    }
    const call = parseVerb(proc, verb, args);
    if (call === "help") {
      yield* proc.print(verbHelp(verb));
      return 0;
    }
    const absent = verb.options.find(({ name, fidelity }) => fidelity === "unbuilt" && call.has(name));
    if (absent) {
      yield* proc.printError(`error: --${absent.name} is not built in Immutable Lab\n`);
      return 1;
    }
    return yield* verb.run(call);
  } catch (error) {
    if (error instanceof ClapError) return yield* complainAbout(proc, error);
    const text = failureText(error);
    if (text === undefined) throw error;
    yield* proc.printError(`error: ${text}\n`);
    return 1;
  }
}

/** Of the package in the release that runs. */
function versionOf(proc: Process, host: OstreeHost): string {
  const booted = new Sysroot(proc.sys).load().booted;
  const packages = booted && host.catalogue.byCommit(booted.checksum)?.packages;
  return packages?.find(({ name }) => name === "bootc")?.version ?? host.version ?? "";
}
