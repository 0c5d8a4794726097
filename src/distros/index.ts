/** The machines that there are, with everything that runs on them. */
import { machinesWith } from "./machines.ts";
import { silverbluePrograms } from "./silverblue/programs.ts";

const programs = silverbluePrograms();

export const machines = machinesWith(() => programs);
