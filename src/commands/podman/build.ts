/** podman build and commit: images made here, a layer for each step that changes files. */
import { decodeUtf8, encodeUtf8 } from "../../base/utf8.ts";
import { commandWords, parseContainerfile, parsePairs, substitute, type Instruction } from "../../engines/containers/containerfile.ts";
import { waitFor } from "../../engines/containers/lifecycle.ts";
import { PodmanError, timeText, type Podman } from "../../engines/containers/podman.ts";
import { insideOf, startFirst, type Room } from "../../engines/containers/runtime.ts";
import type { HistoryEntry, StoredConfig, StoredImage } from "../../engines/containers/storage.ts";
import { checksumBytes } from "../../image/ostree-objects.ts";
import { exists } from "../../machine/read-text.ts";
import type { Process } from "../../machine/process.ts";
import { TICK, type Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import { O } from "../../vfs/types.ts";
import { stdout } from "../output.ts";
import { pickUp, putDown, typeOf, type Carried } from "./cp.ts";
import { localName, obtainImage } from "./images.ts";
import type { Verb } from "./verb.ts";

/** An image as it grows, step by step. */
interface Draft {
  readonly image: StoredImage | undefined;
  readonly layer: string | undefined;
  readonly config: StoredConfig;
}

const SCRATCH: StoredConfig = {
  created: timeText(0),
  architecture: "amd64",
  os: "linux",
  config: {},
  rootfs: { type: "layers", diff_ids: [] },
  history: [],
};

function envOf(config: StoredConfig): Map<string, string> {
  return new Map((config.config.Env ?? []).map((line) => [line.split("=", 1)[0] ?? "", line.slice(line.indexOf("=") + 1)]));
}

/** Stores an image whose configuration says everything about it. */
function store(podman: Podman, config: StoredConfig, layer: string): StoredImage {
  const text = JSON.stringify(config);
  const id = checksumBytes(encodeUtf8(text));
  const image: StoredImage = { id, digest: `sha256:${checksumBytes(encodeUtf8(`manifest of ${id}`))}`, layer, created: config.created };
  podman.storage.addImage(image, config);
  return podman.storage.images().find((each) => each.id === id) ?? image;
}

/** The same configuration with a step more; `diff` when files were changed. */
function withStep(podman: Podman, draft: Draft, by: string, change: StoredConfig["config"], diff: string | undefined): StoredConfig {
  const created = podman.storage.now();
  const comment = draft.image === undefined ? {} : { comment: `FROM ${draft.image.names?.[0] ?? draft.image.id.slice(0, 12)}` };
  const entry: HistoryEntry = { created, created_by: by, ...comment, ...(diff === undefined ? { empty_layer: true } : {}) };
  return {
    ...draft.config,
    created,
    config: { ...draft.config.config, ...change },
    rootfs: { type: "layers", diff_ids: [...draft.config.rootfs.diff_ids, ...(diff === undefined ? [] : [`sha256:${diff}`])] },
    history: [...draft.config.history, entry],
  };
}

/** An image that was made by the same step from the same image (--layers). */
function cached(podman: Podman, draft: Draft, by: string): StoredImage | undefined {
  const before = draft.config.history.length;
  return podman.storage.images().find((image) => {
    const history = podman.storage.configOf(image.id)?.history ?? [];
    return (
      history.length === before + 1 &&
      history[before]?.created_by === by &&
      draft.config.history.every((entry, i) => JSON.stringify(entry) === JSON.stringify(history[i]))
    );
  });
}

function roomFor(podman: Podman, layer: string): Room {
  const [own = "", ...lower] = podman.storage.chain(layer);
  const directory = podman.storage.layerDirectory(own);
  return {
    config: {
      id: layer,
      name: "build",
      imageName: "",
      imageId: "",
      hostname: layer.slice(0, 12),
      volumes: [],
      privileged: false,
      readOnly: false,
      userns: "",
    },
    layers: {
      lower: lower.length === 0 ? [`${directory}/merged`] : lower.map((id) => `${podman.storage.layerDirectory(id)}/diff`),
      upper: `${directory}/diff`,
      work: `${directory}/work`,
      merged: `${directory}/merged`,
    },
    idMap: podman.idMap(""),
  };
}

/** What a layer's own directory has, as a checksum: names, modes and contents. */
function* digestOf(proc: Process, path: string): Run<{ readonly digest: string; readonly size: number }> {
  const lines: string[] = [];
  let size = 0;
  const look = function* (at: string): Run<void> {
    for (const { name, type } of [...proc.sys.readdir(path + at)].sort((left, right) => (left.name < right.name ? -1 : 1))) {
      const stat = proc.sys.lstat(`${path}${at}/${name}`);
      size += type === "file" ? stat.size : 0;
      lines.push(`${at}/${name} ${type} ${stat.mode.toString(8)} ${stat.size} ${stat.mtime.sec}`);
      yield TICK;
      if (type === "dir") yield* look(`${at}/${name}`);
    }
  };
  yield* look("");
  return { digest: checksumBytes(encodeUtf8(lines.join("\n"))), size };
}

/** A new layer on the draft's, in which `work` is done; removed again when that fails. */
function* makeLayer(podman: Podman, draft: Draft, work: (room: Room) => Run<void>): Run<{ readonly layer: string; readonly diff: string }> {
  const layer = podman.storage.newId();
  podman.storage.createLayer({ id: layer, ...(draft.layer === undefined ? {} : { parent: draft.layer }) });
  const room = roomFor(podman, layer);
  try {
    yield* work(room);
    const own = yield* ownDigest(podman, room);
    podman.storage.updateLayer(layer, { "diff-digest": `sha256:${own.digest}`, "diff-size": own.size });
    return { layer, diff: own.digest };
  } catch (error) {
    podman.storage.deleteLayer(layer);
    throw error;
  }
}

/** As root of a user namespace with the same map, but with the machine's mounts. */
function* ownDigest(podman: Podman, { idMap, layers }: Room): Run<{ readonly digest: string; readonly size: number }> {
  let result = { digest: "", size: 0 };
  const helper = podman.proc.spawn({
    argv: ["podman"],
    *program(child) {
      if (idMap !== undefined) child.sys.unshareUser(idMap.uids, idMap.gids);
      result = yield* digestOf(child, layers.upper);
      return 0;
    },
  });
  yield* waitFor(podman.proc, helper.pid);
  return result;
}

function* runStep(podman: Podman, room: Room, draft: Draft, argv: readonly string[], text: string): Run<void> {
  const { proc } = podman;
  const env = new Map([
    ["PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
    ["container", "podman"],
    ...envOf(draft.config),
  ]);
  const nothing = proc.sys.open("/dev/null", O.RDONLY | O.CLOEXEC);
  yield* stdout(proc).flush();
  const { process, started } = startFirst(
    proc,
    room,
    {
      argv,
      env: [...env].map(([name, value]) => `${name}=${value}`),
      workingDir: draft.config.config.WorkingDir ?? "",
      user: draft.config.config.User ?? "",
    },
    {
      fds: new Map([
        [0, nothing],
        [1, 1],
        [2, 2],
      ]),
      pidHost: false,
      newSession: false,
    },
  );
  for (const signal of ["INT", "QUIT"] as const) proc.onSignal(signal, () => proc.kill(process.pid, "KILL"));
  const status = yield* waitFor(proc, process.pid);
  for (const signal of ["INT", "QUIT"] as const) proc.onSignal(signal, "default");
  if (started.failure !== undefined) throw new PodmanError(`building at STEP ${JSON.stringify(text)}: ${started.failure.message}`, 125);
  if (status !== 0) throw new PodmanError(`building at STEP ${JSON.stringify(text)}: while running runtime: exit status ${status}`, status);
}

function* copyStep(podman: Podman, room: Room, draft: Draft, context: string, argument: string, text: string): Run<void> {
  const { proc } = podman;
  const words = argument.startsWith("[") ? [...commandWords(argument)] : argument.split(/\s+/).filter((word) => !word.startsWith("--"));
  const target = words.pop() ?? "";
  const carried: (readonly [string, Carried])[] = [];
  for (const word of words) {
    const path = `${context}/${word}`;
    try {
      carried.push([word, yield* pickUp(proc, path)]);
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw new PodmanError(
        `building at STEP ${JSON.stringify(text)}: checking on sources under ${JSON.stringify(context)}: copier: stat: ${JSON.stringify(`/${word}`)}: no such file or directory`,
      );
    }
  }
  yield* insideOf(proc, room, function* (child) {
    const { sys } = child;
    const base = draft.config.config.WorkingDir ?? "";
    const to = target.startsWith("/") ? target : `${base}/${target}`;
    const isDirectory = to.endsWith("/") || words.length > 1 || typeOf(sys, to) === "dir";
    makeParents(sys, isDirectory ? `${to}/x` : to);
    for (const [word, what] of carried) {
      const name = word.replace(/\/+$/, "").replace(/^.*\//, "");
      yield* putDown(child, isDirectory && what.kind !== "dir" ? `${to.replace(/\/+$/, "")}/${name}` : to.replace(/(?!^)\/+$/, ""), what);
    }
  });
}

function makeParents(sys: Sys, path: string): void {
  let at = "";
  for (const part of path.split("/").slice(0, -1)) {
    if (part === "") continue;
    at += `/${part}`;
    if (!exists(sys, at)) sys.mkdir(at, 0o755);
  }
}

export const build: Verb = {
  name: "build",
  usage: "build [options] [CONTEXT]",
  help: "Build an image using instructions from Containerfiles",
  description: "Builds an OCI or Docker image using instructions from one or more Containerfiles and a specified build context directory.",
  options: [
    { name: "file", short: "f", argument: "pathname or URL", help: "`pathname or URL` of a Dockerfile" },
    { name: "tag", short: "t", argument: "name", help: "tagged name to apply to the built image" },
    { name: "build-arg", argument: "argument=value", help: "argument=value to supply to the builder" },
    { name: "no-cache", help: "do not use existing cached images for the container build" },
    { name: "pull", argument: "string", optional: true, help: "Pull image policy", fidelity: "ignored" },
    { name: "quiet", short: "q", help: "refrain from announcing build instructions and image read/write progress" },
    { name: "layers", help: "use intermediate layers during build", fidelity: "ignored" },
    { name: "rm", help: "remove intermediate containers after a successful build", fidelity: "ignored" },
    { name: "squash", help: "squash all image layers into a single layer", fidelity: "unbuilt" },
    { name: "target", argument: "string", help: "set the target build stage to build", fidelity: "unbuilt" },
  ],
  operands: { most: 1 },
  *run(podman, options) {
    const { proc } = podman;
    const { sys } = proc;
    const given = options.operands[0] ?? ".";
    const path = given.startsWith("/") ? given : `${sys.getcwd()}/${given}`;
    const context = path.replace(/\/\.$/, "").replace(/(?!^)\/+$/, "");
    if (typeOf(sys, context) !== "dir") throw new PodmanError(`context must be a directory: ${JSON.stringify(context)}`);
    const file = options.value("file");
    const candidates = file === undefined ? [`${context}/Containerfile`, `${context}/Dockerfile`] : [file, `${context}/${file}`];
    const found = candidates.find((each) => typeOf(sys, each) === "file");
    if (found === undefined) throw new PodmanError(`stat ${candidates.at(-1) ?? ""}: no such file or directory`);
    let instructions: readonly Instruction[];
    try {
      instructions = parseContainerfile(decodeUtf8(yield* proc.readFile(found)));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new PodmanError(error.message);
    }
    const say = function* (text: string): Run<void> {
      if (!options.has("quiet")) yield* stdout(proc).print(text);
    };
    const args = new Map(options.values("build-arg").map((line) => [line.split("=", 1)[0] ?? "", line.slice(line.indexOf("=") + 1)]));
    const tags = options.values("tag").map(localName);
    let draft: Draft = { image: undefined, layer: undefined, config: SCRATCH };
    let usesCache = !options.has("no-cache");
    const known = new Map<string, string>();
    for (const [i, { name, argument, text }] of instructions.entries()) {
      yield* say(`STEP ${i + 1}/${instructions.length}: ${text}\n`);
      yield* stdout(proc).flush();
      const values = new Map([...known, ...envOf(draft.config)]);
      const word = name === "RUN" ? argument : substitute(argument, values);
      if (name === "FROM") {
        const [base = ""] = word.split(/\s+/);
        if (base !== "scratch") {
          const image = yield* obtainImage(podman, base, "missing", options.has("quiet"));
          const config = podman.storage.configOf(image.id) ?? SCRATCH;
          draft = { image, layer: image.layer, config: config.history.length === 0 ? { ...config, history: [] } : config };
        }
        continue;
      }
      if (name === "ARG") {
        const [key = "", otherwise] = word.split(/=(.*)/s);
        const value = args.get(key) ?? otherwise;
        if (value !== undefined) known.set(key, value);
        continue;
      }
      const isRun = name === "RUN";
      const isCopy = name === "COPY" || name === "ADD";
      const change = changeOf(name, word, draft.config, text);
      const by = isRun
        ? `/bin/sh -c ${argument}`
        : isCopy
          ? `/bin/sh -c #(nop) ${name} ${yield* contextDigest(proc, context, word)} in ${word.split(/\s+/).at(-1) ?? ""} `
          : `/bin/sh -c #(nop) ${name} ${word}`;
      const hit = usesCache ? cached(podman, draft, by) : undefined;
      const isLast = i === instructions.length - 1;
      if (hit !== undefined) {
        yield* say(`--> Using cache ${hit.id}\n`);
        draft = { image: hit, layer: hit.layer, config: podman.storage.configOf(hit.id) ?? draft.config };
      } else {
        usesCache = false;
        let layer = draft.layer;
        let diff: string | undefined;
        if (isRun || isCopy || layer === undefined) {
          const step = draft;
          const made = yield* makeLayer(podman, step, function* (room) {
            if (isRun) yield* runStep(podman, room, { ...step, config: withArgs(step.config, known) }, commandWords(word), text);
            else if (isCopy) yield* copyStep(podman, room, step, context, word, text);
          });
          layer = made.layer;
          diff = made.diff;
        }
        const config = withStep(podman, draft, by, change, diff);
        draft = { image: store(podman, config, layer), layer, config };
      }
      if (isLast) continue;
      yield* say(`--> ${draft.image?.id.slice(0, 12) ?? ""}\n`);
    }
    const { image } = draft;
    if (image === undefined) throw new PodmanError("no image was built");
    if (tags.length > 0 || instructions.length > 1)
      yield* say(tags[0] === undefined ? "COMMIT\n" : `COMMIT ${options.value("tag") ?? ""}\n`);
    yield* say(`--> ${image.id.slice(0, 12)}\n`);
    for (const full of tags) {
      podman.tag(image.id, full);
      yield* say(`Successfully tagged ${full}\n`);
    }
    yield* stdout(proc).print(`${image.id}\n`);
    return 0;
  },
};

function withArgs(config: StoredConfig, args: ReadonlyMap<string, string>): StoredConfig {
  const env = [...[...args].map(([name, value]) => `${name}=${value}`), ...(config.config.Env ?? [])];
  return { ...config, config: { ...config.config, Env: env } };
}

/** What an instruction changes in the configuration. Throws PodmanError for one that nobody knows. */
function changeOf(name: string, argument: string, { config }: StoredConfig, text: string): StoredConfig["config"] {
  switch (name) {
    case "RUN":
    case "COPY":
    case "ADD":
    case "EXPOSE":
    case "VOLUME":
    case "STOPSIGNAL":
    case "MAINTAINER":
    case "SHELL":
    case "HEALTHCHECK":
    case "ONBUILD":
      return {};
    case "ENV": {
      const env = new Map([
        ...(config.Env ?? []).map((line) => [line.split("=", 1)[0] ?? "", line.slice(line.indexOf("=") + 1)] as const),
        ...parsePairs(argument),
      ]);
      return { Env: [...env].map(([key, value]) => `${key}=${value}`) };
    }
    case "LABEL":
      return { Labels: { ...(config.Labels ?? {}), ...Object.fromEntries(parsePairs(argument)) } };
    case "WORKDIR":
      return { WorkingDir: argument.startsWith("/") ? argument : `${config.WorkingDir ?? ""}/${argument}` };
    case "USER":
      return { User: argument };
    case "CMD":
      return { Cmd: commandWords(argument) };
    case "ENTRYPOINT":
      return { Entrypoint: commandWords(argument), Cmd: [] };
    default:
      throw new PodmanError(`building at STEP ${JSON.stringify(text)}: Build error: Unknown instruction: ${JSON.stringify(name)}`);
  }
}

/** What is copied, as a checksum: a step is the same only when that is. */
function* contextDigest(proc: Process, context: string, argument: string): Run<string> {
  const lines: string[] = [];
  const look = (what: Carried, at: string): void => {
    if (what.kind === "dir") for (const [name, entry] of what.entries) look(entry, `${at}/${name}`);
    else lines.push(`${at} ${what.kind === "file" ? checksumBytes(what.bytes) : what.target}`);
  };
  for (const word of argument.split(/\s+/).slice(0, -1)) {
    try {
      look(yield* pickUp(proc, `${context}/${word}`), word);
    } catch (error) {
      if (!isSysError(error)) throw error;
    }
  }
  return `file:${checksumBytes(encodeUtf8(lines.join("\n")))}`;
}

export const commit: Verb = {
  name: "commit",
  usage: "commit [options] CONTAINER [IMAGE]",
  help: "Create new image based on the changed container",
  options: [
    { name: "message", short: "m", argument: "message", help: "Set commit message for imported image", fidelity: "ignored" },
    { name: "author", short: "a", argument: "string", help: "Set the author for the image committed", fidelity: "ignored" },
    { name: "quiet", short: "q", help: "Suppress output", fidelity: "ignored" },
  ],
  operands: { least: 1, most: 2 },
  *run(podman, options) {
    const { proc } = podman;
    const [name = "", target] = options.operands;
    const container = podman.mustFindContainer(name);
    const stored = podman.storage.containers().find(({ id }) => id === container.config.id);
    const image = podman.storage.images().find(({ id }) => id === container.config.imageId);
    if (stored === undefined || image === undefined) throw new PodmanError(`${name}: image not known`);
    if (container.config.userns === "keep-id")
      throw new PodmanError("commit of a container with --userns=keep-id is not built in Immutable Lab");
    const draft: Draft = { image, layer: image.layer, config: podman.storage.configOf(image.id) ?? SCRATCH };
    const { upper } = podman.room(container).layers;
    const made = yield* makeLayer(podman, draft, (room) => copyUpper(podman, room, upper));
    const config = withStep(podman, draft, container.config.command.join(" "), {}, made.diff);
    const result = store(podman, config, made.layer);
    if (target !== undefined) podman.tag(result.id, localName(target));
    yield* stdout(proc).print(`${result.id}\n`);
    return 0;
  },
};

/** Copies what a container has changed into another layer, whiteouts too. */
function* copyUpper(podman: Podman, { idMap, layers }: Room, upper: string): Run<void> {
  const helper = podman.proc.spawn({
    argv: ["podman"],
    *program(child) {
      if (idMap !== undefined) child.sys.unshareUser(idMap.uids, idMap.gids);
      child.sys.umask(0);
      yield* copyTree(child, upper, layers.upper);
      return 0;
    },
  });
  if ((yield* waitFor(podman.proc, helper.pid)) !== 0) throw new PodmanError("copying the container's layer failed");
}

function* copyTree(proc: Process, from: string, to: string): Run<void> {
  const { sys } = proc;
  for (const { name, type } of sys.readdir(from)) {
    const [source, target] = [`${from}/${name}`, `${to}/${name}`];
    const { mode, uid, gid, rdev } = sys.lstat(source);
    if (type === "dir") sys.mkdir(target, mode);
    else if (type === "symlink") sys.symlink(sys.readlink(source), target);
    else if (type === "file") yield* proc.writeFile(target, yield* proc.readFile(source), mode);
    else sys.mknod(target, type, mode, rdev);
    sys.lchown(target, uid, gid);
    if (type !== "symlink") sys.chmod(target, mode);
    yield TICK;
    if (type === "dir") yield* copyTree(proc, source, target);
  }
}
