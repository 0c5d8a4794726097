import { fsck as check, type FsckLine } from "../../engines/ostree/fsck.ts";
import { drive } from "../../engines/ostree/process.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { VERBOSE, VERSION, type Verb } from "./goption.ts";
import { openRepository, REPO } from "./repository.ts";

export const fsck: Verb = {
  name: "fsck",
  about: "Check the repository for consistency",
  options: [
    REPO,
    { name: "add-tombstones", help: "Add tombstones for missing commits", fidelity: "unbuilt" },
    { name: "quiet", short: "q", help: "Only print error messages" },
    { name: "all", short: "a", help: "Don't stop on first error", fidelity: "unbuilt" },
    { name: "delete", help: "Remove corrupted objects" },
    { name: "verify-bindings", help: "Verify ref bindings", fidelity: "ignored" },
    { name: "verify-back-refs", help: "Verify back-references (implies --verify-bindings)", fidelity: "ignored" },
    VERBOSE,
    VERSION,
  ],
  *run(call) {
    const { proc, options } = call;
    const repo = openRepository(call);
    const lines: FsckLine[] = [];
    const isTerminal = proc.sys.isatty(1);
    let isDrawn = false;
    const update = check(repo, { quiet: options.has("quiet"), delete: options.has("delete") }, (line) => lines.push(line));
    let shown = -1;
    try {
      yield* drive(proc, update, function* (step) {
        isDrawn = yield* say(proc, lines, isDrawn);
        const { done = 0, total = 0, message = "" } = step;
        const percent = Math.floor((done * 100) / Math.max(1, total));
        if (isTerminal && (percent > shown || done === total)) {
          shown = percent;
          yield* proc.print(`\r${message}\x1b[K`);
          isDrawn = true;
        } else if (!isTerminal && (done === 1 || done === total)) yield* proc.print(`${message}\n`);
      });
    } finally {
      isDrawn = yield* say(proc, lines, isDrawn);
      if (isDrawn) yield* proc.print("\n");
    }
    return 0;
  },
};

/** Prints what was said since; a progress line under way is ended first. */
function* say(proc: Process, lines: FsckLine[], isDrawn: boolean): Run<boolean> {
  let isOpen = isDrawn;
  for (const line of lines.splice(0)) {
    if (isOpen) yield* proc.print("\n");
    isOpen = false;
    if (line.stream === "out") yield* proc.print(`${line.text}\n`);
    else yield* proc.printError(`${line.text}\n`);
  }
  return isOpen;
}
