/** Members of an archive as files. */
import { timestamp } from "../../base/timestamp.ts";
import type { Accounts } from "../../machine/users.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import type { ParsedOptions } from "../command.ts";
import { orUndefined } from "../complain.ts";
import { currentUmask } from "../coreutils/mkdir.ts";
import { dirName, join, withoutTrailingSlashes } from "../paths.ts";
import type { Member } from "./archive.ts";

/** Makes the file; gives what tar says if it cannot. `later` gets what is to be done once all is there. */
export function* extractMember(
  proc: Process,
  member: Member,
  given: string,
  cwd: string,
  options: ParsedOptions,
  accounts: Accounts,
  later: (() => void)[],
): Run<string | undefined> {
  const path = withoutTrailingSlashes(given);
  const { sys } = proc;
  const existing = orUndefined(() => sys.lstat(path));
  if (existing !== undefined && !(existing.type === "dir" && member.type === "dir")) {
    if (options.has("skip-old-files")) return undefined;
    if (options.has("keep-old-files")) return `${member.name}: Cannot open: File exists`;
  }
  try {
    makeParents(proc, dirName(path));
    if (existing !== undefined && existing.type !== "dir") sys.unlink(path);
    yield* make(proc, member, path, cwd, existing?.type === "dir");
    restore(proc, member, path, options, accounts, later);
    return undefined;
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

function restore(proc: Process, member: Member, path: string, options: ParsedOptions, accounts: Accounts, later: (() => void)[]): void {
  const { sys } = proc;
  const isRoot = sys.credentials.privileged;
  if (member.type === "hardlink") return;
  if ((isRoot || options.has("same-owner")) && !options.has("no-same-owner")) {
    const uid = accounts.userByName(member.owner)?.uid ?? member.uid;
    const gid = accounts.groupByName(member.group)?.gid ?? member.gid;
    sys.lchown(path, uid, gid);
  }
  const finish = (): void => {
    const keepsMode = (isRoot && !options.has("no-same-permissions")) || options.has("preserve-permissions");
    if (member.type !== "symlink") sys.chmod(path, keepsMode ? member.mode : member.mode & ~currentUmask(proc) & 0o777);
    const time = timestamp(Math.floor(member.mtime));
    if (!options.has("touch")) sys.utimens(path, time, time, { follow: false });
  };
  if (member.type === "dir") later.push(finish);
  else finish();
}
