import type { Process } from "../machine/process.ts";
import { readAccounts, type User } from "../machine/users.ts";
import type { Credentials } from "../vfs/types.ts";

/**
 * Whose process called a set-user-ID program such as sudo or mount: what getuid(2) is there.
 * @simplified A process has one user ID here, so it is the parent's.
 */
export function invoker(proc: Process): Credentials {
  const own = proc.sys.credentials;
  return own.uid !== 0 ? own : (proc.kernel.process(proc.parent)?.sys.credentials ?? own);
}

/** The account of `invoker`, made up from the number when there is none. */
export function invokingUser(proc: Process): User {
  const { uid, gid } = invoker(proc);
  const known = readAccounts(proc.sys).userById(uid);
  return known ?? { name: `#${String(uid)}`, uid, gid, gecos: "", home: "/", shell: "/bin/sh" };
}
