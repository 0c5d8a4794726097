import { drive, watchNothing } from "../../engines/ostree/process.ts";
import { formatSize } from "../../engines/ostree/format-size.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import { reachableObjects } from "../../engines/ostree/reachable.ts";
import { parseObjectName, type Repository } from "../../engines/ostree/repo.ts";
import { diffTrees, type DiffSide } from "../../engines/ostree/tree-walk.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Update } from "../../engines/update-step.ts";
import { step } from "../../engines/update-step.ts";
import { numberOption } from "./number-option.ts";
import { Misuse, VERBOSE, VERSION, type Verb } from "./goption.ts";
import { openRepository, REPO } from "./repository.ts";

export const diff: Verb = {
  name: "diff",
  operands: "REV_OR_DIR REV_OR_DIR",
  about: "Compare directory TARGETDIR against revision REV",
  options: [
    REPO,
    { name: "stats", help: "Print various statistics" },
    { name: "fs-diff", help: "Print filesystem diff" },
    { name: "no-xattrs", help: "Skip output of extended attributes", fidelity: "ignored" },
    { name: "owner-uid", argument: "UID", help: "Use file ownership user id for local files" },
    { name: "owner-gid", argument: "GID", help: "Use file ownership group id for local files" },
    VERBOSE,
    VERSION,
  ],
  *run(call) {
    const { options } = call;
    const owner = { uid: numberOption(options, "owner-uid"), gid: numberOption(options, "owner-gid") };
    const repo = yield* openRepository(call);
    const [first, second] = options.operands;
    if (first === undefined) throw new Misuse("REV must be specified");
    const [left, right] = second === undefined ? [`${first}^`, first] : [first, second];
    if (!options.has("stats") || options.has("fs-diff")) {
      const { modified, removed, added } = diffTrees(repo, sideOf(repo, left, owner), sideOf(repo, right, owner));
      const text = [
        ...modified.map((path) => `M    ${path}\n`),
        ...removed.map((path) => `D    ${path}\n`),
        ...added.map((path) => `A    ${path}\n`),
      ];
      yield* call.proc.print(text.join(""));
    }
    if (options.has("stats")) yield* printStats(call.proc, repo, left, right);
    return 0;
  },
};

/** A directory is known by its leading "/" or "./". */
function sideOf(repo: Repository, text: string, owner: { readonly uid: number | undefined; readonly gid: number | undefined }): DiffSide {
  if (!text.startsWith("/") && !text.startsWith("./")) return { kind: "commit", commit: repo.resolve(text) };
  const path = text.replace(/(?<=.)\/+$/, "");
  const full = path.startsWith("/") ? path : repo.sys.getcwd().replace(/\/$/, "") + path.slice(1);
  try {
    repo.sys.readdir(path);
  } catch (error) {
    if (isSysError(error, "ENOENT")) throw new OstreeError(`Error when getting information for file “${full}”: ${error.text}`);
    if (isSysError(error)) throw new OstreeError(`Error opening directory '${full}': ${error.text}`);
    throw error;
  }
  return { kind: "dir", path, ...owner };
}

function* printStats(proc: Process, repo: Repository, left: string, right: string): Run<void> {
  const reached = (rev: string): Run<Set<string>> => drive(proc, stepping(reachableObjects(repo, [repo.resolve(rev)])), watchNothing);
  const before = yield* reached(left);
  const after = yield* reached(right);
  const common = [...before].filter((name) => after.has(name));
  const bytes = common.reduce((sum, name) => sum + storedSize(repo, name), 0);
  yield* proc.print(
    `[A] Object Count: ${before.size}\n[B] Object Count: ${after.size}\n` +
      `Common Object Count: ${common.length}\nCommon Object Size: ${formatSize(bytes)}\n`,
  );
}

function storedSize(repo: Repository, name: string): number {
  const id = parseObjectName(name);
  return id === undefined ? 0 : repo.sys.lstat(repo.objectPath(id.checksum, id.kind)).size;
}

/** A step for each yield of a walk. */
function* stepping<T>(walk: Generator<void, T, void>): Update<T> {
  for (;;) {
    const next = walk.next();
    if (next.done === true) return next.value;
    yield step("walk");
  }
}
