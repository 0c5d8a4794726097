/** What the distributions share: the shell that a login starts. */
import { Programs } from "../commands/programs.ts";
import { NOWHERE } from "../engines/ostree/host.ts";
import { makeBash, type BashOptions } from "../shell/bash.ts";
import { BashLoginShell } from "../shell/login-shell.ts";
import type { SystemParts, Userland } from "./fedora-atomic/system.ts";

export function userland({ families, patterns, start, repositories }: SystemParts): Userland {
  const known = new Programs(families, NOWHERE);
  const options: BashOptions = { command: (name) => known.command(name), patterns };
  const bash = makeBash(options);
  return {
    families,
    start,
    repositories,
    shells: new Map([
      ["bash", bash],
      ["sh", bash],
    ]),
    loginShell: new BashLoginShell(options),
  };
}
