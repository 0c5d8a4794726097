/** What one process may have: getrlimit(2). */

export type Resource =
  | "CPU"
  | "FSIZE"
  | "DATA"
  | "STACK"
  | "CORE"
  | "RSS"
  | "NPROC"
  | "NOFILE"
  | "MEMLOCK"
  | "AS"
  | "LOCKS"
  | "SIGPENDING"
  | "MSGQUEUE"
  | "NICE"
  | "RTPRIO"
  | "RTTIME";

/** RLIM_INFINITY. A number like any other, fit for JSON. */
export const UNLIMITED = 2 ** 64;

/** In the units of getrlimit(2): bytes, numbers, seconds, microseconds. */
export interface Limit {
  readonly soft: number;
  readonly hard: number;
}

export type Limits = ReadonlyMap<Resource, Limit>;

const MiB = 1024 * 1024;
/** Kernel memory that a thread may need (kernel/fork.c: threads may take an eighth of memory, a user's processes half of that). */
const THREAD_BYTES = 16 * 1024;

/** How many processes the kernel has room for: /proc/sys/kernel/threads-max. */
export function mostThreads(memoryBytes: number): number {
  return Math.floor(memoryBytes / (8 * THREAD_BYTES));
}

/**
 * How many tasks the slice of one user may have, root's too: `TasksMax=33%` in systemd's user-.slice.d/10-defaults.conf. Where a fork
 * bomb ends, since it is less than RLIMIT_NPROC. @simplified Counted by owner, not by control group.
 */
export function mostTasksOfUser(memoryBytes: number): number {
  return Math.floor(mostThreads(memoryBytes) * 0.33);
}

/**
 * What init gives to everybody, as a kernel and systemd do.
 * @simplified FSIZE, NOFILE, NPROC and AS are enforced, the others only kept.
 */
export function initialLimits(memoryBytes: number): Limits {
  const same = (value: number): Limit => ({ soft: value, hard: value });
  const processes = Math.floor(mostThreads(memoryBytes) / 2);
  return new Map<Resource, Limit>([
    ["CPU", same(UNLIMITED)],
    ["FSIZE", same(UNLIMITED)],
    ["DATA", same(UNLIMITED)],
    ["STACK", { soft: 8 * MiB, hard: UNLIMITED }],
    ["CORE", same(UNLIMITED)],
    ["RSS", same(UNLIMITED)],
    ["NPROC", same(processes)],
    ["NOFILE", { soft: 1024, hard: 524288 }],
    ["MEMLOCK", same(8 * MiB)],
    ["AS", same(UNLIMITED)],
    ["LOCKS", same(UNLIMITED)],
    ["SIGPENDING", same(processes)],
    ["MSGQUEUE", same(819200)],
    ["NICE", same(0)],
    ["RTPRIO", same(0)],
    ["RTTIME", same(UNLIMITED)],
  ]);
}
