/** Members of an archive as files. */
import type { Accounts } from "../../machine/users.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError, SysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import type { ParsedOptions } from "../command.ts";
import { orUndefined, reason } from "../complain.ts";
import { currentUmask } from "../coreutils/mkdir.ts";
import { modeString } from "../modes.ts";
import { join, withoutTrailingSlashes } from "../paths.ts";
import type { Member } from "./member.ts";
import { curly } from "../quote.ts";
import { compareInArchive } from "./update.ts";

/** What came of a member. */
interface Outcome {
  readonly trouble?: readonly string[];
  readonly warning?: string;
}

/** What is to be done with a directory once nothing is put into it any more; it gives what tar says of what cannot be. */
export interface Later {
  readonly name: string;
  finish(): readonly string[];
}

/** Makes the file of a member in the directory `cwd`; gives what tar says of it. */
export function* extractMember(
  proc: Process,
  member: Member,
  cwd: string,
  options: ParsedOptions,
  accounts: Accounts,
  later: Later[],
): Run<Outcome> {
  const name = withoutTrailingSlashes(member.name);
  const path = join(cwd, name);
  const { sys } = proc;
  const existing = orUndefined(() => sys.lstat(path));
  const isReplaced = existing !== undefined && !(existing.type === "dir" && member.type === "dir");
  if (isReplaced && options.has("skip-old-files")) return {};
  if (isReplaced && options.has("keep-newer-files") && existing.type !== "dir" && compareInArchive(existing.mtime, member.mtime) >= 0)
    return { warning: `Current ${curly(member.name)} is newer or same age` };
  try {
    if (isReplaced && options.has("keep-old-files")) {
      const linked = member.type === "hardlink" ? orUndefined(() => sys.lstat(join(cwd, member.target))) : undefined;
      if (linked?.ino === existing.ino && linked.dev === existing.dev) return {};
      throw new SysError("EEXIST", "open", path);
    }
    if (isReplaced && existing.type !== "dir") clear(proc, path);
    yield* make(proc, member, path, cwd, existing?.type === "dir");
    return asTrouble(restore(proc, member, path, options, accounts, later));
  } catch (error) {
    const missing = isSysError(error, "ENOENT") ? makeParents(proc, name, cwd) : undefined;
    if (missing?.made === true && missing.trouble === undefined) return yield* extractMember(proc, member, cwd, options, accounts, later);
    const what = {
      file: "open",
      dir: "mkdir",
      symlink: `create symlink to ‘${member.target}’`,
      hardlink: `hard link to ‘${member.target}’`,
      char: "mknod",
      block: "mknod",
      fifo: "mkfifo",
    }[member.type];
    return asTrouble([...(missing?.trouble === undefined ? [] : [missing.trouble]), `${name}: Cannot ${what}: ${reason(error)}`]);
  }
}

function asTrouble(lines: readonly string[]): Outcome {
  return lines.length === 0 ? {} : { trouble: lines };
}

/** Takes away what a member is to replace. What cannot be is what tar complains of: EEXIST. */
function clear({ sys }: Process, path: string): void {
  try {
    sys.unlink(path);
  } catch (error) {
    throw isSysError(error) ? new SysError("EEXIST", "open", path) : error;
  }
}

/**
 * Makes the directories that `name` lies in: whether any was made, or what tar says of the last one that could be neither made nor
 * found. As mkdir(2) may refuse one that is there for another reason, the search goes on until one is missing.
 */
function makeParents({ sys }: Process, name: string, cwd: string): { readonly made: boolean; readonly trouble?: string } {
  let made = false;
  let failed: { readonly directory: string; readonly error: SysError } | undefined;
  for (let end = name.indexOf("/", 1); end > 0; end = name.indexOf("/", end + 1)) {
    const directory = name.slice(0, end);
    if (directory.endsWith("/") || /(?:^|\/)\.\.?$/.test(directory)) continue;
    try {
      sys.mkdir(join(cwd, directory), 0o777);
      made = true;
    } catch (error) {
      if (!isSysError(error)) throw error;
      if (error.errno === "EEXIST") continue;
      failed = { directory, error };
      if (error.errno === "ENOENT" || error.errno === "ENOTDIR") break;
    }
  }
  if (failed === undefined || orUndefined(() => sys.stat(join(cwd, failed.directory)))?.type === "dir") return { made };
  return { made, trouble: `${failed.directory}: Cannot mkdir: ${failed.error.text}` };
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
): readonly string[] {
  const { sys } = proc;
  const isRoot = sys.credentials.privileged;
  if (member.type === "hardlink") return [];
  if ((isRoot || options.has("same-owner")) && !options.has("no-same-owner")) {
    const uid = accounts.userByName(member.owner)?.uid ?? member.uid;
    const gid = accounts.groupByName(member.group)?.gid ?? member.gid;
    sys.lchown(path, uid, gid);
  }
  const name = withoutTrailingSlashes(member.name);
  const finish = (): readonly string[] => {
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
    if (!options.has("touch")) attempt("utime", () => sys.utimens(path, member.mtime, member.mtime, { follow: false }));
    if (member.type !== "symlink" && sys.stat(path).mode !== mode)
      attempt(`change mode to ${modeString("file", mode).slice(1)}`, () => sys.chmod(path, mode));
    return problems;
  };
  if (member.type !== "dir") return finish();
  later.push({ name, finish });
  return [];
}
