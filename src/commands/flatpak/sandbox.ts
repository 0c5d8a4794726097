/**
 * The sandbox of an app, as bubblewrap sets it up: a mount namespace with a root of its own. The runtime is /usr, the app /app, both
 * read-only; of the host there is what permissions show. Source: flatpak/flatpak:common/flatpak-run.c.
 *
 * @simplified No user, process or network namespace, no seccomp, no bus proxy: processes of the host can be seen, root is root.
 */
import type { Context } from "../../engines/flatpak/context.ts";
import { needsOf, type Deployed } from "../../engines/flatpak/installation.ts";
import { shortRef } from "../../engines/flatpak/ref.ts";
import { listDirectory, makeDirectories, removeTree, replaceFile } from "../../engines/ostree/files.ts";
import { KeyFile } from "../../engines/ostree/keyfile.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { exists, readTextIfThere } from "../../machine/read-text.ts";
import { isSysError, type SysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import { rootCredentials } from "../../vfs/types.ts";
import { exposedPlaces, homeOf } from "./sandbox-access.ts";

export interface SandboxRequest {
  readonly entry: Deployed;
  readonly runtime: Deployed;
  readonly context: Context;
  readonly argv: readonly string[];
  readonly cwd: string | undefined;
}

/** A running app, as `flatpak ps` knows of it. */
export interface Running {
  readonly instance: string;
  readonly pid: number;
  readonly childPid: number;
  readonly application: string;
  readonly branch: string;
  readonly commit: string;
  readonly runtime: string;
  readonly runtimeCommit: string;
}

const PATH = "/app/bin:/usr/bin";

/** Variables that stay what they are on the host; the others too, but for those that name places. */
const UNSET = ["LD_LIBRARY_PATH", "LD_PRELOAD", "OLDPWD", "PYTHONPATH", "XDG_CONFIG_DIRS", "BASH_ENV"];

export function* runInSandbox(proc: Process, request: SandboxRequest): Run<ExitStatus> {
  const { entry, argv } = request;
  const data = `${homeOf(proc)}/.var/app/${entry.ref.id}`;
  for (const name of ["data", "config", "cache/tmp", "cache/fontconfig", ".local/state"]) makeDirectories(proc.sys, `${data}/${name}`);
  const instance = String((proc.pid * 2654435761 + proc.now().sec) % 2 ** 32);
  const state = `${instancesOf(proc)}/${instance}`;
  makeDirectories(proc.sys, state);
  const info = infoOf(proc, request, instance);
  replaceFile(proc.sys, `${state}/info`, info);
  const child = proc.spawn({
    argv: ["bwrap", "--args", "42", "--", ...argv],
    env: environmentOf(proc, request, data),
    program: (inner) => inside(inner, request, info),
  });
  replaceFile(proc.sys, `${state}/pid`, String(child.pid));
  replaceFile(proc.sys, `${state}/bwrapinfo.json`, `{\n    "child-pid": ${child.pid}\n}\n`);
  try {
    const ended = yield* proc.wait(child.pid);
    if (ended?.ending.kind === "killed") return 128 + 9;
    return ended?.ending.kind === "exited" ? ended.ending.status : 1;
  } finally {
    removeTree(proc.sys, state);
  }
}

/** The life of bwrap's child: builds the root, goes into it, becomes the program. */
function* inside(proc: Process, request: SandboxRequest, info: string): Run<ExitStatus> {
  const { sys } = proc;
  const own = sys.credentials;
  const cwd = request.cwd ?? sys.getcwd();
  // bwrap has every right in a user namespace of its own.
  sys.credentials = rootCredentials();
  const root = buildRoot(proc, request, info, own.uid, own.gid);
  sys.chroot(root);
  sys.credentials = own;
  try {
    sys.chdir(cwd);
  } catch (error) {
    if (!isSysError(error)) throw error;
    sys.chdir(exists(sys, homeOf(proc)) ? homeOf(proc) : "/");
  }
  const [command = ""] = request.argv;
  let refusal: SysError | undefined;
  const candidates = command.includes("/")
    ? [command]
    : (proc.env.get("PATH") ?? PATH).split(":").map((directory) => `${directory}/${command}`);
  for (const path of candidates) {
    try {
      return yield* proc.exec(path, request.argv, proc.env);
    } catch (error) {
      if (!isSysError(error)) throw error;
      // As execvp(3): what may not be run counts more than what is not there.
      if (refusal === undefined || error.errno === "EACCES") refusal = error;
    }
  }
  yield* proc.printError(`bwrap: execvp ${command}: ${refusal?.text ?? "No such file or directory"}\n`);
  return 1;
}

function buildRoot(proc: Process, { entry, runtime, context }: SandboxRequest, info: string, uid: number, gid: number): string {
  const { sys } = proc;
  const root = "/tmp/newroot";
  const home = homeOf(proc);
  const host = hostPaths(proc, context);
  sys.unshareMounts();
  const tmpfs = (target: string, mode: string): void =>
    sys.mount({ source: "tmpfs", target, fstype: "tmpfs", flags: [], data: `mode=${mode}` });
  const bind = (source: string, target: string, isReadOnly: boolean): void => {
    makeDirectories(sys, root + target);
    sys.mount({ source, target: root + target, flags: ["bind"] });
    if (isReadOnly) sys.mount({ source: "none", target: root + target, flags: ["remount", "bind", "ro"] });
  };
  tmpfs("/tmp", "0755");
  sys.mkdir(root, 0o755);
  bind(`${runtime.path}/files`, "/usr", true);
  if (entry.ref.kind === "app") bind(`${entry.path}/files`, "/app", true);
  for (const { source, target } of extensionsOf(runtime)) if (exists(sys, root + target)) bind(source, target, true);
  for (const name of ["bin", "lib", "lib64", "sbin"]) if (exists(sys, `${root}/usr/${name}`)) sys.symlink(`usr/${name}`, `${root}/${name}`);
  makeEtc(proc, root, uid, gid);
  for (const name of ["/proc", "/dev", "/sys"]) if (exists(sys, name)) bind(name, name, false);
  makeDirectories(sys, `${root}/tmp`);
  tmpfs(`${root}/tmp`, "1777");
  const runtimeDirectory = `/run/user/${uid}`;
  for (const path of [`${runtimeDirectory}/app/${entry.ref.id}`, "/run/flatpak", "/run/host", "/var/cache", "/var/tmp"])
    makeDirectories(sys, root + path);
  for (const path of [runtimeDirectory, `${runtimeDirectory}/app`, `${runtimeDirectory}/app/${entry.ref.id}`])
    sys.chown(root + path, uid, gid);
  sys.chmod(`${root}/var/tmp`, 0o1777);
  sys.symlink("/run", `${root}/var/run`);
  for (const path of ["/.flatpak-info", `${runtimeDirectory}/flatpak-info`]) replaceFile(sys, root + path, info);
  if (exists(sys, "/etc/os-release")) replaceFile(sys, `${root}/run/host/os-release`, readTextIfThere(sys, "/etc/os-release") ?? "");
  if (context.filesystems.get("host") !== undefined || context.filesystems.get("host-os") !== undefined)
    bind("/usr", "/run/host/usr", true);
  if (context.filesystems.get("host") !== undefined || context.filesystems.get("host-etc") !== undefined)
    bind("/etc", "/run/host/etc", true);
  for (const { path, isReadOnly } of host) bind(path, path, isReadOnly);
  if (!exists(sys, root + home)) {
    makeDirectories(sys, root + home);
    sys.chown(root + home, uid, gid);
  }
  const link = sys.realpath("/home");
  if (link !== "/home" && !exists(sys, `${root}/home`)) sys.symlink(link.replace(/^\//, ""), `${root}/home`);
  const data = `${home}/.var/app/${entry.ref.id}`;
  bind(data, data, false);
  // What is kept of the home that is not shown.
  for (const name of context.persistent) {
    const kept = `${data}/${name}`;
    makeDirectories(sys, kept);
    sys.chown(kept, uid, gid);
    if (!host.some(({ path }) => path === home)) bind(kept, `${home}/${name}`, false);
  }
  return root;
}

/** What permissions show of the host, outermost first; what is to be made is made. */
function hostPaths(proc: Process, context: Context): { readonly path: string; readonly isReadOnly: boolean }[] {
  const { sys } = proc;
  return exposedPlaces(proc, context).flatMap(({ path, isReadOnly, isCreated }) => {
    if (isCreated) makeDirectories(sys, path);
    if (!exists(sys, path)) return [];
    return [{ path: sys.realpath(path), isReadOnly }];
  });
}

/** Extensions of the runtime that are installed, and where they belong. */
function extensionsOf(runtime: Deployed): { readonly source: string; readonly target: string }[] {
  const { installation, ref } = runtime;
  return needsOf(installation.metadataOf(runtime), ref.kind, ref.branch).extensions.flatMap(({ id, branch, directory }) => {
    const found = installation.deployedAt({ kind: "runtime", id, arch: ref.arch, branch });
    return found ? [{ source: `${found.path}/files`, target: `/usr/${directory}` }] : [];
  });
}

/** /etc is made anew: of the accounts only one's own and nobody's, of the host its name and addresses. */
function makeEtc(proc: Process, root: string, uid: number, gid: number): void {
  const { sys } = proc;
  sys.mkdir(`${root}/etc`, 0o755);
  for (const { name } of listDirectory(sys, `${root}/usr/etc`)) sys.symlink(`/usr/etc/${name}`, `${root}/etc/${name}`);
  const user = proc.env.get("USER") ?? String(uid);
  const put = (name: string, text: string): void => {
    if (exists(sys, `${root}/etc/${name}`)) sys.unlink(`${root}/etc/${name}`);
    replaceFile(sys, `${root}/etc/${name}`, text);
  };
  put(
    "passwd",
    `${user}:x:${uid}:${gid}:${user}:${homeOf(proc)}:${proc.env.get("SHELL") ?? "/bin/sh"}\nnfsnobody:x:65534:65534:Unmapped user:/:/sbin/nologin\n`,
  );
  put("group", `${user}:x:${gid}:${user}\nnfsnobody:x:65534:\n`);
  for (const name of ["hosts", "host.conf", "resolv.conf", "machine-id"]) {
    const text = readTextIfThere(sys, `/etc/${name}`);
    if (text !== undefined) put(name, text);
  }
  if (exists(sys, `${root}/usr/lib/os-release`) && !exists(sys, `${root}/etc/os-release`))
    sys.symlink("/usr/lib/os-release", `${root}/etc/os-release`);
}

function environmentOf(proc: Process, { entry, context }: SandboxRequest, data: string): Map<string, string> {
  const env = new Map(proc.env);
  for (const name of UNSET) env.delete(name);
  env.set("PATH", PATH);
  env.set("FLATPAK_ID", entry.ref.id);
  env.set("container", "flatpak");
  env.set("XDG_DATA_HOME", `${data}/data`);
  env.set("XDG_CONFIG_HOME", `${data}/config`);
  env.set("XDG_CACHE_HOME", `${data}/cache`);
  env.set("XDG_STATE_HOME", `${data}/.local/state`);
  env.set("XDG_DATA_DIRS", "/app/share:/usr/share:/usr/share/runtime/share:/run/host/user-share:/run/host/share");
  env.set("FLATPAK_SANDBOX_DIR", `${data}/sandbox`);
  if (!context.has("sockets", "wayland")) env.delete("WAYLAND_DISPLAY");
  if (!context.has("sockets", "x11") && !context.has("sockets", "fallback-x11")) env.delete("DISPLAY");
  for (const [name, value] of context.environment) {
    if (value === undefined) env.delete(name);
    else env.set(name, value);
  }
  return env;
}

/** `/.flatpak-info`: how a program learns that it is in a sandbox, and in which. */
function infoOf({ env }: Process, { entry, runtime, context }: SandboxRequest, instance: string): string {
  const file = new KeyFile();
  file.set("Application", "name", entry.ref.id);
  file.set("Application", "runtime", `runtime/${shortRef(runtime.ref)}`);
  file.set("Instance", "instance-id", instance);
  file.set("Instance", "instance-path", `${env.get("HOME") ?? ""}/.var/app/${entry.ref.id}`);
  file.set("Instance", "app-path", `${entry.path}/files`);
  file.set("Instance", "app-commit", entry.commit);
  file.set("Instance", "runtime-path", `${runtime.path}/files`);
  file.set("Instance", "runtime-commit", runtime.commit);
  file.set("Instance", "branch", entry.ref.branch);
  file.set("Instance", "arch", entry.ref.arch);
  file.set("Instance", "flatpak-version", "1.16.1");
  file.set("Instance", "session-bus-proxy", "true");
  file.set("Instance", "system-bus-proxy", "true");
  return [file.toString(), context.toString(true)].filter((text) => text !== "").join("\n");
}

/** Where what runs is written down. */
function instancesOf({ env, sys }: Process): string {
  const directory = env.get("XDG_RUNTIME_DIR") ?? `/run/user/${sys.credentials.uid}`;
  const base = exists(sys, directory) ? directory : (env.get("XDG_CACHE_HOME") ?? `${env.get("HOME") ?? ""}/.cache`);
  return `${base}/.flatpak`;
}

export function runningApps(proc: Process): Running[] {
  const directory = instancesOf(proc);
  return listDirectory(proc.sys, directory).flatMap(({ name }): Running[] => {
    const state = `${directory}/${name}`;
    const text = readTextIfThere(proc.sys, `${state}/info`);
    const pid = Number(readTextIfThere(proc.sys, `${state}/pid`) ?? "");
    if (text === undefined || !isAlive(proc.sys, pid)) return [];
    const file = KeyFile.parse(text);
    const value = (group: string, key: string): string => file.get(group, key) ?? "";
    return [
      {
        instance: name,
        pid,
        childPid: pid,
        application: value("Application", "name"),
        branch: value("Instance", "branch"),
        commit: value("Instance", "app-commit"),
        runtime: value("Application", "runtime").replace(/^runtime\//, ""),
        runtimeCommit: value("Instance", "runtime-commit"),
      },
    ];
  });
}

function isAlive(sys: Sys, pid: number): boolean {
  return pid > 0 && exists(sys, `/proc/${pid}`);
}
