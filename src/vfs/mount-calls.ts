/** mount(2), umount(2) and their like (fs/namespace.c). */
import { utf8Length } from "../base/utf8.ts";
import { about } from "./caller.ts";
import { BLOCK } from "./file-bytes.ts";
import type { Caller } from "./caller.ts";
import { COMPOSEFS_OPTIONS, ComposefsFs } from "./composefs.ts";
import { NO_NODE } from "./file-system.ts";
import type { FileSystem, NodeId } from "./file-system.ts";
import { memfsBytes } from "./memfs-bytes.ts";
import { MOUNT_FLAGS, Mount, directoryPath, joinPath } from "./mount.ts";
import type { MountOptions, MountPoint, Place } from "./mount.ts";
import { OverlayFs } from "./overlay-fs.ts";
import { openOverlay } from "./overlay-params.ts";
import { refuse } from "./permission.ts";
import type { MountRequest } from "./sys.ts";
import { TreeFs } from "./tree-fs.ts";
import type { Walk } from "./walk.ts";
import { PATH_MAX, resolve } from "./walk.ts";
import { kernelGid, kernelUid, ownsMachine } from "./user-namespace.ts";

/** RAM of a machine that does not say how much it has. */
const USUAL_MEMORY = 4 * 1024 * 1024 * 1024;

export function mount(caller: Caller, request: MountRequest): void {
  // copy_mount_string() has a limit of its own, and looks first.
  if (utf8Length(request.source) >= PATH_MAX) throw refuse("EINVAL", "");
  const target = resolve(caller, request.target, true);
  mayMount(caller);
  about(caller, target.place);
  const flags = new Set(request.flags);
  if (flags.has("remount")) return remount(caller, target, flags);
  target.toTop();
  if (flags.has("move")) return move(caller, request.source, target);
  const options =
    flags.has("bind") || flags.has("rbind") ? bindSource(caller, request, target, flags) : newFileSystem(caller, request, flags);
  mustBeAttached(caller, target);
  if (isDirectory(options.fs, options.root) !== isDirectory(target.mount.fs, target.node)) throw refuse("ENOTDIR", "");
  const made = new Mount(caller.vfs.nextMountId(), options);
  // Copied before it is put anywhere: it may be put into what it was copied from.
  if (flags.has("rbind")) {
    const from = resolve(caller, request.source, true).place;
    for (const each of mountsBelow(from)) copyBelow(caller, each, from, made);
  }
  attach(caller, made, target);
}

/** may_mount(): root of the user namespace that the mounts belong to. EPERM. */
export function mayMount({ credentials, namespace }: Caller): void {
  if (!credentials.privileged || credentials.namespace !== namespace.owner) throw refuse("EPERM", "only root mounts");
}

function isDirectory(fs: FileSystem, node: NodeId): boolean {
  return fs.attributes(node).type === "dir";
}

/** After umount2(MNT_DETACH) nothing can be mounted there. */
function mustBeAttached({ namespace }: Caller, { mount }: Walk): void {
  if (!mount.isIn(namespace)) throw refuse("ENOENT", "the mount point is detached");
}

function attach(caller: Caller, mounted: Mount, target: Walk): void {
  mounted.attach(target.mount, mountPointOf(target), targetPath(caller, target));
}

function mountPointOf({ mount, node, parent, last }: Walk): MountPoint {
  if (node === mount.root) return { node, dir: NO_NODE, name: "" };
  return { node, dir: parent?.node ?? NO_NODE, name: last };
}

/** The path of a mount point from the namespace's root. */
function targetPath(caller: Caller, target: Walk): string {
  const root = { mount: caller.namespace.root, node: caller.namespace.root.root };
  const { mount, node, parent } = target;
  if (mount.fs.attributes(node).type === "dir") return directoryPath(target.place, root) ?? "/";
  if (parent === undefined) return mount.target;
  return joinPath(directoryPath(parent, root) ?? "/", target.last);
}

/** The path of what the walk found, within its file system. */
function pathWithin({ mount, node, parent, last }: Walk): string {
  const walk = (dir: NodeId): string => {
    const name = mount.fs.name(dir);
    if (dir === mount.fs.root || name === undefined) return "/";
    return joinPath(walk(mount.fs.parent(dir)), name);
  };
  if (mount.fs.attributes(node).type === "dir") return walk(node);
  return parent === undefined ? mount.rootPath : joinPath(walk(parent.node), last);
}

function bindSource(caller: Caller, request: MountRequest, target: Walk, flags: ReadonlySet<string>): MountOptions {
  const source = resolve(caller, request.source, true);
  const { mount, node } = source;
  mustBeAttached(caller, target);
  if (!mount.isIn(caller.namespace)) throw refuse("EINVAL", "the source is detached");
  return {
    fs: mount.fs,
    root: node,
    rootPath: pathWithin(source),
    source: mount.source,
    readOnly: flags.has("ro") || (mount.readOnly && !flags.has("rw")),
    flags: mountFlags(flags, mount.flags),
    lifetime: request.lifetime ?? mount.lifetime,
  };
}

/** Mounts whose mount point is `place` or below it. */
function* mountsBelow({ mount, node }: Place): Generator<Mount> {
  for (const child of mount.children.values()) {
    const { node: on, dir } = child.at;
    for (let at = mount.fs.attributes(on).type === "dir" ? on : dir; ; at = mount.fs.parent(at)) {
      if (at === node) yield child;
      if (at === node || at === mount.root || at === mount.fs.parent(at)) break;
    }
  }
}

/** For a recursive bind: the same mount again, under the new one. */
function copyBelow(caller: Caller, child: Mount, from: Place, under: Mount): void {
  const base = directoryPath(from, { mount: caller.namespace.root, node: caller.namespace.root.root }) ?? "/";
  const copy = new Mount(caller.vfs.nextMountId(), child);
  copy.isLocked = child.isLocked;
  copy.attach(under, child.at, joinPath(under.target, base === "/" ? child.target : child.target.slice(base.length)));
  for (const each of child.children.values()) copyBelow(caller, each, { mount: child, node: child.root }, copy);
}

function newFileSystem(caller: Caller, request: MountRequest, flags: ReadonlySet<string>): MountOptions {
  const readOnly = flags.has("ro");
  const { vfs } = caller;
  const options = parseOptions(request.data);
  const whole = (fs: FileSystem, root = fs.root, rootPath = "/"): MountOptions => ({
    fs,
    root,
    rootPath,
    source: request.source,
    readOnly,
    flags: mountFlags(flags, ["relatime"]),
    lifetime: request.lifetime ?? fs.lifetime,
  });
  switch (request.fstype) {
    case "tmpfs":
    case "devtmpfs":
      return whole(newTmpfs(caller, request.fstype, options, request));
    case "overlay":
      return whole(openOverlay(caller, options, request.lifetime));
    case "composefs": {
      const { composefs } = request;
      if (request.data !== undefined) return whole(openOverlay(caller, options, request.lifetime, COMPOSEFS_OPTIONS));
      if (composefs === undefined) throw refuse("EINVAL", "");
      const { fs } = resolve(caller, composefs.objects, true).mount;
      if (!(fs instanceof TreeFs)) throw refuse("EINVAL", "");
      return whole(new ComposefsFs(composefs.tree, fs, vfs.nextDevice()));
    }
    case "proc":
    case "sysfs": {
      const fs = vfs.environment.generated(request.fstype);
      if (fs === undefined) throw refuse("ENODEV", "");
      return whole(fs);
    }
    default: {
      if (!ownsMachine(caller.credentials)) throw refuse("EPERM", "only the machine's root mounts devices");
      const fs = vfs.environment.blockDevice(request.source);
      if (fs === undefined) throw refuse("ENOENT", "");
      if (request.fstype !== undefined && request.fstype !== "auto" && request.fstype !== fs.type) throw refuse("EINVAL", "");
      if (fs.mountRoot !== undefined) {
        // One of its trees may be wanted for writing while others are shown read-only: the superblock follows (btrfs_get_tree_subvol()).
        if (!readOnly || !vfs.isMounted(fs)) fs.readOnly = readOnly;
        const { node, path } = fs.mountRoot(options);
        return whole(fs, node, path);
      }
      if (!vfs.isMounted(fs)) fs.readOnly = readOnly;
      const subvolume = options.get("subvol");
      if (subvolume === undefined) return whole(fs);
      const rootPath = joinPath("/", subvolume);
      return whole(fs, descend(fs, rootPath), rootPath);
    }
  }
}

function newTmpfs(caller: Caller, type: string, options: ReadonlyMap<string, string>, request: MountRequest): TreeFs {
  const { vfs } = caller;
  const shown = ["size", "nr_inodes", "mode", "uid", "gid"].flatMap((name) =>
    options.has(name) ? [`${name}=${options.get(name) ?? ""}`] : [],
  );
  const memory = vfs.environment.memory?.bytes ?? USUAL_MEMORY;
  const fs = TreeFs.make(
    {
      type,
      dev: vfs.nextDevice(),
      bytes: memfsBytes,
      capacity: parseSize(options.get("size"), memory) ?? memory / 2,
      inodes: parseSize(options.get("nr_inodes"), memory / BLOCK) ?? Math.floor(memory / BLOCK / 2),
      lifetime: request.lifetime ?? "boot",
      options: shown,
    },
    {
      mode: parseInt(options.get("mode") ?? (type === "devtmpfs" ? "755" : "1777"), 8),
      uid: kernelUid(caller.credentials, Number(options.get("uid") ?? 0)),
      gid: kernelGid(caller.credentials, Number(options.get("gid") ?? 0)),
    },
    caller.now(),
  );
  fs.memoryLeft = vfs.environment.memory?.left;
  return fs;
}

/** "a=b,c" as a map; a name without a value has "". */
export function parseOptions(data: string | undefined): Map<string, string> {
  const options = new Map<string, string>();
  for (const part of (data ?? "").split(",")) {
    if (part === "") continue;
    const at = part.indexOf("=");
    options.set(at < 0 ? part : part.slice(0, at), at < 0 ? "" : part.slice(at + 1));
  }
  return options;
}

/** "64M", "50%" (of `whole`), "1024". */
function parseSize(text: string | undefined, whole: number): number | undefined {
  const match = /^(\d+)([kmg%]?)$/i.exec(text ?? "");
  if (match === null) return undefined;
  const count = Number(match[1]);
  switch ((match[2] ?? "").toLowerCase()) {
    case "k":
      return count * 1024;
    case "m":
      return count * 1024 ** 2;
    case "g":
      return count * 1024 ** 3;
    case "%":
      return Math.floor((whole * count) / 100);
    default:
      return count;
  }
}

/** The directory `path` of a file system, as its own root sees it. */
function descend(fs: FileSystem, path: string): NodeId {
  let node = fs.root;
  for (const name of path.split("/")) {
    if (name === "") continue;
    node = fs.lookup(node, name);
    if (node === NO_NODE) throw refuse("ENOENT", "");
  }
  return node;
}

/** Without "bind" the superblock changes too, as `mount -o remount` does; EBUSY while something is open for writing, through any mount of it then. */
function remount(caller: Caller, target: Walk, flags: ReadonlySet<string>): void {
  const { mount, node } = target;
  if (node !== mount.root || !mount.isIn(caller.namespace)) throw refuse("EINVAL", "not a mount point");
  const readOnly = flags.has("ro") || (mount.readOnly && !flags.has("rw"));
  if (mount.isLocked && mount.readOnly && !readOnly) throw refuse("EPERM", "locked");
  if (!flags.has("bind") && !ownsMachine(caller.credentials) && mount.isLocked) throw refuse("EPERM", "another's file system");
  if (readOnly && mount.writers.size > 0) throw refuse("EBUSY", "open for writing");
  if (!flags.has("bind")) changeSuperblock(caller, mount.fs, readOnly);
  mount.readOnly = readOnly;
  mount.flags = mountFlags(flags, mount.flags);
}

/** EROFS when it can only be read, EBUSY while something on it is open for writing. */
function changeSuperblock(caller: Caller, fs: FileSystem, readOnly: boolean): void {
  if (fs.readOnly === readOnly) return;
  if (readOnly && fs.hasOrphans) throw refuse("EBUSY", "a removed file is open");
  if (readOnly && [...caller.vfs.mountsOf(fs)].some(({ writers }) => writers.size > 0)) throw refuse("EBUSY", "open for writing");
  fs.sync();
  if (fs instanceof TreeFs || fs instanceof OverlayFs) fs.readOnly = readOnly;
  else fs.remount?.(readOnly);
  if (!readOnly && fs.readOnly) throw refuse("EROFS", "superblock is read-only");
}

/** What is wanted, on top of what there is; "exec" takes "noexec" back, and so on. */
function mountFlags(wanted: ReadonlySet<string>, old: readonly string[]): readonly string[] {
  const replacesAtime = wanted.has("noatime") || wanted.has("strictatime");
  return MOUNT_FLAGS.filter((flag) => {
    if (wanted.has(flag)) return true;
    if (flag === "relatime") return old.includes(flag) && !replacesAtime;
    return (
      old.includes(flag) && !wanted.has(flag.slice(2)) && !(flag === "noatime" && (wanted.has("relatime") || wanted.has("strictatime")))
    );
  });
}

function move(caller: Caller, from: string, target: Walk): void {
  const { mount, node } = resolve(caller, from, true);
  if (node !== mount.root) throw refuse("EINVAL", "not a mount point");
  if (isDirectory(mount.fs, mount.root) !== isDirectory(target.mount.fs, target.node)) throw refuse("EINVAL", "");
  mustBeAttached(caller, target);
  if (mount.parent === undefined) throw refuse("EINVAL", "the root of all");
  for (let at: Mount | undefined = target.mount; at !== undefined; at = at.parent) if (at === mount) throw refuse("ELOOP", "");
  const path = targetPath(caller, target);
  mount.detach();
  mount.attach(target.mount, mountPointOf(target), path);
}

export function umount(caller: Caller, path: string, lazy: boolean): void {
  const walk = resolve(caller, path, true);
  walk.toTop();
  mayMount(caller);
  const { mount, node } = walk;
  about(caller, walk.place);
  if (node !== mount.root || !mount.isIn(caller.namespace)) throw refuse("EINVAL", "not a mount point");
  if (mount.isLocked) throw refuse("EINVAL", "locked");
  // The process's own root stays, and is only made read-only (do_umount_root()).
  if (!lazy && mount === caller.root.mount) return changeSuperblock(caller, mount.fs, true);
  if (mount.parent === undefined) throw refuse("EINVAL", "the root of all");
  if (!lazy && (mount.children.size > 0 || mount.uses > 0)) throw refuse("EBUSY", "in use");
  const gone = [...mount.tree()];
  // What was mounted below is by itself from now on.
  for (const each of gone) each.detach();
  for (const { fs, uses } of gone) {
    if (caller.vfs.isMounted(fs)) continue;
    fs.sync();
    if (uses === 0) fs.unmounted?.();
  }
}
