import type { Command } from "../command.ts";
import { free, uptime } from "./free.ts";
import { pgrep, pkill } from "./pgrep.ts";
import { pidof } from "./pidof.ts";
import { ps } from "./ps.ts";
import { top } from "./top.ts";
import { watch } from "./watch.ts";

/** The programs of this folder. */
export const PROCPS: readonly Command[] = [free, pgrep, pidof, pkill, ps, top, uptime, watch];
