import type { Command } from "../command.ts";
import { which } from "./which.ts";

/** The programs of this folder. */
export const WHICH: readonly Command[] = [which];
