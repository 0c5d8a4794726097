/** What podman does with images and containers: libpod's operations on the storage of one user. */
import { isoTime } from "../../base/calendar.ts";
import { encodeUtf8 } from "../../base/utf8.ts";
import { checksumBytes } from "../../image/ostree-objects.ts";
import { unknownHost, unknownManifest, unknownRepository } from "../../image/registries.ts";
import { exists } from "../../machine/read-text.ts";
import type { Process } from "../../machine/process.ts";
import { readAccounts } from "../../machine/users.ts";
import { idMapOf, ownersFor, type IdMap } from "./id-map.ts";
import { Library, type Container, type ContainerConfig } from "./library.ts";
import { fullName, hasRegistry, resolveName, splitTag, type ImageName } from "./reference.ts";
import type { Registry, RemoteImage } from "./registry.ts";
import type { Room } from "./runtime.ts";
import { Storage, makeDirectories, type StoredConfig, type StoredImage } from "./storage.ts";

/** What podman refuses; `message` goes after "Error: ". */
export class PodmanError extends Error {
  readonly status: number;

  constructor(message: string, status = 125) {
    super(message);
    this.name = "PodmanError";
    this.status = status;
  }
}

/** What a pull tells while it goes on. */
export type PullStep =
  | { readonly kind: "resolved"; readonly name: string; readonly file: string }
  | { readonly kind: "trying"; readonly name: string }
  | { readonly kind: "signatures" }
  | { readonly kind: "blob"; readonly digest: string; readonly bytes: number; readonly isThere: boolean }
  | { readonly kind: "config"; readonly digest: string }
  | { readonly kind: "manifest" };

export class Podman {
  readonly proc: Process;
  readonly registry: Registry;
  readonly storage: Storage;
  readonly library: Library;
  readonly rootless: boolean;
  readonly #who: { readonly name: string; readonly uid: number; readonly gid: number; readonly home: string };

  constructor(proc: Process, registry: Registry) {
    this.proc = proc;
    this.registry = registry;
    const { uid, gid } = proc.sys.credentials;
    const user = readAccounts(proc.sys).userById(uid);
    this.#who = { name: user?.name ?? String(uid), uid, gid, home: proc.env.get("HOME") ?? user?.home ?? "/" };
    this.rootless = uid !== 0;
    this.storage = new Storage(proc, this.#graphRoot(), this.#runRoot());
    this.library = new Library(proc, this.storage);
  }

  #graphRoot(): string {
    if (!this.rootless) return "/var/lib/containers/storage";
    const data = this.proc.env.get("XDG_DATA_HOME") ?? `${this.#who.home}/.local/share`;
    return `${exists(this.proc.sys, data) ? this.proc.sys.realpath(data) : data}/containers/storage`;
  }

  #runRoot(): string {
    if (!this.rootless) return "/run/containers/storage";
    const runtime = this.proc.env.get("XDG_RUNTIME_DIR") ?? `/run/user/${this.#who.uid}`;
    return exists(this.proc.sys, runtime) ? `${runtime}/containers` : `/tmp/storage-run-${this.#who.uid}/containers`;
  }

  /** The same for another process of the same user. */
  as(proc: Process): Podman {
    return new Podman(proc, this.registry);
  }

  /** Makes the storage ready. Its path changes once its directories are there, where the home is a link. */
  open(): void {
    makeDirectories(this.proc.sys, this.storage.root);
    this.storage.open();
  }

  idMap(userns: ContainerConfig["userns"]): IdMap | undefined {
    return this.rootless && userns !== "host" ? idMapOf(this.proc.sys, this.#who, userns === "keep-id" ? "keep-id" : "") : undefined;
  }

  // ── images ──

  /** The image of that name, identifier or beginning of one. */
  findImage(name: string): StoredImage | undefined {
    const images = this.storage.images();
    const byName = (full: string): StoredImage | undefined => images.find(({ names }) => names?.includes(full));
    const { repository, tag } = splitTag(name);
    if (hasRegistry(name)) return byName(fullName({ repository, tag })) ?? byName(fullName({ repository: dockerName(repository), tag }));
    const local = byName(`localhost/${repository}:${tag}`);
    if (local !== undefined) return local;
    const resolved = resolveName(this.proc.sys, name);
    if (resolved.kind === "found") {
      for (const each of resolved.names) {
        const found = byName(fullName(each));
        if (found !== undefined) return found;
      }
    }
    // A short name is the last part of a longer one, too.
    const suffix = images.find(({ names }) => names?.some((each) => each.endsWith(`/${repository}:${tag}`)) === true);
    if (suffix !== undefined) return suffix;
    const id = name.replace(/^sha256:/, "");
    return /^[0-9a-f]{2,64}$/.test(id) ? images.find((image) => image.id.startsWith(id)) : undefined;
  }

  mustFindImage(name: string, status = 125): StoredImage {
    const image = this.findImage(name);
    if (image === undefined) throw new PodmanError(`${name}: image not known`, status);
    return image;
  }

  /** What a registry has under that name. Throws PodmanError in the words of what asked for it. */
  *pull(name: string): Generator<PullStep, StoredImage> {
    const { sys } = this.proc;
    const resolved = resolveName(sys, name);
    if (resolved.kind === "unknown")
      throw new PodmanError(
        `short-name "${name}" did not resolve to an alias and no unqualified-search registries are defined in "/etc/containers/registries.conf"`,
      );
    const [first, ...others] = resolved.names;
    if (resolved.alias !== undefined) yield { kind: "resolved", name: splitTag(name).repository, file: resolved.alias };
    if (others.length > 0 && !this.proc.sys.isatty(0))
      throw new PodmanError("short-name resolution enforced but cannot prompt without a TTY");
    let failure: PodmanError | undefined;
    for (const candidate of first === undefined ? [] : [first, ...others]) {
      yield { kind: "trying", name: fullName(candidate) };
      try {
        return yield* this.#fetch(this.#ask(candidate), candidate);
      } catch (error) {
        if (!(error instanceof PodmanError)) throw error;
        failure ??= error;
      }
    }
    throw failure ?? new PodmanError(`${name}: image not known`);
  }

  #ask(name: ImageName): RemoteImage {
    const { repository, tag } = name;
    const [host = ""] = repository.split("/", 1);
    const source = `initializing source docker://${fullName(name)}`;
    if (this.proc.kernel.world.isOffline || !this.registry.answers(host)) throw new PodmanError(`${source}: ${unknownHost(host)}`);
    const image = this.registry.find(repository, tag);
    if (image !== undefined) return image;
    const unknown = this.registry.has(repository) ? unknownManifest : unknownRepository;
    throw new PodmanError(`${source}: ${unknown(host, repository.slice(host.length + 1), tag)}`);
  }

  *#fetch(remote: RemoteImage, name: ImageName): Generator<PullStep, StoredImage> {
    const full = fullName(name);
    yield { kind: "signatures" };
    const isThere = this.storage.layers().some(({ id, flags }) => id === remote.diffId && flags?.incomplete !== true);
    yield { kind: "blob", digest: remote.diffId, bytes: remote.downloadSize, isThere };
    if (!isThere) {
      const owners = ownersFor(this.idMap(""), "own", this.#who.uid);
      const tree = remote.tree(owners);
      this.storage.createLayer({ id: remote.diffId, "diff-digest": `sha256:${remote.diffId}`, "diff-size": tree.bytes ?? 0 }, tree);
    }
    yield { kind: "config", digest: remote.id };
    yield { kind: "manifest" };
    const known = this.storage.images().find(({ id }) => id === remote.id);
    this.#takeName(full, remote.id);
    const image: StoredImage = {
      id: remote.id,
      digest: `sha256:${remote.manifestDigest}`,
      ...known,
      names: unique([full, ...(known?.names ?? [])]),
      "names-history": unique([full, ...(known?.["names-history"] ?? [])]),
      layer: remote.diffId,
      created: timeText(remote.created),
    };
    this.storage.addImage(image, configOf(remote));
    return image;
  }

  /** A name is of one image: others lose it. */
  #takeName(name: string, except: string): void {
    const images = this.storage.images();
    if (!images.some(({ id, names }) => id !== except && names?.includes(name) === true)) return;
    this.storage.setImages(
      images.map((image) => (image.id === except ? image : { ...image, names: (image.names ?? []).filter((each) => each !== name) })),
    );
  }

  tag(id: string, name: string): void {
    this.#takeName(name, id);
    this.storage.setImages(
      this.storage.images().map((image) =>
        image.id === id
          ? {
              ...image,
              names: unique([name, ...(image.names ?? [])]),
              "names-history": unique([name, ...(image["names-history"] ?? [])]),
            }
          : image,
      ),
    );
  }

  untag(id: string, names: readonly string[]): void {
    this.storage.setImages(
      this.storage
        .images()
        .map((image) => (image.id === id ? { ...image, names: (image.names ?? []).filter((each) => !names.includes(each)) } : image)),
    );
  }

  containersOf(image: string): readonly Container[] {
    return this.library.containers().filter(({ config }) => config.imageId === image);
  }

  /** Bytes of all layers of an image. */
  sizeOf(image: StoredImage): number {
    const layers = new Map(this.storage.layers().map((layer) => [layer.id, layer]));
    return this.storage.chain(image.layer).reduce((sum, id) => sum + (layers.get(id)?.["diff-size"] ?? 0), 0);
  }

  // ── containers ──

  /** By name, identifier or an unambiguous beginning of it. */
  findContainer(name: string): Container | undefined {
    const all = this.library.containers();
    const exact = all.find(({ config }) => config.name === name || config.id === name);
    if (exact !== undefined) return exact;
    const found = /^[0-9a-f]+$/.test(name) ? all.filter(({ config }) => config.id.startsWith(name)) : [];
    if (found.length > 1) throw new PodmanError(`more than one result for container name or ID ${name}: container already exists`);
    return found[0];
  }

  mustFindContainer(name: string, status = 125): Container {
    const container = this.findContainer(name);
    if (container === undefined) throw new PodmanError(`no container with name or ID "${name}" found: no such container`, status);
    return container;
  }

  /** Makes a container: its layer, its rows. The name must be free. */
  create(config: Omit<ContainerConfig, "id" | "created">, id = this.storage.newId()): Container {
    const other = this.storage.containers().find(({ names }) => names.includes(config.name));
    if (other !== undefined)
      throw new PodmanError(
        `creating container storage: the container name "${config.name}" is already in use by ${other.id}. You have to remove that container to be able to reuse that name: that name is already in use`,
      );
    const image = this.storage.images().find((each) => each.id === config.imageId);
    if (image === undefined) throw new PodmanError(`${config.imageName}: image not known`);
    const parent = config.userns === "keep-id" && this.rootless ? this.#mappedLayer(image) : image.layer;
    const layer = this.storage.newId();
    this.storage.createLayer({ id: layer, parent });
    const created = this.storage.now();
    this.storage.addContainer({ id, names: [config.name], image: image.id, layer, created });
    this.library.add({ ...config, id, created });
    return this.mustFindContainer(id);
  }

  /** The image's layer with the owners that it has where its user keeps their number. @simplified In life every file is copied for it. */
  #mappedLayer(image: StoredImage): string {
    const known = image["mapped-layers"]?.[0];
    if (known !== undefined) return known;
    const remote = this.registry.images.find(({ diffId }) => diffId === image.layer);
    if (remote === undefined) throw new PodmanError("a layer that was made here cannot be given other owners in the simulator");
    const tree = remote.tree(ownersFor(this.idMap("keep-id"), "keep", this.#who.uid));
    const id = checksumBytes(encodeUtf8(`${image.layer} mapped for ${this.#who.uid}`));
    if (!this.storage.layers().some((layer) => layer.id === id)) this.storage.createLayer({ id, "diff-size": tree.bytes ?? 0 }, tree);
    this.storage.setImages(this.storage.images().map((each) => (each.id === image.id ? { ...each, "mapped-layers": [id] } : each)));
    return id;
  }

  /** The container's rooms: what the runtime needs to move in. */
  room({ config }: Container): Room {
    const stored = this.storage.containers().find(({ id }) => id === config.id);
    if (stored === undefined) throw new PodmanError(`no container with ID ${config.id} found in the storage: container not known`);
    const [own = "", ...lower] = this.storage.chain(stored.layer);
    const directory = this.storage.layerDirectory(own);
    return {
      config,
      layers: {
        lower: lower.map((id) => `${this.storage.layerDirectory(id)}/diff`),
        upper: `${directory}/diff`,
        work: `${directory}/work`,
        merged: `${directory}/merged`,
      },
      idMap: this.idMap(config.userns),
    };
  }

  rename(id: string, name: string): void {
    this.storage.renameContainer(id, name);
    this.library.rename(id, name);
  }

  /** Takes away a container that does not run. */
  remove(id: string): void {
    this.library.remove(id);
    this.storage.deleteContainer(id);
    const run = `${this.storage.run}/overlay-containers/${id}`;
    if (exists(this.proc.sys, run)) this.proc.sys.dropTree(run);
  }
}

function dockerName(repository: string): string {
  return repository.startsWith("docker.io/") && repository.split("/").length === 2
    ? repository.replace("docker.io/", "docker.io/library/")
    : repository;
}

export function unique(list: readonly string[]): readonly string[] {
  return [...new Set(list)];
}

export function timeText(seconds: number): string {
  return isoTime(seconds).replace("Z", ".000000000Z");
}

function configOf({ config, created, diffId }: RemoteImage): StoredConfig {
  const { env, cmd, entrypoint, workingDir, user, labels } = config;
  return {
    created: timeText(created),
    architecture: "amd64",
    os: "linux",
    config: {
      Env: env,
      ...(cmd.length === 0 ? {} : { Cmd: cmd }),
      ...(entrypoint.length === 0 ? {} : { Entrypoint: entrypoint }),
      ...(workingDir === "" ? {} : { WorkingDir: workingDir }),
      ...(user === "" ? {} : { User: user }),
      ...(Object.keys(labels).length === 0 ? {} : { Labels: labels }),
    },
    rootfs: { type: "layers", diff_ids: [`sha256:${diffId}`] },
    history: [{ created: timeText(created), created_by: "image build" }],
  };
}
