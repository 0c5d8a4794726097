/** What the distributions share: the programs of any system, and the shell that a login starts. */
import { Programs, type FamilyByProgram } from "../commands/programs.ts";
import { NOWHERE } from "../engines/ostree/host.ts";
import type { LoginShell } from "../machine/ports.ts";
import type { Program } from "../machine/program.ts";
import type { Resource } from "../machine/resource.ts";
import { makeBash, type BashOptions } from "../shell/bash.ts";
import { BashLoginShell } from "../shell/login-shell.ts";
import type { CompilePattern } from "../shell/shell.ts";

/** What may come later than a machine that has booted, whatever its system. */
export interface SharedParts {
  /** Everything that runs besides the shell. */
  readonly families: FamilyByProgram;
  /** What the shell's `=~` is matched by. */
  readonly patterns: Resource<CompilePattern>;
}

/** What is put on a machine. */
export interface Userland {
  readonly families: FamilyByProgram;
  readonly shells: ReadonlyMap<string, Program>;
  readonly loginShell: LoginShell;
}

/** With programs that only one family of systems has, if `own` are given. */
export function userland({ families, patterns }: SharedParts, own: FamilyByProgram = new Map()): Userland {
  const all = new Map([...families, ...own]);
  const known = new Programs(all, NOWHERE);
  const options: BashOptions = { command: (name) => known.command(name), patterns };
  const bash = makeBash(options);
  return {
    families: all,
    shells: new Map([
      ["bash", bash],
      ["sh", bash],
    ]),
    loginShell: new BashLoginShell(options),
  };
}
