/** Every program of this folder, for the table that turns `program=<name>` in an executable into what runs. */
import type { Command } from "./command.ts";

export const COMMANDS: readonly Command[] = [];
