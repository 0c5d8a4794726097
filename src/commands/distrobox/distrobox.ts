/** distrobox(1): as toolbox, for the image of any system. In life a set of shell scripts around podman (89luca89/distrobox). */
import type { Container } from "../../engines/containers/library.ts";
import { Podman, PodmanError } from "../../engines/containers/podman.ts";
import type { Registry } from "../../engines/containers/registry.ts";
import { makeDirectories } from "../../engines/containers/storage.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { exists, readTextIfThere } from "../../machine/read-text.ts";
import { readAccounts } from "../../machine/users.ts";
import { decodeUtf8 } from "../../base/utf8.ts";
import type { Command, Option, ParsedOptions } from "../command.ts";
import { FlagError, parseFlags } from "../go-flags.ts";
import { stdout } from "../output.ts";
import { statusText } from "../podman/containers.ts";
import { obtainImage } from "../podman/images.ts";
import { removeContainer, stopContainer } from "../podman/removal.ts";
import { initContainer } from "../toolbox/init-container.ts";
import { Refusal, runIn } from "../toolbox/toolbox.ts";

const DEFAULT_IMAGE = "registry.fedoraproject.org/fedora-toolbox:latest";
const GREEN_OK = "\u001b[32m [ OK ]\n\u001b[0m";

const NAME: Option = { name: "name", short: "n", argument: "name", help: "name for the distrobox" };
const YES: Option = { name: "yes", short: "Y", help: "non-interactive, pull images without asking" };

interface Verb {
  readonly name: string;
  readonly help: string;
  readonly options: readonly Option[];
  run(podman: Podman, options: ParsedOptions): Run<ExitStatus>;
}

/** The answer to a question whose default is yes. */
function* confirm({ proc }: Podman, question: string): Run<boolean> {
  yield* proc.printError(question);
  let answer = "";
  while (!answer.includes("\n")) {
    const data = yield* proc.read(0, 1);
    if (data.length === 0) break;
    answer += decodeUtf8(data);
  }
  return answer.trim() === "" || /^y(?:es)?$/i.test(answer.trim());
}

/** The last of its configuration files counts. @simplified One setting of many. */
function usualImage({ sys, env }: Process): string {
  const home = env.get("HOME") ?? "/";
  const files = [
    "/usr/share/distrobox/distrobox.conf",
    "/etc/distrobox/distrobox.conf",
    `${env.get("XDG_CONFIG_HOME") ?? `${home}/.config`}/distrobox/distrobox.conf`,
    `${home}/.distroboxrc`,
  ];
  const set = files.map((path) => /^\s*container_image_default=(["']?)(.*?)\1\s*$/m.exec(readTextIfThere(sys, path) ?? "")?.[2]);
  return env.get("DBX_CONTAINER_IMAGE") ?? set.findLast((image) => image !== undefined) ?? DEFAULT_IMAGE;
}

function isDistrobox({ config }: Container): boolean {
  return config.labels["manager"] === "distrobox";
}

const create: Verb = {
  name: "create",
  help: "create the distrobox",
  options: [
    NAME,
    { name: "image", short: "i", argument: "image", help: "image to use for the container" },
    { ...YES, alsoLong: ["pull"] },
    { name: "home", short: "H", argument: "path", help: "select a custom HOME directory for the container" },
    { name: "hostname", argument: "name", help: "hostname for the distrobox" },
    { name: "additional-flags", short: "a", argument: "flags", help: "additional flags to pass to the container manager command", fidelity: "simplified" }, // prettier-ignore
    { name: "additional-packages", argument: "packages", help: "additional packages to install during initial container setup", fidelity: "ignored" }, // prettier-ignore
    { name: "init", short: "I", help: "use init system (like systemd) inside the container", fidelity: "ignored" },
    { name: "no-entry", help: "do not generate a container entry in the application list" },
    { name: "nvidia", help: "try to integrate host's nVidia drivers in the guest", fidelity: "ignored" },
  ],
  *run(podman, options) {
    const { proc } = podman;
    const image = options.value("image") ?? usualImage(proc);
    const usual = image.replace(/^.*\//, "").replace(/[:.]/g, "-");
    const name = options.value("name") ?? options.operands[0] ?? usual;
    if (podman.findContainer(name) !== undefined) {
      yield* stdout(proc).print(`Distrobox named '${name}' already exists.\nTo enter, run:\n\ndistrobox enter ${name}\n\n`);
      return 0;
    }
    if (podman.findImage(image) === undefined && !options.has("yes")) {
      if (!(yield* confirm(podman, `Image ${image} not found.\nDo you want to pull the image now? [Y/n]: `))) {
        yield* proc.printError(`next time, run this command first:\n\tpodman pull ${image}\n`);
        return 0;
      }
    }
    const stored = yield* obtainImage(podman, image, "missing", false);
    yield* proc.printError(`Creating '${name}' using image ${image}\t`);
    const { sys } = proc;
    const { uid, gid } = sys.credentials;
    const user = readAccounts(sys).userById(uid);
    const given = options.value("home");
    const home = sys.realpath(proc.env.get("HOME") ?? user?.home ?? "/");
    if (given !== undefined) makeDirectories(sys, given);
    const shared = (path: string) => ({ source: path, destination: path, readOnly: false, recursive: true });
    const shell = image.includes("alpine") ? "/bin/sh" : "/bin/bash";
    podman.create({
      name,
      imageName: stored.names?.[0] ?? image,
      imageId: stored.id,
      entrypoint: ["/usr/bin/entrypoint"],
      command: [
        "--gid",
        String(gid),
        "--home",
        given ?? home,
        "--shell",
        shell,
        "--uid",
        String(uid),
        "--user",
        user?.name ?? String(uid),
        ...(sys.realpath("/home") === "/home" ? [] : ["--home-link"]),
      ],
      env: podman.storage.configOf(stored.id)?.config.Env ?? [],
      workingDir: "",
      user: "root:root",
      hostname: options.value("hostname") ?? `${name}.${proc.kernel.hostname}`,
      terminal: false,
      interactive: false,
      volumes: [
        { source: "/", destination: "/run/host", readOnly: false, recursive: true },
        ...["/dev", "/tmp", `/run/user/${uid}`, home].filter((path) => exists(sys, path)).map(shared),
        { source: beside(proc, "distrobox-init"), destination: "/usr/bin/entrypoint", readOnly: true, recursive: false },
      ],
      labels: {
        ...(podman.storage.configOf(stored.id)?.config.Labels ?? {}),
        manager: "distrobox",
        ...labelsIn(options.value("additional-flags") ?? ""),
      },
      userns: "keep-id",
      pidHost: true,
      privileged: true,
      autoRemove: false,
      readOnly: false,
      createCommand: [...proc.argv],
      stopTimeout: 10,
    });
    yield* proc.printError(`${GREEN_OK}Distrobox '${name}' successfully created.\nTo enter, run:\n\n`);
    // Vanilla OS's image has this line of its copy changed.
    const isApx = proc.argv[0]?.startsWith("/usr/share/apx/") === true;
    yield* stdout(proc).print(isApx ? `apx ${name.replace(/^apx-/, "")} enter\n` : `distrobox enter ${name}\n\n`);
    return 0;
  },
};

/** Where the other programs of the package are that runs. */
function beside(proc: Process, name: string): string {
  const own = proc.argv[0] ?? "";
  return own.includes("/") ? own.slice(0, own.lastIndexOf("/") + 1) + name : `/usr/bin/${name}`;
}

/** Of podman's flags, what it is to note on the container. */
function labelsIn(flags: string): Record<string, string> {
  const labels = [...flags.matchAll(/--label[= ]((?:\\.|[^\s\\])+)/g)].map(([, label = ""]) => label.replaceAll("\\ ", " "));
  return Object.fromEntries(labels.map((label) => [label.replace(/=.*$/s, ""), label.includes("=") ? label.replace(/^[^=]*=/, "") : ""]));
}

const enter: Verb = {
  name: "enter",
  help: "enter the distrobox",
  options: [NAME],
  *run(podman, options) {
    const { proc } = podman;
    const name = options.value("name") ?? options.operands[0] ?? "my-distrobox";
    const container = podman.findContainer(name);
    if (container === undefined) throw new Refusal(`no such container ${name}\nCannot find container ${name}`);
    if (podman.library.processOf(container.config.id) === undefined)
      yield* proc.printError(
        `Container ${name} is not running.\nStarting container ${name}\nrun this command to follow along:\n\n podman logs -f ${name}\n\n`,
      );
    const given = options.operands.slice(options.has("name") ? 0 : 1);
    const at = container.config.command.indexOf("--shell");
    const argv = given.length > 0 ? given : [container.config.command[at + 1] ?? "/bin/sh", "-l"];
    return yield* runIn({ proc, podman, assumeYes: true }, container, argv, [`CONTAINER_ID=${name}`]);
  },
};

const list: Verb = {
  name: "list",
  help: "list the distroboxes",
  options: [],
  *run(podman) {
    const { proc } = podman;
    const row = (cells: readonly string[], last: number): string =>
      `${cells.map((cell, i) => cell.padEnd([12, 20, 30, last][i] ?? 0)).join(" | ")}\n`;
    const colours = proc.sys.isatty(1);
    const rows = podman.library
      .containers()
      .filter(isDistrobox)
      .map((container) => {
        const { config, state } = container;
        const line = row([config.id.slice(0, 12), config.name, statusText(podman, container), config.imageName], 40);
        return colours ? `${state.status === "running" ? "\u001b[32m" : "\u001b[33m"}${line}\u001b[0m` : line;
      });
    yield* stdout(proc).print(row(["ID", "NAME", "STATUS", "IMAGE"], 30) + rows.join(""));
    return 0;
  },
};

const rm: Verb = {
  name: "rm",
  help: "remove the distrobox",
  options: [{ name: "force", short: "f", help: "force deletion" }, NAME, YES],
  *run(podman, options) {
    const { proc } = podman;
    const name = options.value("name") ?? options.operands[0] ?? "my-distrobox";
    const container = podman.findContainer(name);
    if (container === undefined) throw new Refusal(`inspecting object: no such container ${name}`);
    const isRunning = podman.library.processOf(container.config.id) !== undefined;
    if (isRunning && !options.has("force")) {
      yield* proc.printError(`Please stop container ${name} before deletion\nRun:\n\tpodman stop ${name}\nor use the "--force" flag`);
      return 1;
    }
    if (!options.has("force") && !options.has("yes") && !(yield* confirm(podman, `Do you really want to delete ${name}? [Y/n]: `))) {
      yield* stdout(proc).print("Aborted.\n");
      return 0;
    }
    if (isRunning) yield* proc.printError(`Stopping container ${name}\n`);
    yield* removeContainer(podman, container, 0);
    yield* stdout(proc).print(`${name}\n`);
    return 0;
  },
};

const stop: Verb = {
  name: "stop",
  help: "stop the distrobox",
  options: [NAME, YES],
  *run(podman, options) {
    const { proc } = podman;
    const name = options.value("name") ?? options.operands[0] ?? "my-distrobox";
    const container = podman.findContainer(name);
    if (container === undefined) {
      yield* proc.printError(`Cannot find container ${name}, does it exist?\n`);
      return 1;
    }
    if (!options.has("yes") && !(yield* confirm(podman, `Do you really want to stop ${name}? [Y/n]: `))) {
      yield* stdout(proc).print("Aborted.\n");
      return 0;
    }
    yield* stopContainer(podman, container, 0);
    yield* stdout(proc).print(`${name}\n`);
    return 0;
  },
};

const VERBS: readonly Verb[] = [create, enter, list, rm, stop];
const SIMPLIFIED = "packages are not installed at first entry; create, enter, list, rm and stop only; a stop does not wait";

function* guarded(proc: Process, body: Run<ExitStatus>): Run<ExitStatus> {
  try {
    return yield* body;
  } catch (error) {
    if (!(error instanceof PodmanError) && !(error instanceof Refusal) && !(error instanceof FlagError)) throw error;
    yield* stdout(proc).flush();
    yield* proc.printError(`Error: ${error.message}\n`);
    return error instanceof FlagError ? 1 : error.status;
  }
}

function* start(proc: Process, registry: Registry, name: string, verb: Verb, args: readonly string[]): Run<ExitStatus> {
  if (proc.sys.credentials.uid === 0 && proc.env.has("SUDO_USER")) {
    yield* proc.printError(`Running ${name} as sudo is not supported.\n try instead running:\n\t${name} --root ${args.join(" ")}\n`);
    return 1;
  }
  const podman = new Podman(proc, registry);
  podman.open();
  return yield* verb.run(podman, parseFlags(verb.options, args));
}

/** The programs that the package brings; they need to know what registries offer. */
export function distroboxCommands(registry: Registry): readonly Command[] {
  const common = { package: "distrobox", style: "raw", completes: "none", simplified: SIMPLIFIED } as const;
  const main: Command = {
    ...common,
    name: "distrobox",
    usage: ["distrobox command"],
    about: "Use any distribution inside the terminal",
    options: [],
    subcommands: VERBS.map(({ name, help, options }) => ({ name, help, options })),
    *run(proc, { operands }) {
      const [name, ...args] = operands;
      const verb = VERBS.find((each) => each.name === name || (name === "ls" && each === list));
      if (verb !== undefined) return yield* guarded(proc, start(proc, registry, `distrobox-${verb.name}`, verb, args));
      if (name === "version" || name === "--version") {
        yield* stdout(proc).print("distrobox: 1.8.2.2\n");
        return 0;
      }
      if (name !== undefined) yield* proc.printError("Error: invalid command\n");
      yield* stdout(proc).print(
        `distrobox version: 1.8.2.2\n\nChoose one of the available commands:\n${VERBS.map((each) => `\t${each.name}\n`).join("")}`,
      );
      return name === undefined ? 0 : 1;
    },
  };
  const init: Command = {
    ...common,
    name: "distrobox-init",
    usage: ["distrobox-init"],
    about: "Makes a container ready; its first process",
    options: [],
    *run(proc, { operands }) {
      const user = operands[operands.indexOf("--user") + 1] ?? "";
      if (exists(proc.sys, "/etc/sudoers.d")) yield* proc.writeFile("/etc/sudoers.d/sudoers", `${user} ALL = (root) NOPASSWD:ALL\n`, 0o440);
      return yield* initContainer(proc, operands);
    },
  };
  const others = VERBS.map((verb): Command => ({
    ...common,
    name: `distrobox-${verb.name}`,
    usage: [`distrobox-${verb.name}`],
    about: verb.help,
    options: verb.options,
    *run(proc, { operands }) {
      return yield* guarded(proc, start(proc, registry, `distrobox-${verb.name}`, verb, operands));
    },
  }));
  return [main, init, ...others];
}
