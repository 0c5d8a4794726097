/** podman's verbs on containers that are there: ps, start, stop, kill, rm, exec, logs, wait, rename, diff. */
import { errandOf, logPath, readLog, runAttached, runDetached, untilGone, waitFor } from "../../engines/containers/lifecycle.ts";
import type { Container } from "../../engines/containers/library.ts";
import { PodmanError, type Podman } from "../../engines/containers/podman.ts";
import { signalInside, startAnother } from "../../engines/containers/runtime.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import { TICK, type ExitStatus, type Run } from "../../machine/program.ts";
import { SIGNALS, type Signal } from "../../machine/signals.ts";
import { O } from "../../vfs/types.ts";
import type { Option, ParsedOptions } from "../command.ts";
import { goTable, goTemplate, humanDuration } from "../go-flags.ts";
import { stdout } from "../output.ts";
import { secondsSince } from "./images.ts";
import { removeContainer, stopContainer } from "./removal.ts";
import type { Verb } from "./verb.ts";

const ALL: Option = { name: "all", short: "a", help: "All containers" };
const LATEST: Option = { name: "latest", short: "l", help: "Act on the latest container podman is aware of" };

/** "Up 3 seconds", "Exited (0) 2 hours ago", "Created". */
export function statusText(podman: Podman, { state }: Container): string {
  if (state.status === "running") return `Up ${humanDuration(secondsSince(podman, state.startedAt))}`;
  if (state.status === "created") return "Created";
  const since = state.finishedAt === "" ? state.startedAt : state.finishedAt;
  return `Exited (${state.exitCode}) ${humanDuration(secondsSince(podman, since))} ago`;
}

function commandText({ config }: Container): string {
  return [...config.entrypoint, ...config.command].join(" ");
}

export const ps: Verb = {
  name: "ps",
  usage: "ps [options]",
  help: "List containers",
  description: "Prints out information about the containers",
  options: [
    { name: "all", short: "a", help: "Show all the containers, default is only running containers" },
    { name: "filter", short: "f", argument: "strings", help: "Filter output based on conditions given" },
    { name: "format", argument: "string", help: "Pretty-print containers to JSON or using a Go template" },
    { name: "last", short: "n", argument: "int", help: "Print the n last created containers (all states)" },
    { name: "latest", short: "l", help: "Show the latest container created (all states)" },
    { name: "no-trunc", help: "Do not truncate output" },
    { name: "noheading", help: "Do not print headers" },
    { name: "quiet", short: "q", help: "Print the numeric IDs of the containers only" },
    { name: "external", help: "Show containers in storage not controlled by Podman", fidelity: "ignored" },
    { name: "pod", short: "p", help: "Print the ID and name of the pod the containers are associated with", fidelity: "unbuilt" },
    { name: "size", short: "s", help: "Display the total file sizes", fidelity: "unbuilt" },
    {
      name: "sort",
      argument: "string",
      help: "Sort output by: command, created, id, image, names, runningfor, size, status",
      fidelity: "ignored",
    },
  ],
  operands: { most: 0, message: "`podman ps` takes no arguments" },
  *run(podman, options) {
    const { proc } = podman;
    const everything = options.has("all") || options.has("last") || options.has("latest");
    let shown = podman.library.containers().filter(({ state }) => everything || state.status === "running");
    const last = options.has("latest") ? 1 : Number(options.value("last") ?? 0);
    if (last > 0) shown = shown.slice(-last);
    for (const filter of options.values("filter")) {
      const [key = "", value = ""] = filter.split(/=(.*)/s);
      if (key === "name") shown = shown.filter(({ config }) => config.name.includes(value));
      else if (key === "status") shown = shown.filter(({ state }) => state.status === value);
      else if (key === "id") shown = shown.filter(({ config }) => config.id.startsWith(value));
      else if (key === "label")
        shown = shown.filter(({ config }) => {
          const [name = "", text] = value.split("=");
          return name in config.labels && (text === undefined || config.labels[name] === text);
        });
      else if (key === "ancestor") shown = shown.filter(({ config }) => config.imageName.includes(value));
      else throw new PodmanError(`invalid filter ${JSON.stringify(key)}`);
    }
    const trunc = (id: string): string => (options.has("no-trunc") ? id : id.slice(0, 12));
    if (options.has("quiet")) {
      yield* stdout(proc).print(shown.map(({ config }) => `${trunc(config.id)}\n`).join(""));
      return 0;
    }
    const command = (container: Container): string => {
      const text = commandText(container);
      return options.has("no-trunc") || text.length <= 17 ? text : `${text.slice(0, 17)}...`;
    };
    const fields = (container: Container) => ({
      ID: trunc(container.config.id),
      Id: container.config.id,
      Image: container.config.imageName,
      ImageID: container.config.imageId.slice(0, 12),
      Command: command(container),
      Created: `${humanDuration(secondsSince(podman, container.config.created))} ago`,
      CreatedAt: container.config.created,
      RunningFor: `${humanDuration(secondsSince(podman, container.config.created))} ago`,
      Status: statusText(podman, container),
      State: container.state.status,
      Ports: "",
      Names: container.config.name,
      Labels: container.config.labels,
      Pid: podman.library.processOf(container.config.id)?.pid ?? 0,
      ExitCode: container.state.exitCode,
    });
    const format = options.value("format");
    if (format === "json") {
      const list = shown.map((container) => ({
        ...fields(container),
        Command: [...container.config.entrypoint, ...container.config.command],
        Names: [container.config.name],
        Exited: container.state.status === "exited",
      }));
      yield* stdout(proc).print(`${JSON.stringify(list, null, 2)}\n`);
      return 0;
    }
    if (format !== undefined) {
      const template = format.replace(/^table\s+/, "");
      yield* stdout(proc).print(
        shown.map((container) => `${goTemplate(template, "ps", fields(container), "containers.psReporter")}\n`).join(""),
      );
      return 0;
    }
    const heading = options.has("noheading") ? [] : [["CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES"]];
    const rows = shown.map(fields).map((row) => [row.ID, row.Image, row.Command, row.Created, row.Status, row.Ports, row.Names]);
    yield* stdout(proc).print(goTable([...heading, ...rows]));
    return 0;
  },
};

/** The containers that the operands, --all and --latest mean. */
function wanted(podman: Podman, options: ParsedOptions, status = 125): readonly Container[] {
  const all = podman.library.containers();
  if (options.has("all")) return all;
  if (options.has("latest")) return all.slice(-1);
  if (options.operands.length === 0) throw new PodmanError("you must provide at least one name or id");
  return options.operands.map((name) => podman.mustFindContainer(name, status));
}

export const start: Verb = {
  name: "start",
  usage: "start [options] CONTAINER [CONTAINER...]",
  help: "Start one or more containers",
  description: "Starts one or more containers.  The container name or ID can be used.",
  options: [
    { name: "attach", short: "a", help: "Attach container's STDOUT and STDERR" },
    { name: "interactive", short: "i", help: "Make STDIN available to the contained process", fidelity: "simplified" },
    ALL,
    LATEST,
  ],
  *run(podman, options) {
    const { proc } = podman;
    for (const container of wanted(podman, options)) {
      const { id, name } = container.config;
      const called = options.operands.find((each) => each === name || id.startsWith(each)) ?? name;
      if (container.state.status !== "running") {
        if (options.has("attach")) {
          const config = options.has("interactive") ? { ...container.config, interactive: true } : container.config;
          return yield* started(id, true, runAttached(podman, { ...container, config }));
        }
        yield* started(id, false, runDetached(podman, container));
      }
      yield* stdout(proc).print(`${called}\n`);
    }
    return 0;
  },
};

function* started<T>(id: string, attached: boolean, run: Run<T>): Run<T> {
  try {
    return yield* run;
  } catch (error) {
    if (error instanceof PodmanError)
      throw new PodmanError(`unable to start container ${attached ? id : JSON.stringify(id)}: ${error.message}`);
    throw error;
  }
}

export const stop: Verb = {
  name: "stop",
  usage: "stop [options] CONTAINER [CONTAINER...]",
  help: "Stop one or more containers",
  description: "Stops one or more running containers.  The container name or ID can be used.",
  options: [
    { name: "time", short: "t", argument: "int", help: "Seconds to wait for stop before killing the container" },
    { name: "ignore", short: "i", help: "Ignore errors when a specified container is missing" },
    ALL,
    LATEST,
  ],
  *run(podman, options) {
    for (const container of wanted(podman, options)) {
      yield* stopContainer(podman, container, Number(options.value("time") ?? container.config.stopTimeout));
      yield* stdout(podman.proc).print(
        `${options.operands.length === 0 ? container.config.id : (options.operands.find((each) => container.config.name === each || container.config.id.startsWith(each)) ?? "")}\n`,
      );
    }
    return 0;
  },
};

export const restart: Verb = {
  name: "restart",
  usage: "restart [options] CONTAINER [CONTAINER...]",
  help: "Restart one or more containers",
  options: [{ name: "time", short: "t", argument: "int", help: "Seconds to wait for stop before killing the container" }, ALL, LATEST],
  *run(podman, options) {
    for (const container of wanted(podman, options)) {
      yield* stopContainer(podman, container, Number(options.value("time") ?? container.config.stopTimeout));
      yield* started(container.config.id, false, runDetached(podman, podman.mustFindContainer(container.config.id)));
      yield* stdout(podman.proc).print(`${options.operands[0] ?? container.config.id}\n`);
    }
    return 0;
  },
};

export const kill: Verb = {
  name: "kill",
  usage: "kill [options] CONTAINER [CONTAINER...]",
  help: "Kill one or more running containers with a specific signal",
  options: [{ name: "signal", short: "s", argument: "string", help: "Signal to send to the container" }, ALL, LATEST],
  *run(podman, options) {
    const name = (options.value("signal") ?? "KILL").toUpperCase().replace(/^SIG/, "");
    const signal = name in SIGNALS ? (name as Signal) : (Object.keys(SIGNALS) as Signal[]).find((each) => String(SIGNALS[each]) === name);
    if (signal === undefined) throw new PodmanError(`invalid signal: ${options.value("signal") ?? ""}`);
    for (const container of wanted(podman, options)) {
      const { id } = container.config;
      const process = podman.library.processOf(id);
      if (process === undefined)
        throw new PodmanError(`can only kill running containers. ${id} is in state ${container.state.status}: container state improper`);
      yield* signalInside(podman.proc, process, signal);
      if (signal === "KILL") yield* untilGone(podman, id, process);
      yield* stdout(podman.proc).print(`${options.operands[0] ?? id}\n`);
    }
    return 0;
  },
};

export const rm: Verb = {
  name: "rm",
  usage: "rm [options] CONTAINER [CONTAINER...]",
  help: "Remove one or more containers",
  description: "Removes one or more containers from the host. The container name or ID can be used.",
  options: [
    { name: "all", short: "a", help: "Remove all containers" },
    { name: "force", short: "f", help: "Force removal of a running or unusable container" },
    { name: "ignore", short: "i", help: "Ignore errors when a specified container is missing" },
    LATEST,
    { name: "time", short: "t", argument: "int", help: "Seconds to wait for stop before killing the container" },
    { name: "volumes", short: "v", help: "Remove anonymous volumes associated with the container", fidelity: "ignored" },
    { name: "depend", help: "Remove container and all containers that depend on the selected container", fidelity: "ignored" },
  ],
  *run(podman, options) {
    const { proc } = podman;
    if (options.operands.length === 0 && !options.has("all") && !options.has("latest"))
      throw new PodmanError("you must provide at least one name or id");
    const force = options.has("force");
    const names = options.has("all") || options.has("latest") ? wanted(podman, options).map(({ config }) => config.id) : options.operands;
    let status: ExitStatus = 0;
    for (const name of names) {
      const container = podman.findContainer(name);
      if (container === undefined) {
        // What is in the storage alone: a cut came between its two lists.
        const stored = podman.storage.containers().find(({ id, names: own }) => id === name || own.includes(name));
        if (stored !== undefined) {
          podman.storage.deleteContainer(stored.id);
          yield* stdout(proc).print(`${name}\n`);
        } else if (!force && !options.has("ignore")) {
          yield* proc.printError(`Error: no container with name or ID "${name}" found: no such container\n`);
          status = 1;
        }
        continue;
      }
      if (container.state.status === "running" && !force) {
        yield* proc.printError(
          `Error: cannot remove container ${container.config.id} as it is running - running or paused containers cannot be removed without force: container state improper\n`,
        );
        status = 2;
        continue;
      }
      yield* removeContainer(podman, container, Number(options.value("time") ?? container.config.stopTimeout));
      yield* stdout(proc).print(`${name}\n`);
    }
    return status;
  },
};

export const exec: Verb = {
  name: "exec",
  usage: "exec [options] CONTAINER COMMAND [ARG...]",
  help: "Run a process in a running container",
  description: "Execute the specified command inside a running container.",
  options: [
    { name: "detach", short: "d", help: "Run the exec session in detached mode (backgrounded)", fidelity: "unbuilt" },
    { name: "env", short: "e", argument: "stringArray", help: "Set environment variables" },
    { name: "interactive", short: "i", help: "Make STDIN available to the contained process" },
    { name: "tty", short: "t", help: "Allocate a pseudo-TTY. The default is false", fidelity: "simplified" },
    { name: "user", short: "u", argument: "string", help: "Sets the username or UID used and optionally the groupname or GID" },
    { name: "workdir", short: "w", argument: "string", help: "Working directory inside the container" },
    { name: "privileged", help: "Give the process extended Linux capabilities inside the container", fidelity: "ignored" },
    LATEST,
  ],
  commandFollows: true,
  *run(podman, options) {
    const [name = "", ...argv] = options.operands;
    if (name === "") throw new PodmanError("exec requires the name or ID of a container or the --latest flag");
    if (argv.length === 0) throw new PodmanError("must provide a non-empty command to start an exec session: invalid argument");
    const container = podman.mustFindContainer(name);
    return yield* execIn(podman, container, {
      argv,
      env: options.values("env"),
      interactive: options.has("interactive"),
      user: options.value("user"),
      workingDir: options.value("workdir"),
    });
  },
};

export interface ExecRequest {
  readonly argv: readonly string[];
  readonly env: readonly string[];
  readonly interactive: boolean;
  readonly user: string | undefined;
  readonly workingDir: string | undefined;
}

/** Runs a command in a container that runs, and gives its status. Throws PodmanError. */
export function* execIn(podman: Podman, { config }: Container, request: ExecRequest): Run<ExitStatus> {
  const { proc } = podman;
  const target = podman.library.processOf(config.id);
  if (target === undefined) throw new PodmanError("can only create exec sessions on running containers: container state improper", 255);
  const base = errandOf(config);
  const nothing = proc.sys.open("/dev/null", O.RDONLY | O.CLOEXEC);
  const errand = {
    argv: request.argv,
    env: [...new Map([...base.env, ...request.env].map((line) => [line.split("=", 1)[0] ?? "", line])).values()],
    workingDir: request.workingDir ?? config.workingDir,
    user: request.user ?? config.user,
  };
  const fds = new Map([
    [0, request.interactive ? 0 : nothing],
    [1, 1],
    [2, 2],
  ]);
  yield* stdout(proc).flush();
  const { process, started: news } = startAnother(proc, target, errand, config.id, fds);
  for (const signal of ["INT", "QUIT"] as const) proc.onSignal(signal, () => undefined);
  while (!news.isRunning && news.failure === undefined && process.state !== "zombie") yield TICK;
  const status = yield* waitFor(proc, process.pid);
  if (news.failure !== undefined) throw new PodmanError(news.failure.message, news.failure.status);
  return status;
}

export const logs: Verb = {
  name: "logs",
  usage: "logs [options] CONTAINER [CONTAINER...]",
  help: "Fetch the logs of one or more containers",
  description: "Retrieves logs for one or more containers.",
  options: [
    { name: "follow", short: "f", help: "Follow log output." },
    { name: "tail", argument: "int", help: "Output the specified number of LINES at the end of the logs." },
    { name: "timestamps", short: "t", help: "Output the timestamps in the log" },
    { name: "names", short: "n", help: "Output the container name in the log" },
    { name: "since", argument: "string", help: "Show logs since TIMESTAMP", fidelity: "unbuilt" },
    { name: "until", argument: "string", help: "Show logs until TIMESTAMP", fidelity: "unbuilt" },
    LATEST,
  ],
  *run(podman, options) {
    const { proc } = podman;
    for (const { config } of wanted(podman, options)) {
      let done = 0;
      for (;;) {
        const isRunning = podman.library.processOf(config.id) !== undefined;
        const records = readLog(readTextIfThere(proc.sys, logPath(podman, config.id)) ?? "");
        const tail = options.value("tail");
        const from = done === 0 && tail !== undefined && Number(tail) >= 0 ? Math.max(0, records.length - Number(tail)) : done;
        for (const { stream, text, time } of records.slice(from)) {
          const line = `${options.has("timestamps") ? `${time} ` : ""}${options.has("names") ? `${config.name} ` : ""}${text}`;
          if (stream === "stderr") {
            yield* stdout(proc).flush();
            yield* proc.printError(line);
          } else yield* stdout(proc).print(line);
        }
        done = records.length;
        if (!options.has("follow") || !isRunning) break;
        yield* stdout(proc).flush();
        yield* proc.sleep(0.25);
      }
    }
    return 0;
  },
};

export const wait: Verb = {
  name: "wait",
  usage: "wait [options] CONTAINER [CONTAINER...]",
  help: "Block on one or more containers",
  options: [
    LATEST,
    { name: "interval", short: "i", argument: "string", help: "Time Interval to wait before polling for completion", fidelity: "ignored" },
  ],
  *run(podman, options) {
    for (const { config } of wanted(podman, options)) {
      while (podman.library.processOf(config.id) !== undefined) yield* podman.proc.sleep(0.25);
      yield* stdout(podman.proc).print(`${podman.library.recorded(config.id)?.state.exitCode ?? 0}\n`);
    }
    return 0;
  },
};

export const rename: Verb = {
  name: "rename",
  usage: "rename CONTAINER NAME",
  help: "Rename an existing container",
  options: [],
  operands: { least: 2, most: 2 },
  *run(podman, options) {
    const [name = "", next = ""] = options.operands;
    const { config } = podman.mustFindContainer(name);
    if (podman.findContainer(next) !== undefined) throw new PodmanError(`name ${JSON.stringify(next)} is in use: container already exists`);
    podman.rename(config.id, next);
    yield* podman.proc.tick();
    return 0;
  },
};
