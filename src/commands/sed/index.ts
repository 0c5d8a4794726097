import type { Command } from "../command.ts";
import { sed } from "./sed.ts";

/** The programs of this folder. */
export const SED: readonly Command[] = [sed];
