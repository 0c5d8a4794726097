import type { OstreeHost } from "../../engines/ostree/host.ts";
import { drive } from "../../engines/ostree/process.ts";
import { bootId, withWritableSysroot } from "../../engines/ostree/process.ts";
import { pull as fetchRefs, pullSummary, type PullResult } from "../../engines/ostree/pull.ts";
import { Repository } from "../../engines/ostree/repo.ts";
import { Sysroot } from "../../engines/ostree/sysroot.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { UpdateStep } from "../../engines/update-step.ts";
import { failureText } from "../../engines/ostree/errors.ts";
import { Misuse, VERBOSE, VERSION, type Verb } from "./goption.ts";
import { REPO, repositoryPath } from "./repository.ts";

export function pull(host: OstreeHost): Verb {
  return {
    name: "pull",
    operands: "REMOTE [BRANCH...]",
    about: "Download data from remote repository",
    options: [
      REPO,
      { name: "commit-metadata-only", help: "Fetch only the commit metadata" },
      { name: "disable-fsync", help: "Do not invoke fsync()", fidelity: "ignored" },
      { name: "mirror", help: "Write refs suitable for a mirror and fetches all refs if none provided", fidelity: "unbuilt" },
      { name: "depth", argument: "DEPTH", help: "Traverse DEPTH parents (-1=infinite) (default: 0)" },
      VERBOSE,
      VERSION,
    ],
    *run(call) {
      const { proc, options } = call;
      const path = repositoryPath(call);
      const [remote, ...refs] = options.operands;
      if (remote === undefined) throw new Misuse("REMOTE must be specified");
      const result = yield* withWritableSysroot(proc, { argv: proc.argv }, function* (child) {
        const started = child.now().sec;
        const repo = Repository.open(child.sys, path);
        const pulled = yield* drive(
          child,
          fetchRefs(host, repo, {
            remote,
            refs,
            running: runningCommit(child),
            bootId: bootId(child.sys),
            commitsOnly: options.has("commit-metadata-only"),
            depth: Number.parseInt(options.value("depth") ?? "0", 10) || 0,
          }),
          pullProgress(child),
        );
        return { pulled, seconds: Math.max(1, child.now().sec - started) };
      });
      yield* endProgress(proc, result.pulled, result.seconds);
      return 0;
    },
  };
}

/** The commit that this system runs; undefined when it runs from none. */
export function runningCommit(proc: Process): string | undefined {
  try {
    return new Sysroot(proc.sys).load().booted?.checksum;
  } catch (error) {
    if (isSysError(error) || failureText(error) !== undefined) return undefined;
    throw error;
  }
}

/** How long the network takes for each object. */
const SECONDS_PER_OBJECT = 0.004;
/** How often the line on a terminal is drawn anew. */
const REDRAW = 25;

/** A line that is drawn over and over while objects arrive, on a terminal; elsewhere only the time passes. */
export function pullProgress(
  proc: Process,
  write: (text: string) => Run<void> = (text) => proc.print(text),
): (step: UpdateStep) => Run<void> {
  const isTerminal = proc.sys.isatty(1);
  return function* (step) {
    if (step.name !== "pull-metadata" && step.name !== "pull-objects") return;
    yield* proc.sleep(SECONDS_PER_OBJECT);
    const { done = 0, total = 0, bytes = 0 } = step;
    if (isTerminal && (done % REDRAW === 0 || done === total)) yield* write(`\r${progressText(step.name, done, total, bytes)}\x1b[K`);
  };
}

export function progressText(name: string, done: number, total: number, bytes: number): string {
  const amount = bytes < 1000 ? `${bytes} bytes` : bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
  if (name === "pull-metadata") return `Receiving metadata objects: ${done}/(estimating) ${amount}`;
  const percent = total === 0 ? 100 : Math.floor((done * 100) / total);
  return `Receiving objects; ${percent}% (${done}/${total}) ${amount}`;
}

/** The summary line that stays. */
export function* endProgress(proc: Process, pulled: PullResult, seconds: number): Run<void> {
  const text = pullSummary(pulled, seconds);
  yield* proc.print(proc.sys.isatty(1) ? `\r${text}\x1b[K\n` : `${text}\n`);
}
