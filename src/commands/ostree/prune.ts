import { formatSize } from "../../engines/ostree/format-size.ts";
import { drive, watchNothing } from "../../engines/ostree/process.ts";
import { prune as remove } from "../../engines/ostree/prune.ts";
import { VERBOSE, VERSION, type Verb } from "./goption.ts";
import { openRepository, REPO } from "./repository.ts";

export const prune: Verb = {
  name: "prune",
  about: "Search for unreachable objects",
  options: [
    REPO,
    { name: "no-prune", help: "Only display unreachable objects; don't delete" },
    { name: "refs-only", help: "Only compute reachability via refs" },
    { name: "depth", argument: "DEPTH", help: "Only traverse DEPTH parents for each commit (default: -1=infinite)" },
    { name: "delete-commit", argument: "COMMIT", help: "Specify a commit to delete", fidelity: "unbuilt" },
    { name: "keep-younger-than", argument: "DATE", help: "Prune all commits older than the specified date", fidelity: "unbuilt" },
    {
      name: "static-deltas-only",
      help: "Change the behavior of delete-commit and keep-younger-than to prune only static deltas",
      fidelity: "unbuilt",
    },
    { name: "retain-branch-depth", argument: "BRANCH=DEPTH", help: "Additionally retain BRANCH=DEPTH commits", fidelity: "unbuilt" },
    { name: "only-branch", argument: "BRANCH", help: "Only prune BRANCH (may be specified multiple times)", fidelity: "unbuilt" },
    { name: "commit-only", help: "Only traverse and delete commit objects.", fidelity: "unbuilt" },
    VERBOSE,
    VERSION,
  ],
  *run(call) {
    const { proc, options } = call;
    const repo = openRepository(call);
    const depth = Number.parseInt(options.value("depth") ?? "-1", 10);
    const dryRun = options.has("no-prune");
    const total = [...repo.objects()].length;
    const result = yield* drive(
      proc,
      remove(repo, { refsOnly: options.has("refs-only"), depth: Number.isFinite(depth) ? depth : -1, dryRun }),
      watchNothing,
    );
    yield* proc.print(`Total objects: ${total}\n`);
    if (result.removed === 0) yield* proc.print("No unreachable objects\n");
    else if (dryRun) yield* proc.print(`Would delete: ${result.removed} objects, freeing ${formatSize(result.freed)}\n`);
    else yield* proc.print(`Deleted ${result.removed} objects, ${formatSize(result.freed)} freed\n`);
    return 0;
  },
};
