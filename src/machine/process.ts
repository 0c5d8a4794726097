/** Contract of a process; kernel.ts makes them. See README of this folder's main file for the whole picture. */
import type { Sys } from "../vfs/sys.ts";
import type { Credentials } from "../vfs/types.ts";
import type { Timestamp } from "../base/timestamp.ts";
import type { ExitStatus, Program, Run } from "./program.ts";
import type { Limit, Limits, Resource } from "./limits.ts";
import type { Signal } from "./signals.ts";
import type { Tty } from "./tty.ts";
import type { Kernel } from "./kernel.ts";

/** How a child ended, as wait(2) tells. */
export type Ending =
  | { readonly kind: "exited"; readonly status: ExitStatus }
  | { readonly kind: "killed"; readonly signal: Signal }
  | { readonly kind: "stopped"; readonly signal: Signal };

/** What the parent hands to a new process; what is left out is inherited as fork(2) and execve(2) do. */
export interface SpawnRequest {
  readonly argv: readonly string[];
  /** The program itself (a subshell's body, a daemon), or a path that execve(2) resolves (`#!`, ELF stand-ins; ENOENT, EACCES, ENOEXEC thrown before anything starts). */
  readonly program: Program | { readonly path: string };
  readonly env?: ReadonlyMap<string, string>;
  readonly credentials?: Credentials;
  readonly cwd?: string;
  /** Descriptors of the child in terms of the parent's: child fd -> parent fd. Everything else that is not close-on-exec is inherited when this is left out. */
  readonly fds?: ReadonlyMap<number, number>;
  /** 0 makes the child leader of a new process group; a number joins that group. */
  readonly processGroup?: number;
  /** Start a new session without a controlling terminal (setsid(2)). */
  readonly newSession?: boolean;
  /** clone(CLONE_NEWPID): the child is the first process of a namespace, which ends with it. */
  readonly newPids?: boolean;
  /** clone(CLONE_NEWUTS) and sethostname(2): the child and its children have this host name. */
  readonly hostname?: string;
  /**
   * A process that starts the child for the caller, as a service on the other side of a socket does: the child lives in that one's
   * namespaces and root directory. `credentials` must be given, and `fds` are handed over (SCM_RIGHTS).
   *
   * @simplified It is the caller's own child, on the caller's terminal.
   */
  readonly startedBy?: Process;
}

/** A PID namespace. @simplified Processes have the machine's numbers in it, too. */
export interface PidNamespace {
  /** Its init: what it does not ask for does not end it, and when it ends, all do. */
  init: Process | undefined;
}

/** A UTS namespace. */
export interface UtsNamespace {
  hostname: string;
}

export type SignalDisposition = "default" | "ignore" | ((signal: Signal) => void);

export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly processGroup: number;
  readonly session: number;
  /** argv[0]'s last part, as /proc/PID/comm. */
  readonly name: string;
  readonly argv: readonly string[];
  readonly env: Map<string, string>;
  readonly sys: Sys;
  readonly kernel: Kernel;
  /** The controlling terminal, if there is one. */
  readonly tty: Tty | undefined;
  readonly startedAt: Timestamp;

  now(): Timestamp;

  /** Blocking read(2): at most `count` bytes, empty at end of file. Throws EINTR when a caught signal came. */
  read(fd: number, count: number): Run<Uint8Array>;
  /** Blocking write of all of `data`. A broken pipe raises SIGPIPE, which ends the process unless it is ignored; then EPIPE. */
  write(fd: number, data: Uint8Array | string): Run<void>;
  /** `write(1, …)` and `write(2, …)`. */
  print(text: string | Uint8Array): Run<void>;
  printError(text: string): Run<void>;
  /** Everything that is left on `fd`. */
  readToEnd(fd: number): Run<Uint8Array>;
  /** Opens, reads whole, closes. */
  readFile(path: string): Run<Uint8Array>;
  /** Creates or truncates, writes whole, closes. */
  writeFile(path: string, data: Uint8Array | string, mode?: number): Run<void>;

  spawn(request: SpawnRequest): Process;
  /** setns(2) into all namespaces of another process. EPERM. */
  setns(target: Process): void;
  /** execve(2) in place: this process goes on as that program. Throws as spawn does; otherwise the status of what replaced it. */
  exec(path: string, argv: readonly string[], env?: ReadonlyMap<string, string>): Run<ExitStatus>;
  /** waitpid(2): the named child, or any (-1); with `nohang` undefined if none has changed. ECHILD when there is none. EINTR when a caught signal came. */
  wait(
    pid?: number,
    options?: { readonly nohang?: boolean; readonly untraced?: boolean },
  ): Run<{ readonly pid: number; readonly ending: Ending } | undefined>;
  /** kill(2): a process, or a group as a negative number. */
  kill(pid: number, signal: Signal | 0): void;
  onSignal(signal: Signal, disposition: SignalDisposition): void;
  signalDisposition(signal: Signal): SignalDisposition;
  sleep(seconds: number): Run<void>;
  /** brk(2): that many bytes more of memory, or less. ENOMEM when there are no more. What is held ends with the process, or when it becomes another program. */
  hold(bytes: number): void;
  /** Bytes held beyond what every process has. */
  readonly held: number;
  /** getrlimit(2). */
  readonly limits: Limits;
  /** getpriority(2): from -20, which gets most, to 19. @simplified Kept and told; the scheduler treats all alike. */
  readonly niceness: number;
  /** setpriority(2) for a process, itself when none is named; beyond the bounds is the bound. EACCES to who would lower it without being root, EPERM, ESRCH. */
  setNiceness(niceness: number, pid?: number): void;
  /** setrlimit(2). EINVAL, EPERM. */
  setLimit(resource: Resource, limit: Limit): void;
  /** Let others run after `work` units (default 1). */
  tick(work?: number): Run<void>;
  /** setpgid(2) for a child or itself. */
  setProcessGroup(pid: number, group: number): void;
  /** tcsetpgrp(3) on the controlling terminal. */
  setForeground(group: number): void;
}
