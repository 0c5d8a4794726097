/** The files that bash reads by itself: profiles, rc files, and what a login shell reads at its end. */
import type { Run } from "../machine/program.ts";
import { isSysError } from "../vfs/errno.ts";
import { sourceFile } from "./builtins/evaluate.ts";
import { AbandonLine, ShellError } from "./errors.ts";
import { tilde } from "./expand/tilde.ts";
import type { Invocation } from "./invocation.ts";
import { resetNesting } from "./run.ts";
import type { Shell } from "./shell.ts";
import { statusOfError } from "./subshell.ts";

/** SYS_BASHRC of Debian's and openSUSE's builds. @simplified Fedora's bash would not read it, where nobody has such a file. */
const SYSTEM_RC = "/etc/bash.bashrc";

/** Reads what a shell of this kind reads before its first command. */
export function* readStartupFiles(shell: Shell, invocation: Invocation): Run<void> {
  if (invocation.isLogin) {
    if (!invocation.readsProfile) return;
    yield* sourceIfThere(shell, "/etc/profile");
    const home = tilde(shell, "");
    for (const name of [".bash_profile", ".bash_login", ".profile"]) if (yield* sourceIfThere(shell, `${home}/${name}`)) return;
    return;
  }
  if (shell.interactive) {
    if (!invocation.readsRc) return;
    yield* sourceIfThere(shell, SYSTEM_RC);
    yield* sourceIfThere(shell, invocation.rcFile ?? `${tilde(shell, "")}/.bashrc`);
    return;
  }
  const file = shell.variables.scalar("BASH_ENV");
  if (file !== undefined && file !== "" && !shell.options.has("posix")) yield* sourceIfThere(shell, file);
}

/** Sources a file that may be missing. Whether it was there. */
function* sourceIfThere(shell: Shell, path: string): Run<boolean> {
  try {
    shell.proc.sys.access(path, "R");
    if (shell.proc.sys.stat(path).type === "dir") return false;
  } catch (error) {
    if (isSysError(error)) return false;
    throw error;
  }
  try {
    yield* sourceFile(shell, "source", path, []);
  } catch (error) {
    if (!(error instanceof ShellError || error instanceof AbandonLine)) throw error;
    yield* statusOfError(shell, error);
    resetNesting(shell);
  }
  shell.state.status = 0;
  return true;
}

/** ~/.bash_logout, which a login shell reads once when it is told to exit. */
export function* readLogoutFile(shell: Shell): Run<void> {
  if (!shell.isLogin || shell.subshellLevel > 0) return;
  shell.isLogin = false;
  yield* sourceIfThere(shell, `${tilde(shell, "")}/.bash_logout`);
}
