import type { Command } from "../command.ts";
import { free, uptime } from "./free.ts";
import { pgrep, pkill } from "./pgrep.ts";
import { ps } from "./ps.ts";

/** The programs of this folder. */
export const PROCPS: readonly Command[] = [free, pgrep, pkill, ps, uptime];
