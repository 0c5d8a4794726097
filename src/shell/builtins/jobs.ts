/** jobs, fg, bg, wait, kill, disown. */
import { fail, parseOptions, usageError, type OrdinaryBuiltin } from "../builtin.ts";
import { isSysError } from "../../vfs/errno.ts";
import { missTerminal, missTerminalAfter, reportDeath, waitInForeground } from "../foreground.ts";
import { announceJobs, jobLine, pollJobs, reapBackground, stateOf, statusOf, statusOfJob, waitForJob, type Job } from "../jobs.ts";
import { SIGNALS, type Signal } from "../../machine/signals.ts";
import type { Run } from "../../machine/program.ts";
import type { Shell } from "../shell.ts";
import { parseReference } from "../variables.ts";
import { handleSignals } from "../traps.ts";

/** The job that `spec` names, after a complaint undefined. */
function* lookUp(shell: Shell, name: string, spec: string | undefined): Run<Job | undefined> {
  const found = spec === undefined ? shell.jobs.current : /^\d+$/.test(spec) ? shell.jobs.byPid(Number(spec)) : shell.jobs.find(spec);
  if (found !== undefined && found !== "ambiguous") return found;
  if (found === "ambiguous") yield* shell.complain(`${name}: ${(spec ?? "").replace(/^%\??/, "")}: ambiguous job spec`);
  yield* shell.complain(`${name}: ${spec ?? "current"}: no such job`);
  return undefined;
}

const jobs: OrdinaryBuiltin = {
  name: "jobs",
  usage: "jobs [-lnprs] [jobspec ...] or jobs -x command [args]",
  summary: "Display status of jobs.",
  *run(shell, args) {
    const options = parseOptions(args, "lnprs");
    if (typeof options === "string") return yield* usageError(shell, jobs, options);
    yield* pollJobs(shell);
    const chosen: Job[] = [];
    let status = 0;
    for (const spec of options.operands) {
      const job = yield* lookUp(shell, "jobs", spec);
      if (job === undefined) status = 1;
      else chosen.push(job);
    }
    for (const job of options.operands.length > 0 ? chosen : [...shell.jobs.listed]) {
      const state = stateOf(job);
      if ((options.has("r") && state !== "running") || (options.has("s") && state !== "stopped") || (options.has("n") && job.isAnnounced))
        continue;
      yield* shell.proc.print(options.has("p") ? `${job.processes[0]?.pid ?? 0}\n` : jobLine(shell, job, options.has("l")));
      job.isAnnounced = true;
      if (state === "ended") shell.jobs.remove(job);
    }
    return status;
  },
};

/** Lets a stopped job go on. */
function resume(shell: Shell, job: Job): void {
  for (const process of job.processes) if (process.state === "stopped") process.state = "running";
  try {
    shell.proc.kill(job.group > 0 ? -job.group : (job.processes[0]?.pid ?? 0), "CONT");
  } catch (error) {
    if (!isSysError(error, "ESRCH")) throw error;
  }
}

const fg: OrdinaryBuiltin = {
  name: "fg",
  usage: "fg [job_spec]",
  summary: "Move job to the foreground.",
  *run(shell, args) {
    if (!shell.options.has("monitor")) return yield* fail(shell, "fg", "no job control");
    const job = yield* lookUp(shell, "fg", args[0]);
    if (job === undefined) return 1;
    yield* pollJobs(shell);
    if (stateOf(job) === "ended") {
      shell.jobs.remove(job);
      return yield* fail(shell, "fg", "job has terminated");
    }
    yield* shell.proc.print(`${job.text}\n`);
    job.isBackground = false;
    shell.jobs.makeCurrent(job);
    resume(shell, job);
    // The terminal is to be the job's; where there is none, that is told, and nothing more comes of it.
    if (shell.interactive && shell.proc.tty === undefined) yield* missTerminal(shell);
    return yield* waitInForeground(shell, job);
  },
};

const bg: OrdinaryBuiltin = {
  name: "bg",
  usage: "bg [job_spec ...]",
  summary: "Move jobs to the background.",
  *run(shell, args) {
    if (!shell.options.has("monitor")) return yield* fail(shell, "bg", "no job control");
    let status = 0;
    for (const spec of args.length > 0 ? args : [undefined]) {
      const job = yield* lookUp(shell, "bg", spec);
      if (job === undefined) status = 1;
      else if (stateOf(job) === "running") yield* shell.complain(`bg: job ${job.number} already in background`);
      else {
        yield* shell.proc.print(`[${job.number}]${shell.jobs.mark(job)} ${job.text} &\n`);
        resume(shell, job);
        shell.state.lastBackground = job.processes.at(-1)?.pid;
      }
    }
    return status;
  },
};

const wait: OrdinaryBuiltin = {
  name: "wait",
  usage: "wait [-fn] [-p var] [id ...]",
  summary: "Wait for job completion and return exit status.",
  *run(shell, args) {
    const options = parseOptions(args, "fnp:");
    if (typeof options === "string") return yield* usageError(shell, wait, options);
    const variable = options.argument("p");
    if (variable !== undefined && parseReference(variable) === undefined)
      return yield* fail(shell, "wait", `\`${variable}': not a valid identifier`);
    if (variable !== undefined) shell.variables.unset(variable);
    if (options.has("n")) return yield* waitForNext(shell, options.operands, variable);
    if (options.operands.length === 0) {
      yield* pollJobs(shell);
      for (const job of [...shell.jobs.listed]) {
        const wasRunning = stateOf(job) === "running";
        const interrupted = yield* waitOne(shell, job);
        if (interrupted !== undefined) return interrupted;
        if (stateOf(job) !== "ended") continue;
        if (wasRunning || !shell.interactive) yield* tellOfEnd(shell, job);
        shell.jobs.remove(job);
      }
      return 0;
    }
    let status = 0;
    for (const id of options.operands) {
      const pid = /^\d+$/.test(id) ? id : String(jobOf(shell, id)?.processes.at(-1)?.pid ?? "");
      status = yield* waitFor(shell, id);
      if (variable !== undefined && pid !== "") shell.variables.assign(variable, pid);
    }
    return status;
  },
};

/** Waits for `job`; the status when a trapped signal cut it short. */
function* waitOne(shell: Shell, job: Job): Run<number | undefined> {
  if ((yield* waitForJob(shell, job, true)) === "done") return undefined;
  const signal = shell.pendingSignals[0];
  yield* handleSignals(shell);
  return signal === undefined ? 0 : 128 + SIGNALS[signal];
}

/** A job that was waited for is known no more; with job control its end is told first. */
function* forget(shell: Shell, job: Job): Run<void> {
  if (stateOf(job) !== "ended") return;
  yield* tellOfEnd(shell, job);
  if (!shell.interactive || !shell.options.has("monitor")) shell.jobs.remove(job);
}

/**
 * What is said of a background job that ended, or was waited for: with job control its line, else a death by a signal. At a prompt
 * whatever else has ended meanwhile is told, too.
 */
function* tellOfEnd(shell: Shell, job: Job): Run<void> {
  if (shell.interactive) {
    job.isAnnounced = false;
    if (shell.options.has("monitor")) yield* announceJobs(shell);
    else yield* missTerminalAfter(shell, job);
    return;
  }
  if (shell.options.has("monitor")) yield* shell.writeError(jobLine(shell, job));
  else yield* reportDeath(shell, job);
}

function jobOf(shell: Shell, spec: string): Job | undefined {
  const found = /^\d+$/.test(spec) ? shell.jobs.byPid(Number(spec)) : shell.jobs.find(spec);
  return found === "ambiguous" ? undefined : found;
}

function* waitFor(shell: Shell, id: string): Run<number> {
  if (id.startsWith("%")) {
    const job = yield* lookUp(shell, "wait", id);
    if (job === undefined) return 127;
    const interrupted = yield* waitOne(shell, job);
    if (interrupted !== undefined) return interrupted;
    const status = statusOfJob(job, shell.options.has("pipefail"));
    yield* forget(shell, job);
    return status;
  }
  if (!/^\d+$/.test(id)) return yield* fail(shell, "wait", `\`${id}': not a pid or valid job spec`);
  const pid = Number(id);
  const job = shell.jobs.byPid(pid);
  if (job === undefined) {
    const known = shell.jobs.statusOf(pid);
    if (known !== undefined) return known;
    return yield* waitForStranger(shell, pid);
  }
  const interrupted = yield* waitOne(shell, job);
  if (interrupted !== undefined) return interrupted;
  const ending = job.processes.find((process) => process.pid === pid)?.ending;
  yield* forget(shell, job);
  return ending === undefined ? 127 : statusOf(ending);
}

/** A child that is in no job: a process substitution. */
function* waitForStranger(shell: Shell, pid: number): Run<number> {
  try {
    const news = yield* shell.proc.wait(pid);
    return news === undefined ? 127 : statusOf(news.ending);
  } catch (error) {
    if (!isSysError(error)) throw error;
    return yield* fail(shell, "wait", `pid ${pid} is not a child of this shell`, 127);
  }
}

/** `wait -n [ID…]`: the first of the jobs to end. */
function* waitForNext(shell: Shell, ids: readonly string[], variable: string | undefined): Run<number> {
  const chosen: Job[] = [];
  for (const id of ids) {
    const job = jobOf(shell, id);
    if (job === undefined) yield* shell.complain(`wait: ${id}: no such job`);
    else chosen.push(job);
  }
  for (;;) {
    yield* pollJobs(shell);
    const listed = ids.length > 0 ? chosen : shell.jobs.listed;
    if (listed.length === 0) return 127;
    const done = listed.find((job) => stateOf(job) === "ended");
    if (done !== undefined) {
      if (variable !== undefined) shell.variables.assign(variable, String(done.processes.at(-1)?.pid ?? 0));
      const status = statusOfJob(done, false);
      yield* tellOfEnd(shell, done);
      shell.jobs.remove(done);
      return status;
    }
    try {
      yield* shell.proc.sleep(0.001);
    } catch (error) {
      if (!isSysError(error, "EINTR")) throw error;
      if (shell.pendingSignals.length > 0) yield* handleSignals(shell);
    }
  }
}

/** The signal that `text` names, by number or name, with or without SIG; 0 for the test. */
function signalOf(text: string): Signal | 0 | undefined {
  if (text === "0" || text.toUpperCase() === "EXIT") return 0;
  const upper = text.toUpperCase().replace(/^SIG/, "");
  if (upper in SIGNALS) return upper as Signal;
  return Object.entries(SIGNALS).find(([, number]) => String(number) === text)?.[0] as Signal | undefined;
}

const kill: OrdinaryBuiltin = {
  name: "kill",
  usage: "kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]",
  summary: "Send a signal to a job.",
  *run(shell, args) {
    const [first = ""] = args;
    if (first === "-l" || first === "-L") return yield* listSignals(shell, args.slice(1));
    let text = "TERM";
    let operands = args;
    if (first === "-s" || first === "-n") {
      if (args[1] === undefined) return yield* fail(shell, "kill", `${first}: option requires an argument`);
      text = args[1];
      operands = args.slice(2);
    } else if (first !== "--" && /^-./.test(first)) {
      text = first.slice(1);
      operands = args.slice(1);
    }
    if (operands[0] === "--") operands = operands.slice(1);
    const signal = signalOf(text);
    if (signal === undefined) return yield* fail(shell, "kill", `${text}: invalid signal specification`);
    if (operands.length === 0) {
      yield* shell.writeError(`kill: usage: ${kill.usage}\n`);
      return 2;
    }
    yield* reapBackground(shell);
    let status = 0;
    for (const operand of operands) {
      const sent = yield* sendTo(shell, operand, signal);
      if (!sent) status = 1;
    }
    yield* shell.proc.tick();
    return status;
  },
};

function* sendTo(shell: Shell, operand: string, signal: Signal | 0): Run<boolean> {
  let target: number;
  if (operand.startsWith("%")) {
    const job = yield* lookUp(shell, "kill", operand);
    if (job === undefined) return false;
    if (signal === "CONT") {
      resume(shell, job);
      return true;
    }
    target = job.group > 0 ? -job.group : (job.processes[0]?.pid ?? 0);
    if (stateOf(job) === "stopped" && (signal === "TERM" || signal === "HUP")) shell.proc.kill(target, "CONT");
  } else if (/^-?\d+$/.test(operand)) target = Number(operand);
  else {
    yield* shell.complain(`kill: ${operand}: arguments must be process or job IDs`);
    return false;
  }
  try {
    shell.proc.kill(target, signal);
    return true;
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* shell.complain(`kill: (${target}) - ${error.text}`);
    return false;
  }
}

function* listSignals(shell: Shell, args: readonly string[]): Run<number> {
  if (args.length === 0) {
    const entries = Object.entries(SIGNALS).map(([name, number]) => `${String(number).padStart(2)}) SIG${name}`);
    let out = "";
    entries.forEach((entry, i) => (out += entry + ((i + 1) % 5 === 0 || i === entries.length - 1 ? "\n" : "\t")));
    yield* shell.proc.print(out);
    return 0;
  }
  let status = 0;
  for (const arg of args) {
    const number = Number(arg);
    const signal = signalOf(/^\d+$/.test(arg) && number > 128 ? String(number - 128) : arg);
    if (signal === undefined) status = yield* fail(shell, "kill", `${arg}: invalid signal specification`);
    else yield* shell.proc.print(/^\d+$/.test(arg) ? `${signal === 0 ? "EXIT" : signal}\n` : `${signal === 0 ? 0 : SIGNALS[signal]}\n`);
  }
  return status;
}

const disown: OrdinaryBuiltin = {
  name: "disown",
  usage: "disown [-h] [-ar] [jobspec ... | pid ...]",
  summary: "Remove jobs from current shell.",
  *run(shell, args) {
    const options = parseOptions(args, "har");
    if (typeof options === "string") return yield* usageError(shell, disown, options);
    const chosen: Job[] =
      options.has("a") || options.has("r") ? shell.jobs.listed.filter((job) => !options.has("r") || stateOf(job) === "running") : [];
    if (chosen.length === 0) {
      for (const spec of options.operands.length > 0 ? options.operands : [undefined]) {
        const job = yield* lookUp(shell, "disown", spec);
        if (job === undefined) return 1;
        chosen.push(job);
      }
    }
    for (const job of chosen) {
      if (options.has("h")) job.isSpared = true;
      else {
        shell.jobs.remove(job);
        shell.jobs.disowned = [...shell.jobs.disowned, job];
      }
    }
    return 0;
  },
};

export const jobBuiltins = [jobs, fg, bg, wait, kill, disown];
