/** `~`, `~user`, `~+`, `~-`, `~2`. */
import { readAccounts } from "../../machine/users.ts";
import type { Shell } from "../shell.ts";

/** What the tilde prefix with `user` after its tilde stands for; itself when there is no such user. */
export function tilde(shell: Shell, user: string): string {
  if (user === "")
    return shell.variables.scalar("HOME") ?? readAccounts(shell.proc.sys).userById(shell.proc.sys.credentials.uid)?.home ?? "/";
  if (user === "+") return shell.variables.scalar("PWD") ?? "~+";
  if (user === "-") return shell.variables.scalar("OLDPWD") ?? "~-";
  if (/^[+-]?\d+$/.test(user)) {
    const stack = [shell.state.directory, ...shell.state.directoryStack];
    const index = Number(user);
    return (user.startsWith("-") ? stack[stack.length - 1 + index] : stack[index]) ?? `~${user}`;
  }
  return readAccounts(shell.proc.sys).userByName(user)?.home ?? `~${user}`;
}
