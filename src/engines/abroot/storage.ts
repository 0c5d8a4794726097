/**
 * Images in /var/lib/abroot/storage, as containers/storage keeps them: a directory for each layer, a list of images, and a built image
 * as one more layer on top, seen through an overlay. Source: Vanilla-OS/ABRoot:core/oci.go, core/image.go; containers/storage.
 *
 * @simplified All layers of a pulled image are one directory, which appears at once when the last of them has come.
 */
import { AbrootError } from "./error.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import type { Sys } from "../../vfs/sys.ts";
import { step, type Update } from "../update-step.ts";
import { lstat, makeDirectories, writeFile } from "./files.ts";
import type { OciImage } from "./registry.ts";

const STORAGE = "/var/lib/abroot/storage";
const LIST = `${STORAGE}/overlay-images/images.json`;
/** Bytes of a layer that come between two looks at what else there is to do. */
const PIECE = 4_000_000;

interface StoredImage {
  readonly digest: string;
  readonly layer: string;
}

export class ImageStorage {
  readonly #sys: Sys;

  constructor(sys: Sys) {
    this.#sys = sys;
    for (const name of ["overlay", "overlay-images", "overlay-layers"]) makeDirectories(sys, `${STORAGE}/${name}`, 0o700);
  }

  get images(): readonly StoredImage[] {
    try {
      return JSON.parse(readTextIfThere(this.#sys, LIST) ?? "[]") as StoredImage[];
    } catch {
      return [];
    }
  }

  /** Keeps the newest one, and drops layers that nobody lists. */
  *deleteAllButLatest(): Update<void> {
    const sys = this.#sys;
    const { images } = this;
    const kept = images.slice(-1);
    if (images.length > kept.length) this.#write(kept);
    for (const { name } of sys.readdir(`${STORAGE}/overlay`)) {
      if (kept.some(({ layer }) => layer === name)) continue;
      yield step("prune", { message: name });
      sys.dropTree(`${STORAGE}/overlay/${name}`);
    }
  }

  /**
   * Fetches the layers, then makes the image known. Throws AbrootError when there is no room for them.
   * @simplified A layer is weighed before it comes, and never lies in /var/tmp.
   */
  *pull(image: OciImage): Update<void> {
    const sys = this.#sys;
    const layer = layerOf(image);
    if (this.images.some(({ digest }) => digest === image.digest)) return;
    let { free } = sys.statfs(STORAGE);
    for (const [at, { digest, size }] of image.layers.entries()) {
      free -= size;
      const blob = `/var/tmp/container_images_storage${parseInt(layer.slice(0, 8), 16)}/${at + 1}`;
      if (free < 0) throw new AbrootError(`writing blob: storing blob to file "${blob}": write ${blob}: no space left on device`);
      for (let done = 0; done < size; done += PIECE)
        yield step("pull", { message: digest, bytes: Math.min(size, done + PIECE), total: size });
    }
    if (lstat(sys, `${STORAGE}/overlay/${layer}`) !== undefined) sys.dropTree(`${STORAGE}/overlay/${layer}`);
    sys.mkdir(`${STORAGE}/overlay/${layer}`, 0o700);
    sys.graft(`${STORAGE}/overlay/${layer}/diff`, image.tree);
    writeFile(sys, `${STORAGE}/overlay/${layer}/link`, layer.slice(0, 26));
    this.#write([...this.images, { digest: image.digest, layer }]);
  }

  /** Runs `command` on top of `image`; gives where the result is mounted. */
  *build(image: OciImage, recipe: string, command: (root: string) => Update<void>): Update<string> {
    const sys = this.#sys;
    const directory = `${STORAGE}/overlay/build`;
    if (lstat(sys, directory) !== undefined) sys.dropTree(directory);
    for (const name of ["diff", "work", "merged"]) makeDirectories(sys, `${directory}/${name}`);
    writeFile(sys, `${directory}/Containerfile`, recipe);
    const merged = `${directory}/merged`;
    sys.mount({
      source: "overlay",
      target: merged,
      fstype: "overlay",
      flags: [],
      data: `lowerdir=${STORAGE}/overlay/${layerOf(image)}/diff,upperdir=${directory}/diff,workdir=${directory}/work`,
    });
    try {
      yield* command(merged);
    } catch (error) {
      this.unmount(merged);
      throw error;
    }
    return merged;
  }

  unmount(merged: string): void {
    this.#sys.umount(merged);
  }

  #write(images: readonly StoredImage[]): void {
    writeFile(this.#sys, `${LIST}.tmp`, JSON.stringify(images));
    this.#sys.rename(`${LIST}.tmp`, LIST);
  }
}

function layerOf({ digest }: OciImage): string {
  return digest.replace(/^sha256:/, "");
}
