/** Debian's packages from servers. */
import { aptCommands } from "../apt/apt.ts";
import type { Reach } from "../apt/change.ts";
import { family } from "../family.ts";
import type { Family } from "../programs.ts";

/** For a machine that reaches these servers. */
export function apt(reach: Reach): Family {
  return family(() => aptCommands(reach));
}
