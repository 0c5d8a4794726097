/** Files as members of an archive. */
import type { Accounts } from "../../machine/users.ts";
import type { Run, Wait } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import { O, type Stat } from "../../vfs/types.ts";
import { orUndefined } from "../complain.ts";
import { join } from "../paths.ts";
import { readRest } from "../text-io.ts";
import type { Member } from "./member.ts";
import type { PlacedName, Session } from "./session.ts";

/** A member, and the file that it is of. */
export interface Collected {
  readonly member: Member;
  /** The file's name as it was given, a directory's with a slash. */
  readonly name: string;
  readonly path: string;
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

/** The members, and between them what the program waits for. Nothing is `isArchive`'s own file. */
export function* collectMembers(
  session: Session,
  placed: readonly PlacedName[],
  isArchive: (info: Stat) => boolean,
): Generator<Collected | Wait, void, void> {
  const { proc, options, names } = session;
  const seen = new Map<string, string>();
  for (const { name, place } of placed) yield* visit(name.replace(/(.)\/+$/, "$1"), session.enter(place));

  function* visit(name: string, directory: string): Generator<Collected | Wait, void, void> {
    if (session.isExcluded(name)) return;
    const path = name.startsWith("/") ? name : join(directory, name);
    let info: Stat;
    try {
      info = options.has("dereference") ? proc.sys.stat(path) : proc.sys.lstat(path);
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* names.safe(name, "member names");
      return yield* session.trouble(`${name}: Cannot stat: ${error.text}`);
    }
    if (isArchive(info)) return yield* session.warn(`${name}: archive cannot contain itself; not dumped`);
    if (info.type === "socket") return yield* session.warn(`${name}: socket ignored`);
    const isDirectory = info.type === "dir";
    const stored = yield* names.safe(name, "member names");
    const member: Member = {
      name: isDirectory && !stored.endsWith("/") ? `${stored}/` : stored,
      mode: info.mode,
      ...ownerOf(session.accounts, info, options.value("owner"), options.value("group")),
      mtime: info.mtime,
      read: { atime: info.atime, ctime: info.ctime },
      type: info.type,
      target: info.type === "symlink" ? proc.sys.readlink(path) : "",
      device: info.type === "char" || info.type === "block" ? info.rdev : undefined,
      data: new Uint8Array(0),
    };
    const collected = { member: names.transformed(member), name: isDirectory && !name.endsWith("/") ? `${name}/` : name, path };
    const key = `${String(info.dev)}:${String(info.ino)}`;
    const first = seen.get(key);
    if (!isDirectory && info.nlink > 1) {
      if (first !== undefined) {
        const link = names.transformed({ ...member, type: "hardlink", target: first });
        return yield { ...collected, member: link };
      }
      seen.set(key, yield* names.safe(name, "hard link targets"));
    }
    if (info.type === "file") {
      let fd: number;
      try {
        fd = proc.sys.open(path, O.RDONLY);
      } catch (error) {
        if (!isSysError(error)) throw error;
        return yield* session.trouble(`${name}: Cannot open: ${error.text}`);
      }
      const data = yield* readRest(proc, fd);
      proc.sys.close(fd);
      return yield { ...collected, member: { ...collected.member, data } };
    }
    yield collected;
    if (!isDirectory || options.has("no-recursion")) return;
    const entries = yield* entriesOf(path);
    if (entries === undefined) return yield* session.trouble(`${name}: Cannot open: Permission denied`);
    for (const entry of entries) yield* visit(join(name, entry), directory);
  }

  function* entriesOf(path: string): Run<readonly string[] | undefined> {
    yield* proc.tick();
    return orUndefined(() => proc.sys.readdir(path))
      ?.map((entry) => entry.name)
      .sort((left, right) => (left < right ? -1 : 1));
  }
}
