import type { OstreeHost } from "../../engines/ostree/host.ts";
import { drive } from "../../engines/ostree/process.ts";
import { bootId, withWritableSysroot } from "../../engines/ostree/process.ts";
import { awaitRefs, localRemote, pull as fetchRefs, pullSummary, type PullResult } from "../../engines/ostree/pull.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import { parseRefspec } from "../../engines/ostree/origin.ts";
import { Repository } from "../../engines/ostree/repo.ts";
import { Sysroot } from "../../engines/ostree/sysroot.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Update } from "../../engines/update-step.ts";
import { failureText } from "../../engines/ostree/errors.ts";
import { Console } from "./console.ts";
import { Misuse, VERBOSE, VERSION, type Verb } from "./goption.ts";
import { numberOption } from "./number-option.ts";
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
      { name: "require-static-deltas", help: "Require static deltas", fidelity: "simplified" },
      {
        name: "disable-retry-on-network-errors",
        help: "Do not retry when network issues happen, instead fail automatically. (Currently only affects libcurl)",
        fidelity: "ignored",
      },
      { name: "mirror", help: "Write refs suitable for a mirror and fetches all refs if none provided" },
      { name: "subpath", argument: "", help: "Only pull the provided subpath(s)", fidelity: "simplified" },
      { name: "untrusted", help: "Verify checksums of local sources (always enabled for HTTP pulls)", fidelity: "ignored" },
      { name: "http-trusted", help: "Do not verify checksums of HTTP sources (mostly useful when mirroring)", fidelity: "ignored" },
      {
        name: "bareuseronly-files",
        help: "Reject regular files with mode outside of 0775 (world writable, suid, etc.)",
        fidelity: "ignored",
      },
      { name: "dry-run", help: "Only print information on what will be downloaded (requires static deltas)", fidelity: "simplified" },
      { name: "depth", argument: "DEPTH", help: "Traverse DEPTH parents (-1=infinite) (default: 0)" },
      { name: "url", argument: "URL", help: "Pull objects from this URL instead of the one from the remote config" },
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
        name: "low-speed-limit-bytes",
        argument: "N",
        help: "The average transfer speed per second of a transfer during the time set via 'low-speed-time-seconds' for libcurl to abort(default: 1000)",
        fidelity: "ignored",
      },
      {
        name: "low-speed-time-seconds",
        argument: "N",
        help: "The time in number seconds that the transfer speed should be below the 'low-speed-limit-bytes' setting for libcurl to abort (default: 30)",
        fidelity: "ignored",
      },
      {
        name: "max-outstanding-fetcher-requests",
        argument: "N",
        help: "The max amount of concurrent connections allowed. (default: 8)",
        fidelity: "ignored",
      },
      {
        name: "localcache-repo",
        short: "L",
        argument: "REPO",
        help: "Add REPO as local cache source for objects during this pull",
        fidelity: "ignored",
      },
      { name: "timestamp-check", short: "T", help: "Require fetched commits to have newer timestamps", fidelity: "ignored" },
      {
        name: "timestamp-check-from-rev",
        argument: "",
        help: "Require fetched commits to have newer timestamps than given rev",
        fidelity: "ignored",
      },
      { name: "disable-verify-bindings", help: "Do not verify commit bindings", fidelity: "ignored" },
      VERBOSE,
      VERSION,
    ],
    *run(call) {
      const { proc, options } = call;
      const path = repositoryPath(call);
      const [first, ...more] = options.operands;
      if (first === undefined) throw new Misuse("REMOTE must be specified");
      if (options.has("dry-run") && !options.has("require-static-deltas"))
        throw new OstreeError("--dry-run requires --require-static-deltas");
      const depth = numberOption(options, "depth") ?? 0;
      // `REMOTE:REF` is a remote and the first ref.
      const { remote = first, ref } = parseRefspec(first);
      const refs = first.includes(":") ? [ref, ...more] : more;
      const url = options.value("url");
      const subpaths = options.values("subpath");
      yield* withWritableSysroot(proc, { argv: proc.argv }, function* (child) {
        const repo = Repository.open(child.sys, path);
        repo.requireWritable();
        if (options.has("require-static-deltas") && localRemote(repo, remote, url))
          throw new OstreeError("Fetch configured to require static deltas, but no summary deltas or delta index found");
        const request = {
          remote,
          refs,
          running: runningCommit(child),
          bootId: bootId(child.sys),
          commitsOnly: options.has("commit-metadata-only"),
          mirror: options.has("mirror"),
          depth,
          ...(url === undefined ? {} : { url }),
          ...(subpaths.length === 0 ? {} : { subpaths }),
        };
        yield* awaitRefs(host, repo, remote, refs);
        return yield* pulled(child, fetchRefs(host, repo, request), "always");
      });
      return 0;
    },
  };
}

/**
 * Runs a pull with its line of progress, which ends as the summary of what came: on a terminal, or wherever the output goes
 * if `where` is "always".
 */
export function* pulled(proc: Process, update: Update<PullResult>, where: "always" | "on a terminal"): Run<PullResult> {
  const console = new Console(proc);
  const started = proc.now().sec;
  yield* console.begin();
  let isComplete = false;
  try {
    const result = yield* drive(proc, update, function* (step) {
      if (step.name !== "pull-metadata" && step.name !== "pull-objects") return;
      yield* proc.sleep(SECONDS_PER_OBJECT);
      const { done = 0, total = 0, bytes = 0 } = step;
      if (console.isTerminal) yield* console.text(progressText(step.name, done, total, bytes), false);
    });
    isComplete = true;
    if (console.isTerminal || where === "always") yield* console.text(pullSummary(result, Math.max(1, proc.now().sec - started)));
    return result;
  } finally {
    if (isComplete || console.isTerminal) yield* console.end();
  }
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
export function progressText(name: string, done: number, total: number, bytes: number): string {
  const amount = bytes < 1000 ? `${bytes} bytes` : bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
  if (name === "pull-metadata") return `Receiving metadata objects: ${done}/(estimating) ${amount}`;
  const percent = total === 0 ? 100 : Math.floor((done * 100) / total);
  return `Receiving objects; ${percent}% (${done}/${total}) ${amount}`;
}
