/** Waiting for the job in the foreground, and what is said about its end. */
import type { Run } from "../machine/program.ts";
import { AbandonLine } from "./errors.ts";
import { announceJobs, describeSignal, jobLine, reapBackground, stateOf, statusesOf, statusOfJob, waitForJob, type Job } from "./jobs.ts";
import type { Shell } from "./shell.ts";
import { noticeWindowSize } from "./window-size.ts";

/** Gives `job` the terminal, waits for it, takes the terminal back. Returns its status. */
export function* waitInForeground(shell: Shell, job: Job): Run<number> {
  const ownsTerminal = job.group !== 0 && shell.options.has("monitor") && shell.proc.tty !== undefined;
  if (ownsTerminal) shell.proc.setForeground(job.group);
  try {
    yield* waitForJob(shell, job);
  } finally {
    if (ownsTerminal) shell.proc.setForeground(shell.proc.processGroup);
  }
  const status = statusOfJob(job, shell.options.has("pipefail"));
  shell.pipeStatus = statusesOf(job);
  if (stateOf(job) === "stopped") {
    const wasListed = job.isBackground;
    job.isBackground = true;
    job.isAnnounced = true;
    if (!wasListed) shell.jobs.makeCurrent(job);
    yield* shell.writeError(`\n${jobLine(shell, job)}`);
    return status;
  }
  shell.jobs.remove(job);
  for (const process of job.processes) shell.jobs.takeStatus(process.pid);
  yield* reapBackground(shell);
  noticeWindowSize(shell);
  yield* reportEnd(shell, job);
  if (shell.interactive && shell.subshellLevel === 0 && shell.options.has("monitor")) yield* announceJobs(shell);
  return status;
}

/** "Terminated", "Killed" …: for a death by any signal but SIGINT and SIGPIPE. SIGINT ends the whole line at a prompt. */
function* reportEnd(shell: Shell, job: Job): Run<void> {
  if (shell.interactive && !shell.options.has("monitor")) return yield* missTerminalAfter(shell, job);
  const killed = job.processes.find((process) => process.ending?.kind === "killed");
  if (killed?.ending?.kind !== "killed") return;
  const { signal } = killed.ending;
  const last = job.processes.at(-1);
  if (signal === "INT") {
    if (!shell.interactive || shell.subshellLevel > 0) return;
    yield* shell.writeError("\n");
    if (!shell.state.traps.has("INT")) throw new AbandonLine(130, "INT");
    return;
  }
  if (signal === "PIPE" || last?.ending?.kind !== "killed") return;
  if (shell.interactive || signal === "TERM" || shell.state.traps.has(signal)) {
    if (!shell.interactive || shell.subshellLevel === 0) yield* shell.writeError(`${describeSignal(signal)}\n`);
  } else yield* reportDeath(shell, job);
}

/** A prompt without job control: bash would put the terminal right after a death by a signal, has none, and says only that. */
export function* missTerminalAfter(shell: Shell, job: Job): Run<void> {
  if (shell.subshellLevel > 0 || shell.proc.tty !== undefined || !job.processes.some((process) => process.ending?.kind === "killed"))
    return;
  yield* missTerminal(shell);
}

/** What bash says when it sets its terminal and has none. */
export function* missTerminal(shell: Shell): Run<void> {
  yield* shell.complain(`[${shell.proc.pid}: 1 (${TERMINAL_DESCRIPTOR})] tcsetattr: Inappropriate ioctl for device`);
}

/** Where bash keeps a second descriptor of its terminal. */
const TERMINAL_DESCRIPTOR = 255;

/** A shell without job control names the process and the command that a signal other than INT, PIPE and TERM killed. */
export function* reportDeath(shell: Shell, job: Job): Run<void> {
  const killed = job.processes.findLast((process) => process.ending?.kind === "killed");
  if (killed?.ending?.kind !== "killed") return;
  const { signal } = killed.ending;
  if (["INT", "PIPE", "TERM"].includes(signal) || shell.state.traps.has(signal)) return;
  yield* shell.complain(`${String(killed.pid).padStart(5)} ${describeSignal(signal).padEnd(23)} ${job.text}`);
}
