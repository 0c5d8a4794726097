/** What the distributions share: the shell that a login starts. */
import { makeBash, type BashOptions } from "../shell/bash.ts";
import { BashLoginShell } from "../shell/login-shell.ts";
import type { SystemPrograms, Userland } from "./silverblue/silverblue.ts";

/** `programs` is asked when the first of them is looked for, to run it or to complete its options. */
export function userland(programs: () => SystemPrograms): Userland {
  const options: BashOptions = {
    command: (name) => programs().command(name),
    compilePattern: (source, ignoreCase) => programs().compilePattern(source, ignoreCase),
  };
  const bash = makeBash(options);
  return {
    programs,
    shells: new Map([
      ["bash", bash],
      ["sh", bash],
    ]),
    loginShell: new BashLoginShell(options),
  };
}
