/** Who is who: passwd(5) and group(5) through nsswitch's `files altfiles`, so /etc first, then what the image brings in /usr/lib. */
import type { Sys } from "../vfs/sys.ts";
import type { Credentials } from "../vfs/types.ts";
import { readTextIfThere } from "./read-text.ts";

export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly gecos: string;
  readonly home: string;
  readonly shell: string;
}

export interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

const PASSWD_FILES = ["/etc/passwd", "/usr/lib/passwd"];
const GROUP_FILES = ["/etc/group", "/usr/lib/group"];

/** The accounts as one process sees them now. Keep it for one run of a program, as glibc keeps what it has read, and not longer. */
export class Accounts {
  readonly #users: readonly User[];
  readonly #groups: readonly Group[];

  constructor(users: readonly User[], groups: readonly Group[]) {
    this.#users = users;
    this.#groups = groups;
  }

  get users(): readonly User[] {
    return this.#users;
  }

  get groups(): readonly Group[] {
    return this.#groups;
  }

  userByName(name: string): User | undefined {
    return this.#users.find((user) => user.name === name);
  }

  /** Root's entry, or the one of a system whose files say nothing. */
  get superuser(): User {
    return this.userByName("root") ?? { name: "root", uid: 0, gid: 0, gecos: "root", home: "/root", shell: "/bin/bash" };
  }

  userById(uid: number): User | undefined {
    return this.#users.find((user) => user.uid === uid);
  }

  groupByName(name: string): Group | undefined {
    return this.#groups.find((group) => group.name === name);
  }

  groupById(gid: number): Group | undefined {
    return this.#groups.find((group) => group.gid === gid);
  }

  /** getgrouplist(3): the user's own group first, then the groups that list it, each once. */
  groupsOf(user: User): readonly number[] {
    const gids = [user.gid];
    for (const group of this.#groups) {
      if (group.members.includes(user.name) && !gids.includes(group.gid)) gids.push(group.gid);
    }
    return gids;
  }

  /** What login(1) gives a session of `user`. */
  credentialsOf(user: User): Credentials {
    return { uid: user.uid, gid: user.gid, groups: this.groupsOf(user), privileged: user.uid === 0 };
  }
}

/** Reads the databases that are there; lines that are not of the format are passed over, as glibc does. */
export function readAccounts(sys: Sys): Accounts {
  const users = PASSWD_FILES.flatMap((file) => parsePasswd(readTextIfThere(sys, file) ?? ""));
  const groups = GROUP_FILES.flatMap((file) => parseGroup(readTextIfThere(sys, file) ?? ""));
  return new Accounts(users, groups);
}

/** passwd(5). */
export function parsePasswd(text: string): User[] {
  const users: User[] = [];
  for (const line of text.split("\n")) {
    const [name, , uid, gid, gecos, home, shell] = line.split(":");
    if (!name || name.startsWith("#") || !isNumber(uid) || !isNumber(gid)) continue;
    users.push({ name, uid: Number(uid), gid: Number(gid), gecos: gecos ?? "", home: home ?? "/", shell: shell || "/bin/sh" });
  }
  return users;
}

/** group(5). */
export function parseGroup(text: string): Group[] {
  const groups: Group[] = [];
  for (const line of text.split("\n")) {
    const [name, , gid, members] = line.split(":");
    if (!name || name.startsWith("#") || !isNumber(gid)) continue;
    groups.push({ name, gid: Number(gid), members: (members ?? "").split(",").filter((member) => member !== "") });
  }
  return groups;
}

/** Groups of administrators: Fedora's and openSUSE's, and Debian's. */
const ADMINISTRATORS = ["wheel", "sudo"];

/** Whether a process may act as an administrator without being root: an active session of a member of such a group, which polkit's rules trust on this machine. */
export function isAdministrator(sys: Sys): boolean {
  const { uid, gid, groups } = sys.credentials;
  if (uid === 0) return true;
  const accounts = readAccounts(sys);
  return ADMINISTRATORS.some((name) => {
    const group = accounts.groupByName(name);
    return group !== undefined && (gid === group.gid || groups.includes(group.gid));
  });
}

function isNumber(text: string | undefined): text is string {
  return text !== undefined && /^[0-9]+$/.test(text);
}
