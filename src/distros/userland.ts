/** What the distributions share: the programs of the user land and the shell that a login starts. */
import type { Command } from "../commands/command.ts";
import { COMMANDS } from "../commands/index.ts";
import { makeBash } from "../shell/bash.ts";
import { BashLoginShell } from "../shell/login-shell.ts";
import type { Userland } from "./silverblue/silverblue.ts";

/** `own` are the commands of one distribution, known to completion like all others. */
export function userland(own: readonly Command[] = []): Userland {
  const byName = new Map([...COMMANDS, ...own].map((command) => [command.name, command]));
  const options = { command: (name: string) => byName.get(name) };
  const bash = makeBash(options);
  return {
    commands: COMMANDS,
    programs: new Map([
      ["bash", bash],
      ["sh", bash],
    ]),
    loginShell: new BashLoginShell(options),
  };
}
