/** The vocabulary of the system-call surface. Numbers are those of Linux on x86-64, so that recordings and man pages read directly. */
import type { Timestamp } from "../base/timestamp.ts";
import type { UserNamespace } from "./user-namespace.ts";

export const O = {
  RDONLY: 0,
  WRONLY: 1,
  RDWR: 2,
  CREAT: 0o100,
  EXCL: 0o200,
  NOCTTY: 0o400,
  TRUNC: 0o1000,
  APPEND: 0o2000,
  NONBLOCK: 0o4000,
  DIRECTORY: 0o200000,
  NOFOLLOW: 0o400000,
  CLOEXEC: 0o2000000,
  PATH: 0o10000000,
} as const;

export type FileType = "file" | "dir" | "symlink" | "char" | "block" | "fifo" | "socket";

/** stat(2). `mode` holds the permission bits with set-id and sticky (07777), never the type. `size` in bytes, `blocks` in units of 512. */
export interface Stat {
  readonly dev: number;
  readonly ino: number;
  readonly type: FileType;
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  readonly rdev: DeviceNumber;
  readonly size: number;
  readonly blocks: number;
  readonly blksize: number;
  readonly atime: Timestamp;
  readonly mtime: Timestamp;
  readonly ctime: Timestamp;
}

export interface DeviceNumber {
  readonly major: number;
  readonly minor: number;
}

export interface DirEntry {
  readonly name: string;
  readonly ino: number;
  readonly type: FileType;
}

/** statfs(2); sizes in bytes. `flags` are as a mount's options. */
export interface StatFs {
  readonly type: string;
  readonly total: number;
  readonly free: number;
  readonly available: number;
  readonly files: number;
  readonly filesFree: number;
  readonly readOnly: boolean;
}

/** Who asks. `privileged` stands for the full set of capabilities: root has it, and nothing else does. */
export interface Credentials {
  /** In the numbers of the process's own user namespace, as are the groups. */
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly privileged: boolean;
  /** Undefined: the first one, which is the machine's. */
  readonly namespace?: UserNamespace | undefined;
}

export function rootCredentials(): Credentials {
  return { uid: 0, gid: 0, groups: [0], privileged: true };
}

/** utimensat(2): a moment, now, or left alone. */
export type TimeChange = Timestamp | "now" | "omit";

/** Inode flags of chattr(1) that the kernel half knows: i and a act, the others are kept and shown. */
export type InodeFlags = string;

/** How long what is written below a mount lasts. This is the subject of the whole site.
 *  image = sealed with the release; deployment = kept per deployment and merged forward (/etc);
 *  machine = shared by all deployments (/var, /home, /boot); boot = gone at the next boot; session = one login. */
export type Lifetime = "image" | "deployment" | "machine" | "boot" | "session";

/** One line of /proc/self/mountinfo, with what no real machine shows: the lifetime. */
export interface MountInfo {
  readonly id: number;
  readonly parent: number;
  readonly target: string;
  /** As findmnt(8) prints SOURCE, e.g. "/dev/vda3[/root]", "composefs", "tmpfs". */
  readonly source: string;
  /** The directory of the file system that is mounted, "/" when it is the whole. */
  readonly root: string;
  readonly fstype: string;
  /** Per-mount options, e.g. ["ro", "relatime"]. */
  readonly options: readonly string[];
  /** Superblock options, e.g. ["rw", "seclabel"]. */
  readonly superOptions: readonly string[];
  readonly dev: string;
  readonly lifetime: Lifetime;
}

/** What a system call did or was refused: the picture plays these. */
export interface TraceEvent {
  readonly op: string;
  readonly path: string;
  /** Target of the mount that decided. */
  readonly mount: string;
  readonly lifetime: Lifetime;
  /** "ok" for a write that happened, else the errno. */
  readonly verdict: "ok" | import("./errno.ts").Errno;
  /** The rule that refused, in the kernel's terms: "mount is read-only", "superblock is read-only", "inode is immutable", "permission bits", … ; for a write that happened, "" or "copy-up", "whiteout". */
  readonly because: string;
  readonly pid: number;
}
