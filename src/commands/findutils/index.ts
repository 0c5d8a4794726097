import type { Command } from "../command.ts";
import { find } from "./find.ts";
import { xargs } from "./xargs.ts";

/** The programs of this folder. */
export const FINDUTILS: readonly Command[] = [find, xargs];
