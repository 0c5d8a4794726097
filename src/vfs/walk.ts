/**
 * From a path to a place (fs/namei.c). One walk is one object: it stands at a directory, with one component left.
 *
 * A link in the middle is taken by putting its target before the rest; at the end the caller decides whether to take it.
 */
import { utf8Length } from "../base/utf8.ts";
import { NO_NODE } from "./file-system.ts";
import type { NodeId } from "./file-system.ts";
import type { Mount, Place } from "./mount.ts";
import type { OpenFile } from "./open-file.ts";
import { MAY_EXEC, checkAccess, isSelf, refuse } from "./permission.ts";
import type { Credentials } from "./types.ts";

/** Bytes of a path with its final NUL. */
export const PATH_MAX = 4096;
/** Bytes of a name. */
const NAME_MAX = 255;
/** Links in one walk. */
const MAX_LINKS = 40;

/**
 * The sysctls fs.protected_* : what is refused in sticky world-writable directories like /tmp. fs.protected_hardlinks is always on.
 * The kernel's own default is 0, systemd's is 1.
 */
export interface Protections {
  readonly symlinks: boolean;
  readonly regular: 0 | 1 | 2;
  readonly fifos: 0 | 1 | 2;
}

/** What a walk needs to know of the process. */
export interface Walker {
  readonly root: Place;
  readonly cwd: Place;
  readonly credentials: Credentials;
  readonly protections: Protections;
  /** The mount that decided, for the trace. */
  decider: Mount | undefined;
}

export class Walk {
  readonly #walker: Walker;
  /** Where the walk stands: the directory of the last component, then what it leads to. */
  mount: Mount;
  node: NodeId;
  /** The last component, and what kind it is. */
  last = "";
  lastKind: "name" | "dot" | "dotdot" | "root" = "root";
  /** Whether slashes follow the last component. */
  trailing = false;
  /** Set once slashes followed a link, or the caller wants a directory. */
  mustBeDirectory = false;
  /** The directory of what was found, when the last component was a name. */
  parent: Place | undefined = undefined;
  /** What was found when that has no place: a pipe behind /proc/self/fd. */
  openFile: OpenFile | undefined = undefined;
  #links = 0;

  constructor(walker: Walker, path: string) {
    this.#walker = walker;
    if (path === "") throw refuse("ENOENT", "");
    if (path.length * 3 >= PATH_MAX && utf8Length(path) >= PATH_MAX) throw refuse("ENAMETOOLONG", "");
    this.mount = walker.cwd.mount;
    this.node = walker.cwd.node;
    this.toParent(path);
  }

  get place(): Place {
    return { mount: this.mount, node: this.node };
  }

  /** Walks all of `path` but its last component (link_path_walk()). */
  toParent(start: string): void {
    let path = start;
    let at = 0;
    if (path.charCodeAt(0) === 47) this.#toRoot();
    while (path.charCodeAt(at) === 47) at++;
    this.lastKind = "root";
    this.last = "";
    this.trailing = false;
    while (at < path.length) {
      this.#mayEnter();
      let end = path.indexOf("/", at);
      if (end < 0) end = path.length;
      const name = path.slice(at, end);
      let next = end;
      while (path.charCodeAt(next) === 47) next++;
      if (next >= path.length) {
        this.last = name;
        this.lastKind = name === "." ? "dot" : name === ".." ? "dotdot" : "name";
        this.trailing = next > end;
        return;
      }
      at = next;
      if (name === ".") continue;
      if (name === "..") {
        this.up();
        continue;
      }
      const child = this.find(name);
      if (child === 0) throw refuse("ENOENT", "");
      const { mount, node } = this;
      this.#enter(child, name);
      const { type } = this.mount.fs.attributes(this.node);
      if (type === "symlink") {
        const target = this.#takeLink();
        this.mount = mount;
        this.node = node;
        path = `${target}/${path.slice(next)}`;
        at = 0;
        if (path.charCodeAt(0) === 47) this.#toRoot();
        while (path.charCodeAt(at) === 47) at++;
      } else if (type !== "dir") throw refuse("ENOTDIR", "");
    }
  }

  /** Goes to what the last component leads to; a link is taken when `follow` or when slashes follow it. ENOENT, ENOTDIR, ELOOP. */
  toEnd(followLast: boolean): void {
    let follow = followLast;
    for (;;) {
      if (this.lastKind !== "name") {
        if (this.lastKind === "dotdot") this.up();
        this.parent = undefined;
        return;
      }
      const child = this.find(this.last);
      if (child === 0) throw refuse("ENOENT", "");
      if (this.trailing) {
        follow = true;
        this.mustBeDirectory = true;
      }
      if (this.stepInto(child, follow)) break;
    }
    if (this.mustBeDirectory && this.mount.fs.attributes(this.node).type !== "dir") throw refuse("ENOTDIR", "");
  }

  /** Goes to `child`, the last component. When it is a link to be taken: walks to the last component of its target and says false. */
  stepInto(child: NodeId, follow: boolean): boolean {
    const { mount, node } = this;
    this.#enter(child, this.last);
    if (follow && this.mount.fs.attributes(this.node).type === "symlink") {
      const file = this.mount.fs.openLink?.(this.node);
      if (file !== undefined) {
        this.#jump(file);
        return true;
      }
      const target = this.#takeLink();
      this.#mayFollow(mount, node);
      this.mount = mount;
      this.node = node;
      this.toParent(target);
      return false;
    }
    this.parent = { mount, node };
    return true;
  }

  /** Onto whatever is mounted where the walk ended: "/" and "." do not lead there. */
  toTop(): void {
    this.#cross(this.parent?.node ?? NO_NODE, this.last);
  }

  /** The node called `name` in the directory where the walk stands, or 0. ENAMETOOLONG. */
  find(name: string): NodeId {
    if (name.length * 3 > NAME_MAX && utf8Length(name) > NAME_MAX) throw refuse("ENAMETOOLONG", "");
    return this.mount.fs.lookup(this.node, name);
  }

  /** To the parent directory, through mount points, not above the root. */
  up(): void {
    const { root } = this.#walker;
    for (;;) {
      if (this.mount === root.mount && this.node === root.node) break;
      if (this.node !== this.mount.root) {
        this.node = this.mount.fs.parent(this.node);
        break;
      }
      if (this.mount.parent === undefined) break;
      this.node = this.mount.at.node;
      this.mount = this.mount.parent;
    }
    this.#cross(NO_NODE, "");
  }

  #toRoot(): void {
    this.mount = this.#walker.root.mount;
    this.node = this.#walker.root.node;
  }

  #enter(child: NodeId, name: string): void {
    const dir = this.node;
    this.node = child;
    this.#cross(dir, name);
  }

  /** Onto what is mounted here, and on that. */
  #cross(dir: NodeId, name: string): void {
    let over = this.mount.over(this.node, dir, name);
    while (over !== undefined) {
      this.mount = over;
      this.node = over.root;
      over = over.over(over.root, NO_NODE, "");
    }
  }

  #mayEnter(): void {
    this.#walker.decider = this.mount;
    checkAccess(this.mount.fs, this.node, MAY_EXEC, this.#walker.credentials);
  }

  /** Takes a link that leads to an open file. */
  #jump(file: OpenFile): void {
    this.parent = undefined;
    if (file.place === undefined) this.openFile = file;
    else {
      this.mount = file.place.mount;
      this.node = file.place.node;
    }
  }

  /** fs.protected_symlinks: a link in a sticky world-writable directory is taken only by its owner, or when the directory's owner made it. */
  #mayFollow(dirMount: Mount, dir: NodeId): void {
    if (!this.#walker.protections.symlinks) return;
    const { uid } = this.mount.fs.attributes(this.node);
    const above = dirMount.fs.attributes(dir);
    if ((above.mode & 0o1002) !== 0o1002 || uid === above.uid || isSelf(this.#walker.credentials, uid)) return;
    throw refuse("EACCES", "fs.protected_symlinks");
  }

  #takeLink(): string {
    if (++this.#links > MAX_LINKS) throw refuse("ELOOP", "");
    return this.mount.fs.readlink(this.node);
  }
}

/** The place that `path` leads to. */
export function resolve(walker: Walker, path: string, follow: boolean): Walk {
  const walk = new Walk(walker, path);
  walk.toEnd(follow);
  return walk;
}
