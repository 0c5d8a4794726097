/** The system calls of one process: its descriptors, its place, its credentials. What each call checks is in open.ts, namei.ts, attributes.ts and mount-calls.ts. */
import * as attributes from "./attributes.ts";
import { about } from "./caller.ts";
import { DescriptorTable } from "./descriptor-table.ts";
import { SysError } from "./errno.ts";
import { NO_NODE } from "./file-system.ts";
import type { Changeable, FileSystem, NodeId } from "./file-system.ts";
import { mayMount, mount, umount } from "./mount-calls.ts";
import { directoryPath, joinPath } from "./mount.ts";
import type { LockKind } from "./file-locks.ts";
import { MountNamespace } from "./mount.ts";
import type { Place } from "./mount.ts";
import * as namei from "./namei.ts";
import { open } from "./open.ts";
import type { OpenFile } from "./open-file.ts";
import { MAY_EXEC, MAY_READ, checkAccess, checkCreate, checkDelete, refuse, mayReopen } from "./permission.ts";
import { PipeEnd, makePipe } from "./pipe.ts";
import type { SealedChanges, SealedFile, SealedSymlink, SealedTree } from "./sealed.ts";
import type { Ioctl, MountRequest, ProgramFile, Sys } from "./sys.ts";
import { TaskBase } from "./task-base.ts";
import type { TaskOptions } from "./task-base.ts";
import { O } from "./types.ts";
import type { DeviceNumber, DirEntry, FileType, InodeFlags, MountInfo, Stat, StatFs, TimeChange } from "./types.ts";
import { OVERFLOW_ID, UserNamespace, kernelGid, kernelUid, ownsMachine, shownIds, type IdRange } from "./user-namespace.ts";
import type { Vfs } from "./vfs.ts";
import { Walk, resolve } from "./walk.ts";

export class Task extends TaskBase implements Sys {
  readonly #descriptors: DescriptorTable;

  constructor(vfs: Vfs, namespace: MountNamespace, options: TaskOptions, descriptors = new DescriptorTable()) {
    super(vfs, namespace, options);
    this.#descriptors = descriptors;
  }

  override openDevice(type: "char" | "block", device: DeviceNumber): OpenFile {
    return this.vfs.environment.openDevice(type, device, this);
  }

  // ── life ──

  /** fork(2): a task with the same open files, place, mask and credentials. */
  fork(pid: number): Task {
    const { vfs, namespace, credentials, mask, root, cwd, text } = this;
    const child = new Task(vfs, namespace, { pid, credentials, umask: mask, root, cwd, text }, this.#descriptors.copy());
    child.quiet = this.quiet;
    return child;
  }

  /** RLIMIT_NOFILE. */
  get mostDescriptors(): number {
    return this.#descriptors.limit;
  }

  set mostDescriptors(limit: number) {
    this.#descriptors.limit = limit;
  }

  /** RLIMIT_FSIZE: how long a file may become. */
  mostBytes = Infinity;
  /** What happens besides EFBIG when a file would become longer: SIGXFSZ. */
  onTooLong: () => void = () => undefined;

  /** How much of `length` bytes at `offset` of a file fits below RLIMIT_FSIZE. EFBIG when nothing does. */
  #fitting(file: OpenFile, offset: number | undefined, length: number): number {
    if (file.kind !== "file" || offset === undefined || offset + length <= this.mostBytes) return length;
    if (offset >= this.mostBytes) this.#refuseLength();
    return this.mostBytes - offset;
  }

  #refuseLength(): never {
    this.onTooLong();
    throw new SysError("EFBIG");
  }

  /** Leaves exactly the descriptors that are `wanted`: new number -> old number. EBADF. */
  arrange(wanted: ReadonlyMap<number, number>): void {
    this.call("dup2", "", () => this.#descriptors.arrange(wanted));
  }

  /** Closes everything and leaves its directories. The task is not used afterwards. */
  exit(): void {
    this.#descriptors.closeAll();
    this.leave();
  }

  openProgram(path: string, count: number): ProgramFile {
    return this.call("execve", path, () => {
      const { place } = resolve(this, path, true);
      const { fs, flags } = place.mount;
      const { type, mode, uid, gid } = shownIds(this.credentials, fs.attributes(place.node));
      if (type !== "file" || flags.includes("noexec")) throw refuse("EACCES", "nothing to run");
      checkAccess(fs, place.node, MAY_EXEC, this.credentials);
      this.vfs.mayRunText(place);
      // An owner who is nobody here gives nobody's rights away (bprm_fill_uid()).
      const isPlain = flags.includes("nosuid") || uid === OVERFLOW_ID || gid === OVERFLOW_ID;
      return { head: fs.read(place.node, 0, count), mode: isPlain ? mode & 0o1777 : mode, uid, gid };
    });
  }

  /** What execve(2) does to a task that runs the program `path` from now on: closes what is marked close-on-exec, keeps the file in use. */
  becomeProgram(path: string): void {
    this.#descriptors.closeAll("close-on-exec");
    const { mount, node } = resolve(this, path, true);
    this.changeText({ mount, node });
  }

  /** The open file behind a descriptor. EBADF. */
  file(fd: number): OpenFile {
    return this.#descriptors.file(fd);
  }

  /** Gives an open file the lowest free descriptor from `atLeast` on. EMFILE. */
  install(file: OpenFile, atLeast = 0): number {
    return this.#descriptors.install(file, atLeast);
  }

  // ── descriptors ──

  open(path: string, flags: number, mode = 0o666): number {
    this.begin();
    try {
      const { file, changed } = open(this, path, flags, mode);
      const fd = this.install(file);
      if ((flags & O.CLOEXEC) !== 0) this.#descriptors.setCloseOnExec(fd, true);
      if (changed || file.canWrite) this.succeeded("open", path, changed);
      return fd;
    } catch (error) {
      throw this.failed(error, "open", path);
    }
  }

  close(fd: number): void {
    this.call("close", "", () => this.#descriptors.close(fd));
  }

  read(fd: number, count: number): Uint8Array | undefined {
    return this.call("read", "", () => {
      const file = this.file(fd);
      if (!file.canRead) throw new SysError("EBADF");
      return file.read(count, this);
    });
  }

  pread(fd: number, count: number, offset: number): Uint8Array {
    return this.call("pread64", "", () => {
      if (offset < 0) throw new SysError("EINVAL");
      const file = this.file(fd);
      // A pipe says ESPIPE whatever it was opened for.
      if (!file.canRead && file.kind !== "pipe") throw new SysError("EBADF");
      return file.pread(count, offset);
    });
  }

  write(fd: number, data: Uint8Array): number | undefined {
    return this.#onFile("write", fd, (file) => {
      if (!file.canWrite) throw new SysError("EBADF");
      const count = this.#fitting(file, file.writeOffset, data.length);
      return file.write(count < data.length ? data.subarray(0, count) : data, this);
    });
  }

  pwrite(fd: number, data: Uint8Array, offset: number): number {
    return this.#onFile(
      "pwrite64",
      fd,
      (file) => {
        if (!file.canWrite && file.kind !== "pipe") throw new SysError("EBADF");
        const count = this.#fitting(file, offset, data.length);
        return file.pwrite(count < data.length ? data.subarray(0, count) : data, offset, this);
      },
      () => {
        if (offset < 0) throw new SysError("EINVAL");
      },
    );
  }

  lseek(fd: number, offset: number, whence: "SET" | "CUR" | "END"): number {
    return this.call("lseek", "", () => this.file(fd).seek(offset, whence));
  }

  dup(fd: number, atLeast = 0): number {
    return this.call("dup", "", () => this.install(this.file(fd), atLeast));
  }

  dup2(from: number, to: number): number {
    return this.call("dup2", "", () => this.#descriptors.replace(from, to));
  }

  setCloseOnExec(fd: number, on: boolean): void {
    this.call("fcntl", "", () => this.#descriptors.setCloseOnExec(fd, on));
  }

  pipe(): readonly [reader: number, writer: number] {
    return this.call("pipe", "", () => {
      const [reader, writer] = makePipe(this.vfs.nextPipe(), this.now(), {
        uid: kernelUid(this.credentials, this.credentials.uid),
        gid: kernelGid(this.credentials, this.credentials.gid),
      });
      return [this.install(reader), this.install(writer)] as const;
    });
  }

  isatty(fd: number): boolean {
    return this.#descriptors.find(fd)?.isTerminal === true;
  }

  fsync(fd: number): void {
    this.call("fsync", "", () => {
      const { kind, place, canRead, canWrite } = this.file(fd);
      if (!canRead && !canWrite) throw new SysError("EBADF");
      if (place === undefined || (kind !== "file" && kind !== "dir")) throw new SysError("EINVAL");
      place.mount.fs.fsync(place.node);
    });
  }

  syncfs(fd: number): void {
    this.call("syncfs", "", () => this.file(fd).place?.mount.fs.sync());
  }

  sync(): void {
    this.call("sync", "", () => this.vfs.sync());
  }

  fstat(fd: number): Stat {
    return this.call("fstat", "", () => {
      const file = this.file(fd);
      return shownIds(this.credentials, file.place === undefined ? file.stat() : file.place.mount.fs.stat(file.place.node));
    });
  }

  ftruncate(fd: number, size: number): void {
    this.#onFile(
      "ftruncate",
      fd,
      (file) => {
        if (file.kind === "path") throw new SysError("EBADF");
        if (file.kind !== "file" || !file.canWrite || file.place === undefined) throw new SysError("EINVAL");
        if (file.place.mount.fs.attributes(file.place.node).flags.includes("a")) throw refuse("EPERM", "inode is append-only");
        if (size > this.mostBytes && size > file.place.mount.fs.size(file.place.node)) this.#refuseLength();
        attributes.resize(this, file.place, size, true);
      },
      () => {
        if (size < 0) throw new SysError("EINVAL");
      },
    );
  }

  fallocate(fd: number, size: number): void {
    this.#onFile("fallocate", fd, (file) => {
      if (size <= 0) throw new SysError("EINVAL");
      if (file.kind === "path" || (file.kind === "file" && !file.canWrite)) throw new SysError("EBADF");
      if (file.kind !== "file" || file.place === undefined) throw new SysError("ENODEV");
      const { mount, node } = file.place;
      if (mount.fs.allocate === undefined) throw new SysError("EOPNOTSUPP");
      if (size > this.mostBytes) this.#refuseLength();
      mount.fs.allocate(node, size, this.now());
    });
  }

  flock(fd: number, how: LockKind | "unlocked"): boolean {
    return this.call("flock", "", () => {
      const file = this.file(fd);
      if (file.kind === "path") throw new SysError("EBADF");
      return this.vfs.locks.set(file, how);
    });
  }

  fchmod(fd: number, mode: number): void {
    this.#onInode("fchmod", fd, (inode) => attributes.chmod(this, inode, mode));
  }

  fchown(fd: number, uid: number, gid: number): void {
    this.#onInode("fchown", fd, (inode) => attributes.chown(this, inode, uid, gid));
  }

  futimens(fd: number, atime: TimeChange, mtime: TimeChange): void {
    // As of utimens: the descriptor is not looked at.
    if (atime === "omit" && mtime === "omit" && fd >= 0) return;
    this.#onInode("utimensat", fd, (inode) => attributes.utimens(this, inode, atime, mtime));
  }

  freaddir(fd: number): DirEntry[] {
    return this.call("getdents64", "", () => {
      const file = this.file(fd);
      if (file.kind === "path") throw new SysError("EBADF");
      if (file.kind !== "dir" || file.place === undefined) throw new SysError("ENOTDIR");
      return file.place.mount.fs.readdir(file.place.node);
    });
  }

  fchdir(fd: number): void {
    this.call("fchdir", "", () => {
      const { place } = this.file(fd);
      if (place === undefined || place.mount.fs.attributes(place.node).type !== "dir") throw new SysError("ENOTDIR");
      this.#enter(place);
    });
  }

  at<T>(directory: number, call: () => T): T {
    const { place } = this.file(directory);
    if (place === undefined || place.mount.fs.attributes(place.node).type !== "dir") throw new SysError("ENOTDIR");
    return this.startingAt(place, call);
  }

  descriptors(): number[] {
    return this.#descriptors.list();
  }

  // ── paths ──

  stat(path: string): Stat {
    this.begin();
    try {
      const { mount, node, openFile } = resolve(this, path, true);
      return shownIds(this.credentials, openFile === undefined ? mount.fs.stat(node) : openFile.stat());
    } catch (error) {
      throw this.failed(error, "stat", path);
    }
  }

  lstat(path: string): Stat {
    this.begin();
    try {
      const { mount, node } = resolve(this, path, false);
      return shownIds(this.credentials, mount.fs.stat(node));
    } catch (error) {
      throw this.failed(error, "lstat", path);
    }
  }

  access(path: string, mode: string): void {
    this.call("access", path, () => {
      const walk = resolve(this, path, true);
      if (walk.openFile !== undefined) mayReopen(walk.openFile.stat(), this.credentials);
      else attributes.access(this, walk.place, mode);
    });
  }

  readdir(path: string): DirEntry[] {
    return this.call("open", path, () => {
      const walk = new Walk(this, path);
      walk.mustBeDirectory = true;
      walk.toEnd(true);
      about(this, walk.place);
      checkAccess(walk.mount.fs, walk.node, MAY_READ, this.credentials);
      return walk.mount.fs.readdir(walk.node);
    });
  }

  readlink(path: string): string {
    return this.call("readlink", path, () => {
      const { mount, node } = resolve(this, path, false);
      if (mount.fs.attributes(node).type !== "symlink") throw new SysError("EINVAL");
      return mount.fs.readlink(node);
    });
  }

  realpath(path: string): string {
    return this.call("realpath", path, () => {
      const walk = resolve(this, path, true);
      if (walk.parent === undefined || walk.mount.fs.attributes(walk.node).type === "dir") {
        return directoryPath(walk.place, this.root) ?? this.#gone();
      }
      return joinPath(directoryPath(walk.parent, this.root) ?? this.#gone(), walk.last);
    });
  }

  mkdir(path: string, mode = 0o777): void {
    this.change("mkdir", path, () => namei.mkdir(this, path, mode));
  }

  mknod(path: string, type: FileType, mode: number, device?: DeviceNumber): void {
    this.change("mknod", path, () => namei.mknod(this, path, type, mode, device));
  }

  rmdir(path: string): void {
    this.change("rmdir", path, () => namei.rmdir(this, path));
  }

  unlink(path: string): void {
    this.change("unlink", path, () => namei.unlink(this, path));
  }

  rename(from: string, to: string): void {
    this.change("rename", from, () => namei.rename(this, from, to, undefined));
  }

  renameat2(from: string, to: string, flag: "NOREPLACE" | "EXCHANGE"): void {
    this.change("renameat2", from, () => namei.rename(this, from, to, flag));
  }

  link(from: string, to: string): void {
    this.change("link", to, () => namei.link(this, from, to));
  }

  symlink(target: string, path: string): void {
    this.change("symlink", path, () => namei.symlink(this, target, path));
  }

  chmod(path: string, mode: number): void {
    this.change("chmod", path, () => attributes.chmod(this, this.#inode(path, true), mode));
  }

  chown(path: string, uid: number, gid: number): void {
    this.change("chown", path, () => attributes.chown(this, this.#inode(path, true), uid, gid));
  }

  lchown(path: string, uid: number, gid: number): void {
    this.change("lchown", path, () => attributes.chown(this, this.#inode(path, false), uid, gid));
  }

  utimens(path: string, atime: TimeChange, mtime: TimeChange, options?: { readonly follow?: boolean }): void {
    // Nothing to do: the kernel does not even look at the path.
    if (atime === "omit" && mtime === "omit") return;
    this.change("utimensat", path, () => attributes.utimens(this, this.#inode(path, options?.follow !== false), atime, mtime));
  }

  truncate(path: string, size: number): void {
    this.change("truncate", path, () => {
      if (size < 0) throw new SysError("EINVAL");
      attributes.truncate(this, this.#resolve(path, true), size);
    });
  }

  statfs(path: string): StatFs {
    return this.call("statfs", path, () => {
      const { mount } = resolve(this, path, true);
      return { ...mount.fs.statfs(), readOnly: mount.isReadOnly };
    });
  }

  setxattr(
    path: string,
    name: string,
    value: Uint8Array,
    options?: { readonly flag?: "CREATE" | "REPLACE"; readonly follow?: boolean },
  ): void {
    this.change("setxattr", path, () =>
      attributes.setxattr(this, this.#resolve(path, options?.follow !== false), name, value, options?.flag),
    );
  }

  getxattr(path: string, name: string, options?: { readonly follow?: boolean }): Uint8Array {
    return this.call("getxattr", path, () => attributes.getxattr(this, this.#resolve(path, options?.follow !== false), name));
  }

  removexattr(path: string, name: string, options?: { readonly follow?: boolean }): void {
    this.change("removexattr", path, () => attributes.removexattr(this, this.#resolve(path, options?.follow !== false), name));
  }

  listxattr(path: string, options?: { readonly follow?: boolean }): string[] {
    return this.call("listxattr", path, () => attributes.listxattr(this, this.#resolve(path, options?.follow !== false)));
  }

  getFlags(path: string): InodeFlags {
    return this.call("open", path, () => attributes.flagsOf(this, this.#resolve(path, true)));
  }

  setFlags(path: string, flags: InodeFlags): void {
    this.change("ioctl", path, () => attributes.setFlags(this, this.#resolve(path, true), flags));
  }

  ioctl<T>(path: string, request: Ioctl<T>): T {
    return this.call("ioctl", path, () => {
      const result = request.run(this, this.#resolve(path, true));
      if (request.changes) this.succeeded("ioctl", path, true);
      return result;
    });
  }

  // ── place ──

  chdir(path: string): void {
    this.call("chdir", path, () => this.#enter(this.#directory(path)));
  }

  getcwd(): string {
    return this.call("getcwd", "", () => directoryPath(this.cwd, this.root) ?? this.#gone());
  }

  chroot(path: string): void {
    this.call("chroot", path, () => {
      const place = this.#directory(path);
      checkAccess(place.mount.fs, place.node, MAY_EXEC, this.credentials);
      if (!this.credentials.privileged) throw refuse("EPERM", "only root changes its root");
      this.changeRoot(place);
    });
  }

  umask(mask: number): number {
    const old = this.mask;
    this.changeMask(mask & 0o777);
    return old;
  }

  #directory(path: string): Place {
    const walk = new Walk(this, path);
    walk.mustBeDirectory = true;
    walk.toEnd(true);
    about(this, walk.place);
    return walk.place;
  }

  #enter(place: Place): void {
    checkAccess(place.mount.fs, place.node, MAY_EXEC, this.credentials);
    this.moveTo(place);
  }

  // ── mounts ──

  mount(request: MountRequest): void {
    this.change("mount", request.target, () => mount(this, request));
  }

  umount(path: string, options?: { readonly lazy?: boolean }): void {
    this.change("umount", path, () => umount(this, path, options?.lazy === true));
  }

  unshareMounts(): void {
    this.call("unshare", "", () => {
      if (!this.credentials.privileged) throw refuse("EPERM", "only root has its own mounts");
      const { namespace, copies } = this.namespace.clone(() => this.vfs.nextMountId(), this.credentials.namespace);
      this.changeNamespace(namespace, copies);
    });
  }

  unshareUser(uids: readonly IdRange[], gids: readonly IdRange[]): void {
    this.call("unshare", "", () => {
      const { uid } = this.credentials;
      if (this.credentials.namespace !== undefined) throw refuse("EPERM", "one user namespace in another is not built");
      this.changeUserNamespace(new UserNamespace(uid, uids, gids));
    });
  }

  pivotRoot(path: string): void {
    this.call("pivot_root", path, () => {
      const { mount, node } = this.#directory(path);
      mayMount(this);
      if (this.namespace === this.vfs.initialNamespace) throw refuse("EINVAL", "the machine's own root");
      if (node !== mount.root || mount.parent === undefined) throw refuse("EINVAL", "not a mount point");
      mount.detach();
      mount.retarget("/");
      const place = { mount, node };
      this.enterNamespace(new MountNamespace(mount, this.namespace.owner), place, place);
    });
  }

  setns(of: Task): void {
    this.call("setns", "", () => {
      const { namespace } = of.credentials;
      const { credentials } = this;
      if (namespace !== credentials.namespace) {
        if (!ownsMachine(credentials) && (credentials.namespace !== undefined || credentials.uid !== namespace?.owner))
          throw refuse("EPERM", "another's user namespace");
        this.changeUserNamespace(namespace);
      } else if (!credentials.privileged) throw refuse("EPERM", "only root enters namespaces");
      this.enterNamespace(of.namespace, of.root, of.root);
    });
  }

  /** Lives where `of` does from now on, whoever it was; for a kernel that starts it there. */
  settleIn(of: Task): void {
    this.changeUserNamespace(of.credentials.namespace);
    this.enterNamespace(of.namespace, of.root, of.root);
  }

  mounts(): MountInfo[] {
    const { mount } = this.root;
    const base = directoryPath(this.root, { mount: this.namespace.root, node: this.namespace.root.root }) ?? "/";
    const shown = [...mount.tree()].filter(({ target }) => base === "/" || target === base || target.startsWith(`${base}/`));
    return shown.map((each) => each.info(base)).sort((left, right) => left.id - right.id);
  }

  // ── constant-time stand-ins ──

  graft(path: string, tree: SealedTree): void {
    this.change("graft", path, () => {
      const walk = this.#placeForSealed(path, true);
      const { fs } = walk.mount;
      if (fs.graft === undefined) throw new SysError("EOPNOTSUPP");
      fs.graft(walk.node, walk.last, tree, this.now());
    });
  }

  dropTree(path: string): void {
    this.change("droptree", path, () => {
      const walk = new Walk(this, path);
      if (walk.lastKind !== "name") throw new SysError("EINVAL");
      about(this, walk.place, walk.last);
      walk.mount.wantWrite();
      const victim = walk.find(walk.last);
      if (victim === NO_NODE) throw new SysError("ENOENT");
      const { fs } = walk.mount;
      if (fs.dropTree === undefined) throw new SysError("EOPNOTSUPP");
      checkDelete(fs, walk.node, victim, fs.attributes(victim).type === "dir", this.credentials);
      namei.mustNotBeMountPoint(this, walk, victim);
      fs.dropTree(walk.node, walk.last, this.now());
    });
  }

  linkSealed(path: string, file: SealedFile | SealedSymlink): void {
    this.change("link", path, () => {
      const walk = this.#placeForSealed(path, false);
      const { fs } = walk.mount;
      if (fs.linkSealed === undefined) throw new SysError("EOPNOTSUPP");
      fs.linkSealed(walk.node, walk.last, file, this.now());
    });
  }

  sealedTreeAt(path: string): SealedTree | undefined {
    return this.#ofGraft(path, (fs, node) => fs.sealedTreeAt?.(node));
  }

  sealedChanges(path: string): SealedChanges | undefined {
    return this.#ofGraft(path, (fs, node) => fs.sealedChanges?.(node));
  }

  #ofGraft<T>(path: string, look: (fs: FileSystem, node: NodeId) => T | undefined): T | undefined {
    return this.call("stat", path, () => {
      const { mount, node } = resolve(this, path, true);
      return look(mount.fs, node);
    });
  }

  #placeForSealed(path: string, directory: boolean): Walk {
    const walk = namei.placeForNew(this, path, directory);
    checkCreate(walk.mount.fs, walk.node, this.credentials);
    return walk;
  }

  // ── what several calls share ──

  #resolve(path: string, follow: boolean): Place {
    return this.#walkTo(path, follow).place;
  }

  #walkTo(path: string, follow: boolean): Walk {
    const walk = resolve(this, path, follow);
    if (walk.parent !== undefined) this.subject = { place: walk.parent, name: walk.last };
    return walk;
  }

  /** The inode behind a path, to be changed. */
  #inode(path: string, follow: boolean): Changeable {
    const { openFile, place } = this.#walkTo(path, follow);
    return openFile instanceof PipeEnd ? openFile.pipe.changeable(this.credentials) : attributes.inodeAt(this, place);
  }

  #gone(): never {
    throw new SysError("ENOENT");
  }

  /** A call that changes what a descriptor points to. `first` is asked before the descriptor. */
  #onFile<T>(name: string, fd: number, body: (file: OpenFile) => T, first?: () => void): T {
    this.begin();
    try {
      first?.();
      const file = this.file(fd);
      if (file.place === undefined) return body(file);
      this.decider = file.place.mount;
      if (file.name !== undefined) this.subject = { place: file.name.dir, name: file.name.name };
      const result = body(file);
      this.succeeded(name, "", file.kind === "file" || file.kind === "dir");
      return result;
    } catch (error) {
      throw this.failed(error, name, "");
    }
  }

  #onInode(name: string, fd: number, body: (inode: Changeable) => void): void {
    this.#onFile(name, fd, (file) => {
      if (file.kind === "path") throw new SysError("EBADF");
      if (file.place !== undefined) body(attributes.inodeAt(this, file.place));
      else if (file instanceof PipeEnd) body(file.pipe.changeable(this.credentials));
    });
  }
}
