/** podman run and create: a container from an image and a command line. */
import { runAttached, runDetached } from "../../engines/containers/lifecycle.ts";
import type { Container, Volume } from "../../engines/containers/library.ts";
import { randomName } from "../../engines/containers/names.ts";
import { PodmanError, type Podman } from "../../engines/containers/podman.ts";
import type { StoredImage } from "../../engines/containers/storage.ts";
import { exists } from "../../machine/read-text.ts";
import type { Run } from "../../machine/program.ts";
import type { Option, ParsedOptions } from "../command.ts";
import { stdout } from "../output.ts";
import { obtainImage } from "./images.ts";
import { removeContainer, warning } from "./removal.ts";
import { createVolume, findVolume } from "../../engines/containers/volumes.ts";
import type { Verb } from "./verb.ts";

/** What is accepted without effect: limits, networks, security, which are not simulated. */
function ignored(name: string, help: string, argument?: string, short?: string): Option {
  return { name, help, fidelity: "ignored", ...(argument === undefined ? {} : { argument }), ...(short === undefined ? {} : { short }) };
}

const CREATION: readonly Option[] = [
  { name: "entrypoint", argument: "string", help: "Overwrite the default ENTRYPOINT of the image" },
  { name: "env", short: "e", argument: "stringArray", help: "Set environment variables in container" },
  { name: "hostname", short: "h", argument: "string", help: "Set container hostname" },
  { name: "interactive", short: "i", help: "Keep STDIN open even if not attached" },
  { name: "label", short: "l", argument: "stringArray", help: "Set metadata on container" },
  { name: "mount", argument: "stringArray", help: "Attach a filesystem mount to the container", fidelity: "unbuilt" },
  { name: "name", argument: "string", help: "Assign a name to the container" },
  { name: "pid", argument: "string", help: "PID namespace to use" },
  { name: "privileged", help: "Give extended privileges to container", fidelity: "simplified" },
  { name: "pull", argument: "string", help: "Pull image policy", values: ["always", "missing", "never", "newer"] },
  { name: "quiet", short: "q", help: "Suppress output information when pulling images" },
  { name: "read-only", help: "Make containers root filesystem read-only" },
  { name: "replace", help: "If a container with the same name exists, replace it" },
  { name: "rm", help: "Remove container and any anonymous unnamed volume associated with the container after exit" },
  { name: "stop-timeout", argument: "uint", help: "Timeout (in seconds) that containers stopped by user command have to exit" },
  { name: "tty", short: "t", help: "Allocate a pseudo-TTY for container", fidelity: "simplified" },
  { name: "user", short: "u", argument: "string", help: "Username or UID (format: <name|uid>[:<group|gid>])" },
  { name: "userns", argument: "string", help: "User namespace to use" },
  { name: "volume", short: "v", argument: "stringArray", help: "Bind mount a volume into the container" },
  { name: "workdir", short: "w", argument: "string", help: "Working directory inside the container" },
  ignored("annotation", "Add annotations to container (key=value)", "strings"),
  ignored("cap-add", "Add capabilities to the container", "strings"),
  ignored("cap-drop", "Drop capabilities from the container", "strings"),
  ignored("cgroups", "control container cgroup configuration", "string"),
  ignored("cpus", "Number of CPUs", "float"),
  ignored("device", "Add a host device to the container", "strings"),
  ignored("dns", "Set custom DNS servers", "strings"),
  ignored("init", "Run an init binary inside the container that forwards signals and reaps processes"),
  ignored("ipc", "IPC namespace to use", "string"),
  ignored("log-driver", "Logging driver for the container", "string"),
  ignored("memory", "Memory limit (format: <number>[<unit>])", "<number>[<unit>]", "m"),
  ignored("network", "Connect a container to a network", "stringArray"),
  ignored("pids-limit", "Tune container pids limit", "int"),
  ignored("publish", "Publish a container's port, or a range of ports, to the host", "strings", "p"),
  ignored("restart", "Restart policy to apply when a container exits", "string"),
  ignored("security-opt", "Security Options", "stringArray"),
  ignored("shm-size", "Size of /dev/shm", "<number>[<unit>]"),
  ignored("tmpfs", "Mount a temporary filesystem (tmpfs) into a container", "tmpfs"),
  ignored("ulimit", "Ulimit options", "strings"),
];

export interface Creation {
  readonly image: StoredImage;
  readonly imageName: string;
  readonly command: readonly string[];
}

/** Makes a container as the options say. */
export function createContainer(podman: Podman, options: ParsedOptions, { image, imageName, command }: Creation): Container {
  const { proc } = podman;
  const { config = {} } = podman.storage.configOf(image.id) ?? {};
  const entry = options.value("entrypoint");
  const entrypoint =
    entry === undefined ? (config.Entrypoint ?? []) : entry === "" ? [] : entry.startsWith("[") ? (JSON.parse(entry) as string[]) : [entry];
  const words = command.length > 0 ? command : entry === undefined ? (config.Cmd ?? []) : [];
  if (entrypoint.length + words.length === 0)
    throw new PodmanError("no command or entrypoint provided, and no CMD or ENTRYPOINT from image");
  const id = podman.storage.newId();
  const userns = options.value("userns") ?? "";
  if (!["", "auto", "host", "keep-id"].includes(userns) && !userns.startsWith("keep-id:"))
    throw new PodmanError(`--userns=${userns} is not built in Immutable Lab`);
  const pid = options.value("pid") ?? "";
  if (!["", "host", "private"].includes(pid)) throw new PodmanError(`--pid=${pid} is not built in Immutable Lab`);
  const name = options.value("name") ?? freeName(podman);
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name)) throw new PodmanError("names must match [a-zA-Z0-9][a-zA-Z0-9_.-]*: invalid argument");
  return podman.create(
    {
      name,
      imageName: image.names?.find((each) => each === imageName) ?? image.names?.[0] ?? image.id,
      imageId: image.id,
      command: words,
      entrypoint,
      env: [...(config.Env ?? []), ...options.values("env").flatMap((line) => variable(podman, line))],
      workingDir: options.value("workdir") ?? config.WorkingDir ?? "",
      user: options.value("user") ?? config.User ?? (userns.startsWith("keep-id") ? String(proc.sys.credentials.uid) : ""),
      hostname: options.value("hostname") ?? id.slice(0, 12),
      terminal: options.has("tty"),
      interactive: options.has("interactive"),
      volumes: options.values("volume").map((text) => volumeOf(podman, text)),
      labels: {
        ...(config.Labels ?? {}),
        ...Object.fromEntries(options.values("label").map((label) => [label.split("=", 1)[0] ?? "", label.slice(label.indexOf("=") + 1)])),
      },
      userns: userns.startsWith("keep-id") ? "keep-id" : userns === "host" && !podman.rootless ? "host" : "",
      pidHost: pid === "host",
      privileged: options.has("privileged"),
      autoRemove: options.has("rm"),
      readOnly: options.has("read-only"),
      createCommand: [...proc.argv],
      stopTimeout: Number(options.value("stop-timeout") ?? 10),
    },
    id,
  );
}

/** A name that nobody has. */
function freeName(podman: Podman): string {
  for (;;) {
    const name = randomName(podman.proc.kernel.random);
    if (podman.findContainer(name) === undefined) return name;
  }
}

/** NAME=VALUE, or NAME alone for the caller's own value. */
function variable(podman: Podman, line: string): string[] {
  if (line.includes("=")) return [line];
  const value = podman.proc.env.get(line);
  return value === undefined ? [] : [`${line}=${value}`];
}

/** SOURCE:DESTINATION[:OPTIONS]. Throws PodmanError. */
function volumeOf(podman: Podman, text: string): Volume {
  const { sys } = podman.proc;
  const [given = "", destination = "", flags = ""] = text.split(":");
  if (destination === "") throw new PodmanError("anonymous volumes are not built in Immutable Lab");
  if (!destination.startsWith("/"))
    throw new PodmanError(`invalid container path ${JSON.stringify(destination)}, must be an absolute path`);
  let source = given;
  if (given.startsWith(".")) source = `${sys.getcwd()}/${given}`;
  if (!source.startsWith("/")) {
    source = namedVolume(podman, given);
  }
  if (!exists(sys, source)) throw new PodmanError(`statfs ${source}: no such file or directory`);
  const words = flags.split(",");
  return { source: sys.realpath(source), destination, readOnly: words.includes("ro"), recursive: true };
}

/** Its directory; it is made when it is not there. */
function namedVolume(podman: Podman, name: string): string {
  try {
    return (findVolume(podman, name) ?? createVolume(podman, name)).mountpoint;
  } catch (error) {
    if (error instanceof PodmanError) throw new PodmanError(`creating named volume ${JSON.stringify(name)}: ${error.message}`);
    throw error;
  }
}

function* creation(podman: Podman, options: ParsedOptions): Run<Container> {
  const [name = "", ...command] = options.operands;
  if (options.has("replace")) {
    const old = podman.findContainer(options.value("name") ?? "");
    if (old !== undefined) yield* removeContainer(podman, old, old.config.stopTimeout);
  }
  const image = yield* obtainImage(podman, name, options.value("pull") ?? "missing", options.has("quiet"));
  return createContainer(podman, options, { image, imageName: name, command });
}

export const create: Verb = {
  name: "create",
  usage: "create [options] IMAGE [COMMAND [ARG...]]",
  help: "Create but do not start a container",
  description: "Creates a new container from the given image or storage and prepares it for running the specified command.",
  options: CREATION,
  commandFollows: true,
  operands: { least: 1 },
  *run(podman, options) {
    const { config } = yield* creation(podman, options);
    yield* stdout(podman.proc).print(`${config.id}\n`);
    return 0;
  },
};

export const run: Verb = {
  name: "run",
  usage: "run [options] IMAGE [COMMAND [ARG...]]",
  help: "Run a command in a new container",
  description: "Runs a command in a new container from the given image",
  options: [
    ...CREATION,
    { name: "detach", short: "d", help: "Run container in background and print container ID" },
    { name: "rmi", help: "Remove image unless used by other containers, implies --rm", fidelity: "unbuilt" },
  ],
  commandFollows: true,
  operands: { least: 1 },
  *run(podman, options) {
    const { proc } = podman;
    if (options.has("tty") && options.has("interactive") && !options.has("detach") && !proc.sys.isatty(0))
      yield* proc.printError(warning(podman, "The input device is not a TTY. The --tty and --interactive flags might not work properly"));
    const container = yield* creation(podman, options);
    const { id, autoRemove } = container.config;
    try {
      if (options.has("detach")) {
        yield* runDetached(podman, container);
        yield* stdout(proc).print(`${id}\n`);
        return 0;
      }
      return yield* runAttached(podman, container);
    } catch (error) {
      if (error instanceof PodmanError && autoRemove && options.has("detach")) podman.remove(id);
      throw error;
    } finally {
      if (autoRemove && !options.has("detach") && podman.library.recorded(id) !== undefined) podman.remove(id);
    }
  },
};
