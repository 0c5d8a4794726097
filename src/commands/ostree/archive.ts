/** Trees as tar archives: `commit --tree=tar` reads one, `export` writes one. */
import { gunzipSync } from "fflate";
import { PatternError } from "../../base/pattern-error.ts";
import { backtrack } from "../../base/posix-pattern-backtrack.ts";
import { parsePattern, type ParsedPattern } from "../../base/posix-pattern-parse.ts";
import type { ArchiveMember, TreeSource } from "../../engines/ostree/commit-tree.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import type { Repository } from "../../engines/ostree/repo.ts";
import { childrenOf, nodeAt, type TreeNode } from "../../engines/ostree/tree-walk.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import type { ParsedOptions } from "../command.ts";
import { join } from "../paths.ts";
import { timestamp } from "../../base/timestamp.ts";
import { decodeArchive } from "../tar/decode.ts";
import { encodeMember, trailer } from "../tar/encode.ts";
import { ArchiveError, type Member } from "../tar/member.ts";
import { Misuse, VERBOSE, VERSION, type Verb } from "./goption.ts";
import { openRepository, REPO } from "./repository.ts";

/** The archive at `path` as a source of a commit; packed by gzip or not. Throws `OstreeError`. */
export function* archiveTree(proc: Process, path: string, options: ParsedOptions): Run<TreeSource> {
  const renamed = renaming(options.value("tar-pathname-filter"));
  let bytes: Uint8Array;
  try {
    bytes = yield* proc.readFile(path);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new OstreeError(`archive_read_open_filename: Failed to open '${join(proc.sys.getcwd(), path)}'`);
  }
  try {
    const members = [...decodeArchive(isGzip(bytes) ? gunzipSync(bytes) : bytes)].flatMap((found) =>
      found.kind === "member" ? [renamed(memberOf(found.member))] : [],
    );
    return { kind: "archive", members, createsParents: options.has("tar-autocreate-parents") };
  } catch (error) {
    if (error instanceof ArchiveError) throw new OstreeError("archive_read_open_filename: Unrecognized archive format");
    throw error;
  }
}

/**
 * `--tar-pathname-filter=REGEX,REPLACEMENT`: what it makes of a member. Throws `OstreeError`.
 * @simplified The expression is an extended one of POSIX, not of Perl; of the replacement only `\\N` and `\\g<N>` stand for groups.
 */
function renaming(filter: string | undefined): (member: ArchiveMember) => ArchiveMember {
  if (filter === undefined) return (member) => member;
  const at = filter.indexOf(",");
  if (at < 0) throw new OstreeError("Missing ',' in --tar-pathname-filter");
  const pattern = compiled(filter.slice(0, at));
  const replacement = filter.slice(at + 1);
  const rename = (path: string): string => {
    let renamed = "";
    let done = 0;
    for (let from = 0; from <= path.length;) {
      const match = backtrack(pattern.node, SYNTAX, pattern.groupCount, path, from);
      if (match === undefined) break;
      const group = (index: string): string => path.slice(match.groups[Number(index)]?.start, match.groups[Number(index)]?.end ?? 0);
      renamed +=
        path.slice(done, match.start) + replacement.replace(/\\(?:g<(\d+)>|(\d))/g, (_, a?: string, b?: string) => group(a ?? b ?? ""));
      done = match.end;
      from = Math.max(match.end, match.start + 1);
    }
    return renamed + path.slice(done);
  };
  return (member) => ({
    ...member,
    path: inArchive(rename(member.path)),
    target: member.type === "hardlink" ? inArchive(rename(member.target)) : member.target,
  });
}

const SYNTAX = { syntax: "extended" } as const;

function compiled(source: string): ParsedPattern {
  try {
    return parsePattern(source, SYNTAX);
  } catch (error) {
    if (error instanceof PatternError) throw new OstreeError(error.message);
    throw error;
  }
}

function isGzip([first, second]: Uint8Array): boolean {
  return first === 0x1f && second === 0x8b;
}

function memberOf({ name, type, mode, uid, gid, target, data }: Member): ArchiveMember {
  const isPlain = type === "dir" || type === "file" || type === "symlink" || type === "hardlink";
  return {
    path: inArchive(name),
    type: isPlain ? type : "other",
    mode,
    uid,
    gid,
    target: type === "hardlink" ? inArchive(target) : target,
    data,
  };
}

function inArchive(name: string): string {
  return name
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");
}

/** `ostree export`. */
export const exportTree: Verb = {
  name: "export",
  operands: "COMMIT",
  about: "Stream COMMIT to stdout in tar format",
  options: [
    REPO,
    { name: "no-xattrs", help: "Skip output of extended attributes", fidelity: "ignored" },
    { name: "subpath", argument: "PATH", help: "Checkout sub-directory PATH" },
    { name: "prefix", argument: "PATH", help: "Add PATH as prefix to archive pathnames" },
    { name: "output", short: "o", argument: "PATH", help: "Output to PATH " },
    VERBOSE,
    VERSION,
  ],
  *run(call) {
    const { proc, options } = call;
    const repo = yield* openRepository(call);
    const [rev] = options.operands;
    if (rev === undefined) throw new Misuse("A COMMIT argument is required");
    const output = options.value("output");
    const fd = output === undefined ? 1 : proc.sys.open(output, O.WRONLY | O.CREAT | O.TRUNC, 0o666);
    let length = 0;
    try {
      const commit = repo.resolve(rev);
      const subpath = options.value("subpath") ?? "/";
      const root = nodeAt(repo, commit, subpath);
      if (root?.kind !== "dir") throw new OstreeError(`No such file or directory: ${subpath}`);
      for (const member of membersOf(repo, root, options.value("prefix") ?? "", repo.commit(commit).timestamp)) {
        const bytes = encodeMember(member, "gnu");
        length += bytes.length;
        yield* proc.write(fd, bytes);
        yield* proc.tick();
      }
    } finally {
      // The archive has begun before anything is looked for, and ends in any case.
      yield* proc.write(fd, trailer(length));
      if (fd !== 1) proc.sys.close(fd);
    }
    return 0;
  },
};

/** The tree as members, a file that came before as a hard link to its first name. */
function* membersOf(repo: Repository, root: TreeNode & { readonly kind: "dir" }, prefix: string, mtime: number): Generator<Member, void> {
  const seen = new Map<string, string>();
  const base = root.path === "/" ? 1 : root.path.length + 1;
  const common = { owner: "", group: "", mtime: timestamp(mtime), target: "", device: undefined, data: new Uint8Array(0) } as const;
  function* walk(node: TreeNode): Generator<Member, void> {
    const name = prefix + node.path.slice(base);
    if (node.kind === "dir") {
      yield { ...common, ...repo.dirmeta(node.dirmeta), name: name === "" ? "./" : name.replace(/\/*$/, "/"), type: "dir" };
      for (const child of childrenOf(repo, node)) yield* walk(child);
      return;
    }
    const file = repo.readFile(node.checksum);
    const first = seen.get(node.checksum);
    const { uid, gid } = file;
    if (file.kind === "symlink") yield { ...common, uid, gid, mode: 0o777, name, type: "symlink", target: file.target };
    else if (first !== undefined) yield { ...common, uid, gid, mode: file.mode, name, type: "hardlink", target: first };
    else {
      seen.set(node.checksum, name);
      yield { ...common, uid, gid, mode: file.mode, name, type: "file", data: file.contents };
    }
  }
  yield* walk(root);
}
