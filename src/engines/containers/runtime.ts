/**
 * What crun does: a process in namespaces of its own, whose root is the container's.
 *
 * @simplified No seccomp, capabilities, cgroups or network namespace. With -t the container is on the caller's own terminal.
 */
import { exists } from "../../machine/read-text.ts";
import type { KernelProcess } from "../../machine/kernel-process.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { Signal } from "../../machine/signals.ts";
import { readAccounts } from "../../machine/users.ts";
import { SysError, isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import { O, type Credentials } from "../../vfs/types.ts";
import type { IdMap } from "./id-map.ts";
import type { ContainerConfig, Volume } from "./library.ts";

/** What keeps a container from starting; `message` goes after "Error: ". */
export class RuntimeError extends Error {
  readonly status: ExitStatus;

  constructor(message: string, status: ExitStatus) {
    super(message);
    this.name = "RuntimeError";
    this.status = status;
  }
}

/** The directories of a container's root. */
export interface RootLayers {
  /** Topmost first. */
  readonly lower: readonly string[];
  readonly upper: string;
  readonly work: string;
  readonly merged: string;
}

export interface Room {
  readonly config: Pick<
    ContainerConfig,
    "id" | "name" | "imageName" | "imageId" | "hostname" | "volumes" | "privileged" | "readOnly" | "userns"
  >;
  readonly layers: RootLayers;
  /** Undefined: no user namespace. */
  readonly idMap: IdMap | undefined;
}

/** Device nodes that every container has. */
const DEVICES = ["null", "zero", "full", "random", "urandom", "tty"];

/** Goes to live in the container: `sys` becomes root there, with its mounts alone. Throws RuntimeError. */
export function moveIn(sys: Sys, { config, layers, idMap }: Room): void {
  // Whoever is root without a user namespace has the machine's own kernel numbers.
  if (idMap !== undefined) sys.unshareUser(idMap.uids, idMap.gids);
  sys.unshareMounts();
  const { lower, upper, work, merged } = layers;
  // The root directory is root's, whoever keeps the storage.
  if (sys.stat(upper).uid !== 0) sys.chown(upper, 0, 0);
  const escape = (path: string): string => path.replaceAll(":", "\\:");
  sys.mount({
    source: "overlay",
    target: merged,
    fstype: "overlay",
    flags: ["rw", "nodev"],
    data: `lowerdir=${lower.map(escape).join(":")},upperdir=${upper},workdir=${work}`,
    lifetime: "machine",
  });
  const inside = (path: string): string => `${merged}${path}`;
  const directory = (path: string): string => {
    makeInside(sys, merged, path, "dir");
    return inside(path);
  };
  const covers = (path: string): boolean => config.volumes.some(({ destination }) => destination === path);
  sys.mount({ source: "proc", target: directory("/proc"), fstype: "proc", flags: ["nosuid", "noexec", "nodev"] });
  if (!covers("/dev")) {
    sys.mount({ source: "tmpfs", target: directory("/dev"), fstype: "tmpfs", flags: ["nosuid", "noexec"], data: "mode=755,size=65536k" });
    for (const name of DEVICES) if (exists(sys, `/dev/${name}`)) bind(sys, merged, volume(`/dev/${name}`, `/dev/${name}`));
    for (const [name, target] of [
      ["fd", "/proc/self/fd"],
      ["stdin", "/proc/self/fd/0"],
      ["stdout", "/proc/self/fd/1"],
      ["stderr", "/proc/self/fd/2"],
    ] as const)
      sys.symlink(target, inside(`/dev/${name}`));
    sys.mount({ source: "shm", target: directory("/dev/shm"), fstype: "tmpfs", flags: ["nosuid", "nodev", "noexec"], data: "mode=1777" });
  }
  sys.mount({ source: "sysfs", target: directory("/sys"), fstype: "sysfs", flags: ["ro", "nosuid", "nodev", "noexec"] });
  if (!covers("/run"))
    sys.mount({ source: "tmpfs", target: directory("/run"), fstype: "tmpfs", flags: ["nosuid", "nodev"], data: "mode=755" });
  writeInside(sys, merged, "/run/.containerenv", containerEnvironment(config, idMap !== undefined));
  writeInside(sys, merged, "/etc/hostname", `${config.hostname}\n`);
  for (const each of config.volumes) bind(sys, merged, each);
  if (config.readOnly) sys.mount({ source: "overlay", target: merged, flags: ["remount", "bind", "ro"] });
  sys.pivotRoot(merged);
  sys.chdir("/");
}

function volume(source: string, destination: string): Volume {
  return { source, destination, readOnly: false, recursive: false };
}

function bind(sys: Sys, merged: string, { source, destination, readOnly, recursive }: Volume): void {
  const { type } = sys.stat(source);
  makeInside(sys, merged, destination, type === "dir" ? "dir" : "file");
  const target = `${merged}${destination}`;
  sys.mount({ source, target, flags: [recursive ? "rbind" : "bind"] });
  if (readOnly) sys.mount({ source, target, flags: ["remount", "bind", "ro"] });
}

/** Makes a mount point, and the directories that lead to it. */
function makeInside(sys: Sys, merged: string, path: string, type: "dir" | "file"): void {
  const parts = path.split("/").filter((part) => part !== "");
  let at = merged;
  for (const [i, part] of parts.entries()) {
    at += `/${part}`;
    if (exists(sys, at)) continue;
    if (i < parts.length - 1 || type === "dir") sys.mkdir(at, 0o755);
    else sys.close(sys.open(at, O.WRONLY | O.CREAT, 0o644));
  }
}

function writeInside(sys: Sys, merged: string, path: string, text: string): void {
  try {
    makeInside(sys, merged, path, "file");
    const fd = sys.open(`${merged}${path}`, O.WRONLY | O.TRUNC);
    sys.write(fd, new Uint8Array([...text].map((letter) => letter.charCodeAt(0) & 0xff)));
    sys.close(fd);
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
}

function containerEnvironment({ name, id, imageName, imageId }: Room["config"], rootless: boolean): string {
  return `engine="podman-5.7.0"\nname="${name}"\nid="${id}"\nimage="${imageName}"\nimageid="${imageId}"\nrootless=${rootless ? 1 : 0}\n`;
}

/** What a command in a container is run with. */
export interface Errand {
  readonly argv: readonly string[];
  /** As NAME=VALUE. */
  readonly env: readonly string[];
  readonly workingDir: string;
  /** "", or USER[:GROUP], by name or number. */
  readonly user: string;
}

/** Becomes `errand` where `proc` is. Throws RuntimeError when that cannot be. */
export function* become(proc: Process, errand: Errand, container: string): Run<ExitStatus> {
  const { sys } = proc;
  const { credentials, home } = whoIs(sys, errand.user);
  const directory = errand.workingDir === "" ? "/" : errand.workingDir;
  try {
    sys.chdir(directory);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new RuntimeError(`workdir ${JSON.stringify(directory)} does not exist on container ${container}`, 126);
  }
  const env = new Map(errand.env.map((line) => [line.split("=", 1)[0] ?? "", line.slice(line.indexOf("=") + 1)] as const));
  if (!env.has("HOME")) env.set("HOME", home);
  const name = errand.argv[0] ?? "";
  const path = name.includes("/") ? name : findInPath(sys, name, env.get("PATH") ?? "");
  if (path === undefined)
    throw new RuntimeError(
      `crun: executable file \`${name}\` not found in $PATH: No such file or directory: OCI runtime attempted to invoke a command that was not found`,
      127,
    );
  sys.credentials = credentials;
  try {
    return yield* proc.exec(path, errand.argv, env);
  } catch (error) {
    if (!isSysError(error)) throw error;
    if (error.errno === "ENOENT" || error.errno === "ENOTDIR")
      throw new RuntimeError(
        `crun: executable file \`${name}\` not found: ${error.text}: OCI runtime attempted to invoke a command that was not found`,
        127,
      );
    throw new RuntimeError(
      error.errno === "EACCES"
        ? "crun: open executable: Operation not permitted: OCI permission denied"
        : `crun: exec: ${error.text}: OCI runtime error`,
      126,
    );
  }
}

function findInPath(sys: Sys, name: string, path: string): string | undefined {
  for (const directory of path.split(":")) {
    const at = `${directory}/${name}`;
    try {
      if (sys.stat(at).type !== "file") continue;
      sys.access(at, "X");
      return at;
    } catch (error) {
      if (!isSysError(error)) throw error;
    }
  }
  return undefined;
}

/** A user of the container. Throws RuntimeError. */
function whoIs(sys: Sys, user: string): { readonly credentials: Credentials; readonly home: string } {
  const accounts = readAccounts(sys);
  const [name = "", groupName] = user === "" ? ["0"] : user.split(":");
  const isNumber = /^[0-9]+$/.test(name);
  const known = isNumber ? accounts.userById(Number(name)) : accounts.userByName(name);
  if (known === undefined && !isNumber) throw new RuntimeError(`unable to find user ${name}: no matching entries in passwd file`, 126);
  const uid = known?.uid ?? Number(name);
  const group = groupName === undefined ? undefined : (accounts.groupByName(groupName)?.gid ?? Number(groupName));
  const gid = group ?? known?.gid ?? 0;
  const groups = known === undefined ? [gid] : group === undefined ? accounts.groupsOf(known) : [group];
  return { credentials: { uid, gid, groups, privileged: uid === 0 }, home: known?.home ?? "/" };
}

/** What a process that starts in a container tells who started it, who waits for it. */
export interface Started {
  /** Set when the command runs. */
  isRunning: boolean;
  failure: RuntimeError | undefined;
}

/**
 * Starts the first process of a container. `started` says, some ticks later, whether it runs.
 * `fds` as of spawn: nothing but these is open inside.
 */
export function startFirst(
  proc: Process,
  room: Room,
  errand: Errand,
  options: { readonly fds: ReadonlyMap<number, number>; readonly pidHost: boolean; readonly newSession: boolean },
): { readonly process: KernelProcess; readonly started: Started } {
  const started: Started = { isRunning: false, failure: undefined };
  const process = proc.spawn({
    argv: ["crun"],
    fds: options.fds,
    newSession: options.newSession,
    newPids: !options.pidHost,
    hostname: room.config.hostname,
    *program(child) {
      return yield* guarded(started, function* () {
        moveIn(child.sys, room);
        return yield* become(child, errand, room.config.id);
      });
    },
  });
  return { process: process as KernelProcess, started };
}

/** Starts another process in a container that runs. */
export function startAnother(
  proc: Process,
  target: KernelProcess,
  errand: Errand,
  container: string,
  fds: ReadonlyMap<number, number>,
): { readonly process: KernelProcess; readonly started: Started } {
  const started: Started = { isRunning: false, failure: undefined };
  const process = proc.spawn({
    argv: ["crun"],
    fds,
    *program(child) {
      return yield* guarded(started, function* () {
        child.setns(target);
        return yield* become(child, errand, container);
      });
    },
  });
  return { process: process as KernelProcess, started };
}

function* guarded(started: Started, body: () => Run<ExitStatus>): Run<ExitStatus> {
  const run = body();
  try {
    // What can be refused is refused before the first wait.
    let step = run.next();
    started.isRunning = true;
    while (step.done !== true) {
      yield step.value;
      step = run.next();
    }
    return step.value;
  } catch (error) {
    if (error instanceof RuntimeError) {
      started.failure = error;
      return error.status;
    }
    if (error instanceof SysError && !started.isRunning) {
      started.failure = new RuntimeError(`crun: ${error.path === "" ? error.syscall : error.path}: ${error.text}: OCI runtime error`, 126);
      return 126;
    }
    throw error;
  } finally {
    run.return(0);
  }
}

/** kill(2) of a container's process by its owner, who is root where it lives, whatever number it has outside. */
export function* signalInside(proc: Process, target: KernelProcess, signal: Signal): Run<void> {
  const helper = proc.spawn({
    argv: ["crun"],
    *program(child) {
      child.setns(target);
      try {
        child.kill(target.pid, signal);
      } catch (error) {
        if (!isSysError(error, "ESRCH")) throw error;
      }
      yield* child.tick();
      return 0;
    },
  });
  yield* proc.wait(helper.pid);
}

/** Does something as root inside a container, running or not, and gives what came of it. */
export function* insideOf<T>(proc: Process, where: Room | KernelProcess, body: (child: Process) => Run<T>): Run<T> {
  let result: { readonly value: T } | undefined;
  let failure: unknown;
  const helper = proc.spawn({
    argv: ["podman"],
    *program(child) {
      try {
        if ("layers" in where) moveIn(child.sys, where);
        else child.setns(where);
        child.sys.umask(0o022);
        result = { value: yield* body(child) };
        return 0;
      } catch (error) {
        failure = error;
        if (isSysError(error) || error instanceof RuntimeError) return 1;
        throw error;
      }
    },
  });
  yield* proc.wait(helper.pid);
  if (result === undefined) throw failure ?? new RuntimeError("the helper was killed", 125);
  return result.value;
}
