/** Hosts that are container images. */
import { bootcCommand } from "../bootc/bootc.ts";
import { family } from "../family.ts";

export const bootc = family(({ host }) => [bootcCommand(host)]);
