import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { readAccounts, type Accounts } from "../../machine/users.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Stat } from "../../vfs/types.ts";
import type { Command, Option, ParsedOptions } from "../command.ts";
import { Failure, orUndefined, reason, warn } from "../complain.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { join } from "../paths.ts";
import { curly, quote } from "../quote.ts";
import { below, recursive } from "../recursion.ts";

/** -1 leaves the owner or group as it is. */
interface Owner {
  readonly uid: number;
  readonly gid: number;
}

const OPTIONS: readonly Option[] = [
  { name: "changes", short: "c", help: "like verbose but report only when a change is made" },
  { name: "quiet", short: "f", alsoLong: ["silent"], help: "suppress most error messages" },
  { name: "verbose", short: "v", help: "output a diagnostic for every file processed" },
  { name: "dereference", help: "affect the referent of each symbolic link (this is the default), rather than the symbolic link itself" },
  { name: "no-dereference", short: "h", help: "affect symbolic links instead of any referenced file" },
  {
    name: "from",
    argument: "CURRENT_OWNER:CURRENT_GROUP",
    help: "change the ownership of each file only if its current owner and/or group match those specified here",
  },
  { name: "no-preserve-root", help: "do not treat '/' specially (the default)" },
  { name: "preserve-root", help: "fail to operate recursively on '/'" },
  { name: "reference", argument: "RFILE", help: "use RFILE's ownership rather than specifying values" },
  { name: "recursive", short: "R", help: "operate on files and directories recursively" },
  { name: "H", short: "H", long: false, help: "if a command line argument is a symbolic link to a directory, traverse it" },
  { name: "L", short: "L", long: false, help: "traverse every symbolic link to a directory encountered" },
  { name: "P", short: "P", long: false, help: "do not traverse any symbolic links (default)" },
];

/** chown(1). */
export const chown: Command = {
  name: "chown",
  package: "coreutils",
  style: "gnu",
  usage: ["chown [OPTION]... [OWNER][:[GROUP]] FILE...", "chown [OPTION]... --reference=RFILE FILE..."],
  about: "Change the owner and/or group of each FILE to OWNER and/or GROUP.",
  options: OPTIONS,
  completes: "files",
  *run(proc, options) {
    return yield* changeOwners(proc, options, "ownership");
  },
};

/** chgrp(1). */
export const chgrp: Command = {
  name: "chgrp",
  package: "coreutils",
  style: "gnu",
  usage: ["chgrp [OPTION]... GROUP FILE...", "chgrp [OPTION]... --reference=RFILE FILE..."],
  about: "Change the group of each FILE to GROUP.",
  options: OPTIONS,
  completes: "files",
  *run(proc, options) {
    return yield* changeOwners(proc, options, "group");
  },
};

function* changeOwners(proc: Process, options: ParsedOptions, what: "ownership" | "group"): Run<number> {
  const accounts = readAccounts(proc.sys);
  const reference = options.value("reference");
  const operands = [...options.operands];
  let owner: Owner;
  if (reference !== undefined) {
    try {
      const stat = proc.sys.stat(reference);
      owner = { uid: what === "group" ? -1 : stat.uid, gid: stat.gid };
    } catch (error) {
      throw new Failure(`failed to get attributes of ${quote(reference)}: ${reason(error)}`);
    }
  } else {
    const text = operands.shift();
    if (text === undefined) throw new UsageError("missing operand");
    if (operands.length === 0) throw new UsageError(`missing operand after ${curly(text)}`);
    if (what === "ownership" && !text.includes(":") && text.includes(".") && accounts.userByName(text) === undefined)
      yield* warn(proc, `warning: '.' should be ':': ${curly(text)}`);
    owner = what === "group" ? { uid: -1, gid: groupId(accounts, text, text) } : parseOwner(accounts, text);
  }
  if (operands.length === 0) throw new UsageError("missing operand");
  const from = options.value("from");
  const changer = new OwnerChanger(proc, accounts, owner, what, options, from === undefined ? undefined : parseOwner(accounts, from));
  let status = 0;
  for (const file of operands) if (!(yield* recursive(changer.change(file, true)))) status = 1;
  return status;
}

/** `user`, `user:group`, `user:` (with the user's own group), `:group`; a dot may stand for the colon. */
function parseOwner(accounts: Accounts, text: string): Owner {
  const separator = text.includes(":") ? text.indexOf(":") : accounts.userByName(text) === undefined ? text.indexOf(".") : -1;
  const userText = separator < 0 ? text : text.slice(0, separator);
  const groupText = separator < 0 ? undefined : text.slice(separator + 1);
  let uid = -1;
  if (userText !== "") {
    const user = accounts.userByName(userText);
    if (user === undefined && !/^\+?[0-9]+$/.test(userText)) throw new Failure(`invalid user: ${curly(text)}`);
    uid = user?.uid ?? Number(userText);
  }
  if (groupText === undefined) return { uid, gid: -1 };
  if (groupText === "") {
    if (uid < 0) return { uid, gid: -1 };
    const user = accounts.userById(uid);
    if (user === undefined) throw new Failure(`invalid spec: ${curly(text)}`);
    return { uid, gid: user.gid };
  }
  return { uid, gid: groupId(accounts, groupText, text) };
}

function groupId(accounts: Accounts, name: string, whole: string): number {
  const group = accounts.groupByName(name);
  if (group === undefined && !/^\+?[0-9]+$/.test(name)) throw new Failure(`invalid group: ${curly(whole)}`);
  return group?.gid ?? Number(name);
}

class OwnerChanger {
  readonly #proc: Process;
  readonly #accounts: Accounts;
  readonly #owner: Owner;
  readonly #what: "ownership" | "group";
  readonly #options: ParsedOptions;
  readonly #from: Owner | undefined;

  constructor(
    proc: Process,
    accounts: Accounts,
    owner: Owner,
    what: "ownership" | "group",
    options: ParsedOptions,
    from: Owner | undefined,
  ) {
    this.#proc = proc;
    this.#accounts = accounts;
    this.#owner = owner;
    this.#what = what;
    this.#options = options;
    this.#from = from;
  }

  *change(path: string, isOperand: boolean): Run<boolean> {
    const { sys } = this.#proc;
    yield* this.#proc.tick();
    const recursive = this.#options.has("recursive");
    const follow = !this.#options.has("no-dereference");
    let stat: Stat;
    let isDirectory: boolean;
    try {
      const link = sys.lstat(path);
      stat = link.type === "symlink" && follow ? sys.stat(path) : link;
      const traverse = this.#options.has("L") || (isOperand && this.#options.has("H"));
      isDirectory = link.type === "dir" || (link.type === "symlink" && traverse && orUndefined(() => sys.stat(path))?.type === "dir");
    } catch (error) {
      const dangling = isSysError(error, "ENOENT") && orUndefined(() => sys.lstat(path)) !== undefined;
      return yield* this.#fail(
        dangling ? `cannot dereference ${quote(path)}: ${reason(error)}` : `cannot access ${quote(path)}: ${reason(error)}`,
      );
    }
    let ok = true;
    // Contents come before their directory, as the changed one might no longer be entered.
    if (recursive && isDirectory) {
      try {
        for (const entry of sys.readdir(path)) if (!(yield* below(this.change(join(path, entry.name), false)))) ok = false;
      } catch (error) {
        ok = yield* this.#fail(`cannot read directory ${quote(path)}: ${reason(error)}`);
      }
    }
    if (
      this.#from !== undefined &&
      ((this.#from.uid >= 0 && this.#from.uid !== stat.uid) || (this.#from.gid >= 0 && this.#from.gid !== stat.gid))
    )
      return ok;
    try {
      if (follow) sys.chown(path, this.#owner.uid, this.#owner.gid);
      else sys.lchown(path, this.#owner.uid, this.#owner.gid);
      yield* this.#tell(path, stat);
    } catch (error) {
      const what = this.#owner.uid < 0 ? "group" : "ownership";
      ok = yield* this.#fail(`changing ${what} of ${quote(path)}: ${reason(error)}`);
      if (this.#options.has("verbose")) {
        yield* stdout(this.#proc).print(
          `failed to change ${this.#what} of ${quote(path)} from ${this.#named(stat)} to ${this.#named(this.#owner)}\n`,
        );
      }
    }
    return ok;
  }

  *#tell(path: string, stat: Stat): Run<void> {
    const { uid, gid } = this.#owner;
    const changed = (uid >= 0 && uid !== stat.uid) || (gid >= 0 && gid !== stat.gid);
    if (!this.#options.has("verbose") && !(changed && this.#options.has("changes"))) return;
    const text = changed
      ? `changed ${this.#what} of ${quote(path)} from ${this.#named(stat)} to ${this.#named(this.#owner)}`
      : `${this.#what} of ${quote(path)} retained as ${this.#named(stat)}`;
    yield* stdout(this.#proc).print(text + "\n");
  }

  /** As much of user and group as is being changed; who the user was is told also with `:GROUP`. */
  #named(owner: { readonly uid: number; readonly gid: number }): string {
    const user =
      this.#owner.uid < 0 && (owner === this.#owner || this.#what === "group")
        ? undefined
        : (this.#accounts.userById(owner.uid)?.name ?? String(owner.uid));
    const group = this.#owner.gid < 0 ? undefined : (this.#accounts.groupById(owner.gid)?.name ?? String(owner.gid));
    if (this.#what === "group") return group ?? "";
    return user === undefined ? `:${group ?? ""}` : group === undefined ? user : `${user}:${group}`;
  }

  *#fail(message: string): Run<false> {
    if (!this.#options.has("quiet")) yield* warn(this.#proc, message);
    return false;
  }
}
