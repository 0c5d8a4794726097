/** tar(1) --diff: a member against the file of its name. Source: tar:src/compare.c. */
import type { Process } from "../../machine/process.ts";
import { isSysError } from "../../vfs/errno.ts";
import { O, type Stat } from "../../vfs/types.ts";
import { join, withoutTrailingSlashes } from "../paths.ts";
import type { Member } from "./member.ts";

export interface Comparison {
  /** What is not as in the archive, in tar's words. */
  readonly differences: readonly string[];
  /** Why nothing can be compared; a `Warning: ` when the file is gone, which is a difference and no trouble. */
  readonly trouble?: string;
}

/** Compares `member` with what its name leads to from `cwd`. */
export function compareMember({ sys }: Process, member: Member, cwd: string): Comparison {
  const path = withoutTrailingSlashes(join(cwd, member.name));
  const wantsLink = member.type === "symlink";
  try {
    if (wantsLink) return { differences: sys.readlink(path) === member.target ? [] : ["Symlink differs"] };
    const stat = sys.lstat(path);
    if (member.type === "hardlink") {
      const other = sys.lstat(join(cwd, member.target));
      return { differences: other.ino === stat.ino && other.dev === stat.dev ? [] : [`Not linked to ${member.target}`] };
    }
    if (stat.type !== member.type) return { differences: ["File type differs"] };
    if (member.type !== "file") return { differences: stat.mode === member.mode ? [] : ["Mode differs"] };
    const differences = [...ofInode(member, stat)];
    if (stat.size !== member.data.length) differences.push("Size differs");
    else if (!sameBytes(contents(sys, path, stat.size), member.data)) differences.push("Contents differ");
    return { differences };
  } catch (error) {
    // Of a symbolic link, any other kind of file is.
    if (wantsLink && isSysError(error, "EINVAL")) return { differences: ["File type differs"] };
    if (!isSysError(error)) throw error;
    const warning = error.errno === "ENOENT" ? "Warning: " : "";
    return {
      differences: [],
      trouble: `${warning}Cannot ${wantsLink ? "readlink" : error.syscall === "open" ? "open" : "stat"}: ${error.text}`,
    };
  }
}

function* ofInode(member: Member, stat: Stat): Generator<string, void, void> {
  if (stat.mode !== member.mode) yield "Mode differs";
  if (stat.uid !== member.uid) yield "Uid differs";
  if (stat.gid !== member.gid) yield "Gid differs";
  if (stat.mtime.sec !== member.mtime.sec) yield "Mod time differs";
}

function contents(sys: Process["sys"], path: string, size: number): Uint8Array {
  const fd = sys.open(path, O.RDONLY);
  try {
    return sys.pread(fd, size, 0);
  } finally {
    sys.close(fd);
  }
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}
