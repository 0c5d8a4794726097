/** What is done with what is in deltas. A page fetches it when somebody does. */
import { applyOffline } from "./apply.ts";
import { generateDelta } from "./generate.ts";
import { deltaRequest } from "./request.ts";
import { showDelta } from "./show.ts";
import { verifyDelta } from "./verify.ts";

export const deltaTools = { applyOffline, deltaRequest, generateDelta, showDelta, verifyDelta };
export type DeltaTools = typeof deltaTools;
