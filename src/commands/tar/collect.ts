/** Files as members of an archive. */
import type { Accounts } from "../../machine/users.ts";
import type { Process } from "../../machine/process.ts";
import type { Run, Wait } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import { O, type Stat } from "../../vfs/types.ts";
import type { ParsedOptions } from "../command.ts";
import { orUndefined } from "../complain.ts";
import { join } from "../paths.ts";
import { readRest } from "../text-io.ts";
import type { Member } from "./archive.ts";

interface Collection {
  readonly names: readonly string[];
  /** What -C says, "" for where the process is. */
  readonly cwd: string;
  readonly options: ParsedOptions;
  isExcluded(name: string): boolean;
  /** Whether a file is the archive itself. */
  isArchive(info: Stat): boolean;
  trouble(message: string): Run<void>;
  warn(message: string): Run<void>;
}

/** Who a member belongs to: what `--owner` and `--group` say, by name or number, or the file's own. */
function ownerOf(
  accounts: Accounts,
  info: Stat,
  owner: string | undefined,
  group: string | undefined,
): Pick<Member, "uid" | "gid" | "owner" | "group"> {
  const number = (text: string | undefined): number | undefined => (text !== undefined && /^[0-9]+$/.test(text) ? Number(text) : undefined);
  const uid = owner === undefined ? info.uid : (accounts.userByName(owner)?.uid ?? number(owner) ?? info.uid);
  const gid = group === undefined ? info.gid : (accounts.groupByName(group)?.gid ?? number(group) ?? info.gid);
  return {
    uid,
    gid,
    owner: accounts.userById(uid)?.name ?? owner ?? "",
    group: accounts.groupById(gid)?.name ?? group ?? "",
  };
}

/** The members, and between them what the program waits for. */
export function* collectMembers(proc: Process, accounts: Accounts, how: Collection): Generator<Member | Wait, void, void> {
  const seen = new Map<string, string>();
  let saidSlash = false;
  for (const name of how.names) {
    const up = /^(?:\.\.\/)+/.exec(name)?.[0];
    if (up !== undefined && !how.options.has("absolute-names")) yield* how.warn(`Removing leading \`${up}' from member names`);
    if (name.startsWith("/") && !how.options.has("absolute-names") && !saidSlash) {
      yield* how.warn("Removing leading `/' from member names");
      saidSlash = true;
    }
    yield* visit(name.replace(/(.)\/+$/, "$1"));
  }

  function* visit(name: string): Generator<Member | Wait, void, void> {
    if (how.isExcluded(name)) return;
    const path = name.startsWith("/") ? name : join(how.cwd, name);
    let info: Stat;
    try {
      info = how.options.has("dereference") ? proc.sys.stat(path) : proc.sys.lstat(path);
    } catch (error) {
      if (!isSysError(error)) throw error;
      return yield* how.trouble(`${name}: Cannot stat: ${error.text}`);
    }
    if (how.isArchive(info)) return yield* how.warn(`${name}: archive cannot contain itself; not dumped`);
    if (info.type === "socket") return yield* how.warn(`${name}: socket ignored`);
    const stored = how.options.has("absolute-names") ? name : name.replace(/^\/+|^(?:\.\.\/)+/, "") || "./";
    const owner = how.options.value("owner");
    const group = how.options.value("group");
    const member = {
      name: info.type === "dir" && !stored.endsWith("/") ? `${stored}/` : stored,
      mode: info.mode,
      ...ownerOf(accounts, info, owner, group),
      mtime: info.mtime.sec,
      type: info.type,
      target: info.type === "symlink" ? proc.sys.readlink(path) : "",
      device: info.type === "char" || info.type === "block" ? info.rdev : undefined,
      data: new Uint8Array(0),
    } as const;
    const key = `${String(info.dev)}:${String(info.ino)}`;
    const first = seen.get(key);
    if (info.type !== "dir" && info.nlink > 1) {
      if (first !== undefined) return yield { ...member, type: "hardlink", target: first };
      seen.set(key, member.name);
    }
    if (info.type === "file") {
      let fd: number;
      try {
        fd = proc.sys.open(path, O.RDONLY);
      } catch (error) {
        if (!isSysError(error)) throw error;
        return yield* how.trouble(`${name}: Cannot open: ${error.text}`);
      }
      const data = yield* readRest(proc, fd);
      proc.sys.close(fd);
      return yield { ...member, type: "file", data };
    }
    yield { ...member, type: info.type } as Member;
    if (info.type !== "dir" || how.options.has("no-recursion")) return;
    const entries = orUndefined(() => proc.sys.readdir(path));
    if (entries === undefined) return yield* how.trouble(`${name}: Cannot open: Permission denied`);
    for (const entry of [...entries].sort((left, right) => (left.name < right.name ? -1 : 1))) yield* visit(join(name, entry.name));
  }
}
