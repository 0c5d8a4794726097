/** Mount options of overlayfs (fs/overlayfs/params.c, super.c). */
import type { Timestamp } from "../base/timestamp.ts";
import type { Caller } from "./caller.ts";
import { NO_NODE } from "./file-system.ts";
import type { FileSystem, NodeId } from "./file-system.ts";
import type { Place } from "./mount.ts";
import { UUID } from "./overlay-node.ts";
import { OverlayFs } from "./overlay-fs.ts";
import type { Layer } from "./overlay-node.ts";
import { refuse } from "./permission.ts";
import type { Lifetime } from "./types.ts";
import { resolve } from "./walk.ts";

/** What may be said, and is only believed when it says "off". */
const FEATURES = new Set(["redirect_dir", "index", "metacopy", "xino", "nfs_export", "userxattr", "volatile", "uuid", "verity"]);

/** lowerdir=A:B (topmost first), upperdir=, workdir=, as the process sees them; `shownAs` instead of these in lists of mounts. EINVAL, ENOENT, ENOTDIR. */
export function openOverlay(
  caller: Caller,
  options: ReadonlyMap<string, string>,
  lifetime: Lifetime | undefined,
  shownAs?: readonly string[],
): OverlayFs {
  for (const name of options.keys()) {
    if (name !== "lowerdir" && name !== "upperdir" && name !== "workdir" && !FEATURES.has(name))
      throw refuse("EINVAL", `overlay: Unknown parameter '${name}'`);
  }
  const lowerdir = options.get("lowerdir");
  const upperdir = options.get("upperdir");
  const workdir = options.get("workdir");
  if (lowerdir === undefined || lowerdir === "") throw refuse("EINVAL", "");
  const lower = splitLayers(lowerdir).map((path) => layerAt(directory(caller, path)));
  const shown = ["lowerdir", "upperdir", "workdir"].flatMap((name) => (options.has(name) ? [`${name}=${options.get(name) ?? ""}`] : []));
  const common = { lower, dev: caller.vfs.nextDevice(), options: shown };
  if (upperdir === undefined) {
    if (lower.length < 2) throw refuse("EINVAL", "");
    return new OverlayFs({ ...common, options: shownAs ?? [...shown, "redirect_dir=on"], lifetime: lifetime ?? "image" });
  }
  if (workdir === undefined) throw refuse("EINVAL", "");
  const upper = directory(caller, upperdir);
  const work = directory(caller, workdir);
  if (upper.mount !== work.mount || upper.node === work.node || upper.mount.isReadOnly) throw refuse("EINVAL", "");
  const prepared = prepareWork(caller, work);
  const uuid = options.get("uuid") ?? (giveUuid(caller, upper) ? "on" : "auto");
  if (uuid !== "auto") shown.push(`uuid=${uuid}`);
  return new OverlayFs({
    ...common,
    upper: layerAt(upper),
    ...(prepared !== undefined && { work: prepared }),
    lifetime: lifetime ?? upper.mount.lifetime,
  });
}

function layerAt({ mount, node }: Place): Layer {
  return { fs: mount.fs, root: node };
}

function directory(caller: Caller, path: string): Place {
  const { place } = resolve(caller, path, true);
  if (place.mount.fs.attributes(place.node).type !== "dir") throw refuse("ENOTDIR", `overlay: ${path} is not a directory`);
  return place;
}

/** A new overlay gets an identity, kept on its upper directory; whether this one did now (ovl_init_uuid_xattr). */
function giveUuid(caller: Caller, { mount: { fs }, node }: Place): boolean {
  if (fs.getxattr(node, UUID) !== undefined) return false;
  const { sec, nsec } = caller.now();
  const uuid = new Uint8Array(16);
  new DataView(uuid.buffer).setFloat64(0, sec + nsec / 1e9);
  uuid[6] = ((uuid[6] ?? 0) & 0x0f) | 0x40;
  uuid[8] = 0x80;
  fs.setxattr(node, UUID, uuid, caller.now());
  return true;
}

/** "a:b\:c" names "a" and "b:c". */
function splitLayers(text: string): string[] {
  return text.split(/(?<!\\):/).map((path) => path.replaceAll("\\:", ":"));
}

/**
 * A new directory "work" in the work directory; undefined where an old one cannot be removed, for what was begun in it and never finished
 * is at most a directory with files (ovl_workdir_create, ovl_workdir_cleanup).
 */
function prepareWork(caller: Caller, { mount, node }: Place): NodeId | undefined {
  const { fs } = mount;
  const now = caller.now();
  removeDown(fs, node, "work", 2, now);
  if (fs.lookup(node, "work") !== NO_NODE) return undefined;
  return fs.create(node, "work", { type: "dir", mode: 0, uid: 0, gid: 0 }, now);
}

/** Removes what is called `name`, if anything is, and what is in it so many `levels` down; what is deeper stays, and all above it. */
function removeDown(fs: FileSystem, dir: NodeId, name: string, levels: number, now: Timestamp): void {
  const node = fs.lookup(dir, name);
  if (node === NO_NODE) return;
  if (fs.attributes(node).type !== "dir") return fs.unlink(dir, name, now);
  if (levels > 0) for (const { name: below } of fs.readdir(node)) removeDown(fs, node, below, levels - 1, now);
  if (fs.readdir(node).length === 0) fs.rmdir(dir, name, now);
}
