/**
 * The kernel's file half as one object: mounts, the processes' view of them, and what lies outside (devices, disk, clock).
 *
 * Layers, top first: task.ts (system calls of a process) · open.ts, namei.ts, attributes.ts, mount-calls.ts (what the calls check, in the
 * kernel's order) · walk.ts, permission.ts, mount.ts · file-system.ts (what a file system offers) · tree-fs.ts, overlay-fs.ts,
 * composefs.ts, generated-fs.ts · disk.ts below the trees that outlive a boot.
 */
import { FileLocks } from "./file-locks.ts";
import type { Timestamp } from "../base/timestamp.ts";
import { restoreCheckpoint, takeCheckpoint } from "./checkpoint.ts";
import type { VfsCheckpoint } from "./checkpoint.ts";
import { deviceId } from "./file-system.ts";
import type { FileSystem, NodeId } from "./file-system.ts";
import { Mount, MountNamespace, cover } from "./mount.ts";
import type { Place } from "./mount.ts";
import type { OpenFile } from "./open-file.ts";
import { refuse } from "./permission.ts";
import { Pipe } from "./pipe.ts";
import { Task } from "./task.ts";
import { TreeFs, isInRam } from "./tree-fs.ts";
import { rootCredentials } from "./types.ts";
import type { Credentials, DeviceNumber, TraceEvent } from "./types.ts";
import type { DiskFileSystem } from "./volume.ts";
import { resolve } from "./walk.ts";
import type { Protections } from "./walk.ts";

export type { VfsCheckpoint } from "./checkpoint.ts";

/** What the VFS needs from the machine around it. */
export interface VfsEnvironment {
  now(): Timestamp;
  /** The driver behind a device node. ENXIO when there is none. */
  openDevice(type: "char" | "block", device: DeviceNumber, task: Task): OpenFile;
  /** What mount(2) finds behind "/dev/vda3"; undefined when there is no such device. */
  blockDevice(source: string): DiskFileSystem | undefined;
  /** "proc", "sysfs". */
  generated(fstype: string): FileSystem | undefined;
  trace(event: TraceEvent): void;
  /** RAM: its bytes, and how many of them are left; left out: 4 GiB of which RAM file systems know nothing. */
  readonly memory?: { readonly bytes: number; left(): number };
  /** The sysctls fs.protected_*; left out: as systemd sets them. */
  readonly protections?: Protections;
  /** Whether anybody listens to `trace`; asked before an event is made. Left out: always. */
  tracing?(): boolean;
}

/** Numbers that go on counting, so that a restored machine gives the same ones as the one that went on. */
export interface Counters {
  mount: number;
  device: number;
  pipe: number;
}

export class Vfs {
  readonly environment: VfsEnvironment;
  readonly protections: Protections;
  readonly #counters: Counters;
  #initial: MountNamespace | undefined = undefined;
  /** Namespaces that tasks made for themselves, while tasks live in them. */
  readonly #others = new Map<MountNamespace, number>();
  /** What files are run as programs, by how many tasks. */
  readonly #texts = new WeakMap<FileSystem, Map<NodeId, number>>();
  readonly locks = new FileLocks();
  readonly #namedPipes = new Map<string, Pipe>();

  constructor(environment: VfsEnvironment, counters: Counters = { mount: 20, device: 20, pipe: 1000 }) {
    this.environment = environment;
    this.protections = environment.protections ?? { symlinks: true, regular: 1, fifos: 1 };
    this.#counters = { ...counters };
  }

  /** The first process, on a root file system in RAM (an initramfs). `whole`: on the top of one, whatever is mounted by default. */
  firstTask(options: { readonly pid: number; readonly rootFs: FileSystem; readonly whole?: boolean }): Task {
    const { rootFs: fs } = options;
    const mounted = options.whole === true ? undefined : fs.mountRoot?.(new Map());
    const { node: root, path: rootPath } = mounted ?? { node: fs.root, path: "/" };
    this.setInitialNamespace(
      new MountNamespace(
        new Mount(this.nextMountId(), {
          fs,
          root,
          rootPath,
          source: "rootfs",
          readOnly: false,
          flags: [],
          lifetime: fs.lifetime,
        }),
      ),
    );
    return this.task({ pid: options.pid, credentials: rootCredentials(), umask: 0o022, root: "/", cwd: "/" });
  }

  /** A process that appears out of nothing: `root` and `cwd` are paths in the initial namespace. */
  task(options: {
    readonly pid: number;
    readonly credentials: Credentials;
    readonly umask: number;
    readonly root: string;
    readonly cwd: string;
  }): Task {
    const namespace = this.initialNamespace;
    const top = cover(namespace.root, namespace.root.root);
    const walker = { root: top, cwd: top, credentials: rootCredentials(), protections: this.protections, decider: undefined };
    const root = resolve(walker, options.root, true).place;
    const cwd = resolve({ ...walker, root, cwd: root }, options.cwd, true).place;
    return new Task(this, namespace, { ...options, root, cwd });
  }

  /** Everything that a machine at rest is made of in RAM: trees by reference, mounts of the initial namespace; no open files. */
  checkpoint(): VfsCheckpoint {
    return takeCheckpoint(this.initialNamespace, this.#counters, this.environment);
  }

  /** An independent VFS that starts as `checkpoint`; what is on the disk is found again through `environment.blockDevice`. */
  static restore(environment: VfsEnvironment, checkpoint: VfsCheckpoint): Vfs {
    const vfs = new Vfs(environment, checkpoint.counters);
    vfs.setInitialNamespace(restoreCheckpoint(checkpoint, environment));
    return vfs;
  }

  /** Equal values mean: nothing has changed below "/", neither what is mounted nor what is in it. Other than what is generated (/proc). */
  get revision(): string {
    let revision = "";
    for (const { id, fs, readOnly, flags } of this.initialNamespace.root.tree())
      revision += `${id}:${fs.changes ?? ""}${readOnly ? "r" : ""}${fs.readOnly ? "R" : ""}${flags.join()} `;
    return revision;
  }

  get initialNamespace(): MountNamespace {
    if (this.#initial === undefined) throw new Error("internal error: nothing is mounted yet");
    return this.#initial;
  }

  setInitialNamespace(namespace: MountNamespace): void {
    this.#initial = namespace;
  }

  /** Bytes that the files of all mounted RAM file systems take, their inodes included. */
  get ramBytes(): number {
    let bytes = 0;
    const seen = new Set<FileSystem>();
    for (const { fs } of this.#allMounts()) {
      if (!(fs instanceof TreeFs) || !isInRam(fs.type) || seen.has(fs)) continue;
      seen.add(fs);
      bytes += fs.ramBytes;
    }
    return bytes;
  }

  nextMountId(): number {
    return ++this.#counters.mount;
  }

  /** st_dev of a file system without a device. */
  nextDevice(): number {
    return deviceId({ major: 0, minor: ++this.#counters.device });
  }

  nextPipe(): number {
    return ++this.#counters.pipe;
  }

  /**
   * The pipe behind a fifo's node.
   * @simplified Opening a fifo does not wait for the other end.
   */
  namedPipe({ mount, node }: Place): Pipe {
    const key = `${mount.fs.dev}:${node}`;
    let pipe = this.#namedPipes.get(key);
    if (pipe === undefined) this.#namedPipes.set(key, (pipe = new Pipe(node, this.environment.now())));
    return pipe;
  }

  /** A task began (+1) or ceased (-1) to run a program's file. */
  countText({ mount: { fs }, node }: Place, difference: 1 | -1): void {
    const texts = this.#texts.get(fs) ?? new Map<NodeId, number>();
    this.#texts.set(fs, texts);
    const count = (texts.get(node) ?? 0) + difference;
    if (count > 0) texts.set(node, count);
    else texts.delete(node);
  }

  /** ETXTBSY for the file of a program that runs. */
  mayWriteText({ mount: { fs }, node }: Place): void {
    if (this.#texts.get(fs)?.has(node) === true) throw refuse("ETXTBSY", "a program that runs");
  }

  /** ETXTBSY for a file that is open for writing. */
  mayRunText({ mount: { fs }, node }: Place): void {
    for (const { writers } of this.mountsOf(fs))
      for (const { place } of writers) if (place?.node === node) throw refuse("ETXTBSY", "open for writing");
  }

  /** A task began (+1) or ceased (-1) to live in a namespace. */
  countTask(namespace: MountNamespace, difference: 1 | -1): void {
    if (namespace === this.#initial) return;
    const count = (this.#others.get(namespace) ?? 0) + difference;
    if (count > 0) this.#others.set(namespace, count);
    else if (this.#others.delete(namespace)) this.#disband(namespace);
  }

  #disband(namespace: MountNamespace): void {
    for (const fs of namespace.disband()) {
      if (this.isMounted(fs)) continue;
      fs.sync();
      fs.unmounted?.();
    }
  }

  /** Whether any mount shows this file system. */
  isMounted(fs: FileSystem): boolean {
    return this.mountsOf(fs).next().done === false;
  }

  /** The mounts that show this file system, in all namespaces. */
  *mountsOf(fs: FileSystem): Generator<Mount> {
    for (const mount of this.#allMounts()) if (mount.fs === fs) yield mount;
  }

  *#allMounts(): Generator<Mount> {
    yield* this.initialNamespace.root.tree();
    for (const { root } of this.#others.keys()) yield* root.tree();
  }

  /** sync(2). */
  sync(): void {
    const seen = new Set<FileSystem>();
    for (const { fs } of this.#allMounts()) seen.add(fs);
    for (const fs of seen) fs.sync();
  }
}
