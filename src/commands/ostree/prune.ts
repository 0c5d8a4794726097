import { OstreeError } from "../../engines/ostree/errors.ts";
import { removeDeltasOf } from "../../engines/ostree/deltas.ts";
import { formatSize } from "../../engines/ostree/format-size.ts";
import { parseTime } from "../../engines/ostree/parse-time.ts";
import { drive, watchNothing } from "../../engines/ostree/process.ts";
import { deleteCommit, prune as remove } from "../../engines/ostree/prune.ts";
import { VERBOSE, VERSION, type Verb } from "./goption.ts";
import { numberOption } from "./number-option.ts";
import { openRepository, REPO } from "./repository.ts";

const DELTAS_OF_WHAT = "--static-deltas-only requires --delete-commit; see https://github.com/ostreedev/ostree/issues/1479";

export const prune: Verb = {
  name: "prune",
  about: "Search for unreachable objects",
  options: [
    REPO,
    { name: "no-prune", help: "Only display unreachable objects; don't delete" },
    { name: "refs-only", help: "Only compute reachability via refs" },
    { name: "depth", argument: "DEPTH", help: "Only traverse DEPTH parents for each commit (default: -1=infinite)" },
    { name: "delete-commit", argument: "COMMIT", help: "Specify a commit to delete" },
    { name: "keep-younger-than", argument: "DATE", help: "Prune all commits older than the specified date" },
    {
      name: "static-deltas-only",
      help: "Change the behavior of delete-commit and keep-younger-than to prune only static deltas",
    },
    { name: "retain-branch-depth", argument: "BRANCH=DEPTH", help: "Additionally retain BRANCH=DEPTH commits" },
    { name: "only-branch", argument: "BRANCH", help: "Only prune BRANCH (may be specified multiple times)" },
    { name: "commit-only", help: "Only traverse and delete commit objects." },
    VERBOSE,
    VERSION,
  ],
  *run(call) {
    const { proc, options } = call;
    const depth = numberOption(options, "depth") ?? -1;
    const repo = yield* openRepository(call);
    repo.requireWritable();
    const dryRun = options.has("no-prune");
    const doomed = options.value("delete-commit");
    const isAboutDeltas = options.has("static-deltas-only");
    if (isAboutDeltas && doomed === undefined) throw new OstreeError(DELTAS_OF_WHAT);
    if (isAboutDeltas) removeDeltasOf(repo, doomed ?? "");
    else if (doomed !== undefined) deleteCommit(repo, doomed);
    const since = options.value("keep-younger-than");
    const commitsOnly = options.has("commit-only");
    const total = [...repo.objects()].filter(({ kind }) => !commitsOnly || kind === "commit").length;
    const only = options.values("only-branch");
    for (const branch of only) repo.resolve(branch);
    const request = {
      refsOnly: options.has("refs-only") || since !== undefined || only.length > 0 || options.has("retain-branch-depth"),
      depth: since === undefined ? depth : 0,
      dryRun,
      commitsOnly,
      ...(since === undefined ? {} : { youngerThan: parseTime(since) }),
      ...(only.length === 0 ? {} : { onlyBranches: only }),
      branchDepths: new Map(options.values("retain-branch-depth").map(branchDepth)),
    };
    const result = yield* drive(proc, remove(repo, request), watchNothing);
    yield* proc.print(`Total ${commitsOnly ? "(commit only) " : ""}objects: ${total}\n`);
    if (result.removed === 0) yield* proc.print("No unreachable objects\n");
    else if (dryRun) yield* proc.print(`Would delete: ${result.removed} objects, freeing ${formatSize(result.freed)}\n`);
    else yield* proc.print(`Deleted ${result.removed} objects, ${formatSize(result.freed)} freed\n`);
    return 0;
  },
};

function branchDepth(text: string): readonly [string, number] {
  const at = text.indexOf("=");
  if (at < 0) throw new OstreeError(`Invalid value ${text}, must specify BRANCH=DEPTH`);
  const depth = Number.parseInt(text.slice(at + 1), 10);
  if (Number.isNaN(depth)) throw new OstreeError(`Invalid depth ${text.slice(at + 1)}`);
  return [text.slice(0, at), depth];
}
