/**
 * Mounts and the trees they form. A place is a node of a file system seen through a mount.
 *
 * @simplified Every mount is private: nothing propagates between namespaces or peers.
 */
import type { FileSystem, NodeId } from "./file-system.ts";
import { deviceText } from "./file-system.ts";
import { refuse } from "./permission.ts";
import type { OpenFile } from "./open-file.ts";
import type { Lifetime, MountInfo } from "./types.ts";
import type { UserNamespace } from "./user-namespace.ts";

export interface Place {
  readonly mount: Mount;
  readonly node: NodeId;
}

/** Where a mount is put: a directory, or one name of anything else, whose other names are not covered (a dentry, in the kernel). */
export interface MountPoint {
  readonly node: NodeId;
  /** Of anything but a directory: where its name is. */
  readonly dir: NodeId;
  readonly name: string;
}

/** A mount point as a key: a directory's node, or where a name is. */
type Spot = NodeId | string;

function spotOf(fs: FileSystem, { node, dir, name }: MountPoint): Spot {
  return fs.attributes(node).type === "dir" ? node : `${dir}/${name}`;
}

/** Whether anything is mounted there in `namespace`, through whichever mount of `fs` (is_local_mountpoint()). */
export function isMountPoint(namespace: MountNamespace, fs: FileSystem, at: MountPoint): boolean {
  if (fs.mountPoints.size === 0) return false;
  const spot = spotOf(fs, at);
  return [...fs.mountPoints].some((mount) => mount.covers(spot, namespace));
}

export interface MountOptions {
  readonly fs: FileSystem;
  /** The directory (or file) of the file system that is mounted. */
  readonly root: NodeId;
  /** Its path within the file system. */
  readonly rootPath: string;
  readonly source: string;
  readonly readOnly: boolean;
  /** Of MOUNT_FLAGS. */
  readonly flags: readonly string[];
  readonly lifetime: Lifetime;
}

/** Flags of a mount beside ro and rw, in the order in which mountinfo shows them. */
export const MOUNT_FLAGS = ["nosuid", "nodev", "noexec", "noatime", "nodiratime", "relatime"] as const;

export class Mount {
  readonly id: number;
  readonly fs: FileSystem;
  readonly root: NodeId;
  readonly rootPath: string;
  readonly source: string;
  readonly lifetime: Lifetime;
  /** This mount's own flag; the superblock has another. */
  readOnly: boolean;
  flags: readonly string[];
  parent: Mount | undefined = undefined;
  /** What of the parent this mount covers. */
  at: MountPoint = { node: 0, dir: 0, name: "" };
  /** Absolute path of the mount point from the namespace's root. */
  target = "/";
  readonly children = new Map<Spot, Mount>();
  #onFiles = 0;
  #spot: Spot = 0;
  /** Open files, working directories and roots on this mount. */
  uses = 0;
  /** Came along from a namespace of somebody mightier: it cannot be taken away, nor made writable (MNT_LOCKED). */
  isLocked = false;
  /** What is open for writing. */
  readonly writers = new Set<OpenFile>();

  constructor(id: number, options: MountOptions) {
    this.id = id;
    this.fs = options.fs;
    this.root = options.root;
    this.rootPath = options.rootPath;
    this.source = options.source;
    this.readOnly = options.readOnly;
    this.flags = options.flags;
    this.lifetime = options.lifetime;
  }

  /** Puts this mount over something of `parent`. */
  attach(parent: Mount, at: MountPoint, target: string): void {
    this.parent = parent;
    this.at = at;
    this.#spot = spotOf(parent.fs, at);
    if (typeof this.#spot === "string") parent.#onFiles++;
    parent.children.set(this.#spot, this);
    parent.fs.mountPoints.add(this);
    // What is shown here stays, though it lose its last name elsewhere.
    this.fs.hold(this.root);
    this.retarget(target);
  }

  detach(): void {
    const { parent } = this;
    if (parent === undefined) return;
    if (typeof this.#spot === "string") parent.#onFiles--;
    parent.children.delete(this.#spot);
    parent.fs.mountPoints.delete(this);
    this.parent = undefined;
    this.fs.release(this.root);
  }

  /** Whether this is what covers `spot` in `namespace`. */
  covers(spot: Spot, namespace: MountNamespace): boolean {
    return this.#spot === spot && this.isIn(namespace);
  }

  /** What is mounted on `node` of this mount, which was found as `name` in `dir`. */
  over(node: NodeId, dir: NodeId, name: string): Mount | undefined {
    if (this.children.size === 0) return undefined;
    return this.children.get(node) ?? (this.#onFiles > 0 ? this.children.get(`${dir}/${name}`) : undefined);
  }

  /** This mount is to be seen at `target` from now on, and those below it accordingly. */
  retarget(target: string): void {
    const old = this.target;
    this.target = target;
    for (const child of this.children.values()) {
      child.retarget(joinPath(target, child.target.slice(old === "/" ? 0 : old.length)));
    }
  }

  /** Whether this mount is to be seen in a namespace still: not after umount2(MNT_DETACH) (check_mnt()). */
  isIn(namespace: MountNamespace): boolean {
    return this.parent === undefined ? this === namespace.root : this.parent.isIn(namespace);
  }

  /** This mount and everything mounted below, parents first. */
  *tree(): Generator<Mount> {
    yield this;
    for (const child of this.children.values()) yield* child.tree();
  }

  /** EROFS when nothing may be written through this mount (mnt_want_write()). */
  wantWrite(): void {
    if (this.readOnly) throw refuse("EROFS", "mount is read-only");
    if (this.fs.readOnly) throw refuse("EROFS", "superblock is read-only");
  }

  get isReadOnly(): boolean {
    return this.readOnly || this.fs.readOnly;
  }

  /** A line of mountinfo; `base` is the path of the root from which it is looked at. */
  info(base: string): MountInfo {
    const { fs, rootPath, source } = this;
    return {
      id: this.id,
      parent: this.parent?.id ?? this.id,
      target: base === "/" ? this.target : this.target === base ? "/" : this.target.slice(base.length),
      source: rootPath === "/" ? source : `${source}[${rootPath}]`,
      root: rootPath,
      fstype: fs.type,
      options: [this.readOnly ? "ro" : "rw", ...this.flags],
      superOptions: [fs.readOnly ? "ro" : "rw", ...(fs.optionsOf?.(this.root) ?? fs.options)],
      dev: deviceText(fs.dev),
      lifetime: this.lifetime,
    };
  }
}

export function joinPath(dir: string, rest: string): string {
  const tail = rest.startsWith("/") ? rest : `/${rest}`;
  if (tail === "/") return dir;
  return dir === "/" ? tail : dir + tail;
}

/** Steps onto whatever is mounted on a node, and on that. */
export function cover(mount: Mount, node: NodeId): Place {
  let place: Place = { mount, node };
  for (;;) {
    const child = place.mount.children.get(place.node);
    if (child === undefined) return place;
    place = { mount: child, node: child.root };
  }
}

export function holdPlace(place: Place): void {
  place.mount.uses++;
  place.mount.fs.hold(place.node);
}

export function releasePlace(place: Place): void {
  place.mount.uses--;
  place.mount.fs.release(place.node);
}

/** The tree of mounts that a process sees. */
export class MountNamespace {
  readonly root: Mount;
  /** Whose root may mount here; undefined: the machine's. */
  readonly owner: UserNamespace | undefined;

  constructor(root: Mount, owner?: UserNamespace) {
    this.root = root;
    this.owner = owner;
  }

  /** A copy with its own mounts over the same file systems; `copies` tells which became which. */
  clone(
    nextId: () => number,
    owner: UserNamespace | undefined,
  ): { readonly namespace: MountNamespace; readonly copies: ReadonlyMap<Mount, Mount> } {
    const copies = new Map<Mount, Mount>();
    for (const mount of this.root.tree()) {
      const copy = new Mount(nextId(), mount);
      copy.isLocked = mount.isLocked || owner !== this.owner;
      copies.set(mount, copy);
      const parent = mount.parent === undefined ? undefined : copies.get(mount.parent);
      if (parent !== undefined) copy.attach(parent, mount.at, mount.target);
    }
    const root = copies.get(this.root);
    if (root === undefined) throw new Error("internal error: a mount tree without its root");
    return { namespace: new MountNamespace(root, owner), copies };
  }

  /** Nobody lives here any more: its mounts end. Gives the file systems that they showed. */
  disband(): FileSystem[] {
    const gone = [...this.root.tree()];
    for (const mount of gone) mount.detach();
    return gone.map(({ fs }) => fs);
  }
}

/** The path of a directory from `root`; undefined when it has been removed. Outside `root` the way ends at the namespace's root. */
export function directoryPath(place: Place, root: Place): string | undefined {
  let { mount, node } = place;
  let path = "";
  for (;;) {
    if (mount === root.mount && node === root.node) break;
    if (node === mount.root) {
      if (mount.parent === undefined) break;
      node = mount.at.node;
      mount = mount.parent;
      continue;
    }
    const name = mount.fs.name(node);
    if (name === undefined) return undefined;
    path = `/${name}${path}`;
    node = mount.fs.parent(node);
  }
  return path === "" ? "/" : path;
}
