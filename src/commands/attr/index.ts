import type { Command } from "../command.ts";
import { getfattr, setfattr } from "./attributes.ts";

/** The programs of this folder. */
export const ATTR: readonly Command[] = [getfattr, setfattr];
