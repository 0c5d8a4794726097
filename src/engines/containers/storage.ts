/**
 * What containers/storage keeps in a directory: images, layers and containers, each with a list in JSON, and a directory for each layer.
 *
 * Lists are replaced whole. A layer is put on the list as incomplete before it is made, and again when it is whole; what a power cut left
 * incomplete is removed by whoever opens the storage next (containers/storage:layers.go).
 */
import { isoTime } from "../../base/calendar.ts";
import { encodeUtf8 } from "../../base/utf8.ts";
import { toHex } from "../../image/hex.ts";
import { exists, readTextIfThere } from "../../machine/read-text.ts";
import type { Process } from "../../machine/process.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { SealedTree } from "../../vfs/sealed.ts";
import type { Sys } from "../../vfs/sys.ts";
import { O } from "../../vfs/types.ts";

/** A row of overlay-layers/layers.json. */
export interface Layer {
  readonly id: string;
  readonly parent?: string;
  readonly created: string;
  readonly "diff-digest"?: string;
  /** Bytes. */
  readonly "diff-size"?: number;
  readonly flags?: { readonly incomplete?: true };
}

/** A row of overlay-images/images.json. */
export interface StoredImage {
  readonly id: string;
  readonly digest: string;
  readonly names?: readonly string[];
  readonly "names-history"?: readonly string[];
  readonly layer: string;
  /** The layer with its owners changed for another user namespace. */
  readonly "mapped-layers"?: readonly string[];
  readonly created: string;
}

/** A row of overlay-containers/containers.json. */
export interface StoredContainer {
  readonly id: string;
  readonly names: readonly string[];
  readonly image: string;
  readonly layer: string;
  readonly created: string;
}

/** What an image's configuration says: overlay-images/ID/=CONFIG. */
export interface StoredConfig {
  readonly created: string;
  readonly architecture: "amd64";
  readonly os: "linux";
  readonly config: {
    readonly Env?: readonly string[];
    readonly Cmd?: readonly string[];
    readonly Entrypoint?: readonly string[];
    readonly WorkingDir?: string;
    readonly User?: string;
    readonly Labels?: Readonly<Record<string, string>>;
  };
  readonly rootfs: { readonly type: "layers"; readonly diff_ids: readonly string[] };
  readonly history: readonly HistoryEntry[];
}

export interface HistoryEntry {
  readonly created: string;
  readonly created_by: string;
  readonly comment?: string;
  readonly empty_layer?: true;
}

export class Storage {
  readonly #proc: Process;
  readonly #sys: Sys;
  /** graphroot, e.g. "/var/home/learner/.local/share/containers/storage". */
  readonly root: string;
  /** runroot: what does not outlive a boot. */
  readonly run: string;

  constructor(proc: Process, root: string, run: string) {
    this.#proc = proc;
    this.#sys = proc.sys;
    this.root = root;
    this.run = run;
  }

  /** Makes the directories that are not there, and removes what a power cut left half made. */
  open(): void {
    for (const directory of ["overlay/l", "overlay-images", "overlay-layers", "overlay-containers", "libpod", "tmp", "volumes"])
      makeDirectories(this.#sys, `${this.root}/${directory}`);
    const incomplete = this.layers().filter(({ flags }) => flags?.incomplete === true);
    for (const { id } of incomplete) this.deleteLayer(id);
  }

  images(): readonly StoredImage[] {
    return this.#list<StoredImage>("overlay-images/images.json");
  }

  layers(): readonly Layer[] {
    return this.#list<Layer>("overlay-layers/layers.json");
  }

  containers(): readonly StoredContainer[] {
    return this.#list<StoredContainer>("overlay-containers/containers.json");
  }

  #list<T>(name: string): readonly T[] {
    const text = readTextIfThere(this.#sys, `${this.root}/${name}`);
    return text === undefined || text === "" ? [] : (JSON.parse(text) as readonly T[]);
  }

  #save(name: string, list: readonly unknown[]): void {
    this.writeFile(name, JSON.stringify(list));
  }

  /** A file below the storage, replaced whole. */
  writeFile(name: string, text: string): void {
    replaceFile(this.#sys, `${this.root}/${name}`, text);
  }

  readFile(name: string): string | undefined {
    return readTextIfThere(this.#sys, `${this.root}/${name}`);
  }

  now(): string {
    const { sec, nsec } = this.#proc.now();
    return isoTime(sec).replace("Z", `.${String(nsec).padStart(9, "0")}Z`);
  }

  /** 64 hexadecimal digits by chance. */
  newId(): string {
    return toHex(this.#proc.kernel.random.bytes(32));
  }

  layerDirectory(id: string): string {
    return `${this.root}/overlay/${id}`;
  }

  /** Lowest layer last, as overlayfs wants them: `id` and what it is on. */
  chain(id: string): readonly string[] {
    const byId = new Map(this.layers().map((layer) => [layer.id, layer]));
    const chain: string[] = [];
    for (let at: string | undefined = id; at !== undefined && at !== ""; at = byId.get(at)?.parent) chain.push(at);
    return chain;
  }

  /** Puts a layer on the list, makes its directories, with `tree` as its contents when it is given, and says that it is whole. */
  createLayer(layer: Omit<Layer, "created" | "flags">, tree?: SealedTree): void {
    const row: Layer = { ...layer, created: this.now() };
    this.#save("overlay-layers/layers.json", [...this.layers(), { ...row, flags: { incomplete: true } }]);
    const directory = this.layerDirectory(layer.id);
    if (exists(this.#sys, directory)) this.#sys.dropTree(directory);
    this.#sys.mkdir(directory, 0o700);
    const link = toHex(this.#proc.kernel.random.bytes(13)).toUpperCase();
    if (tree === undefined) {
      this.#sys.mkdir(`${directory}/diff`, 0o755);
      this.#sys.chmod(`${directory}/diff`, 0o755);
    } else this.#sys.graft(`${directory}/diff`, tree);
    this.#sys.symlink(`../${layer.id}/diff`, `${this.root}/overlay/l/${link}`);
    writeNewFile(this.#sys, `${directory}/link`, link, 0o644);
    if (layer.parent !== undefined) {
      const lower = this.chain(layer.parent).map((id) => `l/${readTextIfThere(this.#sys, `${this.layerDirectory(id)}/link`) ?? ""}`);
      writeNewFile(this.#sys, `${directory}/lower`, lower.join(":"), 0o644);
    }
    this.#sys.mkdir(`${directory}/work`, 0o700);
    this.#sys.mkdir(`${directory}/merged`, 0o700);
    // Nothing of an image is lost that counts as whole: the real one relies on journals, which keep the order of names (SyncModeNone).
    if (tree !== undefined) this.#sys.sync();
    this.#save(
      "overlay-layers/layers.json",
      this.layers().map((each) => (each.id === layer.id ? row : each)),
    );
  }

  /** Says more of a layer, when what is in it is known. */
  updateLayer(id: string, more: Partial<Layer>): void {
    this.#save(
      "overlay-layers/layers.json",
      this.layers().map((each) => (each.id === id ? { ...each, ...more } : each)),
    );
  }

  deleteLayer(id: string): void {
    const directory = this.layerDirectory(id);
    const layer = this.layers().find((each) => each.id === id);
    if (layer !== undefined && layer.flags?.incomplete !== true) this.updateLayer(id, { flags: { incomplete: true } });
    const link = readTextIfThere(this.#sys, `${directory}/link`);
    if (link !== undefined) unlinkIfThere(this.#sys, `${this.root}/overlay/l/${link}`);
    if (exists(this.#sys, directory)) this.#sys.dropTree(directory);
    this.#save(
      "overlay-layers/layers.json",
      this.layers().filter((each) => each.id !== id),
    );
  }

  /** An image with its configuration; its layers are there. */
  addImage(image: StoredImage, config: StoredConfig): void {
    makeDirectories(this.#sys, `${this.root}/overlay-images/${image.id}`);
    this.writeFile(`overlay-images/${image.id}/=config`, JSON.stringify(config));
    this.setImages([...this.images().filter(({ id }) => id !== image.id), image]);
  }

  setImages(images: readonly StoredImage[]): void {
    this.#save("overlay-images/images.json", images);
  }

  configOf(image: string): StoredConfig | undefined {
    const text = this.readFile(`overlay-images/${image}/=config`);
    return text === undefined ? undefined : (JSON.parse(text) as StoredConfig);
  }

  /** Takes an image away, and the layers that nothing else is on. */
  deleteImage(id: string): void {
    const image = this.images().find((each) => each.id === id);
    if (image === undefined) return;
    this.setImages(this.images().filter((each) => each.id !== id));
    const directory = `${this.root}/overlay-images/${id}`;
    if (exists(this.#sys, directory)) this.#sys.dropTree(directory);
    for (const layer of [image.layer, ...(image["mapped-layers"] ?? [])]) this.#deleteUnused(layer);
  }

  #deleteUnused(top: string): void {
    for (const id of this.chain(top)) {
      const isUsed =
        this.images().some((image) => image.layer === id || image["mapped-layers"]?.includes(id) === true) ||
        this.layers().some(({ parent }) => parent === id) ||
        this.containers().some(({ layer }) => layer === id);
      if (isUsed) return;
      this.deleteLayer(id);
    }
  }

  addContainer(container: StoredContainer): void {
    makeDirectories(this.#sys, this.userdata(container.id));
    this.#save("overlay-containers/containers.json", [...this.containers(), container]);
  }

  renameContainer(id: string, name: string): void {
    this.#save(
      "overlay-containers/containers.json",
      this.containers().map((each) => (each.id === id ? { ...each, names: [name] } : each)),
    );
  }

  deleteContainer(id: string): void {
    const container = this.containers().find((each) => each.id === id);
    this.#save(
      "overlay-containers/containers.json",
      this.containers().filter((each) => each.id !== id),
    );
    const directory = `${this.root}/overlay-containers/${id}`;
    if (exists(this.#sys, directory)) this.#sys.dropTree(directory);
    if (container !== undefined) this.deleteLayer(container.layer);
  }

  userdata(container: string): string {
    return `${this.root}/overlay-containers/${container}/userdata`;
  }

  /** Where a container's files of this boot are. */
  runtimeDirectory(container: string): string {
    return `${this.run}/overlay-containers/${container}/userdata`;
  }
}

/** `mkdir -p`, for the owner alone. */
export function makeDirectories(sys: Sys, path: string): void {
  let at = "";
  for (const part of path.split("/").filter((each) => each !== "")) {
    at += `/${part}`;
    if (!exists(sys, at)) sys.mkdir(at, 0o700);
  }
}

function writeNewFile(sys: Sys, path: string, text: string, mode: number): void {
  const fd = sys.open(path, O.WRONLY | O.CREAT | O.TRUNC | O.CLOEXEC, mode);
  try {
    const bytes = encodeUtf8(text);
    for (let at = 0; at < bytes.length;) at += sys.write(fd, bytes.subarray(at, at + 0x10000)) ?? 0;
    sys.fsync(fd);
  } finally {
    sys.close(fd);
  }
}

/** Complete under another name, synced, then renamed (containers/storage:pkg/ioutils). */
export function replaceFile(sys: Sys, path: string, text: string, mode = 0o600): void {
  const cut = path.lastIndexOf("/") + 1;
  const temporary = `${path.slice(0, cut)}.tmp-${path.slice(cut)}`;
  writeNewFile(sys, temporary, text, mode);
  sys.rename(temporary, path);
}

export function unlinkIfThere(sys: Sys, path: string): void {
  try {
    sys.unlink(path);
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
}
