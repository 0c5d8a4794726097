/** What a lab that starts from a prebuilt machine shows at first: a page that has it can paint before the lab is there. */
import { encodeLatin1 } from "../base/latin1.ts";
import type { LabChunk } from "./events.ts";
import type { View } from "./view.ts";

/** Plain data, fit for JSON. */
export interface FirstSight {
  /** What each terminal has shown, a byte a character. */
  readonly screens: readonly string[];
  readonly view: View;
}

/** The chunks that `Lab.show` gives, but for the view's number: the lab counts from 1. */
export function chunksOf({ screens, view }: FirstSight): LabChunk[] {
  return [...screens.map((screen, tty): LabChunk => ({ kind: "screen", tty, data: encodeLatin1(screen) })), { kind: "view", view }];
}
