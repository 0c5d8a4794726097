/** In the script that has the first machine alone: takes the place of open-taught.ts. */
import type * as here from "./open-taught.ts";

export const openTaught: typeof here.openTaught = () => Promise.reject(new Error("this script has no lessons"));
export const openLinked: typeof here.openLinked = () => Promise.reject(new Error("this script opens no links"));
