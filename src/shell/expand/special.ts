/** `$?`, `$$`, `$1` and the other parameters that are no variables. */
import type { Shell } from "../shell.ts";

/** The value of a special or positional parameter; undefined when unset. */
export function specialParameter(shell: Shell, name: string): string | undefined {
  const { state } = shell;
  switch (name) {
    case "?":
      return String(state.status);
    case "$":
      return String(shell.mainPid);
    case "!":
      return state.lastBackground === undefined ? undefined : String(state.lastBackground);
    case "#":
      return String(state.positional.length);
    case "-":
      return shell.optionLetters();
    case "0":
      return state.name;
    default:
      return state.positional[Number(name) - 1];
  }
}
