import type { Command } from "../command.ts";
import { groupadd, groupdel } from "./groupadd.ts";
import { passwd } from "./passwd.ts";
import { useradd, userdel, usermod } from "./useradd.ts";

/** The programs of this folder. */
export const SHADOW_UTILS: readonly Command[] = [groupadd, groupdel, passwd, useradd, userdel, usermod];
