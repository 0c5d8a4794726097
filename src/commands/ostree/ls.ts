import { within } from "../../engines/ostree/errors.ts";
import type { Repository } from "../../engines/ostree/repo.ts";
import { childrenOf, requireNode, type TreeNode } from "../../engines/ostree/tree-walk.ts";
import type { ParsedOptions } from "../command.ts";
import { Misuse, VERBOSE, VERSION, type Verb } from "./goption.ts";
import { openRepository, REPO } from "./repository.ts";

export const ls: Verb = {
  name: "ls",
  operands: "COMMIT [PATH...]",
  about: "List file paths",
  options: [
    REPO,
    { name: "dironly", short: "d", help: "Do not recurse into directory arguments" },
    { name: "recursive", short: "R", help: "Print directories recursively" },
    { name: "checksum", short: "C", help: "Print checksum" },
    { name: "xattrs", short: "X", help: "Print extended attributes" },
    { name: "nul-filenames-only", help: "Print only filenames, NUL separated" },
    VERBOSE,
    VERSION,
  ],
  *run(call) {
    const { proc, options } = call;
    const repo = yield* openRepository(call);
    const [rev, ...paths] = options.operands;
    if (rev === undefined) throw new Misuse("An COMMIT argument is required");
    const commit = repo.resolve(rev);
    repo.commit(commit);
    for (const path of paths.length === 0 ? ["/"] : paths) {
      const node = within(`Inspecting path '${path}'`, () => requireNode(repo, commit, path));
      for (const entry of listed(repo, node, options, 0)) yield* proc.print(line(repo, entry, options));
    }
    return 0;
  },
};

/** The node itself; unless `-d` what is in it; with `-R`, whatever else is asked, everything below. A directory whose listing is not there is not shown. */
function* listed(repo: Repository, node: TreeNode, options: ParsedOptions, depth: number): Generator<TreeNode, void, void> {
  if (node.kind === "dir") repo.dirtree(node.dirtree);
  yield node;
  if (node.kind !== "dir" || (!options.has("recursive") && (options.has("dironly") || depth > 0))) return;
  for (const child of childrenOf(repo, node)) yield* listed(repo, child, options, depth + 1);
}

function line(repo: Repository, node: TreeNode, options: ParsedOptions): string {
  if (options.has("nul-filenames-only")) return `${node.path}\0`;
  const sums = options.has("checksum") ? (node.kind === "dir" ? ` ${node.dirtree} ${node.dirmeta}` : ` ${node.checksum}`) : "";
  const attributes = options.has("xattrs") ? " { @a(ayay) [] }" : "";
  if (node.kind === "dir") return `d${modeAndOwner(repo.dirmeta(node.dirmeta))} ${size(0)}${sums}${attributes} ${node.path}\n`;
  const file = repo.describeFile(node.checksum);
  if (file.kind === "symlink")
    return `l${modeAndOwner({ ...file, mode: 0o777 })} ${size(0)}${sums}${attributes} ${node.path} -> ${file.target}\n`;
  return `-${modeAndOwner(file)} ${size(file.size)}${sums}${attributes} ${node.path}\n`;
}

function modeAndOwner(owner: { readonly mode: number; readonly uid: number; readonly gid: number }): string {
  return `${owner.mode.toString(8).padStart(5, "0")} ${owner.uid} ${owner.gid}`;
}

function size(bytes: number): string {
  return String(bytes).padStart(6);
}
