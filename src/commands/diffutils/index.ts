import type { Command } from "../command.ts";
import { cmp } from "./cmp.ts";
import { diff } from "./diff.ts";

/** The programs of this folder. */
export const DIFFUTILS: readonly Command[] = [cmp, diff];
