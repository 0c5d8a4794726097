/** What a task is beside its descriptors: credentials and place; and what all of its calls have in common: errors that say where they come from, and the trace. */
import type { Timestamp } from "../base/timestamp.ts";
import type { Caller } from "./caller.ts";
import { SysError } from "./errno.ts";
import type { Errno } from "./errno.ts";
import { directoryPath, holdPlace, joinPath, releasePlace } from "./mount.ts";
import type { Mount, MountNamespace, Place } from "./mount.ts";
import type { OpenFile } from "./open-file.ts";
import type { Credentials, DeviceNumber } from "./types.ts";
import { kernelGid, kernelUid, type UserNamespace } from "./user-namespace.ts";
import type { Vfs } from "./vfs.ts";
import type { Protections } from "./walk.ts";

/** The refusals that are the subject of this machine; the trace tells of them. */
const REFUSALS: ReadonlySet<Errno> = new Set<Errno>(["EROFS", "EPERM", "EACCES", "EXDEV", "ENOSPC", "EBUSY"]);

export interface TaskOptions {
  readonly pid: number;
  readonly credentials: Credentials;
  readonly umask: number;
  readonly root: Place;
  readonly cwd: Place;
  /** The program that is run; its mount is busy for as long. */
  readonly text?: Place | undefined;
}

export abstract class TaskBase implements Caller {
  readonly vfs: Vfs;
  readonly pid: number;
  #credentials: Credentials;
  /** Silences the trace: the interface looks around as a task, too. */
  quiet = false;
  decider: Mount | undefined = undefined;
  subject: { readonly place: Place; readonly name: string } | undefined = undefined;
  #namespace: MountNamespace;
  #root: Place;
  #cwd: Place;
  /** Where relative paths start while another directory than the working directory is meant. */
  #start: Place | undefined;
  #mask: number;
  #text: Place | undefined;

  constructor(vfs: Vfs, namespace: MountNamespace, options: TaskOptions) {
    this.vfs = vfs;
    this.pid = options.pid;
    this.#credentials = options.credentials;
    this.#namespace = namespace;
    this.#root = options.root;
    this.#cwd = options.cwd;
    this.#mask = options.umask;
    holdPlace(this.#root);
    holdPlace(this.#cwd);
    this.changeText(options.text);
    vfs.countTask(namespace, 1);
  }

  get credentials(): Credentials {
    return this.#credentials;
  }

  /** Whoever it becomes, a process stays in its user namespace. EINVAL for a number that is not in there. */
  set credentials(credentials: Credentials) {
    const { namespace } = this.#credentials;
    if (namespace === undefined) this.#credentials = credentials;
    else {
      const inside = { ...credentials, namespace };
      kernelUid(inside, inside.uid);
      kernelGid(inside, inside.gid);
      this.#credentials = inside;
    }
  }

  /** Goes to live in another user namespace, as its root. */
  protected changeUserNamespace(namespace: UserNamespace | undefined): void {
    this.#credentials = { uid: 0, gid: 0, groups: [0], privileged: true, namespace };
  }

  get namespace(): MountNamespace {
    return this.#namespace;
  }

  get root(): Place {
    return this.#root;
  }

  get cwd(): Place {
    return this.#start ?? this.#cwd;
  }

  /** What `body` does with relative paths starts at `place`. */
  protected startingAt<T>(place: Place, body: () => T): T {
    const outer = this.#start;
    this.#start = place;
    try {
      return body();
    } finally {
      this.#start = outer;
    }
  }

  get mask(): number {
    return this.#mask;
  }

  get protections(): Protections {
    return this.vfs.protections;
  }

  now(): Timestamp {
    return this.vfs.environment.now();
  }

  abstract openDevice(type: "char" | "block", device: DeviceNumber): OpenFile;

  /** Goes to another working directory. */
  protected moveTo(cwd: Place): void {
    holdPlace(cwd);
    releasePlace(this.#cwd);
    this.#cwd = cwd;
  }

  /** Takes another root directory. */
  protected changeRoot(root: Place): void {
    holdPlace(root);
    releasePlace(this.#root);
    this.#root = root;
  }

  protected get text(): Place | undefined {
    return this.#text;
  }

  /** Runs another file from now on, as after execve(2). */
  protected changeText(text: Place | undefined): void {
    if (text) {
      holdPlace(text);
      this.vfs.countText(text, 1);
    }
    if (this.#text) {
      releasePlace(this.#text);
      this.vfs.countText(this.#text, -1);
    }
    this.#text = text;
  }

  protected changeMask(mask: number): void {
    this.#mask = mask;
  }

  /** Goes to live in another namespace, at the same places there. */
  protected changeNamespace(namespace: MountNamespace, copies: ReadonlyMap<Mount, Mount>): void {
    const moved = ({ mount, node }: Place): Place => ({ mount: copies.get(mount) ?? mount, node });
    this.changeRoot(moved(this.#root));
    this.moveTo(moved(this.#cwd));
    if (this.#text) this.changeText(moved(this.#text));
    this.vfs.countTask(namespace, 1);
    this.vfs.countTask(this.#namespace, -1);
    this.#namespace = namespace;
  }

  /** Goes to live in another namespace, at other places. */
  protected enterNamespace(namespace: MountNamespace, root: Place, cwd: Place): void {
    this.changeRoot(root);
    this.moveTo(cwd);
    this.vfs.countTask(namespace, 1);
    this.vfs.countTask(this.#namespace, -1);
    this.#namespace = namespace;
  }

  /** The task ends: it is nowhere any more. */
  protected leave(): void {
    releasePlace(this.#root);
    releasePlace(this.#cwd);
    this.changeText(undefined);
    this.vfs.countTask(this.#namespace, -1);
  }

  protected begin(): void {
    this.decider = undefined;
    this.subject = undefined;
  }

  /** A call that changes nothing. */
  protected call<T>(name: string, path: string, body: () => T): T {
    this.begin();
    try {
      return body();
    } catch (error) {
      throw this.failed(error, name, path);
    }
  }

  /** A call that changes something when it succeeds. */
  protected change(name: string, path: string, body: () => void): void {
    this.begin();
    try {
      body();
    } catch (error) {
      throw this.failed(error, name, path);
    }
    this.succeeded(name, path, true);
  }

  #listened(): boolean {
    return !this.quiet && this.vfs.environment.tracing?.() !== false;
  }

  protected succeeded(op: string, path: string, changed: boolean): void {
    const effect = this.decider?.fs.takeEffect?.() ?? "";
    if ((!changed && effect === "") || !this.#listened()) return;
    this.#report(op, path, "ok", effect);
  }

  protected failed(error: unknown, op: string, path: string): unknown {
    if (!(error instanceof SysError)) return error;
    error.locate(op, path);
    if (REFUSALS.has(error.errno) && this.#listened()) this.#report(op, path, error.errno, error.because);
    return error;
  }

  #report(op: string, path: string, verdict: "ok" | Errno, because: string): void {
    const mount = this.decider ?? this.cwd.mount;
    this.vfs.environment.trace({
      op,
      path: this.#fullPath(path),
      mount: mount.target,
      lifetime: mount.lifetime,
      verdict,
      because,
      pid: this.pid,
    });
  }

  /** What the call was about, as an absolute path. */
  #fullPath(path: string): string {
    const { subject } = this;
    if (subject !== undefined) {
      const dir = directoryPath(subject.place, this.root);
      if (dir !== undefined) return joinPath(dir, subject.name);
    }
    return path.startsWith("/") ? path : joinPath(directoryPath(this.cwd, this.root) ?? "/", path);
  }
}
