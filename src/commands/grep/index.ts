import type { Command } from "../command.ts";
import { egrep, fgrep, grep } from "./grep.ts";

/** The programs of this folder. */
export const GREP: readonly Command[] = [egrep, fgrep, grep];
