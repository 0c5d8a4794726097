/**
 * The kernel's process half: process table, scheduler, signals.
 *
 * Processes are coroutines run round robin in quanta counted in ticks; a tick is one resumption. The virtual clock moves
 * a little with each tick and jumps only when everybody sleeps. Nothing here reads a wall clock, so the same events at
 * the same ticks always give the same bytes, whatever the size of the slices `run` is called with.
 */
import type { Random } from "../base/random.ts";
import { addNanoseconds, type Timestamp } from "../base/timestamp.ts";
import { SysError } from "../vfs/errno.ts";
import type { FileSystem } from "../vfs/file-system.ts";
import type { Task } from "../vfs/task.ts";
import type { Credentials } from "../vfs/types.ts";
import { isPrivilegedOver, kernelUid, ownsMachine } from "../vfs/user-namespace.ts";
import type { Vfs } from "../vfs/vfs.ts";
import type { Clock } from "./clock.ts";
import { checkArguments, resolveExecutable, type Executable } from "./exec.ts";
import { KernelProcess } from "./kernel-process.ts";
import { UNLIMITED, initialLimits, mostTasksOfUser, mostThreads, type Limits } from "./limits.ts";
import { Memory, PROCESS_BYTES } from "./memory.ts";
import type { ProgramTable } from "./ports.ts";
import type { Process, SpawnRequest } from "./process.ts";
import { ProcessTable } from "./process-table.ts";
import type { Missable, Program } from "./program.ts";
import { RunQueue } from "./run-queue.ts";
import type { Signal } from "./signals.ts";
import type { Tty } from "./tty.ts";
import { World } from "./world.ts";

/** Virtual time that one tick takes. */
const TICK_NANOSECONDS = 20_000;
/** Ticks a process may run while others wait. */
const QUANTUM = 50;
const FIRST_FREE_PID = 2;
const never = (): boolean => false;

export interface KernelOptions {
  readonly vfs: Vfs;
  readonly clock: Clock;
  readonly random: Random;
  readonly programs: ProgramTable;
  /** One without trouble unless given. */
  readonly world?: World;
  /** `uname -r`, e.g. "6.18.3-200.fc43.x86_64". */
  readonly release: string;
  /** `uname -v`. */
  readonly version: string;
  readonly hostname: string;
  readonly commandLine: string;
  readonly memoryBytes: number;
  /** /proc/sys/kernel/random/boot_id without its dashes; all zeros unless given. */
  readonly bootId?: string;
  readonly nextPid?: number;
  /** Our own bug inside a program; the learner sees an aborted process. */
  fault(message: string): void;
  /** See `Kernel.typed`. */
  readonly typed?: (line: string) => AfterCommand;
}

/** To be told the status of a command when it has ended. */
export type AfterCommand = (status: number) => void;

export class Kernel {
  readonly vfs: Vfs;
  readonly clock: Clock;
  readonly random: Random;
  readonly programs: ProgramTable;
  /** What is outside the machine. */
  readonly world: World;
  readonly release: string;
  readonly version: string;
  readonly commandLine: string;
  readonly memory: Memory;
  readonly bootId: string;
  #hostname: string;
  /** All terminals by the name of their device, e.g. "tty1". */
  readonly ttys = new Map<string, Tty>();
  /** Ticks since this kernel started. */
  ticks = 0;
  /** Bytes that processes have written to regular files. */
  bytesWritten = 0;
  /** After reboot(2): nothing is scheduled any more. */
  isHalted = false;

  readonly #fault: (message: string) => void;
  /** A shell begins to run what was typed at its prompt, a complete command line: for whoever looks over somebody's shoulder. */
  readonly typed: (line: string) => AfterCommand;
  readonly #processes = new ProcessTable();
  readonly #queue = new RunQueue();
  #nextPid: number;
  #current: KernelProcess | undefined;
  /** Where keys were pressed last. */
  #front: Tty | undefined;
  #quantumLeft = 0;
  #missing: Missable | undefined;

  constructor(options: KernelOptions) {
    this.vfs = options.vfs;
    this.clock = options.clock;
    this.random = options.random;
    this.programs = options.programs;
    this.world = options.world ?? new World();
    this.release = options.release;
    this.version = options.version;
    this.#hostname = options.hostname;
    this.commandLine = options.commandLine;
    this.memory = new Memory(options.memoryBytes, () => this.vfs.ramBytes);
    this.bootId = options.bootId ?? "0".repeat(32);
    this.#nextPid = options.nextPid ?? FIRST_FREE_PID;
    this.#fault = options.fault;
    this.typed = options.typed ?? (() => () => {});
  }

  /** As the running process sees it: containers have names of their own. */
  get hostname(): string {
    return this.#current?.uts?.hostname ?? this.#hostname;
  }

  set hostname(name: string) {
    const uts = this.#current?.uts;
    if (uts === undefined) this.#hostname = name;
    else uts.hostname = name;
  }

  now(): Timestamp {
    return this.clock.now;
  }

  get memoryBytes(): number {
    return this.memory.total;
  }

  /** What init starts with. */
  get initialLimits(): Limits {
    return initialLimits(this.memory.total);
  }

  // ——— the process table

  /** Starts pid 1 on `root`, with no terminal and no parent. `whole`: it sees the top of the file system, not what is mounted by default. */
  startInit(root: FileSystem, program: Program, argv: readonly string[], whole = false): KernelProcess {
    return this.#addInit(this.vfs.firstTask({ pid: 1, rootFs: root, whole }), program, argv);
  }

  /** Starts pid 1 in a restored machine, with `root` as its root directory. */
  adoptInit(program: Program, argv: readonly string[], root: string): KernelProcess {
    const task = this.vfs.task({ pid: 1, credentials: { uid: 0, gid: 0, groups: [0], privileged: true }, umask: 0o022, root, cwd: "/" });
    return this.#addInit(task, program, argv);
  }

  #addInit(task: Task, program: Program, argv: readonly string[]): KernelProcess {
    return this.#add(
      new KernelProcess(this, task, {
        parent: 0,
        processGroup: 1,
        session: 1,
        name: argv[0] ?? "init",
        argv,
        env: new Map(),
        tty: undefined,
        program,
        limits: this.initialLimits,
        held: 0,
        niceness: 0,
      }),
    );
  }

  #add(process: KernelProcess): KernelProcess {
    this.#processes.add(process);
    this.#queue.awake(process);
    return process;
  }

  /**
   * What fork(2) and execve(2) do together. Errors of the second are thrown before a process exists; EAGAIN and ENOMEM of the first.
   * `pid` is for restored processes only.
   */
  spawn(parent: KernelProcess, request: SpawnRequest, pid?: number): KernelProcess {
    if (parent.pid !== 1) this.#mayFork(parent, request.credentials ?? parent.sys.credentials);
    return this.#start(parent, request, pid ?? this.#takePid());
  }

  /** Init is never refused: without it nothing would come back. */
  #mayFork(parent: KernelProcess, credentials: Credentials): void {
    const privileged = ownsMachine(credentials);
    const uid = kernelUid({ namespace: parent.sys.credentials.namespace }, credentials.uid);
    const ofUser = mostTasksOfUser(this.memory.total);
    const most = privileged ? ofUser : Math.min(ofUser, parent.limits.get("NPROC")?.soft ?? UNLIMITED);
    const isOver = this.#processes.size >= most && this.#countOf(uid) >= most;
    if (isOver || this.#processes.size >= mostThreads(this.memory.total)) throw new SysError("EAGAIN", "fork");
    try {
      this.memory.check(PROCESS_BYTES + parent.held, privileged);
    } catch (error) {
      throw error instanceof SysError ? new SysError(error.errno, "fork") : error;
    }
  }

  #countOf(uid: number): number {
    let count = 0;
    for (const process of this.#processes.all()) if (process.uid === uid) count++;
    return count;
  }

  #start(parent: KernelProcess, request: SpawnRequest, pid: number): KernelProcess {
    const task = parent.sys.fork(pid);
    const home = request.startedBy === undefined ? parent : (request.startedBy as KernelProcess);
    try {
      if (home !== parent) task.settleIn(home.sys);
      if (request.credentials) task.credentials = request.credentials;
      if (request.cwd !== undefined) task.chdir(request.cwd);
      const { program, argv } = request;
      const target =
        typeof program === "function"
          ? { program, argv, name: argv[0]?.slice(argv[0].lastIndexOf("/") + 1) ?? parent.name }
          : this.#execute(task, program.path, argv, request.env ?? parent.env, parent.limits);
      if (request.fds) task.arrange(request.fds);
      const isNewSession = request.newSession === true;
      const group = request.processGroup;
      const child = new KernelProcess(this, task, {
        parent: parent.pid,
        processGroup: isNewSession || group === 0 ? pid : (group ?? parent.processGroup),
        session: isNewSession ? pid : parent.session,
        name: target.name,
        argv: target.argv,
        env: request.env ?? parent.env,
        tty: isNewSession ? undefined : parent.tty,
        program: target.program,
        limits: parent.limits,
        held: typeof program === "function" ? parent.held : 0,
        niceness: parent.niceness,
        pids: request.newPids === true ? { init: undefined } : home.pids,
        uts: request.hostname === undefined ? home.uts : { hostname: request.hostname },
      });
      if (request.newPids === true && child.pids !== undefined) child.pids.init = child;
      child.inheritDispositions(parent, { keepHandlers: false });
      if ("file" in target) child.becomeProgram(target);
      return this.#add(child);
    } catch (error) {
      task.exit();
      throw error;
    }
  }

  #execute(task: Task, path: string, argv: readonly string[], env: ReadonlyMap<string, string>, limits: Limits): Executable {
    checkArguments(path, argv, env, limits);
    return resolveExecutable(task, this.programs, path, argv);
  }

  #takePid(): number {
    return this.#nextPid++;
  }

  /** For a checkpoint: the number the next process gets. */
  get nextPid(): number {
    return this.#nextPid;
  }

  process(pid: number): KernelProcess | undefined {
    return this.#processes.get(pid);
  }

  /** All processes, zombies too, by pid. */
  processes(): KernelProcess[] {
    return [...this.#processes.all()];
  }

  /** Those that the running process sees: all, or those of its PID namespace. */
  visible(): KernelProcess[] {
    const pids = this.#current?.pids;
    return pids === undefined ? this.processes() : this.processes().filter((process) => process.pids === pids);
  }

  /** How many there are, zombies too. */
  get processCount(): number {
    return this.#processes.size;
  }

  /** By pid; what is asked for each time a process waits, so nothing is copied. */
  childrenOf(pid: number): Iterable<KernelProcess> & { readonly size: number } {
    return this.#processes.childrenOf(pid);
  }

  /** setpgid(2) without its checks. */
  regroup(process: KernelProcess, group: number): void {
    this.#processes.regroup(process, group);
  }

  /** Removes a zombie whose parent has been told. */
  forget(process: KernelProcess): void {
    this.#processes.remove(process);
  }

  /** Called by a process that has ended. */
  onEnd(process: KernelProcess): void {
    if (process.pids?.init === process)
      for (const other of this.processes()) if (other !== process && other.pids === process.pids) other.signal("KILL");
    for (const child of [...this.childrenOf(process.pid)]) {
      this.#processes.adopt(child, 1);
      if (child.state === "zombie") this.process(1)?.signal("CHLD");
    }
    if (process.session === process.pid && process.tty?.session === process.session) this.#hangUp(process.tty);
    const parent = this.process(process.parent);
    if (!parent || parent.signalDisposition("CHLD") === "ignore") {
      this.forget(process);
      if (parent) this.#queue.awake(parent);
    } else parent.signal("CHLD");
  }

  /** A session leader has gone: its terminal is free again and its foreground group is told. */
  #hangUp(tty: Tty): void {
    const group = tty.foregroundGroup;
    tty.session = 0;
    tty.foregroundGroup = 0;
    for (const process of this.processes()) {
      if (process.tty === tty) process.tty = undefined;
      if (group !== 0 && process.processGroup === group) process.signal("HUP");
    }
  }

  // ——— signals

  /** kill(2). Throws ESRCH, EPERM. */
  kill(sender: Process, pid: number, signal: Signal | 0): void {
    const targets =
      pid > 0
        ? [this.process(pid)].filter((process) => process !== undefined)
        : pid === -1
          ? this.processes().filter((process) => process.pid !== 1 && process.pid !== sender.pid)
          : [...this.#processes.group(pid === 0 ? sender.processGroup : -pid)];
    const alive = targets.filter((process) => process.state !== "zombie" || pid > 0);
    if (alive.length === 0) throw new SysError("ESRCH", "kill");
    const own = sender.sys.credentials;
    const self = kernelUid(own, own.uid);
    const allowed = alive.filter((process) => process.uid === self || isPrivilegedOver(own, { uid: process.uid, gid: process.gid }));
    if (allowed.length === 0) throw new SysError("EPERM", "kill");
    if (signal !== 0) for (const process of allowed) process.signal(signal);
  }

  /** From a terminal: to every process of a group. */
  signalGroup(group: number, signal: Signal): void {
    for (const process of this.#processes.group(group)) process.signal(signal);
  }

  /** Whether no process of `group` has a parent of its session outside the group, who could continue it (setpgid(2)). */
  isOrphaned(group: number): boolean {
    for (const process of this.#processes.group(group)) {
      const parent = this.process(process.parent);
      if (parent !== undefined && parent.processGroup !== group && parent.session === process.session) return false;
    }
    return true;
  }

  // ——— the scheduler

  /** The process whose system calls are being made: what /proc/self is. */
  get running(): KernelProcess | undefined {
    return this.#current;
  }

  /**
   * Runs at most `ticks` ticks. Returns how many were left when nothing was runnable any more, or something is missing; 0 when there is
   * more to do.
   * A slice never changes what happens, only how much of it; so it may also end when `isOver` says so, asked before each tick.
   */
  run(ticks: number, isOver: () => boolean = never): number {
    let left = ticks;
    while (left > 0 && !this.isHalted && !isOver()) {
      const process = this.#choose();
      this.#missing = process?.missing;
      if (!process || this.#missing) return left;
      left--;
      this.ticks++;
      this.#quantumLeft--;
      this.clock.advance(TICK_NANOSECONDS);
      process.resume();
    }
    return 0;
  }

  #choose(): KernelProcess | undefined {
    const now = this.clock.now;
    this.#queue.wakeSleepers(now);
    const current = this.#current;
    if (current && this.#quantumLeft > 0 && current.isRunnable(now)) return current;
    const chosen = this.#queue.choose(current, this.#processes.group(this.#front?.foregroundGroup ?? 0), now);
    // Its turn has not come: should a key be pressed meanwhile, whose turn it is will be asked again.
    if (chosen?.missing) return chosen;
    this.#current = chosen;
    this.#quantumLeft = QUANTUM;
    return chosen;
  }

  /** What the process whose turn it is cannot go on without. Until it is there, `run` does nothing and no time passes. */
  get missing(): Missable | undefined {
    return this.#missing?.isThere === true ? undefined : this.#missing;
  }

  /** Something has happened to `process`, which may be able to run now. */
  awake(process: KernelProcess): void {
    this.#queue.awake(process);
  }

  /** `process` wakes at `moment`, or no more by itself. */
  setTimer(process: KernelProcess, moment: Timestamp | undefined): void {
    if (process.wakesAt !== undefined) this.#queue.forgetTimer(process);
    process.wakesAt = moment;
    if (moment !== undefined) this.#queue.setTimer(process);
  }

  /** `process` has stopped: its moment may pass, and it will see so when it goes on. */
  suspendTimer(process: KernelProcess): void {
    this.#queue.forgetTimer(process);
  }

  /** Keys have been pressed at `tty`: who reads them need not wait until others have had their time. */
  bringToFront(tty: Tty): void {
    this.#front = tty;
    if (this.#current?.processGroup !== tty.foregroundGroup) this.#quantumLeft = 0;
  }

  /** Nothing to do until a key or a timer. */
  get isIdle(): boolean {
    return this.isHalted || this.#queue.isIdle(this.clock.now);
  }

  /** When the next sleeper wakes; undefined when nobody sleeps. Meaningful when `run` found nothing to do. */
  get nextWake(): Timestamp | undefined {
    return this.isHalted ? undefined : this.#queue.nextWake;
  }

  /** Jumps to the next sleeper's moment; counts as one tick, so that a log can tell before from after. */
  skipToNextWake(): void {
    const wake = this.nextWake;
    if (!wake) return;
    this.clock.advanceTo(wake);
    this.ticks++;
  }

  /** Nanoseconds until `nextWake`. */
  get sleepsFor(): number | undefined {
    const wake = this.nextWake;
    if (!wake) return undefined;
    const now = this.clock.now;
    return Math.max(0, (wake.sec - now.sec) * 1e9 + wake.nsec - now.nsec);
  }

  reportFault(process: Process, error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#fault(`${process.argv.join(" ")}: ${text}`);
  }

  /** The moment `seconds` from now. */
  in(seconds: number): Timestamp {
    return addNanoseconds(this.clock.now, seconds * 1e9);
  }
}
