/** podman's verbs that tell: inspect, version, info, diff, exists. */
import type { Container } from "../../engines/containers/library.ts";
import { PodmanError, type Podman } from "../../engines/containers/podman.ts";
import { volumes } from "../../engines/containers/volumes.ts";
import type { StoredImage } from "../../engines/containers/storage.ts";
import { goTemplate } from "../go-flags.ts";
import { stdout } from "../output.ts";
import { splitTag } from "../../engines/containers/reference.ts";
import type { Verb } from "./verb.ts";
import type { Sys } from "../../vfs/sys.ts";
import { isSysError } from "../../vfs/errno.ts";

const NEVER = "0001-01-01T00:00:00Z";

/** What kind of mount it is: a named volume or a directory. */
function mountOf(podman: Podman, source: string): object {
  const volume = volumes(podman).find(({ mountpoint }) => mountpoint === source);
  return volume === undefined ? { Type: "bind", Driver: "" } : { Type: "volume", Name: volume.name, Driver: "local" };
}

function inspectContainer(podman: Podman, container: Container): object {
  const { config, state } = container;
  const { layers } = podman.room(container);
  const process = podman.library.processOf(config.id);
  const path = [...config.entrypoint, ...config.command];
  return {
    Id: config.id,
    Created: config.created,
    Path: path[0] ?? "",
    Args: path.slice(1),
    State: {
      OciVersion: "1.2.1",
      Status: state.status,
      Running: state.status === "running",
      Paused: false,
      Restarting: false,
      OOMKilled: false,
      Dead: false,
      Pid: process?.pid ?? 0,
      ConmonPid: process?.parent ?? 0,
      ExitCode: state.exitCode,
      Error: "",
      StartedAt: state.startedAt === "" ? NEVER : state.startedAt,
      FinishedAt: state.finishedAt === "" ? NEVER : state.finishedAt,
    },
    Image: config.imageId,
    ImageName: config.imageName,
    Rootfs: "",
    Pod: "",
    StaticDir: podman.storage.userdata(config.id),
    OCIRuntime: "crun",
    Name: config.name,
    RestartCount: 0,
    Driver: "overlay",
    GraphDriver: {
      Name: "overlay",
      Data: { LowerDir: layers.lower.join(":"), MergedDir: layers.merged, UpperDir: layers.upper, WorkDir: layers.work },
    },
    Mounts: config.volumes.map(({ source, destination, readOnly, recursive }) => ({
      ...mountOf(podman, source),
      Source: source,
      Destination: destination,
      Mode: "",
      Options: [recursive ? "rbind" : "bind"],
      RW: !readOnly,
      Propagation: "rprivate",
    })),
    Dependencies: [],
    Config: {
      Hostname: config.hostname,
      Domainname: "",
      User: config.user,
      Tty: config.terminal,
      OpenStdin: config.interactive,
      Env: config.env,
      Cmd: config.command,
      Image: config.imageName,
      Volumes: null,
      WorkingDir: config.workingDir === "" ? "/" : config.workingDir,
      Entrypoint: config.entrypoint,
      Labels: config.labels,
      StopSignal: "SIGTERM",
      CreateCommand: config.createCommand,
      Umask: "0022",
      StopTimeout: config.stopTimeout,
    },
    HostConfig: {
      AutoRemove: config.autoRemove,
      Privileged: config.privileged,
      PidMode: config.pidHost ? "host" : "private",
      ReadonlyRootfs: config.readOnly,
      UsernsMode: config.userns,
      LogConfig: { Type: "k8s-file", Config: null, Path: `${podman.storage.userdata(config.id)}/ctr.log`, Tag: "", Size: "0B" },
    },
  };
}

function inspectImage(podman: Podman, image: StoredImage): object {
  const config = podman.storage.configOf(image.id);
  const [top = "", ...lower] = podman.storage.chain(image.layer);
  const diff = (id: string): string => `${podman.storage.layerDirectory(id)}/diff`;
  const size = podman.sizeOf(image);
  return {
    Id: image.id,
    Digest: image.digest,
    RepoTags: image.names ?? [],
    RepoDigests: (image.names ?? []).map((name) => `${splitTag(name).repository}@${image.digest}`),
    Parent: "",
    Comment: "",
    Created: image.created,
    Config: config?.config ?? {},
    Version: "",
    Author: "",
    Architecture: "amd64",
    Os: "linux",
    Size: size,
    VirtualSize: size,
    GraphDriver: {
      Name: "overlay",
      Data: {
        ...(lower.length === 0 ? {} : { LowerDir: lower.map(diff).join(":") }),
        UpperDir: diff(top),
        WorkDir: `${podman.storage.layerDirectory(top)}/work`,
      },
    },
    RootFS: { Type: "layers", Layers: config?.rootfs.diff_ids ?? [] },
    Labels: config?.config.Labels ?? null,
    Annotations: {},
    ManifestType: "application/vnd.oci.image.manifest.v1+json",
    User: config?.config.User ?? "",
    History: config?.history ?? [],
    NamesHistory: image["names-history"] ?? [],
  };
}

export const inspect: Verb = {
  name: "inspect",
  usage: "inspect [options] {CONTAINER|IMAGE|POD|NETWORK|VOLUME} [...]",
  help: "Display the configuration of object denoted by ID",
  options: [
    { name: "format", short: "f", argument: "string", help: "Format the output to a Go template or json" },
    { name: "type", short: "t", argument: "string", help: "Specify inspect-object type", values: ["image", "container", "all"] },
    { name: "latest", short: "l", help: "Act on the latest container podman is aware of", fidelity: "unbuilt" },
    { name: "size", short: "s", help: "Display total file size", fidelity: "ignored" },
  ],
  *run(podman, options) {
    const { proc } = podman;
    if (options.operands.length === 0) throw new PodmanError("no names or ids specified");
    const type = options.value("type") ?? "all";
    const found: object[] = [];
    const errors: string[] = [];
    for (const name of options.operands) {
      const container = type === "image" ? undefined : podman.findContainer(name);
      const image = container === undefined && type !== "container" ? podman.findImage(name) : undefined;
      if (container !== undefined) found.push(inspectContainer(podman, container));
      else if (image !== undefined) found.push(inspectImage(podman, image));
      else errors.push(type === "container" ? `no such container ${JSON.stringify(name)}` : `no such object: ${JSON.stringify(name)}`);
    }
    const format = options.value("format");
    if (format === undefined || format === "json") {
      const json = found.length === 0 ? "[]" : JSON.stringify(found, null, 5);
      yield* stdout(proc).print(`${json}\n`);
    } else yield* stdout(proc).print(found.map((each) => `${goTemplate(format, "inspect", each, "interface {}")}\n`).join(""));
    for (const error of errors) {
      yield* stdout(proc).flush();
      yield* proc.printError(`Error: ${error}\n`);
    }
    return errors.length > 0 ? 125 : 0;
  },
};

const VERSION = "5.7.0";

export const version: Verb = {
  name: "version",
  usage: "version [options]",
  help: "Display the Podman version information",
  options: [{ name: "format", short: "f", argument: "string", help: "Change the output format to JSON or a Go template" }],
  operands: { most: 0, message: "`podman version` takes no arguments" },
  *run(podman, options) {
    const client = {
      Client: {
        APIVersion: VERSION,
        Version: VERSION,
        GoVersion: "go1.25.4",
        GitCommit: "",
        BuiltTime: "Tue Nov 11 00:00:00 2025",
        Built: 1762819200,
        OsArch: "linux/amd64",
        Os: "linux",
      },
    };
    const format = options.value("format");
    const { proc } = podman;
    if (format === "json") yield* stdout(proc).print(`${JSON.stringify(client, null, 2)}\n`);
    else if (format !== undefined) yield* stdout(proc).print(`${goTemplate(format, "version", client, "version.Version")}\n`);
    else {
      const { Version, APIVersion, GoVersion, BuiltTime, OsArch } = client.Client;
      const rows = [
        ["Client:", "Podman Engine"],
        ["Version:", Version],
        ["API Version:", APIVersion],
        ["Go Version:", GoVersion],
        ["Built:", BuiltTime],
        ["OS/Arch:", OsArch],
      ];
      yield* stdout(proc).print(rows.map(([name = "", value = ""]) => `${name.padEnd(14)}${value}\n`).join(""));
    }
    return 0;
  },
};

export const info: Verb = {
  name: "info",
  usage: "info [options]",
  help: "Display podman system information",
  options: [
    { name: "format", short: "f", argument: "string", help: "Change the output format to JSON or a Go template" },
    { name: "debug", short: "D", help: "Display additional debug information", fidelity: "ignored" },
  ],
  operands: { most: 0, message: "`podman info` takes no arguments" },
  *run(podman, options) {
    const { proc, storage, library } = podman;
    const containers = library.containers();
    const count = (status: string): number => containers.filter(({ state }) => state.status === status).length;
    const map = podman.idMap("");
    const rows = (ranges: readonly { inside: number; outside: number; count: number }[] | undefined) =>
      ranges?.map((range) => ({ container_id: range.inside, host_id: range.outside, size: range.count })) ?? null;
    const value = {
      host: {
        arch: "amd64",
        cgroupVersion: "v2",
        cpus: 1,
        hostname: proc.kernel.hostname,
        idMappings: { gidmap: rows(map?.gids), uidmap: rows(map?.uids) },
        kernel: proc.kernel.release,
        logDriver: "k8s-file",
        memFree: proc.kernel.memory.free,
        memTotal: proc.kernel.memory.total,
        ociRuntime: { name: "crun", path: "/usr/bin/crun" },
        os: "linux",
        security: { rootless: podman.rootless, selinuxEnabled: false },
      },
      store: {
        containerStore: {
          number: containers.length,
          paused: 0,
          running: count("running"),
          stopped: containers.length - count("running"),
        },
        graphDriverName: "overlay",
        graphRoot: storage.root,
        imageStore: { number: storage.images().length },
        runRoot: storage.run,
        volumePath: `${storage.root}/volumes`,
      },
      version: { APIVersion: VERSION, OsArch: "linux/amd64", Version: VERSION },
    };
    const format = options.value("format");
    if (format === "json") yield* stdout(proc).print(`${JSON.stringify(value, null, 2)}\n`);
    else if (format !== undefined) yield* stdout(proc).print(`${goTemplate(format, "info", value, "define.Info")}\n`);
    else yield* stdout(proc).print(yaml(value, ""));
    return 0;
  },
};

function yaml(value: object, indent: string): string {
  return Object.entries(value)
    .map(([name, each]: [string, unknown]) => {
      if (Array.isArray(each))
        return `${indent}${name}:\n${each.map((row: object) => `${indent}- ${yaml(row, `${indent}  `).trimStart()}`).join("")}`;
      if (typeof each === "object" && each !== null) return `${indent}${name}:\n${yaml(each, `${indent}  `)}`;
      return `${indent}${name}: ${each === "" ? '""' : String(each)}\n`;
    })
    .join("");
}

export const diff: Verb = {
  name: "diff",
  usage: "diff [options] {CONTAINER|IMAGE}",
  help: "Display the changes to the object's file system",
  options: [{ name: "format", argument: "string", help: "Change the output format (json)", fidelity: "unbuilt" }],
  operands: { least: 1, most: 2 },
  *run(podman, options) {
    const name = options.operands[0] ?? "";
    const container = podman.findContainer(name);
    if (container === undefined) throw new PodmanError(`${name} not found: layer not known`);
    const { layers } = podman.room(container);
    const lines = changesIn(podman.proc.sys, layers.upper, layers.lower, "");
    yield* stdout(podman.proc).print(lines.map((line) => `${line}\n`).join(""));
    return 0;
  },
};

/** What the container's runtime puts there itself. */
const OWN = new Set(["/run/.containerenv", "/etc/hostname", "/dev", "/proc", "/sys", "/run"]);

/** "A PATH", "C PATH" or "D PATH", parents first. */
function changesIn(sys: Sys, upper: string, lowers: readonly string[], path: string): string[] {
  const lines: string[] = [];
  for (const entry of [...sys.readdir(upper + path)].sort((left, right) => (left.name < right.name ? -1 : 1))) {
    const at = `${path}/${entry.name}`;
    if (OWN.has(at)) continue;
    const below = lowers.some((lower) => lstat(sys, lower + at));
    const stat = sys.lstat(upper + at);
    if (stat.type === "char" && stat.rdev.major === 0 && stat.rdev.minor === 0) {
      lines.push(`D ${at}`);
      continue;
    }
    const inside = entry.type === "dir" ? changesIn(sys, upper, lowers, at) : [];
    if (!below || entry.type !== "dir" || inside.length > 0) lines.push(`${below ? "C" : "A"} ${at}`);
    lines.push(...inside);
  }
  return lines;
}

function lstat(sys: Sys, path: string): boolean {
  try {
    sys.lstat(path);
    return true;
  } catch (error) {
    if (!isSysError(error)) throw error;
    return false;
  }
}

export const exists: Verb = {
  name: "exists",
  usage: "container exists CONTAINER",
  help: "Check if a container or an image exists in local storage",
  options: [],
  operands: { least: 1, most: 1 },
  *run(podman, options) {
    yield* podman.proc.tick();
    const [name = ""] = options.operands;
    return podman.findContainer(name) === undefined ? 1 : 0;
  },
};

export const imageExists: Verb = {
  ...exists,
  usage: "image exists IMAGE",
  *run(podman, options) {
    yield* podman.proc.tick();
    return podman.findImage(options.operands[0] ?? "") === undefined ? 1 : 0;
  },
};
