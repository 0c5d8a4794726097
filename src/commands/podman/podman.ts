/** podman(1): a table of verbs, each with its own options. */
import { PodmanError, Podman } from "../../engines/containers/podman.ts";
import type { Registry } from "../../engines/containers/registry.ts";
import { RuntimeError } from "../../engines/containers/runtime.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Command, Option } from "../command.ts";
import { FlagError, parseFlags } from "../go-flags.ts";
import { longNames } from "../options.ts";
import { stdout } from "../output.ts";
import { build, commit } from "./build.ts";
import { exec, kill, logs, ps, rename, restart, rm, start, stop, wait } from "./containers.ts";
import { cp } from "./cp.ts";
import { diff, exists, imageExists, info, inspect, version } from "./facts.ts";
import { history, images, pull, rmi, tag, untag } from "./images.ts";
import { logout, push, search } from "./remote.ts";
import { create, run } from "./run.ts";
import type { Verb } from "./verb.ts";
import { VOLUME_VERBS } from "./volume.ts";

const VERBS: readonly Verb[] = [
  build,
  commit,
  cp,
  create,
  diff,
  exec,
  history,
  images,
  info,
  inspect,
  kill,
  logout,
  logs,
  ps,
  pull,
  push,
  rename,
  restart,
  rm,
  rmi,
  run,
  search,
  start,
  stop,
  tag,
  untag,
  version,
  wait,
];

/** Verbs under `podman container`, `podman image` and `podman system`, where they have other names. */
const GROUPS: Readonly<Record<string, ReadonlyMap<string, Verb>>> = {
  container: group([commit, cp, create, diff, exec, inspect, kill, logs, ps, rename, restart, rm, run, start, stop, wait], {
    ls: ps,
    list: ps,
    exists,
  }),
  image: group([build, history, inspect, pull, push, search, tag, untag], { ls: images, list: images, rm: rmi, exists: imageExists }),
  system: group([info], {}),
  volume: group(VOLUME_VERBS, {}),
};

function group(verbs: readonly Verb[], more: Readonly<Record<string, Verb>>): ReadonlyMap<string, Verb> {
  return new Map([...verbs.map((verb) => [verb.name, verb] as const), ...Object.entries(more)]);
}

const GLOBAL: readonly Option[] = [
  { name: "help", help: "Help for podman" },
  { name: "log-level", argument: "string", help: "Log messages above specified level", fidelity: "ignored" },
  { name: "version", short: "v", help: "version for podman" },
];

/** What a real podman has besides: said to be missing, not unknown. */
const ABSENT = (
  "artifact attach auto-update events export farm generate healthcheck import init kube load login machine manifest mount network " +
  "pause pod port save secret stats top unmount unpause unshare update quadlet"
).split(" ");

/** Program that needs to know what registries offer. */
export function podmanCommand(registry: Registry): Command {
  return {
    name: "podman",
    package: "podman",
    style: "raw",
    usage: ["podman [options] [command]"],
    about: "Manage pods, containers and images",
    options: GLOBAL,
    subcommands: [
      ...VERBS.map(({ name, help, options }) => ({ name, help, options })),
      ...VOLUME_VERBS.map(({ name, help, options }) => ({ name: `volume ${name}`, help, options })),
      ...ABSENT.map((name) => ({ name, help: "not built in Immutable Lab" })),
    ],
    completes: "none",
    simplified: "no networks, cgroups, seccomp or pods; with -t a container is on the caller's own terminal, and its output is not logged",
    *run(proc, { operands }) {
      try {
        return yield* dispatch(proc, registry, operands);
      } catch (error) {
        if (!(error instanceof PodmanError) && !(error instanceof RuntimeError) && !isSysError(error)) throw error;
        yield* stdout(proc).flush();
        const [message, status] = isSysError(error)
          ? [`${error.syscall} ${error.path}: ${error.text.toLowerCase()}`, 125]
          : [error.message, error.status];
        yield* proc.printError(`Error: ${message}\n`);
        return status;
      }
    },
  };
}

function* dispatch(proc: Process, registry: Registry, args: readonly string[]): Run<ExitStatus> {
  let words = args;
  const fail = function* (text: string): Run<ExitStatus> {
    yield* stdout(proc).flush();
    yield* proc.printError(text);
    return 125;
  };
  try {
    const globals = parseFlags(GLOBAL, words, false);
    if (globals.has("version")) {
      yield* stdout(proc).print("podman version 5.7.0\n");
      return 0;
    }
    if (globals.has("help")) words = ["help", ...globals.operands];
    else words = globals.operands;
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    return yield* fail(`Error: ${error.message}\nSee 'podman --help'\n`);
  }
  const [first] = words;
  if (first === undefined) {
    yield* stdout(proc).print(mainHelp());
    return yield* fail("Error: missing command 'podman COMMAND'\n");
  }
  if (first === "help") {
    const verb = VERBS.find(({ name }) => name === words[1]);
    yield* stdout(proc).print(verb === undefined ? mainHelp() : verbHelp("podman", verb));
    return 0;
  }
  const members = GROUPS[first];
  const path = members === undefined ? "podman" : `podman ${first}`;
  const name = members === undefined ? first : (words[1] ?? "");
  const verb = members === undefined ? VERBS.find((each) => each.name === first || each.also?.includes(first)) : members.get(name);
  if (verb === undefined && members !== undefined && (words.length === 1 || words[1] === "--help")) {
    yield* stdout(proc).print(groupHelp(first, members));
    return words.length > 1 ? 0 : yield* fail(`Error: missing command '${path} COMMAND'\n`);
  }
  if (verb === undefined) {
    if (members === undefined && ABSENT.includes(first)) return yield* fail(`Error: podman ${first} is not built in Immutable Lab\n`);
    return yield* fail(
      `Error: unrecognized command \`${path} ${members === undefined ? first : name}\`\nTry '${path} --help' for more information\n`,
    );
  }
  const rest = words.slice(members === undefined ? 1 : 2);
  const help: Option = { name: "help", help: "" };
  try {
    const options = parseFlags([...verb.options, help], rest, verb.commandFollows !== true);
    if (options.has("help")) {
      yield* stdout(proc).print(verbHelp(path, verb));
      return 0;
    }
    const unbuilt = verb.options.find((option) => option.fidelity === "unbuilt" && options.has(option.name));
    if (unbuilt !== undefined) return yield* fail(`Error: --${unbuilt.name} is not built in Immutable Lab\n`);
    const { least = 0, most = Infinity, message } = verb.operands ?? {};
    const count = options.operands.length;
    if (count > most) return yield* fail(`Error: ${message ?? `accepts at most ${most} arg(s), received ${count}`}\n`);
    if (count < least) return yield* fail(`Error: requires at least ${least} arg(s), only received ${count}\n`);
    const podman = new Podman(proc, registry);
    podman.open();
    return yield* verb.run(podman, options);
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    if (error.message.startsWith("template: ")) return yield* fail(`Error: ${error.message}\n`);
    return yield* fail(`Error: ${error.message}\nSee '${path} ${verb.name} --help'\n`);
  }
}

function mainHelp(): string {
  const rows = VERBS.map(({ name, help }) => `  ${name.padEnd(11)} ${help}\n`).join("");
  return `Manage pods, containers and images\n\nUsage:\n  podman [options] [command]\n\nAvailable Commands:\n${rows}\nOptions:\n${optionRows(GLOBAL)}\n`;
}

/** What a group says of itself, twice. */
const GROUP_TITLES: Readonly<Record<string, readonly [help: string, description: string]>> = {
  container: ["Manage containers", "Manage containers"],
  image: ["Manage images", "Manage images"],
  system: ["Manage podman", "Manage podman"],
  volume: ["Manage volumes", "Volumes are created in and can be shared between containers"],
};

function groupHelp(group: string, members: ReadonlyMap<string, Verb>): string {
  const [help, description] = GROUP_TITLES[group] ?? [group, group];
  const names = [...members].sort(([left], [right]) => (left < right ? -1 : 1));
  const rows = names.map(([name, verb]) => `  ${name.padEnd(11)} ${verb.help}\n`).join("");
  return `${help}\n\nDescription:\n  ${description}\n\nUsage:\n  podman ${group} [command]\n\nAvailable Commands:\n${rows}\n`;
}

function verbHelp(path: string, verb: Verb): string {
  const usage = verb.usage.startsWith("container ") || verb.usage.startsWith("image ") ? `podman ${verb.usage}` : `${path} ${verb.usage}`;
  const options = verb.options.length === 0 ? "" : `\nOptions:\n${optionRows(verb.options)}`;
  return `${verb.help}\n\nDescription:\n  ${verb.description ?? verb.help}\n\nUsage:\n  ${usage}\n${options}`;
}

function optionRows(options: readonly Option[]): string {
  const rows = [...options]
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .map((option) => {
      const argument = option.argument === undefined ? "" : ` ${option.argument}`;
      const spelled = `--${longNames(option)[0] ?? option.name}${argument}`;
      return [option.short === undefined ? `      ${spelled}` : `  -${option.short}, ${spelled}`, option.help] as const;
    });
  const width = Math.max(...rows.map(([spelled]) => spelled.length)) + 3;
  return rows.map(([spelled, help]) => `${spelled.padEnd(width)}${help}`.trimEnd()).join("\n") + "\n";
}
