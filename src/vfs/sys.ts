/**
 * The system calls of one process: what a program sees of the kernel.
 *
 * Every call either returns or throws `SysError`. Calls never block: a read or write that would have to wait
 * returns `undefined`, and `Process` (machine/) turns that into a wait. Paths are strings as utf8.ts maps them.
 */
import type { LockKind } from "./file-locks.ts";
import type { Timestamp } from "../base/timestamp.ts";
import type { Caller } from "./caller.ts";
import type { Place } from "./mount.ts";
import type { SealedChanges, SealedFile, SealedSymlink, SealedTree } from "./sealed.ts";
import type { IdRange } from "./user-namespace.ts";
import type { Credentials, DeviceNumber, DirEntry, FileType, InodeFlags, Lifetime, MountInfo, Stat, StatFs, TimeChange } from "./types.ts";

export interface Sys {
  /** Changed by setuid(2) and friends; the kernel reads it at every call. */
  credentials: Credentials;

  // descriptors
  open(path: string, flags: number, mode?: number): number;
  close(fd: number): void;
  /** At most `count` bytes; an empty array is end of file; undefined: nothing there yet. */
  read(fd: number, count: number): Uint8Array | undefined;
  pread(fd: number, count: number, offset: number): Uint8Array;
  /** How many bytes were taken; undefined: no room yet. */
  write(fd: number, data: Uint8Array): number | undefined;
  pwrite(fd: number, data: Uint8Array, offset: number): number;
  lseek(fd: number, offset: number, whence: "SET" | "CUR" | "END"): number;
  dup(fd: number, atLeast?: number): number;
  dup2(from: number, to: number): number;
  setCloseOnExec(fd: number, on: boolean): void;
  pipe(): readonly [reader: number, writer: number];
  isatty(fd: number): boolean;
  fsync(fd: number): void;
  sync(): void;
  /** Everything on the file system of `fd` is durable. EBADF. */
  syncfs(fd: number): void;
  fstat(fd: number): Stat;
  ftruncate(fd: number, size: number): void;
  /** fallocate(2) of the first `size` bytes. EBADF, EINVAL, ENODEV, EOPNOTSUPP, ENOSPC. */
  fallocate(fd: number, size: number): void;
  /** flock(2) with LOCK_NB: false where another open file is in the way. A lock is the open file's, and ends with its last descriptor. EBADF. */
  flock(fd: number, how: LockKind | "unlocked"): boolean;
  fchmod(fd: number, mode: number): void;
  fchown(fd: number, uid: number, gid: number): void;
  futimens(fd: number, atime: TimeChange, mtime: TimeChange): void;
  /** In the file system's own order, without "." and "..". */
  freaddir(fd: number): DirEntry[];
  fchdir(fd: number): void;
  /** The calls of openat(2) and its kin: in `call` relative paths start at the directory behind a descriptor. EBADF, ENOTDIR. */
  at<T>(directory: number, call: () => T): T;
  /** The open descriptors, ascending (as /proc/self/fd lists them). */
  descriptors(): number[];

  // paths
  stat(path: string): Stat;
  lstat(path: string): Stat;
  /** By the real uid, as access(2): in this machine real and effective differ nowhere. Mode is any of "R", "W", "X" joined, or "F". */
  access(path: string, mode: string): void;
  /** What execve(2) does first: opens a file to run it, whoever may read it, and looks how it begins. EACCES, ETXTBSY. */
  openProgram(path: string, count: number): ProgramFile;
  readdir(path: string): DirEntry[];
  readlink(path: string): string;
  /** The kernel's own name of what `path` leads to. */
  realpath(path: string): string;
  mkdir(path: string, mode?: number): void;
  mknod(path: string, type: FileType, mode: number, device?: DeviceNumber): void;
  rmdir(path: string): void;
  unlink(path: string): void;
  rename(from: string, to: string): void;
  renameat2(from: string, to: string, flag: "NOREPLACE" | "EXCHANGE"): void;
  link(from: string, to: string): void;
  symlink(target: string, path: string): void;
  chmod(path: string, mode: number): void;
  chown(path: string, uid: number, gid: number): void;
  lchown(path: string, uid: number, gid: number): void;
  /** Follows a link unless `follow` is false. */
  utimens(path: string, atime: TimeChange, mtime: TimeChange, options?: { readonly follow?: boolean }): void;
  truncate(path: string, size: number): void;
  statfs(path: string): StatFs;
  setxattr(
    path: string,
    name: string,
    value: Uint8Array,
    options?: { readonly flag?: "CREATE" | "REPLACE"; readonly follow?: boolean },
  ): void;
  getxattr(path: string, name: string, options?: { readonly follow?: boolean }): Uint8Array;
  removexattr(path: string, name: string, options?: { readonly follow?: boolean }): void;
  listxattr(path: string, options?: { readonly follow?: boolean }): string[];
  /** FS_IOC_GETFLAGS as chattr(1) letters, e.g. "ia". */
  getFlags(path: string): InodeFlags;
  setFlags(path: string, flags: InodeFlags): void;

  /** ioctl(2) of what only one kind of file system knows, on what `path` leads to; ENOTTY on any other. */
  ioctl<T>(path: string, request: Ioctl<T>): T;

  // the process's place
  chdir(path: string): void;
  getcwd(): string;
  chroot(path: string): void;
  /** Sets the mask, gives the old one. */
  umask(mask: number): number;

  // mounts
  /** mount(2) in words. Flags as util-linux spells options: "ro", "rw", "bind", "rbind", "remount", "move"; `data` is the rest of -o. */
  mount(request: MountRequest): void;
  umount(path: string, options?: { readonly lazy?: boolean }): void;
  /** unshare(CLONE_NEWNS): mounts made from now on are this process's (and its children's) alone. */
  unshareMounts(): void;
  mounts(): MountInfo[];
  /**
   * unshare(CLONE_NEWUSER) with its maps: from now on this process is root in a user namespace of its own. EPERM from within another one.
   * @simplified Any ranges are believed; in life newuidmap(1) asks /etc/subuid first, and whoever makes the namespace does it here.
   */
  unshareUser(uids: readonly IdRange[], gids: readonly IdRange[]): void;
  /** pivot_root(2) and unmounting of the old root in one: what is mounted at `path` is all that this process sees from now on. EINVAL, EPERM. */
  pivotRoot(path: string): void;
  /** setns(2) into all namespaces of another process, as root there: its mounts, its root directory. EPERM. */
  setns(of: Sys): void;

  // what no kernel has: constant-time stand-ins for long loops of ordinary calls. Each counts as one disk write.
  /**
   * Makes `path` (which must not exist) a directory with the contents of `tree`: what a checkout by hard links leaves behind.
   * @simplified One write; the real one makes every directory and link in turn.
   */
  graft(path: string, tree: SealedTree): void;
  /** `rm -rf path` in one write; ENOENT when it is not there. */
  dropTree(path: string): void;
  /** Makes `path` a name of the sealed object `file` (same inode wherever the object is on this disk); EEXIST as link(2). */
  linkSealed(path: string, file: SealedFile | SealedSymlink): void;
  /** The sealed tree that was grafted at `path`, or undefined. */
  sealedTreeAt(path: string): SealedTree | undefined;
  /** What has become of that tree since. */
  sealedChanges(path: string): SealedChanges | undefined;

  /** The machine's clock, as clock_gettime(2). */
  now(): Timestamp;
}

/** A request of ioctl(2): it brings what the kernel does for it, so that only machines that have the file system have that. */
export interface Ioctl<T> {
  /** Whether it changes something when it succeeds. */
  readonly changes: boolean;
  run(caller: Caller, place: Place): T;
}

/** What execve(2) learns of a file before it runs it. */
export interface ProgramFile {
  /** At most as many bytes as were asked for. */
  readonly head: Uint8Array;
  /** With the set-ids that count: none on a file system mounted nosuid. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

export interface MountRequest {
  readonly source: string;
  readonly target: string;
  /** "tmpfs", "overlay", "btrfs", "ext4", "vfat", "composefs", "proc", "sysfs", "devtmpfs"; not needed for bind, remount and move. */
  readonly fstype?: string;
  readonly flags: readonly string[];
  readonly data?: string;
  /**
   * For "composefs": the image, and a directory on the file system that holds its objects' inodes (the repository). Without one `data` names
   * the directories, as for an overlay, that stand for an image that was made on this machine.
   */
  readonly composefs?: { readonly tree: SealedTree; readonly objects: string };
  /** Set by the parts that know (boot, unlock); otherwise inherited from the file system's own. */
  readonly lifetime?: Lifetime;
}
