import { OstreeError } from "../../engines/ostree/errors.ts";
import type { Repository } from "../../engines/ostree/repo.ts";
import { diffTrees, type DiffSide } from "../../engines/ostree/tree-walk.ts";
import { Misuse, VERBOSE, VERSION, type Verb } from "./goption.ts";
import { openRepository, REPO } from "./repository.ts";

export const diff: Verb = {
  name: "diff",
  operands: "REV_OR_DIR REV_OR_DIR",
  about: "Compare directory TARGETDIR against revision REV",
  options: [
    REPO,
    { name: "stats", help: "Print various statistics", fidelity: "unbuilt" },
    { name: "fs-diff", help: "Print filesystem diff" },
    { name: "no-xattrs", help: "Skip output of extended attributes", fidelity: "ignored" },
    { name: "owner-uid", argument: "UID", help: "Use file ownership user id for local files", fidelity: "unbuilt" },
    { name: "owner-gid", argument: "GID", help: "Use file ownership group id for local files", fidelity: "unbuilt" },
    VERBOSE,
    VERSION,
  ],
  *run(call) {
    const repo = openRepository(call);
    const [first, second] = call.options.operands;
    if (first === undefined) throw new Misuse("REV must be specified");
    const [left, right] = second === undefined ? [`${first}^`, first] : [first, second];
    const { modified, removed, added } = diffTrees(repo, sideOf(repo, left), sideOf(repo, right));
    const text = [
      ...modified.map((path) => `M    ${path}\n`),
      ...removed.map((path) => `D    ${path}\n`),
      ...added.map((path) => `A    ${path}\n`),
    ];
    yield* call.proc.print(text.join(""));
    return 0;
  },
};

/** A directory is known by its leading "/" or "./". */
function sideOf(repo: Repository, text: string): DiffSide {
  if (!text.startsWith("/") && !text.startsWith("./")) return { kind: "commit", commit: repo.resolve(text) };
  if (repo.sys.stat(text).type !== "dir") throw new OstreeError(`Not a directory: ${text}`);
  return { kind: "dir", path: text.replace(/\/+$/, "") };
}
