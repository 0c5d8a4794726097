import type { Command } from "../command.ts";
import { killall } from "./killall.ts";
import { pstree } from "./pstree.ts";

/** The programs of this folder. */
export const PSMISC: readonly Command[] = [killall, pstree];
