import { fsck as check, type FsckLine } from "../../engines/ostree/fsck.ts";
import { drive } from "../../engines/ostree/process.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { Console } from "./console.ts";
import { VERBOSE, VERSION, type Verb } from "./goption.ts";
import { openRepository, REPO } from "./repository.ts";

export const fsck: Verb = {
  name: "fsck",
  about: "Check the repository for consistency",
  options: [
    REPO,
    { name: "add-tombstones", help: "Add tombstones for missing commits" },
    { name: "quiet", short: "q", help: "Only print error messages" },
    { name: "all", short: "a", help: "Don't stop on first error" },
    { name: "delete", help: "Remove corrupted objects" },
    { name: "verify-bindings", help: "Verify ref bindings" },
    { name: "verify-back-refs", help: "Verify back-references (implies --verify-bindings)", fidelity: "simplified" },
    VERBOSE,
    VERSION,
  ],
  *run(call) {
    const { proc, options } = call;
    const repo = yield* openRepository(call);
    const lines: FsckLine[] = [];
    const how = {
      quiet: options.has("quiet"),
      delete: options.has("delete"),
      all: options.has("all"),
      bindings: options.has("verify-bindings") || options.has("verify-back-refs"),
      tombstones: options.has("add-tombstones"),
    };
    const console = new Console(proc);
    let isBegun = false;
    try {
      yield* drive(
        proc,
        check(repo, how, (line) => lines.push(line)),
        function* ({ done = 0, total = 0 }) {
          yield* say(proc, lines);
          if (!isBegun) yield* console.begin();
          isBegun = true;
          yield* console.items("fsck objects", done, total);
        },
      );
      if (!isBegun) {
        const last = lines.splice(-1);
        yield* say(proc, lines);
        yield* console.begin();
        yield* console.end();
        lines.push(...last);
      }
    } finally {
      yield* console.end();
      yield* say(proc, lines);
    }
    return 0;
  },
};

function* say(proc: Process, lines: FsckLine[]): Run<void> {
  for (const { stream, text } of lines.splice(0)) yield* stream === "out" ? proc.print(`${text}\n`) : proc.printError(`${text}\n`);
}
