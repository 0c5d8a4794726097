/** The machines that there are, with everything that runs on them. */
import { machinesWith } from "./machines.ts";
import { systemParts } from "./fedora-atomic/parts.ts";

export const machines = machinesWith(systemParts());
