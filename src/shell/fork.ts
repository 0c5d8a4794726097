/** fork(2) as bash does it: when there is no room for one more process it tries again for a while. */
import type { Process, SpawnRequest } from "../machine/process.ts";
import type { Run } from "../machine/program.ts";
import { isSysError } from "../vfs/errno.ts";
import { ShellError } from "./errors.ts";
import { baseName, type Shell } from "./shell.ts";

/** The pauses double from one second; the one that would be this long is not made. */
const LONGEST_PAUSE = 16;
/** `$?` after it: EX_NOEXEC and more, as bash sets it. */
const FAILED = 254;

/** Makes a child. Errors of execve(2) are thrown as they are; without a process there is a ShellError. */
export function* fork(shell: Shell, request: SpawnRequest): Run<Process> {
  for (let pause = 1; ; pause *= 2) {
    try {
      return shell.proc.spawn(request);
    } catch (error) {
      if (!isSysError(error) || error.syscall !== "fork") throw error;
      if (error.errno !== "EAGAIN" || pause >= LONGEST_PAUSE) throw failure(shell, error.text);
      yield* shell.writeError(`${processName(shell)}: fork: retry: ${error.text}\n`);
      if (!(yield* sleptWell(shell, pause))) throw failure(shell, error.text);
    }
  }
}

/** A child of an interactive shell is `bash` still, and not the `main` that its functions come from. */
function processName(shell: Shell): string {
  return shell.interactive ? baseName(shell.state.name) : shell.scriptName();
}

/** It comes without a line number. */
function failure(shell: Shell, why: string): ShellError {
  const error = new ShellError(`fork: ${why}`, "shell", FAILED);
  error.prefix = `${processName(shell)}: `;
  return error;
}

/** Whether nothing broke the pause. */
function* sleptWell(shell: Shell, seconds: number): Run<boolean> {
  try {
    yield* shell.proc.sleep(seconds);
    return true;
  } catch (error) {
    if (isSysError(error, "EINTR")) return false;
    throw error;
  }
}
