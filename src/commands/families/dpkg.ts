/** Debian's packages one by one. */
import { DPKG } from "../dpkg/dpkg.ts";
import { family } from "../family.ts";

export const dpkg = family(() => DPKG);
