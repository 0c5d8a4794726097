/** In one script nothing is late, and what is not Silverblue's is not in it: takes the place of late-machines.ts. */
import type * as late from "./late-machines.ts";

async function none(): Promise<never> {
  throw new Error("this script has only one machine and no lesson");
}

export const lateManifests: typeof late.lateManifests = {};
export const lateLessons: typeof late.lateLessons = none;
export const lateDistro: typeof late.lateDistro = none;
