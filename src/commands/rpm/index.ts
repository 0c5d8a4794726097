import type { Command } from "../command.ts";
import { rpm } from "./rpm.ts";

/** The programs of this folder. */
export const RPM: readonly Command[] = [rpm];
