/** awk, which is a language of its own. */
import { family } from "../family.ts";
import { gawk as awk } from "../gawk/gawk.ts";

export const gawk = family(() => [awk]);
