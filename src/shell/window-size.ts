/** LINES and COLUMNS, which bash keeps as the terminal has them (`shopt -s checkwinsize`). */
import type { Shell } from "./shell.ts";

/** Looks at the size of the terminal: before an interactive shell reads its first line, and after each command that is a program. */
export function noticeWindowSize(shell: Shell): void {
  const { tty } = shell.proc;
  if (tty === undefined || !shell.options.shopt("checkwinsize")) return;
  const size = { LINES: tty.rows, COLUMNS: tty.columns };
  for (const [name, value] of Object.entries(size))
    if (shell.variables.scalar(name) !== String(value) && shell.variables.find(name)?.readonly !== true)
      shell.variables.assign(name, String(value));
}
