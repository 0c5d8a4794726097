import type { Command } from "../command.ts";
import { sudo } from "./sudo.ts";

/** The programs of this folder. */
export const SUDO: readonly Command[] = [sudo];
