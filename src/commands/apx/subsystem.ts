/** Subsystems: containers that distrobox makes, told from others by their labels. Source: Vanilla-OS/apx:core/subSystem.go, core/dbox.go. */
import type { Container } from "../../engines/containers/library.ts";
import { Podman } from "../../engines/containers/podman.ts";
import type { Registry } from "../../engines/containers/registry.ts";
import { makeDirectories } from "../../engines/abroot/files.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { exists, readTextIfThere } from "../../machine/read-text.ts";
import { isSysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import { statusText } from "../podman/containers.ts";
import { Told } from "./cobra.ts";
import { commandOf, loadPkgManager, loadStack, type Action, type Places, type Stack } from "./definitions.ts";

const DISTROBOX = "/usr/share/apx/distrobox/distrobox";

export interface SubSystem {
  readonly internalName: string;
  readonly name: string;
  readonly stack: Stack;
  readonly status: string;
  readonly labels: Readonly<Record<string, string>>;
}

export class SubSystems {
  readonly #proc: Process;
  readonly #registry: Registry;
  readonly #places: Places;

  constructor(proc: Process, registry: Registry, places: Places) {
    this.#proc = proc;
    this.#registry = registry;
    this.#places = places;
  }

  /** Without those that somebody else looks after. */
  list(): readonly SubSystem[] {
    return this.#containers().flatMap((container) => {
      const { labels } = container.config;
      if (labels["manager"] !== "apx" || labels["name"] === undefined || labels["managed"] !== undefined) return [];
      try {
        return [this.#from(container)];
      } catch (error) {
        if (error instanceof Told) return [];
        throw error;
      }
    });
  }

  ofStack(stack: string): readonly SubSystem[] {
    return this.list().filter((each) => each.stack.Name === stack);
  }

  /** Throws Told. */
  load(name: string): SubSystem {
    const container = this.#containers().find(({ config }) => config.name === internalName(name));
    if (container === undefined) throw new Told("container not found");
    return this.#from(container);
  }

  has(name: string): boolean {
    return this.#containers().some(({ config }) => config.name === internalName(name));
  }

  #containers(): readonly Container[] {
    const podman = this.#podman();
    return podman.library.containers();
  }

  #podman(): Podman {
    const podman = new Podman(this.#proc, this.#registry);
    podman.open();
    return podman;
  }

  #from(container: Container): SubSystem {
    const { labels } = container.config;
    const name = labels["name"] ?? "";
    return {
      internalName: container.config.name,
      name,
      stack: loadStack(this.#proc.sys, this.#places, labels["stack"] ?? ""),
      status: statusText(this.#podman(), container),
      labels,
    };
  }

  *create(name: string, stack: Stack, options: { readonly home?: string; readonly init?: boolean; readonly managed?: boolean }): Run<void> {
    const escaped = (text: string): string => text.replaceAll(" ", "\\ ");
    const labels = [
      `stack=${escaped(stack.Name)}`,
      `name=${escaped(name)}`,
      ...(options.managed === true ? ["managed=true"] : []),
      ...(options.init === true ? ["hasInit=true"] : []),
      "nvidia=true",
      "manager=apx",
    ];
    yield* this.#distrobox(
      "create",
      "--additional-flags",
      labels.map((label) => `--label=${label}`).join(" "),
      ...["--image", stack.Base, "--name", internalName(name), "--no-entry", "--yes", "--pull"],
      ...(options.home === undefined ? [] : ["--home", options.home]),
      ...(options.init === true ? ["--init"] : []),
      ...(stack.Packages.length === 0 ? [] : ["--additional-packages", stack.Packages.join(" ")]),
    );
  }

  *enter({ internalName: box }: SubSystem): Run<void> {
    yield* this.#asIfLeft(this.#distrobox("enter", box));
  }

  /** Runs a command inside. Throws Told with the status that it ended with. */
  *exec({ internalName: box }: SubSystem, argv: readonly string[]): Run<void> {
    yield* this.#asIfLeft(this.#distrobox("enter", box, "--", ...argv));
  }

  *pkg(subSystem: SubSystem, action: Action, args: readonly string[]): Run<void> {
    let manager;
    try {
      manager = loadPkgManager(this.#proc.sys, this.#places, subSystem.stack.PkgManager);
    } catch (error) {
      throw error instanceof Told ? new Told(`An error occurred while accessing the package manager: ${error.message}`) : error;
    }
    if (manager.Model < 2)
      yield* this.#proc.print(
        "!!! DEPRECATION WARNING: Model 1 will be removed in the future, please update your Apx package manager to use model 2.\n",
      );
    yield* this.exec(subSystem, commandOf(manager, action, args));
  }

  *start({ internalName: box }: SubSystem): Run<void> {
    yield* runProgram(this.#proc, "/usr/bin/podman", ["podman", "start", box]);
  }

  *stop({ internalName: box }: SubSystem): Run<void> {
    yield* this.#distrobox("stop", box, "--yes");
  }

  /** What it prints goes nowhere. */
  *remove({ internalName: box }: SubSystem): Run<void> {
    yield* runProgram(this.#proc, DISTROBOX, [DISTROBOX, "rm", "--force", box], "silent");
  }

  /** @simplified In life distrobox-export writes it, from inside; the name inside is not asked for but taken from /usr/bin. */
  *exportBinary({ internalName: box }: SubSystem, binary: string, directory: string): Run<void> {
    const inside = binary.startsWith("/") ? binary : `/usr/bin/${binary}`;
    const base = inside.slice(inside.lastIndexOf("/") + 1);
    const { sys } = this.#proc;
    makeDirectories(sys, directory);
    const path = exists(sys, `${directory}/${base}`) ? `${directory}/${base}-${box}` : `${directory}/${base}`;
    yield* this.#proc.writeFile(path, wrapper(box, inside, path), 0o755);
    sys.chmod(path, 0o755);
  }

  *unexportBinary({ internalName: box }: SubSystem, binary: string, directory: string): Run<void> {
    const path = `${directory}/${binary.slice(binary.lastIndexOf("/") + 1)}`;
    if (readTextIfThere(this.#proc.sys, path)?.includes(`# name: ${box}\n`) !== true) throw new Told(`Error: ${path} not exported.\n`);
    this.#proc.sys.unlink(path);
    yield* this.#proc.tick();
  }

  #distrobox(...args: readonly string[]): Run<void> {
    return runProgram(this.#proc, DISTROBOX, [DISTROBOX, ...args]);
  }

  /** Ctrl-D after a failed command is no failure. */
  *#asIfLeft(body: Run<void>): Run<void> {
    try {
      yield* body;
    } catch (error) {
      if (!(error instanceof Told) || error.message !== "exit status 130") throw error;
    }
  }
}

export function internalName(name: string): string {
  return `apx-${name.toLowerCase().replaceAll(" ", "-")}`;
}

/** Runs a program and waits. Throws Told in Go's words. When it is to be silent, what it prints goes nowhere. */
export function* runProgram(proc: Process, path: string, argv: readonly string[], silent?: "silent"): Run<void> {
  const { sys } = proc;
  const output = silent && sys.open("/dev/null", O.RDWR | O.CLOEXEC);
  let child;
  try {
    child = proc.spawn({
      argv,
      program: { path },
      ...(output !== undefined && { fds: new Map([[0, 0], [1, output], [2, output]]) }), // prettier-ignore
    });
  } catch (error) {
    if (isSysError(error)) throw new Told(`fork/exec ${path}: ${error.text.toLowerCase()}`);
    throw error;
  } finally {
    if (output !== undefined) sys.close(output);
  }
  // Keys reach the whole group; what runs inside decides what they do.
  for (const signal of ["INT", "QUIT"] as const) proc.onSignal(signal, () => undefined);
  for (;;) {
    try {
      const ended = yield* proc.wait(child.pid);
      if (ended === undefined || ended.ending.kind === "stopped") continue;
      if (ended.ending.kind === "exited" && ended.ending.status === 0) return;
      throw new Told(
        ended.ending.kind === "exited" ? `exit status ${ended.ending.status}` : `signal: ${ended.ending.signal.toLowerCase()}`,
      );
    } catch (error) {
      if (!isSysError(error, "EINTR")) throw error;
    }
  }
}

/** What stands on the host for a program inside (89luca89/distrobox:distrobox-export). */
function wrapper(box: string, inside: string, path: string): string {
  return `#!/bin/sh
# distrobox_binary
# name: ${box}
if [ -z "\${CONTAINER_ID}" ]; then
	exec "/usr/share/apx/distrobox/distrobox-enter" -n ${box} -- '${inside}' "$@"
elif [ -n "\${CONTAINER_ID}" ] && [ "\${CONTAINER_ID}" != "${box}" ]; then
	exec distrobox-host-exec '${path}' "$@"
else
	exec '${inside}' "$@"
fi
`;
}
