/** One process: a coroutine with credentials, descriptors, signals and children. The scheduler in kernel.ts resumes it. */
import { NANOSECONDS, addNanoseconds, compareTimestamps, type Timestamp } from "../base/timestamp.ts";
import { encodeUtf8 } from "../base/utf8.ts";
import { PowerLoss } from "../vfs/disk-types.ts";
import { isSysError, SysError } from "../vfs/errno.ts";
import type { Task } from "../vfs/task.ts";
import { O } from "../vfs/types.ts";
import { kernelGid, kernelUid, ownerSeenBy, ownsMachine } from "../vfs/user-namespace.ts";
import { checkArguments, resolveExecutable, type Executable } from "./exec.ts";
import type { Kernel } from "./kernel.ts";
import { UNLIMITED, type Limit, type Limits, type Resource } from "./limits.ts";
import { PROCESS_BYTES } from "./memory.ts";
import type { Ending, PidNamespace, Process, SignalDisposition, SpawnRequest, UtsNamespace } from "./process.ts";
import { TICK, type ExitStatus, type Missable, type Program, type Run, type Wait } from "./program.ts";
import { defaultAction, type Signal } from "./signals.ts";
import type { Tty } from "./tty.ts";

/** One tick of work moves at most this much (DESIGN.md §3). */
const CHUNK_BYTES = 65536;

/** A read(2) of more takes several. */
const LONGEST_READ = 1024 * 1024;

/** Characters of text that become bytes at once. */
const LONGEST_TEXT = 1024 * 1024;

/** Bounds of a niceness: setpriority(2). */
const LEAST_NICE = -20;
const MOST_NICE = 19;

export type ProcessState = "runnable" | "waiting" | "stopped" | "zombie";

/** What a signal of one kind takes away that is pending of another. */
const CANCELLED: Readonly<Partial<Record<ReturnType<typeof defaultAction>, string>>> = { stop: "continue", continue: "stop" };

const NOTHING: Run<ExitStatus> = (function* () {
  return 0;
})();

export class KernelProcess implements Process {
  readonly pid: number;
  readonly kernel: Kernel;
  readonly sys: Task;
  startedAt: Timestamp;
  parent: number;
  processGroup: number;
  session: number;
  name: string;
  argv: readonly string[];
  env: Map<string, string>;
  tty: Tty | undefined;

  state: ProcessState = "runnable";
  /** What it waits for while `waiting`. */
  waitsFor: Wait | undefined;
  /** Set with `waitsFor` when that ends at a moment: a sleep, a poll with a deadline. */
  wakesAt: Timestamp | undefined;
  /** How it ended or stopped, until its parent has been told. */
  news: Ending | undefined;
  /** Virtual time used, in ticks. */
  ticksUsed = 0;
  limits: Limits;
  /** Bytes of anonymous memory beyond what every process has. */
  held: number;
  niceness: number;
  /** Undefined: the machine's own, as with the next. */
  pids: PidNamespace | undefined;
  uts: UtsNamespace | undefined;

  readonly #dispositions = new Map<Signal, SignalDisposition>();
  #pending: Signal[] = [];
  #interrupted = false;
  #coroutine: Run<ExitStatus>;

  constructor(
    kernel: Kernel,
    sys: Task,
    init: {
      readonly parent: number;
      readonly processGroup: number;
      readonly session: number;
      readonly name: string;
      readonly argv: readonly string[];
      readonly env: ReadonlyMap<string, string>;
      readonly tty: Tty | undefined;
      readonly program: Program;
      readonly limits: Limits;
      readonly held: number;
      readonly niceness: number;
      readonly pids?: PidNamespace | undefined;
      readonly uts?: UtsNamespace | undefined;
    },
  ) {
    this.kernel = kernel;
    this.sys = sys;
    this.pid = sys.pid;
    this.parent = init.parent;
    this.processGroup = init.processGroup;
    this.session = init.session;
    this.name = init.name;
    this.argv = init.argv;
    this.env = new Map(init.env);
    this.tty = init.tty;
    this.startedAt = kernel.now();
    this.limits = init.limits;
    this.held = init.held;
    this.niceness = init.niceness;
    this.pids = init.pids;
    this.uts = init.uts;
    sys.mostDescriptors = init.limits.get("NOFILE")?.soft ?? UNLIMITED;
    sys.mostBytes = init.limits.get("FSIZE")?.soft ?? UNLIMITED;
    sys.onTooLong = () => this.signal("XFSZ");
    kernel.memory.take(PROCESS_BYTES + init.held);
    this.#coroutine = init.program(this);
  }

  now(): Timestamp {
    return this.kernel.now();
  }

  /** The owner, as RLIMIT_NPROC counts. */
  get uid(): number {
    const { credentials } = this.sys;
    return kernelUid(credentials, credentials.uid);
  }

  get gid(): number {
    const { credentials } = this.sys;
    return kernelGid(credentials, credentials.gid);
  }

  /** Its owner as whoever runs now sees it. */
  get owner(): { readonly uid: number; readonly gid: number } {
    return ownerSeenBy(this.kernel.running?.sys.credentials ?? {}, this.sys.credentials);
  }

  /** Whether it is spared what would end others: the machine's init, or that of a PID namespace. */
  get isInit(): boolean {
    return this.pid === 1 || this.pids?.init === this;
  }

  /** setns(2) into all namespaces of `target`. EPERM. */
  setns(target: Process): void {
    const { sys, pids, uts } = target as KernelProcess;
    this.sys.setns(sys);
    this.pids = pids;
    this.uts = uts;
  }

  hold(bytes: number): void {
    if (bytes > 0) {
      if (PROCESS_BYTES + this.held + bytes > (this.limits.get("AS")?.soft ?? UNLIMITED)) throw new SysError("ENOMEM", "brk");
      this.kernel.memory.check(bytes, ownsMachine(this.sys.credentials));
    }
    this.held += bytes;
    this.kernel.memory.take(bytes);
  }

  setLimit(resource: Resource, limit: Limit): void {
    if (limit.soft > limit.hard) throw new SysError("EINVAL", "prlimit64");
    const isRaised = limit.hard > (this.limits.get(resource)?.hard ?? Infinity);
    if (isRaised && !ownsMachine(this.sys.credentials)) throw new SysError("EPERM", "prlimit64");
    this.limits = new Map([...this.limits, [resource, limit]]);
    if (resource === "NOFILE") this.sys.mostDescriptors = limit.soft;
    if (resource === "FSIZE") this.sys.mostBytes = limit.soft;
  }

  setNiceness(niceness: number, pid = this.pid): void {
    const { credentials } = this.sys;
    const target = this.kernel.process(pid);
    if (target === undefined) throw new SysError("ESRCH", "setpriority");
    const isMaster = ownsMachine(credentials);
    if (!isMaster && target.uid !== this.uid) throw new SysError("EPERM", "setpriority");
    const wanted = Math.min(MOST_NICE, Math.max(LEAST_NICE, niceness));
    if (wanted < target.niceness && !isMaster) throw new SysError("EACCES", "setpriority");
    target.niceness = wanted;
  }

  // ——— input and output

  *read(fd: number, count: number): Run<Uint8Array> {
    if (count > LONGEST_READ && !this.sys.isatty(fd)) return yield* this.#readLong(fd, count);
    return yield* this.#readOnce(fd, count);
  }

  /** In pieces, so that no tick is long. */
  *#readLong(fd: number, count: number): Run<Uint8Array> {
    const parts: Uint8Array[] = [];
    let length = 0;
    // What comes from a pipe comes as it comes.
    while (length < count && (length === 0 || this.sys.file(fd).kind !== "pipe")) {
      const part = yield* this.#readOnce(fd, Math.min(LONGEST_READ, count - length));
      if (part.length === 0) break;
      parts.push(part);
      length += part.length;
      yield TICK;
    }
    const whole = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  *#readOnce(fd: number, count: number): Run<Uint8Array> {
    for (;;) {
      if (this.#terminalInFront(fd) !== undefined) {
        yield* this.#stopFor("TTIN", "read");
        continue;
      }
      const data = this.sys.read(fd, count);
      if (data !== undefined) {
        if (data.length > CHUNK_BYTES / 2) yield TICK;
        return data;
      }
      const file = this.sys.file(fd);
      yield* this.#block({ kind: "until", reason: "read", ready: () => file.readable() }, "read");
    }
  }

  /** The controlling terminal behind `fd`, when this process is in its background; job control applies to no other. */
  #terminalInFront(fd: number): Tty | undefined {
    const { tty } = this;
    if (tty === undefined || tty.foregroundGroup === 0 || tty.foregroundGroup === this.processGroup) return undefined;
    return this.sys.descriptors().includes(fd) && this.sys.file(fd).terminal === tty ? tty : undefined;
  }

  /** A process in the background may not read from its terminal (tty(4)): its group stops, or where nobody could wake it, EIO. */
  *#stopFor(signal: "TTIN" | "TTOU", syscall: string): Run<void> {
    if (this.signalDisposition(signal) === "ignore" || this.kernel.isOrphaned(this.processGroup)) throw new SysError("EIO", syscall);
    this.kernel.signalGroup(this.processGroup, signal);
    this.#interrupted = false;
    yield TICK;
    if (!this.#interrupted) return;
    this.#interrupted = false;
    throw new SysError("EINTR", syscall);
  }

  *write(fd: number, data: Uint8Array | string): Run<void> {
    if (typeof data === "string" && data.length > LONGEST_TEXT) return yield* this.#writeLong(fd, data);
    const bytes = typeof data === "string" ? encodeUtf8(data) : data;
    if (bytes.length === 0) return;
    let done = 0;
    // With `stty tostop` output from the background stops, too, but for who ignores the signal.
    while (this.#terminalInFront(fd)?.getAttributes().tostop === true && this.signalDisposition("TTOU") !== "ignore")
      yield* this.#stopFor("TTOU", "write");
    while (done < bytes.length) {
      let written: number | undefined;
      try {
        const left = bytes.subarray(done);
        // Of a long one it matters to the file how long it is, though it is done piece by piece: what has no room for all may take none.
        const fits = left.length <= CHUNK_BYTES ? left.length : this.sys.file(fd).fits(left.length);
        written = this.sys.write(fd, fits === 0 ? left : left.subarray(0, Math.min(fits, CHUNK_BYTES)));
      } catch (error) {
        if (isSysError(error, "EPIPE")) this.signal("PIPE");
        // The kernel has sent SIGXFSZ.
        else if (!isSysError(error, "EFBIG")) throw error;
        yield TICK;
        throw error;
      }
      if (written === undefined) {
        const file = this.sys.file(fd);
        yield* this.#block({ kind: "until", reason: "write", ready: () => file.writable() }, "write");
        continue;
      }
      if (written > 0 && this.sys.file(fd).kind === "file") this.kernel.bytesWritten += written;
      done += written;
      if (done < bytes.length || written > CHUNK_BYTES / 2) yield TICK;
    }
  }

  /** In pieces, since bytes are made of text within a tick. No character in two units is torn. */
  *#writeLong(fd: number, text: string): Run<void> {
    for (let start = 0; start < text.length;) {
      const last = start + LONGEST_TEXT - 1;
      const end = /[\ud800-\udbff]/.test(text.charAt(last)) ? last : last + 1;
      yield* this.write(fd, text.slice(start, end));
      start = end;
    }
  }

  *print(text: string | Uint8Array): Run<void> {
    yield* this.write(1, text);
  }

  *printError(text: string): Run<void> {
    try {
      yield* this.write(2, text);
    } catch (error) {
      // What cannot be said is lost: standard error may be closed, or full.
      if (!isSysError(error) || error.errno === "EINTR") throw error;
    }
  }

  *readToEnd(fd: number): Run<Uint8Array> {
    const parts: Uint8Array[] = [];
    let length = 0;
    try {
      for (;;) {
        const part = yield* this.read(fd, CHUNK_BYTES);
        if (part.length === 0) break;
        this.hold(part.length);
        parts.push(part);
        length += part.length;
      }
    } finally {
      this.hold(-length);
    }
    if (parts.length === 1 && parts[0]) return parts[0];
    const whole = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  *readFile(path: string): Run<Uint8Array> {
    const fd = this.sys.open(path, O.RDONLY | O.CLOEXEC);
    try {
      return yield* this.readToEnd(fd);
    } finally {
      this.sys.close(fd);
    }
  }

  *writeFile(path: string, data: Uint8Array | string, mode = 0o666): Run<void> {
    const fd = this.sys.open(path, O.WRONLY | O.CREAT | O.TRUNC | O.CLOEXEC, mode);
    try {
      yield* this.write(fd, data);
    } finally {
      this.sys.close(fd);
    }
  }

  // ——— processes

  spawn(request: SpawnRequest): KernelProcess {
    return this.kernel.spawn(this, request);
  }

  *exec(path: string, argv: readonly string[], env?: ReadonlyMap<string, string>): Run<ExitStatus> {
    checkArguments(path, argv, env ?? this.env, this.limits);
    const target = resolveExecutable(this.sys, this.kernel.programs, path, argv);
    if (env) this.env = new Map(env);
    this.hold(-this.held);
    this.becomeProgram(target);
    return yield* target.program(this);
  }

  /** The part of execve(2) that cannot fail: names, credentials, descriptors, caught signals. */
  becomeProgram(target: Executable): void {
    this.argv = target.argv;
    this.name = target.name;
    this.sys.becomeProgram(target.file);
    this.sys.credentials = target.credentials;
    for (const [signal, disposition] of this.#dispositions) if (typeof disposition === "function") this.#dispositions.delete(signal);
  }

  *wait(
    pid = -1,
    options: { readonly nohang?: boolean; readonly untraced?: boolean } = {},
  ): Run<{ readonly pid: number; readonly ending: Ending } | undefined> {
    const find = (isWanted: (child: KernelProcess) => boolean): KernelProcess | undefined => {
      for (const child of this.kernel.childrenOf(this.pid)) if ((pid === -1 || child.pid === pid) && isWanted(child)) return child;
      return undefined;
    };
    const any = () => true;
    const changed = (child: KernelProcess) => child.news !== undefined && (child.news.kind !== "stopped" || options.untraced === true);
    const ready = () => find(changed) !== undefined || find(any) === undefined;
    for (;;) {
      if (find(any) === undefined) throw new SysError("ECHILD", "wait4");
      const child = find(changed);
      if (child?.news) {
        const ending = child.news;
        child.news = undefined;
        if (ending.kind !== "stopped") this.kernel.forget(child);
        return { pid: child.pid, ending };
      }
      if (options.nohang === true) return undefined;
      yield* this.#block({ kind: "until", reason: "child", isAnnounced: true, ready }, "wait4");
    }
  }

  *sleep(seconds: number): Run<void> {
    if (seconds <= 0) {
      yield TICK;
      return;
    }
    yield* this.#block({ kind: "sleep", nanoseconds: Math.round(seconds * NANOSECONDS) }, "clock_nanosleep");
  }

  *tick(work = 1): Run<void> {
    for (let i = 0; i < work; i++) yield TICK;
  }

  setProcessGroup(pid: number, group: number): void {
    const target = pid === 0 || pid === this.pid ? this : this.kernel.process(pid);
    if (!target || (target !== this && target.parent !== this.pid)) throw new SysError("ESRCH", "setpgid");
    this.kernel.regroup(target, group === 0 ? target.pid : group);
  }

  setForeground(group: number): void {
    if (!this.tty) throw new SysError("ENOTTY", "tcsetpgrp");
    this.tty.foregroundGroup = group;
  }

  *#block(wait: Wait, syscall: string): Run<void> {
    this.#interrupted = false;
    yield wait;
    if (this.#interrupted) {
      this.#interrupted = false;
      throw new SysError("EINTR", syscall);
    }
  }

  // ——— signals

  kill(pid: number, signal: Signal | 0): void {
    this.kernel.kill(this, pid, signal);
  }

  onSignal(signal: Signal, disposition: SignalDisposition): void {
    if (signal === "KILL" || signal === "STOP") throw new SysError("EINVAL", "rt_sigaction");
    if (disposition === "default") this.#dispositions.delete(signal);
    else this.#dispositions.set(signal, disposition);
  }

  signalDisposition(signal: Signal): SignalDisposition {
    return this.#dispositions.get(signal) ?? "default";
  }

  /** For a child: what was ignored stays ignored, what was caught is caught no more once it runs another program. */
  inheritDispositions(from: KernelProcess, options: { readonly keepHandlers: boolean }): void {
    for (const [signal, disposition] of from.#dispositions)
      if (disposition === "ignore" || options.keepHandlers) this.#dispositions.set(signal, disposition);
  }

  /** Makes `signal` pending. It acts before the process runs again. */
  signal(signal: Signal): void {
    if (this.state === "zombie") return;
    if (signal === "CONT" || signal === "KILL") this.#continue();
    // A signal to stop and one to go on cancel each other (signal(7)).
    const cancelled = CANCELLED[defaultAction(signal)];
    if (cancelled !== undefined) this.#pending = this.#pending.filter((each) => defaultAction(each) !== cancelled);
    if (!this.#pending.includes(signal)) this.#pending.push(signal);
    this.kernel.awake(this);
  }

  #continue(): void {
    if (this.state !== "stopped") return;
    this.state = this.waitsFor === undefined ? "runnable" : "waiting";
    if (this.news?.kind === "stopped") this.news = undefined;
    this.kernel.setTimer(this, this.wakesAt);
  }

  /** Whether only asking tells when it can go on: no signal and no timer will. */
  get isPolled(): boolean {
    return this.state === "waiting" && this.waitsFor?.kind === "until" && this.waitsFor.isAnnounced !== true;
  }

  /** What must come before this process can have its turn. One that a signal will end or stop needs nothing. */
  get missing(): Missable | undefined {
    if (this.waitsFor?.kind !== "resource" || this.waitsFor.resource.isThere) return undefined;
    return this.#pending.some((signal) => this.#isHeldBy(signal)) ? undefined : this.waitsFor.resource;
  }

  #isHeldBy(signal: Signal): boolean {
    const action = defaultAction(signal);
    if (this.isInit || (action !== "terminate" && action !== "stop")) return false;
    return signal === "KILL" || signal === "STOP" || this.signalDisposition(signal) === "default";
  }

  /** Whether the scheduler should look at it now. */
  isRunnable(now: Timestamp): boolean {
    if (this.state === "zombie") return false;
    if (this.#pending.length > 0 && (this.state !== "stopped" || this.#pending.includes("KILL"))) return true;
    if (this.state === "runnable") return true;
    if (this.state !== "waiting") return false;
    const wait = this.waitsFor;
    switch (wait?.kind) {
      case "until":
        return wait.ready() || (this.wakesAt !== undefined && compareTimestamps(this.wakesAt, now) <= 0);
      case "sleep":
        return this.wakesAt !== undefined && compareTimestamps(this.wakesAt, now) <= 0;
      default:
        return true;
    }
  }

  /** Acts on pending signals, then runs to the next yield. */
  resume(): void {
    if (this.#deliver()) return;
    this.waitsFor = undefined;
    this.kernel.setTimer(this, undefined);
    this.state = "runnable";
    this.ticksUsed++;
    let step: IteratorResult<Wait, ExitStatus>;
    try {
      step = this.#coroutine.next();
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (step.done === true) this.end({ kind: "exited", status: step.value & 0xff });
    else if (step.value.kind !== "tick") {
      this.state = "waiting";
      this.waitsFor = step.value;
      if (step.value.kind === "sleep") this.kernel.setTimer(this, addNanoseconds(this.kernel.now(), step.value.nanoseconds));
      else if (step.value.kind === "until") this.kernel.setTimer(this, step.value.deadline);
    }
  }

  /** True when the process does not go on: it ended or stopped. */
  #deliver(): boolean {
    for (let signal = this.#pending.shift(); signal !== undefined; signal = this.#pending.shift()) {
      const disposition = signal === "KILL" || signal === "STOP" ? "default" : this.signalDisposition(signal);
      if (disposition === "ignore") continue;
      if (disposition !== "default") {
        this.#interrupted = true;
        disposition(signal);
        continue;
      }
      // init is spared what it does not ask for (signal(7), kill(2)).
      if (this.pid === 1 || (this.isInit && signal !== "KILL")) continue;
      const action = defaultAction(signal);
      if (action === "terminate") {
        // Nothing of a program runs any more after SIGKILL: no history is written, no terminal is put right.
        if (signal !== "KILL") this.#unwind();
        this.end({ kind: "killed", signal });
        return true;
      }
      if (action === "stop") {
        this.state = "stopped";
        this.kernel.suspendTimer(this);
        this.news = { kind: "stopped", signal };
        this.kernel.process(this.parent)?.signal("CHLD");
        return true;
      }
    }
    // A signal that changed nothing leaves a waiting process waiting.
    return this.state === "waiting" && !this.#interrupted && !this.isRunnable(this.kernel.now());
  }

  /** Lets the program's finally blocks run; what they would wait for is not waited for. */
  #unwind(): void {
    try {
      this.#coroutine.return(0);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
    }
  }

  /** An exception that the program let through: its own defect, unless the power went. */
  #fail(error: unknown): void {
    if (error instanceof PowerLoss) throw error;
    if (error instanceof SysError && error.errno === "EPIPE") {
      this.end({ kind: "exited", status: 1 });
      return;
    }
    this.kernel.reportFault(this, error);
    this.end({ kind: "killed", signal: "ABRT" });
  }

  /** Ends the process without running it any further. */
  end(ending: Ending): void {
    if (this.state === "zombie") return;
    this.state = "zombie";
    this.waitsFor = undefined;
    this.kernel.setTimer(this, undefined);
    this.news = ending;
    this.kernel.memory.give(PROCESS_BYTES + this.held);
    this.sys.exit();
    // A zombie has its name and its news; what its program held is gone.
    this.#coroutine = NOTHING;
    this.#dispositions.clear();
    this.env = new Map();
    this.kernel.onEnd(this);
  }
}
