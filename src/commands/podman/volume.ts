/** `podman volume`. Words and statuses recorded with podman 4.3. */
import { createVolume, findVolume, removeVolume, usersOf, volumes, type NamedVolume } from "../../engines/containers/volumes.ts";
import { PodmanError, type Podman } from "../../engines/containers/podman.ts";
import type { Run } from "../../machine/program.ts";
import type { Option, ParsedOptions } from "../command.ts";
import { Answers } from "../answers.ts";
import { goTable, goTemplate } from "../go-flags.ts";
import { stdout } from "../output.ts";
import { removeContainer } from "./removal.ts";
import type { Verb } from "./verb.ts";

const FORMAT: Option = { name: "format", argument: "string", help: "Format volume output using Go template" };

const create: Verb = {
  name: "create",
  usage: "create [options] [NAME]",
  help: "Create a new volume",
  description:
    'If using the default driver, "local", the volume will be created on the host in the volumes directory under container storage.',
  options: [
    { name: "driver", short: "d", argument: "string", help: "Specify volume driver name (default local)", fidelity: "ignored" },
    { name: "ignore", help: "Don't fail if volume already exists" },
    { name: "label", short: "l", argument: "stringArray", help: "Set metadata for a volume (default [])" },
    { name: "opt", short: "o", argument: "stringArray", help: "Set driver specific options (default [])", fidelity: "unbuilt" },
  ],
  operands: { most: 1 },
  *run(podman, options) {
    const name = options.operands[0] ?? podman.storage.newId();
    if (findVolume(podman, name) !== undefined && !options.has("ignore"))
      throw new PodmanError(`volume with name ${name} already exists: volume already exists`);
    const labels = options.values("label").map((text): [string, string] => {
      const [key = "", ...value] = text.split("=");
      return [key, value.join("=")];
    });
    const { name: made } = createVolume(podman, name, Object.fromEntries(labels));
    yield* stdout(podman.proc).print(`${made}\n`);
    return 0;
  },
};

const ls: Verb = {
  name: "ls",
  usage: "ls [options]",
  help: "List volumes",
  description:
    "podman volume ls\n\nList all available volumes. The output of the volumes can be filtered and the output format can be changed to JSON or a user specified Go template.",
  options: [
    { name: "filter", short: "f", argument: "stringArray", help: "Filter volume output" },
    FORMAT,
    { name: "noheading", short: "n", help: "Do not print headers" },
    { name: "quiet", short: "q", help: "Print volume output in quiet mode" },
  ],
  operands: { most: 0, message: "`podman volume ls` takes no arguments" },
  *run(podman, options) {
    const found = volumes(podman).filter((volume) => options.values("filter").every((filter) => passes(podman, volume, filter)));
    const format = options.value("format");
    if (options.has("quiet")) yield* stdout(podman.proc).print(found.map(({ name }) => `${name}\n`).join(""));
    else if (format === "json")
      yield* stdout(podman.proc).print(
        `${JSON.stringify(
          found.map((each) => described(podman, each)),
          null,
          5,
        )}\n`,
      );
    else if (format !== undefined)
      yield* stdout(podman.proc).print(found.map((each) => `${goTemplate(format, "list", described(podman, each), "volumes.ListReporter")}\n`).join("")); // prettier-ignore
    else {
      const rows = found.map(({ name }) => ["local", name]);
      const isTitled = !options.has("noheading") && rows.length > 0;
      yield* stdout(podman.proc).print(goTable([...(isTitled ? [["DRIVER", "VOLUME NAME"]] : []), ...rows]));
    }
    return 0;
  },
};

/** `name=`, `label=`, `dangling=`, `driver=`. Throws PodmanError for another. */
function passes(podman: Podman, volume: NamedVolume, filter: string): boolean {
  const [key = "", ...rest] = filter.split("=");
  const value = rest.join("=");
  switch (key) {
    case "name":
      return volume.name.includes(value);
    case "driver":
      return value === "local";
    case "label": {
      const [label = "", ...wanted] = value.split("=");
      return label in volume.labels && (wanted.length === 0 || volume.labels[label] === wanted.join("="));
    }
    case "dangling":
      return (usersOf(podman, volume).length === 0) === (value === "true");
    default:
      throw new PodmanError(`${JSON.stringify(key)} is an invalid volume filter`);
  }
}

function described(podman: Podman, { name, mountpoint, created, labels }: NamedVolume): object {
  return {
    Name: name,
    Driver: "local",
    Mountpoint: mountpoint,
    CreatedAt: created,
    Labels: labels,
    Scope: "local",
    Options: {},
    MountCount: usersOf(podman, { name, mountpoint, created, labels }).filter((id) => podman.library.processOf(id) !== undefined).length,
    NeedsCopyUp: true,
    NeedsChown: true,
  };
}

const inspect: Verb = {
  name: "inspect",
  usage: "inspect [options] VOLUME [VOLUME...]",
  help: "Display detailed information on one or more volumes",
  description: "Use a Go template to change the format from JSON.",
  options: [{ name: "all", short: "a", help: "Inspect all volumes" }, FORMAT],
  *run(podman, options) {
    const { operands } = options;
    if ((operands.length === 0) !== options.has("all")) throw new PodmanError("provide one or more volume names or use --all");
    const found = options.has("all") ? [...volumes(podman)] : operands.flatMap((name) => findVolume(podman, name) ?? []);
    const format = options.value("format");
    const values = found.map((each) => described(podman, each));
    if (format === undefined || format === "json") yield* stdout(podman.proc).print(`${JSON.stringify(values, null, 5)}\n`);
    else
      for (const value of values) yield* stdout(podman.proc).print(`${goTemplate(format, "inspect", value, "define.InspectVolumeData")}\n`);
    const missing = operands.find((name) => findVolume(podman, name) === undefined);
    if (missing !== undefined) throw new PodmanError(`inspecting object: no such volume ${missing}`);
    return 0;
  },
};

const rm: Verb = {
  name: "rm",
  usage: "rm [options] VOLUME [VOLUME...]",
  help: "Remove one or more volumes",
  description:
    "Remove one or more existing volumes.\n\n  By default only volumes that are not being used by any containers will be removed. To remove the volumes anyways, use the --force flag.",
  options: [
    { name: "all", short: "a", help: "Remove all volumes" },
    { name: "force", short: "f", help: "Remove a volume by force, even if it is being used by a container" },
    { name: "time", short: "t", argument: "int", help: "Seconds to wait for running containers to stop before killing the container" },
  ],
  *run(podman, options) {
    const isAll = options.has("all");
    if ((options.operands.length === 0) !== isAll) throw new PodmanError("choose either one or more volumes or all");
    const names = isAll ? volumes(podman).map(({ name }) => name) : options.operands;
    let status = 0;
    for (const name of names) {
      const failure = yield* removed(podman, name, options);
      if (failure === undefined) yield* stdout(podman.proc).print(`${name}\n`);
      else if (failure.status !== 0) {
        yield* stdout(podman.proc).flush();
        yield* podman.proc.printError(`Error: ${failure.message}\n`);
        status = Math.max(status, failure.status);
      }
    }
    return status;
  },
};

/** Why a volume is still there; nothing is said with status 0. */
function* removed(
  podman: Podman,
  name: string,
  options: ParsedOptions,
): Run<{ readonly message: string; readonly status: number } | undefined> {
  const volume = findVolume(podman, name);
  const isForced = options.has("force");
  if (volume === undefined) return { message: `no volume with name "${name}" found: no such volume`, status: isForced ? 0 : 1 };
  const users = usersOf(podman, volume);
  if (users.length > 0 && !isForced)
    return { message: `volume ${name} is being used by the following container(s): ${users.join(", ")}: volume is being used`, status: 2 };
  for (const id of users) {
    const container = podman.findContainer(id);
    if (container !== undefined) yield* removeContainer(podman, container, Number(options.value("time") ?? container.config.stopTimeout));
  }
  removeVolume(podman, volume);
  return undefined;
}

const prune: Verb = {
  name: "prune",
  usage: "prune [options]",
  help: "Remove all unused volumes",
  description: "Volumes that are not currently owned by a container will be removed.",
  options: [
    { name: "filter", argument: "stringArray", help: "Provide filter values (e.g. 'label=<key>=<value>')" },
    { name: "force", short: "f", help: "Do not prompt for confirmation" },
  ],
  operands: { most: 0, message: "`podman volume prune` takes no arguments" },
  *run(podman, options) {
    const { proc } = podman;
    const unused = volumes(podman).filter(
      (volume) => usersOf(podman, volume).length === 0 && options.values("filter").every((filter) => passes(podman, volume, filter)),
    );
    if (!options.has("force")) {
      const out = stdout(proc);
      yield* out.print(
        "WARNING! This will remove all volumes not used by at least one container. The following volumes will be removed:\n",
      );
      if (unused.length === 0) {
        yield* out.print("No dangling volumes found\n");
        return 0;
      }
      yield* out.print(`${unused.map(({ name }) => `${name}\n`).join("")}Are you sure you want to continue? [y/N] `);
      yield* out.flush();
      if (!(yield* new Answers(proc).read())) return 0;
    }
    for (const volume of unused) {
      removeVolume(podman, volume);
      yield* stdout(proc).print(`${volume.name}\n`);
    }
    return 0;
  },
};

const exists: Verb = {
  name: "exists",
  usage: "exists VOLUME",
  help: "Volume exists",
  description: "If the given volume exists, podman volume exists exits with 0, otherwise the exit code will be 1.",
  options: [],
  operands: { least: 1, most: 1, message: "accepts 1 arg(s), received 0" },
  *run(podman, options) {
    yield* podman.proc.tick();
    return findVolume(podman, options.operands[0] ?? "") === undefined ? 1 : 0;
  },
};

export const VOLUME_VERBS: readonly Verb[] = [create, exists, inspect, ls, prune, rm];
