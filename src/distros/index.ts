/** The machines that there are, with everything that runs on them. */
import { machinesWith } from "./machines.ts";
import { silverbluePrograms } from "./silverblue/programs.ts";

export const machines = machinesWith(silverbluePrograms());
