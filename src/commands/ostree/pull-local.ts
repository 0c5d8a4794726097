import { importRefs } from "../../engines/ostree/import.ts";
import { bootId, drive, watchNothing } from "../../engines/ostree/process.ts";
import { pullSummary } from "../../engines/ostree/pull.ts";
import { Repository } from "../../engines/ostree/repo.ts";
import { Console } from "./console.ts";
import { Misuse, VERBOSE, VERSION, type Verb } from "./goption.ts";
import { numberOption } from "./number-option.ts";
import { openRepository, REPO } from "./repository.ts";

export const pullLocal: Verb = {
  name: "pull-local",
  operands: "SRC_REPO [REFS...]",
  about: "Copy data from SRC_REPO",
  options: [
    REPO,
    { name: "commit-metadata-only", help: "Fetch only the commit metadata" },
    { name: "remote", argument: "REMOTE", help: "Add REMOTE to refspec" },
    { name: "disable-fsync", help: "Do not invoke fsync()", fidelity: "ignored" },
    { name: "per-object-fsync", help: "Perform writes in such a way that avoids stalling concurrent processes", fidelity: "ignored" },
    { name: "untrusted", help: "Verify checksums of local sources (always enabled for HTTP pulls)", fidelity: "ignored" },
    {
      name: "bareuseronly-files",
      help: "Reject regular files with mode outside of 0775 (world writable, suid, etc.)",
      fidelity: "ignored",
    },
    { name: "require-static-deltas", help: "Require static deltas", fidelity: "unbuilt" },
    { name: "disable-static-deltas", help: "Do not use static deltas", fidelity: "ignored" },
    { name: "gpg-verify", help: "GPG verify commits (must specify --remote)", fidelity: "unbuilt" },
    { name: "gpg-verify-summary", help: "GPG verify summary (must specify --remote)", fidelity: "unbuilt" },
    { name: "disable-verify-bindings", help: "Do not verify commit bindings", fidelity: "ignored" },
    { name: "depth", argument: "DEPTH", help: "Traverse DEPTH parents (-1=infinite) (default: 0)" },
    VERBOSE,
    VERSION,
  ],
  *run(call) {
    const { proc, options } = call;
    const depth = numberOption(options, "depth") ?? 0;
    const repo = yield* openRepository(call);
    const [source, ...refs] = options.operands;
    // The repository to copy from; the real tool has the word wrong.
    if (source === undefined) throw new Misuse("DESTINATION must be specified");
    repo.requireWritable();
    const console = new Console(proc);
    const update = importRefs(Repository.open(proc.sys, source), repo, {
      refs,
      remote: options.value("remote"),
      depth,
      commitsOnly: options.has("commit-metadata-only"),
      bootId: bootId(proc.sys),
    });
    yield* console.begin();
    try {
      const result = yield* drive(proc, update, watchNothing);
      yield* console.text(pullSummary({ ...result, isImported: true, transferred: 0 }, 1));
    } finally {
      yield* console.end();
    }
    return 0;
  },
};
