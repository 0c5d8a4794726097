/** What a lab that starts from a prebuilt machine shows at first: a page that has it can paint before the lab is there. */
import type { View } from "./view.ts";

/** Plain data, fit for JSON. */
export interface FirstSight {
  /** What each terminal has shown, a byte a character. */
  readonly screens: readonly string[];
  readonly view: View;
}
