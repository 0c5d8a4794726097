import type { Command } from "../command.ts";
import { groupadd, groupdel } from "./groupadd.ts";
import { useradd, userdel, usermod } from "./useradd.ts";

/** The programs of this folder. */
export const SHADOW_UTILS: readonly Command[] = [groupadd, groupdel, useradd, userdel, usermod];
