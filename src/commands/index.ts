/** Every program of this folder, for the table that turns `program=<name>` in an executable into what runs. */
import type { Command } from "./command.ts";
import { COREUTILS } from "./coreutils/index.ts";
import { FINDUTILS } from "./findutils/index.ts";
import { GREP } from "./grep/index.ts";
import { SED } from "./sed/index.ts";

/** Programs that need nothing plugged in; a family's own (ostree, rpm-ostree) come from its distribution. */
export const COMMANDS: readonly Command[] = [...COREUTILS, ...FINDUTILS, ...GREP, ...SED];
