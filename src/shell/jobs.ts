/** Jobs: the pipelines that the shell started, and what became of them. */
import type { Ending } from "../machine/process.ts";
import type { ExitStatus, Run } from "../machine/program.ts";
import { SIGNALS, type Signal } from "../machine/signals.ts";
import { isSysError } from "../vfs/errno.ts";
import type { Shell } from "./shell.ts";

export interface JobProcess {
  readonly pid: number;
  state: "running" | "stopped" | "ended";
  ending: Ending | undefined;
}

export interface Job {
  readonly number: number;
  /** Process group; 0 when the job runs in the shell's own. */
  readonly group: number;
  readonly processes: readonly JobProcess[];
  /** As `jobs` shows it. */
  readonly text: string;
  /** Where it was started, for `jobs` when the shell has moved since. */
  readonly directory: string;
  /** Started with `&` or sent to the background; a job in the foreground is not listed until it stops. */
  isBackground: boolean;
  /** Its present state has been shown to the user. */
  isAnnounced: boolean;
  /** `disown -h`. */
  isSpared: boolean;
  /** Started by the shell that this one is a subshell of. */
  readonly isForeign: boolean;
}

/** The jobs of one shell. */
export class JobTable {
  readonly #jobs: Job[] = [];
  /** Job numbers, the current one (`%+`) last. */
  #order: number[] = [];
  /** What ended children left behind for `wait PID`. */
  readonly #statuses = new Map<number, ExitStatus>();

  get all(): readonly Job[] {
    return this.#jobs;
  }

  /** Jobs that `disown` took off the list: their ends are still taken notice of. */
  disowned: readonly Job[] = [];

  /** For a subshell: it can list its parent's jobs, and not wait for them. */
  fork(): JobTable {
    const copy = new JobTable();
    for (const job of this.listed) copy.#jobs.push({ ...job, isForeign: true });
    copy.#order = [...this.#order];
    return copy;
  }

  /** Jobs that `jobs` lists. */
  get listed(): readonly Job[] {
    return this.#jobs.filter((job) => job.isBackground);
  }

  add(init: {
    readonly group: number;
    readonly pids: readonly number[];
    readonly text: string;
    readonly directory: string;
    readonly isBackground: boolean;
  }): Job {
    const job: Job = {
      number: Math.max(0, ...this.#jobs.map((other) => other.number)) + 1,
      group: init.group,
      processes: init.pids.map((pid) => ({ pid, state: "running", ending: undefined })),
      text: init.text,
      directory: init.directory,
      isBackground: init.isBackground,
      isAnnounced: true,
      isSpared: false,
      isForeign: false,
    };
    this.#jobs.push(job);
    if (init.isBackground) this.makeCurrent(job);
    return job;
  }

  remove(job: Job): void {
    const at = this.#jobs.indexOf(job);
    if (at >= 0) this.#jobs.splice(at, 1);
    this.#order = this.#order.filter((number) => number !== job.number);
  }

  makeCurrent(job: Job): void {
    this.#order = [...this.#order.filter((number) => number !== job.number), job.number];
  }

  /** `+` for the current job, `-` for the one before, else a blank. Stopped jobs come before running ones. */
  mark(job: Job): "+" | "-" | " " {
    const ranked = this.#ranked();
    return ranked.at(-1) === job ? "+" : ranked.at(-2) === job ? "-" : " ";
  }

  #ranked(): Job[] {
    const listed = this.#order
      .map((number) => this.#jobs.find((job) => job.number === number))
      .filter((job) => job?.isBackground === true) as Job[];
    const stopped = listed.filter((job) => stateOf(job) === "stopped");
    return [...listed.filter((job) => stateOf(job) !== "stopped"), ...stopped];
  }

  get current(): Job | undefined {
    return this.#ranked().at(-1);
  }

  get previous(): Job | undefined {
    return this.#ranked().at(-2) ?? this.current;
  }

  /** `%2`, `%+`, `%%`, `%-`, `%name`, `%?part`; undefined when there is none, "ambiguous" when several match. */
  find(spec: string): Job | "ambiguous" | undefined {
    const body = spec.replace(/^%/, "");
    if (body === "" || body === "%" || body === "+") return this.current;
    if (body === "-") return this.previous;
    if (/^\d+$/.test(body)) return this.listed.find((job) => job.number === Number(body));
    const matches = this.listed.filter((job) => (body.startsWith("?") ? job.text.includes(body.slice(1)) : job.text.startsWith(body)));
    return matches.length > 1 ? "ambiguous" : matches[0];
  }

  byPid(pid: number): Job | undefined {
    return this.#jobs.find((job) => job.processes.some((process) => process.pid === pid));
  }

  remember(pid: number, status: ExitStatus): void {
    this.#statuses.set(pid, status);
  }

  /** The status of a background child that has ended, as often as `wait` asks. */
  statusOf(pid: number): ExitStatus | undefined {
    return this.#statuses.get(pid);
  }

  /** Forgets the status of a child that nobody can wait for. */
  takeStatus(pid: number): ExitStatus | undefined {
    const status = this.#statuses.get(pid);
    this.#statuses.delete(pid);
    return status;
  }
}

export function stateOf(job: Job): "running" | "stopped" | "ended" {
  if (job.processes.every((process) => process.state === "ended")) return "ended";
  return job.processes.some((process) => process.state === "running") ? "running" : "stopped";
}

/** What `$?` becomes for an ending. */
export function statusOf(ending: Ending): ExitStatus {
  return ending.kind === "exited" ? ending.status : 128 + SIGNALS[ending.signal];
}

/** Status of the job's last process; with pipefail of the last that failed. */
export function statusOfJob(job: Job, pipefail: boolean): ExitStatus {
  const statuses = statusesOf(job);
  return (pipefail ? statuses.findLast((status) => status !== 0) : statuses.at(-1)) ?? 0;
}

/** For PIPESTATUS. */
export function statusesOf(job: Job): ExitStatus[] {
  return job.processes.map((process) => (process.ending === undefined ? 0 : statusOf(process.ending)));
}

function record(shell: Shell, process: JobProcess, ending: Ending): void {
  process.ending = ending;
  process.state = ending.kind === "stopped" ? "stopped" : "ended";
  if (process.state !== "ended") return;
  shell.jobs.remember(process.pid, statusOf(ending));
  if (shell.coprocess?.pid === process.pid) endCoprocess(shell);
}

/** A coprocess that has ended takes its variables and descriptors with it. */
function endCoprocess(shell: Shell): void {
  const { name, descriptors } = shell.coprocess ?? { name: "", descriptors: [] };
  shell.coprocess = undefined;
  for (const fd of descriptors) {
    try {
      shell.proc.sys.close(fd);
    } catch (error) {
      if (!isSysError(error, "EBADF")) throw error;
    }
  }
  for (const each of [name, `${name}_PID`]) shell.variables.unset(each);
}

/** Waits until no process of `job` runs any more: it has ended or, with job control, stopped. A caught signal does not cut it short unless `onSignal` says so. */
export function* waitForJob(shell: Shell, job: Job, interruptible = false): Run<"done" | "interrupted"> {
  const untraced = shell.options.has("monitor");
  for (const process of job.processes) {
    while (process.state === "running") {
      try {
        const news = yield* shell.proc.wait(process.pid, { untraced });
        if (news !== undefined) record(shell, process, news.ending);
      } catch (error) {
        if (isSysError(error, "EINTR")) {
          if (interruptible && shell.pendingSignals.length > 0) return "interrupted";
          continue;
        }
        if (!isSysError(error, "ECHILD")) throw error;
        record(shell, process, { kind: "exited", status: 127 });
      }
    }
  }
  return "done";
}

/** Looks at background jobs without waiting; what changed is not announced yet. */
export function* pollJobs(shell: Shell): Run<void> {
  for (const job of [...shell.jobs.all, ...shell.jobs.disowned]) {
    if (job.isForeign) continue;
    for (const process of job.processes) {
      if (process.state === "ended") continue;
      try {
        const news = yield* shell.proc.wait(process.pid, { nohang: true, untraced: true });
        if (news === undefined) continue;
        record(shell, process, news.ending);
        if (stateOf(job) !== "running") job.isAnnounced = false;
      } catch (error) {
        if (!isSysError(error, "ECHILD")) throw error;
        record(shell, process, { kind: "exited", status: 127 });
      }
    }
  }
  if (shell.jobs.disowned.length > 0) shell.jobs.disowned = shell.jobs.disowned.filter((job) => stateOf(job) !== "ended");
}

/** As SIGCHLD has the shell do: children that have ended in the background do not stay zombies. */
export function* reapBackground(shell: Shell): Run<void> {
  if (shell.jobs.disowned.length > 0 || shell.jobs.all.some((job) => job.isBackground && stateOf(job) !== "ended")) yield* pollJobs(shell);
}

/** Waits for one child that is no job: a command substitution, a subshell. */
export function* ending(shell: Shell, pid: number): Run<ExitStatus> {
  for (;;) {
    try {
      const news = yield* shell.proc.wait(pid);
      if (news !== undefined) return statusOf(news.ending);
    } catch (error) {
      if (!isSysError(error, "EINTR")) throw error;
    }
  }
}

/** strsignal(3), as bash prints what ended a job. */
const DESCRIPTIONS: Readonly<Partial<Record<Signal, string>>> = {
  HUP: "Hangup",
  INT: "Interrupt",
  QUIT: "Quit",
  ILL: "Illegal instruction",
  TRAP: "Trace/breakpoint trap",
  ABRT: "Aborted",
  BUS: "Bus error",
  FPE: "Floating point exception",
  KILL: "Killed",
  USR1: "User defined signal 1",
  SEGV: "Segmentation fault",
  USR2: "User defined signal 2",
  PIPE: "Broken pipe",
  ALRM: "Alarm clock",
  TERM: "Terminated",
  STKFLT: "Stack fault",
  XCPU: "CPU time limit exceeded",
  XFSZ: "File size limit exceeded",
  VTALRM: "Virtual timer expired",
  PROF: "Profiling timer expired",
  IO: "I/O possible",
  PWR: "Power failure",
  SYS: "Bad system call",
};

const STOPS: Readonly<Partial<Record<Signal, string>>> = { STOP: " (signal)", TTIN: " (tty input)", TTOU: " (tty output)" };

export function describeSignal(signal: Signal): string {
  return DESCRIPTIONS[signal] ?? `Unknown signal ${SIGNALS[signal]}`;
}

/** The state of a job as `jobs` and the notices word it; `jobs -l` tells what stopped it. */
export function describeJob(job: Job, isLong = false): string {
  const state = stateOf(job);
  if (state === "running") return "Running";
  if (state === "stopped") {
    const stop = job.processes.findLast((process) => process.ending?.kind === "stopped")?.ending;
    return `Stopped${isLong && stop?.kind === "stopped" ? (STOPS[stop.signal] ?? "") : ""}`;
  }
  const last = job.processes.at(-1)?.ending;
  if (last === undefined) return "Done";
  if (last.kind === "exited") return last.status === 0 ? "Done" : `Exit ${last.status}`;
  return describeSignal(last.signal);
}

/** `[1]+  Running                 sleep 10 &`. With `withPid` as `jobs -l`. */
export function jobLine(shell: Shell, job: Job, withPid = false): string {
  const state = describeJob(job, withPid);
  const pid = withPid ? `${String(job.processes[0]?.pid ?? 0).padStart(5)} ` : " ";
  const moved = job.directory === shell.state.directory ? "" : `  (wd: ${job.directory})`;
  return `[${job.number}]${shell.jobs.mark(job)} ${pid}${state.padEnd(24)}${job.text}${stateOf(job) === "running" ? " &" : ""}${moved}\n`;
}

/** Tells of background jobs that ended or stopped since the last time (with job control), and forgets the ended ones. */
export function* announceJobs(shell: Shell): Run<void> {
  yield* pollJobs(shell);
  for (const job of [...shell.jobs.listed]) {
    if (job.isAnnounced) continue;
    job.isAnnounced = true;
    if (shell.options.has("monitor")) yield* shell.writeError(jobLine(shell, job));
    if (stateOf(job) === "ended") shell.jobs.remove(job);
  }
}
