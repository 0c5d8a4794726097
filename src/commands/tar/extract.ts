/** Members of an archive as files. */
import { timestamp } from "../../base/timestamp.ts";
import type { Accounts } from "../../machine/users.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError, SysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import type { ParsedOptions } from "../command.ts";
import { orUndefined, ownName } from "../complain.ts";
import { currentUmask } from "../coreutils/mkdir.ts";
import { modeString } from "../modes.ts";
import { dirName, join, withoutTrailingSlashes } from "../paths.ts";
import type { Member } from "./archive.ts";

/** What is to be done with a directory once nothing is put into it any more; it gives what tar says if that cannot be. */
export interface Later {
  readonly name: string;
  finish(): string | undefined;
}

/** Makes the file; gives what tar says if it cannot. */
export function* extractMember(
  proc: Process,
  member: Member,
  given: string,
  cwd: string,
  options: ParsedOptions,
  accounts: Accounts,
  later: Later[],
): Run<string | undefined> {
  const path = withoutTrailingSlashes(given);
  const { sys } = proc;
  const existing = orUndefined(() => sys.lstat(path));
  const isReplaced = existing !== undefined && !(existing.type === "dir" && member.type === "dir");
  if (isReplaced && options.has("skip-old-files")) return undefined;
  try {
    if (isReplaced && options.has("keep-old-files")) {
      const linked = member.type === "hardlink" ? orUndefined(() => sys.lstat(join(cwd, member.target))) : undefined;
      if (linked?.ino === existing.ino && linked.dev === existing.dev) return undefined;
      throw new SysError("EEXIST", "open", path);
    }
    try {
      makeParents(proc, dirName(path));
    } catch (error) {
      // What could not be made is missing.
      throw isSysError(error) ? new SysError("ENOENT", "open", path) : error;
    }
    if (existing !== undefined && existing.type !== "dir") clear(proc, path);
    yield* make(proc, member, path, cwd, existing?.type === "dir");
    return restore(proc, member, path, options, accounts, later);
  } catch (error) {
    if (!isSysError(error)) throw error;
    const what = {
      file: "open",
      dir: "mkdir",
      symlink: `create symlink to ‘${member.target}’`,
      hardlink: `hard link to ‘${member.target}’`,
      char: "mknod",
      block: "mknod",
      fifo: "mkfifo",
    }[member.type];
    return `${withoutTrailingSlashes(member.name)}: Cannot ${error.syscall === "mkdir" ? "mkdir" : what}: ${error.text}`;
  }
}

/** Takes away what a member is to replace. What cannot be is what tar complains of: EEXIST. */
function clear({ sys }: Process, path: string): void {
  try {
    sys.unlink(path);
  } catch (error) {
    throw isSysError(error) ? new SysError("EEXIST", "open", path) : error;
  }
}

function makeParents(proc: Process, directory: string): void {
  if (directory === "." || directory === "/" || orUndefined(() => proc.sys.stat(directory)) !== undefined) return;
  makeParents(proc, dirName(directory));
  proc.sys.mkdir(directory, 0o777);
}

function* make(proc: Process, member: Member, path: string, cwd: string, isThere: boolean): Run<void> {
  const { sys } = proc;
  switch (member.type) {
    case "dir":
      if (!isThere) sys.mkdir(path, 0o700);
      return;
    case "symlink":
      sys.symlink(member.target, path);
      return;
    case "hardlink":
      sys.link(join(cwd, member.target), path);
      return;
    case "file": {
      const fd = sys.open(path, O.WRONLY | O.CREAT | O.EXCL, 0o600);
      yield* proc.write(fd, member.data);
      sys.close(fd);
      return;
    }
    default:
      sys.mknod(path, member.type, member.mode, member.device);
  }
}

function restore(
  proc: Process,
  member: Member,
  path: string,
  options: ParsedOptions,
  accounts: Accounts,
  later: Later[],
): string | undefined {
  const { sys } = proc;
  const isRoot = sys.credentials.privileged;
  if (member.type === "hardlink") return undefined;
  if ((isRoot || options.has("same-owner")) && !options.has("no-same-owner")) {
    const uid = accounts.userByName(member.owner)?.uid ?? member.uid;
    const gid = accounts.groupByName(member.group)?.gid ?? member.gid;
    sys.lchown(path, uid, gid);
  }
  const name = withoutTrailingSlashes(member.name);
  const finish = (): string | undefined => {
    const time = timestamp(Math.floor(member.mtime));
    const keepsMode = (isRoot && !options.has("no-same-permissions")) || options.has("preserve-permissions");
    const mode = keepsMode ? member.mode : member.mode & ~currentUmask(proc) & 0o777;
    const problems: string[] = [];
    const attempt = (what: string, call: () => void): void => {
      try {
        call();
      } catch (error) {
        if (!isSysError(error)) throw error;
        problems.push(`${name}: Cannot ${what}: ${error.text}`);
      }
    };
    if (!options.has("touch")) attempt("utime", () => sys.utimens(path, time, time, { follow: false }));
    if (member.type !== "symlink" && sys.stat(path).mode !== mode)
      attempt(`change mode to ${modeString("file", mode).slice(1)}`, () => sys.chmod(path, mode));
    return problems.length === 0 ? undefined : problems.join(`\n${ownName(proc)}: `);
  };
  if (member.type !== "dir") return finish();
  later.push({ name, finish });
  return undefined;
}
