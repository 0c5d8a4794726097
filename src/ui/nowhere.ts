/** For a run that leaves nothing behind. */
import type { Store } from "./open-page.ts";

export const NOWHERE: Store = {
  mayHaveRun: false,
  load: () => Promise.resolve(undefined),
  save: () => {},
  available: () => Promise.resolve(true),
};
