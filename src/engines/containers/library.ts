/**
 * libpod's own knowledge: how each container is to be run, and what became of it.
 *
 * @simplified A real one is an SQLite file, `db.sql`; this one is text, one JSON object for each container on a line of its own.
 */
import { readTextIfThere } from "../../machine/read-text.ts";
import type { KernelProcess } from "../../machine/kernel-process.ts";
import type { Process } from "../../machine/process.ts";
import type { Storage } from "./storage.ts";
import { makeDirectories, replaceFile } from "./storage.ts";

export interface Volume {
  readonly source: string;
  readonly destination: string;
  readonly readOnly: boolean;
  /** With what is mounted below. */
  readonly recursive: boolean;
}

export interface ContainerConfig {
  readonly id: string;
  readonly name: string;
  /** As it was called, e.g. "registry.fedoraproject.org/fedora:43". */
  readonly imageName: string;
  readonly imageId: string;
  readonly created: string;
  readonly command: readonly string[];
  readonly entrypoint: readonly string[];
  readonly env: readonly string[];
  readonly workingDir: string;
  readonly user: string;
  readonly hostname: string;
  readonly terminal: boolean;
  readonly interactive: boolean;
  readonly volumes: readonly Volume[];
  readonly labels: Readonly<Record<string, string>>;
  /** "keep-id": who runs it has its own number inside; "host": no user namespace; "": root inside is who runs it. */
  readonly userns: "" | "keep-id" | "host";
  readonly pidHost: boolean;
  readonly privileged: boolean;
  readonly autoRemove: boolean;
  readonly readOnly: boolean;
  readonly createCommand: readonly string[];
  readonly stopTimeout: number;
}

export interface ContainerState {
  readonly status: "created" | "running" | "exited";
  readonly exitCode: number;
  /** RFC 3339, or "" when it has not happened. */
  readonly startedAt: string;
  readonly finishedAt: string;
}

export interface Container {
  readonly config: ContainerConfig;
  readonly state: ContainerState;
}

const FILE = "db.sql";
const CREATED: ContainerState = { status: "created", exitCode: 0, startedAt: "", finishedAt: "" };

export class Library {
  readonly #proc: Process;
  readonly storage: Storage;

  constructor(proc: Process, storage: Storage) {
    this.#proc = proc;
    this.storage = storage;
  }

  /** All containers, oldest first, as they are now: what ran when the power went has ended. */
  containers(): readonly Container[] {
    return this.#rows().map((container) => this.#asItIs(container));
  }

  /** As it was noted last. */
  recorded(id: string): Container | undefined {
    return this.#rows().find(({ config }) => config.id === id);
  }

  #rows(): readonly Container[] {
    const lines = (this.storage.readFile(FILE) ?? "").split("\n").filter((line) => line !== "");
    return lines.map((line) => JSON.parse(line) as Container);
  }

  #asItIs(container: Container): Container {
    if (container.state.status !== "running" || this.processOf(container.config.id) !== undefined) return container;
    return { ...container, state: { ...container.state, status: "exited" } };
  }

  #save(containers: readonly Container[]): void {
    this.storage.writeFile(FILE, containers.map((container) => `${JSON.stringify(container)}\n`).join(""));
  }

  add(config: ContainerConfig): void {
    this.#save([...this.#rows(), { config, state: CREATED }]);
  }

  setState(id: string, change: Partial<ContainerState>): void {
    this.#save(this.#rows().map((each) => (each.config.id === id ? { ...each, state: { ...each.state, ...change } } : each)));
  }

  rename(id: string, name: string): void {
    this.#save(this.#rows().map((each) => (each.config.id === id ? { ...each, config: { ...each.config, name } } : each)));
  }

  remove(id: string): void {
    this.#save(this.#rows().filter(({ config }) => config.id !== id));
  }

  #pidFile(id: string): string {
    return `${this.storage.runtimeDirectory(id)}/pidfile`;
  }

  recordProcess(id: string, pid: number): void {
    makeDirectories(this.#proc.sys, this.storage.runtimeDirectory(id));
    replaceFile(this.#proc.sys, this.#pidFile(id), String(pid), 0o644);
  }

  /** The container's first process, while it lives. */
  processOf(id: string): KernelProcess | undefined {
    const pid = Number(readTextIfThere(this.#proc.sys, this.#pidFile(id)) ?? "0");
    const process = pid > 0 ? this.#proc.kernel.process(pid) : undefined;
    return process === undefined || process.state === "zombie" ? undefined : process;
  }
}
