/** The machines that there are, with everything that runs on them. */
import { machinesWith } from "./machines.ts";
import { silverblueParts } from "./silverblue/parts.ts";

export const machines = machinesWith(silverblueParts());
