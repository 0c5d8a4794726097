import type { Command } from "../command.ts";
import { chattr, lsattr } from "./chattr.ts";

/** The programs of this folder. */
export const E2FSPROGS: readonly Command[] = [chattr, lsattr];
