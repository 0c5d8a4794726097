/** The programs of the package ncurses. */
import type { Command } from "../command.ts";
import { clear } from "./clear.ts";
import { reset } from "./reset.ts";
import { tput } from "./tput.ts";

export const NCURSES: readonly Command[] = [clear, reset, tput];
