/** toolbox(1): containers that share home, user and terminal with the host (containers/toolbox:src/cmd). */
import { runDetached } from "../../engines/containers/lifecycle.ts";
import type { Container } from "../../engines/containers/library.ts";
import { Podman, PodmanError } from "../../engines/containers/podman.ts";
import type { Registry } from "../../engines/containers/registry.ts";
import { fullName, splitTag } from "../../engines/containers/reference.ts";
import { RuntimeError } from "../../engines/containers/runtime.ts";
import type { StoredImage } from "../../engines/containers/storage.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { exists, readTextIfThere } from "../../machine/read-text.ts";
import { readAccounts } from "../../machine/users.ts";
import { decodeUtf8 } from "../../base/utf8.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Command, Option, ParsedOptions } from "../command.ts";
import { FlagError, humanDuration, parseFlags } from "../go-flags.ts";
import { stdout } from "../output.ts";
import { execIn } from "../podman/containers.ts";
import { pullImage, secondsSince } from "../podman/images.ts";
import { removeContainer } from "../podman/removal.ts";
import { initContainer, stampPath } from "./init-container.ts";

const LABEL = "com.github.containers.toolbox";
const HINT = "Run 'toolbox --help' for usage.";

/** What toolbox refuses, whole: lines after "Error: ". */
export class Refusal extends Error {
  readonly status: ExitStatus;

  constructor(message: string, status: ExitStatus = 1) {
    super(message);
    this.name = "Refusal";
    this.status = status;
  }
}

const DISTRO: Option = {
  name: "distro",
  short: "d",
  argument: "string",
  help: "Create a Toolbx container for a different operating system distribution than the host",
};
const RELEASE: Option = {
  name: "release",
  short: "r",
  argument: "string",
  help: "Create a Toolbx container for a different operating system release than the host",
};
const CONTAINER: Option = { name: "container", short: "c", argument: "string", help: "Assign a different name to the Toolbx container" };

interface Verb {
  readonly name: string;
  readonly help: string;
  readonly options: readonly Option[];
  readonly commandFollows?: true;
  run(toolbox: Toolbox, options: ParsedOptions): Run<ExitStatus>;
}

/** Who asks, and what they have. */
export interface Toolbox {
  readonly proc: Process;
  readonly podman: Podman;
  readonly assumeYes: boolean;
}

/** What the options and the host say: which image, which container. */
interface Wanted {
  readonly container: string;
  readonly image: string;
  /** Whether the name of the container was given. */
  readonly isNamed: boolean;
}

function osRelease(proc: Process, key: string): string {
  const text = readTextIfThere(proc.sys, "/etc/os-release") ?? "";
  return new RegExp(`^${key}="?([^"\n]*)"?$`, "m").exec(text)?.[1] ?? "";
}

const IMAGES: Readonly<Record<string, string>> = {
  fedora: "registry.fedoraproject.org/fedora-toolbox",
  arch: "quay.io/toolbx/arch-toolbox",
  rhel: "registry.access.redhat.com/ubi9/toolbox",
  ubuntu: "quay.io/toolbx/ubuntu-toolbox",
};

function resolve({ proc }: Toolbox, given: string | undefined, options: ParsedOptions): Wanted {
  const image = options.value("image");
  const distro = options.value("distro");
  const release = options.value("release");
  if (image !== undefined && distro !== undefined) throw new Refusal("options --distro and --image cannot be used together");
  if (image !== undefined && release !== undefined) throw new Refusal("options --image and --release cannot be used together");
  if (given !== undefined && !/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(given))
    throw new Refusal(`invalid argument for 'CONTAINER'\nContainer names must match '[a-zA-Z0-9][a-zA-Z0-9_.-]*'\n${HINT}`);
  if (image !== undefined) {
    const { repository, tag } = splitTag(image);
    const base = repository.replace(/^.*\//, "");
    const usual = image.includes(":") ? `${base}-${tag}` : base;
    return { container: given ?? usual, image, isNamed: given !== undefined };
  }
  const id = distro ?? osRelease(proc, "ID");
  const repository = IMAGES[id];
  if (repository === undefined) throw new Refusal(`invalid argument for '--distro'\nDistribution ${id} is unsupported.\n${HINT}`);
  const version = (release ?? (id === osRelease(proc, "ID") ? osRelease(proc, "VERSION_ID") : "")).replace(/^[fF]/, "");
  if (distro !== undefined && release === undefined && id !== osRelease(proc, "ID") && id !== "arch")
    throw new Refusal(`option '--release' is needed\nDistribution ${id} doesn't match the host.\n${HINT}`);
  if (id === "fedora" && !/^[1-9][0-9]*$/.test(version))
    throw new Refusal(`invalid argument for '--release'\nThe release must be a positive integer.\n${HINT}`);
  const base = repository.replace(/^.*\//, "");
  const tag = version === "" ? "latest" : version;
  return { container: given ?? `${base}-${tag}`, image: `${repository}:${tag}`, isNamed: given !== undefined };
}

function isToolbox({ config }: Container): boolean {
  return LABEL in config.labels || "com.github.debarshiray.toolbox" in config.labels;
}

function containersOf({ podman }: Toolbox): readonly Container[] {
  return podman.library.containers().filter(isToolbox);
}

function imagesOf({ podman }: Toolbox): readonly StoredImage[] {
  return podman.storage.images().filter((image) => LABEL in (podman.storage.configOf(image.id)?.config.Labels ?? {}));
}

/** Asks on the terminal; what nobody answers is no. */
function* confirm({ proc }: Toolbox, question: string): Run<boolean> {
  yield* stdout(proc).print(question);
  yield* stdout(proc).flush();
  let answer = "";
  while (!answer.includes("\n")) {
    const data = yield* proc.read(0, 1);
    if (data.length === 0) break;
    answer += decodeUtf8(data);
  }
  return /^y(?:es)?$/i.test(answer.trim());
}

/** Makes the container, and says how to enter it. */
function* createContainer(toolbox: Toolbox, wanted: Wanted, isDefault: boolean): Run<void> {
  const { proc, podman } = toolbox;
  const { sys } = proc;
  const enter = isDefault ? "toolbox enter" : `toolbox enter ${wanted.container}`;
  if (podman.findContainer(wanted.container) !== undefined)
    throw new Refusal(`container ${wanted.container} already exists\nEnter with: ${enter}\n${HINT}`);
  const image = podman.findImage(wanted.image) ?? (yield* download(toolbox, wanted.image));
  const { uid } = sys.credentials;
  const accounts = readAccounts(sys);
  const user = accounts.userById(uid);
  const name = user?.name ?? String(uid);
  const home = sys.realpath(proc.env.get("HOME") ?? user?.home ?? "/");
  const shared = (path: string) => ({ source: path, destination: path, readOnly: false, recursive: true });
  const runtime = `/run/user/${uid}`;
  const links = (["home", "media", "mnt"] as const).flatMap((each) => (sys.lstat(`/${each}`).type === "symlink" ? [`--${each}-link`] : []));
  podman.create({
    name: wanted.container,
    imageName: image.names?.[0] ?? wanted.image,
    imageId: image.id,
    entrypoint: ["toolbox", "--log-level", "debug", "init-container"],
    command: [
      "--gid",
      String(sys.credentials.gid),
      "--home",
      home,
      "--shell",
      user?.shell ?? "/bin/bash",
      "--uid",
      String(uid),
      "--user",
      name,
      ...links,
    ],
    env: [`TOOLBOX_PATH=/usr/bin/toolbox`, ...(exists(sys, runtime) ? [`XDG_RUNTIME_DIR=${runtime}`] : [])],
    workingDir: "",
    user: "root:root",
    hostname: "toolbx",
    terminal: false,
    interactive: false,
    volumes: [
      { source: "/", destination: "/run/host", readOnly: false, recursive: true },
      shared("/dev"),
      shared("/tmp"),
      ...(exists(sys, "/run/media") ? [shared("/run/media")] : []),
      ...(exists(sys, "/var/mnt") ? [shared("/var/mnt")] : []),
      ...(exists(sys, runtime) ? [shared(runtime)] : []),
      shared(home),
      { source: "/usr/bin/toolbox", destination: "/usr/bin/toolbox", readOnly: true, recursive: false },
      ...(exists(sys, "/etc/profile.d/toolbox.sh")
        ? [{ source: "/etc/profile.d/toolbox.sh", destination: "/etc/profile.d/toolbox.sh", readOnly: true, recursive: false }]
        : []),
    ],
    labels: { ...(podman.storage.configOf(image.id)?.config.Labels ?? {}), [LABEL]: "true" },
    userns: "keep-id",
    pidHost: true,
    privileged: true,
    autoRemove: false,
    readOnly: false,
    createCommand: [...proc.argv],
    stopTimeout: 10,
  });
  yield* stdout(proc).print(`Created container: ${wanted.container}\nEnter with: ${enter}\n`);
}

function* download(toolbox: Toolbox, image: string): Run<StoredImage> {
  const { proc, podman } = toolbox;
  if (!toolbox.assumeYes) {
    if (!proc.sys.isatty(0) || !proc.sys.isatty(1))
      throw new Refusal(`image required to create Toolbx container.\nUse option '--assumeyes' to download the image.\n${HINT}`);
    const name = splitTag(image);
    const remote = podman.registry.find(name.repository, name.tag);
    const size = remote === undefined ? "" : ` (${(remote.downloadSize / 1_000_000).toFixed(1)}MB)`;
    yield* stdout(proc).print("Image required to create Toolbx container.\n");
    if (!(yield* confirm(toolbox, `Download ${fullName(name)}${size}? [y/N]: `))) throw new Refusal("", 0);
  }
  try {
    return yield* pullImage(podman, image, true);
  } catch (error) {
    if (!(error instanceof PodmanError)) throw error;
    const [host = ""] = image.split("/", 1);
    throw new Refusal(
      `failed to pull image ${image}\nIf it was a private image, log in with: podman login ${host}\nUse 'toolbox --verbose ...' for further details.`,
    );
  }
}

const create: Verb = {
  name: "create",
  help: "Create a new Toolbx container",
  options: [
    CONTAINER,
    DISTRO,
    { name: "image", short: "i", argument: "string", help: "Change the name of the base image used to create the Toolbx container" },
    RELEASE,
    {
      name: "authfile",
      argument: "string",
      help: "Path to a file with credentials for authenticating to the registry for private images",
      fidelity: "ignored",
    },
  ],
  *run(toolbox, options) {
    const given = options.operands[0] ?? options.value("container");
    const wanted = resolve(toolbox, given, options);
    const usual = resolve(toolbox, undefined, parseFlags([], []));
    yield* createContainer(toolbox, wanted, wanted.container === usual.container);
    return 0;
  },
};

/** The container to enter or to run something in; undefined when the user wants none. */
function* choose(toolbox: Toolbox, wanted: Wanted, isGiven: boolean): Run<Container | undefined> {
  const { proc, podman } = toolbox;
  const found = podman.findContainer(wanted.container);
  if (found !== undefined) return found;
  if (isGiven) throw new Refusal(`container ${wanted.container} not found\nUse the 'create' command to create a Toolbx.\n${HINT}`);
  const all = containersOf(toolbox);
  const [only] = all;
  if (only === undefined) {
    const wants = toolbox.assumeYes || (yield* confirm(toolbox, "No Toolbx containers found. Create now? [y/N] "));
    if (!wants) {
      yield* stdout(proc).print("A container can be created later with the 'create' command.\n");
      return undefined;
    }
    yield* createContainer(toolbox, wanted, true);
    yield* stdout(proc).flush();
    return podman.findContainer(wanted.container);
  }
  if (all.length > 1)
    throw new Refusal(`container ${wanted.container} not found\nUse the '--container' option to select a Toolbx.\n${HINT}`);
  yield* proc.printError(
    `Error: container ${wanted.container} not found\nEntering container ${only.config.name} instead.\nUse the 'create' command to create a different Toolbx.\n${HINT}\n`,
  );
  return only;
}

/** What of the caller's environment goes along. */
const KEPT =
  "COLORTERM DBUS_SESSION_BUS_ADDRESS DBUS_SYSTEM_BUS_ADDRESS DESKTOP_SESSION DISPLAY HISTCONTROL HISTFILE HISTFILESIZE HISTIGNORE HISTSIZE HISTTIMEFORMAT KONSOLE_VERSION LANG SHELL SSH_AUTH_SOCK TERM TOOLBOX_PATH USER VTE_VERSION WAYLAND_DISPLAY XAUTHORITY XDG_CURRENT_DESKTOP XDG_DATA_DIRS XDG_MENU_PREFIX XDG_RUNTIME_DIR XDG_SEAT XDG_SESSION_DESKTOP XDG_SESSION_ID XDG_SESSION_TYPE XDG_VTNR".split(
    " ",
  );

/** Starts the container when it does not run, waits until it is ready, and runs a command in it as the user. `more`: variables, as NAME=VALUE. */
export function* runIn(toolbox: Toolbox, container: Container, argv: readonly string[], more: readonly string[] = []): Run<ExitStatus> {
  const { proc, podman } = toolbox;
  const { name, id } = container.config;
  if (podman.library.processOf(id) === undefined) {
    try {
      yield* runDetached(podman, container);
    } catch (error) {
      if (error instanceof PodmanError || error instanceof RuntimeError) throw new Refusal(`failed to start container ${name}`, 1);
      throw error;
    }
  }
  const first = podman.library.processOf(id);
  const stamp = stampPath(proc.sys, proc.sys.credentials.uid, first?.pid ?? 0);
  const limit = proc.kernel.in(25);
  yield { kind: "until", reason: "child", ready: () => exists(proc.sys, stamp), deadline: limit };
  if (!exists(proc.sys, stamp)) throw new Refusal(`failed to initialize container ${name}`);
  const user = readAccounts(proc.sys).userById(proc.sys.credentials.uid);
  const here = proc.sys.getcwd();
  const env = [
    ...KEPT.flatMap((key) => (proc.env.has(key) ? [`${key}=${proc.env.get(key) ?? ""}`] : [])),
    `HOME=${proc.env.get("HOME") ?? user?.home ?? "/"}`,
    ...more,
  ];
  const request = { argv, env, interactive: true, user: user?.name ?? String(proc.sys.credentials.uid) };
  try {
    return yield* execIn(podman, podman.mustFindContainer(id), { ...request, workingDir: here });
  } catch (error) {
    if (!(error instanceof PodmanError)) throw error;
    if (error.message.startsWith("workdir ")) {
      const home = user?.home ?? "/";
      yield* proc.printError(`Error: directory ${here} not found in container ${name}\nUsing ${home} instead.\n`);
      return yield* execIn(podman, podman.mustFindContainer(id), { ...request, workingDir: home });
    }
    if (error.status === 127) throw new Refusal(`command ${argv[0] ?? ""} not found in container ${name}`, 127);
    if (error.status === 126) throw new Refusal(`failed to invoke command ${argv[0] ?? ""} in container ${name}`, 126);
    throw new Refusal(error.message, 125);
  }
}

const enter: Verb = {
  name: "enter",
  help: "Enter a Toolbx container for interactive use",
  options: [CONTAINER, DISTRO, RELEASE],
  *run(toolbox, options) {
    const given = options.operands[0] ?? options.value("container");
    const wanted = resolve(toolbox, given, options);
    const isGiven = given !== undefined || options.has("distro") || options.has("release");
    const container = yield* choose(toolbox, wanted, isGiven);
    if (container === undefined) return 0;
    const shell = readAccounts(toolbox.proc.sys).userById(toolbox.proc.sys.credentials.uid)?.shell ?? "/bin/bash";
    return yield* runIn(toolbox, container, [shell, "-l"]);
  },
};

const run: Verb = {
  name: "run",
  help: "Run a command in an existing Toolbx container",
  options: [
    CONTAINER,
    DISTRO,
    RELEASE,
    { name: "preserve-fds", argument: "uint", help: "Pass down to command N additional file descriptors", fidelity: "ignored" },
  ],
  commandFollows: true,
  *run(toolbox, options) {
    if (options.operands.length === 0) throw new Refusal(`missing argument for "run"\n${HINT}`);
    const wanted = resolve(toolbox, options.value("container"), options);
    const isGiven = options.has("container") || options.has("distro") || options.has("release");
    const container = yield* choose(toolbox, wanted, isGiven);
    return container === undefined ? 0 : yield* runIn(toolbox, container, options.operands);
  },
};

const GREEN = "\u001b[1;32m";
const PLAIN = "\u001b[0;00m";

const list: Verb = {
  name: "list",
  help: "List existing Toolbx containers and images",
  options: [
    { name: "containers", short: "c", help: "List only Toolbx containers, not images" },
    { name: "images", short: "i", help: "List only Toolbx images, not containers" },
  ],
  *run(toolbox, options) {
    const { proc, podman } = toolbox;
    const both = options.has("containers") === options.has("images");
    const ago = (time: string): string => `${humanDuration(secondsSince(podman, time))} ago`;
    const images = both || options.has("images") ? imagesOf(toolbox) : [];
    const containers = both || options.has("containers") ? containersOf(toolbox) : [];
    if (images.length > 0) {
      const rows = images.map((image) => [image.id.slice(0, 12), image.names?.[0] ?? "<none>", ago(image.created)]);
      yield* stdout(proc).print(table([["IMAGE ID", "IMAGE NAME", "CREATED"], ...rows]).join(""));
    }
    if (images.length > 0 && containers.length > 0) yield* stdout(proc).print("\n");
    if (containers.length > 0) {
      const rows = containers.map(({ config, state }) => [
        config.id.slice(0, 12),
        config.name,
        ago(config.created),
        state.status,
        config.imageName,
      ]);
      const lines = table([["CONTAINER ID", "CONTAINER NAME", "CREATED", "STATUS", "IMAGE NAME"], ...rows]);
      const coloured = lines.map((line, i) => {
        if (!proc.sys.isatty(1)) return line;
        const colour = i > 0 && containers[i - 1]?.state.status === "running" ? GREEN : PLAIN;
        return `${colour}${line.slice(0, -1)}${PLAIN}\n`;
      });
      yield* stdout(proc).print(coloured.join(""));
    }
    return 0;
  },
};

/** Columns two blanks apart (text/tabwriter). */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => (row[i] ?? "").length)) + 2);
  return rows.map((row) => `${row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join("")}\n`);
}

const rm: Verb = {
  name: "rm",
  help: "Remove one or more Toolbx containers",
  options: [
    { name: "all", short: "a", help: "Remove all Toolbx containers" },
    { name: "force", short: "f", help: "Force the removal of running and paused Toolbx containers" },
  ],
  *run(toolbox, options) {
    const { proc, podman } = toolbox;
    if (options.operands.length === 0 && !options.has("all")) throw new Refusal(`missing argument for "rm"\n${HINT}`);
    let status = 0;
    const names = options.has("all") ? containersOf(toolbox).map(({ config }) => config.name) : options.operands;
    for (const name of names) {
      const container = podman.findContainer(name);
      const isRunning = container !== undefined && podman.library.processOf(container.config.id) !== undefined;
      let problem: string | undefined;
      if (container === undefined) problem = `failed to inspect container ${name}`;
      else if (!isToolbox(container)) problem = `${name} is not a Toolbx container`;
      else if (isRunning && !options.has("force")) problem = `container ${name} is running`;
      else yield* removeContainer(podman, container, 0);
      if (problem === undefined) continue;
      yield* proc.printError(`Error: ${problem}\n`);
      status = 1;
    }
    return status;
  },
};

const rmi: Verb = {
  name: "rmi",
  help: "Remove one or more Toolbx images",
  options: [
    { name: "all", short: "a", help: "Remove all Toolbx images" },
    { name: "force", short: "f", help: "Force the removal of Toolbx images that are used by Toolbx containers" },
  ],
  *run(toolbox, options) {
    const { proc, podman } = toolbox;
    if (options.operands.length === 0 && !options.has("all")) throw new Refusal(`missing argument for "rmi"\n${HINT}`);
    let status = 0;
    for (const name of options.has("all") ? imagesOf(toolbox).map(({ id }) => id) : options.operands) {
      const image = podman.findImage(name);
      const users = image === undefined ? [] : podman.containersOf(image.id);
      let problem: string | undefined;
      if (image === undefined) problem = `failed to inspect image ${name}`;
      else if (!(LABEL in (podman.storage.configOf(image.id)?.config.Labels ?? {}))) problem = `${name} is not a Toolbx image`;
      else if (users.length > 0 && !options.has("force")) problem = `image ${name} has dependent children`;
      else {
        for (const container of users) yield* removeContainer(podman, container, 0);
        podman.storage.deleteImage(image.id);
      }
      if (problem === undefined) continue;
      yield* proc.printError(`Error: ${problem}\n`);
      status = 1;
    }
    return status;
  },
};

const VERBS: readonly Verb[] = [create, enter, list, rm, rmi, run];

const GLOBAL: readonly Option[] = [
  { name: "assumeyes", short: "y", help: "Automatically answer yes for all questions" },
  { name: "help", short: "h", help: "help for toolbox" },
  {
    name: "log-level",
    argument: "string",
    help: "Log messages at the specified level: trace, debug, info, warn, error, fatal or panic",
    fidelity: "ignored",
  },
  { name: "log-podman", help: "Show the log output of Podman. The log level is handled by the log-level option", fidelity: "ignored" },
  { name: "verbose", short: "v", help: "Set log-level to 'debug'", fidelity: "ignored" },
  { name: "version", help: "version for toolbox" },
];

/** Program that needs to know what registries offer. */
export function toolboxCommand(registry: Registry): Command {
  return {
    name: "toolbox",
    package: "toolbox",
    style: "raw",
    usage: ["toolbox [command]"],
    about: "Tool for containerized command line environments",
    options: GLOBAL,
    subcommands: VERBS.map(({ name, help, options }) => ({ name, help, options })),
    completes: "none",
    simplified: "inside a container it does not forward to the host; help is a list of options, not the manual page",
    *run(proc, { operands }) {
      try {
        return yield* dispatch(proc, registry, operands);
      } catch (error) {
        yield* stdout(proc).flush();
        if (error instanceof FlagError) {
          yield* proc.printError(`Error: ${error.message}\n${HINT}\n`);
          return 1;
        }
        if (error instanceof Refusal) {
          if (error.message !== "") yield* proc.printError(`Error: ${error.message}\n`);
          return error.status;
        }
        if (!(error instanceof PodmanError) && !isSysError(error)) throw error;
        yield* proc.printError(`Error: ${isSysError(error) ? error.text : error.message}\n`);
        return 1;
      }
    },
  };
}

function* dispatch(proc: Process, registry: Registry, args: readonly string[]): Run<ExitStatus> {
  const globals = parseFlags(GLOBAL, args, false);
  const [name, ...rest] = globals.operands;
  if (name === "init-container") return yield* initContainer(proc, rest);
  if (globals.has("version")) {
    yield* stdout(proc).print("toolbox version 0.3\n");
    return 0;
  }
  if (globals.has("help") || name === "help") {
    yield* stdout(proc).print(helpText());
    return 0;
  }
  if (proc.sys.credentials.uid === 0 && name === undefined) yield* proc.tick();
  if (name === undefined)
    throw new Refusal(
      `missing command\n\ncreate    Create a new Toolbx container\nenter     Enter an existing Toolbx container\nlist      List all existing Toolbx containers and images\n\n${HINT}`,
    );
  const verb = VERBS.find((each) => each.name === name);
  if (verb === undefined) throw new Refusal(`unknown command "${name}" for "toolbox"\n${HINT}`);
  if (exists(proc.sys, "/run/.containerenv")) {
    if (!exists(proc.sys, "/run/.toolboxenv")) throw new Refusal("this is not a Toolbx container");
    throw new Refusal("toolbox in a container, which asks the host, is not built in Immutable Lab");
  }
  // Options that hold everywhere may follow the command, too.
  const options = parseFlags(
    [...verb.options, ...GLOBAL.filter((option) => !verb.options.some(({ short }) => short === option.short && short !== undefined))],
    rest,
    verb.commandFollows !== true,
  );
  if (options.has("help")) {
    yield* stdout(proc).print(helpText(verb));
    return 0;
  }
  const podman = new Podman(proc, registry);
  podman.open();
  return yield* verb.run({ proc, podman, assumeYes: globals.has("assumeyes") || options.has("assumeyes") }, options);
}

function helpText(verb?: Verb): string {
  const rows = (options: readonly Option[]): string =>
    options
      .map(
        (option) =>
          `  ${`${option.short === undefined ? "    " : `-${option.short}, `}--${option.name}${option.argument === undefined ? "" : ` ${option.argument}`}`.padEnd(26)}${option.help}\n`,
      )
      .join("");
  if (verb !== undefined)
    return `${verb.help}\n\nUsage:\n  toolbox ${verb.name} [flags]\n\nFlags:\n${rows(verb.options)}\nGlobal Flags:\n${rows(GLOBAL)}`;
  return `Tool for containerized command line environments\n\nUsage:\n  toolbox [flags]\n  toolbox [command]\n\nAvailable Commands:\n${VERBS.map(({ name, help }) => `  ${name.padEnd(11)} ${help}\n`).join("")}\nFlags:\n${rows(GLOBAL)}`;
}
