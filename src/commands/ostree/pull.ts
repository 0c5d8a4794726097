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
      { name: "cache-dir", argument: "", help: "Use custom cache dir", fidelity: "ignored" },
      { name: "disable-fsync", help: "Do not invoke fsync()", fidelity: "ignored" },
      { name: "per-object-fsync", help: "Perform writes in such a way that avoids stalling concurrent processes", fidelity: "ignored" },
      { name: "disable-static-deltas", help: "Do not use static deltas", fidelity: "ignored" },
      { name: "require-static-deltas", help: "Require static deltas", fidelity: "unbuilt" },
      { name: "mirror", help: "Write refs suitable for a mirror and fetches all refs if none provided", fidelity: "unbuilt" },
      { name: "subpath", argument: "", help: "Only pull the provided subpath(s)", fidelity: "unbuilt" },
      { name: "untrusted", help: "Verify checksums of local sources (always enabled for HTTP pulls)", fidelity: "ignored" },
      { name: "http-trusted", help: "Do not verify checksums of HTTP sources (mostly useful when mirroring)", fidelity: "ignored" },
      {
        name: "bareuseronly-files",
        help: "Reject regular files with mode outside of 0775 (world writable, suid, etc.)",
        fidelity: "unbuilt",
      },
      { name: "dry-run", help: "Only print information on what will be downloaded (requires static deltas)", fidelity: "unbuilt" },
      { name: "depth", argument: "DEPTH", help: "Traverse DEPTH parents (-1=infinite) (default: 0)" },
      { name: "url", argument: "URL", help: "Pull objects from this URL instead of the one from the remote config", fidelity: "unbuilt" },
      { name: "http-header", argument: "NAME=VALUE", help: "Add NAME=VALUE as HTTP header to all requests", fidelity: "ignored" },
      {
        name: "update-frequency",
        argument: "FREQUENCY",
        help: "Sets the update frequency, in milliseconds (0=1000ms) (default: 0)",
        fidelity: "ignored",
      },
      {
        name: "network-retries",
        argument: "N",
        help: "Specifies how many times each download should be retried upon error (default: 5)",
        fidelity: "ignored",
      },
      {
        name: "localcache-repo",
        short: "L",
        argument: "REPO",
        help: "Add REPO as local cache source for objects during this pull",
        fidelity: "unbuilt",
      },
      { name: "timestamp-check", short: "T", help: "Require fetched commits to have newer timestamps", fidelity: "unbuilt" },
      {
        name: "timestamp-check-from-rev",
        argument: "",
        help: "Require fetched commits to have newer timestamps than given rev",
        fidelity: "unbuilt",
      },
      { name: "disable-verify-bindings", help: "Do not verify commit bindings", fidelity: "ignored" },
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
